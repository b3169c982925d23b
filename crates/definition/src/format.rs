//! How an extract's bytes become text and its text becomes values.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::error::{DefinitionError, Problem};
use crate::source_text::SourceText;
use crate::text_format::{DateFormat, Encoding, TextFormat};

/// An attribute of an XML element that says something of the whole delivery.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameAttribute {
    pub element: String,
    pub attribute: String,
}

/// An attribute of an XML element that says the day on which the delivery was drawn.
#[derive(Debug, Clone)]
pub struct DayAttribute {
    pub element: String,
    pub attribute: String,
    pub dates: Option<DateFormat>,
}

/// Where a field stands in a line of fixed width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Positions {
    /// Letters before it.
    pub from: usize,
    /// Letters up to its end.
    pub to: usize,
}

/// Counted from 1, both ends inclusive, as record layouts write them.
impl fmt::Display for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to - self.from {
            1 => write!(f, "{}", self.to),
            _ => write!(f, "{}-{}", self.from + 1, self.to),
        }
    }
}

impl Positions {
    /// Reads `3-12` or `38`: counted from 1, both ends inclusive, as record layouts write them.
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        (1..=last).contains(&first).then(|| Self { from: first - 1, to: last })
    }
}

/// Whether a file names its columns, and how strictly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Header {
    /// The names are those of the contract.
    #[default]
    Exact,
    /// Upper and lower case vary between deliveries.
    AnyCase,
    /// No names: the columns of the contract, in its order.
    None,
}

/// The first line of a fixed-width file.
#[derive(Debug, Clone)]
pub struct StartLine {
    pub record_type: String,
    /// Where it says the day the register was drawn.
    pub extract_date: Option<Positions>,
    pub dates: Option<DateFormat>,
}

/// The last line of a fixed-width file.
#[derive(Debug, Clone)]
pub struct EndLine {
    pub record_type: String,
    /// Where it counts the records.
    pub count: Option<Positions>,
}

#[derive(Debug, Clone)]
pub enum Format {
    Csv {
        encoding: Encoding,
        delimiter: u8,
        /// What encloses a text with delimiters in it; registers mostly have none, and a stray mark
        /// must not swallow the rest of the file.
        quote: Option<u8>,
        header: Header,
        /// First cell of the last line, whose second cell counts the rows.
        trailer: Option<String>,
    },
    /// Lines whose fields stand at fixed positions, and whose record type selects the table.
    Fixed {
        encoding: Encoding,
        /// Letters of every line of data, where all are equally long.
        line_width: Option<usize>,
        /// Where a line says of which type it is.
        record_type: Positions,
        start: Option<StartLine>,
        end: Option<EndLine>,
        /// Record types that are known and never read.
        skip: BTreeSet<String>,
    },
    /// XML whose records are elements with attributes.
    Xml {
        encoding: Encoding,
        root: String,
        /// Where the delivery says the day it was drawn, which has to be the day in the file's name if that says one.
        extract_date: Option<DayAttribute>,
        /// Where the delivery counts its records; its last element.
        trailer: Option<FrameAttribute>,
    },
    /// A workbook whose sheets are tables.
    Excel {
        /// The row that names the columns, from 1; above it stand titles.
        header_row: u32,
    },
    JsonLines,
    Sas,
    Parquet,
    /// Arrays of tables in a TOML file: definitions that are data.
    Toml,
}

impl Format {
    /// Whether a file has a last line or element that says that it is whole.
    pub fn has_end(&self) -> bool {
        match self {
            Self::Csv { trailer, .. } => trailer.is_some(),
            Self::Fixed { end, .. } => end.is_some(),
            Self::Xml { trailer, .. } => trailer.is_some(),
            Self::Excel { .. } | Self::JsonLines | Self::Sas | Self::Parquet | Self::Toml => false,
        }
    }

    /// Whether a file is nothing but its rows: without them it is empty.
    pub fn is_rows_alone(&self) -> bool {
        match self {
            Self::Csv { header, .. } => *header == Header::None && !self.has_end(),
            Self::Fixed { start, .. } => start.is_none() && !self.has_end(),
            Self::JsonLines | Self::Toml => true,
            Self::Xml { .. } | Self::Excel { .. } | Self::Sas | Self::Parquet => false,
        }
    }

