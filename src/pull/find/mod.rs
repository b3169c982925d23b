//! Find: which extracts there are, which year each serves, and what digest each has.

mod availability;
mod days;
mod extract;
mod locate;
mod near;
mod origins;
mod persons;
mod reading;
mod take;
mod unread;

pub use availability::{Availability, Delivery};
pub use extract::{Extract, Place};
pub use locate::Located;
pub use near::{Instead, Near};
pub use origins::Origins;
pub(crate) use origins::{definitions, list};
pub(crate) use unread::served_year;
pub use unread::{Unread, Why};
