//! The numbers the practices of the country are made to keep, and where each one is from.
//! "Invented" means that nothing published was at hand: plausible, and only for testing.

/// The first 1 January of the simulation.
pub(crate) const FIRST_YEAR: i16 = 2014;
/// The last year that extracts can be written for.
pub(crate) const LAST_YEAR: i16 = 2025;

/// What holds in a region on 1 January of a year.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goal {
    /// Active practices of specialty 80.
    pub(crate) practices: u32,
    /// Practices with exactly one capacity.
    pub(crate) solo: u32,
    /// Practices with status A.
    pub(crate) open: u32,
}

/// A region and what its practices are steered by.
#[derive(Debug)]
pub(crate) struct Region {
    /// The code in the health service's own code list.
    pub(crate) code: &'static str,
    /// The code in the Yderregister.
    pub(crate) register_code: &'static str,
    /// The code in StatBank.
    pub(crate) statbank_code: &'static str,
    pub(crate) name: &'static str,
    /// First digit of the invented postal codes.
    pub(crate) postal_digit: char,
    /// Listed patients per capacity in 2014. Sundhedsdatastyrelsen, "Beskrivelse af almen
    /// praksissektoren" (2016): Nordjylland 1,714, Midtjylland 1,563, Syddanmark 1,520, country
    /// 1,600; Hovedstaden and Sjælland invented to fit.
    pub(crate) patients_per_capacity: u32,
    /// Capacities in 2014 and 2026: population over patients per capacity, scaled to "just under
    /// 3,500" (Sundhedsdatastyrelsen, 2016); the change to 2026 is invented.
    pub(crate) capacities: (u32, u32),
    /// Practices with status D, invented (about 1.5 %).
    pub(crate) restricted: u32,
    /// Practices whose status is missing in the extract, invented (under 1 %).
    pub(crate) missing: u32,
    /// 1 January 2014, 2015, ... 2026.
    goals: [(u32, u32, u32); 13],
}

impl Region {
    pub(crate) fn goal(&self, year: i16) -> Goal {
        let (practices, solo, open) = self.goals[(year - FIRST_YEAR) as usize];
        Goal { practices, solo, open }
    }

    /// The number of capacities on 1 January of the year.
    pub(crate) fn capacities_in(&self, year: i16) -> u32 {
        let (from, to) = (i64::from(self.capacities.0), i64::from(self.capacities.1));
        (from + (to - from) * i64::from(year - FIRST_YEAR) / 12) as u32
    }

    /// How many statuses are missing on 1 January of the year. None in 2018, so that the plan's
    /// baseline is 553 of all 1,841 practices.
    pub(crate) fn missing_in(&self, year: i16) -> u32 {
        if year == 2018 { 0 } else { self.missing }
    }
}

/// Goals are (practices, solo, open).
///
/// Practices and solo 2014-2018: integers that reproduce all 30 cells of the table of solo
/// practices in "En læge tæt på dig" (2018), with totals near the 1,980 practices that
/// Sundhedsdatastyrelsen counted in 2014. From 2019 invented: the trend carried on, multi-doctor
/// practices about 60 % in 2025.
///
/// Open 2014: 62 % (PLO: 38 % closed). 2018: 553 of 1,841 = 30 % ("En læge tæt på dig").
/// 2019-2020: around Sundhedsdatastyrelsen's 37 % of 1 July 2019 (Midtjylland 43, Hovedstaden 23); how much the
/// regions rose in the year before it is not kept. 2021-2023: about a third (PLO 2023:
/// two thirds closed). The years between, the regions where not named, and 2024 on: invented.
#[rustfmt::skip]
pub(crate) const REGIONS: [Region; 5] = [
    Region {
        code: "1081", register_code: "81", statbank_code: "081", name: "Region Nordjylland", postal_digit: '9',
        patients_per_capacity: 1714, capacities: (336, 329), restricted: 3, missing: 1,
        goals: [
            (197, 98, 114), (180, 89, 90), (195, 90, 80), (190, 90, 61), (186, 82, 48),
            (182, 79, 53), (178, 75, 61), (174, 71, 54), (170, 67, 51), (167, 63, 48),
            (163, 60, 52), (160, 56, 54), (158, 54, 57),
        ],
    },
    Region {
        code: "1082", register_code: "82", statbank_code: "082", name: "Region Midtjylland", postal_digit: '8',
        patients_per_capacity: 1563, capacities: (812, 822), restricted: 5, missing: 2,
        goals: [
            (315, 146, 236), (312, 135, 209), (306, 128, 177), (298, 122, 145), (293, 118, 120),
            (289, 114, 121), (285, 109, 125), (281, 104, 112), (277, 99, 108), (273, 94, 104),
            (270, 89, 113), (266, 84, 120), (263, 80, 121),
        ],
    },
    Region {
        code: "1083", register_code: "83", statbank_code: "083", name: "Region Syddanmark", postal_digit: '5',
        patients_per_capacity: 1520, capacities: (785, 785), restricted: 6, missing: 3,
        goals: [
            (474, 199, 366), (468, 195, 323), (458, 185, 275), (450, 170, 234), (443, 163, 203),
            (439, 158, 232), (435, 152, 264), (431, 147, 234), (427, 141, 222), (423, 136, 212),
            (420, 130, 227), (416, 124, 231), (413, 120, 235),
        ],
    },
    Region {
        code: "1084", register_code: "84", statbank_code: "084", name: "Region Hovedstaden", postal_digit: '2',
        patients_per_capacity: 1620, capacities: (1075, 1062), restricted: 11, missing: 5,
        goals: [
            (752, 502, 376), (739, 491, 310), (726, 465, 240), (711, 438, 174), (698, 423, 129),
            (684, 408, 142), (670, 392, 164), (656, 376, 144), (642, 360, 138), (628, 343, 132),
            (614, 326, 147), (600, 310, 162), (590, 298, 171),
        ],
    },
    Region {
        code: "1085", register_code: "85", statbank_code: "085", name: "Region Sjælland", postal_digit: '4',
        patients_per_capacity: 1650, capacities: (490, 482), restricted: 3, missing: 1,
        goals: [
            (236, 130, 132), (233, 131, 112), (231, 126, 90), (226, 121, 68), (221, 111, 53),
            (219, 107, 68), (216, 103, 82), (214, 99, 71), (211, 95, 68), (209, 91, 65),
            (206, 86, 72), (204, 82, 75), (202, 79, 79),
        ],
    },
];

