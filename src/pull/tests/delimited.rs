//! Delimited text: headers that vary, files without one, three character sets.

mod quotes;

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};

use super::Trial;
use super::contract_text::{NOBODY, column, is_pseudonym, text_column};
use super::parquet_files::file;

fn contract(format: &str) -> String {
    let columns = column("ydernr", "type = \"text\"\npattern = \"[0-9]{6}\"") + &text_column("navn");
    format!(
        "files = [\"reg.csv\"]\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\ndelimiter = \";\"\n{format}\n\
         [[table]]\nname = \"reg\"\nkey = [\"ydernr\"]\n{columns}"
    )
}

#[test]
fn the_case_of_the_header_may_vary_where_the_contract_says_so() {
    let file = "YDERNR;Navn\n001234;Lægerne\n";
    let any = Trial::new("reg", &contract("encoding = \"utf-8\"\nheader = \"any-case\""));
    assert_eq!(any.extract("reg.csv", file).staged("reg"), ["001234|Lægerne"]);
    let exact = Trial::new("reg", &contract("encoding = \"utf-8\""));
    let told = exact.extract("reg.csv", file).refused();
    assert!(told.contains("the column `ydernr` is missing"), "{told}");
    assert!(told.contains("the file has `YDERNR` instead"), "{told}");
}

#[test]
fn a_file_without_a_header_is_read_by_place_and_names_are_not_read_at_all() {
    let contract = "
files = [\"{date}AutDK.csv\"]
sensitivity = \"person\"
[format]
kind = \"csv\"
encoding = \"iso-8859-15\"
delimiter = \";\"
header = \"none\"
[[table]]
name = \"reg\"
key = [\"nr\"]
[[table.column]]
raw = \"Autorisationsnummer\"
name = \"nr\"
type = \"text\"
pattern = \"[0-9A-Z]{5}\"
[[table.column]]
raw = \"CPR\"
name = \"person_id\"
type = \"cpr\"
[[table.column]]
raw = \"Efternavn\"
sensitivity = \"direct\"
[[table.column]]
raw = \"UddannelsesKode\"
name = \"uddannelse\"
type = \"text\"
";
    let small = Trial::new("reg", contract);
    // 0xA4 is the euro sign in ISO-8859-15 alone.
    let file = format!("00A1B;{NOBODY};S\u{f8}rensen;7170 \u{a4}\r\n00A2B;{NOBODY};Kj\u{e6}r\r\n");
    small.extract("20180418AutDK.csv", file.chars().map(|letter| letter as u8).collect::<Vec<_>>());
    let rows = small.staged("reg");
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    let values: Vec<&str> = row.split('|').collect();
    assert_eq!((values[0], values[2]), ("00A1B", "7170 €"));
    assert!(is_pseudonym(values[1]), "{row}");
    assert_eq!(small.rejected(), ["2 column_count : 3 columns where the contract has 4"]);
    small.is_nowhere_in_the_store("Sørensen");
}

#[test]
fn another_character_set_than_the_contract_says_is_found_out() {
    let small = Trial::new("reg", &contract("encoding = \"iso-8859-15\""));
    let told = small.extract("reg.csv", "ydernr;navn\n001234;Lægerne\n").refused();
    assert!(told.contains("the extract is not iso-8859-15"), "{told}");
    let told = small.extract("reg.csv", b"ydernr;navn\n001234;L\x91gerne\n").refused();
    assert!(told.contains("byte 0x91 at offset 20 is none of its characters"), "{told}");
}

#[test]
fn a_column_that_a_whole_delivery_may_lack_is_missing_then() {
    let with = contract("encoding = \"utf-8\"") + &column("dato", "type = \"text\"\noptional = true");
    let small = Trial::new("reg", &with);
    assert_eq!(small.extract("reg.csv", "ydernr;navn\n001234;A\n").staged("reg"), ["001234|A|"]);
    assert_eq!(small.extract("reg.csv", "ydernr;navn;dato\n001234;A;x\n").staged("reg"), ["001234|A|x"]);
}

#[test]
fn a_column_can_have_its_own_spellings_of_missing() {
    let with =
        contract("encoding = \"utf-8\"") + &column("antal", "type = \"integer\"\nnullable = true\nnulls = [\"<5\"]");
    let small = Trial::new("reg", &with);
    small.extract("reg.csv", "ydernr;navn;antal\n001234;A;<5\n001235;<5;7\n");
    assert_eq!(small.staged("reg"), ["001234|A|", "001235|<5|7"]);
}

#[test]
fn a_column_that_stands_twice_is_not_guessed_at() {
    let small = Trial::new("reg", &contract("encoding = \"utf-8\""));
    let told = small.extract("reg.csv", "ydernr;navn;navn\n001234;Nord;Syd\n").refused();
    assert!(told.contains("the column `navn` stands twice"), "{told}");
}

#[test]
fn a_column_that_stands_there_under_two_of_its_names_is_not_guessed_at() {
    let told = |names: &str| format!("the columns {names} are one column, and both stand in it");
    for policy in ["freeze", "quarantine", "evolve"] {
        for (format, header, names) in [
            ("header = \"any-case\"", "NR;Nr;værdi", "`NR` and `Nr`"),
            ("header = \"any-case\"", "Num;værdi;NR", "`NR` and `Num`"),
            ("", "num;værdi;nr", "`nr` and `num`"),
            ("", "lbnr;værdi;num", "`num` and `lbnr`"),
        ] {
            let small = texts(format, &["nr", "værdi"]);
            let policy = format!("columns = \"{policy}\"");
            small.edit(|toml| {
                let toml = toml.replace("columns = \"freeze\"", &policy);
                toml.replace("raw = \"nr\"", "raw = \"nr\"\naliases = [\"num\", \"lbnr\"]")
            });
            let refused = small.extract("reg.csv", format!("{header}\n1;2;3\n")).refused();
            assert!(refused.contains(&told(names)), "{refused}");
        }
    }
    let columns = column("nr", "type = \"integer\"");
    let typed = Trial::new(
        "reg",
        &format!(
            "files = [\"reg.parquet\"]\nsensitivity = \"open\"\n[format]\nkind = \"parquet\"\n[[table]]\nname = \"reg\"\n{columns}"
        ),
    );
    let number = |number: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![number])) };
    let refused = typed.extract("reg.parquet", file(&[("NR", number(1)), ("Nr", number(2))])).refused();
    assert!(refused.contains(&told("`NR` and `Nr`")), "{refused}");
    // The one that is written as in the contract is meant.
    typed.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"quarantine\""));
    assert_eq!(typed.extract("reg.parquet", file(&[("NR", number(1)), ("nr", number(2))])).staged("reg"), ["2"]);
}

