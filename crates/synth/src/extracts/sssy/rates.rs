//! How often people of an age and a sex are in contact with their doctor, and in which way.

use crate::apportion::interpolate;
use crate::country::demography;
use crate::rng::Dice;

/// The ways to be in contact that everybody uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Consultation,
    Email,
    Telephone,
    Video,
    Visit,
    Control,
    Other,
}

pub(crate) const WAYS: [Way; 7] =
    [Way::Consultation, Way::Email, Way::Telephone, Way::Video, Way::Visit, Way::Control, Way::Other];

/// The year whose ages the rates below are about; other years are as much older or younger as they are.
const YEAR: i16 = 2016;
/// Consultations per thousand people in 2016: with the other ways, talk therapy and the controls of the chronically ill
/// 38.5 million contacts, a little under seven a citizen (ELTPD).
const CONSULTATIONS_2016: i64 = 3540;
/// E-mails per thousand people in 2017: 6.6 million (ELTPD).
const EMAILS_2017: i64 = 1148;
const OLDEST: usize = 110;
/// By age and by (year - 2014); contacts per thousand people and year are knots of (year, contacts).
type Knots = &'static [(i64, i64)];

impl Way {
    /// Contacts per thousand people and year, before the flat fee swallows some of them. E-mail grows since 794,000 in
    /// 2007 (ELTPD), more in the pandemic; what is no named constant is invented.
    fn contacts(self) -> Knots {
        match self {
            Self::Consultation => {
                &[(2014, 3570), (2016, CONSULTATIONS_2016), (2019, 3350), (2020, 2950), (2021, 3150), (2023, 3200)]
            }
            Self::Email => &[
                (2014, 850),
                (2017, EMAILS_2017),
                (2019, 1330),
                (2020, 1600),
                (2021, 1680),
                (2022, 1600),
                (2025, 1700),
            ],
            Self::Telephone => &[(2014, 2110), (2016, 1940), (2019, 1680), (2020, 1900), (2022, 1650), (2025, 1520)],
            Self::Video => &[(2021, 0), (2022, 45), (2025, 60)],
            Self::Visit => &[(2014, 105), (2025, 85)],
            Self::Control => &[(2014, 195), (2025, 220)],
            Self::Other => &[(2014, 22), (2025, 26)],
        }
    }

    /// How the ages differ from the general pattern, per thousand: invented. The young write, the very
    /// old are visited.
    fn ages(self) -> Knots {
        match self {
            Self::Consultation => &[(0, 1000), (70, 1050), (85, 750), (95, 500)],
            Self::Email => &[(0, 450), (16, 600), (30, 1300), (65, 1150), (75, 800), (90, 400)],
            Self::Telephone => &[(0, 1300), (10, 1000), (40, 850), (75, 1200), (90, 1600)],
            Self::Video => &[(0, 300), (30, 1500), (75, 400)],
            Self::Visit => &[(0, 30), (60, 100), (75, 1500), (85, 6000), (95, 10_000)],
            Self::Control => &[(35, 0), (45, 500), (60, 1500), (75, 2500), (90, 1000)],
            Self::Other => &[(0, 500), (25, 1500), (66, 700), (90, 700)],
        }
    }
}

/// Contacts of all kinds by age, per thousand of the mean: invented after the well-known shape, in which
/// women between 15 and 50 come more often than men and both come more often as they grow old.
const MEN: Knots =
    &[(0, 950), (3, 700), (8, 380), (16, 380), (25, 470), (40, 620), (55, 900), (65, 1250), (75, 1800), (85, 2250)];
const WOMEN: Knots = &[
    (0, 900),
    (3, 650),
    (8, 400),
    (14, 480),
    (20, 950),
    (30, 1250),
    (40, 1100),
    (55, 1250),
    (65, 1450),
    (75, 1900),
    (85, 2250),
];

/// How much more or less often than others of their age somebody comes, per thousand, with the chance of it
/// per thousand: invented, with a mean of one.
const TENDENCIES: [(u32, u32); 5] = [(300, 200), (650, 300), (1000, 250), (1500, 170), (3000, 80)];
/// The chronically ill come more often, per thousand, and all others a little less often so that the sum
/// stays: invented.
const CHRONICALLY_ILL: u64 = 1400;
const OTHERS: u64 = 975;

