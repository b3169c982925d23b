//! Every breach of a contract either keeps the row aside, with file, row, column, rule and text, or
//! refuses the extract with exit code 5 and a message to act on.

use std::fs;

use serde_json::{Value, json};

use crate::support::small::Small;
use crate::support::{Project, Told, text};

const STATUS: &str = "testdata/yder_status/yder_status_20190418.csv";
const REGISTER: &str = "testdata/yderregister/S1040025_20190418.xml.gz";
const POPULATION: &str = "testdata/statbank/FOLK1A_2019K1.csv.gz";

/// 2019 has no deliberate defects in the testdata: all that is rejected was broken here.
fn project() -> Project {
    of_years(2019, 2019)
}

fn of_years(first: i16, last: i16) -> Project {
    Small::own(&["kommune", "yder_status", "yderregister", "befolkning"], first, last)
}

fn refused(project: &Project) -> Told {
    let told = project.maaltal(&["pull"]);
    assert_eq!(told.code, 5, "{}", told.stderr);
    assert!(told.stderr.contains("\nhint: "), "{}", told.stderr);
    // The other sources are staged nevertheless, and the rejects of this one are kept.
    assert!(!project.files("data/staged/kommune").is_empty());
    told
}

/// Breaks the second line of the practice status: its fields are handed to `change`.
fn with_field(project: &Project, place: usize, value: &str) {
    project.edit(STATUS, |csv| {
        let mut lines: Vec<String> = csv.split("\r\n").map(str::to_owned).collect();
        let mut fields: Vec<&str> = lines[1].split(';').collect();
        fields[place] = value;
        lines[1] = fields.join(";");
        lines.join("\r\n")
    });
}

