use std::ops::Range;

use plotters::prelude::{Circle, LineSeries, Polygon, RGBColor, Rectangle, ShapeStyle};
use plotters::style::Color as _;

use super::{Chart, SCALE};

/// More points than this are not seen on a line.
const POINTS: usize = 400;

/// Colours are names: the style sheet of the page turns each into one that suits light, dark and paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Text,
    Grid,
    /// One of eight colours that people who do not see all colours can tell apart, counted from 0, then from 0 again.
    Series(usize),
}

impl Ink {
    pub const FIRST: Self = Self::Series(0);
    pub const SECOND: Self = Self::Series(1);
    /// How many there are of [`Ink::Series`].
    pub const SERIES: usize = 8;

    /// The colour that stands for it in the SVG; `style.css` matches on these.
    #[expect(clippy::cast_possible_truncation, reason = "below 8")]
    pub const fn rgb(self) -> RGBColor {
        let n = match self {
            Self::Text => 1,
            Self::Grid => 2,
            Self::Series(i) => 3 + (i % Self::SERIES) as u8,
        };
        RGBColor(n, n, n)
    }
}

/// One thing drawn on a plot, in the order given. Widths and radii are in pixels of the page, `alpha` in 0 to 1.
pub enum Layer {
    /// A line through the points.
    Line { points: Vec<[f64; 2]>, ink: Ink, width: f64, alpha: f64 },
    /// A dot at every point.
    Dots { points: Vec<[f64; 2]>, ink: Ink, radius: f64, alpha: f64 },
    /// The area within the points; each shape is closed by itself.
    Area { shapes: Vec<Vec<[f64; 2]>>, ink: Ink, alpha: f64 },
    /// Rectangles from corner to corner.
    Bars { corners: Vec<[[f64; 2]; 2]>, ink: Ink, alpha: f64 },
}

impl Layer {
    /// Between a lower and an upper line: `[x, low, high]`.
    pub fn band(points: &[[f64; 3]], ink: Ink, alpha: f64) -> Self {
        let low = points.iter().map(|p| [p[0], p[1]]);
        let high = points.iter().rev().map(|p| [p[0], p[2]]);
        Self::Area { shapes: vec![low.chain(high).collect()], ink, alpha }
    }

    /// Every point that has to lie within the plot.
    pub fn points(&self) -> Vec<[f64; 2]> {
        match self {
            Self::Line { points, .. } | Self::Dots { points, .. } => points.clone(),
            Self::Area { shapes, .. } => shapes.concat(),
            Self::Bars { corners, .. } => corners.concat(),
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few pixels, rounded")]
    pub fn paint(&self, chart: &mut Chart<'_, '_>) -> Result<(), Box<dyn std::error::Error>> {
        let pixels = |x: f64| (x * f64::from(SCALE)).round() as u32;
        let pairs = |points: &[[f64; 2]]| points.iter().filter(|p| drawable(p)).map(|&[x, y]| (x, y)).collect::<Vec<_>>();
        match self {
            Self::Line { points, ink, width, alpha } => {
                let style = ShapeStyle { color: ink.rgb().mix(*alpha), filled: false, stroke_width: pixels(*width) };
                chart.draw_series(LineSeries::new(thin(pairs(points)), style))?;
            }
            Self::Dots { points, ink, radius, alpha } => {
                let style = ink.rgb().mix(*alpha).filled();
                chart.draw_series(pairs(points).into_iter().map(|p| Circle::new(p, pixels(*radius), style)))?;
            }
            Self::Area { shapes, ink, alpha } => {
                let style = ink.rgb().mix(*alpha).filled();
                let whole = shapes.iter().filter(|shape| shape.len() > 2 && shape.iter().all(drawable));
                chart.draw_series(whole.map(|shape| Polygon::new(pairs(shape), style)))?;
            }
            Self::Bars { corners, ink, alpha } => {
                let style = ink.rgb().mix(*alpha).filled();
                let whole = corners.iter().filter(|c| c.iter().all(drawable));
                chart.draw_series(whole.map(|[a, b]| Rectangle::new([(a[0], a[1]), (b[0], b[1])], style)))?;
            }
        }
        Ok(())
    }
}

/// Numbers that a scale can be made of.
pub fn drawable(point: &[f64; 2]) -> bool {
    point.iter().all(|x| x.abs() < 1e100)
}

/// Every n-th point and the last, so that at most about [`POINTS`] are left.
fn thin(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let step = points.len().div_ceil(POINTS).max(1);
    let last = points.len().saturating_sub(1);
    points.into_iter().enumerate().filter(|(i, _)| i % step == 0 || *i == last).map(|(_, p)| p).collect()
}

/// The range of the points along one axis, with a little air; never empty.
pub fn span(points: &[[f64; 2]], axis: usize) -> Range<f64> {
    let values = || points.iter().map(|p| p[axis]);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let air = ((high - low) * 0.04).max(low.abs().max(high.abs()) * 1e-6).max(1e-9);
    low - air..high + air
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_thinned_but_keep_their_ends() {
        let points: Vec<_> = (0..1001).map(|i| (f64::from(i), 0.0)).collect();
        let thinned = thin(points);
        // Every third of 1001: 0, 3, …, 999 are 334, and the last.
        assert_eq!((thinned.len(), thinned[0].0, thinned[334].0), (335, 0.0, 1000.0));
    }

    #[test]
    fn a_band_goes_there_and_back() {
        let Layer::Area { shapes, .. } = Layer::band(&[[0.0, 1.0, 2.0], [1.0, 3.0, 4.0]], Ink::FIRST, 0.2) else {
            panic!("a band is an area")
        };
        assert_eq!(shapes, [[[0.0, 1.0], [1.0, 3.0], [1.0, 4.0], [0.0, 2.0]]]);
    }
}
