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

#[test]
fn what_stands_for_no_value_is_told_by_its_value() {
    let columns = "[[table.column]]\nraw = \"antal\"\nname = \"number\"\ntype = \"integer\"\nnullable = true\nnulls = [\"9999\"]\n\
                   [[table.column]]\nraw = \"til\"\nname = \"until\"\ntype = \"date\"\nnullable = true\nopen_end = [\"9999-12-31\"]\n";
    let small = places(columns, None);
    small.edit(|toml| {
        toml.replace("dates = \"yyyy-MM-dd\"", "decimal = \",\"\nthousands = \".\"\ndates = \"dd-MM-yyyy\"")
    });
    small.extract("places.csv", "sted;antal;til\nA;9999;31-12-9999\nB;9.999;01-01-2018\nC;09999;\nD;99;\n");
    assert_eq!(small.staged("places"), ["A||", "B||2018-01-01", "C||", "D|99|"]);
}

#[test]
fn what_is_complete_is_told_by_its_value() {
    let columns = "[[table.column]]\nraw = \"kode\"\nname = \"code\"\ntype = \"integer\"\n";
    let small = places(columns, None);
    small.edit(|toml| {
        toml.replace(
            "name = \"places\"\n[[table.column]]",
            "name = \"places\"\ncomplete = [{ column = \"code\", values = [\"01\", \"2\"] }]\n[[table.column]]",
        )
    });
    assert_eq!(small.extract("places.csv", "sted;kode\nA;1\nB;02\n").staged("places"), ["A|1", "B|2"]);
    let told = small.extract("places.csv", "sted;kode\nA;1\n").refused();
    assert!(told.contains("kode 2"), "{told}");
}

#[test]
fn a_number_with_marks_is_told_by_its_value() {
    let columns = "[[table.column]]\nraw = \"sats\"\nname = \"rate\"\ntype = \"decimal\"\nprecision = 9\nscale = 3\n";
    let small = places(columns, None);
    small.edit(|toml| {
        toml.replace("dates = ", "decimal = \",\"\nthousands = \".\"\ndates = ").replace(
            "name = \"places\"\n[[table.column]]",
            "name = \"places\"\nexclude = [{ name = \"left\", column = \"rate\", values = [\"1,234\"], da = \"u\", en = \"o\" }]\n\
             [[table.column]]",
        )
    });
    small.extract("places.csv", "sted;sats\nA;1.234\nB;1,2340\nC;1,234\n");
    assert_eq!(small.staged("places"), ["A|1234.000"]);
}

#[test]
fn what_a_contract_lists_of_numbers_and_days_is_told_by_its_value() {
    let columns = "[[table.column]]\nraw = \"kode\"\nname = \"code\"\ntype = \"integer\"\nvalues = [\"1\", \"02\", \"7\", \"8\"]\n\
                   [[table.column]]\nraw = \"dag\"\nname = \"day\"\ntype = \"date\"\n";
    let small = places(columns, None);
    small.edit(|toml| {
        toml.replace("dates = \"yyyy-MM-dd\"", "dates = \"dd-MM-yyyy\"").replace(
            "name = \"places\"\n[[table.column]]",
            "name = \"places\"\ncontrol = [{ column = \"code\", values = [\"8\", \"I alt\"] }]\n\
             exclude = [{ name = \"left\", column = \"code\", values = [\"7\"], da = \"u\", en = \"o\" }, \
             { name = \"first\", column = \"day\", values = [\"2018-01-01\"], da = \"u\", en = \"o\" }]\n[[table.column]]",
        )
    });
    small.extract(
        "places.csv",
        "sted;kode;dag\nA;1;02-01-2018\nB;2;02-01-2018\nC;002;02-01-2018\nD;07;02-01-2018\nE;7;02-01-2018\nF;008;02-01-2018\n\
         G;I alt;\nH;1;01-01-2018\nI;3;02-01-2018\n",
    );
    assert_eq!(small.staged("places"), ["A|1|2018-01-02", "B|2|2018-01-02", "C|2|2018-01-02"]);
    assert_eq!(small.rejected(), ["10 values kode: 3"]);
    assert_eq!(small.count("excluded", "left"), 2);
    assert_eq!(small.count("excluded", "first"), 1);
}

#[test]
fn as_many_rows_as_the_contract_allows_may_be_rejected() {
    for (share, allowed, shown) in
        [("0.29", 29, "29 %"), ("0.57", 57, "57 %"), ("0.58", 58, "58 %"), ("0.07", 7, "7 %")]
    {
        let small = places("", None);
        small.edit(|toml| toml.replace("max_rejected_share = 1.0", &format!("max_rejected_share = {share}")));
        let file = |bad: usize| format!("sted\n{}{}", "1\n".repeat(bad), "A\n".repeat(100 - bad));
        assert_eq!(small.extract("places.csv", file(allowed)).staged("places").len(), 100 - allowed);
        let told = small.extract("places.csv", file(allowed + 1)).refused();
        assert!(told.contains(&format!("more than the {shown} that the contract allows")), "{told}");
    }
}

#[test]
fn rows_that_are_none_of_the_table_dilute_no_share() {
    let exclude = "[[table.exclude]]\nname = \"unused\"\ncolumn = \"place\"\nvalues = [\"U\"]\n";
    let small = places(exclude, None);
    small.edit(|toml| toml.replace("max_rejected_share = 1.0", "max_rejected_share = 0.1"));
    let told = small.extract("places.csv", format!("sted\nA\n1\n{}", "U\n".repeat(100))).refused();
    assert!(told.contains("1 of 2 rows"), "{told}");
}
