//! A year that comes in several files, one a region, is there when all of them are, and never a sum of some.

use std::fs;

use serde_json::Value;

use crate::support::small::{Small, list};
use crate::support::text;

/// A register that comes in a file a region, fewer from 2019 on; beside it one that makes the years.
fn small(more: &str) -> Small {
    let parts = "parts = [{ from = 2018, codes = [\"1081\", \"1082\", \"1085\"] }, { from = 2019, codes = [\"1081\", \"OEST\"] }]";
    let register = |name: &str, file: &str, more: &str| {
        list(name, file)
            .replace("sensitivity =", &format!("every = \"year\"\n{more}\nsensitivity ="))
            .replace("\"text\"", "\"integer\"")
    };
    let tal = register("tal", "tal/tal_{part}_{year}.csv", &format!("{parts}\n{more}"));
    let small = Small::new(&[("main", &register("main", "main_{year}.csv", "required = true")), ("tal", &tal)]);
    small.write("sql/small/total.sql", "-- One row is a year's sum.\nSELECT year, total FROM of_year");
    small
        .write("sql/small/of_year.sql", "-- One row is a year's sum.\nSELECT $year AS year, SUM(nr) AS total FROM tal");
    small.write(
        "sql/small/there.sql",
        "-- One row is a source's year.\nSELECT source, year, state, missing_parts FROM source_year",
    );
    small.0.edit("pipelines/datasets/small.toml", |text| {
        let column = |name: &str, kind: &str| {
            format!("{{ name = \"{name}\", type = \"{kind}\", nullable = true, da = \"d\", en = \"e\" }}")
        };
        let table = |name: &str, key: &str, columns: &[(&str, &str)]| {
            let columns: Vec<String> = columns.iter().map(|(name, kind)| column(name, kind)).collect();
            let columns = columns.join(", ").replacen("nullable = true, ", "", key.matches('"').count() / 2);
            format!(
                "[[table]]\nname = \"{name}\"\ntitle = {{ da = \"t\", en = \"t\" }}\nkey = [{key}]\ncolumns = [{columns}]\n"
            )
        };
        let tables = table("total", "\"year\"", &[("year", "int64"), ("total", "int64")])
            + &table(
                "there",
                "\"source\", \"year\"",
                &[("source", "string"), ("year", "int64"), ("state", "string"), ("missing_parts", "string")],
            );
        text.replace("table = []", &tables)
    });
    for year in [2018, 2019] {
        small.extract(&format!("main_{year}.csv"), "nr\n1\n");
    }
    for (part, year, nr) in [("1081", 2018, 1), ("1082", 2018, 2), ("1085", 2018, 4), ("1081", 2019, 8)] {
        small.extract(&format!("tal/tal_{part}_{year}.csv"), format!("nr\n{nr}\n"));
    }
    small
}

fn totals(small: &Small) -> Vec<Value> {
    small.0.sql("SELECT year, total FROM total ORDER BY year")
}

