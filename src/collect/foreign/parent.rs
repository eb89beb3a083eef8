//! The parent: starts the child, takes what it says, and puts into words how it ended.

use std::fs::File;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{self, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};

use polars::prelude::DataFrame;

use super::limits::Limits;
use super::message::Message;
use super::{Request, VERB};
use crate::collect::blocks::Blocks;
use crate::collect::typed::Pieces;
use crate::error::{CollectError, Error, Result};
use crate::pipeline::Warning;

/// Messages that may wait to be taken.
const WAITING: usize = 2;

/// A running child and what it said.
pub(super) struct Child {
    request: Request,
    process: process::Child,
    said: Receiver<Message>,
    size: u64,
    limits: Limits,
    header: DataFrame,
    rows: Option<u64>,
    pieces: Pieces,
    warnings: Vec<Warning>,
    ended: bool,
}

impl Child {
    /// Starts a child for a file and waits for its header.
    pub fn start(program: &Path, file: File, request: Request) -> Result<Self> {
        let io = |source| Error::from(CollectError::Io { path: request.name.clone(), source });
        let size = file.metadata().map_err(io)?.len();
        if size == 0 {
            return Err(CollectError::Empty { path: request.name.clone() }.into());
        }
        let limits = Limits::new(request.kind, size);
        let words = serde_json::to_string(&request).map_err(|e| Error::Internal(e.to_string()))?;
        let loud = std::env::var_os("MKT_BACKTRACE").is_some();
        let mut process = Command::new(program)
            .arg0("mkt")
            .args([VERB, &words])
            // The allocator would else reserve a gigabyte of address space, which the limit counts.
            .env("MIMALLOC_ARENA_RESERVE", "0")
            .stdin(Stdio::from(file))
            .stdout(Stdio::piped())
            .stderr(if loud { Stdio::inherit() } else { Stdio::null() })
            .spawn()
            .map_err(io)?;
        let (send, said) = sync_channel(WAITING);
        if let Some(mut stdout) = process.stdout.take() {
            let listen = move || {
                // What is no message is taken for silence: the child has gone wrong.
                while let Ok(Some(message)) = Message::read(&mut stdout) {
                    if send.send(message).is_err() {
                        return;
                    }
                }
            };
            std::thread::Builder::new().spawn(listen).map_err(io)?;
        }
        let empty = DataFrame::empty();
        let mut child = Self {
            request,
            process,
            said,
            size,
            limits,
            header: empty.clone(),
            rows: None,
            pieces: Pieces::new(empty),
            warnings: Vec::new(),
            ended: false,
        };
        match child.hear()? {
            Message::Header(header, rows) => (child.header, child.rows) = (header, rows),
            Message::Failed(message) => return Err(CollectError::Told { message }.into()),
            _ => return Err(child.damaged("its decoder broke off".into())),
        }
        Ok(child)
    }

    /// The next message, waited for as long as the size of the file allows.
    fn hear(&mut self) -> Result<Message> {
        let limit = self.limits.time;
        match self.said.recv_timeout(limit) {
            Ok(message) => Ok(message),
            Err(RecvTimeoutError::Timeout) => {
                let message = format!("nothing could be read of it within {} seconds", limit.as_secs());
                Err(self.damaged(message))
            }
            Err(RecvTimeoutError::Disconnected) => {
                let ended = self.process.wait().ok().and_then(|status| status.signal());
                let memory = self.limits.memory >> 20;
                let message = match ended {
                    // SIGABRT: how a Rust program ends that gets no more memory.
                    Some(6) => {
                        format!("it asks for more than {memory} MB of memory, which its {} bytes do not justify", self.size)
                    }
                    Some(signal) => format!("its decoder was ended by signal {signal}"),
                    None => "its decoder broke off".into(),
                };
                Err(self.damaged(message))
            }
        }
    }

    fn damaged(&self, message: String) -> Error {
        CollectError::Damaged { path: self.request.name.clone(), expected: self.request.kind.expected(), message }.into()
    }
}

impl Blocks for Child {
    fn header(&self) -> Option<DataFrame> {
        Some(self.header.clone())
    }

    fn rows(&self) -> Option<u64> {
        self.rows
    }

    fn next(&mut self, rows: usize) -> Result<Option<DataFrame>> {
        loop {
            if let Some(piece) = self.pieces.next(rows) {
                return Ok(Some(piece));
            }
            if self.ended {
                return Ok(None);
            }
            match self.hear()? {
                Message::Rows(frame) => self.pieces = Pieces::new(frame),
                Message::Warnings(warnings) => self.warnings.extend(warnings),
                Message::End => self.ended = true,
                Message::Failed(message) => return Err(CollectError::Told { message }.into()),
                Message::Header(..) => return Err(self.damaged("its decoder began anew".into())),
            }
        }
    }

    fn warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}

impl Drop for Child {
    /// Ends the child, which may wait for somebody to take its rows, and does not leave its name in the table of processes.
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
