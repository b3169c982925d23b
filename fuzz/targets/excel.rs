//! Workbooks: whole files, and files that are packed here from the parts that the input gives, so that the XML within
//! them is reached.
#![no_main]

use maaltal_fuzz::samples::repacked;
use maaltal_fuzz::sources::EXCEL;

libfuzzer_sys::fuzz_target!(init: maaltal_fuzz::watch(), |data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    let workbook = if *choice == b'w' { rest.to_vec() } else { repacked(rest) };
    EXCEL.of(0).hold(&workbook);
});
