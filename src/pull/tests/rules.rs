//! What a contract says of columns that it does not know, of frozen rules, of marks and of open ends.

use super::Trial;
use super::contract_text::NOBODY;

/// A register of places with whatever else its columns are; unknown columns and bad rows are kept aside, unless
/// `policy` says otherwise of them.
fn places(columns: &str, policy: Option<(&str, &str)>) -> Trial {
    let contract = format!(
        "files = [\"places.csv\"]\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\n\
         delimiter = \";\"\ndates = \"yyyy-MM-dd\"\n[[table]]\nname = \"places\"\n[[table.column]]\nraw = \"sted\"\n\
         name = \"place\"\ntype = \"text\"\npattern = \"[A-Z]\"\n{columns}"
    );
    let small = Trial::new("places", &contract);
    small.edit(|toml| {
        let toml = toml.replace("columns = \"freeze\"", "columns = \"quarantine\"");
        match policy {
            Some((of, mode)) => toml.replace(&format!("{of} = \"quarantine\""), &format!("{of} = \"{mode}\"")),
            None => toml,
        }
    });
    small
}

#[test]
fn what_stays_out_breaks_nothing_whatever_it_holds() {
    let small = places("", None);
    small.extract("places.csv", format!("sted;mor_id\nA;{NOBODY}\nB;\n"));
    assert_eq!(small.staged("places"), ["A", "B"]);
    small.is_nowhere_in_the_store(NOBODY);
}

#[test]
fn a_column_that_is_taken_in_may_not_hold_a_person() {
    let small = places("", Some(("columns", "evolve")));
    small.extract("places.csv", format!("sted;note\nA;fine\nB;{NOBODY}\n"));
    assert_eq!(small.rejected(), ["3 person_number note: ##########"]);
    small.is_nowhere_in_the_store(NOBODY);
}

#[test]
fn a_person_is_no_number_of_things() {
    let small = places("[[table.column]]\nraw = \"antal\"\nname = \"number\"\ntype = \"integer\"\n", None);
    small.extract("places.csv", format!("sted;antal\nA;5\nB;{NOBODY}\nC;9999999999\n"));
    assert_eq!(small.rejected(), ["3 person_number antal: ##########"]);
    small.is_nowhere_in_the_store(NOBODY);
}

#[test]
fn a_frozen_type_or_rule_refuses_the_extract_at_its_first_row() {
    let columns = "[[table.column]]\nraw = \"antal\"\nname = \"number\"\ntype = \"integer\"\nmax = \"9\"\n";
    for (frozen, row, rule) in [("types", "A;many", "type"), ("rows", "A;10", "range")] {
        let small = places(columns, Some((frozen, "freeze")));
        let told = small.extract("places.csv", format!("sted;antal\n{row}\n")).refused();
        assert!(told.contains(&format!("row 2 breaks the rule `{rule}`, which the contract freezes")), "{told}");
    }
}

#[test]
fn a_file_without_line_ends_is_refused_before_it_fills_the_memory() {
    let small = places("", None);
    let told = small.extract("places.csv", "sted\n".to_owned() + &"A".repeat(5 * 1024 * 1024)).refused();
    assert!(told.contains("row 2: the record is longer than 4194304 bytes"), "{told}");
}

#[test]
fn marks_quote_only_where_the_contract_says_so() {
    let columns = "[[table.column]]\nraw = \"navn\"\nname = \"title\"\ntype = \"text\"\n";
    let file = "sted;navn\nA;\"north; south\"\n";
    let told = places(columns, None);
    assert_eq!(told.extract("places.csv", file).rejected(), ["2 column_count : 3 columns where the header has 2"]);
    let contract = places(columns, None);
    contract.edit(|toml| toml.replace("delimiter = \";\"", "delimiter = \";\"\nquote = '\"'"));
    assert_eq!(contract.extract("places.csv", file).staged("places"), ["A|north; south"]);
}

#[test]
fn a_day_that_stands_for_an_open_end_is_none() {
    let columns = "[[table.column]]\nraw = \"slut\"\nname = \"ends\"\ntype = \"date\"\nnullable = true\nopen_end = [\"9999-12-31\"]\n";
    let small = places(columns, None);
    small.extract("places.csv", "sted;slut\nA;9999-12-31\nB;2018-01-31\n");
    assert_eq!(small.staged("places"), ["A|", "B|2018-01-31"]);
}
