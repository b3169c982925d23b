//! Sharing a whole number out so that the parts add up to it.

use std::cmp::Reverse;

/// Splits `total` in proportion to `weights` by largest remainder. Integers only: floating point
/// functions differ between platforms, and the bytes must not. All zero when the weights are.
pub(crate) fn apportion(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: u64| u128::from(total) * u128::from(weight);
    let mut parts: Vec<u64> = weights.iter().map(|w| (exact(*w) / sum) as u64).collect();
    let missing = total - parts.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&index| (Reverse(exact(weights[index]) % sum), index));
    for &index in order.iter().take(missing as usize) {
        parts[index] += 1;
    }
    parts
}

/// The value at `x` on the straight lines between the knots, flat outside them.
pub(crate) fn interpolate(knots: &[(i64, i64)], x: i64) -> u64 {
    let mut value = knots.first().map_or(0, |knot| knot.1);
    for pair in knots.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        if x > x0 {
            value = y0 + (y1 - y0) * (x.min(x1) - x0) / (x1 - x0);
        }
    }
    value.max(0) as u64
}
