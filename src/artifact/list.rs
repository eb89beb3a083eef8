//! The runs under one folder.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::atomic::io_error;
use super::replace::{begun_config, is_replaced, settle, waiting};
use super::run::{DONE, begun, left};
use crate::error::{ModelError, OutputError};

/// The list of all runs, beside them.
const LIST: &str = "runs.jsonl";

/// One line of the list of runs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RunLine {
    /// Its name; of a run that lies elsewhere, the way there from the list.
    pub run: String,
    pub task: String,
    pub target: String,
    pub source: String,
    pub rows: usize,
    pub metric: String,
    pub cv: Option<f64>,
    pub sd: Option<f64>,
    pub test: Option<f64>,
    pub baseline: Option<f64>,
    pub linear: Option<f64>,
    pub total_s: f64,
}

/// Adds a run to the list.
///
/// # Errors
/// If the folder cannot be written.
pub fn append(runs: &Path, line: &RunLine) -> Result<(), OutputError> {
    let list = runs.join(LIST);
    fs::create_dir_all(runs).map_err(|e| io_error(&list, e))?;
    let text = serde_json::to_string(line).unwrap_or_default();
    let add = || {
        let mut file = File::options().create(true).read(true).append(true).open(&list)?;
        // A line that was torn, by a full disk for instance, must not take this one with it.
        let begin = if is_torn(&mut file)? { "\n" } else { "" };
        // One write call, so that lines of two processes do not mix.
        file.write_all(format!("{begin}{text}\n").as_bytes())
    };
    add().map_err(|e| io_error(&list, e))
}

/// Whether the last line has no end.
fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Folders of runs under `runs` with the time of their mark, else of their last change, newest first.
fn folders(runs: &Path, mark: impl Fn(&Path) -> PathBuf) -> Vec<(std::time::SystemTime, PathBuf)> {
    let mut found: Vec<_> = fs::read_dir(runs)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|e| e.path().is_dir())
        .filter_map(|e| {
            let path = e.path();
            let mark = [mark(&path), path.clone()].into_iter().find(|p| p.exists())?;
            Some((fs::metadata(mark).and_then(|m| m.modified()).ok()?, path))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found
}

/// The newest unfinished run whose name begins so.
pub fn unfinished(runs: &Path, stem: &str) -> Option<PathBuf> {
    let of_stem = |path: &Path| {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        stem.is_empty()
            || name.strip_prefix(stem).is_some_and(|rest| rest.strip_prefix('-').is_some_and(|n| n.parse::<u32>().is_ok()))
    };
    // Without a name there is no config but its own.
    let can_start = |path: &Path| left(path) && (!stem.is_empty() || begun_config(path).exists());
    let is_open = |path: &Path| (!path.join(DONE).exists() || is_replaced(path)) && (begun(path) || can_start(path));
    folders(runs, begun_config).into_iter().map(|(_, path)| path).find(|path| is_open(path) && of_stem(path))
}

/// The newest finished run under a folder.
///
/// # Errors
/// If there is none.
pub fn newest_finished(runs: &Path) -> Result<PathBuf, ModelError> {
    let mark = |path: &Path| [waiting(path, DONE), path.join(DONE)].into_iter().find(|p| p.exists()).unwrap_or_default();
    let done = folders(runs, mark).into_iter().find(|(_, path)| mark(path).exists());
    let (_, path) = done.ok_or(ModelError::NoneFound)?;
    // Where nothing can be written or another process is at it, the model is whole all the same.
    settle(&path).ok();
    Ok(path)
}

/// The newest unfinished run under a folder, of any name.
#[must_use]
pub fn newest_unfinished(runs: &Path) -> Option<PathBuf> {
    unfinished(runs, "")
}

/// The list of runs, oldest first, and how many of its lines do not parse; of a run that was made again all lines but the
/// last are left out.
///
/// # Errors
/// If it is there but cannot be read.
pub fn list(runs: &Path) -> Result<(Vec<RunLine>, usize), ModelError> {
    let path = runs.join(LIST);
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        read => {
            read.map_err(|e| ModelError::Run { path: path.display().to_string(), reason: format!("cannot read it ({e})") })?
        }
    };
    // A line may be torn in the middle of a letter.
    let text = String::from_utf8_lossy(&bytes);
    let written: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let parsed: Vec<RunLine> = written.iter().rev().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let damaged = written.len() - parsed.len();
    let mut seen = HashSet::new();
    let mut lines: Vec<RunLine> = parsed.into_iter().filter(|line| seen.insert(line.run.clone())).collect();
    lines.reverse();
    Ok((lines, damaged))
}
