//! The sources that the targets of the pull read: a few fixed contracts for each format, with columns of every kind.

use std::num::NonZeroUsize;
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::contract_text::{NOBODY, column, contract_file, odd_contract, text_column};
use crate::definition::{Contract, Sensitivity};
use crate::pull::fuzzed::{self, Fuzzed};
use crate::{parquet_files, workbooks};

/// A name that is in no contract and that no column lists: in a source on persons nothing may tell it.
pub const NAME: &str = "Zebraline";

/// A contract, and the name of a file that is delivered under it.
#[derive(Debug)]
pub struct Source {
    pub contract: Contract,
    pub file: &'static str,
}

/// The sources of a format, the first byte of an input says which.
#[derive(Debug)]
pub struct Sources(LazyLock<Vec<Source>>);

/// Threads that check blocks, beside the one that parses.
const THREADS: [NonZeroUsize; 2] = [NonZeroUsize::MIN, NonZeroUsize::new(3).unwrap()];

impl Sources {
    /// Stages the input as a file of the source that its first byte chooses, and holds what comes of it to what the pull
    /// promises.
    pub fn hold(&self, input: &[u8]) {
        let Some((choice, bytes)) = input.split_first() else { return };
        let source = self.of(*choice);
        let became = source.hold(bytes);
        // How many threads work on it changes nothing; to ask each time would take half of the time.
        if bytes.len() % 16 == 7 {
            let again = source.stage(source.file, bytes, THREADS[1]);
            assert_eq!(again, became, "threads change what becomes of it");
        }
    }

    /// The source that a byte chooses.
    pub fn of(&self, choice: u8) -> &Source {
        &self.0[usize::from(choice) % self.0.len()]
    }

    /// All of them.
    pub fn all(&self) -> &[Source] {
        &self.0
    }
}

impl Source {
    fn of(name: &str, file: &'static str, contract: &str) -> Self {
        Self::edited(name, file, contract, str::to_owned)
    }

    /// A source whose contract says something else of what all contracts here say alike.
    fn edited(name: &str, file: &'static str, contract: &str, edit: impl Fn(&str) -> String) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().join("source.toml");
        std::fs::write(&path, edit(&contract_file(name, contract))).expect("the contract is written");
        let contract = Contract::read(folder.path(), &path).unwrap_or_else(|errors| panic!("{errors:#?}"));
        assert!(contract.delivery(file).is_some(), "{file} is no file of {name}");
        Self { contract, file }
    }

    /// Stages the bytes as a file of this name.
    pub fn stage(&self, file: &str, bytes: &[u8], threads: NonZeroUsize) -> Fuzzed {
        let staged = fuzzed::stage(&self.contract, file, bytes, threads);
        // What is wrong with an extract refuses it: an error is of the project, or of this machine.
        staged.unwrap_or_else(|error| panic!("{error}: {error:?}"))
    }

    /// Stages the bytes as its file, and holds what comes of it to what the pull promises.
    pub fn hold(&self, bytes: &[u8]) -> Fuzzed {
        self.hold_as(self.file, bytes)
    }

    /// As [`Self::hold`], under another name.
    pub fn hold_as(&self, file: &str, bytes: &[u8]) -> Fuzzed {
        let _ = fuzzed::day(&self.contract, file, bytes);
        let became = self.stage(file, bytes, THREADS[0]);
        self.check_account(&became);
        self.check_persons(&became);
        became
    }

    /// Read is accepted, rejected and control; and as many rows are there as are counted.
    fn check_account(&self, became: &Fuzzed) {
        if became.refused.is_some() {
            assert!(became.tables.is_empty(), "a refused extract has tables");
            return;
        }
        for (name, rows) in &became.tables {
            let count = |measure: &str| -> u64 {
                let of_it = became.counts.iter().filter(|it| it.0 == *name && it.1 == measure && it.2.is_empty());
                of_it.map(|it| it.3).sum()
            };
            let [read, accepted, rejected, control] = ["read", "accepted", "rejected", "control"].map(count);
            assert_eq!(read, accepted + rejected + control, "{name}: {:?}", became.counts);
            assert_eq!(accepted, rows.len() as u64, "{name}");
            // The third column of a rejected row is its table.
            let kept = became.rejects.iter().filter(|row| row[2].1 == *name).count();
            assert_eq!(rejected, kept as u64, "{name}");
        }
    }

