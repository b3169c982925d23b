//! What an extract on persons says of itself is told without what could be a person's: names of columns and members,
//! counts, words in front of an error.

use crate::formats_are_read::{column, text_column};
use crate::support::contract_text::described;
use crate::support::small::Small;

const NAME: &str = "Signe Bruun Ravnkilde";

/// Its words, and those of the number beside it.
const PARTS: [&str; 5] = ["Signe", "Bruun", "Ravnkilde", "010786", "1234"];

fn person(format: &str) -> String {
    format!(
        "files = [\"reg.txt\"]\nsensitivity = \"person\"\npolicy = {{ columns = \"quarantine\", types = \"quarantine\", rows = \
         \"quarantine\", max_rejected_share = 1.0 }}\n[format]\n{format}\n[[table]]\nname = \"reg\"\n{}{}",
        column("cpr", "type = \"cpr\"").replace("name = \"cpr\"", "name = \"person_id\""),
        text_column("kommune"),
    )
}

fn project(format: &str) -> Small {
    let contract = person(format);
    let small = Small::new(&[("reg", "")]);
    // The policy of the small projects stands above, and a contract has one.
    small.0.edit("pipelines/sources/reg.toml", |text| {
        let common: String =
            text.lines().filter(|line| !line.starts_with("policy")).map(|line| format!("{line}\n")).collect();
        common + &described(&contract)
    });
    small
}

fn said(small: &Small, text: impl AsRef<[u8]>) -> String {
    small.extract("reg.txt", text);
    let told = small.0.maaltal(&["pull"]);
    assert!([0, 5].contains(&told.code), "{}: {}", told.code, told.stderr);
    let as_json = small.0.maaltal(&["pull", "--log", "json"]);
    let shown = small.0.maaltal(&["rejects", "show", "reg"]);
    let said = [told.stdout, told.stderr, as_json.stdout, as_json.stderr, shown.stdout, shown.stderr].concat();
    for part in PARTS {
        assert!(!said.contains(part), "{part} is told: {said}");
        small.is_nowhere_in_the_store(part);
    }
    said
}

const CSV: &str = "kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"";

#[test]
fn names_of_columns_in_a_file_on_persons_are_told_by_their_shape() {
    let said_of = |text: &str| said(&project(CSV), text.replace("NAME", NAME));
    let told = said_of("cpr;kommune;NAME\n0203801234;101;x\n");
    assert!(told.contains("xxxxx xxxxx xxxxxxxxx"), "{told}");
    // What is ours, and the contract's, is told as it is.
    let told = said_of("cpr,kommune,NAME\n0203801234,101,x\n");
    assert!(told.contains("its columns are divided by `,`, and the contract says another delimiter"), "{told}");
    let told = said_of("cpr;NAME\n0203801234;101\n");
    assert!(told.contains("the column `kommune` is missing"), "{told}");
    said_of("cpr;NAME\n0203801234;101\n");
    said_of("cpr;kommune;NAME;NAME\n0203801234;101;x;y\n");
    said_of("cpr;kommune\r010786-1234;NAME\r");
    said_of("NAME;010786-1234\ncpr;kommune\n0203801234;101\n");
    said_of("cpr;kommune\n010786 - 1234;NAME\n01.07.86 / 1234;#NAME\n0203801234;S i g n e NAME;3\n");
}

#[test]
fn a_trailer_that_is_a_person_is_not_told() {
    let csv = format!("{CSV}\ntrailer = \"SLUT\"");
    said(&project(&csv), format!("cpr;kommune\n0203801234;101\nSLUT;{NAME} 010786-1234\n"));
}

#[test]
fn members_of_json_are_told_by_their_shape() {
    let json = |line: &str| said(&project("kind = \"jsonl\""), line.replace("NAME", NAME));
    json("{\"cpr\": \"0203801234\", \"kommune\": \"101\", \"NAME\": {\"NAME\": 1}}\n");
    json("{\"cpr\": \"0203801234\", \"kommune\": \"101\", \"NAME\": 1, \"NAME\": 2}\n");
    json("{\"NAME\": \"0203801234\", \"kommune\": \"101\"}\n");
    json("{\"cpr\": \"0203801234\", \"kommune\": NAME}\n");
}

#[test]
fn elements_of_xml_are_told_by_their_shape() {
    let format = "kind = \"xml\"\nencoding = \"utf-8\"\nroot = \"Register\"";
    let xml = |text: &str| {
        let small = project(format);
        small.0.edit("pipelines/sources/reg.toml", |text| {
            text.replace("name = \"reg\"\n[[table.column]]", "name = \"reg\"\nelement = \"Person\"\n[[table.column]]")
        });
        said(&small, text.replace("NAME", "Signe-Bruun-Ravnkilde"))
    };
    xml("<Register><Person cpr=\"0203801234\" kommune=\"101\" NAME=\"1\"/><NAME/></Register>");
    xml("<Register><Person cpr=\"0203801234\" kommune=\"101\"></NAME></Register>");
    xml("<NAME><Person cpr=\"0203801234\" kommune=\"101\"/></NAME>");
    xml("<Register><Person cpr=\"0203801234\" cpr=\"Signe Bruun\" kommune=\"101\"/></Register>");
}

#[test]
fn rows_on_persons_that_an_audit_finds_are_told_by_their_shape() {
    let small = project(CSV);
    small.extract("reg.txt", format!("cpr;kommune\n0203801234;{NAME}\n"));
    small.write(
        "pipelines/datasets/small.toml",
        "name = \"small\"\ntitle = { da = \"Lille\", en = \"Small\" }\ndescription = { da = \"Lille\", en = \"Small\" }\n\
         [[table]]\nname = \"small\"\ntitle = { da = \"Lille\", en = \"Small\" }\nkey = [\"one\"]\n\
         columns = [{ name = \"one\", type = \"int64\", da = \"en\", en = \"one\" }]\n",
    );
    small.write("sql/small/persons.sql", "-- One row is a person.\nSELECT kommune AS place FROM reg");
    for (table, column) in [("reg", "kommune"), ("persons", "place")] {
        small.write(
            "sql/small/audits/nobody.sql",
            format!(
                "-- One row is a person too many.\n-- severity: error\n-- remedy: None.\nSELECT {column} FROM {table}"
            ),
        );
        let told = small.0.maaltal(&["run"]);
        assert_eq!(told.code, 6, "{}", told.stderr);
        assert!(told.stderr.contains(&format!("{column} xxxxx xxxxx xxxxxxxxx")), "{}", told.stderr);
        assert!(!told.stderr.contains("Signe"), "{}", told.stderr);
    }
}
