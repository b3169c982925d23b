//! Sows faults in the rows of one file.

use std::num::NonZeroU32;

use sha2::{Digest, Sha256};

use super::defect::{Defect, contradicting, names, ways};
use super::logical::{Layout, Logical};
use super::{Broken, Change, Fault, Faults, Lines, written};
use crate::files::{Cell, Spec};
use crate::rng::Dice;
use maaltal_definition::{Contract, Delivery, RowRule, TableContract, TextFormat, read_scalar};

/// Which rows are broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Those of the file.
    InPlace,
    /// Copies, put after rows that stay as they are: others need them.
    OnCopies,
}

/// Sows the faults of one file.
#[derive(Debug)]
pub(crate) struct Sower<'a> {
    faults: &'a Faults,
    file: String,
    text: &'a TextFormat,
    manner: Manner,
    /// Where a record that can't be read is counted.
    first_table: &'a str,
    logical: Vec<Logical<'a>>,
    defects: Vec<Defect>,
    /// Rows from one fault to the next, on average.
    distance: u32,
    share: f64,
    dice: Dice,
    wait: u64,
    rows: u64,
    rejected: u64,
}

impl<'a> Sower<'a> {
    /// `None` where nothing of the file can be broken.
    pub(super) fn new(
        faults: &'a Faults,
        rows: NonZeroU32,
        contract: &'a Contract,
        delivery: &'a Delivery,
        spec: &Spec<'_>,
        layout: Layout<'_>,
    ) -> Option<Self> {
        let table = contract.tables.iter().find(|table| table.name == spec.table)?;
        let of_record = |other: &&TableContract| other.element == table.element;
        let tables: Vec<&TableContract> = contract.tables.iter().filter(of_record).collect();
        let logical: Vec<Logical<'_>> =
            tables.iter().flat_map(|table| Logical::all(table, spec.columns, layout)).collect();
        let digest = Sha256::digest(format!("{}{}", spec.path, spec.table));
        let stream = digest[..8].iter().fold(0, |stream, byte| (stream << 8) | u64::from(*byte));
        let mut sower = Self {
            faults,
            file: spec.path.to_owned(),
            text: &delivery.text,
            manner: manner(faults, &tables),
            first_table: &contract.tables[0].name,
            defects: ways(&logical, delivery, layout, &faults.code_lists),
            distance: 1_000_000 / rows,
            // A line may break a row of several tables, and a record of no type counts for the first.
            share: contract.policy.max_rejected_share / contract.tables.len() as f64,
            wait: 0,
            rows: 0,
            rejected: 0,
            logical,
            dice: Dice::new(faults.seed, stream ^ 1),
        };
        sower.spare();
        Dice::new(faults.seed, stream).shuffle(&mut sower.defects);
        // A column's own rules are many: a small file shall have its turn with the others.
        sower.defects.sort_by_key(|defect| matches!(defect, Defect::Text { .. }));
        sower.wait = sower.pause();
        (!sower.defects.is_empty()).then_some(sower)
    }

    /// Leaves alone what would be more than one fault.
    fn spare(&mut self) {
        if self.manner == Manner::OnCopies {
            // Where a copy is cut off, nobody knows what it is a part of.
            self.defects.retain(|defect| !matches!(defect, Defect::CutOff(_)));
            return;
        }
        // Another amount, or a row too many beside others that are set aside, would make a total wrong.
        let of = |it: &Logical<'_>| it.table.totals.iter().filter_map(|total| it.cells[total.of]).collect::<Vec<_>>();
        let summed: Vec<usize> = self.logical.iter().flat_map(of).collect();
        self.defects.retain(|defect| match defect {
            Defect::Text { cell, rule, .. } => *rule != "range" || !summed.contains(cell),
            Defect::Across { left, .. } => !summed.contains(left),
            Defect::Again | Defect::Inside { .. } => summed.is_empty(),
            _ => true,
        });
    }

    /// Leaves a cell as it is, and adds no row.
    pub(super) fn will_merge(&mut self, spared: usize) {
        self.defects.retain(|defect| match defect {
            Defect::Text { cell, .. } => *cell != spared,
            Defect::Across { left, .. } => *left != spared,
            Defect::Again | Defect::Inside { .. } => false,
            _ => true,
        });
        if self.manner == Manner::OnCopies {
            self.defects.clear();
        }
    }

    /// Rows until the next fault.
    fn pause(&mut self) -> u64 {
        1 + u64::from(self.dice.below(2 * self.distance))
    }

