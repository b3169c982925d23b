//! A project of a contract or two, written in the test: formats and rules on files one can read at a glance.

use std::fs;
use std::fs::File;

use arrow::util::display::array_value_to_string;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

pub(crate) use super::contract_text::NOBODY;
use super::contract_text::contract_file;
use super::{Project, Told, copy, repository, serves, text};

const PIPELINE: &str = r#"
title = { da = "Lille", en = "Small" }
years = { from = 2018, to = 2019 }
reference_day = "01-01"
dataset = "small"
schedule = { cron = "0 5 * * *", time_zone = "Europe/Copenhagen" }
"#;

const ENVIRONMENT: &str = r#"
extracts = "extracts"
store = "data"
pseudonym_key = { env = "MAALTAL_PSEUDONYM_KEY" }
resources = { memory_mib = 256, parallel_extracts = 2 }
"#;

const DATASET: &str = r#"
name = "small"
title = { da = "Lille", en = "Small" }
description = { da = "Lille", en = "Small" }
table = []
"#;

/// A list of numbers in a file of its own.
pub(crate) fn list(name: &str, file: &str) -> String {
    format!(
        r#"
files = ["{file}"]
sensitivity = "open"
[format]
kind = "csv"
encoding = "utf-8"
delimiter = ";"
[[table]]
name = "{name}"
[[table.column]]
raw = "nr"
name = "nr"
type = "text"
"#
    )
}

const OPEN: &str = r#"
[[table]]
name = "open"
title = { da = "Åbne", en = "Open" }
key = ["nr"]
columns = [{ name = "nr", type = "string", da = "nr", en = "nr" }]
"#;

pub(crate) struct Small(pub(crate) Project);

impl Small {
    /// A project whose contracts are `sources`, without what they all say.
    pub(crate) fn new(sources: &[(&str, &str)]) -> Self {
        let small = Self(Project::empty());
        let names: Vec<String> = sources.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        small.write("pipelines/small.toml", format!("sources = [{}]\n{PIPELINE}", names.join(", ")));
        small.write("pipelines/environments/local.toml", ENVIRONMENT);
        small.write("pipelines/datasets/small.toml", DATASET);
        small.write("sql/small/small.sql", "-- One row is a row.\nSELECT 1 AS one");
        for (name, contract) in sources {
            small.write(&format!("pipelines/sources/{name}.toml"), contract_file(name, contract));
        }
        small
    }

    /// A project of one of maaltal's own sources, which refers to no other, for some years.
    pub(crate) fn with_own_contract(source: &str, first: i16, last: i16) -> Self {
        let small = Self::new(&[]);
        let years = format!("{{ from = {first}, to = {last} }}");
        let pipeline = PIPELINE.replace("{ from = 2018, to = 2019 }", &years);
        small.write("pipelines/small.toml", format!("sources = [\"{source}\"]\n{pipeline}"));
        let contract = format!("pipelines/sources/{source}.toml");
        small.write(&contract, fs::read(repository().join(&contract)).unwrap());
        small
    }

    /// Practices 1, 2 and 3, of which 2 and 3 are on the list of the closed, and 1 is to be published as open.
    pub(crate) fn practices(closed: &str) -> Self {
        let small = Self::new(&[("reg", &list("reg", "reg.csv")), (closed, &list(closed, "lukket.csv"))]);
        small.extract("reg.csv", "nr\n1\n2\n3\n").extract("lukket.csv", "nr\n2\n3\n");
        small.write("pipelines/datasets/small.toml", DATASET.replace("table = []\n", OPEN));
        small.write(
            "sql/small/open.sql",
            format!(
                "-- One row is a practice that is open.\nSELECT reg.nr FROM reg\n\
                 LEFT JOIN \"{closed}\" AS closed ON closed.nr = reg.nr WHERE closed.nr IS NULL"
            ),
        );
        small
    }

    /// The practices, published as version 1.
    pub(crate) fn published() -> Self {
        let small = Self::practices("closed");
        small.0.succeeds(&["run"]);
        small
    }

