//! Clinics, tenders and trials outside the usual ownership, as the regions tell of them once a year.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::SynthError;
use crate::calendar::{any_day, extract_day, january_first, plus_days};
use crate::country::calibration::REGIONS;
use crate::country::places::Profile;
use crate::country::{Country, Ownership, Provider};
use crate::files::{Cell, Coverage, Folder, Spec, repacked};
use crate::rng::Dice;

/// Where the streams of chance of this file begin.
const STREAM: u64 = 0xD21F_0000_0000;

/// Regional and tendered clinics exist since 2012 (PA2017): what the register has as one before that
/// day was something else then.
const SINCE: Date = date(2012, 1, 1);
/// From here on a regional clinic may run six years instead of four (PA2017; L 58 of 2017-18, the day
/// assumed).
const SIX_YEARS: Date = date(2018, 1, 1);
/// And from here on without limit (DR25; Lov 718 of 20 June 2025, the day assumed).
const NO_LIMIT: Date = date(2025, 7, 1);
/// Regional clinics per thousand that run longer than they may, and the days: invented.
const OVERRUN: (u32, u32, u32) = (120, 60, 400);
/// Practices with a new number of no patients per thousand of those that open: invented. ELTPD has the
/// regions offer them to the doctors of the agreement nearly always.
const NEW_NUMBERS: u32 = 450;
/// Shared practices, licences, tenders of a single service and trials a year: invented, all of them.
const SHARED_A_YEAR: u32 = 6;
const LICENCES_A_YEAR: u32 = 5;
const SERVICES_A_YEAR: u32 = 4;
const TRIALS: u32 = 8;
/// The years that trials are to be evaluated and shared practices and trials may run (PA2017, ELTPD).
const EVALUATED_WITHIN: i16 = 3;
const LIMIT: i16 = 6;

/// What the forms rest on: sections of sundhedsloven (PA2017; the one of tenders assumed) and the
/// agreement (ELTPD). The law that single services may be tendered by is not named.
const REGIONAL: &str = "§ 227, stk. 5";
const TENDERED: &str = "§ 227";
const TRIAL: &str = "§ 233";
const AGREEMENT: &str = "Overenskomst";

/// A clinic, a tender or a trial.
#[derive(Debug)]
struct Drift {
    form: &'static str,
    place: usize,
    provider: Option<usize>,
    start: Date,
    end: Option<Date>,
    basis: Option<&'static str>,
    deadline: Option<Date>,
    evaluated: Option<Date>,
    /// Whether the doctors of the agreement were asked first.
    asked: Option<bool>,
    awarded: Option<&'static str>,
}

impl Drift {
    fn new(form: &'static str, place: usize, start: Date, basis: Option<&'static str>) -> Self {
        Self {
            form,
            place,
            provider: None,
            start,
            end: None,
            basis,
            deadline: None,
            evaluated: None,
            asked: None,
            awarded: None,
        }
    }
}

/// Writes what is known on the day of the year's extract.
pub(crate) fn write(country: &Country<'_>, seed: u64, year: i16, folder: &Folder) -> Result<(), SynthError> {
    let path = repacked(&format!("drift/alternativ_drift_{year}0418.jsonl"), year);
    let columns = [
        "drift_id",
        "type",
        "region",
        "kommunekode",
        "ydernr",
        "periode.start",
        "periode.slut",
        "lov_grundlag",
        "evaluering.frist",
        "evaluering.evalueret",
        "afsoegt_overenskomst",
        "tildeling",
    ];
    let spec = Spec { path: &path, table: "alternativ_drift", columns: &columns, coverage: Coverage::Everybody };
    let mut file = folder.json_lines(spec)?;
    let day = extract_day(year);
    for (id, drift) in drifts(country, seed).into_iter().enumerate().filter(|(_, drift)| drift.start <= day) {
        let place = &country.places.list[drift.place];
        let (id, start) = (format!("D{:05}", id + 1), drift.start.to_string());
        let number = drift.provider.map(|provider| format!("{:06}", country.providers[provider].number));
        let end = drift.end.filter(|end| *end <= day).map(|end| end.to_string());
        let deadline = drift.deadline.map(|deadline| deadline.to_string());
        let evaluated = drift.evaluated.filter(|evaluated| *evaluated <= day).map(|day| day.to_string());
        file.row(&[
            Cell::Text(&id),
            Cell::Text(drift.form),
            Cell::Text(REGIONS[place.region].code),
            Cell::Text(&place.code),
            text(number.as_deref()),
            Cell::Text(&start),
            text(end.as_deref()),
            text(drift.basis),
            text(deadline.as_deref()),
            text(evaluated.as_deref()),
            // Not a number, but like one it is written without quotes.
            drift.asked.map_or(Cell::Missing, |asked| Cell::Number(if asked { "true" } else { "false" })),
            text(drift.awarded),
        ])?;
    }
    file.finish()
}

