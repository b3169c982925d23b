//! Every format a register comes in is read under the same contract language, and what is wrong with a
//! file is told so that a data engineer can act on it.

use crate::support::small::NOBODY;

mod archives;
pub(crate) mod delimited;
pub(crate) mod excel;
mod fixed_width;
pub(crate) mod json_lines;
pub(crate) mod parquet;
pub(crate) mod sas;
mod xml;

const NOBODY_ELSE: &str = "1504751235";

/// A pseudonym in the place of a number.
fn is_pseudonym(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A column of type text under its own name.
pub(crate) fn text_column(name: &str) -> String {
    format!("[[table.column]]\nraw = \"{name}\"\nname = \"{name}\"\ntype = \"text\"\n")
}

pub(crate) fn column(name: &str, rest: &str) -> String {
    format!("[[table.column]]\nraw = \"{name}\"\nname = \"{name}\"\n{rest}\n")
}
