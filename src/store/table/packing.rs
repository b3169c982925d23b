//! Numbers as Parquet packs them (Apache Parquet, "Encodings").

/// Appends numbers of `width` bits as runs and packed groups: RLE_DICTIONARY's and the levels' encoding.
pub(super) fn hybrid(numbers: &[u32], width: u8, out: &mut Vec<u8>) {
    let (mut at, mut literal) = (0, 0);
    while at < numbers.len() {
        let eight = &numbers[at..numbers.len().min(at + 8)];
        if eight.len() < 8 || eight.iter().any(|number| *number != eight[0]) {
            at += eight.len();
            continue;
        }
        let run = 8 + numbers[at + 8..].iter().take_while(|number| **number == eight[0]).count();
        pack(&numbers[literal..at], width, out);
        varint((run as u64) << 1, out);
        out.extend_from_slice(&eight[0].to_le_bytes()[..usize::from(width).div_ceil(8)]);
        at += run;
        literal = at;
    }
    pack(&numbers[literal..], width, out);
}

/// Numbers in groups of eight, the last one filled up with zeros.
fn pack(numbers: &[u32], width: u8, out: &mut Vec<u8>) {
    if numbers.is_empty() {
        return;
    }
    let groups = numbers.len().div_ceil(8);
    varint(((groups as u64) << 1) | 1, out);
    let end = out.len() + groups * usize::from(width);
    let mut bits = Bits::default();
    for number in numbers {
        bits.push(u64::from(*number), u32::from(width), out);
    }
    bits.end(end, out);
}

/// Appends numbers as DELTA_BINARY_PACKED: blocks of 128 differences in four parts, each as wide as its largest.
pub(super) fn delta(numbers: &[i64], out: &mut Vec<u8>) {
    let zigzag = |number: i64| ((number << 1) ^ (number >> 63)) as u64;
    [128, 4, numbers.len() as u64].into_iter().for_each(|number| varint(number, out));
    varint(zigzag(numbers.first().copied().unwrap_or_default()), out);
    let differences: Vec<i64> = numbers.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    for block in differences.chunks(128) {
        let least = block.iter().min().copied().unwrap_or_default();
        varint(zigzag(least), out);
        let widths = out.len();
        out.extend_from_slice(&[0; 4]);
        for (part, differences) in block.chunks(32).enumerate() {
            let all_bits = differences.iter().fold(0, |all, it| all | it.wrapping_sub(least));
            let width = 64 - all_bits.leading_zeros();
            out[widths + part] = width as u8;
            let end = out.len() + 4 * width as usize;
            let mut bits = Bits::default();
            for difference in differences {
                bits.push(difference.wrapping_sub(least) as u64, width, out);
            }
            bits.end(end, out);
        }
    }
}

/// Bits that make no whole word yet.
#[derive(Default)]
struct Bits {
    word: u128,
    length: u32,
}

impl Bits {
    fn push(&mut self, number: u64, width: u32, out: &mut Vec<u8>) {
        self.word |= u128::from(number) << self.length;
        self.length += width;
        while self.length >= 32 {
            out.extend_from_slice(&(self.word as u32).to_le_bytes());
            self.word >>= 32;
            self.length -= 32;
        }
    }

    /// Writes what is left, and zeros up to the byte at `end`.
    fn end(self, end: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(&(self.word as u32).to_le_bytes());
        out.resize(end, 0);
    }
}

fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 128 {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}
