use std::fmt::Write as _;

use clap::ValueEnum;
use serde_json::json;

use super::App;
use super::output::Output;
use super::train::{self, Source};
use crate::data::Role;
use crate::error::{Result, plural};
use crate::experiment::{Plan, prepare, sampled};
use crate::pipeline::{NoCheckpoints, Warning, alike, punctuated};
use crate::report::{clean, wrapped};
use crate::screen::{Finding, Severity, screen};
use crate::validate::Splits;

/// Look for leaks, copies of the target, odd rows and personal data, without training
///
/// Exits with 1 if something is found at or above --fail-on. Each finding comes with a line for the config.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// Weight from which a finding fails the check
    #[arg(long, value_enum, value_name = "WEIGHT", default_value = "error")]
    fail_on: FailOn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
}

impl FailOn {
    const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let loaded = train::load(app, &self.source, app.global.config.as_deref())?;
        let stages = loaded.config.stages(&loaded.base, app.device())?;
        let session = app.session(&NoCheckpoints, loaded.config.train.seed);
        let cx = session.context();
        let plan = Plan::new(&loaded.config, &stages.collect, session.threads)?;
        let reading = app.reading(&loaded.config.collect.source);
        let (table, splits) = if let Some(streamed) = plan.streamed {
            app.console.say("plan", &plan.words());
            let (table, splits, rows) = sampled(&loaded.config, &stages, streamed, &session)?;
            let message = format!("checked on a uniform sample of {} of {rows} rows", table.height());
            cx.warn(Warning::new("streamed", message).count(rows));
            (table, splits)
        } else {
            let table = cx.run(&stages.collect, ())?;
            (table.clone(), prepare(&stages, table, &cx)?)
        };
        drop(reading);
        let findings = screen(&stages, &table, &splits, &cx)?;
        let count = |severity| findings.iter().filter(|f| f.severity == severity).count();
        let counts =
            json!({"error": count(Severity::Error), "warning": count(Severity::Warning), "note": count(Severity::Note)});
        let metrics = json!({
            "rows": splits.frame.height(),
            "columns": splits.frame.schema.columns,
            "split": splits.words,
            "findings": findings,
            "counts": counts,
        });
        let failed = findings.iter().filter(|f| f.severity >= self.fail_on.severity()).map(failure).collect();
        Ok(Output { failed, ..Output::new(text(&splits, &findings, app.style().width), metrics) })
    }
}

/// One line of a finding that fails the check; the text has the reasons.
fn failure(finding: &Finding) -> String {
    let columns = finding.columns.iter().map(|c| format!(" \"{c}\"")).collect::<Vec<_>>().join(",");
    format!("{}{columns}", finding.code.name())
}

fn text(splits: &Splits, findings: &[Finding], width: usize) -> String {
    let frame = &splits.frame;
    let target = &frame.schema.target;
    let mut text = format!("{}, target \"{}\" ({})\n", plural(frame.height(), "row"), target.name, target.task.name());
    let _ = writeln!(text, "{}\n", splits.words);
    for column in &frame.schema.columns {
        let role = if column.role == Role::Feature {
            String::new()
        } else {
            format!(" [{}]", format!("{:?}", column.role).to_lowercase())
        };
        let _ = writeln!(text, "{}", wrapped(&format!("  {}{role}: {}", clean(&column.name), clean(&column.reason)), width));
    }
    text.push('\n');
    for (severity, word) in [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")] {
        let found: Vec<_> = findings.iter().filter(|f| f.severity == severity).map(Finding::warning).collect();
        for told in alike(&found) {
            let line = format!("{word}[{}]: {}", told.first.code, clean(&told.seen()));
            let _ = writeln!(text, "{}", wrapped(&punctuated(&line), width));
            // Whole, however long: it is there to be copied.
            if let Some(fix) = told.fix() {
                let _ = writeln!(text, "  fix: {}", clean(&fix));
            }
        }
    }
    if findings.is_empty() {
        text.push_str("nothing found: no leak, no copy of the target, no odd rows, no personal data\n");
    }
    text
}
