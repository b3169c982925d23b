//! Signatures of versions, with Ed25519: who has the public key can tell that whoever published a version had the private one.
//!
//! Digests say that nothing has changed since a record was written, and whoever can write the store can write all of them
//! anew. A signature can't be made without the key.

use std::ffi::OsStr;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use crate::definition::{bytes_of_hex, hex};

/// What stands before the 32 bytes of a public key in the form that other tools read (SubjectPublicKeyInfo, RFC 8410).
const INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const PEM_END: &str = "-----END PUBLIC KEY-----";

/// The private key that versions are signed with. Nothing shows it: what is shown of it is its public key.
pub struct SigningKey(Ed25519KeyPair);

/// A text that is no private key. It is a secret all the same, and not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signing key is 64 hexadecimal digits")]
pub struct NotASigningKey;

impl SigningKey {
    /// The key whose seed is these 64 hexadecimal digits.
    ///
    /// # Errors
    /// They are none.
    pub fn of_seed(text: &OsStr) -> Result<Self, NotASigningKey> {
        let seed = text.to_str().and_then(|text| bytes_of_hex::<32>(text.trim())).ok_or(NotASigningKey)?;
        Ed25519KeyPair::from_seed_unchecked(&seed).map(Self).map_err(|_| NotASigningKey)
    }

    /// The key that its signatures are checked with.
    pub fn public(&self) -> PublicKey {
        // A public key of Ed25519 has 32 bytes.
        self.0.public_key().as_ref().try_into().map_or_else(|_| unreachable!("a key of another length"), PublicKey)
    }

    /// The signature of a statement.
    pub fn sign(&self, statement: &str) -> Signature {
        Signature { public_key: self.public(), ed25519: BASE64.encode(self.0.sign(statement.as_bytes())) }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(public {})", self.public())
    }
}

/// The key that signatures are checked with, shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey([u8; 32]);

/// A text that is no public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a public key is 64 hexadecimal digits, or a file with them or with the key in PEM")]
pub struct NotAPublicKey;

impl PublicKey {
    /// It as `openssl` and others read it.
    pub fn pem(self) -> String {
        format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", BASE64.encode([INFO.as_slice(), &self.0].concat()))
    }
}

/// Hexadecimal digits, or PEM.
impl FromStr for PublicKey {
    type Err = NotAPublicKey;

    fn from_str(text: &str) -> Result<Self, NotAPublicKey> {
        let text = text.trim();
        let Some(body) = text.strip_prefix(PEM_BEGIN).and_then(|rest| rest.strip_suffix(PEM_END)) else {
            return bytes_of_hex(text).map(Self).ok_or(NotAPublicKey);
        };
        let body: String = body.split_whitespace().collect();
        let bytes = BASE64.decode(body).map_err(|_| NotAPublicKey)?;
        let key = bytes.strip_prefix(INFO.as_slice()).and_then(|key| key.try_into().ok());
        key.map(Self).ok_or(NotAPublicKey)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = NotAPublicKey;

    fn try_from(text: String) -> Result<Self, NotAPublicKey> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// A signature, as a record holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The key that it claims to be checked with. Whether that is the publisher's, only a reader who has the key can tell.
    pub public_key: PublicKey,
    /// The 64 bytes, in Base64.
    pub ed25519: String,
}

impl Signature {
    /// Whether it is one of this statement under its own key.
    pub fn fits(&self, statement: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.public_key.0);
        BASE64.decode(&self.ed25519).is_ok_and(|bytes| key.verify(statement.as_bytes(), &bytes).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 2: seed, public key, message and signature.
    const SEED: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    const PUBLIC: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const OF_R: &str = "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==";

    #[test]
    fn keys_and_signatures_are_those_of_the_standard() {
        let key = SigningKey::of_seed(OsStr::new(SEED)).unwrap();
        assert_eq!(key.public().to_string(), PUBLIC);
        let signature = key.sign("r");
        assert_eq!(signature.ed25519, OF_R);
        assert!(signature.fits("r") && !signature.fits("s"));
    }

    #[test]
    fn a_public_key_is_read_as_it_is_written_and_a_private_key_is_never_shown() {
        let key = SigningKey::of_seed(OsStr::new(SEED)).unwrap();
        assert_eq!(key.public().pem().parse(), Ok(key.public()));
        assert_eq!(format!("{}\n", key.public()).parse(), Ok(key.public()));
        assert!(!format!("{key:?}").contains(&SEED[..8]));
        for text in ["", "3d", &PUBLIC[1..], &format!("{PUBLIC}0"), &PUBLIC.replace('3', "g"), PEM_BEGIN] {
            assert_eq!(text.parse::<PublicKey>(), Err(NotAPublicKey), "{text}");
        }
        assert_eq!(SigningKey::of_seed(OsStr::new("short")).unwrap_err(), NotASigningKey);
    }
}
