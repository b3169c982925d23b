//! Where a contract's columns stand in a file whose columns have names.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::iter;

use super::sink::Stop;
use crate::definition::{Header, InFile, TableContract, plain_name};
use crate::problem::closest;
use crate::pull::mask::mask_numbers;
use crate::pull::refusal::Refusal;

/// The contract's columns in a file.
#[derive(Debug)]
pub(super) struct Layout {
    /// Columns in the file.
    pub(super) width: usize,
    /// Per column of the contract, and then per unknown one, its place in the file.
    pub(super) places: Vec<Option<usize>>,
    /// Columns that the contract does not know.
    pub(super) unknown: Vec<String>,
}

impl Layout {
    /// Finds the columns of `table` under the names of `header`.
    pub(super) fn of(names: &[&str], table: &TableContract, header: Header) -> Result<Self, Stop> {
        if header == Header::None {
            return Ok(Self {
                width: table.width,
                places: table.columns.iter().map(|column| Some(column.place)).collect(),
                unknown: Vec::new(),
            });
        }
        let names: Vec<Cow<'_, str>> = names.iter().map(|name| plain_name(name)).collect();
        let in_any_case = |name: &str| -> Vec<usize> {
            let name = name.to_lowercase();
            (0..names.len()).filter(|place| names[*place].to_lowercase() == name).collect()
        };
        // Where names differ by their case only, the one that is written as in the contract is meant.
        let find = |name: &String| {
            let name = plain_name(name);
            let exactly: Vec<usize> = (0..names.len()).filter(|place| names[*place] == name).collect();
            if exactly.is_empty() && header == Header::AnyCase { in_any_case(&name) } else { exactly }
        };
        let mut known = Vec::with_capacity(table.columns.len());
        for column in &table.columns {
            let is_there = column.in_file != InFile::Never;
            let all = iter::once(&column.raw).chain(&column.aliases).filter(|_| is_there);
            let found: Vec<usize> = all.flat_map(find).collect();
            let first = found.first().copied();
            if let Some(first) = first
                && let Some(other) = found.into_iter().find(|other| *other != first)
            {
                return Err(stands_twice(&names[first], &names[other]).into());
            }
            known.push(first);
        }
        // What is never read is never taken in either, in whatever case it stands there once more.
        let unread: BTreeSet<usize> = table.unread.iter().flat_map(|name| in_any_case(&plain_name(name))).collect();
        let is_unknown = |place: &usize| !known.contains(&Some(*place)) && !unread.contains(place);
        let mut unknown: Vec<usize> = (0..names.len()).filter(is_unknown).collect();
        // What has no name, as behind a delimiter at the header's end, is taken in by none: it stands behind the others.
        unknown.sort_by_key(|place| names[*place].is_empty());
        let mut missing = table
            .columns
            .iter()
            .zip(&known)
            .filter(|(column, place)| place.is_none() && column.in_file == InFile::Required);
        if let Some((column, _)) = missing.next() {
            let strangers = unknown.iter().map(|place| names[*place].as_ref());
            let closest = closest(&column.raw, strangers).map(mask_numbers);
            return Err(Refusal::MissingColumn { column: column.raw.clone(), closest }.into());
        }
        Ok(Self {
            width: names.len(),
            unknown: unknown.iter().map(|place| mask_numbers(&names[*place])).collect(),
            places: known.into_iter().chain(unknown.into_iter().map(Some)).collect(),
        })
    }
}

/// That two columns of a file are one of the contract's.
fn stands_twice(name: &str, other: &str) -> Refusal {
    let (name, other) = (mask_numbers(name), mask_numbers(other));
    if name == other { Refusal::TwiceColumn { column: name } } else { Refusal::TwoNames { name, other } }
}
