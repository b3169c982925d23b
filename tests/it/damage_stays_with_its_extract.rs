//! A damaged or hostile extract is told as such: it ends no other, no process, and lets nothing out.

use std::fs::File;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::formats_are_read::{column, sas};
use crate::support::small::{NOBODY, Small};
use crate::support::{Project, Told, cases, parquet_files, workbooks};

/// Mutants of each base at once. `MAALTAL_CASES` tries that many of each, one lot after the other.
const MUTANTS: u64 = 24;

const NAME: &str = "Signe Ravnkilde";

/// An extract of each format with persons in it, and its contract, whose file is to be named.
fn bases() -> Vec<(&'static str, &'static str, String, Vec<u8>)> {
    let person = |format: &str, element: &str| {
        format!(
            "files = [\"FILE\"]\nsensitivity = \"person\"\n[format]\n{format}\n[[table]]\nname = \"reg\"\n{element}{}{}[[table.column]]\n\
             raw = \"navn\"\nsensitivity = \"direct\"\n",
            column("cpr", "type = \"cpr\"").replace("name = \"cpr\"", "name = \"person_id\""),
            // A name in free text is the contract's to keep out.
            column("kommune", "type = \"text\"\npattern = \"[0-9]{3}\""),
        )
    };
    let csv: String = (0..20).map(|row| format!("{NOBODY};1{row:02};{NAME}\n")).collect();
    let json = format!("{{\"cpr\": \"{NOBODY}\", \"kommune\": \"101\", \"navn\": \"{NAME}\"}}\n").repeat(20);
    let xml = format!("<P cpr=\"{NOBODY}\" kommune=\"101\" navn=\"{NAME}\"/>\n").repeat(20);
    let named = |contract: String, name: &str| contract.replace(&format!("\"{name}\""), "\"FILE\"");
    let fixed = "kind = \"fixed\"\nencoding = \"utf-8\"\nline_width = 35\nrecord_type = \"1-2\"\n\
                 start = { type = \"00\", extract_date = \"3-10\" }\nend = { type = \"99\", count = \"3-10\" }\n\
                 dates = \"yyyyMMdd\"";
    let positions = [("cpr", "3-12"), ("kommune", "13-15"), ("navn", "16-35")];
    let fixed = positions.iter().fold(person(fixed, "element = \"10\"\n"), |toml, (name, at)| {
        toml.replace(&format!("raw = \"{name}\""), &format!("raw = \"{name}\"\nat = \"{at}\""))
    });
    let lines = format!("10{NOBODY}101{NAME:<20}\r\n").repeat(20);
    let lines = format!("0020180131{:25}\r\n{lines}9900000020{:25}\r\n", "", "");
    let population = named(sas::population(), "bef{year}12.sas7bdat");
    let population = population.replace("every = \"year\"\nserves = \"following-year\"\n", "");
    vec![
        (
            "csv",
            "csv",
            person("kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\ntrailer = \"SLUT\"", ""),
            format!("cpr;kommune;navn\n{csv}SLUT;20\n").into_bytes(),
        ),
        ("jsonl", "jsonl", person("kind = \"jsonl\"", ""), json.into_bytes()),
        (
            "xml",
            "xml",
            person("kind = \"xml\"\nencoding = \"utf-8\"\nroot = \"R\"", "element = \"P\"\n"),
            format!("<R>{xml}</R>").into_bytes(),
        ),
        ("fixed", "txt", fixed, lines.into_bytes()),
        ("sas", "sas7bdat", population, sas::fixture("bef201712.sas7bdat")),
        (
            "parquet",
            "parquet",
            named(parquet_files::contract(), "reg.parquet"),
            parquet_files::file(&parquet_files::columns()),
        ),
        ("excel", "xlsx", named(workbooks::contract(), "plo.xlsx"), workbooks::workbook(|_| ())),
    ]
}

