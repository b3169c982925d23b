//! Every store keeps the same promises: a local folder, memory and S3.

use std::sync::Arc;

use bytes::Bytes;
use maaltal::store::{
    Artefact, ArtefactDraft, ArtefactKey, AtRest, Commit, CommitOutcome, Created, EncryptionKey, KeyBuilder, Lying,
    Provenance, Store, TableWriter, VersionLog, VersionNumber, Zone,
};
use object_store::memory::InMemory;
use object_store::path::Path;

use crate::support::s3::S3;

fn local() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open("a folder/æøå", folder.path()).unwrap();
    (folder, store)
}

fn run(suite: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(suite);
}

#[test]
fn a_local_folder_conforms() {
    let (_folder, store) = local();
    run(conformance(store));
}

#[test]
fn memory_conforms() {
    run(conformance(Store::over("memory://", Arc::new(InMemory::new()), Path::default())));
}

#[test]
fn s3_conforms() {
    let s3 = S3::server();
    run(conformance(Store::over("s3://bucket", s3.client(&s3.bucket()), Path::default())));
}

#[test]
fn s3_below_a_prefix_conforms() {
    let s3 = S3::server();
    run(conformance(Store::over("s3://bucket/a/b", s3.client(&s3.bucket()), Path::from("a/b"))));
}

#[test]
fn a_store_whose_tables_are_encrypted_conforms() {
    let encrypted = || {
        let key = Arc::new(EncryptionKey::of_digits("1f".repeat(32).as_ref()).unwrap());
        AtRest::Encrypted { name: "KEY".to_owned(), key }
    };
    let (_folder, store) = local();
    run(conformance(store.with(encrypted())));
    run(conformance(Store::over("memory://", Arc::new(InMemory::new()), Path::default()).with(encrypted())));
    let s3 = S3::server();
    let store = Store::over("s3://bucket/a/b", s3.client(&s3.bucket()), Path::from("a/b"));
    run(conformance(store.with(encrypted())));
}

#[test]
fn a_writer_that_was_killed_leaves_nothing_to_list() {
    let (folder, store) = local();
    let left = folder.path().join("a folder/æøå/derived");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join(".staged-x1y2z3#0"), b"half").unwrap();
    run(async move { assert!(store.list(&Path::from("derived")).await.unwrap().is_empty()) });
}

async fn conformance(store: Store) {
    nothing_is_there_before(&store).await;
    create_creates_once(&store).await;
    put_replaces_whole(&store).await;
    lists_are_sorted_and_relative(&store).await;
    large_files_arrive_whole(&store).await;
    one_of_many_racing_creators_wins(&store).await;
    an_artefact_is_there_when_its_record_is(&store).await;
    artefacts_that_are_settled_together_are_there_together(&store).await;
    what_is_removed_is_gone_and_nothing_else(&store).await;
    versions_are_numbered_without_gaps(&store).await;
    the_loser_of_a_race_to_publish_finds_out(&store).await;
}

fn key(content: &str) -> ArtefactKey {
    KeyBuilder::new("test").field("content", content).finish()
}

async fn nothing_is_there_before(store: &Store) {
    assert_eq!(store.get(&Path::from("none/at/all")).await.unwrap(), None);
    assert!(store.list(&Path::from("none")).await.unwrap().is_empty());
}

async fn create_creates_once(store: &Store) {
    let path = Path::from("create/once");
    assert_eq!(store.create(&path, Bytes::from("first")).await.unwrap(), Created::Now);
    assert_eq!(store.create(&path, Bytes::from("second")).await.unwrap(), Created::Already);
    assert_eq!(store.get(&path).await.unwrap(), Some(Bytes::from("first")));
}

async fn put_replaces_whole(store: &Store) {
    let path = Path::from("put/twice");
    store.put(&path, Bytes::from("a long first content")).await.unwrap();
    store.put(&path, Bytes::from("short")).await.unwrap();
    assert_eq!(store.get(&path).await.unwrap(), Some(Bytes::from("short")));
}

