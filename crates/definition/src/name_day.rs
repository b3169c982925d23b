//! Days as names of files write them.

use jiff::civil::Date;

/// How a name writes a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameDay {
    /// 20180418; the placeholder `{date}` is the same.
    Compact,
    /// 2018-04-18.
    Iso,
    /// 180418. Years from 70 on are of the 20th century, those before of the 21st: no register is older than 1970.
    Short,
    /// 18042018.
    DayFirst,
}

/// The first of the hundred years that two digits stand for.
const FIRST_OF_TWO_DIGITS: i16 = 1970;

impl NameDay {
    pub const ALL: [Self; 4] = [Self::Compact, Self::Iso, Self::Short, Self::DayFirst];

    /// The placeholder, without its braces.
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Compact => "yyyyMMdd",
            Self::Iso => "yyyy-MM-dd",
            Self::Short => "yyMMdd",
            Self::DayFirst => "ddMMyyyy",
        }
    }

    /// What it looks like, as an expression.
    pub(crate) fn expression(self) -> &'static str {
        match self {
            Self::Compact | Self::DayFirst => "[0-9]{8}",
            Self::Iso => "[0-9]{4}-[0-9]{2}-[0-9]{2}",
            Self::Short => "[0-9]{6}",
        }
    }

    /// The day that `text` writes, if it is written so and is one of the calendar.
    pub fn parse(self, text: &str) -> Option<Date> {
        let digits: Vec<i16> = text.bytes().filter(u8::is_ascii_digit).map(|digit| i16::from(digit - b'0')).collect();
        let number = |places: &[i16]| places.iter().fold(0, |number, digit| number * 10 + digit);
        let (year, month, day) = match (self, digits.as_slice()) {
            (Self::Compact | Self::Iso, [year @ .., m, n, d, e]) if year.len() == 4 => {
                (number(year), number(&[*m, *n]), number(&[*d, *e]))
            }
            (Self::DayFirst, [d, e, m, n, year @ ..]) if year.len() == 4 => {
                (number(year), number(&[*m, *n]), number(&[*d, *e]))
            }
            (Self::Short, [year @ .., m, n, d, e]) if year.len() == 2 => {
                let century = FIRST_OF_TWO_DIGITS / 100 * 100;
                let year = century + number(year);
                let year = if year < FIRST_OF_TWO_DIGITS { year + 100 } else { year };
                (year, number(&[*m, *n]), number(&[*d, *e]))
            }
            _ => return None,
        };
        let day = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
        // Not all who read the Parquet know a year 0; and what is written is told apart by its marks.
        day.filter(|day| day.year() > 0 && self.write(*day) == text)
    }

    pub fn write(self, day: Date) -> String {
        let (year, month, day) = (day.year(), day.month(), day.day());
        match self {
            Self::Compact => format!("{year:04}{month:02}{day:02}"),
            Self::Iso => format!("{year:04}-{month:02}-{day:02}"),
            Self::Short => format!("{:02}{month:02}{day:02}", year % 100),
            Self::DayFirst => format!("{day:02}{month:02}{year:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn two_digits_are_a_year_from_1970_to_2069() {
        for (text, year) in [("700101", 1970), ("991231", 1999), ("000101", 2000), ("691231", 2069)] {
            assert_eq!(NameDay::Short.parse(text).unwrap().year(), year);
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for (form, text) in [
            (NameDay::Compact, "20180231"),
            (NameDay::Compact, "2018-04-18"),
            (NameDay::Compact, "00000101"),
            (NameDay::Iso, "20180418"),
            (NameDay::Iso, "2018-4-18"),
            (NameDay::Short, "180431"),
            (NameDay::DayFirst, "20180418"),
            (NameDay::DayFirst, ""),
        ] {
            assert_eq!(form.parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_day_that_is_written_is_read(year in 1970_i16..2070, month in 1_i8..13, day in 1_i8..29) {
            for form in NameDay::ALL {
                let day = date(year, month, day);
                prop_assert_eq!(form.parse(&form.write(day)), Some(day));
            }
        }

        #[test]
        fn every_text_is_a_day_or_none(text in "\\PC{0,10}|[0-9-]{0,12}") {
            for form in NameDay::ALL {
                prop_assert!(form.parse(&text).is_none_or(|day| form.write(day) == text));
            }
        }
    }
}
