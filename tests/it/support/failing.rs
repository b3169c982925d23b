//! An object store of which one operation goes wrong.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};

/// What goes wrong with an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is refused, and nothing is done.
    Refused,
    /// It is done, and its answer is lost.
    AnswerLost,
    /// It is done, its answer is lost, and the client asks for it once more: a creation then finds itself there.
    AskedTwice,
    /// Half of it is done: what is put is there in part, what is read breaks off.
    Half,
    /// It takes so long that those asked for later overtake it.
    Late,
    /// It is refused, and so is all that follows: the process was killed, or the store is gone.
    LastBefore,
    /// It is done, and all that follows is refused.
    LastBehind,
    /// Another job does all that it has to do first.
    Overtaken,
}

impl Fault {
    /// All that the store itself does.
    pub(crate) const ALL: [Self; 7] =
        [Self::Refused, Self::AnswerLost, Self::AskedTwice, Self::Half, Self::Late, Self::LastBefore, Self::LastBehind];

    /// Whether nobody who asks notices it.
    pub(crate) fn is_hidden(self) -> bool {
        matches!(self, Self::AskedTwice | Self::Late)
    }
}

/// A store in memory whose operation of a number goes wrong; all others do as they should.
#[derive(Debug, Clone)]
pub(crate) struct Failing {
    objects: Arc<InMemory>,
    fault: Option<(usize, Fault)>,
    begun: Arc<AtomicUsize>,
    hit: Arc<Mutex<Option<String>>>,
    other: Option<Other>,
}

/// What another job does meanwhile.
#[derive(Clone)]
struct Other(Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

impl fmt::Debug for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Other")
    }
}

impl Failing {
    /// A store over `objects` of which the operation of a number, from 1, goes wrong.
    pub(crate) fn at(objects: &Arc<InMemory>, number: usize, fault: Fault) -> Self {
        Self { fault: Some((number, fault)), ..Self::never(objects) }
    }

    /// A store of which none goes wrong, and before whose operation of a number another job does its work.
    pub(crate) fn overtaken(
        objects: &Arc<InMemory>,
        number: usize,
        other: impl Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        Self { other: Some(Other(Arc::new(other))), ..Self::at(objects, number, Fault::Overtaken) }
    }

    /// A store of which none goes wrong.
    pub(crate) fn never(objects: &Arc<InMemory>) -> Self {
        Self { objects: Arc::clone(objects), fault: None, begun: Arc::default(), hit: Arc::default(), other: None }
    }

    /// How many operations were asked for.
    pub(crate) fn operations(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    /// The operation that went wrong, in words.
    pub(crate) fn hit(&self) -> Option<String> {
        self.hit.lock().unwrap().clone()
    }

    /// What goes wrong with the operation that begins.
    fn begin(&self, what: &str, path: Option<&Path>) -> Option<Fault> {
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let (at, fault) = self.fault?;
        match fault {
            _ if number == at => {
                let path = path.map(ToString::to_string).unwrap_or_default();
                *self.hit.lock().unwrap() = Some(format!("{what} {path}"));
                Some(fault)
            }
            Fault::LastBefore | Fault::LastBehind if number > at => Some(Fault::Refused),
            _ => None,
        }
    }

    /// Lets the other job go first.
    async fn overtake(&self) {
        if let Some(Other(other)) = &self.other {
            other().await;
        }
    }

    /// An operation that does a thing or nothing.
    async fn done<'a, T>(
        &self,
        fault: Option<Fault>,
        path: &Path,
        act: impl Fn() -> BoxFuture<'a, Result<T>> + Send + Sync,
    ) -> Result<T> {
        match fault {
            None => act().await,
            Some(Fault::Refused | Fault::LastBefore | Fault::Half) => Err(failed(path)),
            Some(Fault::AnswerLost | Fault::LastBehind) => {
                act().await?;
                Err(failed(path))
            }
            Some(Fault::AskedTwice) => {
                let _lost = act().await;
                act().await
            }
            Some(Fault::Late) => {
                later().await;
                let answer = act().await;
                later().await;
                answer
            }
            Some(Fault::Overtaken) => {
                self.overtake().await;
                act().await
            }
        }
    }
}

fn failed(path: &Path) -> Error {
    Error::Generic { store: "Failing", source: format!("the answer to {path} is lost").into() }
}

