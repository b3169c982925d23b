//! Who published a version: whether its record is signed, under a key that the reader trusts.

use super::inspected::{Finding, Inspected, Part};
use crate::publish::PublishedVersion;
use crate::store::{PublicKey, Store, VersionLog};

/// Checks the signature. Without a `key` only whether it is one at all: whose it is nobody can tell. `None` where there is neither
/// a signature nor a key.
pub(super) fn check(store: &Store, version: &PublishedVersion, key: Option<PublicKey>) -> Option<Inspected> {
    let (commit, dataset) = (&version.commit, &version.manifest.dataset);
    let mut checked = Inspected::new(Part::Signature);
    let says =
        |said: String| Finding::new(VersionLog::new(store, dataset).commit_path(commit.version).to_string(), said);
    match (&commit.signature, key) {
        (None, None) => return None,
        (None, Some(_)) => checked.findings.push(says("it is not signed".to_owned())),
        (Some(_), _) if !commit.fits_its_signature(dataset) => {
            checked.findings.push(says("its signature is not one of this dataset, version and manifest".to_owned()));
        }
        (Some(signature), Some(key)) if signature.public_key != key => {
            checked.findings.push(says(format!("it is signed under another key, {}", signature.public_key)));
        }
        (Some(_), Some(_)) => checked.good += 1,
        (Some(signature), None) => checked.not_judged.push(says(format!(
            "it is signed under the key {}; give `--key` with the publisher's to know whether that is theirs",
            signature.public_key
        ))),
    }
    Some(checked)
}
