//! The binary form of rows: a head, then for each row the number of its fields, and each field behind its length.

use std::io::{self, BufRead, ErrorKind, Read};
use std::ops::Range;

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// The server itself knows no longer value, in bytes.
const LONGEST: u64 = 1 << 30;

/// Rows as they come, wherever the server cuts them into messages.
pub struct Rows<R> {
    bytes: R,
    /// The values of the row that was read last, one behind the other.
    row: Vec<u8>,
    fields: Vec<Option<Range<usize>>>,
    width: usize,
}

impl<R: BufRead> Rows<R> {
    /// Reads the head; every row has `width` fields.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] for what is no such form.
    pub fn new(mut bytes: R, width: usize) -> io::Result<Self> {
        let mut head = [0; 19];
        bytes.read_exact(&mut head)?;
        let number = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        // The upper half of the flags changes what follows.
        if !head.starts_with(SIGNATURE) || number(11) >> 16 != 0 {
            return Err(ErrorKind::InvalidData.into());
        }
        io::copy(&mut bytes.by_ref().take(number(15).into()), &mut io::sink())?;
        Ok(Self { bytes, row: Vec::new(), fields: Vec::new(), width })
    }

    /// Reads a row; false where all were read.
    ///
    /// # Errors
    /// Those of the connection; [`ErrorKind::InvalidData`] or [`ErrorKind::UnexpectedEof`] for rows that are none.
    pub fn next(&mut self) -> io::Result<bool> {
        self.row.clear();
        self.fields.clear();
        let mut count = [0; 2];
        self.bytes.read_exact(&mut count)?;
        let count = i16::from_be_bytes(count);
        if count == -1 {
            // What goes wrong at the end is told behind it.
            return if self.bytes.fill_buf()?.is_empty() { Ok(false) } else { Err(ErrorKind::InvalidData.into()) };
        }
        if usize::try_from(count) != Ok(self.width) {
            return Err(ErrorKind::InvalidData.into());
        }
        for _ in 0..self.width {
            let mut length = [0; 4];
            self.bytes.read_exact(&mut length)?;
            let field = match i32::from_be_bytes(length) {
                -1 => None,
                length => {
                    let length =
                        u64::try_from(length).ok().filter(|length| *length <= LONGEST).ok_or(ErrorKind::InvalidData)?;
                    let start = self.row.len();
                    if self.bytes.by_ref().take(length).read_to_end(&mut self.row)? as u64 != length {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                    Some(start..self.row.len())
                }
            };
            self.fields.push(field);
        }
        Ok(true)
    }

    /// A value of the row; `None` where it is null.
    pub fn field(&self, column: usize) -> Option<&[u8]> {
        self.fields[column].clone().map(|range| &self.row[range])
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn stream(rows: &[&[Option<&[u8]>]], end: &[u8]) -> Vec<u8> {
        let mut bytes = [SIGNATURE, &[0, 0, 0, 0, 0, 0, 0, 2, 9, 9]].concat();
        for row in rows {
            bytes.extend(i16::try_from(row.len()).unwrap().to_be_bytes());
            for field in *row {
                bytes.extend(field.map_or(-1, |f| i32::try_from(f.len()).unwrap()).to_be_bytes());
                bytes.extend(field.unwrap_or_default());
            }
        }
        [&bytes, end].concat()
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<Vec<Option<Vec<u8>>>>> {
        // Cut anywhere.
        let mut rows = Rows::new(BufReader::with_capacity(3, bytes), 2)?;
        let mut found = Vec::new();
        while rows.next()? {
            found.push((0..2).map(|i| rows.field(i).map(<[u8]>::to_vec)).collect());
        }
        Ok(found)
    }

    #[test]
    fn rows_come_whole_wherever_they_are_cut() {
        let rows: [&[Option<&[u8]>]; 2] = [&[Some(b"abc"), None], &[Some(b""), Some(b"xy")]];
        let found = read(&stream(&rows, &[0xff, 0xff])).unwrap();
        assert_eq!(found, [[Some(b"abc".to_vec()), None], [Some(vec![]), Some(b"xy".to_vec())]]);
        assert_eq!(read(&stream(&[], &[0xff, 0xff])).unwrap().len(), 0);
    }

    #[test]
    fn what_is_cut_off_or_nonsense_is_an_error() {
        let rows: [&[Option<&[u8]>]; 1] = [&[Some(b"abc"), Some(b"d")]];
        let whole = stream(&rows, &[0xff, 0xff]);
        for cut in 0..whole.len() {
            assert!(read(&whole[..cut]).is_err(), "cut at {cut}");
        }
        assert!(read(&stream(&rows, &[0xff, 0xff, 0])).is_err());
        assert!(read(&stream(&[&[None]], &[0xff, 0xff])).is_err());
        assert!(read(&stream(&[], &[0, 2, 0x7f, 0xff, 0xff, 0xff, 1])).is_err());
        assert!(read(&stream(&[], &[0, 2, 0x80, 0, 0, 0, 1])).is_err());
    }
}
