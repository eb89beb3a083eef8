//! A figure: a heading, a plot, what its colours are, what it says, and its numbers as a table.

use maud::{Markup, html};

use super::parts::scroll;
use super::plot::{Ink, Plot};
use crate::error::Result;
use crate::report::Language;

/// Rows of numbers below a figure; more are not read.
const ROWS: usize = 41;

/// The numbers of a plot, for those who cannot see it, and for the script that shows them below the pointer.
#[derive(Default)]
pub struct Numbers<'a> {
    pub heads: Vec<&'a str>,
    /// The cells of each row, and where on the plot it lies.
    pub rows: Vec<([f64; 2], Vec<String>)>,
}

/// A plot with its words.
pub struct Figure<'a> {
    pub title: &'a str,
    pub note: &'a str,
    pub plot: Plot<'a>,
    /// What the colours are, where there are several.
    pub keys: Vec<(Ink, String)>,
    pub numbers: Numbers<'a>,
}

impl Figure<'_> {
    /// The figure; nothing where there is nothing to draw.
    ///
    /// # Errors
    /// As [`Plot::draw`].
    pub fn draw(&self) -> Result<Markup> {
        let plot = self.plot.draw()?;
        Ok(html! {
            @if !plot.0.is_empty() {
                figure {
                    h3 { (self.title) }
                    (plot)
                    (keys(&self.keys))
                    figcaption { (self.note) }
                    (self.numbers.table(self.plot.language, self.title))
                }
            }
        })
    }
}

/// A coloured mark and a word for each.
pub fn keys(keys: &[(Ink, String)]) -> Markup {
    let class = |ink: &Ink| match ink {
        Ink::Series(i) => format!("key s{}", i % Ink::SERIES),
        Ink::Text | Ink::Grid => "key".to_owned(),
    };
    html! { @if !keys.is_empty() { p class="keys" { @for (ink, word) in keys { span class=(class(ink)) { bdi { (word) } } " " } } } }
}

impl Numbers<'_> {
    /// Evenly chosen rows of it, the first and the last among them.
    fn table(&self, t: Language, title: &str) -> Markup {
        let rows: Vec<_> = self.rows.iter().filter(|(at, _)| at.iter().all(|x| x.is_finite())).collect();
        if rows.is_empty() {
            return html! {};
        }
        let last = rows.len() - 1;
        let shown = rows.len().min(ROWS);
        // What is set apart by marks of direction is a name, and may be long.
        let class = |cell: &str| if cell.starts_with('\u{2068}') { "n name" } else { "n" };
        let chosen = (0..shown).map(|i| rows[(i * last) / (shown - 1).max(1)]);
        let table = html! {
            table {
                thead { tr { @for head in &self.heads { th class="n" scope="col" { (head) } } } }
                tbody {
                    @for ([x, y], cells) in chosen {
                        tr data-at=(format!("{x:.5e} {y:.5e}")) { @for cell in cells { td class=(class(cell)) { (cell) } } }
                    }
                }
            }
        };
        html! { details { summary { (t.numbers()) } (scroll(title, &table)) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_tables_keep_their_ends() {
        let rows = (0..=1000).map(|i| ([f64::from(i), 0.0], vec![i.to_string()])).collect();
        let table = Numbers { heads: vec!["x"], rows }.table(Language::En, "t").into_string();
        assert_eq!(table.matches("data-at").count(), 41);
        assert!(table.contains(">0<") && table.contains(">25<") && table.contains(">1000<"));
        let cells = vec!["1".into(), crate::report::language::shown("a long name")];
        let one = Numbers { heads: vec!["x", "y"], rows: vec![([1.0, 2.0], cells)] }.table(Language::En, "t").into_string();
        assert!(one.contains("data-at=\"1.00000e0 2.00000e0\""));
        assert!(one.contains("<td class=\"n\">1<") && one.contains("<td class=\"n name\">\u{2068}a long name"), "{one}");
    }
}
