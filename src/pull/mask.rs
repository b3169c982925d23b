//! What may be shown of a text that comes out of an extract: in messages, in rejected rows, in the log.
//!
//! A person's number may stand in any column of any extract, and a person's name anywhere in one on persons: a delimiter
//! that is not the contract's makes a header of a row.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::definition::{Contract, Sensitivity};

/// The least number of digits that are taken for a person's: nine, since leading zeros get lost.
const NUMBER_DIGITS: usize = 9;

/// The stretches of `text` that look like a person's number, as byte ranges: nine digits or more,
/// with at most one other mark between two of them.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut digits = 0;
    let mut stretch = 0..0;
    let mut end_stretch = |digits: usize, stretch: &Range<usize>| {
        if digits >= NUMBER_DIGITS {
            found.push(stretch.clone());
        }
    };
    let mut marks = 0;
    for (place, letter) in text.char_indices() {
        // A delimiter ends a value, and so a number.
        let goes_on = marks == 0 && !letter.is_alphabetic() && letter != ';' && letter != ',';
        if letter.is_numeric() {
            if digits == 0 {
                stretch.start = place;
            }
            (digits, marks) = (digits + 1, 0);
            stretch.end = place + letter.len_utf8();
        } else if digits > 0 && goes_on {
            marks += 1;
        } else if digits > 0 {
            end_stretch(digits, &stretch);
            (digits, marks) = (0, 0);
        }
    }
    end_stretch(digits, &stretch);
    found
}

/// The stretches that look like a birthday and a serial number of four digits, with up to four marks between any two
/// of their parts: `020380 - 1234`, `02 03 80 / 1234`, `2/3-80, 1234`.
fn split_numbers(text: &str, within: Within) -> Vec<Range<usize>> {
    let groups = digit_groups(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for serial in 1..groups.len() {
        if text[groups[serial].clone()].chars().count() != 4 {
            continue;
        }
        let is_joined = |group: &usize| joins(&text[groups[*group].end..groups[*group + 1].start], within);
        let joined = (0..serial).rev().take_while(is_joined).take(3);
        let first =
            joined.filter(|first| is_birthday(groups[*first..serial].iter().map(|group| &text[group.clone()]))).last();
        if let Some(first) = first {
            let start = groups[first].start.max(found.last().map_or(0, |before| before.end));
            found.push(start..groups[serial].end);
        }
    }
    found
}

/// The stretches of digits, as byte ranges.
fn digit_groups(text: &str) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (place, letter) in text.char_indices().filter(|(_, letter)| letter.is_numeric()) {
        let end = place + letter.len_utf8();
        match groups.last_mut() {
            Some(group) if group.end == place => group.end = end,
            _ => groups.push(place..end),
        }
    }
    groups
}

/// Where a text is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    /// One value.
    Value,
    /// A line or a message, in which delimiters stand between values.
    Line,
}

/// Whether what stands between two stretches of digits may stand within a number: a few marks. In a line a comma has a
/// blank behind it, as no delimiter has.
fn joins(between: &str, within: Within) -> bool {
    let mut letters = between.chars().peekable();
    let mut marks = 0;
    while let Some(letter) = letters.next() {
        let is_comma = letter == ',' && letters.next_if(|next| next.is_whitespace()).is_some();
        let is_delimiter = within == Within::Line && (letter == ';' || (letter == ',' && !is_comma));
        if letter.is_alphabetic() || is_delimiter {
            return false;
        }
        marks += 1;
    }
    (1..=4).contains(&marks)
}

/// Whether stretches of digits are a day: whole, or its parts. What can't be told is one.
fn is_birthday<'t>(groups: impl Iterator<Item = &'t str>) -> bool {
    let groups: Vec<&str> = groups.collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.chars().count()).collect();
    let number = |text: &str| text.parse::<u32>().ok();
    let is_day = |text: &str| number(text).is_none_or(|day| (1..=31).contains(&day) || (61..=91).contains(&day));
    let is_month = |text: &str| number(text).is_none_or(|month| (1..=12).contains(&month));
    match (lengths.as_slice(), groups.as_slice()) {
        ([6 | 8], _) => true,
        ([2, 4], [day, rest]) => is_day(day) && rest.get(..2).is_none_or(is_month),
        ([4, 2], [start, _]) => start.get(..2).is_none_or(is_day) && start.get(2..).is_none_or(is_month),
        ([1 | 2, 1 | 2, 2 | 4], [day, month, _]) => is_day(day) && is_month(month),
        _ => false,
    }
}

/// Whether a value holds what looks like a person's number.
pub(crate) fn holds_number(value: &str) -> bool {
    !numbers(value).is_empty() || !split_numbers(value, Within::Value).is_empty()
}

