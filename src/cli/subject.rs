//! The rows that a model is asked about.

use std::path::Path;
use std::sync::Arc;

use polars::prelude::DataType;

use super::App;
use super::rows::Rows;
use crate::artifact::ModelFile;
use crate::clean::Conform;
use crate::collect::Collect;
use crate::data::{Frame, Role, Table};
use crate::error::{CleanError, ConfigError, Result, did_you_mean};
use crate::explain::Goal;
use crate::pipeline::{Context, Warning};

/// Rows of a model's columns, and what names them.
pub struct Subject {
    /// Where they come from, in words.
    pub source: String,
    /// With the target where the source has it in every row.
    pub frame: Frame,
    /// Columns that name a row, with their values.
    pub ids: Vec<(String, Vec<String>)>,
    /// Whether the model was trained on these rows.
    pub learned_from: bool,
}

impl Subject {
    /// All rows of a source.
    ///
    /// # Errors
    /// If it cannot be read, has no rows, or lacks a column of the model.
    pub fn read(app: &App, data: &str, model: &ModelFile, cx: &Context<'_>) -> Result<Self> {
        let config = app.whole(data)?;
        let reading = app.reading(&config.source);
        let table = cx.run(&Collect::new(&config, Path::new(""))?, ())?;
        drop(reading);
        if table.height() == 0 {
            return Err(CleanError::NoRows { origin: data.into(), reason: "the source is empty".into() }.into());
        }
        let ids = ids(model, &table, &(0..table.height()).collect::<Vec<_>>())?;
        let source = table.rows.source.clone();
        let learned_from = crate::experiment::hash(&table) == model.manifest.lineage.data_hash;
        let frame = cx.run(&Conform { schema: Arc::clone(&model.fitted.schema) }, table)?;
        Ok(Self { source, frame, ids, learned_from })
    }

    /// Rows that a run set aside.
    ///
    /// # Errors
    /// If a column that names them cannot be read as text.
    pub fn set_aside(rows: Rows, model: &ModelFile) -> Result<Self> {
        let ids = ids(model, &rows.table, &rows.places())?;
        Ok(Self { source: rows.source, frame: rows.frame, ids, learned_from: false })
    }

    /// Tells what is unlike the training rows.
    ///
    /// # Errors
    /// Where the settings of the training refuse it.
    pub fn checked(self, app: &App, model: &ModelFile, cx: &Context<'_>) -> Result<Self> {
        let mut unusual = Vec::new();
        model.fitted.predict(&self.frame, &mut unusual, cx)?;
        super::predict::warn_unusual(app, &unusual);
        Ok(self)
    }

    /// The rows that were asked for, by a value of an id column or, as `#5`, by their number counted from 1; a bare number is
    /// one too where no column names the rows.
    ///
    /// # Errors
    /// Names the first that is not there.
    pub fn pick(self, wanted: &[String]) -> Result<Self> {
        if wanted.is_empty() {
            return Ok(self);
        }
        let rows = wanted.iter().map(|name| self.find(name)).collect::<Result<Vec<usize>, _>>()?;
        Ok(self.take(&rows))
    }

