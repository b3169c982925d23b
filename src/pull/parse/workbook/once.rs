//! What a sheet or a cell has once: the reader takes the first or the last of several, and tells nothing of the others.

use super::cells::Notation;

const TWO_PLACES_OF_ROWS: &str = "its rows stand in two sheetData elements: save the workbook in Excel";

/// Excel chooses one by what it knows of the sheet's extensions.
const ALTERNATIVES: &str = "alternatives (AlternateContent) stand among its rows: save the workbook in Excel";

const TWO_VALUES: &str = "one of its cells has two values: save the workbook in Excel";

/// What has been read of a sheet.
#[derive(Default)]
pub(super) struct Once {
    has_rows: bool,
    is_in_rows: bool,
    /// Whether the cell has a value in `v`.
    has_value: bool,
    /// Whether it has letters in `is`.
    has_letters: bool,
}

impl Once {
    /// An element begins; in a cell, with how the value of that is written.
    pub(super) fn begin(&mut self, element: &str, cell: Option<Notation>) -> Result<(), &'static str> {
        match (element, cell) {
            ("sheetData", _) if self.has_rows => return Err(TWO_PLACES_OF_ROWS),
            ("sheetData", _) => (self.has_rows, self.is_in_rows) = (true, true),
            ("AlternateContent", _) if self.is_in_rows => return Err(ALTERNATIVES),
            ("c", _) => (self.has_value, self.has_letters) = (false, false),
            ("v", Some(_)) if self.has_value || self.has_letters => return Err(TWO_VALUES),
            ("v", Some(_)) => self.has_value = true,
            // The reader leaves a value before the letters of such a cell out, as Excel does.
            ("is", Some(cell)) if self.has_letters || (self.has_value && cell != Notation::Inline) => {
                return Err(TWO_VALUES);
            }
            ("is", Some(_)) => self.has_letters = true,
            _ => {}
        }
        Ok(())
    }

    /// An element ends.
    pub(super) fn end(&mut self, element: &str) {
        if element == "sheetData" {
            self.is_in_rows = false;
        }
    }
}
