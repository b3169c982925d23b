//! CPR numbers: checked by shape and date, and gone before a row leaves the reader.

use std::env;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::Date;
use sha2::Sha256;

use crate::definition::hex;
use crate::pull::error::PullError;
use crate::pull::find::Extract;

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

/// What stands for a person in all tables: the first 128 bits of HMAC-SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pseudonym([u8; 16]);

impl Pseudonym {
    /// It as 32 hexadecimal digits.
    pub(crate) fn text(self) -> String {
        hex(&self.0)
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
    /// The key in the environment variable `name`. Synthetic extracts do without one; `real` is one that is none.
    ///
    /// # Errors
    /// The variable is missing although an extract is real, or its value is too short. A value of other bytes than UTF-8
    /// is a key like every other.
    pub fn from_env(name: &str, real: Option<&Extract>) -> Result<Self, PullError> {
        match (env::var_os(name), real) {
            (Some(key), _) if key.as_encoded_bytes().len() >= SHORTEST_KEY_BYTES => {
                Ok(Self::new(key.as_encoded_bytes()))
            }
            (Some(_), _) => Err(PullError::WeakPseudonymKey { name: name.to_owned(), shortest: SHORTEST_KEY_BYTES }),
            (None, None) => Ok(Self::new(SYNTHETIC_KEY)),
            (None, Some(real)) => {
                let (name, source_name, file) = (name.to_owned(), real.source.clone(), real.file.clone());
                Err(PullError::NoPseudonymKey { name, source_name, file })
            }
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
    pub(crate) fn pseudonym(&self, cpr: &Cpr) -> Pseudonym {
        self.of_digits(&cpr.digits)
    }

    /// The pseudonym of a researcher's number: another than that of the same person's CPR number.
    pub(crate) fn pseudonym_of_research(&self, number: &ResearchNumber) -> Pseudonym {
        self.of_digits(&number.digits)
    }

    fn of_digits(&self, digits: &[u8]) -> Pseudonym {
        let whole: [u8; 32] = self.mac.clone().chain_update(digits).finalize().into_bytes().into();
        let mut pseudonym = [0; 16];
        pseudonym.copy_from_slice(&whole[..16]);
        Pseudonym(pseudonym)
    }
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

    proptest! {
        #[test]
        fn bytes_are_written_as_two_digits_each(bytes in proptest::collection::vec(0..=255u8, 0..40)) {
            let spelled: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert_eq!(hex(&bytes), spelled);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC*") {
            let _ = Cpr::parse(&text);
        }
    }
}
