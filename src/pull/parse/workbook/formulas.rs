//! Formulas whose values stand there before they are computed.

use quick_xml::events::BytesStart;

use super::cells::{Cells, Notation};

/// Formulas over several cells that one row can be a part of: each is gone through for every cell.
const MOST_ARRAYS: usize = 1024;

/// Whether the values of formulas are what they come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Formulas {
    /// As in what Excel and LibreOffice save.
    Computed,
    /// Excel is to compute them when it opens the workbook. Libraries ask for that, and write 0 for a value until then, or an
    /// empty text; they write another only where they were told it.
    Awaited,
}

impl Formulas {
    /// What the properties of a calculation say.
    pub(super) fn said_by(properties: &BytesStart<'_>) -> Result<Self, String> {
        let asked = properties.try_get_attribute("fullCalcOnLoad").map_err(|error| error.to_string())?;
        let is_asked = asked.is_some_and(|asked| matches!(asked.value.trim(), "1" | "true"));
        Ok(if is_asked { Self::Awaited } else { Self::Computed })
    }
}

/// Which cells have a value that is not computed yet.
pub(super) struct Uncomputed {
    formulas: Formulas,
    /// Those of formulas that have several: libraries write 0 in each.
    arrays: Vec<Cells>,
    /// Whether the cell that is read is one.
    pub(super) is_here: bool,
}

impl Uncomputed {
    pub(super) fn new(formulas: Formulas) -> Self {
        Self { formulas, arrays: Vec::new(), is_here: false }
    }

    /// A cell begins.
    pub(super) fn begin(&mut self, cell: Option<&Cells>) {
        self.is_here = cell.is_some_and(|cell| self.arrays.iter().any(|array| array.contain(cell)));
    }

    /// The cell has a formula, which may be that of other cells too.
    pub(super) fn formula(&mut self, element: &BytesStart<'_>, cells: Option<Cells>) -> Result<(), String> {
        self.is_here = self.formulas == Formulas::Awaited;
        let kind = element.try_get_attribute("t").map_err(|error| error.to_string())?;
        let is_array = kind.is_some_and(|kind| kind.value.as_ref() == "array");
        let several = cells.filter(|cells| is_array && cells.first != cells.last);
        let Some(cells) = several.filter(|_| self.is_here) else { return Ok(()) };
        self.arrays.retain(|array| array.last.0 >= cells.first.0);
        self.arrays.push(cells);
        match self.arrays.len() > MOST_ARRAYS {
            true => Err(format!("more than {MOST_ARRAYS} formulas over several cells meet in it")),
            false => Ok(()),
        }
    }

    /// Whether this stands for the value of the cell.
    pub(super) fn stands_for_value(&self, notation: Notation, text: &str) -> bool {
        let is_nought = || notation == Notation::Number && text.parse().is_ok_and(|number: f64| number == 0.0);
        self.is_here && (text.is_empty() || is_nought())
    }
}
