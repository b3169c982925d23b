//! A delivery under another's name is told, however it is written: neither its rows nor its keys are counted twice.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::contract_text::{column, text_column};
use crate::support::small::Small;
use crate::support::{Project, repository, text};

const YEARLY: &str = "every = \"year\"";
const PARTS: &str = "every = \"year\"\nparts = [{ from = 2018, codes = [\"nord\", \"syd\"] }]";

/// A register whose deliveries are held to each other, in files of this name, with these keys and these of its table.
fn small(files: &str, more: &str, table: &str) -> Small {
    let columns = [text_column("kode"), column("antal", "type = \"integer\"")].concat();
    let contract = format!(
        "files = [\"{files}\"]\n{more}\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\n\
         delimiter = \";\"\n[[table]]\nname = \"tal\"\n{table}\n{columns}"
    );
    let small = Small::new(&[("tal", &contract)]);
    small.0.edit("pipelines/sources/tal.toml", |toml| {
        toml.replacen("same_rows = \"allow\"\n", "", 1).replace("share = 1.0", "share = 0.5")
    });
    small
}

/// Such a register whose numbers have to be one of these.
fn of_values(more: &str, values: &str) -> Small {
    let small = small("tal_{year}.csv", more, "");
    let number = "name = \"antal\"\ntype = \"integer\"";
    small.0.edit("pipelines/sources/tal.toml", |toml| toml.replace(number, &format!("{number}\nvalues = [{values}]")));
    small
}

const ROWS: &str = "kode;antal\na;1\nb;2\n";

/// The same rows as other bytes: with other line ends, in another order, and with a row that is rejected.
fn others() -> [String; 3] {
    [ROWS.replace('\n', "\r\n"), "kode;antal\nb;2\na;1\n".to_owned(), format!("{ROWS}c;mange\n")]
}

#[test]
fn a_year_with_the_rows_of_another_is_refused_however_it_is_written() {
    for other in [ROWS.to_owned()].into_iter().chain(others()) {
        let small = small("tal_{year}.csv", YEARLY, "");
        small.extract("tal_2018.csv", ROWS).extract("tal_2019.csv", &other);
        let told = small.0.maaltal(&["run"]);
        assert_eq!(told.code, 4, "{other:?}: {}", told.stderr);
        let said = "2 extracts of `tal` have the same rows\n  tal_2018.csv\n  tal_2019.csv\n";
        assert!(told.stderr.contains(said), "{other:?}: {}", told.stderr);
        // Whichever stage is asked for, and in every later run.
        assert_eq!(small.0.maaltal(&["derive"]).code, 4);
        small.extract("tal_2019.csv", "kode;antal\na;1\nb;3\n");
        small.0.succeeds(&["run"]);
    }
}

#[test]
fn a_part_under_another_parts_name_is_refused_however_it_is_written() {
    for other in others() {
        let small = small("tal_{part}_{year}.csv", PARTS, "");
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(other.as_bytes()).unwrap();
        for year in [2018, 2019] {
            small.extract(&format!("tal_nord_{year}.csv"), format!("kode;antal\nx;{year}\ny;{year}\nz;{year}\n"));
            small.extract(&format!("tal_syd_{year}.csv"), format!("kode;antal\ne;{year}\n"));
        }
        small.0.succeeds(&["run"]);
        small.extract("tal_nord_2019.csv", ROWS).extract("tal_syd_2019.csv.gz", packed.finish().unwrap());
        std::fs::remove_file(small.0.path("extracts/tal_syd_2019.csv")).unwrap();
        let told = small.0.maaltal(&["run"]);
        assert_eq!(told.code, 4, "{other:?}: {}", told.stderr);
        let said = "2 extracts of `tal` have the same rows\n  tal_nord_2019.csv\n  tal_syd_2019.csv.gz\n";
        assert!(told.stderr.contains(said), "{other:?}: {}", told.stderr);
    }
}

