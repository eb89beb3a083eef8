use super::Ranked;
use super::config::{Optimize, ThresholdConfig};
use super::ranked::Cut;
use crate::data::{Target, Task};
use crate::error::ConfigError;
use crate::metrics::THRESHOLD;
use crate::seed::Seed;

/// Most resamples that the interval of a threshold is taken from.
const RESAMPLES: usize = 200;

/// Checked rule by which a threshold is chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    pub config: ThresholdConfig,
}

/// The best cut by a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    pub threshold: f64,
    /// Whether what the rule asks for can be had.
    pub reached: bool,
}

/// A threshold with how sure it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    pub choice: Choice,
    /// Ends of the central 95 % over resamples of the rows.
    pub interval: Option<[f64; 2]>,
}

impl Chosen {
    /// A threshold that was given.
    #[must_use]
    pub const fn at(threshold: f64) -> Self {
        Self { choice: Choice { threshold, reached: true }, interval: None }
    }
}

impl Threshold {
    /// Checks the settings.
    ///
    /// # Errors
    /// Names the key that has no use or is out of range.
    pub fn new(config: &ThresholdConfig) -> Result<Self, ConfigError> {
        let optimize = config.optimize;
        for (key, value, rule) in [("n", config.n, Optimize::TopN), ("capacity", config.capacity, Optimize::Profit)] {
            let Some(value) = value else { continue };
            if !(value.is_finite() && value > 0.0) || value > 1.0 && value.fract() != 0.0 {
                return Err(ConfigError::range("threshold", key, value, "a number of rows, or a share below 1"));
            }
            if optimize != rule {
                let message = format!("it is for optimize = \"{rule}\", not \"{optimize}\"; leave it out");
                return Err(ConfigError::setting("threshold", key, message));
            }
        }
        if optimize == Optimize::TopN && config.n.is_none() {
            let message = "\"top_n\" needs n, such as n = 500, or n = 0.1 for a tenth of the rows";
            return Err(ConfigError::setting("threshold", "optimize", message));
        }
        if optimize == Optimize::Profit && !config.value.is_set() {
            let message = "\"profit\" needs [threshold.value], such as tp = 40 and fp = -5";
            return Err(ConfigError::setting("threshold", "optimize", message));
        }
        for (key, amount) in config.value.amounts() {
            if let super::Amount::Constant(value) = amount
                && !value.is_finite()
            {
                let message = format!("{value} is not a finite number");
                return Err(ConfigError::setting("threshold", format!("value.{key}"), message));
            }
        }
        Ok(Self { config: config.clone() })
    }

