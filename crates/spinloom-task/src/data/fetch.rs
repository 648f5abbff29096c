//! Downloads: with progress, resumed where they broke off, checked before they are installed.

use super::{DataSet, Source, checksum_of};
use crate::TaskError;
use spinloom_core::run::{CancelToken, Progress};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Component, Path};
use std::time::Duration;

/// How data sets are downloaded.
#[derive(Debug, Clone, Default)]
pub struct FetchOptions {
    /// An address to use in place of those of the data set: a mirror.
    pub mirror: Option<String>,
}

/// Times an interrupted transfer is taken up again before it is given up.
const ATTEMPTS: usize = 4;

/// Downloads a data set into `target/NAME` and checks every file.
///
/// Partial downloads are kept beside their place as `.part` and resumed by the next call; a file appears under its own name only when it is
/// whole and its checksum right.
///
/// # Errors
/// [`TaskError::ByHand`] for one that no program may take, [`TaskError::Download`] when no address delivers, [`TaskError::WrongContent`] when what came is not what is published, [`TaskError::Io`],
/// [`TaskError::Cancelled`].
pub fn fetch(
    set: &DataSet,
    target: &Path,
    options: &FetchOptions,
    progress: &dyn Progress,
    cancel: &CancelToken,
) -> Result<(), TaskError> {
    let folder = target.join(set.name);
    if !set.is_fetched() {
        let files = set.files().map(|(_, file)| format!("`{file}`")).collect::<Vec<_>>().join(", ");
        return Err(TaskError::ByHand { name: set.name, files, page: set.page, folder });
    }
    fs::create_dir_all(&folder).map_err(TaskError::io("create", &folder))?;
    let mirror: Vec<&str> = options.mirror.iter().map(String::as_str).collect();
    match set.source {
        Source::Files(addresses) => {
            let addresses = if mirror.is_empty() { addresses } else { &mirror };
            for (checksum, file) in set.files() {
                let place = folder.join(file);
                if place.exists() && checksum_of(&place)? == checksum {
                    continue;
                }
                let urls: Vec<String> = addresses.iter().map(|a| format!("{a}{file}")).collect();
                let part = download(file, &urls, &place, progress, cancel)?;
                let found = checksum_of(&part)?;
                if found != checksum {
                    fs::remove_file(&part).map_err(TaskError::io("remove", &part))?;
                    let why = format!("its checksum is {found}, but {checksum} is published");
                    return Err(TaskError::WrongContent { name: file.to_owned(), why });
                }
                fs::rename(&part, &place).map_err(TaskError::io("rename", &part))?;
            }
            Ok(())
        }
        Source::Archive(addresses, inside) => {
            let urls: Vec<String> = if mirror.is_empty() { addresses } else { &mirror }.iter().map(|a| (*a).to_owned()).collect();
            let part = download(set.name, &urls, &target.join(format!("{}.tar.gz", set.name)), progress, cancel)?;
            let result = unpack(set, &part, inside, &folder, progress, cancel);
            if !matches!(result, Err(TaskError::Cancelled(_))) {
                fs::remove_file(&part).map_err(TaskError::io("remove", &part))?;
            }
            result
        }
        Source::ByHand => Ok(()),
    }
}

/// Downloads the first address that delivers to `place.part`, and returns that path.
fn download(
    name: &str,
    urls: &[String],
    place: &Path,
    progress: &dyn Progress,
    cancel: &CancelToken,
) -> Result<std::path::PathBuf, TaskError> {
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent).map_err(TaskError::io("create", parent))?;
    }
    let mut part = place.as_os_str().to_owned();
    part.push(".part");
    let part = std::path::PathBuf::from(part);
    let mut failures = Vec::new();
    for url in urls {
        for attempt in 0..ATTEMPTS {
            match transfer(name, url, &part, progress, cancel) {
                Ok(()) => return Ok(part),
                Err(Failure::Fatal(error)) => return Err(error),
                Err(Failure::Address(why)) => {
                    failures.push(format!("{url}: {why}"));
                    break;
                }
                Err(Failure::Broken(why)) if attempt + 1 == ATTEMPTS => failures.push(format!("{url}: {why}")),
                Err(Failure::Broken(_)) => {}
            }
        }
    }
    Err(TaskError::Download { name: name.to_owned(), why: failures.join("; ") })
}

/// How a transfer ends badly.
enum Failure {
    /// This machine is at fault, or the user cancelled.
    Fatal(TaskError),
    /// The address does not have the file; another may.
    Address(String),
    /// The connection broke; the rest may still come.
    Broken(String),
}

