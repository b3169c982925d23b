//! The files that the extracts are written to: delimited, fixed width, JSON lines, XML and Excel, plain
//! or compressed as their names say. Rows are streamed; what is written is digested on its way.

mod disk;
mod excel;
mod text;
mod xml;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::SynthError;
use super::faults::{Breaker, Fault, Faults, Layout};
use disk::{Compressed, Digesting};
pub(crate) use disk::{Effort, repacked};
pub(crate) use excel::ExcelFile;
use text::TextFile;
pub(crate) use text::{CsvFile, FixedFile, JsonFile};
pub(crate) use xml::{Element, Xml, XmlFile};

/// A value on its way into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// Text, written as it stands.
    Text(&'a str),
    /// A number, written in the format's own type where it has one; digits and a decimal point.
    Number(&'a str),
    Missing,
}

impl<'a> Cell<'a> {
    /// The letters; none where there is nothing.
    pub(crate) fn text(self) -> &'a str {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            Self::Missing => "",
        }
    }
}

/// Whom a file's rows are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coverage {
    /// The whole country, at every scale.
    Everybody,
    /// The sample that the scale asks for.
    Sample,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Utf8Bom,
    /// What "ISO-8859-1" deliveries hold.
    Windows1252,
    /// With the euro sign.
    Iso8859_15,
}

#[derive(Debug, Clone)]
pub(crate) struct Written {
    /// Below the folder.
    pub(crate) path: PathBuf,
    /// Of the bytes on disk.
    pub(crate) sha256: String,
    /// Data rows.
    pub(crate) rows: u64,
    pub(crate) coverage: Coverage,
}

/// What is written, and how: the part that all formats share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spec<'a> {
    /// Below the folder; `.gz`, `.zst` and `.zip` are compressed.
    pub(crate) path: &'a str,
    /// The contract's table that the rows are of.
    pub(crate) table: &'a str,
    /// The register's names of the columns, in the order of the file.
    pub(crate) columns: &'a [&'a str],
    pub(crate) coverage: Coverage,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Csv {
    pub(crate) charset: Charset,
    pub(crate) delimiter: char,
    /// Whether the first line names the columns.
    pub(crate) header: bool,
    /// First cell of a last line that counts the rows.
    pub(crate) trailer: Option<&'static str>,
}

/// The folder that the extracts go to; shared by the threads that write them.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    faults: Option<Faults>,
    effort: Effort,
    written: Mutex<Vec<Written>>,
}

impl Folder {
    pub(crate) fn new(root: &Path, faults: Option<Faults>) -> Self {
        Self { root: root.to_owned(), faults, effort: Effort::Quick, written: Mutex::new(Vec::new()) }
    }

    /// The same folder, its files packed with this effort.
    pub(crate) fn packed_with(self, effort: Effort) -> Self {
        Self { effort, ..self }
    }

    /// Whether rows are broken on purpose, and listed.
    pub(crate) fn has_faults(&self) -> bool {
        self.faults.is_some()
    }

    pub(crate) fn csv<'a>(&'a self, spec: Spec<'a>, csv: Csv) -> Result<CsvFile<'a>, SynthError> {
        CsvFile::new(self.text(spec, csv.charset)?, csv, self.breaker(&spec, Layout::Names))
    }

    /// A fixed-width file: one width a column, padded with blanks on the right, lines ended by CRLF.
    /// `start` is its first line.
    pub(crate) fn fixed<'a>(
        &'a self,
        spec: Spec<'a>,
        widths: &'a [usize],
        charset: Charset,
        start: &str,
    ) -> Result<FixedFile<'a>, SynthError> {
        FixedFile::new(self.text(spec, charset)?, widths, start, self.breaker(&spec, Layout::Fields(widths)))
    }

    /// JSON lines; a column `a.b` is the member `b` of the object `a`.
    pub(crate) fn json_lines<'a>(&'a self, spec: Spec<'a>) -> Result<JsonFile<'a>, SynthError> {
        Ok(JsonFile::new(self.text(spec, Charset::Utf8)?, self.breaker(&spec, Layout::Names)))
    }

    /// An Excel workbook with one sheet: some lines of title, a header row, rows.
    pub(crate) fn excel<'a>(
        &'a self,
        spec: Spec<'a>,
        sheet: &str,
        title: &[&str],
    ) -> Result<ExcelFile<'a>, SynthError> {
        ExcelFile::new(self, spec, sheet, title, self.breaker(&spec, Layout::Names))
    }

    /// XML whose records are elements with padded attributes, each with others inside it.
    pub(crate) fn xml<'a>(
        &'a self,
        path: &'a str,
        coverage: Coverage,
        xml: Xml<'a>,
    ) -> Result<XmlFile<'a>, SynthError> {
        let spec = |element: Element<'a>| Spec { path, table: element.table, columns: element.attributes, coverage };
        let breaker = |element: Element<'a>| self.breaker(&spec(element), Layout::Padded(element.widths));
        let breakers = [breaker(xml.outer), breaker(xml.inner)];
        XmlFile::new(self.text(spec(xml.outer), Charset::Utf8Bom)?, xml, breakers)
    }

    /// What was written, by path, and what was broken.
    pub(crate) fn into_written(self) -> Result<(Vec<Written>, Option<Vec<Fault>>), SynthError> {
        let mut written = self.written.into_inner().unwrap_or_else(PoisonError::into_inner);
        written.sort_by(|a, b| a.path.cmp(&b.path));
        let sown = self.faults.map(Faults::into_sown).transpose();
        Ok((written, sown.map_err(|chosen| SynthError::Unbroken { what: chosen.to_string() })?))
    }

    fn breaker<'a>(&'a self, spec: &Spec<'a>, layout: Layout<'_>) -> Option<Breaker<'a>> {
        self.faults.as_ref().and_then(|faults| faults.breaker(spec, layout))
    }

    fn text<'a>(&'a self, spec: Spec<'a>, charset: Charset) -> Result<TextFile<'a>, SynthError> {
        let path = self.root.join(spec.path);
        let refuse = |source| SynthError::Io { path: path.clone(), source };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(refuse)?;
        }
        let disk = Digesting::create(&path).map_err(refuse)?;
        let out = Compressed::new(spec.path, disk, self.effort).map_err(refuse)?;
        TextFile::new(self, spec, charset, out)
    }

    fn note(&self, spec: &Spec<'_>, sha256: String, rows: u64) {
        let written = Written { path: PathBuf::from(spec.path), sha256, rows, coverage: spec.coverage };
        self.written.lock().unwrap_or_else(PoisonError::into_inner).push(written);
    }
}
