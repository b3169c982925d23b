//! A published version protected and attacked again: by what its records say that it was made of, and by what all versions up to
//! it showed.

use std::sync::Arc;

use arrow::array::RecordBatch;

use super::figures::{self, Figures};
use super::{Given, History, Protection, Way};
use crate::definition::Disclosure;
use crate::engine::{Engine, Table};
use crate::publish::{AuditResult, PublishError, PublishedVersion, TOOL, Tables};
use crate::store::Store;

/// What is known of a version's protection.
#[derive(Debug)]
pub enum Attacking {
    /// Its values are those that were derived.
    Open,
    /// It was attacked.
    Attacked(Box<Attacked>),
    /// It could not be, and why.
    NotJudged(String),
    /// It could not be, since a version before it, to which its protection is held, is gone or damaged.
    EarlierGone {
        /// The file of that version.
        path: String,
        /// What is wrong with it.
        what: String,
    },
}

impl Attacking {
    /// Why the version could not be attacked, if it could not.
    pub fn why_not(&self) -> Option<String> {
        match self {
            Self::Open | Self::Attacked(_) => None,
            Self::NotJudged(why) => Some(why.clone()),
            Self::EarlierGone { path, what } => Some(format!("it follows from {path}: {what}")),
        }
    }
}

/// What an attack on a version found.
#[derive(Debug)]
pub struct Attacked {
    /// What is hidden of its figures, as its masks read it.
    pub hidden: RecordBatch,
    /// The audits of its protection, once more.
    pub audits: Vec<AuditResult>,
    /// How many figures are as they have to be.
    pub good: u64,
    /// Figures that are not those derived less what is hidden, in words.
    pub otherwise: Vec<String>,
    /// Figures that tell of a few, and that can be calculated from all that the versions show.
    pub given_away: Vec<String>,
}

impl PublishedVersion {
    /// Protects the figures that the version was made of once more, compares, and attacks what it shows. Only the `policy` that
    /// it names can say what was to be hidden, and only the release that published it.
    ///
    /// # Errors
    /// The store could not be asked, or the memory does not suffice.
    pub async fn attack(
        &self,
        store: &Store,
        engine: &Engine,
        policy: Option<&Disclosure>,
    ) -> Result<Attacking, PublishError> {
        let manifest = &self.manifest;
        if manifest.disclosure_policy == Disclosure::NONE {
            return Ok(match policy {
                None => Attacking::Open,
                Some(_) => Attacking::NotJudged("it was protected by no policy, and the project has one".to_owned()),
            });
        }
        let named = policy.filter(|policy| policy.digest.to_string() == manifest.disclosure_policy);
        let Some(policy) = named else {
            let why = match policy {
                Some(policy) => {
                    format!("{} is another policy than the version was protected by", policy.file.display())
                }
                None => "the project has no policy for it, and the version was protected by one".to_owned(),
            };
            return Ok(Attacking::NotJudged(why));
        };
        if manifest.tool != TOOL {
            let why = format!("`{}` protected it, and what another release hides may be something else", manifest.tool);
            return Ok(Attacking::NotJudged(why));
        }
        match self.attacked(store, engine, policy).await {
            Ok(attacking) => Ok(attacking),
            Err(PublishError::Store(error)) => match error.finding() {
                Some((path, what)) => Ok(Attacking::NotJudged(format!("it follows from {path}: {what}"))),
                None => Err(error.into()),
            },
            Err(PublishError::Protection(fault)) => Ok(Attacking::NotJudged(fault.to_string())),
            Err(error) => Err(error),
        }
    }

    async fn attacked(&self, store: &Store, engine: &Engine, policy: &Disclosure) -> Result<Attacking, PublishError> {
        let mut tables = Vec::new();
        for (zone, name) in [
            (Tables::Published, &policy.values),
            (Tables::Derived, &policy.values),
            (Tables::Derived, &policy.members),
            (Tables::Derived, &policy.contributors),
        ] {
            let files = self.files(store, zone, name).await?;
            if files.is_empty() {
                return Ok(Attacking::NotJudged(format!("the version has no table `{name}`")));
            }
            tables.push(Table::found(files.iter().map(|file| store.url(file)).collect::<Result<_, _>>()?));
        }
        let Ok([published, derived, members, makers]) = <[Table; 4]>::try_from(tables) else {
            unreachable!("as many tables as names")
        };
        let history = match self.manifest.version.before() {
            Some(last) => match History::until(store, &self.manifest.dataset, policy, last).await {
                Ok(history) => history,
                Err(PublishError::Store(error)) => match error.finding() {
                    Some((path, what)) => return Ok(Attacking::EarlierGone { path: path.to_owned(), what }),
                    None => return Err(error.into()),
                },
                Err(error) => return Err(error),
            },
            None => History::default(),
        };
        let published = Arc::new(Figures::read(engine, policy, published).await?);
        let given = Arc::new(Given {
            policy: policy.clone(),
            figures: Figures::read(engine, policy, derived).await?,
            members: figures::members(engine, policy, members).await?,
            makers: figures::makers(engine, policy, makers).await?,
            earlier: history.figures(engine, policy).await?,
        });
        let protection = Arc::clone(&given).decided(Way::Anew(&published)).await?;
        let audits = protection.audit(policy, &published);
        let otherwise = protection.hidden.otherwise_in(&published, &given.figures);
        let Protection { rows: hidden, given_away, .. } = protection;
        let bad = otherwise.len() + given_away.len();
        let good = published.all().count().saturating_sub(bad) as u64;
        Ok(Attacking::Attacked(Box::new(Attacked { hidden, audits, good, otherwise, given_away })))
    }
}
