//! A job completes in the memory that its environment gives it, however many rows its registers have.

use crate::support::Project;

/// A year of a twelfth of the people has 3.8 million services. What holds them all, as a join does that builds its table
/// on them and not on the codes they are joined with, needs more than this; a model that lets them pass needs less.
#[test]
fn no_model_holds_all_services_in_memory() {
    let project = Project::of_years(2018, 2018);
    project.synth(&["--out", "thin", "--scale", "0.08", "--years", "2018-2018", "--seed", "5"]);
    project.edit("pipelines/environments/local.toml", |text| text.replace("memory_mib = 1024", "memory_mib = 140"));
    project.succeeds(&["run", "--extracts", "thin"]);
}
