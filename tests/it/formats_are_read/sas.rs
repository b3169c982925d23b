//! SAS7BDAT as Statistics Denmark delivers it. The files were written with ReadStat: `tests/fixtures/sas/write.c`.

use std::fs;

use super::{column, is_pseudonym};
use crate::support::small::Small;
use crate::support::{Project, repository, text};

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    fs::read(repository().join("tests/fixtures/sas").join(name)).unwrap()
}

pub(crate) fn population() -> String {
    let columns = column("pnr", "type = \"cpr\"").replace("name = \"pnr\"", "name = \"person_id\"")
        + &column("koen", "type = \"integer\"\nmin = \"1\"\nmax = \"2\"")
        + &column("foed_dag", "type = \"date\"")
        + &column("alder", "type = \"integer\"\nnullable = true")
        + &column("kom", "type = \"text\"\npattern = \"[0-9]{3}\"")
        + "[[table.column]]\nraw = \"reg\"\nsensitivity = \"unused\"\n"
        + "[[table.column]]\nraw = \"navn\"\nsensitivity = \"direct\"\n"
        + &column("referencetid", "type = \"date\"");
    format!(
        "files = [\"bef{{year}}12.sas7bdat\"]\nevery = \"year\"\nserves = \"following-year\"\nsensitivity = \"person\"\n\
         [format]\nkind = \"sas\"\n[[table]]\nname = \"bef\"\nkey = [\"person_id\"]\n{columns}"
    )
}

/// The pipeline wants two years; both are served by the December before.
fn with(bytes: &[u8]) -> Small {
    let small = Small::new(&[("bef", &population())]);
    small.extract("bef201712.sas7bdat", fixture("bef201712.sas7bdat"));
    small.extract("bef201812.sas7bdat", bytes);
    small
}

#[test]
fn dates_and_missing_values_of_sas_are_read_and_names_are_not() {
    let small = with(&fixture("bef201712.sas7bdat"));
    let rows = small.staged("bef", "bef");
    assert_eq!(rows.len(), 24);
    for row in &rows {
        let values: Vec<&str> = row.split('|').collect();
        assert!(is_pseudonym(values[0]), "{row}");
        assert_eq!(values[5], "2017-12-31");
    }
    // `.` and `.A` in the age of the last two.
    assert!(rows[10].contains("||") && rows[11].contains("||"), "{rows:?}");
    let pulled = small.0.rows(&["pull"]);
    assert_eq!(pulled[0]["rejected"], 0);
}

#[test]
fn rows_that_break_the_contract_are_kept_aside() {
    let small = with(&fixture("bef201612_broken.sas7bdat"));
    assert_eq!(
        small.rejected("bef"),
        ["2 type pnr: ##########", "4 range koen: 7", "5 required foed_dag: ", "7 type alder: 48.5"]
    );
}

#[test]
fn a_compressed_file_with_corrections_is_read() {
    let columns = ["ydernr", "speciale", "honuge", "sikgrup"].map(super::text_column).concat()
        + &column("ydlant", "type = \"integer\"")
        + &column("bruhon", "type = \"integer\"\nnullable = true");
    let contract = format!(
        "files = [\"sssy2019.sas7bdat\"]\nsensitivity = \"practice\"\n[format]\nkind = \"sas\"\n[[table]]\nname = \"sssy\"\n\
         {columns}"
    )
    .replace("[[table]]", "[[table]]\n");
    let quarantine = "policy = { columns = \"quarantine\", types = \"quarantine\", rows = \"quarantine\" }";
    let small = Small::new(&[("sssy", &contract)]);
    small.0.edit("pipelines/sources/sssy.toml", |toml| {
        let policy = toml.lines().find(|line| line.starts_with("policy")).unwrap().to_owned();
        toml.replace(&policy, quarantine)
    });
    small.extract("sssy2019.sas7bdat", fixture("sssy2019.sas7bdat"));
    let rows = small.staged("sssy", "sssy");
    assert_eq!(rows.len(), 15);
    assert!(rows[4].contains("|-1|"), "{rows:?}");
}

#[test]
fn a_file_that_is_cut_off_or_is_no_sas_file_is_refused() {
    let whole = fixture("bef201712.sas7bdat");
    for bytes in [&whole[..whole.len() - 4096], &whole[..1000], b"PNR;KOEN\n".as_slice()] {
        let told = with(bytes).refused();
        assert!(told.contains("the extract can't be parsed as SAS7BDAT"), "{told}");
    }
    // The reader passes over a damaged page: the header's count of rows tells.
    let mut damaged = whole.clone();
    let length = damaged.len();
    damaged[length - 4096..].fill(0);
    let told = with(&damaged).refused();
    assert!(told.contains("12 rows declared, 7 there"), "{told}");
}

#[test]
fn a_day_beyond_the_calendar_is_kept_aside() {
    let mut bytes = fixture("bef201712.sas7bdat");
    // 14 March 1948, counted from 1960 in eight bytes.
    let born = (-4310.0_f64).to_le_bytes();
    let at = bytes.windows(8).position(|window| window == born).unwrap();
    bytes[at..at + 8].copy_from_slice(&9e8_f64.to_le_bytes());
    assert_eq!(with(&bytes).rejected("bef"), ["1 type foed_dag: xxx #########"]);
}

/// maaltal's own contracts, under which everybody else gets the converted files.
#[test]
fn the_registers_own_files_are_read_under_their_contracts() {
    let project = Project::with_years(2018, 2018);
    for (converted, own, file) in [
        ("bef/bef201712.csv.zst", "bef/bef201712.sas7bdat", "bef201712.sas7bdat"),
        ("sssy/sssy2018.csv.gz", "sssy/sssy2018.sas7bdat", "sssy2019.sas7bdat"),
    ] {
        fs::remove_file(project.path("testdata").join(converted)).unwrap();
        fs::write(project.path("testdata").join(own), fixture(file)).unwrap();
    }
    // Two of a dozen rows are more than are let pass, and their provider is invented.
    for source in ["bef", "sssy"] {
        project.edit(&format!("pipelines/sources/{source}.toml"), |contract| {
            let lines: Vec<&str> = contract.lines().filter(|line| !line.starts_with("references")).collect();
            lines.join("\n").replace("max_rejected_share = 0.02", "max_rejected_share = 1.0")
        });
    }
    let pulled = project.rows(&["pull"]);
    let told = |source: &str| {
        let of = pulled.iter().find(|row| row["source"] == source).unwrap();
        (of["read"].as_u64().unwrap(), text(of, "by rule").to_owned())
    };
    // Ages and a fee that are not told; a correction, a service after death and one of another specialty.
    assert_eq!(told("bef"), (12, "required 2".to_owned()));
    assert_eq!(told("sssy"), (15, "correction 1, dead 1, other_specialty 1, required 1".to_owned()));
}

#[test]
fn dates_in_the_format_of_a_language_are_days_too() {
    let staged = |bytes: &[u8]| {
        let mut rows = with(bytes).staged("bef", "bef");
        rows.sort();
        rows
    };
    let known = staged(&fixture("bef201712.sas7bdat"));
    let mut bytes = fixture("bef201712.sas7bdat");
    let place = bytes.windows(6).position(|letters| letters == b"YYMMDD").unwrap();
    for format in [b"NLDATE", b"EURDFD"] {
        bytes[place..place + 6].copy_from_slice(format);
        assert_eq!(staged(&bytes), known);
    }
}
