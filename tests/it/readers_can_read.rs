//! Downstream tools read the published Parquet without knowing maaltal.

use serde_json::Value;

use crate::published_figures_come_out::published;
use crate::support::python::script;

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
    let types = [&["BIGINT", "DATE"], &decimals[..], &["DOUBLE", "INTEGER", "VARCHAR"]].concat();
    assert_eq!(found["types"], serde_json::json!(types));
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
    assert_eq!(told.trim(), "https://datapackage.org/profiles/2.0/datapackage.json 11");
}
