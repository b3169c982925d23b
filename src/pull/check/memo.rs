//! The verdicts on the cells of one column, each asked for once a text.
//!
//! What a cell is under a contract depends on its column and its text alone, and a register of a hundred million rows has
//! some thousand texts a column. So the rules may be as general and as slow as they are: nearly all cells find their
//! verdict here. A column with a text of its own in most rows would fill the memory, and gain nothing: its verdicts are
//! forgotten after each block.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, StringArray, StringBuilder};
use arrow::datatypes::DataType;

use super::column::{Value, Verdict};
use crate::definition::Scalar;
use crate::pull::account::Rule;
use crate::pull::parse::{Placed, Sort, days};
use crate::store::Coded;

/// A verdict that is a breach.
pub(super) const BREACH: u8 = 1;

/// A verdict that makes its row a control row.
pub(super) const CONTROL: u8 = 2;

/// A verdict that leaves its row out.
pub(super) const EXCLUDED: u8 = 4;

/// A verdict that has its row counted by name.
pub(super) const COUNTED: u8 = 8;

/// A row that breaks a rule across columns.
pub(super) const ACROSS: u8 = 16;

/// A verdict on a cell that does not hold its column's name. Nearly every verdict has it: a row in which none has is a header.
pub(super) const OTHER_THAN_NAME: u8 = 32;

/// Texts beyond which a memo is forgotten before the next block.
const MOST_TEXTS: usize = 1 << 14;

/// Bytes of texts beyond which it is, too.
const MOST_BYTES: usize = 4 << 20;

/// Bytes of texts up to which all values of a memo go with a block, used or not: they are made once and shared by blocks,
/// until a text comes that is new. A row group keeps what its blocks have.
const SHARED_BYTES: usize = 64 << 10;

/// Rows after which it is seen whether a column has texts of its own in most of them.
const ROWS_TO_JUDGE_BY: usize = 1024;

/// Blocks for which a column goes without a memo, once most of its rows have texts of their own.
const BLOCKS_WITHOUT: u32 = 32;

/// Places for texts seen lately, where texts are forgotten.
const RECENT: usize = 1 << 12;

/// Bytes of the longest text that is its own key.
const LONGEST_KEY: usize = 14;

/// A mask of the first bytes of a word, by their number.
const FIRST: [u128; LONGEST_KEY + 1] = {
    let (mut masks, mut at) = ([0; LONGEST_KEY + 1], 1);
    while at <= LONGEST_KEY {
        masks[at] = (1 << (8 * at)) - 1;
        at += 1;
    }
    masks
};

/// A text that is its own key; `None` where it is too long. No key is 0.
#[inline(always)]
fn key(text: &[u8], Placed { start, end, sort }: Placed) -> Option<u128> {
    let length = end - start;
    if length > LONGEST_KEY {
        return None;
    }
    let mut word = [0; 16];
    word.copy_from_slice(&text[start..start + 16]);
    let mark = ((sort as u128) << 4) | (length as u128 + 1);
    Some((u128::from_le_bytes(word) & FIRST[length]) | (mark << 120))
}

