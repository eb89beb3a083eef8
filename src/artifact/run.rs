use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::atomic::{self, io_error};
use super::list::{self, RunLine, unfinished};
use super::replace::{self, FILES, is_replaced, settle, waiting};
use crate::error::{ConfigError, OutputError, Result};

/// Written last into a finished run.
pub const DONE: &str = "DONE";
/// Files whose checksums stand in it: which rows judge a model must not change unseen.
const SUMMED: [&str; 1] = ["splits.parquet"];
/// Holds what an unfinished run can go on from.
pub const CHECKPOINTS: &str = "checkpoints";

/// Held by the process that trains into the folder.
const LOCK: &str = ".lock";

/// The folder of one run; while it is held, no other process can train into it.
///
/// Let go before its end, it stays if there is a checkpoint to go on from; else what was made of it is removed.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// Whether the folder is new, so that it may be removed.
    made: bool,
    /// Whether a finished run is in the folder, which stays until this one is complete.
    replaces: bool,
    /// Whether a run that was to go on has nothing to go on from.
    anew: bool,
    /// Keeps the lock for as long as the folder is held.
    _lock: File,
}

/// How a run's folder is chosen.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// Where runs are kept.
    pub runs: &'a Path,
    /// Beginning of a new run's name.
    pub stem: &'a str,
    /// The folder itself, if the user named one.
    pub out: Option<&'a Path>,
    /// Go on with an unfinished run.
    pub resume: bool,
    /// Replace a run.
    pub force: bool,
}

impl RunFolder {
    /// Opens the folder that the choice asks for.
    ///
    /// # Errors
    /// If a run, or files of others, would be overwritten without `force`, another process holds the folder, there is
    /// nothing to resume, or the place cannot be written.
    pub fn open(choice: &Choice<'_>) -> Result<Self> {
        let (path, made) = match (choice.out, choice.resume) {
            (Some(out), _) => (out.to_owned(), !out.exists()),
            (None, true) => {
                let nothing = || {
                    let place = choice.runs.display();
                    ConfigError::Usage(format!("nothing to resume: no unfinished run of \"{}\" under {place}", choice.stem))
                };
                (unfinished(choice.runs, choice.stem).ok_or_else(nothing)?, false)
            }
            (None, false) => (fresh(choice.runs, choice.stem)?, true),
        };
        let shown = || path.display().to_string();
        settle(&path)?;
        // A run that is to be replaced is done, but the one that takes its place can be gone on with.
        let is_done = || Ok::<_, OutputError>(finished(&path)? && !(choice.resume && is_replaced(&path)));
        let done = is_done()?;
        if choice.resume && done {
            return Err(ConfigError::Usage(format!("run {} is finished; there is nothing to resume", shown())).into());
        }
        // One that was ended before its first checkpoint goes on from the beginning.
        let anew = choice.resume && !begun(&path);
        if anew && !left(&path) {
            let message = format!("nothing to resume in {}: no run was begun there; leave out --resume to start", shown());
            return Err(ConfigError::Usage(message).into());
        }
        if done && !choice.force {
            return Err(OutputError::Exists { path: shown() }.into());
        }
        if !choice.force && foreign(&path)? {
            return Err(OutputError::NoRun { path: shown() }.into());
        }
        let (lock, _) = lock(&path)?;
        // A second look under the lock: another process may just have finished.
        if is_done()? && !choice.force {
            return Err(OutputError::Exists { path: shown() }.into());
        }
        if begun(&path) && !choice.resume && !choice.force {
            return Err(OutputError::Unfinished { path: shown() }.into());
        }
        let replaces = finished(&path)?;
        let run = Self { path, made, replaces, anew, _lock: lock };
        if !choice.resume {
            run.clear()?;
        }
        fs::create_dir_all(run.path.join(CHECKPOINTS)).map_err(|e| io_error(&run.path, e))?;
        Ok(run)
    }

    /// Removes what an earlier run left in the folder, the mark of its end first; not a run that this one replaces.
    fn clear(&self) -> Result<(), OutputError> {
        for name in FILES {
            replace::remove(&self.file(name))?;
            replace::remove(&waiting(&self.path, name))?;
        }
        fs::remove_dir_all(self.path.join(CHECKPOINTS)).ok();
        Ok(())
    }

    /// Whether there is a checkpoint to go on from.
    #[must_use]
    pub fn begun(&self) -> bool {
        begun(&self.path)
    }

