//! What happens to each kind of bad input, and what is said: the page `docs/src/reference/bad-input.md` is written from these runs.
//!
//! With `UPDATE_PAGES=1` the page is written.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::small::{NOBODY, Small};
use crate::support::{Told, repository};

const PAGE: &str = "docs/src/reference/bad-input.md";

/// What stands above the tables.
const HEAD: &str = "# Bad input

Each kind of bad input, with what `maaltal pull` does and says. The page is written by the tests: what stands here is what they were
told. The register of the examples has a column of each kind, and keeps rows aside that break its contract (`rows = \"quarantine\"`).

## Rows

A row that breaks the contract is kept aside with its line, the rule and the text; the others are staged. `maaltal rejects show`
lists them, with what is told here. More of them than `max_rejected_share` allows refuse the extract.

| what is wrong | rule | column | text |
|---|---|---|---|
";

const FILES: &str = "
## Files

An extract that can't be trusted as a whole is refused, and all others are staged. Nothing is published without it. The
[exit code](exit-codes.md) says whose turn it is.

";

/// The register: a column of each kind.
fn register(file: &str, format: &str) -> String {
    let column = |name: &str, rest: &str| format!("[[table.column]]\nraw = \"{name}\"\nname = \"{name}\"\n{rest}\n");
    let columns = [
        column("nr", "type = \"text\"\npattern = \"[0-9]{6}\""),
        column("art", "type = \"text\"\nvalues = [\"A\", \"B\"]"),
        column("antal", "type = \"integer\"\nmin = \"0\""),
        column("fra", "type = \"date\"\nnullable = true"),
        column("til", "type = \"date\"\nnullable = true"),
        column("note", "type = \"text\"\nnullable = true"),
    ];
    format!(
        "files = [\"{file}\"]\nsensitivity = \"practice\"\n[format]\n{format}\n[[table]]\nname = \"tal\"\nkey = [\"nr\"]\n\
         validity = {{ of = [\"nr\"], from = \"fra\", to = \"til\" }}\n{}",
        columns.concat()
    )
}

fn csv(more: &str) -> String {
    let format = "kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\nquote = '\"'\ndates = \"dd-MM-yyyy\"\n";
    register("tal.csv", &format!("{format}{more}"))
}

const HEADER: &str = "nr;art;antal;fra;til;note\n";
const GOOD: &str = "000001;A;1;;;\n";

/// A project of the register, with a file.
fn with(contract: &str, file: &str, bytes: impl AsRef<[u8]>) -> Small {
    let small = Small::new(&[("tal", contract)]);
    small.extract(file, bytes);
    small
}

/// A cell of a table in Markdown.
fn cell(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", text.replace('|', "\\|").replace('\n', " ")) }
}

