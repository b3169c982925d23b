//! Stopping a job: one scheme for all work that takes long.
//!
//! Asynchronous work is stopped by dropping its future, whether an error or a signal ends the job: what the future holds
//! (temporary files, tasks of the engine) goes with it. Work that blocks a thread can't be dropped. It looks at a
//! [`Cancel`] of its own between two pieces, which the future that waits for it cancels when it is dropped
//! ([`Cancel::on_drop`]).

use std::future::Future;

use tokio::sync::watch;

use crate::problem::Exit;

/// Whether work is to stop, and the exit code that the process then ends with. Clones are told together.
#[derive(Debug, Clone)]
pub struct Cancel(watch::Sender<Option<Exit>>);

impl Default for Cancel {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Cancel {
    /// Tells the work to stop. The answer is whether a job listens, which is then ending by itself.
    pub fn cancel(&self, exit: Exit) -> bool {
        self.0.send_replace(Some(exit));
        self.0.receiver_count() > 0
    }

    /// Whether the work was told to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// Does `work`, or drops it as soon as it is told to stop.
    ///
    /// # Errors
    /// It was told to stop; the exit code is the one that was given with it.
    pub async fn stops<T>(&self, work: impl Future<Output = T>) -> Result<T, Exit> {
        let mut told = self.0.subscribe();
        let stopped = async {
            loop {
                if let Some(exit) = *told.borrow_and_update() {
                    return exit;
                }
                if told.changed().await.is_err() {
                    unreachable!("the sender is `self`, which outlives this future");
                }
            }
        };
        tokio::select! {
            biased;
            exit = stopped => Err(exit),
            done = work => Ok(done),
        }
    }

    /// A guard that tells the work to stop when it is dropped: a future holds it while it waits for a thread.
    pub fn on_drop(&self) -> CancelOnDrop {
        CancelOnDrop(self.clone())
    }
}

/// Cancels what it was made of.
#[derive(Debug)]
pub struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        // Nobody waits for the work any more, so that its exit code reaches nobody.
        self.0.cancel(Exit::Terminated);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

    use std::future::pending;
    use std::thread;

    use super::*;

    #[tokio::test]
    async fn work_is_dropped_when_it_is_told_to_stop_and_done_when_it_is_not() {
        let cancel = Cancel::default();
        assert_eq!(cancel.stops(async { 1 }).await, Ok(1));
        assert!(!cancel.cancel(Exit::Interrupted), "nobody listens");
        assert_eq!(cancel.stops(pending::<()>()).await, Err(Exit::Interrupted));
    }

    #[tokio::test]
    async fn a_thread_stops_when_the_future_that_waits_for_it_is_dropped() {
        let (job, thread_of_it) = (Cancel::default(), Cancel::default());
        let seen = thread_of_it.clone();
        let thread = thread::spawn(move || {
            while !seen.is_cancelled() {
                thread::yield_now();
            }
        });
        let waiting = async {
            let _stop = thread_of_it.on_drop();
            // As a signal would while the thread works.
            assert!(job.cancel(Exit::Terminated), "the job listens");
            pending::<()>().await;
        };
        assert_eq!(job.stops(waiting).await, Err(Exit::Terminated));
        thread.join().unwrap();
    }
}
