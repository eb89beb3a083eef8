//! Where fetched bytes stand until they are read: a file without a name, gone whatever way the program ends.

use std::fs::File;
use std::io::{self, ErrorKind, Seek, Write};

use super::limits::Limits;
use crate::error::{CollectError, Error, Result};

/// A temporary file that grows to a limit.
pub(super) struct Spool {
    file: File,
    written: u64,
    most: u64,
}

impl Spool {
    pub fn new(shown: &str, limits: Limits) -> Result<Self> {
        let file = tempfile::tempfile().map_err(failed(shown))?;
        Ok(Self { file, written: 0, most: limits.max_size })
    }

    /// The same file again, at the place where this one is.
    pub fn again(&self, shown: &str) -> Result<File> {
        self.file.try_clone().map_err(failed(shown))
    }

    /// The file, to be read from its beginning.
    pub fn into_file(mut self, shown: &str) -> Result<File> {
        self.file.rewind().map_err(failed(shown))?;
        Ok(self.file)
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.written + bytes.len() as u64 > self.most {
            return Err(io::Error::new(ErrorKind::FileTooLarge, format!("more than {} MiB", self.most >> 20)));
        }
        let n = self.file.write(bytes)?;
        self.written += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What it means that a spool cannot be written.
pub(super) fn failed(shown: &str) -> impl Fn(io::Error) -> Error {
    move |error| unwritten(shown, error.kind(), &error.to_string())
}

/// As [`failed`], for an error that another library wraps.
pub(super) fn unwritten(shown: &str, kind: ErrorKind, message: &str) -> Error {
    let path = shown.to_owned();
    let folder = std::env::temp_dir();
    let message = match kind {
        ErrorKind::FileTooLarge => format!("{message}; raise [collect] max_size if it is meant to be that large"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!("no room for it in {}; make room, or set TMPDIR to a larger place", folder.display())
        }
        _ => format!("cannot keep it in {}: {message}; set TMPDIR to a folder that can be written", folder.display()),
    };
    CollectError::Limit { path, message }.into()
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_spool_gives_back_what_was_written_and_no_more_than_its_limit() {
        let limits = Limits { timeout: Duration::ZERO, max_time: Duration::ZERO, max_size: 10 };
        let mut spool = Spool::new("x", limits).unwrap();
        spool.write_all(b"12345").unwrap();
        let error = failed("x")(spool.write_all(b"678901").unwrap_err());
        assert_eq!(error.exit_code(), 6);
        assert!(error.to_string().contains("max_size"), "{error}");
        spool.write_all(b"67890").unwrap();
        let mut text = String::new();
        spool.into_file("x").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "1234567890");
    }
}
