//! Bytes of a character set as UTF-8, refused where they are not in the character set that the contract names.

use std::collections::VecDeque;
use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::fault::undecodable;
use crate::definition::Encoding;
use crate::pull::mask::quoted;
use crate::pull::refusal::Refusal;

/// Bytes that are decoded at once.
const BLOCK: usize = 64 * 1024;

/// The text in some bytes, as UTF-8: its byte order mark is gone, and what old systems put behind the end.
pub(super) fn text<R: Read>(bytes: R, encoding: Encoding) -> impl Read {
    Transcoder::new(Unpadded::new(bytes), encoding)
}

/// A text without what old systems put behind its end: the end mark of CP/M (0x1A) and noughts.
struct Unpadded<R> {
    inner: R,
    /// Such bytes, not handed on yet: they may stand in the middle.
    held: VecDeque<u8>,
    /// What is handed on next.
    next: VecDeque<u8>,
    /// Whether it has any text: noughts alone are what a broken transfer leaves, and no padding.
    has_text: bool,
}

/// Bytes that can stand behind the end: a block of a tape. More of them are handed on, and told as what they are.
const LONGEST_PADDING: usize = 64 * 1024;

impl<R: Read> Unpadded<R> {
    fn new(inner: R) -> Self {
        Self { inner, held: VecDeque::new(), next: VecDeque::new(), has_text: false }
    }
}

impl<R: Read> Read for Unpadded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.next.is_empty() {
                return self.next.read(buffer);
            }
            let length = self.inner.read(buffer)?;
            let text = buffer[..length].iter().rposition(|byte| !matches!(byte, 0 | 0x1A)).map_or(0, |last| last + 1);
            self.has_text |= text > 0;
            if length == 0 && !self.has_text {
                return self.held.read(buffer);
            }
            if length == 0 || (text == length && self.held.is_empty()) {
                return Ok(length);
            }
            if text > 0 {
                self.next.append(&mut self.held);
                self.next.extend(&buffer[..text]);
            }
            self.held.extend(&buffer[text..length]);
            if self.held.len() > LONGEST_PADDING {
                self.next.append(&mut self.held);
            }
        }
    }
}

/// Transcodes to UTF-8 and refuses what is not in the character set it claims to be in.
struct Transcoder<R> {
    inner: R,
    encoding: Encoding,
    decoder: Decoder,
    evidence: Utf8Evidence,
    input: Vec<u8>,
    output: Vec<u8>,
    /// Bytes of the output that are text.
    decoded: usize,
    taken: usize,
    read: u64,
    at_end: bool,
}

impl<R: Read> Transcoder<R> {
    fn new(inner: R, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf8 => UTF_8.new_decoder_with_bom_removal(),
            Encoding::Windows1252 => WINDOWS_1252.new_decoder_without_bom_handling(),
            Encoding::Iso8859_15 => ISO_8859_15.new_decoder_without_bom_handling(),
        };
        Self {
            inner,
            encoding,
            decoder,
            evidence: Utf8Evidence::default(),
            input: vec![0; BLOCK],
            // One byte of Windows-1252 becomes at most three of UTF-8; a byte order mark or a split letter adds a few.
            output: vec![0; BLOCK * 3 + 16],
            decoded: 0,
            taken: 0,
            read: 0,
            at_end: false,
        }
    }

    fn refused(&self, evidence: String) -> io::Error {
        undecodable(Refusal::WrongEncoding { expected: self.encoding.name(), evidence })
    }

    /// Reads one block into `output`.
    fn fill(&mut self) -> io::Result<()> {
        let length = read_block(&mut self.inner, &mut self.input)?;
        let block = &self.input[..length];
        self.at_end = length < self.input.len();
        if self.read == 0 {
            if block.is_empty() {
                return Err(undecodable(Refusal::Empty));
            }
            if let Some(found) = other_format(block) {
                return Err(undecodable(Refusal::OtherFormat { found }));
            }
            if block.starts_with(&[0xFF, 0xFE]) || block.starts_with(&[0xFE, 0xFF]) {
                return Err(self.refused("it starts with the byte order mark of UTF-16".to_owned()));
            }
            if self.encoding != Encoding::Utf8 && block.starts_with(&[0xEF, 0xBB, 0xBF]) {
                return Err(self.refused("it starts with the byte order mark of UTF-8".to_owned()));
            }
            if let Some(evidence) = otherwise_declared(block, self.decoder.encoding()) {
                return Err(self.refused(evidence));
            }
        }
        if self.encoding != Encoding::Utf8 {
            let undefined = match self.encoding {
                // Windows-1252 leaves five bytes undefined; in ISO-8859-15 those are controls too, with more.
                Encoding::Windows1252 => place_of(block, |byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)),
                _ => place_of(block, |byte| matches!(byte, 0x80..=0x9F)),
            };
            if let Some(place) = undefined {
                let (byte, offset) = (block[place], self.read + place as u64);
                return Err(self.refused(format!("byte 0x{byte:02X} at offset {offset} is none of its characters")));
            }
            self.evidence.feed(block);
            if self.at_end && self.evidence.is_utf8() {
                return Err(self.refused("all its letters beyond ASCII are written in UTF-8".to_owned()));
            }
        }
        (self.taken, self.decoded) = (0, 0);
        let (result, consumed, written) =
            self.decoder.decode_to_utf8_without_replacement(block, &mut self.output, self.at_end);
        if let DecoderResult::Malformed(bad, after) = result {
            let back = usize::from(bad) + usize::from(after);
            let left = std::str::from_utf8(&block[consumed.saturating_sub(back).min(block.len())..]);
            if self.encoding == Encoding::Utf8 && self.at_end && left.is_err_and(|error| error.error_len().is_none()) {
                return Err(undecodable(Refusal::Truncated { what: "its last letter is not whole".to_owned() }));
            }
            let offset = (self.read + consumed as u64).saturating_sub(back as u64);
            return Err(self.refused(format!("the bytes at offset {offset} are no letter of it")));
        }
        self.decoded = written;
        self.read += length as u64;
        Ok(())
    }
}

