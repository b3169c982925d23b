//! Extracts of many blocks: what they become is a function of their rows, whatever way and on how many threads they are
//! read.

use std::fmt::Write as _;
use std::num::NonZeroUsize;

use arrow::array::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;

use super::contract_text::column;
use super::{Trial, batches};
use crate::pull::account::CountRow;
use crate::store::LocalTable;

/// More rows than a row group and several blocks have.
const ROWS: usize = 150_000;

fn register(quote: &str) -> Trial {
    let rows = [
        column("pnr", "type = \"cpr\""),
        column("kode", "type = \"text\"\npattern = \"[A-Z][0-9]{1,4}\""),
        column("antal", "type = \"integer\"\nnullable = true\nmin = \"-9\"\nmax = \"1000000\""),
        column("beloeb", "type = \"decimal\"\nprecision = 9\nscale = 2\nnullable = true"),
        column("dato", "type = \"date\""),
        column("ja", "type = \"boolean\"\ntrue = [\"1\"]\nfalse = [\"0\"]\nnullable = true"),
        column("note", "type = \"text\"\nnullable = true"),
    ];
    let format = "kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\ndates = \"yyyy-MM-dd\"\ndecimal = \",\"";
    let left_out = "[[table.exclude]]\nname = \"gone\"\ncolumn = \"kode\"\nvalues = [\"Z9\"]\n";
    let counted = "[[table.count]]\nname = \"correction\"\ncolumn = \"antal\"\nbelow = \"0\"\n";
    Trial::new(
        "reg",
        &format!(
            "files = [\"reg.csv\"]\nsensitivity = \"person\"\n[format]\n{format}\n{quote}\n[[table]]\nname = \"reg\"\n{}{left_out}{counted}",
            rows.concat()
        ),
    )
}

/// A row of every kind that there is, by its number.
fn row(number: usize) -> String {
    let person = format!("{:02}{:02}{:02}{:04}", number / 3 % 28 + 1, number / 7 % 12 + 1, number % 100, number % 4000);
    let code = ["A1", "B22", " C333", "D4444 ", "Z9"][number * 7 % 5];
    let amount =
        if number.is_multiple_of(11) { String::new() } else { format!("{},{:02}", number % 1000, number % 100) };
    let count = number as i64 % 30 - 9;
    let (month, day, truth) = (number % 12 + 1, number % 28 + 1, number % 3);
    let truth = if truth == 2 { String::new() } else { truth.to_string() };
    match number % 1000 {
        17 => format!("{person};A1;x;1,00;2018-01-01;1;"),
        18 => format!("{person};A1;1"),
        19 => String::new(),
        20 => "0000000000;A1;1;1,00;2018-01-01;1;".to_owned(),
        21 => format!("{person};a1;1;1,00;2018-01-01;1;ord"),
        _ => format!("{person};{code};{count};{amount};2018-{month:02}-{day:02};{truth};nr. {number}"),
    }
}

fn file(rows: usize) -> String {
    let mut file = "pnr;kode;antal;beloeb;dato;ja;note\n".to_owned();
    (0..rows).for_each(|number| writeln!(file, "{}", row(number)).unwrap());
    file
}

fn digests(trial: &Trial) -> (Vec<crate::store::Digest>, Vec<(String, String, u64)>) {
    let staged = trial.stage();
    assert!(staged.refusal.is_none());
    let tables = staged.tables.iter().map(|(_, table)| table).chain([&staged.rejects]);
    let counts = staged.counts.iter().map(|count| (count.measure.to_owned(), count.rule.clone(), count.rows));
    (tables.map(|table: &LocalTable| table.entry().sha256).collect(), counts.collect())
}

