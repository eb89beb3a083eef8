use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::json;

use super::App;
use super::model::ModelArg;
use super::output::Output;
use crate::artifact::network_words;
use crate::data::Role;
use crate::decide::{Optimize, ThresholdConfig};
use crate::error::{Result, plural};
use crate::metrics::Metric;
use crate::report::{clean, number, probability, score};

/// What is in a model file
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Model file or run folder [default: as for predict]
    #[arg(value_name = "MODEL")]
    file: Option<PathBuf>,
    #[command(flatten)]
    model: ModelArg,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let model = self.file.clone().map_or_else(|| self.model.clone(), |file| ModelArg { model: Some(file) });
        let (path, file) = model.load(app)?;
        let m = &file.manifest;
        let target = &m.schema.target;
        let mut text = String::new();
        let _ = writeln!(text, "{}", clean(&path.display().to_string()));
        let _ = writeln!(text, "  predicts   \"{}\", {}", clean(&target.name), target.task.name());
        if !target.labels.is_empty() {
            let _ = writeln!(text, "  classes    {}", clean(&target.labels.join(", ")));
        }
        if target.labels.len() == 2 {
            let chosen = m.section::<ThresholdConfig>("threshold", &path)?.optimize;
            let by_row = m.least_gain.map(|least| format!("where its amounts let expect more than {} of a row", number(least)));
            let why = if chosen == Optimize::None { String::new() } else { format!(", chosen for {chosen}") };
            let from = by_row.unwrap_or_else(|| format!("from a probability of {}{why}", probability(m.threshold)));
            let _ = writeln!(text, "  threshold  {} {from}", clean(&target.labels[1]));
        }
        let _ = writeln!(text, "  network    {}", network_words(&file.fitted));
        let _ = writeln!(
            text,
            "  trained    on {}, tested on {}, seed {}",
            plural(m.lineage.train_rows, "row"),
            m.lineage.test_rows,
            m.lineage.seed
        );
        let metric = Metric::main(target.task);
        if let Some(cv) = m.model.cv.get(&metric).and_then(|s| s.mean) {
            let test = m
                .model
                .test
                .get(&metric)
                .and_then(|i| i.value)
                .map_or(String::new(), |v| format!(", test {}", score(metric, Some(v))));
            let _ = writeln!(text, "  {:<9}  {} through the folds{test}", metric.name(), score(metric, Some(cv)));
        }
        if let Some(groups) = &m.group_thresholds {
            let columns = groups.groupers.iter().map(|g| g.column.name.as_str()).collect::<Vec<_>>().join(", ");
            let shown = groups.groups.iter().take(6).map(|g| format!("{} {}", g.levels.join(" / "), probability(g.threshold)));
            let more = if groups.groups.len() > 6 { ", …" } else { "" };
            let shown = clean(&shown.collect::<Vec<_>>().join(", "));
            let _ = writeln!(text, "  thresholds by {}: {shown}{more}", clean(&columns));
        }
        let _ = writeln!(text, "  data       {}", m.lineage.data_hash);
        let _ = writeln!(text, "  mkt        {}", m.mkt_version);
        text.push_str("  needs the columns\n");
        for (name, encoding) in &m.normalizer.columns {
            let _ = writeln!(text, "    {}: {}", clean(name), encoding.words());
        }
        let ids: Vec<&str> = m.schema.with_role(Role::Id).map(|c| c.name.as_str()).collect();
        if !ids.is_empty() {
            let _ = writeln!(text, "  passes through {}", clean(&ids.join(", ")));
        }
        Ok(Output::new(text, json!(m)).artifact("model", &path))
    }
}
