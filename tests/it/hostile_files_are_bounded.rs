//! A file made to fill memory, the disk or the stack is refused or read, in bounded memory, and keeps no other back.

use std::io::{Cursor, Write};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::formats_are_read::{column, text_column};
use crate::support::python::python;
use crate::support::small::Small;
use crate::support::{Told, workbooks};

/// Bytes of a value that nobody has, and of one that is still too long.
const HUGE: usize = 100_000_000;
const LONG: usize = 20_000_000;

/// MiB of memory that a job may take whose environment lets queries have 256.
const MOST_MIB: u64 = 900;

fn gzip(pieces: usize, piece: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    (0..pieces).for_each(|_| encoder.write_all(piece).unwrap());
    encoder.finish().unwrap()
}

fn zipped(name: &str, pieces: usize, piece: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(name, SimpleFileOptions::default()).unwrap();
    (0..pieces).for_each(|_| archive.write_all(piece).unwrap());
    archive.finish().unwrap().into_inner()
}

/// A contract on one file of a format, with a text and a number.
fn contract(source: &str, file: &str, format: &str, element: &str) -> String {
    let format = match format {
        "csv" => "kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\nquote = '\"'",
        "jsonl" => "kind = \"jsonl\"",
        "xml" => "kind = \"xml\"\nencoding = \"utf-8\"\nroot = \"R\"",
        "fixed" => "kind = \"fixed\"\nencoding = \"utf-8\"\nline_width = 12\nrecord_type = \"1-2\"",
        other => panic!("{other}"),
    };
    let mut columns = text_column("nr") + &column("antal", "type = \"integer\"");
    if format.contains("fixed") {
        columns = columns.replace("raw = \"nr\"", "raw = \"nr\"\nat = \"3-7\"");
        columns = columns.replace("raw = \"antal\"", "raw = \"antal\"\nat = \"8-12\"");
    }
    format!(
        "files = [\"{file}\"]\nsensitivity = \"practice\"\n[format]\n{format}\n[[table]]\nname = \"{source}\"\n{element}{columns}"
    )
}

/// Files of text that are larger than they look, by the format of their contract and their ending.
fn texts() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let huge = vec![b'x'; HUGE];
    let of = |length: usize, before: &str, after: &str| [before.as_bytes(), &huge[..length], after.as_bytes()].concat();
    let around = |before: &str, after: &str| of(LONG, before, after);
    let nested = |open: &str, close: &str, times: usize| open.repeat(times) + &close.repeat(times);
    let entities: String =
        (1..20).map(|level| format!("<!ENTITY e{level} \"{}\">", format!("&e{};", level - 1).repeat(10))).collect();
    let document = |declared: &str, value: &str| {
        format!("<!DOCTYPE R [{declared}]><R><P nr=\"{value}\" antal=\"1\"/></R>").into_bytes()
    };
    vec![
        ("csv", "csv", around("nr;antal\n1;1\n", ";2\n3;3\n")),
        ("csv", "csv", of(HUGE, "nr;antal\n\"", "\";2\n3;3\n")),
        ("csv", "csv", ("nr;antal\n".to_owned() + &";".repeat(LONG)).into_bytes()),
        ("csv", "csv", around("", ";nr;antal\n1;1\n")),
        // A gigabyte of one letter, in a megabyte.
        ("csv", "csv.gz", gzip(1000, &huge[..1 << 20])),
        ("csv", "csv.zip", zipped("reg.csv", 300, &huge[..1 << 20])),
        ("csv", "csv.zst", zstd::encode_all(huge.as_slice(), 1).unwrap()),
        ("csv", "csv.gz", gzip(1, &gzip(100, &huge[..1 << 20]))),
        ("jsonl", "jsonl", of(HUGE, "{\"nr\": \"", "\", \"antal\": 1}\n")),
        ("jsonl", "jsonl", around("{\"nr\": \"1\", \"antal\": 1}\n{\"", "\": 1}\n")),
        ("jsonl", "jsonl", format!("{{\"nr\": {}, \"antal\": 1}}\n", nested("[", "]", 1_000_000)).into_bytes()),
        ("jsonl", "jsonl", format!("{{\"nr\": \"1\", \"antal\": {}}}\n", "9".repeat(3_000_000)).into_bytes()),
        ("xml", "xml", of(HUGE, "<R><P nr=\"", "\" antal=\"1\"/></R>")),
        ("xml", "xml", around("<R>", "<P nr=\"1\" antal=\"1\"/></R>")),
        ("xml", "xml", around("<R><!--", "--></R>")),
        ("xml", "xml", around("<R><", "/></R>")),
        ("xml", "xml", nested("<R>", "</R>", 1_000_000).into_bytes()),
        ("xml", "xml", document(&format!("<!ENTITY e0 \"haha\">{entities}"), "&e19;")),
        ("xml", "xml", document("<!ENTITY e SYSTEM \"file:///etc/passwd\">", "&e;")),
        ("xml", "xml", document("<!ENTITY e \"&e;\">", "&e;")),
        ("xml", "xml", format!("<R><P {} nr=\"1\" antal=\"1\"/></R>", "a=\"1\" ".repeat(500_000)).into_bytes()),
        ("fixed", "txt", around("1000001000012", "\r\n")),
    ]
}

