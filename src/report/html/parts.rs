//! Pieces that several sections are built from.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::report::Language;
use crate::report::name::{clean, short};
use crate::report::number::NONE;

/// Text from the data: cleaned, cut with the whole in its title, and set apart so that its direction of writing does
/// not reach the words around it.
pub fn name(text: &str) -> Markup {
    let shown = short(text, 40);
    let whole = clean(text);
    html! {
        @if whole == shown { bdi { (shown) } } @else { bdi title=(whole) { (shown) } }
    }
}

/// A box in which a wide table scrolls by itself. It can be focused, so that the arrow keys scroll it too.
pub fn scroll(label: &str, table: &Markup) -> Markup {
    html! { div class="scroll" tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// `and n more…` below a list that was cut; nothing where all is shown. `what` counts what is left.
pub fn rest(t: Language, shown: usize, all: usize, what: impl Fn(usize) -> String) -> Markup {
    let left = all.saturating_sub(shown);
    html! { @if left > 0 { p class="note" { (t.rest_of(what(left))) } } }
}

/// A phrase that another stage wrote, in the language of the page where it can be.
pub fn phrase(t: Language, text: &str) -> Markup {
    if text.is_empty() {
        return html! { (NONE) };
    }
    let (shown, translated) = t.phrase(text);
    let language = (!translated).then_some("en");
    html! { bdi lang=[language] { (clean(&shown)) } }
}

/// Small bars side by side. What they are stands in words beside them or in their title.
pub fn bars(counts: &[u64], title: &str) -> Markup {
    const WIDTH: usize = 96;
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return html! {};
    }
    let step = WIDTH / counts.len().clamp(1, WIDTH);
    let mut path = String::new();
    for (i, &count) in counts.iter().take(WIDTH).enumerate() {
        let height = 22.0 * count as f64 / most as f64;
        // What is there is seen, however little it is.
        let height = if count > 0 { height.max(1.0) } else { 0.0 };
        let _ = write!(path, "M{} 24v-{height:.1}h{}v{height:.1}z", i * step, step.saturating_sub(1).clamp(1, 12));
    }
    html! {
        svg class="bars" viewBox="0 0 96 24" role="img" aria-label=(title) { title { (title) } path d=(path) {} }
    }
}

/// Values on a line: a bar from `zero` or a dot at `value`, with a whisker from `low` to `high`.
pub struct Strip {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// Where the bar begins; a dot is drawn where there is none.
    pub zero: Option<f64>,
    /// The colour class of bar or dot.
    pub class: &'static str,
}

impl Strip {
    /// Drawn on a scale from `from` to `to`, as wide as there is room. The numbers stand beside it in the table, so it
    /// is hidden from screen readers.
    pub fn draw(&self, from: f64, to: f64) -> Markup {
        let span = if to > from { to - from } else { 1.0 };
        let at = |x: f64| {
            let share = (x - from) / span;
            if share.is_finite() { 1.0 + 98.0 * share.clamp(0.0, 1.0) } else { 1.0 }
        };
        let percent = |x: f64| format!("{x:.2}%");
        let (low, middle, high) = (at(self.low), at(self.value), at(self.high));
        html! {
            svg class="strip" width="100%" height="16" aria-hidden="true" {
                @if let Some(zero) = self.zero.map(at) {
                    rect class=(self.class) x=(percent(zero.min(middle))) y="3" height="10" width=(percent((middle - zero).abs())) {}
                }
                line class="whisker" x1=(percent(low)) x2=(percent(high)) y1="8" y2="8" {}
                @if self.zero.is_none() { circle class=(self.class) cx=(percent(middle)) cy="8" r="5" {} }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_kept_in_the_title() {
        assert_eq!(name("a<b").into_string(), "<bdi>a&lt;b</bdi>");
        let long = "x".repeat(60);
        assert_eq!(name(&long).into_string(), format!("<bdi title=\"{long}\">{}…</bdi>", "x".repeat(39)));
    }

    #[test]
    fn bars_stand_on_one_line() {
        // Two bars of 48 units, 1 narrower and at most 12 wide; the second is half as high: 11 of 22.
        let svg = bars(&[2, 1], "a<b").into_string();
        assert!(svg.contains("d=\"M0 24v-22.0h12v22.0zM48 24v-11.0h12v11.0z\""), "{svg}");
        assert!(svg.contains("<title>a&lt;b</title>"));
        assert_eq!(bars(&[0, 0], "x").into_string(), "");
    }

    #[test]
    fn a_strip_lies_on_its_scale() {
        let strip = Strip { value: 0.5, low: 0.25, high: 2.0, zero: None, class: "a" };
        let svg = strip.draw(0.0, 1.0).into_string();
        // 1 + 98 * 0.25, 1 + 98 * 0.5; what lies outside stops at the edge.
        assert!(svg.contains("x1=\"25.50%\"") && svg.contains("cx=\"50.00%\"") && svg.contains("x2=\"99.00%\""), "{svg}");
        assert!(!Strip { low: f64::NAN, ..strip }.draw(0.0, 1.0).into_string().contains("NaN"));
    }
}
