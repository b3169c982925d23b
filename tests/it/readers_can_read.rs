//! Downstream tools read the published Parquet without knowing maaltal.

use std::fs;

use serde_json::Value;

use crate::published_figures_come_out::published;
use crate::support::python::{script, script_with};
use crate::support::repository;

#[test]
fn duckdb_reads_the_latest_version_in_plain_types() {
    let code = "
import duckdb, glob, json, os, sys
dataset = sys.argv[1]
latest = json.load(open(sorted(glob.glob(dataset + '/_versions/*.json'))[-1]))
folder = os.path.join(dataset, latest['folder'])
types = set()
for file in glob.glob(folder + '/*.parquet'):
    types |= {row[1] for row in duckdb.sql(f\"DESCRIBE SELECT * FROM '{file}'\").fetchall()}
values = duckdb.sql(f\"\"\"SELECT value FROM '{folder}/indicator_value.parquet'
    WHERE indicator_id = 'u4_solopraksis_pct' AND geo_code = 'DK' AND year = 2018\"\"\").fetchall()
print(json.dumps({'types': sorted(types), 'value': round(values[0][0], 1)}))
";
    let dataset = published().path("data/published/almen_praksis");
    let found: Value = serde_json::from_str(&script(code, &[dataset.to_str().unwrap()])).unwrap();
    assert_eq!(found["value"], 48.7);
    let decimals = ["DECIMAL(12,3)", "DECIMAL(18,4)", "DECIMAL(18,6)", "DECIMAL(7,6)"];
    let types = [&["BIGINT", "BOOLEAN", "DATE"], &decimals[..], &["DOUBLE", "INTEGER", "VARCHAR"]].concat();
    assert_eq!(found["types"], serde_json::json!(types));
}

#[test]
fn duckdb_polars_and_pyarrow_read_the_same_rows_of_every_staged_table() {
    let code = "
import duckdb, glob, os, polars, pyarrow, pyarrow.parquet, sys
tables = {}
for file in sorted(glob.glob(sys.argv[1] + '/*/*/*.parquet')):
    tables.setdefault(os.path.basename(file), file)
for name, file in tables.items():
    read = pyarrow.parquet.read_table(file)
    ours = read.slice(0, 20000).to_pylist()
    of_duckdb = duckdb.sql(f\"SELECT * FROM '{file}' LIMIT 20000\")
    names = of_duckdb.columns
    assert [dict(zip(names, row)) for row in of_duckdb.fetchall()] == ours, ('DuckDB', file)
    assert polars.read_parquet(file).slice(0, 20000).to_dicts() == ours, ('Polars', file)
    count = duckdb.sql(f\"SELECT COUNT(*) FROM '{file}'\").fetchall()[0][0]
    assert count == read.num_rows, file
print(len(tables))
";
    let staged = published().path("data/staged");
    let tables: usize = script(code, &[staged.to_str().unwrap()]).trim().parse().unwrap();
    assert!(tables > 40, "{tables}");
}

#[test]
fn the_data_package_names_every_file_with_its_digest_and_columns() {
    let code = "
import glob, hashlib, json, os, sys
folder = os.path.dirname(glob.glob(sys.argv[1] + '/v*/datapackage.json')[0])
package = json.load(open(folder + '/datapackage.json'))
files = sorted(os.path.basename(file) for file in glob.glob(folder + '/*.parquet'))
assert files == sorted(resource['path'] for resource in package['resources']), files
for resource in package['resources']:
    content = open(os.path.join(folder, resource['path']), 'rb').read()
    assert resource['hash'] == 'sha256:' + hashlib.sha256(content).hexdigest()
    assert resource['bytes'] == len(content)
    names = [field['name'] for field in resource['schema']['fields']]
    assert names[:len(resource['schema']['primaryKey'])] == resource['schema']['primaryKey']
    assert all(field['title'] and field['description'] for field in resource['schema']['fields'])
print(package['$schema'], len(package['resources']))
";
    let dataset = published().path("data/published/almen_praksis");
    let told = script(code, &[dataset.to_str().unwrap()]);
    assert_eq!(told.trim(), "https://datapackage.org/profiles/2.0/datapackage.json 25");
}

/// The statements of the page for dashboards.
fn dashboard_queries() -> Vec<String> {
    let page = fs::read_to_string(repository().join("docs/src/guides/dashboards.md")).unwrap();
    let blocks = page.split("```sql\n").skip(1).map(|rest| rest.split("```").next().unwrap().trim());
    blocks.map(|block| block.trim_end_matches(';').to_owned()).collect()
}

/// The columns that the page names before a query as those that tell its rows apart.
fn keys() -> Vec<Vec<String>> {
    let page = fs::read_to_string(repository().join("docs/src/guides/dashboards.md")).unwrap();
    let named = page.lines().filter_map(|line| line.strip_prefix("Key: "));
    named.map(|names| names.split('`').skip(1).step_by(2).map(str::to_owned).collect()).collect()
}

#[test]
fn the_ten_queries_of_a_dashboard_give_the_same_rows_here_and_in_duckdb() {
    let code = "
import duckdb, glob, json, os, sys
folder = glob.glob(sys.argv[1] + '/v*')[0]
for file in glob.glob(folder + '/*.parquet'):
    name = os.path.basename(file)[:-len('.parquet')]
    duckdb.sql(f\"CREATE VIEW {name} AS SELECT * FROM '{file}'\")
print(json.dumps([len(duckdb.sql(query).fetchall()) for query in json.load(sys.stdin)]))
";
    let (queries, keys) = (dashboard_queries(), keys());
    assert_eq!((queries.len(), keys.len()), (10, 10));
    let dataset = published().path("data/published/almen_praksis");
    let told = script_with(code, &[dataset.to_str().unwrap()], &serde_json::to_string(&queries).unwrap());
    let in_duckdb: Vec<usize> = serde_json::from_str(&told).unwrap();
    for ((query, key), expected) in queries.iter().zip(keys).zip(in_duckdb) {
        let rows = published().sql(query);
        assert!(rows.len() == expected && expected > 0, "{} rows and {expected} in DuckDB: {query}", rows.len());
        let told_apart: std::collections::BTreeSet<String> =
            rows.iter().map(|row| key.iter().map(|column| format!("{}|", row[column])).collect()).collect();
        assert_eq!(told_apart.len(), rows.len(), "{key:?} stands twice: {query}");
    }
}
