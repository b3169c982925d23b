//! A query that asks for too much is refused: it ends neither the process nor the machine.

use crate::support::Project;

fn project() -> Project {
    let project = Project::with_years(2018, 2018);
    project.succeeds(&["run"]);
    project
}

#[test]
fn chains_and_texts_without_end_are_refused() {
    let project = project();
    let chain = |operator: &str, terms: usize| {
        let term = if operator == " || " { "'a'" } else { "1" };
        format!("SELECT {}", vec![term; terms].join(operator))
    };
    for operator in [" + ", " || ", " AND 1 = ", " - "] {
        let told = project.maaltal(&["sql", &chain(operator, 8_000)]);
        assert_eq!(told.code, 2, "{operator}: {}", told.stderr);
        assert!(told.stderr.contains("operators, and at most 2000 are planned"), "{}", told.stderr);
    }
    project.succeeds(&["sql", &chain(" || ", 1_000)]);
    project.succeeds(&["sql", &chain(" + ", 90)]);
    let told = project.maaltal(&["sql", &chain(" + ", 1_000)]);
    assert!(told.stderr.contains("stand in one chain, and at most 100 are planned"), "{}", told.stderr);
    for text in [
        "repeat('x', 1900000000)",
        "lpad('x', 1900000000, 'y')",
        "rpad('x', 1900000000)",
        "length(repeat(region_name, 100000000))",
    ] {
        let told =
            project.maaltal(&["sql", &format!("SELECT {text} AS long FROM (SELECT 'Region' AS region_name) AS one")]);
        assert_eq!(told.code, 2, "{text}: {}", told.stderr);
        assert!(told.stderr.contains("bytes of text, and at most 67108864 are made"), "{}", told.stderr);
    }
    let told =
        project.maaltal(&["sql", "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT n FROM t"]);
    assert_eq!(told.code, 2, "{}", told.stderr);
    assert_eq!(project.sql("SELECT repeat('ab', 2) AS a, lpad('1', 3, '0') AS b, rpad('1', 2) AS c")[0]["a"], "abab");
}

#[test]
fn a_model_that_is_no_file_or_has_no_end_is_told() {
    let project = Project::with_years(2018, 2018);
    let model = project.path("sql/almen_praksis/endless.sql");
    std::os::unix::fs::symlink("/dev/zero", &model).unwrap();
    let told = project.maaltal(&["check"]);
    assert_eq!(told.code, 3, "{}", told.stderr);
    assert!(told.stderr.contains("it is no file"), "{}", told.stderr);
    std::fs::remove_file(&model).unwrap();
    std::fs::write(&model, " ".repeat(17 << 20)).unwrap();
    let told = project.maaltal(&["check"]);
    assert_eq!(told.code, 3, "{}", told.stderr);
    assert!(told.stderr.contains("it is larger than 16 MiB"), "{}", told.stderr);
}

#[test]
fn what_a_query_answers_steers_no_terminal() {
    let told = project().succeeds(&["sql", "SELECT chr(27) || '[31mred' AS \"a\", chr(7) || 'b' || chr(8238) AS b"]);
    assert!(!told.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", told.stdout);
    assert!(told.stdout.contains("\\u{1b}[31mred"), "{}", told.stdout);
}
