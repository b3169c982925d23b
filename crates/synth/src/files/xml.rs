//! XML whose records are elements with padded attributes, and others inside them.

use super::Cell;
use super::text::TextFile;
use crate::SynthError;
use crate::faults::{Breaker, Lines};

/// The records that stand in one kind of element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) name: &'a str,
    /// The contract's table that they are of.
    pub(crate) table: &'a str,
    /// The names of its attributes, in the order of the file.
    pub(crate) attributes: &'a [&'a str],
    /// What each is padded to, with blanks on the right.
    pub(crate) widths: &'a [usize],
}

/// What encloses the records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Xml<'a> {
    pub(crate) root: &'a str,
    /// The element before the records, as it stands.
    pub(crate) start: &'a str,
    /// The records.
    pub(crate) outer: Element<'a>,
    /// Those inside them.
    pub(crate) inner: Element<'a>,
}

/// An XML file under way: an element a line.
#[derive(Debug)]
pub(crate) struct XmlFile<'a> {
    text: TextFile<'a>,
    xml: Xml<'a>,
    breakers: [Option<Breaker<'a>>; 2],
    /// Lines so far.
    lines: u64,
    records: u64,
}

impl<'a> XmlFile<'a> {
    pub(super) fn new(
        text: TextFile<'a>,
        xml: Xml<'a>,
        breakers: [Option<Breaker<'a>>; 2],
    ) -> Result<Self, SynthError> {
        let mut file = Self { text, xml, breakers, lines: 0, records: 0 };
        file.put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        file.put(&format!("<{}>", xml.root))?;
        file.put(&format!("    {}", xml.start))?;
        Ok(file)
    }

    /// Writes a record and those inside it.
    pub(crate) fn record(&mut self, cells: &[Cell<'_>], inner: &[Vec<Cell<'_>>]) -> Result<(), SynthError> {
        let row = self.lines + 1;
        let inside = self.inside(row + 1, inner);
        // A copy comes after the line that closes the record.
        let after = row + 1 + if inside.is_empty() { 0 } else { inside.len() as u64 + 1 };
        let broken = self.breakers[0].as_mut().and_then(|it| it.row(Lines { row, after }, cells));
        let end = if inside.is_empty() { "/>" } else { ">" };
        // The records inside stand in the first row; what is put after it has none.
        let rows = broken.as_ref().map_or_else(|| vec![cells.to_vec()], |broken| broken.rows(cells));
        let Some((first, copies)) = rows.split_first() else { return Ok(()) };
        self.open(first, end)?;
        for line in &inside {
            self.records += 1;
            self.put(line)?;
        }
        if !inside.is_empty() {
            self.put(&format!("    </{}>", self.xml.outer.name))?;
        }
        copies.iter().try_for_each(|copy| self.open(copy, "/>"))
    }

    /// The lines of the records inside another, of which the first would stand at `line`.
    fn inside(&mut self, line: u64, rows: &[Vec<Cell<'_>>]) -> Vec<String> {
        let inner = self.xml.inner;
        let mut lines = Vec::new();
        for cells in rows {
            let at = line + lines.len() as u64;
            match self.breakers[1].as_mut().and_then(|it| it.row(Lines::one(at), cells)) {
                None => lines.push(element(&inner, cells)),
                Some(broken) => lines.extend(broken.rows(cells).iter().map(|row| element(&inner, row))),
            }
        }
        lines.into_iter().map(|line| format!("        {line}/>")).collect()
    }

    fn open(&mut self, cells: &[Cell<'_>], end: &str) -> Result<(), SynthError> {
        self.records += 1;
        self.put(&format!("    {}{end}", element(&self.xml.outer, cells)))
    }

    fn put(&mut self, line: &str) -> Result<(), SynthError> {
        self.lines += 1;
        self.text.line(line, "\n")
    }

    /// Ends the file with the element that `end` makes of the number of records.
    pub(crate) fn finish(mut self, end: impl FnOnce(u64) -> String) -> Result<(), SynthError> {
        let end = end(self.records);
        self.put(&format!("    {end}"))?;
        self.put(&format!("</{}>", self.xml.root))?;
        self.text.finish(self.records)
    }
}

/// An element without its end.
fn element(element: &Element<'_>, cells: &[Cell<'_>]) -> String {
    let mut out = format!("<{}", element.name);
    for ((name, width), cell) in element.attributes.iter().zip(element.widths).zip(cells) {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        for character in cell.text().chars().chain(std::iter::repeat(' ')).take(*width) {
            match character {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '"' => out.push_str("&quot;"),
                other => out.push(other),
            }
        }
        out.push('"');
    }
    out
}
