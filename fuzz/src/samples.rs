//! Good examples of the files that the pull reads: the seeds of its targets, and what two of them make of their inputs.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray};
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::contract_text::{NOBODY, ODD_TEXT, contract_file, odd_contract};
use crate::sources::NAME;
use crate::{parquet_files, workbooks};

/// How a file is packed.
#[derive(Debug, Clone, Copy)]
pub enum Packing {
    Gzip,
    Zstd,
    Zip,
}

impl Packing {
    pub const ALL: [Self; 3] = [Self::Gzip, Self::Zstd, Self::Zip];

    pub fn ending(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
            Self::Zip => ".zip",
        }
    }
}

/// The bytes, packed.
pub fn packed(packing: Packing, bytes: &[u8]) -> Vec<u8> {
    match packing {
        Packing::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes what is written")
        }
        Packing::Zstd => zstd::encode_all(bytes, 1).expect("memory takes what is written"),
        Packing::Zip => zipped([("reg.csv", bytes)]),
    }
}

fn zipped<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in files {
        archive.start_file(name, stored).expect("a file begins");
        archive.write_all(bytes).expect("memory takes what is written");
    }
    archive.finish().expect("the archive ends").into_inner()
}

/// The parts of a good workbook, by name; those that an input writes anew stand first, in this order.
static PARTS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    const FIRST: [&str; 4] = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"];
    let mut archive = ZipArchive::new(Cursor::new(workbooks::workbook(|_| ()))).expect("a workbook is an archive");
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).expect("a part of the workbook");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("the part is whole");
        parts.push((part.name().expect("the part has a name").into_owned(), bytes));
    }
    parts.sort_by_key(|(name, _)| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    parts
});

/// What stands between the parts of a workbook in an input: no byte of UTF-8.
const BETWEEN: u8 = 0xff;

/// A workbook whose first parts are those of the input, as far as it gives them.
pub fn repacked(input: &[u8]) -> Vec<u8> {
    let mut given = input.split(|byte| *byte == BETWEEN);
    zipped(PARTS.iter().map(|(name, bytes)| {
        let own = given.next().filter(|own| !own.is_empty());
        (name.as_str(), own.unwrap_or(bytes))
    }))
}

