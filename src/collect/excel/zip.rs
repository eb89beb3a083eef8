//! What an Excel file says of the size of its parts: all but the oldest are zip archives.

/// Beyond so many unpacked bytes an archive that grows more than [`RATIO`] times is taken for a decompression bomb.
const UNPACKED: u64 = 64 << 20;
/// Sheets shrink 5 to 50 times.
pub(super) const RATIO: u64 = 200;

/// The unpacked size that an archive declares, if that is more than its own size justifies. What it does not declare is
/// stopped by the limits under which it is unpacked.
pub(super) fn bomb(bytes: &[u8]) -> Option<u64> {
    let declared = unpacked(bytes)?;
    (declared > UNPACKED && declared > RATIO.saturating_mul(bytes.len() as u64)).then_some(declared)
}

/// The sum of the unpacked sizes in the directory at the end of an archive.
pub(super) fn unpacked(bytes: &[u8]) -> Option<u64> {
    let number = |at: usize, n: usize| {
        let bytes = bytes.get(at..at + n)?;
        Some(bytes.iter().rev().fold(0, |sum, b| sum << 8 | u64::from(*b)))
    };
    // The record that ends an archive has 22 bytes and a comment of at most 64 KiB.
    let from = bytes.len().saturating_sub(22 + (1 << 16));
    let end = from + memchr::memmem::rfind(&bytes[from..], b"PK\x05\x06")?;
    let entries = number(end + 10, 2)?;
    let mut at = usize::try_from(number(end + 16, 4)?).ok()?;
    let mut sum = 0_u64;
    for _ in 0..entries {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        sum = sum.saturating_add(number(at + 24, 4)?);
        let lengths = [number(at + 28, 2)?, number(at + 30, 2)?, number(at + 32, 2)?];
        at += 46 + lengths.iter().map(|n| usize::try_from(*n).unwrap_or(usize::MAX)).sum::<usize>();
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of one entry with nothing in it but its directory.
    fn archive(unpacked: u32) -> Vec<u8> {
        let mut entry = b"PK\x01\x02".to_vec();
        entry.resize(24, 0);
        entry.extend(unpacked.to_le_bytes());
        entry.extend([1, 0, 0, 0, 0, 0]);
        entry.resize(46, 0);
        entry.push(b'x');
        let mut bytes = [b"PK\x03\x04".to_vec(), entry].concat();
        let mut end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec();
        end.extend(47_u32.to_le_bytes());
        end.extend(4_u32.to_le_bytes());
        end.extend([0, 0]);
        bytes.extend(end);
        bytes
    }

    #[test]
    fn declared_sizes_are_added_and_judged() {
        assert_eq!(unpacked(&archive(1000)), Some(1000));
        assert_eq!(bomb(&archive(60 << 20)), None);
        assert_eq!(bomb(&archive(3 << 30)), Some(3 << 30));
        assert_eq!(bomb(b"no archive"), None);
        for cut in 0..archive(9).len() {
            assert_eq!(bomb(&archive(9)[..cut]), None);
        }
    }
}
