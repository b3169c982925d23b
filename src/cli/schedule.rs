//! `schedule`: the pipelines' own schedules, for cron or for Kubernetes.

use std::fmt::Write;

use clap::ValueEnum;
use serde_json::Value;

use super::view::Answer;
use crate::definition::Pipeline;
use crate::job::Context;
use crate::problem::Exit;

/// Who runs the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Target {
    /// Lines of a crontab.
    Cron,
    /// CronJob manifests.
    Kubernetes,
}

/// Exit codes that the same input gives again: a second try would change nothing.
const FINAL: [Exit; 4] = [Exit::Usage, Exit::Definition, Exit::Contract, Exit::Audit];

pub(super) fn schedule(context: &Context, env: &str, target: Target, image: &str) -> Answer {
    let mut text = String::new();
    for pipeline in context.project.pipelines.values() {
        let one = match target {
            Target::Cron => crontab(pipeline, context, env),
            Target::Kubernetes => cron_job(pipeline, context, env, image),
        };
        if target == Target::Kubernetes && !text.is_empty() {
            text.push_str("---\n");
        }
        text.push_str(&one);
    }
    Answer::Text(text)
}

fn crontab(pipeline: &Pipeline, context: &Context, env: &str) -> String {
    let folder = std::path::absolute(&context.project.root).unwrap_or_else(|_| context.project.root.clone());
    // A percent sign ends a crontab command, and a quote ends a quoted folder.
    let folder = folder.to_string_lossy().replace('\'', r"'\''").replace('%', r"\%");
    let mut text = String::new();
    let _ = writeln!(text, "# {}", pipeline.title.da);
    let _ = writeln!(text, "CRON_TZ={}", pipeline.schedule.time_zone);
    let _ = writeln!(
        text,
        "{} maaltal run {} --project '{folder}' --env {} --log json",
        pipeline.schedule.cron, pipeline.name, env
    );
    text
}

fn cron_job(pipeline: &Pipeline, context: &Context, env: &str, image: &str) -> String {
    let name = format!("maaltal-{}", pipeline.name.replace('_', "-"));
    let environment = &context.project.environment;
    let memory = environment.resources.memory_mib;
    let keys = [Some(&environment.pseudonym_key), environment.encryption_key.as_ref()];
    let keys = keys.into_iter().flatten().map(|key| key.env.as_str()).collect::<Vec<_>>().join(" and ");
    let finals = FINAL.map(|exit| exit.code().to_string()).join(", ");
    format!(
        r#"apiVersion: batch/v1
kind: CronJob
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: maaltal
    app.kubernetes.io/component: {pipeline}
spec:
  schedule: "{cron}"
  timeZone: "{time_zone}"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 2
      podFailurePolicy:
        rules:
          # The same input gives these exit codes again.
          - action: FailJob
            onExitCodes:
              containerName: maaltal
              operator: In
              values: [{finals}]
          # A node that went away is no failure of the run.
          - action: Ignore
            onPodConditions:
              - type: DisruptionTarget
                status: "True"
      template:
        metadata:
          labels:
            app.kubernetes.io/name: maaltal
            app.kubernetes.io/component: {pipeline}
        spec:
          restartPolicy: Never
          automountServiceAccountToken: false
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            fsGroup: 10001
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: maaltal
              image: {image}
              args: ["run", "{pipeline}", "--env", {env}, "--log", "json"]
              envFrom:
                # AWS_* and {keys}.
                - secretRef:
                    name: maaltal
              resources:
                requests:
                  cpu: "1"
                  memory: {request}Mi
                limits:
                  memory: {limit}Mi
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities:
                  drop: ["ALL"]
              volumeMounts:
                - name: tmp
                  mountPath: /tmp
          volumes:
            - name: tmp
              emptyDir: {{}}
"#,
        pipeline = pipeline.name,
        cron = pipeline.schedule.cron,
        time_zone = pipeline.schedule.time_zone,
        // A JSON string is one of YAML, whatever is in it.
        env = Value::from(env),
        image = Value::from(image),
        // Beyond the query engine's share: decoding, Parquet writers and the runtime.
        request = memory + memory / 2,
        limit = memory * 2,
    )
}
