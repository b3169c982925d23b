//! `src/observe/` without what only the command line plugs in.

#[path = "../../src/observe/cancel.rs"]
mod cancel;
#[path = "../../src/observe/event.rs"]
mod event;
#[path = "../../src/observe/observers.rs"]
mod observers;

pub use cancel::{Cancel, CancelOnDrop};
pub use event::{Event, Stage, Warning};
pub use observers::{Begun, Observer, Observers};
