//! A small plot: axes with a grid, lines and dots, as SVG that takes its colours from the page.

use std::fmt::Write as _;
use std::ops::Range;

use maud::{Markup, PreEscaped, html};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Circle, IntoDrawingArea, LineSeries, RGBColor, SVGBackend, ShapeStyle,
};
use plotters::style::Color as _;

use crate::error::{Error, Result};
use crate::report::number::number;

/// Plotters draws on whole pixels; drawing large and letting the browser scale down keeps curves smooth.
const SCALE: u32 = 4;
const WIDTH: u32 = 400 * SCALE;
const HEIGHT: u32 = 280 * SCALE;
/// More points than this are not seen on a line.
const POINTS: usize = 400;

/// Colours are names: the style sheet of the page turns each into one that suits light, dark and paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Text,
    Grid,
    First,
    Second,
}

impl Ink {
    /// The colour that stands for it in the SVG; `style.css` matches on these.
    const fn rgb(self) -> RGBColor {
        match self {
            Self::Text => RGBColor(1, 1, 1),
            Self::Grid => RGBColor(2, 2, 2),
            Self::First => RGBColor(3, 3, 3),
            Self::Second => RGBColor(4, 4, 4),
        }
    }
}

/// One thing drawn on a plot, in the order given.
pub enum Layer {
    /// A line through the points; `width` in pixels of the page, `alpha` in 0 to 1.
    Line { points: Vec<[f64; 2]>, ink: Ink, width: f64, alpha: f64 },
    /// A dot at every point; `radius` in pixels of the page.
    Dots { points: Vec<[f64; 2]>, ink: Ink, radius: f64, alpha: f64 },
}

/// What is drawn, and what its axes are called.
pub struct Plot {
    /// For those who cannot see it.
    pub title: String,
    pub x: &'static str,
    pub y: &'static str,
    /// The range of both axes; taken from the points where there is none.
    pub range: Option<[Range<f64>; 2]>,
    pub layers: Vec<Layer>,
}

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

