//! Which encoding a text without a byte-order mark is in.

use std::collections::HashSet;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_16BE, UTF_16LE};

use super::plausible::{Family, rank};

/// Different cells that are looked at.
const CELLS: usize = 2000;
/// Natural logarithm of the odds from which one family of encodings is believed against the detector.
const SURE: f64 = 8.0;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Utf8,
    Other {
        encoding: &'static Encoding,
        /// Different cells with letters outside of ASCII that it was found by, and the first of them as it is read.
        cells: usize,
        example: String,
        /// Another encoding that would read the same bytes as other letters, where little text tells the two apart.
        rival: Option<&'static str>,
    },
    /// UTF-8 for the most part, and then these bytes.
    Broken(usize),
    /// Not to be told, with the candidates.
    Unclear(Vec<&'static str>),
}

/// Decides by a window of text that begins with its first letters outside of ASCII; `complete` says that the text ends
/// with it.
pub fn decide(window: &[u8], complete: bool) -> Found {
    let Some(broken) = first_broken(window, complete) else { return Found::Utf8 };
    if mostly_utf8(window) {
        return Found::Broken(broken);
    }
    // Half a letter at the end would speak against every encoding.
    let end = if complete { window.len() } else { memchr::memrchr(b'\n', window).unwrap_or(window.len()) };
    let window = &window[..end];
    let cells = cells(window);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(window, complete);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let guess = if guess == GBK { GB18030 } else { guess };
    let ranks = rank(&cells);
    let (best, score) = ranks[0];
    let margin = ranks.get(1).map_or(f64::INFINITY, |second| score - second.1);
    let encoding = match best {
        Family::Double(encoding) if encoding == guess || margin >= SURE => encoding,
        Family::Single if guess.is_single_byte() => guess,
        Family::Double(encoding) => return Found::Unclear(vec![encoding.name(), guess.name()]),
        Family::Single => return Found::Unclear(vec!["windows-1252", guess.name()]),
    };
    let read = |encoding: &'static Encoding, cell: &[u8]| {
        encoding.decode_without_bom_handling_and_without_replacement(cell).map(std::borrow::Cow::into_owned)
    };
    let Some(example) = cells.first().and_then(|cell| read(encoding, cell)) else {
        return Found::Unclear(vec![encoding.name()]);
    };
    // Where the country that the text is from would change the guess, the text itself does not tell enough.
    let countries: [&[u8]; 6] = [b"de", b"pl", b"ru", b"gr", b"tr", b"lt"];
    let rival = countries.into_iter().map(|country| detector.guess(Some(country), Utf8Detection::Deny)).find(|other| {
        encoding.is_single_byte()
            && cells.len() < 20
            && other.is_single_byte()
            && cells.iter().any(|cell| read(other, cell) != read(encoding, cell))
    });
    Found::Other { encoding, cells: cells.len(), example, rival: rival.map(Encoding::name) }
}

/// UTF-16 without a mark: the zeros of its ASCII letters stand at every second place, in many of the pairs, and its lines
/// end in a pair with a zero. Text of one byte per letter with a few NUL bytes in it is not taken for that.
pub fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let head = &head[..head.len() - head.len() % 2];
    let (pairs, _) = head.as_chunks::<2>();
    let zeros = |side: usize| pairs.iter().filter(|pair| pair[side] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let least = if head.is_ascii() { pairs.len() / 2 } else { pairs.len() / 20 };
    let encoding = match (first, second) {
        (0, n) if n > least && pairs.contains(b"\n\0") => UTF_16LE,
        (n, 0) if n > least && pairs.contains(b"\0\n") => UTF_16BE,
        _ => return None,
    };
    let text = encoding.decode_without_bom_handling(head).0;
    let plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    // A pair of letters may be cut at the end of the head.
    let whole = text.strip_suffix('\u{fffd}').unwrap_or(&text);
    (!whole.contains('\u{fffd}') && whole.chars().all(plain)).then_some(encoding)
}

/// The place of the first bytes that are not UTF-8.
fn first_broken(window: &[u8], complete: bool) -> Option<usize> {
    match std::str::from_utf8(window) {
        Err(e) if complete || e.error_len().is_some() => Some(e.valid_up_to()),
        _ => None,
    }
}

