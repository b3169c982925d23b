//! What an element says of itself, in memory that is used again.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

use crate::pull::mask::{foreign, quoted};

/// An element's attributes, in its order.
#[derive(Debug, Default)]
pub(in crate::pull::parse) struct Attributes {
    text: String,
    /// Where the name and the value of each end; a value begins where its name ends.
    ends: Vec<(usize, usize)>,
}

impl Attributes {
    /// Those of an element, in this memory.
    pub(in crate::pull::parse) fn read(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        self.text.clear();
        self.ends.clear();
        let written = element.attributes_raw().as_bytes();
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|error| foreign(&error))?;
            let name: &str = attribute.key.as_ref();
            // The reader takes everything before `=` for a name, and needs no blank between a value and the next name.
            if !is_name(name) {
                return Err(format!("`{}` is no name of an attribute", quoted(name)));
            }
            let start = name.as_bytes().first().and_then(|first| written.element_offset(first));
            if start.is_some_and(|start| start > 0 && !written[start - 1].is_ascii_whitespace()) {
                return Err(format!("no blank stands before the attribute `{}`", quoted(name)));
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| foreign(&error))?;
            self.text.push_str(name);
            let name_end = self.text.len();
            self.text.push_str(&value);
            self.ends.push((name_end, self.text.len()));
        }
        Ok(())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn pair(&self, place: usize) -> (&str, &str) {
        let start = if place == 0 { 0 } else { self.ends[place - 1].1 };
        let (name, end) = self.ends[place];
        (&self.text[start..name], &self.text[name..end])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..self.ends.len()).map(|place| self.pair(place))
    }

    /// The values, as a row that is kept aside shows them.
    pub(super) fn texts(&self) -> String {
        self.iter().map(|(_, text)| text.trim()).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.iter().position(|(found, _)| found == name)
    }

    pub(in crate::pull::parse) fn get(&self, name: &str) -> Option<&str> {
        self.place(name).map(|place| self.pair(place).1)
    }
}

/// Whether this is a name as XML has it.
fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(begins_name) && letters.all(is_in_name)
}

fn begins_name(letter: char) -> bool {
    matches!(letter, ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}')
        || matches!(letter, '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}')
        || matches!(letter, '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}')
        || matches!(letter, '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

fn is_in_name(letter: char) -> bool {
    begins_name(letter)
        || letter.is_ascii_digit()
        || matches!(letter, '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}
