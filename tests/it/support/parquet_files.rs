//! Parquet files of a small register on persons. The unit tests of the pull use this file too.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Decimal128Array, Float64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use super::contract_text::{NOBODY, column};

/// The contract of such a file.
pub(crate) fn contract() -> String {
    let columns = column("pnr", "type = \"cpr\"").replace("name = \"pnr\"", "name = \"person_id\"")
        + &column("foed_dag", "type = \"date\"")
        + &column("kontakt", "type = \"integer\"")
        + &column("bruhon", "type = \"decimal\"\nprecision = 8\nscale = 2")
        + "[[table.column]]\nraw = \"navn\"\nsensitivity = \"direct\"\n";
    format!(
        "files = [\"reg.parquet\"]\nsensitivity = \"person\"\n[format]\nkind = \"parquet\"\n[[table]]\nname = \"reg\"\n{columns}"
    )
}

/// A file of the columns.
pub(crate) fn file(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns.iter().map(|(name, array)| (*name, Arc::clone(array)))).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// Two rows, the second without a number of contacts.
pub(crate) fn columns() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("NAVN", Arc::new(StringArray::from(vec!["Bo Bæk", "Ida Å"]))),
        ("PNR", Arc::new(StringArray::from(vec![NOBODY, NOBODY]))),
        ("FOED_DAG", Arc::new(Date32Array::from(vec![3714, 3715]))),
        // A whole number is a double where some tool met a missing value.
        ("KONTAKT", Arc::new(Float64Array::from(vec![Some(2.0), None]))),
        ("BRUHON", Arc::new(Decimal128Array::from(vec![14_450, 100]).with_precision_and_scale(9, 2).unwrap())),
    ]
}
