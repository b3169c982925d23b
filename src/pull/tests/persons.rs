//! A person's number is seen wherever it stands and however it is written, and nothing of it is kept or told.

use super::Trial;
use super::contract_text::{NOBODY, column};

/// A register on persons with a key, a period, a rule and a column of each kind that a number could slip into.
fn persons(rest: &str) -> Trial {
    let columns = [
        column("pnr", "type = \"cpr\""),
        column("kode", "type = \"text\"\npattern = \"[0-9A-Za-z]+\""),
        column("navn", "type = \"text\"\npattern = \"[A-Za-z]+\""),
        column("andet", "type = \"text\"\npattern = \"[A-Za-z]+\""),
        column("antal", "type = \"integer\""),
        column("beloeb", "type = \"decimal\"\nprecision = 14\nscale = 2"),
        column("note", "type = \"text\"\nnullable = true"),
    ];
    let contract = format!(
        "files = [\"reg.csv\"]\nsensitivity = \"person\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\n\
         decimal = \",\"\nthousands = \".\"\n[[table]]\nname = \"reg\"\nkey = [\"kode\"]\n{rest}{}",
        columns.concat()
    );
    Trial::new("reg", &contract)
}

const HEADER: &str = "pnr;kode;navn;andet;antal;beloeb;note\n";

#[test]
fn a_number_is_seen_in_columns_of_numbers_however_it_is_written() {
    let small = persons("");
    let rows = [
        ("203801234", "1"),
        ("203.801.234", "1"),
        ("-203801234", "1"),
        ("1", "0203801234,00"),
        ("1", "203.801.234"),
        ("999999999", "203801234,50"),
    ];
    let row =
        |(place, (number, amount)): (usize, &(&str, &str))| format!("{NOBODY};A{place};Bo;Bo;{number};{amount};\n");
    small.extract("reg.csv", HEADER.to_owned() + &rows.iter().enumerate().map(row).collect::<String>());
    let rejected = small.rejected();
    assert_eq!(rejected.len(), 5, "{rejected:?}");
    assert!(rejected.iter().all(|row| row.contains(" person_number ")), "{rejected:?}");
    small.is_nowhere_in_the_store("203801234");
}

#[test]
fn a_number_is_seen_in_free_text_whatever_touches_it() {
    for note in ["cpr020380 - 1234", "020380_-_1234x", "(020380-1234)", "pnr:0203801234."] {
        let small = persons("");
        small.extract("reg.csv", format!("{HEADER}{NOBODY};A;Bo;Bo;1;1;{note}\n"));
        let rejected = small.rejected();
        assert!(rejected[0].starts_with("2 person_number note: ") && !rejected[0].contains("1234"), "{rejected:?}");
        small.is_nowhere_in_the_store("1234");
    }
}

#[test]
fn a_serial_number_apart_is_seen_and_a_period_is_none() {
    let trial = persons("");
    let note = |(place, note): (usize, &&str)| format!("{NOBODY};A{place};Ida;Ida;1;1;{note}\n");
    let numbers = ["010786 12 34", "010786 - 12 34", "010786x1234"];
    trial.extract("reg.csv", HEADER.to_owned() + &numbers.iter().enumerate().map(note).collect::<String>());
    assert_eq!(
        trial.rejected(),
        [
            "2 person_number note: ###### ## ##",
            "3 person_number note: ###### - ## ##",
            "4 person_number note: ######x####"
        ]
    );
    let harmless = ["01-01-2018 - 31-12-2018", "2018-01-01 - 2018-12-31", "20180101T1200"];
    trial.extract("reg.csv", HEADER.to_owned() + &harmless.iter().enumerate().map(note).collect::<String>());
    assert_eq!(trial.staged("reg").len(), harmless.len());
}

#[test]
fn a_name_of_two_letters_is_hidden_in_a_rejected_row_and_what_its_column_allows_is_not() {
    let trial = persons("");
    trial.edit(|toml| toml.replacen("pattern = \"[A-Za-z]+\"", "values = [\"DK\"]", 1));
    trial.extract("reg.csv", format!("{HEADER}{NOBODY};80X101;DK;Bo;many;1;IB\n"));
    let kept = &trial.rejects()[0];
    let record: serde_json::Value = serde_json::from_str(kept.last().unwrap()).unwrap();
    let shown = |column: &str| record[column].as_str().unwrap().to_owned();
    assert_eq!(["kode", "navn", "andet", "note"].map(shown), ["80X101", "DK", "xx", "xx"]);
}

#[test]
fn what_only_the_whole_file_shows_is_told_without_names_and_numbers() {
    let rule = "[[table.rule]]\nname = \"the_same\"\nleft = \"navn\"\nop = \"=\"\nright = \"andet\"\n";
    let small = persons(rule);
    let row = |names: &str| format!("{NOBODY};{NOBODY};{names};1;1;\n");
    small.extract("reg.csv", [HEADER, &row("Hansen;Hansen"), &row("Hansen;Hansen"), &row("Sofie;Magnus")].concat());
    assert_eq!(
        small.rejected(),
        ["3 duplicate_key kode: ########## as in row 2", "4 the_same navn, andet: xxxxx and xxxxxx, not ="]
    );
    for reject in small.rejects() {
        let kept = reject.join(" ");
        assert!(!["Hansen", "Sofie", "Magnus", NOBODY].iter().any(|secret| kept.contains(secret)), "{kept}");
    }
}

#[test]
fn no_total_is_of_a_person() {
    let told =
        persons("totals = [{ column = \"navn\", values = [\"TOT\"], of = \"antal\", per = [\"pnr\"] }]\n").wrong();
    assert!(told.contains("is not given with a `per` without CPR numbers"), "{told}");
}

#[test]
fn what_a_delivery_on_persons_adds_is_never_taken_in() {
    let small = persons("");
    small.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"evolve\""));
    let told = small.wrong();
    assert!(told.contains("new columns are not taken in from a source on persons: they may hold names"), "{told}");
}

#[test]
fn no_word_is_kept_or_told_of_a_source_with_names_though_it_is_of_practices() {
    let columns = column("nr", "type = \"text\"")
        + &column("navn", "sensitivity = \"direct\"")
        + &column("antal", "type = \"integer\"");
    let contract = format!(
        "files = [\"reg.csv\"]\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\n\
         [[table]]\nname = \"reg\"\n{columns}"
    );
    let small = Trial::new("reg", &contract);
    small.extract("reg.csv", "nr;navn;antal\n1;Ib Jensen;4;5\n2;7;Ib Jensen\n3;Ib Jensen;8\n");
    assert_eq!((small.rejected().len(), small.staged("reg").len()), (2, 1));
    small.is_nowhere_in_the_store("Jensen");
}
