//! Numbers that name a person or an account, by their check digits.

use chrono::NaiveDate;

/// The digits of a text that holds nothing else but the given separators.
fn digits(text: &str, separators: &str) -> Option<Vec<u32>> {
    text.chars().filter(|c| !separators.contains(*c)).map(|c| c.to_digit(10)).collect()
}

fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |n, d| 10 * n + u64::from(*d))
}

/// Sum of digits times weights.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// Whether the last digit is the check digit of Luhn (ISO/IEC 7812-1).
fn luhn(digits: &[u32]) -> bool {
    let doubled = |d: u32| if d > 4 { 2 * d - 9 } else { 2 * d };
    let sum: u32 = digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 1 { doubled(*d) } else { *d }).sum();
    sum.is_multiple_of(10)
}

fn is_date(year: u64, month: u64, day: u64) -> bool {
    let (Ok(year), Ok(month), Ok(day)) = (i32::try_from(year), u32::try_from(month), u32::try_from(day)) else { return false };
    NaiveDate::from_ymd_opt(year, month, day).is_some()
}

/// A payment card: 13 to 19 digits that begin as an issuer's do, and Luhn.
pub fn card(text: &str) -> bool {
    let Some(d) = digits(text, " -") else { return false };
    if !(13..=19).contains(&d.len()) {
        return false;
    }
    let start = |n: usize| number(&d[..n]);
    let issuer = match d.len() {
        15 => matches!(start(2), 34 | 37),
        14 => matches!(start(2), 36 | 38 | 39) || matches!(start(3), 300..=305),
        n => {
            (d[0] == 4 && matches!(n, 13 | 16 | 19))
                || (n == 16 && (matches!(start(2), 51..=55) || matches!(start(4), 2221..=2720)))
                || (n >= 16 && (matches!(start(2), 62 | 65) || matches!(start(4), 6011 | 3528..=3589)))
        }
    };
    issuer && luhn(&d)
}

/// An international bank account number: country, two check digits, account; 1 modulo 97 (ISO 13616).
pub fn iban(text: &str) -> bool {
    let plain: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
    if !(15..=34).contains(&plain.len())
        || !plain.iter().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        || !plain[..2].iter().all(char::is_ascii_uppercase)
        || !plain[2..4].iter().all(char::is_ascii_digit)
    {
        return false;
    }
    let turned = plain[4..].iter().chain(&plain[..4]);
    turned.filter_map(|c| c.to_digit(36)).fold(0, |rest, d| (if d < 10 { 10 * rest + d } else { 100 * rest + d }) % 97) == 1
}

/// China: region, birthday, order and a check digit of ISO 7064 MOD 11-2 (GB 11643-1999).
pub fn china(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some((body, check)) = text.char_indices().nth(17).map(|(at, _)| text.split_at(at)) else { return false };
    let Some(d) = digits(body, "").filter(|d| d.len() == 17) else { return false };
    let wanted = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][(weighted(&d, &WEIGHTS) % 11) as usize];
    check.eq_ignore_ascii_case(wanted) && is_date(number(&d[6..10]), number(&d[10..12]), number(&d[12..14]))
}

/// United States: `AAA-GG-SSSS`; it has no check digit, but 000, 666 and 9xx areas and zero groups are not given out.
pub fn united_states(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [area, group, serial] = parts.as_slice() else { return false };
    let all = [area, group, serial].iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()));
    let sizes = [area.len(), group.len(), serial.len()] == [3, 2, 4];
    all && sizes && !matches!(*area, "000" | "666") && !area.starts_with('9') && *group != "00" && *serial != "0000"
}

/// Brazil, CPF: nine digits and two check digits modulo 11.
pub fn brazil(text: &str) -> bool {
    let Some(d) = digits(text, ".-").filter(|d| d.len() == 11) else { return false };
    let check = |n: usize| {
        let sum: u32 = d[..n].iter().zip((2..=u32::try_from(n).unwrap_or(0) + 1).rev()).map(|(d, w)| d * w).sum();
        (10 * sum % 11) % 10
    };
    d.iter().any(|v| *v != d[0]) && check(9) == d[9] && check(10) == d[10]
}

