//! Find: which extracts there are, which year each serves, and what digest each has.

mod extract;
mod locate;
mod origins;
mod unread;

pub use extract::Extract;
pub use locate::Located;
pub use origins::Origins;
pub(crate) use origins::{definitions, list};
#[cfg(test)]
pub(crate) use unread::served_year;
pub use unread::{Unread, Why};
