//! What taking back and releasing did, in a row each.

use serde_json::Value;

use crate::job::{Lifted, TakenBack};
use crate::store::VersionNumber;

/// The columns of [`taken_back`].
pub(in crate::cli) const TAKEN_BACK: [&str; 4] = ["dataset", "version", "folder", "result"];

/// The version that restores an earlier one, or that has its content already.
pub(in crate::cli) fn taken_back(dataset: &str, asked: VersionNumber, taken_back: &TakenBack) -> [Value; 4] {
    let (commit, result) = match taken_back {
        TakenBack::Now(hold) => {
            (&hold.commit, format!("restores version {}, and is held until `maaltal release`", hold.restores.version))
        }
        TakenBack::Already(commit, hold) => {
            let held = if hold.is_some() { "is held" } else { "is not held: the next run publishes what differs" };
            let what = if commit.version == asked { "is the latest" } else { "has the content of it already" };
            (commit, format!("nothing to do: version {} {what}, and {held}", commit.version))
        }
    };
    [dataset.into(), commit.version.to_string().into(), commit.folder.clone().into(), result.into()]
}

/// The columns of [`lifted`].
pub(in crate::cli) const LIFTED: [&str; 3] = ["dataset", "version", "result"];

/// The version that was held, or that was not.
pub(in crate::cli) fn lifted(dataset: &str, lifted: &Lifted) -> [Value; 3] {
    let (version, result) = match lifted {
        Lifted::Released(hold) => (Some(hold.commit.version), "released: the next run publishes what differs"),
        Lifted::NotHeld(Some(version)) => (Some(*version), "nothing to do: it is not held"),
        Lifted::NotHeld(None) => (None, "nothing to do: nothing is published"),
    };
    [dataset.into(), version.map(|version| version.to_string()).into(), result.into()]
}
