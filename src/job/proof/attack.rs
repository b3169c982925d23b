//! What is hidden of a version, attacked again.

use super::inspected::{Finding, Inspected, Part, Proving};
use crate::publish::Attacking;

/// Findings that are listed of a kind.
const LISTED: usize = 20;

impl Proving<'_> {
    /// What an attack found, or which earlier version it needed; `None` of a version that hides nothing.
    pub(super) fn protection(&self, attacking: &Attacking) -> Option<Inspected> {
        let manifest = &self.version.manifest;
        let mut checked = Inspected::new(Part::Protection);
        match attacking {
            Attacking::Open => return None,
            Attacking::EarlierGone { path, what } => {
                return Some(Inspected { findings: vec![Finding::new(path, what)], ..Inspected::new(Part::Earlier) });
            }
            Attacking::NotJudged(why) => {
                let folder = self.version.commit.path(&manifest.dataset).to_string();
                checked.not_judged.push(Finding::new(folder, why));
            }
            Attacking::Attacked(attacked) => {
                checked.good = attacked.good;
                let given_away = "it tells of a few, and can be calculated from what is published";
                checked.findings.extend(listed(&attacked.given_away, given_away));
                checked.findings.extend(listed(&attacked.otherwise, "it is not as the protection leaves it"));
            }
        }
        Some(checked)
    }
}

/// The first of many, and how many more there are.
fn listed(all: &[String], said: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = all.iter().take(LISTED).map(|it| Finding::new(it, said)).collect();
    if all.len() > LISTED {
        findings.push(Finding::new("", format!("{} more: {said}", all.len() - LISTED)));
    }
    findings
}
