//! Names of extract files: `yder_status/yder_status_{date}.csv`.

use std::fmt;
use std::sync::OnceLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use crate::letters::plain_name;
use crate::name_day::NameDay;

/// A pattern for paths below the extracts' address, compressed or not.
///
/// A day of extraction is written as [`NameDay`] says; `{year}` or `{yyyy}` stands for the year that the file serves,
/// `{name}` for what the entry in the file describes, `{part}` for the part of a year that the file is, and `*` for any letters within one part of the path. What stands
/// behind the last point of the name is matched in any case, and so are the endings of compressed files.
#[derive(Debug, Clone)]
pub struct FilePattern {
    text: String,
    pub(crate) pieces: Vec<Piece>,
    regex: Regex,
    pub(crate) near: Near,
}

/// Expressions that are made when a name is first compared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Near {
    pub(crate) loose: OnceLock<Option<Regex>>,
    pub(crate) in_any_case: OnceLock<Option<Regex>>,
}

/// Stands for the name of what a file's entry describes.
pub const NAME: &str = "{name}";

/// Stands for the part of a year that a file is.
pub const PART: &str = "{part}";

/// The endings of compressed files that are read.
const COMPRESSED: [&str; 3] = [".gz", ".zst", ".zip"];

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Letters as they stand; their accents are composed.
    Text(String),
    Day(NameDay),
    Year,
    Name,
    Part,
    /// Any letters but `/`.
    Any,
}

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
        // Two stars look as if they reached into folders below.
        if !text.split('/').all(is_part) || text.contains("**") {
            return None;
        }
        let pieces = pieces(&plain_name(text))?;
        let regex = Regex::new(&expression(&pieces)).ok()?;
        Some(Self { text: text.to_owned(), pieces, regex, near: Near::default() })
    }

    /// What it matches.
    pub(crate) fn expression(&self) -> &str {
        self.regex.as_str()
    }

    /// Whether the files' names say which year they serve.
    pub fn has_year(&self) -> bool {
        self.has_day() || self.names_year()
    }

    /// Whether the files' names say a year beside the day on which they were drawn, or alone.
    pub fn names_year(&self) -> bool {
        self.pieces.contains(&Piece::Year)
    }

    /// Whether the files' names say on which day they were drawn.
    pub fn has_day(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Day(_)))
    }

    /// Whether the files' names say a day and no year beside it, so that of two files one is the newer.
    pub fn is_dated(&self) -> bool {
        self.has_day() && !self.names_year()
    }

    /// Whether each file holds one entry, and is named after what it describes.
    pub fn has_name(&self) -> bool {
        self.pieces.contains(&Piece::Name)
    }

    /// What the file at `path` describes.
    pub fn name_in<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.said(&Piece::Name, path)
    }

    /// Whether each file is a part of a year.
    pub fn has_part(&self) -> bool {
        self.pieces.contains(&Piece::Part)
    }

    /// The part of its year that the file at `path` is.
    pub fn part_in<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.said(&Piece::Part, path)
    }

    fn said<'a>(&self, of: &Piece, path: &'a str) -> Option<&'a str> {
        let place = self.pieces.iter().position(|piece| piece == of)?;
        Some(self.regex.captures(path)?.name(&group(place))?.as_str())
    }

    /// The path that stands for all files of one entry each.
    pub fn of_all(&self) -> String {
        self.text.replace(NAME, "_all")
    }

    pub fn folder(&self) -> &str {
        self.text.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The pattern as it stands for the files of one year, where it can be written so.
    pub fn of_year(&self, year: i16) -> String {
        let year = format!("{year:04}");
        self.text.replace("{year}", &year).replace("{yyyy}", &year)
    }

    /// What the name of `path` says, if the pattern fits it. A name that says two days is of none.
    pub fn matches(&self, path: &str) -> Option<Match> {
        let captures = self.regex.captures(path)?;
        let extract_date = match one_day(&self.pieces, &captures)? {
            Said::Nothing => None,
            Said::This(day) => Some(day),
        };
        let year = match one_year(&self.pieces, &captures)? {
            Said::Nothing => extract_date.map(Date::year),
            Said::This(year) => Some(year),
        };
        Some(Match { year, extract_date })
    }
}