#[test]
fn a_year_is_awaited_until_all_its_parts_are_there() {
    let small = small("");
    let told = small.0.succeeds(&["run"]).stderr;
    assert!(told.contains("tal of 2019; 2 models wait for it; of 2019 not there: OEST"), "{told}");
    assert_eq!(totals(&small), [serde_json::json!({ "year": 2018, "total": 7 })]);
    let row = |rows: Vec<Value>, column: &str| rows.into_iter().find(|row| text(row, column) == "tal").unwrap();
    let source = row(small.0.rows(&["sources"]), "source");
    assert!(text(&source, "freshness").contains("awaited for 2019 (of 2019 not there: OEST)"), "{source}");
    let awaited = row(small.0.rows(&["plan"]), "what");
    assert_eq!((text(&awaited, "action"), text(&awaited, "years")), ("await", "2019"));
    assert!(text(&awaited, "why").ends_with("of 2019 not there: OEST"), "{awaited}");
    let there = small.0.sql("SELECT year, state, missing_parts FROM there WHERE source = 'tal' ORDER BY year");
    let of = |year: i16, state: &str, parts: Value| serde_json::json!({ "year": year, "state": state, "missing_parts": parts });
    assert_eq!(there, [of(2018, "delivered", Value::Null), of(2019, "awaited", "OEST".into())]);
    let told = small.0.maaltal(&["run", "--complete"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    assert!(told.stderr.contains("looked for tal/tal_OEST_2019.csv"), "{}", told.stderr);

    small.extract("tal/tal_OEST_2019.csv", "nr\n16\n");
    assert_eq!(small.0.succeeds(&["run"]).stderr, "");
    let both = [7, 24].into_iter().zip(2018..);
    let both: Vec<Value> = both.map(|(total, year)| serde_json::json!({ "year": year, "total": total })).collect();
    assert_eq!(totals(&small), both);
    // A correction of one part is a change of that part alone.
    small.extract("tal/tal_1081_2019.csv", "nr\n9\n");
    let plan = small.0.rows(&["plan"]);
    let of =
        |action: &str| plan.iter().filter(|row| text(row, "what") == "tal" && text(row, "action") == action).count();
    assert_eq!((of("run"), of("skip")), (1, 1), "{plan:?}");
    assert!(plan.iter().any(|row| text(row, "why") == "changed extract"), "{plan:?}");
    small.0.succeeds(&["run"]);
    assert_eq!(totals(&small)[1]["total"], 25);
    fs::remove_file(small.0.path("extracts/tal/tal_1082_2018.csv")).unwrap();
    small.0.succeeds(&["run"]);
    assert_eq!(totals(&small).len(), 1, "the sum of some parts is none");
}

#[test]
fn a_part_twice_is_refused_and_one_that_its_year_does_not_have_is_told() {
    let small = small("");
    small.extract("tal/tal_OEST_2019.csv", "nr\n16\n").extract("tal/tal_1085_2019.csv", "nr\n32\n");
    let told = small.0.succeeds(&["run"]).stderr;
    assert!(
        told.contains("tal/tal_1085_2019.csv: tal of 2019, but its contract has no part `1085` in that year"),
        "{told}"
    );
    assert_eq!(totals(&small)[1]["total"], 24);
    small.extract("tal/tal_1081_2019.CSV", "nr\n8\n");
    let told = small.0.maaltal(&["run"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    assert!(told.stderr.contains("two extracts of `tal` serve 2019"), "{}", told.stderr);
}

#[test]
fn rows_that_say_their_part_are_held_to_it() {
    let small = small("");
    small.0.edit("pipelines/sources/tal.toml", |toml| {
        let part = "raw = \"del\"\nname = \"del\"\ntype = \"text\"\nvalues = [\"{part}\"]\nda = \"d\"\nen = \"e\"\n";
        toml.replace("[[table.column]]", &format!("[[table.column]]\n{part}\n[[table.column]]"))
            .replace("max_rejected_share = 1.0", "max_rejected_share = 0.1")
    });
    for (part, year) in [("1081", 2018), ("1082", 2018), ("1085", 2018), ("1081", 2019)] {
        small.extract(&format!("tal/tal_{part}_{year}.csv"), format!("del;nr\n{part};1\n"));
    }
    small.extract("tal/tal_OEST_2019.csv", "del;nr\n1081;2\n");
    let told = small.0.maaltal(&["run"]);
    assert!(told.code == 5 && told.stderr.contains("tal/tal_OEST_2019.csv"), "{}", told.stderr);
    small.extract("tal/tal_OEST_2019.csv", "del;nr\nOEST;2\n");
    small.0.succeeds(&["run"]);
    assert_eq!(totals(&small)[1]["total"], 3);
}

#[test]
fn a_required_part_that_is_gone_takes_no_published_year_along() {
    let small = small("required = true");
    small.0.edit("pipelines/small.toml", |toml| toml.replace("{ from = 2018, to = 2019 }", "{ from = 2018 }"));
    small.extract("tal/tal_OEST_2019.csv", "nr\n16\n");
    small.0.succeeds(&["run"]);
    fs::remove_file(small.0.path("extracts/tal/tal_OEST_2019.csv")).unwrap();
    let told = small.0.maaltal(&["run"]);
    assert!(told.code == 4 && told.stderr.contains("tal/tal_OEST_2019.csv"), "{}", told.stderr);
    assert_eq!(totals(&small).len(), 2);
}

#[test]
fn all_parts_of_a_year_together_are_compared_with_the_year_before() {
    let small = small("rows_within = 0.5");
    small.extract("tal/tal_OEST_2019.csv", "nr\n16\n");
    small.0.succeeds(&["run"]);
    small.extract("tal/tal_OEST_2019.csv", "nr\n16\n17\n18\n19\n");
    let told = small.0.maaltal(&["run"]);
    assert_eq!(told.code, 5, "{}", told.stderr);
    assert!(told.stderr.contains("tal: 5 rows accepted where the year before had 3"), "{}", told.stderr);
}

#[test]
fn parts_have_to_make_sense() {
    let wrong = |change: &dyn Fn(&str) -> String| {
        let small = small("");
        small.0.edit("pipelines/sources/tal.toml", |toml| change(&toml));
        small.wrong()
    };
    for (from, to, said) in [
        ("_{part}", "", "parts are of a source with every = \"year\" and {part} in the names"),
        ("[\"1081\", \"OEST\"]", "[\"1081\"]", "are at least two codes"),
        ("{ from = 2019", "{ from = 2018", "parts are given once for a year"),
        ("parts = [", "# parts = [", "files with {part} are of a source with `parts`"),
        ("{part}", "{part}_{part}", "is not a file below the extracts"),
    ] {
        let told = wrong(&|toml| toml.replace(from, to));
        assert!(told.contains(said), "{said}: {told}");
    }
    let small = small("");
    small.0.edit("pipelines/sources/main.toml", |toml| {
        toml.replace("raw = \"nr\"", "raw = \"nr\"\nvalues = [\"{part}\"]")
    });
    assert!(small.wrong().contains("values with {part} are of a source with `parts`"));
}
