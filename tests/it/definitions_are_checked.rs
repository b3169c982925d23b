//! A wrong definition is told with file and line before any row is read, and ends with exit code 3.

use crate::support::Project;
use crate::support::small::{Small, list};

fn check(change: impl Fn(&Project)) -> String {
    // Without extracts: nothing is read for it.
    let project = Project::defined(2018, 2018);
    change(&project);
    let told = project.maaltal(&["check"]);
    assert_eq!(told.code, 3, "{}", told.stderr);
    assert_eq!(told.stdout, "");
    told.stderr
}

const MODEL: &str = "sql/almen_praksis/active_practice.sql";

/// What is told where the model of the small project says something else.
fn reworded(change: impl Fn(String) -> String) -> String {
    let small = Small::practices("closed");
    small.0.edit("sql/small/open.sql", change);
    small.wrong()
}

#[test]
fn an_unknown_column_is_told_with_its_line_and_the_closest_name() {
    let message = reworded(|sql| sql.replace("SELECT reg.nr", "SELECT reg.nrr"));
    insta::assert_snapshot!(message, @r#"
    error: column 'nrr' not found in 'reg'
      sql/small/open.sql:2:8

    hint: Did you mean `nr`?
    "#);
}

#[test]
fn an_unknown_table_is_told_with_its_line_and_the_closest_name() {
    let message = reworded(|sql| sql.replace("\"closed\" AS", "closd AS"));
    insta::assert_snapshot!(message, @r#"
    error: no source and no model makes the table `closd`
      sql/small/open.sql:3:11

    hint: Did you mean `closed`?
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
    let small = Small::practices("closed");
    small.write("sql/small/again.sql", "-- One row is a practice.\nSELECT nr FROM open");
    small.0.edit("sql/small/open.sql", |sql| sql.replace("FROM reg", "FROM again AS reg"));
    insta::assert_snapshot!(small.wrong(), @r#"
    error: the models need each other in a circle: again → open → again
      sql/small/open.sql:2:20

    hint: Move what they share into a model of its own.
    "#);
}

#[test]
fn a_parameter_that_is_not_known_is_told() {
    let message = reworded(|sql| sql.replace("SELECT reg.nr", "SELECT $aar AS nr"));
    insta::assert_snapshot!(message, @r#"
    error: the parameter `$aar` is not known
      sql/small/open.sql:2:8

    hint: There are `$year`, `$reference_date` and `$model`.
    "#);
}

#[test]
fn sql_that_is_none_is_told_with_its_line() {
    let message = reworded(|sql| sql.replace("LEFT JOIN", "INNER JION"));
    assert!(message.contains("sql/small/open.sql:3"), "{message}");
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
    let message = reworded(|sql| sql.replace("SELECT reg.nr", "SELECT reg.nr AS number"));
    assert!(message.contains("the columns are number, published are nr"), "{message}");
}

#[test]
fn a_published_type_that_would_lose_values_is_told() {
    let small = Small::practices("closed");
    small.0.edit("pipelines/datasets/small.toml", |toml| toml.replace("\"string\"", "\"int32\""));
    small.0.edit("sql/small/open.sql", |sql| sql.replace("SELECT reg.nr", "SELECT CAST(reg.nr AS DOUBLE) AS nr"));
    let message = small.wrong();
    assert!(message.contains("the column `nr` is Float64, published as int32"), "{message}");
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
            toml.replace("years =", "sources = [\"yderstatus\", \"beff\", \"sikrede\"]\nyears =")
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
        project.edit("sql/almen_praksis/indicators/u1_aabne_praksis_pct.toml", |toml| {
            toml.replacen("direction = \"up\"", "direction = \"sideways\"", 1)
                .replacen("decimals = 1", "decimals = \"mange\"", 1)
                .replacen("rollup = \"sum\"", "rolup = \"sum\"", 1)
                .replacen("time_kind = \"stock\"\n", "", 1)
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
    error: indicators: the column `rolup` is not in the contract
      file sql/almen_praksis/indicators/u1_aabne_praksis_pct.toml:52:9

    hint: Describe the column in pipelines/sources/indicators.toml, or set `columns` under [policy] to quarantine.
    error: indicators: row 1 breaks the rule `required`, which the contract freezes
      file sql/almen_praksis/indicators/u1_aabne_praksis_pct.toml
      column `time_kind`, text ``

    hint: Correct the row, or set [policy] in pipelines/sources/indicators.toml to quarantine.
    error: indicators: row 51 breaks the rule `values`, which the contract freezes
      file sql/almen_praksis/indicators/u1_aabne_praksis_pct.toml:51:13
      column `direction`, text `sideways`

    hint: Correct the row, or set [policy] in pipelines/sources/indicators.toml to quarantine.
    error: indicators: row 49 breaks the rule `type`, which the contract freezes
      file sql/almen_praksis/indicators/u1_aabne_praksis_pct.toml:49:12
      column `decimals`, text `mange`

    hint: Correct the row, or set [policy] in pipelines/sources/indicators.toml to quarantine.
    error: ParserError("Expected: an SQL statement, found: SELEKT at Line: 4, Column: 1")
      sql/almen_praksis/posting.sql:4:1
    error: no source and no model makes the table `studieplads`
      sql/almen_praksis/study_places.sql:10:6

    hint: Did you mean `studiepladser`?
    error: column 'form' not found in 'clinic'
      sql/almen_praksis/clinic.sql:7:5

    hint: Did you mean `_row`?
    error: no model makes the published table `milestones`
      pipelines/datasets/almen_praksis.toml:409:8

    hint: Did you mean `milestone_state`?
    "#);
}

#[test]
fn an_entry_that_is_no_toml_is_told_at_its_place_and_stops_a_run() {
    let project = Project::with_years(2018, 2018);
    project.edit("sql/almen_praksis/indicators/u1_aabne_praksis_pct.toml", |toml| {
        toml.replacen("unit = \"pct\"", "unit = pct", 1)
    });
    for command in ["check", "run"] {
        let told = project.maaltal(&[command]);
        assert_eq!(told.code, 5, "{}", told.stderr);
        let place = "file sql/almen_praksis/indicators/u1_aabne_praksis_pct.toml:47:8\n";
        assert!(told.stderr.contains(place), "{}", told.stderr);
    }
}

#[test]
fn a_source_that_the_pipelines_list_lacks_is_told() {
    let message = check(|project| {
        let files = project.files("pipelines/sources");
        let names = files.iter().filter_map(|path| path.file_stem()?.to_str()).filter(|name| *name != "klynge");
        let sources: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
        project.edit("pipelines/almen_praksis.toml", |toml| {
            toml.replace("years =", &format!("sources = [{}]\nyears =", sources.join(", ")))
        });
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
    let small = Small::practices("closed");
    small.write("sql/small/halved.sql", "-- One row is a number.\nSELECT 0 AS amount UNION ALL SELECT 3505.5");
    insta::assert_snapshot!(small.wrong(), @r#"
    error: the column `amount` is Int64 in one branch of a UNION and Decimal128(5, 1) in another
      sql/small/halved.sql

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
        project.edit("pipelines/sources/befolkning.toml", |toml| {
            toml.replacen("every = \"year\"\n", "", 1).replace("FOLK1A_{year}K1", "FOLK1A")
        });
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
        ("years =", "sources = [\"yderstatus\"]\nyears =", "no source is named `yderstatus`"),
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
        ("quote = \";\"", "`;` is not a mark that neither divides columns"),
        ("quote = \"\\n\"", "is not a mark that neither divides columns"),
        ("quote = \"1\"", "`1` is not a mark that neither divides columns"),
        ("quote = \".\"", "`.` is not a mark that neither divides columns"),
        ("decimal = \"1\"", "`1` is not a mark that no number is written with"),
        ("decimal = \",\"\nthousands = \"-\"", "`-` is not a mark that no number is written with"),
        ("decimal = \"\u{2212}\"", "`\u{2212}` is not a mark that no number is written with"),
        ("decimal = \" \"", "` ` is not a mark that no number is written with"),
        ("decimal = \"\\t\"", "is not a mark that no number is written with"),
        ("thousands = \"\\n\"", "is not a mark that no number is written with"),
        ("decimal = \",\"\nthousands = \";\"", "`;` is not another mark than the one that divides columns"),
        ("decimal = \",\"\nthousands = \"'\"\nquote = \"'\"", "`'` is not another mark than the one that divides"),
        ("nulls = [\" .\"]", "` .` is not a text without blanks around it"),
        ("trailer = \"SLUT \"", "`SLUT ` is not a text without blanks around it"),
        ("delimiter = \"1\"", "`1` is not a mark that neither stands in values"),
        ("delimiter = \"x\"", "`x` is not a mark that neither stands in values"),
        ("delimiter = \"-\"", "`-` is not a mark that neither stands in values"),
        ("delimiter = \" \"", "` ` is not a mark that neither stands in values"),
        ("delimiter = \"\\n\"", "is not a mark that neither stands in values nor ends lines"),
    ] {
        let marks = if marks.contains("delimiter") { marks.to_owned() } else { format!("delimiter = \";\"\n{marks}") };
        let contract = format!(
            "files = [\"reg.csv\"]\nsensitivity = \"open\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\n\
             {marks}\n[[table]]\nname = \"reg\"\n[[table.column]]\nraw = \"nr\"\nname = \"nr\"\n\
             type = \"integer\"\n"
        );
        let told = Small::new(&[("reg", &contract)]).wrong();
        assert!(told.contains(wrong) && told.contains("pipelines/sources/reg.toml:"), "{told}");
    }
}

#[test]
fn columns_that_could_be_taken_for_one_another_are_refused() {
    for (column, wrong) in [
        (
            "name = \"ja\"\ntype = \"boolean\"\ntrue = [\"J\", \"1\"]\nfalse = [\" J \"]",
            "a text for true that is none for false",
        ),
        (
            "name = \"ja\"\ntype = \"boolean\"\ntrue = [\"J\"]\nfalse = [\"N\"]\nnulls = [\"N\"]",
            "texts of which none says that there is no value",
        ),
        (
            "name = \"ja\"\ntype = \"boolean\"\ntrue = [\"J\"]\nfalse = [\"N\", \"\"]",
            "texts of which none says that there is no value",
        ),
        (
            "name = \"nr\"\ntype = \"text\"\n[[table.column]]\nraw = \"navn\"\nname = \"NR\"\ntype = \"text\"",
            "two columns are named `NR`",
        ),
        (
            "name = \"nr\"\ntype = \"text\"\n[[table.column]]\nraw = \"navn\"\naliases = [\"nr\"]\nname = \"navn\"\ntype = \"text\"",
            "two column names are named `nr`",
        ),
        (
            "name = \"nr\"\naliases = [\"id\"]\ntype = \"text\"\n[[table.column]]\nraw = \"navn\"\naliases = [\"id\"]\n\
             name = \"navn\"\ntype = \"text\"",
            "two column names are named `id`",
        ),
        ("name = \"_ROW\"\ntype = \"integer\"", "`_row` is the name of the column with each row's place"),
        ("name = \"nr\"\ntype = \"integer\"\ncode_list = \"liste\"", "`integer` is not text, as codes"),
        (
            "name = \"nr\"\ntype = \"text\"\n[[table.column]]\nraw = \"område\"\naliases = [\" nr\"]\nname = \"navn\"\ntype = \"text\"",
            "two column names are named `nr`",
        ),
        ("name = \"_row\"\ntype = \"integer\"", "`_row` is the name of the column with each row's place"),
        (
            "name = \"nr\"\ntype = \"text\"\n[[table.column]]\nraw = \"a\u{30a}r\"\nname = \"aar\"\ntype = \"text\"\n\
             [[table.column]]\nraw = \"år\"\nname = \"aaret\"\ntype = \"text\"",
            "two column names are named `a\u{30a}r`",
        ),
        ("name = \"nr\"\ntype = \"integer\"\nvalues = [\"1\", \"en\"]", "`en` is not a value of the column's type"),
        ("name = \"nr\"\ntype = \"integer\"\nvalues = [\"{year}\", \"x{year-1}\"]", "`x{year-1}` is not a value"),
        ("name = \"nr\"\ntype = \"text\"\nvalues = [\"A \"]", "`A ` is not a text without blanks around it"),
        (
            "name = \"nr\"\ntype = \"boolean\"\ntrue = [\" ja\"]\nfalse = [\"nej\"]",
            "` ja` is not a text without blanks around it",
        ),
        ("name = \"nr\"\ntype = \"text\"\nopen_end = [\"9 \"]", "`9 ` is not a text without blanks around it"),
        (
            "name = \"nr\"\ntype = \"text\"\n[[table.exclude]]\nname = \"x\"\ncolumn = \"nr\"\nvalues = [\"8 \"]",
            "`8 ` is not a text without blanks around it",
        ),
        (
            "name = \"nr\"\ntype = \"text\"\n[[table.control]]\ncolumn = \"nr\"\nvalues = [\"7 \"]",
            "`7 ` is not a text without blanks around it",
        ),
        (
            "name = \"nr\"\ntype = \"integer\"\n[[table.totals]]\ncolumn = \"nr\"\nvalues = [\"6 \"]\nof = \"nr\"",
            "`6 ` is not a text without blanks around it",
        ),
        (
            "name = \"nr\"\ntype = \"text\"\n[[table.complete]]\ncolumn = \"nr\"\nvalues = [\"5 \"]",
            "`5 ` is not a text without blanks around it",
        ),
        (
            "name = \"nr\"\ntype = \"integer\"\nvalues = [\"0\", \"1\"]\nnulls = [\"00\"]",
            "`0` is not another text than those that say that there is no value",
        ),
        (
            "name = \"nr\"\ntype = \"text\"\nvalues = [\"\", \"1\"]",
            "`` is not another text than those that say that there is no value",
        ),
        (
            "name = \"nr\"\ntype = \"text\"\n[[table.rule]]\nname = \"x\"\nleft = \"nr\"\nop = \"0 or =\"\nright = \"nr\"",
            "`nr` is not a column of type integer or decimal, of which alone one is 0",
        ),
    ] {
        let contract = format!(
            "files = [\"reg.csv\"]\nsensitivity = \"open\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\n\
             delimiter = \";\"\n[[table]]\nname = \"reg\"\n[[table.column]]\nraw = \"nr\"\n{column}\n"
        );
        let told = Small::new(&[("reg", &contract)]).wrong();
        assert!(told.contains(wrong) && told.contains("pipelines/sources/reg.toml:"), "{told}");
    }
}

#[test]
fn what_another_format_has_is_refused() {
    for (key, wrong) in [
        ("header_row = 3", "the format `csv` has no `header_row`, which is of excel"),
        ("end = { type = \"99\", count = \"3-9\" }", "the format `csv` has no `end`, which is of fixed"),
        ("extract_date = { element = \"R\", attribute = \"dato\" }", "the format `csv` has no `extract_date`"),
        ("line_width = 80", "the format `csv` has no `line_width`, which is of fixed"),
    ] {
        let contract = list("reg", "reg.csv").replace("[[table]]\n", &format!("{key}\n[[table]]\n"));
        let told = Small::new(&[("reg", &contract)]).wrong();
        assert!(told.contains(wrong) && told.contains("pipelines/sources/reg.toml:"), "{told}");
    }
}

#[test]
fn a_key_names_a_column_once() {
    let contract = list("reg", "reg.csv").replace("[[table]]\n", "[[table]]\nkey = [\"nr\", \"nr\"]\n");
    let told = Small::new(&[("reg", &contract)]).wrong();
    assert!(told.contains("two columns are named `nr`") && told.contains("pipelines/sources/reg.toml:"), "{told}");
}

#[test]
fn lines_and_fields_that_no_file_can_have_are_refused() {
    for (format, at, wrong) in [
        ("skip = [\"10\", \"20\"]", "3-4", "`reg` is not of a record type that `skip`, `start` and `end` do not name"),
        ("start = { type = \"10\" }", "3-4", "`reg` is not of a record type"),
        ("end = { type = \"10\" }", "3-4", "`reg` is not of a record type"),
        ("line_width = 9", "3-10", "the field `nr` at 3-10 ends behind the line, which has 9 letters"),
        ("line_width = 1", "1", "`1-2` is not within the letters of a line"),
    ] {
        let contract = format!(
            "files = [\"reg.txt\"]\nsensitivity = \"open\"\n[format]\nkind = \"fixed\"\nencoding = \"utf-8\"\n\
             record_type = \"1-2\"\n{format}\n[[table]]\nname = \"reg\"\nelement = \"10\"\n[[table.column]]\n\
             raw = \"nr\"\nat = \"{at}\"\nname = \"nr\"\ntype = \"text\"\n"
        );
        let told = Small::new(&[("reg", &contract)]).wrong();
        assert!(told.contains(wrong) && told.contains("pipelines/sources/reg.toml:"), "{told}");
    }
}

#[test]
fn a_query_without_a_select_is_told() {
    let told = reworded(|_| "-- One row is a practice.\nFROM reg".to_owned());
    assert!(told.contains("error: it gives no columns") && told.contains("sql/small/open.sql"), "{told}");
    let told = Small::published().0.maaltal(&["sql", "FROM open"]);
    assert!(
        told.code == 2 && told.stderr.contains("hint: Write SELECT * before FROM."),
        "{}: {}",
        told.code,
        told.stderr
    );
}

#[test]
fn what_the_rows_alone_do_not_decide_is_told() {
    let closed = "(SELECT nr, CAST(nr AS DOUBLE) AS x FROM reg)";
    for (query, wrong) in [
        ("SELECT nr FROM reg WHERE RANDOM() < 2", "`random` gives another value each time"),
        ("SELECT CAST(NOW() AS VARCHAR) AS nr FROM reg", "`now` gives another value each time"),
        ("SELECT nr FROM reg WHERE nr IN (SELECT CAST(CURRENT_DATE AS VARCHAR))", "`current_date` gives another"),
        ("SELECT STRING_AGG(nr, ',') AS nr FROM reg", "`string_agg` depends on the order of its rows, and has none"),
        ("SELECT FIRST_VALUE(nr) AS nr FROM reg", "`first_value` depends on the order"),
        ("SELECT ANY_VALUE(nr) AS nr FROM reg", "`any_value` depends on the order"),
        ("SELECT CAST(ROW_NUMBER() OVER () AS VARCHAR) AS nr FROM reg", "`row_number` depends on the order"),
        (
            "SELECT CAST(ROW_NUMBER() OVER (PARTITION BY nr ORDER BY nr) AS VARCHAR) AS nr FROM reg",
            "`row_number` depends on the order",
        ),
        ("SELECT FIRST_VALUE(nr) OVER (ORDER BY 'nr') AS nr FROM reg", "`first_value` depends on the order"),
        ("SELECT FIRST_VALUE(nr) OVER (PARTITION BY nr ORDER BY UPPER(nr)) AS nr FROM reg", "`first_value` depends"),
        (
            "SELECT STRING_AGG(name, ',' ORDER BY nr) AS nr FROM (SELECT nr, UPPER(nr) AS name FROM reg) AS t GROUP BY t.nr",
            "`string_agg` depends on the order",
        ),
        (
            "SELECT CAST(STDDEV(LENGTH(nr)) OVER (ORDER BY nr ROWS 1 PRECEDING) AS VARCHAR) AS nr FROM reg",
            "`stddev` depends on the order in which",
        ),
        ("SELECT STRING_AGG(nr, ',' ORDER BY 1 + LENGTH('a')) AS nr FROM reg", "`string_agg` depends on the order"),
        ("SELECT nr FROM reg ORDER BY LOWER('A') LIMIT 1", "LIMIT without an ORDER BY"),
        ("SELECT DISTINCT ON (LENGTH(nr)) nr FROM reg ORDER BY LENGTH(nr)", "DISTINCT ON without an ORDER BY"),
        (
            "SELECT CAST(SUM(x) AS VARCHAR) AS nr FROM CLOSED",
            "`sum` depends on the order in which it takes its numbers",
        ),
        ("SELECT CAST(AVG(x) OVER () AS VARCHAR) AS nr FROM CLOSED", "`avg` depends on the order in which"),
        (
            "SELECT CAST(SUM(CASE WHEN nr > '1' THEN 0 ELSE x END) AS VARCHAR) AS nr FROM CLOSED",
            "`sum` depends on the order",
        ),
        (
            "SELECT CAST(COUNT(*) OVER (ROWS UNBOUNDED PRECEDING) AS VARCHAR) AS nr FROM reg",
            "`count` depends on the order",
        ),
        ("SELECT CAST(STDDEV(CAST(nr AS BIGINT)) AS VARCHAR) AS nr FROM reg", "`stddev` depends on the order in which"),
        ("SELECT nr FROM reg LIMIT 1", "LIMIT without an ORDER BY takes any of the rows"),
        ("SELECT nr FROM reg WHERE nr = (SELECT nr FROM reg LIMIT 1)", "LIMIT without an ORDER BY"),
        ("SELECT DISTINCT ON (LENGTH(nr)) nr FROM reg", "DISTINCT ON without an ORDER BY"),
        ("WITH some AS (SELECT nr FROM reg LIMIT 1) SELECT nr FROM some", "LIMIT without an ORDER BY"),
    ] {
        let told = reworded(|_| format!("-- One row is a practice.\n{}", query.replace("CLOSED", closed)));
        assert!(
            told.contains(wrong) && told.contains("sql/small/open.sql") && told.contains("hint: "),
            "{query}: {told}"
        );
    }
    for (query, wrong) in [
        ("SELECT CAST(SUM(x ORDER BY nr) AS VARCHAR) AS nr FROM CLOSED", "sum takes no ORDER BY"),
        ("SELECT nr FROM reg TABLESAMPLE (10)", "TABLESAMPLE is not there"),
    ] {
        let told = reworded(|_| format!("-- One row is a practice.\n{}", query.replace("CLOSED", closed)));
        assert!(told.contains(wrong) && told.contains("sql/small/open.sql"), "{query}: {told}");
    }
    let decided = "SELECT STRING_AGG(nr, ',' ORDER BY nr) AS nr FROM (SELECT nr FROM reg ORDER BY nr LIMIT 2) AS some\n\
                   UNION ALL SELECT FIRST_VALUE(nr ORDER BY nr) FROM reg UNION ALL SELECT CAST(SUM(CAST(nr AS DECIMAL(9, 2))) AS VARCHAR)\n\
                   FROM reg UNION ALL SELECT CAST(MAX(x) AS VARCHAR) FROM CLOSED UNION ALL (SELECT DISTINCT ON (nr) nr FROM reg ORDER BY nr)\n\
                   UNION ALL SELECT CAST(AVG(LENGTH(nr)) OVER () AS VARCHAR) FROM reg\n\
                   UNION ALL SELECT CAST(RANK() OVER (PARTITION BY nr ORDER BY nr) AS VARCHAR) FROM reg\n\
                   UNION ALL SELECT nr FROM (SELECT MAX(nr) AS nr FROM reg LIMIT 1) AS one";
    let small = Small::practices("closed");
    small.write("sql/small/open.sql", format!("-- One row is a practice.\n{}", decided.replace("CLOSED", closed)));
    small.0.succeeds(&["check"]);
}
