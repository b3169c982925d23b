//! Parquet: a value is the same in every type that holds it.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, Date32Array, Decimal128Array, Float32Array, Float64Array, NullArray, RecordBatch,
    TimestampMillisecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::arrow::{ARROW_SCHEMA_META_KEY, encode_arrow_schema};
use parquet::data_type::{Int96, Int96Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
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
    let seconds = cast(&cast(&numbers, &DataType::Int32).unwrap(), &DataType::Time32(TimeUnit::Second));
    let small = danish(&column("pris", "type = \"text\""));
    let told = small.extract("reg.parquet", file(&[("pris", seconds.unwrap())])).refused();
    assert!(told.contains("the column `pris` is of type Time32"), "{told}");
}

/// A file of times in milliseconds, whose writer had them in seconds of a zone.
fn seconds(zone: &str, milliseconds: i64) -> Vec<u8> {
    let array: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![milliseconds]).with_timezone("UTC"));
    let field = |unit, zone: &str| Field::new("dag", DataType::Timestamp(unit, Some(zone.into())), true);
    let embedded = encode_arrow_schema(&Schema::new(vec![field(TimeUnit::Second, zone)]));
    let embedded = KeyValue::new(ARROW_SCHEMA_META_KEY.to_owned(), embedded);
    let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![embedded])).build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let schema = Arc::new(Schema::new(vec![field(TimeUnit::Millisecond, "UTC")]));
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options).unwrap();
    writer.write(&RecordBatch::try_new(schema, vec![array]).unwrap()).unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn a_time_is_a_day_in_the_zone_of_its_writer_whatever_the_unit() {
    let small = danish(&column("dag", "type = \"date\""));
    // 2018-01-30T23:00Z and 2018-01-30T03:00Z are midnights there.
    for (zone, midnight, day) in
        [("Europe/Copenhagen", 1_517_353_200_000, "2018-01-31"), ("America/Nuuk", 1_517_281_200_000, "2018-01-30")]
    {
        assert_eq!(small.extract("reg.parquet", seconds(zone, midnight)).staged("reg"), [day]);
    }
    // 2018-01-31T00:00Z, nine in the evening of the day before in Nuuk.
    let rejected = small.extract("reg.parquet", seconds("America/Nuuk", 1_517_356_800_000)).rejected();
    assert_eq!(rejected, ["1 type dag: 2018-01-30T##:##:##-##:##"]);
}

#[test]
fn a_column_of_the_type_of_nothing_has_missing_values() {
    let nothing: ArrayRef = Arc::new(NullArray::new(2));
    let columns = column("antal", "type = \"integer\"\nnullable = true")
        + &column("dag", "type = \"date\"\nnullable = true")
        + &column("kode", "type = \"text\"\nnullable = true");
    let bytes =
        |names: &[&'static str]| file(&names.iter().map(|name| (*name, Arc::clone(&nothing))).collect::<Vec<_>>());
    let rows = danish(&columns).extract("reg.parquet", bytes(&["antal", "dag", "kode"])).staged("reg");
    assert_eq!(rows, ["||", "||"]);
    let required = danish(&column("antal", "type = \"integer\""));
    assert_eq!(
        required.extract("reg.parquet", bytes(&["antal"])).rejected(),
        ["1 required antal: ", "2 required antal: "]
    );
}

#[test]
fn bytes_that_are_no_text_are_no_number_either() {
    let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![b"12".as_slice(), b"\x00\x99"]));
    let small = danish(&column("antal", "type = \"integer\""));
    let told = small.extract("reg.parquet", file(&[("antal", bytes)])).refused();
    assert!(told.contains("the column `antal` has bytes that are no text in UTF-8"), "{told}");
}

#[test]
fn a_double_is_not_rounded_to_fewer_digits_than_tell_it() {
    let numbers: ArrayRef = Arc::new(Float64Array::from(vec![123_456_789_012_345.7, 9_007_199_254_740_991.0]));
    let small = danish(&column("antal", "type = \"integer\""));
    small.extract("reg.parquet", file(&[("antal", numbers)]));
    assert_eq!(small.staged("reg"), ["9007199254740991"]);
    assert_eq!(small.rejected(), ["1 type antal: ###############,7"]);
    let prices: ArrayRef = Arc::new(Float64Array::from(vec![12_345_678_901_234.56, 0.1 + 0.2, f64::NAN]));
    let small = danish(&column("pris", "type = \"decimal\"\nprecision = 20\nscale = 4"));
    small.extract("reg.parquet", file(&[("pris", prices)]));
    assert_eq!(small.staged("reg"), ["12345678901234.5600", "0.3000"]);
    assert_eq!(small.rejected(), ["3 type pris: NaN"]);
}

#[test]
fn a_whole_number_beyond_those_that_its_type_tells_from_the_next_is_kept_aside() {
    let double: ArrayRef = Arc::new(Float64Array::from(vec![9_007_199_254_740_991.0, 9_007_199_254_740_993.0]));
    let single: ArrayRef = Arc::new(Float32Array::from(vec![16_777_215.0, 16_777_216.0]));
    let half = cast(&Float32Array::from(vec![2047.0, 2048.0]), &DataType::Float16).unwrap();
    for (array, told, kept_aside) in [
        (double, "9007199254740991", "#.###############e15"),
        (single, "16777215", "1.6777216e7"),
        (half, "2047", "2.048e3"),
    ] {
        for kind in ["type = \"integer\"", "type = \"text\"\npattern = \".*\""] {
            let small = danish(&column("antal", kind));
            small.extract("reg.parquet", file(&[("antal", Arc::clone(&array))]));
            assert_eq!(small.staged("reg"), [told], "{kind}");
            assert_eq!(small.rejected(), [format!("2 type antal: {kept_aside}")], "{kind}");
        }
    }
}
