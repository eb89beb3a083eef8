//! Runs that are killed or interrupted leave nothing half done, and going on gives what an unbroken run gives.

use std::time::{Duration, Instant};

use mkt::seed::Seed;

use super::samples;
use super::workdir::{Ran, TINY, Workdir, signal, slow};

/// A run of a second or two, most of it training: long enough to be hit anywhere.
const LONG: &str = "--set train.epochs=300 --set train.early_stopping=0 --set validate.folds=2 --set model.hidden=[32] \
                    --set model.ensemble=1 --set validate.bootstrap=20 --set train.batch_size=32";

/// A run that no test waits for.
const ENDLESS: &str = "--set train.epochs=100000 --set train.early_stopping=0 --set validate.folds=2 --set model.hidden=[32]";

fn train(run: &str) -> String {
    format!("train t.csv --target y --out {run} {LONG}")
}

/// Expects every file of a run to be whole or absent.
fn assert_whole(dir: &Workdir, run: &str) {
    let files = dir.files(run);
    for name in &files {
        let path = format!("{run}/{name}");
        match name.as_str() {
            "model.mkt" => drop(dir.ok(&format!("inspect {path}"))),
            "metrics.json" | "data.json" => drop(dir.json(&path)),
            "config.toml" => drop(dir.read(&path).parse::<toml::Table>().unwrap()),
            "report.html" => assert!(dir.read(&path).trim_end().ends_with("</html>"), "{path} is cut"),
            "oof.parquet" | "splits.parquet" => assert!(dir.bytes(&path).ends_with(b"PAR1"), "{path} is cut"),
            _ => {}
        }
    }
    if files.iter().any(|name| name == "DONE") {
        for name in ["model.mkt", "metrics.json", "report.html", "config.toml"] {
            assert!(files.iter().any(|file| file == name), "{name} is missing beside DONE: {files:?}");
        }
    }
}

/// Goes on with a killed run, from its beginning where it came to no checkpoint.
fn complete(dir: &Workdir, run: &str) {
    if dir.exists(&format!("{run}/DONE")) {
        return;
    }
    let ran = dir.run(&format!("{} --resume", train(run)));
    if ran.code == 2 {
        ran.says(&["nothing to resume"]);
        assert!(!dir.exists(&format!("{run}/.lock")), "it was begun: {ran}");
        dir.ok(&train(run));
    } else {
        assert_eq!(ran.code, 0, "{ran}");
    }
}

fn leftovers(dir: &Workdir, run: &str) -> Vec<String> {
    let fixed = [".lock", "DONE"];
    dir.files(run).into_iter().filter(|name| name.starts_with('.') && !fixed.contains(&name.as_str())).collect()
}

/// Waits until a run has something to go on from; whether it came to that.
fn wait_for_checkpoint(dir: &Workdir, run: &str) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_mins(1) && !dir.exists(&format!("{run}/DONE")) {
        if dir.files(&format!("{run}/checkpoints")).iter().any(|name| !name.starts_with('.')) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    false
}

#[test]
fn killed_at_any_moment_and_resumed_a_run_ends_the_same() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(400, 1));
    let start = Instant::now();
    dir.ok(&train("whole"));
    let length = start.elapsed();
    let model = dir.bytes("whole/model.mkt");
    let mut rng = Seed::new(1).derive("kill", 0).rng();
    for kill in 0..if slow() { 50 } else { 4 } {
        let run = format!("killed-{kill}");
        let line = train(&run);
        let mut child = dir.command(&line).spawn().unwrap();
        std::thread::sleep(length.mul_f64(rng.uniform()));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_whole(&dir, &run);
        complete(&dir, &run);
        assert_whole(&dir, &run);
        assert!(dir.bytes(&format!("{run}/model.mkt")) == model, "kill {kill}: resumed, the model is another");
        let cv = |run: &str| dir.json(&format!("{run}/metrics.json"))["cv"].clone();
        assert_eq!(cv(&run), cv("whole"), "kill {kill}");
        assert_eq!(leftovers(&dir, &run), [""; 0], "kill {kill}");
    }
}

