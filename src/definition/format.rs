//! How an extract's bytes become text and its text becomes values.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The character sets that the registers are delivered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252: what "ISO-8859-1" deliveries really hold.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// ISO-8859-15: ISO-8859-1 with the euro sign and seven other letters.
    #[serde(rename = "iso-8859-15")]
    Iso8859_15,
}

impl Encoding {
    /// The name as contracts and messages have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1252 => "windows-1252",
            Self::Iso8859_15 => "iso-8859-15",
        }
    }
}

/// How a register writes dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum DateFormat {
    /// 20180131.
    #[serde(rename = "yyyyMMdd")]
    Compact,
    /// 31-01-2018.
    #[serde(rename = "dd-MM-yyyy")]
    Danish,
    /// 2018-01-31.
    #[serde(rename = "yyyy-MM-dd")]
    Iso,
}

impl DateFormat {
    /// The pattern, as messages show it.
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Compact => "yyyyMMdd",
            Self::Danish => "dd-MM-yyyy",
            Self::Iso => "yyyy-MM-dd",
        }
    }

    /// A day as this format writes it.
    pub fn write(self, day: Date) -> String {
        let (year, month, day) = (day.year(), day.month(), day.day());
        match self {
            Self::Compact => format!("{year:04}{month:02}{day:02}"),
            Self::Danish => format!("{day:02}-{month:02}-{year:04}"),
            Self::Iso => format!("{year:04}-{month:02}-{day:02}"),
        }
    }

    /// The date that `text` writes, if it writes one that exists.
    pub fn parse(self, text: &str) -> Option<Date> {
        let bytes = text.as_bytes();
        let shape = self.pattern().as_bytes();
        if bytes.len() != shape.len() {
            return None;
        }
        let (mut year, mut month, mut day) = (0, 0, 0);
        for (byte, slot) in bytes.iter().zip(shape) {
            let digit = i16::from(byte.wrapping_sub(b'0'));
            match slot {
                b'-' if *byte == b'-' => continue,
                _ if !byte.is_ascii_digit() => return None,
                b'y' => year = year * 10 + digit,
                b'M' => month = month * 10 + digit,
                b'd' => day = day * 10 + digit,
                _ => return None,
            }
        }
        // Not all who read the Parquet know a year 0.
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|date| date.year() > 0)
    }
}

/// How values are written in a text format.
#[derive(Debug, Clone)]
pub struct TextFormat {
    /// The spellings of "no value".
    pub nulls: Vec<String>,
    /// How dates are written, where the source has any.
    pub dates: Option<DateFormat>,
    /// The decimal mark.
    pub decimal: char,
    /// The mark between thousands, where the source uses one.
    pub thousands: Option<char>,
}

impl TextFormat {
    /// As definitions write values, not as a register does.
    pub fn plain() -> Self {
        Self { nulls: Vec::new(), dates: Some(DateFormat::Iso), decimal: '.', thousands: None }
    }
}

/// An attribute of an XML element that says something of the whole delivery.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameAttribute {
    /// The element's name.
    pub element: String,
    /// Its attribute.
    pub attribute: String,
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
    pub(super) fn parse(text: &str) -> Option<Self> {
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
    /// Its record type.
    pub record_type: String,
    /// Where it says the day the register was drawn.
    pub extract_date: Option<Positions>,
    /// How it writes that day.
    pub dates: Option<DateFormat>,
}

/// The last line of a fixed-width file.
#[derive(Debug, Clone)]
pub struct EndLine {
    /// Its record type.
    pub record_type: String,
    /// Where it counts the records.
    pub count: Option<Positions>,
}

/// The file format of a source.
#[derive(Debug, Clone)]
pub enum Format {
    /// Delimited text.
    Csv {
        /// The character set.
        encoding: Encoding,
        /// The delimiter.
        delimiter: u8,
        /// What encloses a text with delimiters in it; registers mostly have none, and a stray mark
        /// must not swallow the rest of the file.
        quote: Option<u8>,
        /// Whether the first line names the columns.
        header: Header,
        /// First cell of the last line, whose second cell counts the rows.
        trailer: Option<String>,
    },
    /// Lines whose fields stand at fixed positions, and whose record type selects the table.
    Fixed {
        /// The character set.
        encoding: Encoding,
        /// Letters of every line of data, where all are equally long.
        line_width: Option<usize>,
        /// Where a line says of which type it is.
        record_type: Positions,
        /// The first line, where the format has one.
        start: Option<StartLine>,
        /// The last line, where the format has one.
        end: Option<EndLine>,
        /// Record types that are known and never read.
        skip: BTreeSet<String>,
    },
    /// XML whose records are elements with attributes.
    Xml {
        /// The character set.
        encoding: Encoding,
        /// The root element.
        root: String,
        /// Where the delivery says the day it was drawn, which has to be the day in the file's name.
        extract_date: Option<FrameAttribute>,
        /// Where the delivery counts its records; its last element.
        trailer: Option<FrameAttribute>,
    },
    /// A workbook whose sheets are tables.
    Excel {
        /// The row that names the columns, from 1; above it stand titles.
        header_row: u32,
    },
    /// One JSON object a line.
    JsonLines,
    /// SAS7BDAT.
    Sas,
    /// Parquet.
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

    /// The format's name in messages.
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

    /// Whether a file of it is one table.
    pub(super) fn is_single_table(&self) -> bool {
        matches!(self, Self::Csv { .. } | Self::Sas | Self::Parquet)
    }

    /// Whether tables are told apart by an `element` that the contract has to name.
    pub(super) fn needs_element(&self) -> bool {
        matches!(self, Self::Fixed { .. } | Self::Xml { .. } | Self::Excel { .. } | Self::Toml)
    }

    /// Whether its values are typed, so that dates and numbers are not spelled by the provider.
    pub(super) fn is_typed(&self) -> bool {
        matches!(self, Self::Excel { .. } | Self::Sas | Self::Parquet | Self::Toml)
    }
}
