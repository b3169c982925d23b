//! Text files: delimited, fixed width and JSON lines.

use std::io::Write;

use super::disk::Compressed;
use super::{Cell, Charset, Csv, Folder, Layout, Spec};
use crate::SynthError;
use crate::faults::{Breaker, Broken, FileFault, Lines};

/// Lines of text in a character set, compressed.
#[derive(Debug)]
pub(super) struct TextFile<'a> {
    folder: &'a Folder,
    spec: Spec<'a>,
    charset: Charset,
    out: Compressed,
}

impl<'a> TextFile<'a> {
    pub(super) fn new(
        folder: &'a Folder,
        spec: Spec<'a>,
        charset: Charset,
        out: Compressed,
    ) -> Result<Self, SynthError> {
        let mut file = Self { folder, spec, charset, out };
        if charset == Charset::Utf8Bom {
            file.bytes("\u{feff}".as_bytes())?;
        }
        Ok(file)
    }

    pub(super) fn line(&mut self, text: &str, end: &str) -> Result<(), SynthError> {
        let encoding = match self.charset {
            Charset::Utf8 | Charset::Utf8Bom => encoding_rs::UTF_8,
            Charset::Windows1252 => encoding_rs::WINDOWS_1252,
            Charset::Iso8859_15 => encoding_rs::ISO_8859_15,
        };
        let (bytes, ..) = encoding.encode(text);
        self.bytes(&bytes)?;
        self.bytes(end.as_bytes())
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), SynthError> {
        let path = self.spec.path;
        self.out.write_all(bytes).map_err(|source| SynthError::Io { path: path.into(), source })
    }

    pub(super) fn finish(self, rows: u64) -> Result<(), SynthError> {
        let sha256 = self.out.finish().map_err(|source| SynthError::Io { path: self.spec.path.into(), source })?;
        self.folder.note(&self.spec, sha256, rows);
        Ok(())
    }
}

/// A delimited text file under way.
#[derive(Debug)]
pub(crate) struct CsvFile<'a> {
    text: TextFile<'a>,
    csv: Csv,
    breaker: Option<Breaker<'a>>,
    line: String,
    rows: u64,
}

impl<'a> CsvFile<'a> {
    pub(super) fn new(text: TextFile<'a>, csv: Csv, breaker: Option<Breaker<'a>>) -> Result<Self, SynthError> {
        let mut names: Vec<String> = text.spec.columns.iter().map(|name| (*name).to_owned()).collect();
        let fault = breaker.as_ref().and_then(Breaker::of_file).cloned();
        if let Some(FileFault::RenamedColumn(cell, _)) = fault {
            names[cell].push_str("_ny");
        }
        let mut file = Self { text, csv, breaker, line: String::new(), rows: 0 };
        if csv.header {
            file.join(&names.iter().map(|name| Cell::Text(name)).collect::<Vec<_>>());
            file.text.line(&file.line, "")?;
            if let Some(FileFault::StrayByte) = fault {
                file.text.bytes(b"\xE6")?;
            }
            file.text.bytes(b"\r\n")?;
        }
        Ok(file)
    }

    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), SynthError> {
        let line = self.rows + 1 + u64::from(self.csv.header);
        match self.breaker.as_mut().and_then(|it| it.row(Lines::one(line), cells)) {
            None => self.count(cells),
            Some(Broken::CutOff) => self.count(&cells[..cells.len() - 1]),
            Some(broken) => broken.rows(cells).iter().try_for_each(|row| self.count(row)),
        }
    }

    fn count(&mut self, cells: &[Cell<'_>]) -> Result<(), SynthError> {
        self.rows += 1;
        self.write(cells)
    }

    /// Writes a row as it stands.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), SynthError> {
        self.rows += 1;
        self.text.line(line, "\r\n")
    }

    /// Ends the file, with its trailer if it has one.
    pub(crate) fn finish(mut self) -> Result<(), SynthError> {
        let fault = self.breaker.as_ref().and_then(Breaker::of_file);
        if let Some(count) = declared(self.rows, fault)
            && let Some(word) = self.csv.trailer
        {
            let trailer = format!("{word}{}{count}", self.csv.delimiter);
            self.text.line(&trailer, "\r\n")?;
        }
        self.text.finish(self.rows)
    }

    fn write(&mut self, cells: &[Cell<'_>]) -> Result<(), SynthError> {
        self.join(cells);
        self.text.line(&self.line, "\r\n")
    }

    fn join(&mut self, cells: &[Cell<'_>]) {
        self.line.clear();
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.line.push(self.csv.delimiter);
            }
            self.line.push_str(cell.text());
        }
    }
}

/// What the line that ends a file says of its rows; `None` where it is to be left out.
fn declared(rows: u64, fault: Option<&FileFault>) -> Option<u64> {
    match fault {
        Some(FileFault::NoEnd) => None,
        Some(FileFault::WrongCount) => Some(rows + 1),
        _ => Some(rows),
    }
}

/// Records of one type in a fixed-width file.
#[derive(Debug)]
struct Records<'a> {
    widths: &'a [usize],
    breaker: Option<Breaker<'a>>,
}

