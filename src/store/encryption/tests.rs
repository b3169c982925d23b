#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::io::Write;
use std::ops::Range;

use bytes::Bytes;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use proptest::prelude::*;

use super::cipher::{HEADER, PIECE};
use super::*;
use crate::store::Digest;

const PATH: &str = "staged/reg/0123/reg.parquet";

fn key(byte: u8) -> EncryptionKey {
    EncryptionKey::new(&[byte; 32])
}

/// Content of so many bytes, of which no two pieces are alike.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251 + at / 65_536) as u8).collect()
}

fn encrypted(content: &[u8], path: &str) -> Vec<u8> {
    let mut file = Encrypting::new(&key(7), &Path::from(path), Vec::new()).unwrap();
    // Where it is cut as it is written does not show.
    content.chunks(40_007).for_each(|part| file.write_all(part).unwrap());
    file.finish().unwrap()
}

/// What a reader with the key of `byte` has of a file that lies there as `bytes`.
fn read(bytes: Vec<u8>, byte: u8, range: Option<Range<u64>>) -> object_store::Result<Bytes> {
    let objects: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async move {
        let path = Path::from(PATH);
        objects.put(&path, bytes.into()).await?;
        let view = View::new(objects, Some(Arc::new(key(byte))));
        match range {
            Some(range) => {
                let [whole, first] = [range.clone(), range.start..range.start + 1];
                let mut found = view.get_ranges(&path, &[whole, first]).await?;
                assert_eq!(found[0][..1], found[1]);
                Ok(found.swap_remove(0))
            }
            None => {
                let found = view.get(&path).await?;
                assert_eq!(found.meta.size, view.head(&path).await?.size);
                let (size, bytes) = (found.meta.size, found.bytes().await?);
                assert_eq!(size, bytes.len() as u64);
                Ok(bytes)
            }
        }
    })
}

#[test]
fn what_was_encrypted_is_read_whatever_its_size() {
    let piece = PIECE as usize;
    for length in [0, 1, piece - 1, piece, piece + 1, 2 * piece, 17 * piece - 1, 17 * piece, 17 * piece + 5] {
        let (plain, there) = (content(length), encrypted(&content(length), PATH));
        assert_eq!(there.len(), length + HEADER as usize + 16 * length.div_ceil(piece).max(1));
        assert!(length < 16 || !there.windows(16).any(|window| window == &plain[..16]));
        assert!(read(there, 7, None).unwrap() == plain, "{length}");
    }
}

#[test]
fn what_is_written_today_can_be_read_by_releases_to_come() {
    let there = encrypted(&content(100_000), PATH);
    assert_eq!(Digest::of(&there).to_string(), "1850bf7fa2ff3044af708c4c5c3c7c28007f708bbf0818ddcb6cdad043f1363c");
    assert_eq!(encrypted(&content(100_000), PATH), there, "the same file is the same bytes");
    assert_ne!(encrypted(&content(100_000), "staged/reg/0124/reg.parquet")[32..], there[32..]);
}

#[test]
fn a_byte_that_is_another_is_never_read() {
    let plain = content(300);
    let there = encrypted(&plain, PATH);
    for at in 0..there.len() {
        for bit in [1, 128] {
            let mut altered = there.clone();
            altered[at] ^= bit;
            match read(altered.clone(), 7, None) {
                Err(_) => {}
                // Without its first bytes it is no encrypted file, and of another size than its record says.
                Ok(bytes) => assert!(at < 8 && bytes == altered, "byte {at}"),
            }
        }
    }
}

#[test]
fn pieces_are_read_only_in_their_place_and_files_only_whole() {
    let piece = PIECE as usize + 16;
    let there = encrypted(&content(3 * PIECE as usize), PATH);
    let (header, pieces) = there.split_at(HEADER as usize);
    let pieces: Vec<&[u8]> = pieces.chunks(piece).collect();
    let wrong = [&[0, 1][..], &[0], &[], &[1, 0, 2], &[0, 1, 1], &[2, 1, 0], &[0, 1, 2, 2]];
    for order in wrong {
        let parts: Vec<&[u8]> = order.iter().map(|at| pieces[*at]).collect();
        let file = [header, &parts.concat()].concat();
        assert!(read(file, 7, None).is_err(), "{order:?}");
    }
    for length in [32, 40, 47, 48, 49, there.len() - 1, there.len() - piece, there.len() - 17] {
        assert!(read(there[..length].to_vec(), 7, None).is_err(), "{length}");
    }
    assert!(read([there.as_slice(), &[0]].concat(), 7, None).is_err());
}

#[test]
fn another_key_is_told_by_its_id() {
    let error = read(encrypted(b"rows", PATH), 8, None).unwrap_err().to_string();
    assert!(error.contains(&format!("encrypted with the key {}", key(7).id())), "{error}");
    let shown = format!("{:?} {}", key(7), key(7).id());
    assert!(!shown.contains("0707"), "{shown}");
}

#[test]
fn what_is_not_encrypted_is_read_as_it_is() {
    for plain in [&b""[..], b"PAR1", &content(100_000)] {
        assert_eq!(read(plain.to_vec(), 7, None).unwrap(), plain);
    }
}

proptest! {
    #[test]
    fn any_part_of_a_file_can_be_read(length in 1_u64..300_000, start: prop::sample::Index, end: prop::sample::Index) {
        let plain = content(length as usize);
        let (a, b) = (start.index(length as usize), end.index(length as usize));
        let range = a.min(b)..a.max(b) + 1;
        let found = read(encrypted(&plain, PATH), 7, Some(range.start as u64..range.end as u64)).unwrap();
        prop_assert!(found == plain[range]);
    }
}