    /// A person's number is nowhere, whatever the source; and in one on persons a name is told by nothing.
    fn check_persons(&self, became: &Fuzzed) {
        let told = became.refused.iter().chain(&became.strangers);
        let rejects = became.rejects.iter().flatten().map(|(_, text)| text);
        for text in told.chain(rejects) {
            assert!(!text.contains(NOBODY), "a number is told: {text}");
            let may_be_told = self.contract.sensitivity != Sensitivity::Person;
            assert!(may_be_told || !text.contains(NAME), "a name is told: {text}");
        }
        for (_, rows) in &became.tables {
            // A decimal may have its digits; a text and a whole number may not.
            let holds = |(is_text, value): &(bool, String)| {
                if *is_text { value.contains(NOBODY) } else { *value == NOBODY[1..] }
            };
            assert!(!rows.iter().flatten().any(holds), "a number is staged: {rows:?}");
        }
    }
}

/// Columns of every kind, of which some are a person's.
fn of_every_kind() -> String {
    [
        column("pnr", "type = \"cpr\""),
        column("kode", "type = \"text\"\npattern = \"[0-9A-Za-z]+\""),
        column("land", "type = \"text\"\nvalues = [\"DK\", \"SE\", \"Ukendt\"]\nnullable = true"),
        column("antal", "type = \"integer\"\nmin = \"-5\"\nmax = \"999999999999\""),
        column("beloeb", "type = \"decimal\"\nprecision = 14\nscale = 2\nnullable = true\nnulls = [\"<5\"]"),
        column("fra", "type = \"date\""),
        column("til", "type = \"date\"\nnullable = true\nopen_end = [\"31-12-9999\", \"9999-12-31\"]"),
        column("aktiv", "type = \"boolean\"\ntrue = [\"J\", \"true\"]\nfalse = [\"N\", \"false\"]\nnullable = true"),
        column("note", "type = \"text\"\nnullable = true\noptional = true"),
        "[[table.column]]\nraw = \"navn\"\nsensitivity = \"direct\"\n".to_owned(),
    ]
    .concat()
}

/// What the rows of [`of_every_kind`] are held to.
const RULES: &str = "key = [\"kode\", \"fra\"]\nvalidity = { of = [\"kode\"], from = \"fra\", to = \"til\" }\n\
    [[table.rule]]\nname = \"in_order\"\nleft = \"fra\"\nop = \"<=\"\nright = \"til\"\n\
    [[table.exclude]]\nname = \"unknown\"\ncolumn = \"land\"\nvalues = [\"Ukendt\"]\n\
    [[table.count]]\nname = \"correction\"\ncolumn = \"beloeb\"\nbelow = \"0\"\n";

/// A source on persons in some format.
fn persons(file: &str, format: &str) -> String {
    format!(
        "files = [\"{file}\"]\nsensitivity = \"person\"\n[format]\n{format}\n[[table]]\nname = \"reg\"\n{RULES}{}",
        of_every_kind()
    )
}

/// Staff of places, with sums and every combination of place and profession.
const STAFF: &str = r#"
files = ["staff.csv"]
sensitivity = "practice"
[format]
kind = "csv"
encoding = "windows-1252"
delimiter = ","
quote = '"'
decimal = "."
header = "any-case"
trailer = "SLUT"
[[table]]
name = "staff"
key = ["place", "profession"]
totals = [{ column = "profession", values = ["I alt"], of = "hours", per = ["place"], presence = "optional" }]
complete = [{ column = "place", values = ["A", "B"] }, { column = "profession", values = ["nurse", "clerk"] }]
[[table.column]]
raw = "sted"
name = "place"
type = "text"
pattern = "[A-Z]"
[[table.column]]
raw = "faggruppe"
name = "profession"
type = "text"
[[table.column]]
raw = "timer"
name = "hours"
type = "decimal"
precision = 9
scale = 2
max = "10000"
"#;

/// A register without a header whose names are not read.
const HEADLESS: &str = r#"
files = ["{date}AutDK.csv"]
sensitivity = "person"
[format]
kind = "csv"
encoding = "iso-8859-15"
delimiter = ";"
header = "none"
[[table]]
name = "reg"
key = ["nr"]
[[table.column]]
raw = "Autorisationsnummer"
name = "nr"
type = "text"
pattern = "[0-9A-Z]{5}"
[[table.column]]
raw = "CPR"
name = "person_id"
type = "cpr"
[[table.column]]
raw = "Efternavn"
sensitivity = "direct"
[[table.column]]
raw = "UddannelsesKode"
name = "uddannelse"
type = "text"
"#;

/// Persons separated by semicolons, staff between quotes and to the end of a sum, columns that a delivery adds, and no header.
pub static CSV: Sources = Sources(LazyLock::new(|| {
    let danish = "kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"\ndecimal = \",\"\nthousands = \".\"\n\
                  dates = \"dd-MM-yyyy\"\nnulls = [\"NULL\"]";
    vec![
        Source::of("reg", "reg.csv", &persons("reg.csv", danish)),
        Source::of("staff", "staff.csv", STAFF),
        Source::edited("odd", "odd.csv", &odd_contract("odd.csv", ""), |toml| {
            toml.replace("columns = \"freeze\"", "columns = \"evolve\"")
        }),
        Source::of("aut", "20180418AutDK.csv", HEADLESS),
    ]
}));

