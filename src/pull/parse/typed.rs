//! Values of typed formats as the texts that a contract's checks read.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::definition::{DateFormat, TextFormat};

/// The digits that a double holds for certain, and that Excel shows.
pub(super) const DIGITS: u8 = 15;

/// A double as a decimal number, in the contract's spelling: 0.1 + 0.2 is 0.3.
pub(super) fn number_text(number: f64, text: &TextFormat) -> String {
    if number == 0.0 || !number.is_finite() {
        return if number == 0.0 { "0".to_owned() } else { number.to_string() };
    }
    let whole_digits = number.abs().log10().floor() as i32 + 1;
    let decimals = usize::try_from(i32::from(DIGITS) - whole_digits).unwrap_or(0);
    let digits = format!("{number:.decimals$}");
    let digits = match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => &digits,
    };
    decimal_text(digits, text)
}

/// The digits of a decimal number, in the contract's spelling.
pub(super) fn decimal_text(digits: &str, text: &TextFormat) -> String {
    digits.replace('.', &text.decimal.to_string())
}

/// Which columns of a file are read, each once and in the order of the file; and for each column of the contract its
/// place among them. Two columns of a contract can be read from one of the file.
pub(super) fn projected(places: &[Option<usize>]) -> (Vec<usize>, Vec<Option<usize>>) {
    let wanted: BTreeSet<usize> = places.iter().copied().flatten().collect();
    let wanted: Vec<usize> = wanted.into_iter().collect();
    let places = places.iter().map(|place| place.and_then(|place| wanted.binary_search(&place).ok())).collect();
    (wanted, places)
}

/// A day, in the contract's spelling.
pub(super) fn date_text(date: Date, text: &TextFormat) -> String {
    text.dates.unwrap_or(DateFormat::Iso).write(date)
}

/// A day that is written as ISO 8601 says, also as a time: then it is midnight where the time is told. Another time is no
/// day, and stays as it is.
pub(super) fn iso_day_text(value: String, text: &TextFormat) -> String {
    let is_midnight = |time: &str| {
        let zone = ["00:00:00.000", "00:00:00", "00:00"].iter().find_map(|midnight| time.strip_prefix(midnight));
        zone.is_some_and(|zone| matches!(zone, "" | "Z") || (zone.len() == 6 && zone.starts_with(['+', '-'])))
    };
    let day = match value.split_once('T') {
        Some((day, time)) if is_midnight(time) => day,
        _ => &value,
    };
    DateFormat::Iso.parse(day).map_or_else(|| value.clone(), |day| date_text(day, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_is_written_with_the_digits_it_holds_for_certain() {
        let text = TextFormat { nulls: Vec::new(), dates: None, decimal: ',', thousands: Some('.') };
        for (number, expected) in [
            (0.1 + 0.2, "0,3"),
            (1.75, "1,75"),
            (-2.5, "-2,5"),
            (12345.0, "12345"),
            (0.0, "0"),
            (-0.0, "0"),
            (123_456_789_012.0, "123456789012"),
            (0.000_125, "0,000125"),
        ] {
            assert_eq!(number_text(number, &text), expected);
        }
    }
}
