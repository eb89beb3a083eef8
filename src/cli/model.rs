use std::path::{Path, PathBuf};

use super::App;
use crate::artifact::{ModelFile, newest_finished};
use crate::error::{ModelError, Result};
use crate::report::Record;

/// Which model a verb works with.
#[derive(Clone, Debug, clap::Args)]
pub struct ModelArg {
    /// Model file or run folder [default: the newest finished run]
    #[arg(short, long, env = "MKT_MODEL", value_name = "MODEL")]
    pub model: Option<PathBuf>,
}

impl ModelArg {
    /// Path of the model file.
    ///
    /// # Errors
    /// If none is named and there is no finished run.
    pub fn path(&self, app: &App) -> Result<PathBuf> {
        let path = match &self.model {
            Some(path) => path.clone(),
            None => newest_finished(&app.runs()?)?,
        };
        Ok(if path.is_dir() { path.join("model.mkt") } else { path })
    }

    /// The model, read and checked.
    ///
    /// # Errors
    /// If it cannot be found or used.
    pub fn load(&self, app: &App) -> Result<(PathBuf, ModelFile)> {
        let path = self.path(app)?;
        let model = ModelFile::load(&path, app.device())?;
        Ok((path, model))
    }
}

/// The record beside a model file, in its run folder.
///
/// # Errors
/// If the folder has none, or one that cannot be read.
pub fn record_beside(model: &Path) -> Result<Record> {
    let path = model.with_file_name("report.json");
    let fail = |reason: String| ModelError::Run { path: path.display().to_string(), reason };
    let text = std::fs::read_to_string(&path)
        .map_err(|e| fail(format!("cannot read it ({e}); a report needs the run folder of the model")))?;
    Ok(serde_json::from_str(&text).map_err(|e| fail(e.to_string()))?)
}