fn rejected_row(project: &Project, source: &str) -> Value {
    project.succeeds(&["pull"]);
    let mut rows = project.rows(&["rejects", "show", source]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

#[test]
fn a_value_that_breaks_its_column_keeps_the_row_aside() {
    let cases = [
        (0, "12345", "ydernr", "pattern"),
        (0, "", "ydernr", "required"),
        (2, "31-02-2018", "gyldig_fra", "type"),
        (2, "2018-01-01", "gyldig_fra", "type"),
        (4, "999", "kommunekode", "code_list"),
        (5, "DUO", "praksisform", "values"),
        (7, "to", "antal_kapaciteter", "type"),
        (7, "1.50", "antal_kapaciteter", "type"),
        (7, "-1,00", "antal_kapaciteter", "range"),
        (8, "X", "status_kode", "values"),
        (9, "-5", "aktive_tilmeldte", "range"),
    ];
    for (place, value, column, rule) in cases {
        let project = project();
        with_field(&project, place, value);
        let row = rejected_row(&project, "yder_status");
        let expected = json!(["yder_status/yder_status_20190418.csv", 2, "yder_status", column, rule, value]);
        let found = json!([row["file"], row["row"], row["table_name"], row["column_name"], row["rule"], row["text"]]);
        assert_eq!(found, expected);
        let record: Value = serde_json::from_str(text(&row, "record")).unwrap();
        assert!(record["praksisform"].is_string(), "the whole record is kept: {record}");
    }
}

#[test]
fn a_period_that_ends_before_it_starts_keeps_the_row_aside() {
    let project = project();
    project.edit(STATUS, |csv| {
        let mut lines: Vec<String> = csv.split("\r\n").map(str::to_owned).collect();
        let mut fields: Vec<&str> = lines[1].split(';').collect();
        (fields[2], fields[3]) = ("02-01-2019", "01-01-2019");
        lines[1] = fields.join(";");
        lines.join("\r\n")
    });
    assert_eq!(rejected_row(&project, "yder_status")["rule"], "period");
}

#[test]
fn a_line_with_another_number_of_fields_is_kept_aside() {
    for (change, fields) in [(";1", 11), ("", 10)] {
        let project = project();
        project.edit(STATUS, |csv| {
            let mut lines: Vec<String> = csv.split("\r\n").map(str::to_owned).collect();
            lines[1] = match change {
                "" => lines[1].rsplit_once(';').unwrap().0.to_owned(),
                more => lines[1].clone() + more,
            };
            lines.join("\r\n")
        });
        let row = rejected_row(&project, "yder_status");
        assert_eq!(row["rule"], "column_count");
        let wrong =
            if fields == 11 { "11 columns where the header has 10" } else { "9 columns where the header has 10" };
        assert_eq!(row["text"], wrong);
    }
}

/// The practice status with `line` put in before the trailer, which counts it.
fn with_line(project: &Project, line: impl Fn(&str) -> String) {
    project.edit(STATUS, |csv| {
        let mut lines: Vec<String> = csv.split("\r\n").filter(|line| !line.is_empty()).map(str::to_owned).collect();
        let more = line(&lines[1]);
        let trailer = lines.len() - 1;
        lines[trailer] = format!("SLUT;{}", trailer);
        lines.insert(trailer, more);
        lines.join("\r\n") + "\r\n"
    });
}

#[test]
fn of_two_rows_with_one_key_the_earlier_stays() {
    let project = project();
    with_line(&project, str::to_owned);
    let row = rejected_row(&project, "yder_status");
    assert_eq!(row["rule"], "duplicate_key");
    assert!(text(&row, "text").ends_with("as in row 2"), "{row}");
}

#[test]
fn a_period_within_another_of_the_same_practice_is_kept_aside() {
    let project = project();
    with_line(&project, |first| {
        let mut fields: Vec<&str> = first.split(';').collect();
        (fields[2], fields[3]) = ("17-04-2019", "");
        fields.join(";")
    });
    // The first line's period has to be open for this.
    let row = rejected_row(&project, "yder_status");
    assert_eq!(row["rule"], "overlapping_validity");
}

#[test]
fn persons_without_a_usable_number_are_kept_aside_masked() {
    for (number, rule) in [("3113704001", "type"), ("0203AB1234", "type")] {
        let project = project();
        project.edit_gzip(REGISTER, |xml| {
            let (before, after) = xml.split_once("CprNr=\"").unwrap();
            format!("{before}CprNr=\"{number}{}", &after[10..])
        });
        let row = rejected_row(&project, "yderregister");
        assert_eq!((text(&row, "table_name"), text(&row, "rule")), ("yder_person", rule));
        assert!(!row["record"].to_string().contains(number), "{row}");
        assert!(!text(&row, "text").chars().any(|c| c.is_ascii_digit()), "{row}");
    }
}

#[test]
fn columns_of_the_contract_have_to_be_there_under_a_name_it_knows() {
    let project = project();
    project.edit(STATUS, |csv| csv.replacen(";status_kode;", ";statuskode;", 1));
    let told = refused(&project);
    insta::assert_snapshot!(told.stderr, @r#"
    error: yder_status: the column `status_kode` is missing
      file yder_status/yder_status_20190418.csv
      the file has `statuskode` instead

    hint: If `statuskode` is its new name, add it to the column's `aliases` in pipelines/sources/yder_status.toml.
    "#);
    // A name that the contract lists as an alias is as good.
    let project = self::project();
    project.edit(STATUS, |csv| csv.replacen(";tilgang_dato;", ";tilgangsdato;", 1));
    project.succeeds(&["pull"]);
}

#[test]
fn a_column_too_many_is_refused_where_columns_are_frozen_and_left_out_where_not() {
    let project = project();
    project.edit(STATUS, |csv| csv.replace("aktive_tilmeldte\r\n", "aktive_tilmeldte;bemaerkning\r\n"));
    insta::assert_snapshot!(refused(&project).stderr, @r#"
    error: yder_status: the column `bemaerkning` is not in the contract
      file yder_status/yder_status_20190418.csv

    hint: Describe the column in pipelines/sources/yder_status.toml, or set `columns` under [policy] to quarantine.
    "#);

    let project = self::project();
    project.edit_gzip(REGISTER, |xml| xml.replacen("<Yder ", "<Yder SelskForm=\"IS\" ", 1));
    let told = project.succeeds(&["pull"]);
    // The register has the doctors' CPR numbers: its unknown columns are told by their shape.
    assert!(told.stderr.contains("column=\"xxxxxxxxx\""), "{}", told.stderr);
}

#[test]
fn control_totals_have_to_match() {
    let project = project();
    project.edit(STATUS, |csv| csv.replacen("SLUT;", "SLUT;1", 1));
    insta::with_settings!({filters => vec![(r"\d{4,}", "[N]")]}, {
        insta::assert_snapshot!(refused(&project).stderr, @r#"
        error: yder_status: the control total does not match: [N] declared, [N] counted
          file yder_status/yder_status_[N].csv
          the trailer stands in row [N]

        hint: Fetch the extract again; if it is the same, ask the provider for a new delivery.
        "#);
    });

    let project = self::project();
    project.edit_gzip(REGISTER, |xml| xml.replacen("AntPost=\"0", "AntPost=\"1", 1));
    assert!(refused(&project).stderr.contains("the control total does not match"));
}

#[test]
fn an_extract_that_is_cut_off_is_refused() {
    let cut = |project: &Project, file: &str, keep: f64| {
        project.edit_bytes(file, |mut bytes| {
            bytes.truncate((bytes.len() as f64 * keep) as usize);
            bytes
        });
        refused(project).stderr
    };
    for file in [STATUS, REGISTER, POPULATION] {
        let message = cut(&project(), file, 0.6);
        assert!(message.contains("the extract is cut off"), "{file}: {message}");
    }
    let project = project();
    project.edit_gzip(REGISTER, |xml| xml[..xml.len() * 2 / 3].to_owned());
    let message = refused(&project).stderr;
    assert!(message.contains("the extract is cut off"), "{message}");
}

#[test]
fn another_character_set_is_found_out() {
    let project = project();
    // The fields of this delivery are plain ASCII: a remark in a name column gives the character set away.
    project.edit_bytes(STATUS, |bytes| [b"\xEF\xBB\xBF".as_slice(), &bytes].concat());
    insta::assert_snapshot!(refused(&project).stderr, @r#"
    error: yder_status: the extract is not windows-1252: it starts with the byte order mark of UTF-8
      file yder_status/yder_status_20190418.csv

    hint: Ask the provider which character set it is, and set `encoding` in pipelines/sources/yder_status.toml.
    "#);

    let project = self::project();
    with_field(&project, 5, "sol\u{e5}");
    project.edit_bytes(STATUS, |bytes| {
        let text: String = bytes.into_iter().map(char::from).collect();
        text.into_bytes()
    });
    assert!(refused(&project).stderr.contains("written in UTF-8"));
}

#[test]
fn windows_1252_where_utf8_is_promised_is_found_out() {
    let project = project();
    fs::remove_file(project.path(POPULATION)).unwrap();
    fs::write(project.path(POPULATION.trim_end_matches(".gz")), b"OMR\xC5DE;K\xD8N;ALDER;TID;INDHOLD\r\n").unwrap();
    let message = refused(&project).stderr;
    assert!(message.contains("the extract is not utf-8") && message.contains("offset 3"), "{message}");
}

#[test]
fn an_empty_extract_is_refused() {
    for (content, said) in [
        ("", "the extract is empty"),
        (
            "ydernr;tilgang_dato;gyldig_fra;gyldig_til;kommunekode;praksisform;ejerform;antal_kapaciteter;status_kode;aktive_tilmeldte\r\nSLUT;0\r\n",
            "the extract has no rows",
        ),
    ] {
        let project = project();
        fs::write(project.path(STATUS), content).unwrap();
        assert!(refused(&project).stderr.contains(said));
    }
}

#[test]
fn too_many_bad_rows_refuse_the_extract_and_are_kept() {
    let project = project();
    project.edit(STATUS, |csv| csv.replacen(";KOMP;", ";DUO;", 200));
    insta::with_settings!({filters => vec![(r"\d{4,} rows", "[N] rows")]}, {
        insta::assert_snapshot!(refused(&project).stderr, @r#"
        error: yder_status: 200 of [N] rows of `yder_status` were rejected, more than the 2 % that the contract allows
          file yder_status/yder_status_20190418.csv
          200 break the rule `values`, the first in row 3: column `praksisform`, text `DUO`

        hint: `maaltal rejects show yder_status` lists them; the limit is `max_rejected_share` in pipelines/sources/yder_status.toml.
        "#);
    });
    assert_eq!(project.rows(&["rejects", "show", "yder_status", "--limit", "1000"]).len(), 200);
    let replayed = project.rows(&["rejects", "replay", "yder_status"]);
    let now = text(&replayed[0], "rejected now");
    assert!(
        now.starts_with("refused: 200 of ") && now.ends_with("more than the 2 % that the contract allows"),
        "{now}"
    );
    // The contract learns the new form: replayed, nothing is rejected any more.
    project.edit("pipelines/sources/yder_status.toml", |text| {
        text.replace("\"SOLO\", \"KOMP\"", "\"SOLO\", \"KOMP\", \"DUO\"")
    });
    let replayed = project.rows(&["rejects", "replay", "yder_status"]);
    assert_eq!((&replayed[0]["rejected before"], &replayed[0]["rejected now"]), (&json!(200), &json!(0)));
    let rows = project.succeeds(&["pull"]);
    assert!(rows.stdout.contains("staged"), "{}", rows.stdout);
    assert_eq!(project.maaltal(&["rejects", "show", "yder_status"]).code, 2);
}

#[test]
fn a_population_that_is_not_complete_or_does_not_add_up_is_refused() {
    let without = |what: &str| {
        let project = project();
        project.edit_gzip(POPULATION, |csv| {
            csv.lines().filter(|line| !line.contains(what)).map(|line| format!("{line}\r\n")).collect()
        });
        refused(&project).stderr
    };
    assert!(without(";38;2019K1;").contains("incomplete: ALDER 38 missing"));
    assert!(without("825;").contains("OMRÅDE 825 missing"));
    assert!(without("825;1;77;").contains("1 of 24948 combinations missing"));
    // Where a rejected row is what is missing, that is said.
    let project = project();
    project.edit_gzip(POPULATION, |csv| csv.replacen("825;1;77;2019K1;", "825;1;77;2019K1;-1", 1));
    let message = refused(&project).stderr;
    assert!(message.contains("1 break the rule `range`") && message.contains("rejects show"), "{message}");

    let project = self::project();
    project.edit_gzip(POPULATION, |csv| {
        let line = csv.lines().find(|line| line.starts_with("751;1;30;")).unwrap();
        csv.replacen(line, &format!("{line}0"), 1)
    });
    let message = refused(&project).stderr;
    assert!(message.contains("total rows are not the sum of their parts"), "{message}");
}

#[test]
fn an_extract_of_another_year_than_its_name_says_is_refused() {
    // The whole population of another year under this year's name: every row breaks the contract.
    let project = of_years(2018, 2019);
    fs::copy(project.path("testdata/statbank/FOLK1A_2018K1.csv.gz"), project.path(POPULATION)).unwrap();
    let message = refused(&project).stderr;
    assert!(message.contains("column `TID`, text `2018K1`"), "{message}");

    let project = of_years(2018, 2019);
    fs::copy(project.path("testdata/yderregister/S1040025_20180418.xml.gz"), project.path(REGISTER)).unwrap();
    let message = refused(&project).stderr;
    assert!(message.contains("the extract says 20180418 where its file's name says 2019-04-18"), "{message}");
}

#[test]
fn records_after_the_trailer_are_refused() {
    let project = project();
    project.edit_gzip(REGISTER, |xml| xml.replace("</etds1040025XML>", "<Yder/></etds1040025XML>"));
    assert!(refused(&project).stderr.contains("stands after the trailer"));
    let project = self::project();
    project.edit(STATUS, |csv| csv + "000001;;;;;;;;;\r\n");
    assert!(refused(&project).stderr.contains("stands after the trailer"));
}

#[test]
fn records_on_one_line_are_told_apart() {
    let project = project();
    let rejected = |project: &Project| {
        project.succeeds(&["pull"]);
        project.rows(&["rejects"]).len()
    };
    project.edit_gzip(REGISTER, |xml| xml.replace('\n', " "));
    assert_eq!(rejected(&project), 0);
    // One person twice, beside itself.
    project.edit_gzip(REGISTER, |xml| {
        let (_, rest) = xml.split_once("<Person ").unwrap();
        let person = format!("<Person {}/>", rest.split_once("/>").unwrap().0);
        let (before, count) = xml.split_once("AntPost=\"").unwrap();
        let total: u64 = count[..8].parse().unwrap();
        let counted = format!("{before}AntPost=\"{:08}{}", total + 1, &count[8..]);
        counted.replacen(&person, &format!("{person}{person}"), 1)
    });
    assert_eq!(rejected(&project), 1);
}

#[test]
fn a_missing_extract_ends_with_another_code_than_a_broken_one() {
    let project = project();
    fs::remove_file(project.path(STATUS)).unwrap();
    let told = project.maaltal(&["pull", "--complete"]);
    assert_eq!(told.code, 4);
    insta::assert_snapshot!(told.stderr, @r#"
    error: no extract of `yder_status` for 2019 at testdata
      looked for yder_status/yder_status_{date}.csv

    hint: Put the extract there. Without `--complete` the others are pulled, and what needs it waits.
    "#);
    assert_eq!(project.succeeds(&["pull"]).code, 0, "what is not required is awaited");

    let project = self::project();
    let told = project.maaltal(&["pull", "--extracts", "nowhere"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
}

#[test]
fn two_extracts_for_one_year_have_to_be_told_apart() {
    let project = project();
    fs::write(project.path(POPULATION.trim_end_matches(".gz")), "x").unwrap();
    let told = project.maaltal(&["pull"]);
    assert_eq!(told.code, 4);
    assert!(told.stderr.contains("two extracts of `befolkning` serve 2019"), "{}", told.stderr);
}
