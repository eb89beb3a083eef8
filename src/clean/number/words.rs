//! Words and signs around numbers.

/// Signs of currencies, and codes that stand before a number as well.
pub const CURRENCIES: [&str; 56] = [
    "$", "€", "£", "¥", "元", "₽", "₹", "₩", "₺", "₫", "₴", "฿", "₱", "₪", "₦", "US$", "R$", "HK$", "NT$", "A$", "C$", "S$",
    "USD", "EUR", "GBP", "JPY", "CNY", "RMB", "CHF", "SEK", "INR", "AUD", "CAD", "DKK", "NOK", "PLN", "CZK", "HUF", "BRL",
    "MXN", "ZAR", "TRY", "KRW", "RUB", "HKD", "TWD", "SGD", "NZD", "zł", "Kč", "kr", "kr.", "Rs", "Rs.", "Fr.", "Ft",
];

/// Words behind digits that multiply them; those of letters are one word, in any case.
const MAGNITUDES: [(&str, f64); 15] = [
    ("bn", 1e9),
    ("mn", 1e6),
    ("mln", 1e6),
    ("mio", 1e6),
    ("mrd", 1e9),
    ("tsd", 1e3),
    ("thousand", 1e3),
    ("million", 1e6),
    ("millions", 1e6),
    ("billion", 1e9),
    ("billions", 1e9),
    ("millionen", 1e6),
    ("milliarden", 1e9),
    ("lakh", 1e5),
    ("crore", 1e7),
];
const CHINESE: [(&str, f64); 8] =
    [("万亿", 1e12), ("千万", 1e7), ("百万", 1e6), ("万", 1e4), ("亿", 1e8), ("萬", 1e4), ("億", 1e8), ("千", 1e3)];

/// What a text behind the digits of `body` multiplies them by, the word for it, and the rest of the text.
pub fn magnitude<'a>(after: &'a str, body: &str) -> (f64, &'a str, &'a str) {
    for (word, factor) in CHINESE {
        if let Some(rest) = after.strip_prefix(word) {
            return (factor, &after[..word.len()], rest.trim());
        }
    }
    match after {
        "k" | "K" => return (1e3, after, ""),
        "M" => return (1e6, after, ""),
        // Rooms are called `2B`; nobody numbers them with decimals.
        "B" if body.contains(['.', ',']) => return (1e9, after, ""),
        _ => {}
    }
    let (word, rest) = after.split_once(' ').unwrap_or((after, ""));
    let plain = word.strip_suffix('.').unwrap_or(word);
    let known = MAGNITUDES.into_iter().find(|(name, _)| plain.eq_ignore_ascii_case(name));
    known.map_or((1.0, "", after), |(_, factor)| (factor, word, rest.trim()))
}

/// Takes the sign of a bound from what stands before a number.
pub fn bound(before: &str) -> (bool, &str) {
    let rest = before.strip_prefix(['<', '>', '≤', '≥']);
    rest.map_or((false, before), |rest| (true, rest.strip_prefix('=').unwrap_or(rest).trim_start()))
}
