use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::{OutputError, Result};

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// Rows of one size each, on disk: in a file that has no name, and is gone when the program ends, however it ends.
#[derive(Debug)]
pub struct Spool {
    file: Mutex<File>,
    buffer: Vec<u8>,
    folder: PathBuf,
    /// Bytes of a row.
    size: usize,
    rows: usize,
    hash: blake3::Hasher,
}

impl Spool {
    /// An empty one, on the disk of a folder.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn create(folder: &Path, size: usize) -> Result<Self> {
        let file = tempfile::tempfile_in(folder).map_err(|e| failed(folder, e))?;
        Ok(Self {
            file: Mutex::new(file),
            buffer: Vec::with_capacity(2 * BUFFER),
            folder: folder.to_owned(),
            size,
            rows: 0,
            hash: blake3::Hasher::new(),
        })
    }

    /// Adds whole rows.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn add(&mut self, rows: &[u8]) -> Result<()> {
        self.rows += rows.len() / self.size;
        self.buffer.extend_from_slice(rows);
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Writes what is gathered; rows can be read only then.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn flush(&mut self) -> Result<()> {
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.hash.update(&self.buffer);
        file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(&self.buffer)).map_err(|e| failed(&self.folder, e))?;
        self.buffer.clear();
        Ok(())
    }

    /// Number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Bytes of a row.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Checksum of what is written.
    #[must_use]
    pub fn checksum(&self) -> String {
        self.hash.finalize().to_hex().to_string()
    }

    /// Appends rows from `first` on, fewer at the end, to `bytes`.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(&self, first: usize, rows: usize, bytes: &mut Vec<u8>) -> Result<()> {
        let rows = rows.min(self.rows.saturating_sub(first));
        let at = bytes.len();
        bytes.resize(at + rows * self.size, 0);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let read = file.seek(SeekFrom::Start((first * self.size) as u64)).and_then(|_| file.read_exact(&mut bytes[at..]));
        Ok(read.map_err(|e| failed(&self.folder, e))?)
    }
}

fn failed(folder: &Path, source: io::Error) -> OutputError {
    OutputError::Io { path: format!("{} (rows spooled there)", folder.display()), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_back_from_any_place_and_leave_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::create(folder.path(), 3).unwrap();
        spool.add(b"aaabbb").unwrap();
        spool.add(b"ccc").unwrap();
        spool.flush().unwrap();
        let mut bytes = Vec::new();
        spool.read(1, 1, &mut bytes).unwrap();
        spool.read(2, 9, &mut bytes).unwrap();
        spool.read(5, 1, &mut bytes).unwrap();
        assert_eq!((bytes.as_slice(), spool.len()), (&b"bbbccc"[..], 3));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        spool.add(b"ddd").unwrap();
        spool.flush().unwrap();
        bytes.clear();
        spool.read(3, 1, &mut bytes).unwrap();
        assert_eq!(bytes, b"ddd");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = Spool::create(Path::new("/nowhere/at/all"), 3).unwrap_err().to_string();
        assert!(error.contains("/nowhere/at/all"), "{error}");
    }
}
