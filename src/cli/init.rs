use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;

use super::App;
use super::output::Output;
use crate::artifact;
use crate::clean::TaskChoice;
use crate::collect::Collect;
use crate::config::{Config, Layer, commented};
use crate::data::{Role, Schema, Task};
use crate::error::{ConfigError, OutputError, Result};
use crate::pipeline::NoCheckpoints;

/// Write a commented, complete config: every guess with its reason
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File, glob or `-`
    data: String,
    /// Column to predict
    #[arg(short, long, value_name = "COL")]
    target: String,
    /// Where to write; `-` is stdout
    #[arg(short, long, value_name = "FILE", default_value = "mkt.toml")]
    out: PathBuf,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let to_stdout = self.out.as_os_str() == "-";
        if to_stdout && app.json() {
            return Err(ConfigError::Usage("--format json prints one object on stdout; name a file with -o".into()).into());
        }
        if !to_stdout && self.out.exists() && !app.global.force {
            return Err(OutputError::Exists { path: self.out.display().to_string() }.into());
        }
        let own = vec![
            Layer::flag("collect", "source", json!(self.data), "DATA"),
            Layer::flag("target", "column", json!(self.target), "--target"),
        ];
        let config = app.load(app.global.config.as_deref(), own)?.config;
        let session = app.session(&NoCheckpoints, config.train.seed);
        let cx = session.context();
        let table = cx.run(&Collect::new(&config.collect, std::path::Path::new(""))?, ())?;
        let frame = cx.run(&config.clean(), table)?;
        let (mut config, notes) = filled(config, &frame.schema);
        if !to_stdout {
            config.collect.source.relocate(std::path::Path::new(""), self.out.parent().unwrap_or(std::path::Path::new("")));
        }
        let text = commented(&config, &notes);
        if to_stdout {
            return Ok(Output::new(text, json!({})));
        }
        artifact::write(&self.out, |out| out.write_all(text.as_bytes()))?;
        let shown = self.out.display();
        let message = format!(
            "wrote {shown}: {} rows, {} columns\nnext: mkt train -c {shown}\n",
            frame.height(),
            frame.schema.columns.len()
        );
        let metrics = json!({"rows": frame.height(), "columns": frame.schema.columns});
        Ok(Output::new(message, metrics).artifact("config", &self.out))
    }
}

/// The config with every guess written out, and the reasons by column.
fn filled(mut config: Config, schema: &Schema) -> (Config, BTreeMap<String, String>) {
    config.target.task = match schema.target.task {
        Task::Binary => TaskChoice::Binary,
        Task::Multiclass => TaskChoice::Multiclass,
        Task::Regression => TaskChoice::Regression,
    };
    if schema.target.task == Task::Binary {
        config.target.positive = schema.target.labels.last().cloned().unwrap_or_default();
    }
    let mut notes = BTreeMap::new();
    for column in &schema.columns {
        match column.role {
            Role::Id if !config.columns.id.contains(&column.name) => {
                config.columns.id.push(column.name.clone());
            }
            Role::Feature | Role::Ignored => {
                config.columns.types.insert(column.name.clone(), column.kind);
                notes.insert(column.name.clone(), column.reason.clone());
            }
            _ => {}
        }
    }
    (config, notes)
}
