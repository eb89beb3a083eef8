//! Config files are data: bounded, strict, and with one documented order of precedence.

use std::time::{Duration, Instant};

use super::samples;
use super::workdir::{Ran, TINY, Workdir};

const GOOD: &str = "[collect]\nsource = \"t.csv\"\n[target]\ncolumn = \"y\"\n";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(80, 1));
    dir
}

/// Checks a config file of that name and text, and expects it to be refused in one line that names the file.
fn refused(name: &str, text: impl AsRef<[u8]>, words: &[&str]) {
    let dir = workdir();
    let start = Instant::now();
    dir.write(name, text).fails(2, &format!("check -c {name}")).says(&[name]).says(words);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?} to refuse {name}", start.elapsed());
}

#[test]
fn unknown_keys_are_refused_in_every_section() {
    for (section, key, near) in [
        ("collect", "sourse", "source"),
        ("target", "colum", "column"),
        ("columns", "ignored", "ignore"),
        ("clean", "trimm", "trim"),
        ("normalize", "number", "numbers"),
        ("model", "hiden", "hidden"),
        ("train", "batchsize", "batch_size"),
        ("validate", "fold", "folds"),
        ("report", "languages", "language"),
        ("output", "dirs", "dir"),
    ] {
        let words = [key, near, "did you mean"];
        refused("mkt.toml", format!("[{section}]\n{key} = 1\n"), &words);
        refused("mkt.json", format!("{{\"{section}\": {{\"{key}\": 1}}}}"), &words);
    }
    refused("mkt.toml", "colour = 1\n", &["colour"]);
    refused("mkt.toml", "[x.y.z]\n", &["x"]);
}

#[test]
fn a_name_with_a_meaning_elsewhere_is_a_name_like_any_other() {
    for name in ["__proto__", "constructor", "__class__", "toString"] {
        refused("mkt.json", format!("{{\"{name}\": {{\"train\": 1}}}}"), &[name]);
        refused("mkt.json", format!("{{\"train\": {{\"{name}\": 1}}}}"), &[name]);
        refused("mkt.toml", format!("[{name}]\nepochs = 1\n"), &[name]);
    }
}

#[test]
fn the_same_key_twice_is_refused() {
    refused("mkt.toml", "[train]\nepochs = 1\nepochs = 2\n", &["mkt.toml:3", "duplicate"]);
    refused("mkt.toml", "[train]\nepochs = 1\n[train]\nseed = 2\n", &["mkt.toml:3", "duplicate"]);
    refused("mkt.json", "{\"train\": {\"epochs\": 1, \"epochs\": 2}}", &["epochs"]);
    refused("mkt.json", "{\"train\": {\"epochs\": 1}, \"train\": {\"seed\": 2}}", &["train"]);
}

#[test]
fn deep_nests_are_refused() {
    let deep = 10_000;
    refused("mkt.toml", format!("[train]\nepochs = {}{}\n", "[".repeat(deep), "]".repeat(deep)), &[]);
    refused("mkt.toml", format!("[train]\nepochs = {}1{}\n", "{a = ".repeat(deep), "}".repeat(deep)), &[]);
    refused("mkt.toml", format!("[{}]\n", vec!["a"; deep].join(".")), &[]);
    refused("mkt.json", "[".repeat(deep), &[]);
    refused("mkt.json", format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep)), &[]);
}

