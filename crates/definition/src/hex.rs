//! Bytes as hexadecimal digits, two each.

/// The digits of bytes. A register of services has a hundred million pseudonyms, and `format!` takes most of their time.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| DIGITS[usize::from(digit)]).collect()
}

/// The bytes whose digits a text is, as many as are wanted; `None` where it is anything else.
pub fn bytes_of_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_are_read_and_all_that_is_written_is() {
        let bytes: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 8).unwrap_or_default());
        assert_eq!(bytes_of_hex(&hex(&bytes)), Some(bytes));
        assert_eq!(bytes_of_hex(&hex(&bytes).to_uppercase()), Some(bytes));
        for text in ["", "00", &"+f".repeat(32), &"æ".repeat(32), &hex(&bytes)[1..]] {
            assert_eq!(bytes_of_hex::<32>(text), None, "{text}");
        }
    }
}
