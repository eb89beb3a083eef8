use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::error::OutputError;

/// Beginning and end of the names of unfinished files; between them they are random.
const UNFINISHED: (&str, &str) = (".mkt-unfinished-", ".tmp");

/// Writes a file so that it appears whole or not at all: a temporary file in the same folder, flushed to the disk,
/// then renamed. Temporary files that a killed run left in the folder are removed.
///
/// # Errors
/// If the folder cannot be written or the disk is full; the old file is then still there.
pub fn write(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), OutputError> {
    let mut pending = Pending::create(path)?;
    fill(&mut pending.out).map_err(|e| io_error(path, e))?;
    pending.finish()
}

/// A file that is being written beside its final place.
pub struct Pending {
    out: BufWriter<File>,
    /// The temporary file's path; absent for a device or pipe, which is written as it is.
    beside: Option<tempfile::TempPath>,
    path: std::path::PathBuf,
}

impl Pending {
    /// Opens the temporary file.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn create(path: &Path) -> Result<Self, OutputError> {
        // A device or pipe cannot be replaced whole: renaming over `/dev/null` would put a file in its place.
        if fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir()) {
            let file = File::options().write(true).open(path).map_err(|e| io_error(path, e))?;
            return Ok(Self { out: BufWriter::with_capacity(1 << 18, file), beside: None, path: path.to_owned() });
        }
        let folder = folder_of(path);
        remove_stale(folder);
        let file = loop {
            let (begin, end) = UNFINISHED;
            let file = tempfile::Builder::new().prefix(begin).suffix(end).permissions(permissions()).tempfile_in(folder);
            let file = file.map_err(|e| io_error(path, plain(&e, folder)))?;
            // The lock tells a live file from one that a killed run left behind. Between its making and its locking
            // somebody may have taken it for the latter: then it is gone, and another is made.
            file.as_file().lock().map_err(|e| io_error(path, e))?;
            if file.path().exists() {
                break file;
            }
        };
        let (file, beside) = file.into_parts();
        Ok(Self { out: BufWriter::with_capacity(1 << 18, file), beside: Some(beside), path: path.to_owned() })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.out.write_all(bytes).map_err(|e| io_error(&self.path, e))
    }

    /// Puts the file in its final place.
    ///
    /// # Errors
    /// If the disk is full or the place cannot be written.
    pub fn finish(self) -> Result<(), OutputError> {
        let path = self.path;
        let file = self.out.into_inner().map_err(|e| io_error(&path, e.into_error()))?;
        let Some(beside) = self.beside else { return Ok(()) };
        file.sync_all().map_err(|e| io_error(&path, e))?;
        beside.persist(&path).map_err(|e| io_error(&path, e.error))?;
        // The rename itself lasts only once the folder is flushed; not every file system can.
        if let Ok(folder) = File::open(folder_of(&path)) {
            folder.sync_all().ok();
        }
        Ok(())
    }
}

/// What a new file would get; temporary files are otherwise private to the user.
#[cfg(unix)]
fn permissions() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}

#[cfg(not(unix))]
fn permissions() -> fs::Permissions {
    fs::metadata(".").map_or_else(|_| unreachable!("the current folder exists"), |m| m.permissions())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// An input or output error with its path.
#[must_use]
pub fn io_error(path: &Path, source: io::Error) -> OutputError {
    OutputError::Io { path: path.display().to_string(), source }
}

/// The error of a temporary file without its random name, which says nothing to the user.
fn plain(error: &io::Error, folder: &Path) -> io::Error {
    match (error.raw_os_error(), fs::metadata(folder)) {
        (Some(code), _) => io::Error::from_raw_os_error(code),
        // A folder that is not there says it best.
        (None, Err(of_folder)) => of_folder,
        (None, Ok(_)) => error.kind().into(),
    }
}

/// Removes what killed runs left: files with names such as ours that no process holds a lock on.
fn remove_stale(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !(name.starts_with(UNFINISHED.0) && name.ends_with(UNFINISHED.1)) {
            continue;
        }
        // The lock is held until the file is gone, so that its writer, if there is one, sees that.
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            fs::remove_file(entry.path()).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write(&path, |out| out.write_all(b"old")).unwrap();
        let failed = write(&path, |out| {
            out.write_all(b"new")?;
            Err(io::Error::other("no"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_error_names_the_file_that_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none").join("a.txt");
        let message = Pending::create(&path).err().unwrap().to_string();
        assert!(message.contains("a.txt: No such file"), "{message}");
        assert!(!message.contains(UNFINISHED.0), "{message}");
    }

    #[test]
    fn what_a_killed_run_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".mkt-unfinished-dead.tmp"), b"half").unwrap();
        // Somebody else's.
        fs::write(folder.path().join(".mkt-notes"), b"mine").unwrap();
        let path = folder.path().join("a.txt");
        let live = Pending::create(&path).unwrap();
        write(&folder.path().join("b.txt"), |out| out.write_all(b"x")).unwrap();
        live.finish().unwrap();
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".mkt-notes", "a.txt", "b.txt"]);
    }

    #[test]
    fn writers_of_one_folder_leave_each_other_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let path = folder.path().join(format!("{writer}.txt"));
                scope.spawn(move || (0..100).for_each(|_| write(&path, |out| out.write_all(b"x")).unwrap()));
            }
        });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }
}
