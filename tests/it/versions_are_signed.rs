//! Who has the publisher's public key can tell the publisher's versions from others: nobody who can write the store, and has no
//! key, makes one that is taken for theirs.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde_json::Value;

use crate::support::small::Small;
use crate::support::{Told, sha256, text};
use crate::versions_can_be_proved::{file, forge, proof, said};

const SEED: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";
const RECORD: &str = "data/published/small/_versions/00000000000000000001.json";

/// A command with a key in the environment.
fn with_key(small: &Small, key: impl AsRef<OsStr>, arguments: &[&str]) -> Told {
    let mut command = small.0.command(arguments);
    Told::from(command.env("MAALTAL_SIGNING_KEY", key).output().unwrap())
}

fn signed() -> Small {
    let small = Small::practices("closed");
    let told = with_key(&small, SEED, &["run"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    small
}

fn public_key() -> String {
    let pair = Ed25519KeyPair::from_seed_unchecked(&hex(SEED)).unwrap();
    pair.public_key().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The only thing that a proof finds wrong, in words.
fn finding(small: &Small, key: &str) -> String {
    let (code, lines) = proof(small, &["--key", key]);
    assert_eq!(code, 7, "{lines:?}");
    assert_eq!(said(&lines, "signature"), [RECORD.strip_prefix("data/").unwrap()], "{lines:?}");
    let line = lines.iter().find(|line| text(line, "part") == "signature" && !line["what"].is_null()).unwrap();
    text(line, "result").to_owned()
}

#[test]
fn what_is_signed_is_a_line_that_anybody_can_write() {
    let small = signed();
    let record = json(&small.0.path(RECORD));
    let manifest = fs::read(file(&small, "data/published", "manifest.json")).unwrap();
    let line = format!("maaltal small 1 {}\n", sha256(&manifest));
    let pair = Ed25519KeyPair::from_seed_unchecked(&hex(SEED)).unwrap();
    let signature = base64(text(&record["signature"], "ed25519"));
    UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref()).verify(line.as_bytes(), &signature).unwrap();
    assert_eq!(text(&record["signature"], "public_key"), public_key());
    // The hint for simple readers has the signature too.
    assert_eq!(json(&small.0.path("data/published/small/latest.json"))["signature"], record["signature"]);
}

#[test]
fn a_key_is_in_no_key_and_a_version_without_it_is_the_same() {
    let (small, other) = (signed(), Small::published());
    let manifests = [&small, &other].map(|it| fs::read(file(it, "data/published", "manifest.json")).unwrap());
    assert_eq!(manifests[0], manifests[1]);
    assert_eq!(json(&other.0.path(RECORD)).get("signature"), None);
    // A record is never written anew, and who runs with a key hears that the version is without.
    let before = fs::read(other.0.path(RECORD)).unwrap();
    let told = with_key(&other, SEED, &["run"]);
    assert!(told.code == 0 && told.stderr.contains("version 1 was published without a key"), "{}", told.stderr);
    assert!(told.stdout.contains("up to date") && fs::read(other.0.path(RECORD)).unwrap() == before);
    let told = with_key(&small, SEED, &["run"]);
    assert!(told.code == 0 && told.stderr.is_empty(), "{}", told.stderr);
}

#[test]
fn who_stops_signing_hears_of_it() {
    let small = signed();
    small.extract("lukket.csv", "nr\n2\n");
    let told = small.0.succeeds(&["run"]).stderr;
    assert!(told.contains("version 2 is not signed, and version 1 is"), "{told}");
    small.extract("lukket.csv", "nr\n3\n");
    assert_eq!(small.0.succeeds(&["run"]).stderr, "", "it is told once");
    let told = small.0.succeeds(&["rollback", "1"]).stderr;
    assert!(!told.contains("is not signed, and"), "{told}");
}

#[test]
fn the_publishers_version_is_told_from_others() {
    let small = signed();
    let key = public_key();
    let (code, lines) = proof(&small, &["--key", &key]);
    assert!(code == 0 && said(&lines, "signature").is_empty(), "{lines:?}");
    let pem = with_key(&small, SEED, &["public-key", "--as", "pem"]).stdout;
    small.write("publisher.pem", pem);
    assert_eq!(proof(&small, &["--key", "publisher.pem"]).0, 0);
    // Whose key it is only the reader knows.
    let (code, lines) = proof(&small, &[]);
    assert_eq!((code, said(&lines, "signature").len()), (0, 1), "{lines:?}");
    let told = small.0.succeeds(&["verify"]).stdout;
    assert!(told.contains(&format!("signed under the key {key}; give `--key`")), "{told}");
    let another = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    assert!(finding(&small, another).contains("signed under another key"));
    assert!(finding(&Small::published(), &key).contains("it is not signed"));
    let told = small.0.maaltal(&["verify", "--key", another]);
    assert!(told.stderr.contains("is not signed by its publisher"), "{}", told.stderr);
}

#[test]
fn who_writes_a_version_anew_with_all_its_digests_has_no_signature_for_it() {
    let small = signed();
    let manifest = file(&small, "data/published", "manifest.json");
    let before = fs::read_to_string(&manifest).unwrap();
    let after = before.replace("\"synthetic\": false", "\"synthetic\":  false");
    assert_ne!(before, after);
    fs::write(&manifest, &after).unwrap();
    forge(&small.0.path(RECORD), |record| record.replace(&sha256(before.as_bytes()), &sha256(after.as_bytes())));
    fs::copy(small.0.path(RECORD), small.0.path("data/published/small/latest.json")).unwrap();
    let (code, lines) = proof(&small, &["--key", &public_key()]);
    assert_eq!((code, said(&lines, "signature").len()), (7, 1), "{lines:?}");
    // Without a key of the reader's own a signature that is none is found all the same.
    let (code, lines) = proof(&small, &[]);
    assert_eq!((code, said(&lines, "signature").len()), (7, 1), "{lines:?}");
}

#[test]
fn a_signature_of_one_number_is_none_of_another() {
    let small = signed();
    let record = json(&small.0.path(RECORD));
    small.extract("lukket.csv", "nr\n2\n");
    assert_eq!(with_key(&small, SEED, &["run"]).code, 0);
    let second = small.0.path(&RECORD.replace("1.json", "2.json"));
    let theirs = json(&second);
    // The first version's folder, manifest and signature, as if it were restored as the second.
    forge(&second, |text| {
        let text =
            text.replacen("  \"signature\": {", "  \"restores\": {\n    \"version\": 1\n  },\n  \"signature\": {", 1);
        let pairs = ["key", "folder", "manifest_sha256"].map(|it| (&theirs[it], &record[it]));
        let signatures = (&theirs["signature"]["ed25519"], &record["signature"]["ed25519"]);
        pairs
            .into_iter()
            .chain([signatures])
            .fold(text, |text, (from, to)| text.replace(from.as_str().unwrap(), to.as_str().unwrap()))
    });
    let (code, lines) = proof(&small, &["2", "--key", &public_key()]);
    assert_eq!((code, said(&lines, "signature").len()), (7, 1), "{lines:?}");
    assert_eq!(proof(&small, &["1", "--key", &public_key()]).0, 0);
}

#[test]
fn who_takes_a_version_back_signs_the_new_record_and_no_forged_content() {
    let small = signed();
    small.extract("lukket.csv", "nr\n2\n");
    assert_eq!(with_key(&small, SEED, &["run"]).code, 0);
    let told = with_key(&small, SEED, &["rollback", "1"]);
    assert!(told.code == 0 && !told.stderr.contains("WARN"), "{}", told.stderr);
    assert_eq!(proof(&small, &["3", "--key", &public_key()]).0, 0);
    // A record of version 1 whose digests are all right, and whose signature is not of it.
    let path = small.0.path(RECORD);
    let signature = json(&path)["signature"]["ed25519"].as_str().unwrap().to_owned();
    let other =
        json(&small.0.path(&RECORD.replace("1.json", "2.json")))["signature"]["ed25519"].as_str().unwrap().to_owned();
    forge(&path, |text| text.replace(&signature, &other));
    assert_eq!(with_key(&small, SEED, &["rollback", "2"]).code, 0);
    let told = with_key(&small, SEED, &["rollback", "1"]);
    assert!(told.code == 7 && told.stderr.contains("is not signed by its publisher"), "{}", told.stderr);
    assert_eq!(with_key(&small, &SEED[1..], &["rollback", "1"]).code, 3);
}

#[test]
fn a_key_is_never_told_and_one_that_is_none_ends_the_run_before_it_begins() {
    let small = Small::practices("closed");
    let nearly = &SEED[1..];
    for command in ["run", "publish", "public-key"] {
        let told = with_key(&small, nearly, &[command]);
        assert_eq!(told.code, 3, "{}", told.stderr);
        assert!(
            told.stderr.contains("MAALTAL_SIGNING_KEY") && !told.stderr.contains(&nearly[8..16]),
            "{}",
            told.stderr
        );
    }
    assert!(small.0.files("data").is_empty());
    // Who publishes nothing needs none.
    assert_eq!(with_key(&small, nearly, &["check"]).code, 0);
    let told = small.0.maaltal(&["public-key"]);
    assert!(told.code == 3 && told.stderr.contains("hint: Make a key"), "{}", told.stderr);
    let mut run = small.0.command(&["run"]);
    let told = Told::from(run.env("MAALTAL_SIGNING_KEY", SEED).env("MAALTAL_LOG", "trace").output().unwrap());
    let secret = SEED.to_lowercase();
    assert!(told.code == 0 && !told.stderr.to_lowercase().contains(&secret) && !told.stdout.contains(&secret));
    for path in small.0.files("data") {
        let bytes = fs::read(small.0.path("data").join(path)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).to_lowercase().contains(&secret));
    }
    let told = with_key(&small, SEED, &["public-key"]);
    assert_eq!(told.stdout, format!("{}\n", public_key()));
}

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn base64(text: &str) -> Vec<u8> {
    BASE64.decode(text).unwrap()
}
