//! Protect: what tells of a few is hidden, from everybody who reads all tables of all versions and can calculate.
//!
//! The policy (`definition::Disclosure`) says which figures tell of whom. Everything that hangs together in a year is one
//! system, which `maaltal_protection` protects until its attacker finds nothing; masks, which are SQL, take what is hidden out of
//! every table that shows it. The invariant: no file below `published/` holds a number that is hidden.

mod again;
mod columns;
mod figures;
mod hidden;
mod history;
mod linked;
mod mask;
mod pattern;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use arrow::array::RecordBatch;
use futures::{StreamExt, TryStreamExt, stream};
use maaltal_protection::relations::{Grid, Place as GridPlace, Relation, Threshold};
use maaltal_protection::table::Geography;
use maaltal_protection::{Part, Standing};

use super::candidate::Withheld;
use super::finding::SAMPLES;
use super::{AuditResult, Fault, Offence, PublishError, Release};
use crate::definition::{Disclosure, FamilyRule};
use crate::derive::Severity;
use crate::store::LocalTable;

use columns::{Columns, Year};
use figures::{Figure, Figures, Makers, Members, Place, Series};
use hidden::Hidden;
use linked::{Group, Pattern, groups};
use pattern::Patterns;

pub use again::{Attacked, Attacking};
pub use history::History;

/// What is hidden of a candidate.
struct Protection {
    rows: RecordBatch,
    withheld: Withheld,
    hidden: Hidden,
    /// Relations that hold in all figures and that the policy does not name.
    undeclared: Vec<String>,
    /// Figures that those that were shown give away, where any were.
    given_away: Vec<String>,
    /// Figures that the policy protects and that are sums which anybody has.
    open_to_all: Vec<String>,
    /// Indicators that are protected by who made them, with a year of which nobody says so.
    unmade: Vec<String>,
}

/// What is hidden of a year.
struct Protected {
    year: i32,
    hidden: Vec<(Series, Part, Place)>,
    known_before: BTreeSet<String>,
    open_to_all: Vec<String>,
    given_away: Vec<String>,
}

/// How it is known what becomes of a year's cells.
#[derive(Debug, Clone, Copy)]
enum Way<'a> {
    /// From the store, where nothing has changed.
    Kept(&'a Release<'a>),
    /// It is found anew, and these figures, which were shown, are attacked.
    Anew(&'a Arc<Figures>),
}

/// All that the figures are protected by, read into memory.
struct Given {
    policy: Disclosure,
    figures: Figures,
    members: Members,
    makers: Makers,
    earlier: Vec<Figures>,
}

/// Decides what is hidden of the figures in a table that was assembled.
async fn protection(
    release: &Release<'_>,
    policy: &Disclosure,
    values: &LocalTable,
    history: History,
) -> Result<Protection, PublishError> {
    let engine = release.engine;
    let given = Given {
        policy: policy.clone(),
        figures: written(release, policy, values).await?,
        members: figures::members(engine, policy, release.behind(&policy.members, None).await?).await?,
        makers: figures::makers(engine, policy, release.behind(&policy.contributors, None).await?).await?,
        earlier: history.figures(engine, policy).await?,
    };
    Arc::new(given).decided(Way::Kept(release)).await
}

/// The figures of a table that was written.
async fn written(release: &Release<'_>, policy: &Disclosure, values: &LocalTable) -> Result<Figures, PublishError> {
    Figures::read(release.engine, policy, release.behind(&policy.values, Some(values)).await?).await
}

impl Given {
    /// Lays out what is protected of a year.
    fn groups(&self, year: i32, columns: &Columns, found: &[Relation]) -> Result<Vec<Group>, Fault> {
        let series: BTreeSet<Series> = self.figures.0[&year].keys().cloned().collect();
        let earlier = self.earlier.iter().filter_map(|version| version.0.get(&year)).collect();
        groups(year, columns, found, &self.geographies(year), &series, &earlier)
    }

