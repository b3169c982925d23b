//! The municipalities: how many people live there, how old they are, and where practices lie.

use std::collections::BTreeSet;

use crate::Municipality;
use crate::SynthError;
use crate::country::calibration::REGIONS;
use crate::rng::Dice;

/// An island municipality with people and never a practice: a denominator without a numerator.
pub(crate) const WITHOUT_PRACTICE: &str = "825";

/// What kind of place it is, which decides the ages of its people. The profiles are invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    City,
    Suburb,
    Town,
    Rural,
    Remote,
}

impl Profile {
    /// People aged 20-34 per thousand of the country's share.
    pub(crate) fn young(self) -> u64 {
        match self {
            Self::City => 1700,
            Self::Suburb => 850,
            Self::Town => 1000,
            Self::Rural => 780,
            Self::Remote => 550,
        }
    }

    /// People aged 75 and over per thousand of the country's share.
    pub(crate) fn elderly(self) -> u64 {
        match self {
            Self::City => 620,
            Self::Suburb => 950,
            Self::Town => 1000,
            Self::Rural => 1180,
            Self::Remote => 1900,
        }
    }
}

/// A municipality with what it is calibrated by.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) code: String,
    pub(crate) name: String,
    /// Index into [`REGIONS`].
    pub(crate) region: usize,
    pub(crate) weight: u64,
    pub(crate) profile: Profile,
}

/// All municipalities, by code.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) list: Vec<Place>,
}

impl Places {
    /// Joins the given municipalities with their calibration.
    pub(crate) fn new(municipalities: &[Municipality]) -> Result<Self, SynthError> {
        let mut list = Vec::new();
        let mut seen = BTreeSet::new();
        for municipality in municipalities {
            let refuse = |reason| SynthError::Municipality { code: municipality.code.clone(), reason };
            let region = REGIONS
                .iter()
                .position(|region| region.code == municipality.region)
                .ok_or_else(|| refuse("its region is none of 1081 to 1085"))?;
            let &(_, weight, profile) = WEIGHTS
                .iter()
                .find(|(code, ..)| *code == municipality.code)
                .ok_or_else(|| refuse("the generator has no population for it"))?;
            if !seen.insert(&municipality.code) {
                return Err(refuse("it is given twice"));
            }
            list.push(Place {
                code: municipality.code.clone(),
                name: municipality.name.clone(),
                region,
                weight,
                profile,
            });
        }
        // The caller's order must not show in the bytes.
        list.sort_by(|a, b| a.code.cmp(&b.code));
        let places = Self { list };
        for (index, region) in REGIONS.iter().enumerate() {
            if places.with_practices(index).is_empty() {
                return Err(SynthError::Region { region: region.code });
            }
        }
        Ok(places)
    }

    /// The municipalities of a region where practices may lie, as indices.
    pub(crate) fn with_practices(&self, region: usize) -> Vec<usize> {
        let allowed = |index: &usize| {
            let place = &self.list[*index];
            place.region == region && place.code != WITHOUT_PRACTICE
        };
        (0..self.list.len()).filter(allowed).collect()
    }

    /// A municipality of the region in proportion to its people.
    pub(crate) fn draw(&self, dice: &mut Dice, region: usize) -> usize {
        let choices = self.with_practices(region);
        let weights: Vec<u32> = choices.iter().map(|&index| self.list[index].weight as u32).collect();
        choices[dice.weighted(&weights)]
    }
}

use Profile::{City, Remote, Rural, Suburb, Town};

/// Code, people, profile. Only the proportions within a region are used.
/// Danmarks Statistik, 1 January 2023 (Sjælland, Syddanmark, 18 of Hovedstaden, 10 of
/// Midtjylland) and 2020 (Nordjylland); round numbers are invented.
#[rustfmt::skip]
pub(crate) const WEIGHTS: [(&str, u64, Profile); 98] = [
    ("101", 650_000, City), ("147", 104_664, City), ("151", 50_039, Suburb), ("153", 37_128, Suburb),
    ("155", 14_609, Rural), ("157", 74_838, Suburb), ("159", 70_001, Suburb), ("161", 23_635, Suburb),
    ("163", 29_215, Suburb), ("165", 27_530, Suburb), ("167", 53_400, Suburb), ("169", 57_000, Suburb),
    ("173", 58_800, Suburb), ("175", 43_500, Suburb), ("183", 23_300, Suburb), ("185", 43_000, Suburb),
    ("187", 17_500, Suburb), ("190", 42_077, Suburb), ("201", 26_061, Suburb), ("210", 41_689, Rural),
    ("217", 63_399, Town), ("219", 53_900, Town), ("223", 24_900, Rural), ("230", 57_300, Rural),
    ("240", 45_202, Suburb), ("250", 46_117, Town), ("253", 51_507, Suburb), ("259", 62_458, Town),
    ("260", 31_466, Rural), ("265", 90_446, Town), ("269", 24_216, Suburb), ("270", 41_547, Rural),
    ("306", 32_977, Remote), ("316", 73_440, Town), ("320", 37_344, Rural), ("326", 48_602, Rural),
    ("329", 35_906, Town), ("330", 79_728, Town), ("336", 23_692, Rural), ("340", 30_444, Town),
    ("350", 28_930, Suburb), ("360", 39_921, Remote), ("370", 84_574, Town), ("376", 60_231, Rural),
    ("390", 45_441, Rural), ("400", 39_602, Remote), ("410", 39_961, Town), ("420", 40_944, Rural),
    ("430", 52_253, Rural), ("440", 23_991, Rural), ("450", 32_262, Rural), ("461", 207_762, City),
    ("479", 59_735, Rural), ("480", 29_726, Rural), ("482", 12_384, Remote), ("492", 6_008, Remote),
    ("510", 55_353, Town), ("530", 27_021, Town), ("540", 74_380, Rural), ("550", 36_878, Rural),
    ("561", 115_758, Town), ("563", 3_426, Remote), ("573", 49_995, Rural), ("575", 42_924, Town),
    ("580", 59_002, Rural), ("607", 52_173, Town), ("615", 96_480, Town), ("621", 94_528, Town),
    ("630", 120_949, Town), ("657", 89_952, Town), ("661", 58_978, Town), ("665", 19_371, Rural),
    ("671", 20_900, Rural), ("706", 44_100, Rural), ("707", 36_978, Rural), ("710", 49_408, Suburb),
    ("727", 23_626, Rural), ("730", 99_931, Town), ("740", 99_500, Town), ("741", 3_650, Remote),
    ("746", 64_900, Suburb), ("751", 360_000, City), ("756", 42_540, Town), ("760", 56_000, Rural),
    ("766", 47_609, Town), ("773", 20_247, Rural), ("779", 44_700, Rural), ("787", 43_423, Rural),
    ("791", 97_400, Town), ("810", 36_304, Rural), ("813", 59_654, Rural), ("820", 36_727, Rural),
    ("825", 1_786, Remote), ("840", 30_113, Town), ("846", 41_800, Rural), ("849", 38_324, Rural),
    ("851", 217_075, City), ("860", 64_483, Rural),
];
