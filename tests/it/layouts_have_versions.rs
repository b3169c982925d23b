//! A register that comes in a later version of its interface is read beside the earlier ones: the file says of which it is,
//! all versions give the same tables, and a version that nobody has described is told as such.

use rust_xlsxwriter::Workbook;

use crate::support::contract_text::described;
use crate::support::small::Small;
use crate::support::{Project, Told, text};

/// What two versions of the provider register say, in the contract's own words.
const PROVIDERS: &str = r#"
[[version]]
name = "5"
when = { root = "etds1040025XML" }

[[version]]
name = "6"
layout = "Made up for the test"
when = { root = "etds1040025v6XML" }
[[version.table]]
name = "yder"
column = [{ raw = "TilgDatoYder", aliases = ["TilgDato"] }]
"#;

/// The company's number, which only the later one has.
const CVR: &str = r#"
[[table.column]]
raw = "CvrNr"
name = "cvr"
type = "text"
versions = ["6"]
pattern = "[0-9]{8}"
da = "CVR-nummer"
en = "CVR number"

[[table]]
name = "yder_person"
"#;

/// The provider register of two years, the later one in version 6.
fn providers() -> Project {
    let project = Small::own(&["yderregister"], 2018, 2019);
    project.edit("pipelines/sources/yderregister.toml", |toml| {
        let (head, tables) = toml.split_once("[policy]").unwrap();
        let tables = tables.replacen("\n[[table]]\nname = \"yder_person\"\n", CVR, 1);
        format!("{head}{PROVIDERS}\n[policy]{tables}")
    });
    project.edit_gzip("testdata/yderregister/S1040025_20190418.xml.gz", |xml| {
        xml.replace("etds1040025XML", "etds1040025v6XML")
            .replace("<Yder HistIdYder", "<Yder CvrNr=\"12345678\" HistIdYder")
    });
    project
}

fn sources(project: &Project, source: &str) -> String {
    let rows = project.rows(&["sources"]);
    let row = rows.iter().find(|row| text(row, "source") == source).unwrap();
    text(row, "layout").to_owned()
}

#[test]
fn the_provider_register_comes_in_a_later_version_with_another_root_and_a_number_more() {
    let project = providers();
    let pulled = project.succeeds(&["pull", "--format", "json"]).stdout;
    assert!(pulled.contains("version 5 ") && pulled.contains("version 6 "), "{pulled}");
    assert_eq!(sources(&project, "yderregister"), "version 5 for 2018, version 6 for 2019");
    let small = Small(project);
    let rows = small.staged("yderregister", "yder");
    let with_number = rows.iter().filter(|row| row.ends_with("|12345678")).count();
    let without = rows.iter().filter(|row| row.ends_with('|')).count();
    assert!(with_number > 100 && without > 100 && with_number + without == rows.len(), "{with_number} and {without}");
    let project = small.0;
    let records = project.files("data/staged/yderregister").into_iter().filter(|file| file.ends_with("_artefact.json"));
    let read = |file| std::fs::read_to_string(project.path("data/staged/yderregister").join(file)).unwrap();
    let mut versions: Vec<bool> = records.map(|file| read(file).contains("\"version\": \"6\"")).collect();
    versions.sort_unstable();
    assert_eq!(versions, [false, true], "the record says which version an extract was read as");
    let Told { stdout, stderr, .. } = project.succeeds(&["sources", "yderregister"]);
    let said = "version 6: where the root element says `etds1040025v6XML`; Made up for the test";
    assert!(stderr.contains(said), "{stderr}");
    assert!(stdout.contains("in version 6 alone"), "{stdout}");
}

#[test]
fn a_version_that_nobody_has_described_is_refused_with_what_it_says_and_what_is_known() {
    let project = providers();
    project.edit_gzip("testdata/yderregister/S1040025_20190418.xml.gz", |xml| xml.replace("v6XML", "v7XML"));
    let Told { code, stderr, .. } = project.maaltal(&["pull"]);
    assert_eq!(code, 5, "{stderr}");
    for said in [
        "yderregister: the extract is of no version of the layout that the contract knows",
        "the root element says `etds1040025v7XML`",
        "the contract has version `5`: `etds1040025XML`, version `6`: `etds1040025v6XML`",
        "describe it as a `[[version]]` in pipelines/sources/yderregister.toml",
        "S1040025_20190418.xml.gz",
    ] {
        assert!(stderr.contains(said), "{said}: {stderr}");
    }
}

#[test]
fn what_a_version_has_to_have_is_missed_in_its_files_and_in_no_others() {
    let project = providers();
    project.edit_gzip("testdata/yderregister/S1040025_20190418.xml.gz", |xml| xml.replace("CvrNr", "Cvr"));
    let Told { code, stderr, .. } = project.maaltal(&["pull"]);
    assert_eq!(code, 5, "{stderr}");
    assert!(stderr.contains("the column `CvrNr` is missing"), "{stderr}");
    assert!(stderr.contains("S1040025_20190418.xml.gz, read as version `6`"), "{stderr}");
}

