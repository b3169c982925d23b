//! Encoding beside the work that makes the rows.

use std::io::Write;

use arrow::array::RecordBatch;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinHandle;

use super::writer::{TableError, TableWriter};

/// Batches that are written where they come: for few rows a thread is not worth its start.
const WRITTEN_HERE: usize = 8;

/// Batches that wait for the thread.
const WAITING: usize = 4;

/// Writes a table: few rows at once, and many on a thread of its own while the next are made.
#[derive(Debug)]
pub struct WriterBeside<S: Write + Send + 'static> {
    place: Place<S>,
    written: usize,
}

#[derive(Debug)]
enum Place<S: Write + Send + 'static> {
    Here(Box<TableWriter<S>>),
    Beside { batches: Sender<RecordBatch>, thread: JoinHandle<Result<TableWriter<S>, TableError>> },
}

impl<S: Write + Send + 'static> WriterBeside<S> {
    /// Goes on with a table.
    pub fn new(writer: TableWriter<S>) -> Self {
        Self { place: Place::Here(Box::new(writer)), written: 0 }
    }

    /// Adds rows.
    ///
    /// # Errors
    /// The disk is full, or the batch is of another schema.
    pub async fn write(mut self, batch: RecordBatch) -> Result<Self, TableError> {
        self.written += 1;
        let place = match self.place {
            Place::Here(writer) if self.written > WRITTEN_HERE => beside(writer),
            place => place,
        };
        self.place = match place {
            Place::Here(mut writer) => {
                writer.write(&batch)?;
                Place::Here(writer)
            }
            Place::Beside { batches, thread } => match batches.send(batch).await {
                Ok(()) => Place::Beside { batches, thread },
                // The thread has ended, with an error.
                Err(_) => Place::Here(Box::new(ended(thread).await?)),
            },
        };
        Ok(self)
    }

    /// The table with all rows in it.
    ///
    /// # Errors
    /// As [`WriterBeside::write`].
    pub async fn end(self) -> Result<TableWriter<S>, TableError> {
        match self.place {
            Place::Here(writer) => Ok(*writer),
            Place::Beside { batches, thread } => {
                drop(batches);
                ended(thread).await
            }
        }
    }
}

fn beside<S: Write + Send + 'static>(mut writer: Box<TableWriter<S>>) -> Place<S> {
    let (batches, mut coming) = channel::<RecordBatch>(WAITING);
    let thread = tokio::task::spawn_blocking(move || {
        while let Some(batch) = coming.blocking_recv() {
            writer.write(&batch)?;
        }
        Ok(*writer)
    });
    Place::Beside { batches, thread }
}

async fn ended<S: Write + Send>(
    thread: JoinHandle<Result<TableWriter<S>, TableError>>,
) -> Result<TableWriter<S>, TableError> {
    match thread.await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
