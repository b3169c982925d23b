//! Lines of delimited text without quotes, split into cells many at once.
//!
//! Delimiters and line ends are marked 64 bytes at a time, which the compiler makes vector instructions of. Where a block
//! has a row a line, as nearly all have, no row needs a look of its own.

use std::sync::Arc;

use super::lone_cr::{LONE_CR, holds_cr};
use super::part::{Mark, Part, Unsplit};

/// Whole lines of delimited text, none of which has a quote.
#[derive(Debug)]
pub(crate) struct Delimited {
    /// The first line's number in the file.
    pub(super) first_line: u64,
    /// How many line ends there are.
    pub(super) lines: usize,
    pub(super) delimiter: u8,
    /// Cells that a line has.
    pub(super) width: usize,
    /// Per column of the contract, and then per unknown one, its place among them.
    pub(super) places: Arc<[Option<usize>]>,
    /// What gives the number of cells, in messages.
    pub(super) given_by: &'static str,
}

/// Why a line of so many cells, of which `last` is the last, is no record.
pub(super) fn wrong_width(cells: usize, last: &str, given_by: &str, width: usize) -> (Unsplit, String) {
    let cause = if cells == width + 1 && last.is_empty() { ": it ends in the delimiter" } else { "" };
    let why = if cells == 1 { Unsplit::Note } else { Unsplit::Width };
    (why, format!("{cells} columns where the {given_by} has {width}{cause}"))
}

/// Splits the first `length` bytes of `text`, which end in a line end; zeros stand behind them up to a multiple of 64.
pub(super) fn split(lines: &Delimited, text: &[u8], length: usize, part: &mut Part, marks: &mut Vec<(u32, Mark)>) {
    let Delimited { first_line, width, .. } = *lines;
    mark(text, length, lines.delimiter, &mut part.ends);
    part.width = width;
    part.places = Some(Arc::clone(&lines.places));
    let rows = part.ends.len() / width;
    // Most files have no CR, or one a line.
    let has_cr = text[..length].contains(&b'\r');
    let mut start = 0;
    let is_line = |end: &u32| {
        let line = &text[start..*end as usize];
        start = *end as usize + 1;
        text[*end as usize] == b'\n' && !(has_cr && holds_cr(line))
    };
    let mut last_ends = part.ends.iter().skip(width - 1).step_by(width);
    // As many line ends as rows, and one at the end of every row: then there are none elsewhere.
    let is_regular = lines.lines == rows && rows * width == part.ends.len() && last_ends.all(is_line);
    if is_regular && width > 1 {
        part.firsts.push(0);
        part.firsts.extend(part.ends.iter().skip(width - 1).step_by(width).map(|end| end + 1));
        part.firsts.truncate(rows);
        part.orders.extend(0..rows as u32);
        part.rows.extend(first_line..first_line + rows as u64);
    } else {
        one_by_one(lines, text, part, marks);
    }
}

/// Splits line by line: blank lines are passed over, and lines of another width or with CR in them are no records.
fn one_by_one(lines: &Delimited, text: &[u8], part: &mut Part, marks: &mut Vec<(u32, Mark)>) {
    let ends = std::mem::take(&mut part.ends);
    let (mut start, mut from) = (0, 0);
    let mut line = 0;
    for (at, end) in ends.iter().enumerate() {
        if text[*end as usize] != b'\n' {
            continue;
        }
        let cells = at + 1 - from;
        let row = lines.first_line + u64::from(line);
        let whole = std::str::from_utf8(&text[start as usize..*end as usize]).unwrap_or_default();
        let is_blank = cells == 1 && whole.trim().is_empty();
        let has_cr = holds_cr(whole.as_bytes());
        if cells == lines.width && !is_blank && !has_cr {
            part.firsts.push(start);
            part.rows.push(row);
            part.orders.push(line);
            part.ends.extend_from_slice(&ends[from..=at]);
        } else if !is_blank {
            let delimiter = char::from(lines.delimiter);
            let trimmed: Vec<&str> = whole.split(delimiter).map(str::trim).collect();
            let text = trimmed.join(delimiter.encode_utf8(&mut [0; 4]));
            let (why, reason) = match has_cr {
                true => (Unsplit::Malformed, LONE_CR.to_owned()),
                false => {
                    let last = trimmed.last().copied().unwrap_or_default();
                    wrong_width(cells, last, lines.given_by, lines.width)
                }
            };
            marks.push((line, Mark::Unsplit { table: 0, row, why, reason, text }));
        }
        (start, from, line) = (end + 1, at + 1, line + 1);
    }
}

/// Notes the place of every delimiter and line end.
fn mark(text: &[u8], length: usize, delimiter: u8, ends: &mut Vec<u32>) {
    let mut marked = 0;
    for (chunk, at) in text[..length.next_multiple_of(64)].chunks_exact(64).zip((0_u32..).step_by(64)) {
        let mut marks = marks_of(chunk, delimiter);
        if ends.len() < marked + 64 {
            ends.resize((marked + 64) * 2, 0);
        }
        let places = &mut ends[marked..marked + 64];
        let count = marks.count_ones() as usize;
        marked += count;
        // Sixteen at a time, wanted or not: a branch for each costs more. What is not wanted is written over.
        for places in places.chunks_exact_mut(16).take(count.div_ceil(16)) {
            for place in places {
                *place = at + marks.trailing_zeros();
                marks &= marks.wrapping_sub(1);
            }
        }
    }
    ends.truncate(marked);
}

/// The delimiters and line ends among 64 bytes, a bit each.
#[inline(always)]
fn marks_of(chunk: &[u8], delimiter: u8) -> u64 {
    let mut hits = [0; 64];
    for (hit, byte) in hits.iter_mut().zip(chunk) {
        *hit = u8::from(*byte == delimiter) | u8::from(*byte == b'\n');
    }
    let mut marks = 0;
    for (place, eight) in hits.as_chunks::<8>().0.iter().enumerate() {
        // The product gathers the lowest bits of eight bytes in its highest byte.
        marks |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
    }
    marks
}
