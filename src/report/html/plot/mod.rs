//! A small plot: axes with a grid, lines, dots, areas and bars, as SVG that takes its colours from the page.

mod layer;

use std::ops::Range;

use maud::{Markup, PreEscaped, html};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{Cartesian2d, ChartBuilder, ChartContext, IntoDrawingArea, SVGBackend};
use plotters::style::Color as _;
use unicode_width::UnicodeWidthStr;

use crate::error::{Error, Result};
use crate::report::Language;
use layer::{drawable, span};

pub use layer::{Ink, Layer};

/// Plotters draws on whole pixels; drawing large and letting the browser scale down keeps curves smooth.
const SCALE: u32 = 4;
const WIDTH: u32 = 400 * SCALE;
const HEIGHT: u32 = 280 * SCALE;

/// An axis: what it is called, and how its numbers are written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Axis<'a> {
    pub title: &'a str,
    /// Whether 0.5 is written as 50 %.
    pub percent: bool,
    /// Whether its numbers are microseconds since 1970-01-01.
    pub date: bool,
    /// Drawn from here to there; taken from the points where it is absent.
    pub range: Option<[f64; 2]>,
}

/// What is drawn, and what its axes are called.
pub struct Plot<'a> {
    pub language: Language,
    /// For those who cannot see it.
    pub title: String,
    pub x: Axis<'a>,
    pub y: Axis<'a>,
    pub layers: Vec<Layer>,
}

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

