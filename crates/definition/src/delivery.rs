//! The forms that a source is delivered in.

use serde::Deserialize;
use toml::Spanned;

use crate::due_day::{DayFrom, Every};
use crate::error::{DefinitionError, Errors, Problem};
use crate::file_pattern::FilePattern;
use crate::format::{Format, RawFormat};
use crate::source_text::SourceText;
use crate::text_format::TextFormat;

/// What a pattern of files is, for messages.
const FILE_NAME: &str = "a file below the extracts, by its path without `..`, with a day as {date} or a {year} if every = \
                         \"year\" and the day does not come from the content";

/// Files of one form, and how they are read.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub files: Vec<FilePattern>,
    pub format: Format,
    pub text: TextFormat,
}

impl Delivery {
    /// Whether files of a pattern, one of its own, say on which day they were drawn.
    pub(crate) fn says_day(&self, pattern: &FilePattern, from: DayFrom) -> bool {
        pattern.has_day() || (from == DayFrom::Content && self.format.day_place().is_some())
    }
}

/// The same register in another form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDelivery {
    pub(crate) files: Vec<Spanned<String>>,
    pub(crate) format: Spanned<RawFormat>,
}

impl RawDelivery {
    /// `every`: whether files have to say their year; `day`: where they do, if not in their names.
    pub(crate) fn check(
        &self,
        source: &SourceText,
        every: Option<Every>,
        day: DayFrom,
    ) -> Result<Delivery, Vec<DefinitionError>> {
        let mut errors = Errors::default();
        let format = errors.take(self.format.get_ref().check(source, &self.format));
        let says_year = |pattern: &FilePattern| every.is_none() || day == DayFrom::Content || pattern.has_year();
        let files = errors.take_all(self.files.iter().map(|pattern| {
            FilePattern::parse(pattern.get_ref()).filter(says_year).ok_or_else(|| source.not(pattern, FILE_NAME))
        }));
        let says_day = |format: &Format| day == DayFrom::Name || format.day_place().is_some();
        if let Some((format, _)) = format.as_ref().filter(|(format, _)| !says_day(format)) {
            let problem = Problem::Shape(format!(
                "{} says no day in its content: `extract_date` of XML, or of the `start` of fixed width, says where it \
                 stands, and `dates` how it is written",
                format.name()
            ));
            errors.push(source.error(self.format.span(), problem));
        }
        match (format, files, errors.none()) {
            (Some((format, text)), Some(files), Ok(())) => Ok(Delivery { files, format, text }),
            (_, _, Err(errors)) => Err(errors),
            _ => Err(Vec::new()),
        }
    }
}
