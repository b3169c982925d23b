//! What a contract says beyond single columns: foreign keys, rules across columns, rows that are left
//! out, and deliveries compared with the year before.

use crate::support::small::{NOBODY, Small};
use crate::support::{Project, number, text};

const REGISTER: &str = r#"
files = ["yder_{year}.csv"]
every = "year"
sensitivity = "open"
rows_within = 0.5
format = { kind = "csv", encoding = "utf-8", delimiter = ";" }
[[table]]
name = "yder"
key = ["ydernr"]
[[table.column]]
raw = "ydernr"
name = "ydernr"
type = "text"
pattern = "[0-9]{6}"
"#;

const COUNTS: &str = r#"
files = ["antal_{year}.csv"]
every = "year"
sensitivity = "open"
may_be_empty = true
format = { kind = "csv", encoding = "utf-8", delimiter = ";", decimal = "," }
[[table]]
name = "antal"
[[table.column]]
raw = "ydernr"
name = "ydernr"
type = "text"
references = { table = "yder", column = "ydernr" }
[[table.column]]
raw = "gruppe"
name = "gruppe"
type = "text"
values = ["1", "2", "9"]
[[table.column]]
raw = "opslaaet"
name = "opslaaet"
type = "decimal"
precision = 6
scale = 1
[[table.column]]
raw = "besat"
name = "besat"
type = "decimal"
precision = 6
scale = 1
nullable = true
[[table.rule]]
name = "filled_within_posted"
left = "besat"
op = "<="
right = "opslaaet"
[[table.exclude]]
name = "dead"
column = "gruppe"
values = ["9"]
"#;

fn small() -> Small {
    let small = Small::new(&[("yder", REGISTER), ("antal", COUNTS)]);
    for year in [2018, 2019] {
        small.extract(&format!("yder_{year}.csv"), "ydernr\n001234\n005678\n");
        small.extract(&format!("antal_{year}.csv"), "ydernr;gruppe;opslaaet;besat\n001234;1;2,5;2,5\n");
    }
    small
}

#[test]
fn a_value_that_the_referred_register_does_not_have_is_kept_aside() {
    let small = small();
    small.extract("antal_2019.csv", "ydernr;gruppe;opslaaet;besat\n001234;1;2,5;1\n009999;1;1,0;1\n");
    assert_eq!(small.rejected("antal"), ["3 reference ydernr: 009999"]);
}

#[test]
fn a_changed_register_has_what_refers_to_it_checked_again() {
    let small = small();
    assert_eq!(small.staged("antal", "antal").len(), 2);
    small.extract("yder_2019.csv", "ydernr\n005678\n001111\n");
    assert_eq!(small.rejected("antal"), ["2 reference ydernr: 001234"]);
}

#[test]
fn what_refers_to_a_refused_register_is_not_pulled_and_says_so() {
    let small = small();
    let told = small.extract("yder_2019.csv", "nummer\n005678\n").refused();
    assert!(told.contains("antal: not pulled, since `yder`, which it refers to, is not staged"), "{told}");
    assert!(told.contains("hint: Mend the extract that it refers to first."), "{told}");
}

#[test]
fn a_row_whose_columns_contradict_each_other_is_kept_aside_under_the_rules_name() {
    let small = small();
    small.extract("antal_2019.csv", "ydernr;gruppe;opslaaet;besat\n001234;1;2,5;3\n001234;1;2,5;\n");
    assert_eq!(small.rejected("antal"), ["2 filled_within_posted besat, opslaaet: 3.0 and 2.5, not <="]);
}