/// Hands each seed of the targets of the pull to `seed`, with its target and its name.
pub(crate) fn write(seed: &dyn Fn(&str, &str, &[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The first byte of an input chooses the source.
    let chosen = |choice: u8, bytes: &[u8]| [&[choice], bytes].concat();
    let persons = format!(
        "pnr;kode;land;antal;beloeb;fra;til;aktiv;note;navn\n{NOBODY};A1;DK;1.234;1.000,25;01-02-2018;31-12-9999;J;;{NAME}\n\
         {NOBODY};A2;Ukendt;5;<5;01-02-2018;01-03-2018;N;x;\n{NOBODY};A1;SE;-4;-1,5;01-01-2018;01-03-2018;;{NOBODY};B\n\
         x;A3;DK;many;1;01-02-2018;31-01-2018;J;020380 - 1234;B\n"
    );
    seed("csv", "persons", &chosen(0, persons.as_bytes()));
    let staff = "Sted,Faggruppe,Timer\r\nA,nurse,1.5\r\nA,clerk,2\r\nA,I alt,3.5\r\nB,nurse,7\r\nB,\"clerk\",\"1\r\n\"\r\nSLUT,5\r\n";
    seed("csv", "staff", &chosen(1, staff.as_bytes()));
    seed("csv", "odd", &chosen(2, ODD_TEXT.as_bytes()));
    seed("csv", "odd_added", &chosen(2, b"sep=;\r\nydernr;omr\xc3\xa5de;antal;ny\r\n001234;\xc3\x98st;3;x\r\n\x1a"));
    seed("csv", "headless", &chosen(3, format!("00A1B;{NOBODY};S\u{f8}n;7170\r\n00A2B;{NOBODY};B\r\n").as_bytes()));

    let doctors = "001234201501010099992010010100555520190101";
    let listed = format!(
        "0020180418\r\n10{NOBODY}{doctors:<42}{NAME:.8}\r\n10{NOBODY}{:<42}Ib      \r\n9900000002\r\n",
        "      00000000"
    );
    seed("fixed", "listed", &chosen(0, listed.as_bytes()));
    seed("fixed", "listed_latin", &chosen(2, listed.replace("Ib", "S\u{f8}").as_bytes()));
    let places = "A0012\u{c6}r\u{f8}       0012,5018-04-2018J\nBrest\nA0013          1,5               \n";
    seed("fixed", "places", &chosen(1, places.as_bytes()));

    let open = "<?xml version=\"1.0\"?>\n<reg>\n<Start Dan=\"20180418\"/><Yder Nr=\"001234 \" Fra=\"20180101\" Antal=\"3\">\n<Person\n  \
        Rolle=\"Ejer &amp; l&#230;ge\"/>\n</Yder>\n<!-- x -->\n<Yder\n  Nr='12' Pris=\"1.5\"/>\n<Kapacitet A=\"2\"/><Slut Antal=\"3\"/>\n</reg>\n";
    seed("xml", "open", &chosen(0, open.as_bytes()));
    seed("xml", "frozen", &chosen(2, open.as_bytes()));
    let per = format!(
        "<reg><Per pnr=\"{NOBODY}\" kode=\"A1\" land=\"DK\" antal=\"5\" beloeb=\"1,5\" fra=\"01-02-2018\" til=\"31-12-9999\" \
         aktiv=\"J\" note=\"\" navn=\"{NAME}\"/>\n<Per pnr=\"{NOBODY}\" kode=\"A2\" antal=\"x\" fra=\"01-02-2018\" note=\"{NOBODY}\"/></reg>"
    );
    seed("xml", "persons", &chosen(1, per.as_bytes()));

    let parts: Vec<&[u8]> = PARTS.iter().take(4).map(|(_, bytes)| bytes.as_slice()).collect();
    seed("excel", "parts", &chosen(b'p', &parts.join(&BETWEEN)));
    seed("excel", "sheet", &chosen(b'p', parts[0]));
    seed("excel", "whole", &chosen(b'w', &workbooks::workbook(|_| ())));
    seed("excel", "stored", &chosen(b'w', &repacked(&[])));

    let tools = concat!(
        r#"{"vaerktoej":"Overblik","praksis":{"ydernr":"001234"},"antal":12,"pris":1.5e3}"#,
        "\n",
        r#"{"vaerktoej":"O \" \u00e6","praksis.ydernr":"001234","antal":null,"mere":[1,{"a":true}]}"#,
        "\n"
    );
    seed("jsonl", "tools", &chosen(0, tools.as_bytes()));
    seed("jsonl", "tools_more", &chosen(3, tools.as_bytes()));
    let team =
        format!("{{\"hold\":\"A\",\"deltagere\":[{{\"cpr\":\"{NOBODY}\",\"navn\":\"{NAME}\"}},{{\"cpr\":1}}]}}\n");
    seed("jsonl", "team", &chosen(1, team.as_bytes()));
    let reg = format!(
        "{{\"pnr\":\"{NOBODY}\",\"kode\":\"A1\",\"land\":\"DK\",\"antal\":5,\"beloeb\":-1.5,\"fra\":\"01-02-2018\",\"til\":null,\
         \"aktiv\":true,\"note\":\"{NOBODY}\",\"navn\":\"{NAME}\"}}\n"
    );
    seed("jsonl", "persons", &chosen(2, reg.as_bytes()));

    for name in ["bef201712.sas7bdat", "sssy2019.sas7bdat"] {
        let sas = fs::read(fuzz.join("../tests/fixtures/sas").join(name)).expect("a fixture of the tests");
        seed("sas", name, &chosen(0, &sas));
    }

    seed("parquet", "typed", &chosen(0, &parquet_files::file(&parquet_files::columns())));
    let text = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![Some(value), None])) };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("pnr", text(NOBODY)),
        ("kode", text("A1")),
        ("land", text("DK")),
        ("antal", Arc::new(Int64Array::from(vec![5, 203_801_234]))),
        ("beloeb", Arc::new(Float64Array::from(vec![-1.5, 1e300]))),
        ("fra", Arc::new(Date32Array::from(vec![17_532, 1]))),
        ("til", Arc::new(Date32Array::from(vec![Some(17_600), None]))),
        ("aktiv", Arc::new(BooleanArray::from(vec![true, false]))),
        ("note", text(NOBODY)),
        ("navn", text(NAME)),
    ];
    seed("parquet", "persons", &chosen(1, &parquet_files::file(&columns)));

    let goals = "# goals\n[[goal]]\nid = \"a_b\"\ntitle = { da = \"M\\u00e5l\", en = \"Goal\" }\nantal = 1_000\nmaal = 0.5e1\n\
         fra = 2018-01-31\n[[goal]]\nid = 'c'\ntitle.da = \"\"\"\nx\"\"\"\naktiv = false\nantal = 0x1F\n[[part]]\nof = \"a_b\"\n";
    seed("toml", "goals", &chosen(0, goals.as_bytes()));

    for (choice, packing) in (0..).zip(Packing::ALL) {
        seed("unpack", &format!("packed{}", packing.ending()), &chosen(choice, &packed(packing, persons.as_bytes())));
        seed("unpack", &format!("plain{}", packing.ending()), &chosen(0x80 + (choice + 1) % 3, persons.as_bytes()));
    }
    let two = [
        packed(Packing::Gzip, &persons.as_bytes()[..90]),
        packed(Packing::Gzip, &persons.as_bytes()[90..]),
        vec![0; 64],
    ];
    seed("unpack", "two_members", &chosen(0, &two.concat()));

    let small =
        [("odd", odd_contract("reg.csv", "")), ("plo", workbooks::contract()), ("reg", parquet_files::contract())];
    for (name, contract) in small {
        seed("contract", name, contract_file(name, &contract).as_bytes());
    }
    for (name, text) in crate::sources::texts() {
        seed("contract", name, text.as_bytes());
    }
}
