//! Parquet: a value is the same in every type that holds it.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, Date32Array, Decimal128Array, Float32Array, Float64Array, TimestampMillisecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use parquet::data_type::{Int96, Int96Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::Trial;
use super::contract_text::column;
use super::parquet_files::{columns, contract, file};

#[test]
fn a_parquet_file_without_a_column_or_that_is_none_is_refused() {
    let small = Trial::new("reg", &contract());
    let told = small.extract("reg.parquet", file(&columns()[..4])).refused();
    assert!(told.contains("the column `bruhon` is missing"), "{told}");
    let mut whole = file(&columns());
    whole.truncate(whole.len() - 20);
    for bytes in [whole, b"pnr;foed_dag\n".to_vec()] {
        let told = small.extract("reg.parquet", bytes).refused();
        assert!(told.contains("the extract can't be parsed as Parquet"), "{told}");
    }
    let told = small.extract("reg.parquet", "").refused();
    assert!(told.contains("the extract is empty"), "{told}");
}

#[test]
fn typed_values_are_not_read_in_the_spelling_of_the_registers_texts() {
    let contract = contract()
        .replace("kind = \"parquet\"", "kind = \"parquet\"\ndates = \"dd-MM-yyyy\"\ndecimal = \",\"\nthousands = \".\"")
        .replace("scale = 2", "scale = 3")
        // The same column once more: the birthday of the number.
        + &column("pnr", "type = \"cpr-birth-date\"").replace("name = \"pnr\"", "name = \"foedselsdato\"");
    let small = Trial::new("reg", &contract);
    let mut columns = columns();
    columns[3].1 = Arc::new(Float64Array::from(vec![2.0, 3.0]));
    columns[4].1 = Arc::new(Decimal128Array::from(vec![144_500, 1_234]).with_precision_and_scale(9, 3).unwrap());
    let rows = small.extract("reg.parquet", file(&columns)).staged("reg");
    let typed: Vec<&str> = rows.iter().map(|row| row.split_once('|').unwrap().1).collect();
    assert_eq!(typed, ["1980-03-03|2|144.500|1980-03-02", "1980-03-04|3|1.234|1980-03-02"]);
}

#[test]
fn texts_without_a_mark_single_floats_and_midnights_are_what_they_say() {
    let columns = column("kode", "type = \"text\"\npattern = \"[0-9]{6}\"")
        + &column("pris", "type = \"decimal\"\nprecision = 5\nscale = 1")
        + &column("dag", "type = \"date\"");
    let small = Trial::new(
        "reg",
        &format!(
            "files = [\"reg.parquet\"]\nsensitivity = \"open\"\n[format]\nkind = \"parquet\"\n[[table]]\nname = \"reg\"\n{columns}"
        ),
    );
    let midnight = TimestampMillisecondArray::from(vec![1_514_764_800_000]).with_timezone("UTC");
    let bytes = file(&[
        ("kode", Arc::new(BinaryArray::from(vec![b"001234".as_slice()]))),
        ("pris", Arc::new(Float32Array::from(vec![1.1]))),
        ("dag", Arc::new(midnight)),
    ]);
    assert_eq!(small.extract("reg.parquet", bytes).staged("reg"), ["001234|1.1|2018-01-01"]);
}

/// A contract in the registers' own spelling, which no typed value is read in.
fn danish(column: &str) -> Trial {
    let contract = format!(
        "files = [\"reg.parquet\"]\nsensitivity = \"open\"\n[format]\nkind = \"parquet\"\ndates = \"dd-MM-yyyy\"\n\
         decimal = \",\"\nthousands = \".\"\n[[table]]\nname = \"reg\"\n{column}"
    );
    Trial::new("reg", &contract)
}

#[test]
fn a_number_is_the_same_in_every_type_that_holds_it() {
    let wide: ArrayRef = Arc::new(Decimal128Array::from(vec![1125]).with_precision_and_scale(9, 3).unwrap());
    let double: ArrayRef = Arc::new(Float64Array::from(vec![1.125]));
    let dictionary = |values: &ArrayRef| {
        let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(values.data_type().clone()));
        cast(values, &kind).unwrap()
    };
    for array in [
        cast(&wide, &DataType::Decimal32(9, 3)).unwrap(),
        cast(&wide, &DataType::Decimal64(18, 3)).unwrap(),
        cast(&wide, &DataType::Decimal256(40, 3)).unwrap(),
        cast(&double, &DataType::Float16).unwrap(),
        dictionary(&wide),
        dictionary(&double),
        wide,
        double,
    ] {
        let kind = array.data_type().clone();
        let small = danish(&column("pris", "type = \"decimal\"\nprecision = 12\nscale = 3"));
        let rows = small.extract("reg.parquet", file(&[("pris", array)])).staged("reg");
        assert_eq!(rows, ["1.125"], "{kind}");
    }
}

#[test]
fn a_day_is_the_same_in_every_type_that_holds_it() {
    let days: ArrayRef = Arc::new(Date32Array::from(vec![17_532]));
    let midnight = TimestampMillisecondArray::from(vec![1_514_764_800_000 - 7_200_000]);
    for array in [
        cast(&days, &DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Date32))).unwrap(),
        cast(&days, &DataType::Date64).unwrap(),
        Arc::new(midnight.with_timezone("+02:00")),
        days,
    ] {
        let kind = array.data_type().clone();
        let small = danish(&column("dag", "type = \"date\""));
        let rows = small.extract("reg.parquet", file(&[("dag", array)])).staged("reg");
        assert_eq!(rows, ["2018-01-01"], "{kind}");
    }
}

#[test]
fn the_open_end_in_int96_is_the_open_end() {
    let schema = Arc::new(parse_message_type("message register { required int96 dag; }").unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    let mut values = rows.next_column().unwrap().unwrap();
    let mut day = Int96::new();
    // The Julian day of 9999-12-31, at midnight.
    day.set_data(0, 0, 5_373_484);
    values.typed::<Int96Type>().write_batch(&[day], None, None).unwrap();
    values.close().unwrap();
    rows.close().unwrap();
    let small = danish(&column("dag", "type = \"date\""));
    let rows = small.extract("reg.parquet", writer.into_inner().unwrap()).staged("reg");
    assert_eq!(rows, ["9999-12-31"]);
}

#[test]
fn a_type_that_is_no_value_of_a_register_is_named() {
    let numbers: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let seconds =
        cast(&cast(&numbers, &DataType::Int32).unwrap(), &DataType::Time32(arrow::datatypes::TimeUnit::Second));
    let small = danish(&column("pris", "type = \"text\""));
    let told = small.extract("reg.parquet", file(&[("pris", seconds.unwrap())])).refused();
    assert!(told.contains("the column `pris` is of type Time32"), "{told}");
}