impl Plot<'_> {
    /// The plot as SVG; nothing where there is no point to draw. `data-box` says where the axes lie: their ends in their
    /// own units, then in those of the view box, for the script that tells the numbers below a pointer.
    ///
    /// # Errors
    /// None that the caller could mend: drawing into memory does not fail.
    pub fn draw(&self) -> Result<Markup> {
        let points: Vec<[f64; 2]> = self.layers.iter().flat_map(Layer::points).filter(drawable).collect();
        if points.is_empty() {
            return Ok(html! {});
        }
        let range = |axis: &Axis<'_>, i| axis.range.map_or_else(|| span(&points, i), |[from, to]| from..to);
        let (x, y) = (range(&self.x, 0), range(&self.y, 1));
        let mut svg = String::new();
        let place = self
            .paint(&mut svg, [x, y])
            .map_err(|e| Error::Internal(format!("the plot \"{}\" cannot be drawn: {e}", self.title)))?;
        // Its first tag fixes a size and names a name space that HTML does not need; ours does neither.
        let body = svg.split_once('>').and_then(|(_, body)| body.rsplit_once("</svg>")).map_or("", |(body, _)| body);
        let view = format!("0 0 {WIDTH} {HEIGHT}");
        Ok(html! {
            svg class="plot" viewBox=(view) role="img" aria-label=(self.title) data-box=(place) { (PreEscaped(body)) }
        })
    }

    /// Paints, and tells where the axes lie.
    fn paint(&self, svg: &mut String, [x, y]: [Range<f64>; 2]) -> std::result::Result<String, Box<dyn std::error::Error>> {
        let widths = [x.end - x.start, y.end - y.start];
        // What is left of a step that should be zero is zero.
        let largest = [&x, &y].map(|range| range.start.abs().max(range.end.abs()));
        let label = |i: usize, value: f64| {
            self.label([&self.x, &self.y][i], if value.abs() < 1e-9 * widths[i] { 0.0 } else { value }, largest[i])
        };
        // Room for the longest label: its digits, and a sign. Ticks are rounder than the ends.
        let longest = |i: usize, range: &Range<f64>| {
            let step = 10.0_f64.powf((widths[i] / 5.0).log10().floor());
            let rounded = |v: f64| if step.is_normal() { (v / step).round() * step } else { v };
            let ends = [range.start, range.end, range.start.midpoint(range.end)].map(rounded);
            let digits = ends.map(|v| label(i, v).width());
            u32::try_from(digits.into_iter().fold(4, usize::max)).unwrap_or(4).min(10)
        };
        let labels = 30 + 8 * longest(1, &y);
        // Half of a label may stand beyond the last tick, and two may not touch; dates are wide.
        let (beyond, ticks) = match longest(0, &x) {
            _ if self.x.date => (44, 3),
            short @ 0..=6 => (4 * short, 6),
            long => (4 * long, 4),
        };
        let ends = [x.start, x.end, y.start, y.end];
        let area = SVGBackend::with_string(svg, (WIDTH, HEIGHT)).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(4 * SCALE)
            .margin_top(10 * SCALE)
            .margin_right(beyond.max(20) * SCALE)
            .x_label_area_size(44 * SCALE)
            .y_label_area_size(labels * SCALE)
            .build_cartesian_2d(x, y)?;
        let font = ("sans-serif", 15 * SCALE);
        chart
            .configure_mesh()
            .x_labels(ticks)
            .y_labels(6)
            .set_all_tick_mark_size(4 * SCALE)
            .max_light_lines(1)
            .bold_line_style(Ink::Grid.rgb().stroke_width(SCALE))
            .light_line_style(Ink::Grid.rgb().mix(0.0))
            .axis_style(Ink::Text.rgb().mix(0.5).stroke_width(SCALE))
            .label_style((font.0, font.1, &Ink::Text.rgb()))
            .x_desc(self.x.title)
            .y_desc(self.y.title)
            .x_label_formatter(&|v| label(0, *v))
            .y_label_formatter(&|v| label(1, *v))
            .draw()?;
        for layer in &self.layers {
            layer.paint(&mut chart)?;
        }
        let (across, down) = chart.plotting_area().get_pixel_range();
        area.present()?;
        let ends = ends.map(|end| end.to_string()).join(" ");
        Ok(format!("{ends} {} {} {} {}", across.start, across.end, down.end, down.start))
    }

    fn label(&self, axis: &Axis<'_>, value: f64, largest: f64) -> String {
        if axis.date {
            self.language.day(value)
        } else if axis.percent {
            // Steps of an axis may be finer than a percent.
            self.language.number((value * 1e6).round() / 1e4) + self.language.percent_sign()
        } else {
            self.language.of_axis(value, largest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(points: Vec<[f64; 2]>) -> String {
        let layers = vec![
            Layer::Line { points: points.clone(), ink: Ink::FIRST, width: 2.0, alpha: 1.0 },
            Layer::Dots { points, ink: Ink::SECOND, radius: 3.0, alpha: 0.5 },
        ];
        let axis = |title| Axis { title, ..Axis::default() };
        let plot = Plot { language: Language::En, title: "a<b".into(), x: axis("x"), y: axis("y"), layers };
        plot.draw().unwrap().into_string()
    }

    #[test]
    fn what_cannot_be_drawn_is_left_out() {
        assert_eq!(plot(vec![]), "");
        assert_eq!(plot(vec![[f64::NAN, 1.0], [1.0, f64::INFINITY]]), "");
        let one = plot(vec![[1.0, 1.0], [f64::NAN, 2.0]]);
        assert_eq!(one.matches("<circle").count(), 1);
        for extreme in [0.0, 1e-300, -1e99, 1e17] {
            assert!(plot(vec![[extreme, extreme]]).contains("<circle"), "{extreme}");
        }
    }

    #[test]
    fn a_plot_needs_nothing_from_outside_and_says_where_its_axes_lie() {
        let svg = plot(vec![[0.0, 0.0], [1.0, 2.0]]);
        assert!(svg.starts_with("<svg class=\"plot\" viewBox=\"0 0 1600 1120\" role=\"img\" aria-label=\"a&lt;b\" data-box=\"-0.04 1.04 -0.08 2.08 "), "{svg}");
        assert!(svg.ends_with("</svg>") && !svg.contains("http"));
        assert!(svg.contains("#030303") && svg.contains("#040404"));
    }

    #[test]
    fn large_numbers_of_an_axis_do_not_run_into_each_other() {
        let ticks = |language, far: f64| {
            let layers = vec![Layer::Line { points: vec![[0.0, 0.0], [far, 1.0]], ink: Ink::FIRST, width: 1.0, alpha: 1.0 }];
            let axis = Axis { title: "x", ..Axis::default() };
            let plot = Plot { language, title: "t".into(), x: axis, y: axis, layers };
            plot.draw().unwrap().into_string().replace('\u{202f}', " ")
        };
        for (language, far, tick) in [
            (Language::En, 1.1e13, "10 tn"),
            (Language::En, 3.1e8, "200 m"),
            (Language::Zh, 3.1e8, "2亿"),
            (Language::En, 550_000.0, "200 000"),
        ] {
            let svg = ticks(language, far);
            assert!(svg.contains(&format!("\n{tick}\n")) && !svg.contains("000 000"), "{tick}: {svg}");
        }
        // The ends of an axis are no ticks: their digits do not count.
        assert_eq!(ticks(Language::En, 0.9963).matches("\n0.2\n").count(), 2);
        // Seven digits each: four of them have room, not six.
        assert!(ticks(Language::En, 550_000.0).matches("00 000").count() <= 4);
    }

    #[test]
    fn shares_are_written_as_percentages() {
        let layers = vec![Layer::Bars { corners: vec![[[0.0, 0.0], [1.0, 0.5]]], ink: Ink::FIRST, alpha: 1.0 }];
        let percent = Axis { title: "x", percent: true, range: Some([0.0, 1.0]), ..Axis::default() };
        let svg =
            Plot { language: Language::Zh, title: "t".into(), x: percent, y: percent, layers }.draw().unwrap().into_string();
        assert!(svg.contains("100%") && svg.contains("20%"), "{svg}");
    }
}