/// Lets others go first, many times.
async fn later() {
    for _ in 0..500 {
        tokio::task::yield_now().await;
    }
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Failing")
    }
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let creates = options.mode == PutMode::Create;
        let fault = self.begin(if creates { "create" } else { "put" }, Some(path));
        // What is created is there as a whole or not at all, on every store that can create at all.
        if fault == Some(Fault::Half) && !creates {
            let bytes: Vec<u8> = payload.iter().flatten().copied().collect();
            self.objects.put_opts(path, bytes[..bytes.len() / 2].to_vec().into(), options).await?;
            return Err(failed(path));
        }
        self.done(fault, path, || self.objects.put_opts(path, payload.clone(), options.clone())).await
    }

    async fn put_multipart_opts(&self, path: &Path, options: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        let fault = self.begin("begin a multipart put", Some(path));
        let begin = || self.objects.put_multipart_opts(path, options.clone());
        let parts = self.done(fault, path, begin).await?;
        Ok(Box::new(Parts { parts, path: path.clone(), store: self.clone() }))
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        let fault = self.begin(if options.head { "head" } else { "get" }, Some(path));
        if fault == Some(Fault::Half) && !options.head {
            let found = self.objects.get_opts(path, options).await?;
            let (meta, range, attributes) = (found.meta.clone(), found.range.clone(), found.attributes.clone());
            let bytes = found.bytes().await?;
            let pieces = [Ok(bytes.slice(..bytes.len() / 2)), Err(failed(path))];
            return Ok(GetResult {
                payload: GetResultPayload::Stream(stream::iter(pieces).boxed()),
                meta,
                range,
                attributes,
            });
        }
        self.done(fault, path, || self.objects.get_opts(path, options.clone())).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let fault = self.begin("delete", None);
        let error = failed(&Path::default());
        match fault {
            None | Some(Fault::AskedTwice | Fault::Late) => self.objects.delete_stream(paths),
            Some(Fault::Overtaken) => {
                let store = self.clone();
                let deleted = async move {
                    store.overtake().await;
                    store.objects.delete_stream(paths)
                };
                deleted.into_stream().flatten().boxed()
            }
            Some(Fault::AnswerLost | Fault::LastBehind) => {
                self.objects.delete_stream(paths).map(|done| done.and_then(|path| Err(failed(&path)))).boxed()
            }
            Some(_) => stream::iter([Err(error)]).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let fault = self.begin("list", prefix);
        let all = self.objects.list(prefix);
        let error = failed(prefix.unwrap_or(&Path::default()));
        match fault {
            None | Some(Fault::AskedTwice) => all,
            Some(Fault::Overtaken) => {
                let (store, prefix) = (self.clone(), prefix.cloned());
                let listed = async move {
                    store.overtake().await;
                    store.objects.list(prefix.as_ref())
                };
                listed.into_stream().flatten().boxed()
            }
            Some(Fault::Late) => later().into_stream().flat_map(move |()| stream::empty()).chain(all).boxed(),
            Some(Fault::Half) => all.take(1).chain(stream::iter([Err(error)])).boxed(),
            Some(_) => stream::iter([Err(error)]).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let fault = self.begin("list", prefix);
        let nowhere = Path::default();
        let list = || self.objects.list_with_delimiter(prefix);
        self.done(fault, prefix.unwrap_or(&nowhere), list).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let fault = self.begin("copy", Some(to));
        self.done(fault, to, || self.objects.copy_opts(from, to, options.clone())).await
    }
}

/// A file that is put in parts.
#[derive(Debug)]
struct Parts {
    parts: Box<dyn MultipartUpload>,
    path: Path,
    store: Failing,
}

#[async_trait]
impl MultipartUpload for Parts {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let (fault, error) = (self.store.begin("put a part of", Some(&self.path)), failed(&self.path));
        match fault {
            None | Some(Fault::AskedTwice) => self.parts.put_part(data),
            Some(Fault::Overtaken) => {
                let (store, part) = (self.store.clone(), self.parts.put_part(data));
                async move {
                    store.overtake().await;
                    part.await
                }
                .boxed()
            }
            Some(Fault::Late) => {
                let part = self.parts.put_part(data);
                async move {
                    later().await;
                    part.await
                }
                .boxed()
            }
            Some(Fault::Refused | Fault::LastBefore | Fault::Half) => async move { Err(error) }.boxed(),
            Some(Fault::AnswerLost | Fault::LastBehind) => {
                let part = self.parts.put_part(data);
                async move { part.await.and(Err(error)) }.boxed()
            }
        }
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let (fault, error) = (self.store.begin("complete", Some(&self.path)), failed(&self.path));
        match fault {
            None | Some(Fault::AskedTwice) => self.parts.complete().await,
            Some(Fault::Overtaken) => {
                self.store.overtake().await;
                self.parts.complete().await
            }
            Some(Fault::Late) => {
                later().await;
                self.parts.complete().await
            }
            Some(Fault::Refused | Fault::LastBefore | Fault::Half) => Err(error),
            Some(Fault::AnswerLost | Fault::LastBehind) => self.parts.complete().await.and(Err(error)),
        }
    }

    async fn abort(&mut self) -> Result<()> {
        match self.store.begin("abort", Some(&self.path)) {
            None => self.parts.abort().await,
            Some(_) => Err(failed(&self.path)),
        }
    }
}
