//! What every job is given.

use crate::definition::{Pipeline, Project};
use crate::derive::keep_named_sources;
use crate::engine::Planner;
use crate::observe::{Cancel, Observers};
use crate::store::Store;

use super::JobError;

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

impl Context {
    /// Opens the project's store, and keeps those of the pipelines' sources that their SQL names.
    ///
    /// # Errors
    /// The store's address is none, or its folder can't be made.
    pub fn open(mut project: Project, observers: Observers, cancel: Cancel) -> Result<Self, JobError> {
        keep_named_sources(&mut project, &Planner::new());
        let store = Store::open(&project.environment.store, &project.root)?;
        Ok(Self { project, store, observers, cancel })
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
