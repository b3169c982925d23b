//! What the synthetic country is steered to comes out for any seed.

use serde_json::json;

use crate::support::Project;

#[test]
fn another_seed_gives_the_published_figures_too() {
    let project = Project::of_years(2018, 2018);
    project.synth(&["--out", "other", "--seed", "4711", "--years", "2018-2018"]);
    project.succeeds(&["run", "--extracts", "other"]);
    let verdicts = project
        .sql("SELECT verdict, COUNT(*) AS n FROM reconciliation WHERE year = 2018 GROUP BY verdict ORDER BY verdict");
    // The three are "over 65" where the plan has 65 and over, too.
    let expected = [
        json!({"verdict": "agrees", "n": 36}),
        json!({"verdict": "differs", "n": 3}),
        json!({"verdict": "not_derivable", "n": 14}),
    ];
    assert_eq!(verdicts, expected);
}