/// The rates of a year, in thousandths of a contact.
#[derive(Debug)]
pub(crate) struct Rates {
    /// By sex, woman second, and age.
    by_way: [[[u32; WAYS.len()]; OLDEST + 1]; 2],
}

/// What somebody has to expect of a year.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    weights: [u32; WAYS.len()],
    /// Contacts in thousandths.
    pub(crate) sum: u32,
}

impl Rates {
    pub(crate) fn of(year: i16) -> Self {
        let mut by_way = [[[0; WAYS.len()]; OLDEST + 1]; 2];
        for (place, way) in WAYS.into_iter().enumerate() {
            let contacts = interpolate(way.contacts(), i64::from(year));
            let (mut sum, mut people) = (0, 0);
            for age in 0..=OLDEST as i64 {
                let (all, women) = (demography::age_weight(age, YEAR), demography::women(age));
                people += all * 10_000;
                sum += all * (women * relative(way, 1, age) + (10_000 - women) * relative(way, 0, age));
            }
            let mean = (sum / people).max(1);
            for (sex, ages) in by_way.iter_mut().enumerate() {
                for (age, rates) in ages.iter_mut().enumerate() {
                    rates[place] = (contacts * relative(way, sex, age as i64) / mean) as u32;
                }
            }
        }
        Self { by_way }
    }

    /// What a person of the age has to expect; `tendency` is the person's own.
    pub(crate) fn expected(&self, female: bool, age: i16, tendency: u32, is_ill: bool) -> Expected {
        let weights = self.by_way[usize::from(female)][usize::from(age.max(0) as u16).min(OLDEST)];
        let ill = if is_ill { CHRONICALLY_ILL } else { OTHERS };
        let sum: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        Expected { weights, sum: (sum * u64::from(tendency) * ill / 1_000_000) as u32 }
    }
}

impl Expected {
    pub(crate) fn way(&self, dice: &mut Dice) -> Way {
        WAYS[dice.weighted(&self.weights)]
    }
}

/// Of a person, for all years.
pub(crate) fn tendency(dice: &mut Dice) -> u32 {
    TENDENCIES[dice.weighted(&TENDENCIES.map(|tendency| tendency.1))].0
}

fn relative(way: Way, sex: usize, age: i64) -> u64 {
    let general = interpolate(if sex == 1 { WOMEN } else { MEN }, age);
    general * interpolate(way.ages(), age) / 1000
}

/// Draws how many contacts there are when so many thousandths are to be expected (Poisson's law).
#[derive(Debug)]
pub(crate) struct Counts(Vec<Vec<u32>>);

/// Expectations are told apart in steps of this many thousandths, up to `STEPS` of them.
const STEP: u32 = 100;
const STEPS: usize = 300;

impl Counts {
    /// In whole numbers: `exp` differs between platforms in its last digit.
    pub(crate) fn new() -> Self {
        Self((0..=STEPS as u128).map(Self::thresholds).collect())
    }

    /// For each count the draw, of 2^32, below which it or a smaller one is meant.
    fn thresholds(steps: u128) -> Vec<u32> {
        let mut weight: u128 = 1 << 32;
        let mut sums = vec![weight];
        for count in 1..80 {
            weight = weight * steps * u128::from(STEP) / (1000 * count);
            sums.push(sums.last().copied().unwrap_or_default() + weight);
        }
        let all = sums.last().copied().unwrap_or(1);
        sums.iter().map(|sum| (u128::from(u32::MAX) * sum / all) as u32).collect()
    }

    pub(crate) fn draw(&self, dice: &mut Dice, expected: u32) -> usize {
        let rounded_up = dice.below(STEP) < expected % STEP;
        let steps = (expected / STEP) as usize + usize::from(rounded_up);
        let draw = dice.below(u32::MAX);
        self.0[steps.min(STEPS)].partition_point(|threshold| *threshold <= draw)
    }
}