/// The bytes with some of them changed, left out, doubled, or put there.
fn mutant(bytes: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut below = |limit: usize| usize::try_from(random.next_u64() % limit.max(1) as u64).unwrap();
    for _ in 0..=below(3) {
        let at = below(bytes.len());
        let end = (at + 1 + below(40)).min(bytes.len());
        match below(7) {
            0 => bytes[at] ^= 1 << below(8),
            1 => bytes[at..end].fill(0xFF),
            2 => bytes[at..end].fill(0),
            3 => drop(bytes.drain(at..end)),
            4 => drop(bytes.splice(at..at, bytes[at..end].to_vec().repeat(1 + below(50)))),
            5 => bytes.truncate(at.max(1)),
            _ => drop(bytes.splice(at..at, format!("{NOBODY} {NAME}").into_bytes())),
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
    bytes
}

/// Pieces that texts of a format are made of, and what stands between a person's.
fn pieces(format: &str) -> &'static [&'static str] {
    match format {
        "csv" => &[
            "cpr", "kommune", "navn", ";", ";", "\n", "\r\n", "\r", "\"", "SLUT;", "20", "101", "\0", "\u{feff}", "æ",
            "\u{1a}",
        ],
        "jsonl" => &[
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"cpr\"",
            "\"kommune\"",
            "\"",
            "\\",
            "\\u0000",
            "\\ud800",
            "1e400",
            "null",
            "\n",
            "101",
        ],
        "xml" => &[
            "<R>",
            "</R>",
            "<P",
            "/>",
            ">",
            "<",
            " cpr=",
            " kommune=",
            "\"",
            "'",
            "&amp;",
            "&x;",
            "&#0;",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?xml version='1.0'?>",
            "101",
            "\n",
        ],
        _ => &[
            "00",
            "10",
            "99",
            "20180131",
            "00000020",
            "101",
            " ",
            "          ",
            "\r\n",
            "\n",
            "\0",
            "æ",
            "\u{1a}",
            "\t",
        ],
    }
}

/// A text of pieces of a format in any order, with persons between.
fn soup(format: &str, random: &mut ChaCha8Rng) -> Vec<u8> {
    let pieces = pieces(format);
    let mut below = |limit: usize| usize::try_from(random.next_u64() % limit as u64).unwrap();
    let length = 1 + below(200);
    let piece = |_| match below(8) {
        0 => NOBODY,
        1 => NAME,
        _ => pieces[below(pieces.len())],
    };
    (0..length).map(piece).collect::<String>().into_bytes()
}

#[test]
fn mutants_of_every_format_are_read_or_refused_and_nothing_else() {
    for lot in 0..cases().unwrap_or(MUTANTS).div_ceil(MUTANTS) {
        mutants_are_read_or_refused(lot);
    }
}

fn mutants_are_read_or_refused(lot: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(11 + lot);
    let mut contracts = Vec::new();
    let mut files = Vec::new();
    for (format, end, contract, base) in bases() {
        for at in 0..MUTANTS {
            let (source, file) = (format!("{format}_{at}"), format!("{format}_{at}.{end}"));
            let tables = contract
                .replace("FILE", &file)
                .replace("[[table]]\nname = \"", &format!("[[table]]\nname = \"{source}_"));
            contracts.push((source, tables));
            // What is packed is also changed inside, where its check sum would tell at once.
            let bytes = match format {
                "excel" if at % 2 == 0 => workbooks::rewritten(base.clone(), |xml| {
                    let changed = mutant(xml.as_bytes(), &mut ChaCha8Rng::seed_from_u64(lot * MUTANTS + at));
                    String::from_utf8_lossy(&changed).into_owned()
                }),
                "csv" | "jsonl" | "xml" | "fixed" if at % 3 == 0 => soup(format, &mut random),
                _ => mutant(&base, &mut random),
            };
            files.push((file, bytes));
        }
    }
    let sources: Vec<(&str, &str)> =
        contracts.iter().map(|(source, contract)| (source.as_str(), contract.as_str())).collect();
    let small = Small::new(&sources);
    for (file, bytes) in &files {
        small.extract(file, bytes);
    }
    // In an address space that a reader which believes a header would soon leave.
    let pull = small.0.process(&["pull"]);
    let mut bounded = std::process::Command::new("sh");
    bounded.args(["-c", "ulimit -v 6000000; exec \"$@\"", "sh"]).arg(pull.get_program()).args(pull.get_args());
    bounded.current_dir(small.0.path(""));
    bounded
        .env("MAALTAL_LOG", "warn,maaltal=debug")
        .envs(pull.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let told = Told::from(bounded.output().unwrap());
    assert!([0, 5].contains(&told.code), "lot {lot}: {}: {}", told.code, told.stderr);
    // Readers of formats of others may give up; our own have an answer to everything.
    let panicked = told.stderr.lines().find(|line| line.contains("panicked") && line.contains("src/pull"));
    assert_eq!(panicked, None, "lot {lot}");
    for secret in [NOBODY, "Signe", "Ravnkilde"] {
        assert!(!told.stderr.contains(secret) && !told.stdout.contains(secret), "{secret} is told: {}", told.stderr);
        small.is_nowhere_in_the_store(secret);
    }
    let accounts = small.0.files("data").into_iter().filter(|file| file.ends_with("extract_quality.parquet"));
    let accounts: Vec<_> = accounts.collect();
    assert_eq!(accounts.len(), files.len(), "every extract has its account");
    for account in accounts {
        let file = File::open(small.0.path("data").join(&account)).unwrap();
        let mut balance = 0;
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
            let batch = batch.unwrap();
            let measures = batch.column_by_name("measure").unwrap().as_string::<i32>();
            let rows = batch.column_by_name("row_count").unwrap().as_primitive::<Int64Type>();
            for (measure, rows) in measures.iter().zip(rows.values()) {
                balance += match measure.unwrap() {
                    "read" => *rows,
                    "accepted" | "rejected" | "control" => -rows,
                    _ => 0,
                };
            }
        }
        assert_eq!(balance, 0, "{}", account.display());
    }
}

#[test]
fn an_extract_whose_reader_gives_up_keeps_none_of_the_others_back() {
    let contract = |file: &str| parquet_files::contract().replace("reg.parquet", file);
    let mut damaged = 0;
    for at in 0..64 {
        let small = Small::new(&[
            ("bad", &contract("bad.parquet")),
            ("good", &contract("good.parquet").replace("name = \"reg\"", "name = \"good\"")),
        ]);
        let good = parquet_files::file(&parquet_files::columns());
        let mut bad = good.clone();
        let place = 4 + at * (bad.len() - 12) / 64;
        bad[place..place + 4].fill(0xFF);
        small.extract("good.parquet", good).extract("bad.parquet", bad);
        let told = small.0.maaltal(&["pull"]);
        assert!([0, 5].contains(&told.code), "{}: {}", told.code, told.stderr);
        assert!(!small.0.files("data/staged/good").is_empty(), "{}", told.stderr);
        damaged += usize::from(told.code == 5);
    }
    assert!(damaged > 20, "{damaged}");
}

#[test]
fn a_process_that_is_stopped_says_so_and_leaves_no_file() {
    let project = Project::with_years(2018, 2018);
    std::fs::create_dir(project.path("tmp")).unwrap();
    let files = || std::fs::read_dir(project.path("tmp")).unwrap().count();
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let mut job = project.process(&["run"]);
        let mut job = job.env("TMPDIR", project.path("tmp")).spawn().unwrap();
        while files() == 0 && job.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let kill = std::process::Command::new("kill").args([&format!("-{signal}"), &job.id().to_string()]).status();
        assert!(kill.unwrap().success());
        assert_eq!(job.wait().unwrap().code(), Some(code));
        assert_eq!(files(), 0);
    }
}

