//! What may go from the store in a table: a line a folder.

use serde_json::Value;

use super::Answer;
use crate::job::{ComesBack, Deed, Going, Presence, Swept, Terms};
use crate::store::{Artefact, Lying};

/// Artefacts that are named in one cell.
const FEW: usize = 4;

/// A line for what may go or is gone, and for what stays since somebody writes there.
pub(in crate::cli) fn swept(swept: &Swept, deed: Deed) -> Answer {
    let done = if deed == Deed::Remove { "removed" } else { "may go" };
    let going = swept.going.iter().map(|it| line(&it.lying, &[done, &without(it)].concat(), comes_back(it)));
    let busy = swept.busy.iter().map(|it| line(it, "stays: it was written to meanwhile", String::new()));
    let columns = ["artefact", "files", "bytes", "last written", "result", "comes back"];
    Answer::rows(columns, going.chain(busy).collect())
}

/// How much that is, in words.
pub(in crate::cli) fn swept_in_words(swept: &Swept, deed: Deed) -> String {
    let bytes: u64 = swept.going.iter().map(|it| it.lying.bytes()).sum();
    let count = swept.going.len();
    let folders = if count == 1 { "folder" } else { "folders" };
    match deed {
        _ if count == 0 => "nothing may go".to_owned(),
        Deed::Tell => format!("{count} {folders} with {bytes} bytes may go: `maaltal gc --delete` removes them"),
        Deed::Remove => format!("{count} {folders} with {bytes} bytes removed"),
    }
}

fn line(lying: &Lying, result: &str, comes_back: String) -> [Value; 6] {
    let name = lying.artefact.as_ref().map_or_else(|| lying.folder.to_string(), Artefact::to_string);
    [
        name.into(),
        lying.files.len().into(),
        lying.bytes().into(),
        lying.last_written().map(|at| at.strftime("%Y-%m-%d").to_string()).into(),
        result.into(),
        comes_back.into(),
    ]
}

/// Which versions can't be proved without it, in words.
fn without(going: &Going) -> String {
    if going.unproved.is_empty() {
        return String::new();
    }
    let versions: Vec<String> =
        going.unproved.iter().map(|(dataset, version)| format!("{dataset} {version}")).collect();
    format!("; then {} can't be proved", versions.join(", "))
}

fn comes_back(going: &Going) -> String {
    match &going.comes_back {
        ComesBack::Pulled { file, extract, contract } => {
            let extract = match extract {
                Presence::There => "which is there with the same bytes",
                Presence::OtherBytes => "which has other bytes now",
                Presence::Gone => "which is gone",
                Presence::NoSource => "of a source that the project has no more",
                Presence::Unreadable => "which can't be read",
            };
            let contract = match contract {
                Terms::Same => "",
                Terms::Other => ", and under the contract of then",
            };
            format!("by pulling {file}, {extract}{contract}")
        }
        ComesBack::Made { from } => {
            let mut names: Vec<String> = from.iter().take(FEW).map(Artefact::to_string).collect();
            if from.len() > FEW {
                names.push(format!("{} more", from.len() - FEW));
            }
            match names.is_empty() {
                true => "by the SQL of then".to_owned(),
                false => format!("by the SQL of then, from {}", names.join(", ")),
            }
        }
        ComesBack::Protected => "by publishing these figures again".to_owned(),
        ComesBack::Unfinished => "nothing completed it: whoever needs it makes it anew".to_owned(),
        ComesBack::Unknown => "its record can't be read".to_owned(),
    }
}
