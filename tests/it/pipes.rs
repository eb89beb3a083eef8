//! Readers that go away, disks that are full and folders that cannot be written.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::samples;
use super::workdir::{Ran, TINY, Workdir, slow};

#[test]
fn a_reader_that_has_seen_enough_ends_the_program_quietly() {
    let dir = Workdir::trained();
    // Larger than any pipe, so that the program is still writing when the reader goes.
    dir.write("big.csv", samples::binary(20_000, 5));
    let lines = ["predict big.csv", "inspect runs/first/model.mkt", "runs", "schema config", "completions bash", "man"];
    for line in lines {
        for _ in 0..if slow() { 20 } else { 3 } {
            let mut child = dir.command(line).spawn().unwrap();
            let mut first = String::new();
            BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
            // The reader is dropped here: the next write meets a closed pipe.
            let ran = Ran::of(line, child);
            ran.assert_no_panic();
            assert!(matches!(ran.code, 0 | 141), "{ran}");
            assert!(!first.is_empty(), "{ran}");
        }
    }
}

/// Runs `mkt` with its standard output sent elsewhere by the shell.
fn redirected(dir: &Workdir, line: &str, redirect: &str) -> Ran {
    let plain = dir.command(line);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("exec \"$0\" \"$@\" {redirect}")).arg(plain.get_program()).args(plain.get_args());
    shell.current_dir(dir.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ran::of(line, shell.spawn().unwrap())
}

#[test]
fn a_closed_output_is_no_panic() {
    let dir = Workdir::trained();
    for line in ["predict t.csv", "inspect runs/first/model.mkt", "runs", "schema config", "evaluate t.csv"] {
        redirected(&dir, line, ">&-").assert_no_panic();
        redirected(&dir, line, ">&- 2>&-").assert_no_panic();
    }
}

/// A named pipe stands for every output that is not a file: it is written, never replaced.
#[test]
#[cfg(unix)]
fn an_output_that_is_no_file_stays_what_it_is() {
    use std::os::unix::fs::FileTypeExt as _;
    let dir = Workdir::trained();
    let made = std::process::Command::new("mkfifo").arg(dir.path("pipe")).status().expect("mkfifo runs");
    assert!(made.success());
    let pipe = dir.path("pipe");
    let reader = std::thread::spawn(move || std::fs::read_to_string(pipe).unwrap());
    dir.ok("predict t.csv -o pipe");
    let text = reader.join().unwrap();
    assert_eq!(text.lines().count(), 301);
    assert!(std::fs::metadata(dir.path("pipe")).unwrap().file_type().is_fifo());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_that_names_the_output() {
    let dir = Workdir::trained();
    for line in ["predict t.csv", "inspect runs/first/model.mkt", "schema config", "evaluate t.csv"] {
        let ran = redirected(&dir, line, ">/dev/full");
        ran.assert_failed(6);
    }
}

#[test]
fn an_output_that_cannot_be_made_is_told_before_the_work() {
    let dir = Workdir::trained();
    dir.write("file", "x");
    dir.fails(2, "predict t.csv -o file/p.csv").says(&["file/p.csv"]);
    dir.fails(2, "predict t.csv -o /proc/none/p.csv").says(&["/proc/none/p.csv"]);
    dir.fails(2, &format!("train t.csv --target y --out file/run {TINY}")).says(&["file/run"]);
    dir.fails(2, "report -o nowhere/r.html").says(&["nowhere/r.html"]);
    dir.fails(2, "init t.csv --target y -o nowhere/mkt.toml").says(&["nowhere/mkt.toml"]);
    // Ten million epochs would take hours: the place is tried first.
    dir.fails(2, "train t.csv --target y --out file/run --set train.epochs=100000 --set train.early_stopping=0");
}

#[test]
fn folders_without_permission_are_named() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let dir = Workdir::trained();
    std::fs::create_dir(dir.path("closed")).unwrap();
    set_permissions(dir.path("closed"), Permissions::from_mode(0o555)).unwrap();
    set_permissions(dir.path("t.csv"), Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(dir.path("t.csv")).is_ok() {
        eprintln!("skipped: the superuser may read and write everything");
        return;
    }
    dir.fails(3, "predict t.csv").says(&["t.csv"]);
    dir.write("u.csv", samples::binary(50, 1));
    dir.fails(2, "predict u.csv -o closed/p.csv").says(&["closed/p.csv"]);
    dir.fails(2, &format!("train u.csv --target y --out closed/run {TINY}")).says(&["closed/run"]);
}

#[test]
fn neither_a_home_nor_a_temporary_folder_is_needed() {
    let dir = Workdir::trained();
    let mut command = dir.command("predict t.csv -o p.csv");
    let ran = Ran::of("HOME unset", command.env_remove("HOME").env("TMPDIR", "/nonexistent").spawn().unwrap());
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(dir.read("p.csv").lines().count(), 301);
}

#[test]
fn rows_come_through_a_pipe() {
    let dir = Workdir::trained();
    let direct = dir.ok("predict t.csv").stdout;
    let piped = dir.pipe("predict -", dir.bytes("t.csv"));
    assert_eq!(piped.code, 0, "{piped}");
    assert_eq!(piped.stdout, direct);
    let empty = dir.pipe("predict -", "");
    empty.assert_failed(3);
}
