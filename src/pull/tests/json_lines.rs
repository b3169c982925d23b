//! JSON lines: nested members by dotted names, arrays as tables.

use super::Trial;
use super::contract_text::{NOBODY, column, is_pseudonym, text_column};

fn contract() -> String {
    let columns = text_column("vaerktoej")
        + &column("praksis.ydernr", "type = \"text\"\npattern = \"[0-9]{6}\"")
            .replace("name = \"praksis.", "name = \"")
        + &column("antal", "type = \"integer\"\nmin = \"0\"");
    format!(
        "files = [\"brug.jsonl\"]\nsensitivity = \"practice\"\n[format]\nkind = \"jsonl\"\n[[table]]\nname = \"brug\"\n{columns}"
    )
}

#[test]
fn nested_members_are_columns_and_a_broken_line_is_kept_aside() {
    let small = Trial::new("brug", &contract());
    small.extract(
        "brug.jsonl",
        concat!(
            r#"{"vaerktoej":"Overblik","praksis":{"ydernr":"001234"},"antal":12}"#,
            "\n",
            r#"{"vaerktoej":"Overblik","praksis":{"ydernr":1234},"antal":12}"#,
            "\n",
            r#"{"vaerktoej":"Overblik","praksis":{"ydernr":"001234"},"antal":12"#,
            "\n",
            r#"[1, 2]"#,
            "\n",
            r#"{"vaerktoej":"Overblik","praksis":{"ydernr":"001234"},"antal":null}"#,
            "\n",
        ),
    );
    assert_eq!(small.staged("brug"), ["Overblik|001234|12"]);
    assert_eq!(
        small.rejected(),
        [
            "2 pattern praksis.ydernr: 1234",
            "3 malformed : EOF while parsing an object column 64",
            "4 malformed : the line is no object",
            "5 required antal: ",
        ]
    );
}

#[test]
fn a_file_that_is_cut_within_its_last_object_is_refused() {
    let whole = r#"{"vaerktoej":"Overblik","praksis":{"ydernr":"001234"},"antal":12}"#;
    let small = Trial::new("brug", &contract());
    let told = small.extract("brug.jsonl", format!("{whole}\n{}", &whole[..40])).refused();
    assert!(told.contains("row 2, the last, has no line end, and its object is not closed"), "{told}");
    // A row that is wrong before it is a row like others.
    let text = format!("{whole}\n{}\n{whole}", &whole[..40]);
    assert_eq!(Trial::new("brug", &contract()).extract("brug.jsonl", text).staged("brug").len(), 2);
}

