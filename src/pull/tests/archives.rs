//! Plain, gzip, zstd and zip: the name says which, and a broken one is told.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::Trial;
use super::contract_text::text_column;

const TEXT: &str = "navn\nLægerne\n";

fn small() -> Trial {
    let contract = format!(
        "files = [\"reg.csv\"]\nsensitivity = \"open\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\n\
         [[table]]\nname = \"reg\"\n{}",
        text_column("navn")
    );
    Trial::new("reg", &contract)
}

fn gzip() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(TEXT.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zip(names: &[&str]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(TEXT.as_bytes()).unwrap();
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
        assert_eq!(small().extract(name, bytes).staged("reg"), ["Lægerne"], "{name}");
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
        ("reg.csv.gz", [gzip(), b"abc".to_vec()].concat(), "the extract can't be parsed as gzip"),
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
