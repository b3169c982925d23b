//! Workbooks: merged cells, errors, formulas, and what a workbook says of itself.

mod values;

use rust_xlsxwriter::{Format, Formula, Workbook};

use super::Trial;
use super::workbooks::{contract, rewritten, with_part, workbook};

#[test]
fn a_number_that_lost_its_zeros_an_error_and_a_stray_value_are_kept_aside() {
    let small = Trial::new("plo", &contract());
    let bytes = workbook(|sheet| {
        sheet.write(5, 0, 5678).unwrap();
        sheet.write_formula(3, 2, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
        sheet.write(4, 7, "en note").unwrap();
    });
    small.extract("plo.xlsx", bytes);
    let rejected = small.rejected();
    assert_eq!(rejected[1], "5 column_count : a value stands under no column's name");
    assert_eq!(rejected[2], "6 pattern Ydernr: 5678");
    assert!(rejected[0].starts_with("4 type fte: #DIV/0!"), "{rejected:?}");
}

#[test]
fn a_workbook_without_the_sheet_or_the_header_or_that_is_none_is_refused() {
    let small = Trial::new("plo", &contract());
    let mut other = Workbook::new();
    other.add_worksheet().set_name("Personel").unwrap().write(0, 0, "x").unwrap();
    let told = small.extract("plo.xlsx", other.save_to_buffer().unwrap()).refused();
    assert!(told.contains("the sheet `Personale` is missing"), "{told}");
    // The register is on persons: what the file says is told by its shape.
    assert!(told.contains("the file has `xxxxxxxx` instead"), "{told}");
    let mut empty = Workbook::new();
    empty.add_worksheet().set_name("Personale").unwrap().write(0, 0, "Personale").unwrap();
    let told = small.extract("plo.xlsx", empty.save_to_buffer().unwrap()).refused();
    assert!(told.contains("the sheet `Personale` has no header in row 3"), "{told}");
    let told = small.extract("plo.xlsx", "Ydernr;faggruppe\n").refused();
    assert!(told.contains("the extract can't be parsed as Excel"), "{told}");
}

#[test]
fn a_merged_number_stands_once_also_as_a_text() {
    for is_text in [false, true] {
        let small = Trial::new("plo", &contract());
        let bytes = workbook(|sheet| {
            sheet.merge_range(3, 2, 4, 2, "", &Format::new()).unwrap();
            match is_text {
                true => sheet.write(3, 2, "2,5").unwrap(),
                false => sheet.write(3, 2, 2.5).unwrap(),
            };
        });
        let rows = small.extract("plo.xlsx", bytes).staged("personale");
        assert_eq!(rows, ["001234|sygeplejerske|2.50|2018-01-31|", "005678|sygeplejerske|2.00|2018-01-31|"]);
        assert_eq!(small.rejected(), ["5 required fte: "]);
    }
}

#[test]
fn a_merged_code_goes_down_also_where_it_is_a_number() {
    let small = Trial::new("plo", &contract());
    let bytes = workbook(|sheet| {
        sheet.write(3, 0, 123_456).unwrap();
        sheet.merge_range(4, 1, 5, 1, "", &Format::new()).unwrap();
        sheet.write(4, 1, 12.5).unwrap();
    });
    let rows = small.extract("plo.xlsx", bytes).staged("personale");
    let codes: Vec<String> = rows.iter().map(|row| row.split('|').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(codes, ["123456 sygeplejerske", "123456 12,5", "005678 12,5"]);
}

#[test]
fn a_number_keeps_the_sixteen_digits_that_were_typed() {
    let small = Trial::new("plo", &contract().replace("precision = 6\nscale = 2", "precision = 18\nscale = 4"));
    let bytes = workbook(|sheet| {
        sheet.write(3, 2, 123_456_789_012.123_4).unwrap();
        sheet.write(4, 2, 0.1 + 0.2).unwrap();
    });
    let rows = small.extract("plo.xlsx", bytes).staged("personale");
    assert_eq!(rows[0], "001234|sygeplejerske|123456789012.1234|2018-01-31|");
    assert!(rows[1].starts_with("001234|lægesekretær|0.3000|"), "{rows:?}");
}

#[test]
fn a_cell_that_stands_twice_or_a_row_behind_a_later_one_is_refused() {
    let small = Trial::new("plo", &contract());
    for again in ["<c r=\"C6\"><v>3</v></c>", "<c r=\"C6\"/>"] {
        let twice = |xml: String| xml.replace("<c r=\"C6\"><v>2</v></c>", &format!("<c r=\"C6\"><v>2</v></c>{again}"));
        let told = small.extract("plo.xlsx", rewritten(workbook(|_| ()), twice)).refused();
        assert!(told.contains("row 6: the cell C6 stands twice"), "{told}");
    }
    let behind = |xml: String| xml.replace("</sheetData>", "<row r=\"4\"><c r=\"C4\"><v>3</v></c></row></sheetData>");
    let told = small.extract("plo.xlsx", rewritten(workbook(|_| ()), behind)).refused();
    assert!(told.contains("row 4: it stands behind row 7"), "{told}");
}

#[test]
fn a_place_that_no_sheet_has_is_refused_before_the_reader_counts_to_it() {
    // Under a contract on persons the reference would be told by its shape.
    let small =
        Trial::new("plo", &contract().replace("\"person\"", "\"open\"").replace("type = \"cpr\"", "type = \"text\""));
    for (good, bad, place) in [
        ("<mergeCell ref=\"A4:A5\"/>", "<mergeCell ref=\"A5:A4\"/>", "A5:A4"),
        ("<mergeCell ref=\"A4:A5\"/>", "<mergeCell ref=\"B4:A5\"/>", "B4:A5"),
        ("<mergeCell ref=\"A4:A5\"/>", "<mergeCell ref=\"A4:A5:A6\"/>", "A4:A5:A6"),
        ("<c r=\"C6\">", "<c r=\"ZZZZZZZZZC6\">", "ZZZZZZZZZC6"),
        ("<c r=\"C6\">", "<c r=\"C5000000000\">", "C##########"),
        ("<c r=\"C6\">", "<c r=\"C0\">", "C0"),
        ("<c r=\"C6\">", "<c r=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAC6\">", "AAAAAAAAAAAAAAAAAAAAA"),
        ("<row r=\"6\"", "<row r=\"1048577\"", "1048577"),
        ("<c r=\"C6\">", "<c r=\"C6\"><f t=\"shared\" si=\"0\" ref=\"C7:C6\">1+1</f>", "C7:C6"),
    ] {
        let told = small.extract("plo.xlsx", rewritten(workbook(|_| ()), |xml| xml.replace(good, bad))).refused();
        assert!(told.contains(&format!("`{place}` is no place in a sheet")), "{place}: {told}");
    }
    let reach = |xml: String| xml.replace("<dimension ref=\"A1:E7\"/>", "<dimension ref=\"E7:A1\"/>");
    let small = Trial::new("plo", &contract());
    assert_eq!(small.extract("plo.xlsx", rewritten(workbook(|_| ()), reach)).staged("personale").len(), 3);
}

/// The contract with the person in a column of text.
fn with_text() -> String {
    contract().replace("type = \"cpr\"\nnullable", "type = \"text\"\nnullable")
}

/// The workbook as Excel saves it: without the wish that its formulas be computed.
fn saved(workbook: Vec<u8>) -> Vec<u8> {
    with_part(workbook, "xl/workbook.xml", |xml| xml.replace(" fullCalcOnLoad=\"1\"", ""))
}

#[test]
fn what_a_library_writes_for_the_value_of_a_formula_is_none() {
    let uncomputed = |row, column| {
        format!(
            "{row} malformed : the cell of `{column}` holds a formula without its value: open the workbook in Excel and save it"
        )
    };
    let bytes = workbook(|sheet| {
        sheet.write_formula(3, 2, "=1+1").unwrap();
        sheet.write_formula(4, 2, Formula::new("=2*3").set_result("6.25")).unwrap();
        sheet.write_formula(4, 4, Formula::new("=A1&A2").set_result("x y")).unwrap();
        sheet.write_formula(5, 4, Formula::new("=A1&A2").set_result("empty")).unwrap();
    });
    let bytes = rewritten(bytes, |xml| xml.replace("<v>empty</v>", "<v></v>"));
    let small = Trial::new("plo", &with_text());
    small.extract("plo.xlsx", &bytes);
    assert_eq!(small.staged("personale"), ["001234|lægesekretær|6.25|2018-01-31|x y"]);
    assert_eq!(small.rejected(), [uncomputed(4, "fte"), uncomputed(6, "cpr")]);
    let spelled = |xml: String| xml.replace("fullCalcOnLoad=\"1\"", "fullCalcOnLoad=\" true \"");
    small.extract("plo.xlsx", with_part(bytes.clone(), "xl/workbook.xml", spelled));
    assert_eq!(small.rejected().len(), 2);
    // What was saved by a program that computes formulas is believed.
    small.extract("plo.xlsx", saved(bytes.clone()));
    let rows = small.staged("personale");
    assert_eq!(
        [rows[0].as_str(), rows[2].as_str()],
        ["001234|sygeplejerske|0.00|2018-01-31|", "005678|sygeplejerske|2.00|2018-01-31|"]
    );
    // A sheet can ask for it by itself, behind its rows.
    let asking = |xml: String| xml.replace("</sheetData>", "</sheetData><sheetCalcPr fullCalcOnLoad=\"1\"/>");
    small.extract("plo.xlsx", rewritten(saved(bytes.clone()), asking));
    assert_eq!(small.rejected(), [uncomputed(4, "fte"), uncomputed(6, "cpr")]);
    // In columns that nobody reads nothing is told.
    let read = "name = \"fte\"\ntype = \"decimal\"\nprecision = 6\nscale = 2";
    let small = Trial::new("plo", &with_text().replace(read, "sensitivity = \"unused\""));
    small.extract("plo.xlsx", bytes);
    assert_eq!(small.rejected(), [uncomputed(6, "cpr")]);
}

#[test]
fn no_cell_of_a_formula_for_several_has_a_value_before_it_is_computed() {
    let bytes = workbook(|sheet| {
        sheet.write_dynamic_array_formula(3, 2, 4, 2, "=2*H1:H2").unwrap();
        sheet.write(5, 2, 0).unwrap();
    });
    let small = Trial::new("plo", &contract());
    small.extract("plo.xlsx", &bytes);
    assert_eq!(small.staged("personale"), ["005678|sygeplejerske|0.00|2018-01-31|"]);
    let rejected = small.rejected();
    assert!(rejected.iter().all(|row| row.contains("holds a formula without its value")), "{rejected:?}");
    assert_eq!(small.extract("plo.xlsx", saved(bytes)).staged("personale").len(), 3);
}

#[test]
fn a_whole_number_keeps_its_digits_and_one_beyond_those_of_a_double_is_kept_aside() {
    let small = Trial::new("plo", &contract().replace("precision = 6", "precision = 18"));
    let bytes = workbook(|sheet| {
        sheet.write(3, 2, 1_234_567_890_123_456.0).unwrap();
        sheet.write(4, 2, 9_007_199_254_740_993.0).unwrap();
    });
    let rows = small.extract("plo.xlsx", bytes).staged("personale");
    assert_eq!(rows[0], "001234|sygeplejerske|1234567890123456.00|2018-01-31|");
    assert_eq!(small.rejected(), ["5 type fte: #.###############e15"]);
}

#[test]
fn the_place_of_a_style_is_digits() {
    for place in ["+1", " 1"] {
        let small = Trial::new("plo", &contract());
        let bytes = rewritten(workbook(|_| ()), |xml| xml.replace(" s=\"1\"", &format!(" s=\"{place}\"")));
        let told = small.extract("plo.xlsx", bytes).refused();
        assert!(told.contains(&format!("`{place}` is no place of a style")), "{told}");
    }
}

#[test]
fn what_merged_cells_hide_is_not_read() {
    let small = Trial::new("plo", &contract());
    let bytes = workbook(|sheet| {
        sheet.write(4, 0, "009999").unwrap();
        sheet.merge_range(5, 2, 5, 3, "", &Format::new()).unwrap();
        sheet.write(5, 2, 2).unwrap();
        sheet.write(5, 3, 12).unwrap();
    });
    let rows = small.extract("plo.xlsx", bytes).staged("personale");
    assert!(rows[1].starts_with("001234|"), "{rows:?}");
    assert_eq!(small.rejected(), ["6 required dato: "]);
}

#[test]
fn a_day_that_is_written_as_iso_8601_says_is_that_day() {
    for day in ["2018-01-31", "2018-01-31T00:00:00", "2018-01-31T00:00:00.000", "2018-01-31T00:00:00Z"] {
        let small = Trial::new("plo", &contract());
        let bytes = rewritten(workbook(|_| ()), |xml| xml.replace("><v>43131</v>", &format!(" t=\"d\"><v>{day}</v>")));
        let rows = small.extract("plo.xlsx", bytes).staged("personale");
        assert_eq!(rows[0], "001234|sygeplejerske|1.75|2018-01-31|", "{day}");
    }
}

#[test]
fn a_formula_without_its_value_is_a_breach_and_an_empty_result_is_none() {
    let formula = |kind: &str, value: &str| {
        let small = Trial::new("plo", &with_text());
        let bytes = rewritten(
            saved(workbook(|sheet| {
                sheet.write_formula(5, 2, Formula::new("=2*3").set_result("6.25")).unwrap();
                sheet.write_formula(5, 4, Formula::new("=A1&A2").set_result("x y")).unwrap();
            })),
            |xml| xml.replace("<v>6.25</v>", kind).replace("<v>x y</v>", value),
        );
        small.extract("plo.xlsx", bytes);
        small
    };
    let told =
        "6 malformed : the cell of `fte` holds a formula without its value: open the workbook in Excel and save it";
    for missing in ["", "<v></v>", "<v/>"] {
        let rejected = formula(missing, "<v></v>").rejected();
        assert_eq!(rejected.last().unwrap(), told);
    }
    // The same where the formula would come to a day.
    let small = Trial::new("plo", &contract());
    let bytes = rewritten(
        workbook(|sheet| {
            sheet.write_formula(5, 2, Formula::new("=2*3").set_result("6.25")).unwrap();
        }),
        |xml| xml.replace("<v>6.25</v>", "<v></v>").replace("<c r=\"C6\"", "<c r=\"C6\" t=\"d\""),
    );
    assert_eq!(small.extract("plo.xlsx", saved(bytes)).rejected().last().unwrap(), told);
    let rows = formula("<v>6.0</v>", "<v></v>").staged("personale");
    assert_eq!(rows.last().unwrap(), "005678|sygeplejerske|6.00|2018-01-31|");
}

#[test]
fn an_error_of_any_kind_is_a_breach_of_its_row_and_none_where_it_is_not_read() {
    // What stands for a missing value is the error that the contract names, and no other.
    let nulls = contract().replace("scale = 2", "scale = 2\nnulls = [\"#N/A\"]");
    for (error, told) in [
        ("#GETTING_DATA", "5 type fte: #ERROR!"),
        ("#SPILL!", "5 type fte: #ERROR!"),
        ("", "5 type fte: #ERROR!"),
        ("#NULL!", "5 type fte: #ERROR!"),
        ("#NUM!", "5 type fte: #NUM!"),
        ("#N/A", "5 required fte: #N/A"),
    ] {
        let small = Trial::new("plo", &nulls);
        let bytes = rewritten(
            workbook(|sheet| {
                sheet.write(4, 2, 77.5).unwrap();
            }),
            |xml| xml.replace("><v>77.5</v>", &format!(" t=\"e\"><v>{error}</v>")),
        );
        assert_eq!(small.extract("plo.xlsx", bytes).rejected(), [told], "{error}");
        // In a column that nobody reads it breaks nothing.
        let unread = contract().replace(
            "raw = \"fte\"\nname = \"fte\"\ntype = \"decimal\"\nprecision = 6\nscale = 2",
            "raw = \"fte\"\nsensitivity = \"unused\"",
        );
        assert_ne!(unread, contract());
        let small = Trial::new("plo", &unread);
        let bytes = rewritten(
            workbook(|sheet| {
                sheet.write(4, 2, 77.5).unwrap();
            }),
            |xml| xml.replace("><v>77.5</v>", &format!(" t=\"e\"><v>{error}</v>")),
        );
        assert_eq!(small.extract("plo.xlsx", bytes).staged("personale").len(), 3, "{error}");
    }
}

#[test]
fn blanks_and_references_around_a_value_change_nothing() {
    let expected = Trial::new("plo", &contract()).extract("plo.xlsx", workbook(|_| ())).staged("personale");
    for (before, after) in [("\n ", " \n"), ("<![CDATA[", "]]>"), ("<!-- a note -->", ""), ("\t", "&#32;")] {
        let small = Trial::new("plo", &contract());
        let bytes = rewritten(workbook(|_| ()), |xml| {
            xml.replace("<v>", &format!("<v>{before}")).replace("</v>", &format!("{after}</v>"))
        });
        let rows = small.extract("plo.xlsx", bytes).staged("personale");
        let without_person =
            |rows: &[String]| rows.iter().map(|row| row.rsplit_once('|').unwrap().0.to_owned()).collect::<Vec<_>>();
        assert_eq!(without_person(&rows), without_person(&expected), "{before:?}");
    }
    for mark in ["x", "+"] {
        let small = Trial::new("plo", &contract());
        let marked = format!("t=\"s\"><v>{mark}");
        let bytes = rewritten(workbook(|_| ()), |xml| xml.replacen("t=\"s\"><v>", &marked, 1));
        let told = small.extract("plo.xlsx", bytes).refused();
        assert!(told.contains("is no place of a text"), "{told}");
    }
}

#[test]
fn what_a_workbook_says_of_itself_is_not_believed() {
    let small = Trial::new("plo", &contract());
    let lie = |xml: String| xml.replace("uniqueCount=\"", "uniqueCount=\"99999999999999");
    let bytes = with_part(workbook(|_| ()), "xl/sharedStrings.xml", lie);
    assert_eq!(small.extract("plo.xlsx", bytes).staged("personale").len(), 3);
    let merges: String = (0..1100).map(|at| format!("<mergeCell ref=\"A{}:B{}\"/>", 4, 5 + at)).collect();
    let small = Trial::new("plo", &contract());
    let bytes = rewritten(workbook(|_| ()), |xml| xml.replace("</mergeCells>", &format!("{merges}</mergeCells>")));
    let told = small.extract("plo.xlsx", bytes).refused();
    assert!(told.contains("row 4: more than 1024 merged cells meet in it"), "{told}");
}

#[test]
fn a_day_that_excel_does_not_count_is_none() {
    for day in ["1E300", "-1", "0", "2958466"] {
        let small = Trial::new("plo", &contract());
        let bytes = rewritten(workbook(|_| ()), |xml| xml.replacen("<v>43131</v>", &format!("<v>{day}</v>"), 1));
        let rejected = small.extract("plo.xlsx", bytes).rejected();
        assert!(rejected[0].starts_with("4 type dato: "), "{day}: {rejected:?}");
    }
}

#[test]
fn a_duration_of_whole_days_is_no_day_of_the_calendar() {
    let small = Trial::new("plo", &contract());
    let bytes = workbook(|sheet| {
        let hours = Format::new().set_num_format("[h]:mm:ss");
        for (row, days) in [(3, 1.0), (4, 1.5), (5, 2.0)] {
            sheet.write_with_format(row, 1, days, &hours).unwrap();
        }
        sheet.write_with_format(5, 3, 1, &hours).unwrap();
        sheet.write_with_format(4, 2, 0.125, &hours).unwrap();
    });
    small.extract("plo.xlsx", bytes);
    assert_eq!(small.staged("personale"), ["001234|24:00:00|1.75|2018-01-31|"]);
    assert_eq!(small.rejected(), ["5 type fte: 3:00:00", "6 type dato: 24:00:00"]);
}

#[test]
fn a_workbook_that_counts_from_1904_has_its_first_day_and_none_beyond_its_last() {
    let from_1904 = |day: &str| {
        let bytes = rewritten(workbook(|_| ()), |xml| xml.replacen("<v>43131</v>", &format!("<v>{day}</v>"), 1));
        with_part(bytes, "xl/workbook.xml", |xml| xml.replace("<workbookPr ", "<workbookPr date1904=\"1\" "))
    };
    let small = Trial::new("plo", &contract());
    for (day, expected) in [("0", "1904-01-01"), ("2957003", "9999-12-31")] {
        let rows = small.extract("plo.xlsx", from_1904(day)).staged("personale");
        assert_eq!(rows[0], format!("001234|sygeplejerske|1.75|{expected}|"));
    }
    for day in ["-1", "2957004"] {
        let rejected = small.extract("plo.xlsx", from_1904(day)).rejected();
        assert!(rejected[0].starts_with("4 type dato: "), "{day}: {rejected:?}");
    }
}