#[test]
fn huge_files_are_refused() {
    for name in ["mkt.toml", "mkt.json"] {
        let dir = workdir();
        let file = std::fs::File::create(dir.path(name)).unwrap();
        file.set_len(100 << 20).unwrap();
        let start = Instant::now();
        dir.fails(2, &format!("check -c {name}")).says(&[name]);
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
}

#[test]
fn what_is_not_a_config_is_refused() {
    refused("mkt.toml", b"[train]\nepochs = \xff\n", &[]);
    refused("mkt.toml", "[train\nepochs = 1\n", &["1"]);
    refused("mkt.toml", "train:\n  epochs: 1\n", &[]);
    refused("mkt.json", "", &[]);
    refused("mkt.json", "[]", &[]);
    refused("mkt.json", "null", &[]);
    // A list is no section, although its values could be taken for those of the keys in order.
    refused("mkt.json", "{\"train\": [5]}", &["train"]);
    refused("mkt.json", "{\"train\": {\"epochs\": 1},}", &[]);
    refused("mkt.json", "{} {}", &[]);
    refused("mkt.yaml", "train:\n  epochs: 1\n", &[]);
    let dir = workdir();
    dir.write("mkt.toml", "");
    dir.fails(2, "check -c mkt.toml");
}

#[test]
fn values_of_a_wrong_type_are_refused() {
    for line in [
        "[train]\nepochs = \"3\"",
        "[train]\nepochs = 3.5",
        "[train]\nepochs = -3",
        "[train]\nepochs = true",
        "[train]\nepochs = [3]",
        "[train]\nlearning_rate = nan",
        "[train]\nseed = -1",
        "[train]\nseed = 99999999999999999999",
        "[collect]\nlimit = 99999999999999999999",
        "[model]\nhidden = \"8\"",
        "[model]\nhidden = [8, \"x\"]",
        "[clean]\ntrim = 1",
        "[target]\ncolumn = 5",
        "[columns]\nignore = \"a\"\nid = {}",
        "train = 5",
    ] {
        let dir = workdir();
        dir.write("mkt.toml", format!("{line}\n"));
        dir.fails(2, "check -c mkt.toml").says(&["mkt.toml"]);
    }
}

#[test]
fn json_and_toml_say_the_same() {
    let dir = workdir();
    let settings = "[train]\nepochs = 2\n[model]\nhidden = [4]\nensemble = 1\n[validate]\nfolds = 2\nbootstrap = 10\n";
    dir.write("a.toml", format!("{GOOD}{settings}"));
    dir.write(
        "b.json",
        r#"{"collect": {"source": "t.csv"}, "target": {"column": "y"}, "train": {"epochs": 2},
            "model": {"hidden": [4], "ensemble": 1}, "validate": {"folds": 2, "bootstrap": 10}}"#,
    );
    dir.ok("train -c a.toml --out a");
    dir.ok("train -c b.json --out b");
    assert!(dir.bytes("a/model.mkt") == dir.bytes("b/model.mkt"));
    dir.ok("train -c a/config.toml --out again");
    assert!(dir.bytes("a/model.mkt") == dir.bytes("again/model.mkt"), "the resolved config is not the whole of it");
}

/// Epochs and seed in the resolved config of a run with that environment and flags.
fn resolved(env: &[(&str, &str)], flags: &str) -> (i64, i64) {
    let dir = workdir();
    dir.write("mkt.toml", format!("{GOOD}[train]\nepochs = 2\nseed = 7\n"));
    let line = format!("train -c mkt.toml --out run {} {flags}", TINY.replace("--set train.epochs=3", ""));
    let ran = Ran::of(&line, dir.command(&line).envs(env.iter().copied()).spawn().unwrap());
    assert_eq!(ran.code, 0, "{ran}");
    let config: toml::Table = dir.read("run/config.toml").parse().unwrap();
    (config["train"]["epochs"].as_integer().unwrap(), config["train"]["seed"].as_integer().unwrap())
}

#[test]
fn the_later_source_of_a_setting_wins() {
    assert_eq!(resolved(&[], ""), (2, 7));
    assert_eq!(resolved(&[("MKT_TRAIN__EPOCHS", "4")], ""), (4, 7));
    assert_eq!(resolved(&[("MKT_TRAIN__EPOCHS", "4")], "--set train.epochs=5"), (5, 7));
    assert_eq!(resolved(&[], "--set train.epochs=5 --set train.epochs=6 --seed 8"), (6, 8));
}

#[test]
fn a_typo_in_the_environment_is_refused() {
    let dir = workdir();
    dir.write("mkt.toml", GOOD);
    for (name, value) in [("MKT_TRAIN__EPOCH", "4"), ("MKT_TRAIN__EPOCHS", "many"), ("MKT_TRIAN__EPOCHS", "4")] {
        let ran = Ran::of(name, dir.command("check -c mkt.toml").env(name, value).spawn().unwrap());
        ran.assert_failed(2);
        ran.says(&[name]);
    }
}

#[test]
fn the_environment_is_not_pasted_into_values() {
    let dir = workdir();
    dir.write("mkt.toml", GOOD.replace("t.csv", "${HOME}/t.csv"));
    dir.fails(2, "check -c mkt.toml").says(&["${HOME}/t.csv", "the variables make no address"]);
    for value in ["$HOME/t.csv", "%HOME%/t.csv", "~/t.csv", "$(touch pwned)"] {
        dir.write("mkt.toml", GOOD.replace("t.csv", value));
        dir.fails(3, "check -c mkt.toml").says(&[value]);
    }
    assert!(!dir.exists("pwned"));
}

