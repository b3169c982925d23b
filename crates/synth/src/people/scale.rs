//! How large a part of the people is written.

/// The share of the people that is written, in millionths: `0.002` is 2000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scale(pub(crate) u32);

impl Scale {
    pub const WHOLE: Self = Self(1_000_000);

    /// The testdata's, and the largest whose files are packed as small as can be.
    pub const KEPT: Self = Self(500);

    /// A decimal number above 0 and up to 1, with six decimals at most.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = whole.bytes().chain(decimals.bytes());
        if whole.is_empty() || decimals.len() > 6 || !digits.clone().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let millionths = format!("{whole}{decimals:0<6}").parse().ok()?;
        (1..=Self::WHOLE.0).contains(&millionths).then_some(Self(millionths))
    }

    pub fn millionths(self) -> u32 {
        self.0
    }

    /// That part of a number, rounded to the nearest.
    pub(crate) fn of(self, number: u64) -> u64 {
        ((u128::from(number) * u128::from(self.0) + 500_000) / 1_000_000) as u64
    }
}
