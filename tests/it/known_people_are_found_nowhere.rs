//! Two known people stand in every form in every kind of extract, and whatever is asked of maaltal, and however it ends,
//! nothing of them is in any byte that it wrote: in the store, in temporary files, on stdout, on stderr, at any level.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{ArrayRef, StringArray};
use parquet::file::reader::{FileReader, SerializedFileReader};
use rust_xlsxwriter::Workbook;

use crate::formats_are_read::{column, sas};
use crate::support::contract_text::{contract_file, described};
use crate::support::parquet_files;
use crate::support::small::Small;

/// What must be nowhere: parts of the names, and of the numbers what no other number has.
const SECRETS: [&str; 12] = [
    "Signe",
    "Ravnkilde",
    "SIGNE",
    "RAVNKILDE",
    "Åsulf",
    "Tjørnehøj",
    "010786",
    "0107861234",
    "107861234",
    "861234",
    "290296-4321",
    "2902964321",
];

/// Bytes that the tests have searched so far, for those who run them with `--nocapture`.
static SEARCHED: AtomicUsize = AtomicUsize::new(0);

/// Columns that a register on persons has, and values that are right.
const COLUMNS: [&str; 6] = ["cpr", "navn", "kommune", "note", "alder", "dato"];
const RIGHT: [&str; 6] = ["2902964321", "Åsulf Tjørnehøj", "101", "", "34", "2018-01-31"];

/// The rows: one that is right, and one for each wrong place and form.
fn rows() -> Vec<Vec<String>> {
    let mut rows = vec![RIGHT.map(str::to_owned).to_vec()];
    let forms = [
        "0107861234",
        "010786-1234",
        "010786 1234",
        "010786 - 1234",
        "01.07.86-1234",
        "107861234",
        "107861234.0",
        "1.07861234E8",
        "Signe Bruun Ravnkilde",
        "SIGNE RAVNKILDE",
        "ring til Signe Ravnkilde (010786-1234) før mandag",
        "Ravnkilde, Signe",
    ];
    for (place, column) in COLUMNS.iter().enumerate() {
        for form in forms {
            // A name in free text is the contract's to keep out.
            if *column == "note" && !form.contains("1234") {
                continue;
            }
            let mut row = RIGHT.map(str::to_owned).to_vec();
            row[place] = form.to_owned();
            rows.push(row);
        }
    }
    // The same, and wrong besides: the row is shown whole among the rejects.
    let mut wrong = rows.clone();
    wrong.iter_mut().for_each(|row| row[4] = "mange".to_owned());
    rows.extend(wrong);
    rows
}

/// The contract of such a register in a file of this ending.
fn contract(format: &str, element: &str) -> String {
    format!(
        "files = [\"reg*.FILE\"]\nsensitivity = \"person\"\npolicy = {{ columns = \"quarantine\", types = \"quarantine\", rows = \
         \"quarantine\", max_rejected_share = 1.0 }}\n[format]\n{format}\ndates = \"yyyy-MM-dd\"\n[[table]]\nname = \"reg\"\n{element}{}\
         [[table.column]]\nraw = \"navn\"\nsensitivity = \"direct\"\n{}{}{}{}",
        column("cpr", "type = \"cpr\"").replace("name = \"cpr\"", "name = \"person_id\""),
        column("kommune", "type = \"text\"\npattern = \"[0-9]{3}\""),
        column("note", "type = \"text\"\nnullable = true"),
        column("alder", "type = \"integer\"\nnullable = true"),
        column("dato", "type = \"date\"\nnullable = true"),
    )
}

/// A kind of extract: its contract's format, and what it makes of a header and rows.
struct Kind {
    ending: &'static str,
    contract: String,
    write: fn(&[&str], &[Vec<String>]) -> Vec<u8>,
}

fn csv(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let rows: String = rows.iter().map(|row| row.join(";") + "\n").collect();
    format!("{}\n{rows}", header.join(";")).into_bytes()
}

fn jsonl(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let line = |row: &Vec<String>| {
        let members: serde_json::Map<_, _> =
            header.iter().zip(row).map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        serde_json::to_string(&members).unwrap() + "\n"
    };
    rows.iter().map(line).collect::<String>().into_bytes()
}