/// What a name says once or several times.
pub(crate) enum Said<T> {
    Nothing,
    This(T),
}

/// The one thing that is said; `None` where two are, or one that can't be read.
fn one<T: PartialEq>(mut said: impl Iterator<Item = Option<T>>) -> Option<Said<T>> {
    let Some(first) = said.next() else { return Some(Said::Nothing) };
    let first = first?;
    said.all(|other| other.as_ref() == Some(&first)).then_some(Said::This(first))
}

/// The day that a name says, by the groups of [`expression`].
pub(crate) fn one_day(pieces: &[Piece], captures: &Captures<'_>) -> Option<Said<Date>> {
    let days = pieces.iter().enumerate().filter_map(|(place, piece)| match piece {
        Piece::Day(form) => Some(form.parse(captures.name(&group(place))?.as_str())),
        _ => None,
    });
    one(days)
}

/// The year that a name says, apart from its day.
pub(crate) fn one_year(pieces: &[Piece], captures: &Captures<'_>) -> Option<Said<i16>> {
    let years = pieces.iter().enumerate().filter_map(|(place, piece)| match piece {
        Piece::Year => Some(captures.name(&group(place))?.as_str().parse().ok()),
        _ => None,
    });
    one(years)
}

/// The name of the group that a placeholder is captured in.
pub(crate) fn group(place: usize) -> String {
    format!("at{place}")
}

/// The endings of compressed files as an expression.
pub(crate) fn compressed() -> String {
    format!("(?i:{})", COMPRESSED.map(regex::escape).join("|"))
}

/// The path without the ending of a compressed file, in whatever case.
pub fn without_compression(path: &str) -> &str {
    let ending = |ending: &&str| path.len() > ending.len() && has_ending(path, ending);
    COMPRESSED.iter().find(|it| ending(it)).map_or(path, |ending| &path[..path.len() - ending.len()])
}

fn has_ending(path: &str, ending: &str) -> bool {
    let (path, ending) = (path.as_bytes(), ending.as_bytes());
    path.len() >= ending.len() && path[path.len() - ending.len()..].eq_ignore_ascii_case(ending)
}

fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '*']) {
        if at > 0 {
            pieces.push(Piece::Text(rest[..at].to_owned()));
        }
        rest = &rest[at..];
        if let Some(behind) = rest.strip_prefix('*') {
            pieces.push(Piece::Any);
            rest = behind;
            continue;
        }
        let (placeholder, behind) = rest[1..].split_once('}')?;
        pieces.push(match placeholder {
            "name" if pieces.contains(&Piece::Name) => return None,
            "name" => Piece::Name,
            "part" if pieces.contains(&Piece::Part) => return None,
            "part" => Piece::Part,
            "year" | "yyyy" => Piece::Year,
            "date" => Piece::Day(NameDay::Compact),
            written => Piece::Day(NameDay::ALL.into_iter().find(|form| form.pattern() == written)?),
        });
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Some(pieces)
}

