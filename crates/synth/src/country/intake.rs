//! Which practices open and close for new patients in a year.

use crate::calendar::event_day;
use crate::country::calibration::REGIONS;
use crate::country::year::{Change, Plan};
use crate::country::{Country, Intake};

/// Practices with status A that close, and with status D that stop being restricted, per thousand
/// and year: invented.
const OPEN_CLOSE: usize = 60;
const RESTRICTED_CLOSE: usize = 400;

/// The running practices of a region by status, in random order. Each is taken out once at most,
/// so that no practice changes twice a year.
#[derive(Debug)]
struct Groups {
    open: Vec<usize>,
    closed: Vec<usize>,
    restricted: Vec<usize>,
    missing: Vec<usize>,
    /// Practices that opened in the year with status A.
    newly_open: usize,
}

impl Groups {
    fn of(country: &mut Country<'_>, plan: &Plan, region: usize) -> Self {
        let mut practices = country.practices(region);
        country.dice.shuffle(&mut practices);
        let (new, old): (Vec<usize>, Vec<usize>) =
            practices.into_iter().partition(|&practice| plan.is_new(country, practice));
        let with = |practices: &[usize], intake: Option<Intake>| -> Vec<usize> {
            practices.iter().copied().filter(|&practice| country.providers[practice].intake() == intake).collect()
        };
        Self {
            open: with(&old, Some(Intake::Open)),
            closed: with(&old, Some(Intake::Closed)),
            restricted: with(&old, Some(Intake::Restricted)),
            missing: with(&old, None),
            newly_open: with(&new, Some(Intake::Open)).len(),
        }
    }
}

/// Plans the changes that bring the region to its number of open practices.
pub(crate) fn plan(country: &mut Country<'_>, plan: &mut Plan, region: usize) {
    let calibrated = &REGIONS[region];
    let year = plan.year;
    let goal = calibrated.goal(year + 1).open as usize;
    let mut groups = Groups::of(country, plan, region);
    let mut turn = |practices: Vec<usize>, intake: Option<Intake>| {
        for practice in practices {
            let day = event_day(&mut country.dice, year);
            plan.add(practice, day, Change::Intake(intake));
        }
    };

    // A status that was missing comes in, and others go missing.
    turn(std::mem::take(&mut groups.missing), Some(Intake::Closed));
    turn(take(&mut groups.closed, calibrated.missing_in(year + 1) as usize), None);

    let ended = groups.restricted.len() * RESTRICTED_CLOSE / 1000;
    turn(take(&mut groups.restricted, ended), Some(Intake::Closed));
    let begun = (calibrated.restricted as usize).saturating_sub(groups.restricted.len());
    turn(take(&mut groups.closed, begun), Some(Intake::Restricted));

    let filled = groups.open.len() * OPEN_CLOSE / 1000;
    turn(take(&mut groups.open, filled), Some(Intake::Closed));
    let open = groups.open.len() + groups.newly_open;
    turn(take(&mut groups.closed, goal.saturating_sub(open)), Some(Intake::Open));
    turn(take(&mut groups.open, open.saturating_sub(goal)), Some(Intake::Closed));
}

fn take(from: &mut Vec<usize>, count: usize) -> Vec<usize> {
    from.split_off(from.len().saturating_sub(count))
}
