//! Excel workbooks.

use std::io::{self, Cursor};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use zip::result::{ZipError, ZipResult};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{Cell, Charset, Folder, Spec};
use crate::SynthError;
use crate::faults::{Breaker, FileFault, Lines};

/// A workbook under way; it is in memory until it is finished.
pub(crate) struct ExcelFile<'a> {
    folder: &'a Folder,
    spec: Spec<'a>,
    breaker: Option<Breaker<'a>>,
    workbook: Workbook,
    next: u32,
    rows: u64,
}

impl std::fmt::Debug for ExcelFile<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExcelFile").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl<'a> ExcelFile<'a> {
    pub(super) fn new(
        folder: &'a Folder,
        spec: Spec<'a>,
        sheet: &str,
        title: &[&str],
        breaker: Option<Breaker<'a>>,
    ) -> Result<Self, SynthError> {
        let mut workbook = Workbook::new();
        // The day that stands in the file must not be today.
        let day = ExcelDateTime::from_ymd(2018, 4, 18).map_err(excel_failed)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&day));
        let mut file = Self { folder, spec, breaker, workbook, next: 0, rows: 0 };
        let renamed = file.breaker.as_ref().and_then(Breaker::of_file);
        let sheet = if let Some(FileFault::RenamedSheet) = renamed { format!("{sheet} ny") } else { sheet.to_owned() };
        file.workbook.add_worksheet().set_name(sheet).map_err(excel_failed)?;
        for line in title {
            file.write(&[Cell::Text(line)])?;
        }
        file.write(&spec.columns.iter().map(|name| Cell::Text(name)).collect::<Vec<_>>())?;
        Ok(file)
    }

    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), SynthError> {
        let lines = Lines::one(u64::from(self.next) + 1);
        match self.breaker.as_mut().and_then(|it| it.row(lines, cells)) {
            None => self.count(cells),
            Some(broken) => broken.rows(cells).iter().try_for_each(|row| self.count(row)),
        }
    }

    fn count(&mut self, cells: &[Cell<'_>]) -> Result<(), SynthError> {
        self.rows += 1;
        self.write(cells)
    }

    /// Says before the first row that cells of a column will be merged over rows.
    pub(crate) fn will_merge(&mut self, column: u16) {
        if let Some(breaker) = &mut self.breaker {
            breaker.will_merge(usize::from(column));
        }
    }

    /// Merges the cells of a column over the last `rows` rows: only the first of them keeps its text.
    pub(crate) fn merge(&mut self, column: u16, rows: u32, text: &str) -> Result<(), SynthError> {
        let format = Format::new();
        let (first, last) = (self.next - rows, self.next - 1);
        let sheet = self.workbook.worksheet_from_index(0).map_err(excel_failed)?;
        sheet.merge_range(first, column, last, column, text, &format).map(drop).map_err(excel_failed)
    }

    pub(crate) fn finish(mut self) -> Result<(), SynthError> {
        let mut bytes = self.workbook.save_to_buffer().map_err(excel_failed)?;
        if !self.spec.path.ends_with(".xlsx") {
            let failed = |error: ZipError| SynthError::Io { path: self.spec.path.into(), source: error.into() };
            bytes = with_plain_parts(&bytes).map_err(failed)?;
        }
        let mut file = self.folder.text(self.spec, Charset::Utf8)?;
        file.bytes(&bytes)?;
        file.finish(self.rows)
    }

    fn write(&mut self, cells: &[Cell<'_>]) -> Result<(), SynthError> {
        let sheet = self.workbook.worksheet_from_index(0).map_err(excel_failed)?;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text(text) => {
                    sheet.write_string(self.next, column, *text).map_err(excel_failed)?;
                }
                Cell::Number(digits) => {
                    let number: f64 = digits.parse().unwrap_or_default();
                    sheet.write_number(self.next, column, number).map_err(excel_failed)?;
                }
                Cell::Missing => {}
            }
        }
        self.next += 1;
        Ok(())
    }
}

/// The workbook with its parts as they are. It is an archive of packed parts, and nothing that is packed gets smaller when it
/// is packed again.
fn with_plain_parts(workbook: &[u8]) -> ZipResult<Vec<u8>> {
    let mut packed = ZipArchive::new(Cursor::new(workbook))?;
    let mut plain = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    for place in 0..packed.len() {
        let mut part = packed.by_index(place)?;
        let name = part.name()?.into_owned();
        plain.start_file(name, options)?;
        io::copy(&mut part, &mut plain)?;
    }
    Ok(plain.finish()?.into_inner())
}

fn excel_failed(error: XlsxError) -> SynthError {
    SynthError::Excel(Box::new(error))
}
