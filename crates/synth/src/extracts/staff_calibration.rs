//! The numbers that the practices' staff is made to keep, and where each one is from. "Invented"
//! means that nothing published was at hand.
//!
//! The published levels of 2015, 2017 and 2018 do not fit one another as counts of the same
//! practices, but they do if more practices answered each time: so they do here. The figures below
//! are sums over those that answered.

#[derive(Debug)]
pub(crate) struct Profession {
    /// Its code in the list of professions.
    pub(crate) code: &'static str,
    /// Whether it has a health education.
    pub(crate) is_health: bool,
    /// Whether its people are doctors: staff until PLO's break of 2022, capacities after it.
    pub(crate) is_doctor: bool,
    /// How practices write it; the first is written most.
    pub(crate) spellings: &'static [&'static str],
    /// Year, persons, full-time equivalents; straight lines between the years.
    pub(crate) figures: &'static [(i64, i64, i64)],
}

/// Persons and full-time equivalents of 2017 (PLO's survey, Dagens Medicin): 5,149 and 3,724 in all,
/// nurses 1,974 and 1,565, medical secretaries 1,149 and 912. The other groups of 2017: invented to add up.
///
/// 2020 over 2017 (PLO, May 2020, employed doctors counted): all 8 %, nurses 10 %, medical secretaries
/// 15 %, social and health assistants 15 %, other health professions 13 % more full-time
/// equivalents. Bioanalysts and employed doctors must have become fewer for that.
///
/// 2018 and 2022 (PLO2022, employed doctors not counted, students counted): 830 more, 19 %, which gives
/// 4,368 and 5,198; the last year 358; more than 2,000 nurses, 19 % up; social and health assistants
/// 38 % and midwives 89 % up. "Over 5,000" later (PLO).
///
/// 2015: 0.9 persons who are no doctors for each doctor ("En læge tæt på dig"), of 3,500 doctors.
///
/// Everything else is invented.
#[rustfmt::skip]
pub(crate) const PROFESSIONS: [Profession; 12] = [
    Profession {
        code: "sygeplejerske", is_health: true, is_doctor: false,
        spellings: &["Sygeplejerske", "Sygepl.", "sygeplejerske", "Spl."],
        figures: &[
            (2014, 1340, 1062), (2015, 1386, 1099), (2017, 1974, 1565), (2018, 2130, 1702), (2020, 2150, 1722),
            (2021, 2330, 1867), (2022, 2520, 2026), (2025, 2620, 2110),
        ],
    },
    Profession {
        code: "laegesekretaer", is_health: false, is_doctor: false,
        spellings: &["Lægesekretær", "Lægesekr.", "Sekretær", "lægesekretær"],
        figures: &[
            (2014, 780, 619), (2015, 807, 640), (2017, 1149, 912), (2018, 1270, 1010), (2020, 1320, 1049),
            (2021, 1395, 1110), (2022, 1490, 1190), (2025, 1510, 1210),
        ],
    },
    Profession {
        code: "sosu_assistent", is_health: true, is_doctor: false,
        spellings: &["Social- og sundhedsassistent", "SOSU-ass.", "Sosu-assistent", "SSA"],
        figures: &[
            (2014, 475, 326), (2015, 492, 337), (2017, 700, 480), (2018, 725, 505), (2020, 790, 552),
            (2021, 880, 618), (2022, 990, 697), (2025, 1110, 790),
        ],
    },
    Profession {
        code: "bioanalytiker", is_health: true, is_doctor: false,
        spellings: &["Bioanalytiker", "Bioanalyt.", "Laborant"],
        figures: &[
            (2014, 178, 114), (2015, 183, 117), (2017, 260, 167), (2018, 245, 158), (2020, 232, 150),
            (2022, 235, 152), (2025, 232, 150),
        ],
    },
    Profession {
        code: "jordemoder", is_health: true, is_doctor: false,
        spellings: &["Jordemoder", "Jordemor"],
        figures: &[
            (2014, 12, 6), (2015, 12, 6), (2017, 18, 9), (2018, 17, 9), (2020, 22, 12), (2021, 27, 15),
            (2022, 30, 17), (2025, 48, 28),
        ],
    },
    Profession {
        code: "fysioterapeut", is_health: true, is_doctor: false,
        spellings: &["Fysioterapeut", "Fys."],
        figures: &[
            (2014, 26, 13), (2015, 28, 14), (2017, 40, 20), (2018, 43, 22), (2020, 50, 26), (2021, 57, 30),
            (2022, 67, 36), (2025, 125, 70),
        ],
    },
    Profession {
        code: "psykolog", is_health: true, is_doctor: false,
        spellings: &["Psykolog", "psykolog"],
        figures: &[
            (2014, 20, 9), (2015, 21, 10), (2017, 30, 14), (2018, 31, 15), (2020, 38, 19), (2021, 45, 23),
            (2022, 54, 28), (2025, 100, 55),
        ],
    },
    Profession {
        code: "farmaceut", is_health: true, is_doctor: false,
        spellings: &["Farmaceut", "Farmakonom"],
        figures: &[
            (2014, 7, 3), (2015, 8, 4), (2017, 12, 6), (2018, 13, 7), (2020, 16, 8), (2021, 20, 11), (2022, 26, 14),
            (2025, 56, 32),
        ],
    },
    Profession {
        code: "oevrigt_sundhedsfagligt", is_health: true, is_doctor: false,
        spellings: &["Øvrigt sundhedsfagligt personale", "Øvr. sundhedsfagl.", "Andet sundhedspersonale"],
        figures: &[
            (2014, 204, 102), (2015, 211, 106), (2017, 300, 151), (2018, 300, 155), (2020, 308, 161),
            (2021, 322, 170), (2022, 338, 180), (2025, 352, 190),
        ],
    },
    Profession {
        code: "medicinstuderende", is_health: true, is_doctor: false,
        spellings: &["Medicinstuderende", "Med.stud.", "Stud.med."],
        figures: &[
            (2017, 0, 0), (2018, 1250, 430), (2020, 1390, 480), (2021, 1530, 530), (2022, 1600, 556),
            (2025, 1740, 610),
        ],
    },
    Profession {
        code: "oevrigt", is_health: false, is_doctor: false,
        spellings: &["Øvrigt personale", "Andet", "Rengøring/køkken"],
        figures: &[
            (2017, 0, 0), (2018, 620, 355), (2020, 590, 335), (2021, 560, 315), (2022, 540, 302), (2025, 555, 315),
        ],
    },
    Profession {
        code: "ansat_laege", is_health: true, is_doctor: true,
        spellings: &["Ansat læge", "Læge (ansat)", "Amanuensis"],
        figures: &[
            (2014, 455, 272), (2015, 470, 280), (2017, 666, 400), (2018, 625, 380), (2020, 540, 323),
            (2021, 515, 310), (2022, 0, 0),
        ],
    },
];

