//! Quotes of delimited text: what stands beside them, and the rows that one takes in which stands alone.

use super::{QUOTE, Trial, contract, texts};

const TWO: &[&str] = &["a", "b"];
const THREE: &[&str] = &["a", "b", "c"];

#[test]
fn a_quote_that_is_never_closed_swallows_nothing() {
    let small = Trial::new("reg", &contract("encoding = \"utf-8\"\nquote = '\"'"));
    let told = small.extract("reg.csv", "ydernr;navn\n001234;\"Nord\nog Syd\"\n005678;\"Øst\n009999;Vest\n").refused();
    assert!(told.contains("the extract is cut off: the quote that row 4 opens is not closed"), "{told}");
    let whole = "ydernr;navn\n\n001234;\"Nord\nog Syd\"\n\n\n12;Øst";
    assert_eq!(small.extract("reg.csv", whole).rejected(), ["7 pattern ydernr: 12"]);
    let told = small.extract("reg.csv", format!("ydernr;navn\n001234;\"{}", "\n".repeat(5_000_000))).refused();
    assert!(told.contains("row 2: the record is longer than 4194304 bytes"), "{told}");
}

#[test]
fn what_stands_behind_a_closing_quote_is_no_part_of_its_cell() {
    let small = Trial::new("reg", &contract("encoding = \"utf-8\"\nquote = '\"'"));
    let rows = "ydernr;navn\n001234;\"Nord\"Syd\n\"005678\" ;\"Øst \"\"og\"\" Vest\"\n009999;\"a\nb\" \"c\"\n008888;N\"o\"rd\n";
    small.extract("reg.csv", rows);
    assert_eq!(small.staged("reg"), ["005678|Øst \"og\" Vest", "008888|N\"o\"rd"]);
    let why = "text stands behind the quote that closes a cell";
    // The record of row 4 goes on in row 5.
    assert_eq!(small.rejected(), ["2", "4", "5"].map(|row| format!("{row} malformed : {why}")));
    let before = "ydernr;navn\n001234; \"Nord\"\n005678;\t\"a\nb\"\n \"009999\";Vest\n008888; N\"o\"rd\n";
    assert_eq!(small.extract("reg.csv", before).staged("reg"), ["008888|N\"o\"rd"]);
    let why_not = "malformed : blanks stand before the quote that opens a cell";
    let rows = ["2", "3"].map(|row| format!("{row} {why_not}"));
    let rejected = small.rejected();
    assert_eq!(rejected[..2], rows);
    // The rest of the cell is no record either.
    assert_eq!(rejected[2..], ["4", "5"].map(|row| format!("{row} {why_not}")));
    let broken = "ydernr;navn\n001234;\u{a0}\"Nord\n005678;Syd\"\n008888;Øst\n";
    assert_eq!(small.extract("reg.csv", broken).staged("reg"), ["008888|Øst"]);
    assert_eq!(small.rejected(), rows);
    let doubled = "ydernr;navn\n001234; \"Nord \"\"og\nSyd\"\n008888;Øst\n";
    assert_eq!(small.extract("reg.csv", doubled).staged("reg"), ["008888|Øst"]);
    assert_eq!(small.rejected(), rows);
    // The reader looks ahead: a fault is told of its own row.
    let many = format!("{}001234;\"Nord\"x\n", "001234;\"Nord\"\n".repeat(5_000));
    assert_eq!(
        small.extract("reg.csv", format!("ydernr;navn\n{many}")).rejected().last(),
        Some(&format!("5002 malformed : {why}"))
    );
    let crlf = "ydernr;navn\r\n\"001234\";\"Nord\"\r\n005678;\"Øst\" \r\n";
    assert_eq!(small.extract("reg.csv", crlf).staged("reg"), ["001234|Nord", "005678|Øst"]);
    let told = small.extract("reg.csv", "ydernr;\"na\"vn\n001234;Nord\n").refused();
    assert!(told.contains("row 1: text stands behind the quote"), "{told}");
    let ended = Trial::new("reg", &contract("encoding = \"utf-8\"\nquote = '\"'\ntrailer = \"SLUT\""));
    assert_eq!(ended.extract("reg.csv", "ydernr;navn\n001234;Nord\n \"SLUT\"; \"1\"\n").staged("reg"), ["001234|Nord"]);
    let told = ended.extract("reg.csv", "ydernr;navn\n001234;Nord\nSLUT;\"\"1\n").refused();
    assert!(told.contains("the trailer `SLUT` is missing"), "{told}");
}

