//! A register is found under the name that it comes with, however that says its year: in its name, in that of its folder,
//! or in its content. Of many deliveries in a year the contract says which serves it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde_json::Value;

use crate::support::s3::S3;
use crate::support::small::Small;
use crate::support::{Told, repository, text};

/// A source of lines of fixed width, with a day in its first.
fn fixed(files: &str, delivery: &str) -> String {
    format!(
        "files = [{files}]\nevery = \"year\"\nsensitivity = \"practice\"\n{delivery}\n[format]\nkind = \"fixed\"\n\
         encoding = \"windows-1252\"\nrecord_type = \"1-3\"\nstart = {{ type = \"000\", extract_date = \"4-11\" }}\n\
         end = {{ type = \"999\" }}\ndates = \"yyyyMMdd\"\n[[table]]\nname = \"reg\"\nelement = \"001\"\n\
         [[table.column]]\nraw = \"Nr\"\nat = \"4-6\"\nname = \"nr\"\ntype = \"text\"\n"
    )
}

/// A source of XML, with a day in an attribute.
fn xml(files: &str, delivery: &str) -> String {
    format!(
        "files = [{files}]\nevery = \"year\"\nsensitivity = \"practice\"\n{delivery}\n[format]\nkind = \"xml\"\n\
         encoding = \"utf-8\"\nroot = \"reg\"\nextract_date = {{ element = \"Start\", attribute = \"OpgDato\" }}\n\
         dates = \"yyyyMMdd\"\n[[table]]\nname = \"reg\"\nelement = \"Yder\"\n[[table.column]]\nraw = \"Nr\"\n\
         name = \"nr\"\ntype = \"text\"\n"
    )
}

/// A source of CSV.
fn csv(files: &str, delivery: &str) -> String {
    format!(
        "files = [{files}]\nevery = \"year\"\nsensitivity = \"practice\"\n{delivery}\n[format]\nkind = \"csv\"\n\
         encoding = \"utf-8\"\ndelimiter = \";\"\n[[table]]\nname = \"reg\"\n[[table.column]]\nraw = \"nr\"\n\
         name = \"nr\"\ntype = \"text\"\n"
    )
}

fn lines(day: &str, nr: &str) -> String {
    format!("000{day}\r\n001{nr}\r\n023{nr}\r\n999\r\n")
}

