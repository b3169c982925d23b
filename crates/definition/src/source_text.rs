//! A definition file's text, and errors that point into it.

use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::error::{DefinitionError, Problem};
use crate::pattern::Pattern;
use crate::problem::closest;

/// Bytes of the largest definition: a thousand times those of the largest here.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The text of a definition or a query: a file, and of a size that somebody wrote.
///
/// # Errors
/// It can't be read, is a device or a pipe, has more than 16 MiB, or is not UTF-8.
pub fn read_text(file: &Path) -> io::Result<String> {
    // A pipe would be waited for as soon as it is opened.
    if !fs::metadata(file)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut text = String::new();
    match fs::File::open(file)?.take(LARGEST + 1).read_to_string(&mut text)? as u64 > LARGEST {
        true => Err(io::Error::other(format!("it is larger than {} MiB", LARGEST >> 20))),
        false => Ok(text),
    }
}

/// A definition file as it was read.
#[derive(Debug, Clone)]
pub(crate) struct SourceText {
    /// Relative to the project, as errors show it.
    pub(crate) file: PathBuf,
    pub(crate) text: String,
}

impl SourceText {
    pub(crate) fn read(root: &Path, file: &Path) -> Result<Self, DefinitionError> {
        match read_text(&root.join(file)) {
            Ok(text) => Ok(Self { file: file.to_owned(), text }),
            Err(source) => {
                Err(DefinitionError { problem: Problem::Unreadable(source), file: file.to_owned(), place: None })
            }
        }
    }

    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, DefinitionError> {
        toml::from_str(&self.text).map_err(|error| {
            let problem = Problem::Shape(error.message().to_owned());
            match error.span() {
                Some(span) => self.error(span, problem),
                None => self.error_in_file(problem),
            }
        })
    }

    /// Line and column of what begins at `span`, from 1.
    pub(crate) fn place(&self, span: Range<usize>) -> (usize, usize) {
        let before = &self.text[..span.start.min(self.text.len())];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        (line, column)
    }

    pub(crate) fn error(&self, span: Range<usize>, problem: Problem) -> DefinitionError {
        DefinitionError { problem, file: self.file.clone(), place: Some(self.place(span)) }
    }

    pub(crate) fn error_in_file(&self, problem: Problem) -> DefinitionError {
        DefinitionError { problem, file: self.file.clone(), place: None }
    }

    /// The position of `name` in `names`, or an error that points at it.
    pub(crate) fn position<'a>(
        &self,
        name: &toml::Spanned<String>,
        what: &'static str,
        names: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<usize, DefinitionError> {
        names.clone().position(|known| known == name.get_ref()).ok_or_else(|| {
            let closest = closest(name.get_ref(), names).map(str::to_owned);
            self.error(name.span(), Problem::UnknownName { what, name: name.get_ref().clone(), closest })
        })
    }

    pub(crate) fn pattern(&self, written: &toml::Spanned<String>) -> Result<Pattern, DefinitionError> {
        Pattern::parse(written.get_ref()).ok_or_else(|| self.not(written, "a regular expression"))
    }

    /// Refuses texts with blanks around them: what is read has none.
    pub(crate) fn unpadded<'t>(
        &self,
        span: Range<usize>,
        texts: impl IntoIterator<Item = &'t String>,
    ) -> Result<(), DefinitionError> {
        match texts.into_iter().find(|text| text.trim() != *text) {
            Some(text) => {
                Err(self
                    .error(span, Problem::Value { value: text.clone(), expected: "a text without blanks around it" }))
            }
            None => Ok(()),
        }
    }

    pub(crate) fn not(&self, value: &toml::Spanned<String>, expected: &'static str) -> DefinitionError {
        self.error(value.span(), Problem::Value { value: value.get_ref().clone(), expected })
    }
}
