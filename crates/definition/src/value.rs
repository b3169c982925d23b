//! Values as the registers write them: decimal commas, thousands points, Danish dates.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::Date;

use crate::text_format::TextFormat;

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text, as it stands without the padding.
    Text,
    /// A whole number of 64 bits.
    Integer,
    Decimal {
        /// Digits in all.
        precision: u8,
        /// Digits after the decimal mark.
        scale: i8,
    },
    Date,
    Boolean {
        /// Spellings of true.
        yes: Vec<String>,
        /// Spellings of false.
        no: Vec<String>,
    },
    /// A CPR number: leaves the reader as a pseudonym.
    Cpr,
    /// A CPR number, or the number that Statistics Denmark gives researchers in its place; leaves the reader as a
    /// pseudonym.
    PersonNumber,
    /// A CPR number of which only the day of birth leaves the reader.
    CprBirthDate,
}

impl Kind {
    /// Whether its values are numbers.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Decimal { .. })
    }

    /// Whether its texts are numbers of persons.
    pub fn is_person(&self) -> bool {
        matches!(self, Self::Cpr | Self::PersonNumber | Self::CprBirthDate)
    }
}

/// A value that is not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    Integer(i64),
    /// A decimal number, as its digits without the mark; the column knows the scale.
    Decimal(i128),
    Date(Date),
    Boolean(bool),
}

impl PartialOrd for Scalar {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a.partial_cmp(b),
            (Self::Decimal(a), Self::Decimal(b)) => a.partial_cmp(b),
            (Self::Date(a), Self::Date(b)) => a.partial_cmp(b),
            (Self::Boolean(a), Self::Boolean(b)) => a.partial_cmp(b),
            _ => None,
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
            Self::Date(value) => value.fmt(f),
            Self::Boolean(value) => value.fmt(f),
        }
    }
}

/// The value that `text` writes; `None` where it writes none of this kind.
///
/// Digits are never dropped: a number with more decimals than the column holds is no value of it.
pub fn read_scalar(text: &str, kind: &Kind, format: &TextFormat) -> Option<Scalar> {
    match kind {
        Kind::Integer => {
            let (negative, digits) = sign(text);
            // The smallest has one more than the largest.
            let magnitude: i128 = whole_digits(digits, format.thousands)?.parse().ok()?;
            i64::try_from(if negative { -magnitude } else { magnitude }).ok().map(Scalar::Integer)
        }
        Kind::Decimal { precision, scale } => decimal(text, *precision, *scale, format).map(Scalar::Decimal),
        Kind::Date => format.dates.and_then(|dates| dates.parse(text)).map(Scalar::Date),
        Kind::Boolean { yes, no } => {
            let is_yes = yes.iter().any(|spelling| spelling == text);
            (is_yes || no.iter().any(|spelling| spelling == text)).then_some(Scalar::Boolean(is_yes))
        }
        Kind::Text | Kind::Cpr | Kind::PersonNumber | Kind::CprBirthDate => None,
    }
}

/// The value that a text which a contract lists stands for: it is written as the files have it, or else as definitions do.
pub fn listed_scalar(text: &str, kind: &Kind, format: &TextFormat) -> Option<Scalar> {
    read_scalar(text, kind, format).or_else(|| read_scalar(text, kind, &TextFormat::plain()))
}

/// A value as a definition or a message writes it: decimals with their point, dates as yyyy-MM-dd.
pub fn plain_text(value: Scalar, kind: &Kind) -> String {
    match (value, kind) {
        (Scalar::Decimal(digits), Kind::Decimal { scale, .. }) => {
            let scale = usize::try_from(*scale).unwrap_or_default();
            let text = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
            let (whole, fraction) = text.split_at(text.len() - scale);
            let (sign, point) = (if digits < 0 { "-" } else { "" }, if scale == 0 { "" } else { "." });
            format!("{sign}{whole}{point}{fraction}")
        }
        (value, _) => value.to_string(),
    }
}

fn decimal(text: &str, precision: u8, scale: i8, format: &TextFormat) -> Option<i128> {
    let (negative, digits) = sign(text);
    let (whole, fraction) = digits.split_once(format.decimal).unwrap_or((digits, ""));
    if digits.contains(format.decimal) && fraction.is_empty() {
        return None;
    }
    let whole = whole_digits(whole, format.thousands)?;
    let scale = usize::try_from(scale).ok()?;
    let significant = fraction.trim_end_matches('0');
    if significant.len() > scale || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = format!("{whole}{significant:0<scale$}");
    let significant_digits = digits.trim_start_matches('0').len();
    let magnitude: i128 = digits.parse().ok()?;
    (significant_digits <= usize::from(precision)).then_some(if negative { -magnitude } else { magnitude })
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    }
}