    /// Whether a file names its columns in a row of its own.
    pub fn header(&self) -> Header {
        match self {
            Self::Csv { header, .. } => *header,
            Self::Excel { .. } => Header::Exact,
            _ => Header::None,
        }
    }

    /// Whether a file is rows of cells, where a row of names may stand among those of values.
    pub fn is_of_cells(&self) -> bool {
        match self {
            Self::Csv { .. } | Self::Excel { .. } => true,
            Self::Fixed { .. } | Self::Xml { .. } | Self::JsonLines | Self::Sas | Self::Parquet | Self::Toml => false,
        }
    }

    /// Where a file says on which day it was drawn, in words, and how it writes it; `None` where it does not.
    pub fn day_place(&self) -> Option<(String, DateFormat)> {
        match self {
            Self::Fixed {
                start: Some(StartLine { record_type, extract_date: Some(at), dates: Some(dates) }), ..
            } => Some((format!("the start record `{record_type}` at {at}"), *dates)),
            Self::Xml { extract_date: Some(DayAttribute { element, attribute, dates: Some(dates) }), .. } => {
                Some((format!("the attribute `{attribute}` of <{element}>"), *dates))
            }
            _ => None,
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Csv { .. } => "CSV",
            Self::Fixed { .. } => "fixed width",
            Self::Xml { .. } => "XML",
            Self::Excel { .. } => "Excel",
            Self::JsonLines => "JSON lines",
            Self::Sas => "SAS7BDAT",
            Self::Parquet => "Parquet",
            Self::Toml => "TOML",
        }
    }

    pub(crate) fn is_single_table(&self) -> bool {
        matches!(self, Self::Csv { .. } | Self::Sas | Self::Parquet)
    }

    /// Whether tables are told apart by an `element` that the contract has to name.
    pub(crate) fn needs_element(&self) -> bool {
        matches!(self, Self::Fixed { .. } | Self::Xml { .. } | Self::Excel { .. } | Self::Toml)
    }

    /// Whether its values are typed, so that dates and numbers are not spelled by the provider.
    pub(crate) fn is_typed(&self) -> bool {
        matches!(self, Self::Excel { .. } | Self::Sas | Self::Parquet | Self::Toml)
    }
}

/// The formats that there are, for messages.
const KINDS: &str = "one of csv, fixed, xml, excel, jsonl, sas, parquet and toml";