#[test]
fn a_finished_run_stays_whole_until_the_one_that_replaces_it_is_complete() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(400, 1));
    let again = |run: &str| format!("{} --seed 9", train(run));
    dir.ok(&train("old"));
    let start = Instant::now();
    dir.ok(&again("new"));
    let length = start.elapsed();
    let files = |run: &str| ["model.mkt", "oof.parquet"].map(|name| dir.bytes(&format!("{run}/{name}")));
    let (old, new) = (files("old"), files("new"));
    let mut rng = Seed::new(4).derive("kill", 0).rng();
    for kill in 0..if slow() { 50 } else { 4 } {
        let run = format!("run-{kill}");
        for name in dir.files("old") {
            dir.write(&format!("{run}/{name}"), dir.bytes(&format!("old/{name}")));
        }
        let mut child = dir.command(&format!("{} --force", again(&run))).spawn().unwrap();
        std::thread::sleep(length.mul_f64(1.05 * rng.uniform()));
        child.kill().unwrap();
        child.wait().unwrap();
        let left = files(&run);
        assert!(dir.exists(&format!("{run}/DONE")) && (left == old || left == new), "kill {kill}: a mix is left");
        assert_whole(&dir, &run);
        if left == old {
            let ran = dir.run(&format!("{} --resume", again(&run)));
            if ran.code == 2 {
                ran.says(&["nothing to resume"]);
                dir.ok(&format!("{} --force", again(&run)));
            } else {
                assert_eq!(ran.code, 0, "{ran}");
            }
        }
        assert!(files(&run) == new, "kill {kill}: gone on with, the run is another");
        assert_eq!(leftovers(&dir, &run), [""; 0], "kill {kill}");
    }
}

#[test]
fn a_damaged_checkpoint_is_told_and_not_used() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(400, 1));
    dir.ok(&train("whole"));
    let mut child = dir.command(&train("run")).spawn().unwrap();
    let begun = wait_for_checkpoint(&dir, "run");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(begun && !dir.exists("run/DONE"), "the run was over before it could be killed; make LONG longer");
    let folder = dir.path("run/checkpoints");
    for file in std::fs::read_dir(&folder).unwrap().flatten() {
        let bytes = std::fs::read(file.path()).unwrap();
        std::fs::write(file.path(), &bytes[..bytes.len() / 2]).unwrap();
    }
    complete(&dir, "run");
    assert!(dir.bytes("run/model.mkt") == dir.bytes("whole/model.mkt"));
}

#[test]
fn predictions_killed_on_the_way_are_old_new_or_absent() {
    let dir = Workdir::trained();
    dir.write("big.csv", samples::binary(30_000, 2));
    let start = Instant::now();
    dir.ok("predict big.csv -o new.csv");
    let length = start.elapsed();
    let (new, old) = (dir.bytes("new.csv"), b"old\n".to_vec());
    let mut rng = Seed::new(2).derive("kill", 0).rng();
    for kill in 0..if slow() { 150 } else { 12 } {
        let before = kill % 2 == 0;
        std::fs::remove_file(dir.path("p.csv")).ok();
        if before {
            dir.write("p.csv", &old);
        }
        let mut child = dir.command("predict big.csv -o p.csv").spawn().unwrap();
        std::thread::sleep(length.mul_f64(1.1 * rng.uniform()));
        child.kill().unwrap();
        child.wait().unwrap();
        match std::fs::read(dir.path("p.csv")) {
            Ok(bytes) => assert!(bytes == new || before && bytes == old, "kill {kill}: {} bytes", bytes.len()),
            Err(_) => assert!(!before, "kill {kill}: the old file is gone"),
        }
    }
    dir.ok("predict big.csv -o p.csv");
    assert!(dir.files("").iter().all(|name| !name.starts_with('.')), "left over: {:?}", dir.files(""));
}

/// Interrupts an endless run after a while; how it ended and how long that took.
fn interrupted(dir: &Workdir, run: &str, name: &str, after: Duration) -> (Ran, Duration) {
    let line = format!("train t.csv --target y --out {run} {ENDLESS}");
    let child = dir.command(&line).spawn().unwrap();
    std::thread::sleep(after);
    let start = Instant::now();
    signal(child.id(), name);
    let ran = Ran::of(&line, child);
    (ran, start.elapsed())
}

