//! Names of extract files: `yder_status/yder_status_{date}.csv`.

use std::fmt;

use jiff::civil::Date;
use regex::Regex;

use crate::text_format::DateFormat;

/// A pattern for paths below the extracts' address, compressed or not.
///
/// `{date}` stands for the day of extraction as yyyyMMdd, `{year}` for the year that the file serves, and `{name}` for what
/// the entry in the file describes.
#[derive(Debug, Clone)]
pub struct FilePattern {
    text: String,
    regex: Regex,
}

/// Stands for the name of what a file's entry describes.
pub const NAME: &str = "{name}";

/// What a file's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The year that the file serves.
    pub year: Option<i16>,
    pub extract_date: Option<Date>,
}

impl FilePattern {
    /// Reads a pattern; `None` where it has placeholders that are not known, or is no path to a file below a folder.
    pub fn parse(text: &str) -> Option<Self> {
        let is_part = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']);
        if !text.split('/').all(is_part) {
            return None;
        }
        let escaped = regex::escape(text)
            .replacen(r"\{date\}", "(?<date>[0-9]{8})", 1)
            .replacen(r"\{year\}", "(?<year>[0-9]{4})", 1)
            .replacen(r"\{name\}", "(?<name>[^/]+)", 1);
        if escaped.contains(r"\{") {
            return None;
        }
        let regex = Regex::new(&format!(r"^{escaped}(\.gz|\.zst|\.zip)?$")).ok()?;
        Some(Self { text: text.to_owned(), regex })
    }

    /// Whether the files' names say which year they serve.
    pub fn has_year(&self) -> bool {
        self.text.contains("{date}") || self.text.contains("{year}")
    }

    /// Whether each file holds one entry, and is named after what it describes.
    pub fn has_name(&self) -> bool {
        self.text.contains(NAME)
    }

    /// What the file at `path` describes.
    pub fn name_in<'a>(&self, path: &'a str) -> Option<&'a str> {
        Some(self.regex.captures(path)?.name("name")?.as_str())
    }

    /// The path that stands for all files of one entry each.
    pub fn of_all(&self) -> String {
        self.text.replace(NAME, "_all")
    }

    pub fn folder(&self) -> &str {
        self.text.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What the name of `path` says, if the pattern fits it.
    pub fn matches(&self, path: &str) -> Option<Match> {
        let captures = self.regex.captures(path)?;
        let extract_date = match captures.name("date") {
            Some(date) => Some(DateFormat::Compact.parse(date.as_str())?),
            None => None,
        };
        let year = match captures.name("year") {
            Some(year) => year.as_str().parse().ok(),
            None => extract_date.map(Date::year),
        };
        Some(Match { year, extract_date })
    }
}

impl fmt::Display for FilePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
