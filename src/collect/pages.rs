//! The checksums of the pages of a Parquet file, which its decoder does not look at.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use flate2::CrcReader;
use flate2::bufread::GzDecoder;

/// Deepest nesting of the head of a page, which needs two levels.
const DEPTH: usize = 16;
/// Bytes that are read at once.
const PIECE: usize = 1 << 16;

/// Checks the pages of the columns that stand in `chunk`: what is written down of them as a checksum, and in `gzip` also what
/// that keeps itself. What has none is not read, and what cannot be made sense of is left to the decoder.
///
/// # Errors
/// [`ErrorKind::InvalidData`] where a checksum is another; those of the file.
pub(super) fn check(file: &File, chunk: Range<u64>, gzip: bool, values: u64) -> io::Result<()> {
    let mut bytes = BufReader::with_capacity(PIECE, Section { file, at: chunk.start, end: chunk.end });
    let mut seen = 0;
    while seen < values {
        let Ok(head) = Head::read(&mut bytes) else { return Ok(()) };
        if head.crc.is_none() && !gzip {
            return Ok(());
        }
        seen = seen.saturating_add(head.values);
        let mut body = CrcReader::new((&mut bytes).take(head.packed));
        if gzip && head.is_packed && head.packed > head.levels {
            io::copy(&mut (&mut body).take(head.levels), &mut io::sink())?;
            let most = head.unpacked.saturating_sub(head.levels);
            // The checksum stands behind the last byte: one more is asked for.
            let mut unpacked = GzDecoder::new(BufReader::new(&mut body)).take(most.saturating_add(1));
            let size = io::copy(&mut unpacked, &mut io::sink());
            if size.map_err(|_| damaged("what is packed is broken, or has another checksum than it keeps"))? > most {
                return Err(damaged("what is packed is longer than it declares"));
            }
        }
        io::copy(&mut body, &mut io::sink())?;
        if head.crc.is_some_and(|crc| crc.cast_unsigned() != body.crc().sum()) {
            return Err(damaged("a page has another checksum than is written down for it"));
        }
    }
    Ok(())
}

fn damaged(message: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, message)
}

/// A part of a file, whose place for reading stays where it is.
struct Section<'a> {
    file: &'a File,
    at: u64,
    end: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let read = self.file.read_at(&mut buffer[..most], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// What the head of a page says of the bytes that follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    unpacked: u64,
    packed: u64,
    crc: Option<i32>,
    /// Values of a page of data; a dictionary counts none.
    values: u64,
    /// Bytes before those that are packed.
    levels: u64,
    is_packed: bool,
}

impl Head {
    /// Reads a `PageHeader` in the compact protocol of Thrift.
    fn read(bytes: &mut impl Read) -> io::Result<Self> {
        let mut head = Self { unpacked: 0, packed: 0, crc: None, values: 0, levels: 0, is_packed: true };
        let mut size = -1;
        structure(bytes, &mut Vec::new(), &mut |path, value| match path {
            [2] => head.unpacked = value.unsigned_abs(),
            [3] => size = value,
            [4] => head.crc = i32::try_from(value).ok(),
            // Data pages of both versions; the second one packs no levels, and may pack nothing.
            [5 | 8, 1] => head.values = value.unsigned_abs(),
            [8, 5 | 6] => head.levels = head.levels.saturating_add(value.unsigned_abs()),
            [8, 7] => head.is_packed = value != 0,
            _ => {}
        })?;
        head.packed = u64::try_from(size).map_err(|_| ErrorKind::InvalidData)?;
        Ok(head)
    }
}