/// Rows that are wrong, each after a good one.
fn rows() -> String {
    let person = format!("000002;A;1;;;ring til {NOBODY}\n");
    let cases = [
        ("A value that has to be there is missing", "000002;;1;;;\n"),
        ("The text has another shape", "12;A;1;;;\n"),
        ("The value is none of those allowed", "000002;C;1;;;\n"),
        ("The text is no number", "000002;A;mange;;;\n"),
        ("The number has decimals", "000002;A;1,5;;;\n"),
        ("The number is out of range", "000002;A;-1;;;\n"),
        ("There is no such day", "000002;A;1;31-02-2018;;\n"),
        ("The day is written otherwise", "000002;A;1;2018-02-01;;\n"),
        ("The period ends before it begins", "000002;A;1;02-01-2018;01-01-2018;\n"),
        ("Free text has a number in it as persons have", person.as_str()),
        ("The line has too many fields", "000002;A;1;;;;x\n"),
        ("The line has too few fields", "000002;A\n"),
        ("Text stands behind the quote that closes a cell", "000002;A;\"1\"2;;;\n"),
        ("Blanks stand before the quote that opens a cell", "000002;A; \"1\";;;\n"),
        ("The header stands there once more", HEADER),
        ("The key stands twice", "000001;B;2;;;\n"),
    ];
    let mut page = String::new();
    for (wrong, row) in cases {
        let small = with(&csv(""), "tal.csv", format!("{HEADER}{GOOD}{row}"));
        small.0.succeeds(&["pull"]);
        let told = small.0.rows(&["rejects", "show", "tal"]);
        assert_eq!(told.len(), 1, "{wrong}: {told:?}");
        let [rule, column, said] =
            ["rule", "column_name", "text"].map(|it| cell(told[0][it].as_str().unwrap_or_default()));
        assert!(!said.contains(NOBODY), "{wrong}: {said}");
        writeln!(page, "| {wrong} | {rule} | {column} | {said} |").unwrap();
    }
    page
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Files that are wrong as a whole.
fn files() -> String {
    let good = format!("{HEADER}{GOOD}");
    let (whole, packed) = (good.as_bytes().to_vec(), gzip(good.as_bytes()));
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let held = |policy: &str| {
        let small = with(&csv(""), "tal.csv", format!("{good}000002;C;1;;;\n"));
        small.0.edit("pipelines/sources/tal.toml", |toml| {
            let (before, after) = toml.split_once("policy = ").unwrap();
            format!("{before}policy = {policy}\n{}", after.split_once('\n').unwrap().1)
        });
        small
    };
    let limit =
        held("{ columns = \"freeze\", types = \"quarantine\", rows = \"quarantine\", max_rejected_share = 0.1 }");
    let strict = held("{ columns = \"freeze\", types = \"freeze\", rows = \"freeze\" }");
    let xml = register("tal.xml", "kind = \"xml\"\ndates = \"dd-MM-yyyy\"\nencoding = \"utf-8\"\nroot = \"R\"")
        .replace("key =", "element = \"P\"\nkey =");
    let excel = register("tal.xlsx", "kind = \"excel\"\ndates = \"dd-MM-yyyy\"\nheader_row = 1")
        .replace("key =", "element = \"Ark1\"\nkey =");
    let (parquet, sas) = (
        register("tal.parquet", "kind = \"parquet\"\ndates = \"dd-MM-yyyy\""),
        register("tal.sas7bdat", "kind = \"sas\"\ndates = \"dd-MM-yyyy\""),
    );
    let other_byte: Vec<u8> =
        packed.iter().enumerate().map(|(at, byte)| if at == packed.len() - 6 { byte ^ 1 } else { *byte }).collect();
    let text = |bytes: &[u8]| with(&csv(""), "tal.csv", [good.as_bytes(), bytes].concat());
    let ended = |more: &str| with(&csv("trailer = \"SLUT\""), "tal.csv", format!("{good}{more}"));
    let two = |more: &str, first: &str, second: &str| {
        let contract =
            csv("").replace("tal.csv", "tal_{year}.csv").replace("sensitivity =", &format!("{more}sensitivity ="));
        let small = with(&contract, "tal_2018.csv", first);
        small.extract("tal_2019.csv", second);
        small.0.edit("pipelines/sources/tal.toml", |toml| toml.replace("same_rows = \"allow\"\n", ""));
        small
    };
    let again = two("every = \"year\"\n", &good, &good.replace('\n', "\r\n"));
    let key_twice = two("", &good, &format!("{good}000002;B;2;;;\n"));
    let cases: Vec<(&str, Small, &str)> = vec![
        ("The file is empty", with(&csv(""), "tal.csv", ""), "tal.csv"),
        ("A column is missing", with(&csv(""), "tal.csv", good.replace("antal", "antl")), "tal.csv"),
        ("A column stands twice", with(&csv(""), "tal.csv", good.replace("note", "art")), "tal.csv"),
        ("The last line is cut", text(b"000002;A;1"), "tal.csv"),
        ("A quoted field does not end", text(b"000002;A;1;;;\"aa\n"), "tal.csv"),
        ("The letters are of another encoding", text(b"000002;A;1;;;\xe6\xf8\n"), "tal.csv"),
        ("The text is UTF-16", with(&csv(""), "tal.csv", [b"\xff\xfe".as_slice(), &utf16].concat()), "tal.csv"),
        ("The line that ends the file is missing", ended(""), "tal.csv"),
        ("The line that ends the file counts other rows", ended("SLUT;7\n"), "tal.csv"),
        ("More rows are wrong than the contract allows", limit, "tal.csv"),
        ("A row is wrong where none may be", strict, "tal.csv"),
        ("The archive ends too early", with(&csv(""), "tal.csv.gz", &packed[..packed.len() / 2]), "tal.csv.gz"),
        ("A byte of the archive is another", with(&csv(""), "tal.csv.gz", other_byte), "tal.csv.gz"),
        ("The file is no archive", with(&csv(""), "tal.csv.zip", &whole), "tal.csv.zip"),
        ("The XML does not end", with(&xml, "tal.xml", "<R><P nr=\"000001\" art=\"A\" antal=\"1\"/>"), "tal.xml"),
        (
            "The XML has another root",
            with(&xml, "tal.xml", "<S><P nr=\"000001\" art=\"A\" antal=\"1\"/></S>"),
            "tal.xml",
        ),
        ("The file is no workbook", with(&excel, "tal.xlsx", &whole), "tal.xlsx"),
        ("The file is no Parquet", with(&parquet, "tal.parquet", &whole), "tal.parquet"),
        ("The file is none of SAS", with(&sas, "tal.sas7bdat", &whole), "tal.sas7bdat"),
        ("The rows are those of another year", again, "tal_2019.csv"),
        ("A key stands in two files that are read together", key_twice, "tal_2019.csv"),
    ];
    let mut page = String::new();
    for (wrong, small, file) in cases {
        let Told { code, stderr, .. } = small.0.maaltal(&["pull"]);
        assert!([3, 4, 5, 7].contains(&code), "{wrong}: {code} {stderr}");
        assert!(stderr.contains(file) && stderr.contains("hint: "), "{wrong}: {stderr}");
        writeln!(page, "**{wrong}** (exit code {code})\n\n```text\n{}\n```\n", stderr.trim_end()).unwrap();
    }
    page.trim_end().to_owned() + "\n"
}

#[test]
fn the_page_of_bad_input_says_what_is_said() {
    let page = [HEAD, &rows(), FILES, &files()].concat();
    let path = repository().join(PAGE);
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == page, "{PAGE} is not what `UPDATE_PAGES=1` writes:\n{page}");
}