/// The place of the first byte of a kind. Stretches are looked at as a whole, which the compiler makes vector instructions
/// of: nearly all have none.
fn place_of(block: &[u8], is_of_kind: impl Fn(u8) -> bool) -> Option<usize> {
    const STRETCH: usize = 64;
    let has_one = |stretch: &[u8]| stretch.iter().fold(false, |found, byte| found | is_of_kind(*byte));
    let start = block.chunks(STRETCH).position(has_one)? * STRETCH;
    Some(start + block[start..].iter().position(|byte| is_of_kind(*byte))?)
}

/// What the first bytes of a text are that is none.
fn other_format(block: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 7] = [
        (&[0x1F, 0x8B], "gzip"),
        (&[0x28, 0xB5, 0x2F, 0xFD], "zstd"),
        (b"PK\x03\x04", "a zip archive or a workbook (.xlsx)"),
        (&[0xD0, 0xCF, 0x11, 0xE0], "an older workbook (.xls) or a document under a password"),
        (b"%PDF", "PDF"),
        (b"PAR1", "Parquet"),
        (b"SQLite format 3", "a database"),
    ];
    if let Some((_, found)) = MAGIC.iter().find(|(magic, _)| block.starts_with(magic)) {
        return Some(found);
    }
    let start = block.trim_ascii_start();
    let is = |word: &[u8]| start.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if is(b"<!doctype html") || is(b"<html") {
        return Some("HTML: a page of a portal, perhaps its login");
    }
    // Every other byte of a western text in UTF-16 is nought.
    let noughts = |first: usize| block.iter().skip(first).step_by(2).take(32).filter(|byte| **byte == 0).count();
    let wide = block.len().min(64) / 4;
    (wide > 0 && (noughts(0) > wide || noughts(1) > wide)).then_some("UTF-16")
}

/// That a document of XML says itself that it is in another character set: byte 0xBD is a half in ISO-8859-1, and œ in
/// ISO-8859-15. Behind a byte order mark, which tells more, nothing is asked.
fn otherwise_declared(block: &[u8], expected: &'static encoding_rs::Encoding) -> Option<String> {
    let label = declared_label(block)?;
    // Systems write the same name in many ways.
    let plain: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase().replace("latin", "l").replace("windows", "cp");
    let said = encoding_rs::Encoding::for_label(label.as_bytes())
        .or_else(|| encoding_rs::Encoding::for_label(plain.as_bytes()));
    match said {
        // ASCII is a part of them all. And a text that can be read here is in UTF-16 no more: it was written anew since,
        // and its declaration was not.
        _ if matches!(plain.as_str(), "ascii" | "usascii") => None,
        Some(said) if said == expected || said == UTF_16LE || said == UTF_16BE => None,
        Some(_) => Some(format!("its declaration says {label}")),
        None => Some(format!("its declaration says `{}`", quoted(label))),
    }
}

