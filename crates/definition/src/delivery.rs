//! The forms that a source is delivered in.

use serde::Deserialize;
use toml::Spanned;

use crate::error::{DefinitionError, Errors};
use crate::file_pattern::FilePattern;
use crate::format::{Format, RawFormat};
use crate::source_text::SourceText;
use crate::text_format::TextFormat;

/// What a pattern of files is, for messages.
const FILE_NAME: &str =
    "a file below the extracts, by its path without `..`, with {date} or {year} if every = \"year\"";

/// Files of one form, and how they are read.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub files: Vec<FilePattern>,
    pub format: Format,
    pub text: TextFormat,
}

/// The same register in another form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDelivery {
    pub(crate) files: Vec<Spanned<String>>,
    pub(crate) format: Spanned<RawFormat>,
}

impl RawDelivery {
    /// `yearly`: whether the files' names have to say the year.
    pub(crate) fn check(&self, source: &SourceText, yearly: bool) -> Result<Delivery, Vec<DefinitionError>> {
        let mut errors = Errors::default();
        let format = errors.take(self.format.get_ref().check(source, &self.format));
        let files = errors.take_all(self.files.iter().map(|pattern| {
            FilePattern::parse(pattern.get_ref())
                .filter(|parsed| !yearly || parsed.has_year())
                .ok_or_else(|| source.not(pattern, FILE_NAME))
        }));
        match (format, files) {
            (Some((format, text)), Some(files)) => Ok(Delivery { files, format, text }),
            _ => Err(errors.all()),
        }
    }
}