    /// Decides what is hidden of all years.
    async fn decided(self: Arc<Self>, way: Way<'_>) -> Result<Protection, PublishError> {
        let rounds = self.policy.rounds;
        let years = Arc::new(self.columns());
        let found = Arc::new(self.found(&years).map_err(PublishError::Protection)?);
        let at_once = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let protected: Vec<Protected> = stream::iter(self.figures.0.keys().copied())
            .map(|year| {
                let (given, years, found) = (Arc::clone(&self), Arc::clone(&years), Arc::clone(&found));
                async move {
                    let groups =
                        Arc::new(linked::apart(async move { given.groups(year, &years[&year], &found) }).await?);
                    let (patterns, given_away) = match way {
                        Way::Kept(release) => {
                            (pattern::kept_or_found(release, year, &groups, rounds).await?, Vec::new())
                        }
                        Way::Anew(shown) => (
                            pattern::found(year, &groups, rounds).await?,
                            linked::given_away(year, &groups, shown).await?,
                        ),
                    };
                    Ok::<_, PublishError>(Protected { given_away, ..Protected::new(year, &groups, &patterns) })
                }
            })
            .buffered(at_once)
            .try_collect()
            .await?;
        self.protection(protected, &found).map_err(PublishError::Protection)
    }

    /// What is hidden of all years.
    fn protection(&self, years: Vec<Protected>, found: &[Relation]) -> Result<Protection, Fault> {
        let mut hidden = Hidden::default();
        let (mut known_before, mut open_to_all, mut given_away) = (BTreeSet::new(), Vec::new(), Vec::new());
        for of_year in years {
            for (series, part, place) in &of_year.hidden {
                hidden.hide(of_year.year, series, *part, place);
            }
            known_before.extend(of_year.known_before);
            open_to_all.extend(of_year.open_to_all);
            given_away.extend(of_year.given_away);
        }
        self.earlier.iter().for_each(|version| hidden.keep_hidden(&self.policy, version));
        hidden.hide_spreads(&self.policy, &self.figures, &self.makers);
        hidden.hide_below_lowest(&self.policy, &self.figures);
        hidden.hide_followers(&self.policy, &self.figures);
        let rows = hidden.rows().map_err(|error| Fault::ended(&error))?;
        let withheld = Withheld { counts: hidden.counts(), known_before };
        let undeclared = found.iter().map(ToString::to_string).collect();
        Ok(Protection { rows, withheld, hidden, undeclared, given_away, open_to_all, unmade: self.unmade() })
    }

    /// Indicators that are protected by who made them, with the first year of which there are amounts and no makers. All of it
    /// would be hidden, and stay so.
    fn unmade(&self) -> Vec<String> {
        let is_by_makers = |indicator: &String| {
            let rule = self.policy.family(indicator).map(|family| family.rule);
            matches!(rule, Some(FamilyRule::Contributors { .. } | FamilyRule::Spread { .. }))
        };
        let mut unmade: BTreeMap<&String, i32> = BTreeMap::new();
        for (year, of_year) in &self.figures.0 {
            let makers = self.makers.get(year);
            let made: BTreeSet<&String> =
                makers.into_iter().flat_map(|it| it.keys()).map(|it| &it.0.indicator).collect();
            let has_amount = |places: &BTreeMap<Place, Figure>| {
                places.values().any(|figure| figure.numerator.is_some_and(|amount| amount != 0))
            };
            for (series, _) in of_year.iter().filter(|(_, places)| has_amount(places)) {
                if is_by_makers(&series.indicator) && !made.contains(&series.indicator) {
                    unmade.entry(&series.indicator).or_insert(*year);
                }
            }
        }
        unmade.into_iter().map(|(indicator, year)| format!("{indicator}, {year}")).collect()
    }

    /// The columns of all years.
    fn columns(&self) -> BTreeMap<i32, Columns> {
        let (no_members, no_makers) = (BTreeMap::new(), BTreeMap::new());
        let of_year = |(year, figures)| {
            let members = self.members.get(year).unwrap_or(&no_members);
            let makers = self.makers.get(year).unwrap_or(&no_makers);
            (*year, Year::new(&self.policy, figures, members, makers).columns())
        };
        self.figures.0.iter().map(of_year).collect()
    }

    /// The geographies of a year, with their residents in the policy's year.
    fn geographies(&self, year: i32) -> BTreeMap<Place, Geography> {
        let population = Series::all(&self.policy.population.indicator);
        let residents = |place: &Place| {
            let figure = self.figures.get(self.policy.population.year, &population, place)?;
            u64::try_from(figure.denominator?).ok()
        };
        let geography = |(place, places): (&Place, &BTreeSet<String>)| {
            let population = residents(place).unwrap_or_default();
            let geography =
                Geography { name: place.to_string(), level: place.level, population, places: places.clone() };
            (place.clone(), geography)
        };
        self.members.get(&year).into_iter().flatten().map(geography).collect()
    }

