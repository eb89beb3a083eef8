//! Rows that judge models, and what models say of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use polars::prelude::{ParquetReader, SerReader};

use super::App;
use super::judged::judged;
use crate::artifact::{ModelFile, intact};
use crate::assess::{Side, units};
use crate::collect::Collect;
use crate::data::{Frame, Predictions, Role, Table, Truth};
use crate::error::{Error, ModelError, Result};
use crate::experiment::{Again, Found, STREAMED};
use crate::metrics::Cut;
use crate::pipeline::{Context, Warning};

/// Fewer units than this make intervals that are rough.
const FEW_UNITS: usize = 20;

/// Rows with a known target.
pub struct Rows {
    /// Where they are from, in words.
    pub source: String,
    pub table: Table,
    /// As the first model reads them.
    pub frame: Frame,
    pub truth: Truth,
}

/// What one model says of them.
pub struct Answers {
    pub predictions: Predictions,
    pub threshold: f64,
    /// Where groups have their own.
    pub thresholds: Option<Vec<f64>>,
}

impl Answers {
    /// From which probability on a row is called positive.
    pub fn cut(&self) -> Cut<'_> {
        self.thresholds.as_deref().map_or(Cut::One(self.threshold), Cut::Each)
    }

    pub fn side(&self) -> Side<'_> {
        Side { predictions: &self.predictions, cut: self.cut() }
    }
}

impl Rows {
    /// The rows of DATA that have a target, or without DATA those that the model's own run set aside.
    ///
    /// # Errors
    /// If they cannot be read, or are no longer what they were.
    pub fn read(app: &App, data: Option<&str>, path: &Path, model: &ModelFile, cx: &Context<'_>) -> Result<Self> {
        let (source, table, rows) = match data {
            Some(data) => {
                let config = app.whole(data)?;
                let reading = app.reading(&config.source);
                let table = cx.run(&Collect::new(&config, Path::new(""))?, ())?;
                drop(reading);
                if crate::experiment::hash(&table) == model.manifest.lineage.data_hash {
                    let message = "the model was trained on these rows; the score flatters it, name rows that it never saw";
                    cx.warn(Warning::new("trained_on", message));
                }
                let rows = (0..table.height()).collect();
                (data.to_owned(), table, rows)
            }
            None => test_part(app, path, model, cx)?,
        };
        Self::judged(source, table, rows, model, cx)
    }

    /// Rows at chosen places of a table, those without a target left out.
    ///
    /// # Errors
    /// If a value of the target is none that the model knows.
    pub fn judged(source: String, table: Table, places: Vec<usize>, model: &ModelFile, cx: &Context<'_>) -> Result<Self> {
        let frame = judged(&table, places, &model.fitted.schema, cx)?;
        let truth = frame.truth.clone().ok_or_else(|| Error::Internal("rows without a target".into()))?;
        Ok(Self { source, table, frame, truth })
    }

    /// Where they stand in the table.
    pub fn places(&self) -> Vec<usize> {
        self.table.rows.places(&self.frame.rows)
    }

    /// How many there are.
    pub fn height(&self) -> usize {
        self.frame.height()
    }

    /// What the model says that read them.
    ///
    /// # Errors
    /// If a level is refused, or a column that its thresholds need is not there.
    pub fn answers(&self, app: &App, model: &ModelFile, cx: &Context<'_>) -> Result<Answers> {
        self.answers_to(&self.frame, app, model, cx)
    }

    /// What another model of the same target says of them.
    ///
    /// # Errors
    /// If it is of another target or other classes, or needs what is not there.
    pub fn answers_of_other(&self, app: &App, path: &Path, model: &ModelFile, cx: &Context<'_>) -> Result<Answers> {
        let (own, other) = (&self.frame.schema.target, &model.manifest.schema.target);
        if own != other {
            let (a, b) = (words(own), words(other));
            let reason = format!("it predicts {b}, the other model {a}: only models of one target can be compared");
            return Err(ModelError::Run { path: path.display().to_string(), reason }.into());
        }
        let frame = judged(&self.table, self.places(), &model.fitted.schema, cx)?;
        if frame.rows != self.frame.rows {
            let reason = "it takes other rows to be without a target value: train both with the same null_values".to_owned();
            return Err(ModelError::Run { path: path.display().to_string(), reason }.into());
        }
        self.answers_to(&frame, app, model, cx)
    }

    fn answers_to(&self, frame: &Frame, app: &App, model: &ModelFile, cx: &Context<'_>) -> Result<Answers> {
        let mut unusual = Vec::new();
        let predictions = model.fitted.predict(frame, &mut unusual, cx)?;
        let thresholds = model.row_thresholds(&self.table, &self.places(), &mut unusual, cx)?;
        super::predict::warn_unusual(app, &unusual);
        Ok(Answers { predictions, threshold: model.manifest.threshold, thresholds })
    }

