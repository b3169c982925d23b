//! Excel workbooks: titles above the header, merged cells, totals, numbers that are text.

use super::is_pseudonym;
use crate::support::small::Small;
use crate::support::workbooks::{contract, workbook};

#[test]
fn merged_cells_typed_numbers_danish_texts_and_totals_are_read_as_meant() {
    let small = Small::new(&[("plo", &contract())]);
    let rows = small.extract("plo.xlsx", workbook(|_| ())).staged("plo", "personale");
    let (first, person) = rows[1].rsplit_once('|').unwrap();
    assert!(is_pseudonym(person), "{rows:?}");
    assert_eq!(
        [rows[0].as_str(), first, rows[2].as_str()],
        [
            "001234|sygeplejerske|1.75|2018-01-31|",
            "001234|lægesekretær|1.50|2018-01-31",
            "005678|sygeplejerske|2.00|2018-01-31|"
        ]
    );
    let pulled = small.0.rows(&["pull"]);
    assert_eq!((&pulled[0]["read"], &pulled[0]["control"]), (&4.into(), &1.into()));
}
