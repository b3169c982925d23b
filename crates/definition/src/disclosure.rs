//! The disclosure policy of a dataset: which figures tell of a few, for whose sake they are hidden, and at which level they
//! are published.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use maaltal_protection::relations::Relation;
use maaltal_protection::{Concentration, KnownTo, Level, Percent, Rounds, RuleError, SmallestCount};
use serde::Deserialize;
use toml::Spanned;

use crate::bilingual::Bilingual;
use crate::digest::Digest;
use crate::error::{DefinitionError, Errors, Problem};
use crate::problem::closest;
use crate::source_text::SourceText;

/// A dataset's policy.
#[derive(Debug, Clone)]
pub struct Disclosure {
    /// The published table whose rows are protected.
    pub values: String,
    /// The model that says which place is in which geography in a year.
    pub members: String,
    /// The model that says who made an amount: how many, and how much the two largest.
    pub contributors: String,
    /// Fewest persons that a count may be of.
    pub k: SmallestCount,
    /// When an amount is made by too few.
    pub concentration: Concentration,
    /// How wide an amount's interval has to stay.
    pub amount_width: Percent,
    /// How often a group of figures may be repaired.
    pub rounds: Rounds,
    /// What ranks geographies by size.
    pub population: PopulationOf,
    /// Indicators of one kind, each with what is protected of them.
    pub families: Vec<Family>,
    /// What is published no lower than this, beside the families' own levels.
    pub lowest: Vec<Lowest>,
    /// Relations between columns that hold in every place and year.
    pub relations: Vec<Relation>,
    /// Digest of the policy's file.
    pub digest: Digest,
    /// The file, for messages.
    pub file: PathBuf,
}

impl Disclosure {
    /// What stands in the place of a policy's digest where there is none.
    pub const NONE: &str = "none";
}

/// The indicator whose denominator is the population, and the year that is taken: a year's own would turn the pattern over
/// whenever a count moves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PopulationOf {
    /// The indicator.
    pub indicator: String,
    /// The year.
    pub year: i32,
}

/// Indicators that are protected alike.
#[derive(Debug, Clone)]
pub struct Family {
    /// Its name.
    pub id: String,
    /// What makes a figure of it tell of a few.
    pub rule: FamilyRule,
    /// The lowest level that is published.
    pub lowest: Level,
    /// Whom a figure could harm; `None` for what is open.
    pub harmed: Option<Bilingual>,
    /// Why it is protected, or open.
    pub reason: Bilingual,
    /// The series that those of a family that follows tell of: `indicator`, or `indicator[dimension=value]`.
    pub follows: BTreeSet<String>,
    /// The indicators.
    pub indicators: BTreeSet<String>,
}

/// What makes a figure tell of a few.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FamilyRule {
    /// Nothing does: it is published as it is.
    Open,
    /// A small count of persons.
    Count {
        /// Those who do not have what is counted.
        complement: Guarded,
        /// All who are counted.
        denominator: Guarded,
        /// Who knows a count of one.
        alone: KnownTo,
    },
    /// Few who made the amount, or two who made most of it.
    Contributors {
        /// What the amount is divided by.
        denominator: Guarded,
        /// Fewest of them.
        fewest: NonZeroU32,
    },
    /// Too few who are spread: a percentile of them is one of them. Nothing adds up to it, so each figure stands alone.
    Spread {
        /// Fewest of them.
        fewest: NonZeroU32,
    },
    /// Another indicator in one of two years: the sum or the difference of two amounts tells each of them.
    Follows,
}

/// Whether a part of a share is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guarded {
    /// It is held to the rule.
    Protected,
    /// It is published unless it has to be hidden for others' sake.
    Open,
    /// Anybody has it from elsewhere.
    Public,
}