/// A fixed-width file under way: its first line, and records of one type or more.
#[derive(Debug)]
pub(crate) struct FixedFile<'a> {
    text: TextFile<'a>,
    types: Vec<Records<'a>>,
    line: String,
    /// Records so far.
    rows: u64,
}

impl<'a> FixedFile<'a> {
    pub(super) fn new(
        mut text: TextFile<'a>,
        widths: &'a [usize],
        start: &str,
        breaker: Option<Breaker<'a>>,
    ) -> Result<Self, SynthError> {
        match breaker.as_ref().and_then(Breaker::of_file) {
            Some(FileFault::OtherDate(at, day)) => {
                text.line(&format!("{}{day}{}", &start[..at.from], &start[at.to..]), "\r\n")?;
            }
            _ => text.line(start, "\r\n")?,
        }
        Ok(Self { text, types: vec![Records { widths, breaker }], line: String::new(), rows: 0 })
    }

    /// Says that there are records of another type too, of the contract's `table`.
    pub(crate) fn and_records(mut self, table: &'a str, columns: &'a [&'a str], widths: &'a [usize]) -> Self {
        let spec = Spec { table, columns, ..self.text.spec };
        let breaker = self.text.folder.breaker(&spec, Layout::Fields(widths));
        self.types.push(Records { widths, breaker });
        self
    }

    /// Writes a record of the first type; too long a text is cut, as the registers do.
    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), SynthError> {
        self.record(0, cells)
    }

    pub(crate) fn other_row(&mut self, cells: &[Cell<'_>]) -> Result<(), SynthError> {
        self.record(1, cells)
    }

    fn record(&mut self, place: usize, cells: &[Cell<'_>]) -> Result<(), SynthError> {
        // The first line is none of a record.
        let lines = Lines::one(self.rows + 2);
        let widths = self.types[place].widths;
        match self.types[place].breaker.as_mut().and_then(|it| it.row(lines, cells)) {
            None => self.pad(widths, cells),
            Some(Broken::CutOff) => {
                self.pad(widths, cells);
                self.line.pop();
            }
            Some(broken) => {
                return broken.rows(cells).iter().try_for_each(|row| {
                    self.pad(widths, row);
                    self.put()
                });
            }
        }
        self.put()
    }

    fn put(&mut self) -> Result<(), SynthError> {
        self.rows += 1;
        self.text.line(&self.line, "\r\n")
    }

    fn pad(&mut self, widths: &[usize], cells: &[Cell<'_>]) {
        self.line.clear();
        for (cell, width) in cells.iter().zip(widths) {
            let mut letters = 0;
            self.line.extend(cell.text().chars().take(*width).inspect(|_| letters += 1));
            self.line.extend(std::iter::repeat_n(' ', width - letters));
        }
    }

    /// A line as it stands: a record of another type.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), SynthError> {
        self.rows += 1;
        self.text.line(line, "\r\n")
    }

    /// Ends the file with the line that `end` makes of the number of records.
    pub(crate) fn finish(mut self, end: impl FnOnce(u64) -> String) -> Result<(), SynthError> {
        if let Some(count) = declared(self.rows, self.types[0].breaker.as_ref().and_then(Breaker::of_file)) {
            self.text.line(&end(count), "\r\n")?;
        }
        self.text.finish(self.rows)
    }
}

/// A JSON lines file under way.
#[derive(Debug)]
pub(crate) struct JsonFile<'a> {
    text: TextFile<'a>,
    breaker: Option<Breaker<'a>>,
    rows: u64,
}

impl<'a> JsonFile<'a> {
    pub(super) fn new(text: TextFile<'a>, breaker: Option<Breaker<'a>>) -> Self {
        Self { text, breaker, rows: 0 }
    }

    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), SynthError> {
        match self.breaker.as_mut().and_then(|it| it.row(Lines::one(self.rows + 1), cells)) {
            None => self.write(cells, ""),
            Some(Broken::CutOff) => self.write(cells, "}"),
            Some(broken) => broken.rows(cells).iter().try_for_each(|row| self.write(row, "")),
        }
    }

    /// Writes an object, without the end that is cut off.
    fn write(&mut self, cells: &[Cell<'_>], cut: &str) -> Result<(), SynthError> {
        self.rows += 1;
        let mut object = serde_json::Map::new();
        for (name, cell) in self.text.spec.columns.iter().zip(cells) {
            let value = match cell {
                Cell::Text(text) => serde_json::Value::from(*text),
                Cell::Number(digits) => serde_json::from_str(digits)?,
                Cell::Missing => serde_json::Value::Null,
            };
            match name.split_once('.') {
                Some((outer, inner)) => {
                    let outer =
                        object.entry(outer).or_insert_with(|| serde_json::Value::Object(serde_json::Map::new()));
                    if let Some(outer) = outer.as_object_mut() {
                        outer.insert(inner.to_owned(), value);
                    }
                }
                None => drop(object.insert((*name).to_owned(), value)),
            }
        }
        let object = serde_json::Value::Object(object).to_string();
        self.text.line(object.strip_suffix(cut).unwrap_or(&object), "\n")
    }

    pub(crate) fn finish(self) -> Result<(), SynthError> {
        self.text.finish(self.rows)
    }
}