#[test]
fn what_is_never_read_is_not_taken_in_in_another_case() {
    for header in ["", "header = \"any-case\""] {
        let small = texts(header, &["nr"]);
        small.edit(|toml| {
            let unread = "[[table.column]]\nraw = \"navn\"\nda = \"Navn\"\nen = \"Name\"\nsensitivity = \"direct\"\n";
            format!("{}\n{unread}", toml.replace("columns = \"freeze\"", "columns = \"evolve\""))
        });
        assert_eq!(small.extract("reg.csv", "NAVN;nr;navn;Navn\nBo;1;Bo;Bo\n").staged("reg"), ["1"], "{header}");
    }
}

#[test]
fn a_column_without_a_name_is_told_as_such_where_none_may_be_left_out() {
    let told = texts("", &["a", "b"]).extract("reg.csv", "\na;b;\n1;2;\n").refused();
    assert!(told.contains("row 2: column 3 has no name: the header ends in the delimiter; ask"), "{told}");
    let told = texts(QUOTE, &["a", "b"]).extract("reg.csv", "a;\"\";b\n1;2;3\n").refused();
    assert!(told.contains("row 1: column 2 has no name; ask"), "{told}");
    let told = texts("", &["a", "b"]).extract("reg.csv", "a;;b;ny\n1;2;3;4\n").refused();
    assert!(told.contains("the column `ny` is not in the contract"), "{told}");
}

#[test]
fn a_column_that_is_taken_in_can_not_take_the_name_of_another() {
    for header in ["ydernr;navn;_row", "ydernr;navn;ny;ny"] {
        let small = Trial::new("reg", &contract("encoding = \"utf-8\""));
        small.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"evolve\""));
        let told = small.extract("reg.csv", format!("{header}\n001234;Nord;1;2\n")).refused();
        assert!(told.contains("stands twice"), "{told}");
    }
}