/// The register of the insured, whose lines have become longer: the fields stand where they stood, but for the last.
#[test]
fn the_register_of_the_insured_comes_with_longer_lines() {
    let project = Small::own(&["sikrede", "yderregister"], 2018, 2019);
    project.edit("pipelines/sources/sikrede.toml", |toml| {
        toml.replace(
            "[policy]",
            "[[version]]\nname = \"1\"\nwhen = { line_width = 634 }\n\n[[version]]\nname = \"2\"\nwhen = { line_width = 642 }\n\
             [[version.table]]\nname = \"sikret\"\ncolumn = [{ name = \"koen\", at = \"642\" }]\n\n[policy]",
        )
    });
    project.edit_zstd("testdata/sikrede/S1061023_20190418.txt.zst", |lines| {
        let line = |line: &str| match line.strip_prefix("10") {
            Some(_) => {
                let mut letters: Vec<char> = line.chars().collect();
                let sex = std::mem::replace(&mut letters[140], 'X');
                letters.into_iter().chain("       ".chars()).chain([sex]).collect()
            }
            None => line.to_owned(),
        };
        lines.split_inclusive("\r\n").map(|text| line(text.trim_end_matches(['\r', '\n'])) + "\r\n").collect()
    });
    project.succeeds(&["pull"]);
    assert_eq!(sources(&project, "sikrede"), "assumed, version 1 for 2018, version 2 for 2019");
    project.edit_zstd("testdata/sikrede/S1061023_20190418.txt.zst", |lines| lines.replace("\r\n10", " \r\n10"));
    let Told { code, stderr, .. } = project.maaltal(&["pull"]);
    assert_eq!(code, 5, "{stderr}");
    assert!(stderr.contains("the number of letters of a line says `643`"), "{stderr}");
}

/// A civil register, one of whose record types becomes longer; with a day in its first line.
fn civil(versions: &str) -> String {
    format!(
        "files = [\"reg_{{date}}.txt\"]\nevery = \"year\"\nsensitivity = \"practice\"\n{versions}\n[format]\nkind = \"fixed\"\n\
         encoding = \"windows-1252\"\nrecord_type = \"1-3\"\nstart = {{ type = \"000\" }}\nend = {{ type = \"999\" }}\n\
         [[table]]\nname = \"reg\"\nelement = \"001\"\n[[table.column]]\nraw = \"Nr\"\nat = \"4-6\"\nname = \"nr\"\n\
         type = \"text\"\n[[table.column]]\nraw = \"Kode\"\nat = \"7\"\nversions = [\"new\"]\nname = \"kode\"\ntype = \"text\"\n\
         [[table]]\nname = \"other\"\nelement = \"002\"\n[[table.column]]\nraw = \"X\"\nat = \"4-9\"\nname = \"x\"\n\
         type = \"text\"\n"
    )
}

/// The two deliveries of [`civil`], of which the later has a letter more in its lines of type 001.
fn civil_register(versions: &str) -> Small {
    let small = Small::new(&[("reg", &civil(versions))]);
    small.extract("reg_20180418.txt", "00005\r\n002abcdef\r\n001118\r\n999\r\n");
    small.extract("reg_20190418.txt", "00006\r\n002abcdef\r\n001119K\r\n999\r\n");
    small
}

#[test]
fn one_type_of_records_tells_a_version_by_its_length_and_a_field_of_the_first_line_by_what_it_says() {
    for versions in [
        "[[version]]\nname = \"old\"\nwhen = { record_type = \"001\", line_width = 6 }\n[[version]]\nname = \"new\"\n\
         when = { record_type = \"001\", line_width = 7 }",
        "[[version]]\nname = \"old\"\nwhen = { at = \"4-5\", values = [\"04\", \"05\"] }\n[[version]]\nname = \"new\"\n\
         when = { at = \"4-5\", values = [\"06\"] }",
    ] {
        let small = civil_register(versions);
        let mut rows = small.staged("reg", "reg");
        rows.sort();
        assert_eq!(rows, ["118|", "119|K"], "{versions}");
    }
    let small = civil_register(
        "[[version]]\nname = \"old\"\nwhen = { at = \"4-5\", values = [\"\"] }\n[[version]]\nname = \"new\"\n\
         when = { at = \"4-5\", values = [\"06\"] }",
    );
    let told = small.refused();
    assert!(
        told.contains("the field 4-5 of the first line says `05`; the contract has version `old`: nothing"),
        "{told}"
    );
}

