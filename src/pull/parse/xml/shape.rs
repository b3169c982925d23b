//! Where the contract's columns stand among the attributes of an element.

use std::iter;

use super::attributes::Attributes;
use crate::definition::{InFile, TableContract};

/// Where a record's attributes stood that had these names: nearly all records of a table have the same.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) names: Vec<String>,
    /// Names of the enclosing element's.
    enclosing: Vec<String>,
    /// Per column, its place among the attributes, or among those of the enclosing element.
    pub(super) places: Vec<Option<Place>>,
    /// That two of them are one column, and which: such records say two things.
    pub(super) twice: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Own(usize),
    Enclosing(usize),
}

impl Shape {
    pub(super) fn of(table: &TableContract, own: &Attributes, enclosing: &Attributes) -> Self {
        let find = |name: &String| match name.strip_prefix("../") {
            Some(name) => enclosing.place(name).map(Place::Enclosing),
            None => own.place(name).map(Place::Own),
        };
        let (mut places, mut twice) = (Vec::with_capacity(table.columns.len()), None);
        for column in &table.columns {
            let is_there = column.in_file != InFile::Never;
            let names = iter::once(&column.raw).chain(&column.aliases).filter(|_| is_there);
            let mut found = names.filter_map(|name| Some((name, find(name)?)));
            let first = found.next();
            if let Some((name, place)) = first
                && let Some((other, _)) = found.find(|(_, other)| *other != place)
            {
                twice = Some(format!("the attributes `{name}` and `{other}` are one column, and both stand in it"));
            }
            places.push(first.map(|(_, place)| place));
        }
        let names = |attributes: &Attributes| attributes.iter().map(|(name, _)| name.to_owned()).collect();
        Self { names: names(own), enclosing: names(enclosing), places, twice }
    }

    pub(super) fn fits(&self, own: &Attributes, enclosing: &Attributes) -> bool {
        let is = |names: &[String], attributes: &Attributes| {
            names.len() == attributes.len() && attributes.iter().zip(names).all(|((name, _), known)| name == known)
        };
        is(&self.names, own) && is(&self.enclosing, enclosing)
    }
}
