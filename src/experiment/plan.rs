use super::room::{Held, USUAL, weights_of_columns};
use crate::collect::{CELL, Collect, FEWEST_SAMPLED, FIXED, Streaming, Survey};
use crate::config::Config;
use crate::error::{LimitError, Result, plural};
use crate::memory::words;

/// Bytes of the blocks that are on their way while rows are streamed.
const STREAM: u64 = 150_000_000;
/// Bytes that a row of the test part takes while it is judged: predictions, truth, its rank.
const JUDGED: u64 = 64;
/// Share of the memory that the test part may take; of more rows a part judges.
const JUDGED_SHARE: u64 = 3;

/// How a run goes about its rows, decided before work starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Absent where nothing is known of the source before it is read.
    pub survey: Option<Survey>,
    /// Bytes that the run may take.
    pub limit: u64,
    /// Bytes that its networks take, about, beyond those of a usual table.
    pub networks: u64,
    /// Of a table that does not fit.
    pub streamed: Option<StreamPlan>,
}

/// How a table is streamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamPlan {
    /// Rows of the sample.
    pub sample: usize,
    /// Most rows of the test part that are judged.
    pub judged: usize,
}

impl Plan {
    /// Looks at the source, and decides.
    ///
    /// # Errors
    /// If a file cannot be read, or the run cannot fit.
    pub fn new(config: &Config, collect: &Collect, threads: usize) -> Result<Self> {
        let limit = collect.max_memory();
        let streaming = collect.streaming();
        let survey = collect.survey()?;
        let networks = survey.map_or(0, |survey| networks(config, survey.rows, survey.columns, threads));
        let mut plan = Self { survey, limit, networks, streamed: None };
        let refuse = |needed: u64, reason: &str| -> Result<Self> {
            Err(LimitError::NotStreamed { origin: collect.source(), needed, limit, reason: reason.into() }.into())
        };
        let Some(survey) = survey else {
            collect.joins_fit()?;
            if streaming == Streaming::Always {
                let reason = collect.unstreamed()?.unwrap_or_else(|| "only files of CSV, NDJSON and Parquet are".into());
                return refuse(0, &format!("{reason}; leave [collect] stream out"));
            }
            return Ok(plan);
        };
        // Where the networks take most of it, it is no help to stream the rows: what the columns become decides.
        let fits = survey.memory() + networks <= limit || (survey.memory() <= limit && networks > limit / 2);
        match streaming {
            Streaming::Auto | Streaming::Never if fits => return Ok(plan),
            Streaming::Never => return refuse(survey.memory(), "[collect] stream is \"never\""),
            Streaming::Auto | Streaming::Always => {}
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
        let test = (survey.rows as f64 * config.validate.test_fraction) as u64;
        let judged = (limit / JUDGED_SHARE / JUDGED).min(test.max(FEWEST_SAMPLED as u64));
        let row = CELL * (survey.columns as u64).max(1);
        let rest = limit.saturating_sub(FIXED + STREAM.min(limit / 4) + judged * JUDGED + survey.held + networks);
        let sample = usize::try_from(rest / row).unwrap_or(usize::MAX).min(collect.sample());
        if sample < FEWEST_SAMPLED {
            if survey.held > limit / 2 {
                let held = words(survey.held);
                let reason = "raise --max-memory, or join them before, such as in a database";
                return refuse(survey.memory(), &format!("the tables that are looked up in are held, about {held}; {reason}"));
            }
            // The test part takes a third, blocks on their way a quarter: what is left must hold the fewest rows.
            let needed = ((FIXED + row * FEWEST_SAMPLED as u64) * 12 / 5).min(survey.memory()) + networks;
            return Err(LimitError::TooSmall { columns: survey.columns, needed, limit }.into());
        }
        let judged = usize::try_from(judged).unwrap_or(usize::MAX);
        plan.streamed = Some(StreamPlan { sample, judged });
        Ok(plan)
    }

    /// One line for the user. The memory is at least so much: how many levels the texts have is only known when they are read.
    #[must_use]
    pub fn words(&self) -> String {
        let limit = words(self.limit);
        let Some(survey) = self.survey else {
            return format!("plan: the size of the source is not known before it is read; in memory, up to {limit}");
        };
        let about = if survey.exact { "" } else { "about " };
        let size = format!("plan: {about}{} x {}", plural(survey.rows, "row"), plural(survey.columns, "column"));
        let memory = words(survey.memory() + self.networks);
        match self.streamed {
            None => {
                let open = if survey.memory() + self.networks <= self.limit { "" } else { ", if its networks turn out to fit" };
                format!("{size}, at least {memory} in memory of {limit} allowed: in memory{open}")
            }
            Some(StreamPlan { sample, .. }) => {
                format!(
                    "{size}, at least {memory} in memory of {limit} allowed: streamed, with a sample of at most {sample} rows"
                )
            }
        }
    }
}

/// Bytes of networks for so many columns, were they numbers, beyond those that any run takes.
fn networks(config: &Config, rows: u64, columns: usize, threads: usize) -> u64 {
    let validate = &config.validate;
    let tested = validate.test_fraction > 0.0 || !config.collect.test.is_empty();
    // A fold learns from half of the rows that are not tested at least.
    let learned = usize::try_from(rows / 2).unwrap_or(usize::MAX);
    let held = Held::new(config, validate.folds * validate.repeats, learned, tested, threads);
    let features = columns.saturating_sub(1 + config.columns.ignore.len());
    held.bytes(weights_of_columns(&config.model, features)).saturating_sub(USUAL)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn plan(rows: usize, memory: &str) -> Result<Plan> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, format!("a,b,y\n{}", "1,2,yes\n".repeat(rows))).unwrap();
        let mut config = Config::default();
        config.collect.source = path.to_str().unwrap().into();
        config.collect.max_memory = memory.parse().unwrap();
        Plan::new(&config, &Collect::new(&config.collect, Path::new("")).unwrap(), 2)
    }

    #[test]
    fn what_fits_is_read_and_what_does_not_is_streamed() {
        let fits = plan(1000, "1GB").unwrap();
        assert_eq!(fits.streamed, None);
        assert!(
            fits.words().starts_with("plan: 1000 rows x 3 columns, at least ") && fits.words().ends_with(": in memory"),
            "{}",
            fits.words()
        );
        // 300 000 rows of 3 columns: 72 MB, and 80 MB for whatever runs.
        let streamed = plan(300_000, "140MB").unwrap();
        let StreamPlan { sample, judged } = streamed.streamed.unwrap();
        assert!((2000..300_000).contains(&sample) && judged >= 2000, "{streamed:?}");
        assert!(streamed.words().contains("streamed, with a sample of at most"), "{}", streamed.words());
    }

    #[test]
    fn networks_of_a_wide_table_count() {
        let config = Config::default();
        // 745 weights for each column but the target (16 waves of two values, mixed to four and shifted by four, five inputs with a
        // scale and 128 units each), of which 35 copies of four bytes are held.
        assert_eq!(networks(&config, 60, 20_001, 2) - networks(&config, 60, 10_001, 2), 10_000 * 745 * 35 * 4);
        assert_eq!(networks(&config, 60, 20, 2), 0);
    }

    #[test]
    fn too_little_memory_is_refused_with_what_is_needed() {
        let error = plan(300_000, "50MB").unwrap_err();
        assert_eq!(error.exit_code(), 6);
        assert!(error.to_string().contains("raise --max-memory"), "{error}");
    }
}
