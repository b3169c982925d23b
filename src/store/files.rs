//! Files at paths, on a local folder, in memory and on S3: created once, replaced whole, read and listed.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, WriteMultipart};
use tokio::io::AsyncReadExt;
use url::Url;

use super::encryption::{EncryptionKey, Header, Undecipherable, View, is_table};
use super::error::NoKey;
use super::folders::Readers;
use super::{AtRest, Created, KeyId, Location, StoreError, TableEntry, Usage, local};

/// Files up to this size go to an object store in one request.
const SINGLE_PUT_BYTES: u64 = 8 * 1024 * 1024;

/// Where artefacts and versions live.
#[derive(Clone)]
pub struct Store {
    location: Location,
    at_rest: AtRest,
    /// The files as they were before they were encrypted.
    view: Arc<View>,
    /// The files that this process has written, or has found to be what their records say. No file of the store is ever
    /// written with other content, so one comparison is enough.
    held: Arc<Mutex<BTreeMap<Path, TableEntry>>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.location)
    }
}

impl Store {
    /// Opens the store at `address`: a folder (relative to `base`), `file://`, `s3://` or `memory://`.
    ///
    /// # Errors
    /// The address names no store, or its folder can't be made.
    pub fn open(address: &str, base: &FilePath) -> Result<Self, StoreError> {
        Self::open_for(Usage::Write, address, base)
    }

    /// Opens the store at `address` for a use.
    ///
    /// # Errors
    /// The address names no store, or its folder can't be used so.
    pub fn open_for(usage: Usage, address: &str, base: &FilePath) -> Result<Self, StoreError> {
        Ok(Self::at(Location::parse(address, base, usage)?))
    }

    /// A store over an object store that the caller has set up, below `prefix`.
    pub fn over(address: &str, objects: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self::at(Location::over(address, objects, prefix))
    }

    fn at(location: Location) -> Self {
        let view = Arc::new(View::new(location.objects(), None));
        Self { location, at_rest: AtRest::Plain, view, held: Arc::default() }
    }

    /// The same store, whose tables outside `published/` lie as `at_rest` says.
    #[must_use]
    pub fn with(self, at_rest: AtRest) -> Self {
        let view = Arc::new(View::new(self.location.objects(), at_rest.key().cloned()));
        Self { at_rest, view, ..self }
    }

    /// How its tables lie outside `published/`.
    pub fn at_rest(&self) -> &AtRest {
        &self.at_rest
    }

    /// The address, as a person would give it.
    pub fn address(&self) -> String {
        self.location.to_string()
    }

    /// The files of the store as its readers see them.
    pub fn view(&self) -> Arc<dyn ObjectStore> {
        let view: Arc<View> = Arc::clone(&self.view);
        view
    }

    /// The files of another object store, as the readers of this one see them: what is encrypted as this one's are can be read.
    pub fn view_of(&self, objects: Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore> {
        Arc::new(View::new(objects, self.at_rest.key().cloned()))
    }

    /// The object store below, with the files as they lie there.
    pub(super) fn objects(&self) -> Arc<dyn ObjectStore> {
        self.location.objects()
    }

    /// The id of the key that tables are encrypted with. It is in every artefact's key: under another one all tables are made
    /// anew, and those before can be removed.
    ///
    /// # Errors
    /// They are to be encrypted, and there is no key.
    pub fn encryption_key(&self) -> Result<Option<KeyId>, StoreError> {
        let key = self.at_rest.key_to_write().map_err(StoreError::NoEncryptionKey)?;
        Ok(key.map(EncryptionKey::id))
    }

    /// The key that the file at `path` is encrypted with; `None` where it is written as it is.
    ///
    /// # Errors
    /// It is to be encrypted, and there is no key.
    pub(super) fn key_to_write(&self, path: &Path) -> Result<Option<&EncryptionKey>, StoreError> {
        match Readers::of(path) {
            Readers::Owner if is_table(path) => self.at_rest.key_to_write().map_err(StoreError::NoEncryptionKey),
            _ => Ok(None),
        }
    }

    /// Where it is.
    pub(super) fn location(&self) -> &Location {
        &self.location
    }

    /// The folder that a local store is.
    pub(super) fn folder(&self) -> Option<&FilePath> {
        self.location.folder()
    }

    /// The URL of a path of the store, which another process can resolve.
    ///
    /// # Errors
    /// The store's address is no URL.
    pub fn url(&self, path: &Path) -> Result<Url, StoreError> {
        Ok(self.location.url(path)?)
    }

    /// Where in the object store below a path of the store lies.
    pub fn object_path(&self, path: &Path) -> Path {
        self.location.path(path)
    }

    /// Creates `path` if nobody has before.
    ///
    /// On S3 a request that succeeded may have been repeated after a lost answer and then reads as
    /// [`Created::Already`]: compare the content where it matters who won.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn create(&self, path: &Path, bytes: Bytes) -> Result<Created, StoreError> {
        if let Some(folder) = self.location.folder() {
            let (folder, path) = (folder.to_owned(), path.clone());
            return local::blocking(move || local::create(&folder, &path, &bytes)).await;
        }
        let mut conflicts = 0;
        loop {
            let options = PutOptions::from(PutMode::Create);
            match self.objects().put_opts(&self.object_path(path), bytes.clone().into(), options).await {
                Ok(_) => return Ok(Created::Now),
                // S3 says "conflict" when two creations race, even where neither has landed yet.
                Err(object_store::Error::AlreadyExists { .. }) if conflicts < 5 => {
                    if self.get(path).await?.is_some() {
                        return Ok(Created::Already);
                    }
                    conflicts += 1;
                }
                Err(source) => return Err(self.failed("create", path, source)),
            }
        }
    }

