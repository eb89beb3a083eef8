//! What a single cell looks like, in any country.

/// Whether a text is a number, an amount, a date or a time: digits and what stands among them.
pub(super) fn is_number(text: &[u8]) -> bool {
    let sign = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'\'' | b' ' | b'+' | b'-' | b'/' | b':' | b'%' | b'$');
    let scientific = || std::str::from_utf8(text).is_ok_and(|t| t.parse::<f64>().is_ok_and(f64::is_finite));
    text.iter().any(u8::is_ascii_digit) && (text.iter().all(sign) || is_moment(text) || scientific())
}

/// A date with a time behind a `T` or in front of a `Z`.
fn is_moment(text: &[u8]) -> bool {
    let sign = |b: &u8| b.is_ascii_digit() || matches!(b, b'-' | b'/' | b':' | b'.' | b'+' | b' ' | b'T' | b'Z');
    text.first().is_some_and(u8::is_ascii_digit) && text.contains(&b':') && text.iter().all(sign)
}

/// Whether a cell is nothing, a number, or a text without what might stand between other fields.
pub(super) fn is_value(text: &[u8], delimiter: u8) -> bool {
    let apart = |(i, b): (usize, &u8)| match b {
        b';' | b'\t' | b'|' => *b != delimiter,
        // A comma that a space follows belongs to a sentence.
        b',' => delimiter != b',' && text.get(i + 1) != Some(&b' '),
        b'"' => true,
        _ => false,
    };
    text.is_empty() || is_number(text) || !text.iter().enumerate().any(apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_country_are_told_from_text() {
        for text in [
            "1",
            "-1.234,56",
            "1 234,5",
            "1'234",
            "12%",
            "2024-01-31",
            "31.12.2024 10:30",
            "2024-01-31T10:30:00Z",
            "1e-5",
            "$5",
        ] {
            assert!(is_number(text.as_bytes()), "{text}");
        }
        for text in ["", "a1", "-", "N/A", "1a", "inf", "Q1 2024"] {
            assert!(!is_number(text.as_bytes()), "{text}");
        }
        assert!(is_value(b"Smith, John", b';') && !is_value(b"a,b", b';') && !is_value(b"a;b", b',') && is_value(b"1,5", b';'));
    }
}
