//! Binary files of unknown origin, which are decoded in a child process.
//!
//! The decoders of Parquet, Arrow and Excel files are the work of others, and damaged files make them panic, run for ever
//! or ask for more memory than there is, which ends the process. So the program starts itself once more: the child decodes
//! under limits and hands over the rows, and whatever ends it is one line of the parent. The parent itself never looks at
//! the bytes of such a file, so that one that decodes well the first time cannot break it later.

mod child;
mod limits;
mod message;
mod parent;

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::PathBuf;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::blocks::Blocks;
use super::excel::{Excel, Part};
use super::input::Input;
use super::ipc::Ipc;
use super::parquet::Parquet;
use super::spool::failed;
use crate::error::{CollectError, Result};

pub use child::serve;

/// The program that serves as a child when it is called with [`VERB`].
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// The verb by which the program is asked to be a child.
pub const VERB: &str = "__decode";

/// Says that this program answers to [`VERB`]: from now on files of unknown origin are decoded in a child of it. A program
/// that does not say so, such as a test, decodes them itself.
pub fn decode_in_child() {
    // The file of the running program, also where it was replaced in the meantime.
    let itself = PathBuf::from("/proc/self/exe");
    let program = if itself.exists() { Some(itself) } else { std::env::current_exe().ok() };
    if let Some(program) = program {
        PROGRAM.get_or_init(|| program);
    }
}

/// Kinds of files that others wrote the decoder of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Parquet,
    Ipc,
    Excel,
}

impl Kind {
    /// What the file should be, for messages.
    const fn expected(self) -> &'static str {
        match self {
            Self::Parquet => "a Parquet file",
            Self::Ipc => "an Arrow file",
            Self::Excel => "an Excel file",
        }
    }
}

/// What is to be read of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Request {
    /// The file as messages call it.
    pub name: String,
    pub kind: Kind,
    /// Which part of a workbook.
    pub part: Part,
}

impl Request {
    /// Decodes in this process.
    fn open(&self, file: File) -> Result<Box<dyn Blocks>> {
        Ok(match self.kind {
            Kind::Parquet => Box::new(Parquet::open(&self.name, file)?),
            Kind::Ipc => Box::new(Ipc::open(&self.name, file)?),
            Kind::Excel => Box::new(Excel::open(&self.name, file, &self.part)?),
        })
    }
}

/// Opens a file of unknown origin.
pub(super) fn open(input: Input, kind: Kind, part: &Part) -> Result<Box<dyn Blocks>> {
    let request = Request { name: input.name.clone(), kind, part: part.clone() };
    let file = seekable(input)?;
    match PROGRAM.get() {
        None => request.open(file),
        Some(program) => Ok(Box::new(parent::Child::start(program, file, request)?)),
    }
}

/// The bytes of a file to read out of order: the file itself, or all of a stream in a temporary one.
fn seekable(input: Input) -> Result<File> {
    let Input { name, mut bytes, file, .. } = input;
    if let Some(file) = file {
        return Ok(file);
    }
    let mut file = tempfile::tempfile().map_err(failed(&name))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match bytes.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => file.write_all(&buffer[..n]).map_err(failed(&name))?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(source) => return Err(CollectError::Io { path: name, source }.into()),
        }
    }
    file.rewind().map_err(failed(&name))?;
    Ok(file)
}
