//! Sources whose year comes in several files, one a part: a region, or a provider of its own.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use crate::due_day::Every;
use crate::error::{DefinitionError, Problem};
use crate::file_pattern::FilePattern;
use crate::source_text::SourceText;

/// The parts that a year has, from a year on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawParts {
    from: i16,
    codes: BTreeSet<String>,
}

/// The parts of a source's years, which all have to be there: of some of them every sum would be too small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts(Vec<RawParts>);

impl Parts {
    /// The codes of a year's parts: those of the latest year from which on they are given, or else the first.
    pub fn of(&self, year: i16) -> &BTreeSet<String> {
        let given = self.0.iter().rfind(|parts| parts.from <= year);
        &given.unwrap_or(&self.0[0]).codes
    }

    /// The checked parts of a source that comes every year, or not, in files of these names; `None` where a year is one file.
    pub(crate) fn check<'p>(
        raw: Option<Spanned<Vec<RawParts>>>,
        source: &SourceText,
        every: Option<Every>,
        files: impl Iterator<Item = &'p FilePattern>,
    ) -> Result<Option<Self>, DefinitionError> {
        let has_part: BTreeSet<bool> = files.map(FilePattern::has_part).collect();
        let Some(raw) = raw else {
            let none = Problem::Shape("files with {part} are of a source with `parts`".to_owned());
            return if has_part.contains(&true) { Err(source.error_in_file(none)) } else { Ok(None) };
        };
        let span = raw.span();
        let mut parts = raw.into_inner();
        parts.sort_by_key(|parts| parts.from);
        let is_ordered = parts.windows(2).all(|pair| pair[0].from < pair[1].from);
        let has_several = !parts.is_empty() && parts.iter().all(|parts| parts.codes.len() > 1);
        let is_written = |code: &String| !code.is_empty() && !code.contains('/');
        let are_written = parts.iter().flat_map(|parts| &parts.codes).all(is_written);
        let text = if every.is_none() || has_part.contains(&false) {
            "parts are of a source with every = \"year\" and {part} in the names of all its files"
        } else if !is_ordered || !has_several || !are_written {
            "parts are given once for a year, and are at least two codes as they stand in the files' names"
        } else {
            return Ok(Some(Self(parts)));
        };
        Err(source.error(span, Problem::Shape(text.to_owned())))
    }
}
