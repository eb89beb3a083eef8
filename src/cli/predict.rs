use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

use clap::ValueEnum;
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{Column as Series, CsvWriter, DataFrame, DataType, JsonFormat, JsonWriter, ParquetWriter, SerWriter};
use serde_json::json;

use super::App;
use super::model::ModelArg;
use super::output::{Output, stdout_error};
use crate::artifact::{ModelFile, Pending};
use crate::clean::Conform;
use crate::collect::Collect;
use crate::data::{Oddity, Predictions, Role, Table, Unusual};
use crate::error::{CleanError, ConfigError, Error, Result};
use crate::pipeline::{Event, NoCheckpoints, Pipeline, Warning, parallel};

/// Rows that are read, predicted and written at once.
const CHUNK: usize = 65_536;

/// Score rows, streaming
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File, glob or `-` (stdin)
    data: String,
    #[command(flatten)]
    model: ModelArg,
    /// Where to write; `-` is stdout
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Form of the output [default: by the ending of -o, else csv]
    #[arg(long, value_enum, value_name = "FORM")]
    format_out: Option<Form>,
    /// Input columns to repeat in the output, separated by commas [default: the id columns]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    columns: Option<Vec<String>>,
}

/// Form of the predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Csv,
    Parquet,
    Ndjson,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        let to_stdout = self.out.as_os_str() == "-";
        if to_stdout && app.json() {
            return Err(ConfigError::Usage(
                "--format json prints one object on stdout; name a file for the predictions with -o".into(),
            )
            .into());
        }
        self.check()?;
        let (model_path, model) = self.model.load(app)?;
        let config = app.whole(&self.data)?;
        let collect = Collect::new(&config, Path::new(""))?;
        let session = app.session(&NoCheckpoints, 0);
        let cx = session.context();
        let conform = Conform { schema: Arc::clone(&model.fitted.schema) };
        let target = if to_stdout { None } else { Some(Pending::create(&self.out)?) };
        let mut writer = Writer::new(self.form(), target);
        let mut unusual = Vec::new();
        let mut rows = 0;
        let _reading = app.reading(&config.source);
        let mut chunks = collect.chunks(CHUNK)?;
        // The next rows are read while the last ones are predicted, as many tables at a time as there are threads.
        std::thread::scope(|scope| {
            let (send, tables) = sync_channel(2 * cx.threads());
            scope.spawn(move || {
                while let Some(table) = chunks.next() {
                    let warnings = chunks.warnings();
                    if send.send(table.map(|table| (table, warnings))).is_err() {
                        break;
                    }
                }
            });
            loop {
                cx.check()?;
                let batch: Vec<_> = tables.iter().take(cx.threads()).collect::<Result<_>>()?;
                if batch.is_empty() {
                    return Ok(());
                }
                batch.iter().flat_map(|(_, warnings)| warnings).for_each(|w| app.console.warn(w));
                let predicted = parallel(cx.threads(), batch.len(), |i| {
                    let table = &batch[i].0;
                    let kept = self.kept(table, &model)?;
                    let frame = conform.run(table.clone(), &cx)?;
                    let mut unusual = Vec::new();
                    let predictions = model.fitted.predict(&frame, &mut unusual, &cx.with_threads(1))?;
                    Ok((table_of(kept, &predictions, &model)?, unusual))
                })?;
                for (table, found) in predicted {
                    found.into_iter().for_each(|u| u.add_to(&mut unusual));
                    rows += table.height();
                    writer.write(table)?;
                }
                cx.event(&Event::Step { stage: "predict", done: rows as u64, total: 0 });
            }
        })
        .and_then(|()| writer.finish())?;
        warn_unusual(app, &unusual);
        let metrics = json!({"rows": rows, "unusual": unusual.iter().map(as_json).collect::<Vec<_>>()});
        let output = Output::new("", metrics).artifact("model", &model_path);
        Ok(if to_stdout { output } else { output.artifact("predictions", &self.out) })
    }

    /// Refuses what could only fail, or mislead, after the work.
    fn check(&self) -> Result<(), ConfigError> {
        let packed = ["gz", "zst", "bz2", "xz", "zip"];
        let ending = self.out.extension().and_then(|e| e.to_str()).map(str::to_lowercase).unwrap_or_default();
        if packed.contains(&ending.as_str()) {
            let plain = self.out.with_extension("");
            return Err(ConfigError::Usage(format!(
                "-o {}: predictions are not packed as {ending}; write {} and pack it, or a .parquet file, which is small by itself",
                self.out.display(),
                plain.display()
            )));
        }
        let names = self.columns.as_deref().unwrap_or_default();
        match names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
            Some((_, name)) => Err(ConfigError::Usage(format!("--columns names \"{name}\" twice; name each column once"))),
            None => Ok(()),
        }
    }

    fn form(&self) -> Form {
        self.format_out.unwrap_or_else(|| match self.out.extension().and_then(|e| e.to_str()) {
            Some("parquet" | "pq") => Form::Parquet,
            Some("ndjson" | "jsonl") => Form::Ndjson,
            _ => Form::Csv,
        })
    }

    /// The columns of the input that the output repeats: those asked for, else the ids that are there.
    fn kept(&self, table: &Table, model: &ModelFile) -> Result<Vec<Series>> {
        let text = |series: &Series| match series.dtype() {
            DataType::String => Ok(series.clone()),
            _ => series.cast(&DataType::String),
        };
        let Some(names) = &self.columns else {
            let ids = model.fitted.schema.with_role(Role::Id);
            return ids.filter_map(|id| table.data.column(&id.name).ok()).map(|s| Ok(text(s)?)).collect();
        };
        let find = |name: &String| {
            let series = table.data.column(name).map_err(|_| {
                let known: Vec<&str> =
                    table.data.get_column_names().into_iter().map(polars::prelude::PlSmallStr::as_str).collect();
                Error::from(CleanError::missing_column(name, &known, &table.rows.source))
            })?;
            Ok(text(series)?)
        };
        names.iter().filter(|n| !n.is_empty()).map(find).collect()
    }
}

