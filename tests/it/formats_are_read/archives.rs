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

fn zip_of(text: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("reg.csv", SimpleFileOptions::default()).unwrap();
    archive.write_all(text.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
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
    small.extract("reg.csv.zip", zip_of(&text));
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
