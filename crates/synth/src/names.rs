//! Names and addresses that nobody could take for real ones, with the letters that encodings break.

use super::country::ONE;
use super::rng::Dice;

const HOUSES: [&str; 4] = ["Lægerne", "Lægehuset", "Lægeklinikken", "Lægefællesskabet"];
const SPOTS: [&str; 12] = [
    "Søtorvet",
    "Ærtebjerg",
    "Østerlund",
    "Blåbærvænget",
    "Rådyrstien",
    "Kærmindet",
    "Åkanden",
    "Mølleåen",
    "Rønnebærhøj",
    "Tøjrepælen",
    "Væddeløbet",
    "Småøerne",
];
const FIRST_NAMES: [&str; 8] =
    ["Ægidius", "Øllegaard", "Åsmund", "Prøveline", "Søsser", "Bjørnolf", "Mælkild", "Kråka"];
const LAST_NAMES: [&str; 6] = ["Prøvesen", "Eksempelsen", "Attrapgård", "Opdigtet", "Testløv", "Påfundsen"];
const STREETS: [&str; 6] = ["Prøvegade", "Eksempelstræde", "Øvevej", "Attrapallé", "Påfundsvænget", "Tænkegyden"];

/// A practice's name: a doctor's for one doctor, a house's for more.
pub(crate) fn practice(dice: &mut Dice, capacities: u32) -> String {
    if capacities == ONE && dice.chance(700) {
        format!("Læge {} {}", dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES))
    } else {
        format!("{} {}", dice.pick(&HOUSES), dice.pick(&SPOTS))
    }
}

/// The name of a provider of another specialty.
pub(crate) fn provider(dice: &mut Dice, specialty: &str) -> String {
    format!("{specialty} {}", dice.pick(&SPOTS))
}

pub(crate) fn address(dice: &mut Dice) -> String {
    format!("{} {}", dice.pick(&STREETS), dice.between(1, 99))
}
