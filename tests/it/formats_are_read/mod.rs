//! Every format a register comes in is read under the same contract language, and what is wrong with a
//! file is told so that a data engineer can act on it.

mod archives;
mod excel;
mod parquet;
pub(crate) mod sas;

pub(crate) use crate::support::contract_text::{column, is_pseudonym, text_column};