    /// Writes `path`, in one piece, over anything that is there.
    ///
    /// # Errors
    /// The store can't be written.
    pub async fn put(&self, path: &Path, bytes: Bytes) -> Result<(), StoreError> {
        if let Some(folder) = self.location.folder() {
            let (folder, path) = (folder.to_owned(), path.clone());
            return local::blocking(move || local::replace(&folder, &path, &mut &bytes[..])).await;
        }
        match self.objects().put(&self.object_path(path), bytes.into()).await {
            Ok(_) => Ok(()),
            Err(source) => Err(self.failed("write", path, source)),
        }
    }

    /// Copies a local file to `path`, in one piece, over anything that is there. Streams.
    ///
    /// # Errors
    /// The file can't be read, or the store can't be written.
    pub async fn put_file(&self, path: &Path, file: &FilePath) -> Result<(), StoreError> {
        let unreadable = |source| StoreError::File { action: "read", path: file.to_owned(), source };
        if let Some(folder) = self.location.folder() {
            let (folder, path) = (folder.to_owned(), path.clone());
            let mut content = std::fs::File::open(file).map_err(unreadable)?;
            return local::blocking(move || local::replace(&folder, &path, &mut content)).await;
        }
        let mut content = tokio::fs::File::open(file).await.map_err(unreadable)?;
        let size = content.metadata().await.map_err(unreadable)?.len();
        if size <= SINGLE_PUT_BYTES {
            let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
            content.read_to_end(&mut bytes).await.map_err(unreadable)?;
            return self.put(path, bytes.into()).await;
        }
        let failed = |source| self.failed("write", path, source);
        let mut upload =
            WriteMultipart::new(self.objects().put_multipart(&self.object_path(path)).await.map_err(failed)?);
        let mut buffer = vec![0; 1024 * 1024];
        loop {
            let read = content.read(&mut buffer).await.map_err(unreadable)?;
            if read == 0 {
                break;
            }
            upload.wait_for_capacity(4).await.map_err(failed)?;
            upload.write(&buffer[..read]);
        }
        upload.finish().await.map(|_| ()).map_err(failed)
    }

    /// The content of `path`, or `None` where there is nothing.
    ///
    /// # Errors
    /// The store can't be read.
    pub async fn get(&self, path: &Path) -> Result<Option<Bytes>, StoreError> {
        self.check_inside(path)?;
        let content = match self.view.get(&self.object_path(path)).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        match content {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(self.failed("read", path, source)),
        }
    }

    /// Refuses a path of a local store that a link leads out of it.
    pub(super) fn check_inside(&self, path: &Path) -> Result<(), StoreError> {
        self.folder().map_or(Ok(()), |folder| local::stays_inside(folder, path))
    }

    /// The paths of all that lies below `folder`, sorted.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn list(&self, folder: &Path) -> Result<Vec<Path>, StoreError> {
        Ok(self.sizes(folder).await?.into_keys().collect())
    }

    /// The files below a folder, with their bytes.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn sizes(&self, folder: &Path) -> Result<BTreeMap<Path, u64>, StoreError> {
        self.location.list(folder).await.map_err(|source| self.failed("list", folder, source))
    }

    /// Whether the file at `path` needs no comparison with its record any more.
    pub(super) fn held_entry(&self, path: &Path) -> Option<TableEntry> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    pub(super) fn remember(&self, path: Path, entry: TableEntry) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(path, entry);
    }

    pub(super) fn failed(&self, action: &'static str, path: &Path, source: object_store::Error) -> StoreError {
        let why = match &source {
            object_store::Error::Generic { source, .. } => source.downcast_ref::<Undecipherable>().copied(),
            _ => None,
        };
        match why {
            Some(Undecipherable::OtherKey(id)) => return self.locked(path, id),
            Some(why @ Undecipherable::Altered) => return self.damaged(path, &why.to_string()),
            None => {}
        }
        StoreError::Object { action, path: path.to_string(), store: self.address(), source }
    }

    /// What the file at `path` begins with, if it is encrypted.
    pub(super) async fn header(&self, path: &Path) -> Result<Option<Header>, StoreError> {
        self.check_inside(path)?;
        match self.view.header(&self.object_path(path)).await {
            Ok(header) => Ok(header),
            Err(object_store::Error::NotFound { .. }) => Err(self.gone(path)),
            Err(source) => Err(self.failed("read", path, source)),
        }
    }

    /// The error for a file that is encrypted with another key than this process has.
    pub(super) fn locked(&self, path: &Path, with: KeyId) -> StoreError {
        let (path, store) = (path.to_string(), self.address());
        match &self.at_rest {
            AtRest::Plain => StoreError::Encrypted { path, store, with, key: NoKey::Unnamed },
            AtRest::Locked(why) => StoreError::Encrypted { path, store, with, key: NoKey::NotGiven(why.clone()) },
            AtRest::Encrypted { name, key } => {
                let key = NoKey::Another { name: name.clone(), id: key.id() };
                StoreError::Encrypted { path, store, with, key }
            }
        }
    }

    /// The error for a file that is not what is written of it.
    pub fn damaged(&self, path: &Path, what: &str) -> StoreError {
        StoreError::Damaged { path: path.to_string(), store: self.address(), what: what.to_owned() }
    }

    /// The error for a file that has to be there.
    pub fn gone(&self, path: &Path) -> StoreError {
        StoreError::Gone { path: path.to_string(), store: self.address() }
    }
}