/// The digits of a whole number without its thousands marks, which stand before groups of three or nowhere.
fn whole_digits(text: &str, thousands: Option<char>) -> Option<String> {
    let groups: Vec<&str> = match thousands {
        Some(mark) => text.split(mark).collect(),
        None => vec![text],
    };
    let (first, rest) = groups.split_first()?;
    // 0.125 is an eighth in another spelling, never 125.
    let may_lead = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let grouped = rest.is_empty() || (may_lead && rest.iter().all(|group| group.len() == 3));
    let digits = groups.concat();
    (grouped && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text_format::DateFormat;

    fn danish() -> TextFormat {
        TextFormat { nulls: Vec::new(), dates: Some(DateFormat::Danish), decimal: ',', thousands: Some('.') }
    }

    fn read(text: &str, kind: &Kind) -> Option<Scalar> {
        read_scalar(text, kind, &danish())
    }

    const CAPACITY: Kind = Kind::Decimal { precision: 5, scale: 2 };

    #[test]
    fn a_thousands_point_is_never_taken_for_a_decimal_point() {
        assert_eq!(read("1.634", &Kind::Integer), Some(Scalar::Integer(1634)));
        assert_eq!(read("1.5", &CAPACITY), None);
        assert_eq!(read("1.50", &CAPACITY), None);
        assert_eq!(read("12.34.567", &Kind::Integer), None);
        assert_eq!(read(".634", &Kind::Integer), None);
        assert_eq!(read("0.125", &Kind::Integer), None);
        assert_eq!(read("0.125", &CAPACITY), None);
        assert_eq!(read("01.234", &Kind::Integer), None);
    }

    #[test]
    fn every_whole_number_of_64_bits_is_one_and_no_other() {
        assert_eq!(read("-9223372036854775808", &Kind::Integer), Some(Scalar::Integer(i64::MIN)));
        assert_eq!(read("9.223.372.036.854.775.807", &Kind::Integer), Some(Scalar::Integer(i64::MAX)));
        assert_eq!(read("9223372036854775808", &Kind::Integer), None);
        assert_eq!(read("-9223372036854775809", &Kind::Integer), None);
    }

    #[test]
    fn a_decimal_keeps_every_digit_or_is_refused() {
        assert_eq!(read("2,5", &CAPACITY), Some(Scalar::Decimal(250)));
        assert_eq!(read("2,500", &CAPACITY), Some(Scalar::Decimal(250)));
        assert_eq!(read("2,505", &CAPACITY), None);
        assert_eq!(read("-1,00", &CAPACITY), Some(Scalar::Decimal(-100)));
        assert_eq!(read("1234,00", &CAPACITY), None);
        assert_eq!(read("1,", &CAPACITY), None);
    }

    #[test]
    fn a_day_that_does_not_exist_is_no_date() {
        assert_eq!(read("31-02-2018", &Kind::Date), None);
        assert_eq!(read("29-02-2020", &Kind::Date), Date::new(2020, 2, 29).ok().map(Scalar::Date));
        assert_eq!(read("1-2-2018", &Kind::Date), None);
        assert_eq!(read("00-00-0000", &Kind::Date), None);
    }

    proptest! {
        #[test]
        fn every_whole_number_is_read_back(number in -999_999_999_999i64..999_999_999_999) {
            prop_assert_eq!(read(&number.to_string(), &Kind::Integer), Some(Scalar::Integer(number)));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC*") {
            for kind in [Kind::Integer, CAPACITY, Kind::Date] {
                let _ = read(&text, &kind);
            }
        }

        #[test]
        fn every_date_is_read_back_in_every_format(days in 0i32..40_000) {
            let date = Date::constant(1930, 1, 1).checked_add(jiff::Span::new().days(days)).ok();
            for format in [DateFormat::Compact, DateFormat::Danish, DateFormat::Iso] {
                let pattern = format.pattern().replace("yyyy", "%Y").replace("MM", "%m").replace("dd", "%d");
                let text = date.map(|date| date.strftime(&pattern).to_string());
                prop_assert_eq!(text.and_then(|text| format.parse(&text)), date);
            }
        }
    }
}