#[test]
fn a_year_that_may_repeat_another_is_told_once() {
    let warned = small("tal_{year}.csv", &format!("{YEARLY}\nsame_rows = \"warn\""), "");
    warned.extract("tal_2018.csv", ROWS).extract("tal_2019.csv", &others()[1]);
    let told = warned.0.succeeds(&["run"]).stderr;
    assert!(told.contains("have the same rows") && told.contains("tal_2019.csv"), "{told}");
    assert_eq!(warned.0.succeeds(&["run"]).stderr, "");
    // Years without a row are not the same rows.
    let empty = small("tal_{year}.csv", &format!("{YEARLY}\nmay_be_empty = true"), "");
    empty.extract("tal_2018.csv", "kode;antal\n").extract("tal_2019.csv", "kode;antal\n");
    assert_eq!(empty.0.succeeds(&["run"]).stderr, "");
}

#[test]
fn a_key_of_two_files_that_are_read_together_is_refused() {
    let key = "key = [\"kode\"]";
    let cases = [
        ("tal_{year}.csv", "", "tal_2018.csv", "tal_2019.csv"),
        ("tal_{part}_{year}.csv", PARTS, "tal_nord_2018.csv", "tal_syd_2018.csv"),
    ];
    for (files, more, first, second) in cases {
        let small = small(files, more, key);
        small.extract(first, ROWS).extract(second, "kode;antal\nd;7\nb;9\n");
        let told = small.0.maaltal(&["pull"]);
        assert_eq!(told.code, 5, "{}", told.stderr);
        let said = format!("rows of two files of `tal` have the same kode\n  {first}, row 3\n  {second}, row 3\n");
        assert!(told.stderr.contains(&said), "{}", told.stderr);
        small.extract(second, "kode;antal\nd;7\nc;9\n");
        small.0.succeeds(&["pull"]);
    }
    // Also where others repeat each other, as they may.
    let small = small("tal_{part}_{year}.csv", &format!("{PARTS}\nsame_rows = \"warn\""), key);
    small.extract("tal_nord_2018.csv", ROWS).extract("tal_syd_2018.csv", "kode;antal\nc;1\n");
    small.extract("tal_nord_2019.csv", ROWS).extract("tal_syd_2019.csv", "kode;antal\nd;7\nb;9\n");
    let told = small.0.maaltal(&["pull"]);
    assert!(told.code == 5 && told.stderr.contains("tal_syd_2019.csv, row 3"), "{}", told.stderr);
    // Every year has its own rows.
    let yearly = self::small("tal_{year}.csv", YEARLY, key);
    yearly.extract("tal_2018.csv", ROWS).extract("tal_2019.csv", "kode;antal\na;3\nb;9\n");
    yearly.0.succeeds(&["pull"]);
}

#[test]
fn rows_are_held_to_the_year_in_the_name_of_a_file_that_serves_all_years() {
    let small = of_values("", "\"{year}\"");
    small.extract("tal_2018.csv", "kode;antal\na;2018\n").extract("tal_2019.csv", "kode;antal\nb;2018\n");
    let told = small.0.maaltal(&["pull"]);
    assert!(told.code == 5 && told.stderr.contains("tal_2019.csv"), "{}", told.stderr);
    small.extract("tal_2019.csv", "kode;antal\nb;2019\n");
    small.0.succeeds(&["pull"]);
}

#[test]
fn the_rows_of_another_year_are_known_under_the_new_year_and_where_some_of_them_are_rejected() {
    let renamed = of_values(YEARLY, "\"{year}\"");
    renamed.extract("tal_2018.csv", "kode;antal\na;2018\nb;2018\n");
    renamed.extract("tal_2019.csv", "kode;antal\na;2019\nb;2019\n");
    let rejected = of_values(YEARLY, "\"{year}\", \"1\"");
    rejected.extract("tal_2018.csv", "kode;antal\na;1\nb;1\nc;1\nd;2018\n");
    rejected.extract("tal_2019.csv", "kode;antal\na;1\nb;1\nc;1\nd;2018\n");
    for small in [renamed, rejected] {
        let told = small.0.maaltal(&["pull"]);
        assert!(told.code == 4 && told.stderr.contains("2 extracts of `tal` have the same rows"), "{}", told.stderr);
        // Another row in the place of one that could have been rejected is another delivery.
        small.extract("tal_2019.csv", "kode;antal\na;2019\nb;2019\nx;2019\ny;2018\n");
        small.0.succeeds(&["pull"]);
    }
}

