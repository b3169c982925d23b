//! Files whose names tell of a person. They are not read: a file's name is logged, and published with every version that it
//! stands behind.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::definition::{Origin, Project};
use crate::store::PassedOver;

/// Why such a file is not read.
const WHY: &str = "its name holds what may be a person's number: give it another";

/// Takes the files out of a listing that a source would read and whose names hold a person's number.
pub(super) fn pass_over(project: &Project, files: &mut BTreeMap<String, u64>, passed_over: &mut Vec<PassedOver>) {
    let contracts = || project.contracts.values().filter(|contract| contract.origin == Origin::Extracts);
    files.retain(|file, _| {
        let mut found = contracts().filter_map(|contract| contract.delivery(file));
        let is_of_a_person = found.any(|(_, found)| names_a_person(file, found.extract_date));
        if is_of_a_person {
            passed_over.push(PassedOver { name: file.clone(), why: WHY.to_owned() });
        }
        !is_of_a_person
    });
}

/// Whether a name holds ten digits, or six and four with a mark between, that begin with a birthday: unless they begin with
/// the day that the name tells, as a delivery's number behind it does (`180131-0001`).
fn names_a_person(name: &str, day: Option<Date>) -> bool {
    let letters: Vec<char> = name.chars().collect();
    let is_digit = |place: usize| letters.get(place).is_some_and(char::is_ascii_digit);
    (0..letters.len()).filter(|start| is_digit(*start) && (*start == 0 || !is_digit(start - 1))).any(|start| {
        let digits_from = |from: usize| (from..).take_while(|place| is_digit(*place)).count();
        let number: Vec<char> = match digits_from(start) {
            10 => letters[start..start + 10].to_vec(),
            6 if digits_from(start + 7) == 4 => [&letters[start..start + 6], &letters[start + 7..start + 11]].concat(),
            _ => return false,
        };
        let number: String = number.into_iter().collect();
        is_birthday(&number) && !day.is_some_and(|day| begins_with(&number, day))
    })
}

fn is_birthday(number: &str) -> bool {
    let part = |from: usize| number.get(from..from + 2).and_then(|part| part.parse::<u8>().ok());
    part(0).is_some_and(|day| (1..=31).contains(&day)) && part(2).is_some_and(|month| (1..=12).contains(&month))
}

fn begins_with(number: &str, day: Date) -> bool {
    let (year, month, day) = (day.year(), day.month(), day.day());
    let short = year % 100;
    [
        format!("{short:02}{month:02}{day:02}"),
        format!("{day:02}{month:02}{short:02}"),
        format!("{year:04}{month:02}{day:02}"),
        format!("{day:02}{month:02}{year:04}"),
    ]
    .iter()
    .any(|written| number.starts_with(written))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_of_persons_are_told_from_days_and_counters() {
        let of_persons = ["0107861234.csv", "reg_010786-1234.csv.gz", "a/010786 1234/b.csv", "x0107861234y"];
        assert!(of_persons.iter().all(|name| names_a_person(name, None)));
        let harmless =
            ["reg_20180131_123456.csv", "reg_2018013112.csv", "20180131", "reg_201801-1234", "1234567890123", ""];
        assert!(!harmless.iter().any(|name| names_a_person(name, None)));
        assert!(!names_a_person("reg_180131-0001.csv", Some(date(2018, 1, 31))));
        assert!(names_a_person("reg_180131_0107861234.csv", Some(date(2018, 1, 31))));
    }
}
