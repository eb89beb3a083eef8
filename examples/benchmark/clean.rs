use std::path::Path;

use anyhow::Result;
use mkt::config::{Layer, load};
use mkt::pipeline::{Cancel, NoCheckpoints, Pipeline as _, Session, Silent};
use mkt::seed::Seed;
use mkt::train::DeviceKind;
use serde_json::json;

/// Seconds of reading, cleaning and normalizing a table, as `cleaning.py` measures other programs.
pub fn run(path: &str, target: &str) -> Result<()> {
    let layers = [
        Layer::flag("collect", "source", path.into(), "clean"),
        Layer::flag("target", "column", target.into(), "clean"),
        Layer::flag("validate", "test_fraction", 0.into(), "clean"),
        Layer::flag("validate", "folds", 2.into(), "clean"),
    ];
    let config = load(None, &layers)?.config;
    let stages = config.stages(Path::new(""), DeviceKind::Auto)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let session = Session::new(&Silent, &NoCheckpoints, Cancel::default(), Seed::new(0), threads);
    let cx = session.context();
    let table = cx.run(&stages.collect, ())?;
    let frame = cx.run(&stages.clean, table)?;
    let splits = cx.run(&stages.split, frame)?;
    let (training, _) = splits.last.split(&splits.frame);
    let fitted = cx.run(&stages.learn.normalize, training)?;
    let begin = std::time::Instant::now();
    let data = fitted.run(splits.frame, &cx)?;
    let [collect, clean, normalize] = ["collect", "clean", "normalize"].map(|stage| session.seconds(stage));
    let encode = begin.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({"program": "mkt", "rows": data.height, "inputs": data.numbers.width, "read_s": collect,
               "clean_s": clean, "normalize_s": normalize + encode, "total_s": collect + clean + normalize + encode})
    );
    Ok(())
}