/// A value with the digits hidden of everything that looks like a person's number.
pub(crate) fn mask_value(value: &str) -> String {
    masked(value, Within::Value)
}

/// `text` with the digits hidden of everything that looks like a person's number: for rejected rows
/// and messages, where a number may stand in any column.
pub(crate) fn mask_numbers(text: &str) -> String {
    masked(text, Within::Line)
}

fn masked(text: &str, within: Within) -> String {
    let masked = hidden(text, numbers(text));
    let split = split_numbers(&masked, within);
    hidden(&masked, split)
}

/// `text` with the digits of the stretches hidden.
fn hidden(text: &str, stretches: Vec<Range<usize>>) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut taken = 0;
    for stretch in stretches {
        masked.push_str(&text[taken..stretch.start]);
        masked.extend(text[stretch.clone()].chars().map(|letter| if letter.is_numeric() { '#' } else { letter }));
        taken = stretch.end;
    }
    masked + &text[taken..]
}

/// Whether the letter is one of a word. The parts of a decomposed one are: `å` may be an `a` and its ring.
fn is_of_word(letter: char) -> bool {
    letter.is_alphabetic() || !(letter.is_ascii() || letter.is_numeric() || letter.is_whitespace())
}

/// `text` with its letters hidden, if it holds a word: a code of two letters, or of three among digits, is none.
pub(crate) fn mask_words(text: &str) -> String {
    let letters = text.chars().filter(|letter| is_of_word(*letter)).count();
    let longest = text.split(|letter| !is_of_word(letter)).map(|word| word.chars().count()).max().unwrap_or_default();
    let most = if text.contains(char::is_numeric) { 3 } else { 2 };
    if longest <= 2 && letters <= most {
        return text.to_owned();
    }
    text.chars().map(|letter| if is_of_word(letter) { 'x' } else { letter }).collect()
}

/// `text` with numbers and words hidden, as those of rejected rows are: for rows about single persons.
pub fn mask_person(text: &str) -> String {
    mask_words(&mask_value(text))
}

/// Nothing but the shape of `text`: `#` for a digit, `x` for a letter.
pub(crate) fn shape_of(text: &str) -> String {
    let shape = |letter: char| match letter {
        _ if letter.is_numeric() => '#',
        _ if is_of_word(letter) => 'x',
        _ => letter,
    };
    text.chars().map(shape).collect()
}

/// What a contract lets be told of what its extracts say of themselves: names of columns, sheets and elements, counts,
/// the words of a reader.
pub(crate) struct Discretion<'a> {
    sensitivity: Sensitivity,
    /// The contract's own words, which are no person's.
    own: BTreeSet<&'a str>,
}

impl<'a> Discretion<'a> {
    pub(crate) fn of(contract: &'a Contract) -> Self {
        let own = contract.words().collect();
        Self { sensitivity: contract.sensitivity, own }
    }

    /// A name that stands in the file: in a source on persons its shape, if it is not the contract's own, and no mark or code
    /// of three digits at most, such as a type of records.
    pub(crate) fn name(&self, name: &str) -> String {
        let is_code = name.len() <= 3 && !name.contains(is_of_word);
        match self.sensitivity {
            _ if is_code => name.to_owned(),
            Sensitivity::Person if !self.own.contains(name.trim_matches(['<', '/', '>'])) => shape_of(name),
            _ => mask_numbers(name),
        }
    }

    /// Values of rows.
    pub(crate) fn words(&self, text: &str) -> String {
        if self.sensitivity == Sensitivity::Person { mask_person(text) } else { mask_numbers(text) }
    }

    /// What the file says is the number of its records, or its day.
    pub(crate) fn figure(&self, figure: &str) -> String {
        let is_figure = figure.len() <= 10 && figure.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if is_figure && !holds_number(figure) { figure.to_owned() } else { self.name(figure) }
    }

    /// A message with what it quotes between backquotes hidden as a name.
    pub(crate) fn message(&self, message: &str) -> String {
        if self.sensitivity != Sensitivity::Person {
            return mask_numbers(message);
        }
        let parts = message.split('`').enumerate();
        // What is not closed is quoted to the end.
        let told = parts.map(|(place, part)| if place % 2 == 1 { self.name(part) } else { mask_numbers(part) });
        told.collect::<Vec<_>>().join("`")
    }
}

/// A text of an extract as a message quotes it: it can't end its quotation.
pub(crate) fn quoted(text: &str) -> String {
    mask_numbers(text).replace('`', "'")
}

