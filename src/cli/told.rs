//! What a verb found, for the screen, for programs and for a file of its own.

use std::path::{Path, PathBuf};

use polars::prelude::{CsvWriter, DataFrame, SerWriter};
use serde_json::Value;

use super::App;
use super::output::Output;
use crate::artifact::Pending;
use crate::error::{ConfigError, Result};
use crate::report::wrapped;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Json,
}

/// Where an answer goes beside stdout, if anywhere.
#[derive(Clone, Debug)]
pub struct Place(Option<(PathBuf, Form)>);

/// A file that waits for an answer.
pub struct Waiting(Option<(PathBuf, Form, Pending)>);

/// An answer in every form.
pub struct Told {
    pub text: String,
    pub metrics: Value,
    pub table: DataFrame,
}

impl Place {
    /// The form of a file by its ending.
    ///
    /// # Errors
    /// If the ending is no form.
    pub fn named(path: Option<&Path>) -> Result<Self, ConfigError> {
        let form = |path: &Path| match path.extension().and_then(|e| e.to_str()) {
            Some("csv") => Ok((path.to_owned(), Form::Csv)),
            Some("json") => Ok((path.to_owned(), Form::Json)),
            _ => Err(ConfigError::Usage(format!("-o {}: give a name that ends in .csv or .json", path.display()))),
        };
        path.map(form).transpose().map(Self)
    }

    /// Opens the file: a place that cannot be written is told before the work.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn open(self) -> Result<Waiting> {
        let Some((path, form)) = self.0 else { return Ok(Waiting(None)) };
        let pending = Pending::create(&path)?;
        Ok(Waiting(Some((path, form, pending))))
    }
}

impl Told {
    /// What the verb has to say; the file that waits is written as an artifact of that name.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn output(mut self, app: &App, waiting: Waiting, what: &str) -> Result<Output> {
        let output = Output::new(wrapped(&self.text, app.style().width), self.metrics);
        let Some((path, form, mut pending)) = waiting.0 else { return Ok(output) };
        let mut bytes = Vec::new();
        match form {
            Form::Csv => CsvWriter::new(&mut bytes).finish(&mut self.table)?,
            Form::Json => bytes = format!("{:#}\n", output.metrics).into_bytes(),
        }
        pending.add(&bytes)?;
        pending.finish()?;
        Ok(output.artifact(what, &path))
    }
}