/// Changes of a sheet that claims more than it has.
fn sheets() -> Vec<fn(String) -> String> {
    vec![
        |xml| replaced(&xml, "<dimension ref=\"[^\"]*\"/>", "<dimension ref=\"A1:XFD1048576\"/>"),
        |xml| replaced(&xml, "<dimension ref=\"[^\"]*\"/>", "<dimension ref=\"A1:XFD1000000000\"/>"),
        |xml| replaced(&xml, "<row r=\"7\"", "<row r=\"1000000000\""),
        |xml| replaced(&xml, "<row r=\"7\"", "<row r=\"4294967295\""),
        |xml| replaced(&xml, "r=\"B7\"", "r=\"B1000000000\""),
        |xml| replaced(&xml, "r=\"B7\"", "r=\"XFD1048576\""),
        |xml| replaced(&xml, "r=\"B7\"", &format!("r=\"{}7\"", "Z".repeat(1_000_000))),
        |xml| replaced(&xml, "<mergeCell ref=\"[^\"]*\"/>", "<mergeCell ref=\"A1:XFD1048576\"/>"),
        |xml| replaced(&xml, "<mergeCell ref=\"[^\"]*\"/>", &"<mergeCell ref=\"A4:XFD1048576\"/>".repeat(20_000)),
        |xml| replaced(&xml, "<v>1.75</v>", &format!("<v>{}</v>", "1".repeat(LONG))),
        |xml| replaced(&xml, "<sheetData>", &format!("<sheetData>{}", "<row>".repeat(300_000))),
        |xml| replaced(&xml, "<worksheet", "<!DOCTYPE w [<!ENTITY e \"&e;&e;\">]><worksheet"),
    ]
}

fn replaced(xml: &str, what: &str, with: &str) -> String {
    regex::Regex::new(what).unwrap().replacen(xml, 1, regex::NoExpand(with)).into_owned()
}

/// Runs the binary and tells how many MiB of memory it had at most.
fn measured(small: &Small, arguments: &[&str]) -> (Told, u64) {
    let job = small.0.process(arguments);
    let mut command = Command::new(python());
    let code = "
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
";
    let report = small.0.path("memory");
    command.args(["-c", code]).arg(&report).arg(job.get_program()).args(job.get_args()).current_dir(small.0.path(""));
    for (name, value) in job.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let told = Told::from(command.output().unwrap());
    let unit = if cfg!(target_os = "macos") { 1 << 20 } else { 1 << 10 };
    (told, std::fs::read_to_string(report).unwrap().parse::<u64>().unwrap() / unit)
}

#[test]
fn texts_without_an_end_are_refused_in_bounded_memory() {
    let mut sources = Vec::new();
    let mut files = Vec::new();
    for (number, (format, ending, bytes)) in texts().into_iter().enumerate() {
        let (source, file) = (format!("{format}_{number}"), format!("{number}.{ending}"));
        let element = match format {
            "xml" => "element = \"P\"\n",
            "fixed" => "element = \"10\"\n",
            _ => "",
        };
        let plain = file.trim_end_matches(".gz").trim_end_matches(".zip").trim_end_matches(".zst").to_owned();
        sources.push((source.clone(), contract(&source, &plain, format, element)));
        files.push((file, bytes));
    }
    sources.push(("good".to_owned(), contract("good", "good.csv", "csv", "")));
    files.push(("good.csv".to_owned(), b"nr;antal\n1;1\n".to_vec()));
    let all: Vec<(&str, &str)> =
        sources.iter().map(|(source, contract)| (source.as_str(), contract.as_str())).collect();
    let small = Small::new(&all);
    for (file, bytes) in files {
        small.extract(&file, bytes);
    }
    let (told, mib) = measured(&small, &["pull"]);
    assert_eq!(told.code, 5, "{}", told.stderr);
    assert!(!told.stderr.contains("panicked") && !told.stderr.contains("damaged"), "{}", told.stderr);
    assert!(mib < MOST_MIB, "{mib} MiB: {}", told.stderr);
    assert!(!small.0.files("data/staged/good").is_empty(), "{}", told.stderr);
    // Each has its account: what is refused says so, and the rest is read.
    let accounts = small.0.files("data").into_iter().filter(|file| file.ends_with("extract_quality.parquet")).count();
    assert_eq!(accounts, sources.len(), "{}", told.stderr);
    for external in ["root:", "haha", "/bin/"] {
        assert!(!told.stderr.contains(external), "{}", told.stderr);
        small.is_nowhere_in_the_store(external);
    }
}

