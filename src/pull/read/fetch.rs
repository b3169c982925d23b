//! An object of a store as a blocking reader, digested while it is read.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use futures::StreamExt;
use object_store::path::Path;
use object_store::{GetResult, GetResultPayload, ObjectStore, ObjectStoreExt};
use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::fault::Unfetched;
use crate::observe::Cancel;
use crate::store::Digest;

/// Chunks of an object that may wait for the parser.
const CHUNKS_AHEAD: usize = 8;

/// What is fetched of an object.
enum Piece {
    /// A file of the local disk, which is read where it lies.
    File(File),
    Chunk(Bytes),
}

/// An object as a blocking reader, for the parsers' threads.
pub(crate) struct ObjectReader {
    pieces: mpsc::Receiver<object_store::Result<Piece>>,
    file: Option<File>,
    current: Bytes,
    hasher: Sha256,
    cancel: Cancel,
}

impl ObjectReader {
    /// Starts fetching `path`; reading ends with an error once `cancel` is told to.
    pub(crate) fn open(objects: Arc<dyn ObjectStore>, path: Path, runtime: &Handle, cancel: Cancel) -> Self {
        let (sender, pieces) = mpsc::channel(CHUNKS_AHEAD);
        runtime.spawn(async move {
            match objects.get(&path).await {
                Ok(GetResult { payload: GetResultPayload::File(file, _), .. }) => {
                    drop(sender.send(Ok(Piece::File(file))).await);
                }
                Ok(object) => {
                    let mut stream = object.into_stream();
                    while let Some(chunk) = stream.next().await {
                        // The parser may have given up: then nobody wants the rest.
                        if sender.send(chunk.map(Piece::Chunk)).await.is_err() {
                            return;
                        }
                    }
                }
                Err(error) => drop(sender.send(Err(error)).await),
            }
        });
        Self { pieces, file: None, current: Bytes::new(), hasher: Sha256::new(), cancel }
    }

    /// The digest of the whole object; what the parser left is read for it.
    pub(crate) fn digest(mut self) -> io::Result<Digest> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.hasher.into())
    }
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(io::Error::other(Unfetched("the job was stopped".to_owned())));
        }
        loop {
            let length = match &mut self.file {
                Some(file) => {
                    let length = file.read(buffer).map_err(|error| match error.kind() {
                        io::ErrorKind::Interrupted => error,
                        _ => io::Error::other(Unfetched(error.to_string())),
                    })?;
                    if length == 0 {
                        return Ok(0);
                    }
                    length
                }
                None => {
                    let length = buffer.len().min(self.current.len());
                    self.current.copy_to_slice(&mut buffer[..length]);
                    length
                }
            };
            self.hasher.update(&buffer[..length]);
            if length > 0 || buffer.is_empty() {
                return Ok(length);
            }
            match self.pieces.blocking_recv() {
                Some(Ok(Piece::File(file))) => self.file = Some(file),
                Some(Ok(Piece::Chunk(chunk))) => self.current = chunk,
                Some(Err(error)) => return Err(io::Error::other(Unfetched(error.to_string()))),
                None => return Ok(0),
            }
        }
    }
}