#[test]
fn a_signal_stops_a_run_soon_with_its_own_exit_code() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(400, 1));
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        for moment in 0..if slow() { 10 } else { 2 } {
            let run = format!("{name}-{moment}");
            // The first hits start-up once the handlers stand, the last the training.
            let (ran, took) = interrupted(&dir, &run, name, Duration::from_millis(200 + 300 * moment));
            ran.assert_failed(code);
            if dir.files(&format!("{run}/checkpoints")).is_empty() {
                assert!(!dir.exists(&run), "nothing to go on from, but something is left: {ran}");
            } else {
                ran.says(&["--resume"]);
            }
            assert!(took < Duration::from_secs(if slow() { 2 } else { 5 }), "{took:?} until {ran}");
            assert!(!dir.exists(&format!("{run}/DONE")) && !dir.exists(&format!("{run}/model.mkt")), "{ran}");
            assert_whole(&dir, &run);
        }
    }
}

#[test]
fn an_interrupted_run_goes_on_where_it_was() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(400, 1));
    dir.ok(&train("whole"));
    let child = dir.command(&train("run")).spawn().unwrap();
    let begun = wait_for_checkpoint(&dir, "run");
    signal(child.id(), "INT");
    let ran = Ran::of("train, interrupted", child);
    assert!(begun && ran.code == 130, "the run was over before it could be interrupted; make LONG longer: {ran}");
    complete(&dir, "run");
    assert!(dir.bytes("run/model.mkt") == dir.bytes("whole/model.mkt"));
    dir.fails(2, &format!("{} --resume", train("run"))).says(&["finished"]);
    dir.fails(2, &format!("{} --resume", train("never"))).says(&["nothing to resume"]);
}

#[test]
fn a_signal_ends_a_program_that_cannot_stop_by_itself() {
    let dir = Workdir::trained();
    dir.write("n.csv", samples::binary(20_000, 2));
    // It writes to somebody who reads nothing.
    let mut child = dir.command("predict n.csv").spawn().unwrap();
    std::thread::sleep(Duration::from_secs(1));
    signal(child.id(), "TERM");
    let start = Instant::now();
    let ended = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if start.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(ended.expect("it ends").code(), Some(143));
    assert!(start.elapsed() < Duration::from_secs(if slow() { 2 } else { 5 }), "{:?}", start.elapsed());
    let mut told = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut told).unwrap();
    assert!(told.contains("error: interrupted by SIGTERM"), "{told}");
}

#[test]
fn a_second_signal_quits_at_once() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(400, 1));
    let line = format!("train t.csv --target y --out run {ENDLESS}");
    let child = dir.command(&line).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    signal(child.id(), "INT");
    signal(child.id(), "INT");
    let ran = Ran::of(&line, child);
    assert!(matches!(ran.code, 130 | -2), "{ran}");
}

#[test]
fn two_runs_into_one_folder_do_not_mix() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(400, 1));
    let line = format!("train t.csv --target y --out run {TINY}");
    let children: Vec<_> = (0..if slow() { 20 } else { 4 }).map(|_| dir.command(&line).spawn().unwrap()).collect();
    let codes: Vec<_> = children.into_iter().map(|child| Ran::of(&line, child)).map(|ran| (ran.code, ran.stderr)).collect();
    assert_eq!(codes.iter().filter(|(code, _)| *code == 0).count(), 1, "{codes:?}");
    let told = |text: &str| text.contains("another mkt") || text.contains("exists already");
    assert!(codes.iter().all(|(code, text)| *code == 0 || *code == 2 && told(text)), "{codes:?}");
    assert_whole(&dir, "run");
    dir.ok("predict t.csv -m run/model.mkt -o p.csv");
}

#[test]
fn folds_that_save_at_the_same_moment_do_not_disturb_each_other() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(200, 1));
    for run in 0..if slow() { 20 } else { 4 } {
        let set = "--set train.epochs=60 --set train.early_stopping=0 --set validate.folds=8 --set model.hidden=[4]";
        dir.ok(&format!("train t.csv --target y --out run-{run} --threads 8 --set validate.bootstrap=0 {set}"));
    }
}

#[test]
fn predictions_beside_each_other_do_not_disturb_each_other() {
    let dir = Workdir::trained();
    let lines: Vec<_> = (0..12).map(|i| format!("predict t.csv -o p-{i}.csv")).collect();
    for _ in 0..if slow() { 20 } else { 3 } {
        let children: Vec<_> = lines.iter().map(|line| dir.command(line).spawn().unwrap()).collect();
        for (line, child) in lines.iter().zip(children) {
            let ran = Ran::of(line, child);
            assert_eq!(ran.code, 0, "{ran}");
        }
    }
}
