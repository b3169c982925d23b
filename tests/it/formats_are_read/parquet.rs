//! Parquet: what somebody has converted already, under the same checks.

use super::is_pseudonym;
use crate::support::parquet_files::{columns, contract, file};
use crate::support::small::Small;

#[test]
fn typed_columns_pass_the_same_checks_as_texts() {
    let small = Small::new(&[("reg", &contract())]);
    let rows = small.extract("reg.parquet", file(&columns())).staged("reg", "reg");
    assert_eq!(rows.len(), 1);
    let (person, rest) = rows[0].split_once('|').unwrap();
    assert!(is_pseudonym(person));
    assert_eq!(rest, "1980-03-03|2|144.50");
    assert_eq!(small.rejected("reg"), ["2 required kontakt: "]);
}
