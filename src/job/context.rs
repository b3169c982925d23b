//! What every job is given.

use std::env;
use std::sync::Arc;

use crate::definition::{KeyName, Pipeline, Project};
use crate::derive::keep_named_sources;
use crate::engine::Planner;
use crate::observe::{Cancel, Event, Observers, Warning};
use crate::store::{AtRest, Commit, EncryptionKey, NotASigningKey, NotGiven, SigningKey, Store, Usage};

use super::JobError;

/// The variable with the key that versions are signed with.
const SIGNING_KEY: &str = "MAALTAL_SIGNING_KEY";

/// A project, its store, and whoever watches the job.
#[derive(Debug)]
pub struct Context {
    /// The definitions.
    pub project: Project,
    /// Where artefacts and versions live.
    pub store: Store,
    /// Who hears of what the job does.
    pub observers: Observers,
    /// Who tells it to stop.
    pub cancel: Cancel,
}

/// How the environment has tables lie outside `published/`, with the key from the process's environment. A key that is missing or
/// wrong is no error here: commands that need none go on.
fn at_rest(project: &Project) -> AtRest {
    let Some(KeyName { env: name }) = project.environment.encryption_key.clone() else { return AtRest::Plain };
    let Some(digits) = env::var_os(&name).filter(|digits| !digits.is_empty()) else {
        return AtRest::Locked(NotGiven::Unset { name });
    };
    match EncryptionKey::of_digits(&digits) {
        Some(key) => AtRest::Encrypted { name, key: Arc::new(key) },
        None => AtRest::Locked(NotGiven::NotAKey { name }),
    }
}

impl Context {
    /// Opens the project's store for a use, and keeps those of the pipelines' sources that their SQL names.
    ///
    /// # Errors
    /// The store's address is none, or its folder can't be used so.
    pub fn open(mut project: Project, usage: Usage, observers: Observers, cancel: Cancel) -> Result<Self, JobError> {
        keep_named_sources(&mut project, &Planner::new());
        let store = Store::open_for(usage, &project.environment.store, &project.root)?.with(at_rest(&project));
        Ok(Self { project, store, observers, cancel })
    }

    /// The key that versions are signed with, from the process's environment; `None` where it has none.
    ///
    /// # Errors
    /// What is there is no key.
    pub fn signing_key(&self) -> Result<Option<SigningKey>, JobError> {
        let seed = env::var_os(SIGNING_KEY);
        let key = seed.map(|seed| SigningKey::of_seed(&seed)).transpose();
        key.map_err(|NotASigningKey| JobError::NotASigningKey { name: SIGNING_KEY })
    }

    /// The key that versions are signed with.
    ///
    /// # Errors
    /// There is none.
    pub fn the_signing_key(&self) -> Result<SigningKey, JobError> {
        self.signing_key()?.ok_or(JobError::NoSigningKey { name: SIGNING_KEY })
    }

    /// A record is never written anew: who has a key hears that a version is not signed with it.
    pub fn tell_of_signature(&self, of: &Commit, key: Option<&SigningKey>) {
        let by = of.signature.as_ref().map(|signature| signature.public_key);
        if key.is_some_and(|key| Some(key.public()) != by) {
            let (version, by) = (of.version.to_string(), by.map(|by| by.to_string()));
            self.observers.tell(&Event::Warned(Warning::NotSigned { version, by }));
        }
    }

    /// Readers who check signatures take no version that is not signed: whoever publishes one after a signed one hears of it.
    pub fn tell_of_signature_lost(&self, before: Option<&Commit>, now: &Commit) {
        if let Some(before) = before.filter(|before| before.signature.is_some() && now.signature.is_none()) {
            let (version, before) = (now.version.to_string(), before.version.to_string());
            self.observers.tell(&Event::Warned(Warning::SignedNoMore { version, before }));
        }
    }

    /// The pipelines named, or all.
    ///
    /// # Errors
    /// There is none of a name.
    pub fn pipelines(&self, names: &[String]) -> Result<Vec<&Pipeline>, JobError> {
        if names.is_empty() {
            return Ok(self.project.pipelines.values().collect());
        }
        names.iter().map(|name| self.pipeline(Some(name))).collect()
    }

    /// The pipeline named, or the only one.
    ///
    /// # Errors
    /// There is none of the name, or there are several to choose from.
    pub fn pipeline(&self, name: Option<&String>) -> Result<&Pipeline, JobError> {
        let known = || self.project.pipelines.keys().map(String::as_str);
        match name {
            Some(name) => self.project.pipelines.get(name).ok_or_else(|| JobError::unknown("pipeline", name, known())),
            None => match self.project.pipelines.values().collect::<Vec<_>>().as_slice() {
                [only] => Ok(only),
                _ => Err(JobError::WhichPipeline { known: known().map(str::to_owned).collect() }),
            },
        }
    }
}
