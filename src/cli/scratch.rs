//! The folder of a process's temporary files, and the signals that end the process.
//!
//! A signal stops a job by [`Cancel`]: the job drops what it is doing, and the process ends as after an error. What does
//! not listen, or takes too long to stop, is ended where it is. In both cases the folder goes first.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tempfile::TempDir;

use crate::observe::Cancel;
use crate::problem::Exit;

/// How long a job that was told to stop may take: schedulers kill a process some seconds after they asked.
const GRACE: Duration = Duration::from_secs(5);

/// How long a folder is left alone whose process may be about to lock it.
const YOUNG: Duration = Duration::from_secs(60);

/// How often the folder is removed before it is left: threads that are still at work may add a file to it meanwhile.
const TRIES: usize = 1000;

/// The folder: extracts on their way, tables before they are stored, what queries spill. It is gone when this is dropped,
/// and when the process is interrupted or terminated.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: TempDir,
    /// Held as long as the process lives, however it ends.
    _lock: File,
}

/// How the folders' names begin.
const PREFIX: &str = "maaltal-scratch-";

impl Scratch {
    /// Makes the folder within TMPDIR, and has signals tell `cancel`.
    ///
    /// A process that is stopped ends with 128 and the signal's number, as shells have it: 130 or 143.
    ///
    /// # Errors
    /// TMPDIR can't be written.
    pub(super) fn open(cancel: Cancel) -> io::Result<Self> {
        // First, so that there is no folder that a signal would leave.
        let signals = Signals::new([SIGINT, SIGTERM])?;
        sweep(&std::env::temp_dir());
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        let lock = File::open(folder.path())?;
        // Where folders can't be locked nobody else can lock this one, and it is left where it is.
        let _ = lock.try_lock();
        // Only a second folder of one process is refused, which would do as well.
        let _ = tempfile::env::override_temp_dir(folder.path());
        let path = folder.path().to_owned();
        thread::Builder::new().name("signals".to_owned()).spawn(move || heed(signals, &cancel, &path))?;
        Ok(Self { folder, _lock: lock })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        remove(self.folder.path());
    }
}

/// Removes the folders of processes that were killed, in which extracts may lie as they were delivered. A process that lives
/// holds the lock of its own.
fn sweep(all: &Path) {
    let entries = fs::read_dir(all).into_iter().flatten().flatten();
    let is_of_a_process = |name: &str| name.strip_prefix(PREFIX).is_some_and(|random| random.len() == 6);
    for entry in entries.filter(|entry| entry.file_name().to_str().is_some_and(is_of_a_process)) {
        // One that was made a moment ago may not be locked yet.
        let is_old = entry
            .metadata()
            .and_then(|found| found.modified())
            .is_ok_and(|made| made.elapsed().is_ok_and(|age| age > YOUNG));
        let lock = File::open(entry.path()).ok().filter(|_| is_old);
        if lock.is_some_and(|lock| lock.try_lock().is_ok()) {
            remove(&entry.path());
        }
    }
}

/// Waits for signals: the first one stops a job, the second one ends the process.
fn heed(mut signals: Signals, cancel: &Cancel, folder: &Path) {
    for signal in signals.forever() {
        let exit = if signal == SIGINT { Exit::Interrupted } else { Exit::Terminated };
        if cancel.is_cancelled() || !cancel.cancel(exit) {
            end(folder, exit);
        }
        let folder: PathBuf = folder.to_owned();
        let impatient = thread::Builder::new().name("grace".to_owned());
        // Without a thread that waits the second signal still ends the process.
        let _ = impatient.spawn(move || {
            thread::sleep(GRACE);
            end(&folder, exit);
        });
    }
}

/// Ends the process wherever it is. What is half written in a store is left as after a crash: no reader sees it.
fn end(folder: &Path, exit: Exit) -> ! {
    remove(folder);
    process::exit(exit.code().into())
}

/// Removes a folder that other threads may be writing to. Once it is gone they can't make another file in it.
fn remove(folder: &Path) {
    for _ in 0..TRIES {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => thread::yield_now(),
            _ => return,
        }
    }
}