    /// The unit of each row and what units are, in words: groups where the model was trained with a group column and the
    /// rows have it, else the rows themselves.
    ///
    /// # Errors
    /// If the column cannot be read.
    pub fn units(&self, model: &ModelFile, cx: &Context<'_>) -> Result<(Option<Vec<u32>>, String)> {
        let Some(group) = model.manifest.schema.with_role(Role::Group).next() else { return Ok((None, "rows".into())) };
        let name = &group.name;
        if self.table.data.column(name).is_err() {
            let message = format!(
                "the model keeps rows of one \"{name}\" together, but {} has no such column: intervals take rows as independent, and may be too narrow",
                self.table.rows.source
            );
            cx.warn(Warning::new("no_group_column", message).column(name));
            return Ok((None, "rows".into()));
        }
        let units = units(name, &self.table, &self.places(), &self.frame.schema, cx)?;
        let count = units.iter().collect::<BTreeSet<_>>().len();
        if count < FEW_UNITS {
            let message =
                format!("the rows have only {count} different \"{name}\", which are drawn whole: intervals are rough");
            cx.warn(Warning::new("few_groups", message).column(name).count(count));
        }
        Ok((Some(units), format!("groups of {name}")))
    }
}

fn words(target: &crate::data::Target) -> String {
    if target.labels.is_empty() {
        format!("\"{}\"", target.name)
    } else {
        format!("\"{}\" ({})", target.name, target.labels.join(", "))
    }
}

/// The rows that the model's own run set aside: the table that they stand in, and where.
fn test_part(app: &App, model_path: &Path, model: &ModelFile, cx: &Context<'_>) -> Result<(String, Table, Vec<usize>)> {
    const NEEDED: &str = "name the data to score: mkt evaluate DATA";
    let rows = || {
        let rows = test_rows(model_path)?;
        let none = || of_run(model_path, format!("its run set no test part aside; {NEEDED}"));
        if rows.is_empty() { Err(none()) } else { Ok(rows) }
    };
    own_rows(app, (model_path, model), NEEDED, rows, cx)
}

/// Rows of the run that a model file lies in, read again: what they are in words, the table that they stand in, and where.
/// `wanted` names them by their numbers, ascending, once it is known that they can be read. `needed` is what to do where they
/// cannot.
///
/// # Errors
/// If they cannot be read, or are no longer what they were.
pub fn own_rows(
    app: &App,
    (path, model): (&Path, &ModelFile),
    needed: &str,
    wanted: impl FnOnce() -> Result<Vec<usize>>,
    cx: &Context<'_>,
) -> Result<(String, Table, Vec<usize>)> {
    let fail = |reason: &str| of_run(path, format!("{reason}; {needed}"));
    let config = path.with_file_name("config.toml");
    if !config.exists() {
        return Err(fail("it has no config.toml beside the model"));
    }
    let loaded = app.load(Some(&config), Vec::new())?;
    let collect = &loaded.config.collect;
    if collect.source.0.iter().chain(&collect.test.0).any(|s| s == "-") {
        return Err(fail("its rows came from standard input"));
    }
    let (wanted, lineage) = (wanted()?, &model.manifest.lineage);
    let collector = loaded.config.collector(&loaded.base)?;
    let changed = || fail("the source has changed since training");
    if lineage.data_hash.starts_with(STREAMED) {
        // Joined rows come in the parts that the checksum is of.
        let collect = collector.streamed(cx)?;
        let Found { table, hash } = cx.run(&Again { collect: &collect, rows: &wanted }, ())?;
        if hash != lineage.data_hash {
            return Err(changed());
        }
        let sampled = format!("the rows of its test part that the run's sample holds, of {}", lineage.test_rows);
        return Ok((format!("{}: {sampled}", table.rows.source), table, (0..wanted.len()).collect()));
    }
    let table = cx.run(&collector, ())?;
    if crate::experiment::hash(&table) != lineage.data_hash || wanted.last().is_some_and(|row| *row >= table.height()) {
        return Err(changed());
    }
    Ok((format!("the test part of {}", table.rows.source), table, wanted))
}

/// An error of the run that a model file lies in.
pub fn of_run(model: &Path, reason: String) -> Error {
    ModelError::Run { path: model.parent().unwrap_or(Path::new("")).display().to_string(), reason }.into()
}

/// Numbers of the rows in the test part of the run that a model file lies in; none where the run had none.
///
/// # Errors
/// If the run's file of splits cannot be read.
pub fn test_rows(model_path: &Path) -> Result<Vec<usize>> {
    splits(&model_path.with_file_name("splits.parquet"))
        .map_err(|reason| of_run(model_path, format!("splits.parquet: {reason}")))
}

fn splits(path: &PathBuf) -> std::result::Result<Vec<usize>, String> {
    let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
    if !intact(path, &bytes) {
        return Err("it is not as the run wrote it, so its test part is not known; name the data to score".into());
    }
    let table = ParquetReader::new(std::io::Cursor::new(bytes)).finish().map_err(|e| crate::error::one_line(&e.to_string()))?;
    let column = |name| table.column(name).map_err(|e| crate::error::one_line(&e.to_string()));
    let folds = column("fold")?.str().map_err(|e| e.to_string())?;
    let rows = column("row")?.u64().map_err(|e| e.to_string())?;
    let test = rows.iter().zip(folds.iter()).filter(|(_, fold)| *fold == Some("test"));
    Ok(test.filter_map(|(row, _)| row.and_then(|r| usize::try_from(r).ok())).collect())
}