async fn lists_are_sorted_and_relative(store: &Store) {
    for name in ["b", "a/z", "a/y"] {
        store.put(&Path::from(format!("list/{name}")), Bytes::new()).await.unwrap();
    }
    let found = store.list(&Path::from("list")).await.unwrap();
    assert_eq!(found, ["list/a/y", "list/a/z", "list/b"].map(Path::from));
}

async fn large_files_arrive_whole(store: &Store) {
    let content: Vec<u8> = (0..20_000_003u32).map(|place| (place % 251) as u8).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &content).unwrap();
    let path = Path::from("large/file");
    store.put_file(&path, file.path()).await.unwrap();
    assert!(store.get(&path).await.unwrap().is_some_and(|bytes| bytes == content));
}

async fn one_of_many_racing_creators_wins(store: &Store) {
    for round in 0..5 {
        let path = Path::from(format!("race/{round}"));
        let racers = (0..10).map(|racer| {
            let (store, path) = (store.clone(), path.clone());
            tokio::spawn(async move { (racer, store.create(&path, Bytes::from(racer.to_string())).await.unwrap()) })
        });
        let mut winners = Vec::new();
        for racer in racers.collect::<Vec<_>>() {
            let (racer, created) = racer.await.unwrap();
            winners.extend((created == Created::Now).then_some(racer));
        }
        assert_eq!(winners.len(), 1, "round {round}");
        assert_eq!(store.get(&path).await.unwrap(), Some(Bytes::from(winners[0].to_string())));
    }
}

async fn an_artefact_is_there_when_its_record_is(store: &Store) {
    let schema = arrow::datatypes::Schema::new(vec![arrow::datatypes::Field::new(
        "x",
        arrow::datatypes::DataType::Int64,
        false,
    )]);
    let table = TableWriter::new(schema.into(), &Default::default()).unwrap().finish().unwrap();
    let artefact = Artefact { zone: Zone::Derived, name: "model".to_owned(), key: key("artefact") };
    let mut draft = ArtefactDraft::new(store, artefact.clone());
    draft.add("model", &table).await.unwrap();
    assert_eq!(store.artefact(&artefact).await.unwrap(), None, "a draft is no artefact");
    let provenance = Provenance::Candidate { tables: Default::default() };
    let record = draft.complete(provenance.clone()).await.unwrap();
    assert_eq!(store.artefact(&artefact).await.unwrap(), Some(record.clone()));
    assert_eq!(record.tables["model"], *table.entry());
    // Another run of the same is content with what is there.
    let again = ArtefactDraft::new(store, artefact).complete(provenance).await;
    assert!(again.is_ok());
}

async fn artefacts_that_are_settled_together_are_there_together(store: &Store) {
    let field = arrow::datatypes::Field::new("x", arrow::datatypes::DataType::Int64, false);
    let schema = Arc::new(arrow::datatypes::Schema::new(vec![field]));
    let artefact = |number: usize| {
        let name = format!("together_{number}");
        Artefact { zone: Zone::Derived, name, key: key("together") }
    };
    let mut finished = Vec::new();
    for artefact in (0..3).map(artefact) {
        let mut draft = ArtefactDraft::new(store, artefact.clone());
        let entry =
            draft.keep(&artefact.name, draft.writer(&artefact.name, Arc::clone(&schema)).unwrap()).await.unwrap();
        finished.push(draft.finish(Provenance::Candidate { tables: Default::default() }));
        assert_eq!(store.stored(&artefact, &artefact.name).await.unwrap().entry, entry, "who wrote it can read it");
        assert_eq!(store.artefact(&artefact).await.unwrap(), None, "nobody else has word of it");
    }
    let all: Vec<Artefact> = (0..4).map(artefact).collect();
    assert!(store.complete(all.clone()).await.unwrap().is_empty());
    store.settle(finished).await.unwrap();
    assert_eq!(store.complete(all.clone()).await.unwrap(), all[..3].iter().cloned().collect());
    for artefact in &all[..3] {
        let record = store.whole(artefact).await.unwrap().unwrap();
        assert_eq!(
            store.get(&artefact.table_path(&artefact.name)).await.unwrap().map(|bytes| bytes.len() as u64),
            Some(record.tables[&artefact.name].bytes)
        );
    }
}