/// France, NIR: sex, year, month, place, order, and 97 less the number modulo 97.
pub fn france(text: &str) -> bool {
    let Some(d) = digits(text, " ").filter(|d| d.len() == 15) else { return false };
    let month = number(&d[3..5]);
    matches!(d[0], 1 | 2) && (1..=12).contains(&month) && 97 - number(&d[..13]) % 97 == number(&d[13..])
}

/// Italy, codice fiscale: letters and digits of name, birthday and place, and a check letter.
pub fn italy(text: &str) -> bool {
    const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    const FORM: &[u8; 16] = b"AAAAAA00A00A000A";
    let upper = text.to_ascii_uppercase();
    let letters = upper.as_bytes();
    let fits = |(c, form): (&u8, &u8)| if *form == b'A' { c.is_ascii_uppercase() } else { c.is_ascii_digit() };
    if letters.len() != 16 || !letters.iter().zip(FORM).all(fits) {
        return false;
    }
    let value = |c: u8| u32::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' });
    let odd = |c: u8| ODD[value(c) as usize];
    let sum: u32 = letters[..15].iter().enumerate().map(|(i, c)| if i % 2 == 0 { odd(*c) } else { value(*c) }).sum();
    value(letters[15]) == sum % 26
}

/// Spain, DNI (eight digits) and NIE (X, Y or Z and seven), with the letter of the number modulo 23.
pub fn spain(text: &str) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let plain = text.replace('-', "").to_ascii_uppercase();
    let bytes = plain.as_bytes();
    if bytes.len() != 9 {
        return false;
    }
    let first = match bytes[0] {
        b'X' => b'0',
        b'Y' => b'1',
        b'Z' => b'2',
        other => other,
    };
    let body = [&[first], &bytes[1..8]].concat();
    let all = body.iter().all(u8::is_ascii_digit);
    all && LETTERS[(body.iter().fold(0_u32, |n, b| 10 * n + u32::from(b - b'0')) % 23) as usize] == bytes[8]
}

/// Poland, PESEL: birthday with the century in the month, order, and a check digit by the weights 1, 3, 7, 9.
pub fn poland(text: &str) -> bool {
    const WEIGHTS: [u32; 11] = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];
    let Some(d) = digits(text, "").filter(|d| d.len() == 11) else { return false };
    let month = number(&d[2..4]);
    let century = [1900, 2000, 2100, 2200, 1800].get(usize::try_from(month / 20).unwrap_or(9)).copied().unwrap_or(0);
    weighted(&d, &WEIGHTS).is_multiple_of(10) && is_date(century + number(&d[..2]), month % 20, number(&d[4..6]))
}

/// Sweden: six or eight digits of the birthday, a sign, three digits, and Luhn over the last ten.
pub fn sweden(text: &str) -> bool {
    let Some((birth, rest)) = text.split_once(['-', '+']) else { return false };
    let (Some(birth), Some(rest)) = (digits(birth, ""), digits(rest, "")) else { return false };
    if !matches!(birth.len(), 6 | 8) || rest.len() != 4 {
        return false;
    }
    let short = &birth[birth.len() - 6..];
    let day = number(&short[4..]);
    // A coordination number has 60 added to the day.
    let day = if day > 60 { day - 60 } else { day };
    is_date(2000 + number(&short[..2]), number(&short[2..4]), day) && luhn(&[short, &rest].concat())
}

/// India, Aadhaar: twelve digits, the last by Verhoeff (1969).
pub fn india(text: &str) -> bool {
    digits(text, " -").is_some_and(|d| d.len() == 12 && d[0] >= 2 && verhoeff(&d))
}

