//! Contracts as tests write them: the columns and the format, without what every contract here says alike. The unit tests
//! of the pull use this file too.

/// Has the shape of a number that a person could have.
pub(crate) const NOBODY: &str = "0203801234";

/// What every contract here says, unless it says otherwise.
const CONTRACT: &str = r#"
title = { da = "Register", en = "Register" }
provider = "En region"
origin = "extracts"
layout = "Written in the test"
same_rows = "allow"
policy = { columns = "freeze", types = "quarantine", rows = "quarantine", max_rejected_share = 1.0 }
"#;

/// The file of a source's contract.
pub(crate) fn contract_file(source: &str, contract: &str) -> String {
    format!("name = \"{source}\"\n{CONTRACT}\n{}", described(contract))
}

/// A contract with the words that every column and table has to have.
pub(crate) fn described(contract: &str) -> String {
    let words = "da = \"Felt\"\nen = \"Field\"\n";
    let mut text = String::new();
    for part in contract.split_inclusive('\n') {
        text.push_str(part);
        match part.trim() {
            "[[table.column]]" | "[[table.rule]]" | "[[table.exclude]]" | "[[table.count]]" => text.push_str(words),
            "[[table]]" => text.push_str("title = { da = \"Tabel\", en = \"Table\" }\n"),
            _ => {}
        }
    }
    text
}

/// A column under its own name.
pub(crate) fn column(name: &str, rest: &str) -> String {
    format!("[[table.column]]\nraw = \"{name}\"\nname = \"{name}\"\n{rest}\n")
}

/// A column of type text under its own name.
pub(crate) fn text_column(name: &str) -> String {
    column(name, "type = \"text\"")
}

/// A pseudonym in the place of a number.
pub(crate) fn is_pseudonym(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A small register whose deliveries are odd, in a file of this name and a format with these keys.
pub(crate) fn odd_contract(file: &str, format: &str) -> String {
    format!(
        "files = [\"{file}\"]\nsensitivity = \"practice\"\n[format]\nkind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\n{format}\n\
         [[table]]\nname = \"reg\"\n{}{}{}",
        text_column("ydernr"),
        text_column("område"),
        column("antal", "type = \"integer\""),
    )
    .replace("name = \"område\"", "name = \"area\"")
}

/// The rows of [`ODD_TEXT`] as they are staged.
pub(crate) const ODD_ROWS: [&str; 2] = ["001234|Ærø|12", "005678|Øst|3"];
/// A delivery of the odd register with nothing odd about it.
pub(crate) const ODD_TEXT: &str = "ydernr;område;antal\r\n001234;Ærø;12\r\n005678;Øst;3\r\n";
