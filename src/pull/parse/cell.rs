//! Values of records. Text formats give texts, which are read by the contract's marks; typed formats give numbers, days and
//! truths, which are never read from a text again: their texts are for codes, messages and rejected rows alone.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::definition::{DateFormat, Kind, Scalar, TextFormat, plain_text, read_scalar};

/// The digits that a double holds for certain, and that Excel shows.
pub(super) const DIGITS: u8 = 15;

/// What a cell is besides its text: the same text of another sort is another value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    Text,
    Number,
    Day,
    Truth,
    /// The record has none.
    Absent,
}

/// A value of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    text: &'a str,
    typed: Option<&'a Typed>,
}

impl<'a> Cell<'a> {
    /// A value that a text format has.
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, typed: None }
    }

    /// A value as it was kept.
    pub(super) fn kept(text: &'a str, typed: Option<&'a Typed>) -> Self {
        Self { text, typed }
    }

    /// What it is besides its text.
    pub(super) fn sort(self) -> Sort {
        match self.typed {
            None => Sort::Text,
            Some(Typed::Number(_)) => Sort::Number,
            Some(Typed::Day(_)) => Sort::Day,
            Some(Typed::Truth(_)) => Sort::Truth,
        }
    }

    /// The value that a typed format has.
    pub(super) fn typed(self) -> Option<Typed> {
        self.typed.copied()
    }

    /// The text, without the blanks around it; that of a typed value is in the contract's spelling.
    pub(crate) fn text(self) -> &'a str {
        self.text.trim()
    }

    /// The value as one of `kind`; `None` if it is not one.
    pub(crate) fn scalar(self, kind: &Kind, format: &TextFormat) -> Option<Scalar> {
        match (self.typed, kind) {
            (Some(Typed::Number(number)), Kind::Integer) => number.whole().map(Scalar::Integer),
            (Some(Typed::Number(number)), Kind::Decimal { precision, scale }) => {
                number.decimal(*precision, *scale).map(Scalar::Decimal)
            }
            // Not all who read the Parquet know a year 0.
            (Some(Typed::Day(day)), Kind::Date) => (day.year() > 0).then_some(Scalar::Date(*day)),
            (Some(Typed::Truth(truth)), Kind::Boolean { .. }) => Some(Scalar::Boolean(*truth)),
            // 20180131 may be a day, and 1 a truth, of a register that knows no other types.
            (None, _) | (Some(Typed::Number(_)), _) => read_scalar(self.text(), kind, format),
            (Some(Typed::Day(_) | Typed::Truth(_)), _) => None,
        }
    }
}

/// The text of the cell, empty where there is none.
pub(crate) fn text_of<'a>(cell: Option<Cell<'a>>) -> &'a str {
    cell.map_or("", Cell::text)
}

/// A value that a typed format has, with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    text: String,
    typed: Option<Typed>,
}