/// Whether the letters outside of ASCII are UTF-8 more often than not: then the others are damage, or text of another
/// file, and no other encoding would read the whole.
fn mostly_utf8(window: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in window.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad
}

/// The cells with different letters outside of ASCII: a unit behind many numbers is one. No encoding uses the bytes that part
/// them within a letter.
fn cells(window: &[u8]) -> Vec<&[u8]> {
    let mut seen = HashSet::new();
    let letters = |cell: &[u8]| cell.iter().copied().filter(|b| !b.is_ascii_digit()).collect::<Vec<u8>>();
    window
        .split(|b| *b < b'0' || *b == b';')
        .filter(|cell| !cell.is_ascii() && seen.insert(letters(cell)))
        .take(CELLS)
        .collect()
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, EUC_JP, EUC_KR, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

    use super::*;

    fn found(encoding: &'static Encoding, text: &str) -> Found {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable, "{text}");
        decide(&bytes, true)
    }

    #[test]
    fn tables_are_read_in_their_encoding() {
        let units = (10..90).fold("번호,금액,지역\n".to_owned(), |text, i| text + &format!("{i},{i}만원,서울\n"));
        for (encoding, text) in [
            (GB18030, "姓名,年龄,城市\n张三,25,北京\n李四,31,上海\n"),
            (GB18030, "客户编号,注册日期,套餐,是否流失\n"),
            (GB18030, "城市\n深圳\n广州\n"),
            (GB18030, "name,city\nA,北京\nB,𠀀𠀁㐀\n"),
            (BIG5, "姓名,城市\n王小明,臺北\n陳美玲,高雄\n"),
            (BIG5, "客戶編號,訂單金額\n"),
            (SHIFT_JIS, "名前,年齢,都市\n山田太郎,25,東京\nすずき,31,おおさか\n"),
            (EUC_JP, "名前,年齢\nすずき,31\nカタカナ,3\n"),
            (EUC_KR, "이름,나이,도시\n김철수,25,서울\n"),
            // In EUC-JP, too, every unit would be a usual word.
            (EUC_KR, &units),
            (WINDOWS_1252, "Stadt;Größe\nMünchen;1,5\nKöln;2,5\nDüsseldorf;3\n"),
            (WINDOWS_1252, "ville,région\nBesançon,Franche-Comté\nOrléans,Centre\nNîmes,Occitanie\n"),
            (WINDOWS_1251, "город,цена\nМосква,5\nКазань,7\nСанкт-Петербург,9\n"),
            (WINDOWS_1250, "miasto\nŁódź\nKraków\nPoznań\nGdańsk\nWrocław\nBiałystok\nCzęstochowa\n"),
        ] {
            match found(encoding, text) {
                Found::Other { encoding: read, example, .. } => {
                    assert_eq!(read.name(), encoding.name(), "{text}");
                    assert!(text.contains(&example), "{example}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn damage_in_utf8_is_no_other_encoding() {
        let mut bytes = "Größe,naïve,Żółć\n".repeat(5).into_bytes();
        bytes.extend(b"caf\xe9,1\n");
        assert_eq!(decide(&bytes, true), Found::Broken(bytes.len() - 4));
        assert_eq!(decide(&bytes[..bytes.len() - 7], true), Found::Utf8);
        assert_eq!(decide("ab\u{fc}".as_bytes().split_last().unwrap().1, false), Found::Utf8);
    }

    #[test]
    fn utf16_shows_by_its_zeros() {
        let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        for text in ["a,b\n1,2\n", "姓名,年龄\n张三,25\n", "x\n"] {
            assert_eq!(utf16(&little(text)), Some(UTF_16LE), "{text}");
            assert_eq!(utf16(&big(text)), Some(UTF_16BE), "{text}");
        }
        assert_eq!(utf16(b"a,b\n1,2\0\n3,4\n"), None);
        assert_eq!(utf16(b"a\0,\0b\0\n\0\x01\0"), None);
        assert_eq!(utf16(b""), None);
        assert_eq!(utf16("姓名".as_bytes()), None);
    }
}
