//! Birthdays and numbers: shared out within a birth year, so that no two persons have the same.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::cpr::passes_modulus_11;

use super::hash::{About, Order, hash};

/// Last digits of a sex that never pass modulus 11: of five at most one does.
const LAST_DIGITS: u64 = 4;

/// The numbers that are taken already: birthday, seventh digit and the two after it.
#[derive(Debug)]
pub(crate) struct Serials {
    taken: BTreeSet<String>,
    seed: u64,
}

impl Serials {
    /// The doctors and nurses have theirs.
    pub(crate) fn new(cprs: &BTreeSet<String>, seed: u64) -> Self {
        Self { taken: cprs.iter().filter_map(|cpr| cpr.get(..9)).map(str::to_owned).collect(), seed }
    }

    /// Birthday and number of a person by the number among those born in the year with the sex
    /// (0 men, 1 women) and how many they are.
    pub(crate) fn number(&self, year: i16, sex: usize, index: u64, people: u64) -> (Date, [u8; 10]) {
        let cohort = year as u64 * 2 + sex as u64;
        let index = Order::random(people, hash(self.seed, About::Birthday, cohort, 0)).at(index);
        // Never 1 January, the birthday of numbers that real persons have without modulus 11.
        let days = date(year, 12, 31).day_of_year() as u64 - 1;
        let born = date(year, 1, 2).saturating_add(((index % days) as i64).days());
        let cpr = self.nth(born, sex, index / days);
        let mut digits = [b'0'; 10];
        for (digit, byte) in digits.iter_mut().zip(cpr.bytes()) {
            *digit = byte;
        }
        (born, digits)
    }

    /// The nth number of the birthday and sex in an order of its own, past those that are taken.
    fn nth(&self, born: Date, sex: usize, nth: u64) -> String {
        let centuries: &[u64] = match born.year() {
            ..1937 => &[0, 1, 2, 3],
            1937..2000 => &[0, 1, 2, 3, 4, 9],
            _ => &[4, 5, 6, 7, 8, 9],
        };
        let day = (born.year() as u64 * 400 + born.day_of_year() as u64) * 2 + sex as u64;
        let order = Order::random(centuries.len() as u64 * 100, hash(self.seed, About::Serial, day, 0));
        let (mut left, mut at) = (nth / LAST_DIGITS, 0);
        let head = loop {
            let serial = order.at(at);
            let century = centuries[(serial / 100) as usize % centuries.len()];
            let (day, month, year) = (born.day(), born.month(), born.year() % 100);
            let head = format!("{day:02}{month:02}{year:02}{century}{:02}", serial % 100);
            at += 1;
            if self.taken.contains(&head) {
                continue;
            }
            if left == 0 {
                break head;
            }
            left -= 1;
        };
        let last = (0..5).map(|half| 2 * half + usize::from(sex == 0)).map(|last| format!("{head}{last}"));
        last.filter(|number| !passes_modulus_11(number)).nth((nth % LAST_DIGITS) as usize).unwrap_or_default()
    }
}
