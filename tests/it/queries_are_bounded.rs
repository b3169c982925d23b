//! A query that asks for too much is refused: it ends neither the process nor the machine.

use crate::support::small::Small;

#[test]
fn chains_and_texts_without_end_are_refused() {
    let Small(project) = Small::published();
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
    let Small(project) = Small::practices("closed");
    let model = project.path("sql/small/endless.sql");
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
    let told = Small::published()
        .0
        .succeeds(&["sql", "SELECT chr(27) || '[31mred' AS \"a\", chr(7) || 'b' || chr(8238) AS b"]);
    assert!(!told.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", told.stdout);
    assert!(told.stdout.contains("\\u{1b}[31mred"), "{}", told.stdout);
}

/// The numbers below ten to the power of `digits`, as a table.
fn numbers(digits: usize) -> String {
    let digit = "(SELECT column1 AS digit FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)))";
    let tables: Vec<String> = (0..digits).map(|place| format!("{digit} AS d{place}")).collect();
    let value: Vec<String> =
        (0..digits).map(|place| format!("d{place}.digit * {}", 10_i64.pow(place as u32))).collect();
    format!("(SELECT {} AS value FROM {})", value.join(" + "), tables.join(" CROSS JOIN "))
}

#[test]
fn no_function_makes_a_value_that_memory_has_no_room_for() {
    let Small(project) = Small::published();
    // A text of 60,000 letters, and thousands of them in a table.
    let long = "(SELECT repeat('x', 60000) AS text)";
    let (thousands, ten_thousands) = (numbers(4), numbers(5));
    let many = format!(
        "(SELECT repeat(CAST(value % 7 AS VARCHAR), 6000) AS text \
            FROM (SELECT value FROM {ten_thousands} ORDER BY value LIMIT 50000))"
    );
    for (query, told_of) in [
        (format!("SELECT replace(text, 'x', text) AS a FROM {long}"), "replace would make 3600060000 bytes"),
        (format!("SELECT replace(text, 'xx', 'abcdef') AS a FROM {long}"), "replace made a value of 180000 bytes"),
        (format!("SELECT regexp_replace(text, 'x', text, 'g') AS a FROM {long}"), "regexp_replace would make"),
        (format!("SELECT regexp_replace(text, '(.*)', '\\1\\1') AS a FROM {long}"), "regexp_replace made a value of"),
        (format!("SELECT translate(text, 'x', 'ø') AS a FROM {long}"), "translate made a value of 120000 bytes"),
        (format!("SELECT overlay(text PLACING text FROM 60001) AS a FROM {long}"), "overlay made a value of 120000"),
        (format!("SELECT concat(text, text) AS a FROM {long}"), "concat made a value of 120000 bytes"),
        (format!("SELECT concat_ws(',', text, text) AS a FROM {long}"), "concat_ws made a value of 120001 bytes"),
        (format!("SELECT text || text AS a FROM {long}"), "|| made a value of 120000 bytes"),
        (format!("SELECT length(text || '-' || text) AS a FROM {many}"), "|| would make"),
        (format!("SELECT length(concat(text, text)) AS a FROM {many}"), "concat would make"),
        (format!("SELECT to_char(DATE '2018-01-01', replace(text, 'xxxx', '%A')) AS a FROM {long}"), "made a value of"),
        (format!("SELECT date_format(DATE '2018-01-01', repeat('%A', 12000)) AS a FROM {long}"), "made a value of"),
        (format!("SELECT string_agg(text, ',') AS a FROM {many}"), "string_agg would make"),
        (
            format!("SELECT string_agg('xxxxxxxxxx', ',') AS a FROM {thousands}"),
            "string_agg made a value of 109999 bytes",
        ),
        (
            format!("SELECT value % 1 AS b, string_agg('xxxxxxxxxx', ',') AS a FROM {thousands} GROUP BY value % 1"),
            "string_agg made a value of 109999 bytes",
        ),
        (
            format!(
                "SELECT string_agg('xxxxxxxxxx', ',') OVER (ORDER BY value) AS a FROM {thousands} WHERE value < 5900"
            ),
            "string_agg would make",
        ),
        (
            format!("SELECT string_agg(repeat('x', 9 + value % 2), ',' ORDER BY value DESC) AS a FROM {thousands}"),
            "string_agg made a value of 104999 bytes",
        ),
        (format!("SELECT array_agg(value) AS a FROM {ten_thousands}"), "array_agg made a value of"),
        (format!("SELECT repeat('x', 1000000) AS a FROM {thousands}"), "repeat made a value of 1000000 bytes"),
    ] {
        let told = project.maaltal(&["sql", &query]);
        assert_eq!(told.code, 2, "{query}: {}", told.stderr);
        assert!(told.stderr.contains(told_of), "{query}: {}", told.stderr);
    }
}

#[test]
fn what_is_bounded_gives_the_same_texts_as_before() {
    let Small(project) = Small::published();
    let many = format!(
        "(SELECT CAST(value AS VARCHAR) AS number, CASE WHEN value % 3 > 0 THEN 'a' END AS letter FROM {})",
        numbers(4)
    );
    for (expression, text) in [
        ("MAX(replace(number, '9', 'nine'))", "ninenineninenine"),
        ("MAX(regexp_replace(number, '([0-9])9', '\\1-', 'g'))", "9888"),
        ("MAX(translate(number, '123', 'æøå'))", "øøøø"),
        ("MAX(overlay(number PLACING 'x' FROM 1 FOR 1))", "x999"),
        ("MAX(concat(letter, number, NULL, 'z'))", "a9998z"),
        ("MAX(concat_ws('-', letter, number, NULL, 'z'))", "a-9998-z"),
        ("MAX(number || '-' || letter || 'z')", "9998-az"),
        ("MAX('a' || NULL || letter)", ""),
        ("'a' || 'b' || 'c'", "abc"),
        ("MAX(to_char(DATE '2018-01-01', '%Y/%m'))", "2018/01"),
        ("string_agg(DISTINCT letter, ',')", "a"),
        (
            "string_agg(number, ',' ORDER BY CAST(number AS INT) DESC) FILTER (WHERE length(number) = 1)",
            "9,8,7,6,5,4,3,2,1,0",
        ),
    ] {
        let answer = project.sql(&format!("SELECT {expression} AS text FROM {many}"));
        assert_eq!(answer[0]["text"].as_str().unwrap_or_default(), text, "{expression}");
    }
}
