//! Downloads against a server on this machine that misbehaves in every way servers do.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use spinloom_core::run::{CancelToken, Progress, Silent};
use spinloom_task::TaskError;
use spinloom_task::data::{FetchOptions, data_set, fetch, locate, verify};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How a server misbehaves.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Good,
    /// Sends half of what is asked for and closes, the first `n` times.
    BreaksOff(usize),
    /// Promises more than it sends.
    LiesAboutLength,
    /// Sends something else of the same length.
    WrongFile,
    /// Does not know the header `Range`.
    IgnoresRange,
}

struct Server {
    address: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    fn start(files: HashMap<String, Vec<u8>>, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = requests.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let count = counter.fetch_add(1, Ordering::SeqCst);
                answer(stream.unwrap(), &files, manner, count);
            }
        });
        Self { address, requests }
    }

    fn options(&self) -> FetchOptions {
        FetchOptions { mirror: Some(self.address.clone()) }
    }
}

fn answer(mut stream: TcpStream, files: &HashMap<String, Vec<u8>>, manner: Manner, count: usize) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut request, mut from) = (String::new(), 0);
    reader.read_line(&mut request).unwrap();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 || line == "\r\n" {
            break;
        }
        if let Some(range) = line.to_lowercase().strip_prefix("range: bytes=") {
            from = range.trim().trim_end_matches('-').parse().unwrap();
        }
    }
    let name = request.split(' ').nth(1).unwrap().trim_start_matches('/');
    let Some(content) = files.get(name) else {
        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        return;
    };
    if manner == Manner::IgnoresRange {
        from = 0;
    }
    let mut body = content[from..].to_vec();
    if manner == Manner::WrongFile {
        body.iter_mut().for_each(|b| *b ^= 1);
    }
    let promised = body.len() + if manner == Manner::LiesAboutLength { 100 } else { 0 };
    let status = if from > 0 { "206 Partial Content" } else { "200 OK" };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {promised}\r\nConnection: close\r\n\r\n").unwrap();
    if matches!(manner, Manner::BreaksOff(n) if count < n) {
        body.truncate(body.len() / 2);
    }
    let _ = stream.write_all(&body);
}

/// The real file where it is present; without it these tests have nothing whose checksum is published.
fn published() -> Option<HashMap<String, Vec<u8>>> {
    let Some(folder) = std::env::var_os("SPINLOOM_DATA").map(PathBuf::from) else {
        println!("not run: these tests need the data set santafe in SPINLOOM_DATA");
        return None;
    };
    let content = std::fs::read(folder.join("santafe/santafe_laser.npy")).unwrap();
    Some(HashMap::from([("santafe_laser.npy".to_owned(), content)]))
}

fn bring(server: &Server, target: &tempfile::TempDir) -> Result<(), TaskError> {
    fetch(data_set("santafe").unwrap(), target.path(), &server.options(), &Silent, &CancelToken::default())
}

fn installed(target: &tempfile::TempDir) -> bool {
    target.path().join("santafe/santafe_laser.npy").exists()
}

#[test]
fn a_good_server_delivers_once() {
    let Some(files) = published() else { return };
    let (server, target) = (Server::start(files, Manner::Good), tempfile::tempdir().unwrap());
    bring(&server, &target).unwrap();
    let set = data_set("santafe").unwrap();
    let found = verify(set, &target.path().join("santafe"), &Silent, &CancelToken::default()).unwrap();
    assert!(found.is_whole() && found.good == 1);
    // What is there and right is not brought again.
    bring(&server, &target).unwrap();
    assert_eq!(server.requests.load(Ordering::SeqCst), 1);
}

#[test]
fn what_breaks_off_is_resumed() {
    let Some(files) = published() else { return };
    let (server, target) = (Server::start(files, Manner::BreaksOff(2)), tempfile::tempdir().unwrap());
    bring(&server, &target).unwrap();
    assert!(installed(&target) && server.requests.load(Ordering::SeqCst) == 3);
}