impl Value {
    /// A text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), typed: None }
    }

    /// A number.
    pub(super) fn number(number: Number, format: &TextFormat) -> Self {
        Self { text: number.text(format.decimal), typed: Some(Typed::Number(number)) }
    }

    /// A whole number.
    pub(super) fn whole(number: impl Into<i128>, format: &TextFormat) -> Self {
        Self::number(Number::new(number.into(), 0), format)
    }

    /// A double, by the digits that it holds for certain; what is no number is a text.
    pub(super) fn double(double: f64, format: &TextFormat) -> Self {
        match Number::of_double(double) {
            Some(number) => Self::number(number, format),
            None => Self::text(double.to_string()),
        }
    }

    /// A number in binary, by the shortest digits that tell it: a single 1.1 is not 1.10000002384186. What is no number
    /// is a text.
    pub(super) fn binary(number: impl ToString, format: &TextFormat) -> Self {
        let digits = number.to_string();
        Number::of_digits(&digits).map_or_else(|| Self::text(digits.as_str()), |number| Self::number(number, format))
    }

    /// A double that may have been computed: 0.1 + 0.2 is 0.30000000000000004, and what is left over behind the fifteenth
    /// digit is none of the number's. What is more than that is.
    pub(super) fn computed(double: f64, format: &TextFormat) -> Self {
        let nearest = format!("{double:.14e}").parse().unwrap_or(double);
        let is_left_over = double.abs() < 1e12 && (nearest - double).abs() <= 4.0 * f64::EPSILON * double.abs();
        Self::binary(if is_left_over { nearest } else { double }, format)
    }

    /// A day.
    pub(super) fn day(day: Date, format: &TextFormat) -> Self {
        Self { text: format.dates.unwrap_or(DateFormat::Iso).write(day), typed: Some(Typed::Day(day)) }
    }

    /// A truth.
    pub(super) fn truth(truth: bool) -> Self {
        Self { text: truth.to_string(), typed: Some(Typed::Truth(truth)) }
    }

    /// A day that is written as ISO 8601 says, also as a time: then it is midnight where the time is told. Another time is
    /// no day, and a text.
    pub(super) fn iso_day(text: String, format: &TextFormat) -> Self {
        let is_midnight = |time: &str| {
            let zone = ["00:00:00.000", "00:00:00", "00:00"].iter().find_map(|midnight| time.strip_prefix(midnight));
            zone.is_some_and(|zone| matches!(zone, "" | "Z") || (zone.len() == 6 && zone.starts_with(['+', '-'])))
        };
        let day = match text.split_once('T') {
            Some((day, time)) if is_midnight(time) => day,
            _ => &text,
        };
        DateFormat::Iso.parse(day).map_or_else(|| Self::text(text.clone()), |day| Self::day(day, format))
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a number.
    pub(super) fn is_number(&self) -> bool {
        matches!(self.typed, Some(Typed::Number(_)))
    }

    /// The value as a cell of a record.
    pub(super) fn cell(&self) -> Cell<'_> {
        Cell { text: &self.text, typed: self.typed.as_ref() }
    }
}

/// What a typed value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typed {
    Number(Number),
    Day(Date),
    Truth(bool),
}

/// A decimal number: `digits` / 10^`scale`, without needless noughts behind the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    digits: i128,
    scale: u8,
}

impl Number {
    /// The number of these digits, of which `scale` stand behind the mark.
    pub(super) fn new(digits: i128, scale: u8) -> Self {
        let mut number = Self { digits, scale };
        while number.scale > 0 && number.digits % 10 == 0 {
            number = Self { digits: number.digits / 10, scale: number.scale - 1 };
        }
        number
    }

    /// A double by the digits that it holds for certain: 0.1 + 0.2 is 0.3. `None` where it is no number, or beyond 38
    /// digits.
    fn of_double(double: f64) -> Option<Self> {
        if !double.is_finite() {
            return None;
        }
        let whole_digits = if double == 0.0 { 1 } else { double.abs().log10().floor() as i32 + 1 };
        let decimals = usize::try_from(i32::from(DIGITS) - whole_digits).unwrap_or(0);
        Self::of_digits(&format!("{double:.decimals$}"))
    }

    /// The number that is written with at most a sign and a point.
    pub(super) fn of_digits(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let decimals = decimals.trim_end_matches('0');
        Some(Self::new(format!("{whole}{decimals}").parse().ok()?, u8::try_from(decimals.len()).ok()?))
    }

    fn whole(self) -> Option<i64> {
        if self.scale == 0 { i64::try_from(self.digits).ok() } else { None }
    }

    /// The digits at a column's scale; `None` where one would be lost, or where there are more than the column holds.
    fn decimal(self, precision: u8, scale: i8) -> Option<i128> {
        let missing = u32::try_from(i32::from(scale) - i32::from(self.scale)).ok()?;
        let digits = self.digits.checked_mul(10_i128.checked_pow(missing)?)?;
        let most = 10_u128.checked_pow(u32::from(precision))?;
        (digits.unsigned_abs() < most).then_some(digits)
    }

