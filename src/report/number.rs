//! Numbers as people read them: four significant digits, large ones in groups of three and still larger ones as powers of
//! ten, `–` where there is none.
//!
//! No share, score or p value is rounded to 0 or 1 that is neither: it is told by the bound beyond which it lies, such as
//! `< 0.0001` or `> 0.9999`.

use crate::metrics::{Interval, Metric, Spread};

/// What stands where there is no number.
pub const NONE: &str = "–";

/// From here on numbers are too long for a phone, and their digits are not counted any more.
const LARGE: f64 = 1e12;

/// Between groups of three digits: narrow, and no line breaks there.
const GAP: char = '\u{202f}';

/// A whole number; groups of three from 10 000 on, so that years keep their look.
#[must_use]
pub fn count(n: usize) -> String {
    grouped(&n.to_string())
}

/// Any number with four significant digits and no idle zeros, from a million millions on as a power of ten; `–` unless it is finite.
#[must_use]
pub fn number(x: f64) -> String {
    if !x.is_finite() {
        return NONE.into();
    }
    let size = x.abs();
    if size != 0.0 && !(1e-4..LARGE).contains(&size) {
        return format!("{x:.3e}");
    }
    let text = fixed(x, decimals(x));
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// A probability or threshold: as [`number`], but `< 0.0001` and `> 0.9999` where it would become 0 or 1.
#[must_use]
pub fn probability(p: f64) -> String {
    let text = number(p);
    if p > 0.0 && p < 1.0 && (p < 1e-4 || text == "1") { beyond(p, 4, 1.0) } else { text }
}

/// A value between 0 and 1, or -1 and 1, with so many decimals; what would become one of these ends and is not is told by
/// the bound that it lies beyond.
#[must_use]
pub fn bounded(x: f64, decimals: usize) -> String {
    bounded_by(x, decimals, 1.0)
}

/// Any number with so many decimals; what would become 0 and is not is told by the bound that it lies beyond.
#[must_use]
pub fn nonzero(x: f64, decimals: usize) -> String {
    bounded_by(x, decimals, f64::INFINITY)
}

/// A value as of [`bounded`] with its sign: `+0.021`, `< +0.001`.
#[must_use]
pub fn bounded_signed(x: f64, decimals: usize) -> String {
    plus(x, &bounded(x, decimals))
}

/// Text of a number with a plus in front of the digits where it is above zero.
#[must_use]
pub fn plus(x: f64, text: &str) -> String {
    match text.strip_prefix(['<', '>']) {
        _ if x.is_nan() || x <= 0.0 => text.to_owned(),
        Some(digits) => format!("{}+{}", &text[..=GAP.len_utf8()], digits.trim_start_matches(GAP)),
        None => format!("+{text}"),
    }
}

fn bounded_by(x: f64, decimals: usize, end: f64) -> String {
    if !x.is_finite() {
        return NONE.into();
    }
    // A sum that should be the end is it.
    let x = if end.is_finite() && (x.abs() - end).abs() <= 1e-13 * end { end.copysign(x) } else { x };
    let text = fixed(x, decimals);
    let shown: f64 = format!("{x:.decimals$}").parse().unwrap_or(x);
    let becomes = |bound: f64| shown == bound && x != bound;
    if becomes(0.0) || (x.abs() < end && becomes(end.copysign(x))) { beyond(x, decimals, end) } else { text }
}

/// The bound with so many decimals that a number next to 0 or `end` lies beyond: `< 0.0001`, `> 0.9999`.
fn beyond(x: f64, decimals: usize, end: f64) -> String {
    let step = 0.1_f64.powi(i32::try_from(decimals).unwrap_or(0));
    let (bound, outward) = if x.abs() < end / 2.0 { (step, false) } else { (end - step, true) };
    let sign = if (x > 0.0) == outward { '>' } else { '<' };
    format!("{sign}{GAP}{}", fixed(bound.copysign(x), decimals))
}

/// A share between 0 and 1 as a percentage with one decimal.
#[must_use]
pub fn percent(share: f64) -> String {
    if share.is_finite() { format!("{}{GAP}%", hundredths(share, 1)) } else { NONE.into() }
}

/// How far two shares are apart, in percentage points with one decimal: from 20 % to 23 % it is 3 points, not 3 %.
#[must_use]
pub fn points(difference: f64) -> String {
    if difference.is_finite() { format!("{}{GAP}pp", hundredths(difference, 1)) } else { NONE.into() }
}

/// The number before the sign of [`percent`], with so many decimals.
#[must_use]
pub fn hundredths(share: f64, decimals: usize) -> String {
    bounded_by(100.0 * share, decimals, 100.0)
}

/// `part / whole` as a percentage; `–` of nothing.
#[must_use]
pub fn share(part: usize, whole: usize) -> String {
    if whole == 0 { NONE.into() } else { percent(part as f64 / whole as f64) }
}

/// Seconds as a person would say them: `0.42 s`, `12.3 s`, `3 min 05 s`, `1 h 02 min`.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a run, at least 0")]
pub fn seconds(s: f64) -> String {
    if !s.is_finite() || s < 0.0 {
        return NONE.into();
    }
    let whole = s.round() as u64;
    match s {
        s if s < 9.995 => format!("{} s", nonzero(s, 2)),
        s if s < 99.95 => format!("{s:.1} s"),
        _ if whole < 3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// A score; the digits fit the metric, so that scores of one metric line up.
#[must_use]
pub fn score(metric: Metric, x: Option<f64>) -> String {
    match x {
        Some(x) if x.is_finite() => scaled(metric, x, x),
        _ => NONE.into(),
    }
}

/// Mean and standard deviation over folds: `0.8412 ± 0.0101`.
#[must_use]
pub fn spread(metric: Metric, spread: &Spread) -> String {
    match (spread.mean, spread.sd) {
        (Some(mean), Some(sd)) if mean.is_finite() && sd.is_finite() => {
            format!("{} ± {}", scaled(metric, mean, mean), scaled(metric, sd, mean))
        }
        (mean, _) => score(metric, mean),
    }
}

/// A score with its interval: `0.8450 [0.8240, 0.8650]`.
#[must_use]
pub fn interval(metric: Metric, interval: &Interval) -> String {
    let value = score(metric, interval.value);
    match range(metric, interval) {
        Some(range) => format!("{value} {range}"),
        None => value,
    }
}

/// The interval of a score: `[0.8240, 0.8650]`; `None` unless it is known.
#[must_use]
pub fn range(metric: Metric, interval: &Interval) -> Option<String> {
    let (value, low, high) = (interval.value?, interval.low?, interval.high?);
    [value, low, high]
        .iter()
        .all(|x| x.is_finite())
        .then(|| format!("[{}, {}]", scaled(metric, low, value), scaled(metric, high, value)))
}

/// How much a metric drops, with its standard deviation; the digits are those of a drop as large as `like`.
#[must_use]
pub fn drop(metric: Metric, mean: f64, sd: f64, like: f64) -> String {
    format!("{} ± {}", scaled(metric, mean, like), scaled(metric, sd, like))
}

/// `x` with as many decimals as a score of the size of `like` has: a difference reads like what it is a difference of.
#[must_use]
pub fn scaled(metric: Metric, x: f64, like: f64) -> String {
    if !x.is_finite() {
        return NONE.into();
    }
    // In the unit of the target, any size; all other metrics live around 0 to 1.
    let unit = matches!(metric, Metric::Rmse | Metric::Mae | Metric::Medae);
    match (unit, like.abs()) {
        (true, size) if size != 0.0 && !(1e-4..LARGE).contains(&size) => format!("{x:.3e}"),
        (true, _) => nonzero(x, decimals(like)),
        (false, _) if x.abs() >= 1e7 => format!("{x:.3e}"),
        (false, _) if metric == Metric::Lift10 => nonzero(x, 2),
        // What is left of a difference that should be zero is zero.
        (false, _) if x.abs() < 1e-12 => fixed(0.0, 4),
        // A few digits more say more than a bound, as of the end of an interval that just goes beyond zero.
        (false, _) if (1e-6..5e-5).contains(&x.abs()) => fixed(x, if x.abs() < 9.5e-6 { 6 } else { 5 }),
        (false, _) => bounded(x, 4),
    }
}

/// Decimals that make four significant digits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=8 first")]
fn decimals(x: f64) -> usize {
    if x == 0.0 { 0 } else { (3.0 - x.abs().log10().floor()).clamp(0.0, 8.0) as usize }
}

fn fixed(x: f64, decimals: usize) -> String {
    let text = format!("{x:.decimals$}");
    // What is rounded to zero has no sign.
    let zero = text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.'));
    grouped(if zero { text.trim_start_matches('-') } else { &text })
}

fn grouped(text: &str) -> String {
    let (whole, rest) = text.find('.').map_or((text, ""), |dot| text.split_at(dot));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    if digits.len() < 5 {
        return text.into();
    }
    let mut out = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(GAP);
        }
        out.push(digit);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace(GAP, " ")
    }

    #[test]
    fn nothing_is_shown_as_0_or_1_that_is_neither() {
        for (p, text) in [
            (0.0, "0"),
            (1.7e-11, "< 0.0001"),
            (0.000_12, "0.00012"),
            (0.3, "0.3"),
            (0.9999, "0.9999"),
            (0.999_97, "> 0.9999"),
            (1.0, "1"),
            (f64::NAN, NONE),
        ] {
            assert_eq!(plain(&probability(p)), text, "{p}");
        }
        for (x, text) in [
            (0.0, "0.000"),
            (-0.0, "0.000"),
            (0.000_4, "< 0.001"),
            (-0.000_4, "> -0.001"),
            (0.999_4, "0.999"),
            (0.999_6, "> 0.999"),
            (-0.999_6, "< -0.999"),
            (1.0, "1.000"),
            (1.000_1, "1.000"),
        ] {
            assert_eq!(plain(&bounded(x, 3)), text, "{x}");
        }
        assert_eq!([1.0 - 1e-15, 1.0 - 1e-9].map(|x| plain(&bounded(x, 4))), ["1.0000", "> 0.9999"]);
        assert_eq!([0.02, 4e-5, -4e-5, 0.0].map(|x| plain(&bounded_signed(x, 2))), ["+0.02", "< +0.01", "> -0.01", "0.00"]);
        let shares = [0.0, 0.000_4, 0.125, 0.9996, 1.0, 1.5, -0.0002];
        assert_eq!(
            shares.map(|x| plain(&percent(x))),
            ["0.0 %", "< 0.1 %", "12.5 %", "> 99.9 %", "100.0 %", "150.0 %", "> -0.1 %"]
        );
        assert_eq!([0.12, -0.000_4, f64::NAN].map(|x| plain(&points(x))), ["12.0 pp", "> -0.1 pp", NONE]);
        assert_eq!([0.999_98, 1.0].map(|x| plain(&score(Metric::Auc, Some(x)))), ["> 0.9999", "1.0000"]);
        assert_eq!(plain(&scaled(Metric::Rmse, 0.2, 48_213.7)), "< 1");
        assert_eq!([0.002, 0.999_999_9].map(|x| plain(&score(Metric::Lift10, Some(x)))), ["< 0.01", "1.00"]);
        assert_eq!(score(Metric::Brier, Some(1e-17)), "0.0000");
    }

    #[test]
    fn numbers_keep_four_significant_digits() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (0.841_234, "0.8412"),
            (12.345_6, "12.35"),
            (2019.0, "2019"),
            (41_230.4, "41\u{202f}230"),
            (-1_234_567.0, "-1\u{202f}234\u{202f}567"),
            (0.000_012_34, "1.234e-5"),
            (999_999_999_999.0, "999\u{202f}999\u{202f}999\u{202f}999"),
            (-1.5e12, "-1.500e12"),
            (2.5e300, "2.500e300"),
        ] {
            assert_eq!(number(x), text, "{x}");
        }
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(number(x), NONE);
        }
        assert_eq!(count(9999), "9999");
        assert_eq!(count(10_000), "10\u{202f}000");
    }

    #[test]
    fn scores_of_one_metric_line_up() {
        assert_eq!(score(Metric::Auc, Some(0.5)), "0.5000");
        assert_eq!(score(Metric::R2, Some(-0.25)), "-0.2500");
        assert_eq!(score(Metric::Rmse, Some(48_213.7)), "48\u{202f}214");
        assert_eq!(score(Metric::Rmse, Some(3.5)), "3.500");
        assert_eq!(score(Metric::Rmse, Some(1.024_644e13)), "1.025e13");
        assert_eq!(score(Metric::Lift10, Some(3.456)), "3.46");
        let tiny = [-0.000_02, 0.000_049, -0.000_003, -2e-8];
        assert_eq!(tiny.map(|x| plain(&score(Metric::Auc, Some(x)))), ["-0.00002", "0.00005", "-0.000003", "> -0.0001"]);
        assert_eq!(score(Metric::Auc, None), NONE);
        assert_eq!(score(Metric::Auc, Some(f64::NAN)), NONE);
    }

    #[test]
    fn spreads_and_intervals_take_the_digits_of_their_middle() {
        let rmse = Spread { mean: Some(123.4), sd: Some(1.234), folds: Vec::new() };
        assert_eq!(spread(Metric::Rmse, &rmse), "123.4 ± 1.2");
        let lonely = Spread { mean: Some(0.5), sd: None, folds: Vec::new() };
        assert_eq!(spread(Metric::Auc, &lonely), "0.5000");
        let auc = Interval { value: Some(0.8), low: Some(0.75), high: Some(0.85) };
        assert_eq!(interval(Metric::Auc, &auc), "0.8000 [0.7500, 0.8500]");
        assert_eq!(interval(Metric::Auc, &Interval { low: None, ..auc }), "0.8000");
        assert_eq!(interval(Metric::Auc, &Interval::default()), NONE);
    }

    #[test]
    fn seconds_and_shares_are_said_as_people_do() {
        assert_eq!(seconds(0.424), "0.42 s");
        assert_eq!(plain(&seconds(0.002)), "< 0.01 s");
        assert_eq!(seconds(12.34), "12.3 s");
        assert_eq!(seconds(185.0), "3 min 05 s");
        assert_eq!(seconds(3725.0), "1 h 02 min");
        assert_eq!(seconds(f64::NAN), NONE);
        assert_eq!(share(1, 8), "12.5\u{202f}%");
        assert_eq!(share(0, 0), NONE);
    }
}