fn document(day: &str, nr: &str) -> String {
    format!("\u{feff}<reg>\n<Start OpgDato=\"{day}\" Modt=\"F053  \"/>\n<Yder Nr=\"{nr}\"/>\n</reg>")
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// The rows of the register, in order.
fn rows(small: &Small) -> Vec<String> {
    let mut rows = small.staged("reg", "reg");
    rows.sort();
    rows
}

fn source(small: &Small) -> Value {
    small.0.rows(&["sources"]).remove(0)
}

#[test]
fn the_civil_register_is_found_as_it_comes_and_its_other_records_are_counted() {
    let small = Small::new(&[("reg", &fixed("\"cpr/D{yyMMdd}.L4311*\"", ""))]);
    small.extract("cpr/D180418.L431101", lines("20180418", "118"));
    small.extract("cpr/D190418.l431102.GZ", gzipped(&lines("20190418", "119")));
    let told = small.0.succeeds(&["pull", "--format", "json"]);
    assert!(told.stdout.contains("record type 023 2"), "{}", told.stdout);
    assert!(told.stderr.contains("passed over records of types that the contract does not know"), "{}", told.stderr);
    assert_eq!(told.stderr.matches("023 (1)").count(), 2, "once an extract: {}", told.stderr);
    assert_eq!(rows(&small), ["118", "119"]);
    assert!(text(&source(&small), "freshness").starts_with("drawn 2019-04-18"));
}

#[test]
fn a_file_whose_name_says_no_day_says_it_in_its_content() {
    let delivery = "delivery = { day = \"content\" }";
    let small = Small::new(&[("reg", &xml("\"*/M.S1040025.SB025.xml\"", delivery))]);
    small.extract("a/M.S1040025.SB025.xml", document("20180418", "118"));
    small.extract("b/M.S1040025.SB025.XML.gz", gzipped(&document("20190601", "219")));
    small.extract("c/M.S1040025.SB025.xml", document("20190418", "119"));
    assert_eq!(rows(&small), ["118", "219"], "of two in a year the newer");
    let source = source(&small);
    assert!(text(&source, "freshness").starts_with("drawn 2019-06-01"), "{source}");
    assert_eq!(text(&source, "taken"), "the newest: 2019-06-01 of 2 for 2019");

    let small = Small::new(&[("reg", &fixed("\"reg*.txt\"", delivery))]);
    small.extract("reg.txt", lines("20180418", "118")).extract("reg (1).txt", lines("20190418", "119"));
    assert_eq!(rows(&small), ["118", "119"]);
}

#[test]
fn a_file_that_says_no_day_where_its_contract_says_that_it_does_is_told_and_keeps_no_other_back() {
    let small = Small::new(&[("reg", &xml("\"*.xml\"", "delivery = { day = \"content\" }"))]);
    small.extract("a.xml", document("20180418", "118")).extract("b.xml", document("20190418", "119"));
    let bad: [(&str, Vec<u8>, &str); 7] = [
        ("1.xml", document("20180231", "1").into(), "says `20180231`, which is no day written as yyyyMMdd"),
        ("2.xml", document("", "1").into(), "the attribute `OpgDato` of <Start> says nothing before"),
        (
            "3.xml",
            "<reg><Yder Nr=\"1\"/><Start OpgDato=\"20180419\"/></reg>".into(),
            "says nothing before the records begin",
        ),
        ("4.xml", "<other/>".into(), "the root element is `other`, not `reg`"),
        ("5.xml", Vec::new(), "the extract is empty"),
        ("6.xml", vec![0xFF, 0xFE, 0x3C, 0x00], "the extract is not utf-8"),
        ("7.xml.gz", gzipped(&document("20180419", "1"))[..12].into(), "the compressed data ends too early"),
    ];
    for (file, bytes, _) in &bad {
        small.extract(file, bytes);
    }
    assert_eq!(rows(&small), ["118", "119"]);
    let plan = small.0.rows(&["plan"]);
    for (file, _, said) in &bad {
        let row = plan.iter().find(|row| text(row, "what") == *file).unwrap_or_else(|| panic!("{file}: {plan:?}"));
        let why = text(row, "why");
        assert!(why.starts_with("reg, but it does not say on which day it was drawn: "), "{why}");
        assert!(why.contains(said), "{file}: {why}");
    }
    let listed = source(&small);
    assert!(bad.iter().all(|(file, ..)| text(&listed, "not read").contains(file)), "{listed}");
}

#[test]
fn a_content_that_says_another_day_than_the_name_is_refused() {
    let small = Small::new(&[("reg", &xml("\"reg_{yyyy-MM-dd}.xml\"", "delivery = { day = \"content\" }"))]);
    small.extract("reg_2018-04-18.xml", document("20180419", "118"));
    small.extract("reg_2019-04-18.xml", document("20190418", "119"));
    assert!(small.refused().contains("20180419"));
}

#[test]
fn one_of_many_deliveries_serves_the_year_as_its_contract_says() {
    let days = ["2018-01-02", "2018-04-29", "2018-05-03", "2018-12-31", "2019-03-01"];
    for (delivery, nrs, taken) in [
        ("", ["2018-12-31", "2019-03-01"], "the newest: 2018-12-31 of 4 for 2018"),
        (
            "delivery = { of_a_year = \"newest-before\", before = \"05-03\" }",
            ["2018-04-29", "2019-03-01"],
            "the newest before 05-03: 2018-04-29 of 4 for 2018",
        ),
        // The reference date is 1 January.
        (
            "delivery = { of_a_year = \"nearest\" }",
            ["2018-01-02", "2019-03-01"],
            "the nearest to 01-01: 2018-01-02 of 4 for 2018",
        ),
    ] {
        let small = Small::new(&[("reg", &csv("\"leverance_{yyyy-MM-dd}/reg.csv\"", delivery))]);
        for day in days {
            small.extract(&format!("leverance_{day}/reg.csv"), format!("nr\n{day}\n"));
        }
        assert_eq!(rows(&small), nrs, "{delivery}");
        assert_eq!(text(&source(&small), "taken"), taken);
        let twice = small.extract("leverance_2018-04-29/reg.csv.gz", gzipped("nr\n1\n")).0.maaltal(&["pull"]);
        let is_taken = nrs[0] == "2018-04-29";
        assert_eq!(twice.code, if is_taken { 4 } else { 0 }, "{}", twice.stderr);
        assert_eq!(twice.stderr.contains("two extracts of `reg` serve 2018"), is_taken, "{}", twice.stderr);
    }
}

#[test]
fn a_year_whose_deliveries_were_all_drawn_too_late_has_none_and_says_so() {
    let delivery = "delivery = { of_a_year = \"newest-before\", before = \"05-03\" }";
    let small = Small::new(&[("reg", &csv("\"reg_{date}.csv\"", delivery))]);
    small.extract("reg_20180418.csv", "nr\n1\n").extract("reg_20190503.csv", "nr\n2\n");
    let told = small.0.maaltal(&["plan"]).stderr;
    let said = "reg_20190503.csv: reg of 2019, but none of that year was drawn before 2019-05-03";
    assert!(told.contains(said), "{told}");
}

#[test]
fn files_that_were_looked_into_are_not_looked_into_again() {
    // The repository's own extracts: one that was just written is read again, since it may yet change unnoticed.
    let small = Small::with_own_contract("yderregister", 2018, 2018);
    let extracts = repository().join("testdata");
    small.0.edit("pipelines/environments/local.toml", |toml| {
        toml.replace("\"extracts\"", &format!("\"{}\"", extracts.display()))
    });
    small.0.edit("pipelines/sources/yderregister.toml", |toml| {
        let files = toml.lines().find(|line| line.starts_with("files = ")).unwrap();
        toml.replace(files, "files = [\"yderregister/S1040025_*.xml\"]")
    });
    let read = || {
        let mut command = small.0.process(&["pull"]);
        let output = command.env("MAALTAL_LOG", "maaltal=debug").output().unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{log}");
        ["looked into", "digested"]
            .map(|what| log.lines().filter(|line| line.contains(what) && line.contains("yderregister/")).count())
    };
    assert_eq!([read(), read()], [[12, 1], [0, 0]], "of all their beginnings, and of one the whole");
    // Where the day is said may be elsewhere under another contract.
    small.0.edit("pipelines/sources/yderregister.toml", |toml| {
        toml.replace("max_rejected_share = 0.02", "max_rejected_share = 0.03")
    });
    assert_eq!(read(), [12, 0]);
}

/// A name with all that people and their systems put into names. On a disk of a Macintosh it is decomposed.
const PATTERN: &str = "Region Sjælland & Øerne/år [{yyyy}]/tal #1 (100%) + å_{date}.csv";

fn names() -> [String; 2] {
    let name = |year: &str| PATTERN.replace("{yyyy}", year).replace("{date}", &format!("{year}0418"));
    [name("2018"), name("2019").replace('å', "a\u{30a}").replace(".csv", ".CSV")]
}

#[test]
fn names_have_letters_marks_and_blanks_on_a_disk_and_on_a_service() {
    let contract = csv(&format!("\"{PATTERN}\""), "");
    let small = Small::new(&[("reg", &contract)]);
    for name in names() {
        small.extract(&name, "nr\n1\n");
    }
    assert_eq!(small.0.succeeds(&["pull"]).stderr, "");
    assert_eq!(rows(&small), ["1", "1"]);

    let there = Small::new(&[("reg", &contract)]);
    let s3 = S3::server();
    let bucket = s3.bucket();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for name in names() {
        let path = Path::parse(format!("ud træk/{name}")).unwrap();
        runtime.block_on(s3.client(&bucket).put(&path, "nr\n1\n".into())).unwrap();
    }
    std::fs::create_dir_all(there.0.path("extracts")).unwrap();
    let mut command = there.0.command(&["pull", "--format", "json"]);
    command.args(["--extracts", &format!("s3://{bucket}/ud træk")]).envs(s3.variables());
    let told = Told::from(command.output().unwrap());
    assert_eq!((told.code, told.stderr.as_str()), (0, ""), "{}", told.stdout);
    let read: Vec<Value> = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((&read[0]["extracts"], &read[0]["accepted"]), (&2.into(), &2.into()), "{}", told.stdout);
}

#[test]
fn a_later_version_of_an_interface_has_a_column_more() {
    // What a version adds is a column that a delivery may lack; what neither version has stays unknown, and is told.
    let contract = xml("\"reg_{date}.xml\"", "");
    let cvr = "[[table.column]]\nraw = \"CvrNr\"\nname = \"cvr\"\ntype = \"text\"\nnullable = true\noptional = true\n";
    let small = Small::new(&[("reg", &format!("{contract}{cvr}"))]);
    small.extract("reg_20180418.xml", document("20180418", "118"));
    let later = document("20190418", "119").replace("<Yder ", "<Yder CvrNr=\"12345678\" ");
    small.extract("reg_20190418.xml", &later);
    assert_eq!(rows(&small), ["118|", "119|12345678"]);
    small.extract("reg_20190418.xml", later.replace("CvrNr", "Andet"));
    assert!(small.refused().contains("the column `Andet` is not in the contract"));
}

#[test]
fn what_a_contract_says_of_its_deliveries_has_to_make_sense() {
    let dated = |delivery: &str| csv("\"reg_{date}.csv\"", delivery);
    for (contract, said) in [
        (dated("delivery = { day = \"content\" }"), "CSV says no day in its content"),
        (csv("\"reg*.csv\"", ""), "is not a file below the extracts"),
        (csv("\"reg_{yyMMd}.csv\"", ""), "is not a file below the extracts"),
        (csv("\"**/reg_{date}.csv\"", ""), "is not a file below the extracts"),
        (dated("delivery = { of_a_year = \"newest-before\" }"), "needs `before`"),
        (
            dated("delivery = { of_a_year = \"newest-before\", before = \"02-29\" }"),
            "is not a day of the year as MM-dd",
        ),
        (dated("delivery = { before = \"05-01\" }"), "`before` is of `of_a_year = \"newest-before\"`"),
        (dated("delivery = { of_a_year = \"nearest\", before = \"05-01\" }"), "`before` is of"),
        (dated("delivery = { of_a_year = \"oldest\" }"), "unknown variant `oldest`"),
        (csv("\"reg_{year}.csv\"", "delivery = { of_a_year = \"nearest\" }"), "goes by their days"),
        (
            dated("delivery = { of_a_year = \"nearest\" }").replace("every = \"year\"\n", ""),
            "`of_a_year` is of a source with every = \"year\"",
        ),
    ] {
        let told = Small::new(&[("reg", &contract)]).wrong();
        assert!(told.contains(said), "{said}: {told}");
        assert!(told.contains("pipelines/sources/reg.toml:"), "{told}");
    }
}

#[test]
fn the_projects_own_contracts_take_the_names_that_the_registers_come_with() {
    let project = maaltal::definition::Project::read(repository(), "local").unwrap();
    let of = |source: &str, file: &str| {
        let (_, found) = project.contracts[source].delivery(file)?;
        Some((found.year, found.extract_date.map(|day| day.to_string())))
    };
    let on = |year: i16, day: &str| Some((Some(year), Some(day.to_owned())));
    assert_eq!(of("cpr", "cpr/D100312.L431101"), on(2010, "2010-03-12"));
    assert_eq!(of("cpr", "cpr/D100312.L431102.zst"), on(2010, "2010-03-12"));
    assert_eq!(of("cpr", "cpr/L4311_20180418.txt.zst"), on(2018, "2018-04-18"));
    assert_eq!(of("yderregister", "yderregister/M.S1040025.SB025.xml"), Some((None, None)));
    assert_eq!(of("yderregister", "yderregister/2018-04-18/M.S1040025.SB025.XML"), Some((None, None)));
    assert_eq!(of("yderregister", "yderregister/S1040025_20180418.xml.gz"), on(2018, "2018-04-18"));
    assert_eq!(of("autorisation", "autorisation/20090918AutDK.csv"), on(2009, "2009-09-18"));
}
