//! Numbers of persons in a text, however they are written.

use std::ops::Range;

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
/// of their parts: `020380 - 1234`, `02 03 80 / 1234`, `2/3-80, 1234`. The serial number may stand in two halves
/// (`020380 - 12 34`) and behind a letter (`020380x1234`): then the birthday has to be a day of the calendar, since
/// times, periods and codes look much the same.
fn split_numbers(text: &str, within: Within) -> Vec<Range<usize>> {
    let groups = digit_groups(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for serial in 1..groups.len() {
        let Some(end) = serial_end(text, &groups[serial..]) else { continue };
        let between = |group: usize| &text[groups[group].end..groups[group + 1].start];
        let is_behind_a_letter = is_one_letter(between(serial - 1));
        let is_plain = !is_behind_a_letter && end == groups[serial].end;
        let is_joined = |group: &usize| joins(between(*group), within) || (is_behind_a_letter && *group == serial - 1);
        let joined = (0..serial).rev().take_while(is_joined).take(3);
        let is_day = |first: &usize| {
            let parts: Vec<&str> = groups[*first..serial].iter().map(|group| &text[group.clone()]).collect();
            // A period from day to day has more than a mark between its days.
            let has_single_marks = (*first..serial - 1).all(|group| between(group).chars().count() == 1);
            if is_plain { is_birthday(&parts) } else { has_single_marks && is_calendar_day(&parts) }
        };
        if let Some(first) = joined.filter(is_day).last() {
            let start = groups[first].start.max(found.last().map_or(0, |before| before.end));
            found.push(start..end);
        }
    }
    found
}

/// Where a serial number ends that begins with the first of the groups: four digits, or two halves with a blank, a dash
/// or a letter between them. Halves that more digits follow are parts of a day, and behind a dash a second half of 24 at
/// most is an hour or a month: `01-01-18 - 31-12`, `01.02.18, 10-12`.
fn serial_end(text: &str, groups: &[Range<usize>]) -> Option<usize> {
    let digits = |group: &Range<usize>| text[group.clone()].chars().count();
    match groups {
        [whole, ..] if digits(whole) == 4 => Some(whole.end),
        [first, second, rest @ ..] if digits(first) == 2 && digits(second) == 2 => {
            let between = &text[first.end..second.start];
            let is_dash = matches!(between, "-" | "\u{2013}");
            let is_blank = between.chars().count() <= 2 && between.chars().all(char::is_whitespace);
            let goes_on = rest.first().is_some_and(|next| text[second.end..next.start].chars().count() <= 1);
            let may_be_a_time = is_dash && text[second.clone()].parse::<u32>().is_ok_and(|half| half <= 24);
            let is_joined = is_blank || is_dash || is_one_letter(between);
            (is_joined && !goes_on && !may_be_a_time).then_some(second.end)
        }
        _ => None,
    }
}

/// Whether a single letter stands between two stretches of digits, at most with a mark on each side of it.
fn is_one_letter(between: &str) -> bool {
    let letters = between.chars().filter(|letter| letter.is_alphabetic()).count();
    letters == 1 && between.chars().count() <= 3 && !between.contains(char::is_whitespace)
}

/// The stretches of digits, as byte ranges.
fn digit_groups(text: &str) -> Vec<Range<usize>> {
    stretches(text, char::is_numeric)
}

/// The stretches of letters of one sort, as byte ranges.
pub(super) fn stretches(text: &str, is_of_sort: fn(char) -> bool) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for (place, letter) in text.char_indices().filter(|(_, letter)| is_of_sort(*letter)) {
        let end = place + letter.len_utf8();
        match stretches.last_mut() {
            Some(stretch) if stretch.end == place => stretch.end = end,
            _ => stretches.push(place..end),
        }
    }
    stretches
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

/// Whether stretches of digits may be a day: whole, or its parts. What can't be told is one.
fn is_birthday(parts: &[&str]) -> bool {
    let lengths: Vec<usize> = parts.iter().map(|part| part.chars().count()).collect();
    match (lengths.as_slice(), parts) {
        ([6 | 8], _) => true,
        ([2, 4], [day, rest]) => may_be_day(day) && rest.get(..2).is_none_or(may_be_month),
        ([4, 2], [start, _]) => start.get(..2).is_none_or(may_be_day) && start.get(2..).is_none_or(may_be_month),
        ([1 | 2, 1 | 2, 2 | 4], [day, month, _]) => may_be_day(day) && may_be_month(month),
        _ => false,
    }
}

/// Whether stretches of digits are a day that the calendar has, of a year in which a person may be born.
fn is_calendar_day(parts: &[&str]) -> bool {
    let may_be_year =
        |year: &str| year.len() != 4 || year.parse::<u32>().is_ok_and(|year| (1850..2100).contains(&year));
    match parts {
        [whole] if matches!(whole.len(), 6 | 8) => {
            let [day, month, year] = [whole.get(..2), whole.get(2..4), whole.get(4..)];
            day.is_none_or(may_be_day) && month.is_none_or(may_be_month) && year.is_none_or(may_be_year)
        }
        [day, month, year] => is_birthday(parts) && (day.len(), month.len()) == (2, 2) && may_be_year(year),
        _ => false,
    }
}

/// Whether digits are the day of a month, or one of a replacement number, to which 60 is added.
fn may_be_day(text: &str) -> bool {
    text.parse::<u32>().ok().is_none_or(|day| (1..=31).contains(&day) || (61..=91).contains(&day))
}

fn may_be_month(text: &str) -> bool {
    text.parse::<u32>().ok().is_none_or(|month| (1..=12).contains(&month))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            "010786 12 34",
            "010786 - 12 34",
            "01.07.1986 - 12 34",
            "010786 / 12-34",
            "610786 - 12 34",
            "010786x1234",
            "01.07.86-x-1234",
            "010786 - 12x34",
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
            "01-01-2018 - 31-12-2018",
            "01.01.18 - 31.12.18",
            "01-01-18 - 31-12",
            "2018-01-01 - 2018-12-31",
            "2018 01 01 - 2018 12 31",
            "01-07-2018  12:34",
            "01-07-2018, kl. 12.34",
            "01.02.18, 10-12",
            "012345 - 12 34",
            "012345x2018",
            "20180101T1200",
            "01-07-86 til 1234",
        ] {
            assert_eq!(mask_numbers(harmless), harmless);
        }
        // In a value no delimiter is expected.
        for number in ["010786,1234", "010786;1234", "0107;86;1234", "1,7,86 1234"] {
            assert!(holds_number(number), "{number}");
            assert!(!mask_value(number).contains("1234"), "{number}");
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
    }
}