/// Type 2, CPR 10, three doctors of number 6 and first day 8, name 8.
const LISTED: &str = include_str!("../../src/pull/tests/listed.toml");

/// Lines of any width in UTF-8, without a start and an end.
const PLACES: &str = r#"
files = ["places.txt"]
sensitivity = "practice"
[format]
kind = "fixed"
encoding = "utf-8"
record_type = "1-1"
dates = "dd-MM-yyyy"
decimal = ","
[[table]]
name = "place"
element = "A"
key = ["nr"]
[[table.column]]
raw = "Nr"
at = "2-5"
name = "nr"
type = "integer"
[[table.column]]
raw = "Sted"
at = "6-15"
name = "sted"
type = "text"
nullable = true
[[table.column]]
raw = "Pris"
at = "16-22"
name = "pris"
type = "decimal"
precision = 6
scale = 2
[[table.column]]
raw = "Dag"
at = "23-32"
name = "dag"
type = "date"
nullable = true
[[table.column]]
raw = "Aktiv"
at = "33"
name = "aktiv"
type = "boolean"
true = ["J"]
false = ["N"]
nullable = true
[[table]]
name = "rest"
element = "B"
[[table.column]]
raw = "Rest"
at = "2-12"
name = "rest"
type = "text"
"#;

/// Lines of persons with three doctors each, and of places.
pub static FIXED: Sources = Sources(LazyLock::new(|| {
    vec![
        Source::of("listed", "listed_20180418.txt", LISTED),
        Source::of("places", "places.txt", PLACES),
        Source::edited("listed", "listed_20180418.txt", LISTED, |toml| {
            toml.replace("windows-1252", "iso-8859-15")
                .replace("rows = \"quarantine\"", "rows = \"quarantine\", record_types = \"freeze\"")
        }),
    ]
}));

/// Practices, and persons inside them.
pub static XML: Sources = Sources(LazyLock::new(|| {
    let practices = column("Nr", "type = \"text\"\npattern = \"[0-9]{6}\"")
        + &column("Fra", "type = \"date\"\noptional = true")
        + &column("Antal", "type = \"integer\"\nnullable = true\noptional = true")
        + &column("Pris", "type = \"decimal\"\nprecision = 8\nscale = 2\nnullable = true\noptional = true");
    let inside =
        column("../Nr", "type = \"text\"").replace("name = \"../Nr\"", "name = \"nr\"") + &text_column("Rolle");
    let open = format!(
        "files = [\"reg_{{date}}.xml\"]\nsensitivity = \"practice\"\n[format]\nkind = \"xml\"\nencoding = \"utf-8\"\n\
         root = \"reg\"\ndates = \"yyyyMMdd\"\nextract_date = {{ element = \"Start\", attribute = \"Dan\" }}\n\
         trailer = {{ element = \"Slut\", attribute = \"Antal\" }}\n[[table]]\nname = \"yder\"\nelement = \"Yder\"\n\
         key = [\"Nr\"]\n{practices}[[table]]\nname = \"person\"\nelement = \"Person\"\n{inside}"
    );
    let persons = format!(
        "files = [\"per.xml\"]\nsensitivity = \"person\"\n[format]\nkind = \"xml\"\nencoding = \"windows-1252\"\n\
         root = \"reg\"\ndates = \"dd-MM-yyyy\"\ndecimal = \",\"\n[[table]]\nname = \"reg\"\nelement = \"Per\"\n\
         {RULES}{}",
        of_every_kind()
    );
    let quarantined = |toml: &str| toml.replace("columns = \"freeze\"", "columns = \"quarantine\"");
    vec![
        Source::edited("reg", "reg_20180418.xml", &open, quarantined),
        Source::of("per", "per.xml", &persons),
        Source::of("reg", "reg_20180418.xml", &open),
    ]
}));

/// A sheet of staff, with persons in it.
pub static EXCEL: Sources = Sources(LazyLock::new(|| vec![Source::of("plo", "plo.xlsx", &workbooks::contract())]));

