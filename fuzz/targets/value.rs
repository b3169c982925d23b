//! Danish values and dates: what is read says what was written, and a day is written as it is read.
#![no_main]

use arbitrary::Unstructured;
use maaltal_definition::{DateFormat, Kind, NameDay, Scalar, TextFormat, plain_text, read_scalar};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = held(Unstructured::new(data));
});

const DATES: [DateFormat; 3] = [DateFormat::Compact, DateFormat::Danish, DateFormat::Iso];

fn held(mut from: Unstructured<'_>) -> arbitrary::Result<()> {
    let precision: u8 = from.int_in_range(1..=38)?;
    let scale = i8::try_from(from.int_in_range(0..=precision)?).expect("38 at most");
    let (decimal, thousands) =
        *from.choose(&[(',', Some('.')), (',', None), ('.', None), ('.', Some(',')), (',', Some(' '))])?;
    let dates = *from.choose(&DATES)?;
    let Ok(text) = std::str::from_utf8(from.take_rest()) else { return Ok(()) };
    let format = TextFormat { nulls: Vec::new(), dates: Some(dates), decimal, thousands };
    let plain = TextFormat::plain();
    let kind = Kind::Decimal { precision, scale };
    let is_digit = |letter: &char| letter.is_ascii_digit();
    let whole = read_scalar(text, &Kind::Integer, &format);
    if let Some(value) = whole {
        assert_eq!(read_scalar(&plain_text(value, &Kind::Integer), &Kind::Integer, &plain), whole, "{text:?}");
        let digits: String = text.chars().filter(is_digit).collect();
        let magnitude: i128 = digits.parse().expect("a whole number of 64 bits has digits");
        let Scalar::Integer(number) = value else { panic!("{value:?} is no whole number") };
        assert_eq!(i128::from(number), if text.starts_with('-') { -magnitude } else { magnitude }, "{text:?}");
        // A whole number is the same as a decimal without decimals, if it has room.
        let as_decimal = read_scalar(text, &Kind::Decimal { precision: 38, scale: 0 }, &format);
        assert_eq!(as_decimal, Some(Scalar::Decimal(i128::from(number))), "{text:?}");
    }
    let read = read_scalar(text, &kind, &format);
    if let Some(value) = read {
        let written = plain_text(value, &kind);
        assert_eq!(read_scalar(&written, &kind, &plain), read, "{text:?} {written:?}");
        let digits = |text: &str, point: char| {
            let (whole, fraction) = text.split_once(point).unwrap_or((text, ""));
            let whole: String = whole.chars().filter(is_digit).collect();
            (whole.trim_start_matches('0').to_owned(), fraction.trim_end_matches('0').to_owned())
        };
        assert_eq!(digits(&written, '.'), digits(text, decimal), "no digit is lost or moved");
    }
    for dates in DATES {
        let day = dates.parse(text);
        assert!(day.is_none_or(|day| dates.write(day) == text), "{text:?} is {day:?}");
        let format = TextFormat { dates: Some(dates), ..TextFormat::plain() };
        assert_eq!(read_scalar(text, &Kind::Date, &format), day.map(Scalar::Date));
    }
    for form in NameDay::ALL {
        assert!(form.parse(text).is_none_or(|day| form.write(day) == text), "{text:?}");
    }
    Ok(())
}