#[test]
fn rows_are_compared_with_the_latest_year_before_and_part_by_part() {
    let rows =
        |count: usize| format!("kode;antal\n{}", (0..count).map(|at| format!("k{count};{at}\n")).collect::<String>());
    let gap = small("tal_{year}.csv", &format!("{YEARLY}\nrows_within = 0.5"), "");
    gap.0.edit("pipelines/small.toml", |toml| toml.replace("to = 2019", "to = 2020"));
    gap.extract("tal_2018.csv", rows(10)).extract("tal_2020.csv", rows(3));
    let told = gap.0.maaltal(&["pull"]);
    assert!(told.code == 5 && told.stderr.contains("3 rows accepted where the year before had 10"), "{}", told.stderr);
    let parts = small("tal_{part}_{year}.csv", &format!("{PARTS}\nrows_within = 0.5"), "");
    parts.extract("tal_nord_2018.csv", rows(8)).extract("tal_syd_2018.csv", rows(12));
    parts.extract("tal_nord_2019.csv", rows(2)).extract("tal_syd_2019.csv", rows(17));
    let told = parts.0.maaltal(&["pull"]);
    assert!(told.code == 5 && told.stderr.contains("file tal_nord_2019.csv"), "{}", told.stderr);
    assert!(!told.stderr.contains("tal_syd"), "{}", told.stderr);
}

#[test]
fn a_file_that_serves_another_year_than_it_did_is_told() {
    let small = small("tal_{year}.csv", YEARLY, "");
    small.extract("tal_2018.csv", ROWS).extract("tal_2019.csv", "kode;antal\nc;1\n");
    assert_eq!(small.0.succeeds(&["run"]).stderr, "");
    std::fs::rename(small.0.path("extracts/tal_2018.csv"), small.0.path("extracts/tal_2019.csv")).unwrap();
    let told = small.0.succeeds(&["run"]).stderr;
    assert!(told.contains("tal_2019.csv serves 2019, and its bytes served 2018 as tal_2018.csv"), "{told}");
}

#[test]
fn of_dated_files_that_serve_all_years_the_newest_is_read() {
    let dated = |delivery: &str| {
        let small = small("tal_{date}.csv", delivery, "");
        small.extract("tal_20180101.csv", ROWS).extract("tal_20190101.csv", format!("{ROWS}c;3\n"));
        small
    };
    let newest = dated("");
    assert_eq!(newest.staged("tal", "tal"), ["a|1", "b|2", "c|3"]);
    let told = newest.0.rows(&["sources"]);
    let taken = |row: &serde_json::Value| row.to_string().contains("the newest: 2019-01-01 of 2 for all years");
    assert!(told.iter().any(taken), "{told:?}");
    assert_eq!(dated("delivery = { of_all_years = \"each\" }").staged("tal", "tal").len(), 5);
    let wrong = dated("every = \"year\"\ndelivery = { of_all_years = \"each\" }").0.maaltal(&["check"]);
    assert!(wrong.code == 3 && wrong.stderr.contains("is of a source that serves all years"), "{}", wrong.stderr);
    let undated = small("tal.csv", "delivery = { of_all_years = \"each\" }", "").0.maaltal(&["check"]);
    assert!(undated.code == 3 && undated.stderr.contains("goes by the days of files"), "{}", undated.stderr);
}

#[test]
fn the_project_reads_every_publication_of_its_sources_of_all_years() {
    let extracts = repository().join("testdata");
    let told = Project::defined(2018, 2019).rows(&["sources", "--extracts", extracts.to_str().unwrap()]);
    let projections = told.iter().find(|row| row["source"] == "fremskrivning").unwrap();
    assert_eq!(text(projections, "extracts"), "2 for all years");
    assert!(told.iter().all(|row| !text(row, "taken").contains("for all years")), "{told:?}");
}

#[test]
fn a_file_of_a_year_that_its_contract_has_none_of_is_not_read() {
    let small = small("tal_{year}.csv", "years = { from = 2018, to = 2018 }", "");
    small.extract("tal_2018.csv", ROWS).extract("tal_2019.csv", "kode;antal\nc;1\n");
    let told = small.0.succeeds(&["pull"]).stderr;
    assert!(told.contains("tal_2019.csv: tal of 2019, which is not among the `years` of its contract"), "{told}");
    assert_eq!(small.staged("tal", "tal"), ["a|1", "b|2"]);
}