impl Plot {
    /// The plot as SVG; nothing where there is no point to draw.
    ///
    /// # Errors
    /// None that the caller could mend: drawing into memory does not fail.
    pub fn draw(&self) -> Result<Markup> {
        let points: Vec<[f64; 2]> = self.layers.iter().flat_map(Layer::points).copied().filter(drawable).collect();
        if points.is_empty() {
            return Ok(html! {});
        }
        let [x, y] = self.range.clone().unwrap_or_else(|| [span(&points, 0), span(&points, 1)]);
        let mut svg = String::new();
        self.paint(&mut svg, x, y).map_err(|e| Error::Internal(format!("the plot \"{}\" cannot be drawn: {e}", self.title)))?;
        // Its first tag fixes a size and names a name space that HTML does not need; ours does neither.
        let body = svg.split_once('>').map_or("", |(_, body)| body);
        let mut out = String::new();
        write!(out, "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"").map_err(internal)?;
        out.push_str(&html! { (self.title) }.into_string());
        out.push_str("\">");
        out.push_str(body);
        Ok(PreEscaped(out))
    }

    fn paint(&self, svg: &mut String, x: Range<f64>, y: Range<f64>) -> std::result::Result<(), Box<dyn std::error::Error>> {
        // Room for the ticks, which are as wide as the numbers at the ends, and for the name of the axis.
        let digits = [y.start, y.end].map(|end| number(end.trunc()).chars().count()).into_iter().fold(4, usize::max);
        let labels = 24 + 8 * u32::try_from(digits).unwrap_or(4).min(10);
        let area = SVGBackend::with_string(svg, (WIDTH, HEIGHT)).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(4 * SCALE)
            .margin_top(10 * SCALE)
            .margin_right(14 * SCALE)
            .x_label_area_size(38 * SCALE)
            .y_label_area_size(labels * SCALE)
            .build_cartesian_2d(x, y)?;
        let font = ("sans-serif", 15 * SCALE);
        chart
            .configure_mesh()
            .x_labels(6)
            .y_labels(6)
            .max_light_lines(1)
            .bold_line_style(Ink::Grid.rgb().stroke_width(SCALE))
            .light_line_style(Ink::Grid.rgb().mix(0.0))
            .axis_style(Ink::Text.rgb().mix(0.5).stroke_width(SCALE))
            .label_style((font.0, font.1, &Ink::Text.rgb()))
            .x_desc(self.x)
            .y_desc(self.y)
            .x_label_formatter(&|x| number(*x))
            .y_label_formatter(&|y| number(*y))
            .draw()?;
        for layer in &self.layers {
            layer.paint(&mut chart)?;
        }
        area.present()?;
        Ok(())
    }
}

impl Layer {
    fn points(&self) -> &[[f64; 2]] {
        match self {
            Self::Line { points, .. } | Self::Dots { points, .. } => points,
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few pixels, rounded")]
    fn paint(&self, chart: &mut Chart<'_, '_>) -> std::result::Result<(), Box<dyn std::error::Error>> {
        let pixels = |x: f64| (x * f64::from(SCALE)).round() as u32;
        let points = self.points().iter().filter(|p| drawable(p)).map(|&[x, y]| (x, y));
        match *self {
            Self::Line { ink, width, alpha, .. } => {
                let style = ShapeStyle { color: ink.rgb().mix(alpha), filled: false, stroke_width: pixels(width) };
                chart.draw_series(LineSeries::new(thin(points.collect()), style))?;
            }
            Self::Dots { ink, radius, alpha, .. } => {
                let style = ink.rgb().mix(alpha).filled();
                chart.draw_series(points.map(|p| Circle::new(p, pixels(radius), style)))?;
            }
        }
        Ok(())
    }
}

fn internal(e: std::fmt::Error) -> Error {
    Error::Internal(e.to_string())
}

/// Numbers that a scale can be made of.
fn drawable(point: &[f64; 2]) -> bool {
    point.iter().all(|x| x.abs() < 1e100)
}

/// Every n-th point and the last, so that at most about [`POINTS`] are left.
fn thin(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let step = points.len().div_ceil(POINTS).max(1);
    let last = points.len().saturating_sub(1);
    points.into_iter().enumerate().filter(|(i, _)| i % step == 0 || *i == last).map(|(_, p)| p).collect()
}

/// The range of the points along one axis, with a little air; never empty.
fn span(points: &[[f64; 2]], axis: usize) -> Range<f64> {
    let values = || points.iter().map(|p| p[axis]);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let air = ((high - low) * 0.04).max(low.abs().max(high.abs()) * 1e-6).max(1e-9);
    low - air..high + air
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(points: Vec<[f64; 2]>) -> String {
        let layers = vec![
            Layer::Line { points: points.clone(), ink: Ink::First, width: 2.0, alpha: 1.0 },
            Layer::Dots { points, ink: Ink::Second, radius: 3.0, alpha: 0.5 },
        ];
        Plot { title: "a<b".into(), x: "x", y: "y", range: None, layers }.draw().unwrap().into_string()
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
    fn a_plot_needs_nothing_from_outside() {
        let svg = plot(vec![[0.0, 0.0], [1.0, 2.0]]);
        assert!(svg.starts_with("<svg class=\"plot\" viewBox=\"0 0 1600 1120\" role=\"img\" aria-label=\"a&lt;b\">"), "{svg}");
        assert!(svg.ends_with("</svg>\n") && !svg.contains("http"));
        assert!(svg.contains("#030303") && svg.contains("#040404"));
    }

    #[test]
    fn long_lines_are_thinned_but_keep_their_ends() {
        let points: Vec<_> = (0..1001).map(|i| (f64::from(i), 0.0)).collect();
        let thinned = thin(points);
        // Every third of 1001: 0, 3, …, 999 are 334, and the last.
        assert_eq!((thinned.len(), thinned[0].0, thinned[334].0), (335, 0.0, 1000.0));
    }
}
