//! Explanations for the terminal.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::global::{Global, Importance};
use super::rows::{Rows, strongest};
use crate::cli::plot::{bar, ends, spark};
use crate::error::plural;
use crate::explain::{Aim, BOUND, ShuffleLoss, signed, words};
use crate::metrics::Metric;
use crate::report::{Dependence, Loss, bounded, bounded_signed, clean, number, pad, probability, scaled, short};

/// Widest name and value, and longest bar, in columns.
const NAME: usize = 28;
const BAR: usize = 20;
/// Levels of a curve that are told with their mean.
const LEVELS: usize = 5;

/// The whole model.
pub fn global(global: &Global<'_>, top: usize, log_odds: bool) -> String {
    let mut out =
        format!("{} of {}, target \"{}\"\n\n", plural(global.rows, "row"), clean(global.source), clean(global.target));
    importance(&mut out, global, top);
    groups(&mut out, global);
    if !global.curves.is_empty() {
        let what = if log_odds { "log-odds" } else { "predictions" };
        let _ = writeln!(out, "\nhow {what} go with a column, all others as they are; mean, and the range of the networks");
        let width = global.curves.iter().map(|c| short(&c.column, NAME).width()).max().unwrap_or(0);
        for (i, one) in global.curves.iter().enumerate() {
            curve(&mut out, one, width, log_odds);
            // Of several classes a column has a curve each, and goes with the same columns.
            if global.curves.get(i + 1).is_none_or(|next| next.column != one.column) {
                goes_with(&mut out, one);
            }
        }
    }
    let _ = writeln!(out, "\nThis is what the model does with the columns; it does not tell what causes what.");
    out
}

fn importance(out: &mut String, global: &Global<'_>, top: usize) {
    let lines: Vec<(String, f64, String)> = match &global.importance {
        Importance::Shuffled(losses) => {
            let _ = writeln!(
                out,
                "what matters: how much {} suffers when a column is shuffled, with 95 % interval",
                global.metric.name()
            );
            let of = |l: &ShuffleLoss| l.losses.get(&global.metric).copied();
            let like = losses.iter().filter_map(of).map(|loss| loss.mean).fold(0.0, f64::max);
            let line = |l: &ShuffleLoss| {
                let loss = of(l)?;
                Some((l.columns[0].clone(), loss.mean, interval(global.metric, &loss, like)))
            };
            losses.iter().filter_map(line).collect()
        }
        Importance::Moved(parts) => {
            let _ = writeln!(
                out,
                "what matters: how far a column moves predictions (mean absolute Shapley value; the rows have no target)"
            );
            parts
                .iter()
                .map(|(column, mean, error)| (column.clone(), *mean, format!("{} ± {}", number(*mean), number(*error))))
                .collect()
        }
    };
    let most = lines.iter().map(|(_, mean, _)| *mean).fold(0.0, f64::max);
    let width = lines.iter().take(top).map(|(name, ..)| short(name, NAME).width()).max().unwrap_or(0);
    for (name, mean, words) in lines.iter().take(top) {
        let length = if most > 0.0 { mean / most } else { 0.0 };
        let _ = writeln!(out, "  {}  {}  {words}", pad(&short(name, NAME), width), pad(&bar(length, BAR), BAR));
    }
    if lines.len() > top {
        let _ = writeln!(out, "  and {} more", lines.len() - top);
    }
}

/// A loss like one as large as `like`.
fn interval(metric: Metric, loss: &Loss, like: f64) -> String {
    let show = |x: f64| scaled(metric, x, like);
    format!("{} [{}, {}]", show(loss.mean), show(loss.low), show(loss.high))
}

fn groups(out: &mut String, global: &Global<'_>) {
    if global.groups.is_empty() && global.together.is_empty() {
        let _ = writeln!(out, "no two columns go together (association of at least {BOUND})");
        return;
    }
    let _ = writeln!(
        out,
        "\ncolumns that go together (association of at least {BOUND}), shuffled as one: alone each can look useless, as the others still say what it says"
    );
    let joined = |columns: &[String]| columns.iter().map(|c| short(c, NAME)).collect::<Vec<_>>().join(" + ");
    for group in &global.groups {
        let (metric, like) = (global.metric, group.loss.mean);
        let alone = group.alone.iter().map(|l| scaled(metric, l.mean, like)).collect::<Vec<_>>().join(", ");
        let _ = writeln!(out, "  {}  {}  (alone {alone})", joined(&group.columns), interval(metric, &group.loss, like));
    }
    for (columns, strength) in &global.together {
        let _ = writeln!(out, "  {}  ({})", joined(columns), bounded(*strength, 2));
    }
}

