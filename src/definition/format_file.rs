//! A format as a contract writes it, and the checks that make it one.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::format::{EndLine, StartLine};
use super::source_text::SourceText;
use super::{DateFormat, DefinitionError, Encoding, Format, FrameAttribute, Header, Positions, Problem, TextFormat};

/// The formats that there are, for messages.
const KINDS: &str = "one of csv, fixed, xml, excel, jsonl, sas, parquet and toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFormat {
    kind: Spanned<String>,
    encoding: Option<Encoding>,
    delimiter: Option<Spanned<String>>,
    quote: Option<Spanned<String>>,
    #[serde(default)]
    header: Header,
    trailer: Option<RawTrailer>,
    extract_date: Option<FrameAttribute>,
    root: Option<String>,
    line_width: Option<usize>,
    record_type: Option<Spanned<String>>,
    start: Option<RawStart>,
    end: Option<RawEnd>,
    #[serde(default)]
    skip: BTreeSet<String>,
    header_row: Option<Spanned<u32>>,
    #[serde(default)]
    nulls: Vec<String>,
    dates: Option<DateFormat>,
    decimal: Option<Spanned<char>>,
    thousands: Option<Spanned<char>>,
}

/// CSV trailers are a word, XML trailers an element with a count.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawTrailer {
    Word(String),
    Element(FrameAttribute),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStart {
    #[serde(rename = "type")]
    record_type: String,
    extract_date: Option<Spanned<String>>,
    dates: Option<DateFormat>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEnd {
    #[serde(rename = "type")]
    record_type: String,
    count: Option<Spanned<String>>,
}

impl RawFormat {
    /// The format, and how its values are written.
    pub(super) fn check(
        &self,
        source: &SourceText,
        whole: &Spanned<Self>,
    ) -> Result<(Format, TextFormat), DefinitionError> {
        let missing = |key| {
            let what = format!("the format `{}`", self.kind.get_ref());
            source.error(whole.span(), Problem::Missing { what, key })
        };
        let encoding = || self.encoding.ok_or_else(|| missing("encoding"));
        let format = match self.kind.get_ref().as_str() {
            "csv" if matches!(&self.trailer, Some(RawTrailer::Word(word)) if word.trim().is_empty()) => {
                let expected = "a trailer: the word that the last line begins with";
                return Err(source.error(whole.span(), Problem::Value { value: String::new(), expected }));
            }
            "csv" => self.csv(source, encoding()?, missing)?,
            "fixed" => self.fixed(source, encoding()?, missing)?,
            "xml" => Format::Xml {
                encoding: encoding()?,
                root: self.root.clone().ok_or_else(|| missing("root"))?,
                extract_date: self.extract_date.clone(),
                trailer: match &self.trailer {
                    Some(RawTrailer::Element(trailer)) => Some(trailer.clone()),
                    Some(RawTrailer::Word(_)) => return Err(missing("trailer with element and attribute")),
                    None => None,
                },
            },
            "excel" => {
                let header_row = self.header_row.as_ref().ok_or_else(|| missing("header_row"))?;
                if *header_row.get_ref() == 0 {
                    let problem = Problem::Value { value: "0".to_owned(), expected: "a row, counted from 1" };
                    return Err(source.error(header_row.span(), problem));
                }
                Format::Excel { header_row: *header_row.get_ref() }
            }
            "jsonl" => Format::JsonLines,
            "sas" => Format::Sas,
            "parquet" => Format::Parquet,
            "toml" => Format::Toml,
            _ => return Err(source.not(&self.kind, KINDS)),
        };
        self.marks(source)?;
        let text = TextFormat {
            nulls: self.nulls.clone(),
            dates: self.dates.or_else(|| format.is_typed().then_some(DateFormat::Iso)),
            decimal: self.decimal(),
            thousands: self.thousands.as_ref().map(|mark| *mark.get_ref()),
        };
        Ok((format, text))
    }

    fn decimal(&self) -> char {
        self.decimal.as_ref().map_or('.', |mark| *mark.get_ref())
    }

    /// Marks that could be taken for one another, or for a part of a number, make one text two numbers.
    fn marks(&self, source: &SourceText) -> Result<(), DefinitionError> {
        let frame = [&self.delimiter, &self.quote].into_iter().flatten().any(|mark| {
            let is_it = |number: &Spanned<char>| mark.get_ref().chars().eq([*number.get_ref()]);
            self.decimal.as_ref().is_some_and(is_it)
        });
        let wrong = |mark: &Spanned<char>, expected| {
            Err(source.error(mark.span(), Problem::Value { value: mark.get_ref().to_string(), expected }))
        };
        for mark in [&self.decimal, &self.thousands].into_iter().flatten() {
            if mark.get_ref().is_alphanumeric() || matches!(mark.get_ref(), '-' | '+') {
                return wrong(mark, "a mark that no number is written with");
            }
        }
        match (&self.decimal, &self.thousands) {
            (Some(decimal), _) if frame => wrong(decimal, "another mark than the delimiter and the quote"),
            (_, Some(thousands)) if *thousands.get_ref() == self.decimal() => {
                wrong(thousands, "another mark than `decimal`, which is a point where the contract does not say it")
            }
            _ => Ok(()),
        }
    }

    fn csv(
        &self,
        source: &SourceText,
        encoding: Encoding,
        missing: impl Fn(&'static str) -> DefinitionError,
    ) -> Result<Format, DefinitionError> {
        let byte = |text: &Spanned<String>| match *text.get_ref().as_bytes() {
            [byte] => Ok(byte),
            _ => Err(source.not(text, "one ASCII character")),
        };
        Ok(Format::Csv {
            encoding,
            delimiter: byte(self.delimiter.as_ref().ok_or_else(|| missing("delimiter"))?)?,
            quote: self.quote.as_ref().map(byte).transpose()?,
            header: self.header,
            trailer: match &self.trailer {
                Some(RawTrailer::Word(word)) => Some(word.clone()),
                Some(RawTrailer::Element(_)) => return Err(missing("trailer as a text")),
                None => None,
            },
        })
    }

    fn fixed(
        &self,
        source: &SourceText,
        encoding: Encoding,
        missing: impl Fn(&'static str) -> DefinitionError,
    ) -> Result<Format, DefinitionError> {
        let place = |text: &Spanned<String>| positions(source, text.span(), text.get_ref());
        Ok(Format::Fixed {
            encoding,
            line_width: self.line_width,
            record_type: place(self.record_type.as_ref().ok_or_else(|| missing("record_type"))?)?,
            start: match &self.start {
                Some(start) => Some(StartLine {
                    record_type: start.record_type.clone(),
                    extract_date: start.extract_date.as_ref().map(place).transpose()?,
                    dates: start.dates.or(self.dates),
                }),
                None => None,
            },
            end: match &self.end {
                Some(end) => Some(EndLine {
                    record_type: end.record_type.clone(),
                    count: end.count.as_ref().map(place).transpose()?,
                }),
                None => None,
            },
            skip: self.skip.clone(),
        })
    }
}

/// The positions that `text`, at `span`, gives.
pub(super) fn positions(source: &SourceText, span: Range<usize>, text: &str) -> Result<Positions, DefinitionError> {
    let expected = "positions as `3-12`, counted from 1";
    Positions::parse(text).ok_or_else(|| source.error(span, Problem::Value { value: text.to_owned(), expected }))
}
