//! Lines of fixed width: positions, record types, and lines that hold a thing several times.

use super::Trial;
use super::contract_text::{NOBODY, is_pseudonym};

const NOBODY_ELSE: &str = "1504751235";

/// A source that the fuzz targets read too. Type 2, CPR 10, three doctors of number 6 and first day 8 (current, previous, next), name 8.
const LISTED: &str = include_str!("listed.toml");

fn line(cpr: &str, doctors: &str, name: &str) -> String {
    format!("10{cpr}{doctors:<42}{name:<8}")
}

fn file(lines: &[String], count: usize) -> Vec<u8> {
    let text = format!("0020180418\r\n{}\r\n99{count:08}\r\n", lines.join("\r\n"));
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

const CURRENT: &str = "00123420150101";
const CURRENT_AND_PREVIOUS: &str = "0012342015010100999920100101";
const ALL_THREE: &str = "001234201501010099992010010100555520190101";
const NONE: &str = "      00000000";

#[test]
fn the_current_the_previous_and_the_next_doctor_of_a_line_become_periods() {
    let small = Trial::new("listed", LISTED);
    let lines = [line(NOBODY, ALL_THREE, "Søren Å"), line(NOBODY_ELSE, NONE, "Ærø")];
    small.extract("listed_20180418.txt", file(&lines, 2));
    assert_eq!(small.staged("person").len(), 2);
    let rows = small.staged("listing");
    let periods: Vec<&str> = rows.iter().map(|row| row.split_once('|').unwrap().1).collect();
    assert_eq!(
        periods,
        ["001234|2015-01-01|2019-01-01", "009999|2010-01-01|2015-01-01", "005555|2019-01-01|"],
        "a doctor's time ends where the next one's begins, and a person without a doctor has no row"
    );
    assert!(rows.iter().all(|row| is_pseudonym(row.split('|').next().unwrap())), "{rows:?}");
    small.is_nowhere_in_the_store(NOBODY);
}

#[test]
fn lines_that_do_not_fit_are_kept_aside_and_those_that_are_not_read_are_counted() {
    let small = Trial::new("listed", LISTED);
    let mut short = line(NOBODY, CURRENT_AND_PREVIOUS, "Søren");
    short.pop();
    let lines = [
        short,
        line(NOBODY_ELSE, CURRENT, "Ærø").replacen("10", "7K", 1),
        line(NOBODY_ELSE, CURRENT, "Ærø").replacen("10", "20", 1),
        line(NOBODY_ELSE, "00123420151301", "Ærø"),
    ];
    small.extract("listed_20180418.txt", file(&lines, 4));
    assert_eq!(
        small.rejected(),
        [
            "2 column_count : 61 letters where the layout has 62",
            "3 record_type : no record type `#x` in the contract",
            "5 type SIkraftDatoYder: 20151301",
        ]
    );
    assert_eq!((small.count("read", ""), small.count("control", "")), (7, 3));
}

#[test]
fn records_of_types_that_the_contract_does_not_know_are_passed_over_and_counted_by_type() {
    let small = Trial::new("listed", LISTED);
    let other = |record_type: &str| line(NOBODY_ELSE, CURRENT, "Ærø").replacen("10", record_type, 1);
    let lines = [line(NOBODY, CURRENT, "Søren"), other("23"), other("30"), other("23"), other("20")];
    small.extract("listed_20180418.txt", file(&lines, 5));
    assert_eq!(small.rejected(), [""; 0]);
    assert_eq!((small.count("record_type", "23"), small.count("record_type", "30")), (2, 1));
    // The start and the end, three of other types and one that is known and never read; and two tables of one line.
    assert_eq!(["read", "accepted", "rejected", "control"].map(|measure| small.count(measure, "")), [8, 2, 0, 6]);
    assert_eq!(small.stage().other_types, [("23".to_owned(), 2), ("30".to_owned(), 1)].into());
    small.edit(|toml| toml.replace("rows = \"quarantine\"", "rows = \"quarantine\", record_types = \"freeze\""));
    let told = small.refused();
    assert!(
        told.contains("the record type `23` is not in the contract\n  file listed_20180418.txt\n  row 3\n"),
        "{told}"
    );
    assert!(told.contains("or set `record_types` under [policy] to count"), "{told}");
}

#[test]
fn a_file_whose_records_all_have_another_type_is_no_file_of_nothing() {
    let small = Trial::new("listed", LISTED);
    let lines = [line(NOBODY, CURRENT, "Søren"), line(NOBODY_ELSE, CURRENT, "Ærø")];
    let lines = lines.map(|line| line.replacen("10", "11", 1));
    small.extract("listed_20180418.txt", file(&lines, 2));
    let told = small.refused();
    assert!(told.contains("no record is of type `10`, and some are of types that are not in the contract"), "{told}");
    assert!(told.contains("there are `11` (2) instead"), "{told}");
}

#[test]
fn a_name_in_the_place_of_a_type_is_told_by_no_message() {
    let small = Trial::new("listed", LISTED);
    small.edit(|toml| toml.replace("skip = [\"20\"]", "skip = [\"AB\"]"));
    let lines = [line(NOBODY, CURRENT, "Søren"), line(NOBODY_ELSE, CURRENT, "Ærø").replacen("10", "Bo", 1)];
    small.extract("listed_20180418.txt", file(&lines, 2));
    assert_eq!(small.stage().other_types, [("xx".to_owned(), 1)].into());
}

#[test]
fn a_file_that_is_not_whole_is_refused() {
    let small = Trial::new("listed", LISTED);
    let good = [line(NOBODY, CURRENT, "Søren")];
    let cases: [(Vec<u8>, &str); 5] = [
        (file(&good, 2), "the control total does not match: 00000002 declared, 1 counted"),
        (format!("0020180418\r\n{}\r\n", line(NOBODY, CURRENT, "S")).into(), "the end record `99` is missing"),
        (format!("{}\r\n9900000001\r\n", line(NOBODY, CURRENT, "S")).into(), "the first record is not of type `00`"),
        (
            format!("0020180419\r\n{}\r\n9900000001\r\n", line(NOBODY, CURRENT, "S")).into(),
            "the extract says 20180419 where its file's name says 2018-04-18",
        ),
        ([file(&good, 1), line(NOBODY, CURRENT, "S").into()].concat(), "row 4 stands after the end record"),
    ];
    for (bytes, message) in cases {
        let told = small.extract("listed_20180418.txt", bytes).refused();
        assert!(told.contains(message), "{message}: {told}");
        assert!(told.contains("\nhint: "), "{told}");
    }
}

#[test]
fn positions_that_can_not_be_are_told_before_anything_is_read() {
    for (from, to, message) in [
        ("at = \"55-62\"", "at = \"50-62\"", "the fields `SIkraftDatoYderFrem` and `PNavn` overlap"),
        ("at = \"55-62\"\n", "", "the column `PNavn` needs `at`"),
        ("at = \"55-62\"", "at = \"62-55\"", "`62-55` is not positions as `3-12`, counted from 1"),
        ("[\"13-18\", \"27-32\", \"41-46\"]", "[\"13-18\", \"27-32\"]", "one for every occurrence"),
    ] {
        assert!(LISTED.contains(from), "{from}");
        // In one table, so that its fields can overlap.
        let contract = LISTED.replace(from, to);
        let contract = match message.contains("overlap") {
            true => LISTED.replace("at = [\"47-54\", \"19-26\", \"\"]", "at = [\"46-54\", \"19-26\", \"\"]"),
            false => contract,
        };
        let told = Trial::new("listed", &contract).wrong();
        let message = if message.contains("overlap") { "overlap" } else { message };
        assert!(told.contains(message), "{message}: {told}");
    }
}

#[test]
fn a_letter_that_is_written_as_two_moves_no_field() {
    let small = Trial::new("listed", &LISTED.replace("windows-1252", "utf-8"));
    let lines = [line(NOBODY, CURRENT, "Søren Å"), line(NOBODY_ELSE, CURRENT, "A\u{30a}se")];
    let text = format!("0020180418\n{}\n9900000002\n", lines.join("\n"));
    assert_eq!(small.extract("listed_20180418.txt", text).staged("person").len(), 1);
    let rejected = small.rejected();
    assert!(rejected.len() == 1 && rejected[0].starts_with("3 malformed : a letter is written as two"), "{rejected:?}");
    // A line that nothing is read of has no place to lose.
    let other = format!("23{:<58}A\u{30a}", "");
    small.extract("listed_20180418.txt", format!("0020180418\n{}\n{other}\n9900000002\n", lines[0]));
    assert_eq!((small.rejected(), small.count("record_type", "23")), (Vec::new(), 1));
}

#[test]
fn a_number_that_the_end_of_its_line_cuts_is_no_other_number() {
    let contract = "files = [\"reg.txt\"]\nsensitivity = \"open\"\n[format]\nkind = \"fixed\"\nencoding = \"utf-8\"\n\
                    record_type = \"1-2\"\n[[table]]\nname = \"reg\"\nelement = \"10\"\n[[table.column]]\nraw = \"navn\"\n\
                    at = \"3-6\"\nname = \"navn\"\ntype = \"text\"\n[[table.column]]\nraw = \"antal\"\nat = \"7-11\"\n\
                    name = \"antal\"\ntype = \"integer\"\nnullable = true\n";
    let small = Trial::new("reg", contract);
    // A text may have lost the blanks behind it, and so may a line without a number.
    small.extract("reg.txt", "10Nord00123\n10Syd 0012\n10Øst   123\n10Ve\n10Fyn    \n");
    assert_eq!(small.staged("reg"), ["Nord|123", "Øst|123", "Ve|", "Fyn|"]);
    assert_eq!(small.rejected(), ["2 column_count : it ends within `antal`, whose value may be cut"]);
}

#[test]
fn a_day_that_is_all_there_is_not_cut_by_the_end_of_its_line() {
    let contract = "files = [\"reg.txt\"]\nsensitivity = \"open\"\n[format]\nkind = \"fixed\"\nencoding = \"utf-8\"\n\
                    record_type = \"1-2\"\ndates = \"yyyyMMdd\"\n[[table]]\nname = \"reg\"\nelement = \"10\"\n[[table.column]]\n\
                    raw = \"navn\"\nat = \"3-6\"\nname = \"navn\"\ntype = \"text\"\n[[table.column]]\nraw = \"dag\"\nat = \"7-16\"\n\
                    name = \"dag\"\ntype = \"date\"\nnullable = true\n";
    let small = Trial::new("reg", contract);
    small.extract("reg.txt", "10Øst 20180131  \n10Syd 2018013\n10Fyn 20181301\n10Nord20180131");
    assert_eq!(small.staged("reg"), ["Øst|2018-01-31", "Nord|2018-01-31"]);
    let told = |row| format!("{row} column_count : it ends within `dag`, whose value may be cut");
    assert_eq!(small.rejected(), [told(2), told(3)]);
    assert_eq!(small.extract("reg.txt", "10Nord20180131").staged("reg"), ["Nord|2018-01-31"]);
}

#[test]
fn a_file_that_is_cut_within_the_text_at_its_end_is_refused() {
    let contract = "files = [\"reg.txt\"]\nsensitivity = \"open\"\n[format]\nkind = \"fixed\"\nencoding = \"utf-8\"\n\
                    record_type = \"1-2\"\n[[table]]\nname = \"reg\"\nelement = \"10\"\n[[table.column]]\nraw = \"navn\"\n\
                    at = \"3-7\"\nname = \"navn\"\ntype = \"text\"\n";
    let small = Trial::new("reg", contract);
    let told = small.extract("reg.txt", "10Norde\n10Syd  \n23 \n10Øs").refused();
    let expected =
        "the extract is cut off: row 4, the last, has no line end, and 4 letters where those before it have 7";
    assert!(told.contains(expected), "{told}");
    // Without an end of its last line a file may be whole, and elsewhere texts have lost the blanks behind them.
    for text in [
        "10Norde\n10Øst  ",
        "10Nord\n10Øst",
        "10Øst",
        "10Nord\n10Norde\n10Øst",
        "10Norde\n10Øst\n",
        "10Norde\n10Øst\n10a\rb",
    ] {
        assert_eq!(small.extract("reg.txt", text).staged("reg").pop().as_deref(), Some("Øst"), "{text}");
    }
}

#[test]
fn a_line_that_holds_others_is_kept_aside() {
    let small = Trial::new("listed", LISTED);
    let (one, other) = (line(NOBODY, CURRENT, "Nord"), line(NOBODY_ELSE, CURRENT, "Syd"));
    small.extract("listed_20180418.txt", format!("0020180418\r\n{one}\r\n{one}\r{other}\r\n9900000002\r\n"));
    assert_eq!(small.staged("person").len(), 1);
    let rejected = small.rejected();
    assert!(rejected.len() == 1 && rejected[0].starts_with("3 malformed : CR stands in its middle"), "{rejected:?}");
}

#[test]
fn what_stands_for_no_value_is_no_occurrence_however_it_is_spelled() {
    let contract = "files = [\"reg.txt\"]\nsensitivity = \"open\"\n[format]\nkind = \"fixed\"\nencoding = \"utf-8\"\n\
                    record_type = \"1-2\"\n[[table]]\nname = \"reg\"\nelement = \"10\"\noccurrences = 2\npresent = \"dok\"\n\
                    [[table.column]]\nraw = \"nr\"\nat = \"3-5\"\nname = \"nr\"\ntype = \"text\"\n[[table.column]]\n\
                    raw = \"dok\"\nat = [\"6-8\", \"9-11\"]\nname = \"dok\"\ntype = \"integer\"\nnullable = true\nnulls = [\"0\"]\n";
    let small = Trial::new("reg", contract);
    small.extract("reg.txt", "10001123000\n10002000456\n10003  0x00\n");
    assert_eq!(small.staged("reg"), ["001|123", "002|456"]);
    // What can't be read is there.
    assert_eq!(small.rejected(), ["3 type dok: x00"]);
}
