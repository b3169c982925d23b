//! The store cleaned of what nothing needs. `needed` is what may not go, `origin` what would come back from what, and `sweep`
//! tells or removes the rest.

mod needed;
mod origin;
mod sweep;

pub use needed::DatasetVersion;
pub use origin::{ComesBack, Going, Presence, Terms};
pub use sweep::{Ages, Deed, Swept, gc};