/// What the pieces match: the path of a file, compressed or not.
fn expression(pieces: &[Piece]) -> String {
    // Behind the last point of the last part stands the extension, and nobody means its case.
    let is_behind_the_point = |place: usize| {
        let before = &pieces[..place];
        let texts = before.iter().rev().filter_map(|piece| match piece {
            Piece::Text(text) => text.rfind(['/', '.']).map(|at| text.as_bytes()[at] == b'.'),
            _ => None,
        });
        texts.take(1).any(|is_point| is_point)
    };
    let is_last = |place: usize| {
        let behind = pieces[place + 1..].iter();
        !behind.into_iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(['/', '.'])))
    };
    let mut all = String::from("^");
    for (place, piece) in pieces.iter().enumerate() {
        all += &match piece {
            Piece::Text(text) if !is_last(place) => regex::escape(text),
            Piece::Text(text) => match text.rfind(['/', '.']) {
                Some(at) if text.as_bytes()[at] == b'.' => in_any_case(text, at),
                None if is_behind_the_point(place) => in_any_case(text, 0),
                _ => regex::escape(text),
            },
            Piece::Day(form) => format!("(?<{}>{})", group(place), form.expression()),
            Piece::Year => format!("(?<{}>[0-9]{{4}})", group(place)),
            Piece::Name => format!("(?<{}>[^/]+)", group(place)),
            Piece::Part => format!("(?<{}>[^/]+?)", group(place)),
            Piece::Any => format!("(?<{}>{})", group(place), any_letters(pieces, place)),
        };
    }
    format!("{all}{}?$", compressed())
}

/// `text`, whose letters from `at` on may be of either case.
fn in_any_case(text: &str, at: usize) -> String {
    format!("{}(?i:{})", regex::escape(&text[..at]), regex::escape(&text[at..]))
}

/// Any letters within a part of a path. They leave a placeholder beside them all its digits; and at the start of a part
/// they begin with no mark of hidden files (`._` is what a Macintosh puts beside a file).
fn any_letters(pieces: &[Piece], place: usize) -> String {
    let is_figure = |piece: Option<&Piece>| matches!(piece, Some(Piece::Day(_) | Piece::Year));
    let before = place.checked_sub(1).map(|before| &pieces[before]);
    let is_first = before.is_none_or(|piece| matches!(piece, Piece::Text(text) if text.ends_with('/')));
    let hidden = if is_first { "._" } else { "" };
    let after_figure = if is_figure(before) { "0-9" } else { "" };
    let before_figure = if is_figure(pieces.get(place + 1)) { "0-9" } else { "" };
    format!("(?:[^/{hidden}{after_figure}{before_figure}]|[^/{hidden}{after_figure}][^/]*[^/{before_figure}])?")
}

