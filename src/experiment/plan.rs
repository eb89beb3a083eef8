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
    pub fn new(config: &Config, collect: &Collect) -> Result<Self> {
        let limit = collect.max_memory();
        let streaming = collect.streaming();
        let survey = collect.survey()?;
        let mut plan = Self { survey, limit, streamed: None };
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
        match streaming {
            Streaming::Auto | Streaming::Never if survey.memory() <= limit => return Ok(plan),
            Streaming::Never => return refuse(survey.memory(), "[collect] stream is \"never\""),
            Streaming::Auto | Streaming::Always => {}
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
        let test = (survey.rows as f64 * config.validate.test_fraction) as u64;
        let judged = (limit / JUDGED_SHARE / JUDGED).min(test.max(FEWEST_SAMPLED as u64));
        let row = CELL * (survey.columns as u64).max(1);
        let rest = limit.saturating_sub(FIXED + STREAM.min(limit / 4) + judged * JUDGED + survey.held);
        let sample = usize::try_from(rest / row).unwrap_or(usize::MAX).min(collect.sample());
        if sample < FEWEST_SAMPLED {
            if survey.held > limit / 2 {
                let held = words(survey.held);
                let reason = "raise --max-memory, or join them before, such as in a database";
                return refuse(survey.memory(), &format!("the tables that are looked up in are held, about {held}; {reason}"));
            }
            // The test part takes a third, blocks on their way a quarter: what is left must hold the fewest rows.
            let needed = ((FIXED + row * FEWEST_SAMPLED as u64) * 12 / 5).min(survey.memory());
            return Err(LimitError::TooSmall { columns: survey.columns, needed, limit }.into());
        }
        let judged = usize::try_from(judged).unwrap_or(usize::MAX);
        plan.streamed = Some(StreamPlan { sample, judged });
        Ok(plan)
    }

    /// One line for the user.
    #[must_use]
    pub fn words(&self) -> String {
        let limit = words(self.limit);
        let Some(survey) = self.survey else {
            return format!("plan: the size of the source is not known before it is read; in memory, up to {limit}");
        };
        let about = if survey.exact { "" } else { "about " };
        let size = format!("plan: {about}{} x {}", plural(survey.rows, "row"), plural(survey.columns, "column"));
        let memory = words(survey.memory());
        match self.streamed {
            None => format!("{size}, about {memory} in memory of {limit} allowed: in memory"),
            Some(StreamPlan { sample, .. }) => {
                format!("{size}, about {memory} in memory of {limit} allowed: streamed, with a sample of at most {sample} rows")
            }
        }
    }
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
        Plan::new(&config, &Collect::new(&config.collect, Path::new("")).unwrap())
    }

    #[test]
    fn what_fits_is_read_and_what_does_not_is_streamed() {
        let fits = plan(1000, "1GB").unwrap();
        assert_eq!(fits.streamed, None);
        assert!(
            fits.words().starts_with("plan: 1000 rows x 3 columns") && fits.words().ends_with(": in memory"),
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
    fn too_little_memory_is_refused_with_what_is_needed() {
        let error = plan(300_000, "50MB").unwrap_err();
        assert_eq!(error.exit_code(), 6);
        assert!(error.to_string().contains("raise --max-memory"), "{error}");
    }
}
