//! `maaltal sources`: every register with its form, its freshness and its account; and each contract as
//! a data dictionary.

use crate::support::small::Small;
use crate::support::{Project, text};

#[test]
fn every_source_of_the_pipeline_is_listed_with_what_became_of_its_rows() {
    let project = Project::with_years(2018, 2018).without_models();
    let before = project.rows(&["sources"]);
    assert!(before.iter().all(|source| source["rows"].is_null()), "nothing is pulled yet");
    project.succeeds(&["pull"]);
    let sources = project.rows(&["sources"]);
    let of = |name: &str| sources.iter().find(|source| source["source"] == name).unwrap();
    assert_eq!(text(of("sikrede"), "format"), "fixed width");
    assert_eq!(text(of("sssy"), "format"), "CSV, SAS7BDAT, Parquet");
    assert_eq!(text(of("yder_status"), "layout"), "assumed");
    assert_eq!(text(of("yderregister"), "sensitivity"), "person");
    assert_eq!(of("yder_status")["rejected"], 26);
    // The extract of the year after was due long ago, whenever this test is run.
    assert_eq!(text(of("sikrede"), "freshness"), "drawn 2018-04-18, late since 2019-05-01");
}

#[test]
fn a_pipeline_pulls_what_its_sql_names() {
    let csv = |name: &str| {
        format!(
            "files = [\"{name}.csv\"]\nsensitivity = \"open\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\n\
             delimiter = \";\"\n[[table]]\nname = \"{name}\"\n[[table.column]]\nraw = \"nr\"\nname = \"nr\"\n\
             type = \"text\"\n"
        )
    };
    let referring = format!("{}references = {{ table = \"owner\", column = \"nr\" }}\n", csv("named"));
    let small = Small::new(&[("named", &referring), ("owner", &csv("owner")), ("other", &csv("other"))]);
    small.extract("named.csv", "nr\n1\n").extract("owner.csv", "nr\n1\n");
    // All three are listed, and one has no extract.
    assert_eq!(small.0.maaltal(&["pull", "--complete"]).code, 4);
    small.0.edit("pipelines/small.toml", |toml| {
        toml.lines().filter(|line| !line.starts_with("sources")).collect::<Vec<_>>().join("\n")
    });
    small.write("sql/small/small.sql", "-- One row is a number.\nSELECT nr FROM named");
    let pulled = small.0.rows(&["pull"]);
    let sources: Vec<&str> = pulled.iter().map(|row| text(row, "source")).collect();
    assert_eq!(sources, ["named", "owner"]);
    assert_eq!(text(&small.0.rows(&["check"])[0], "described, not used"), "other");
}

#[test]
fn a_contract_is_shown_as_a_data_dictionary() {
    let project = Project::with_years(2018, 2018).without_models();
    let told = project.succeeds(&["sources", "kronikere", "--format", "csv"]);
    for said in [
        "layout: Assumed: a count from RUKS, the health insurance register and the patient register",
        "the layout is assumed: the register's own is not public, or only in part",
        "one extract a year, due by 04-30, rows within 25 % of the year before",
        "a row that breaks a rule kept aside; up to 2 % of a table's rows",
    ] {
        assert!(told.stderr.contains(said), "{}", told.stderr);
    }
    assert!(
        told.stderr.contains("kronikere: followed_within_patients: antal_fulgt_ap <= antal_patienter"),
        "{}",
        told.stderr
    );
    let header = "table,column,register's name,type,missing,allowed,unit,dansk,english,layout";
    assert_eq!(told.stdout.lines().next(), Some(header));
    assert!(told.stdout.contains("kronikere,ydernr,ydernr,text,required,in yder.ydernr"), "{}", told.stdout);
    let told = project.succeeds(&["sources", "sikrede"]);
    assert!(
        told.stderr.contains("tilmelding: periods from fra to til of one person_id do not overlap"),
        "{}",
        told.stderr
    );
    assert!(told.stderr.contains("sikret: never read: PostType, SRegDatoYder"), "{}", told.stderr);
    assert!(told.stdout.contains("SYdernr at 13-18, 63-68, 102-107"), "{}", told.stdout);
    assert!(told.stdout.contains("required; written 000000"), "{}", told.stdout);
    assert!(told.stdout.contains("The interface's; that 000 is abroad is assumed"), "{}", told.stdout);
    let told = project.maaltal(&["sources", "kroniker"]);
    assert_eq!(told.code, 2);
    assert!(told.stderr.contains("Did you mean `kronikere`?"), "{}", told.stderr);
}

#[test]
fn pull_answers_with_the_account_of_every_source() {
    let project = Project::with_years(2018, 2018).without_models();
    let pulled = project.rows(&["pull"]);
    let status = pulled.iter().find(|source| source["source"] == "yder_status").unwrap();
    assert_eq!(text(status, "control total"), "trailer");
    assert_eq!(status["control"], 1);
    assert!(text(status, "by rule").starts_with("column_count 4, range 4, type 4, values 4"), "{status}");
    let rows = |measure: &str| status[measure].as_u64().unwrap();
    assert_eq!(rows("read"), rows("accepted") + rows("rejected") + rows("control"));
    let again = project.rows(&["pull"]);
    assert!(again.iter().all(|source| source["seconds"] == "staged before"), "{again:?}");
}
