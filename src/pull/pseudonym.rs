//! CPR numbers: checked by shape and date, and gone before a row leaves the reader.

use std::env;
use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::Date;
use regex::Regex;
use sha2::Sha256;

use super::PullError;

/// The key for synthetic extracts, which hold no person: public on purpose.
const SYNTHETIC_KEY: &[u8] = b"maaltal synthetic extracts: no person is behind these numbers";

/// A key shorter than a SHA-256 block's half could be guessed.
const SHORTEST_KEY_BYTES: usize = 32;

/// A CPR number. It has no `Debug`, no `Display` and no way to its digits: it can only become a
/// pseudonym, or a day of birth.
pub(crate) struct Cpr {
    digits: [u8; 10],
    born: Date,
}

impl Cpr {
    /// Reads ten digits, with or without the hyphen, whose first six are a day that exists.
    ///
    /// Modulus 11 is not asked for: numbers without it have been issued since 2007. The seventh
    /// digit tells the century (CPR-kontoret, "Personnummeret i CPR").
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut digits = [0; 10];
        let (birthday, serial) = match text.len() {
            10 => text.split_at_checked(6)?,
            11 => text.split_once('-').filter(|(birthday, _)| birthday.len() == 6)?,
            _ => return None,
        };
        for (digit, byte) in digits.iter_mut().zip(birthday.bytes().chain(serial.bytes())) {
            *digit = byte.is_ascii_digit().then_some(byte)?;
        }
        let number = |place: usize| i16::from(digits[place] - b'0') * 10 + i16::from(digits[place + 1] - b'0');
        let (day, month, year) = (number(0), number(2), number(4));
        let century = match (digits[6], year) {
            (b'0'..=b'3', _) => 1900,
            (b'4' | b'9', 37..) => 1900,
            (b'5'..=b'8', 58..) => 1800,
            _ => 2000,
        };
        let born = Date::new(century + year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some(Self { digits, born })
    }

    /// The day that the first six digits write, in the century that the seventh tells.
    pub(crate) fn birth_date(&self) -> Date {
        self.born
    }
}

/// The twelve digits that Statistics Denmark gives researchers in place of a CPR number. Stands for a person as that
/// does, and is guarded as that is.
pub(crate) struct ResearchNumber {
    digits: [u8; 12],
}

impl ResearchNumber {
    /// Reads twelve digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 12] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self { digits })
    }
}

/// The secret that turns CPR numbers into pseudonyms.
#[derive(Clone)]
pub struct PseudonymKey {
    mac: Hmac<Sha256>,
    id: String,
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PseudonymKey(id {})", self.id)
    }
}

impl PseudonymKey {
    /// The key in the environment variable `name`. Synthetic extracts do without one.
    ///
    /// # Errors
    /// The variable is missing although the extracts are real, or its value is too short.
    pub fn from_env(name: &str, synthetic: bool) -> Result<Self, PullError> {
        match env::var(name) {
            Ok(key) if key.len() >= SHORTEST_KEY_BYTES => Ok(Self::new(key.as_bytes())),
            Ok(_) => Err(PullError::WeakPseudonymKey { name: name.to_owned(), shortest: SHORTEST_KEY_BYTES }),
            Err(_) if synthetic => Ok(Self::new(SYNTHETIC_KEY)),
            Err(_) => Err(PullError::NoPseudonymKey { name: name.to_owned() }),
        }
    }

    fn new(key: &[u8]) -> Self {
        // HMAC takes keys of every length.
        let mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC refused a key"));
        let id = hex(&mac.clone().chain_update(b"maaltal key id").finalize().into_bytes()[..4]);
        Self { mac, id }
    }

    /// Tells keys apart without telling the key; part of every staged artefact's name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The pseudonym of a CPR number.
    pub(crate) fn pseudonym(&self, cpr: &Cpr) -> String {
        self.of_digits(&cpr.digits)
    }

    /// The pseudonym of a researcher's number: another than that of the same person's CPR number.
    pub(crate) fn pseudonym_of_research(&self, number: &ResearchNumber) -> String {
        self.of_digits(&number.digits)
    }