fn text(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Missing, Cell::Text)
}

/// All there ever is, in order of time: a number once given stays.
fn drifts(country: &Country<'_>, seed: u64) -> Vec<Drift> {
    let mut drifts = Vec::new();
    for (index, provider) in country.providers.iter().enumerate().filter(|(_, provider)| provider.is_practice()) {
        let mut dice = Dice::new(seed, STREAM + index as u64);
        match provider.ownership {
            Ownership::Region => regional(&mut drifts, &mut dice, index, provider),
            Ownership::Tender => tendered(&mut drifts, &mut dice, index, provider),
            Ownership::Doctors => {}
        }
        new_number(&mut drifts, &mut dice, index, provider);
    }
    let mut dice = Dice::new(seed, STREAM + (1 << 24));
    of_doctors(&mut drifts, &mut dice, country);
    services(&mut drifts, &mut dice, country);
    trials(&mut drifts, &mut dice, country);
    drifts.sort_by_key(|drift| (drift.start, drift.form, drift.place, drift.provider));
    drifts
}

/// The day a clinic became what it is; none if it closed before such clinics were.
fn beginning(dice: &mut Dice, provider: &Provider) -> Option<Date> {
    let taken_over = any_day(dice, 2012, 2013);
    let start = if provider.opened < SINCE { taken_over } else { provider.opened };
    Some(start).filter(|start| provider.closed.is_none_or(|closed| closed > *start))
}

/// A regional clinic has to be offered to others when its time is up; when nobody takes it, the region
/// begins anew. Some do so too late.
fn regional(drifts: &mut Vec<Drift>, dice: &mut Dice, index: usize, provider: &Provider) {
    let mut next = beginning(dice, provider);
    while let Some(start) = next.filter(|start| start.year() < 2026) {
        let (_, shortest, longest) = OVERRUN;
        let overrun = if dice.chance(OVERRUN.0) { i64::from(dice.between(shortest, longest)) } else { 0 };
        let extended = dice.chance(700);
        let four = start.saturating_add(4.years());
        let up = if start >= SIX_YEARS || (four >= SIX_YEARS && extended) {
            start.saturating_add(LIMIT.years())
        } else {
            four
        };
        // Whoever still runs when the limit goes runs on.
        let up = Some(up).filter(|up| *up < NO_LIMIT).map(|up| plus_days(up, overrun));
        let end = match (up, provider.closed) {
            (Some(up), Some(closed)) => Some(up.min(closed)),
            (up, closed) => up.or(closed),
        };
        let mut drift = Drift::new("REGIONSKLINIK", provider.place_on(start), start, Some(REGIONAL));
        drift.provider = Some(index);
        drift.end = end;
        drift.asked = Some(true);
        drifts.push(drift);
        next = end.filter(|end| provider.closed.is_none_or(|closed| closed > *end));
    }
}

/// A tender has no limit (ELTPD).
fn tendered(drifts: &mut Vec<Drift>, dice: &mut Dice, index: usize, provider: &Provider) {
    let Some(start) = beginning(dice, provider) else { return };
    let mut drift = Drift::new("UDBUDSKLINIK", provider.place_on(start), start, Some(TENDERED));
    drift.provider = Some(index);
    drift.end = provider.closed;
    drift.asked = Some(dice.chance(900));
    drift.awarded = Some("UDBUD");
    drifts.push(drift);
}

