use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::App;
use super::output::Output;
use crate::artifact::Pending;
use crate::clean::TaskChoice;
use crate::collect::{Collect, CollectConfig, Sources};
use crate::config::{Config, Layer, template};
use crate::data::{Role, Schema, Task};
use crate::error::{ConfigError, OutputError, Result, plural};
use crate::pipeline::NoCheckpoints;

/// Write a commented, complete config: every guess with its reason
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File, glob, address or `-`
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
        let loaded = app.load(app.global.config.as_deref(), own)?;
        let here = Path::new("");
        let own_source = |key: &str| loaded.describes_source_of_file(key);
        let mut config = loaded.config.clone();
        // From here on every path starts where the user stands, as DATA does.
        let (source, limit) = (config.collect.source.clone(), config.collect.limit);
        config.collect.test.relocate(&loaded.base, here);
        let test = config.collect.test.clone();
        let collect = config.collect.of_finished(source).fitted(here, own_source);
        config.collect = CollectConfig { test, limit, ..collect };
        config.output.dir = loaded.runs.to_string_lossy().into_owned();
        // A place that cannot be written is told before the data are read.
        let pending = if to_stdout { None } else { Some(Pending::create(&self.out)?) };
        let session = app.session(&NoCheckpoints, config.train.seed);
        let cx = session.context();
        let reading = app.reading(&config.collect.source);
        let table = cx.run(&Collect::new(&config.collect, here)?, ())?;
        drop(reading);
        let frame = cx.run(&config.clean(), table)?;
        let (mut config, notes) = filled(config, &frame.schema);
        if !to_stdout {
            relocate(&mut config, self.out.parent().unwrap_or(here));
        }
        let text = template(&config, &notes);
        let Some(mut pending) = pending else {
            return Ok(Output::new(text, json!({})));
        };
        pending.add(text.as_bytes())?;
        pending.finish()?;
        let shown = self.out.display();
        let message = format!(
            "wrote {shown}: {}, {}\nnext: mkt train -c {shown}\n",
            plural(frame.height(), "row"),
            plural(frame.schema.columns.len(), "column")
        );
        let metrics = json!({"rows": frame.height(), "columns": frame.schema.columns});
        Ok(Output::new(message, metrics).artifact("config", &self.out))
    }
}

/// Rewrites the paths of a config from where the user stands to the folder of its file.
fn relocate(config: &mut Config, folder: &Path) {
    let here = Path::new("");
    config.collect.relocate(here, folder);
    let mut dir = Sources::from(config.output.dir.as_str());
    dir.relocate(here, folder);
    config.output.dir = dir.0.remove(0);
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