#[inline(always)]
fn hash(key: u128) -> u64 {
    (key as u64 ^ (key >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// How long verdicts are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// As long as there are few.
    Long,
    /// For this block alone, and so in so many more; texts seen lately are not asked for again.
    Block(u32),
}

#[derive(Clone, Copy)]
struct Slot {
    key: u128,
    code: u32,
    flags: u8,
}

const FREE: Slot = Slot { key: 0, code: 0, flags: 0 };

/// A text seen lately: its code in a block, counted from 1.
#[derive(Clone, Copy, Default)]
struct Recent {
    key: u128,
    block: u32,
    code: u32,
}

/// The verdicts on the cells of one column; one a thread.
///
/// Invariant: at most half of the slots are taken.
pub(super) struct Memo {
    kept: Kept,
    slots: Vec<Slot>,
    shift: u32,
    /// Codes of texts that are too long for a slot.
    long: HashMap<(Sort, Box<[u8]>), u32>,
    recent: Vec<Recent>,
    block: u32,
    /// Rows since the memo was last judged, and the texts that were new in them.
    judged: (usize, usize),
    /// Verdicts before the block.
    before: usize,
    /// Bytes of the texts.
    bytes: usize,
    verdicts: Vec<Verdict>,
    flags: Vec<u8>,
    /// The values by code, as of the last block.
    values: Option<ArrayRef>,
}

impl Memo {
    /// A memo for a column.
    pub(super) fn new(kept: Keeping) -> Self {
        let kept = match kept {
            Keeping::Texts => Kept::Long,
            Keeping::Persons => Kept::Block(u32::MAX),
        };
        let slots = vec![FREE; 64];
        Self {
            kept,
            shift: 64 - slots.len().trailing_zeros(),
            slots,
            long: HashMap::new(),
            recent: Vec::new(),
            block: 0,
            judged: (0, 0),
            before: 0,
            bytes: 0,
            verdicts: Vec::new(),
            flags: Vec::new(),
            values: None,
        }
    }

    /// Begins the next block.
    pub(super) fn begin(&mut self) {
        self.block = self.block.wrapping_add(1);
        match self.kept {
            Kept::Long if self.verdicts.len() > MOST_TEXTS || self.bytes > MOST_BYTES => self.forget(),
            Kept::Long => {}
            Kept::Block(0) => {
                self.forget();
                self.kept = Kept::Long;
            }
            Kept::Block(blocks) => {
                self.forget_values();
                self.recent.resize(RECENT, Recent::default());
                self.kept = Kept::Block(if blocks == u32::MAX { blocks } else { blocks - 1 });
            }
        }
        self.before = self.verdicts.len();
    }

    /// Ends a block of so many rows, whose verdicts stay until the next one begins.
    pub(super) fn end(&mut self, rows: usize) {
        let (all, new) = &mut self.judged;
        *all += rows;
        *new += self.verdicts.len() - self.before;
        if *all >= ROWS_TO_JUDGE_BY {
            let (all, new) = std::mem::take(&mut self.judged);
            if self.kept == Kept::Long && new > all / 2 {
                self.kept = Kept::Block(BLOCKS_WITHOUT);
            }
        }
    }

    fn forget(&mut self) {
        self.slots.fill(FREE);
        self.long.clear();
        self.forget_values();
    }

    fn forget_values(&mut self) {
        self.verdicts.clear();
        self.flags.clear();
        self.values = None;
        self.bytes = 0;
    }

    /// The code of a cell's verdict, and its flags.
    #[inline(always)]
    pub(super) fn code(&mut self, text: &[u8], cell: Placed, verdict: impl FnOnce() -> Verdict) -> (u32, u8) {
        let key = key(text, cell);
        match (self.kept, key) {
            (Kept::Long, Some(key)) => {
                let mask = self.slots.len() - 1;
                let mut at = (hash(key) >> self.shift) as usize;
                loop {
                    let slot = self.slots[at & mask];
                    if slot.key == key {
                        return (slot.code, slot.flags);
                    }
                    if slot.key == 0 {
                        return self.learn(key, verdict());
                    }
                    at += 1;
                }
            }
            (Kept::Long, None) => self.long_code(&text[cell.start..cell.end], cell.sort, verdict),
            (Kept::Block(_), Some(key)) => self.recent_code(key, verdict),
            (Kept::Block(_), None) => {
                let code = self.push(verdict());
                (code, self.flags[code as usize])
            }
        }
    }

    /// The code of the cells of a column that the file lacks.
    pub(super) fn code_of_absent(&mut self, verdict: impl FnOnce() -> Verdict) -> (u32, u8) {
        self.code(&[0; 16], Placed { start: 0, end: 0, sort: Sort::Absent }, verdict)
    }

    #[cold]
    fn learn(&mut self, key: u128, verdict: Verdict) -> (u32, u8) {
        let code = self.push(verdict);
        if self.verdicts.len() * 2 > self.slots.len() {
            let slots = vec![FREE; self.slots.len() * 4];
            self.shift -= 2;
            let taken = std::mem::replace(&mut self.slots, slots);
            taken.into_iter().filter(|slot| slot.key != 0).for_each(|slot| self.take(slot));
        }
        let flags = self.flags[code as usize];
        self.take(Slot { key, code, flags });
        (code, flags)
    }

    fn take(&mut self, slot: Slot) {
        let (mut at, mask) = ((hash(slot.key) >> self.shift) as usize, self.slots.len() - 1);
        while self.slots[at & mask].key != 0 {
            at += 1;
        }
        self.slots[at & mask] = slot;
    }

    fn long_code(&mut self, text: &[u8], sort: Sort, verdict: impl FnOnce() -> Verdict) -> (u32, u8) {
        let key = (sort, text.into());
        let code = self.long.get(&key).copied().unwrap_or_else(|| {
            let code = self.push(verdict());
            self.long.insert(key, code);
            code
        });
        (code, self.flags[code as usize])
    }

    fn recent_code(&mut self, key: u128, verdict: impl FnOnce() -> Verdict) -> (u32, u8) {
        let at = (hash(key) >> (64 - RECENT.trailing_zeros())) as usize;
        let Recent { key: known, block, code } = self.recent[at];
        if known == key && block == self.block {
            return (code, self.flags[code as usize]);
        }
        let code = self.push(verdict());
        self.recent[at] = Recent { key, block: self.block, code };
        (code, self.flags[code as usize])
    }

    fn push(&mut self, verdict: Verdict) -> u32 {
        let flag = |is: bool, flag| if is { flag } else { 0 };
        self.flags.push(
            flag(verdict.value.is_err(), BREACH)
                | flag(verdict.is_control, CONTROL)
                | flag(verdict.exclusion.is_some(), EXCLUDED)
                | flag(!verdict.counted.is_empty(), COUNTED)
                | flag(!verdict.is_name, OTHER_THAN_NAME),
        );
        self.values = None;
        self.bytes += match &verdict.value {
            Ok(Value::Text(text)) => text.len(),
            _ => size_of::<Value>(),
        };
        self.verdicts.push(verdict);
        (self.verdicts.len() - 1) as u32
    }

    pub(super) fn verdict(&self, code: u32) -> &Verdict {
        &self.verdicts[code as usize]
    }

    /// The rows of these codes, as a column of the staged table; what breaks a rule is no value.
    pub(super) fn coded(&mut self, codes: Vec<u32>, data_type: &DataType) -> Coded {
        let is_shared = self.bytes <= SHARED_BYTES || matches!(self.kept, Kept::Block(_));
        if is_shared || self.values.is_some() {
            let verdicts = &self.verdicts;
            let all = || values_of(verdicts.iter(), data_type);
            return Coded::new(codes.into(), Arc::clone(self.values.get_or_insert_with(all)));
        }
        let mut used = Vec::new();
        let mut place_of = vec![u32::MAX; self.verdicts.len()];
        let places = codes.into_iter().map(|code| {
            let place = &mut place_of[code as usize];
            if *place == u32::MAX {
                *place = used.len() as u32;
                used.push(code);
            }
            *place
        });
        let places = places.collect();
        Coded::new(places, values_of(used.iter().map(|code| &self.verdicts[*code as usize]), data_type))
    }
}

/// What a memo is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// A column whose texts come again and again.
    Texts,
    /// A column with a text of its own for every person, whose rows follow each other.
    Persons,
}

fn values_of<'v>(verdicts: impl Iterator<Item = &'v Verdict> + Clone, data_type: &DataType) -> ArrayRef {
    let values = verdicts.map(|verdict| verdict.value.as_ref());
    let scalars = values.clone().map(|value| match value {
        Ok(Value::Scalar(scalar)) => Some(*scalar),
        _ => None,
    });
    match data_type {
        DataType::Int64 => Arc::new(Int64Array::from_iter(scalars.map(|scalar| match scalar {
            Some(Scalar::Integer(value)) => Some(value),
            _ => None,
        }))),
        DataType::Date32 => Arc::new(Date32Array::from_iter(scalars.map(|scalar| match scalar {
            Some(Scalar::Date(day)) => Some(days(day)),
            _ => None,
        }))),
        DataType::Boolean => Arc::new(BooleanArray::from_iter(scalars.map(|scalar| match scalar {
            Some(Scalar::Boolean(value)) => Some(value),
            _ => None,
        }))),
        DataType::Decimal128(..) => {
            let digits = Decimal128Array::from_iter(scalars.map(|scalar| match scalar {
                Some(Scalar::Decimal(digits)) => Some(digits),
                _ => None,
            }));
            Arc::new(digits.with_data_type(data_type.clone()))
        }
        _ => Arc::new(texts_of(values)),
    }
}

fn texts_of<'v>(values: impl Iterator<Item = Result<&'v Value, &'v Rule>>) -> StringArray {
    let mut texts = StringBuilder::new();
    for value in values {
        match value {
            Ok(Value::Text(text)) => texts.append_value(text),
            Ok(Value::Pseudonym(pseudonym)) => texts.append_value(pseudonym.text()),
            _ => texts.append_null(),
        }
    }
    texts.finish()
}
