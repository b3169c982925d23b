//! The audits of a version once more, over its tables as they lie there.

use super::inspected::{Finding, Inspected, Part, Proving};
use crate::job::JobError;
use crate::publish::Attacking;

impl Proving<'_> {
    /// The audits once more. One of severity `warn` has to find what it found then.
    pub(super) async fn audits(&self, attacking: &Attacking) -> Result<Inspected, JobError> {
        let (judged, not_judged) = self.version.judge(self.store, &self.engine, attacking).await?;
        let mut checked = Inspected::new(Part::Audits);
        for audit in judged {
            if audit.agrees() {
                checked.good += 1;
            } else {
                let rows = if audit.offences == 1 { "row" } else { "rows" };
                let said =
                    format!("{} {rows}, and {} when it was published: {}", audit.offences, audit.then, audit.first());
                checked.findings.push(Finding::new(&audit.audit, said.trim_end_matches(": ")));
            }
        }
        checked.not_judged = not_judged.into_iter().map(|it| Finding::new(it.audit, it.why)).collect();
        Ok(checked)
    }
}
