//! Where results stand: the run folder, the paths in configs, and what may be overwritten there.

use super::samples;
use super::workdir::{Ran, TINY, Workdir, signal};

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(80, 1));
    dir
}

#[test]
fn a_config_of_another_folder_does_not_move_the_data() {
    let dir = workdir();
    dir.write("cfg/x.toml", "[target]\ncolumn = \"y\"\n").write("here/t.csv", samples::binary(60, 2));
    let check = |line: &str| {
        let ran = Ran::of(line, dir.command(line).current_dir(dir.path("here")).spawn().unwrap());
        assert_eq!(ran.code, 0, "{ran}");
        ran.stdout
    };
    assert!(check("check t.csv -c ../cfg/x.toml").starts_with("60 rows"));
    assert!(check("check ../t.csv -c ../cfg/x.toml").starts_with("80 rows"));
}

#[test]
fn runs_stand_where_the_next_verb_looks_for_them() {
    let dir = workdir();
    std::fs::create_dir(dir.path("cfg")).unwrap();
    dir.ok("init t.csv --target y -o cfg/../mkt.toml");
    assert!(dir.read("mkt.toml").contains("\ndir = \"runs\""), "{}", dir.read("mkt.toml"));
    dir.ok("init t.csv --target y -o cfg/x.toml");
    assert!(dir.read("cfg/x.toml").contains("\ndir = \"../runs\""), "{}", dir.read("cfg/x.toml"));
    dir.ok(&format!("train -c cfg/x.toml {TINY}"));
    dir.ok("evaluate");
    assert!(dir.exists("runs/x-1/DONE"));
    // What the run keeps of its config means the same place.
    dir.ok(&format!("train -c runs/x-1/config.toml {TINY}"));
    assert!(dir.exists("runs/config-1/DONE"));
    assert_eq!(dir.read("runs/runs.jsonl").lines().count(), 2);
}

#[test]
fn a_folder_of_others_is_left_alone() {
    let dir = workdir();
    dir.write("mine/config.toml", "mine").write("mine/data.json", "mine");
    dir.fails(2, &format!("train t.csv --target y --out mine {TINY}")).says(&["mine", "--force"]);
    assert_eq!(dir.files("mine"), ["config.toml", "data.json"]);
    assert_eq!(dir.read("mine/config.toml"), "mine");
}

#[test]
fn a_training_that_fails_at_once_leaves_nothing() {
    let dir = workdir();
    dir.write("one.csv", samples::map_column(&samples::binary(60, 1), "y", |_, _| "yes".into()));
    dir.fails(5, &format!("train one.csv --target y --out run {TINY}"));
    assert!(!dir.exists("run"));
    dir.fails(5, &format!("train one.csv --target y {TINY}"));
    assert!(!dir.exists("runs/one-1"));
    dir.fails(2, "train --resume").says(&["nothing to resume"]);
}

#[test]
fn a_run_that_was_killed_before_its_first_checkpoint_is_resumed_from_the_beginning() {
    let dir = workdir();
    let line = format!("train t.csv --target y {TINY}");
    dir.ok(&line);
    let model = dir.bytes("runs/t-1/model.mkt");
    for resumed in ["train --resume".to_owned(), format!("{line} --resume"), format!("{line} --resume --out runs/t-1")] {
        for name in dir.files("runs/t-1").iter().filter(|name| *name != "config.toml") {
            std::fs::remove_file(dir.path(&format!("runs/t-1/{name}"))).unwrap();
        }
        dir.write("runs/t-1/.lock", "");
        dir.ok(&resumed).says(&["runs/t-1 was ended before its first checkpoint: it starts from the beginning"]);
        assert!(dir.exists("runs/t-1/DONE") && dir.bytes("runs/t-1/model.mkt") == model, "{resumed}");
    }
}

#[test]
fn an_unfinished_run_goes_on_only_with_its_own_settings() {
    let dir = workdir();
    let line = format!("train t.csv --target y --out run {TINY}");
    dir.ok(&line);
    // A run that was killed after its last checkpoint.
    std::fs::remove_file(dir.path("run/DONE")).unwrap();
    dir.write("run/checkpoints/final.state", "x");
    dir.fails(2, &line).says(&["pass --resume to go on or --force to start again"]);
    let other = format!("{line} --resume --seed 5");
    dir.fails(2, &other).says(&["train.seed", "5", "--force"]);
    assert!(dir.exists("run/checkpoints/final.state"));
    dir.ok(&format!("{line} --resume"));
    assert_eq!(dir.read("runs/runs.jsonl").lines().count(), 2);
    assert_eq!(dir.ok("runs --format json").json()["metrics"]["runs"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_config_that_cannot_be_written_is_told_before_the_data_are_read() {
    let dir = Workdir::new();
    let ran = dir.fails(2, "init nope.csv --target y -o nowhere/mkt.toml");
    ran.says(&["nowhere/mkt.toml: No such file"]);
    assert!(!ran.stderr.contains(".mkt-unfinished"), "{ran}");
}

#[test]
fn an_answer_that_cannot_be_written_is_told_before_the_data_are_read() {
    let dir = Workdir::trained();
    for line in ["explain nope.csv -o nowhere/e.json", "whatif nope.csv --vary amount -o nowhere/w.csv"] {
        dir.fails(2, line).says(&["nowhere/", "No such file"]);
    }
    // What comes to nothing leaves nothing.
    dir.fails(3, "explain nope.csv -o e.json").says(&["nope.csv"]);
    assert!(dir.files("").iter().all(|name| !name.starts_with('.') && name != "e.json"), "{:?}", dir.files(""));
}

#[test]
fn the_first_signal_ends_a_program_that_waits_for_its_input() {
    let dir = Workdir::trained();
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        for line in ["predict -", "evaluate -", "check - --target y", &format!("train - --target y {TINY}")] {
            let mut child = dir.command(line).stdin(std::process::Stdio::piped()).spawn().unwrap();
            // Kept open: the program waits for rows that never come.
            let input = child.stdin.take();
            std::thread::sleep(std::time::Duration::from_millis(700));
            signal(child.id(), name);
            let start = std::time::Instant::now();
            let ran = Ran::of(line, child);
            assert_eq!(ran.code, code, "{ran}");
            assert!(start.elapsed() < std::time::Duration::from_secs(5), "{ran}");
            drop(input);
        }
    }
}
