//! The source that a file looks like whose name fits none, what keeps it from fitting, and what to do.

use std::collections::BTreeMap;
use std::fmt;

use super::reading::Reading;
use crate::definition::{Contract, FilePattern, Misfit, NearName, Origin, plain_name, without_compression};
use crate::problem::closest;
use crate::pull::mask::mask_numbers;

/// A source that a file's name looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The source.
    pub source: String,
    /// The pattern that its name nearly fits.
    pub pattern: String,
    /// How it differs; empty where the words are only alike.
    pub misfits: Vec<Misfit>,
    /// What is read in its stead.
    pub instead: Instead,
    /// The name that would fit, if one can be told and no file has it.
    pub meant: Option<String>,
    /// A file has the name that would fit.
    pub is_taken: bool,
}

/// What is read in the stead of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// Nothing is known of its year, or its year is of no interest.
    Unknown,
    /// A file that was drawn on the same day or later.
    Newer(String),
    /// A file that was drawn before it.
    Older(String),
    /// Nothing is there of its year.
    Nothing(i16),
}

/// The source that a file looks like, if it looks like one.
pub(super) fn near(read: &Reading<'_>, files: &BTreeMap<String, u64>, file: &str) -> Option<Near> {
    let contracts = || read.project.contracts.values().filter(|contract| contract.origin == Origin::Extracts);
    let patterns = || contracts().flat_map(|contract| contract.patterns().map(move |pattern| (contract, pattern)));
    let nearly = patterns().filter_map(|(contract, pattern)| Some((contract, pattern, pattern.nearly(file)?)));
    if let Some((contract, pattern, name)) = nearly.min_by_key(|(_, _, name)| name.misfits.len()) {
        let instead = instead(read, contract, &name);
        let NearName { misfits, meant, .. } = name;
        let is_there = |meant: &str| {
            let stem = without_compression(meant);
            files.keys().any(|other| plain_name(without_compression(other)) == stem)
        };
        // Two files can't have one name.
        let is_taken = meant.as_deref().is_some_and(is_there);
        let meant = meant.filter(|_| !is_taken).map(|meant| mask_numbers(&meant));
        let (source, pattern) = (contract.name.clone(), pattern.to_string());
        let misfits = misfits.into_iter().map(masked).collect();
        return Some(Near { source, pattern, misfits, instead, meant, is_taken });
    }
    let words = words_of(file.rsplit('/').next().unwrap_or(file));
    let known: Vec<(String, &Contract, &FilePattern)> = patterns()
        .map(|(contract, pattern)| {
            let pattern_text = pattern.to_string();
            (words_of(pattern_text.rsplit('/').next().unwrap_or_default()), contract, pattern)
        })
        .filter(|(words, ..)| words.chars().count() >= SHORTEST)
        .collect();
    let found = closest(&words, known.iter().map(|(words, ..)| words.as_str()))
        .filter(|_| words.chars().count() >= SHORTEST)?;
    let (_, contract, pattern) = known.iter().find(|(words, ..)| words == found)?;
    let (source, pattern) = (contract.name.clone(), pattern.to_string());
    Some(Near { source, pattern, misfits: Vec::new(), instead: Instead::Unknown, meant: None, is_taken: false })
}

/// Letters that a name needs to be like another's: fewer are alike by chance.
const SHORTEST: usize = 5;

/// The letters of a name before its first point, without figures, placeholders and marks.
fn words_of(name: &str) -> String {
    let stem = plain_name(name.split('.').next().unwrap_or_default()).to_lowercase();
    let mut is_placeholder = false;
    let is_word = |letter: &char| {
        is_placeholder = (is_placeholder || *letter == '{') && *letter != '}';
        !is_placeholder && letter.is_alphabetic()
    };
    stem.chars().filter(is_word).collect()
}

/// What is read of the year of a file that nearly fits a contract's pattern.
fn instead(read: &Reading<'_>, contract: &Contract, name: &NearName) -> Instead {
    let Some(day) = name.day else { return Instead::Unknown };
    let year = contract.serves.of_named(day.year());
    let is_of_it = |year: i16| contract.yearly && read.years.contain(year);
    if !read.has(contract) || (contract.yearly && !is_of_it(year)) {
        return Instead::Unknown;
    }
    let mut of_it = read
        .extracts
        .iter()
        .filter(|extract| extract.source == contract.name && extract.year.is_none_or(|served| served == year));
    match of_it.next_back() {
        None if contract.yearly => Instead::Nothing(year),
        Some(extract) if extract.extract_date.is_some_and(|drawn| drawn < day) => {
            Instead::Older(mask_numbers(&extract.file))
        }
        Some(extract) if contract.yearly => Instead::Newer(mask_numbers(&extract.file)),
        _ => Instead::Unknown,
    }
}

/// What is quoted of a name may be a person's number.
fn masked(misfit: Misfit) -> Misfit {
    match misfit {
        Misfit::NoDay(text) => Misfit::NoDay(mask_numbers(&text)),
        Misfit::OtherDay(text) => Misfit::OtherDay(mask_numbers(&text)),
        Misfit::Copy(text) => Misfit::Copy(mask_numbers(&text)),
        Misfit::Ending(text) => Misfit::Ending(mask_numbers(&text)),
        Misfit::TwoDays | Misfit::TwoYears | Misfit::Folder | Misfit::Case | Misfit::Marks => misfit,
    }
}

fn in_words(misfit: &Misfit) -> String {
    match misfit {
        Misfit::NoDay(text) => format!("`{text}` is no day of the calendar"),
        Misfit::OtherDay(text) => format!("the day is written `{text}`"),
        Misfit::TwoDays => "it says two days".to_owned(),
        Misfit::TwoYears => "it says two years".to_owned(),
        Misfit::Copy(text) => format!("`{text}` is the mark of a copy"),
        Misfit::Ending(text) => format!("it ends in `{text}`"),
        Misfit::Folder => "it lies in another folder".to_owned(),
        Misfit::Case => "upper and lower case differ".to_owned(),
        Misfit::Marks => "the marks between its words differ".to_owned(),
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, pattern, misfits, instead, meant, is_taken } = self;
        write!(f, "looks like {source} (`{pattern}`), but ")?;
        match misfits.as_slice() {
            [] => f.write_str("its words differ")?,
            misfits => f.write_str(&misfits.iter().map(in_words).collect::<Vec<_>>().join(" and "))?,
        }
        match instead {
            Instead::Unknown => {}
            Instead::Newer(file) => write!(f, "; {file} is read")?,
            Instead::Older(file) => write!(f, "; it is newer than {file}, which is read")?,
            Instead::Nothing(year) => write!(f, "; nothing else of {year} is there")?,
        }
        let contract = format!("`files` in pipelines/sources/{source}.toml");
        match meant {
            Some(meant) => write!(f, "; rename it to {meant}, or add its name to {contract}"),
            None if misfits.iter().any(|it| matches!(it, Misfit::NoDay(_) | Misfit::TwoDays)) => {
                write!(f, "; ask the provider for its day")
            }
            None if *is_taken => write!(f, "; a file of that name lies there too: keep the one that holds"),
            None => write!(f, "; if it is one of them, rename it, or add its name to {contract}"),
        }
    }
}
