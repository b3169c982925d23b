//! Duplicate keys and overlapping periods, found in bounded memory.
//!
//! Every row leaves a fingerprint of its key. Beyond a limit the fingerprints go to files, dealt by
//! their first bits, so that those of one key lie in one file and a file fits in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::pull::parse::days;

/// Fingerprints in memory before they go to files: 3 MB.
const IN_MEMORY: usize = 64 * 1024;

/// Files that the fingerprints are dealt to.
const FILES: usize = 64;

/// Bytes of a fingerprint in a file.
const RECORD: usize = 32;

/// A row's key and period. Rows are told apart by their place among those that passed their own checks, since two records
/// can stand on one line of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fingerprint {
    key: u128,
    from: i32,
    to: i32,
    place: u64,
}

/// The fingerprint of the texts of a key.
pub(crate) fn key_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u128 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    digest[..16].iter().fold(0, |key, byte| (key << 8) | u128::from(*byte))
}

/// The fingerprint of a key whose columns have these fingerprints.
pub(crate) fn combined(parts: impl Iterator<Item = u128> + Clone) -> u128 {
    match (parts.clone().next(), parts.clone().nth(1)) {
        (Some(only), None) => only,
        _ => {
            let bytes: Vec<[u8; 16]> = parts.map(u128::to_be_bytes).collect();
            key_of(bytes.iter().map(<[u8; 16]>::as_slice))
        }
    }
}

/// A row's period, and the fingerprint of what it is of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Period {
    pub(crate) key: u128,
    pub(crate) from: Date,
    /// The day after the last; `None` while it goes on.
    pub(crate) to: Option<Date>,
}

/// The keys of one table.
#[derive(Debug, Default)]
pub(crate) struct KeyLog {
    recent: Vec<Fingerprint>,
    files: Vec<BufWriter<File>>,
}

impl KeyLog {
    /// Notes a row that must be the only one of its key, by its `place`, which grows from row to row.
    pub(crate) fn unique(&mut self, key: u128, place: u64) -> io::Result<()> {
        self.push(Fingerprint { key, from: 0, to: 0, place })
    }

    /// Notes a row whose period must not overlap another of the same key.
    pub(crate) fn period(&mut self, Period { key, from, to }: Period, place: u64) -> io::Result<()> {
        self.push(Fingerprint { key, from: days(from), to: to.map_or(i32::MAX, days), place })
    }

    fn push(&mut self, fingerprint: Fingerprint) -> io::Result<()> {
        self.recent.push(fingerprint);
        if self.recent.len() < IN_MEMORY { Ok(()) } else { self.spill() }
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.files.is_empty() {
            for _ in 0..FILES {
                self.files.push(BufWriter::new(tempfile::tempfile()?));
            }
        }
        for fingerprint in self.recent.drain(..) {
            let file = usize::try_from(fingerprint.key >> 122).unwrap_or_default() % FILES;
            let mut record = [0; RECORD];
            record[..16].copy_from_slice(&fingerprint.key.to_le_bytes());
            record[16..20].copy_from_slice(&fingerprint.from.to_le_bytes());
            record[20..24].copy_from_slice(&fingerprint.to.to_le_bytes());
            record[24..].copy_from_slice(&fingerprint.place.to_le_bytes());
            self.files[file].write_all(&record)?;
        }
        Ok(())
    }

    /// The places of the rows that repeat the key of an earlier row, each with the place of that row.
    pub(crate) fn duplicates(self) -> io::Result<BTreeMap<u64, u64>> {
        let mut found = BTreeMap::new();
        self.for_each_group(|group| {
            let first = group.iter().map(|fingerprint| fingerprint.place).min().unwrap_or_default();
            found.extend(group.iter().filter(|later| later.place != first).map(|later| (later.place, first)));
        })?;
        Ok(found)
    }

    /// How many rows of some places have a row of the same key among the others, each counted once.
    pub(crate) fn shared(self, is_other: impl Fn(u64) -> bool) -> io::Result<u64> {
        let mut shared = 0;
        self.for_each_group(|group| {
            let others = group.iter().filter(|fingerprint| is_other(fingerprint.place)).count();
            shared += others.min(group.len() - others) as u64;
        })?;
        Ok(shared)
    }

    /// The places of the rows whose period starts before one that started earlier has ended, each with the place of that
    /// earlier row. Rows at places in `ignored` neither overlap nor are overlapped.
    pub(crate) fn overlaps(self, ignored: &BTreeMap<u64, u64>) -> io::Result<BTreeMap<u64, u64>> {
        let mut found = BTreeMap::new();
        self.for_each_group(|group| {
            let mut last: Option<Fingerprint> = None;
            // An empty period overlaps nothing, and must not hide a longer one either.
            let counts = |next: &&Fingerprint| next.from < next.to && !ignored.contains_key(&next.place);
            for next in group.iter().filter(counts) {
                match last {
                    Some(earlier) if next.from < earlier.to => drop(found.insert(next.place, earlier.place)),
                    _ => last = Some(*next),
                }
            }
        })?;
        Ok(found)
    }

