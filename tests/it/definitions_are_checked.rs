//! A wrong definition is told with file and line before any row is read, and ends with exit code 3.

use std::fs;

use crate::support::Project;
use crate::support::small::Small;

fn check(change: impl Fn(&Project)) -> String {
    let project = Project::with_years(2018, 2018);
    change(&project);
    // Without extracts: nothing is read for it.
    fs::remove_dir_all(project.path("testdata")).unwrap();
    let told = project.maaltal(&["check"]);
    assert_eq!(told.code, 3, "{}", told.stderr);
    assert_eq!(told.stdout, "");
    told.stderr
}

const MODEL: &str = "sql/almen_praksis/active_practice.sql";

#[test]
fn an_unknown_column_is_told_with_its_line_and_the_closest_name() {
    let message =
        check(|project| project.edit(MODEL, |sql| sql.replace("practice_status.ejerform", "practice_status.ejreform")));
    insta::assert_snapshot!(message, @r#"
    error: column 'ejreform' not found in 'practice_status'
      sql/almen_praksis/active_practice.sql:9:5

    hint: Did you mean `ejerform`?
    "#);
}

#[test]
fn an_unknown_table_is_told_with_its_line_and_the_closest_name() {
    let message =
        check(|project| project.edit(MODEL, |sql| sql.replace("LEFT JOIN yder_status", "LEFT JOIN yder_stats")));
    insta::assert_snapshot!(message, @r#"
    error: no source and no model makes the table `yder_stats`
      sql/almen_praksis/active_practice.sql:18:11

    hint: Did you mean `yder_status`?
    "#);
}

#[test]
fn types_that_do_not_fit_are_told_with_their_line() {
    let message = check(|project| {
        project.edit(MODEL, |sql| {
            sql.replace("practice_status.antal_kapaciteter <= solo.vaerdi", "practice_status.gyldig_fra <= TRUE")
        });
    });
    assert!(message.contains("sql/almen_praksis/active_practice.sql"), "{message}");
    insta::assert_snapshot!(message, @r#"
    error: expressions have incompatible types
      sql/almen_praksis/active_practice.sql:11:5

    hint: Cannot infer common argument type for comparison operation Date32 <= Boolean
    "#);
}

#[test]
fn models_that_need_each_other_are_told_as_a_circle() {
    let message = check(|project| {
        project
            .edit("sql/almen_praksis/geography_name.sql", |sql| sql.replace("FROM geography", "FROM indicator_value"));
    });
    insta::assert_snapshot!(message, @r#"
    error: the models need each other in a circle: geography_name → indicator_value → geography_name
      sql/almen_praksis/indicator_value.sql:158:12

    hint: Move what they share into a model of its own.
    "#);
}

#[test]
fn a_parameter_that_is_not_known_is_told() {
    let message = check(|project| project.edit(MODEL, |sql| sql.replace("$year AS year", "$aar AS year")));
    insta::assert_snapshot!(message, @r#"
    error: the parameter `$aar` is not known
      sql/almen_praksis/active_practice.sql:3:5

    hint: There are `$year`, `$reference_date` and `$model`.
    "#);
}

#[test]
fn sql_that_is_none_is_told_with_its_line() {
    let message = check(|project| project.edit(MODEL, |sql| sql.replace("INNER JOIN taerskel", "INNER JION taerskel")));
    assert!(message.contains("active_practice.sql:"), "{message}");
}

#[test]
fn an_indicator_with_a_column_that_its_folder_has_not_is_told() {
    let message = check(|project| {
        project.edit("sql/almen_praksis/indicators/u4_solopraksis_pct.sql", |sql| {
            sql.replace("AS denominator", "AS denominators")
        });
    });
    assert!(message.contains("the folder has no column `denominators`"), "{message}");
    assert!(message.contains("Did you mean `denominator`?"), "{message}");
}

#[test]
fn an_indicator_without_what_its_folder_requires_is_told() {
    let message = check(|project| {
        project.edit("sql/almen_praksis/indicators/u4_solopraksis_pct.sql", |sql| {
            sql.replace("    COUNT(*) FILTER (WHERE is_solo) AS numerator,\n", "")
        });
    });
    assert!(message.contains("the column `numerator` is missing"), "{message}");
}

#[test]
fn a_published_table_has_the_columns_of_its_schema() {
    let message = check(|project| {
        project.edit("sql/almen_praksis/geography_name.sql", |sql| sql.clone() + " ");
        project.edit("pipelines/datasets/almen_praksis.toml", |toml| {
            toml.replacen("name = \"geo_name\"", "name = \"geography\"", 1)
        });
    });
    assert!(message.contains("published are"), "{message}");
}

#[test]
fn a_published_type_that_would_lose_values_is_told() {
    let message = check(|project| {
        project.edit("pipelines/datasets/almen_praksis.toml", |toml| {
            toml.replacen("name = \"value\", type = \"double\"", "name = \"value\", type = \"int32\"", 1)
        });
    });
    assert!(message.contains("the column `value` is Float64, published as int32"), "{message}");
}

#[test]
fn contracts_are_told_with_file_line_and_column() {
    let contract = "pipelines/sources/yder_status.toml";
    let cases = [
        ("nullable = true", "nullible = true", "unknown field `nullible`"),
        ("code_list = \"kommune\"", "code_list = \"kommuner\"", "no reference list is named `kommuner`"),
        ("pattern = \"[0-9]{6}\"", "pattern = \"[0-9{6}\"", "is not a regular expression"),
        ("of = [\"ydernr\", \"tilgang_dato\"]", "of = [\"ydernr\", \"tilgang\"]", "no column is named `tilgang`"),
        ("type = \"decimal\"", "type = \"number\"", "`number` is not one of"),
        ("precision = 5", "precision = 99", "is not of at most 38 digits"),
        ("max = \"40\"", "max = \"-1\"", "is not at least the column's min"),
        ("max_rejected_share = 0.02", "max_rejected_share = 2.0", "is not between 0 and 1"),
        ("min = \"0\"", "min = \"nul\"", "`nul` is not a value of the column's type"),
        ("yder_status_{date}.csv", "yder_status.csv", "is not a file below the extracts"),
        ("yder_status_{date}.csv", "../yder_status_{date}.csv", "is not a file below the extracts"),
        ("trailer = \"SLUT\"", "trailer = \" \"", "is not a trailer"),
    ];
    for (before, after, expected) in cases {
        let message = check(|project| project.edit(contract, |toml| toml.replacen(before, after, 1)));
        assert!(message.contains(expected), "`{expected}` is not in {message}");
        // Lists are looked up once all contracts are read: the file is known, the line is not.
        let place = if expected.contains("reference list") { contract.to_owned() } else { format!("{contract}:") };
        assert!(message.contains(&place), "`{place}` is not in {message}");
    }
}

#[test]
fn all_errors_are_told_at_once_and_none_that_follows_from_another() {
    let message = check(|project| {
        project.edit("pipelines/almen_praksis.toml", |toml| {
            toml.replace("\"yder_status\",", "\"yderstatus\",")
                .replace("\"bef\",", "\"beff\",")
                .replace("time_zone = \"Europe/Copenhagen\"", "time_zone = \"Europa/København\"")
        });
        project.edit("pipelines/sources/sikrede.toml", |toml| {
            // Two columns of one contract, which the pipeline names: it is there, and has been told of.
            toml.replacen("type = \"text\"", "type = \"texte\"", 1).replacen("type = \"date\"", "type = \"dato\"", 1)
        });
        project.edit("pipelines/datasets/almen_praksis.toml", |toml| {
            toml.replacen("type = \"double\"", "type = \"float\"", 1).replacen(
                "type = \"date32\"",
                "type = \"date\"",
                1,
            )
        });
    });
    let told: Vec<&str> = message.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
    let of = |what: &str| told.iter().filter(|line| line.contains(what)).count();
    assert_eq!(of("`texte` is not one of") + of("`dato` is not one of"), 2, "{message}");
    assert_eq!(of("`float` is not one of") + of("`date` is not one of"), 2, "{message}");
    assert_eq!(of("no source is named `yderstatus`") + of("no source is named `beff`"), 2, "{message}");
    assert_eq!(of("is not a time zone"), 1, "{message}");
    assert_eq!(told.len(), 7, "{message}");
}

#[test]
fn sql_and_goals_tell_all_their_errors_at_once() {
    let message = check(|project| {
        project.edit("pipelines/goals/development.toml", |toml| {
            toml.replacen("direction = \"up\"", "direction = \"sideways\"", 1)
                .replacen("decimals = 1", "decimals = \"mange\"", 1)
                .replacen("rollup = \"sum\"", "rolup = \"sum\"", 1)
        });
        project.edit("sql/almen_praksis/clinic.sql", |sql| {
            sql.replace("clinic.driftsform AS form", "clinic.form AS form")
        });
        project.edit("sql/almen_praksis/study_places.sql", |sql| sql.replace("FROM studiepladser", "FROM studieplads"));
        project.edit("sql/almen_praksis/posting.sql", |sql| sql.replace("SELECT", "SELEKT"));
        project.edit("pipelines/datasets/almen_praksis.toml", |toml| {
            toml.replacen("name = \"milestone_status\"", "name = \"milestones\"", 1)
        });
    });
    insta::assert_snapshot!(message, @r#"
    error: goals: the column `rolup` is not in the contract
      file goals/development.toml

    hint: Describe the column in pipelines/sources/goals.toml, or set `columns` under [policy] to quarantine.
    error: goals: row 30 breaks the rule `values`, which the contract freezes
      file goals/development.toml
      column `direction`, text `sideways`

    hint: Correct the row, or set [policy] in pipelines/sources/goals.toml to quarantine.
    error: goals: row 30 breaks the rule `required`, which the contract freezes
      file goals/development.toml
      column `rollup`, text ``

    hint: Correct the row, or set [policy] in pipelines/sources/goals.toml to quarantine.
    error: goals: row 30 breaks the rule `type`, which the contract freezes
      file goals/development.toml
      column `decimals`, text `mange`

    hint: Correct the row, or set [policy] in pipelines/sources/goals.toml to quarantine.
    error: ParserError("Expected: an SQL statement, found: SELEKT at Line: 4, Column: 1")
      sql/almen_praksis/posting.sql:4:1
    error: no source and no model makes the table `studieplads`
      sql/almen_praksis/study_places.sql:10:6

    hint: Did you mean `studiepladser`?
    error: column 'form' not found in 'clinic'
      sql/almen_praksis/clinic.sql:7:5

    hint: Did you mean `_row`?
    error: no model makes the published table `milestones`
      pipelines/datasets/almen_praksis.toml:379:8

    hint: Did you mean `milestone_state`?
    "#);
}

#[test]
fn a_source_that_is_described_and_not_used_is_told() {
    let message = check(|project| {
        project.edit("pipelines/almen_praksis.toml", |toml| toml.replace("    \"klynge\",\n", ""));
    });
    let first = message.find("error: no source").unwrap();
    let last = message[first..].find("\nerror: ").map_or(message.len(), |end| first + end);
    insta::assert_snapshot!(&message[first..last], @r"
    error: no source and no model makes the table `klynge`
      sql/almen_praksis/cluster_member.sql:3:6
      pipelines/sources/klynge.toml describes it, as a table of `klynge`

    hint: The pipeline does not use that source: add it to `sources` in pipelines/almen_praksis.toml.
    ");
}

#[test]
fn branches_of_a_union_have_one_type() {
    let message = check(|project| {
        fs::write(
            project.path("sql/almen_praksis/halved.sql"),
            "-- One row is a number.\nSELECT 0 AS amount UNION ALL SELECT 3505.5",
        )
        .unwrap();
    });
    insta::assert_snapshot!(message, @r#"
    error: the column `amount` is Int64 in one branch of a UNION and Decimal128(5, 1) in another
      sql/almen_praksis/halved.sql

    hint: Write a CAST in one of them.
    "#);
}

#[test]
fn a_source_with_persons_can_not_say_that_it_has_none() {
    let contract = "pipelines/sources/yderregister.toml";
    let message = check(|project| {
        project.edit(contract, |toml| toml.replacen("sensitivity = \"person\"", "sensitivity = \"practice\"", 1));
    });
    assert!(message.contains("a source with CPR numbers") && message.contains(&format!("{contract}:")), "{message}");
}

#[test]
fn an_extract_whose_layout_is_from_nowhere_is_told() {
    let message = check(|project| {
        project.edit("pipelines/sources/bef.toml", |toml| toml.replacen("layout = ", "# ", 1));
    });
    assert!(message.contains("the source `bef` needs `layout`") && message.contains("bef.toml:"), "{message}");
}

#[test]
fn a_value_of_the_year_in_a_source_of_all_years_is_told() {
    let message = check(|project| {
        project.edit("pipelines/sources/befolkning.toml", |toml| toml.replacen("every = \"year\"\n", "", 1));
    });
    assert!(message.contains("values with {year} are of a source with every = \"year\""), "{message}");
}

#[test]
fn a_table_that_two_sources_make_is_told() {
    let message = check(|project| {
        project.edit("pipelines/sources/dokument.toml", |toml| {
            toml.replace("[[table]]\nname = \"dokument\"", "[[table]]\nname = \"region\"")
        });
    });
    assert!(message.contains("the table `region` is made twice"), "{message}");
}

#[test]
fn pipelines_are_checked_too() {
    let pipeline = "pipelines/almen_praksis.toml";
    for (before, after, expected) in [
        ("30 5 * * 1-5", "30 25 * * 1-5", "is not a cron expression of five fields"),
        ("\"yder_status\",", "\"yderstatus\",", "no source is named `yderstatus`"),
        ("reference_day = \"01-01\"", "reference_day = \"02-30\"", "is not a month and day"),
        ("from = 2018", "from = 2019", "the years 2019 to 2018 are none"),
        ("dataset = \"almen_praksis\"", "dataset = \"almenpraksis\"", "no dataset is named `almenpraksis`"),
    ] {
        let message = check(|project| project.edit(pipeline, |toml| toml.replacen(before, after, 1)));
        assert!(message.contains(expected), "`{expected}` is not in {message}");
    }
}

#[test]
fn marks_that_could_be_taken_for_one_another_are_refused() {
    for (marks, wrong) in [
        ("thousands = \".\"", "`.` is not another mark than `decimal`"),
        ("decimal = \",\"\nthousands = \",\"", "`,` is not another mark than `decimal`"),
        ("decimal = \";\"", "`;` is not another mark than the delimiter"),
        ("decimal = \"1\"", "`1` is not a mark that no number is written with"),
        ("decimal = \",\"\nthousands = \"-\"", "`-` is not a mark that no number is written with"),
    ] {
        let contract = format!(
            "files = [\"reg.csv\"]\nsensitivity = \"open\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\n\
             delimiter = \";\"\n{marks}\n[[table]]\nname = \"reg\"\n[[table.column]]\nraw = \"nr\"\nname = \"nr\"\n\
             type = \"integer\"\n"
        );
        let told = Small::new(&[("reg", &contract)]).wrong();
        assert!(told.contains(wrong) && told.contains("pipelines/sources/reg.toml:"), "{told}");
    }
}
