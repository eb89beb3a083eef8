//! One opened file or standard input, unpacked, with its first bytes looked at.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::files::STDIN;
use crate::error::{CollectError, Result};

/// How many first bytes tell the kind of a file.
const HEAD: usize = 64;
/// Beyond so many unpacked bytes a file that grew more than [`RATIO`] times is taken for a decompression bomb.
const UNPACKED: u64 = 64 << 20;
/// Tables of text shrink 5 to 50 times.
const RATIO: u64 = 500;

/// Bytes to read, unpacked.
pub(super) struct Input {
    /// The file as messages call it.
    pub name: String,
    /// The first bytes, which `bytes` gives again.
    pub head: Vec<u8>,
    pub bytes: Box<dyn Read + Send>,
    /// The file itself where it is a plain one: it can be read out of order.
    pub file: Option<File>,
}

impl Input {
    /// Opens a file, or standard input for `-`.
    pub fn open(path: &Path) -> Result<Self> {
        if path == Path::new(STDIN) {
            return Self::unpack("stdin".into(), Box::new(io::stdin()), None);
        }
        let name = path.display().to_string();
        let failed = |source| CollectError::Io { path: name.clone(), source };
        let file = File::open(path).map_err(failed)?;
        let about = file.metadata().map_err(failed)?;
        if about.is_dir() {
            return Err(CollectError::Folder { path: name }.into());
        }
        let again = if about.is_file() { Some(File::open(path).map_err(failed)?) } else { None };
        Self::unpack(name, Box::new(file), again)
    }

    /// What was fetched before; the file stands at its beginning.
    pub fn spooled(name: String, file: File) -> Result<Self> {
        let again = file.try_clone().map_err(|source| CollectError::Io { path: name.clone(), source })?;
        Self::unpack(name, Box::new(file), Some(again))
    }

    fn unpack(name: String, mut packed: Box<dyn Read + Send>, file: Option<File>) -> Result<Self> {
        let failed = |source| CollectError::Io { path: name.clone(), source };
        let head = peek(&mut packed).map_err(failed)?;
        let (gzip, zstd) = (head.starts_with(&[0x1f, 0x8b]), head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]));
        let packed = Cursor::new(head.clone()).chain(packed);
        if !gzip && !zstd {
            return Ok(Self { name, head, bytes: Box::new(packed), file });
        }
        let read = Arc::new(AtomicU64::new(0));
        let packed = Counted { bytes: packed, read: Arc::clone(&read) };
        let unpacked: Box<dyn Read + Send> = if gzip {
            Box::new(flate2::read::MultiGzDecoder::new(packed))
        } else {
            Box::new(zstd::stream::read::Decoder::new(packed).map_err(failed)?)
        };
        let mut bytes = Bounded { bytes: unpacked, read, written: 0 };
        let head = peek(&mut bytes).map_err(failed)?;
        let bytes = Box::new(Cursor::new(head.clone()).chain(bytes));
        Ok(Self { name, head, bytes, file: None })
    }
}

/// The first bytes, fewer only where nothing follows them.
fn peek(bytes: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    bytes.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Counts the bytes that go into a decoder.
struct Counted<R> {
    bytes: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Ends with an error where far more comes out of a decoder than went in.
struct Bounded {
    bytes: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
    written: u64,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(buffer)?;
        self.written += n as u64;
        if self.written > UNPACKED && self.written > self.read.load(Ordering::Relaxed).saturating_mul(RATIO) {
            let message = format!("it unpacks to more than {RATIO} times its size; if it is meant, unpack it first");
            return Err(io::Error::other(message));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: Vec<u8>) -> Result<Vec<u8>> {
        let mut input = Input::unpack("x".into(), Box::new(Cursor::new(bytes)), None)?;
        let mut out = Vec::new();
        input.bytes.read_to_end(&mut out).map_err(|source| CollectError::Io { path: "x".into(), source })?;
        assert!(out.starts_with(&input.head));
        Ok(out)
    }

    #[test]
    fn compression_is_found_by_its_first_bytes() {
        let text: Vec<u8> = (0..10_000_u32).flat_map(|i| format!("{i},{}\n", i % 7).into_bytes()).collect();
        assert_eq!(read(text.clone()).unwrap(), text);
        assert_eq!(read(gzip(&text)).unwrap(), text);
        assert_eq!(read([gzip(&text), gzip(b"end")].concat()).unwrap(), [&text, &b"end"[..]].concat());
        assert_eq!(read(zstd::encode_all(&text[..], 3).unwrap()).unwrap(), text);
        assert_eq!(read(Vec::new()).unwrap(), b"");
        assert_eq!(read(b"a".to_vec()).unwrap(), b"a");
    }

    #[test]
    fn a_cut_file_is_an_error_not_a_shorter_table() {
        let packed = gzip(&b"1,2,3\n".repeat(1000));
        assert!(read(packed[..packed.len() - 9].to_vec()).unwrap_err().to_string().starts_with("cannot read x: "));
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let bomb = gzip(&vec![b'\n'; 80 << 20]);
        assert!(bomb.len() < 100 << 10, "{}", bomb.len());
        assert!(read(bomb).unwrap_err().to_string().contains("more than 500 times its size"));
    }

    #[test]
    fn folders_and_missing_files_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = |path: &Path| Input::open(path).err().unwrap().to_string();
        assert!(error(folder.path()).contains("is a folder; name its files"));
        assert!(error(&folder.path().join("none.csv")).contains("none.csv: No such file"));
    }
}
