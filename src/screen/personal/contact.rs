//! E-mail addresses and phone numbers.

/// `local@domain.tld`, the usual characters only.
pub fn email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let name = |t: &str, more: &str| !t.is_empty() && t.chars().all(|c| c.is_alphanumeric() || more.contains(c));
    let Some((host, end)) = domain.rsplit_once('.') else { return false };
    name(local, "._%+-'") && name(host, ".-") && !host.starts_with('.') && end.len() >= 2 && name(end, "-") && text.len() <= 254
}

/// A phone number that cannot well be another number: international with its `+`, North American with its groups
/// (3-3-4), or a Chinese mobile number (11 digits, 13 to 19 first).
pub fn phone(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    let plain = text.chars().all(|c| c.is_ascii_digit() || " -().+/".contains(c));
    if !plain {
        return false;
    }
    if let Some(rest) = text.strip_prefix('+') {
        return (8..=15).contains(&digits.len()) && !rest.contains('+') && digits[0] != b'0';
    }
    let groups: Vec<usize> = text.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).map(str::len).collect();
    if groups == [3, 3, 4] {
        // Neither the area nor the exchange begins with 0 or 1.
        return digits[0] >= b'2' && digits[3] >= b'2';
    }
    groups == [11] && digits[0] == b'1' && digits[1] >= b'3'
}

/// Digits as many as a phone number has, with or without separators.
pub fn plain_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " -().+/".contains(c))
}

/// Whether a column is named after phones.
pub fn names_phone(name: &str) -> bool {
    const WORDS: [&str; 7] = ["phone", "telephone", "mobile", "cell", "tel", "fax", "whatsapp"];
    crate::data::name::words(name).iter().any(|w| WORDS.contains(&w.as_str())) || name.contains("电话") || name.contains("手机")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_handles() {
        for good in ["a.b+c@example.co.uk", "x@y.io", "O'Neil@ex-ample.org", "张三@例子.中国"] {
            assert!(email(good), "{good}");
        }
        for bad in ["@handle", "a@b", "a@.de", "a b@c.de", "a@b@c.de", "x@y.z", ""] {
            assert!(!email(bad), "{bad}");
        }
    }

    #[test]
    fn phone_numbers_are_told_from_dates_amounts_and_book_numbers() {
        for good in ["+49 30 1234567", "(212) 555-0123", "212-555-0123", "13812345678"] {
            assert!(phone(good), "{good}");
        }
        for bad in ["2024-01-02", "1234567.891", "978-3-16-148410-0", "12345678901", "1609459200", "+1", "012-345-6789", ""] {
            assert!(!phone(bad), "{bad}");
        }
    }
}
