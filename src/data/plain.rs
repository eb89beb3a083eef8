/// A number with at most six significant digits, as short as it can be.
#[must_use]
pub fn plain(x: f64) -> String {
    let size = x.abs();
    if size != 0.0 && !(1e-5..1e15).contains(&size) {
        let text = format!("{x:.5e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", digits.trim_end_matches('0').trim_end_matches('.'));
    }
    let whole = if size < 1.0 { 0 } else { 1 + digits(size) };
    let text = format!("{x:.*}", 6_usize.saturating_sub(whole));
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.into() }
}

/// Digits before the point, less one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 15")]
fn digits(size: f64) -> usize {
    size.log10().max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([1234.5, 0.1 + 0.2, -3.0, 0.0, -0.0, 1_234_567.8].map(plain), ["1234.5", "0.3", "-3", "0", "0", "1234568"]);
        assert_eq!([1e-7, 2e20, -4.105_179_317e200].map(plain), ["1e-7", "2e20", "-4.10518e200"]);
    }
}