    /// Relations that hold in every place of every year and do not follow from those that the policy names: an attacker
    /// needs nobody's word to subtract.
    fn found(&self, years: &BTreeMap<i32, Columns>) -> Result<Vec<Relation>, Fault> {
        let places: Vec<GridPlace> = self
            .members
            .iter()
            .flat_map(|(year, places)| {
                places.keys().map(|place| GridPlace { year: *year, geography: place.to_string() })
            })
            .collect();
        let names: BTreeSet<&String> = years.values().flat_map(|it| it.by_name.keys()).collect();
        let values = |name: &String| -> Vec<i64> {
            let value =
                |place: &GridPlace| years.get(&place.year)?.by_name.get(name)?.values.get(&place.geography).copied();
            places.iter().map(|place| value(place).unwrap_or(0)).collect()
        };
        let columns = names.iter().map(|name| ((*name).clone(), values(name))).collect();
        // What is tied together in one year is tied in all: a relation of the policy that a year lacks the columns of is none there.
        let known: BTreeSet<&Relation> = years.values().flat_map(|it| &it.relations).collect();
        let known: Vec<Relation> = known.into_iter().cloned().collect();
        let is_protected = |relation: &Relation| {
            relation.columns().any(|name| {
                years.values().any(|it| it.by_name.get(name).is_some_and(|it| it.standing != Standing::Public))
            })
        };
        let undeclared = Grid::new(places, columns).and_then(|grid| grid.undeclared(&known, Threshold::default()));
        let undeclared = undeclared.map_err(|error| Fault::Relations { why: error.to_string() })?;
        Ok(undeclared.into_iter().filter(is_protected).collect())
    }
}

impl Protected {
    fn new(year: i32, groups: &[Group], patterns: &Patterns) -> Self {
        let open_to_all = groups.iter().flat_map(Group::open_to_all).map(|cell| format!("{year}: {cell}")).collect();
        let (hidden, known_before) = (Vec::new(), BTreeSet::new());
        let mut protected = Self { year, hidden, known_before, open_to_all, given_away: Vec::new() };
        let of_groups = groups.iter().filter_map(|group| Some((group, patterns.get(&group.name)?)));
        for (group, Pattern { hidden, known_before }) in of_groups {
            protected.hidden.extend(hidden.iter().filter_map(|cell| group.numbers.get(cell)).cloned());
            protected.known_before.extend(known_before.iter().map(|cell| format!("{year}: {cell}")));
        }
        protected
    }
}

impl Protection {
    /// Holds the figures as they were written to what the attacker was kept from: a number that the mask lets through could
    /// give others away.
    fn audit(&self, policy: &Disclosure, figures: &Figures) -> Vec<AuditResult> {
        let shown = self.hidden.shown_in(figures);
        let indicators: BTreeSet<&String> = figures.all().map(|(_, series, ..)| &series.indicator).collect();
        let without_family = indicators.into_iter().filter(|it| policy.family(it).is_none()).cloned().collect();
        vec![
            audit(
                "nothing_hidden_is_shown",
                Severity::Error,
                shown,
                "Correct the mask, the file of the table's name in sql/<pipeline>/protect/.",
            ),
            audit(
                "nothing_protected_is_open_to_all",
                Severity::Error,
                self.open_to_all.clone(),
                &format!(
                    "Give every geography a row in the models behind, also where nobody is counted, or say in {} that it is open: a \
                     row that is missing says that there is nobody, and what is public says the rest.",
                    policy.file.display()
                ),
            ),
            audit(
                "every_amount_has_its_makers",
                Severity::Error,
                self.unmade.clone(),
                &format!(
                    "Say in the model `{}` who made it, or give it another rule in {}: without makers all of it is hidden, for good.",
                    policy.contributors,
                    policy.file.display()
                ),
            ),
            audit(
                "every_indicator_is_in_a_family",
                Severity::Warn,
                without_family,
                &format!(
                    "Say in {} whom it could harm, or that it is open, and why: until then it is published for the country alone.",
                    policy.file.display()
                ),
            ),
            audit(
                "every_relation_is_declared",
                Severity::Warn,
                self.undeclared.clone(),
                &format!("Name it in {}, or find out why it holds. It is heeded all the same.", policy.file.display()),
            ),
        ]
    }
}

fn audit(name: &str, severity: Severity, found: Vec<String>, remedy: &str) -> AuditResult {
    let offences = found.len() as u64;
    let samples = found.into_iter().take(SAMPLES).map(|it| Offence(vec![("figure".to_owned(), it)])).collect();
    AuditResult { name: name.to_owned(), severity, offences, samples, remedy: remedy.to_owned(), sql: None }
}
