//! What goes on between a job and whoever watches it: logs and progress, all on stderr, and the word to stop.

mod cancel;
mod logging;
mod progress;

pub use cancel::{Cancel, CancelOnDrop};
pub use logging::{LogFormat, start as start_logging};
pub use progress::{Bar, Progress};

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