#[test]
fn a_file_without_a_row_is_of_any_version_and_told_as_empty() {
    let versions = "[[version]]\nname = \"old\"\nwhen = { line_width = 6 }\n[[version]]\nname = \"new\"\nwhen = { line_width = 7 }";
    let small = Small::new(&[("reg", &civil(versions).replace("4-9", "4-6"))]);
    small.extract("reg_20180418.txt", "00005\r\n001118\r\n999\r\n").extract("reg_20190418.txt", "00006\r\n999\r\n");
    assert!(small.refused().contains("the extract has no rows"));
    small.0.edit("pipelines/sources/reg.toml", |toml| toml.replace("every =", "may_be_empty = true\nevery ="));
    let rows = small.staged("reg", "reg");
    assert!(!rows.is_empty() && rows.iter().all(|row| row == "118|"), "{rows:?}");
}

/// A table whose header tells its version.
fn headed(kind: &str) -> String {
    format!(
        "files = [\"reg_{{year}}.*\"]\nevery = \"year\"\nsensitivity = \"practice\"\n[[version]]\nname = \"1\"\n\
         when = {{ without = [\"Kapacitet\"] }}\n[[version]]\nname = \"2\"\nwhen = {{ with = [\"Kapacitet\"] }}\n\
         table = [{{ name = \"reg\", column = [{{ name = \"nr\", raw = \"Ydernummer\" }}, {{ name = \"aaben\", true = [\"1\"], \
         false = [\"0\"] }}] }}]\n[format]\n{kind}\n[[table]]\nname = \"reg\"\nelement = \"Ydere\"\n[[table.column]]\nraw = \"Nr\"\n\
         name = \"nr\"\ntype = \"text\"\n[[table.column]]\nraw = \"Åben\"\nname = \"aaben\"\ntype = \"boolean\"\ntrue = [\"J\"]\n\
         false = [\"N\"]\n[[table.column]]\nraw = \"Kapacitet\"\nversions = [\"2\"]\nname = \"kapacitet\"\ntype = \"integer\"\n"
    )
}

fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Ydere").unwrap();
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(row as u32, column as u16, *cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_header_tells_the_version_of_a_table() {
    let small = Small::new(&[("reg", &headed("kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\""))]);
    small.extract("reg_2018.csv", "Nr;Åben\n118;J\n").extract("reg_2019.csv", "Kapacitet;Ydernummer;Åben\n2;119;0\n");
    let mut rows = small.staged("reg", "reg");
    rows.sort();
    assert_eq!(rows, ["118|true|", "119|false|2"]);
    // By its other columns it is of version 1.
    small.extract("reg_2019.csv", "Nr;Åben;Kapacitet\n119;J;2\n");
    let told = small.refused();
    assert!(told.contains("the column `Ydernummer` is missing"), "{told}");
    assert!(told.contains("reg_2019.csv, read as version `2`"), "{told}");

    let small = Small::new(&[("reg", &headed("kind = \"excel\"\nheader_row = 1"))]);
    small.extract("reg_2018.xlsx", workbook(&[&["Nr", "Åben"], &["118", "J"]]));
    small.extract("reg_2019.xlsx", workbook(&[&["Ydernummer", "Åben", "Kapacitet"], &["119", "0", "2"]]));
    let mut rows = small.staged("reg", "reg");
    rows.sort();
    assert_eq!(rows, ["118|true|", "119|false|2"]);
}

#[test]
fn the_header_of_another_version_is_no_row() {
    let small = Small::new(&[("reg", &headed("kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\""))]);
    let as_text = |toml: String| {
        let text = toml.replace("type = \"boolean\"\ntrue = [\"J\"]\nfalse = [\"N\"]", "type = \"text\"");
        text.replace(", true = [\"1\"], \\\n         false = [\"0\"]", "")
            .replace(", true = [\"1\"], false = [\"0\"]", "")
    };
    small.0.edit("pipelines/sources/reg.toml", as_text);
    small.extract("reg_2018.csv", "Nr;Åben\n118;J\nYdernummer;Åben\n119;J\n");
    assert_eq!(small.staged("reg", "reg"), ["118|J|", "119|J|"]);
    assert_eq!(text(&small.0.rows(&["rejects", "show", "reg"])[0], "rule"), "header");
}

#[test]
fn a_header_that_fits_no_version_is_told_by_the_columns_that_tell_them() {
    let kind = "kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"";
    let contract = headed(kind).replace("without = [\"Kapacitet\"]", "with = [\"Nr\"], without = [\"Kapacitet\"]");
    let small = Small::new(&[("reg", &contract)]);
    small.extract("reg_2018.csv", "Nr;Åben\n118;J\n").extract("reg_2019.csv", "Nummer;Åben\n119;J\n");
    let told = small.refused();
    assert!(told.contains("the header has none of the columns that tell one"), "{told}");
    assert!(told.contains("version `1`: with `Nr` and without `Kapacitet`, version `2`: with `Kapacitet`"), "{told}");
}

#[test]
fn a_day_in_the_content_is_found_in_every_version() {
    let contract = |day: &str| {
        format!(
            "files = [\"reg*.xml\"]\nevery = \"year\"\nsensitivity = \"practice\"\ndelivery = {{ day = \"content\" }}\n\
             [[version]]\nname = \"1\"\nwhen = {{ element = \"Start\", attribute = \"Version\", values = [\"\"] }}\n\
             [[version]]\nname = \"2\"\nwhen = {{ element = \"Start\", attribute = \"Version\", values = [\"2\"] }}\n\
             [version.format]\nkind = \"xml\"\nencoding = \"utf-8\"\nroot = \"register\"\n\
             extract_date = {{ element = \"Start\", attribute = \"{day}\" }}\ndates = \"yyyy-MM-dd\"\n\
             [format]\nkind = \"xml\"\nencoding = \"utf-8\"\nroot = \"reg\"\n\
             extract_date = {{ element = \"Start\", attribute = \"OpgDato\" }}\ndates = \"yyyyMMdd\"\n[[table]]\nname = \"reg\"\n\
             element = \"Yder\"\n[[table.column]]\nraw = \"Nr\"\nname = \"nr\"\ntype = \"text\"\n"
        )
    };
    let small = Small::new(&[("reg", &contract("Dato"))]);
    small.extract("reg.xml", "<reg><Start OpgDato=\"20180418\"/><Yder Nr=\"118\"/></reg>");
    small.extract("reg 2.xml", "<register><Start Version=\"2\" Dato=\"2019-04-18\"/><Yder Nr=\"119\"/></register>");
    let mut rows = small.staged("reg", "reg");
    rows.sort();
    assert_eq!(rows, ["118", "119"]);
    small.extract("reg 3.xml", "<register><Start Version=\"3\" Dato=\"2019-05-18\"/><Yder Nr=\"219\"/></register>");
    let told = small.0.maaltal(&["plan"]).stderr;
    assert!(told.contains("reg 3.xml: reg, but it does not say on which day it was drawn"), "{told}");
    assert!(told.contains("the attribute `Version` of <Start> says `3`"), "{told}");
}

#[test]
fn versions_have_to_be_told_apart() {
    let when = |one: &str, other: &str| {
        headed("kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"")
            .replace("without = [\"Kapacitet\"]", one)
            .replace("with = [\"Kapacitet\"]", other)
    };
    let same = when("without = [\"Kapacitet\"]", "with = [\"Kapacitet\"]");
    let fixed = civil(
        "[[version]]\nname = \"old\"\nwhen = { at = \"4-5\", values = [\"05\"] }\n[[version]]\nname = \"new\"\n\
         when = { record_type = \"001\", line_width = 7 }",
    );
    for (contract, said) in [
        (when("with = [\"Nr\"]", "with = [\"Kapacitet\"]"), "a file can fit both the versions `1` and `2`"),
        (when("with = [\"kapacitet\"]", "with = [\"Kapacitet\"]"), "a file can fit both the versions"),
        (when("without = [\"X\"]", "with = [\"X\"], without = [\"x\"]"), "what tells a version is"),
        (when("root = \"x\"", "with = [\"Kapacitet\"]"), "what tells a version is"),
        (fixed, "all versions of a layout are told by the same place of a file"),
        (same.replace("[[version]]\nname = \"2\"", "[[version]]\nname = \"1\""), "two versions are named `1`"),
        (same.replace("versions = [\"2\"]", "versions = [\"3\"]"), "no version is named `3`"),
        (same.replace("name = \"aaben\", true", "name = \"aben\", true"), "no column is named `aben`"),
        (same.replace("table = [{ name = \"reg\"", "table = [{ name = \"rag\""), "no table is named `rag`"),
        (
            same.replace("delimiter = \";\"", "delimiter = \";\"\nheader = \"none\""),
            "what tells a version is for xml `root`",
        ),
        (
            same.replace(
                "[format]",
                "[[delivery_as]]\nfiles = [\"reg_{year}.parquet\"]\nformat = { kind = \"parquet\" }\n[format]",
            ),
            "versions are of a source with origin = \"extracts\" and without `delivery_as`",
        ),
        (
            same.replace(
                "[format]",
                "[version.format]\nkind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \",\"\n[format]",
            ),
            "versions of one layout are of one kind, encoding, delimiter",
        ),
    ] {
        let told = Small::new(&[("reg", &contract)]).wrong();
        assert!(told.contains(said), "{said}: {told}\n{}", described(&contract));
        assert!(told.contains("pipelines/sources/reg.toml:"), "{told}");
    }
}
