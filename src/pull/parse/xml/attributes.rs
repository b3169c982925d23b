//! What an element says of itself, in memory that is used again.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

use crate::pull::mask::foreign;

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
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|error| foreign(&error))?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| foreign(&error))?;
            self.text.push_str(attribute.key.as_ref());
            let name = self.text.len();
            self.text.push_str(&value);
            self.ends.push((name, self.text.len()));
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