#[test]
fn every_line_that_a_stray_quote_takes_in_is_a_row_that_is_kept_aside() {
    let lines = |change: &dyn Fn(usize) -> String| -> String { (1..=10).map(change).collect() };
    let row = |at: usize| format!("{at};N{at};1\n");
    // The quote of row 3 is closed by that of row 6, behind which text stands, or none.
    for (second, rule) in [("5;\"N5;1\n", "malformed"), ("5;N5\";1\n", "malformed")] {
        let small = texts("quote = '\"'", &["a", "b", "c"]);
        let text = lines(&|at| match at {
            2 => "2;\"N2;1\n".to_owned(),
            5 => second.to_owned(),
            at => row(at),
        });
        small.extract("reg.csv", format!("a;b;c\n{text}"));
        assert_eq!(small.staged("reg").len(), 6, "{second}");
        let rejected = small.rejected();
        let rows: Vec<String> =
            rejected.iter().map(|told| told.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(rows, ["3", "4", "5", "6"].map(|row| format!("{row} {rule}")), "{rejected:?}");
    }
    // A text may have a delimiter and a line end.
    for (names, text) in [
        (&["a", "b", "c"][..], "1;\"x\ny\";2\n"),
        (&["a", "b", "c"], "1;\"x;y\nz\";2\n"),
        (&["a", "b"], "1;\"x;y\nz\"\n"),
    ] {
        let small = texts("quote = '\"'", names);
        assert_eq!(small.extract("reg.csv", format!("{}\n{text}", names.join(";"))).staged("reg").len(), 1, "{text}");
    }
}

#[test]
fn rows_that_a_quote_takes_in_are_kept_aside_whatever_stands_between_them() {
    for between in ["", "  ", "10;x", "10;x;1;2", "Kilde: Danmarks Statistik", ";;"] {
        let row = |at: usize| match at {
            3 => "3;\"Huset, 2. sal;3\n".to_owned(),
            10 => format!("10;N10;10\n{between}\n"),
            18 => "18;Kro\";18\n".to_owned(),
            at => format!("{at};N{at};{at}\n"),
        };
        let small = texts(QUOTE, &["a", "b", "c"]);
        small.extract("reg.csv", format!("a;b;c\n{}", (1..=20).map(row).collect::<String>()));
        assert_eq!(small.staged("reg"), ["1|N1|1", "2|N2|2", "19|N19|19", "20|N20|20"], "{between:?}");
        let lines = if between.trim().is_empty() { 16 } else { 17 };
        assert_eq!(rows_of(&small.rejected()).len(), lines, "{between:?}");
    }
    for (delimiter, names, rows, held) in [
        (';', THREE, "1;2;\"Aa\n\n2;3;Bb\"\n4;5;d\n", &["2", "4"][..]),
        (';', THREE, "\"1;2;Aa\nnote\n2\";3;Bb\n4;5;d\n", &["2", "3", "4"]),
        (';', THREE, "Nord;\"Aa;1\nnote\nSyd;Bb\";2\nVest;c;3\n", &["2", "3", "4"]),
        (',', THREE, "1,2,\"Aa\nnote\n2,3,Bb\"\n4,5,d\n", &["2", "3", "4"]),
        (',', THREE, "Nord,2,\"Aa\nØst,3,Bb\nSyd,3,Bb\"\n4,5,d\n", &["2", "3", "4"]),
        // One delimiter stands in a text too: there the first cell tells a row, or all lines.
        (';', TWO, "1;\"Aa\n2;Bb\"\n4;d\n", &["2", "3"]),
        (';', TWO, "1;\"Aa\nnote\n2;Bb\nnote\n3;Cc\"\n4;d\n", &["2", "3", "4", "5", "6"]),
        (';', TWO, "\"1;Aa\nnote\n2\";Bb\n4;d\n", &["2", "3", "4"]),
        (';', TWO, "Nord;\"Aa\nØst;Bb\nSyd;Cc\"\nVest;d\n", &["2", "3", "4"]),
    ] {
        let small = rows_by(delimiter, names, rows);
        assert_eq!(small.staged("reg").len(), 1, "{rows}");
        assert_eq!(rows_of(&small.rejected()), held, "{rows}");
    }
}

#[test]
fn a_text_of_several_lines_is_read_where_its_lines_are_no_rows() {
    for (delimiter, names, row) in [
        (';', THREE, "1;2;\"Vej 2;\n2100 København;\nDanmark\"\n"),
        (';', THREE, "1;\"Vej 2;\n2100 København;\nDanmark;\";2\n"),
        (';', THREE, "1;2;\"Åbent; ring\n\nLukket; mandag\r\nKl. 8; 9\"\n"),
        (';', TWO, "12;\"Husk nøglen\nkommer mandag; går tirsdag\n\nring; helst\"\n"),
        (';', TWO, "Nord;\"Lukket\n\nring; helst\"\n"),
        (';', TWO, "Nord;\"Åbent; altid\nring; helst\nKl. 8\"\n"),
        (',', THREE, "1,2,\"Hej\nIkke nu, måske senere, tak\n2100 København Ø, Danmark, Europa\"\n"),
        (',', THREE, "Nord,2,\"Hej\nEn, to, tre\nIkke nu\"\n"),
        (';', THREE, "1;2;\"\n\n\"\n"),
    ] {
        let small = rows_by(delimiter, names, row);
        assert_eq!((small.staged("reg").len(), small.rejected()), (1, Vec::new()), "{row}");
    }
}

#[test]
fn every_line_that_a_quote_takes_in_is_counted_also_where_it_begins_or_ends_in_a_line_end() {
    for (rows, held) in [
        ("1;\"\n2;\"x\n9;y\n", &["2", "3"][..]),
        ("1;\" \r\n2;\"x\r\n9;y\r\n", &["2", "3"]),
        ("1;\"\n2;x\n\";3\n9;y\n", &["2", "3", "4"]),
        ("1;\"\n;\n\n\";3\n9;y\n", &["2", "3", "5"]),
        ("\"\n\n\"\n9;y\n", &["2"]),
    ] {
        let small = texts(&format!("{QUOTE}\ntrailer = \"SLUT\""), &["a", "b"]);
        small.extract("reg.csv", format!("a;b\n{rows}SLUT;{}\n", held.len() + 1));
        assert_eq!(small.staged("reg"), ["9|y"], "{rows:?}");
        assert_eq!(rows_of(&small.rejected()), held, "{rows:?}");
    }
}

/// A file of such rows under a header of so many columns.
fn rows_by(delimiter: char, names: &[&str], rows: &str) -> Trial {
    let small = texts(QUOTE, names);
    if delimiter != ';' {
        small.edit(|toml| toml.replace("delimiter = \";\"", &format!("delimiter = \"{delimiter}\"")));
    }
    small.extract("reg.csv", format!("{}\n{rows}", names.join(&delimiter.to_string())));
    small
}

/// The rows that rejected rows stand in.
fn rows_of(rejected: &[String]) -> Vec<&str> {
    rejected.iter().map(|told| told.split(' ').next().unwrap()).collect()
}