    /// Calls `look` with the fingerprints of every key, ordered by period and place.
    fn for_each_group(mut self, mut look: impl FnMut(&[Fingerprint])) -> io::Result<()> {
        let mut look_at = |mut fingerprints: Vec<Fingerprint>| {
            fingerprints.sort_unstable_by_key(|it| (it.key, it.from, it.place));
            fingerprints.chunk_by(|a, b| a.key == b.key).filter(|group| group.len() > 1).for_each(&mut look);
        };
        if self.files.is_empty() {
            look_at(self.recent);
            return Ok(());
        }
        self.spill()?;
        for file in self.files {
            let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.rewind()?;
            look_at(read_fingerprints(BufReader::new(file))?);
        }
        Ok(())
    }
}

fn read_fingerprints(mut file: impl Read) -> io::Result<Vec<Fingerprint>> {
    let mut fingerprints = Vec::new();
    let mut record = [0; RECORD];
    loop {
        match file.read_exact(&mut record) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(fingerprints),
            Err(error) => return Err(error),
        }
        let (key, rest) = record.split_at(16);
        let (from, rest) = rest.split_at(4);
        let (to, place) = rest.split_at(4);
        let wrong = |_| io::Error::from(io::ErrorKind::InvalidData);
        fingerprints.push(Fingerprint {
            key: u128::from_le_bytes(key.try_into().map_err(wrong)?),
            from: i32::from_le_bytes(from.try_into().map_err(wrong)?),
            to: i32::from_le_bytes(to.try_into().map_err(wrong)?),
            place: u64::from_le_bytes(place.try_into().map_err(wrong)?),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn date(day: i8) -> Date {
        Date::constant(2018, 1, day)
    }

    #[test]
    fn the_later_row_of_two_with_one_key_is_the_duplicate() {
        let mut log = KeyLog::default();
        for (key, place) in [(7, 2), (8, 3), (7, 9), (7, 5)] {
            log.unique(key, place).unwrap();
        }
        assert_eq!(log.duplicates().unwrap(), BTreeMap::from([(5, 2), (9, 2)]));
    }

    #[test]
    fn rows_that_two_files_share_are_counted_once() {
        let mut log = KeyLog::default();
        for (key, place) in [(7, 0), (7, 1), (8, 2), (9, 3), (7, 10), (8, 11), (8, 12), (5, 13)] {
            log.unique(key, place).unwrap();
        }
        assert_eq!(log.shared(|place| place >= 10).unwrap(), 2);
    }

    #[test]
    fn periods_that_touch_do_not_overlap_and_an_open_one_overlaps_all_later() {
        let mut log = KeyLog::default();
        log.period(Period { key: 1, from: date(1), to: Some(date(5)) }, 2).unwrap();
        log.period(Period { key: 1, from: date(5), to: None }, 3).unwrap();
        log.period(Period { key: 1, from: date(9), to: Some(date(10)) }, 4).unwrap();
        log.period(Period { key: 2, from: date(9), to: Some(date(10)) }, 5).unwrap();
        assert_eq!(log.overlaps(&BTreeMap::new()).unwrap(), BTreeMap::from([(4, 3)]));
    }

    #[test]
    fn an_empty_period_does_not_hide_an_overlap() {
        let mut log = KeyLog::default();
        log.period(Period { key: 1, from: date(1), to: None }, 2).unwrap();
        log.period(Period { key: 1, from: date(5), to: Some(date(5)) }, 3).unwrap();
        log.period(Period { key: 1, from: date(9), to: None }, 4).unwrap();
        assert_eq!(log.overlaps(&BTreeMap::new()).unwrap(), BTreeMap::from([(4, 2)]));
    }

    #[test]
    fn a_duplicate_is_not_an_overlap_too() {
        let mut log = KeyLog::default();
        log.period(Period { key: 1, from: date(1), to: None }, 2).unwrap();
        log.period(Period { key: 1, from: date(1), to: None }, 3).unwrap();
        assert_eq!(log.overlaps(&BTreeMap::from([(3, 2)])).unwrap(), BTreeMap::new());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn keys_in_files_give_the_same_duplicates_as_keys_in_memory(keys in prop::collection::vec(0u128..50, 1..200)) {
            let (mut in_memory, mut in_files) = (KeyLog::default(), KeyLog::default());
            for (place, key) in keys.iter().enumerate() {
                let key = key_of([key.to_le_bytes().as_slice()]);
                in_memory.unique(key, place as u64).unwrap();
                in_files.unique(key, place as u64).unwrap();
                if place % 7 == 0 {
                    in_files.spill().unwrap();
                }
            }
            prop_assert_eq!(in_memory.duplicates().unwrap(), in_files.duplicates().unwrap());
        }
    }
}