/// Reads a structure, and hands on every whole number and truth value in it by the numbers of the fields that lead to it.
fn structure(bytes: &mut impl Read, path: &mut Vec<i64>, found: &mut impl FnMut(&[i64], i64)) -> io::Result<()> {
    if path.len() > DEPTH {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut field = 0_i64;
    loop {
        let head = byte(bytes)?;
        field = match (head & 0xf, head >> 4) {
            (0, _) => return Ok(()),
            (_, 0) => zigzag(bytes)?,
            (_, step) => field.wrapping_add(step.into()),
        };
        path.push(field);
        match head & 0xf {
            kind @ (1 | 2) => found(path, i64::from(kind == 1)),
            3 => drop(byte(bytes)?),
            4..=6 => found(path, zigzag(bytes)?),
            7 => skip(bytes, 8)?,
            8 => {
                let length = varint(bytes)?;
                skip(bytes, length)?;
            }
            12 => structure(bytes, path, &mut *found)?,
            // Lists and maps, of which the head of a page has none.
            _ => return Err(ErrorKind::InvalidData.into()),
        }
        path.pop();
    }
}

fn byte(bytes: &mut impl Read) -> io::Result<u8> {
    let mut one = [0];
    bytes.read_exact(&mut one)?;
    Ok(one[0])
}

fn skip(bytes: &mut impl Read, length: u64) -> io::Result<()> {
    let skipped = io::copy(&mut bytes.take(length), &mut io::sink())?;
    if skipped == length { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

/// A number in groups of seven bits, the lowest first.
fn varint(bytes: &mut impl Read) -> io::Result<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let group = byte(bytes)?;
        number |= u64::from(group & 0x7f) << shift;
        if group & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(ErrorKind::InvalidData.into())
}

/// A number whose sign stands in its lowest bit.
fn zigzag(bytes: &mut impl Read) -> io::Result<i64> {
    let number = varint(bytes)?;
    Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// The head of a page of data with ten values, by hand: type 0, 5 bytes unpacked and `packed` packed, a checksum.
    fn head(packed: u8, crc: u32) -> Vec<u8> {
        let mut bytes = vec![0x15, 0, 0x15, 10, 0x15, packed * 2, 0x15];
        let crc = crc.cast_signed();
        let mut number = u64::from(((crc << 1) ^ (crc >> 31)).cast_unsigned());
        while number > 0x7f {
            bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
            number >>= 7;
        }
        bytes.push(u8::try_from(number).unwrap());
        // The head of the data, with a text that is none of ours (field 9), and the two ends.
        bytes.extend([0x1c, 0x15, 20, 0x88, 2, b'a', b'b', 0, 0]);
        bytes
    }

    fn crc(bytes: &[u8]) -> u32 {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum()
    }

    fn checked(bytes: &[u8], gzip: bool) -> Result<(), String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"PAR1").unwrap();
        file.write_all(bytes).unwrap();
        check(&file, 4..4 + bytes.len() as u64, gzip, 20).map_err(|e| e.to_string())
    }

    #[test]
    fn the_head_of_a_page_is_read_as_it_is_written() {
        let read = Head::read(&mut &head(3, 0xcbf4_3926)[..]).unwrap();
        let crc = Some(0xcbf4_3926_u32.cast_signed());
        assert_eq!(read, Head { unpacked: 5, packed: 3, crc, values: 10, levels: 0, is_packed: true });
        // A data page of the second version: ten values, levels of 2 and 3 bytes, not packed; no checksum.
        let second = [0x15, 6, 0x15, 10, 0x15, 18, 0x5c, 0x15, 20, 0x45, 4, 0x15, 6, 0x12, 0, 0];
        let read = Head::read(&mut &second[..]).unwrap();
        assert_eq!(read, Head { unpacked: 5, packed: 9, crc: None, values: 10, levels: 5, is_packed: false });
        for nonsense in [&[][..], &[0x15], &[0x19, 0], &[0x35, 1, 0], &[0x1c; 40]] {
            assert!(Head::read(&mut &nonsense[..]).is_err(), "{nonsense:?}");
        }
    }

    #[test]
    fn a_page_that_has_another_checksum_is_refused() {
        let page = |body: &[u8], crc| [&head(u8::try_from(body.len()).unwrap(), crc)[..], body].concat();
        let two = [page(b"abc", crc(b"abc")), page(b"defg", crc(b"defg"))].concat();
        assert_eq!(checked(&two, false), Ok(()));
        for at in [two.len() - 1, two.len() - 4] {
            let mut other = two.clone();
            other[at] ^= 1;
            assert!(checked(&other, false).unwrap_err().contains("checksum"), "{at}");
        }
        assert!(checked(&two[..two.len() - 1], false).is_err());
        assert_eq!(checked(b"no page", false), Ok(()));
    }

    #[test]
    fn what_gzip_keeps_of_its_content_is_looked_at() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(b"hello").unwrap();
        let packed = packer.finish().unwrap();
        let page = |body: &[u8]| [&head(u8::try_from(body.len()).unwrap(), crc(body))[..], body].concat();
        assert_eq!(checked(&page(&packed), true), Ok(()));
        let mut other = packed.clone();
        let at = other.len() - 8;
        other[at] ^= 1;
        assert!(checked(&page(&other), true).unwrap_err().contains("another checksum than it keeps"));
        let mut longer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        longer.write_all(&[0; 1000]).unwrap();
        assert!(checked(&page(&longer.finish().unwrap()), true).unwrap_err().contains("longer than it declares"));
    }
}
