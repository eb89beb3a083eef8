//! The child: decodes its standard input and hands the rows to its standard output.

use std::fs::File;
use std::io::{BufWriter, Write, stdin, stdout};
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::prelude::DataFrame;

use super::Request;
use super::limits::Limits;
use super::message::Message;
use crate::error::{CollectError, ConfigError, Error, Result};

/// Rows of one message.
const ROWS: usize = 1 << 16;

/// Does what a parent asked for: `request` is what it wrote on the command line. Whatever is wrong with the file is said in
/// a message to the parent, not as an error.
///
/// # Errors
/// If this is no child of the program, or the parent went away.
pub fn serve(request: &str) -> Result<()> {
    let request: Request = serde_json::from_str(request)
        .map_err(|_| ConfigError::Usage("this verb is for the program itself; use `mkt train` or `mkt predict`".into()))?;
    let io = |source| CollectError::Io { path: request.name.clone(), source };
    let file = File::from(stdin().as_fd().try_clone_to_owned().map_err(io)?);
    Limits::new(request.kind, file.metadata().map_err(io)?.len()).apply().map_err(io)?;
    // The file itself: what the library keeps for stdout looks for line ends in all that it is given.
    let mut out = BufWriter::new(File::from(stdout().as_fd().try_clone_to_owned().map_err(io)?));
    let outcome = catch_unwind(AssertUnwindSafe(|| decode(&request, file, &mut out)));
    let last = match outcome {
        Ok(Ok(())) => Message::End,
        Ok(Err(Error::Closed)) => return Err(Error::Closed),
        Ok(Err(Error::Collect(error))) => Message::Failed(error.to_string()),
        // A decoder that breaks off, or hands over columns that do not fit together, was given what it cannot read.
        Ok(Err(_)) | Err(_) => {
            let (path, expected) = (request.name.clone(), request.kind.expected());
            let message = "its decoder broke off".to_owned();
            Message::Failed(CollectError::Damaged { path, expected, message }.to_string())
        }
    };
    last.write(&mut out)
}

fn decode(request: &Request, file: File, out: &mut dyn Write) -> Result<()> {
    let mut blocks = request.open(file)?;
    Message::Header(blocks.header().unwrap_or_else(DataFrame::empty), blocks.rows()).write(out)?;
    Message::Warnings(blocks.warnings()).write(out)?;
    while let Some(frame) = blocks.next(ROWS)? {
        Message::Rows(frame).write(out)?;
    }
    Message::Warnings(blocks.warnings()).write(out)
}
