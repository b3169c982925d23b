//! Where doctors are missing: the lists that the agreements and the staff survey go by. Invented from
//! the remote profiles and the regions that "En læge tæt på dig" names as challenged. What is
//! published is only how many people the lists held: 609,320 in January 2018 on the list until then,
//! 1.8 million in 42 municipalities in May 2019 (PLO and the press).

/// The list before the agreement of 2018: about 0.6 million people.
const LIST_EARLY: [&str; 18] = [
    "306", "326", "360", "376", "390", "400", "482", "492", "550", "665", "671", "741", "773", "787", "813", "820",
    "825", "860",
];

/// The list fixed for the agreement of 2018-2020, 42 municipalities; also the fixed list for
/// comparisons over time.
pub(crate) const LIST_2018: [&str; 42] = [
    "183", "253", "260", "270", "306", "316", "320", "326", "330", "336", "360", "370", "376", "390", "400", "430",
    "450", "480", "482", "492", "510", "540", "550", "563", "573", "580", "661", "665", "671", "707", "741", "760",
    "773", "779", "787", "810", "813", "820", "825", "846", "849", "860",
];

/// Taken off the list when it was fixed anew for 2021-2024.
const OFF_IN_2021: [&str; 3] = ["253", "450", "661"];
/// Put on it then.
const ON_IN_2021: [&str; 3] = ["250", "410", "575"];

/// Whether the municipality is on the list that is valid in the year.
pub(crate) fn is_underserved(place_code: &str, year: i16) -> bool {
    match year {
        ..2018 => LIST_EARLY.contains(&place_code),
        2018..2021 => LIST_2018.contains(&place_code),
        _ => ON_IN_2021.contains(&place_code) || LIST_2018.contains(&place_code) && !OFF_IN_2021.contains(&place_code),
    }
}
