//! TOML: arrays of tables are records, and every value is told as it is written.

use super::Trial;
use super::contract_text::{column, text_column};

fn small() -> Trial {
    let columns = text_column("id")
        + &column("nr", "type = \"text\"\nnullable = true")
        + &column("d", "type = \"decimal\"\nprecision = 18\nscale = 4\nnullable = true");
    let contract = format!(
        "files = [\"reg.toml\"]\nsensitivity = \"open\"\n[format]\nkind = \"toml\"\n[[table]]\nname = \"p\"\nelement = \"p\"\n\
         {columns}[[table]]\nname = \"q\"\nelement = \"q\"\n{}",
        text_column("id"),
    );
    let small = Trial::new("reg", &contract);
    small.edit(|toml| toml.replace("columns = \"freeze\"", "columns = \"quarantine\""));
    small
}

#[test]
fn a_decimal_has_the_digits_that_it_is_written_with() {
    let small = small();
    for (number, expected) in [
        ("123456789012.1234", "123456789012.1234"),
        ("-12345678901234.5678", "-12345678901234.5678"),
        ("1_000.50", "1000.5000"),
        ("+0.1000000000000000000000000000000000000000", "0.1000"),
        ("1.2345e3", "1234.5000"),
        ("12345E-4", "1.2345"),
        ("-2e+2", "-200.0000"),
        ("-0.0", "0.0000"),
        ("12345678901234", "12345678901234.0000"),
        ("0x10", "16.0000"),
        ("0xff_FF", "65535.0000"),
        ("0o17", "15.0000"),
        ("0b101", "5.0000"),
    ] {
        let rows = small.extract("reg.toml", format!("[[p]]\nid = \"a\"\nd = {number}\n")).staged("p");
        assert_eq!(rows, [format!("a||{expected}")], "{number}");
    }
    for number in ["0.12345", "12345e-5", "123456789012345.0", "1e30", "1e300", "1e-300", "1e9999999999", "inf", "nan"]
    {
        let rejected = small.extract("reg.toml", format!("[[p]]\nid = \"a\"\nd = {number}\n")).rejected();
        assert!(rejected.len() == 1 && rejected[0].starts_with("1 type d: "), "{number}: {rejected:?}");
    }
}

#[test]
fn an_array_or_a_table_where_a_value_belongs_is_told() {
    let small = small();
    for (value, what) in [("[\"x\"]", "an array"), ("[]", "an array"), ("{ x = 1 }", "a table"), ("{}", "a table")] {
        small.extract("reg.toml", format!("[[p]]\nid = \"a\"\n\n[[p]]\nid = \"b\"\nnr = {value}\n"));
        assert_eq!(small.staged("p"), ["a||"], "{value}");
        assert_eq!(small.rejected(), [format!("4 malformed : `nr` is {what} where a value belongs")]);
        assert!(small.rejects()[0].iter().any(|kept| kept == value), "{:?}", small.rejects());
    }
}

#[test]
fn what_is_no_array_of_tables_holds_no_records() {
    let small = small();
    small.extract("reg.toml", "p = [{ id = \"a\" }, \"b\"]\n[q]\nid = \"c\"\n");
    assert_eq!(small.staged("p"), ["a||"]);
    assert_eq!(
        small.rejected(),
        ["1 malformed : an element of `p` is no table", "2 malformed : `q` is no array of tables"]
    );
}

#[test]
fn the_dots_of_a_path_may_be_those_of_a_key_in_quotes() {
    let small = small();
    small.edit(|toml| toml.replace("raw = \"nr\"", "raw = \"x.y\""));
    for given in ["\"x.y\" = \"7\"", "x.y = \"7\"", "x = { y = \"7\" }"] {
        assert_eq!(small.extract("reg.toml", format!("[[p]]\nid = \"a\"\n{given}\n")).staged("p"), ["a|7|"], "{given}");
    }
}

#[test]
fn a_key_that_stands_twice_is_kept_aside() {
    let small = small();
    small.edit(|toml| toml.replace("raw = \"nr\"", "raw = \"x.y\""));
    for given in ["\"x.y\" = \"7\"\nx.y = \"8\"", "x = { y = \"8\" }\n\"x.y\" = \"7\""] {
        small.extract("reg.toml", format!("[[p]]\nid = \"a\"\n\n[[p]]\nid = \"b\"\n{given}\n"));
        assert_eq!(small.staged("p"), ["a||"], "{given}");
        assert_eq!(small.rejected(), ["4 malformed : the key `x.y` stands twice"], "{given}");
    }
}

#[test]
fn an_integer_of_another_base_is_the_number_that_it_is_also_in_a_text() {
    for (given, expected) in [("0x1E2", "482"), ("1_000", "1000"), ("\"0x1E2\"", "0x1E2")] {
        let small = small();
        assert_eq!(
            small.extract("reg.toml", format!("[[p]]\nid = \"a\"\nnr = {given}\n")).staged("p"),
            [format!("a|{expected}|")]
        );
    }
}
