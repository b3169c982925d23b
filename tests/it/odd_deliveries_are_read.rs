//! A delivery that is only odd is read; where it can't be, the message names the cause.

use std::os::unix::ffi::OsStrExt;
use std::{ffi::OsStr, fs};

use crate::support::contract_text::{ODD_ROWS, ODD_TEXT, odd_contract};
use crate::support::small::Small;

#[test]
fn an_entry_that_can_not_be_read_keeps_no_other_back() {
    let small = Small::new(&[("reg", &odd_contract("reg.csv", ""))]);
    small.extract("reg.csv", ODD_TEXT);
    let folder = small.0.path("extracts");
    std::os::unix::fs::symlink("loop", folder.join("loop")).unwrap();
    std::os::unix::fs::symlink(".", folder.join("again")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.join("gone")).unwrap();
    fs::write(folder.join(OsStr::from_bytes(b"l\xe6ger.csv")), "x").unwrap();
    fs::write(folder.join("line\nbreak.csv"), "x").unwrap();
    let told = small.0.succeeds(&["pull"]).stderr;
    for (name, why) in [
        ("loop", "Too many levels of symbolic links"),
        ("again", "it leads back to a folder that it lies in"),
        ("gone", "No such file"),
        ("l\u{fffd}ger.csv", "its name is not UTF-8"),
        ("break.csv", "its name can't be written as a path"),
    ] {
        assert!(told.contains(name) && told.contains(why), "{name}: {told}");
    }
    assert_eq!(small.staged("reg", "reg"), ODD_ROWS);
}

#[test]
fn after_a_year_without_a_row_every_number_of_rows_is_accepted() {
    let yearly = odd_contract("reg_{year}.csv", "")
        .replace("sensitivity =", "every = \"year\"\nmay_be_empty = true\nrows_within = 0.2\nsensitivity =");
    let small = Small::new(&[("reg", &yearly)]);
    small.extract("reg_2018.csv", "ydernr;område;antal\r\n").extract("reg_2019.csv", ODD_TEXT);
    assert_eq!(small.staged("reg", "reg"), ODD_ROWS);
}

#[test]
fn years_without_an_extract_are_told_once_a_source() {
    let small = Small::new(&[(
        "reg",
        &odd_contract("reg_{year}.csv", "").replace("sensitivity =", "every = \"year\"\nsensitivity ="),
    )]);
    small.extract("other.txt", "");
    let told = small.0.maaltal(&["pull"]);
    assert_eq!(told.code, 4);
    assert!(
        told.stderr.contains("error: no extract of `reg` for 2018-2019 at extracts\n  looked for reg_{year}.csv"),
        "{}",
        told.stderr
    );
}
