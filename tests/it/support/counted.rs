//! A small project with all that a run has: two sources, one of them of several years, three models, two published tables
//! and an audit. For tests that run it very often.

use super::contract_text::{column, text_column};
use super::small::{Small, list};

const TABLES: &str = r#"
[[table]]
name = "counted"
title = { da = "Antal", en = "Numbers" }
key = ["year"]
columns = [
    { name = "year", type = "int32", da = "År", en = "Year" },
    { name = "capacities", type = "int64", da = "Kapaciteter", en = "Capacities" },
]
[[table]]
name = "largest"
title = { da = "Størst", en = "Largest" }
key = ["capacities"]
columns = [{ name = "capacities", type = "int64", da = "Kapaciteter", en = "Capacities" }]
"#;

const OPEN: &str = "-- One row is a practice that is open in a year.
SELECT $year AS year, reg.nr, reg.antal FROM reg LEFT JOIN closed ON closed.nr = reg.nr WHERE closed.nr IS NULL";

const AUDIT: &str = "-- One row is a year without.
-- severity: error
-- remedy: None.
SELECT year FROM counted WHERE capacities = 0";

/// A register of the years from `first` to 2019, counted a year at a time without what is closed.
pub(crate) fn counted(first: i16) -> Small {
    let register = format!(
        "files = [\"reg_{{year}}.csv\"]\nevery = \"year\"\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\n\
         encoding = \"utf-8\"\ndelimiter = \";\"\n[[table]]\nname = \"reg\"\n{}{}",
        text_column("nr"),
        column("antal", "type = \"integer\""),
    );
    let small = Small::new(&[("reg", &register), ("closed", &list("closed", "lukket.csv"))]);
    if first != 2018 {
        small.0.edit("pipelines/small.toml", |toml| toml.replace("from = 2018", &format!("from = {first}")));
    }
    small.0.edit("pipelines/datasets/small.toml", |toml| toml.replace("table = []\n", TABLES));
    for year in first..=2019 {
        small.extract(&format!("reg_{year}.csv"), format!("nr;antal\n1;{year}\n2;3\n3;7\n"));
    }
    small.extract("lukket.csv", "nr\n3\n");
    std::fs::remove_file(small.0.path("sql/small/small.sql")).unwrap();
    small.write("sql/small/open.sql", OPEN);
    small.write(
        "sql/small/counted.sql",
        "-- One row is a year.\nSELECT $year AS year, SUM(antal) AS capacities FROM open",
    );
    small.write(
        "sql/small/largest.sql",
        "-- One row is the largest year.\nSELECT MAX(capacities) AS capacities FROM counted",
    );
    small.write("sql/small/audits/all_have_some.sql", AUDIT);
    small
}
