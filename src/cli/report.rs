use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use serde_json::json;

use super::App;
use super::app::FormatArg;
use super::model::{ModelArg, record_beside};
use super::output::Output;
use crate::artifact::{Pending, partial_record};
use crate::error::{ConfigError, Result};
use crate::pipeline::NoCheckpoints;
use crate::report::{Html, Language, Record, markdown};

/// Write the report of a run again: as a page, Markdown or JSON
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Where to write it: .html, .md or .json; `-` is stdout [default: report.html in the run folder; stdout for
    /// `--format md`]
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Language of the report [default: `[report] language` where that is set, else that of the run]
    #[arg(long, value_enum)]
    language: Option<LanguageArg>,
}

/// `--language`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LanguageArg {
    En,
    Zh,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Html,
    Markdown,
    /// The record itself.
    Record,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let (model, mut record) = self.record(app)?;
        self.reword(app, &mut record)?;
        let form = self.form(app)?;
        let mut metrics = super::train::metrics_json(&record);
        let stdout = self.out.as_deref().is_some_and(|out| out.as_os_str() == "-");
        if app.json() {
            if stdout {
                let message = "--format json prints one object on stdout; name a file for the page with -o";
                return Err(ConfigError::Usage(message.into()).into());
            }
            metrics["report"] = json!(record);
            if self.out.is_none() {
                return Ok(Output::new("", metrics));
            }
        }
        // The folder of a model file alone is not that of a run: the page is named after the model.
        let beside = || if record.partial { model.with_extension("html") } else { model.with_file_name("report.html") };
        let to_stdout = stdout || (self.out.is_none() && form == Form::Markdown);
        let out = self.out.clone().unwrap_or_else(beside);
        // A place that cannot be written is told before the work.
        let pending = if to_stdout { None } else { Some(Pending::create(&out)?) };
        let text = match form {
            Form::Html => app.session(&NoCheckpoints, record.seed).context().run(&Html, Arc::new(record))?,
            Form::Markdown => markdown(&record),
            Form::Record => format!("{:#}\n", json!(record)),
        };
        let Some(mut pending) = pending else {
            return Ok(Output::new(text, metrics));
        };
        pending.add(text.as_bytes())?;
        pending.finish()?;
        Ok(Output::new(format!("wrote {}\n", out.display()), metrics).artifact("report", &out))
    }

    /// What is set anew is in the words of now: the language, what the model is for, what else readers should know.
    fn reword(&self, app: &App, record: &mut Record) -> Result<()> {
        let loaded = app.load(app.global.config.as_deref(), Vec::new())?;
        let report = &loaded.config.report;
        if loaded.wrote("report.language") {
            record.language = report.language;
        }
        if loaded.wrote("report.intended_use") {
            record.intended_use.clone_from(&report.intended_use);
        }
        if loaded.wrote("report.notes") {
            record.notes.clone_from(&report.notes);
        }
        match self.language {
            Some(LanguageArg::En) => record.language = Language::En,
            Some(LanguageArg::Zh) => record.language = Language::Zh,
            None => {}
        }
        Ok(())
    }

    /// The record of the run, or what the model file alone knows of it.
    fn record(&self, app: &App) -> Result<(PathBuf, Record)> {
        let model = self.model.path(app)?;
        if model.with_file_name("report.json").exists() {
            let record = record_beside(&model)?;
            return Ok((model, record));
        }
        let (path, file) = self.model.load(app)?;
        let record = partial_record(&file, &path)?;
        Ok((path, record))
    }

    /// By `--format`, else by the ending of the file.
    fn form(&self, app: &App) -> Result<Form> {
        let ending = self.out.as_deref().and_then(Path::extension).map(|e| e.to_string_lossy().to_lowercase());
        let by_ending = match ending.as_deref() {
            Some("html" | "htm") => Some(Form::Html),
            Some("md" | "markdown") => Some(Form::Markdown),
            Some("json") => Some(Form::Record),
            _ => None,
        };
        let asked = match app.global.format {
            FormatArg::Html => Some(Form::Html),
            FormatArg::Md => Some(Form::Markdown),
            FormatArg::Text | FormatArg::Json => None,
        };
        match (asked, by_ending) {
            (Some(asked), Some(ending)) if asked != ending => {
                let out = self.out.as_deref().unwrap_or(Path::new("")).display();
                Err(ConfigError::Usage(format!("--format and the ending of {out} ask for different things; leave out one"))
                    .into())
            }
            (asked, by_ending) => Ok(asked.or(by_ending).unwrap_or(Form::Html)),
        }
    }
}
