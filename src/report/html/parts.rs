//! Pieces that several sections are built from.

use maud::{Markup, html};

use crate::report::name::{clean, short};

/// Text from the data: cleaned, cut with the whole in its title, and set apart so that its direction of writing does
/// not reach the words around it.
pub fn name(text: &str) -> Markup {
    let shown = short(text, 40);
    let whole = clean(text);
    html! {
        @if whole == shown { bdi { (shown) } } @else { bdi title=(whole) { (shown) } }
    }
}

/// A section with its heading; `id` is the anchor to link to.
pub fn section(id: &str, title: &str, body: &Markup) -> Markup {
    html! {
        section id=(id) {
            h2 { (title) }
            (body)
        }
    }
}

/// A box in which a wide table scrolls by itself. It can be focused, so that the arrow keys scroll it too.
pub fn scroll(label: &str, table: &Markup) -> Markup {
    html! { div class="scroll" tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// `and n more…` below a list that was cut; nothing where all is shown.
pub fn rest(shown: usize, all: usize, what: &str) -> Markup {
    let left = all.saturating_sub(shown);
    html! { @if left > 0 { p class="note" { "and " (super::super::words::plural(left, what)) " more, all in the files of the run" } } }
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
    fn a_strip_lies_on_its_scale() {
        let strip = Strip { value: 0.5, low: 0.25, high: 2.0, zero: None, class: "a" };
        let svg = strip.draw(0.0, 1.0).into_string();
        // 1 + 98 * 0.25, 1 + 98 * 0.5; what lies outside stops at the edge.
        assert!(svg.contains("x1=\"25.50%\"") && svg.contains("cx=\"50.00%\"") && svg.contains("x2=\"99.00%\""), "{svg}");
        assert!(!Strip { low: f64::NAN, ..strip }.draw(0.0, 1.0).into_string().contains("NaN"));
    }
}