#[test]
fn every_row_of_many_blocks_is_accounted_for_in_its_place() {
    let trial = register("");
    trial.extract("reg.csv", file(ROWS));
    let thousands = ROWS as u64 / 1000;
    let counts = trial.stage().counts;
    let told = |measure: &str, rule: &str| {
        let is = |count: &&CountRow| count.measure == measure && count.rule == rule;
        counts.iter().filter(is).map(|count| count.rows).sum::<u64>()
    };
    assert_eq!(told("read", ""), ROWS as u64 - thousands, "a blank line is no row");
    assert_eq!(told("rejected", ""), 4 * thousands);
    for rule in ["type", "column_count", "pattern"] {
        let rows = if rule == "type" { 2 * thousands } else { thousands };
        assert_eq!(told("rejected_by_rule", rule), rows, "{rule}");
    }
    let odd = |number: usize| (17..=21).contains(&(number % 1000));
    let plain = || (0..ROWS).filter(|number| !odd(*number));
    let gone = plain().filter(|number| number * 7 % 5 == 4).count() as u64;
    assert_eq!([told("control", ""), told("excluded", "gone")], [gone, gone]);
    let accepted: Vec<usize> = plain().filter(|number| number * 7 % 5 != 4).collect();
    let corrections = accepted.iter().filter(|number| *number % 30 < 9).count() as u64;
    assert_eq!(told("counted", "correction"), corrections);
    let staged = trial.staged("reg");
    assert_eq!(staged.len(), accepted.len());
    for (row, number) in staged.iter().zip(accepted).step_by(97) {
        let values: Vec<&str> = row.split('|').collect();
        let code = ["A1", "B22", "C333", "D4444"][number * 7 % 5];
        let amount =
            if number.is_multiple_of(11) { String::new() } else { format!("{}.{:02}", number % 1000, number % 100) };
        let day = format!("2018-{:02}-{:02}", number % 12 + 1, number % 28 + 1);
        let note = format!("nr. {number}");
        let count = (number as i64 % 30 - 9).to_string();
        let truth = ["false", "true", ""][number % 3];
        assert_eq!(values[1..], [code, &count, &amount, &day, truth, &note]);
    }
    let rejected = trial.rejected();
    assert_eq!(rejected[0], "19 type antal: x");
    assert_eq!(rejected[1], "20 column_count : 3 columns where the header has 7");
    assert_eq!(rejected[2], "22 type pnr: ##########");
    assert_eq!(rejected[3], "23 pattern kode: a1");
}

#[test]
fn threads_do_not_show_in_what_an_extract_becomes() {
    let trial = register("");
    trial.extract("reg.csv", file(ROWS));
    let become_on = |threads| {
        trial.threads.set(NonZeroUsize::new(threads).unwrap());
        digests(&trial)
    };
    let alone = become_on(1);
    assert_eq!([become_on(2), become_on(3), become_on(8)], [alone.clone(), alone.clone(), alone]);
}

#[test]
fn lines_that_are_split_at_once_and_those_that_are_split_one_by_one_become_the_same() {
    let plain = register("");
    let with_quotes = register("quote = \"\\\"\"");
    // The first quote of the file stands in its last row: what comes before is split at once, from there on one by one.
    let rows = 60_000;
    let last = "0101801234;A1;1;1,00;2018-01-01;1;slut";
    plain.extract("reg.csv", format!("{}{last}\n", file(rows)));
    with_quotes.extract("reg.csv", format!("{}{last}\n", file(rows)).replace("slut", "\"slut\""));
    assert_eq!(digests(&plain), digests(&with_quotes));
    // In the header: everything is split one by one.
    with_quotes.extract("reg.csv", format!("{}{last}\n", file(rows)).replacen("note", "\"note\"", 1));
    assert_eq!(digests(&plain), digests(&with_quotes));
}

#[test]
fn a_frozen_rule_ends_the_extract_at_its_row_whatever_was_read_behind_it() {
    let trial = register("");
    trial.threads.set(NonZeroUsize::new(4).unwrap());
    trial.edit(|toml| toml.replace("rows = \"quarantine\"", "rows = \"freeze\""));
    let clean: Vec<String> = (0..ROWS).map(row).filter(|row| row.split(';').count() == 7).collect();
    let clean: Vec<String> = clean.into_iter().filter(|row| !row.contains(";a1;")).collect();
    let mut file = "pnr;kode;antal;beloeb;dato;ja;note\n".to_owned() + &clean.join("\n");
    let broken = "0101801234;a1;1;1,00;2018-01-01;1;";
    let place = 70_000;
    let mut lines: Vec<&str> = file.lines().collect();
    lines.insert(place, broken);
    lines.insert(place + 20_000, "kort");
    file = lines.join("\n");
    trial.extract("reg.csv", file);
    let told = trial.refused();
    assert!(told.contains(&format!("row {}", place + 1)), "{told}");
    assert_eq!(trial.count("read", ""), place as u64, "the header is no row, and the broken one is read");
    assert_eq!(trial.count("rejected_by_rule", "pattern"), 1);
    assert_eq!(trial.count("rejected_by_rule", "column_count"), 0);
}