/// Tools of practices with nested members, teams with their members, and persons.
pub static JSONL: Sources = Sources(LazyLock::new(|| {
    let tools = format!(
        "files = [\"brug.jsonl\"]\nsensitivity = \"practice\"\n[format]\nkind = \"jsonl\"\n[[table]]\nname = \"brug\"\n{}{}{}{}",
        text_column("vaerktoej"),
        column("praksis.ydernr", "type = \"text\"\npattern = \"[0-9]{6}\"").replace("name = \"praksis.", "name = \""),
        column("antal", "type = \"integer\"\nmin = \"0\""),
        column("pris", "type = \"decimal\"\nprecision = 20\nscale = 9\nnullable = true\noptional = true"),
    );
    let teams = format!(
        "files = [\"hold.jsonl\"]\nsensitivity = \"person\"\n[format]\nkind = \"jsonl\"\n[[table]]\nname = \"deltager\"\n\
         element = \"deltagere\"\n{}{}{}",
        column("../hold", "type = \"text\"").replace("name = \"../", "name = \""),
        column("cpr", "type = \"cpr\"").replace("name = \"cpr\"", "name = \"person_id\""),
        column("navn", "sensitivity = \"direct\"").replace("name = \"navn\"\n", ""),
    );
    let danish = "kind = \"jsonl\"\ndecimal = \",\"\nthousands = \".\"\ndates = \"dd-MM-yyyy\"";
    vec![
        Source::of("brug", "brug.jsonl", &tools),
        Source::of("hold", "hold.jsonl", &teams),
        Source::of("reg", "reg.jsonl", &persons("reg.jsonl", danish)),
        Source::edited("brug", "brug.jsonl", &tools, |toml| {
            toml.replace("columns = \"freeze\"", "columns = \"quarantine\"")
        }),
    ]
}));

/// The population of Statistics Denmark.
pub static SAS: Sources = Sources(LazyLock::new(|| {
    let columns = column("pnr", "type = \"cpr\"").replace("name = \"pnr\"", "name = \"person_id\"")
        + &column("koen", "type = \"integer\"\nmin = \"1\"\nmax = \"2\"")
        + &column("foed_dag", "type = \"date\"")
        + &column("alder", "type = \"integer\"\nnullable = true")
        + &column("kom", "type = \"text\"\npattern = \"[0-9]{3}\"")
        + "[[table.column]]\nraw = \"reg\"\nsensitivity = \"unused\"\n"
        + "[[table.column]]\nraw = \"navn\"\nsensitivity = \"direct\"\n"
        + &column("referencetid", "type = \"date\"");
    let contract = format!(
        "files = [\"bef{{year}}12.sas7bdat\"]\nevery = \"year\"\nserves = \"following-year\"\nsensitivity = \"person\"\n\
         [format]\nkind = \"sas\"\n[[table]]\nname = \"bef\"\nkey = [\"person_id\"]\n{columns}"
    );
    vec![Source::edited("bef", "bef201712.sas7bdat", &contract, |toml| {
        toml.replace("columns = \"freeze\"", "columns = \"quarantine\"")
    })]
}));

/// Typed columns, in the spelling of a program and in that of the registers.
pub static PARQUET: Sources = Sources(LazyLock::new(|| {
    let quarantined = |toml: &str| toml.replace("columns = \"freeze\"", "columns = \"quarantine\"");
    let danish = "kind = \"parquet\"\ndates = \"dd-MM-yyyy\"\ndecimal = \",\"\nthousands = \".\"";
    vec![
        Source::edited("reg", "reg.parquet", &parquet_files::contract(), quarantined),
        Source::edited("reg", "reg.parquet", &persons("reg.parquet", danish), quarantined),
    ]
}));

/// A list of the project's own, with nested members and a default.
pub static TOML: Sources = Sources(LazyLock::new(|| {
    let goals = column("id", "type = \"text\"\npattern = \"[a-z_]+\"")
        + &column("title.da", "type = \"text\"").replace("name = \"title.da\"", "name = \"title_da\"")
        + &column("antal", "type = \"integer\"\nnullable = true")
        + &column("maal", "type = \"decimal\"\nprecision = 9\nscale = 3\nnullable = true")
        + &column("fra", "type = \"date\"\nnullable = true")
        + &column("aktiv", "type = \"boolean\"\ntrue = [\"true\"]\nfalse = [\"false\"]\ndefault = \"true\"");
    let contract = format!(
        "files = [\"goals/goals.toml\"]\nsensitivity = \"open\"\n[format]\nkind = \"toml\"\n[[table]]\nname = \"goal\"\n\
         element = \"goal\"\nkey = [\"id\"]\n{goals}[[table]]\nname = \"part\"\nelement = \"part\"\n{}",
        text_column("of")
    );
    let own = |toml: &str| toml.replace("origin = \"extracts\"", "origin = \"definitions\"");
    vec![Source::edited("goals", "goals/goals.toml", &contract, |toml| {
        own(toml).replace("columns = \"freeze\"", "columns = \"quarantine\"")
    })]
}));

/// The contracts that are written here as they stand, as files: seeds of the target of contracts.
pub fn texts() -> [(&'static str, String); 4] {
    [("staff", STAFF), ("headless", HEADLESS), ("listed", LISTED), ("places", PLACES)]
        .map(|(name, contract)| (name, contract_file(name, contract)))
}
