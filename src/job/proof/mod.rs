//! A published version proved: all that lies behind it is what is written of it.
//!
//! A proof is a list of checks, each of which tells how much it looked at, what it found, and what it could not judge. The
//! files come first (`files`), with the publisher's signature, then what is hidden, attacked once more (`attack`), then the audits,
//! and, for who asks, the tables derived again (`rebuild`).

mod attack;
mod audits;
mod files;
mod inspected;
mod rebuild;
mod signature;
mod verify;

pub use inspected::{Finding, Inspected, Part, Proof};
pub use verify::{Depth, verify};