    /// Breaks the row that is written next if it is its turn.
    pub(super) fn row(&mut self, lines: Lines, cells: &[Cell<'_>]) -> Option<Broken> {
        self.wait = self.wait.saturating_sub(1);
        let texts: Vec<&str> = cells.iter().map(|cell| cell.text()).collect();
        // The contract's share is of the rows that are no control rows.
        if self.logical.iter().any(|logical| logical.is_control(&texts)) {
            return None;
        }
        self.rows += 1;
        let too_many = (self.rejected + 1) as f64 > self.share * self.rows as f64;
        if self.wait > 0 || too_many {
            return None;
        }
        let mut found = self.defects.iter().enumerate();
        let (place, (broken, faults)) =
            found.find_map(|(place, defect)| Some((place, self.break_by(defect, lines, &texts)?)))?;
        // What has had its turn goes to the end; what fits few rows stays at the front until one comes.
        self.defects[place..].rotate_left(1);
        self.rejected += faults.len() as u64;
        self.faults.note(faults);
        self.wait = self.pause();
        Some(broken)
    }

    /// The broken row, and how it will be told; `None` where the defect is none for this row.
    fn break_by(&self, defect: &Defect, lines: Lines, texts: &[&str]) -> Option<(Broken, Vec<Fault>)> {
        let table = self.logical[0].table;
        let fault = |row: u64, column: &str, rule: &str| vec![self.fault(&table.name, row, column, rule)];
        let line = match self.manner {
            Manner::InPlace => lines.row,
            Manner::OnCopies => lines.after,
        };
        let broken = |cell: usize, text: String| match self.manner {
            Manner::InPlace => Broken::Instead(Change { cell, text }),
            Manner::OnCopies => Broken::After(Change { cell, text }),
        };
        let day = |cell: usize| self.text.dates?.parse(texts[cell].trim());
        let dates = self.text.dates;
        match defect {
            // Another text may have the row left out, which is no fault.
            Defect::Text { cell, text, .. } if self.is_control_with(*cell, text, texts) => None,
            Defect::Text { cell, rule, text } => {
                let faults = self.told(line, *cell, rule, texts);
                (!faults.is_empty()).then(|| (broken(*cell, text.clone()), faults))
            }
            Defect::RecordType { cell, text } => {
                let faults = vec![self.fault(self.first_table, line, "", "record_type")];
                Some((broken(*cell, text.clone()), faults))
            }
            Defect::Across { rule, left, right } => {
                let rule = &table.rules[*rule];
                let kind = &table.columns[rule.left].kind;
                let left_side = contradicting(rule.comparison, read_scalar(texts[*right].trim(), kind, self.text)?)?;
                read_scalar(texts[*left].trim(), kind, self.text)?;
                let text = written(left_side, kind, self.text);
                if !self.is_first_broken(rule, *left, &text, texts) {
                    return None;
                }
                Some((broken(*left, text), fault(line, &names(table, &[rule.left, rule.right]), &rule.name)))
            }
            Defect::Period { from, to, column } => {
                let before = day(*from)?.yesterday().ok()?;
                Some((broken(*to, dates?.write(before)), fault(line, column, "period")))
            }
            Defect::Inside { from, to, columns } => {
                let later = day(*from)?.tomorrow().ok()?;
                // A period of one day has no day inside it.
                if day(*to).is_some_and(|ends| ends <= later) {
                    return None;
                }
                let change = Change { cell: *from, text: dates?.write(later) };
                Some((Broken::After(change), fault(lines.after, columns, "overlapping_validity")))
            }
            Defect::Again => {
                let present = self.logical.iter().filter(|it| it.is_present(texts, self.text));
                let faults = present.map(|it| {
                    self.fault(&it.table.name, lines.after, &names(it.table, &it.table.key), "duplicate_key")
                });
                Some((Broken::Twice, faults.collect()))
            }
            Defect::CutOff(rule) => Some((Broken::CutOff, vec![self.fault(self.first_table, line, "", rule)])),
        }
    }

    fn is_control_with(&self, cell: usize, text: &str, texts: &[&str]) -> bool {
        let mut changed = texts.to_vec();
        changed[cell] = text;
        self.logical.iter().any(|logical| logical.is_control(&changed))
    }

    fn fault(&self, table: &str, row: u64, column: &str, rule: &str) -> Fault {
        Fault {
            file: self.file.clone(),
            table: table.to_owned(),
            row: Some(row),
            column: column.to_owned(),
            rule: rule.to_owned(),
        }
    }

    /// Whether the rule is the first of the table's that the row breaks with another text in a cell: only that is told.
    fn is_first_broken(&self, rule: &RowRule, changed: usize, text: &str, texts: &[&str]) -> bool {
        let [logical] = self.logical.as_slice() else { return false };
        let value = |column: usize| {
            let cell = logical.cells[column]?;
            let text = if cell == changed { text } else { texts[cell] };
            read_scalar(text.trim(), &logical.table.columns[column].kind, self.text)
        };
        let breaks = |rule: &&RowRule| {
            value(rule.left).zip(value(rule.right)).is_some_and(|(left, right)| !rule.comparison.holds(left, right))
        };
        logical.table.rules.iter().find(breaks).is_some_and(|first| first.name == rule.name)
    }

    /// How a wrong text in a cell will be told: once for every row that the line holds with it; never where there is no
    /// value to break, or where the row would be there no more.
    fn told(&self, line: u64, cell: usize, rule: &str, texts: &[&str]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for logical in self.logical.iter().filter(|logical| logical.is_present(texts, self.text)) {
            let mut columns = logical.table.columns.iter().zip(&logical.cells).enumerate();
            let Some((place, (column, _))) = columns.find(|(_, (_, at))| **at == Some(cell)) else { continue };
            let is_missing = column.is_missing(Some(texts[cell]), self.text);
            if is_missing || (rule == "required" && logical.table.present == Some(place)) {
                return Vec::new();
            }
            // Of several rows of a line some may do without it.
            if rule != "required" || !column.nullable {
                faults.push(self.fault(&logical.table.name, line, &column.raw, rule));
            }
        }
        faults
    }
}

/// Rows that others refer to, or that a complete list or the total of a part needs, are broken as copies. A total of the
/// whole sheet still agrees when rows are set aside; one of a part would miss a row whose part is broken.
fn manner(faults: &Faults, tables: &[&TableContract]) -> Manner {
    let is_needed = |table: &&TableContract| {
        !table.complete.is_empty()
            || table.totals.iter().any(|total| !total.per.is_empty())
            || faults.is_referred_to(table)
    };
    if tables.iter().any(is_needed) { Manner::OnCopies } else { Manner::InPlace }
}
