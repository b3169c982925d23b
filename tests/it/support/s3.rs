//! An S3 server on this machine: moto, started for the tests and ended with them.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use object_store::ObjectStore;
use object_store::aws::{AmazonS3, AmazonS3Builder};

use super::python::{python, script};

/// Starts moto on a port that is free and says which; ends when its stdin does.
///
/// S3 creates an object once, whoever races for it. Moto looks for it and puts it in two steps, which a lock keeps together.
const SERVER: &str = "
import sys, threading
from moto.s3.responses import S3Response
from moto.server import ThreadedMotoServer
alone, put_object = threading.Lock(), S3Response.put_object
def put_alone(response):
    with alone:
        return put_object(response)
S3Response.put_object = put_alone
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
";

/// A server with its buckets.
pub(crate) struct S3 {
    /// Its stdin stays open as long as it is held.
    _process: Child,
    port: String,
}

impl S3 {
    /// The one server of all tests; each has a bucket of its own. It ends with its stdin, that is with this process.
    pub(crate) fn server() -> &'static Self {
        static SERVER: LazyLock<S3> = LazyLock::new(S3::start);
        &SERVER
    }

    fn start() -> Self {
        let mut process = Command::new(python())
            .args(["-c", SERVER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        assert!(!port.trim().is_empty(), "moto did not start");
        Self { _process: process, port: port.trim().to_owned() }
    }

    /// Its port on this machine.
    pub(crate) fn port(&self) -> u16 {
        self.port.parse().unwrap()
    }

    /// The variables that a client on this machine needs.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        Self::variables_at(self.port())
    }

    /// The same, for a client that goes by another port.
    pub(crate) fn variables_at(port: u16) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT", format!("http://127.0.0.1:{port}")),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_REGION", "eu-north-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// A new bucket's name.
    pub(crate) fn bucket(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let bucket = format!("bucket-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let make = "
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(sys.argv[1], method='PUT', data=b''))
";
        script(make, &[&format!("http://127.0.0.1:{}/{bucket}", self.port)]);
        bucket
    }

    /// Puts an empty object under a key that need not be a path.
    pub(crate) fn put(&self, bucket: &str, key: &str) {
        let put = "
import boto3, sys
client = boto3.client('s3', endpoint_url=sys.argv[1], region_name='eu-north-1', aws_access_key_id='test', aws_secret_access_key='test')
client.put_object(Bucket=sys.argv[2], Key=sys.argv[3], Body=b'')
";
        script(put, &[&format!("http://127.0.0.1:{}", self.port), bucket, key]);
    }

    /// A client of a bucket.
    pub(crate) fn client(&self, bucket: &str) -> Arc<dyn ObjectStore> {
        Self::client_at(self.port(), bucket)
    }

    /// A client of a bucket that goes by another port.
    pub(crate) fn client_at(port: u16, bucket: &str) -> Arc<dyn ObjectStore> {
        let client: AmazonS3 = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_endpoint(format!("http://127.0.0.1:{port}"))
            .with_allow_http(true)
            .with_region("eu-north-1")
            .with_access_key_id("test")
            .with_secret_access_key("test")
            .build()
            .unwrap();
        Arc::new(client)
    }
}
