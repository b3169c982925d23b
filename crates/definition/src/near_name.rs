//! Names that nearly fit a pattern: a delivery that somebody renamed, copied or mended must not go unseen.

use jiff::civil::Date;
use regex::{Captures, Regex};

use crate::file_pattern::{FilePattern, Piece, compressed, group, one_day, one_year};
use crate::letters::plain_name;
use crate::name_day::NameDay;

/// How a name differs from the pattern that it nearly fits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Misfit {
    /// It says a day that is none of the calendar.
    NoDay(String),
    /// It writes the day in another way.
    OtherDay(String),
    /// It says two days.
    TwoDays,
    /// It says two years.
    TwoYears,
    /// It has what people and programs put into the names of copies.
    Copy(String),
    /// It ends in something else.
    Ending(String),
    /// It lies in another folder.
    Folder,
    /// Upper and lower case differ.
    Case,
    /// The marks between words differ.
    Marks,
}

/// A name that nearly fits a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearName {
    /// Never empty.
    pub misfits: Vec<Misfit>,
    /// The day that it says, or seems to say.
    pub day: Option<Date>,
    /// The name that would fit, where one can be told.
    pub meant: Option<String>,
}

/// Words that tell a copy or a later edition of a file, in Danish and English.
const COPY: &str = r"(?:[-_ ]*(?:\([0-9]+\)|\[[0-9]+\]|v(?:er(?:sion)?)?[-_ .]*[0-9]+|kopi|copy|ny(?:t|este)?|new|rettet|ret|korrigeret|revideret|endelig|final|gensendt|igen|test|old|gammel)(?:[-_ ]*[0-9]{1,2})?)+";

/// What a copy begins with.
const COPY_OF: &str = r"(?:kopi(?: \([0-9]+\))? af|copy(?: \([0-9]+\))? of|ny|rettet|ret)[-_ ]+";

/// Marks between words that people exchange.
const MARKS: [char; 4] = ['-', '_', ' ', '.'];

/// Extensions that say nothing of the source.
const COMMON: [&str; 8] = ["csv", "txt", "xml", "json", "jsonl", "xlsx", "parquet", "sas7bdat"];

/// Letters and digits of its own that a pattern has to have, so that a file of another folder can be told for its.
const TELLING: usize = 3;

impl FilePattern {
    /// How `path` differs from the pattern, if it is near enough to be meant for it; `None` too where the pattern fits.
    pub fn nearly(&self, path: &str) -> Option<NearName> {
        let path = plain_name(path);
        let loose = self.near.loose.get_or_init(|| Regex::new(&self.loosely()).ok()).as_ref()?;
        if self.matches(&path).is_some() {
            return None;
        }
        let captures = loose.captures(&path)?;
        let mut misfits = Vec::new();
        let days = self.days(&captures, &mut misfits);
        let text = |name: &str| captures.name(name).map(|found| found.as_str()).filter(|text| !text.is_empty());
        let marks_of_a_copy = ["lead", "copy"].into_iter().filter_map(text);
        misfits.extend(marks_of_a_copy.map(|mark| Misfit::Copy(mark.trim_matches(['-', '_', ' ']).to_owned())));
        misfits.extend(["other", "ending"].into_iter().filter_map(text).map(|it| Misfit::Ending(it.trim().to_owned())));
        misfits.extend(captures.name("elsewhere").map(|_| Misfit::Folder));
        if misfits.is_empty() {
            let any_case = || Regex::new(&format!("(?i){}", self.expression())).ok();
            let any_case = self.near.in_any_case.get_or_init(any_case).as_ref()?;
            let is_case = any_case.is_match(&path);
            misfits.push(match (one_day(&self.pieces, &captures), one_year(&self.pieces, &captures)) {
                _ if !is_case => Misfit::Marks,
                (None, _) => Misfit::TwoDays,
                (_, None) => Misfit::TwoYears,
                (Some(_), Some(_)) => Misfit::Case,
            });
        }
        let says_no_day = misfits.iter().any(|it| matches!(it, Misfit::NoDay(_) | Misfit::TwoDays));
        let day = days.into_iter().next().filter(|_| !says_no_day);
        let meant = self.filled(&captures, day).map(|name| format!("{name}{}", text("packed").unwrap_or_default()));
        // What stands where names are free, or two years, may be what no name that fits has there.
        Some(NearName { misfits, day, meant: meant.filter(|name| self.matches(name).is_some()) })
    }

