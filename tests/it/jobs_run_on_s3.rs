//! The whole job from S3 to S3, and the race between two publishers.

use std::io::{Read, Write};

use maaltal::store::Store;
use object_store::ObjectStoreExt;
use object_store::path::Path;

use crate::support::bytewise::Bytewise;
use crate::support::counted::counted;
use crate::support::made::made;
use crate::support::proxy::{CONFLICT, MISHAPS, Proxy};
use crate::support::s3::S3;
use crate::support::small::Small;
use crate::support::{Project, Told};

/// Puts a project's extracts into a bucket.
fn upload(project: &Project, extracts: &str, s3: &S3, bucket: &str) {
    let client = s3.client(bucket);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for file in project.files(extracts) {
        let bytes = std::fs::read(project.path(extracts).join(&file)).unwrap();
        let path = Path::from(format!("extracts/{}", file.to_str().unwrap()));
        runtime.block_on(client.put(&path, bytes.into())).unwrap();
    }
}

#[test]
fn a_job_on_s3_publishes_what_a_job_on_a_folder_does() {
    let project = &made(2018, 2018).project;
    let s3 = S3::server();
    let bucket = s3.bucket();
    upload(project, "testdata", s3, &bucket);
    let maaltal = |arguments: &[&str]| {
        let addresses = [format!("s3://{bucket}/extracts"), format!("s3://{bucket}/lager på 100%25")];
        let mut command = project.command(arguments);
        command.args(["--extracts", &addresses[0], "--store", &addresses[1]]).envs(s3.variables());
        Told::from(command.output().unwrap())
    };
    let told = maaltal(&["run"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(maaltal(&["run"]).stdout.contains("up to date: version 1"));

    let query = "SELECT * FROM indicator_value ORDER BY 1, 2, 3, 4, 5, 6, 7";
    let on_s3 = maaltal(&["sql", query, "--format", "csv"]);
    assert_eq!(on_s3.code, 0, "{}", on_s3.stderr);
    let local = project.succeeds(&["sql", query, "--format", "csv"]);
    assert!(on_s3.stdout == local.stdout);
    assert!(maaltal(&["status"]).stdout.contains("U4-2030"));
}

#[test]
fn a_service_that_is_out_of_sorts_gets_the_same_version_in_the_end() {
    let Small(project) = counted(2018);
    let s3 = S3::server();
    let bucket = s3.bucket();
    upload(&project, "extracts", s3, &bucket);
    let proxy = Proxy::before(s3.port());
    let run = |store: &str, port: u16| {
        let mut command = project.command(&["run", "--store", store]);
        command.args(["--extracts", &format!("s3://{bucket}/extracts")]).envs(S3::variables_at(port));
        Told::from(command.output().unwrap())
    };
    let undisturbed = run(&format!("s3://{bucket}/undisturbed"), s3.port());
    assert_eq!(undisturbed.code, 0, "{}", undisturbed.stderr);
    // Whatever a run can't do the next one can: the service is itself again after a few requests.
    let store = format!("s3://{bucket}/disturbed");
    let told = (0..5).map(|_| run(&store, proxy.port())).find(|told| {
        assert!(matches!(told.code, 0 | 4 | 7), "{}: {}", told.code, told.stderr);
        told.code == 0
    });
    assert!(told.is_some(), "no run got through");
    let held = |below: &str| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(Bytewise::of(s3.client(&bucket).as_ref(), below))
    };
    let (disturbed, undisturbed) = (held("disturbed"), held("undisturbed"));
    assert_eq!(disturbed.whole_versions(), 1);
    assert!(disturbed.latest_is_of_the_log());
    assert!(disturbed == undisturbed, "{:?}", disturbed.difference(&undisturbed));
    let met = proxy.met();
    for kind in ["create", "put", "get", "list"] {
        assert!(MISHAPS.iter().all(|mishap| met[kind].contains(mishap)), "{kind}: {met:?}");
    }
    assert!(met["create"].contains(&CONFLICT), "{met:?}");
}

#[test]
fn a_large_file_arrives_whole_or_not_at_all_at_a_service_that_is_out_of_sorts() {
    let s3 = S3::server();
    let (bucket, proxy) = (s3.bucket(), Proxy::before(s3.port()));
    let content: Vec<u8> = (0..9_000_003u32).map(|place| (place % 251) as u8).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &content).unwrap();
    let store = Store::over("s3://bucket", S3::client_at(proxy.port(), &bucket), Path::default());
    let undisturbed = Store::over("s3://bucket", s3.client(&bucket), Path::default());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kinds = ["begin a multipart put", "put a part", "complete"];
    let met_all = || kinds.iter().all(|kind| proxy.met().get(kind).is_some_and(|met| met.len() == MISHAPS.len()));
    let mut number = 0;
    while !met_all() {
        number += 1;
        assert!(number < 20, "{:?}", proxy.met());
        let path = Path::from(format!("large/{number}"));
        let put = runtime.block_on(store.put_file(&path, file.path()));
        let there = runtime.block_on(undisturbed.get(&path)).unwrap();
        // What is told as a failure may have been done, but never in part.
        assert!(there.as_ref().is_some_and(|bytes| *bytes == content) || put.is_err() && there.is_none(), "{put:?}");
    }
}

