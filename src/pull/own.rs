//! A file of the project's own, staged as an extract is, so that it is held to its contract.

use std::io::Read;
use std::num::NonZeroUsize;

use super::check::{Known, PseudonymKey, References};
use super::error::PullError;
use super::find::Extract;
use super::stage::{Staged, Terms, stage};
use crate::definition::{CodeLists, ColumnPolicy, Contract, Policy, Project, RecordTypePolicy, RowPolicy};

/// The contract with nothing frozen that could end the reading of a file.
pub(super) fn patient(contract: &Contract) -> Contract {
    let policy = Policy {
        columns: ColumnPolicy::Quarantine,
        types: RowPolicy::Quarantine,
        rows: RowPolicy::Quarantine,
        record_types: RecordTypePolicy::Count,
        max_rejected_share: 1.0,
    };
    Contract { policy, ..contract.clone() }
}

/// What a file of the project's own is held to.
#[derive(Clone, Copy)]
pub(super) struct OwnTerms<'a> {
    pub(super) project: &'a Project,
    pub(super) contract: &'a Contract,
    /// The codes that its columns refer to.
    pub(super) codes: &'a CodeLists,
}

impl OwnTerms<'_> {
    /// Stages the `size` bytes of a file, which has neither a year nor persons.
    pub(super) fn stage(self, file: &str, bytes: impl Read + Send, size: u64) -> Result<Staged, PullError> {
        let extract = Extract::undigested(&self.contract.name, file, size);
        // A list has no persons: a contract whose list would need the key is refused.
        let key = PseudonymKey::from_env(&self.project.environment.pseudonym_key.env, None)?;
        let known = Known { code_lists: self.codes, references: &References::new() };
        let threads = NonZeroUsize::MIN;
        stage(bytes, Terms { extract: &extract, contract: self.contract, known, key: &key, threads })
    }
}
