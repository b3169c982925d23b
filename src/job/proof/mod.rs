//! A published version proved: all that lies behind it is what is written of it.
//!
//! A proof is a list of checks, each of which tells how much it looked at, what it found, and what it could not judge. The
//! files come first (`files`), with the publisher's signature, then the audits, then, for who asks, the tables derived again
//! (`rebuild`). What else there is to find, such as what an attacker could work out from a protected version, is one further
//! check of the list.

mod audits;
mod files;
mod inspected;
mod rebuild;
mod signature;
mod verify;

pub use inspected::{Finding, Inspected, Part, Proof};
pub use verify::{Depth, verify};