fn verhoeff(digits: &[u32]) -> bool {
    const MIX: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    // Products of the dihedral group of the pentagon: turns 0 to 4, mirrored 5 to 9.
    let times = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - 5 + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let mixed = |d: u32, times: usize| (0..times).fold(d, |d, _| MIX[d as usize]);
    digits.iter().rev().enumerate().fold(0, |check, (i, d)| times(check, mixed(*d, i % 8))) == 0
}

/// Germany, tax identification number: eleven digits, ISO 7064 MOD 11,10; of the first ten one stands twice or thrice.
pub fn germany(text: &str) -> bool {
    let Some(d) = digits(text, " ").filter(|d| d.len() == 11 && d[0] != 0) else { return false };
    let mut counts = [0; 10];
    d[..10].iter().for_each(|v| counts[*v as usize] += 1);
    let repeated = counts.iter().filter(|c| **c > 1).count() == 1 && counts.iter().all(|c| *c <= 3);
    let product = d[..10].iter().fold(10, |product, v| {
        let sum = (v + product) % 10;
        2 * (if sum == 0 { 10 } else { sum }) % 11
    });
    repeated && (11 - product) % 10 == d[10]
}

/// Netherlands, BSN: nine digits whose sum by the weights 9, 8, … 2, -1 is a multiple of 11.
pub fn netherlands(text: &str) -> bool {
    let Some(d) = digits(text, ".").filter(|d| d.len() == 9) else { return false };
    let sum = weighted(&d[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum >= d[8] && (sum - d[8]).is_multiple_of(11) && number(&d) > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published examples of each number, none of them anybody's; another last sign breaks every one.
    #[test]
    fn published_examples_pass_and_fail_with_another_check_digit() {
        type Example = (fn(&str) -> bool, &'static [&'static str]);
        let examples: [Example; 13] = [
            (card, &["4111 1111 1111 1111", "5500005555555559", "378282246310005", "6011000990139424"]),
            (iban, &["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"]),
            (china, &["11010519491231002X", "440524188001010014"]),
            (brazil, &["529.982.247-25"]),
            (france, &["2 55 08 14 168 025 38"]),
            (italy, &["RSSMRA85T10A562S"]),
            (spain, &["12345678Z", "X1234567L"]),
            (poland, &["44051401359"]),
            (sweden, &["811228-9874", "19811228-9874"]),
            (germany, &["86095742719", "47036892816"]),
            (netherlands, &["111222333"]),
            (|t| digits(t, "").is_some_and(|d| verhoeff(&d)), &["2363"]),
            (india, &["234123412346"]),
        ];
        for (check, good) in examples {
            for text in good {
                assert!(check(text), "{text}");
                let last = text.chars().last().unwrap();
                let other = if last == '1' || last == 'A' { '2' } else { '1' };
                let other = if last.is_ascii_alphabetic() && last != 'X' { 'A' } else { other };
                let bad = format!("{}{other}", &text[..text.len() - 1]);
                assert!(!check(&bad), "{bad}");
            }
        }
    }

    #[test]
    fn united_states_numbers_have_a_form_only() {
        assert!(united_states("123-45-6789"));
        for bad in ["000-12-3456", "666-12-3456", "912-12-3456", "123-00-6789", "123456789", "12-345-6789", "2024-01-02"] {
            assert!(!united_states(bad), "{bad}");
        }
    }

    #[test]
    fn odd_texts_are_nothing() {
        let checks =
            [card, iban, china, united_states, brazil, france, italy, spain, poland, sweden, india, germany, netherlands];
        for text in [
            "",
            "-",
            "é",
            "二〇二四年一月一日一二三四五六七八",
            "00000000000",
            "0000000000000000",
            "11111111111",
            "9".repeat(400).as_str(),
        ] {
            for check in checks {
                assert!(!check(text), "{text}");
            }
        }
    }
}