impl fmt::Display for FilePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn said(pattern: &str, file: &str) -> Option<(Option<i16>, Option<Date>)> {
        let found = FilePattern::parse(pattern).unwrap().matches(file)?;
        Some((found.year, found.extract_date))
    }

    #[test]
    fn registers_are_found_under_the_names_that_they_come_with() {
        for (pattern, file, day) in [
            ("cpr/D{yyMMdd}.L4311*", "cpr/D100312.L431101", date(2010, 3, 12)),
            ("cpr/D{yyMMdd}.L4311*", "cpr/D991231.l431101.GZ", date(1999, 12, 31)),
            ("{yyyyMMdd}AutDK.csv", "20090918AutDK.csv", date(2009, 9, 18)),
            ("{date}AutDK.csv", "20090918AutDK.CSV.zst", date(2009, 9, 18)),
            ("leverance_{yyyy-MM-dd}/yder_status.csv", "leverance_2018-04-18/yder_status.csv", date(2018, 4, 18)),
            ("*/{yyyyMMdd}/yder.csv", "Region Sjælland/20180418/yder.csv", date(2018, 4, 18)),
            ("{ddMMyyyy}.txt", "18042018.txt", date(2018, 4, 18)),
            ("{yyyy-MM-dd}/yder_{yyyyMMdd}.csv", "2018-04-18/yder_20180418.csv", date(2018, 4, 18)),
            ("*{yyyyMMdd}*.csv", "x1_20180418_2.csv", date(2018, 4, 18)),
            ("år & tal [{yyyyMMdd}] 100%#1.csv", "år & tal [20180418] 100%#1.csv", date(2018, 4, 18)),
        ] {
            assert_eq!(said(pattern, file), Some((Some(day.year()), Some(day))), "{pattern}: {file}");
        }
        assert_eq!(said("yder/M.S1040025.SB025.xml", "yder/M.S1040025.SB025.XML"), Some((None, None)));
        assert_eq!(said("{yyyy}/bef{year}.csv", "2018/bef2018.csv"), Some((Some(2018), None)));
        assert_eq!(said("{year}/bef_{date}.csv", "2018/bef_20190101.csv"), Some((Some(2018), Some(date(2019, 1, 1)))));
    }

    #[test]
    fn what_only_looks_like_a_name_is_none() {
        for (pattern, file) in [
            ("yder_{date}.csv", "Yder_20180418.csv"),
            ("yder_{date}.csv", "yder_20180231.csv"),
            ("yder_{date}.csv", "a/yder_20180418.csv"),
            ("yder_{date}.csv", "yder_20180418.csv.bz2"),
            ("*.csv", "a/b.csv"),
            ("*.csv", "._b.csv"),
            ("a/*.csv", "a/_b.csv"),
            ("*{yyMMdd}.csv", "20180418.csv"),
            ("{yyMMdd}*.csv", "20180418.csv"),
            ("{yyyy-MM-dd}/yder_{yyyyMMdd}.csv", "2018-04-19/yder_20180418.csv"),
            ("{yyyy}/bef{year}.csv", "2018/bef2019.csv"),
            ("A.b/c_{date}", "A.B/c_20180418"),
        ] {
            assert_eq!(said(pattern, file), None, "{pattern}: {file}");
        }
    }

    #[test]
    fn patterns_that_are_none_are_refused() {
        for text in ["", "a//b", "../a", "a/./b", "a\\b", "**/a", "{day}.csv", "{yyyyMMdd.csv", "{name}{name}"] {
            assert!(FilePattern::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_compressed_file_is_named_after_the_file() {
        for (path, plain) in [("a.csv.GZ", "a.csv"), ("a.csv", "a.csv"), (".gz", ".gz"), ("æ.zst", "æ"), ("ø", "ø")]
        {
            assert_eq!(without_compression(path), plain);
        }
    }

    fn a_day() -> impl Strategy<Value = Date> {
        (1970_i16..2070, 1_i8..13, 1_i8..29).prop_map(|(year, month, day)| date(year, month, day))
    }

    proptest! {
        #[test]
        fn a_day_that_is_written_into_a_pattern_is_read_from_the_name(
            before in "[A-Za-zæøåÆØÅ _.,&#%()\\[\\]+-]{0,8}", form in 0..NameDay::ALL.len(),
            behind in "[A-Za-zæøå _&#%()-]{0,8}", day in a_day(), ending in "(|\\.gz|\\.ZST|\\.Zip)",
        ) {
            let form = NameDay::ALL[form];
            let (pattern, file) = (
                format!("mappe/x{before}{{{}}}{behind}.csv", form.pattern()),
                format!("mappe/x{before}{}{behind}.CSV{ending}", form.write(day)),
            );
            prop_assert_eq!(said(&pattern, &file), Some((Some(day.year()), Some(day))));
        }

        #[test]
        fn a_star_stays_within_its_part(before in "[a-z]{0,3}", star in "[^/\\p{C}]{0,12}", behind in "[a-z]{0,3}") {
            let pattern = FilePattern::parse(&format!("m/x{before}*{behind}y")).unwrap();
            let name = format!("m/x{before}{star}{behind}y");
            prop_assert!(pattern.matches(&name).is_some());
            let deeper = format!("m/x{before}{star}/{behind}y");
            prop_assert!(pattern.matches(&deeper).is_none());
        }

        #[test]
        fn every_text_is_a_pattern_or_none(text in "\\PC{0,24}", file in "\\PC{0,24}") {
            if let Some(pattern) = FilePattern::parse(&text) {
                let _ = pattern.matches(&file);
                prop_assert_eq!(pattern.to_string(), text);
            }
        }
    }
}