async fn what_is_removed_is_gone_and_nothing_else(store: &Store) {
    let name = |it: &Artefact| it.name.clone();
    let of_here = |it: &Lying| it.artefact.as_ref().is_some_and(|artefact| artefact.name.starts_with("together"));
    let lying: Vec<Lying> = store.lying(Zone::Derived).await.unwrap().into_iter().filter(of_here).collect();
    assert_eq!(
        lying.iter().filter_map(|it| it.artefact.as_ref().map(name)).collect::<Vec<_>>(),
        ["together_0", "together_1", "together_2"]
    );
    assert!(lying.iter().all(|it| it.has_record() && it.files.len() == 2 && it.bytes() > 0));
    let [first, second, _] = <[Lying; 3]>::try_from(lying).unwrap();
    let artefact = |lying: &Lying| lying.artefact.clone().unwrap();
    // Somebody writes there meanwhile.
    let path = artefact(&second).path().join("more.parquet");
    store.put(&path, Bytes::from("more")).await.unwrap();
    let removed = store.remove(vec![first.clone(), second.clone()]).await.unwrap();
    assert_eq!(removed, std::slice::from_ref(&first));
    let left = store.lying(Zone::Derived).await.unwrap();
    assert_eq!(left.iter().filter(|it| of_here(it)).count(), 2);
    assert!(store.artefact(&artefact(&first)).await.unwrap().is_none());
    assert!(store.list(&artefact(&first).path()).await.unwrap().is_empty());
    assert!(store.whole(&artefact(&second)).await.unwrap().is_some());
    // What is gone can go once more.
    assert_eq!(store.remove(vec![first]).await.unwrap(), []);
}

fn commit(version: VersionNumber, content: &str) -> Commit {
    let key = key(content);
    let folder = format!("v{version}-{}", key.short());
    Commit {
        version,
        key,
        folder,
        manifest_sha256: None,
        changes: Vec::new(),
        restores: None,
        signature: None,
        committed_at: content.to_owned(),
    }
}

async fn versions_are_numbered_without_gaps(store: &Store) {
    let log = VersionLog::new(store, "numbered");
    assert_eq!(log.latest().await.unwrap(), None);
    let mut version = VersionNumber::FIRST;
    for content in ["a", "b", "c"] {
        assert_eq!(log.publish(&commit(version, content)).await.unwrap(), CommitOutcome::Published);
        assert_eq!(log.latest().await.unwrap(), Some(commit(version, content)));
        version = version.next().unwrap();
    }
    let numbers: Vec<String> = log.numbers().await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(numbers, ["1", "2", "3"]);
}

async fn the_loser_of_a_race_to_publish_finds_out(store: &Store) {
    let log = VersionLog::new(store, "raced");
    let first = commit(VersionNumber::FIRST, "a");
    assert_eq!(log.publish(&first).await.unwrap(), CommitOutcome::Published);
    assert_eq!(log.publish(&first).await.unwrap(), CommitOutcome::Published, "asked twice, it is still one's own");
    let later = Commit { committed_at: "later".to_owned(), ..first.clone() };
    assert_eq!(log.publish(&later).await.unwrap(), CommitOutcome::SameAlready(first.clone()));
    let other = commit(VersionNumber::FIRST, "b");
    assert_eq!(log.publish(&other).await.unwrap(), CommitOutcome::Lost(first));
}
