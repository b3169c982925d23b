//! Plain, gzip, zstd and zip: the name says which, and a broken one is told.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::text_column;
use crate::support::Told;
use crate::support::small::Small;

const TEXT: &str = "navn\nLægerne\n";

fn small() -> Small {
    let contract = format!(
        "files = [\"reg.csv\"]\nsensitivity = \"open\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\n\
         [[table]]\nname = \"reg\"\n{}",
        text_column("navn")
    );
    Small::new(&[("reg", &contract)])
}

fn gzip() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(TEXT.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zip(names: &[&str]) -> Vec<u8> {
    zip_of(names, TEXT)
}

fn zip_of(names: &[&str], text: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn every_compression_gives_the_same_rows() {
    let packed = [
        ("reg.csv", TEXT.as_bytes().to_vec()),
        ("reg.csv.gz", gzip()),
        ("reg.csv.zst", zstd::encode_all(TEXT.as_bytes(), 3).unwrap()),
        ("reg.csv.zip", zip(&["reg.csv", "__MACOSX/._reg.csv"])),
    ];
    for (name, bytes) in packed {
        assert_eq!(small().extract(name, bytes).staged("reg", "reg"), ["Lægerne"], "{name}");
    }
}

#[test]
fn what_can_not_be_unpacked_is_refused() {
    let cut = |mut bytes: Vec<u8>| {
        bytes.truncate(bytes.len() - 6);
        bytes
    };
    let cases = [
        ("reg.csv.gz", cut(gzip()), "the extract is cut off: the compressed data ends too early"),
        ("reg.csv.gz", TEXT.as_bytes().to_vec(), "the extract can't be parsed as gzip"),
        ("reg.csv.zst", cut(zstd::encode_all(TEXT.as_bytes(), 3).unwrap()), "the extract is cut off"),
        ("reg.csv.zst", TEXT.as_bytes().to_vec(), "the extract can't be parsed as zstd"),
        ("reg.csv.zip", cut(zip(&["reg.csv"])), "the extract can't be parsed as zip"),
        ("reg.csv.zip", zip(&["reg.csv", "more.csv"]), "the extract can't be parsed as zip"),
    ];
    for (name, bytes, message) in cases {
        let told = small().extract(name, bytes).refused();
        assert!(told.contains(message), "{name}: {told}");
    }
}

#[test]
fn the_same_file_packed_twice_is_ambiguous() {
    let small = small();
    small.extract("reg.csv", TEXT).extract("reg.csv.gz", gzip());
    let told = small.0.maaltal(&["pull"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    assert!(told.stderr.contains("two extracts of `reg` serve all years"), "{}", told.stderr);
}

#[test]
fn a_full_temporary_folder_is_not_told_as_a_bad_extract() {
    let small = small();
    // Large while it is unpacked, small before and as Parquet.
    let text = format!("navn\n{}", "Lægerne\n".repeat(100_000));
    small.extract("reg.csv.zip", zip_of(&["reg.csv"], &text));
    let pull = small.0.process(&["pull"]);
    let mut shell = std::process::Command::new("bash");
    // No file may grow beyond 256 KiB, and the signal that says so is ignored: the write fails, as on a full disk.
    shell.args(["-c", "trap '' XFSZ; ulimit -f 256; exec \"$0\" pull"]).arg(pull.get_program());
    shell.current_dir(small.0.path(""));
    shell.envs(pull.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let told = Told::from(shell.output().unwrap());
    assert_eq!(told.code, 7, "{}", told.stderr);
    assert!(told.stderr.contains("Check that the temporary folder (TMPDIR) has room."), "{}", told.stderr);
}
