//! A delivery that is only odd is read; where it can't be, the message names the cause.

use super::Trial;
use super::contract_text::{ODD_ROWS, ODD_TEXT, odd_contract};

#[test]
fn what_old_systems_put_around_a_text_is_passed_over() {
    for (format, text) in [
        ("", format!("{ODD_TEXT}\u{1a}")),
        ("", format!("{ODD_TEXT}\u{1a}\0\0\0")),
        ("", format!("sep=;\r\n{ODD_TEXT}")),
        ("", ODD_TEXT.replace("område", "omra\u{30a}de")),
        ("", ODD_TEXT.replace("ydernr;", "ydernr\u{a0};\u{a0}")),
        ("trailer = \"SLUT\"", format!("{ODD_TEXT}SLUT;2\r\n\u{1a}")),
        ("trailer = \"SLUT\"", format!("{ODD_TEXT}SLUT  ;2\r\n")),
        ("trailer = \"SLUT\"", format!("{ODD_TEXT} SLUT ; 2 \r\n")),
        ("trailer = \"SLUT\"", format!("{ODD_TEXT}\"SLUT\";\"2\"\r\n")),
    ] {
        let small = Trial::new("reg", &odd_contract("reg.csv", format));
        assert_eq!(small.extract("reg.csv", &text).staged("reg"), ODD_ROWS, "{text:?}");
    }
    // In the middle of a text they are what they are.
    let small = Trial::new("reg", &odd_contract("reg.csv", ""));
    let rows = small.extract("reg.csv", ODD_TEXT.replace("Ærø", "Æ\u{1a}rø")).staged("reg");
    assert_eq!(rows[0], "001234|Æ\u{1a}rø|12");
}

#[test]
fn noughts_behind_a_gzip_file_are_padding_and_other_bytes_are_not() {
    use std::io::Write;
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let (first, second) = ODD_TEXT.split_at(20);
    let members = [gzip(first), gzip(second)].concat();
    let small = || Trial::new("reg", &odd_contract("reg.csv.gz", ""));
    for padding in [0, 1, 511, 100_000] {
        let padded = [members.clone(), vec![0; padding]].concat();
        assert_eq!(small().extract("reg.csv.gz", padded).staged("reg"), ODD_ROWS, "{padding}");
    }
    let told = small().extract("reg.csv.gz", [members, vec![0; 9], b"more".to_vec()].concat()).refused();
    assert!(told.contains("bytes that are none of it stand behind its end"), "{told}");
}

#[test]
fn the_cause_is_named_where_a_header_is_not_found() {
    let utf16: Vec<u8> = ODD_TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = |text: &str| text.as_bytes().to_vec();
    for (extract, cause) in [
        (bytes(&ODD_TEXT.replace(';', ",")), "its columns are divided by `,`"),
        (bytes(&ODD_TEXT.replace(';', "\t")), "its columns are divided by a tab"),
        (
            bytes(&ODD_TEXT.replace("ydernr;område;antal", "\"ydernr\";\"område\";\"antal\"")),
            "its columns stand in quotes",
        ),
        (bytes(&format!("sep=,\r\n{}", ODD_TEXT.replace(';', ","))), "`,` divides its columns"),
        (bytes(&format!("Ydere i 2018;;\r\n{ODD_TEXT}")), "the columns' names stand in the row below it"),
        (bytes(&ODD_TEXT.replace("\r\n", "\r")), "its lines end in CR alone"),
        (bytes("{\"ydernr\": \"001234\"}\n"), "it is JSON"),
        (bytes("<!DOCTYPE html>\n<html><body>Din session er udl\u{f8}bet</body></html>"), "the extract is HTML"),
        (utf16, "the extract is UTF-16"),
        (b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), "the extract is gzip"),
        (b"PK\x03\x04".to_vec(), "the extract is a zip archive or a workbook"),
    ] {
        let small = Trial::new("reg", &odd_contract("reg.csv", ""));
        let told = small.extract("reg.csv", extract).refused();
        assert!(told.contains(cause), "{cause}: {told}");
    }
}

#[test]
fn a_file_whose_name_has_its_letters_taken_apart_is_found() {
    let small = Trial::new("reg", &odd_contract("område.csv", ""));
    assert_eq!(small.extract("omra\u{30a}de.csv", ODD_TEXT).staged("reg"), ODD_ROWS);
}

#[test]
fn a_file_that_lacks_more_than_its_rows_is_no_year_without_rows() {
    let column = "[[table.column]]\nraw = \"nr\"\nname = \"nr\"\ntype = \"text\"\n";
    let text = "encoding = \"utf-8\"\n";
    let fixed = format!("{text}record_type = \"1-2\"\n");
    let element = "element = \"10\"\n";
    for (file, format, element, without_rows, told) in [
        ("reg.csv", format!("kind = \"csv\"\n{text}delimiter = \";\"\n"), "", Some("nr\n"), Some("")),
        ("reg.csv", format!("kind = \"csv\"\n{text}delimiter = \";\"\nheader = \"none\"\n"), "", Some(""), None),
        ("reg.jsonl", "kind = \"jsonl\"\n".to_owned(), "", Some(""), None),
        ("reg.txt", format!("kind = \"fixed\"\n{fixed}"), element, Some(""), None),
        ("reg.txt", format!("kind = \"fixed\"\n{fixed}start = {{ type = \"00\" }}\n"), element, Some("00\n"), Some("")),
        (
            "reg.xml",
            format!("kind = \"xml\"\n{text}root = \"reg\"\n"),
            element,
            Some("<reg/>"),
            Some("<?xml version=\"1.0\"?>"),
        ),
        ("reg.xlsx", "kind = \"excel\"\nheader_row = 1\n".to_owned(), "element = \"Ark1\"\n", None, Some("")),
        ("reg.parquet", "kind = \"parquet\"\n".to_owned(), "", None, Some("")),
        ("reg.sas7bdat", "kind = \"sas\"\n".to_owned(), "", None, Some("")),
    ] {
        let at = if file.ends_with("txt") { "at = \"3-5\"\n" } else { "" };
        let small = Trial::new(
            "reg",
            &format!(
                "files = [\"{file}\"]\nsensitivity = \"open\"\nmay_be_empty = true\n[format]\n{format}[[table]]\nname = \"reg\"\n\
                 {element}{column}{at}"
            ),
        );
        if let Some(text) = without_rows {
            assert!(small.extract(file, text).staged("reg").is_empty(), "{format}");
        }
        if let Some(text) = told {
            assert!(small.extract(file, text).refused().contains("the extract is empty"), "{format}");
        }
    }
}