/// Those that `faults_are_all_found` can't count on.
#[test]
fn rules_of_the_own_contracts_keep_rows_aside() {
    let sources =
        ["yderregister", "akkreditering_65plus", "alternativ_drift", "regnskab", "kursus_personale", "kronikere"];
    let project = Small::own(&sources, 2019, 2019);
    let edit = |file: &str, from: &str, to: &str| project.edit(file, |text| text.replacen(from, to, 1));
    edit("testdata/akkreditering/akkreditering_65plus_20190418.csv", ";;;;;", ";02-06-2018;;01-06-2018;;");
    edit("testdata/drift/alternativ_drift_20190418.jsonl", r#""slut":"2016-01-01""#, r#""slut":"2012-01-01""#);
    edit("testdata/oekonomi/regnskab_2019.csv", "22-02-2019;03-05-2019", "22-02-2019;21-02-2019");
    edit("testdata/kursus/kursus_personale_2019.csv", ";85;81;", ";85;86;");
    project.edit_gzip("testdata/kronikere/kronikere_2019.csv.gz", |text| {
        text.replacen("001009;2019;KOL;39;22;9;7", "001009;2019;KOL;39;;9;40", 1)
    });
    let told = project.maaltal(&["pull"]);
    assert_eq!(told.code, 5, "one row in a few dozens is more than the contracts allow: {}", told.stderr);
    for (source, rule) in [
        ("akkreditering_65plus", "taken_back_after_exempted"),
        ("alternativ_drift", "ends_after_start"),
        ("regnskab", "used_before_accounted"),
        ("kursus_personale", "completed_within_participants"),
        ("kronikere", "plans_within_patients"),
    ] {
        let rows = project.rows(&["rejects", "show", source]);
        let rules: Vec<&str> = rows.iter().map(|row| text(row, "rule")).collect();
        assert_eq!(rules, [rule], "{source}");
    }
}

#[test]
fn rows_that_the_register_leaves_out_are_counted_as_control_rows_by_name() {
    let small = small();
    // Not even their values are checked: they are no data.
    small.extract("antal_2019.csv", "ydernr;gruppe;opslaaet;besat\n001234;1;2,5;1\n009999;9;mange;\n");
    let pulled = small.0.rows(&["pull"]);
    let antal = pulled.iter().find(|source| source["source"] == "antal").unwrap();
    assert_eq!((&antal["read"], &antal["accepted"], &antal["control"]), (&3.into(), &2.into(), &1.into()));
    assert_eq!(antal["by rule"], "dead 1");
}

#[test]
fn services_that_two_registers_report_are_counted_and_left_to_one() {
    let small = Small::with_own_contract("sysi", 2004, 2005);
    let header = "PNR;YDERNR;SPECIALE;YDLANT;KONTAKT;BRUHON;HONUGE;SIKGRUP\n";
    let row = |person: &str, week: &str, group: &str| format!("{person};001234;800101;1;1;12345;{week};{group}\n");
    let (good, nobody) = (row(NOBODY, "0452", "1"), row("3111701234", "0451", "1"));
    small.extract("sysi/sysi2004.csv", format!("{header}{good}{good}{}{}", row(NOBODY, "0453", "9"), good.repeat(60)));
    small.extract("sysi/sysi2005.csv", format!("{header}{}{nobody}{}", row(NOBODY, "0501", "1"), good.repeat(60)));
    let pulled = small.0.rows(&["pull"]);
    let sysi = pulled.iter().find(|source| source["source"] == "sysi").unwrap();
    assert_eq!((&sysi["read"], &sysi["accepted"], &sysi["rejected"]), (&125.into(), &122.into(), &1.into()));
    assert_eq!(sysi["by rule"], "also_in_sssy 1, dead 1, type 1");
}

#[test]
fn an_empty_extract_is_one_only_where_the_contract_says_so() {
    let small = small();
    small.extract("antal_2019.csv", "ydernr;gruppe;opslaaet;besat\n");
    assert_eq!(small.staged("antal", "antal").len(), 1);
    let told = small.extract("yder_2019.csv", "ydernr\n").refused();
    assert!(told.contains("yder: the extract has no rows"), "{told}");
}

#[test]
fn a_delivery_with_far_fewer_rows_than_the_year_before_is_refused() {
    let small = small();
    small.extract("yder_2018.csv", "ydernr\n000001\n000002\n000003\n000004\n001234\n");
    let told = small.refused();
    assert!(told.contains("yder: 2 rows accepted where the year before had 5"), "{told}");
    assert!(told.contains("the contract allows a difference of 50 %"), "{told}");
    assert!(told.contains("raise `rows_within` in pipelines/sources/yder.toml"), "{told}");
    // The extracts are staged: no later stage may go on with them either.
    assert_eq!(small.0.maaltal(&["derive"]).code, 5);
}

#[test]
fn a_delivery_may_differ_as_much_as_its_contract_allows() {
    let small = small();
    small.0.edit("pipelines/sources/yder.toml", |toml| toml.replace("rows_within = 0.5", "rows_within = 0.29"));
    let file = |rows: u32| {
        let rows: String = (0..rows).map(|row| format!("{:06}\n", row + 1234)).collect();
        format!("ydernr\n{rows}")
    };
    small.extract("yder_2018.csv", file(100));
    for rows in [71, 129] {
        small.extract("yder_2019.csv", file(rows));
        small.0.succeeds(&["pull"]);
    }
    let told = small.extract("yder_2019.csv", file(70)).refused();
    assert!(told.contains("the contract allows a difference of 29 %"), "{told}");
}

#[test]
fn references_and_rules_that_can_not_be_are_told_before_anything_is_read() {
    let cases = [
        ("table = \"yder\"", "table = \"ydre\"", "no table is named `ydre`"),
        ("column = \"ydernr\" }", "column = \"ydrnr\" }", "no text column is named `ydrnr`"),
        ("op = \"<=\"", "op = \"~\"", "unknown variant `~`"),
        ("right = \"opslaaet\"", "right = \"gruppe\"", "`gruppe` is not a column of the same type as the left one"),
        ("every = \"year\"\n", "", "a source of all years can't refer to one of each year"),
        ("values = [\"9\"]", "values = [\"9\"]\npattern = \"9\"", "is not given with one of values and pattern"),
        ("values = [\"9\"]", "pattern = \"[9\"", "`[9` is not a regular expression"),
    ];
    for (from, to, message) in cases {
        assert!(COUNTS.contains(from), "{from}");
        let told = Small::new(&[("yder", REGISTER), ("antal", &COUNTS.replacen(from, to, 1))]).wrong();
        assert!(told.contains(message), "{message}: {told}");
    }
}

#[test]
fn a_register_can_be_delivered_in_several_forms() {
    let also = "[[delivery_as]]\nfiles = [\"yder_{year}.jsonl\"]\nformat = { kind = \"jsonl\" }\n";
    let small = Small::new(&[("yder", &REGISTER.replace("[[table]]", &format!("{also}[[table]]")))]);
    small.extract("yder_2018.csv", "ydernr\n001234\n").extract("yder_2019.jsonl", "{\"ydernr\":\"001234\"}\n");
    assert_eq!(small.staged("yder", "yder"), ["001234", "001234"]);
}

#[test]
fn a_register_of_all_years_in_two_forms_is_ambiguous() {
    let also = "[[delivery_as]]\nfiles = [\"yder.jsonl\"]\nformat = { kind = \"jsonl\" }\n";
    let of_all_years = REGISTER.replace("yder_{year}.csv", "yder.csv").replace("every = \"year\"\n", "");
    let small = Small::new(&[("yder", &of_all_years.replace("[[table]]", &format!("{also}[[table]]")))]);
    small.extract("yder.csv", "ydernr\n001234\n").extract("yder.jsonl", "{\"ydernr\":\"001234\"}\n");
    let told = small.0.maaltal(&["pull"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    assert!(told.stderr.contains("two extracts of `yder` serve all years and none is the newer"), "{}", told.stderr);
}

#[test]
fn an_empty_extract_has_the_line_that_ends_it() {
    let ended = COUNTS.replace("delimiter = \";\"", "delimiter = \";\", trailer = \"SLUT\"");
    let small = Small::new(&[("yder", REGISTER), ("antal", &ended)]);
    for year in [2018, 2019] {
        small.extract(&format!("yder_{year}.csv"), "ydernr\n001234\n");
        small.extract(&format!("antal_{year}.csv"), "ydernr;gruppe;opslaaet;besat\nSLUT;0\n");
    }
    assert_eq!(small.staged("antal", "antal").len(), 0);
    let told = small.extract("antal_2019.csv", "").refused();
    assert!(told.contains("antal: the extract is empty"), "{told}");
}

#[test]
fn a_contract_that_is_mended_wrongly_is_tried_out_first_and_hides_nothing() {
    let small = small();
    small.extract("antal_2019.csv", "ydernr;gruppe;opslaaet;besat\n001234;3;2,5;1\n");
    assert_eq!(small.rejected("antal"), ["2 values gruppe: 3"]);
    let contract = "pipelines/sources/antal.toml";
    small.0.edit(contract, |toml| toml.replace("raw = \"gruppe\"", "raw = \"grp\""));
    let replayed = small.0.rows(&["rejects", "replay", "antal"]);
    assert_eq!(text(&replayed[1], "rejected now"), "refused: the column `grp` is missing");
    assert_eq!(small.0.maaltal(&["pull"]).code, 5);
    small
        .0
        .edit(contract, |toml| toml.replace("raw = \"grp\"", "raw = \"gruppe\"").replace("\"9\"]\n[[", "\"3\"]\n[["));
    let replayed = small.0.rows(&["rejects", "replay", "antal"]);
    assert_eq!((number(&replayed[1], "rejected before"), number(&replayed[1], "rejected now")), (1.0, 0.0));
}

#[test]
fn a_bulk_export_of_statbank_is_read_as_its_csv() {
    let project = Small::own(&["befolkning"], 2018, 2018);
    let rejects = |project: &Project| {
        let rows = project.rows(&["rejects", "list"]).into_iter().filter(|row| text(row, "source") == "befolkning");
        rows.map(|row| (text(&row, "rule").to_owned(), number(&row, "rows"))).collect::<Vec<_>>()
    };
    project.succeeds(&["pull"]);
    let of_csv = rejects(&project);
    // BULK has neither the byte order mark nor the carriage returns.
    let bulk = |csv: String| csv.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    project.edit_gzip("testdata/statbank/FOLK1A_2018K1.csv.gz", bulk);
    project.succeeds(&["pull"]);
    assert_eq!(rejects(&project), of_csv);
}
