//! What a workbook says once, and what of it is a value.

use rust_xlsxwriter::Formula;

use super::super::Trial;
use super::super::workbooks::{contract, rewritten, workbook};
use super::{saved, with_text};

/// The cell of a number that a test replaces.
const CELL: &str = "<c r=\"C6\"><v>2</v></c>";

#[test]
fn letters_in_cdata_are_letters() {
    let small = Trial::new("plo", &with_text());
    let written = |value: &str| {
        let bytes = workbook(|sheet| {
            sheet.write_formula(5, 4, Formula::new("=A1&A2").set_result("x y")).unwrap();
        });
        rewritten(bytes, |xml| xml.replace("<v>x y</v>", &format!("<v>{value}</v>")))
    };
    for (value, expected) in [
        ("<![CDATA[a<b]]>", "a<b"),
        ("x &amp; <![CDATA[a]]]]><![CDATA[>&lt;\"]]>'", "x & a]]>&lt;\"'"),
        ("<![CDATA[]]>y<!-- a note --><![CDATA[z]]>", "yz"),
    ] {
        // Also where Excel is to compute the formulas, which then have a value where one was written.
        for bytes in [written(value), saved(written(value))] {
            let rows = small.extract("plo.xlsx", bytes).staged("personale");
            assert_eq!(rows.last().unwrap(), &format!("005678|sygeplejerske|2.00|2018-01-31|{expected}"));
        }
    }
    let rejected = small.extract("plo.xlsx", written("<![CDATA[]]>")).rejected();
    assert!(rejected.last().unwrap().starts_with("6 malformed : the cell of `cpr` holds a formula without its value"));
}

#[test]
fn rows_in_two_places_and_alternatives_among_them_are_refused() {
    let small = Trial::new("plo", &contract());
    let more = "<sheetData><row r=\"8\"><c r=\"C8\"><v>3</v></c></row></sheetData>";
    let alternatives = |choice: &str, fallback: &str| {
        format!(
            "<mc:AlternateContent xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\">\
             <mc:Choice Requires=\"x14\">{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
        )
    };
    for (from, to, told) in [
        ("</sheetData>", format!("</sheetData>{more}"), "its rows stand in two sheetData elements"),
        ("<sheetData>", "<sheetData/><sheetData>".to_owned(), "its rows stand in two sheetData elements"),
        (CELL, alternatives(CELL, "<c r=\"C6\"><v>3</v></c>"), "alternatives (AlternateContent) stand among its rows"),
        ("</sheetData>", alternatives("<row r=\"8\"/>", "") + "</sheetData>", "alternatives (AlternateContent) stand"),
    ] {
        let refused = small.extract("plo.xlsx", rewritten(workbook(|_| ()), |xml| xml.replace(from, &to))).refused();
        assert!(refused.contains(told), "{told}: {refused}");
    }
    // Behind the rows they are about drawings.
    let behind = |xml: String| xml.replace("</worksheet>", &format!("{}</worksheet>", alternatives("<controls/>", "")));
    assert_eq!(small.extract("plo.xlsx", rewritten(workbook(|_| ()), behind)).staged("personale").len(), 3);
}

#[test]
fn a_cell_with_two_values_is_refused() {
    let small = Trial::new("plo", &contract());
    for cell in [
        "<c r=\"C6\"><v>2</v><v>3</v></c>",
        "<c r=\"C6\"><v>2</v><v/></c>",
        "<c r=\"C6\"><v>2</v><is><t>3</t></is></c>",
        "<c r=\"C6\" t=\"inlineStr\"><is><t>2</t></is><v>3</v></c>",
        "<c r=\"C6\" t=\"inlineStr\"><is><t>2</t></is><is><t>3</t></is></c>",
    ] {
        let told = small.extract("plo.xlsx", rewritten(workbook(|_| ()), |xml| xml.replace(CELL, cell))).refused();
        assert!(told.contains("one of its cells has two values: save the workbook in Excel"), "{cell}: {told}");
    }
    let inline = "<c r=\"C6\" t=\"inlineStr\"><v>9</v><is><t>2</t></is></c>";
    let rows =
        small.extract("plo.xlsx", rewritten(workbook(|_| ()), |xml| xml.replace(CELL, inline))).staged("personale");
    assert_eq!(rows.last().unwrap(), "005678|sygeplejerske|2.00|2018-01-31|");
}

#[test]
fn a_whole_number_beyond_those_of_a_double_is_no_text() {
    let any_text = with_text().replace("type = \"text\"\nnullable", "type = \"text\"\npattern = \".*\"\nnullable");
    let small = Trial::new("plo", &any_text);
    let bytes = workbook(|sheet| {
        sheet.write(3, 4, 9_007_199_254_740_991.0).unwrap();
        sheet.write(4, 4, 9_007_199_254_740_993.0).unwrap();
        sheet.write(5, 4, "9.007199254740992e15").unwrap();
    });
    let rows = small.extract("plo.xlsx", bytes).staged("personale");
    let texts: Vec<&str> = rows.iter().filter_map(|row| row.rsplit('|').next()).collect();
    assert_eq!(texts, ["9007199254740991", "9.007199254740992e15"]);
    assert_eq!(small.rejected().len(), 1);
    assert!(small.rejected()[0].starts_with("5 type cpr: "), "{:?}", small.rejected());
}

#[test]
fn an_error_that_a_text_column_has_for_a_missing_value_is_one() {
    let nulls = "nulls = [\"#N/A\", \"#ERROR!\"]\nnullable";
    let contract = with_text()
        .replace("type = \"text\"\nnullable", &format!("type = \"text\"\n{nulls}"))
        .replace("scale = 2", &format!("scale = 2\n{nulls} = true"));
    let small = Trial::new("plo", &contract);
    for column in [2, 4] {
        let extract = |error: &str| {
            let bytes = workbook(|sheet| {
                sheet.write(5, column, 77.5).unwrap();
            });
            let cell = format!(" t=\"e\"><v>{error}</v>");
            small.extract("plo.xlsx", rewritten(bytes, |xml| xml.replace("><v>77.5</v>", &cell)));
        };
        extract("#N/A");
        let expected =
            if column == 2 { "005678|sygeplejerske||2018-01-31|" } else { "005678|sygeplejerske|2.00|2018-01-31|" };
        assert_eq!(small.staged("personale").last().unwrap(), expected);
        // Which error a newer one is, is not known.
        for newer in ["#SPILL!", "#ERROR!"] {
            extract(newer);
            let name = if column == 2 { "fte" } else { "cpr" };
            let told = format!(
                "6 malformed : the cell of `{name}` holds an error that is not known, which is no missing value"
            );
            assert_eq!(small.rejected().last(), Some(&told), "{newer}");
        }
        extract("#NUM!");
        let told = if column == 2 {
            "6 type fte: #NUM!"
        } else {
            "6 malformed : the cell of `cpr` holds an error of the sheet"
        };
        assert_eq!(small.rejected().last().map(String::as_str), Some(told));
    }
}
