//! The numbers that the training posts are made to keep, and where each one is from. "Invented"
//! means that nothing published was at hand.

/// The first year that posts exist for: the first of the published counts.
pub(crate) const FIRST_POSTS: i16 = 2011;
/// The last year that is planned for.
pub(crate) const LAST_PLANNED: i16 = 2030;

/// The plans: first and last year. The first period is assumed from the flat numbers of 2013-2017.
pub(crate) const PLANS: [(i16, i16); 4] = [(2013, 2017), (2018, 2020), (2021, 2025), (2026, 2030)];

/// Main courses of general practice 2011-2030 in the plan. To 2018: Sundhedsstyrelsen in its answer to
/// question 174 of the Folketing's health committee (25 January 2019). 2019-2020: as in 2018, the same plan.
/// Later invented, with more from 2021 as "En læge tæt på dig" has it.
pub(crate) const DIMENSIONED: [u64; 20] =
    [240, 240, 252, 252, 252, 252, 252, 259, 259, 259, 300, 310, 320, 330, 340, 350, 355, 360, 365, 370];

/// Main courses of general practice on top of the plan, 2019 and 2020 ("En læge tæt på dig", FP2018).
pub(crate) const EXTRA: u64 = 30;

/// Main courses of general practice that were posted 2011-2025. To 2018 as above; later invented.
pub(crate) const POSTED: [u64; 15] = [235, 241, 242, 253, 234, 262, 259, 286, 305, 302, 315, 322, 330, 338, 346];
/// Those of them that were filled. To 2018 as above; later invented.
pub(crate) const FILLED: [u64; 15] = [217, 220, 233, 239, 199, 205, 217, 209, 246, 268, 290, 304, 316, 322, 332];

/// Main courses of all specialties 2013-2030, in halves. 2020: 924.5 and 2021: 1,005.5
/// (Sundhedsstyrelsen); the others invented.
#[rustfmt::skip]
pub(crate) const ALL_SPECIALTIES: [u64; 18] = [
    1690, 1690, 1697, 1703, 1710, 1781, 1812, 1849, 2011, 2031, 2052, 2074, 2097, 2150, 2161, 2171, 2182, 2193,
];

/// A training region: its code, its part of the posts per thousand (about the people's), its regions (indices
/// into 1081 to 1085) with how the posts are shared, general practice and other specialties.
#[derive(Debug)]
pub(crate) struct TrainingRegion {
    pub(crate) code: &'static str,
    pub(crate) weight: u64,
    pub(crate) regions: &'static [(usize, u64, u64)],
}

/// The keys of DR25, way 4: a third and two thirds; 50 and 50 for general practice, 40 and 60 for the others.
pub(crate) const TRAINING_REGIONS: [TrainingRegion; 3] = [
    TrainingRegion { code: "NORD", weight: 330, regions: &[(0, 1, 1), (1, 2, 2)] },
    TrainingRegion { code: "OEST", weight: 460, regions: &[(3, 50, 60), (4, 50, 40)] },
    TrainingRegion { code: "SYD", weight: 210, regions: &[(2, 1, 1)] },
];

/// Where a specialty that is followed course by course is trained, and how well its posts are filled.
#[derive(Debug)]
pub(crate) struct Followed {
    /// Its code in [`SPECIALTIES`].
    pub(crate) code: &'static str,
    /// How the training regions write it.
    pub(crate) spellings: &'static [&'static str],
    /// Main courses filled per thousand by year; general practice has its own counts.
    pub(crate) main_filled: &'static [(i64, i64)],
    /// Introduction posts filled per thousand.
    pub(crate) introduction_filled: u64,
    /// Whether it is in the block of internal medicine.
    pub(crate) is_internal: bool,
}

/// General practice first, then those that DR25 wants more of, then two of internal medicine. The rates
/// are invented.
pub(crate) const FOLLOWED: [Followed; 6] = [
    Followed {
        code: "almen_medicin",
        spellings: &["Almen medicin", "Alm. medicin", "Almen Medicin"],
        main_filled: &[],
        introduction_filled: 930,
        is_internal: false,
    },
    Followed {
        code: "psykiatri",
        spellings: &["Psykiatri", "Voksenpsykiatri"],
        main_filled: &[(2011, 820), (2018, 720), (2025, 800)],
        introduction_filled: 850,
        is_internal: false,
    },
    Followed {
        code: "boerne_og_ungdomspsykiatri",
        spellings: &["Børne- og ungdomspsykiatri", "BUP"],
        main_filled: &[(2011, 860), (2018, 760), (2025, 820)],
        introduction_filled: 880,
        is_internal: false,
    },
    Followed {
        code: "geriatri",
        spellings: &["Intern medicin: geriatri", "Geriatri"],
        main_filled: &[(2011, 880), (2018, 820), (2025, 870)],
        introduction_filled: 900,
        is_internal: true,
    },
    Followed {
        code: "kardiologi",
        spellings: &["Intern medicin: kardiologi", "Kardiologi"],
        main_filled: &[(2011, 1000)],
        introduction_filled: 1000,
        is_internal: true,
    },
    Followed {
        code: "lungesygdomme",
        spellings: &["Intern medicin: lungesygdomme", "Lungemedicin"],
        main_filled: &[(2011, 960)],
        introduction_filled: 970,
        is_internal: true,
    },
];

