//! A run that takes the place of a finished one. Until all of its files are there they have names of their own, so that
//! the old run stays whole: a full disk, a crash or a failed training loses neither.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::atomic::io_error;
use super::run::{DONE, lock};
use crate::error::OutputError;

/// What a run leaves in its folder, the mark of its end first and what tells how it was made last.
pub const FILES: [&str; 11] = [
    DONE,
    "model.mkt",
    "metrics.json",
    "report.html",
    "report.md",
    "report.json",
    "data.json",
    "history.ndjson",
    "oof.parquet",
    "splits.parquet",
    "config.toml",
];

/// Where a file of the new run waits.
pub fn waiting(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!(".new-{name}"))
}

/// Whether a run has begun to take the place of the one in the folder.
pub fn is_replaced(folder: &Path) -> bool {
    waiting(folder, "config.toml").exists()
}

/// The settings of the run in a folder that can be gone on with.
#[must_use]
pub fn begun_config(folder: &Path) -> PathBuf {
    let new = waiting(folder, "config.toml");
    if new.exists() { new } else { folder.join("config.toml") }
}

/// Puts a run whose files are all there in the place of the old one. The mark of its end, which waits until the last,
/// tells that this has to be done; done a second time after a crash it goes on where it was.
///
/// # Errors
/// If the folder cannot be written.
pub fn promote(folder: &Path) -> Result<(), OutputError> {
    // While the old mark is there nothing has been renamed: a file that does not wait is none of the new run.
    if folder.join(DONE).exists() {
        for name in FILES.iter().filter(|name| !waiting(folder, name).exists()) {
            remove(&folder.join(name))?;
        }
        remove(&folder.join(DONE))?;
    }
    for name in FILES.iter().rev() {
        match fs::rename(waiting(folder, name), folder.join(name)) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(io_error(&folder.join(name), e)),
            _ => {}
        }
    }
    // The renames last only once the folder is flushed; not every file system can.
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().ok();
    }
    Ok(())
}

/// Ends a replacement in whose last moment a process was killed.
///
/// # Errors
/// If another process holds the folder, or it cannot be written.
pub fn settle(folder: &Path) -> Result<(), OutputError> {
    if !waiting(folder, DONE).exists() {
        return Ok(());
    }
    let (_held, path) = lock(folder)?;
    promote(folder)?;
    remove(&path)
}

/// Removes a file that may be there.
pub fn remove(path: &Path) -> Result<(), OutputError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(io_error(path, e)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(folder: &Path, names: &[&str], content: &str, place: fn(&Path, &str) -> PathBuf) {
        names.iter().for_each(|name| fs::write(place(folder, name), content).unwrap());
    }

    #[test]
    fn a_replacement_that_was_cut_off_anywhere_ends_as_the_new_run() {
        let new = [DONE, "model.mkt", "metrics.json", "config.toml"];
        // Each is what one more step of the swap leaves: the old report goes, the old mark, then the files are renamed.
        for cut in 0..6 {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path();
            run(folder, &new, "old", |folder, name| folder.join(name));
            run(folder, &["report.md"], "old", |folder, name| folder.join(name));
            run(folder, &["notes.txt"], "mine", |folder, name| folder.join(name));
            run(folder, &new, "new", waiting);
            let gone = ["report.md", DONE];
            gone.iter().take(cut).for_each(|name| fs::remove_file(folder.join(name)).unwrap());
            for name in new.iter().rev().take(cut.saturating_sub(2)) {
                fs::rename(waiting(folder, name), folder.join(name)).unwrap();
            }
            settle(folder).unwrap();
            for name in new {
                assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), "new", "{name} after {cut} steps");
            }
            let mut left: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect();
            left.sort();
            assert_eq!(left, ["DONE", "config.toml", "metrics.json", "model.mkt", "notes.txt"], "after {cut} steps");
        }
    }
}
