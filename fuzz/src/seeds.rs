//! The seeds of the targets: good examples of what they read, made here and written into `corpus/`.

use std::fs;
use std::path::Path;

/// Writes the seeds of all targets into `corpus/`, and ends the process.
pub fn write_and_end() {
    write();
    std::process::exit(0);
}

fn write() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seed = |target: &str, name: &str, bytes: &[u8]| {
        let folder = fuzz.join("corpus").join(target);
        fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(name), bytes)).expect("a seed is written");
    };
    #[cfg(feature = "pull")]
    crate::samples::write(&seed);
    let contracts = fuzz.join("../pipelines/sources");
    for entry in fs::read_dir(contracts).expect("the project's contracts").flatten() {
        let text = fs::read(entry.path()).expect("a contract");
        seed("contract", &entry.file_name().to_string_lossy(), &text);
    }
    for (name, text) in [
        ("integer", &b"\x00\x00\x00\x001.234.567"[..]),
        ("decimal", b"\x0d\x02\x00\x00-1.000,25"),
        ("danish", b"\x0d\x02\x00\x0131-01-2018"),
        ("compact", b"\x25\x25\x02\x0020180131"),
        ("iso", b"\x25\x00\x03\x022018-01-31"),
        ("short", b"\x01\x00\x04\x01180131"),
    ] {
        seed("value", name, text);
    }
    for (name, text) in [
        (
            "date",
            "yder/yder_{date}.csv\nyder/yder_20180418.csv.gz\nYder/kopi af yder-18042018 (2).CSV\nyder_20180231.csv",
        ),
        ("short", "cpr/D{yyMMdd}.L4311*\ncpr/D100312.L431101\ncpr/d100312.l4311.zip"),
        ("region", "*/{yyyyMMdd}/yder.csv\nRegion Sj\u{e6}lland/20180418/yder.csv\nRegion/2018-04-18/yder_v2.csv"),
        ("year", "bef{year}12.sas7bdat\nbef201712.sas7bdat\nBEF201712 ny.sas7bdat"),
        ("part", "{yyyy}/{part}_x.xlsx\n2018/nord_x.xlsx\n2018/nord-x.xls"),
        ("name", "goals/{name}.toml\ngoals/a.toml\na.toml"),
        ("empty_part", "{part}_{date}.csv\n_20180418 (2).csv"),
        ("two_years", "{yyyy}/bef{year}.csv\n2018/bef2019 (2).csv\n2018/bef2019.csv"),
        ("hidden", "*yder.csv\n._yder (2).csv"),
        ("day_first", "{ddMMyyyy}omr\u{e5}de.txt\n18042018omra\u{30a}de.txt\n2018-04-18 omr\u{e5}de.txt.bak"),
    ] {
        seed("file_pattern", name, text.as_bytes());
    }
    for at in 0..8_u8 {
        let drawn: Vec<u8> = (0..240_u32)
            .map(|place| (((place + 7) * (u32::from(at) * 2 + 13)).wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        seed("protection", &format!("drawn{at}"), &drawn);
    }
}