    /// The number as [`plain_text`] writes it, with the contract's mark.
    fn text(self, mark: char) -> String {
        let kind = Kind::Decimal { precision: 38, scale: i8::try_from(self.scale).unwrap_or(i8::MAX) };
        plain_text(Scalar::Decimal(self.digits), &kind).replace('.', mark.encode_utf8(&mut [0; 4]))
    }
}

/// Which columns of a file are read, each once and in the order of the file; and for each column of the contract its
/// place among them. Two columns of a contract can be read from one of the file.
pub(super) fn projected(places: &[Option<usize>]) -> (Vec<usize>, Vec<Option<usize>>) {
    let wanted: BTreeSet<usize> = places.iter().copied().flatten().collect();
    let wanted: Vec<usize> = wanted.into_iter().collect();
    let places = places.iter().map(|place| place.and_then(|place| wanted.binary_search(&place).ok())).collect();
    (wanted, places)
}

/// Days since 1970-01-01, as Arrow and Parquet count them.
pub(crate) fn days(date: Date) -> i32 {
    let seconds = date.duration_since(Date::constant(1970, 1, 1)).as_secs();
    i32::try_from(seconds / 86_400).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn danish() -> TextFormat {
        TextFormat { nulls: Vec::new(), dates: Some(DateFormat::Danish), decimal: ',', thousands: Some('.') }
    }

    #[test]
    fn a_double_is_written_with_the_digits_it_holds_for_certain() {
        for (number, expected) in [
            (0.1 + 0.2, "0,3"),
            (1.75, "1,75"),
            (-2.5, "-2,5"),
            (12345.0, "12345"),
            (0.0, "0"),
            (-0.0, "0"),
            (-0.05, "-0,05"),
            (1e21, "1000000000000000000000"),
            (123_456_789_012.0, "123456789012"),
            (0.000_125, "0,000125"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(Value::double(number, &danish()).as_str(), expected);
        }
    }

    #[test]
    fn a_typed_value_is_of_its_own_type_and_no_other() {
        let scalar = |value: &Value, kind: &Kind| value.cell().scalar(kind, &danish());
        let day = Date::constant(2018, 1, 31);
        let money = Kind::Decimal { precision: 5, scale: 2 };
        let compact = TextFormat { dates: Some(DateFormat::Compact), ..danish() };
        let whole = Value::number(Number::new(1250, 1), &danish());
        assert_eq!(scalar(&whole, &Kind::Integer), Some(Scalar::Integer(125)));
        assert_eq!(scalar(&whole, &money), Some(Scalar::Decimal(12500)));
        // Under the contract's marks the text of it would be a thousand times as much.
        assert_eq!(scalar(&Value::text("1.125"), &Kind::Integer), Some(Scalar::Integer(1125)));
        assert_eq!(scalar(&Value::number(Number::new(1125, 3), &danish()), &Kind::Integer), None);
        assert_eq!(scalar(&Value::number(Number::new(1125, 3), &danish()), &money), None);
        assert_eq!(scalar(&Value::day(day, &danish()), &Kind::Date), Some(Scalar::Date(day)));
        // The text of a day may be one of a whole number.
        let number_like = Value::day(day, &compact);
        assert_eq!(number_like.as_str(), "20180131");
        assert_eq!(number_like.cell().scalar(&Kind::Integer, &compact), None);
        let registered = Value::number(Number::new(20_180_131, 0), &compact);
        assert_eq!(registered.cell().scalar(&Kind::Date, &compact), Some(Scalar::Date(day)));
    }

    proptest! {
        #[test]
        fn every_number_keeps_its_digits(digits in -10_i128.pow(15)..10_i128.pow(15), scale in 0_u8..8) {
            let kind = Kind::Decimal { precision: 38, scale: 8 };
            let value = Value::number(Number::new(digits, scale), &danish());
            let expected = digits * 10_i128.pow(u32::from(8 - scale));
            prop_assert_eq!(value.cell().scalar(&kind, &danish()), Some(Scalar::Decimal(expected)));
            // The text that messages show is of the same number.
            prop_assert_eq!(read_scalar(value.as_str(), &kind, &danish()), Some(Scalar::Decimal(expected)));
        }
    }
}
