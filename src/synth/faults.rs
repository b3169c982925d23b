//! Faults on purpose: rows that break the contract, and a list of what was broken.
//!
//! Where a fault can be is read from the contracts, so that every rule of every source gets its turn.
//! Left out are files whose rows the whole depends on: totals over all rows, complete lists, and the
//! register of providers, whose rows others refer to.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::files::{Cell, Spec};
use super::rng::Dice;
use crate::definition::{
    CodeLists, Column, Contract, Format, Kind, Limits, Positions, Scalar, TableContract, TextFormat, plain_text,
    read_scalar,
};

/// Texts that are tried where a code must be wrong: no register uses them.
const NOBODYS_CODES: [&str; 7] = ["999999", "999", "99", "9", "ZZZ", "999998", "9999"];

/// A fault that was sown, as the rejected row will tell it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// The file, below the folder.
    pub file: String,
    /// The table of the contract.
    pub table: String,
    /// The row in the file, as rejects count it.
    pub row: u64,
    /// The column, in the register's words; empty where the record as a whole is broken.
    pub column: String,
    /// The rule that it breaks.
    pub rule: String,
}

/// What may be broken, and what has been.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    /// Rows broken in a million.
    millionths: u32,
    contracts: BTreeMap<String, Contract>,
    code_lists: CodeLists,
    sown: Mutex<Vec<Fault>>,
}

/// What to write instead of a row, or after it.
#[derive(Debug)]
pub(crate) enum Broken {
    /// These cells instead.
    Instead(Vec<Option<String>>),
    /// The row, and then these cells.
    After(Vec<Option<String>>),
    /// The row without its end.
    CutOff,
}

/// A way to break a row.
#[derive(Debug, Clone)]
enum Defect {
    /// Another text in a cell.
    Text { cell: usize, rule: &'static str, text: String },
    /// A larger left side.
    Across { rule: String, left: usize, right: usize, columns: String },
    /// The period ends before it starts.
    Period { from: usize, to: usize, column: String },
    /// The row once more.
    Again { columns: String },
    /// The row once more, a day later.
    Inside { from: usize, to: usize, columns: String },
    /// A record that can't be split.
    CutOff,
}

/// A row of a contract's table in a line of the file.
#[derive(Debug)]
struct Logical<'a> {
    table: &'a TableContract,
    /// Per column of the contract, its cell.
    cells: Vec<Option<usize>>,
}

/// Sows the faults of one file.
#[derive(Debug)]
pub(crate) struct Sower<'a> {
    faults: &'a Faults,
    file: String,
    text: &'a TextFormat,
    logical: Vec<Logical<'a>>,
    defects: Vec<Defect>,
    cut_rule: &'static str,
    share: f64,
    dice: Dice,
    turn: usize,
    wait: u64,
    rows: u64,
    rejected: u64,
}

impl Faults {
    pub(crate) fn new(
        seed: u64,
        millionths: u32,
        contracts: BTreeMap<String, Contract>,
        code_lists: CodeLists,
    ) -> Self {
        Self { seed, millionths, contracts, code_lists, sown: Mutex::new(Vec::new()) }
    }

    /// What was broken, in the order of files and rows.
    pub(crate) fn into_sown(self) -> Vec<Fault> {
        let mut sown = self.sown.into_inner().unwrap_or_else(PoisonError::into_inner);
        sown.sort();
        sown
    }