#[test]
fn keys_that_are_no_paths_keep_no_extract_back() {
    let Small(project) = Small::practices("closed");
    let s3 = S3::server();
    let bucket = s3.bucket();
    upload(&project, "extracts", s3, &bucket);
    // Before, between and behind the others.
    for key in ["extracts//odd.csv", "extracts/lukket//x", "extracts/reg/../up", "extracts/zz//last"] {
        s3.put(&bucket, key);
    }
    let maaltal = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.args(["--extracts", &format!("s3://{bucket}/extracts")]).envs(s3.variables());
        Told::from(command.output().unwrap())
    };
    let told = maaltal(&["pull", "--format", "json"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    for key in ["/odd.csv", "lukket//x", "reg/../up", "zz//last"] {
        assert!(told.stderr.contains(&format!("{key}: its key is no path")), "{key}: {}", told.stderr);
    }
    assert_eq!(told.stdout.matches("\"source\"").count(), project.rows(&["sources"]).len());
}

#[test]
fn a_store_that_can_not_be_reached_ends_with_its_own_code() {
    let Small(project) = Small::practices("closed");
    let mut command = project.command(&["versions", "--store", "s3://nobody/here"]);
    // Nothing listens there: a port of this machine that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    command
        .env("AWS_ENDPOINT", format!("http://127.0.0.1:{port}"))
        .env("AWS_ALLOW_HTTP", "true")
        .env("AWS_REGION", "eu-north-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test");
    let told = Told::from(command.output().unwrap());
    assert_eq!(told.code, 7, "{}", told.stderr);
    assert!(told.stderr.contains("hint: "), "{}", told.stderr);
}

/// What object_store takes from the environment, apart from the addresses of the service.
const VARIABLES: &str = "\
    ACCESS_KEY_ID ALLOW_HTTP ALLOW_INVALID_CERTIFICATES BUCKET BUCKET_NAME CHECKSUM_ALGORITHM CONDITIONAL_PUT CONNECT_TIMEOUT \
    CONTAINER_AUTHORIZATION_TOKEN_FILE CONTAINER_CREDENTIALS_FULL_URI CONTAINER_CREDENTIALS_RELATIVE_URI \
    COPY_IF_NOT_EXISTS DEFAULT_CONTENT_TYPE DEFAULT_REGION DISABLE_TAGGING ENDPOINT_URL_STS HTTP1_ONLY HTTP2_ONLY \
    HTTP2_KEEP_ALIVE_INTERVAL IMDSV1_FALLBACK METADATA_ENDPOINT POOL_IDLE_TIMEOUT POOL_MAX_IDLE_PER_HOST \
    PROXY_CA_CERTIFICATE PROXY_EXCLUDES PROXY_URL RANDOMIZE_ADDRESSES READ_TIMEOUT REGION REQUEST_PAYER ROLE_ARN \
    ROLE_SESSION_NAME S3_EXPRESS SECRET_ACCESS_KEY SERVER_SIDE_ENCRYPTION SESSION_TOKEN SKIP_SIGNATURE \
    SSE_BUCKET_KEY_ENABLED SSE_CUSTOMER_KEY_BASE64 SSE_KMS_KEY_ID TIMEOUT UNSIGNED_PAYLOAD USER_AGENT \
    VIRTUAL_HOSTED_STYLE_REQUEST WEB_IDENTITY_TOKEN_FILE";

/// A service that lets nobody in: each request is refused at once, and none is tried again.
fn closed_service() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    address
}

#[test]
fn no_variable_of_the_environment_makes_it_panic() {
    let (small, endpoint) = (Small::practices("closed"), closed_service());
    for name in VARIABLES.split_whitespace() {
        for value in ["", "non sense", "-1"] {
            let mut command = small.0.command(&["versions", "--store", "s3://nobody/here"]);
            command
                .env("AWS_ENDPOINT", &endpoint)
                .env("AWS_ALLOW_HTTP", "true")
                .env("AWS_REGION", "eu-north-1")
                .env("AWS_ACCESS_KEY_ID", "test")
                .env("AWS_SECRET_ACCESS_KEY", "test")
                .env(format!("AWS_{name}"), value);
            let told = Told::from(command.output().unwrap());
            assert!(matches!(told.code, 3 | 7), "AWS_{name}={value} ends with {}: {}", told.code, told.stderr);
            assert!(told.stderr.starts_with("error: "), "AWS_{name}={value}: {}", told.stderr);
        }
    }
}

#[test]
fn an_address_of_the_service_that_is_none_is_told_with_its_variable() {
    let Small(project) = Small::practices("closed");
    for name in ["AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"] {
        for value in ["", " ", "minio", "minio:9000", "127.0.0.1:9000", "http://", "ftp://minio", "http://127.0.0.1:1"]
        {
            let mut command = project.command(&["versions", "--store", "s3://nobody/here"]);
            command.env_remove("AWS_ALLOW_HTTP").env(name, value);
            let told = Told::from(command.output().unwrap());
            assert_eq!(told.code, 3, "{name}={value}: {}", told.stderr);
            let expected = format!("error: the environment variable {name} holds no address of an S3 service");
            assert!(told.stderr.starts_with(&expected) && told.stderr.contains("hint: "), "{}", told.stderr);
        }
    }
}