/// A project whose definitions are about as long as they need to be.
fn described() -> Small {
    let small = Small::new(&[(
        "reg",
        &format!(
            "files = [\"reg_{{year}}.csv\"]\nsensitivity = \"practice\"\nevery = \"year\"\n[format]\nkind = \"csv\"\n\
             encoding = \"utf-8\"\ndelimiter = \";\"\ntrailer = \"SLUT\"\n[[table]]\nname = \"reg\"\nkey = [\"nr\"]\n{}{}",
            column("nr", "type = \"text\"\npattern = \"[0-9]+\""),
            column("antal", "type = \"integer\"\nmin = \"0\"\nmax = \"90\""),
        ),
    )]);
    small.extract("reg_2018.csv", "nr;antal\n1;3\n2;4\nSLUT;2\n").extract("reg_2019.csv", "nr;antal\n1;5\nSLUT;1\n");
    small.write(
        "sql/small/counted.sql",
        "-- One row is a year's sum.\nWITH own AS (SELECT nr, antal FROM reg WHERE antal > 0)\n\
         SELECT $year AS year, COUNT(*) AS n, SUM(antal) AS antal FROM own GROUP BY 1",
    );
    small
}

#[test]
fn mutants_of_definitions_and_sql_are_taken_or_told() {
    let small = described();
    small.0.succeeds(&["run"]);
    let files = [
        "pipelines/small.toml",
        "pipelines/environments/local.toml",
        "pipelines/datasets/small.toml",
        "pipelines/sources/reg.toml",
        "sql/small/counted.sql",
    ];
    let mut random = ChaCha8Rng::seed_from_u64(12);
    for file in files {
        let whole = std::fs::read(small.0.path(file)).unwrap();
        for at in 0..cases().unwrap_or(MUTANTS) {
            small.write(file, mutant(&whole, &mut random));
            for command in [&["check"][..], &["run", "--store", "elsewhere"]] {
                let told = small.0.maaltal(command);
                let what = format!("{file} {at} {command:?}: {} {}", told.code, told.stderr);
                assert!(matches!(told.code, 0 | 3..=7) && !told.stderr.contains("panicked"), "{what}");
                assert!(told.code == 0 || told.stderr.contains("error: "), "{what}");
            }
        }
        small.write(file, &whole);
    }
}
