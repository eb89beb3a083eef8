use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use super::App;
use super::model::{ModelArg, record_beside};
use super::output::Output;
use crate::artifact;
use crate::error::{ConfigError, Result};
use crate::pipeline::NoCheckpoints;
use crate::report::Html;

/// Render the report of a run again
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Where to write the page; `-` is stdout [default: report.html in the run folder]
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let model = self.model.path(app)?;
        let record = record_beside(&model)?;
        let session = app.session(&NoCheckpoints, record.seed);
        let page = session.context().run(&Html, Arc::new(record.clone()))?;
        let out = self.out.clone().unwrap_or_else(|| model.with_file_name("report.html"));
        if out.as_os_str() == "-" {
            if app.json() {
                return Err(ConfigError::Usage(
                    "--format json prints one object on stdout; name a file for the page with -o".into(),
                )
                .into());
            }
            return Ok(Output::new(page, json!({})));
        }
        artifact::write(&out, |file| file.write_all(page.as_bytes()))?;
        let metrics = super::train::metrics_json(&record);
        Ok(Output::new(format!("wrote {}\n", out.display()), metrics).artifact("report", &out))
    }
}