    /// Chosen rows.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        let of = |(name, values): &(String, Vec<String>)| (name.clone(), rows.iter().map(|&r| values[r].clone()).collect());
        Self {
            source: self.source.clone(),
            frame: self.frame.take(rows),
            ids: self.ids.iter().map(of).collect(),
            learned_from: self.learned_from,
        }
    }

    fn find(&self, name: &str) -> Result<usize, ConfigError> {
        if let Some(row) = self.ids.iter().find_map(|(_, values)| values.iter().position(|v| v == name)) {
            return Ok(row);
        }
        let number = name.strip_prefix('#').or(self.ids.is_empty().then_some(name));
        // Rows keep the number that they have in their source, by which all else names them.
        let is = |n: usize| self.frame.rows.iter().position(|row| row + 1 == n);
        if let Some(row) = number.and_then(|n| n.parse::<usize>().ok()).and_then(is) {
            return Ok(row);
        }
        let all = &self.frame.rows;
        let (least, most) = (all.iter().min().map_or(0, |row| row + 1), all.iter().max().map_or(0, |row| row + 1));
        let columns = self.ids.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(" or ");
        let or = if columns.is_empty() { String::new() } else { format!("no {columns} is \"{name}\"; ") };
        let source = &self.source;
        Err(ConfigError::Usage(format!(
            "--row {name}: {or}give the number of a row, such as #{}; there are {} from #{least} to #{most} of {source}",
            all.first().map_or(0, |row| row + 1),
            all.len()
        )))
    }

    /// A row in words: its ids, else its number.
    #[must_use]
    pub fn name(&self, row: usize) -> String {
        let ids = self.ids.iter().map(|(name, values)| format!("{name} {}", values[row]));
        let number = format!("row {}", self.frame.rows[row] + 1);
        [number].into_iter().chain(ids).collect::<Vec<_>>().join(", ")
    }
}

/// The values that name chosen rows of a table, by id column.
fn ids(model: &ModelFile, table: &Table, rows: &[usize]) -> Result<Vec<(String, Vec<String>)>> {
    let mut ids = Vec::new();
    for id in model.fitted.schema.with_role(Role::Id) {
        if let Ok(series) = table.data.column(&id.name) {
            let text = series.cast(&DataType::String)?;
            let text = text.str()?;
            ids.push((id.name.clone(), rows.iter().map(|&row| text.get(row).unwrap_or_default().to_owned()).collect()));
        }
    }
    Ok(ids)
}

/// What is asked of a model: for which class, and on which scale.
#[derive(Clone, Debug, clap::Args)]
pub struct GoalArg {
    /// Class whose probability is explained [default: the positive of two; of more, the predicted one]
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
}

impl GoalArg {
    /// The goal for a model.
    ///
    /// # Errors
    /// If it has no such class.
    pub fn goal(&self, model: &ModelFile, log_odds: bool) -> Result<Goal, ConfigError> {
        let labels = &model.fitted.schema.target.labels;
        if log_odds && labels.is_empty() {
            return Err(ConfigError::Usage("--log-odds: the model predicts a number, which has none".into()));
        }
        let find = |class: &String| {
            labels.iter().position(|l| l == class).ok_or_else(|| {
                let hint = did_you_mean(class, labels.iter().map(String::as_str));
                let known = if labels.is_empty() { "none, it predicts a number".into() } else { labels.join(", ") };
                ConfigError::Usage(format!("--class {class}: the classes of the model are {known}{hint}"))
            })
        };
        Ok(Goal { class: self.class.as_ref().map(find).transpose()?, log_odds })
    }
}

/// The rows that predictions are compared with: those in the model file, else some of those at hand.
///
/// # Errors
/// If the model file holds none and the rows at hand are too few.
pub fn background(app: &App, model: &ModelFile, rows: usize, subject: &Subject, cx: &Context<'_>) -> Result<Frame> {
    if let Some(stored) = &model.manifest.background {
        return stored.frame(&model.fitted.schema, &model.fitted.normalizer, rows);
    }
    let height = subject.frame.height();
    if height < FEWEST {
        let reason = format!(
            "the model file holds no background rows, so that a prediction is compared with the rows of {} itself, and {height} are too few: name at least {FEWEST}, or train with [explain] background above 0",
            subject.source
        );
        return Err(ConfigError::Usage(reason).into());
    }
    let message = format!("the model file holds no background rows; predictions are compared with rows of {}", subject.source);
    app.console.warn(&Warning::new("background", message));
    let mut order: Vec<usize> = (0..height).collect();
    cx.seed().derive("background", 0).rng().shuffle(&mut order);
    order.truncate(rows);
    Ok(subject.frame.take(&order))
}

/// Fewest rows that stand for the usual ones.
const FEWEST: usize = 10;
