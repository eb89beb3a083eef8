//! The same data, settings and seed give the same bytes, wherever and on however many threads.

use super::samples;
use super::workdir::{TINY, Workdir};

/// `metrics.json` without what the clock says.
fn timeless(dir: &Workdir, run: &str) -> serde_json::Value {
    let mut metrics = dir.json(&format!("{run}/metrics.json"));
    let fields = metrics.as_object_mut().unwrap();
    assert!(fields.remove("timing").is_some());
    fields.remove("peak_rss_mb");
    metrics
}

#[test]
fn the_same_run_twice_on_one_thread_or_two() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(300, 1));
    for (run, flags) in [("a", "--threads 1"), ("b", "--threads 1"), ("c", "--threads 2"), ("d", "--seed 5")] {
        dir.ok(&format!("train t.csv --target y --out runs/{run} {flags} --set model.dropout=0.2 {TINY}"));
    }
    let model = |run: &str| dir.bytes(&format!("runs/{run}/model.mkt"));
    assert!(model("a") == model("b"), "a second run gives other bytes");
    assert!(model("a") == model("c"), "two threads give other bytes");
    assert!(model("a") != model("d"), "the seed has no effect");
    assert_eq!(timeless(&dir, "runs/a"), timeless(&dir, "runs/b"));
    assert_eq!(timeless(&dir, "runs/a"), timeless(&dir, "runs/c"));
    for file in ["oof.parquet", "splits.parquet"] {
        assert!(dir.bytes(&format!("runs/a/{file}")) == dir.bytes(&format!("runs/c/{file}")), "{file}");
    }
}

#[test]
fn members_of_an_ensemble_do_not_depend_on_the_threads() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::regression(200, 1));
    for threads in [1, 2] {
        let set = TINY.replace("ensemble=1", "ensemble=3");
        dir.ok(&format!("train t.csv --target y --out runs/{threads} --threads {threads} {set}"));
    }
    assert!(dir.bytes("runs/1/model.mkt") == dir.bytes("runs/2/model.mkt"));
}

#[test]
fn neither_place_nor_name_nor_the_way_of_asking_is_in_the_model() {
    let (here, there) = (Workdir::new(), Workdir::new());
    here.write("t.csv", samples::binary(200, 1)).train("t.csv", "runs/a");
    there.write("deep/er/other.csv", samples::binary(200, 1));
    there.write(
        "deep/mkt.toml",
        "[collect]\nsource = \"er/other.csv\"\n[target]\ncolumn = \"y\"\n[train]\nepochs = 3\n[validate]\nfolds = 2\n\
         bootstrap = 20\n[model]\nhidden = [8]\nensemble = 1\n",
    );
    there.ok("train -c deep/mkt.toml --out elsewhere/run");
    let (a, b) = (here.bytes("runs/a/model.mkt"), there.bytes("elsewhere/run/model.mkt"));
    assert!(a == b, "the model depends on where it was trained");
    let text = String::from_utf8_lossy(&a).into_owned();
    let place = here.path("").display().to_string();
    assert!(!text.contains(place.trim_end_matches('/')), "the model names the folder {place}");
}

#[test]
fn predictions_do_not_depend_on_the_threads() {
    let dir = Workdir::trained();
    dir.write("big.csv", samples::binary(5000, 4));
    assert_eq!(dir.ok("predict big.csv --threads 1").stdout, dir.ok("predict big.csv --threads 2").stdout);
}

#[test]
fn a_report_of_the_same_run_is_the_same() {
    let dir = Workdir::trained();
    dir.ok("report -o a.html");
    dir.ok("report -o b.html");
    assert!(dir.bytes("a.html") == dir.bytes("b.html"));
    assert!(dir.bytes("a.html") == dir.bytes("runs/first/report.html"), "rendered again, it differs from the run's own");
}

#[test]
fn units_are_dropped_where_classes_are_learned_and_not_where_numbers_are() {
    for (table, other, same) in [(samples::regression(200, 1), "0.1", "0.0"), (samples::binary(200, 1), "0.0", "0.1")] {
        let dir = Workdir::new();
        dir.write("t.csv", table);
        for (run, flag) in [("unset", ""), ("same", same), ("other", other)] {
            let set = if flag.is_empty() { String::new() } else { format!("--set model.dropout={flag}") };
            dir.ok(&format!("train t.csv --target y --out runs/{run} {set} {TINY}"));
        }
        let scores = |run: &str| timeless(&dir, &format!("runs/{run}"))["cv"].clone();
        assert_eq!(scores("unset"), scores("same"));
        assert_ne!(scores("unset"), scores("other"));
    }
}
