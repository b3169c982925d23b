//! What goes on between a job and whoever watches it: the events that its stages tell, the observers that are plugged in to
//! hear of them, and the word to stop. Who watches is the caller's choice: the command line plugs in log lines and progress
//! bars, both on stderr.

mod bars;
mod cancel;
mod event;
mod log;
mod observers;

pub use bars::Bars;
pub use cancel::{Cancel, CancelOnDrop};
pub use event::{Event, Stage, Warning};
pub use log::{Log, LogFormat};
pub use observers::{Begun, Observer, Observers};

/// `text` with its control characters written out: what a register holds must neither steer a terminal nor look like a
/// line of ours. Lines stay lines.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => shown.push('\n'),
            // Marks that turn the direction of writing make a text look like another.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                shown.extend(letter.escape_unicode());
            }
            letter if letter.is_control() => shown.extend(letter.escape_default()),
            letter => shown.push(letter),
        }
    }
    shown
}