#[test]
fn a_header_that_stands_there_again_is_no_row() {
    let texts = "files = [\"reg.csv\"]\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\n\
                 delimiter = \";\"\nFORMAT[[table]]\nname = \"reg\"\n"
        .to_owned()
        + &text_column("nr")
        + &text_column("område");
    for (format, again) in [
        ("", "nr;område"),
        ("", "\u{feff}nr;område"),
        ("", "nr;omra\u{30a}de"),
        ("header = \"any-case\"\n", "NR;OMRÅDE"),
        ("quote = '\"'\n", "\u{feff}\"nr\";\"område\""),
        ("", "område;nr"),
    ] {
        let small = Trial::new("reg", &texts.replace("FORMAT", format));
        small.extract("reg.csv", format!("nr;område\n1;nr\n{again}\nnr;Nord\n"));
        assert_eq!(small.staged("reg"), ["1|nr", "nr|Nord"], "{again}");
        let rejected = small.rejected();
        assert!(rejected.len() == 1 && rejected[0].starts_with("3 header nr: "), "{rejected:?}");
    }
    // Where the contract says that there is no header, and there is one all the same; but numbers are values.
    let headless = Trial::new("reg", &texts.replace("FORMAT", "header = \"none\"\n"));
    assert_eq!(headless.extract("reg.csv", "nr;område\n1;Nord\n").staged("reg"), ["1|Nord"]);
    assert_eq!(headless.rejected(), ["1 header nr: nr"]);
    headless.edit(|toml| toml.replace("raw = \"nr\"", "raw = \"1\"").replace("raw = \"område\"", "raw = \"2\""));
    assert_eq!(headless.extract("reg.csv", "1;2\n2;1\n").staged("reg"), ["1|2", "2|1"]);
    let numbered = Trial::new("reg", &texts.replace("FORMAT", "").replace("raw = \"område\"", "raw = \"2018\""));
    assert_eq!(numbered.extract("reg.csv", "nr;2018\n1;2018\nnr;2018\n").staged("reg"), ["1|2018"]);
    // A header names no column twice.
    assert_eq!(numbered.extract("reg.csv", "nr;2018\nnr;nr\n2018;2018\n").staged("reg"), ["nr|nr", "2018|2018"]);
    // A name that the contract lists is a value.
    let listed = Trial::new("reg", &texts.replace("FORMAT", ""));
    listed.edit(|toml| toml.replacen("type = \"text\"", "type = \"text\"\nvalues = [\"nr\", \"1\"]", 1));
    assert_eq!(listed.extract("reg.csv", "nr;område\nnr;område\n").staged("reg"), ["nr|område"]);
    // A column that the file lacks says nothing against it.
    let with = texts.replace("FORMAT", "") + &column("dato", "type = \"text\"\noptional = true");
    let small = Trial::new("reg", &with);
    small.extract("reg.csv", "nr;område\n1;Nord\nnr;område\n");
    assert_eq!(small.rejected(), ["3 header nr: nr"]);
    small.extract("reg.csv", "nr;område;dato\n1;Nord;x\nnr;område;\n");
    assert_eq!(small.staged("reg"), ["1|Nord|x", "nr|område|"]);
    let small = Trial::new("reg", &texts.replace("FORMAT", "header = \"none\"\n"));
    small.extract("reg.csv", "1;Nord\n\u{feff}2;Syd\n");
    assert_eq!(small.rejected(), ["2 malformed nr: \u{feff}2"]);
}

#[test]
fn excels_line_for_the_delimiter_may_stand_in_quotes() {
    let small = Trial::new("reg", &contract("encoding = \"utf-8\"\nquote = '\"'"));
    let file = "\"sep=;\"\r\nydernr;navn\r\n001234;Nord\r\n";
    assert_eq!(small.extract("reg.csv", file).staged("reg"), ["001234|Nord"]);
    let told = small.extract("reg.csv", file.replace("=;", "=,")).refused();
    assert!(told.contains("its first line says that `,` divides its columns"), "{told}");
}

/// A file of texts, which may be missing.
fn texts(format: &str, names: &[&str]) -> Trial {
    let columns: String = names.iter().map(|name| column(name, "type = \"text\"\nnullable = true")).collect();
    let contract = format!(
        "files = [\"reg.csv\"]\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\n\
         {format}\n[[table]]\nname = \"reg\"\n{columns}"
    );
    Trial::new("reg", &contract)
}

const QUOTE: &str = "quote = '\"'";