/// The output: kept columns, then the prediction, then probabilities.
fn table_of(mut columns: Vec<Series>, predictions: &Predictions, model: &ModelFile) -> Result<DataFrame> {
    match predictions {
        Predictions::Numbers(values) => columns.push(Series::new("prediction".into(), values.as_slice())),
        Predictions::Classes { labels, probabilities } => {
            let k = labels.len();
            let best = |p: &[f64]| (1..k).fold(0, |best, i| if p[i] > p[best] { i } else { best });
            let choose = |p: &[f64]| if k == 2 { usize::from(p[1] >= model.manifest.threshold) } else { best(p) };
            let chosen: Vec<&str> = probabilities.chunks(k).map(|p| labels[choose(p)].as_str()).collect();
            columns.push(Series::new("prediction".into(), chosen));
            for class in usize::from(k == 2)..k {
                columns.push(Series::new(format!("p_{}", labels[class]).into(), predictions.class(class)));
            }
        }
    }
    // An id column may itself be called `prediction`.
    for i in 0..columns.len() {
        if columns[..i].iter().any(|c| c.name() == columns[i].name()) {
            let name = format!("{}_2", columns[i].name());
            columns[i].rename(name.into());
        }
    }
    Ok(DataFrame::new(predictions.len(), columns)?)
}

/// Where predictions go, chunk by chunk.
struct Writer {
    form: Form,
    /// A file, or nothing for stdout.
    target: Option<Pending>,
    first: bool,
    buffer: Shared,
    parquet: Option<BatchedWriter<Shared>>,
}

/// Bytes that a polars writer fills and we pass on.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Writer {
    fn new(form: Form, target: Option<Pending>) -> Self {
        Self { form, target, first: true, buffer: Shared::default(), parquet: None }
    }

    fn write(&mut self, mut table: DataFrame) -> Result<()> {
        match self.form {
            Form::Csv => CsvWriter::new(self.buffer.clone()).include_header(self.first).finish(&mut table)?,
            Form::Ndjson => JsonWriter::new(self.buffer.clone()).with_json_format(JsonFormat::JsonLines).finish(&mut table)?,
            Form::Parquet => {
                let parquet = match &mut self.parquet {
                    Some(parquet) => parquet,
                    None => self.parquet.insert(ParquetWriter::new(self.buffer.clone()).batched(table.schema())?),
                };
                parquet.write_batch(&table)?;
            }
        }
        self.first = false;
        self.pass_on()
    }

    fn pass_on(&mut self) -> Result<()> {
        let bytes = self.buffer.take();
        match &mut self.target {
            Some(file) => Ok(file.add(&bytes)?),
            None => std::io::stdout().lock().write_all(&bytes).map_err(stdout_error),
        }
    }

    fn finish(mut self) -> Result<()> {
        if let Some(parquet) = &self.parquet {
            parquet.finish()?;
        }
        self.pass_on()?;
        match self.target {
            Some(file) => Ok(file.finish()?),
            None => std::io::stdout().lock().flush().map_err(stdout_error),
        }
    }
}

/// One warning line for each way in which rows are unlike the training rows.
pub fn warn_unusual(app: &App, unusual: &[Unusual]) {
    for (what, code, words) in [
        (Oddity::Misfit, "odd_value", "values do not fit the type of their column and are taken as missing"),
        (Oddity::Unseen, "unseen_level", "values are levels that the training rows did not have"),
        (Oddity::OutOfRange, "out_of_range", "values are outside the range of the training rows"),
        (Oddity::Missing, "missing_value", "values are missing"),
    ] {
        let found: Vec<&Unusual> = unusual.iter().filter(|u| u.what == what).collect();
        let Some(first) = found.iter().max_by_key(|u| u.count) else { continue };
        let total: usize = found.iter().map(|u| u.count).sum();
        let columns = found.iter().map(|u| format!("\"{}\" {}", u.column, u.count)).collect::<Vec<_>>().join(", ");
        let example = if first.example.is_empty() { String::new() } else { format!(", such as {:?}", first.example) };
        let message =
            format!("{total} {words} ({columns}), the first of \"{}\" in row {}{example}", first.column, first.first + 1);
        app.console.warn(&Warning::new(code, message).row(first.first + 1).count(total));
    }
}

fn as_json(unusual: &Unusual) -> serde_json::Value {
    let what = match unusual.what {
        Oddity::Misfit => "misfit",
        Oddity::Unseen => "unseen",
        Oddity::OutOfRange => "out_of_range",
        Oddity::Missing => "missing",
    };
    json!({"column": unusual.column, "what": what, "count": unusual.count, "first_row": unusual.first + 1, "example": unusual.example})
}
