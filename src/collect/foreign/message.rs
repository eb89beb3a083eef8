//! What the child says to its parent: one byte for the kind, eight for the length, then the content.

use std::io::{self, Cursor, ErrorKind, Read, Write};

use polars::prelude::{DataFrame, IpcReader, IpcWriter, SerReader, SerWriter};

use crate::error::Result;
use crate::pipeline::Warning;

/// Stands for a number of rows that is not known.
const UNKNOWN: u64 = u64::MAX;
/// A longer message is none of a child of ours.
const LONGEST: u64 = 1 << 40;

/// One thing that the child says.
#[derive(Debug)]
pub(super) enum Message {
    /// The columns without rows, and how many rows there are where that is known.
    Header(DataFrame, Option<u64>),
    Rows(DataFrame),
    Warnings(Vec<Warning>),
    /// Why there are no further rows: a sentence for the user.
    Failed(String),
    End,
}

impl Message {
    pub fn write(self, out: &mut dyn Write) -> Result<()> {
        let (tag, content) = match self {
            Self::Header(frame, rows) => {
                let rows = rows.unwrap_or(UNKNOWN).to_le_bytes();
                (b'h', [&rows[..], &packed(frame)?].concat())
            }
            Self::Rows(frame) => (b'r', packed(frame)?),
            Self::Warnings(warnings) => (b'w', serde_json::to_vec(&warnings).unwrap_or_default()),
            Self::Failed(sentence) => (b'f', sentence.into_bytes()),
            Self::End => (b'e', Vec::new()),
        };
        let send = || {
            out.write_all(&[tag])?;
            out.write_all(&(content.len() as u64).to_le_bytes())?;
            out.write_all(&content)?;
            out.flush()
        };
        // A parent that went away wants no more.
        let mut send = send;
        send().map_err(|_| crate::error::Error::Closed)
    }

    /// The next message; `None` where the child ended without a word.
    pub fn read(bytes: &mut dyn Read) -> io::Result<Option<Self>> {
        let broken = || io::Error::from(ErrorKind::InvalidData);
        let mut head = [0; 9];
        match bytes.read_exact(&mut head) {
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        let [tag, length @ ..] = head;
        let length = u64::from_le_bytes(length);
        if length > LONGEST {
            return Err(broken());
        }
        let mut content = Vec::new();
        if bytes.take(length).read_to_end(&mut content)? as u64 != length {
            return Ok(None);
        }
        let frame = |content| IpcReader::new(Cursor::new(content)).set_rechunk(false).finish().map_err(|_| broken());
        Ok(Some(match tag {
            b'h' => {
                let rows = content.drain(..content.len().min(8)).collect::<Vec<_>>();
                let rows = u64::from_le_bytes(rows.try_into().map_err(|_| broken())?);
                Self::Header(frame(content)?, (rows != UNKNOWN).then_some(rows))
            }
            b'r' => Self::Rows(frame(content)?),
            b'w' => Self::Warnings(serde_json::from_slice(&content).map_err(|_| broken())?),
            b'f' => Self::Failed(String::from_utf8(content).map_err(|_| broken())?),
            b'e' => Self::End,
            _ => return Err(broken()),
        }))
    }
}

/// A frame as an Arrow file of its own.
fn packed(mut frame: DataFrame) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    IpcWriter::new(&mut content).finish(&mut frame)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use polars::df;

    use super::*;

    #[test]
    fn what_is_said_is_heard() {
        let frame = df!("n" => [1_i64, 2], "t" => [Some("é"), None]).unwrap();
        let mut bytes = Vec::new();
        for message in [
            Message::Header(frame.clear(), Some(7)),
            Message::Rows(frame.clone()),
            Message::Warnings(vec![Warning::new("code", "text").column("n").count(3)]),
            Message::Failed("because".into()),
            Message::End,
        ] {
            message.write(&mut bytes).unwrap();
        }
        let mut from = &bytes[..];
        let mut next = || Message::read(&mut from).unwrap();
        assert!(matches!(next(), Some(Message::Header(h, Some(7))) if h.schema() == frame.schema() && h.height() == 0));
        assert!(matches!(next(), Some(Message::Rows(r)) if r.equals_missing(&frame)));
        assert!(matches!(next(), Some(Message::Warnings(w)) if w[0].count == Some(3)));
        assert!(matches!(next(), Some(Message::Failed(f)) if f == "because"));
        assert!(matches!(next(), Some(Message::End)));
        assert!(next().is_none());
        // A child that died in the middle of a message said nothing.
        assert!(Message::read(&mut &bytes[..20]).unwrap().is_none());
        assert!(Message::read(&mut &[b'r', 255, 255, 255, 255, 255, 255, 255, 255][..]).is_err());
    }
}
