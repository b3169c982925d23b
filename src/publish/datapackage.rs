//! `datapackage.json`: the version for tools that know Frictionless Data Package v2.

use object_store::path::Path;
use serde_json::{Value, json};

use super::manifest::Manifest;
use crate::definition::{Dataset, PublishedTable};

/// The document's name in the version's folder.
pub(super) const FILE: &str = "datapackage.json";

/// The data package of a version.
pub(super) fn datapackage(dataset: &Dataset, manifest: &Manifest) -> Value {
    let resources: Vec<Value> = dataset
        .tables
        .iter()
        .filter_map(|table| {
            let published = manifest.tables.get(&table.name)?;
            Some(json!({
                "name": table.name,
                "type": "table",
                "title": table.title.da,
                "description": table.title.en,
                "path": path_of(&published.file),
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": published.entry.bytes,
                "hash": format!("sha256:{}", published.entry.sha256),
                "schema": schema(table),
            }))
        })
        .collect();
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": dataset.name.replace('_', "-"),
        "id": manifest.key.to_string(),
        "title": dataset.title.da,
        "description": format!(
            "{}{}",
            if manifest.synthetic { "SYNTHETIC: these figures are of no real country. " } else { "" },
            dataset.description.en
        ),
        "version": format!("{}.0.0", manifest.version),
        "sources": manifest.extracts.iter().map(|extract| json!({
            "title": extract.source,
            "path": extract.file,
        })).collect::<Vec<_>>(),
        "resources": resources,
    })
}

/// Where a file of the version lies beside the package: a store writes letters beyond ASCII in another way.
pub(super) fn path_of(file: &str) -> String {
    Path::from_iter([file]).to_string()
}

fn schema(table: &PublishedTable) -> Value {
    let fields: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            json!({
                "name": column.name,
                "type": column.kind.frictionless(),
                "title": column.description.da,
                "description": column.description.en,
                "constraints": { "required": !column.nullable },
            })
        })
        .collect();
    json!({ "fields": fields, "primaryKey": table.key })
}