/// An indicator, or one breakdown of it, that is published at higher levels than its family.
#[derive(Debug, Clone)]
pub struct Lowest {
    /// The indicator.
    pub indicator: String,
    /// The breakdown; `None` for all of it.
    pub breakdown: Option<String>,
    /// The lowest level that is published.
    pub level: Level,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDisclosure {
    values: String,
    members: String,
    contributors: String,
    k: Spanned<i64>,
    fewest_contributors: NonZeroU32,
    dominance_percent: Spanned<u8>,
    amount_width_percent: Spanned<u8>,
    rounds: u32,
    population: PopulationOf,
    #[serde(rename = "family")]
    families: Vec<RawFamily>,
    #[serde(default)]
    lowest: Vec<RawLowest>,
    #[serde(default)]
    equal: Vec<RawEqual>,
    #[serde(default)]
    sum: Vec<RawSum>,
    #[serde(default)]
    nested: Vec<RawNested>,
    #[serde(default)]
    balance: Vec<RawBalance>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFamily {
    id: Spanned<String>,
    rule: RawRule,
    lowest: Spanned<String>,
    harmed: Option<Bilingual>,
    reason: Bilingual,
    complement: Option<Guarded>,
    denominator: Option<Guarded>,
    alone: Option<Alone>,
    fewest_contributors: Option<NonZeroU32>,
    #[serde(default)]
    follows: BTreeSet<String>,
    indicators: Vec<Spanned<String>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawRule {
    Open,
    Count,
    Contributors,
    Spread,
    Follows,
}

/// Whether somebody who is alone in a count knows to be.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Alone {
    Knows,
    DoesNotKnow,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLowest {
    indicator: Spanned<String>,
    breakdown: Option<String>,
    level: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEqual {
    columns: [String; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSum {
    total: String,
    parts: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNested {
    outer: String,
    inner: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBalance {
    left: BTreeSet<String>,
    right: BTreeSet<String>,
}

/// The levels that there are, for messages.
const LEVELS: &str = "one of country, region, training_region, health_council and municipality";

impl Disclosure {
    pub(crate) fn read(root: &Path, file: &Path) -> Result<Self, Vec<DefinitionError>> {
        let source = SourceText::read(root, file)?;
        let raw: RawDisclosure = source.parse()?;
        let mut errors = Errors::default();
        let rule = |span, rule: RuleError| source.error(span, Problem::Shape(rule.to_string()));
        let k = errors.take(SmallestCount::new(*raw.k.get_ref()).map_err(|error| rule(raw.k.span(), error)));
        let mut percent =
            |it: &Spanned<u8>| errors.take(Percent::new(*it.get_ref()).map_err(|error| rule(it.span(), error)));
        let (dominance, amount_width) = (percent(&raw.dominance_percent), percent(&raw.amount_width_percent));
        let mut owner: BTreeMap<&str, &str> = BTreeMap::new();
        for family in &raw.families {
            for indicator in &family.indicators {
                let (name, id) = (indicator.get_ref().as_str(), family.id.get_ref().as_str());
                if let Some(first) = owner.insert(name, id) {
                    let problem = Problem::Shape(format!("`{name}` is in two families, `{first}` and `{id}`"));
                    errors.push(source.error(indicator.span(), problem));
                }
            }
        }
        let names: Vec<String> = owner.keys().map(|it| (*it).to_owned()).collect();
        let lowest = errors.take_all(raw.lowest.into_iter().map(|it| it.check(&source, &names)));
        let fewest = raw.fewest_contributors;
        let families = errors.take_all(raw.families.into_iter().map(|it| it.check(&source, fewest)));
        let equal = raw.equal.into_iter().map(|RawEqual { columns: [a, b] }| Relation::Equal(a, b));
        let sum = raw.sum.into_iter().map(|RawSum { total, parts }| Relation::Sum { total, parts });
        let nested = raw.nested.into_iter().map(|RawNested { outer, inner }| Relation::Nested { outer, inner });
        let balance = raw.balance.into_iter().map(|RawBalance { left, right }| Relation::Balance { left, right });
        let relations: Vec<Relation> = equal.chain(sum).chain(nested).chain(balance).collect();
        // A relation of a column that is not there would tie nothing, and nobody would be told.
        for name in relations.iter().flat_map(Relation::columns) {
            errors.take(check_column(&source, name, &names));
        }
        let (Some(k), Some(dominance), Some(amount_width), Some(families), Some(lowest)) =
            (k, dominance, amount_width, families, lowest)
        else {
            return Err(errors.all());
        };
        errors.none()?;
        Ok(Self {
            values: raw.values,
            members: raw.members,
            contributors: raw.contributors,
            k,
            concentration: Concentration { fewest, dominance },
            amount_width,
            rounds: Rounds::at_most(raw.rounds),
            population: raw.population,
            families,
            lowest,
            relations,
            digest: Digest::of(&source.text),
            file: file.to_owned(),
        })
    }

    /// The family of an indicator.
    pub fn family(&self, indicator: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.indicators.contains(indicator))
    }

    /// The lowest level at which an indicator's breakdown is published. One in no family is published for the country alone:
    /// nobody has thought about whom it could harm.
    pub fn lowest(&self, indicator: &str, breakdown: &str) -> Level {
        let own = self
            .lowest
            .iter()
            .filter(|it| it.indicator == indicator && it.breakdown.as_ref().is_none_or(|own| own == breakdown));
        // Levels go from the country down: the higher of two is the smaller.
        own.map(|it| it.level).chain(self.family(indicator).map(|it| it.lowest)).min().unwrap_or(Level::Country)
    }
}

impl RawFamily {
    fn check(self, source: &SourceText, fewest: NonZeroU32) -> Result<Family, DefinitionError> {
        let missing = |key| {
            let what = format!("the family `{}`", self.id.get_ref());
            source.error(self.id.span(), Problem::Missing { what, key })
        };
        let needed = |value: Option<Guarded>, key| value.ok_or_else(|| missing(key));
        let rule = match self.rule {
            RawRule::Open => FamilyRule::Open,
            RawRule::Spread => FamilyRule::Spread { fewest: self.fewest_contributors.unwrap_or(fewest) },
            RawRule::Follows if self.follows.is_empty() => return Err(missing("follows")),
            RawRule::Follows => FamilyRule::Follows,
            RawRule::Count => FamilyRule::Count {
                complement: needed(self.complement, "complement")?,
                denominator: needed(self.denominator, "denominator")?,
                alone: match self.alone.ok_or_else(|| missing("alone"))? {
                    Alone::Knows => KnownTo::SoleContributor,
                    Alone::DoesNotKnow => KnownTo::Nobody,
                },
            },
            RawRule::Contributors => FamilyRule::Contributors {
                denominator: needed(self.denominator, "denominator")?,
                fewest: self.fewest_contributors.unwrap_or(fewest),
            },
        };
        if rule != FamilyRule::Open && self.harmed.is_none() {
            return Err(missing("harmed"));
        }
        Ok(Family {
            rule,
            lowest: level(source, &self.lowest)?,
            harmed: self.harmed,
            reason: self.reason,
            follows: self.follows,
            indicators: self.indicators.into_iter().map(Spanned::into_inner).collect(),
            id: self.id.into_inner(),
        })
    }
}

impl RawLowest {
    fn check(self, source: &SourceText, indicators: &[String]) -> Result<Lowest, DefinitionError> {
        source.position(&self.indicator, "indicator of a family", indicators.iter().map(String::as_str))?;
        let level = level(source, &self.level)?;
        Ok(Lowest { indicator: self.indicator.into_inner(), breakdown: self.breakdown, level })
    }
}

/// Holds the name of a column, `indicator.numerator` or `indicator[dimension=value].numerator`, to the families' indicators.
fn check_column(source: &SourceText, name: &str, indicators: &[String]) -> Result<(), DefinitionError> {
    let (series, part) = name.rsplit_once('.').unwrap_or((name, ""));
    let indicator = series.split_once('[').map_or(series, |(indicator, _)| indicator);
    let is_part = ["numerator", "denominator", "complement"].contains(&part);
    if is_part && indicators.iter().any(|it| it == indicator) {
        return Ok(());
    }
    let closest = closest(indicator, indicators.iter().map(String::as_str)).map(str::to_owned);
    let (what, name) = ("column of a family's indicator", name.to_owned());
    Err(source.error_in_file(Problem::UnknownName { what, name, closest }))
}

fn level(source: &SourceText, written: &Spanned<String>) -> Result<Level, DefinitionError> {
    written.get_ref().parse().map_err(|_| source.not(written, LEVELS))
}