    /// Whether a threshold is chosen at all.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        self.config.optimize != Optimize::None
    }

    /// Refuses a target that has no threshold.
    ///
    /// # Errors
    /// If something is asked for that only two classes have.
    pub fn fits(&self, target: &Target) -> Result<(), ConfigError> {
        let (key, asked) = match (self.is_chosen(), self.config.value.is_set()) {
            (true, _) => ("optimize", format!("\"{}\"", self.config.optimize)),
            (false, true) => ("value", "it".to_owned()),
            (false, false) => return Ok(()),
        };
        let seen = match target.task {
            Task::Binary => return Ok(()),
            Task::Multiclass => format!("has {}", target.labels.len()),
            Task::Regression => "is a number".to_owned(),
        };
        let message = format!("{asked} needs a target of two classes; \"{}\" {seen}; leave it out", target.name);
        Err(ConfigError::setting("threshold", key, message))
    }

    /// Largest share of rows that can be acted on, of a table of so many rows.
    #[must_use]
    pub fn capacity(&self, table: usize) -> Option<f64> {
        self.config.capacity.map(|rows| share(rows, table))
    }

    /// The best threshold for rows of two classes out of a table of `table` rows; nothing of no row, or where the rule needs
    /// positive rows and there are none. Of equally good thresholds it is the one that calls the fewest rows positive.
    #[must_use]
    pub fn choose(&self, ranked: &Ranked, table: usize) -> Option<Choice> {
        self.best(ranked, |_| 1.0, table)
    }

    /// [`Threshold::choose`] with the spread of the choice over resamples.
    #[must_use]
    pub fn choose_with_interval(&self, ranked: &Ranked, table: usize, bootstrap: usize, seed: Seed, threads: usize) -> Chosen {
        let Some(choice) = self.choose(ranked, table).filter(|_| self.is_chosen()) else {
            return Chosen { choice: Choice { threshold: THRESHOLD, reached: !self.is_chosen() }, interval: None };
        };
        let again = |counts: &[u32]| vec![self.best(ranked, |i| f64::from(counts[i]), table).map(|c| c.threshold)];
        let spread = ranked.resampler().intervals(bootstrap.min(RESAMPLES), seed, threads, again)[0];
        Chosen { choice, interval: spread.low.zip(spread.high).map(|(low, high)| [low, high]) }
    }

    fn best(&self, ranked: &Ranked, count: impl Fn(usize) -> f64, table: usize) -> Option<Choice> {
        let limit = match self.config.optimize {
            Optimize::TopN => self.config.n,
            Optimize::Profit => self.config.capacity,
            _ => None,
        };
        let limit = limit.map_or(1.0, |rows| share(rows, table));
        let mut best: Option<([f64; 3], usize)> = None;
        ranked.cuts(count, |cut| {
            let better =
                |key: &[f64; 3]| best.is_none_or(|(old, _)| key.partial_cmp(&old).is_some_and(std::cmp::Ordering::is_gt));
            if let Some(key) = self.key(cut, limit)
                && ranked.threshold(cut.runs).is_some()
                && better(&key)
            {
                best = Some((key, cut.runs));
            }
        });
        let (key, runs) = best?;
        Some(Choice { threshold: ranked.threshold(runs)?, reached: key[0] > 0.0 })
    }

    /// What makes a cut better than another: whether it is what was asked for, then how good it is, then what breaks ties.
    fn key(&self, cut: &Cut, limit: f64) -> Option<[f64; 3]> {
        // Shares of rows are sums of ones: they are compared with room for rounding.
        let within = cut.called <= limit * cut.rows + 1e-6;
        let asked = |reached: bool, wanted: f64, bounded: f64| {
            if reached { [1.0, wanted, bounded] } else { [0.0, bounded, wanted] }
        };
        let (negatives, missed) = (cut.rows - cut.positives, cut.positives - cut.hits);
        let rejected = negatives - (cut.called - cut.hits);
        match self.config.optimize {
            Optimize::None => None,
            Optimize::F1 => {
                let sum = cut.called + cut.positives;
                (cut.positives > 0.0).then(|| [1.0, 2.0 * cut.hits / sum, 0.0])
            }
            Optimize::Mcc => {
                let product = cut.called * cut.positives * negatives * (rejected + missed);
                let covariance = cut.hits * rejected - (cut.called - cut.hits) * missed;
                (cut.positives > 0.0).then(|| [1.0, if product > 0.0 { covariance / product.sqrt() } else { 0.0 }, 0.0])
            }
            Optimize::BalancedAccuracy => {
                let both = cut.positives > 0.0 && negatives > 0.0;
                both.then(|| [1.0, cut.hits / cut.positives + rejected / negatives, 0.0])
            }
            Optimize::Profit => Some(asked(within, cut.profit, -cut.called)),
            Optimize::TopN => Some(asked(within, cut.called, -cut.called)),
            Optimize::Precision(least) => {
                let (precision, recall) = (cut.precision()?, cut.recall()?);
                Some(asked(precision >= least, recall, precision))
            }
            Optimize::Recall(least) => {
                let (precision, recall) = (cut.precision()?, cut.recall()?);
                Some(asked(recall >= least, precision, recall))
            }
        }
    }
}

