//! `object_store` with a client of S3 that can't be made. The rooms that the targets take in name the client, and no
//! target asks for it: the real one would bring an HTTP client and TLS, which take longer to build than all else here.

pub use object_store::*;

/// The names of the real client that the product uses.
pub mod aws {
    use async_trait::async_trait;
    use futures::stream::BoxStream;
    use object_store::list::{PaginatedListOptions, PaginatedListResult, PaginatedListStore};
    use object_store::path::Path;
    use object_store::{
        CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
        PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    };

    /// Makes no client.
    #[derive(Debug)]
    pub struct AmazonS3Builder;

    impl AmazonS3Builder {
        pub fn from_env() -> Self {
            Self
        }

        pub fn with_url(self, _url: impl Into<String>) -> Self {
            self
        }

        /// # Errors
        /// Always.
        pub fn build(self) -> Result<AmazonS3> {
            Err(Error::NotImplemented { operation: "build".to_owned(), implementer: "no S3".to_owned() })
        }
    }

    /// No value has this type.
    #[derive(Debug)]
    pub enum AmazonS3 {}

    impl std::fmt::Display for AmazonS3 {
        fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            match *self {}
        }
    }

    #[async_trait]
    impl ObjectStore for AmazonS3 {
        async fn put_opts(&self, _at: &Path, _payload: PutPayload, _options: PutOptions) -> Result<PutResult> {
            match *self {}
        }

        async fn put_multipart_opts(
            &self,
            _at: &Path,
            _options: PutMultipartOptions,
        ) -> Result<Box<dyn MultipartUpload>> {
            match *self {}
        }

        async fn get_opts(&self, _at: &Path, _options: GetOptions) -> Result<GetResult> {
            match *self {}
        }

        fn delete_stream(&self, _at: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
            match *self {}
        }

        fn list(&self, _below: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
            match *self {}
        }

        async fn list_with_delimiter(&self, _below: Option<&Path>) -> Result<ListResult> {
            match *self {}
        }

        async fn copy_opts(&self, _from: &Path, _to: &Path, _options: CopyOptions) -> Result<()> {
            match *self {}
        }
    }

    #[async_trait]
    impl PaginatedListStore for AmazonS3 {
        async fn list_paginated(
            &self,
            _below: Option<&str>,
            _options: PaginatedListOptions,
        ) -> Result<PaginatedListResult> {
            match *self {}
        }
    }
}