    /// The days that a name says or seems to say.
    fn days(&self, captures: &Captures<'_>, misfits: &mut Vec<Misfit>) -> Vec<Date> {
        let mut days = Vec::new();
        for (place, piece) in self.pieces.iter().enumerate() {
            let Piece::Day(form) = piece else { continue };
            let Some(written) = captures.name(&group(place)).map(|found| found.as_str()) else { continue };
            match (form.parse(written), otherwise(written)) {
                (Some(day), _) => days.push(day),
                (None, Some(day)) => {
                    misfits.push(Misfit::OtherDay(written.to_owned()));
                    days.push(day);
                }
                (None, None) => misfits.push(Misfit::NoDay(written.to_owned())),
            }
        }
        days
    }

    /// The pattern with what a name says in its places.
    fn filled(&self, captures: &Captures<'_>, day: Option<Date>) -> Option<String> {
        let captured = |name: String| captures.name(&name).map(|found| found.as_str().to_owned());
        let pieces = self.pieces.iter().enumerate().map(|(place, piece)| match piece {
            Piece::Text(text) => Some(text.clone()),
            Piece::Day(form) => Some(form.write(day?)),
            Piece::Year | Piece::Any | Piece::Name | Piece::Part => captured(group(place)),
        });
        pieces.collect()
    }

    /// Names that nearly fit, as an expression: in any case and any folder, with other marks between words, with the marks
    /// of a copy, with another ending, and with days however they are written.
    fn loosely(&self) -> String {
        let name = self.pieces.iter().rposition(|piece| matches!(piece, Piece::Text(text) if text.contains('/')));
        let mut folder = String::new();
        let mut base = String::new();
        for (place, piece) in self.pieces.iter().enumerate() {
            match (piece, name) {
                (Piece::Text(text), Some(last)) if place == last => {
                    let (above, below) = text.rsplit_once('/').unwrap_or(("", text));
                    folder += &loose_text(above);
                    base += &loose_text(below);
                }
                (piece, Some(last)) if place < last => folder += &loose_piece(piece, place),
                (piece, _) => base += &loose_piece(piece, place),
            }
        }
        let (stem, extension) = base.rsplit_once(POINT).map_or((base.as_str(), None), |(stem, it)| (stem, Some(it)));
        let stem = stem.replace(POINT, "[-_ .]*");
        let extension = match extension {
            Some(extension) => format!(r"(?:\.{extension}|(?<other>\.[a-z0-9]{{1,10}}))"),
            None => String::new(),
        };
        let folder = folder.replace(POINT, "[-_ .]*");
        let above = match (name.is_some(), self.is_telling()) {
            (true, true) => format!("(?:{folder}/|(?<elsewhere>(?:[^/]*/)*))"),
            (true, false) => format!("{folder}/"),
            (false, true) => "(?:|(?<elsewhere>(?:[^/]*/)+))".to_owned(),
            (false, false) => String::new(),
        };
        format!(
            r"(?i)^{above}(?:(?<lead>{COPY_OF})|_+)?{stem}(?<copy>{COPY})?{extension}(?<packed>{})?(?<ending>(?:\.[a-z0-9]{{1,10}}|~|{COPY})+)?$",
            compressed()
        )
    }

    /// Whether its name alone tells whose it is.
    fn is_telling(&self) -> bool {
        let text: String = self
            .pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let name = text.rsplit('/').next().unwrap_or_default();
        let own = match name.rsplit_once('.') {
            Some((stem, extension)) if COMMON.contains(&extension.to_lowercase().as_str()) => stem,
            _ => name,
        };
        own.chars().filter(|letter| letter.is_alphanumeric()).count() >= TELLING
    }
}

/// Stands for a point of the pattern until it is known which is the last.
const POINT: &str = "\u{1}";