#[test]
fn a_line_with_cr_in_it_is_no_row() {
    let rejected = |rows: &[u64]| -> Vec<String> {
        let why = "malformed : CR stands in its middle: convert the line ends to LF";
        rows.iter().map(|row| format!("{row} {why}")).collect()
    };
    for (format, names, file, staged, held) in [
        ("", &["nr"][..], "nr\n1\r2\n3\n", &["3"][..], &[2][..]),
        ("header = \"none\"", &["nr"], "1\r2\r3\r", &[], &[1]),
        ("", &["a", "b"], "a;b\r\n1;2\r3;4\r\n5;6\r7\r\n8\r;9\r\n8;9\r\n", &["8|9"], &[2, 3, 4]),
        ("", &["a", "b"], "a;b\r\r\n1;2\r\r\n", &["1|2"], &[]),
        (QUOTE, &["nr"], "nr\n1\r2\n\"3\"\n", &["3"], &[2]),
        (QUOTE, &["a", "b"], "a;b\r\n1;2\r3\r\n\"4\"\r;5\r\n6\r;\"7\"\r\n\"8\";9\r\r\n", &["8|9"], &[2, 3, 4]),
        // In quotes it is what it is.
        (QUOTE, &["a", "b"], "a;b\n1;\"x\ry\"\n", &["1|x\ry"], &[]),
        ("trailer = \"SLUT\"", &["a", "b"], "a;b\n1;2\r3\n4;5\nSLUT;2\n", &["4|5"], &[2]),
    ] {
        let small = texts(format, names);
        small.extract("reg.csv", file);
        assert_eq!(
            (small.staged("reg"), small.rejected()),
            (staged.iter().map(|row| (*row).to_owned()).collect(), rejected(held)),
            "{file:?}"
        );
    }
    let small = texts("", &["a", "b"]);
    small.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"quarantine\""));
    let told = small.extract("reg.csv", "a;b;c\rd\n1;2;3\n").refused();
    assert!(told.contains("row 1: its lines end in CR alone"), "{told}");
    let told = texts("trailer = \"SLUT\"", &["a", "b"]).extract("reg.csv", "a;b\n1;2\nSLUT;1\r\r2\n").refused();
    assert!(told.contains("the trailer `SLUT` is missing"), "{told}");
    // The reader looks ahead, and CR may be the last that it has.
    for padding in 8180..8188 {
        let small = texts(QUOTE, &["a", "b"]);
        small.extract("reg.csv", format!("a;b\n\"1\";{}\r2\n\"3\";4\n", "x".repeat(padding)));
        assert_eq!((small.staged("reg"), small.rejected()), (vec!["3|4".to_owned()], rejected(&[2])), "{padding}");
    }
}

#[test]
fn excels_line_for_the_delimiter_is_no_row_of_a_file_without_a_header() {
    for sep in ["sep=;\n", "sep=;\r\n", "\"sep=;\"\r\n", "sep=;;;\n"] {
        for format in ["header = \"none\"".to_owned(), format!("header = \"none\"\n{QUOTE}")] {
            let small = texts(&format, &["a", "b"]);
            small.extract("reg.csv", format!("{sep}1;2\n3\n"));
            assert_eq!(small.staged("reg"), ["1|2"], "{sep}");
            assert_eq!(small.rejected(), ["3 column_count : 1 columns where the contract has 2"], "{sep}");
            assert_eq!(texts(&format, &["a"]).extract("reg.csv", format!("{sep}1\n")).staged("reg"), ["1"], "{sep}");
        }
    }
    let small = texts("header = \"none\"\ntrailer = \"SLUT\"", &["a", "b"]);
    small.edit(|toml| toml.replacen("type = \"text\"", "type = \"integer\"", 1));
    assert_eq!(small.extract("reg.csv", "sep=;\n1;2\nSLUT;1\n").staged("reg"), ["1|2"]);
    assert_eq!(small.count("read", ""), 2);
    // In another line it is what it is, and so is another delimiter's.
    let small = texts("header = \"none\"", &["a", "b"]);
    assert_eq!(small.extract("reg.csv", "1;2\nsep=;\n").staged("reg"), ["1|2", "sep=|"]);
    assert_eq!(small.extract("reg.csv", "sep=;x\n").staged("reg"), ["sep=|x"]);
    small.extract("reg.csv", "sep=,\n1;2\n");
    assert_eq!(small.rejected(), ["1 column_count : 1 columns where the contract has 2"]);
}