/// A main specialty of the register. Codes and texts: the register's public test file; the
/// ranges of numbers and how many there are: invented.
#[derive(Debug)]
pub(crate) struct Specialty {
    pub(crate) code: &'static str,
    pub(crate) text: &'static str,
    /// Which role code the owners of the professional group have: invented.
    pub(crate) owner_role: &'static str,
    pub(crate) first_number: u32,
    pub(crate) providers: u32,
}

/// General practice, the only specialty that the simulation follows.
pub(crate) const GENERAL_PRACTICE: Specialty =
    Specialty { code: "80", text: "Almen lægegerning", owner_role: "11", first_number: 1000, providers: 0 };

/// The others are there for a reader to leave out.
#[rustfmt::skip]
pub(crate) const OTHER_SPECIALTIES: [Specialty; 4] = [
    Specialty { code: "08", text: "Intern medicin", owner_role: "21", first_number: 110_000, providers: 40 },
    Specialty { code: "19", text: "Øjenlægehjælp", owner_role: "21", first_number: 190_000, providers: 70 },
    Specialty { code: "51", text: "Fysioterapi", owner_role: "41", first_number: 540_000, providers: 130 },
    Specialty { code: "63", text: "Psykologhjælp", owner_role: "81", first_number: 630_000, providers: 90 },
];

/// Chance per thousand and year that a doctor of the age stops: invented, low enough for the old
/// ones that [`OLD_OWNERS`] decides.
pub(crate) fn stops_permille(age: i16) -> u32 {
    match age {
        ..60 => 10,
        60..63 => 35,
        63..65 => 60,
        65..70 => 90,
        _ => 250,
    }
}

/// Owners aged 65 and over per thousand owners, at most, on 1 January 2015-2026.
/// 2018: 10 % ("En læge tæt på dig"); 2017: PLO counted 11 % of all doctors; the rest invented.
pub(crate) const OLD_OWNERS: [u32; 12] = [85, 93, 103, 100, 98, 95, 92, 89, 86, 84, 82, 80];

/// Ages of the owners in 2014 as (youngest, oldest, weight): invented around a mean of 53
/// (Sundhedsdatastyrelsen, 2016).
pub(crate) const OWNER_AGES: [(u32, u32, u32); 8] =
    [(36, 39, 5), (40, 44, 13), (45, 49, 15), (50, 54, 18), (55, 59, 20), (60, 64, 20), (65, 69, 8), (70, 73, 1)];

/// Women per thousand among the owners of 2014 (Sundhedsdatastyrelsen, 2016: 48 %).
pub(crate) const WOMEN_2014: u32 = 480;
/// Women per thousand among later doctors: invented, from 55 % of all in 2019 (PLO).
pub(crate) const WOMEN_LATER: u32 = 640;
/// Listed patients per capacity grow by this per mille a year, as the population does: invented.
pub(crate) const LIST_GROWTH: u32 = 4;
/// Practices a year that move to another municipality of their region, 2016-2023: invented.
pub(crate) const MOVES_A_YEAR: u32 = 3;