/// The words of another library's error, for a message: all from its first mark of quotation to its last is one quotation,
/// since what it quotes may hold such marks too.
pub(crate) fn foreign(error: &impl ToString) -> String {
    const MARKS: [char; 3] = ['`', '"', '\''];
    let words = mask_numbers(&error.to_string());
    let is_mark = |(at, mark): &(usize, char)| {
        // An apostrophe stands within a word.
        MARKS.contains(mark)
            && !(*mark == '\''
                && words[..*at].ends_with(char::is_alphabetic)
                && words[at + 1..].starts_with(char::is_alphabetic))
    };
    let marks: Vec<usize> = words.char_indices().filter(is_mark).map(|(at, _)| at).collect();
    match marks.as_slice() {
        [first, .., last] => {
            format!("{}`{}`{}", &words[..*first], words[first + 1..*last].replace('`', "'"), &words[last + 1..])
        }
        [only] => format!("{}`{}`", &words[..*only], &words[only + 1..]),
        [] => words,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_hidden_and_codes_are_not() {
        for (text, masked) in [
            ("Søren Ås, 80X101 NN", "xxxxx xx, 80x101 xx"),
            ("no name: Åse", "xx xxxx: xxx"),
            ("80X101 NN", "80X101 NN"),
            ("NN", "NN"),
            ("J e n s", "x x x x"),
            ("Bo Ib", "xx xx"),
            ("A\u{30a}se", "xxxx"),
            ("2018-13-45", "2018-13-45"),
        ] {
            assert_eq!(mask_words(text), masked);
        }
    }

    #[test]
    fn numbers_are_masked_whatever_stands_between_their_parts() {
        for number in [
            "2711532852",
            "271153-2852",
            "27.11.53-2852",
            "271153/2852",
            "271153\u{2013}2852",
            "806729359",
            "271153 - 2852",
            "271153  2852",
            "271153--2852",
            "271153, 2852",
            "cpr271153 - 2852x",
            "_271153_-_2852_",
            "01 07 86 - 1234",
            "01.07.86 / 1234",
            "1/7-86 1234",
            "1.7.1986 - 1234",
            "0107 86 - 1234",
            "01 0786 - 1234",
            "f. 61 07 86 -- 1234",
        ] {
            let masked = mask_numbers(&format!("a {number} b"));
            assert!(!masked.contains(|letter: char| letter.is_ascii_digit()), "{masked}");
            assert!(holds_number(number));
        }
        for harmless in [
            "01-10-1996",
            "001082;01-10-1996",
            "80",
            "1.634",
            "012345",
            "123456,7890",
            "012345;2018",
            "01.02.2018",
            "fra 01-01-18 til 31-12-2018",
            "99 07 86 - 1234",
            "01 13 86 - 1234",
            "01 07 86;1234",
        ] {
            assert_eq!(mask_numbers(harmless), harmless);
        }
        // In a value no delimiter is expected.
        for number in ["010786,1234", "010786;1234", "0107;86;1234", "1,7,86 1234"] {
            assert!(holds_number(number), "{number}");
            assert!(!mask_value(number).contains("1234"), "{number}");
        }
    }

    #[test]
    fn what_another_library_quotes_is_one_quotation() {
        for (words, told) in [
            ("expected `</A>`, but `</B>` was found", "expected `</A>', but '</B>` was found"),
            ("can't read it", "can't read it"),
            ("the member \"a\" stands twice", "the member `a` stands twice"),
            ("no `a", "no `a`"),
        ] {
            assert_eq!(foreign(&words), told);
        }
    }

    proptest! {
        #[test]
        fn no_masked_text_holds_ten_digits(before in "[a-z;0-9]{0,8}", number in "[0-9]{6}[- ]?[0-9]{4}", after in "\\PC{0,8}") {
            let masked = mask_numbers(&format!("{before}{number}{after}"));
            prop_assert!(!masked.contains(&number));
        }

        #[test]
        fn no_birthday_with_a_serial_number_stays(
            day in 1..=31u8, month in 1..=12u8, year in 0..=99u8, serial in "[0-9]{4}",
            mark in "[ ./-]", far in "( - | / |  |, |-|\\.\\.)", before in "[a-zæøå ]{0,4}",
        ) {
            for birthday in [format!("{day:02}{mark}{month:02}{mark}{year:02}"), format!("{day}{mark}{month}{mark}{year:02}")] {
                let text = format!("{before}{birthday}{far}{serial}");
                prop_assert!(holds_number(&text), "{}", text);
                prop_assert!(!mask_numbers(&text).contains(&serial));
            }
        }

        #[test]
        fn no_word_of_a_name_stays(first in "[A-ZÆØÅ][a-zæøå]{2,9}", last in "[A-ZÆØÅ][a-zæøå]{2,9}", mark in "[ ,.-]") {
            let masked = mask_words(&format!("{first}{mark}{last}"));
            prop_assert!(!masked.contains(&first) && !masked.contains(&last));
        }

        #[test]
        fn masks_take_every_text(text in "\\PC*") {
            let _ = (mask_numbers(&text), mask_words(&text), shape_of(&text));
        }
    }
}