#[test]
fn a_member_that_the_contract_does_not_know_is_told_and_one_that_no_line_has_is_missing() {
    let small = Trial::new("brug", &contract());
    let more = r#"{"vaerktoej":"Overblik","praksis":{"ydernr":"001234","navn":"A"},"antal":12}"#;
    let told = small.extract("brug.jsonl", more).refused();
    assert!(told.contains("the column `praksis.navn` is not in the contract"), "{told}");
    let told = small.extract("brug.jsonl", r#"{"vaerktoej":"Overblik","praksis":{"ydernr":"001234"}}"#).refused();
    assert!(told.contains("the column `antal` is missing"), "{told}");
}

#[test]
fn the_elements_of_an_array_are_records_of_a_table() {
    let contract = format!(
        "files = [\"hold.jsonl\"]\nsensitivity = \"person\"\n[format]\nkind = \"jsonl\"\n[[table]]\nname = \"deltager\"\n\
         element = \"deltagere\"\n{}{}{}",
        column("../hold", "type = \"text\"").replace("name = \"../", "name = \""),
        column("cpr", "type = \"cpr\"").replace("name = \"cpr\"", "name = \"person_id\""),
        column("navn", "sensitivity = \"direct\"").replace("name = \"navn\"\n", ""),
    );
    let small = Trial::new("hold", &contract);
    small.extract("hold.jsonl", format!(r#"{{"hold":"A","deltagere":[{{"cpr":"{NOBODY}","navn":"Bo"}}]}}"#));
    let rows = small.staged("deltager");
    assert!(rows[0].starts_with("A|") && is_pseudonym(&rows[0][2..]), "{rows:?}");
    let told = small.extract("hold.jsonl", r#"{"hold":"A","deltagere":"ingen"}"#);
    assert_eq!(told.rejected(), ["1 malformed : the member `deltagere` is no array"]);
}

#[test]
fn a_line_that_does_not_say_one_thing_is_kept_aside() {
    let small =
        Trial::new("brug", &contract().replace("type = \"integer\"", "type = \"decimal\"\nprecision = 20\nscale = 9"));
    let line = |antal: &str| format!(r#"{{"vaerktoej":"O \" 1.2e4","praksis":{{"ydernr":"001234"}},{antal}}}"#);
    let lines = [line(r#""antal":1,"antal":2"#), line(r#""antal":12345678901.123456789"#), line(r#""antal":0.25"#)];
    small.extract("brug.jsonl", lines.join("\n"));
    assert_eq!(
        small.rejected(),
        [
            "1 malformed : the member `antal` stands twice column 76",
            "2 malformed : the number ###########.######### has more digits than are read: write it as text",
        ]
    );
    assert_eq!(small.staged("brug"), ["O \" 1.2e4|001234|0.250000000"]);
}

#[test]
fn numbers_of_json_are_not_spelled_as_the_texts_of_the_register_are() {
    let danish = contract()
        .replace("kind = \"jsonl\"", "kind = \"jsonl\"\ndecimal = \",\"\nthousands = \".\"")
        .replace("type = \"integer\"", "type = \"decimal\"\nprecision = 9\nscale = 3");
    let small = Trial::new("brug", &danish);
    let line = |antal: &str| format!(r#"{{"vaerktoej":"O","praksis.ydernr":"001234","antal":{antal}}}"#);
    small.extract("brug.jsonl", ["1.234", "1e3", "\"1.234,5\""].map(line).join("\n"));
    assert_eq!(small.staged("brug"), ["O|001234|1.234", "O|001234|1000.000", "O|001234|1234.500"]);
}

#[test]
fn a_file_with_no_column_of_the_contract_lacks_them() {
    let columns = column("a", "type = \"text\"\nnullable = true") + &column("b", "type = \"text\"\nnullable = true");
    let contract = format!(
        "files = [\"reg.jsonl\"]\nsensitivity = \"practice\"\n[format]\nkind = \"jsonl\"\n[[table]]\nname = \"reg\"\n{columns}"
    );
    let small = Trial::new("reg", &contract);
    small.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"quarantine\""));
    let told = small.extract("reg.jsonl", "{\"x\":1}\n{\"x\":2}").refused();
    assert!(told.contains("the column `a` is missing"), "{told}");
    // What may be missing from a delivery may be so together with the rest.
    small.edit(|toml| toml.replace("nullable = true", "optional = true"));
    assert_eq!(small.staged("reg"), ["|", "|"]);
}

/// A contract whose columns stand in objects, in arrays and in what the arrays stand in.
fn nested() -> Trial {
    let nullable = "type = \"text\"\nnullable = true";
    let contract = format!(
        "files = [\"reg.jsonl\"]\nsensitivity = \"practice\"\n[format]\nkind = \"jsonl\"\n[[table]]\nname = \"reg\"\n{}{}{}\
         [[table]]\nname = \"del\"\nelement = \"r\"\n{}{}",
        column("a.b", nullable).replace("name = \"a.b\"", "name = \"ab\""),
        column("k", "type = \"integer\""),
        column("p.navn", "sensitivity = \"direct\"").replace("name = \"p.navn\"\n", ""),
        column("../h.nr", nullable).replace("name = \"../h.nr\"", "name = \"nr\""),
        column("c", "type = \"text\""),
    );
    Trial::new("reg", &contract)
}

#[test]
fn of_an_object_or_an_array_that_is_null_nothing_is_there() {
    let small = nested();
    let full = r#"{"a":{"b":"x"},"k":1,"p":{"navn":"Bo"},"h":{"nr":"7"},"r":[{"c":"y"}]}"#;
    let none = r#"{"a":null,"k":3,"p":null,"h":null,"r":[{"c":"z"}]}"#;
    small.extract("reg.jsonl", [full, none, r#"{"a":null,"k":4,"r":null}"#].join("\n"));
    assert_eq!(small.staged("reg"), ["x|1", "|3", "|4"]);
    assert_eq!(small.staged("del"), ["7|y", "|z"]);
    assert_eq!(small.rejected(), [""; 0]);
    // A table without rows lacks no column, and a value where an object belongs is no object.
    small.extract("reg.jsonl", r#"{"a":{"b":"x"},"k":1,"r":[]}"#);
    assert_eq!(small.staged("reg"), ["x|1"]);
    let told = small.extract("reg.jsonl", r#"{"a":5,"k":1,"r":[]}"#).refused();
    // Where a column names persons, so may a name that is not the contract's.
    assert!(told.contains("the column `x` is not in the contract"), "{told}");
    let told = small.extract("reg.jsonl", r#"{"a":null,"k":1,"r":[]}"#).refused();
    assert!(told.contains("the column `a.b` is missing"), "{told}");
}

#[test]
fn what_stands_where_an_object_belongs_is_no_missing_value() {
    let small = nested();
    small.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"quarantine\""));
    let line = |a: &str, rest: &str| format!("{{{a}\"k\":1,{rest}}}");
    let (none, some) = ("\"r\":[]", "\"h\":{\"nr\":\"7\"},\"r\":[{\"c\":\"y\"}]");
    small.extract(
        "reg.jsonl",
        [
            line("\"a\":{\"b\":\"x\"},", some),
            line("\"a\":[{\"b\":\"x\"}],", none),
            line("\"a\":\"x\",", none),
            line("\"a\":5,", none),
            line("\"a\":null,", none),
            line("\"a\":\"\",", none),
            line("\"a\":[],", none),
            line("", none),
            // The dots may be those of the member's own name.
            line("\"a\":5,\"a.b\":\"z\",", none),
            line("", &some.replace("{\"nr\":\"7\"}", "\"7\"")),
        ]
        .join("\n"),
    );
    assert_eq!(small.staged("reg"), ["x|1", "|1", "|1", "|1", "|1", "z|1", "|1"]);
    assert_eq!(small.staged("del"), ["7|y"]);
    // Where a column names persons, so may a name that is not the contract's.
    let told = |row: u8, column: &str| {
        format!("{row} malformed : the member `x` is no object, and `{column}` is one of its members")
    };
    assert_eq!(small.rejected(), [told(2, "a.b"), told(3, "a.b"), told(4, "a.b"), told(10, "../h.nr")]);
    // A member that is a column by itself may be the one or the other.
    let both = column("a", "type = \"text\"\nnullable = true")
        + &column("a.b", "type = \"text\"\nnullable = true").replace("name = \"a.b\"", "name = \"ab\"");
    let contract = format!(
        "files = [\"reg.jsonl\"]\nsensitivity = \"practice\"\n[format]\nkind = \"jsonl\"\n[[table]]\nname = \"reg\"\n{both}"
    );
    let small = Trial::new("reg", &contract);
    small.extract("reg.jsonl", "{\"a\":\"x\"}\n{\"a\":null,\"a.b\":\"y\"}");
    assert_eq!(small.staged("reg"), ["x|", "|y"]);
}

/// A register of a number, a day and a text that may be missing.
fn typed(format: &str, number: &str) -> Trial {
    let nullable = |name: &str, rest: &str| column(name, &format!("{rest}\nnullable = true"));
    let columns = text_column("nr")
        + &nullable("v", number)
        + &nullable("dag", "type = \"date\"")
        + &nullable("t", "type = \"text\"\npattern = \".*\"");
    let contract = format!(
        "files = [\"reg.jsonl\"]\nsensitivity = \"practice\"\n[format]\nkind = \"jsonl\"\n{format}\n[[table]]\nname = \"reg\"\n{columns}"
    );
    Trial::new("reg", &contract)
}

/// A line with every member.
fn line(nr: &str, v: &str, dag: &str) -> String {
    format!("{{\"nr\":\"{nr}\",\"v\":{v},\"dag\":{dag},\"t\":{dag}}}")
}

#[test]
fn a_record_with_two_names_of_a_column_is_kept_aside() {
    let small = typed("dates = \"yyyy-MM-dd\"", "type = \"integer\"\naliases = [\"w\", \"v.w\"]");
    let rest = "\"dag\":null,\"t\":null";
    small.extract(
        "reg.jsonl",
        [
            format!("{{\"nr\":\"a\",\"v\":1,{rest}}}"),
            format!("{{\"nr\":\"b\",\"w\":9,{rest}}}"),
            format!("{{\"nr\":\"c\",\"v\":1,\"w\":9,{rest}}}"),
            format!("{{\"nr\":\"d\",\"v.w\":1,\"w\":null,{rest}}}"),
            format!("{{\"nr\":\"e\",\"v.w\":1,\"v\":{{\"w\":1}},{rest}}}"),
        ]
        .join("\n"),
    );
    assert_eq!(small.staged("reg"), ["a|1||", "b|9||"]);
    let rejected = small.rejected();
    assert_eq!(
        rejected[..2],
        [
            "3 malformed : the members `v` and `w` are one column, and both stand in it",
            "4 malformed : the members `w` and `v.w` are one column, and both stand in it",
        ]
    );
    assert!(rejected[2].starts_with("5 malformed : "), "{rejected:?}");
    // The dots of a path may be those of a member's own name, and both may be there.
    let small = Trial::new("brug", &contract());
    small.extract(
        "brug.jsonl",
        r#"{"vaerktoej":"O","praksis.ydernr":"001234","praksis":{"ydernr":"005678"},"antal":1}"#,
    );
    assert_eq!(small.rejected(), ["1 malformed : the member `praksis.ydernr` stands twice"]);
}

#[test]
fn a_number_that_a_double_was_written_as_is_the_doubles() {
    let small = typed("dates = \"yyyy-MM-dd\"", "type = \"decimal\"\nprecision = 38\nscale = 18");
    let read = |number: &str| {
        small.extract("reg.jsonl", line("a", number, "null"));
        let found = small.staged("reg").pop().and_then(|row| row.split('|').nth(1).map(str::to_owned));
        found.map(|number| number.trim_end_matches('0').trim_end_matches('.').to_owned())
    };
    for (number, expected) in [
        ("3.3000000000000003", "3.3"),
        ("0.30000000000000004", "0.3"),
        ("-0.1", "-0.1"),
        ("0.10000000000000001", "0.1"),
        ("100.00000000000000000", "100"),
        ("12345678901234.56", "12345678901234.56"),
        ("0.1234567890123457", "0.1234567890123457"),
        ("0.7999999999999999", "0.8"),
        ("123456789012.1234", "123456789012.1234"),
        ("1.5e-7", "0.00000015"),
        ("1e3", "1000"),
        ("9007199254740993", "9007199254740993"),
        ("18446744073709551615", "18446744073709551615"),
    ] {
        assert_eq!(read(number).as_deref(), Some(expected), "{number}");
    }
    // Each is another number than the double next to it.
    for number in ["0.123456789012345678", "12345678901234.567", "9007199254740993.0", "123456789012345678901"] {
        small.extract("reg.jsonl", line("a", number, "null"));
        let told = small.rejected().join("");
        assert!(told.contains("has more digits than are read: write it as text"), "{number}: {told}");
    }
    // One that nobody reads takes nothing from the row.
    let others = typed("dates = \"yyyy-MM-dd\"", "type = \"integer\"");
    others.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"quarantine\""));
    others.extract("reg.jsonl", r#"{"lat":55.123456789012345678,"nr":"4","v":25,"dag":null,"t":""}"#);
    assert_eq!((others.staged("reg").len(), others.rejected()), (1, Vec::new()));
    // Of several numbers in a line, each is its own.
    small.extract("reg.jsonl", r#"{"t":-3.5e1,"nr":"4.5","v":0.1234567890123457,"dag":null}"#);
    let rows = small.staged("reg");
    assert!(rows[0].starts_with("4.5|0.123456789012345700|"), "{rows:?}");
}

#[test]
fn an_array_or_an_object_is_no_value_of_a_column_whatever_the_column_is() {
    for number in ["type = \"integer\"", "type = \"text\"\npattern = \".*\""] {
        let small = typed("dates = \"yyyy-MM-dd\"", number);
        let lines = [line("a", "[1]", "null"), line("b", "{}", "null"), line("c", "1", "null")];
        small.extract("reg.jsonl", lines.join("\n"));
        assert_eq!(small.staged("reg"), ["c|1||"]);
        let told = [("1", "array"), ("2", "object")]
            .map(|(row, kind)| format!("{row} malformed : the member `v` is an {kind}, where a column has one value"));
        assert_eq!(small.rejected(), told);
    }
}

#[test]
fn a_day_is_spelled_as_the_register_does_or_as_iso_8601_does() {
    for dates in ["yyyy-MM-dd", "dd-MM-yyyy", "yyyyMMdd"] {
        let small = typed(&format!("dates = \"{dates}\"\nnulls = [\"9999-12-31T00:00:00\"]"), "type = \"integer\"");
        let spelled = dates.replace("yyyy", "2018").replace("MM", "01").replace("dd", "31");
        for day in [
            spelled.as_str(),
            "2018-01-31",
            "2018-01-31T00:00:00.000",
            "2018-01-31T00:00:00Z",
            " 2018-01-31T00:00",
            "2018-01-31 00:00:00",
            "2018-01-31 00:00:00.000000000+01:00",
            "2018-01-31T00:00:00.000000+0100",
            "2018-01-31T00:00:00-03:30",
            // As PostgreSQL writes it.
            "2018-01-31 00:00:00+01",
        ] {
            let rows = small.extract("reg.jsonl", line("a", "1", &format!("\"{day}\""))).staged("reg");
            // A text stays as it is.
            assert_eq!(rows, [format!("a|1|2018-01-31|{}", day.trim())], "{dates}");
        }
        assert_eq!(small.extract("reg.jsonl", line("a", "1", "\"9999-12-31T00:00:00\"")).staged("reg"), ["a|1||"]);
        let zones = ["+xx:yy", "+1", "+99:99", "+24", "+01:60", "+01:", "+01:0", "+1:00", "+01:00:00", "Z+01"];
        let zoned = zones.map(|zone| format!("T00:00:00{zone}"));
        let times = ["T12:00:00", "T00:00:00.001", "T00:00:00.", " nat"].map(str::to_owned);
        for time in times.into_iter().chain(zoned) {
            let rejected = small.extract("reg.jsonl", line("a", "1", &format!("\"2018-01-31{time}\""))).rejected();
            assert_eq!(rejected.len(), 1, "{time}: {rejected:?}");
            assert!(rejected[0].starts_with("1 type dag: "), "{time}: {rejected:?}");
        }
    }
}