/// One request: the rest of the file if a part is there, else all of it.
fn transfer(name: &str, url: &str, part: &Path, progress: &dyn Progress, cancel: &CancelToken) -> Result<(), Failure> {
    let have = fs::metadata(part).map_or(0, |m| m.len());
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(20)))
        .timeout_recv_response(Some(Duration::from_secs(30)))
        .build()
        .into();
    let mut request = agent.get(url);
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let mut response = match request.call() {
        Ok(response) => response,
        // The part is as long as the file: nothing is left to send. Its checksum tells whether it is right.
        Err(ureq::Error::StatusCode(416)) if have > 0 => return Ok(()),
        Err(ureq::Error::StatusCode(code)) => return Err(Failure::Address(format!("the server answers {code}"))),
        Err(other) => return Err(Failure::Broken(other.to_string())),
    };
    // A server that does not know ranges sends everything again with 200.
    let resumed = response.status().as_u16() == 206;
    let length = response.headers().get("content-length").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    let start = if resumed { have } else { 0 };
    let total = length.map(|l| l + start);
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .append(resumed)
        .truncate(!resumed)
        .open(part)
        .map_err(|e| Failure::Fatal(TaskError::io("write", part)(e)))?;
    let mut body = response.body_mut().as_reader();
    let mut buffer = vec![0; 1 << 16];
    let mut done = start;
    loop {
        cancel.check().map_err(|c| Failure::Fatal(c.into()))?;
        let read = body.read(&mut buffer).map_err(|e| Failure::Broken(e.to_string()))?;
        if read == 0 {
            break;
        }
        file.write_all(&buffer[..read]).map_err(|e| Failure::Fatal(TaskError::io("write", part)(e)))?;
        done += read as u64;
        progress.update(&format!("fetch {name}"), done as usize, total.unwrap_or(0) as usize);
    }
    file.sync_all().map_err(|e| Failure::Fatal(TaskError::io("write", part)(e)))?;
    match total {
        Some(total) if done != total => Err(Failure::Broken(format!("{done} of {total} bytes came"))),
        _ => Ok(()),
    }
}

/// Unpacks the files of the manifest, checks each and puts it in its place.
fn unpack(
    set: &DataSet,
    archive: &Path,
    inside: &str,
    folder: &Path,
    progress: &dyn Progress,
    cancel: &CancelToken,
) -> Result<(), TaskError> {
    let wrong = |why: String| TaskError::WrongContent { name: format!("the archive of {}", set.name), why };
    let wanted: std::collections::BTreeMap<&str, &str> = set.files().map(|(checksum, file)| (file, checksum)).collect();
    let file = File::open(archive).map_err(TaskError::io("open", archive))?;
    let mut entries = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut done = 0;
    for entry in entries.entries().map_err(|e| wrong(format!("it cannot be read: {e}")))? {
        cancel.check()?;
        let mut entry = entry.map_err(|e| wrong(format!("it cannot be read: {e}")))?;
        let path = entry.path().map_err(|e| wrong(e.to_string()))?.into_owned();
        // Only names of the manifest are written, so an archive can reach nothing outside its folder.
        let safe = path.components().all(|c| matches!(c, Component::Normal(_)));
        let Some((name, checksum)) =
            path.strip_prefix(inside).ok().filter(|_| safe).and_then(Path::to_str).and_then(|p| wanted.get_key_value(p))
        else {
            continue;
        };
        let place = folder.join(name);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(TaskError::io("create", parent))?;
        }
        let part = folder.join("unpacking.part");
        let mut out = File::create(&part).map_err(TaskError::io("write", &part))?;
        std::io::copy(&mut entry, &mut out).map_err(|e| wrong(format!("{name} cannot be unpacked: {e}")))?;
        drop(out);
        let found = checksum_of(&part)?;
        if found != **checksum {
            fs::remove_file(&part).map_err(TaskError::io("remove", &part))?;
            return Err(wrong(format!("the checksum of {name} is {found}, but {checksum} is published")));
        }
        fs::rename(&part, &place).map_err(TaskError::io("rename", &part))?;
        done += 1;
        progress.update(&format!("unpack {}", set.name), done, wanted.len());
    }
    if done < wanted.len() {
        return Err(wrong(format!("{} of {} files are missing from it", wanted.len() - done, wanted.len())));
    }
    Ok(())
}
