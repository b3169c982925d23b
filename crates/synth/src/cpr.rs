//! CPR numbers of nobody. The shape and the date are right, so a reader must accept them; but
//! modulus 11 fails and the birthday is not 1 January. Numbers that fail modulus 11 are only
//! issued for 1 January, so none of these can be a person's.

use jiff::civil::{Date, date};

use super::rng::Dice;

/// The weights of the ten digits in the check.
const WEIGHTS: [u32; 10] = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/// A birthday in the year, never 1 January.
pub(crate) fn birthday(dice: &mut Dice, year: i16) -> Date {
    let month = dice.between(1, 12) as i8;
    let days = date(year, month, 1).days_in_month() as u32;
    let first = if month == 1 { 2 } else { 1 };
    date(year, month, dice.between(first, days) as i8)
}

/// A number for the birthday and the sex that no real person can have.
pub(crate) fn number(dice: &mut Dice, born: Date, female: bool) -> String {
    let year = born.year().rem_euclid(100);
    loop {
        let century = century_digit(dice, born.year());
        let middle = dice.below(100);
        // The last digit is even for women and odd for men.
        let last = dice.below(5) * 2 + u32::from(!female);
        let number = format!("{:02}{:02}{year:02}{century}{middle:02}{last}", born.day(), born.month());
        if !passes_modulus_11(&number) {
            return number;
        }
    }
}

/// The seventh digit tells the century: 0-3 is 19yy, 4 and 9 are 19yy from 37 on and 20yy below.
fn century_digit(dice: &mut Dice, year: i16) -> u32 {
    match year {
        2000..2037 => dice.pick(&[4, 9]),
        1937..2000 => dice.pick(&[0, 1, 2, 3, 4, 9]),
        _ => dice.pick(&[0, 1, 2, 3]),
    }
}

/// Whether the weighted digits add up to a multiple of 11.
pub(crate) fn passes_modulus_11(number: &str) -> bool {
    let digits = number.chars().filter_map(|digit| digit.to_digit(10));
    digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum::<u32>() % 11 == 0
}
