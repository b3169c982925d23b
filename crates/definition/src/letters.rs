//! Names as people write them and as machines do: one name for both.

use std::borrow::Cow;

/// The marks that a Macintosh, or a tool on one, writes behind a letter instead of the letter that has them.
const COMPOSED: [(char, char, char); 26] = [
    ('a', '\u{30a}', 'å'),
    ('A', '\u{30a}', 'Å'),
    ('a', '\u{308}', 'ä'),
    ('A', '\u{308}', 'Ä'),
    ('o', '\u{308}', 'ö'),
    ('O', '\u{308}', 'Ö'),
    ('u', '\u{308}', 'ü'),
    ('U', '\u{308}', 'Ü'),
    ('e', '\u{308}', 'ë'),
    ('E', '\u{308}', 'Ë'),
    ('a', '\u{301}', 'á'),
    ('A', '\u{301}', 'Á'),
    ('e', '\u{301}', 'é'),
    ('E', '\u{301}', 'É'),
    ('i', '\u{301}', 'í'),
    ('I', '\u{301}', 'Í'),
    ('o', '\u{301}', 'ó'),
    ('O', '\u{301}', 'Ó'),
    ('u', '\u{301}', 'ú'),
    ('U', '\u{301}', 'Ú'),
    ('y', '\u{301}', 'ý'),
    ('Y', '\u{301}', 'Ý'),
    ('a', '\u{300}', 'à'),
    ('A', '\u{300}', 'À'),
    ('e', '\u{300}', 'è'),
    ('E', '\u{300}', 'È'),
];

/// The name with its letters composed and its blanks plain, without those around it: what looks the same is the same.
/// Knows the letters of the Nordic languages.
pub fn plain_name(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    if name.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Cow::Borrowed(name);
    }
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        let composed = plain.chars().next_back().and_then(|base| {
            let found = COMPOSED.iter().find(|(first, mark, _)| (*first, *mark) == (base, letter))?;
            Some(found.2)
        });
        match composed {
            Some(composed) => {
                plain.pop();
                plain.push(composed);
            }
            None => plain.push(if letter.is_whitespace() { ' ' } else { letter }),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_the_same_name() {
        for (written, name) in [
            ("områ\u{301}de", "områ\u{301}de"),
            ("omra\u{30a}de", "område"),
            ("A\u{30a}r og u\u{308}ge", "År og üge"),
            ("antal\u{a0}læger\u{202f}", "antal læger"),
            ("antal\nbesog", "antal besog"),
            (" ydernr ", "ydernr"),
        ] {
            assert_eq!(plain_name(written), name);
        }
    }
}
