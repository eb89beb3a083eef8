use chrono::{DateTime, Datelike, Timelike};
use serde::{Deserialize, Serialize};

use super::config::Numbers;
use super::scale::Scale;

const DAY: f64 = 86_400e6;

/// A part of a moment that comes round again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The day of the year, a circle of 365.25 days.
    Year,
    /// The day of the month, a circle of 31 days.
    Month,
    /// The day of the week.
    Week,
    /// The second of the day.
    Day,
}

impl Part {
    const ALL: [Self; 4] = [Self::Year, Self::Month, Self::Week, Self::Day];

    /// Where on its circle a moment is, 0 to below 1.
    fn turn(self, micros: i64) -> f64 {
        let Some(moment) = DateTime::from_timestamp_micros(micros) else { return 0.0 };
        match self {
            Self::Year => f64::from(moment.ordinal0()) / 366.0,
            Self::Month => f64::from(moment.day0()) / 31.0,
            Self::Week => f64::from(moment.weekday().num_days_from_monday()) / 7.0,
            Self::Day => f64::from(moment.num_seconds_from_midnight()) / 86_400.0,
        }
    }
}

/// What is learned of a date column: the scale of its days, and the parts that vary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DateParts {
    days: Scale,
    parts: Vec<Part>,
    /// The median, which stands for a missing moment.
    fill: i64,
}

impl DateParts {
    /// Learns from the known moments of the training rows, sorted; they must not be empty.
    #[must_use]
    pub fn fit(sorted: &[i64]) -> Self {
        let days: Vec<f64> = sorted.iter().map(|m| *m as f64 / DAY).collect();
        let varies = |part: &Part| sorted.iter().any(|m| part.turn(*m).to_bits() != part.turn(sorted[0]).to_bits());
        Self {
            days: Scale::fit(Numbers::Robust, &days),
            parts: Part::ALL.into_iter().filter(varies).collect(),
            fill: sorted[sorted.len() / 2],
        }
    }

    /// Number of values per moment.
    #[must_use]
    pub const fn width(&self) -> usize {
        1 + 2 * self.parts.len()
    }

    /// Whether its numbers can be computed with, whoever wrote them.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.days.is_sound() && self.parts.len() <= Part::ALL.len()
    }

    /// The days on their scale, then sine and cosine of each part.
    #[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
    pub fn write(&self, moment: Option<i64>, out: &mut [f32]) {
        let moment = moment.unwrap_or(self.fill);
        out[0] = self.days.apply(moment as f64 / DAY);
        for (part, out) in self.parts.iter().zip(out[1..].as_chunks_mut::<2>().0) {
            let (sin, cos) = (std::f64::consts::TAU * part.turn(moment)).sin_cos();
            *out = [sin as f32, cos as f32];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_on_their_circles() {
        let noon = 12 * 3_600_000_000; // Thursday 1970-01-01
        assert_eq!(Part::Day.turn(noon), 0.5);
        assert_eq!(Part::Week.turn(noon), 3.0 / 7.0);
        assert_eq!(Part::Month.turn(noon), 0.0);
        assert_eq!(Part::Year.turn(-1), 364.0 / 366.0); // 31 December 1969
    }

    #[test]
    fn only_what_varies_is_kept() {
        let day = 86_400_000_000;
        let weeks: Vec<i64> = (0..10).map(|w| w * 7 * day).collect();
        let fitted = DateParts::fit(&weeks);
        assert_eq!(fitted.parts, [Part::Year, Part::Month]);
        let mut out = vec![0.0; fitted.width()];
        fitted.write(Some(0), &mut out);
        assert_eq!(out[1..], [0.0, 1.0, 0.0, 1.0]);
    }
}
