//! An extract, and what it is held to.

use std::num::NonZeroUsize;

use crate::definition::{Contract, Delivery};
use crate::pull::check::{Known, PseudonymKey, TableCheck, TableRules};
use crate::pull::find::{Extract, served_year};

/// An extract, and what it is held to.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) extract: &'a Extract,
    pub(crate) contract: &'a Contract,
    /// What codes and foreign keys are looked up in.
    pub(crate) known: Known<'a>,
    /// What CPR numbers become pseudonyms by.
    pub(crate) key: &'a PseudonymKey,
    /// Threads that may work on it.
    pub(crate) threads: NonZeroUsize,
}

impl<'a> Terms<'a> {
    /// The checks on the tables of a delivery, the first of which has columns that it `added`.
    pub(super) fn checks(self, delivery: &'a Delivery, added: &[String]) -> Vec<TableCheck<'a>> {
        let Terms { extract, contract, known, key, .. } = self;
        let Delivery { text, format, .. } = delivery;
        let check = |(at, table)| {
            let (sensitivity, part) = (contract.told_of(), contract.part_of(&extract.file));
            // A file of a source that serves all years can say one in its name.
            let named = || contract.delivery(&extract.file).and_then(|(_, found)| served_year(contract, &found));
            let year = extract.year.or_else(named);
            let rules = TableRules { table, text, format, known, key, sensitivity, year, part };
            TableCheck::new(rules, if at == 0 { added } else { &[] })
        };
        contract.tables.iter().enumerate().map(check).collect()
    }
}
