use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};
use mkt::config::{Layer, load};
use mkt::pipeline::{Cancel, NoCheckpoints, Session, Silent};
use mkt::seed::Seed;
use mkt::train::DeviceKind;
use serde_json::json;

/// Columns of the table: numbers, but for the last five, which are categories of twenty levels.
const COLUMNS: usize = 30;

/// One fit of 10 k, 100 k and 1 M rows of 30 columns, each in a process of its own, so that its memory is its own.
/// `growth ROWS` is such a process.
pub fn run(arguments: &[&str]) -> Result<()> {
    if let Some(rows) = arguments.first().and_then(|a| a.parse().ok()) {
        return one(rows, &arguments[1..]);
    }
    let program = std::env::current_exe()?;
    for rows in ["10000", "100000", "1000000"] {
        let output = Command::new(&program).args(["growth", rows]).args(arguments).output()?;
        print!("{}", String::from_utf8_lossy(&output.stdout));
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn one(rows: usize, settings: &[&str]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("rows.csv");
    write(&path, rows)?;
    let mut layers = vec![
        Layer::flag("collect", "source", path.display().to_string().into(), "growth"),
        Layer::flag("target", "column", "y".into(), "growth"),
        Layer::flag("validate", "folds", 2.into(), "growth"),
    ];
    for setting in settings {
        layers.push(Layer::set(setting)?);
    }
    let config = load(None, &layers)?.config;
    let stages = config.stages(Path::new(""), DeviceKind::Auto)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let session = Session::new(&Silent, &NoCheckpoints, Cancel::default(), Seed::new(0), threads);
    let cx = session.context();
    let begin = Instant::now();
    let table = cx.run(&stages.collect, ())?;
    let splits = mkt::experiment::prepare(&stages, table, &cx)?;
    let read = begin.elapsed().as_secs_f64();
    let (training, holdout) = splits.last.split(&splits.frame);
    drop(splits);
    drop(holdout);
    let begin = Instant::now();
    let fitted = cx.run(&stages.learn, training)?;
    let fit = begin.elapsed().as_secs_f64();
    let epochs: usize = fitted.parts[0].model.histories.iter().map(|h| h.epochs.len()).sum();
    let peak = peak_mib().context("the system does not tell how much memory was held")?;
    let per_row = 1e6 * fit / rows as f64;
    println!(
        "{}",
        json!({"rows": rows, "columns": COLUMNS, "read_and_clean_s": read, "fit_s": fit, "fit_us_per_row": per_row,
               "epochs": epochs, "fit_us_per_row_and_epoch": per_row / epochs as f64, "peak_mib": peak,
               "peak_kib_per_row": 1024.0 * peak / rows as f64, "threads": threads})
    );
    Ok(())
}

/// A table whose target depends on three numbers and a category.
fn write(path: &Path, rows: usize) -> Result<()> {
    let mut rng = Seed::new(4).rng();
    let mut text = String::new();
    (0..COLUMNS).try_for_each(|c| write!(text, "c{c},"))?;
    text.push_str("y\n");
    for _ in 0..rows {
        let numbers: Vec<f64> = (0..COLUMNS - 5).map(|_| rng.normal()).collect();
        let levels: Vec<usize> = (0..5).map(|_| rng.below(20)).collect();
        numbers.iter().try_for_each(|v| write!(text, "{v:.5},"))?;
        levels.iter().try_for_each(|l| write!(text, "level {l},"))?;
        let z = numbers[0] * numbers[1] + numbers[2].sin() + f64::from(u8::from(levels[0] > 12));
        let yes = rng.uniform() < 1.0 / (1.0 + (-2.0 * z).exp());
        text.push_str(if yes { "yes\n" } else { "no\n" });
    }
    Ok(std::fs::write(path, text)?)
}

fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}