fn loose_text(text: &str) -> String {
    let mut loose = String::new();
    let mut is_between = false;
    for letter in text.chars() {
        match letter {
            '.' => loose += POINT,
            '/' => loose.push('/'),
            _ if MARKS.contains(&letter) && is_between => continue,
            _ if MARKS.contains(&letter) => loose += "[-_ .]*",
            _ => loose += &regex::escape(letter.encode_utf8(&mut [0; 4])),
        }
        is_between = MARKS.contains(&letter);
    }
    loose
}

fn loose_piece(piece: &Piece, place: usize) -> String {
    let at = group(place);
    match piece {
        Piece::Text(text) => loose_text(text),
        Piece::Day(_) => format!(
            "(?<{at}>[0-9]{{4}}[-_. ]?[0-9]{{1,2}}[-_. ]?[0-9]{{1,2}}|[0-9]{{1,2}}[-_. ]?[0-9]{{1,2}}[-_. ]?[0-9]{{2,4}})"
        ),
        Piece::Year => format!("(?<{at}>[0-9]{{4}})"),
        Piece::Name | Piece::Part | Piece::Any => format!("(?<{at}>[^/]*?)"),
    }
}

/// The day that `written` seems to say, in whatever form.
fn otherwise(written: &str) -> Option<Date> {
    let parts: Vec<&str> = written.split(MARKS).collect();
    let joined = match parts.as_slice() {
        [first, second, third] => format!("{first:0>2}{second:0>2}{third:0>2}"),
        _ => parts.concat(),
    };
    let forms = [NameDay::Compact, NameDay::DayFirst, NameDay::Short];
    forms.into_iter().find_map(|form| form.parse(&joined))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const PATTERN: &str = "yder/yder_status_{date}.csv";

    fn nearly(pattern: &str, file: &str) -> Option<NearName> {
        FilePattern::parse(pattern).unwrap().nearly(file)
    }

    #[test]
    fn a_near_name_says_what_it_was_meant_for_and_what_is_wrong_with_it() {
        let copy = |mark: &str| Misfit::Copy(mark.to_owned());
        let ending = |it: &str| Misfit::Ending(it.to_owned());
        let other_day = |it: &str| Misfit::OtherDay(it.to_owned());
        for (file, misfit) in [
            ("yder/Yder_Status_20180601.csv", Misfit::Case),
            ("YDER/yder_status_20180601.csv", Misfit::Case),
            ("yder/yder-status-20180601.csv", Misfit::Marks),
            ("yder/yder status 20180601.csv", Misfit::Marks),
            ("yder/yderstatus20180601.csv", Misfit::Marks),
            ("yder/_yder_status_20180601.csv", Misfit::Marks),
            ("yder/yder_status_20180601 (1).csv", copy("(1)")),
            ("yder/yder_status_20180601_v2.csv", copy("v2")),
            ("yder/yder_status_20180601 - Kopi.csv", copy("Kopi")),
            ("yder/yder_status_20180601 - Kopi (2).csv", copy("Kopi (2)")),
            ("yder/Kopi af yder_status_20180601.csv", copy("Kopi af")),
            ("yder/yder_status_20180601_rettet.csv", copy("rettet")),
            ("yder/yder_status_20180601.csv.bz2", ending(".bz2")),
            ("yder/yder_status_20180601.csv.part", ending(".part")),
            ("yder/yder_status_20180601.csv~", ending("~")),
            ("yder/yder_status_20180601.csv (1)", ending("(1)")),
            ("yder/yder_status_20180601.txt", ending(".txt")),
            ("yder/2018/yder_status_20180601.csv", Misfit::Folder),
            ("yder_status_20180601.csv", Misfit::Folder),
            ("yder/yder_status_2018-06-01.csv", other_day("2018-06-01")),
            ("yder/yder_status_01-06-2018.csv", other_day("01-06-2018")),
            ("yder/yder_status_180601.csv", other_day("180601")),
            ("yder/yder_status_1.6.2018.csv", other_day("1.6.2018")),
        ] {
            let found = nearly(PATTERN, file).unwrap_or_else(|| panic!("{file} is not near"));
            assert_eq!((found.misfits, found.day), (vec![misfit], Some(date(2018, 6, 1))), "{file}");
            assert_eq!(found.meant.as_deref(), Some("yder/yder_status_20180601.csv"), "{file}");
        }
    }

    #[test]
    fn a_day_that_is_none_is_told_and_no_name_is_proposed() {
        let found = nearly(PATTERN, "yder/yder_status_20180231.csv").unwrap();
        assert_eq!(found, NearName { misfits: vec![Misfit::NoDay("20180231".to_owned())], day: None, meant: None });
        let found = nearly("{yyyy-MM-dd}/yder_{date}.csv", "2018-06-01/yder_20180602.csv").unwrap();
        assert_eq!(found, NearName { misfits: vec![Misfit::TwoDays], day: None, meant: None });
    }

    #[test]
    fn no_name_is_proposed_that_would_not_fit_either() {
        for (pattern, file) in [
            ("{part}_{date}.csv", "_20180418 (2).csv"),
            ("*yder.csv", "._yder (2).csv"),
            ("bef*{year}.csv", "bef12018 (2).csv"),
            ("{yyyy}/bef{year}.csv", "2018/bef2019 (2).csv"),
        ] {
            let found = nearly(pattern, file).unwrap();
            assert_eq!((found.misfits, found.meant), (vec![Misfit::Copy("(2)".to_owned())], None), "{file}");
        }
        let found = nearly("{yyyy}/bef{year}.csv", "2018/bef2019.csv").unwrap();
        assert_eq!(found, NearName { misfits: vec![Misfit::TwoYears], day: None, meant: None });
    }

    #[test]
    fn several_slips_are_told_together() {
        let found = nearly(PATTERN, "2018/Yder_Status_2018-06-01 (1).csv.ZST").unwrap();
        assert_eq!(
            found.misfits,
            [Misfit::OtherDay("2018-06-01".to_owned()), Misfit::Copy("(1)".to_owned()), Misfit::Folder]
        );
        assert_eq!(found.meant.as_deref(), Some("yder/yder_status_20180601.csv.ZST"));
        let found = nearly("D{yyMMdd}.L4311*", "D180601.L431101 (1)");
        assert_eq!(found, None, "the pattern fits");
        let found = nearly("cpr/D{yyMMdd}.L4311*", "d180601.l431101").unwrap();
        assert_eq!(found.misfits, [Misfit::Folder]);
    }

    #[test]
    fn what_is_something_else_is_not_near() {
        for file in
            ["yder/yder_20180601.csv", "yder/status_20180601.csv", "yder/20180601.csv", "noter.txt", "yder/.csv"]
        {
            assert_eq!(nearly(PATTERN, file), None, "{file}");
        }
        assert_eq!(nearly("a/{date}.csv", "b/20180601.csv"), None, "a day and an extension tell no source");
        assert!(nearly("a/{date}.csv", "a/2018-06-01.csv").is_some());
        assert_eq!(nearly(PATTERN, "yder/yder_status_20180601.csv"), None);
    }

    proptest! {
        #[test]
        fn a_name_that_is_proposed_fits(
            file in "(yder/|2018/|)(Kopi af )?[Yy]der[-_ .]?[Ss]tatus[-_ ]?[0-9]{4}[-_.]?[0-9]{2}[-_.]?[0-9]{2}( \\(1\\)|_v2)?\\.(csv|CSV|txt)(\\.gz|\\.bz2)?",
        ) {
            let pattern = FilePattern::parse(PATTERN).unwrap();
            match pattern.nearly(&file) {
                Some(NearName { meant: Some(meant), misfits, .. }) => {
                    prop_assert!(!misfits.is_empty());
                    prop_assert!(pattern.matches(&meant).is_some(), "{}", meant);
                }
                Some(NearName { misfits, .. }) => prop_assert!(matches!(misfits[0], Misfit::NoDay(_)), "{:?}", misfits),
                None => prop_assert!(pattern.matches(&file).is_some()),
            }
        }

        #[test]
        fn every_name_is_near_or_not(text in "\\PC{0,16}", file in "\\PC{0,24}") {
            if let Some(pattern) = FilePattern::parse(&text) {
                let _ = pattern.nearly(&file);
            }
        }
    }
}