#[test]
fn paths_are_relative_to_the_config() {
    let dir = Workdir::new();
    dir.write("deep/t.csv", samples::binary(80, 1)).write("deep/mkt.toml", GOOD);
    dir.ok("check -c deep/mkt.toml");
    dir.ok(&format!("train -c deep/mkt.toml {TINY}"));
    assert!(dir.exists("runs/runs.jsonl"), "runs stand where the user does");
    dir.write("deep/mkt.toml", format!("{GOOD}[output]\ndir = \"out\"\n"));
    dir.ok(&format!("train -c deep/mkt.toml {TINY}"));
    assert!(dir.exists("deep/out/runs.jsonl"), "a folder that the config names stands beside it");
}

#[test]
fn a_setting_that_does_not_fit_the_source_is_refused_with_its_line() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(60, 1));
    let config = |source: &str, lines: &str| {
        dir.write("m.toml", format!("[target]\ncolumn = \"y\"\n[collect]\nsource = \"{source}\"\n{lines}\n"));
    };
    for (lines, said) in [
        (
            "sheet = 2",
            "m.toml:5: [collect] sheet: it says which sheet of a workbook is read, but t.csv is a CSV file; leave it out",
        ),
        ("\nrange = \"B3:F9\"", "m.toml:6: [collect] range"),
        ("query = \"select 1\"", "m.toml:5: [collect] query: it says what is read of a database"),
    ] {
        config("t.csv", lines);
        for verb in ["check", "train"] {
            dir.fails(2, &format!("{verb} -c m.toml")).says(&[said]);
        }
    }
    // A bound is kept by what does not come near it.
    config("t.csv", "max_time = 9");
    dir.ok("check -c m.toml --fail-on error");
    // Only the bytes of standard input can tell.
    let ran = dir.pipe("check - --target y --set collect.sheet=2", samples::binary(60, 1));
    ran.assert_failed(2);
    ran.says(&["--set collect.sheet", "stdin is a CSV file"]);
    dir.write("n.ndjson", "{\"a\": 1, \"y\": \"n\"}\n".repeat(30) + &"{\"a\": 2, \"y\": \"j\"}\n".repeat(30));
    dir.fails(2, "init n.ndjson --target y --set collect.delimiter=;").says(&["--set collect.delimiter", "is a JSON file"]);
    // Among several files one is enough.
    dir.write("[x].csv", samples::binary(60, 2));
    config("*.csv", "delimiter = \",\"");
    dir.ok("check -c m.toml --fail-on error");
    // A table has its own keys; what stands beside it is of `source`.
    let tables = "[target]\ncolumn = \"y\"\n[collect]\ndelimiter = \",\"\nsql = \"select * from a\"\n[collect.tables]\na = ";
    dir.write("m.toml", format!("{tables}\"t.csv\"\n"));
    dir.fails(2, "check -c m.toml").says(&["m.toml:4: [collect] delimiter", "write it under [collect.tables.NAME]"]);
    dir.write("m.toml", format!("{tables}{{source = \"t.csv\", sheet = 1}}\n").replace("delimiter = \",\"\n", ""));
    for verb in ["check", "train"] {
        dir.fails(2, &format!("{verb} -c m.toml")).says(&["m.toml:6: [collect] tables.a.sheet", "t.csv is a CSV file"]);
    }
}

#[test]
fn settings_of_a_file_for_its_own_source_are_none_of_data_that_is_named() {
    let dir = Workdir::trained();
    dir.write("n.ndjson", "{\"amount\": 1, \"visits\": 2, \"colour\": \"red\"}\n");
    dir.write("m.toml", "[collect]\nsource = \"t.csv\"\ndelimiter = \",\"\n");
    dir.ok("predict n.ndjson -c m.toml");
    // Of a file that names no source they are for whatever is.
    dir.write("m.toml", "[collect]\ndelimiter = \",\"\n");
    dir.fails(2, "predict n.ndjson -c m.toml").says(&["m.toml:2: [collect] delimiter", "n.ndjson is a JSON file"]);
    dir.fails(2, "predict n.ndjson --set collect.sheet=1").says(&["--set collect.sheet", "n.ndjson is a JSON file"]);
}
