//! The folder of a process's temporary files: extracts on their way, tables before they are stored, what queries spill.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process;
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tempfile::TempDir;

/// The folder; it is gone when this is dropped, and when the process is interrupted or terminated.
#[derive(Debug)]
pub(super) struct Scratch {
    _folder: TempDir,
}

impl Scratch {
    /// Makes the folder within TMPDIR. What is half written in a store is left as after a crash: no reader sees it.
    ///
    /// A process that is stopped ends with 128 and the signal's number, as shells have it: 130 or 143.
    ///
    /// # Errors
    /// TMPDIR can't be written.
    pub(super) fn open() -> io::Result<Self> {
        // First, so that there is no folder that a signal would leave.
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        let folder = tempfile::Builder::new().prefix("maaltal-").tempdir()?;
        // Only a second folder of one process is refused, which would do as well.
        let _ = tempfile::env::override_temp_dir(folder.path());
        let path: PathBuf = folder.path().to_owned();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            if let Some(signal) = signals.forever().next() {
                let _ = fs::remove_dir_all(&path);
                process::exit(128 + signal);
            }
        })?;
        Ok(Self { _folder: folder })
    }
}
