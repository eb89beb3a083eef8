//! Which delimiter a text file uses.

use super::scan::scan;

/// In the order of preference.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// So many records behind the header are looked at.
const RECORDS: usize = 100;

/// The delimiter under which most records have as many fields as the header; `complete` says that nothing follows the
/// sample.
///
/// One that splits the header always comes before one that does not: a file of ragged records is then refused with its
/// line, where another delimiter would quietly make one column of it.
pub(super) fn delimiter(sample: &[u8], complete: bool) -> u8 {
    let mut best = (false, 0.0, 0, CANDIDATES[0]);
    for candidate in CANDIDATES {
        let (width, share) = agreement(sample, complete, candidate);
        let score = (width > 1, share, width, candidate);
        if (score.0, score.1, score.2) > (best.0, best.1, best.2) {
            best = score;
        }
    }
    best.3
}

/// Fields of the header, and the share of the records with as many.
fn agreement(sample: &[u8], complete: bool, delimiter: u8) -> (usize, f64) {
    let mut fields = Vec::new();
    let (mut at, mut width, mut records, mut agree) = (0, 0, 0_usize, 0_usize);
    while at < sample.len() && records < RECORDS {
        fields.clear();
        match scan(&sample[at..], complete, delimiter, &mut fields) {
            Ok(Some(found)) => {
                at += found.len;
                let blank = !found.quoted && fields.len() == 1 && fields[0].start == fields[0].end;
                if blank {
                } else if width == 0 {
                    width = fields.len();
                } else {
                    records += 1;
                    agree += usize::from(fields.len() == width);
                }
            }
            Ok(None) => break,
            // What cannot be read with this delimiter speaks against it.
            Err(_) => {
                records += 1;
                break;
            }
        }
    }
    (width, if records == 0 { 1.0 } else { agree as f64 / records as f64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_that_fits_the_records_wins() {
        for (text, expected) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2,5\n3,5;4\n", b';'),
            ("a\tb\n1, 2\t3\n", b'\t'),
            ("id|name, first|x\n1|b, c|2\n3|d|4\n", b'|'),
            ("\"a;b\",c\n\"1;2;3\",4\n", b','),
            ("a;b;c\n", b';'),
            ("\n\na;b\n1;2\n", b';'),
            ("text\nhello, world\nhow, are, you\n", b';'),
            ("x\n1\n", b','),
            ("a,b\n1,2,3\n", b','),
            ("", b','),
        ] {
            assert_eq!(delimiter(text.as_bytes(), true) as char, expected as char, "{text:?}");
        }
    }

    #[test]
    fn a_cut_last_record_does_not_count() {
        assert_eq!(delimiter(b"a;b\n1;2\n3;4,5,6,7", false), b';');
    }
}
