//! The published schema in Arrow's types, which definitions know nothing of.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::definition::{PublishedTable, PublishedType};

pub fn arrow_type(kind: PublishedType) -> DataType {
    match kind {
        PublishedType::String => DataType::Utf8,
        PublishedType::Int32 => DataType::Int32,
        PublishedType::Int64 => DataType::Int64,
        PublishedType::Double => DataType::Float64,
        PublishedType::Decimal { precision, scale } => DataType::Decimal128(precision, scale),
        PublishedType::Date => DataType::Date32,
        PublishedType::Boolean => DataType::Boolean,
    }
}

/// The schema of the table's Parquet file.
pub fn arrow_schema(table: &PublishedTable) -> Schema {
    let columns = table.columns.iter();
    Schema::new(
        columns.map(|column| Field::new(&column.name, arrow_type(column.kind), column.nullable)).collect::<Vec<_>>(),
    )
}

/// The same schema with a NULL allowed in every column.
pub fn nullable(schema: &Schema) -> SchemaRef {
    let field = |field: &Arc<Field>| field.as_ref().clone().with_nullable(true);
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}
