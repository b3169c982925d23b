//! The day that an extract says at its beginning, and what of a contract's expectations stages it anew.

use std::io::{self, Cursor, Read};

use proptest::prelude::*;

use super::Trial;
use super::contract_text::column;
use crate::pull::parse::{Stop, declared_day};

fn xml() -> Trial {
    let contract = format!(
        "files = [\"*{{year}}.xml\"]\nevery = \"year\"\nsensitivity = \"practice\"\ndelivery = {{ day = \"content\" }}\n[format]\n\
         kind = \"xml\"\nencoding = \"utf-8\"\nroot = \"reg\"\ndates = \"yyyyMMdd\"\n\
         extract_date = {{ element = \"Start\", attribute = \"OpgDato\" }}\n[[table]]\nname = \"yder\"\n\
         element = \"Yder\"\n{}",
        column("Nr", "type = \"text\"")
    );
    Trial::new("reg", &contract)
}

fn fixed() -> Trial {
    let contract = format!(
        "files = [\"*.txt\"]\nevery = \"year\"\nsensitivity = \"practice\"\ndelivery = {{ day = \"content\" }}\n[format]\n\
         kind = \"fixed\"\nencoding = \"windows-1252\"\nrecord_type = \"1-2\"\n\
         start = {{ type = \"00\", extract_date = \"3-10\" }}\ndates = \"yyyyMMdd\"\n[[table]]\nname = \"yder\"\n\
         element = \"10\"\n{}",
        column("Nr", "type = \"text\"\nat = \"3-5\"")
    );
    Trial::new("reg", &contract)
}

fn declared(trial: &Trial, file: &str, bytes: impl Read + Send) -> Result<Option<String>, Stop> {
    let contract = trial.contract();
    let (delivery, _) = contract.delivery(file).unwrap();
    declared_day(bytes, file, delivery, &contract)
}

/// Bytes that are counted as they are read, and then rows without an end.
struct Endless<'c> {
    beginning: Cursor<Vec<u8>>,
    row: &'static [u8],
    read: &'c mut u64,
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut length = self.beginning.read(buffer)?;
        if length == 0 {
            self.beginning = Cursor::new(self.row.to_vec());
            length = self.beginning.read(buffer)?;
        }
        *self.read += length as u64;
        Ok(length)
    }
}

#[test]
fn only_the_beginning_of_an_extract_is_read_for_its_day() {
    let beginnings: [(Trial, &str, &str, &'static [u8]); 3] = [
        (xml(), "a2018.xml", "<reg><Liste/><Start OpgDato=\"20180418\"/>", b"<Yder Nr=\"1\"/>\n"),
        (xml(), "a2018.xml", "<reg>", b"<Yder Nr=\"1\"/>\n"),
        (fixed(), "a.txt", "0020180418\r\n", b"10001\r\n"),
    ];
    for (trial, file, beginning, row) in beginnings {
        let mut read = 0;
        let bytes = Endless { beginning: Cursor::new(beginning.into()), row, read: &mut read };
        let day = declared(&trial, file, bytes).unwrap();
        assert_eq!(day.as_deref(), beginning.contains("20180418").then_some("20180418"));
        assert!(read < 1 << 20, "{read} bytes of {file} were read");
    }
}

#[test]
fn what_stands_before_the_records_without_an_end_is_no_delivery() {
    let mut read = 0;
    let bytes = Endless { beginning: Cursor::new(b"<reg>".to_vec()), row: b"<Liste/>", read: &mut read };
    assert!(matches!(declared(&xml(), "a2018.xml", bytes), Ok(None)));
    let bytes = Endless { beginning: Cursor::new(b"00".to_vec()), row: b"2018", read: &mut read };
    assert!(matches!(declared(&fixed(), "a.txt", bytes), Err(Stop::Refused(_))));
}

#[test]
fn where_the_day_is_said_stages_an_extract_anew_and_what_is_expected_of_deliveries_does_not() {
    let trial = xml();
    let digest = || trial.contract().digest;
    let before = digest();
    let says = |from: &str, to: &str| {
        trial.edit(|toml| toml.replace(from, to));
        digest()
    };
    let many = "day = \"content\", due = \"04-30\", of_a_year = \"newest-before\", before = \"06-01\"";
    assert_eq!(says("day = \"content\"", many), before);
    assert_ne!(says(many, "due = \"04-30\""), before);
}

proptest! {
    #[test]
    fn bytes_of_every_kind_say_a_day_or_none(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        text in "(<reg>|00|)(<Start OpgDato=\"[0-9 ]{0,9}\"/?>|<Yder|[0-9]{0,9}|\\PC{0,20}){0,3}",
    ) {
        for (trial, file) in [(xml(), "a2018.xml"), (fixed(), "a.txt"), (fixed(), "a.txt.gz"), (xml(), "a2018.xml.zip")] {
            let _ = declared(&trial, file, Cursor::new(bytes.clone()));
            let _ = declared(&trial, file, Cursor::new(text.as_bytes()));
        }
    }
}
