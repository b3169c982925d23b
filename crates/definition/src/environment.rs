//! Environments: where the extracts come from and where the results go.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::Path;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::error::DefinitionError;
use crate::source_text::SourceText;

/// Where one deployment reads and writes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// The address of the extracts: a folder relative to the project, or a URL.
    pub extracts: String,
    pub store: String,
    pub pseudonym_key: KeyName,
    /// The key that tables outside `published/` are encrypted with; they lie as they are where there is none.
    pub encryption_key: Option<KeyName>,
    pub resources: Resources,
}

/// Names the variable that holds a key, which itself stands in no file. A text in its place, and a name with 32
/// hexadecimal digits in a row, are taken for the key: they are refused and not shown.
#[derive(Debug, Clone)]
pub struct KeyName {
    pub env: String,
}

impl<'de> Deserialize<'de> for KeyName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyNameVisitor)
    }
}

struct KeyNameVisitor;

impl<'de> Visitor<'de> for KeyNameVisitor {
    type Value = KeyName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an environment variable, as { env = \"NAME\" }")
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<KeyName, E> {
        Err(E::custom("no key stands in a file: name the environment variable that has it, as { env = \"NAME\" }"))
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<KeyName, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            env: VariableName,
        }
        let Table { env: VariableName(env) } = Table::deserialize(MapAccessDeserializer::new(table))?;
        Ok(KeyName { env })
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct VariableName(String);

impl TryFrom<String> for VariableName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        if name.split(|letter: char| !letter.is_ascii_hexdigit()).any(|digits| digits.len() >= 32) {
            return Err("`env` looks like a key: name the environment variable that has it");
        }
        let is_name = !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match is_name {
            true => Ok(Self(name)),
            false => Err("`env` is to be the name of an environment variable: letters, digits and `_`, no digit first"),
        }
    }
}

/// What a run may use.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// Memory for sorting and joining, in MiB; beyond it queries spill to disk.
    pub memory_mib: usize,
    pub parallel_extracts: usize,
    /// Rows that a query works on at once; the engine's own number where it is not given. It changes no result.
    pub batch_rows: Option<NonZeroUsize>,
}

impl Environment {
    pub(crate) fn read(root: &Path, file: &Path) -> Result<Self, DefinitionError> {
        SourceText::read(root, file)?.parse()
    }
}
