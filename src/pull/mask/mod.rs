//! What may be shown of a text that comes out of an extract: in messages, in rejected rows, in the log.
//!
//! A person's number may stand in any column of any extract, and a person's name anywhere in one on persons: a delimiter
//! that is not the contract's makes a header of a row.

mod number;

use std::collections::BTreeSet;
use std::ops::Range;

pub(crate) use number::{holds_number, mask_numbers, mask_value};

use crate::definition::{Contract, Sensitivity};

/// Whether the letter is one of a word. The parts of a decomposed one are: `å` may be an `a` and its ring.
fn is_of_word(letter: char) -> bool {
    letter.is_alphabetic() || !(letter.is_ascii() || letter.is_numeric() || letter.is_whitespace())
}

/// `text` with its letters hidden, if it holds a word. Up to two letters that touch a digit are those of a code, and so
/// is a letter that stands alone; two letters may be a name, such as `Bo`.
pub(crate) fn mask_words(text: &str) -> String {
    let letters = text.chars().filter(|letter| is_of_word(*letter)).count();
    let most = if text.contains(char::is_numeric) { 3 } else { 1 };
    if letters <= most && number::stretches(text, is_of_word).iter().all(|word| is_of_code(text, word)) {
        return text.to_owned();
    }
    text.chars().map(|letter| if is_of_word(letter) { 'x' } else { letter }).collect()
}

/// Whether the letters at `word` are those of a code, such as `80X101` or `C10AA05`.
fn is_of_code(text: &str, word: &Range<usize>) -> bool {
    let is_beside_a_digit =
        text[..word.start].ends_with(char::is_numeric) || text[word.end..].starts_with(char::is_numeric);
    match text[word.clone()].chars().count() {
        1 => true,
        2 => is_beside_a_digit,
        _ => false,
    }
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
        Self { sensitivity: contract.told_of(), own }
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
            ("80X101 NN", "80x101 xx"),
            ("80X101", "80X101"),
            ("AA12", "AA12"),
            ("NN", "xx"),
            ("Bo", "xx"),
            ("BO", "xx"),
            ("Bo 12", "xx 12"),
            ("K", "K"),
            ("J e n s", "x x x x"),
            ("Bo Ib", "xx xx"),
            ("A\u{30a}se", "xxxx"),
            ("2018-13-45", "2018-13-45"),
        ] {
            assert_eq!(mask_words(text), masked);
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