    /// The sower of a file; `None` for one that is left whole.
    pub(crate) fn sower(&self, spec: &Spec<'_>, widths: Option<&[usize]>) -> Option<Sower<'_>> {
        let contract = self.contracts.values().find(|it| it.tables.iter().any(|table| table.name == spec.table))?;
        let (delivery, _) = contract.delivery(spec.path)?;
        let table = contract.tables.iter().find(|table| table.name == spec.table)?;
        let of_record = |other: &&TableContract| other.element == table.element;
        let tables: Vec<&TableContract> = contract.tables.iter().filter(of_record).collect();
        // A total of the whole sheet still agrees when rows are set aside; one of a part would miss a row whose part is broken.
        let is_whole = |table: &&TableContract| {
            !table.complete.is_empty() || table.totals.iter().any(|total| !total.per.is_empty())
        };
        let is_referred_to = |table: &&TableContract| {
            let mut references = self.contracts.values().flat_map(Contract::references);
            references.any(|reference| reference.table == table.name)
        };
        if tables.iter().any(|table| is_whole(table) || is_referred_to(table)) {
            return None;
        }
        let logical: Vec<Logical<'_>> = match widths {
            Some(widths) => tables.iter().flat_map(|table| at_positions(table, widths)).collect(),
            None => vec![Logical { table, cells: by_name(table, spec.columns) }],
        };
        let digest = Sha256::digest(spec.path.as_bytes());
        let stream = digest[..8].iter().fold(0, |stream, byte| (stream << 8) | u64::from(*byte));
        let mut dice = Dice::new(self.seed, stream);
        let mut sower = Sower {
            faults: self,
            file: spec.path.to_owned(),
            text: &delivery.text,
            defects: Vec::new(),
            cut_rule: if matches!(delivery.format, Format::JsonLines) { "malformed" } else { "column_count" },
            share: contract.policy.max_rejected_share / tables.len() as f64,
            turn: 0,
            wait: 0,
            rows: 0,
            rejected: 0,
            logical,
            dice: Dice::new(self.seed, stream ^ 1),
        };
        sower.defects = sower.list(!matches!(delivery.format, Format::Excel { .. }));
        if matches!(delivery.format, Format::Fixed { line_width: None, .. }) {
            // Nothing tells that a blank is missing at the end.
            sower.defects.retain(|defect| !matches!(defect, Defect::CutOff));
        }
        // Another amount would make the total wrong.
        let is_summed = |cell: usize| {
            let mut totals = sower.logical.iter().flat_map(|it| it.table.totals.iter().map(|total| it.cells[total.of]));
            totals.any(|of| of == Some(cell))
        };
        let summed: Vec<usize> = (0..spec.columns.len()).filter(|cell| is_summed(*cell)).collect();
        sower.defects.retain(|defect| match defect {
            Defect::Text { cell, rule, .. } => *rule != "range" || !summed.contains(cell),
            Defect::Across { left, .. } => !summed.contains(left),
            _ => true,
        });
        if let Some(widths) = widths {
            // A longer text would be cut, and might be right then.
            let fits = |defect: &Defect| match defect {
                Defect::Text { cell, text, .. } => text.len() <= widths[*cell],
                _ => true,
            };
            sower.defects.retain(fits);
        }
        dice.shuffle(&mut sower.defects);
        sower.wait = sower.pause();
        (!sower.defects.is_empty()).then_some(sower)
    }
}

/// The cells of a contract's columns by their names, whatever their case.
fn by_name(table: &TableContract, names: &[&str]) -> Vec<Option<usize>> {
    let find = |name: &String| names.iter().position(|found| found.to_lowercase() == name.to_lowercase());
    table.columns.iter().map(|column| find(&column.raw).or_else(|| column.aliases.iter().find_map(find))).collect()
}

/// The cells of a contract's columns by their positions, for every occurrence.
fn at_positions<'a>(table: &'a TableContract, widths: &[usize]) -> Vec<Logical<'a>> {
    let mut ends = 0;
    let fields: Vec<Positions> = widths
        .iter()
        .map(|width| {
            ends += width;
            Positions { from: ends - width, to: ends }
        })
        .collect();
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

