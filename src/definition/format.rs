//! How an extract's bytes become text and its text becomes values.

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
}

impl Encoding {
    /// The name as contracts and messages have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1252 => "windows-1252",
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
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
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

/// An attribute of an XML element that says something of the whole delivery.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameAttribute {
    /// The element's name.
    pub element: String,
    /// Its attribute.
    pub attribute: String,
}

/// The file format of a source.
#[derive(Debug, Clone)]
pub enum Format {
    /// Delimited text with a header row.
    Csv {
        /// The character set.
        encoding: Encoding,
        /// The delimiter.
        delimiter: u8,
        /// What encloses a text with delimiters in it; registers mostly have none, and a stray mark
        /// must not swallow the rest of the file.
        quote: Option<u8>,
        /// First cell of the last line, whose second cell counts the rows.
        trailer: Option<String>,
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
    /// Arrays of tables in a TOML file: definitions that are data.
    Toml,
}