/// Foundation posts a year (a fraction of the real number, so that the files are small), and filled
/// per thousand: invented.
pub(crate) const FOUNDATION_POSTS: u64 = 200;
pub(crate) const FOUNDATION_FILLED: u64 = 975;
/// Foundation doctors with half a year in general practice per thousand: 80, 90 and 100 % as the rule was
/// phased in (2020 and 2022); here a little late.
pub(crate) const FOUNDATION_IN_PRACTICE: [(i64, i64); 5] =
    [(2011, 760), (2018, 800), (2019, 800), (2020, 900), (2022, 990)];

/// The specialties, as the plan names them, with how many main courses each has for others' (invented; general
/// practice has its own numbers).
#[rustfmt::skip]
pub(crate) const SPECIALTIES: [(&str, &str, u64); 39] = [
    ("akutmedicin", "Akutmedicin", 26), ("almen_medicin", "Almen medicin", 0),
    ("anaestesiologi", "Anæstesiologi", 66), ("arbejdsmedicin", "Arbejdsmedicin", 7),
    ("boerne_og_ungdomspsykiatri", "Børne- og ungdomspsykiatri", 24),
    ("dermato_venerologi", "Dermato-venerologi", 12), ("endokrinologi", "Intern medicin: endokrinologi", 24),
    ("gastroenterologi", "Intern medicin: gastroenterologi og hepatologi", 17),
    ("geriatri", "Intern medicin: geriatri", 24), ("gynaekologi_obstetrik", "Gynækologi og obstetrik", 34),
    ("haematologi", "Intern medicin: hæmatologi", 14), ("infektionsmedicin", "Intern medicin: infektionsmedicin", 10),
    ("kardiologi", "Intern medicin: kardiologi", 34), ("karkirurgi", "Karkirurgi", 6), ("kirurgi", "Kirurgi", 36),
    ("klinisk_biokemi", "Klinisk biokemi", 8), ("klinisk_farmakologi", "Klinisk farmakologi", 4),
    ("klinisk_fysiologi", "Klinisk fysiologi og nuklearmedicin", 9), ("klinisk_genetik", "Klinisk genetik", 5),
    ("klinisk_immunologi", "Klinisk immunologi", 5), ("klinisk_mikrobiologi", "Klinisk mikrobiologi", 7),
    ("klinisk_onkologi", "Klinisk onkologi", 22), ("lungesygdomme", "Intern medicin: lungesygdomme", 22),
    ("nefrologi", "Intern medicin: nefrologi", 13), ("neurokirurgi", "Neurokirurgi", 4), ("neurologi", "Neurologi", 28),
    ("oftalmologi", "Oftalmologi", 17), ("ortopaedisk_kirurgi", "Ortopædisk kirurgi", 44),
    ("oto_rhino_laryngologi", "Oto-rhino-laryngologi", 18), ("patologi", "Patologisk anatomi og cytologi", 16),
    ("paediatri", "Pædiatri", 28), ("plastikkirurgi", "Plastikkirurgi", 8), ("psykiatri", "Psykiatri", 50),
    ("radiologi", "Radiologi", 42), ("retsmedicin", "Retsmedicin", 2), ("reumatologi", "Intern medicin: reumatologi", 17),
    ("samfundsmedicin", "Samfundsmedicin", 6), ("thoraxkirurgi", "Thoraxkirurgi", 3), ("urologi", "Urologi", 18),
];

/// Hospitals by region (1081 to 1085): the municipality of the university hospital, and those of some
/// emergency hospitals.
pub(crate) const HOSPITALS: [(&str, &[&str]); 5] = [
    ("851", &["860"]),
    ("751", &["657", "791", "730", "615"]),
    ("461", &["561", "621", "580", "479"]),
    ("101", &["219", "163", "167"]),
    ("259", &["330", "376", "316"]),
];

/// Municipalities in the west of Jutland, where posts are hard to fill: invented, as all of
/// [`super::training`]'s chances of staying vacant.
pub(crate) const WEST: [&str; 6] = ["573", "657", "661", "665", "671", "760"];
