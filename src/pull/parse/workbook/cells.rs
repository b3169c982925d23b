//! Cells of a sheet as they are written: where they stand, and how their values are said.

use quick_xml::events::BytesStart;

/// The last row and the last column of a sheet, from 1.
const LAST: (u32, u32) = (1_048_576, 16_384);

/// Letters of a place that are told where it is none: the longest that there is has as many.
const MOST_QUOTED: usize = "XFD1048576:XFD1048576".len();

/// The rarest of the errors that the reader knows. It stands for those that Excel has added since.
const NULL_ERROR: &str = "#NULL!";

/// What is told of that error, whichever it was: `#NULL!` itself, or one that the reader does not know. It never stands for a
/// missing value, whatever a contract says.
pub(crate) const OTHER_ERROR: &str = "#ERROR!";

/// What a cell shows whose formula went wrong.
pub(crate) const ERRORS: [&str; 8] =
    ["#DIV/0!", "#N/A", "#NAME?", NULL_ERROR, "#NUM!", "#REF!", "#VALUE!", OTHER_ERROR];

/// Cells of a sheet: the row and the column of the first and of the last, from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells {
    pub(super) first: (u32, u32),
    pub(super) last: (u32, u32),
}

impl Cells {
    /// Where a row or a cell stands, or what is merged or has one formula, where the element says it. The reader would count
    /// beyond its numbers, or back from the first to the last.
    pub(super) fn of(element: &BytesStart<'_>) -> Result<Option<Self>, String> {
        let (name, cell): (_, fn(&str) -> _) = match element.local_name().as_ref() {
            "row" => ("r", |text| Some((row_at(text)?, 1))),
            "c" => ("r", cell_at),
            "f" | "mergeCell" => ("ref", cell_at),
            _ => return Ok(None),
        };
        let said = element.try_get_attribute(name).map_err(|error| error.to_string())?;
        let Some(said) = said.as_ref().map(|said| said.value.as_ref()) else { return Ok(None) };
        let (first, last) = said.split_once(':').unwrap_or((said, said));
        match cell(first).zip(cell(last)) {
            Some((first, last)) if first.0 <= last.0 && first.1 <= last.1 => Ok(Some(Self { first, last })),
            _ => Err(format!("`{said:.MOST_QUOTED$}` is no place in a sheet")),
        }
    }

    pub(super) fn contain(&self, cell: &Self) -> bool {
        let within = |from, at, to| (from..=to).contains(&at);
        within(self.first.0, cell.first.0, self.last.0) && within(self.first.1, cell.first.1, self.last.1)
    }
}

/// The row and the column of a cell.
fn cell_at(text: &str) -> Option<(u32, u32)> {
    let (column, row) = text.split_at(text.find(|letter: char| !letter.is_ascii_alphabetic())?);
    let digits = column.bytes().map(|letter| u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let column = digits.fold(0_u32, |column, digit| column.saturating_mul(26).saturating_add(digit));
    (1..=LAST.1).contains(&column).then_some((row_at(row)?, column))
}

fn row_at(text: &str) -> Option<u32> {
    text.parse().ok().filter(|row| is_place(text) && (1..=LAST.0).contains(row))
}

/// Holds the place of a cell's style to what the reader takes: it would read the number of a day as one without a style.
pub(super) fn check_style(cell: &BytesStart<'_>) -> Result<(), String> {
    match cell.try_get_attribute("s").map_err(|error| error.to_string())? {
        Some(style) if !is_place(&style.value) => Err(format!("`{}` is no place of a style", style.value)),
        _ => Ok(()),
    }
}

/// Whether a value is the number of a text or a style.
fn is_place(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<usize>().is_ok()
}

/// How the value of a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// As the place of one of the workbook's texts.
    Index,
    /// As an error.
    Error,
    /// As a number.
    Number,
    /// As a truth, or a day of ISO 8601.
    Plain,
    /// As letters.
    Letters,
    /// As letters in an element of their own, `is`: what else the cell has for a value is not read.
    Inline,
}

impl Notation {
    pub(super) fn of(cell: &BytesStart<'_>) -> Result<Self, quick_xml::Error> {
        Ok(match cell.try_get_attribute("t")?.as_ref().map(|kind| kind.value.as_ref()) {
            Some("s") => Self::Index,
            Some("e") => Self::Error,
            Some("n") | None => Self::Number,
            Some("b" | "d") => Self::Plain,
            Some("inlineStr") => Self::Inline,
            Some(_) => Self::Letters,
        })
    }

    /// Whether the value is letters, which are as they stand there.
    pub(super) fn is_letters(self) -> bool {
        matches!(self, Self::Letters | Self::Inline)
    }

    /// The value as the reader takes it.
    pub(super) fn plain(self, value: &str) -> Result<&str, String> {
        let value = value.trim();
        match self {
            // The reader would take `+1` for 0.
            Self::Index if !value.is_empty() && !is_place(value) => Err(format!("`{value}` is no place of a text")),
            Self::Error if value == OTHER_ERROR || !ERRORS.contains(&value) => Ok(NULL_ERROR),
            _ => Ok(value),
        }
    }
}