#[test]
fn a_part_is_kept_and_taken_up_by_the_next_call() {
    let Some(files) = published() else { return };
    let target = tempfile::tempdir().unwrap();
    let server = Server::start(files.clone(), Manner::BreaksOff(1000));
    assert!(matches!(bring(&server, &target), Err(TaskError::Download { .. })));
    let part = target.path().join("santafe/santafe_laser.npy.part");
    assert!(!installed(&target) && std::fs::metadata(&part).unwrap().len() > 0);
    bring(&Server::start(files, Manner::Good), &target).unwrap();
    assert!(installed(&target) && !part.exists());
}

#[test]
fn a_server_without_ranges_starts_over() {
    let Some(files) = published() else { return };
    let target = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(target.path().join("santafe")).unwrap();
    std::fs::write(target.path().join("santafe/santafe_laser.npy.part"), b"half").unwrap();
    bring(&Server::start(files, Manner::IgnoresRange), &target).unwrap();
    assert!(installed(&target));
}

#[test]
fn a_lie_about_the_length_installs_nothing() {
    let Some(files) = published() else { return };
    let target = tempfile::tempdir().unwrap();
    let error = bring(&Server::start(files, Manner::LiesAboutLength), &target).unwrap_err();
    assert!(matches!(error, TaskError::Download { .. } | TaskError::WrongContent { .. }), "{error}");
    assert!(!installed(&target));
}

#[test]
fn a_wrong_file_installs_nothing() {
    let Some(files) = published() else { return };
    let target = tempfile::tempdir().unwrap();
    let error = bring(&Server::start(files, Manner::WrongFile), &target).unwrap_err().to_string();
    assert!(error.contains("is published") && error.contains("nothing was installed"), "{error}");
    assert!(!installed(&target) && !target.path().join("santafe/santafe_laser.npy.part").exists());
}

#[test]
fn a_missing_file_says_what_the_server_answered() {
    let target = tempfile::tempdir().unwrap();
    let error = bring(&Server::start(HashMap::new(), Manner::Good), &target).unwrap_err().to_string();
    assert!(error.contains("404"), "{error}");
}

/// Cancels at the first sign of progress.
struct Impatient(CancelToken);

impl Progress for Impatient {
    fn update(&self, _phase: &str, _done: usize, _total: usize) {
        self.0.cancel();
    }
}

#[test]
fn cancelling_keeps_the_part_and_installs_nothing() {
    let Some(files) = published() else { return };
    let (server, target) = (Server::start(files, Manner::Good), tempfile::tempdir().unwrap());
    let cancel = CancelToken::default();
    let result = fetch(data_set("santafe").unwrap(), target.path(), &server.options(), &Impatient(cancel.clone()), &cancel);
    assert!(matches!(result, Err(TaskError::Cancelled(_))) && !installed(&target));
}

#[test]
fn an_archive_that_is_none_installs_nothing() {
    let target = tempfile::tempdir().unwrap();
    let files = HashMap::from([(String::new(), b"no archive".to_vec())]);
    let server = Server::start(files, Manner::Good);
    let error = fetch(data_set("fsdd").unwrap(), target.path(), &server.options(), &Silent, &CancelToken::default()).unwrap_err();
    assert!(matches!(error, TaskError::WrongContent { .. }), "{error}");
    assert!(std::fs::read_dir(target.path().join("fsdd")).unwrap().next().is_none());
}

#[test]
fn what_no_program_may_take_is_got_by_hand() {
    let target = tempfile::tempdir().unwrap();
    let set = data_set("freeway").unwrap();
    let error = fetch(set, target.path(), &FetchOptions::default(), &Silent, &CancelToken::default()).unwrap_err().to_string();
    for part in ["freeway.mat.dat", set.page, &target.path().join("freeway").display().to_string()] {
        assert!(error.contains(part), "{error}");
    }
    // Once it is there it is found, and nothing is said of what is in it.
    let folder = target.path().join("freeway");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("events20051221T014416 freeway.mat.dat"), b"events").unwrap();
    assert_eq!(locate("freeway", Some(target.path())).unwrap(), folder);
    let found = verify(set, &folder, &Silent, &CancelToken::default()).unwrap();
    assert!(found.is_whole() && found.good == 0 && found.unverified.len() == 1, "{found:?}");
}