/// Practices that answer, per thousand, by year: invented, see above.
pub(crate) const ANSWERS: [(i64, i64); 6] =
    [(2014, 560), (2015, 580), (2016, 720), (2017, 860), (2018, 940), (2022, 950)];

/// The underserved areas' share of the staff of 2018, in millionths: a third is what makes 13 % more there
/// and 22 % more elsewhere (PLO2022) 19 % in all.
pub(crate) const UNDERSERVED_2018: i64 = 333_333;
/// The same of 2022, 13 % and 19 % later.
pub(crate) const UNDERSERVED_2022: i64 = UNDERSERVED_2018 * 113 / 119;
/// Health professionals for each 10 doctors in the underserved areas in 2022, in tenths (PLO2022: 11.7, and
/// 10.2 elsewhere, which is what the total leaves).
pub(crate) const HEALTH_STAFF_UNDERSERVED: u64 = 117;
/// Staff for each doctor in the underserved areas over staff for each elsewhere before 2018, in tenths: invented.
pub(crate) const UNDERSERVED_BEFORE: u64 = 11;

/// Solo practices in Region Hovedstaden with next to no staff, per thousand, and how much staff they and
/// the other solo practices there have per thousand of a practice's usual: invented, from "little or
/// no staff" ("En læge tæt på dig").
pub(crate) const CAPITAL_SOLO_ALONE: u64 = 400;
pub(crate) const CAPITAL_SOLO_STAFF: [u64; 2] = [80, 650];

/// Practices that employ a profession at all, per thousand: nurses, any other. Invented.
pub(crate) const EMPLOYS_NURSES: u64 = 720;
pub(crate) const EMPLOYS_OTHERS: u64 = 200;

/// Full-time equivalents are answered in steps of so many hundredths: invented.
pub(crate) const STEP: u64 = 5;

/// Answers that do not give the provider number, per thousand, and numbers typed as text: invented.
pub(crate) const WITHOUT_NUMBER: u64 = 8;
pub(crate) const TYPED_AS_TEXT: u64 = 40;
