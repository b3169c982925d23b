//! The digits of the numbers in a line of JSON, as they are written: a double may hold fewer.

use super::super::cell::DIGITS;

/// The digits that tell every double from every other.
const MOST_DIGITS: usize = 17;

/// The numbers of a line of JSON, as they are written.
pub(super) fn numbers(line: &str) -> impl Iterator<Item = &str> {
    let is_of_number = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-' | '+' | 'e' | 'E');
    let parts = outside_strings(line).flat_map(move |part| part.split(move |letter| !is_of_number(letter)));
    // The `e` of `true` is none.
    parts.filter(|part| part.contains(|letter: char| letter.is_ascii_digit()))
}

/// Whether a double would not hold a number to its last digit. One that a double was written as, with as many digits as
/// tell it from every other, is held: 3.3000000000000003.
pub(super) fn loses_digits(number: &str) -> bool {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    if mantissa.len() <= usize::from(DIGITS) || number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return false;
    }
    let significant: String = mantissa.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').collect();
    // Noughts behind the point are none of the number's digits; those of a whole number are.
    let significant = if mantissa.contains('.') { significant.trim_end_matches('0') } else { &significant };
    if significant.len() <= usize::from(DIGITS) {
        return false;
    }
    let is_of_double = |double: f64| {
        let digits = format!("{:.*e}", significant.len() - 1, double.abs());
        digits.chars().take_while(|letter| *letter != 'e').filter(char::is_ascii_digit).eq(significant.chars())
    };
    significant.len() > MOST_DIGITS || !number.parse().is_ok_and(is_of_double)
}

/// The parts of a line of JSON that stand in no string.
fn outside_strings(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some((before, after)) = text.split_once('"') else {
            rest = None;
            return Some(text);
        };
        let mut is_escaped = false;
        let end = after.find(|letter| match letter {
            _ if is_escaped => {
                is_escaped = false;
                false
            }
            '\\' => {
                is_escaped = true;
                false
            }
            letter => letter == '"',
        });
        rest = end.map(|end| &after[end + 1..]);
        Some(before)
    })
}
