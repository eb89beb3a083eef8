use std::fmt::Write as _;

use serde_json::json;

use super::App;
use super::output::Output;
use super::train::{self, Source};
use crate::data::Role;
use crate::error::Result;
use crate::experiment::prepare;
use crate::pipeline::NoCheckpoints;
use crate::screen::screen;

/// Check config and data, and screen for leaks, without training
///
/// Exits with 1 if a column gives the target away.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let loaded = train::load(app, &self.source, app.global.config.as_deref())?;
        let stages = loaded.config.stages(&loaded.base, app.device())?;
        let session = app.session(&NoCheckpoints, loaded.config.train.seed);
        let cx = session.context();
        let reading = app.reading(&loaded.config.collect.source);
        let table = cx.run(&stages.collect, ())?;
        drop(reading);
        let splits = prepare(&stages, table, &cx)?;
        let findings = screen(&stages, &splits, &cx)?;
        let frame = &splits.frame;
        let mut text =
            format!("{} rows, target \"{}\" ({})\n", frame.height(), frame.schema.target.name, frame.schema.target.task.name());
        let _ = writeln!(text, "{}\n", splits.words);
        for column in &frame.schema.columns {
            let role = if column.role == Role::Feature {
                String::new()
            } else {
                format!(" [{}]", format!("{:?}", column.role).to_lowercase())
            };
            let _ = writeln!(text, "  {}{role}: {}", column.name, column.reason);
        }
        text.push('\n');
        for finding in &findings {
            let _ = writeln!(text, "leak: {finding}");
        }
        if findings.is_empty() {
            text.push_str("no column gives the target away\n");
        }
        let metrics =
            json!({"rows": frame.height(), "columns": frame.schema.columns, "split": splits.words, "findings": findings});
        let failed = findings.iter().map(ToString::to_string).collect();
        Ok(Output { failed, ..Output::new(text, metrics) })
    }
}