#[test]
fn workbooks_that_claim_more_than_they_have_are_read_in_bounded_memory() {
    let contract = |file: &str| workbooks::contract().replace("plo.xlsx", file);
    let sheets = sheets();
    let names: Vec<(String, String)> = (0..sheets.len())
        .map(|number| {
            (
                format!("plo_{number}"),
                contract(&format!("{number}.xlsx"))
                    .replace("name = \"personale\"", &format!("name = \"personale_{number}\"")),
            )
        })
        .collect();
    let all: Vec<(&str, &str)> = names.iter().map(|(source, contract)| (source.as_str(), contract.as_str())).collect();
    let small = Small::new(&all);
    for (number, sheet) in sheets.iter().enumerate() {
        small.extract(&format!("{number}.xlsx"), workbooks::rewritten(workbooks::workbook(|_| ()), sheet));
    }
    let (told, mib) = measured(&small, &["pull"]);
    assert!([0, 5].contains(&told.code) && !told.stderr.contains("panicked"), "{}", told.stderr);
    assert!(mib < MOST_MIB, "{mib} MiB: {}", told.stderr);
    let accounts = small.0.files("data").into_iter().filter(|file| file.ends_with("extract_quality.parquet")).count();
    assert_eq!(accounts, sheets.len(), "{}", told.stderr);
}

#[test]
fn definitions_without_an_end_are_told() {
    let small = Small::practices("closed");
    let deep = |open: &str, close: &str| format!("x = {}1{}\n", open.repeat(200_000), close.repeat(200_000));
    let texts = [
        deep("[", "]"),
        deep("{ a = ", " }"),
        format!("{} = 1\n", ["a"; 200_000].join(".")),
        format!("[{}]\n", ["a"; 200_000].join(".")),
        format!("[[{}]]\n", ["a"; 200_000].join(".")),
        format!("x = \"{}\"\n", "\\\\".repeat(5_000_000)),
        format!("x = '''{}", "'".repeat(1_000_000)),
        format!("x = {}\n", "9".repeat(1_000_000)),
        "x".repeat(10_000_000),
        "[a]\n".repeat(200_000),
        format!("{}\n", "(".repeat(100_000)),
    ];
    for file in [
        "pipelines/small.toml",
        "pipelines/environments/local.toml",
        "pipelines/datasets/small.toml",
        "pipelines/sources/reg.toml",
    ] {
        let whole = std::fs::read_to_string(small.0.path(file)).unwrap();
        for (number, text) in texts.iter().enumerate() {
            // At the top, where it belongs to no table.
            small.write(file, format!("{text}\n{whole}"));
            let (told, mib) = measured(&small, &["check"]);
            let end = told.stderr.chars().take(300).collect::<String>();
            assert_eq!(told.code, 3, "{file} {number}: {end}");
            assert!(told.stderr.starts_with("error: ") && !told.stderr.contains("panicked"), "{file} {number}: {end}");
            assert!(mib < MOST_MIB, "{file} {number}: {mib} MiB");
        }
        small.write(file, whole);
    }
    for pattern in
        ["(".repeat(100_000), "(a{1000}){1000}".to_owned(), "a{4000000000}".to_owned(), "(a*)*".repeat(10_000)]
    {
        let contract = std::fs::read_to_string(small.0.path("pipelines/sources/reg.toml")).unwrap();
        small.write("pipelines/sources/reg.toml", format!("{contract}pattern = '{pattern}'\n"));
        let (told, mib) = measured(&small, &["check"]);
        assert!(
            [0, 3].contains(&told.code) && mib < MOST_MIB,
            "{} {mib}: {}",
            told.code,
            &told.stderr[..300.min(told.stderr.len())]
        );
        small.write("pipelines/sources/reg.toml", contract);
    }
}