    /// The first 128 bits of HMAC-SHA-256, as 32 hexadecimal digits.
    fn of_digits(&self, digits: &[u8]) -> String {
        hex(&self.mac.clone().chain_update(digits).finalize().into_bytes()[..16])
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

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

/// A birthday and a serial number with some marks between them, as in `020380 - 1234` and `020380, 1234`.
static SPLIT_NUMBER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|\P{N})(\d{6}(?:[^\p{L}\p{N};,]|,\s){1,4}\d{4})(?:$|\P{N})").ok());

fn split_numbers(text: &str) -> impl Iterator<Item = Range<usize>> {
    SPLIT_NUMBER.iter().flat_map(move |split| split.captures_iter(text).filter_map(|found| Some(found.get(1)?.range())))
}

/// Whether `text` holds what looks like a person's number.
pub(crate) fn holds_number(text: &str) -> bool {
    !numbers(text).is_empty() || split_numbers(text).next().is_some()
}

/// `text` with the digits hidden of everything that looks like a person's number: for rejected rows
/// and messages, where a number may stand in any column.
pub(crate) fn mask_numbers(text: &str) -> String {
    let masked = hidden(text, numbers(text));
    let split = split_numbers(&masked).collect();
    hidden(&masked, split)
}

/// `text` with the digits of the stretches hidden.
fn hidden(text: &str, stretches: Vec<Range<usize>>) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut taken = 0;
    for stretch in stretches {
        masked.push_str(&text[taken..stretch.start]);
        masked.push_str(&mask_digits(&text[stretch.clone()]));
        taken = stretch.end;
    }
    masked + &text[taken..]
}

/// `text` with every digit hidden.
fn mask_digits(text: &str) -> String {
    text.chars().map(|letter| if letter.is_numeric() { '#' } else { letter }).collect()
}

/// `text` with every word of three letters or more hidden.
pub(crate) fn mask_words(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for part in text.split_inclusive(|letter: char| !letter.is_alphabetic()) {
        let word = part.trim_end_matches(|letter: char| !letter.is_alphabetic());
        match word.chars().count() {
            0..=2 => masked.push_str(part),
            length => {
                masked.extend(std::iter::repeat_n('x', length));
                masked.push_str(&part[word.len()..]);
            }
        }
    }
    masked
}

/// Nothing but the shape of `text`: `#` for a digit, `x` for a letter.
pub(crate) fn shape_of(text: &str) -> String {
    let shape = |letter: char| match letter {
        _ if letter.is_numeric() => '#',
        _ if letter.is_alphabetic() => 'x',
        _ => letter,
    };
    text.chars().map(shape).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_seventh_digit_tells_the_century_of_the_birthday() {
        // 29 February: in 2000 (4, 00) it existed, in 1900 (0, 00) it did not.
        assert!(Cpr::parse("2902004001").is_some());
        assert!(Cpr::parse("2902000001").is_none());
        assert!(Cpr::parse("290200-4001").is_some());
    }

    #[test]
    fn what_is_no_cpr_number_is_refused() {
        for text in ["", "123456789", "12345678901", "3113804001", "0101x04001", "01018-04001", "æøåæøåæøåæ"]
        {
            assert!(Cpr::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn pseudonyms_depend_on_the_number_and_the_key() {
        let pseudonym = |key: &[u8], text| Cpr::parse(text).map(|cpr| PseudonymKey::new(key).pseudonym(&cpr));
        assert_eq!(pseudonym(b"a", "0201804001"), pseudonym(b"a", "020180-4001"));
        assert_ne!(pseudonym(b"a", "0201804001"), pseudonym(b"a", "0201804002"));
        assert_ne!(pseudonym(b"a", "0201804001"), pseudonym(b"b", "0201804001"));
    }

    #[test]
    fn words_are_hidden_and_codes_of_two_letters_are_not() {
        assert_eq!(mask_words("Søren Ås, 80X101 NN"), "xxxxx Ås, 80X101 NN");
        assert_eq!(mask_words("no name: Åse"), "no xxxx: xxx");
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
        ] {
            let masked = mask_numbers(&format!("a {number} b"));
            assert!(!masked.contains(|letter: char| letter.is_ascii_digit()), "{masked}");
            assert!(holds_number(number));
        }
        for harmless in ["01-10-1996", "001082;01-10-1996", "80", "1.634", "012345", "123456,7890", "012345;2018"] {
            assert_eq!(mask_numbers(harmless), harmless);
        }
    }

    proptest! {
        #[test]
        fn no_masked_text_holds_ten_digits(before in "[a-z;0-9]{0,8}", number in "[0-9]{6}[- ]?[0-9]{4}", after in "\\PC{0,8}") {
            let masked = mask_numbers(&format!("{before}{number}{after}"));
            prop_assert!(!masked.contains(&number));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC*") {
            let _ = Cpr::parse(&text);
        }
    }
}