/// A format as the contract writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFormat {
    kind: Spanned<String>,
    encoding: Option<Encoding>,
    delimiter: Option<Spanned<String>>,
    quote: Option<Spanned<String>>,
    #[serde(default)]
    header: Header,
    trailer: Option<RawTrailer>,
    extract_date: Option<RawDayAttribute>,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDayAttribute {
    element: String,
    attribute: String,
    dates: Option<DateFormat>,
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
    pub(crate) fn check(
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
                extract_date: self.extract_date.as_ref().map(|it| DayAttribute {
                    element: it.element.clone(),
                    attribute: it.attribute.clone(),
                    dates: it.dates.or(self.dates),
                }),
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
        self.of_its_kind(source)?;
        self.marks(source)?;
        let trailer = match &self.trailer {
            Some(RawTrailer::Word(word)) => Some(word),
            _ => None,
        };
        source.unpadded(whole.span(), self.nulls.iter().chain(trailer))?;
        let text = TextFormat {
            nulls: self.nulls.clone(),
            dates: self.dates.or_else(|| format.is_typed().then_some(DateFormat::Iso)),
            decimal: self.decimal(),
            thousands: self.thousands.as_ref().map(|mark| *mark.get_ref()),
        };
        Ok((format, text))
    }

    /// Refuses what the reader of the format's kind would not heed: whoever says where an end stands thinks that it is looked for.
    fn of_its_kind(&self, source: &SourceText) -> Result<(), DefinitionError> {
        let said: [(&str, bool, &[&str]); 13] = [
            ("encoding", self.encoding.is_some(), &["csv", "fixed", "xml"]),
            ("delimiter", self.delimiter.is_some(), &["csv"]),
            ("quote", self.quote.is_some(), &["csv"]),
            ("header", self.header != Header::default(), &["csv"]),
            ("trailer", self.trailer.is_some(), &["csv", "xml"]),
            ("extract_date", self.extract_date.is_some(), &["xml"]),
            ("root", self.root.is_some(), &["xml"]),
            ("line_width", self.line_width.is_some(), &["fixed"]),
            ("record_type", self.record_type.is_some(), &["fixed"]),
            ("start", self.start.is_some(), &["fixed"]),
            ("end", self.end.is_some(), &["fixed"]),
            ("skip", !self.skip.is_empty(), &["fixed"]),
            ("header_row", self.header_row.is_some(), &["excel"]),
        ];
        let kind = self.kind.get_ref().as_str();
        match said.iter().find(|(_, is_said, kinds)| *is_said && !kinds.contains(&kind)) {
            Some((key, _, kinds)) => {
                let text = format!("the format `{kind}` has no `{key}`, which is of {}", kinds.join(" and "));
                Err(source.error(self.kind.span(), Problem::Shape(text)))
            }
            None => Ok(()),
        }
    }

    fn decimal(&self) -> char {
        self.decimal.as_ref().map_or('.', |mark| *mark.get_ref())
    }

    /// Marks that could be taken for one another, or for a part of a number, make one text two numbers.
    fn marks(&self, source: &SourceText) -> Result<(), DefinitionError> {
        let is_same = |frame: &Option<Spanned<String>>, number: &Spanned<char>| {
            frame.as_ref().is_some_and(|frame| frame.get_ref().chars().eq([*number.get_ref()]))
        };
        let wrong = |mark: &Spanned<char>, expected| {
            Err(source.error(mark.span(), Problem::Value { value: mark.get_ref().to_string(), expected }))
        };
        let is_of_numbers = |mark: &char| {
            mark.is_alphanumeric()
                || mark.is_control()
                || matches!(mark, '-' | '+' | '\u{2012}'..='\u{2015}' | '\u{2212}')
        };
        for mark in [&self.decimal, &self.thousands].into_iter().flatten() {
            if is_of_numbers(mark.get_ref()) {
                return wrong(mark, "a mark that no number is written with");
            }
        }
        // A blank may stand between thousands. Around a value it is none of it.
        if let Some(decimal) = self.decimal.as_ref().filter(|mark| mark.get_ref().is_whitespace()) {
            return wrong(decimal, "a mark that no number is written with");
        }
        let is_taken = |quote: &str| {
            self.delimiter.as_ref().is_some_and(|delimiter| delimiter.get_ref() == quote)
                || quote.chars().any(|mark| stands_in_values(mark) || mark.is_whitespace())
        };
        if let Some(quote) = self.quote.as_ref().filter(|quote| is_taken(quote.get_ref())) {
            return Err(source.not(quote, "a mark that neither divides columns nor stands in values"));
        }
        if let Some(delimiter) =
            self.delimiter.as_ref().filter(|delimiter| delimiter.get_ref().chars().any(stands_in_values))
        {
            return Err(source.not(delimiter, "a mark that neither stands in values nor ends lines"));
        }
        match (&self.decimal, &self.thousands) {
            (Some(decimal), _) if is_same(&self.delimiter, decimal) || is_same(&self.quote, decimal) => {
                wrong(decimal, "another mark than the delimiter and the quote")
            }
            // A number in quotes may have the delimiter between its thousands. Without quotes it would be divided.
            (_, Some(thousands))
                if is_same(&self.quote, thousands) || (self.quote.is_none() && is_same(&self.delimiter, thousands)) =>
            {
                wrong(thousands, "another mark than the one that divides columns or encloses texts")
            }
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
        let told_by = self.record_type.as_ref().ok_or_else(|| missing("record_type"))?;
        let record_type = place(told_by)?;
        if self.line_width.is_some_and(|width| record_type.to > width) {
            return Err(source.not(told_by, "within the letters of a line"));
        }
        Ok(Format::Fixed {
            encoding,
            line_width: self.line_width,
            record_type,
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

/// Whether numbers, days, words or line ends have a mark.
fn stands_in_values(mark: char) -> bool {
    mark.is_alphanumeric() || matches!(mark, '-' | '+' | '.' | ' ' | '\n' | '\r' | '\0')
}

/// The positions that `text`, at `span`, gives.
pub(crate) fn positions(source: &SourceText, span: Range<usize>, text: &str) -> Result<Positions, DefinitionError> {
    let expected = "positions as `3-12`, counted from 1";
    Positions::parse(text).ok_or_else(|| source.error(span, Problem::Value { value: text.to_owned(), expected }))
}