/// The character set that the declaration of an XML document names.
fn declared_label(block: &[u8]) -> Option<&str> {
    // No declaration is longer.
    let declaration = block.trim_ascii_start().strip_prefix(b"<?xml")?;
    let declaration = &declaration[..declaration.len().min(500)];
    let end = declaration.windows(2).position(|mark| mark == b"?>")?;
    let (_, said) = std::str::from_utf8(&declaration[..end]).ok()?.split_once("encoding")?;
    let said = said.trim_start().strip_prefix('=')?.trim_start();
    let quote = said.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    said[1..].split_once(quote).map(|(label, _)| label.trim())
}

/// Fills `buffer` unless the input ends first.
fn read_block(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match input.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.decoded {
            if self.at_end {
                return Ok(0);
            }
            self.fill()?;
        }
        let length = buffer.len().min(self.decoded - self.taken);
        buffer[..length].copy_from_slice(&self.output[self.taken..self.taken + length]);
        self.taken += length;
        Ok(length)
    }
}

/// Tells UTF-8 delivered as something else: all bytes beyond ASCII are valid UTF-8, and some of them are of western letters or
/// marks. `Ø–` of Windows-1252 is valid UTF-8 too, of a letter of Arabic.
#[derive(Default)]
struct Utf8Evidence {
    split_letter: Vec<u8>,
    letters: bool,
    broken: bool,
}

impl Utf8Evidence {
    fn feed(&mut self, block: &[u8]) {
        if self.broken || (self.split_letter.is_empty() && block.is_ascii()) {
            return;
        }
        let mut bytes = std::mem::take(&mut self.split_letter);
        bytes.extend_from_slice(block);
        let valid = match std::str::from_utf8(&bytes) {
            Ok(_) => bytes.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => {
                self.broken = true;
                return;
            }
        };
        self.split_letter = bytes.split_off(valid);
        let text = String::from_utf8(bytes).unwrap_or_default();
        self.letters |=
            text.chars().any(|letter| matches!(letter, '\u{a0}'..='\u{ff}' | '\u{2010}'..='\u{2030}' | '€'));
    }

    fn is_utf8(&self) -> bool {
        self.letters && !self.broken && self.split_letter.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn text(bytes: &[u8], encoding: Encoding) -> Result<String, String> {
        let mut text = String::new();
        match Transcoder::new(Cursor::new(bytes), encoding).read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(text("\u{feff}OMRÅDE".as_bytes(), Encoding::Utf8), Ok("OMRÅDE".to_owned()));
    }

    #[test]
    fn utf8_under_a_contract_that_says_windows_1252_is_found_out() {
        assert!(text("Læsø".as_bytes(), Encoding::Windows1252).is_err());
        assert!(text("\u{feff}ydernr".as_bytes(), Encoding::Windows1252).is_err());
        assert_eq!(text(b"L\xE6s\xF8", Encoding::Windows1252), Ok("Læsø".to_owned()));
    }

    #[test]
    fn western_letters_that_are_valid_utf8_by_chance_are_read_as_the_contract_says() {
        for (bytes, read) in
            [(&b"Tinglev \xD8\x96Padborg"[..], "Tinglev Ø–Padborg"), (b"Aars \xC5\xA0", "Aars Å\u{a0}")]
        {
            assert_eq!(text(bytes, Encoding::Windows1252), Ok(read.to_owned()));
        }
        // Among others they change nothing.
        assert!(text("Læsø Š ش".as_bytes(), Encoding::Windows1252).is_err());
        assert!(text("5 – 7".as_bytes(), Encoding::Windows1252).is_err());
    }

    #[test]
    fn a_text_that_is_cut_within_a_letter_is_cut() {
        let told = text(&"nr;Læsø".as_bytes()[..8], Encoding::Utf8).unwrap_err();
        assert!(told.contains("its last letter is not whole"), "{told}");
        let told = text(b"nr;L\xC3\x28", Encoding::Utf8).unwrap_err();
        assert!(told.contains("at offset 4"), "{told}");
    }

    #[test]
    fn windows_1252_under_a_contract_that_says_utf8_is_found_out_with_its_offset() {
        let message = text(b"OMR\xC5DE", Encoding::Utf8);
        assert!(message.is_err_and(|message| message.contains("offset 3")));
    }

    proptest! {
        #[test]
        fn utf8_of_every_length_passes_unchanged(letters in "[a-zæøå\\n]{1,300}", copies in 1usize..800) {
            let whole = letters.repeat(copies);
            prop_assert_eq!(text(whole.as_bytes(), Encoding::Utf8), Ok(whole));
        }
    }
}
