//! The rows of a contract's tables in a line of a file.

use maaltal_definition::{Positions, TableContract, TextFormat};

/// Where a file has the contract's columns.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Layout<'a> {
    Names,
    /// Under their names, padded to these widths; a longer text is cut.
    Padded(&'a [usize]),
    /// In fields of these widths; a longer text is cut.
    Fields(&'a [usize]),
}

impl Layout<'_> {
    /// Whether a text can stand in a cell as a whole.
    pub(super) fn holds(self, cell: usize, text: &str) -> bool {
        match self {
            Self::Names => true,
            Self::Padded(widths) | Self::Fields(widths) => text.len() <= widths[cell],
        }
    }
}

/// A row of a contract's table in a line of the file.
#[derive(Debug)]
pub(super) struct Logical<'a> {
    pub(super) table: &'a TableContract,
    /// Per column of the contract, its cell.
    pub(super) cells: Vec<Option<usize>>,
}

impl<'a> Logical<'a> {
    /// All rows that a line may hold of a table.
    pub(super) fn all(table: &'a TableContract, names: &[&str], layout: Layout<'_>) -> Vec<Self> {
        match layout {
            Layout::Names | Layout::Padded(_) => vec![Self { table, cells: by_name(table, names) }],
            Layout::Fields(widths) => at_positions(table, widths),
        }
    }

    fn text<'t>(&self, column: usize, texts: &[&'t str]) -> Option<&'t str> {
        self.cells[column].map(|cell| texts[cell].trim())
    }

    /// Whether the row is not checked at all.
    pub(super) fn is_control(&self, texts: &[&str]) -> bool {
        let text = |column: usize| self.text(column, texts).unwrap_or_default();
        self.table.is_control(text) || self.table.exclusion(text).is_some()
    }

    /// Whether the line holds this occurrence.
    pub(super) fn is_present(&self, texts: &[&str], format: &TextFormat) -> bool {
        let there = |column: usize| !self.table.columns[column].is_missing(self.text(column, texts), format);
        self.table.present.is_none_or(there)
    }
}

/// The cells of a contract's columns by their names, whatever their case.
fn by_name(table: &TableContract, names: &[&str]) -> Vec<Option<usize>> {
    let find = |name: &String| names.iter().position(|found| found.to_lowercase() == name.to_lowercase());
    table.columns.iter().map(|column| find(&column.raw).or_else(|| column.aliases.iter().find_map(find))).collect()
}

/// The cells of a contract's columns by their positions, for every occurrence.
fn at_positions<'a>(table: &'a TableContract, widths: &[usize]) -> Vec<Logical<'a>> {
    let fields: Vec<Positions> = fields(widths).collect();
    let cell = |at: Option<Positions>| at.and_then(|at| fields.iter().position(|field| *field == at));
    let occurrence = |occurrence: usize| Logical {
        table,
        cells: table
            .columns
            .iter()
            .map(|column| match column.at.as_slice() {
                [all] => cell(*all),
                each => each.get(occurrence).copied().flatten().and_then(|at| cell(Some(at))),
            })
            .collect(),
    };
    (0..table.occurrences).map(occurrence).collect()
}

/// The positions of fields, one after the other.
pub(super) fn fields(widths: &[usize]) -> impl Iterator<Item = Positions> {
    widths.iter().scan(0, |end, width| {
        *end += width;
        Some(Positions { from: *end - width, to: *end })
    })
}