fn xml(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let row = |row: &Vec<String>| {
        let attributes: String = header
            .iter()
            .zip(row)
            .map(|(name, value)| format!(" {}=\"{value}\"", name.replace([' ', ',', '(', ')'], "-")))
            .collect();
        format!("<P{attributes}/>\n")
    };
    format!("<R>\n{}</R>\n", rows.iter().map(row).collect::<String>()).into_bytes()
}

fn fixed(_: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let cut = |text: &str, width: usize| {
        let text: String = text.chars().take(width).collect();
        format!("{text:<width$}")
    };
    let widths = [20, 20, 20, 50, 20, 20];
    let line =
        |row: &Vec<String>| row.iter().zip(widths).map(|(value, width)| cut(value, width)).collect::<String>() + "\r\n";
    rows.iter().map(|row| format!("10{}", line(row))).collect::<String>().into_bytes()
}

fn excel(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Reg").unwrap();
    for (place, name) in header.iter().enumerate() {
        sheet.write(0, place as u16, *name).unwrap();
    }
    for (row, values) in rows.iter().enumerate() {
        for (place, value) in values.iter().enumerate() {
            // A number as a number in every second row, as a program that guesses writes it.
            match value.parse::<f64>() {
                Ok(number) if row % 2 == 0 => sheet.write(row as u32 + 1, place as u16, number).unwrap(),
                _ => sheet.write(row as u32 + 1, place as u16, value).unwrap(),
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn parquet(header: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let column = |place: usize| -> ArrayRef {
        Arc::new(StringArray::from(rows.iter().map(|row| row[place].as_str()).collect::<Vec<_>>()))
    };
    let columns: Vec<(&str, ArrayRef)> =
        header.iter().enumerate().map(|(place, name)| (*name, column(place))).collect();
    parquet_files::file(&columns)
}

fn kinds() -> Vec<Kind> {
    let kind = |ending, format: &str, element: &str, write| Kind {
        ending,
        contract: contract(format, element).replace("FILE", ending),
        write,
    };
    let at = contract(
        "kind = \"fixed\"\nencoding = \"utf-8\"\nline_width = 152\nrecord_type = \"1-2\"",
        "element = \"10\"\n",
    );
    let positions = ["3-22", "23-42", "43-62", "63-112", "113-132", "133-152"];
    let at = COLUMNS.iter().zip(positions).fold(at, |toml, (name, position)| {
        toml.replace(&format!("raw = \"{name}\""), &format!("raw = \"{name}\"\nat = \"{position}\""))
    });
    vec![
        kind(
            "csv",
            "kind = \"csv\"\nencoding = \"utf-8\"\ndelimiter = \";\"",
            "",
            csv as fn(&[&str], &[Vec<String>]) -> Vec<u8>,
        ),
        kind("jsonl", "kind = \"jsonl\"", "", jsonl),
        kind("xml", "kind = \"xml\"\nencoding = \"utf-8\"\nroot = \"R\"", "element = \"P\"\n", xml),
        kind("xlsx", "kind = \"excel\"\nheader_row = 1", "element = \"Reg\"\n", excel),
        kind("parquet", "kind = \"parquet\"", "", parquet),
        Kind { ending: "txt", contract: at.replace("FILE", "txt"), write: fixed },
    ]
}

/// A project of one source, whose rows a table that is published counts.
fn project(contract: &str) -> Small {
    let small = Small::new(&[("reg", "")]);
    // The policy of the small projects stands above, and a contract has one.
    let common = contract_file("reg", "");
    let common = common.lines().filter(|line| !line.starts_with("policy")).map(|line| format!("{line}\n"));
    small.write("pipelines/sources/reg.toml", common.collect::<String>() + &described(contract));
    small.write("sql/small/small.sql", "-- One row is a place.\nSELECT kommune, COUNT(*) AS n FROM reg GROUP BY 1");
    small.write(
        "sql/small/audits/some.sql",
        "-- One row is a place with many.\n-- severity: warn\n-- remedy: None.\nSELECT note, kommune FROM reg",
    );
    small.0.edit("pipelines/datasets/small.toml", |toml| {
        toml.replace(
            "table = []\n",
            "[[table]]\nname = \"small\"\ntitle = { da = \"A\", en = \"A\" }\nkey = [\"kommune\"]\ncolumns = [\
             { name = \"kommune\", type = \"string\", da = \"A\", en = \"A\" }, \
             { name = \"n\", type = \"int64\", da = \"A\", en = \"A\" }]\n",
        )
    });
    fs::create_dir(small.0.path("tmp")).unwrap();
    small
}

/// All that can be asked, in every form of the log.
const ALL: [&[&str]; 12] = [
    &["run"],
    &["pull"],
    &["plan"],
    &["run", "--log", "json"],
    &["sources"],
    &["sources", "reg"],
    &["rejects"],
    &["rejects", "show", "reg", "--limit", "1000", "--format", "json"],
    &["rejects", "replay", "reg"],
    &["versions"],
    &["sql", "SELECT * FROM staged.reg", "--format", "csv"],
    &["sql", "SELECT CAST(kommune || note AS INT) FROM staged.reg"],
];

/// What is asked where an extract is refused, and nothing comes of it.
const FEW: [&[&str]; 4] =
    [&["pull"], &["run", "--log", "json"], &["sources", "--format", "json"], &["rejects", "show", "reg"]];

/// Asks, and looks at every answer and every file. What failed, failed as it should.
fn are_asked(commands: &[&[&str]], small: &Small, what: &str) -> Vec<i32> {
    let ask = |arguments: &[&str]| {
        let mut command = small.0.process(arguments);
        command.env("MAALTAL_LOG", "trace").env("TMPDIR", small.0.path("tmp"));
        let output = command.output().unwrap();
        let code = output.status.code().unwrap();
        assert!(
            [0, 2, 3, 5, 6].contains(&code),
            "{what} {arguments:?}: {code} {}",
            String::from_utf8_lossy(&output.stderr)
        );
        for said in [&output.stdout, &output.stderr] {
            is_clean(&String::from_utf8_lossy(said), &format!("{what}: {arguments:?}"));
        }
        code
    };
    let codes = commands.iter().copied().map(ask).collect();
    all_is_clean(small, what);
    println!("{} bytes searched", SEARCHED.load(Ordering::Relaxed));
    codes
}

/// Nothing of the people stands in a text.
fn is_clean(text: &str, what: &str) {
    SEARCHED.fetch_add(text.len(), Ordering::Relaxed);
    for secret in SECRETS {
        let around = text.find(secret).map(|at| {
            let from = (0..=at.saturating_sub(200)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
            text[from..].chars().take(400).collect::<String>()
        });
        assert!(around.is_none(), "{what}: {secret} in {}", around.unwrap_or_default());
    }
}

/// Nothing of the people stands in a file that was written, nor in its name.
fn all_is_clean(small: &Small, what: &str) {
    for folder in ["data", "tmp"] {
        for file in small.0.files(folder) {
            let path = small.0.path(folder).join(&file);
            is_clean(&file.to_string_lossy(), what);
            is_clean(&texts(&path), &format!("{what}: {folder}/{}", file.display()));
        }
    }
}

/// The bytes of a file as text, and the rows of a Parquet file.
fn texts(file: &Path) -> String {
    let bytes = fs::read(file).unwrap();
    let mut texts = String::from_utf8_lossy(&bytes).into_owned();
    if let Ok(reader) = SerializedFileReader::new(bytes::Bytes::from(bytes)) {
        for row in reader.get_row_iter(None).unwrap() {
            texts.push_str(&row.unwrap().to_string());
        }
    }
    texts
}

#[test]
fn people_in_any_column_of_any_format_are_found_nowhere() {
    for kind in kinds() {
        let small = project(&kind.contract);
        small.extract(&format!("reg.{}", kind.ending), (kind.write)(&COLUMNS, &rows()));
        let codes = are_asked(&ALL, &small, kind.ending);
        // It is taken in, derived and published: the people were where they could have got out.
        assert_eq!(codes[0], 0, "{}", kind.ending);
        assert!(!small.0.rows(&["rejects", "show", "reg"]).is_empty(), "{}", kind.ending);
    }
}

#[test]
fn people_in_headers_and_in_files_that_are_refused_are_found_nowhere() {
    let headers: [[&str; 6]; 3] = [
        ["cpr", "navn", "kommune", "note", "Signe Bruun Ravnkilde", "010786-1234"],
        ["Signe Ravnkilde", "0107861234", "101", "", "34", "2018-01-31"],
        ["cpr", "cpr", "Ravnkilde, Signe", "Ravnkilde, Signe", "alder", "dato"],
    ];
    for kind in kinds() {
        for (number, header) in headers.iter().enumerate() {
            // Fixed width has no header, and a row group no two columns of one name.
            if kind.ending == "txt" || (kind.ending == "parquet" && number == 2) {
                continue;
            }
            let small = project(&kind.contract);
            small.extract(&format!("reg.{}", kind.ending), (kind.write)(header, &rows()));
            are_asked(&FEW, &small, &format!("{} header {number}", kind.ending));
        }
        // Cut off, with bytes of another character set between, and with lines that can't be split.
        let whole = (kind.write)(&COLUMNS, &rows());
        let torn = [
            whole[..whole.len() * 2 / 3].to_vec(),
            [&whole[..whole.len() / 2], b"\xE6\xFFSigne;Ravnkilde\xD8;010786-1234;;;;;;\0", &whole[whole.len() / 2..]]
                .concat(),
            [b"Signe Ravnkilde 010786-1234\n".as_slice(), &whole].concat(),
        ];
        for (number, bytes) in torn.iter().enumerate() {
            let small = project(&kind.contract);
            small.extract(&format!("reg.{}", kind.ending), bytes);
            are_asked(&FEW, &small, &format!("{} torn {number}", kind.ending));
        }
    }
}

#[test]
fn people_in_names_of_files_are_found_nowhere() {
    let kind = &kinds()[0];
    let small = project(&kind.contract);
    let bytes = csv(&COLUMNS, &rows());
    for name in ["reg 0107861234.csv", "reg_010786-1234.csv.gz", "010786-1234/reg.csv", "andet_0107861234.txt"] {
        let path = small.0.path("extracts").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &bytes).unwrap();
    }
    small.extract("reg.csv", &bytes);
    let codes = are_asked(&ALL, &small, "names of files");
    assert_eq!(codes[0], 0, "the file whose name tells of nobody is read");
    assert!(small.0.maaltal(&["pull"]).stderr.contains("########"), "the others are told");
}

#[test]
fn people_in_a_sas_file_are_found_nowhere() {
    let whole = sas::fixture("bef201712.sas7bdat");
    let text = String::from_utf8_lossy(&whole).into_owned();
    let numbers = regex::Regex::new("[0-9]{10}").unwrap();
    let numbers: Vec<&str> = numbers.find_iter(&text).map(|found| found.as_str()).collect();
    assert!(numbers.len() > 10);
    for (number, bytes) in [whole.clone(), whole[..whole.len() - 4096].to_vec()].into_iter().enumerate() {
        let small = Small::new(&[("bef", &sas::population())]);
        fs::create_dir(small.0.path("tmp")).unwrap();
        small.extract("bef201712.sas7bdat", &whole).extract("bef201812.sas7bdat", bytes);
        let mut said = String::new();
        for arguments in [&["pull"][..], &["run"], &["rejects", "show", "bef"]] {
            let mut command = small.0.process(arguments);
            let output = command.env("MAALTAL_LOG", "trace").env("TMPDIR", small.0.path("tmp")).output().unwrap();
            said += &String::from_utf8_lossy(&[output.stdout, output.stderr].concat());
        }
        for folder in ["data", "tmp"] {
            said.extend(small.0.files(folder).iter().map(|file| texts(&small.0.path(folder).join(file))));
        }
        for secret in numbers.iter().chain(&["Gåsefjer", "Skuddag", "Ærteblomst"]) {
            assert!(!said.contains(secret), "{number}: {secret}");
        }
    }
}

/// Wherever a run is killed: what was delivered lies in no file that has a name.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_killed_leaves_nobody_behind() {
    use crate::any_change_of_the_disk_may_fail::run;
    let zipped = |bytes: &[u8]| {
        use std::io::Write;
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        archive.start_file("Signe Ravnkilde.xlsx", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
        archive.finish().unwrap().into_inner()
    };
    for kind in kinds().into_iter().filter(|kind| ["csv", "xlsx", "parquet"].contains(&kind.ending)) {
        let small = project(&kind.contract);
        let bytes = (kind.write)(&COLUMNS, &rows());
        small.extract(&format!("reg.{}.zip", kind.ending), zipped(&bytes));
        let changes = run(&small.0, "whole", 1, "never").changes;
        for number in (1..changes).step_by(5) {
            let folder = format!("killed{number}");
            let killed = run(&small.0, &folder, number, "kill");
            is_clean(&killed.told.stderr, "killed");
            for file in small.0.files(&folder) {
                let what = format!("{} killed at {:?}: {}", kind.ending, killed.hit, file.display());
                is_clean(&texts(&small.0.path(&folder).join(&file)), &what);
            }
        }
    }
}
