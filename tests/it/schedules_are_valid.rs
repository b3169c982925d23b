//! What `schedule` prints is what cron and Kubernetes take.

use crate::support::Project;
use crate::support::python::script;

#[test]
fn a_crontab_line_names_time_zone_pipeline_and_environment() {
    let project = Project::with_years(2018, 2018);
    let told = project.succeeds(&["schedule", "--as", "cron", "--env", "prod"]);
    let lines: Vec<&str> = told.stdout.lines().collect();
    assert_eq!(lines[0], "# Mål for almen praksis");
    assert_eq!(lines[1], "CRON_TZ=Europe/Copenhagen");
    assert!(lines[2].starts_with("30 5 * * 1-5 maaltal run almen_praksis --project '/"), "{}", lines[2]);
    assert!(lines[2].ends_with("--env prod --log json"), "{}", lines[2]);
}

#[test]
fn a_cron_job_fits_the_kubernetes_schema_and_does_not_retry_what_can_not_succeed() {
    let project = Project::with_years(2018, 2018);
    let told = project.succeeds(&["schedule", "--as", "kubernetes", "--env", "prod", "--image", "registry/maaltal:1"]);
    let code = "
import json, sys, yaml, kubernetes_validate
job = yaml.safe_load(sys.argv[1])
kubernetes_validate.validate(job, '1.31', strict=True)
spec = job['spec']
pod = spec['jobTemplate']['spec']['template']['spec']
container = pod['containers'][0]
print(json.dumps([
    spec['timeZone'], spec['concurrencyPolicy'], container['image'],
    spec['jobTemplate']['spec']['podFailurePolicy']['rules'][0]['onExitCodes']['values'],
    container['securityContext']['readOnlyRootFilesystem'], pod['restartPolicy'],
    sorted(container['resources']),
]))
try:
    job['spec']['jobTemplate']['spec']['backofLimit'] = 1
    kubernetes_validate.validate(job, '1.31', strict=True)
    sys.exit('a wrong manifest passes')
except kubernetes_validate.ValidationError:
    pass
";
    let found = script(code, &[&told.stdout]);
    let expected =
        r#"["Europe/Copenhagen", "Forbid", "registry/maaltal:1", [2, 3, 5, 6], true, "Never", ["limits", "requests"]]"#;
    assert_eq!(found.trim(), expected);
}