#[test]
fn an_empty_cell_in_quotes_is_a_row_and_a_blank_line_is_none() {
    let small = texts(QUOTE, &["a"]);
    for end in ["\n", "\r\n"] {
        small.extract("reg.csv", "a|1|\"\"|| |\" \"|2|\"\"".replace('|', end));
        assert_eq!(small.staged("reg"), ["1", "", "", "2", ""]);
        assert_eq!(small.count("read", ""), 5);
    }
}

#[test]
fn blanks_behind_a_closing_quote_are_blanks_whatever_they_are() {
    let small = texts(QUOTE, &["a", "b"]);
    small.extract("reg.csv", "a;b\n\"1\"\u{a0};\"2\"\u{2003}\u{b} \n\"3\"\u{a9};4\n\"5\"\u{a0}6;7\n");
    assert_eq!(small.staged("reg"), ["1|2"]);
    let why = "malformed : text stands behind the quote that closes a cell";
    assert_eq!(small.rejected(), [format!("3 {why}"), format!("4 {why}")]);
}

#[test]
fn a_title_is_told_with_its_own_line() {
    let told = texts("", &["a", "b"]).extract("reg.csv", "\n \n;\na;b\n1;2").refused();
    assert!(told.contains("row 3: the columns' names stand in the row below it"), "{told}");
}

#[test]
fn a_column_without_a_name_is_not_taken_in() {
    for (header, row) in [("a;b;c;", "1;2;3;"), ("a;;b; ;c", "1;x;2;;3")] {
        let small = texts("", &["a", "b"]);
        small.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"evolve\""));
        small.extract("reg.csv", format!("{header}\n{row}\n"));
        assert_eq!(small.staged("reg"), ["1|2|3"], "{header}");
        assert_eq!(small.stage().strangers, [String::new()].into(), "{header}");
    }
}

#[test]
fn a_file_that_is_cut_within_its_last_row_is_refused_and_a_note_below_the_rows_is_none() {
    for quote in ["", "quote = '\"'\n"] {
        let cut = |text: &str| texts(quote, &["a", "b", "c"]).extract("reg.csv", text).refused();
        for text in ["a;b;c\n1;2;3\n4;5", "a;b;c\n1;2;3\n4;", "a;b;c\r\n1;2;3\r\n4;5"] {
            let told = cut(text);
            assert!(told.contains("row 3, the last, has no line end, and 2 columns where the header has 3"), "{told}");
        }
        let small = texts(quote, &["a", "b", "c"]);
        // Without an end of its last line a file may be whole; and a line that is short for another reason has one.
        assert_eq!(small.extract("reg.csv", "a;b;c\n1;2;3\n4;5;6").staged("reg"), ["1|2|3", "4|5|6"]);
        for text in ["a;b;c\n1;2;3\nKilde: tal", "a;b;c\n1;2;3\n4;5\n"] {
            let small = texts(quote, &["a", "b", "c"]);
            assert_eq!(small.extract("reg.csv", text).staged("reg"), ["1|2|3"], "{text:?}");
            assert_eq!(small.rejected().len(), 1, "{text:?}");
        }
    }
    let told = texts("quote = '\"'", &["a", "b", "c"]).extract("reg.csv", "a;b;c\n\"1\";2;3\n\"4\";5").refused();
    assert!(told.contains("row 3, the last, has no line end"), "{told}");
}

#[test]
fn a_line_that_ends_in_the_delimiter_is_told_so() {
    for quote in ["", "quote = '\"'\n"] {
        let small = texts(quote, &["a", "b"]);
        small.extract("reg.csv", "a;b\n1;2;\n3;4\n5;6;7\n");
        assert_eq!(
            small.rejected(),
            [
                "2 column_count : 3 columns where the header has 2: it ends in the delimiter",
                "4 column_count : 3 columns where the header has 2"
            ]
        );
    }
}

#[test]
fn a_row_of_one_empty_cell_in_quotes_is_kept_aside_where_there_are_several() {
    let small = texts("quote = '\"'", &["a", "b"]);
    small.extract("reg.csv", "a;b\n\"\"\n1;2\n");
    assert_eq!(small.staged("reg"), ["1|2"]);
    assert_eq!(small.rejected(), ["2 column_count : 1 columns where the header has 2"]);
}