impl Sower<'_> {
    /// All ways to break a row of the file. Those that add a row are for tables of one row a line,
    /// and not for sheets, where cells are merged over rows.
    fn list(&self, adds_rows: bool) -> Vec<Defect> {
        let mut defects = Vec::new();
        for logical in &self.logical {
            for (column, cell) in logical.table.columns.iter().zip(&logical.cells) {
                if let Some(cell) = cell {
                    defects.extend(self.texts(column).into_iter().map(|(rule, text)| Defect::Text {
                        cell: *cell,
                        rule,
                        text,
                    }));
                }
            }
        }
        if adds_rows {
            defects.push(Defect::CutOff);
        }
        let [Logical { table, cells }] = self.logical.as_slice() else { return defects };
        let names = |columns: &[usize]| -> String {
            columns.iter().map(|column| table.columns[*column].raw.as_str()).collect::<Vec<_>>().join(", ")
        };
        for rule in &table.rules {
            let is_number = matches!(table.columns[rule.left].kind, Kind::Integer | Kind::Decimal { .. });
            if let (Some(left), Some(right), true) = (cells[rule.left], cells[rule.right], is_number) {
                let columns = names(&[rule.left, rule.right]);
                defects.push(Defect::Across { rule: rule.name.clone(), left, right, columns });
            }
        }
        if !adds_rows {
            return defects;
        }
        if let Some(validity) = &table.validity
            && let (Some(from), Some(to)) = (cells[validity.from], cells[validity.to])
        {
            defects.push(Defect::Period { from, to, column: table.columns[validity.to].raw.clone() });
            if table.key.contains(&validity.from) {
                defects.push(Defect::Inside { from, to, columns: names(&validity.of) });
            }
        }
        if !table.key.is_empty() {
            defects.push(Defect::Again { columns: names(&table.key) });
        }
        defects
    }

    /// Texts that break a column's rules, each with the rule.
    fn texts(&self, column: &Column) -> Vec<(&'static str, String)> {
        let mut texts = Vec::new();
        if !column.nullable {
            texts.push(("required", String::new()));
        }
        let fits = |text: &str| {
            column.pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
                && column.values.as_ref().is_none_or(|values| values.contains(text))
        };
        match &column.kind {
            // 31 November.
            Kind::Cpr | Kind::CprBirthDate => texts.push(("type", "3111701234".to_owned())),
            Kind::Text => {
                let is_free = column.values.is_none() && column.code_list.is_none() && column.references.is_none();
                if column.pattern.as_ref().is_some_and(|pattern| !pattern.matches("?")) {
                    texts.push(("pattern", "?".to_owned()));
                } else if column.pattern.is_none() && column.values.as_ref().is_some_and(|it| !it.contains("?")) {
                    texts.push(("values", "?".to_owned()));
                } else if column.pattern.is_none() && is_free {
                    texts.push(("person_number", "0102034567".to_owned()));
                }
                let codes = column.code_list.as_ref().and_then(|list| self.faults.code_lists.get(list));
                let unknown = |code: &&&str| fits(code) && codes.is_none_or(|codes| !codes.contains(**code));
                if let (true, Some(code)) = (codes.is_some(), NOBODYS_CODES.iter().find(unknown)) {
                    texts.push(("code_list", (*code).to_owned()));
                } else if let (Some(_), Some(code)) = (&column.references, NOBODYS_CODES.iter().find(unknown)) {
                    texts.push(("reference", (*code).to_owned()));
                }
            }
            kind => {
                texts.push(("type", "?".to_owned()));
                let beyond = self.beyond(kind, &column.limits);
                texts.extend(beyond.filter(|text| fits(text)).map(|text| ("range", text)));
            }
        }
        texts
    }

    /// A number outside the limits.
    fn beyond(&self, kind: &Kind, limits: &Limits) -> Option<String> {
        let outside = match (limits.min, limits.max) {
            (Some(Scalar::Integer(min)), _) => Scalar::Integer(min - 1),
            (Some(Scalar::Decimal(min)), _) => Scalar::Decimal(min - 1),
            (_, Some(Scalar::Integer(max))) => Scalar::Integer(max + 1),
            (_, Some(Scalar::Decimal(max))) => Scalar::Decimal(max + 1),
            _ => return None,
        };
        let text = self.number(outside, kind);
        // A wider number than the column's type holds would break another rule.
        read_scalar(&text, kind, self.text).map(|_| text)
    }

    /// A number in the spelling of the file.
    fn number(&self, number: Scalar, kind: &Kind) -> String {
        plain_text(number, kind).replace('.', &self.text.decimal.to_string())
    }

    /// Leaves a cell as it is.
    pub(crate) fn spare(&mut self, spared: usize) {
        self.defects.retain(|defect| match defect {
            Defect::Text { cell, .. } => *cell != spared,
            Defect::Across { left, .. } => *left != spared,
            _ => true,
        });
    }

    /// Rows until the next fault.
    fn pause(&mut self) -> u64 {
        let mean = 1_000_000 / self.faults.millionths.max(1);
        1 + u64::from(self.dice.below(2 * mean))
    }

    /// Breaks the row that is written next, at `line`, if it is its turn.
    pub(crate) fn row(&mut self, line: u64, cells: &[Cell<'_>]) -> Option<Broken> {
        self.rows += 1;
        self.wait = self.wait.saturating_sub(1);
        let too_many = (self.rejected + 1) as f64 > self.share * self.rows as f64;
        let texts: Vec<&str> = match self.wait {
            0 if !too_many => cells.iter().map(|cell| cell.text()).collect(),
            _ => return None,
        };
        if self.logical.iter().any(|logical| logical.is_control(&texts)) {
            return None;
        }
        for _ in 0..self.defects.len() {
            let defect = self.defects[self.turn % self.defects.len()].clone();
            self.turn += 1;
            if let Some((broken, faults)) = self.break_by(&defect, line, &texts) {
                self.rejected += faults.len() as u64;
                self.faults.sown.lock().unwrap_or_else(PoisonError::into_inner).extend(faults);
                self.wait = self.pause();
                return Some(broken);
            }
        }
        None
    }

    fn break_by(&self, defect: &Defect, line: u64, texts: &[&str]) -> Option<(Broken, Vec<Fault>)> {
        let fault = |row: u64, column: &str, rule: &str| {
            let table = self.logical[0].table.name.clone();
            vec![Fault { file: self.file.clone(), table, row, column: column.to_owned(), rule: rule.to_owned() }]
        };
        let with = |changes: &[(usize, String)]| {
            let mut cells: Vec<Option<String>> = texts.iter().map(|text| Some((*text).to_owned())).collect();
            for (cell, text) in changes {
                cells[*cell] = Some(text.clone()).filter(|text| !text.is_empty());
            }
            cells
        };
        match defect {
            Defect::Text { cell, rule, text } => {
                if self.text.nulls.iter().any(|null| null == texts[*cell]) || texts[*cell].trim().is_empty() {
                    return None;
                }
                let faults = self.told(line, *cell, rule, texts);
                (!faults.is_empty()).then(|| (Broken::Instead(with(&[(*cell, text.clone())])), faults))
            }
            Defect::Across { rule, left, right, columns } => {
                let kind = self.kind_of(*left)?;
                let more = match read_scalar(texts[*right].trim(), kind, self.text)? {
                    Scalar::Integer(number) => Scalar::Integer(number + 1),
                    Scalar::Decimal(number) => Scalar::Decimal(number + 1),
                    _ => return None,
                };
                read_scalar(texts[*left].trim(), kind, self.text)?;
                Some((Broken::Instead(with(&[(*left, self.number(more, kind))])), fault(line, columns, rule)))
            }
            Defect::Period { from, to, column } => {
                let dates = self.text.dates?;
                let before = dates.parse(texts[*from].trim())?.yesterday().ok()?;
                Some((Broken::Instead(with(&[(*to, dates.write(before))])), fault(line, column, "period")))
            }
            Defect::Inside { from, to, columns } => {
                let dates = self.text.dates?;
                let later = dates.parse(texts[*from].trim())?.tomorrow().ok()?;
                let ends = dates.parse(texts[*to].trim());
                // A period of one day has no day inside it.
                if ends.is_some_and(|ends| ends <= later) {
                    return None;
                }
                let cells = with(&[(*from, dates.write(later))]);
                Some((Broken::After(cells), fault(line + 1, columns, "overlapping_validity")))
            }
            Defect::Again { columns } => Some((Broken::After(with(&[])), fault(line + 1, columns, "duplicate_key"))),
            Defect::CutOff => Some((Broken::CutOff, fault(line, "", self.cut_rule))),
        }
    }

    /// How a wrong text in a cell will be told: once for every row that the line holds with it.
    fn told(&self, line: u64, cell: usize, rule: &str, texts: &[&str]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for logical in self.logical.iter().filter(|logical| logical.is_present(texts, self.text)) {
            let mut columns = logical.table.columns.iter().zip(&logical.cells).enumerate();
            let Some((place, (column, _))) = columns.find(|(_, (_, at))| **at == Some(cell)) else { continue };
            let vanishes = rule == "required" && (column.nullable || logical.table.present == Some(place));
            if vanishes && logical.table.present == Some(place) {
                return Vec::new();
            }
            if !vanishes {
                faults.push(Fault {
                    file: self.file.clone(),
                    table: logical.table.name.clone(),
                    row: line,
                    column: column.raw.clone(),
                    rule: rule.to_owned(),
                });
            }
        }
        faults
    }

    fn kind_of(&self, cell: usize) -> Option<&Kind> {
        let logical = self.logical.first()?;
        let place = logical.cells.iter().position(|at| *at == Some(cell))?;
        Some(&logical.table.columns[place].kind)
    }
}

impl Logical<'_> {
    fn text<'t>(&self, column: usize, texts: &[&'t str]) -> Option<&'t str> {
        self.cells[column].map(|cell| texts[cell].trim())
    }

    /// Whether the row is not checked at all.
    fn is_control(&self, texts: &[&str]) -> bool {
        let is = |column: usize, values: &std::collections::BTreeSet<String>| {
            self.text(column, texts).is_some_and(|text| values.contains(text))
        };
        self.table.control.iter().any(|rule| is(rule.column, &rule.values))
            || self.table.totals.iter().any(|total| is(total.column, &total.values))
            || self
                .table
                .exclusions
                .iter()
                .any(|rule| self.text(rule.column, texts).is_some_and(|text| rule.texts.holds(text)))
    }

    /// Whether the line holds this occurrence.
    fn is_present(&self, texts: &[&str], format: &TextFormat) -> bool {
        let there = |column: usize| !self.table.columns[column].is_missing(self.text(column, texts), format);
        self.table.present.is_none_or(there)
    }
}
