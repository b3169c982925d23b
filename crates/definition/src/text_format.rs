//! How values are written in text: character sets, dates, decimal marks.

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
    pub dates: Option<DateFormat>,
    pub decimal: char,
    pub thousands: Option<char>,
}

impl TextFormat {
    /// As definitions write values, not as a register does.
    pub fn plain() -> Self {
        Self { nulls: Vec::new(), dates: Some(DateFormat::Iso), decimal: '.', thousands: None }
    }
}
