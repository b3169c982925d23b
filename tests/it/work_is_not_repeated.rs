//! What is known is not found out again: an extract that did not change is not read, a table that was just derived is not
//! opened, and a job with nothing new reads no table.

use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::stream::BoxStream;
use maaltal::definition::Project;
use maaltal::job::{Context, Demand, Stages, run};
use maaltal::observe::{Cancel, Observers};
use maaltal::store::Store;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, Result,
};

use crate::support::repository;
use crate::support::small::Small;

/// An object store that keeps account of what is read of it.
#[derive(Debug, Default)]
struct Watched {
    objects: InMemory,
    read: Mutex<Vec<String>>,
}

impl Watched {
    /// The files that were read since this was last asked.
    fn read(&self) -> Vec<String> {
        std::mem::take(&mut self.read.lock().unwrap())
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched")
    }
}

#[async_trait]
impl ObjectStore for Watched {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.objects.put_opts(path, payload, options).await
    }

    async fn put_multipart_opts(&self, path: &Path, options: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.objects.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        if !options.head {
            self.read.lock().unwrap().push(path.to_string());
        }
        self.objects.get_opts(path, options).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.objects.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.objects.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.objects.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.objects.copy_opts(from, to, options).await
    }
}

/// Runs the project's job over a store in memory, as a process of its own would.
fn job(small: &Small, objects: &Arc<Watched>) {
    let context = Context {
        project: Project::read(&small.0.path(""), "local").unwrap(),
        store: Store::over("memory:///", Arc::clone(objects) as Arc<dyn ObjectStore>, Path::default()),
        observers: Observers::default(),
        cancel: Cancel::default(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(&context, context.pipeline(None).unwrap(), Stages::ALL, Demand::WhatIsThere)).unwrap();
}

fn tables(read: Vec<String>) -> Vec<String> {
    read.into_iter().filter(|path| path.ends_with(".parquet")).collect()
}

#[test]
fn a_step_that_reads_what_was_just_derived_opens_no_file() {
    let small = Small::practices("closed");
    small.write("sql/small/all.sql", "-- One row is a practice.\nSELECT nr FROM open UNION ALL SELECT nr FROM closed");
    small.write("sql/small/counted.sql", "-- One row is the year.\nSELECT $year AS year, COUNT(*) AS n FROM open");
    let objects = Arc::new(Watched::default());
    job(&small, &objects);
    let read = tables(objects.read());
    assert!(read.iter().all(|path| path.starts_with("staged/")), "{read:?}");
    assert!(!read.is_empty(), "what was staged is held to its record");
}

#[test]
fn a_job_with_nothing_new_reads_no_table() {
    let small = Small::practices("closed");
    let objects = Arc::new(Watched::default());
    job(&small, &objects);
    objects.read();
    job(&small, &objects);
    let read = objects.read();
    assert!(read.iter().any(|path| path.ends_with("_artefact.json")), "records are read");
    assert_eq!(tables(read), [""; 0]);
}

#[test]
fn a_small_file_that_many_steps_read_is_opened_once_and_held_to_its_record_once() {
    let small = Small::practices("closed");
    for number in 0..5 {
        small.write(
            &format!("sql/small/count_{number}.sql"),
            format!("-- One row is a number.\nSELECT COUNT(*) + {number} AS n FROM reg"),
        );
    }
    let objects = Arc::new(Watched::default());
    job(&small, &objects);
    let opened = tables(objects.read()).into_iter().filter(|path| path.ends_with("/reg.parquet")).count();
    // Steps that start together may each open it.
    let cores = std::thread::available_parallelism().unwrap().get();
    assert!(opened <= 2 * cores, "it was read {opened} times");
}

#[test]
fn an_extract_that_did_not_change_is_not_read_again() {
    // The repository's own extracts: one that was just written is read again, since it may yet change unnoticed.
    let small = Small::with_own_contract("autorisation", 2018, 2018);
    let extracts = repository().join("testdata");
    small.0.edit("pipelines/environments/local.toml", |toml| {
        toml.replace("\"extracts\"", &format!("\"{}\"", extracts.display()))
    });
    let digested = || {
        let mut command = small.0.process(&["pull"]);
        let output = command.env("MAALTAL_LOG", "maaltal=debug").output().unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{log}");
        log.lines().filter(|line| line.contains("digested") && line.contains("autorisation/")).count()
    };
    assert_eq!([digested(), digested()], [1, 0]);
    // A memory that is lost costs the reading, and nothing else.
    std::fs::remove_file(small.0.path("data/remembered/digests.json")).unwrap();
    assert_eq!([digested(), digested()], [1, 0]);
}