/// A practice that opens with a number of no patients: offered to the doctors or put out to tender.
fn new_number(drifts: &mut Vec<Drift>, dice: &mut Dice, index: usize, provider: &Provider) {
    let awarded = match provider.ownership {
        Ownership::Doctors if dice.chance(NEW_NUMBERS) => "OVERENSKOMST",
        Ownership::Tender if dice.chance(NEW_NUMBERS) => "UDBUD",
        _ => return,
    };
    if provider.opened < january_first(2014) {
        return;
    }
    let mut drift = Drift::new("NYT_YDERNR", provider.place, provider.opened, Some(TENDERED));
    drift.provider = Some(index);
    drift.asked = Some(true);
    drift.awarded = Some(awarded);
    drifts.push(drift);
}

/// Shared practices, in thinly settled places, and licences: at practices that run on the day.
fn of_doctors(drifts: &mut Vec<Drift>, dice: &mut Dice, country: &Country<'_>) {
    for year in 2014..=2025 {
        let running = |day: Date, thin: bool| -> Vec<usize> {
            let chosen = |index: &usize| {
                let provider = &country.providers[*index];
                let profile = country.places.list[provider.place_on(day)].profile;
                provider.is_practice()
                    && provider.ownership == Ownership::Doctors
                    && provider.opened <= day
                    && provider.closed.is_none_or(|closed| closed > plus_days(day, 200))
                    && (!thin || matches!(profile, Profile::Rural | Profile::Remote))
            };
            (0..country.providers.len()).filter(chosen).collect()
        };
        let shared = if year < 2018 { 0 } else { SHARED_A_YEAR };
        for turn in 0..shared + LICENCES_A_YEAR {
            let day = any_day(dice, year, year);
            let is_shared = turn < shared;
            let choices = running(day, is_shared);
            if choices.is_empty() {
                continue;
            }
            let index = dice.pick(&choices);
            let provider = &country.providers[index];
            let (form, months) = if is_shared {
                // One in twelve runs longer than it may.
                ("DELEPRAKSIS", if dice.chance(85) { 80 } else { dice.between(12, 72) })
            } else {
                ("LICENS", dice.between(24, 180))
            };
            let end = day.saturating_add(i64::from(months).months());
            let mut drift = Drift::new(form, provider.place_on(day), day, Some(AGREEMENT));
            drift.provider = Some(index);
            drift.end = Some(provider.closed.map_or(end, |closed| closed.min(end)));
            drift.awarded = Some("OVERENSKOMST");
            drifts.push(drift);
        }
    }
}

/// Tenders of a single service, such as the doctor of a municipality's acute beds: ELTPD wants them, and
/// wants the doctors of the agreement asked first. Now and then they are not.
fn services(drifts: &mut Vec<Drift>, dice: &mut Dice, country: &Country<'_>) {
    for year in 2019..=2025 {
        for _ in 0..SERVICES_A_YEAR {
            let region = dice.below(REGIONS.len() as u32) as usize;
            let start = any_day(dice, year, year);
            let mut drift = Drift::new("ENKELTYDELSE", country.places.draw(dice, region), start, None);
            drift.end = Some(start.saturating_add(i64::from(dice.between(24, 48)).months()));
            drift.asked = Some(dice.chance(900));
            drift.awarded = Some(if dice.chance(400) { "OVERENSKOMST" } else { "UDBUD" });
            drifts.push(drift);
        }
    }
}

/// Trials of new ways to organise practice: some evaluated too late, one of them running too long.
fn trials(drifts: &mut Vec<Drift>, dice: &mut Dice, country: &Country<'_>) {
    for turn in 0..TRIALS {
        let start = any_day(dice, 2017 + (turn / 2) as i16, 2017 + (turn / 2) as i16).max(date(2017, 7, 1));
        let place = country.places.draw(dice, (turn as usize) % REGIONS.len());
        let months = if turn == 1 { 79 } else { dice.between(30, 72) };
        let evaluated = if turn % 4 == 3 { dice.between(37, 46) } else { dice.between(26, 36) };
        let mut drift = Drift::new("FORSOEG_233", place, start, Some(TRIAL));
        drift.end = Some(start.saturating_add(i64::from(months).months()));
        drift.deadline = Some(start.saturating_add(EVALUATED_WITHIN.years()));
        drift.evaluated = Some(start.saturating_add(i64::from(evaluated).months()));
        drifts.push(drift);
    }
}