    /// A project of some of maaltal's own sources, with their synthetic extracts of some years and the lists that they
    /// refer to: a breach of a contract needs no other source and no figure.
    pub(crate) fn own(sources: &[&str], first: i16, last: i16) -> Project {
        let small = Self::new(&[]);
        small.0.edit("pipelines/environments/local.toml", |text| text.replace("\"extracts\"", "\"testdata\""));
        for part in ["pipelines/sources", "pipelines/reference", "pipelines/goals"] {
            // Entries lie beside models, and there are none.
            copy(&repository().join(part), &small.0.path(part), &|name| name != "indicators.toml");
        }
        let names: Vec<String> = sources.iter().map(|source| format!("\"{source}\"")).collect();
        let years = format!("{{ from = {first}, to = {last} }}");
        let pipeline = PIPELINE.replace("{ from = 2018, to = 2019 }", &years);
        small.write("pipelines/small.toml", format!("sources = [{}]\n{pipeline}", names.join(", ")));
        let mark = "_synthetic.json";
        small.write(&format!("testdata/{mark}"), fs::read(repository().join("testdata").join(mark)).unwrap());
        for source in sources {
            let contract = fs::read_to_string(repository().join(format!("pipelines/sources/{source}.toml"))).unwrap();
            let folder = contract.split_once("files = [\"").unwrap().1.split_once(['/', '"']).unwrap().0;
            let folder = format!("testdata/{folder}");
            if repository().join(&folder).is_dir() {
                copy(&repository().join(&folder), &small.0.path(&folder), &|name| serves(name, first, last));
            }
        }
        small.0
    }

    pub(crate) fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Puts an extract where the project looks for it.
    pub(crate) fn extract(&self, file: &str, bytes: impl AsRef<[u8]>) -> &Self {
        self.write(&format!("extracts/{file}"), bytes);
        self
    }

    /// The rows that were staged of a table, their values with a bar between.
    pub(crate) fn staged(&self, source: &str, table: &str) -> Vec<String> {
        let told = self.0.maaltal(&["pull"]);
        assert_eq!(told.code, 0, "{}", told.stderr);
        let mut rows = Vec::new();
        for file in self.0.files(&format!("data/staged/{source}")) {
            if file.file_name().is_some_and(|name| *name == *format!("{table}.parquet")) {
                let file = File::open(self.0.path(&format!("data/staged/{source}")).join(file)).unwrap();
                for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
                    let batch = batch.unwrap();
                    let columns = &batch.columns()[..batch.num_columns() - 1];
                    let value = |column, row| array_value_to_string(column, row).unwrap();
                    rows.extend(
                        (0..batch.num_rows())
                            .map(|row| columns.iter().map(|column| value(column, row)).collect::<Vec<_>>().join("|")),
                    );
                }
            }
        }
        rows
    }

    /// The rows that were rejected: row, rule, column and text.
    pub(crate) fn rejected(&self, source: &str) -> Vec<String> {
        let told = self.0.maaltal(&["pull"]);
        assert!([0, 5].contains(&told.code), "{}", told.stderr);
        let rows = self.0.rows(&["rejects", "show", source]);
        let part = |row, column| text(row, column).to_owned();
        rows.iter()
            .map(|row| {
                format!("{} {} {}: {}", row["row"], part(row, "rule"), part(row, "column_name"), part(row, "text"))
            })
            .collect()
    }

    /// What is told of an extract that is refused.
    pub(crate) fn refused(&self) -> String {
        let Told { code, stderr, .. } = self.0.maaltal(&["pull"]);
        assert_eq!(code, 5, "{stderr}");
        stderr
    }

    /// What is told of a definition that is wrong.
    pub(crate) fn wrong(&self) -> String {
        let Told { code, stdout, stderr } = self.0.maaltal(&["check"]);
        assert_eq!((code, stdout.as_str()), (3, ""), "{stderr}");
        stderr
    }

    /// Nothing that the store holds has the text in it, in any file.
    pub(crate) fn is_nowhere_in_the_store(&self, number: &str) {
        for file in self.0.files("data") {
            let bytes = fs::read(self.0.path("data").join(&file)).unwrap();
            let found = bytes.windows(number.len()).any(|window| window == number.as_bytes());
            assert!(!found, "{} holds {number}", file.display());
        }
    }
}
