//! A reference list is read once, under its contract: its table has the codes that its referrers are held to.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

use crate::support::small::Small;

/// A register whose one column has the codes of `koder`, and that list as `format` says it is written.
fn small(format: &str) -> Small {
    let table = |name: &str, rest: &str| {
        format!(
            "[[table]]\nname = \"{name}\"\n{rest}[[table.column]]\nraw = \"kode\"\nname = \"kode\"\ntype = \"text\"\n"
        )
    };
    let register = format!(
        "files = [\"reg.csv\"]\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\n{}\
         code_list = \"koder\"\n",
        table("reg", "")
    );
    let list = format!(
        "files = [\"reference/koder.csv\"]\nsensitivity = \"open\"\n[format]\nkind = \"csv\"\ndelimiter = \";\"\n{format}\n{}\
         aliases = [\"KODE_1\"]\n",
        table("koder", "key = [\"kode\"]\n")
    );
    let small = Small::new(&[("reg", &register), ("koder", &list)]);
    small.0.edit("pipelines/sources/koder.toml", |contract| {
        contract.replace("origin = \"extracts\"", "origin = \"definitions\"")
    });
    small.extract("reg.csv", "kode\n1\nå\n");
    small
}

#[test]
fn a_code_is_known_however_the_list_is_written() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all("kode\n1\nå\n".as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    for (format, file, bytes) in [
        ("encoding = \"utf-8\"", "koder.csv", "kode\n1 \n å\n".as_bytes().to_vec()),
        ("encoding = \"utf-8\"", "koder.csv", "\u{feff}kode\r\n1\r\nå\r\n".as_bytes().to_vec()),
        ("encoding = \"utf-8\"", "koder.csv", "KODE_1;tekst\n1;\"et\nå;å\"\n".as_bytes().to_vec()),
        ("encoding = \"utf-8\"\nquote = \"'\"", "koder.csv", "kode\n'1'\n'å'\n".as_bytes().to_vec()),
        ("encoding = \"windows-1252\"", "koder.csv", b"kode\n1\n\xe5\n".to_vec()),
        ("encoding = \"utf-8\"\nheader = \"any-case\"", "koder.csv", "Kode\n1\nå\n".as_bytes().to_vec()),
        ("encoding = \"utf-8\"", "koder.csv.gz", packed),
    ] {
        let small = small(format);
        small.0.edit("pipelines/sources/koder.toml", |contract| contract.replace("freeze", "quarantine"));
        small.write(&format!("pipelines/reference/{file}"), &bytes);
        assert_eq!(small.staged("koder", "koder"), ["1", "å"], "{format}");
        assert_eq!(small.staged("reg", "reg"), ["1", "å"], "{format}");
    }
}

#[test]
fn a_code_is_the_lists_whether_its_letters_are_written_as_one_or_as_two() {
    let small = small("encoding = \"utf-8\"");
    small.write("pipelines/reference/koder.csv", "kode\n1\nå\n");
    small.extract("reg.csv", "kode\n1\na\u{30a}\n");
    assert_eq!(small.staged("reg", "reg"), ["1", "å"]);
}

#[test]
fn a_list_whose_codes_are_no_texts_is_told_with_its_column() {
    let small = small("encoding = \"utf-8\"");
    small.0.edit("pipelines/sources/koder.toml", |contract| contract.replace("\"text\"", "\"integer\""));
    let told = small.wrong();
    let why =
        "`koder` is no reference list: the key begins with `kode`, which is not text, in pipelines/sources/koder.toml";
    assert!(told.contains(why) && told.contains("pipelines/sources/reg.toml"), "{told}");
}

#[test]
fn a_list_that_breaks_its_contract_or_is_not_there_is_told_by_the_check() {
    let small = small("encoding = \"utf-8\"");
    let told = small.0.maaltal(&["check"]);
    assert_eq!(told.code, 4, "{}", told.stderr);
    assert!(told.stderr.contains("reference/koder.csv"), "{}", told.stderr);
    small.write("pipelines/reference/koder.csv", "code\n1\n");
    let told = small.0.maaltal(&["check"]);
    assert_eq!(told.code, 5, "{}", told.stderr);
    assert!(told.stderr.contains("reference/koder.csv"), "{}", told.stderr);
}