fn curve(out: &mut String, curve: &Dependence, width: usize, log_odds: bool) {
    let chances = curve.class.is_some() && !log_odds;
    let number = |x: f64| if chances { probability(x) } else { number(x) };
    let means: Vec<f64> = curve.grid.iter().map(|p| p.mean).collect();
    let [low, high] = ends(&means);
    let class = curve.class.as_ref().map(|c| format!("  {}", short(c, NAME))).unwrap_or_default();
    let _ = write!(out, "  {}{class}  ", pad(&short(&curve.column, NAME), width));
    let numeric: Vec<_> = curve.grid.iter().filter(|p| p.at.is_some()).collect();
    if let (Some(first), Some(last)) = (numeric.first(), numeric.last()) {
        let heights: Vec<f64> = numeric.iter().map(|p| p.mean).collect();
        let _ = write!(out, "{} {} {}", first.value, spark(&heights, low, high), last.value);
        let spread = curve.grid.iter().filter_map(|p| p.networks).map(|[a, b]| b - a).fold(0.0, f64::max);
        let _ = write!(out, "   from {} to {}", number(low), number(high));
        if spread > 0.0 {
            let _ = write!(out, ", networks differ by up to {}", number(spread));
        }
        if let Some(gap) = curve.grid.iter().find(|p| p.at.is_none()) {
            let _ = write!(out, ", missing {}", number(gap.mean));
        }
    } else {
        let level = |p: &crate::report::GridPoint| {
            let range = p.networks.map(|[a, b]| format!(" [{}, {}]", number(a), number(b))).unwrap_or_default();
            format!("{} {}{range}", short(&p.value, NAME), number(p.mean))
        };
        let shown: Vec<String> = curve.grid.iter().take(LEVELS).map(level).collect();
        out.push_str(&shown.join(" · "));
        if curve.grid.len() > LEVELS {
            let _ = write!(out, " and {} more", curve.grid.len() - LEVELS);
        }
    }
    out.push('\n');
}

fn goes_with(out: &mut String, curve: &Dependence) {
    if let Some((other, strength)) = curve.goes_with.first() {
        let other = short(other, NAME);
        let _ = writeln!(out, "    goes with {other} ({}): some of these combinations hardly occur", bounded(*strength, 2));
    }
}

/// Single rows.
pub fn rows(rows: &Rows<'_>, top: usize, shown: usize) -> String {
    let mut out = String::new();
    for (nth, explained) in rows.explained.iter().enumerate().take(shown) {
        let parts = &explained.parts;
        let chances = matches!(explained.aim, Aim::Probability(_));
        let level = |x: f64| if chances { probability(x) } else { number(x) };
        let signed = |x: f64| if chances && x.abs() < 1e-4 { bounded_signed(x, 4) } else { signed(x) };
        let _ = writeln!(
            out,
            "{}: {} {}, usual rows {}",
            clean(&rows.subject.name(nth)),
            clean(&rows.what(nth)),
            level(parts.value),
            level(parts.base)
        );
        let order = strongest(&parts.contributions);
        let shown: Vec<usize> = order.iter().take(top).copied().filter(|&c| parts.contributions[c] != 0.0).collect();
        let names: Vec<String> = shown.iter().map(|&c| short(&rows.columns[c], NAME)).collect();
        let value = |&c: &usize| words(&rows.subject.frame, &rows.columns[c], nth).map(|v| short(&v, NAME)).unwrap_or_default();
        let values: Vec<String> = shown.iter().map(value).collect();
        let widest = |words: &[String]| words.iter().map(|w| w.width()).max().unwrap_or(0);
        let most = shown.iter().map(|&c| parts.contributions[c].abs()).fold(0.0, f64::max);
        for (i, &c) in shown.iter().enumerate() {
            let (part, error) = (parts.contributions[c], parts.errors[c]);
            let error =
                if error.is_finite() { format!(" ± {}", signed(error).trim_start_matches('+')) } else { String::new() };
            let text = pad(&format!("{}{error}", signed(part)), 18);
            let (name, value) = (pad(&names[i], widest(&names)), pad(&values[i], widest(&values)));
            let _ = writeln!(out, "  {name}  {value}  {text}  {}", bar(part.abs() / most, BAR));
        }
        let rest: f64 = order.iter().skip(top).map(|&c| parts.contributions[c]).sum();
        if order.len() > top {
            let _ = writeln!(out, "  {}  {}", plural(order.len() - top, "other column"), signed(rest));
        }
        out.push('\n');
    }
    if rows.explained.len() > shown {
        let _ = writeln!(out, "and {}; write all of them with -o FILE.csv\n", plural(rows.explained.len() - shown, "more row"));
    }
    let _ = writeln!(
        out,
        "Shapley values against {} background rows: they add up to the difference. They say what the model does with the columns, not what causes what.",
        rows.background
    );
    out
}