    /// Whether a run that was to go on starts from the beginning, because it was ended before its first checkpoint.
    #[must_use]
    pub const fn starts_anew(&self) -> bool {
        self.anew
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Name of the run.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_name().map_or_else(|| "run".into(), |n| n.to_string_lossy().into_owned())
    }

    /// Path of one of its files for as long as the folder is held.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        if self.replaces { waiting(&self.path, name) } else { self.path.join(name) }
    }

    /// Writes one of its files, whole or not at all.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), OutputError> {
        atomic::write(&self.file(name), |out| out.write_all(content))
    }

    /// Adds the run to the list and, last of all, marks it as finished; only then it takes the place of another.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn finish(mut self, runs: &Path, line: &RunLine) -> Result<(), OutputError> {
        list::append(runs, line)?;
        self.write(DONE, sums(|name| self.file(name))?.as_bytes())?;
        if self.replaces {
            replace::promote(&self.path)?;
            self.replaces = false;
        }
        fs::remove_dir_all(self.path.join(CHECKPOINTS)).ok();
        fs::remove_file(self.path.join(LOCK)).ok();
        Ok(())
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // What cannot be looked at may be worth keeping.
        if self.file(DONE).try_exists().unwrap_or(true) || self.begun() {
            return;
        }
        self.clear().ok();
        fs::remove_file(self.path.join(LOCK)).ok();
        if self.made {
            // Goes only if nothing of anybody else is in it.
            fs::remove_dir(&self.path).ok();
        }
    }
}

/// The checksums of the files of a run that later verbs go by, as `sha256sum` writes and checks them.
fn sums(file: impl Fn(&str) -> PathBuf) -> Result<String, OutputError> {
    let mut lines = String::new();
    for name in SUMMED {
        match fs::read(file(name)) {
            Ok(bytes) => lines.push_str(&sum(name, &bytes)),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(io_error(&file(name), error)),
        }
    }
    Ok(lines)
}

fn sum(name: &str, bytes: &[u8]) -> String {
    let mut line = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(line, "{byte:02x}");
    }
    line + "  " + name + "\n"
}

/// Whether the content of a file of a run is what the run wrote; a run whose `DONE` says nothing of it is taken at its word.
#[must_use]
pub fn intact(path: &Path, content: &[u8]) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let done = fs::read_to_string(path.with_file_name(DONE)).unwrap_or_default();
    let written = done.lines().find(|line| line.ends_with(&format!("  {name}")));
    written.is_none_or(|line| line == sum(&name, content).trim_end())
}

/// Makes the folder and takes its lock, which lasts as long as the file is open; its path comes with it.
pub fn lock(folder: &Path) -> Result<(File, PathBuf), OutputError> {
    let path = folder.join(LOCK);
    loop {
        fs::create_dir_all(folder).map_err(|e| io_error(folder, e))?;
        let lock = File::create(&path).map_err(|e| io_error(&path, e))?;
        if lock.try_lock().is_err() {
            return Err(OutputError::Locked { path: folder.display().to_string() });
        }
        // Another process may have let go of the folder and removed the file in between.
        if path.exists() {
            return Ok((lock, path));
        }
    }
}

/// Whether the run in a folder is finished.
fn finished(folder: &Path) -> Result<bool, OutputError> {
    let done = folder.join(DONE);
    done.try_exists().map_err(|e| io_error(&done, e))
}

/// Whether a folder holds a checkpoint, or may hold one because it cannot be looked into.
#[must_use]
pub fn begun(folder: &Path) -> bool {
    match fs::read_dir(folder.join(CHECKPOINTS)) {
        Ok(mut files) => {
            files.any(|file| file.is_ok_and(|file| file.path().extension().is_some_and(|e| e == "state" || e == "previous")))
        }
        Err(error) => !is_absent(&error),
    }
}

/// Whether a run was begun in a folder that did not come to its end, nor to a checkpoint perhaps.
pub fn left(folder: &Path) -> bool {
    [LOCK, CHECKPOINTS].iter().any(|name| folder.join(name).exists())
}

/// Whether a folder holds files, and none that only a run has.
fn foreign(folder: &Path) -> Result<bool, OutputError> {
    // The files first: another process may be the one that makes the folder a run's right now.
    let files = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if is_absent(&error) => false,
        Err(error) => return Err(io_error(folder, error)),
    };
    Ok(files && !folder.join(DONE).exists() && !left(folder))
}

