//! Sparse rows of whole numbers with exact arithmetic: what cells and relations are made of inside the protection.

use std::cmp::Ordering;

/// A number in exact elimination grew beyond 127 bits.
///
/// Rows are divided by their content after every step, so that tables of sums stay at a few digits. The calculation
/// refuses to go on instead of rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a coefficient grew beyond 127 bits in exact elimination")]
pub struct Overflow;

/// A linear form: columns in rising order, each with a coefficient that is not zero.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Row(Vec<(u32, i128)>);

impl Row {
    /// A row of entries in any order; entries of the same column are added.
    pub(crate) fn new(mut entries: Vec<(u32, i128)>) -> Result<Self, Overflow> {
        entries.sort_unstable_by_key(|it| it.0);
        let mut row: Vec<(u32, i128)> = Vec::with_capacity(entries.len());
        for (column, coefficient) in entries {
            match row.last_mut() {
                Some(last) if last.0 == column => last.1 = last.1.checked_add(coefficient).ok_or(Overflow)?,
                _ => row.push((column, coefficient)),
            }
        }
        row.retain(|it| it.1 != 0);
        Ok(Self(row))
    }

    pub(crate) fn entries(&self) -> &[(u32, i128)] {
        &self.0
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The coefficient of a column; 0 where the row does not touch it.
    pub(crate) fn coefficient(&self, column: u32) -> i128 {
        self.0.binary_search_by_key(&column, |it| it.0).map_or(0, |at| self.0[at].1)
    }

    /// The row divided by its content, its first coefficient positive: parallel rows become equal.
    pub(crate) fn normalised(mut self) -> Self {
        let content = self.0.iter().fold(0, |gcd, it| greatest_common_divisor(gcd, it.1.unsigned_abs()));
        let Some(first) = self.0.first() else { return self };
        // The content of a row that holds i128::MIN alone does not fit; such a row stays as it is.
        if let Ok(content) = i128::try_from(content) {
            let divisor = if first.1 < 0 { -content } else { content };
            if divisor != 1 {
                self.0.iter_mut().for_each(|it| it.1 /= divisor);
            }
        }
        self
    }

    /// The row without `column`: a multiple of `pivot`, which has that column, is taken away; normalised.
    pub(crate) fn without(&self, column: u32, pivot: &Self) -> Result<Self, Overflow> {
        let (own, its) = (self.coefficient(column), pivot.coefficient(column));
        let gcd = greatest_common_divisor(own.unsigned_abs(), its.unsigned_abs());
        let gcd = i128::try_from(gcd).map_err(|_| Overflow)?;
        Ok(self.combined(its / gcd, pivot, -(own / gcd))?.normalised())
    }

    /// `own` times this row and `its` times another.
    pub(crate) fn combined(&self, own: i128, other: &Self, its: i128) -> Result<Self, Overflow> {
        let mut sum = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => return Ok(Self(sum)),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.0.cmp(&b.0),
            };
            let mut column = 0;
            let mut total: i128 = 0;
            if order.is_le()
                && let Some(a) = left.next()
            {
                (column, total) = (a.0, a.1.checked_mul(own).ok_or(Overflow)?);
            }
            if order.is_ge()
                && let Some(b) = right.next()
            {
                column = b.0;
                total = b.1.checked_mul(its).and_then(|it| it.checked_add(total)).ok_or(Overflow)?;
            }
            if total != 0 {
                sum.push((column, total));
            }
        }
    }
}

/// The greatest common divisor; of 0 and a number that number.
pub(crate) fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(entries: &[(u32, i128)]) -> Row {
        Row::new(entries.to_vec()).unwrap()
    }

    #[test]
    fn entries_of_a_column_are_added() {
        assert_eq!(row(&[(3, 1), (1, 2), (3, -1)]).entries(), [(1, 2)]);
    }

    #[test]
    fn parallel_rows_become_equal() {
        assert_eq!(row(&[(0, -4), (2, 6)]).normalised(), row(&[(0, 2), (2, -3)]).normalised());
    }

    #[test]
    fn a_pivot_takes_its_column_away() {
        let pivot = row(&[(0, 2), (1, 1)]);
        assert_eq!(row(&[(0, 3), (1, 1), (2, 2)]).without(0, &pivot).unwrap(), row(&[(1, 1), (2, -4)]));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let large = row(&[(0, i128::MAX), (1, 1)]);
        assert_eq!(large.combined(2, &large, 1), Err(Overflow));
        assert_eq!(Row::new(vec![(0, i128::MAX), (0, 1)]), Err(Overflow));
    }
}