#[test]
fn what_can_not_be_read_is_told_after_the_lines_before_it() {
    let trial = register("");
    trial.edit(|toml| toml.replace("types = \"quarantine\"", "types = \"freeze\""));
    let rows: Vec<String> = (0..16).map(row).collect();
    let broken = "0101801234;A1;x;1,00;2018-01-01;1;\n";
    let mut bytes = format!("pnr;kode;antal;beloeb;dato;ja;note\n{}\n{broken}", rows.join("\n")).into_bytes();
    let more: Vec<String> = (0..2000).filter(|number| number % 1000 > 30).map(row).collect();
    bytes.extend(more.join("\n").bytes());
    // No letter of UTF-8, in the same block as the row that is frozen.
    bytes.extend([b'\n', 0xFF, 0xFE]);
    bytes.extend(more.join("\n").bytes());
    trial.extract("reg.csv", bytes);
    let told = trial.refused();
    assert!(told.contains("row 18") && told.contains("freezes"), "{told}");
}

#[test]
fn long_texts_of_their_own_in_every_row_take_no_more_memory_than_a_row_group() {
    let columns = ["a", "b", "c"].map(|name| column(name, "type = \"text\"\nnullable = true")).concat();
    let format = "kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"";
    let contract = format!(
        "files = [\"reg.csv\"]\nsensitivity = \"practice\"\n[format]\n{format}\n[[table]]\nname = \"reg\"\n{columns}"
    );
    let trial = Trial::new("reg", &contract);
    let text = "t".repeat(2000);
    let rows: String = (0..20_000).map(|row| format!("{row};{};nr. {row} {text}\n", row % 7)).collect();
    trial.extract("reg.csv", format!("a;b;c\n{rows}"));
    let staged = trial.stage();
    let table = &staged.tables[0].1;
    let file = std::fs::File::open(table.path()).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    // 41 MB: a row group is cut by its bytes, since there are too few rows to fill one.
    assert_eq!(reader.metadata().num_row_groups(), 2);
    let read: usize = batches(table).iter().map(RecordBatch::num_rows).sum();
    assert_eq!(read, 20_000);
}

#[test]
fn a_quote_that_is_never_closed_is_found_behind_many_blocks() {
    let trial = register("quote = \"\\\"\"");
    let rows = 40_000;
    trial.extract("reg.csv", format!("{}0101801234;A1;1;1,00;2018-01-01;1;\"slut\n", file(rows)));
    let told = trial.refused();
    assert!(told.contains(&format!("the quote that row {} opens is not closed", rows + 2)), "{told}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The csv crate is the judge: a quote in the header makes it split every line.
    #[test]
    fn lines_are_split_as_the_csv_crate_splits_them(
        lines in prop::collection::vec("([a-z0-9 æ\u{a0}]{0,3};){0,4}[a-z0-9 æ\r]{0,2}", 0..40),
        ending in "(\n|\r\n)", last in "(\n|\r\n)?",
    ) {
        let columns = ["a", "b", "c"].map(|name| column(name, "type = \"text\"\nnullable = true")).concat();
        let contract = format!(
            "files = [\"reg.csv\"]\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\n\
             delimiter = \";\"\nquote = \"\\\"\"\n[[table]]\nname = \"reg\"\n{columns}"
        );
        let become_of = |header: &str| {
            let trial = Trial::new("reg", &contract);
            trial.extract("reg.csv", format!("{header}{ending}{}{last}", lines.join(&ending)));
            let staged = trial.stage();
            let tables = staged.tables.iter().map(|(_, table)| table).chain([&staged.rejects]);
            let rows: Vec<_> = tables.flat_map(batches).collect();
            (rows, staged.refusal.map(|refusal| format!("{refusal:?}")))
        };
        prop_assert_eq!(become_of("a;b;c"), become_of("a;b;\"c\""));
    }
}
