//! A delivery's own totals are held against its rows, decimals too; and what is only to be known is counted.

use super::Trial;

/// Staff of a place with the sum of the sheet below, and of all places.
fn contract(presence: &str) -> String {
    format!(
        "
files = [\"staff.csv\"]
sensitivity = \"practice\"
[format]
kind = \"csv\"
encoding = \"utf-8\"
delimiter = \";\"
decimal = \",\"
thousands = \".\"
[[table]]
name = \"staff\"
key = [\"place\", \"profession\"]
totals = [{{ column = \"profession\", values = [\"I alt\"], of = \"hours\", per = [\"place\"], presence = \"{presence}\" }}]
[[table.count]]
name = \"correction\"
column = \"hours\"
below = \"0\"
[[table.column]]
raw = \"sted\"
name = \"place\"
type = \"text\"
pattern = \"[A-Z]\"
[[table.column]]
raw = \"faggruppe\"
name = \"profession\"
type = \"text\"
[[table.column]]
raw = \"timer\"
name = \"hours\"
type = \"decimal\"
precision = 9
scale = 2
max = \"10000\"
"
    )
}

fn told(presence: &str, rows: &str) -> Trial {
    let small = Trial::new("staff", &contract(presence));
    small.extract("staff.csv", format!("sted;faggruppe;timer\n{rows}"));
    small
}

#[test]
fn a_total_of_decimals_is_the_sum_of_the_rows_that_share_its_place() {
    let rows = "A;nurse;1.000,25\nA;clerk;-0,5\nA;I alt;999,75\nB;nurse;7\nB;I alt;7,00\n";
    assert_eq!(told("required", rows).staged("staff").len(), 3);
    let refused = told("required", &rows.replace("999,75", "1.000,75")).refused();
    assert!(refused.contains("1 total rows are not the sum of their parts"), "{refused}");
    assert!(refused.contains("over faggruppe for A: 1000.75 declared, 999.75 summed"), "{refused}");
    let refused = told("required", &rows.replace("999,75", "about a thousand")).refused();
    assert!(refused.contains("no number declared, 999.75 summed"), "{refused}");
}

#[test]
fn a_total_that_has_to_be_there_is_missed() {
    let rows = "A;nurse;1\n";
    assert_eq!(told("optional", rows).staged("staff").len(), 1);
    let refused = told("required", rows).refused();
    assert!(refused.contains("the extract is incomplete: faggruppe I alt, the total missing"), "{refused}");
}

#[test]
fn a_rejected_row_may_be_a_part_of_the_total_or_too_much() {
    for total in ["3", "20000"] {
        let small = told("required", &format!("A;nurse;1\nA;clerk;20000\nA;I alt;{total}\n"));
        let refused = small.refused();
        assert!(refused.contains(&format!("over faggruppe for A: {total}.00 declared, 1.00 summed")), "{refused}");
    }
    for total in ["1", "20001"] {
        let small = told("required", &format!("A;nurse;1\nA;clerk;20000\nA;I alt;{total}\n"));
        assert_eq!(small.rejected(), ["3 range timer: 20000"], "{total}");
    }
    // Where its amount can't be read, no sum tells anything.
    let small = told("required", "A;nurse;1\nA;clerk;many\nA;I alt;5\n");
    assert_eq!(small.rejected(), ["3 type timer: many"]);
}

#[test]
fn corrections_are_taken_in_and_counted() {
    let small = told("optional", "A;nurse;1\nA;clerk;-1\nB;clerk;-2\n");
    assert_eq!(small.staged("staff").len(), 3);
    assert_eq!((small.count("counted", "correction"), small.count("accepted", "")), (2, 3));
}

#[test]
fn rejected_rows_may_be_of_more_than_any_sum_holds() {
    let large = "9".repeat(36);
    let small = told("required", &format!("A;nurse;1\nA;clerk;{large}\nA;porter;{large}\nA;I alt;1\n"));
    assert_eq!(small.staged("staff").len(), 1);
}

#[test]
fn a_row_that_is_left_out_as_a_duplicate_may_be_a_part_of_the_total_too() {
    let rows = "A;nurse;10\nA;nurse;10\nA;I alt;20\nB;nurse;-5\nB;nurse;-5\nB;I alt;-5\n";
    let small = told("required", rows);
    assert_eq!(small.staged("staff").len(), 2);
    assert_eq!((small.count("counted", "correction"), small.count("rejected_by_rule", "duplicate_key")), (1, 2));
}

#[test]
fn an_amount_that_can_not_be_read_leaves_the_totals_of_other_places_to_be_checked() {
    let refused = told("required", "A;nurse;mange\nA;I alt;9\nB;nurse;2\nB;I alt;999\n").refused();
    assert!(refused.contains("over faggruppe for B: 999.00 declared, 2.00 summed"), "{refused}");
    assert_eq!(told("required", "A;nurse;mange\nA;I alt;9\nB;nurse;2\nB;I alt;2\n").staged("staff").len(), 1);
}

#[test]
fn a_total_that_is_told_twice_has_to_be_told_alike() {
    let rows = "A;nurse;2\nA;I alt;2\nA;I alt;2,00\n";
    assert_eq!(told("required", rows).staged("staff").len(), 1);
    let refused = told("required", &rows.replace("2,00", "3")).refused();
    assert!(refused.contains("over faggruppe for A: 2.00 and 3.00 declared, 2.00 summed"), "{refused}");
}

#[test]
fn a_total_may_have_more_digits_than_its_parts() {
    let narrow = contract("required").replace("precision = 9", "precision = 5").replace("10000", "999");
    let small = Trial::new("staff", &narrow);
    small.extract("staff.csv", "sted;faggruppe;timer\nA;nurse;900\nA;clerk;900\nA;I alt;1.800,00\n");
    assert_eq!(small.staged("staff").len(), 2);
}

#[test]
fn a_complete_extract_has_every_combination_and_not_only_as_many_rows() {
    let complete = contract("optional").replace(
        "key = [",
        "complete = [{ column = \"place\", values = [\"A\", \"B\"] }, { column = \"profession\", values = [\"nurse\", \"clerk\"] }]\nkey = [",
    );
    let rows = |rows: &str| {
        let small = Trial::new("staff", &complete);
        small.extract("staff.csv", format!("sted;faggruppe;timer\n{rows}"));
        small
    };
    let told = rows("A;nurse;1\nA;clerk;1\nB;nurse;1\nC;nurse;1\n").refused();
    assert!(told.contains("the extract is incomplete: 1 of 4 combinations missing"), "{told}");
    assert_eq!(rows("A;nurse;1\nA;clerk;1\nB;nurse;1\nB;clerk;1\nC;nurse;1\n").staged("staff").len(), 5);
}

#[test]
fn a_row_that_the_registers_rules_leave_out_may_be_a_part_of_the_total() {
    let excluding = contract("required").replace(
        "[[table.count]]",
        "[[table.exclude]]\nname = \"left\"\ncolumn = \"profession\"\nvalues = [\"porter\"]\n[[table.count]]",
    );
    let small = Trial::new("staff", &excluding);
    let file = |rows: &str, total: &str| format!("sted;faggruppe;timer\n{rows}A;I alt;{total}\n");
    for (rows, totals) in [
        ("A;nurse;1\nA;porter;2\n", &["1", "3"][..]),
        ("A;nurse;1\nA;porter;2\nA;clerk;20000\n", &["1", "3", "20001", "20003"]),
        ("A;nurse;1\nA;porter;\nB;porter;2\n", &["1"]),
    ] {
        for total in totals {
            assert_eq!(small.extract("staff.csv", file(rows, total)).staged("staff").len(), 1, "{rows}{total}");
        }
        let refused = small.extract("staff.csv", file(rows, "2")).refused();
        assert!(refused.contains("over faggruppe for A: 2.00 declared, 1.00 summed"), "{refused}");
    }
    // Where its amount can't be read, no sum tells anything.
    assert_eq!(small.extract("staff.csv", file("A;nurse;1\nA;porter;mange\n", "2")).staged("staff").len(), 1);
}

#[test]
fn what_a_total_shares_with_its_parts_may_be_no_value() {
    let none = contract("required").replace("pattern = \"[A-Z]\"", "").replace(
        "raw = \"sted\"\nname = \"place\"\ntype = \"text\"",
        "raw = \"sted\"\nname = \"place\"\ntype = \"integer\"\nnullable = true\nnulls = [\"0\"]",
    );
    let small = Trial::new("staff", &none);
    small.extract("staff.csv", "sted;faggruppe;timer\n00;nurse;1\n0;clerk;2\n000;I alt;3\n");
    assert_eq!(small.staged("staff"), ["|nurse|1.00", "|clerk|2.00"]);
}

#[test]
fn a_note_below_the_rows_is_a_part_of_no_total() {
    let rows = "A;nurse;7\nA;clerk;2\nA;I alt;9\n";
    let with_note = format!("{rows}Kilde: Danmarks Statistik\n");
    assert_eq!(told("required", &with_note).staged("staff").len(), 2);
    let refused = told("required", &with_note.replace("I alt;9", "I alt;10")).refused();
    assert!(refused.contains("over faggruppe for A: 10.00 declared, 9.00 summed"), "{refused}");
    // A row that can't be split may be a part of any.
    assert_eq!(told("required", &format!("{}B;nurse\n", rows.replace("I alt;9", "I alt;10"))).staged("staff").len(), 2);
}

#[test]
fn a_trailer_writes_its_count_as_the_contract_writes_numbers() {
    let rows: String = (0..1000).map(|at| format!("A;p{at};1\n")).collect();
    let counted = |contract: &str, count: &str| {
        let small = Trial::new("staff", &contract.replace("delimiter", "trailer = \"SLUT\"\ndelimiter"));
        small.extract("staff.csv", format!("sted;faggruppe;timer\n{rows}SLUT;{count}\n"));
        small
    };
    let with = contract("optional");
    for count in ["1.000", "1000", "0001000"] {
        assert_eq!(counted(&with, count).staged("staff").len(), 1000, "{count}");
    }
    for count in ["1.001", "1.00", "1,000", "-1.000"] {
        let told = counted(&with, count).refused();
        assert!(told.contains(&format!("{count} declared, 1000 counted")), "{told}");
    }
    let told = counted(&with.replace("thousands = \".\"\n", ""), "1.000").refused();
    assert!(told.contains("1.000 declared, 1000 counted"), "{told}");
}
