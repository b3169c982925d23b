//! Workbooks as PLO delivers them. The unit tests of the pull use this file too.

use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::contract_text::{NOBODY, column, text_column};

/// The contract of such a workbook.
pub(crate) fn contract() -> String {
    let columns = column("Ydernr", "type = \"text\"\npattern = \"[0-9]{6}\"")
        .replace("name = \"Ydernr\"", "name = \"ydernr\"")
        + &text_column("faggruppe")
        + &column("fte", "type = \"decimal\"\nprecision = 6\nscale = 2")
        + &column("dato", "type = \"date\"")
        + &column("cpr", "type = \"cpr\"\nnullable = true").replace("name = \"cpr\"", "name = \"person_id\"");
    format!(
        "files = [\"plo.xlsx\"]\nsensitivity = \"person\"\n[format]\nkind = \"excel\"\nheader_row = 3\ndates = \"dd-MM-yyyy\"\n\
         decimal = \",\"\nthousands = \".\"\n[[table]]\nname = \"personale\"\nelement = \"Personale\"\n{columns}\n\
         [[table.control]]\ncolumn = \"faggruppe\"\nvalues = [\"I alt\"]\n"
    )
}

/// A sheet with titles, a header in row 3 and two practices, the first merged over two rows.
pub(crate) fn workbook(change: impl Fn(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Personale").unwrap();
    sheet.write(0, 0, "Personale i almen praksis").unwrap();
    for (place, name) in ["Ydernr", "faggruppe", "fte", "dato", "cpr"].iter().enumerate() {
        sheet.write(2, place as u16, *name).unwrap();
    }
    let day = ExcelDateTime::from_ymd(2018, 1, 31).unwrap();
    let dates = Format::new().set_num_format("dd-mm-yyyy");
    sheet.merge_range(3, 0, 4, 0, "001234", &Format::new()).unwrap();
    for (row, group) in [(3, "sygeplejerske"), (4, "lægesekretær"), (5, "sygeplejerske")] {
        sheet.write(row, 1, group).unwrap();
        sheet.write_datetime_with_format(row, 3, &day, &dates).unwrap();
    }
    sheet.write(3, 2, 1.75).unwrap();
    sheet.write(4, 2, "1,5").unwrap();
    sheet.write(4, 4, NOBODY).unwrap();
    sheet.write(5, 0, "005678").unwrap();
    sheet.write(5, 2, 2).unwrap();
    sheet.write(6, 1, "I alt").unwrap();
    sheet.write(6, 2, 5.25).unwrap();
    change(sheet);
    workbook.save_to_buffer().unwrap()
}

/// The workbook with its sheet written in other words.
pub(crate) fn rewritten(workbook: Vec<u8>, change: impl Fn(String) -> String) -> Vec<u8> {
    with_part(workbook, "xl/worksheets/sheet1.xml", change)
}

/// The workbook with one of its parts written in other words.
pub(crate) fn with_part(workbook: Vec<u8>, changed: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut parts = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..parts.len() {
        let mut part = parts.by_index(place).unwrap();
        let (mut xml, name) = (String::new(), part.name().unwrap().into_owned());
        part.read_to_string(&mut xml).unwrap();
        if name == changed {
            let other = change(xml.clone());
            assert!(other != xml, "nothing changes in {xml}");
            xml = other;
        }
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(xml.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
