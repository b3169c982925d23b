//! Chance that depends on nothing but the seed and what it is about, so that each person can be
//! made alone.

/// What a draw is about: two draws about the same person must not be the same draw.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About {
    Everybody = 0,
    Cell = 2,
    Flows,
    Neighbours,
    Birthday,
    Serial,
    Day,
    Home,
    Group,
    List,
    Change,
    Gap,
    Copd,
    Type2,
    Name,
}

/// A number that looks random, by SplitMix64's finalizer.
pub(crate) fn hash(seed: u64, about: About, a: u64, b: u64) -> u64 {
    let mut state = scramble(seed ^ scramble(about as u64 + 1));
    state = scramble(state ^ a.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    scramble(state.wrapping_add(b.wrapping_mul(0xD1B5_4A32_D192_ED03)))
}

fn scramble(value: u64) -> u64 {
    let mut state = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// A number in `0..n`; 0 when `n` is 0.
pub(crate) fn below(hash: u64, n: u64) -> u64 {
    ((u128::from(hash) * u128::from(n)) >> 64) as u64
}

/// The numbers `0..n` in another order: every one once, so that who is drawn never changes how many.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    n: u64,
    step: u64,
    first: u64,
}

impl Order {
    pub(crate) fn random(n: u64, hash: u64) -> Self {
        Self::stepping(n, below(hash, n), below(scramble(hash), n))
    }

    /// Jumps by the golden section: the first few of the order are spread evenly over all.
    pub(crate) fn even(n: u64, hash: u64) -> Self {
        Self::stepping(n, ((u128::from(n) * 0x9E37_79B9_7F4A_7C15) >> 64) as u64, below(hash, n))
    }

    fn stepping(n: u64, near: u64, first: u64) -> Self {
        let step = (near.max(1)..).find(|&step| gcd(step, n) == 1).unwrap_or(1);
        Self { n, step, first }
    }

    pub(crate) fn at(self, index: u64) -> u64 {
        if self.n == 0 { 0 } else { (index * self.step + self.first) % self.n }
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}