/// A number of rows, of a table of so many, as a share; a number below 1 is one already.
fn share(rows: f64, table: usize) -> f64 {
    if rows < 1.0 { rows } else { (rows / table.max(1) as f64).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{Amount, ValueConfig, Worth};

    /// Probabilities 0.9+ 0.8- 0.7+ 0.7+ 0.6- 0.4+ 0.3- 0.2- 0.1- 0.1-: four of ten are positive.
    const CODES: [u32; 10] = [1, 0, 1, 1, 0, 1, 0, 0, 0, 0];
    const SCORES: [f64; 10] = [0.9, 0.8, 0.7, 0.7, 0.6, 0.4, 0.3, 0.2, 0.1, 0.1];

    fn rule(optimize: &str) -> Threshold {
        let config =
            ThresholdConfig { optimize: Optimize::try_from(optimize.to_owned()).unwrap(), ..ThresholdConfig::default() };
        Threshold { config }
    }

    fn chosen(rule: &Threshold) -> Choice {
        rule.choose(&Ranked::new(&CODES, &SCORES, None, None), 10).unwrap()
    }

    fn near(choice: Choice, threshold: f64, reached: bool) {
        assert!((choice.threshold - threshold).abs() < 1e-12 && choice.reached == reached, "{choice:?}");
    }

    #[test]
    fn each_rule_by_hand() {
        // Called 4, hits 3: F1 = 6/8. Called 6, hits 4: F1 = 8/10, the best.
        near(chosen(&rule("f1")), 0.35, true);
        // Called 4: (3*5 - 1*1)/sqrt(4*4*6*6) = 14/24. Called 6: (4*4 - 2*0)/sqrt(6*4*6*4) = 16/24.
        near(chosen(&rule("mcc")), 0.35, true);
        // Called 4: 3/4 + 5/6. Called 6: 1 + 4/6, the best.
        near(chosen(&rule("balanced_accuracy")), 0.35, true);
        // Of precision 1 there is one row; 3/4 is had with four rows, and no more recall with it.
        near(chosen(&rule("precision>=0.9")), 0.85, true);
        near(chosen(&rule("precision>=0.75")), 0.65, true);
        near(chosen(&rule("recall>=0.75")), 0.65, true);
        near(chosen(&rule("recall>=0.8")), 0.35, true);
    }

    #[test]
    fn top_n_takes_no_more_than_it_may_and_never_half_a_tie() {
        let top = |n: f64, table: usize| {
            let mut rule = rule("top_n");
            rule.config.n = Some(n);
            rule.choose(&Ranked::new(&CODES, &SCORES, None, None), table).unwrap()
        };
        near(top(2.0, 10), 0.75, true);
        // The third and the fourth row are equally probable: two rows, not three.
        near(top(3.0, 10), 0.75, true);
        near(top(4.0, 10), 0.65, true);
        near(top(0.4, 10), 0.65, true);
        // Eight of twenty rows are four of these ten.
        near(top(8.0, 20), 0.65, true);
        near(top(99.0, 10), 0.0, true);
        // More than half of a row is none.
        near(top(0.05, 10), 1.0, true);
    }

    #[test]
    fn profit_follows_the_amounts_and_the_capacity() {
        let value = |tp: f64, fp: f64, fn_: f64| ValueConfig {
            tp: Amount::Constant(tp),
            fp: Amount::Constant(fp),
            fn_: Amount::Constant(fn_),
            ..ValueConfig::default()
        };
        let best = |value: ValueConfig, capacity: Option<f64>| {
            let worth = Worth::read(&value, 10, |_| unreachable!()).unwrap();
            let config = ThresholdConfig { optimize: Optimize::Profit, capacity, value, ..ThresholdConfig::default() };
            Threshold::new(&config).unwrap().choose(&Ranked::new(&CODES, &SCORES, Some(&worth), None), 10).unwrap()
        };
        // 10 per hit, -8 per false alarm: 1 row 10, 4 rows 22, 6 rows 24: the last.
        near(best(value(10.0, -8.0, 0.0), None), 0.35, true);
        // -11 per false alarm: 1 row 10, 4 rows 19, 6 rows 18.
        near(best(value(10.0, -11.0, 0.0), None), 0.65, true);
        near(best(value(10.0, -11.0, 0.0), Some(3.0)), 0.85, true);
        // Nothing pays: nobody. A miss costs more than anything: everybody but those that are never positive.
        near(best(value(-1.0, -50.0, 0.0), None), 1.0, true);
        near(best(value(0.0, -1.0, -100.0), None), 0.35, true);
    }

    #[test]
    fn what_cannot_be_had_is_said_and_the_nearest_taken() {
        let ranked = Ranked::new(&[0, 1, 0, 0], &[0.9, 0.5, 0.4, 0.3], None, None);
        let choice = rule("precision>=0.9").choose(&ranked, 4).unwrap();
        // Best precision is one half, with two rows.
        near(choice, 0.45, false);
        assert_eq!(rule("recall>=0.9").choose(&Ranked::new(&[0, 0], &[0.1, 0.2], None, None), 2), None);
        assert_eq!(rule("none").choose(&ranked, 4), None);
    }

    #[test]
    fn the_interval_holds_the_choice_and_depends_on_the_seed_alone() {
        let mut rng = Seed::new(4).rng();
        let scores: Vec<f64> = (0..2000).map(|_| rng.uniform()).collect();
        let codes: Vec<u32> = scores.iter().map(|p| u32::from(rng.uniform() < *p)).collect();
        let ranked = Ranked::new(&codes, &scores, None, None);
        let of = |threads, seed| rule("f1").choose_with_interval(&ranked, 2000, 100, Seed::new(seed), threads);
        let one = of(1, 3);
        let [low, high] = one.interval.unwrap();
        assert!(low <= one.choice.threshold && one.choice.threshold <= high && high - low < 0.4, "{one:?}");
        assert_eq!(of(2, 3), one);
        assert_ne!(of(1, 5).interval, one.interval);
        let none = rule("none").choose_with_interval(&ranked, 2000, 100, Seed::new(3), 1);
        assert_eq!(none, Chosen { choice: Choice { threshold: 0.5, reached: true }, interval: None });
    }

    #[test]
    fn settings_without_a_use_are_refused() {
        let refused = |text: &str| Threshold::new(&toml::from_str(text).unwrap()).unwrap_err().to_string();
        assert!(refused("n = 5").contains("optimize = \"top_n\""), "{}", refused("n = 5"));
        assert!(refused("optimize = \"f1\"\ncapacity = 5").contains("optimize = \"profit\""));
        assert!(refused("optimize = \"top_n\"").contains("needs n"));
        assert!(refused("optimize = \"top_n\"\nn = 1.5").contains("out of range"));
        assert!(refused("optimize = \"top_n\"\nn = -1").contains("out of range"));
        assert!(refused("optimize = \"profit\"").contains("[threshold.value]"));
        assert!(refused("[value]\ntp = inf").contains("finite"));
    }

    #[test]
    fn only_two_classes_have_a_threshold() {
        let target =
            |task, labels: &[&str]| Target { name: "y".into(), task, labels: labels.iter().map(|l| (*l).to_owned()).collect() };
        let many = target(Task::Multiclass, &["a", "b", "c"]);
        let message = rule("f1").fits(&many).unwrap_err().to_string();
        assert!(message.contains("two classes; \"y\" has 3"), "{message}");
        assert!(rule("none").fits(&many).is_ok() && rule("f1").fits(&target(Task::Binary, &["a", "b"])).is_ok());
    }
}