/// Whether there is no such folder, as opposed to one that cannot be read.
fn is_absent(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// A folder `stem-1`, `stem-2`, … that does not exist yet, made.
fn fresh(runs: &Path, stem: &str) -> Result<PathBuf, OutputError> {
    fs::create_dir_all(runs).map_err(|e| io_error(runs, e))?;
    let mut n = 1;
    loop {
        let path = runs.join(format!("{stem}-{n}"));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => n += 1,
            Err(e) => return Err(io_error(&path, e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::{list, newest_finished, newest_unfinished};
    use crate::pipeline::Checkpoints as _;

    fn choice<'a>(runs: &'a Path, out: Option<&'a Path>) -> Choice<'a> {
        Choice { runs, stem: "a", out, resume: false, force: false }
    }

    fn line(run: &str) -> RunLine {
        let empty = String::new;
        RunLine {
            run: run.into(),
            task: empty(),
            target: empty(),
            source: empty(),
            rows: 1,
            metric: empty(),
            cv: None,
            sd: None,
            test: None,
            baseline: None,
            linear: None,
            total_s: 0.0,
        }
    }

    #[test]
    fn a_finished_run_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path();
        let out = runs.join("x");
        RunFolder::open(&choice(runs, Some(&out))).unwrap().finish(runs, &line("x")).unwrap();
        let error = RunFolder::open(&choice(runs, Some(&out))).unwrap_err();
        assert!(error.to_string().contains("--force"), "{error}");
        assert!(RunFolder::open(&Choice { force: true, ..choice(runs, Some(&out)) }).is_ok());
        assert_eq!(list(runs).unwrap().0.len(), 1);
    }

    #[test]
    fn a_finished_run_knows_what_it_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunFolder::open(&choice(folder.path(), None)).unwrap();
        let path = run.path().join("splits.parquet");
        run.write("splits.parquet", b"abc").unwrap();
        assert!(intact(&path, b"other"), "there is nothing to go by yet");
        run.finish(folder.path(), &line("x")).unwrap();
        // The first test vector of SHA-256.
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  splits.parquet\n";
        assert_eq!(fs::read_to_string(path.with_file_name(DONE)).unwrap(), sum);
        assert!(intact(&path, b"abc") && !intact(&path, b"abd") && intact(&path.with_file_name("model.mkt"), b"x"));
    }

    #[test]
    fn a_run_is_replaced_only_by_a_complete_one() {
        let folder = tempfile::tempdir().unwrap();
        let (runs, out) = (folder.path(), folder.path().join("x"));
        let open = |resume, force| RunFolder::open(&Choice { resume, force, ..choice(runs, Some(&out)) });
        let made = |run: &RunFolder, text: &str| {
            ["model.mkt", "config.toml"].iter().for_each(|name| run.write(name, text.as_bytes()).unwrap());
        };
        let is = |text: &str| {
            let files = ["model.mkt", "config.toml"].map(|name| fs::read_to_string(out.join(name)).unwrap());
            assert_eq!((files, out.join(DONE).exists()), ([text.to_owned(), text.to_owned()], true));
        };
        let first = open(false, false).unwrap();
        made(&first, "old");
        first.finish(runs, &line("x")).unwrap();
        // One that fails leaves the old run as it was, and nothing else.
        made(&open(false, true).unwrap(), "failed");
        is("old");
        assert_eq!(fs::read_dir(&out).unwrap().count(), 3);
        // One that is cut off leaves it, too, and can be gone on with.
        let cut = open(false, true).unwrap();
        cut.save("final", &|out| out.write_all(b"state")).unwrap();
        made(&cut, "new");
        drop(cut);
        is("old");
        assert!(open(false, false).unwrap_err().to_string().contains("--force"));
        assert_eq!(newest_unfinished(runs).unwrap(), out);
        assert_eq!(newest_finished(runs).unwrap(), out);
        let resumed = open(true, false).unwrap();
        assert_eq!(fs::read_to_string(resumed.file("config.toml")).unwrap(), "new");
        is("old");
        resumed.finish(runs, &line("x")).unwrap();
        is("new");
        assert_eq!(fs::read_dir(&out).unwrap().count(), 3);
        assert!(open(true, false).unwrap_err().to_string().contains("is finished"));
    }

    #[test]
    fn files_of_others_are_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("mine");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("config.toml"), "mine").unwrap();
        let open = || RunFolder::open(&choice(folder.path(), Some(&out)));
        for _ in 0..2 {
            assert!(open().unwrap_err().to_string().contains("not of a run"));
        }
        assert_eq!(fs::read_to_string(out.join("config.toml")).unwrap(), "mine");
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
        fs::remove_file(out.join("config.toml")).unwrap();
        assert!(open().is_ok());
    }

    #[test]
    fn an_unfinished_run_is_not_started_again_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("x");
        let first = choice(folder.path(), Some(&out));
        RunFolder::open(&first).unwrap().save("final", &|out| out.write_all(b"state")).unwrap();
        let error = RunFolder::open(&first).unwrap_err();
        assert!(error.to_string().contains("pass --resume to go on or --force to start again"), "{error}");
        assert_eq!(error.exit_code(), 2);
        let resumed = RunFolder::open(&Choice { resume: true, ..first.clone() }).unwrap();
        assert!(resumed.begun() && !resumed.starts_anew());
        drop(resumed);
        assert!(!RunFolder::open(&Choice { force: true, ..first }).unwrap().begun());
    }

    #[test]
    fn a_run_that_came_to_no_checkpoint_goes_on_from_the_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("a-1");
        let resume = |out: Option<&Path>| RunFolder::open(&Choice { resume: true, ..choice(folder.path(), out) });
        assert!(resume(Some(&out)).unwrap_err().to_string().starts_with("nothing to resume in "));
        fs::create_dir(&out).unwrap();
        fs::write(out.join(LOCK), "").unwrap();
        let run = resume(Some(&out)).unwrap();
        assert!(run.starts_anew());
        drop(run);
        fs::create_dir_all(out.join(CHECKPOINTS)).unwrap();
        let run = resume(None).unwrap();
        assert_eq!((run.name().as_str(), run.starts_anew()), ("a-1", true));
    }

    #[test]
    fn a_run_without_a_checkpoint_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path();
        RunFolder::open(&choice(runs, None)).unwrap().write("config.toml", b"x").unwrap();
        assert_eq!(fs::read_dir(runs).unwrap().count(), 0);
        let out = runs.join("x");
        fs::create_dir(&out).unwrap();
        drop(RunFolder::open(&choice(runs, Some(&out))).unwrap());
        assert_eq!(fs::read_dir(&out).unwrap().count(), 0, "the folder was there before");
    }

    #[test]
    fn a_run_that_was_made_again_is_listed_once() {
        let folder = tempfile::tempdir().unwrap();
        for (name, rows) in [("a", 1), ("b", 2), ("a", 3)] {
            let out = folder.path().join(name);
            let run = RunFolder::open(&Choice { force: true, ..choice(folder.path(), Some(&out)) }).unwrap();
            run.finish(folder.path(), &RunLine { rows, ..line(name) }).unwrap();
        }
        let rows: Vec<usize> = list(folder.path()).unwrap().0.iter().map(|l| l.rows).collect();
        assert_eq!(rows, [2, 3]);
    }

    #[test]
    fn a_torn_line_of_the_list_takes_no_other_with_it() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("runs.jsonl"), "{\"run\":\"a\",").unwrap();
        for name in ["b", "c"] {
            let out = folder.path().join(name);
            RunFolder::open(&choice(folder.path(), Some(&out))).unwrap().finish(folder.path(), &line(name)).unwrap();
        }
        let (lines, damaged) = list(folder.path()).unwrap();
        assert_eq!(lines.iter().map(|l| l.run.as_str()).collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(damaged, 1);
    }

    #[test]
    fn a_held_run_is_not_shared() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("x");
        let held = RunFolder::open(&choice(folder.path(), Some(&out))).unwrap();
        assert!(RunFolder::open(&choice(folder.path(), Some(&out))).unwrap_err().to_string().contains("another mkt"));
        drop(held);
        assert!(RunFolder::open(&choice(folder.path(), Some(&out))).is_ok());
    }

    #[test]
    fn names_count_up_and_the_newest_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let runs = folder.path();
        assert!(newest_finished(runs).is_err());
        let one = RunFolder::open(&choice(runs, None)).unwrap();
        let two = RunFolder::open(&choice(runs, None)).unwrap();
        assert_eq!([one.name(), two.name()], ["a-1", "a-2"]);
        one.finish(runs, &line("a-1")).unwrap();
        two.save("final", &|out| out.write_all(b"state")).unwrap();
        assert_eq!(newest_finished(runs).unwrap(), runs.join("a-1"));
        assert_eq!(newest_unfinished(runs).unwrap(), runs.join("a-2"));
    }
}
