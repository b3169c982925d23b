//! A proof in a table: a line for what was looked at, and one for each thing that is wrong or could not be judged.

use serde_json::Value;

use super::Answer;
use crate::job::{Finding, Inspected, Part, Proof};

/// A line a check, and its findings below it.
pub(in crate::cli) fn proof(proof: &Proof) -> Answer {
    let rows = proof.checks.iter().flat_map(lines).collect();
    Answer::rows(["part", "good", "bytes", "what", "result"], rows)
}

fn lines(check: &Inspected) -> Vec<[Value; 5]> {
    let part = check.part.name();
    let line = |finding: &Finding, kind: &str| {
        let said = format!("{kind}{}", finding.said);
        [part.into(), Value::Null, Value::Null, finding.what.clone().into(), said.into()]
    };
    let bytes = check.bytes.map_or(Value::Null, Value::from);
    let mut lines = vec![[part.into(), check.good.into(), bytes, Value::Null, result(check).into()]];
    lines.extend(check.findings.iter().map(|finding| line(finding, "")));
    lines.extend(check.not_judged.iter().map(|open| line(open, "not judged: ")));
    lines
}

/// The check in words.
fn result(check: &Inspected) -> String {
    let good = match check.part {
        Part::Published | Part::Derived | Part::Staged | Part::Patterns | Part::Earlier => "as their records say",
        Part::Signature if check.good == 0 => "signed",
        Part::Signature => "signed by the publisher",
        Part::Protection if check.good == 0 => "none judged",
        Part::Protection => "hidden well enough",
        Part::Audits => "find what they found",
        Part::Rebuilt => "the same bytes again",
    };
    match (check.findings.len(), check.not_judged.len()) {
        (0, 0) => good.to_owned(),
        (0, open) => format!("{good}; {open} not judged"),
        (1, _) => "1 finding".to_owned(),
        (findings, _) => format!("{findings} findings"),
    }
}
