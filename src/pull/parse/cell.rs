//! Values of records. Text formats give texts, which are read by the contract's marks; typed formats give numbers, days and
//! truths, which are never read from a text again: their texts are for codes, messages and rejected rows alone.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::definition::{DateFormat, Kind, Scalar, TextFormat, plain_text, read_scalar};

/// The digits that a double holds for certain, and that Excel shows.
pub(super) const DIGITS: u8 = 15;

/// From here on a double is the same for two whole numbers: 2^53.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// The most digits behind the mark that an amount, a rate or a share is delivered with.
const MOST_DECIMALS: usize = 4;

/// From here on fifteen digits leave two or fewer behind the mark: what is behind them may be the number's own.
const LARGEST_COMPUTED: f64 = 1e12;

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
            Some(Typed::Number(_) | Typed::Untold) => Sort::Number,
            Some(Typed::Day(_)) => Sort::Day,
            Some(Typed::Truth(_)) => Sort::Truth,
        }
    }

    /// The value that a typed format has.
    pub(super) fn typed(self) -> Option<Typed> {
        self.typed.copied()
    }

    /// Whether it is a number whose digits are not known.
    pub(crate) fn is_untold(self) -> bool {
        self.typed == Some(&Typed::Untold)
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
            (Some(Typed::Day(_) | Typed::Truth(_) | Typed::Untold), _) => None,
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

    /// A whole number that is too large for its type to tell it from the next: it is read as no value of a column.
    fn untold(digits: String) -> Self {
        Self { text: digits, typed: Some(Typed::Untold) }
    }

    /// A single, by the shortest digits that tell it: 1.1 is not 1.10000002384186. From `largest_whole` on a whole
    /// number is too large for its type to tell it from the next: it is untold. What is no number is a text.
    pub(super) fn single(single: f32, largest_whole: f32, format: &TextFormat) -> Self {
        match single.fract() == 0.0 && single.abs() >= largest_whole {
            true => Self::untold(format!("{single:e}")),
            false => Self::shortest(&single.to_string(), format),
        }
    }

    /// A number by the shortest digits that tell it.
    fn shortest(digits: &str, format: &TextFormat) -> Self {
        Number::of_digits(digits).map_or_else(|| Self::text(digits), |number| Self::number(number, format))
    }

    /// A number by the digits that it is written with: 1.25e3 is 1250. What is none, or has more digits than are kept, is
    /// a text.
    pub(super) fn written(number: &str, format: &TextFormat) -> Self {
        Number::written(number).map_or_else(|| Self::text(number), |number| Self::number(number, format))
    }

    /// A double, which may have been computed: 0.1 + 0.2 is 0.30000000000000004, and what is left over behind the fifteenth
    /// digit is none of the number's. What was typed keeps all of its digits. A whole number that is too large for a double
    /// to tell it from the next is untold. What is no number is a text.
    pub(super) fn computed(double: f64, format: &TextFormat) -> Self {
        if double.fract() == 0.0 && double.abs() >= LARGEST_WHOLE {
            return Self::untold(format!("{double:e}"));
        }
        let shortest = double.to_string();
        if shortest.len() > usize::from(DIGITS) && double.abs() < LARGEST_COMPUTED {
            let certain = format!("{double:.*e}", usize::from(DIGITS) - 1);
            let certain = certain.parse().map_or(certain, |nearest: f64| nearest.to_string());
            if is_left_over(&shortest, &certain) {
                return Self::shortest(&certain, format);
            }
        }
        Self::shortest(&shortest, format)
    }

    /// A day.
    pub(super) fn day(day: Date, format: &TextFormat) -> Self {
        Self { text: format.dates.unwrap_or(DateFormat::Iso).write(day), typed: Some(Typed::Day(day)) }
    }

    /// A truth.
    pub(super) fn truth(truth: bool) -> Self {
        Self { text: truth.to_string(), typed: Some(Typed::Truth(truth)) }
    }

    /// A day that is written as ISO 8601 says, also as a time, which others write with a blank: then it is midnight where the
    /// time is told. Another time is no day, and a text.
    pub(super) fn iso_day(text: String, format: &TextFormat) -> Self {
        let is_midnight = |time: &str| {
            let (clock, zone) = time.split_at(time.find(['Z', '+', '-']).unwrap_or(time.len()));
            let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
            let is_zone = matches!(zone, "" | "Z") || zone.strip_prefix(['+', '-']).is_some_and(is_offset);
            matches!(clock, "00:00" | "00:00:00")
                && is_zone
                && !fraction.is_empty()
                && fraction.bytes().all(|digit| digit == b'0')
        };
        let day = match text.split_once(['T', ' ']) {
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
        matches!(self.typed, Some(Typed::Number(_) | Typed::Untold))
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
    /// A number whose digits are not known.
    Untold,
    Day(Date),
    Truth(bool),
}

/// Whether this is how far a time zone is from UTC, behind its sign: hours and minutes, as ISO 8601 writes them, or hours
/// alone, as PostgreSQL does.
fn is_offset(text: &str) -> bool {
    let is_below = |number: &str, end: u8| {
        number.len() == 2
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && number.parse().is_ok_and(|number: u8| number < end)
    };
    let Some((hours, minutes)) = text.split_at_checked(2) else { return false };
    is_below(hours, 24) && (minutes.is_empty() || is_below(minutes.strip_prefix(':').unwrap_or(minutes), 60))
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

    /// The number that is written with at most a sign and a point.
    pub(super) fn of_digits(text: &str) -> Option<Self> {
        let (digits, decimals) = Self::digits_of(text)?;
        Some(Self::new(digits, u8::try_from(decimals).ok()?))
    }

    /// The digits of such a number, and how many of them stand behind the point.
    fn digits_of(text: &str) -> Option<(i128, usize)> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let decimals = decimals.trim_end_matches('0');
        Some((format!("{whole}{decimals}").parse().ok()?, decimals.len()))
    }

    /// The number that is written with at most a sign, a point and an exponent.
    fn written(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (digits, decimals) = Self::digits_of(mantissa)?;
        let scale = i32::try_from(decimals).ok()?.checked_sub(exponent)?;
        match u8::try_from(scale) {
            // No column has more decimals than the digits of the longest number.
            Ok(scale) => (scale <= 38).then(|| Self::new(digits, scale)),
            Err(_) => {
                let noughts = 10_i128.checked_pow(u32::try_from(scale.checked_neg()?).ok()?)?;
                Some(Self::new(digits.checked_mul(noughts)?, 0))
            }
        }
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

/// Whether the last of a double's shortest digits are left over from its computation, and `certain`, its first fifteen
/// without needless noughts, are the number.
///
/// A number that was typed with at most sixteen digits has at most sixteen shortest digits: where they are seventeen, the
/// double was computed, or was given more than it holds. Nearly all that was computed has seventeen, since there are
/// several doubles from one number of sixteen digits to the next. Behind a large first digit there is but one, and
/// 0.7 + 0.1 is 0.7999999999999999. So of sixteen digits the last are left over where nobody delivers them: more than four
/// stand behind the mark, and thirteen are all but noughts. So are amounts with two decimals below 10^11, and their sums.
fn is_left_over(shortest: &str, certain: &str) -> bool {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count();
    let decimals = shortest.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    match digits(shortest).saturating_sub(usize::from(DIGITS)) {
        0 => false,
        1 => decimals > MOST_DECIMALS && digits(certain) <= usize::from(DIGITS) - 2,
        _ => true,
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
            (1_234_567_890_123_456.0, "1234567890123456"),
            (-9_007_199_254_740_991.0, "-9007199254740991"),
            (9_007_199_254_740_992.0, "9.007199254740992e15"),
            (1e21, "1e21"),
            (123_456_789_012.0, "123456789012"),
            (0.000_125, "0,000125"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
            // What was typed with sixteen digits.
            (123_456_789_012.123_4, "123456789012,1234"),
            (123_456_789_012.123_1, "123456789012,1231"),
            (-12_345_678_901_234.56, "-12345678901234,56"),
            (123_456_789_012_345.7, "123456789012345,7"),
            (12.345_678_901_234_56, "12,34567890123456"),
            // What is left over has sixteen digits or seventeen.
            (0.7 + 0.1, "0,8"),
            (4.35 * 100.0, "435"),
            (1.1 + 2.2, "3,3"),
            ((1..=1000).map(|cents| f64::from(cents) / 100.0).sum(), "5005"),
            // Sums of a thousand amounts, by seven units in the last place too little and by four too much.
            (504_385.419_999_999_6, "504385,42"),
            (502_926.780_000_000_26, "502926,78"),
        ] {
            assert_eq!(Value::computed(number, &danish()).as_str(), expected);
        }
    }

    #[test]
    fn a_single_is_written_with_its_shortest_digits_as_far_as_it_tells_whole_numbers() {
        for (number, expected) in
            [(1.1, "1,1"), (-16_777_215.0, "-16777215"), (16_777_216.0, "1.6777216e7"), (f32::INFINITY, "inf")]
        {
            assert_eq!(Value::single(number, 16_777_216.0, &danish()).as_str(), expected);
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

        /// As far as a double tells each number of sixteen digits from the next, which is to 2^52.
        #[test]
        fn a_double_keeps_the_digits_that_were_typed(digits in -(1_i128 << 52)..=1_i128 << 52, scale in 0_usize..=4) {
            let text = format!("{digits}e-{scale}");
            let value = Value::computed(text.parse().unwrap(), &danish());
            let kind = Kind::Decimal { precision: 38, scale: 4 };
            let expected = digits * 10_i128.pow(4 - scale as u32);
            prop_assert_eq!(value.cell().scalar(&kind, &danish()), Some(Scalar::Decimal(expected)), "{}", text);
        }

        /// A sum of amounts is told as it would be with fifteen digits, however much is left over.
        #[test]
        fn what_is_left_over_of_a_sum_of_amounts_is_none_of_it(
            length in 1_u32..14,
            cents in any::<u64>(),
            steps in 0_u64..50,
        ) {
            let cents = i128::from(cents % 10_u64.pow(length - 1).max(1)) + i128::from(10_u64.pow(length - 1));
            let amount: f64 = format!("{cents}e-2").parse().unwrap();
            for sum in [f64::from_bits(amount.to_bits() + steps), f64::from_bits(amount.to_bits() - steps)] {
                if format!("{sum:.14e}").parse() == Ok(amount) {
                    let kind = Kind::Decimal { precision: 38, scale: 2 };
                    let value = Value::computed(sum, &danish());
                    prop_assert_eq!(value.cell().scalar(&kind, &danish()), Some(Scalar::Decimal(cents)), "{} of {}", sum, amount);
                }
            }
        }
    }
}
