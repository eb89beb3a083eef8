//! A directory of its own for a test, in which it writes files and runs `mkt`.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::samples;

/// Settings that make a training run take a moment.
pub const TINY: &str = "--set train.epochs=3 --set validate.folds=2 --set model.hidden=[8] --set model.ensemble=1 \
                        --set validate.bootstrap=20";

/// No run of a test may take longer: one that does hangs.
const LIMIT: Duration = Duration::from_mins(2);

/// Whether the tests run in full number.
pub fn slow() -> bool {
    std::env::var_os("MKT_SLOW_TESTS").is_some_and(|value| value == "1")
}

/// A temporary directory, removed at the end of the test.
pub struct Workdir(TempDir);

impl Workdir {
    pub fn new() -> Self {
        Self(TempDir::new().expect("a temporary directory"))
    }

    /// A directory with `t.csv`, a table of two classes, and `runs/first/`, a run on it. The training is done once
    /// for all tests.
    pub fn trained() -> Self {
        static RUN: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
        let files = RUN.get_or_init(|| {
            let dir = Self::new();
            dir.write("t.csv", samples::binary(300, 1));
            dir.ok(&format!("train t.csv --target y --out runs/first {TINY}"));
            let read = |name: &str| (name.to_owned(), dir.bytes(name));
            let run = dir.files("runs/first").into_iter().map(|name| read(&format!("runs/first/{name}")));
            run.chain([read("runs/runs.jsonl"), read("t.csv")]).collect()
        });
        let dir = Self::new();
        for (name, bytes) in files {
            dir.write(name, bytes);
        }
        dir
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, with its folders.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a path within the directory")).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub fn exists(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn read(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.bytes(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Names of the files in a folder, sorted.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten().flatten();
        let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        let mut names: Vec<_> = files.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// `mkt` in this directory with the words of a line as arguments, and no setting of the caller's environment.
    pub fn command(&self, line: &str) -> Command {
        // Another build of the program, such as an optimised one, can stand the same tests.
        let program = std::env::var_os("MKT_TEST_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_mkt").into());
        let mut command = Command::new(program);
        command.args(line.split_whitespace()).current_dir(self.0.path());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("MKT_") || name.starts_with("RUST_") {
                command.env_remove(&*name);
            }
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs to the end.
    pub fn run(&self, line: &str) -> Ran {
        Ran::of(line, self.command(line).spawn().expect("mkt starts"))
    }

    /// Runs with a text on the standard input.
    pub fn pipe(&self, line: &str, input: impl AsRef<[u8]>) -> Ran {
        let mut child = self.command(line).stdin(Stdio::piped()).spawn().expect("mkt starts");
        let mut stdin = child.stdin.take().expect("asked for above");
        let input = input.as_ref().to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let ran = Ran::of(line, child);
        // A program that ended early has closed its input; the test judges that by its exit code.
        writer.join().unwrap().ok();
        ran
    }

    /// Runs and expects exit code 0.
    pub fn ok(&self, line: &str) -> Ran {
        let ran = self.run(line);
        assert_eq!(ran.code, 0, "{ran}");
        ran
    }

    /// Runs and expects an exit code and one line of error.
    pub fn fails(&self, code: i32, line: &str) -> Ran {
        let ran = self.run(line);
        ran.assert_failed(code);
        ran
    }

    /// Trains on a table of target `y` into a run folder.
    pub fn train(&self, data: &str, run: &str) -> Ran {
        self.ok(&format!("train {data} --target y --out {run} {TINY}"))
    }
}

/// How a run of `mkt` ended.
pub struct Ran {
    pub line: String,
    /// Exit code; the negative signal if one ended the process.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Waits for a process, which must end within [`LIMIT`].
    pub fn of(line: &str, child: Child) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        let id = child.id();
        let (sender, ended) = mpsc::channel();
        std::thread::spawn(move || sender.send(child.wait_with_output()));
        let Ok(output) = ended.recv_timeout(LIMIT) else {
            signal(id, "KILL");
            panic!("`mkt {line}` did not end within {LIMIT:?}");
        };
        let output = output.unwrap();
        Self {
            line: line.to_owned(),
            code: output.status.code().unwrap_or_else(|| -output.status.signal().unwrap_or(0)),
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }

    /// Expects an exit code and exactly one line that starts with `error`, and no trace of a panic.
    pub fn assert_failed(&self, code: i32) {
        assert_eq!(self.code, code, "{self}");
        self.assert_no_panic();
        let errors = self.stderr.lines().filter(|line| line.starts_with("error")).count();
        assert_eq!(errors, 1, "one line of error is wanted: {self}");
    }

    pub fn assert_no_panic(&self) {
        assert!(self.code >= 0 && self.code != 101 && self.code != 70, "{self}");
        for trace in ["panicked", "backtrace", "Broken pipe"] {
            assert!(!self.stderr.contains(trace), "{self}");
        }
    }

    /// Expects words in the messages.
    pub fn says(&self, words: &[&str]) -> &Self {
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is missing: {self}");
        }
        self
    }

    /// The only JSON object on the standard output.
    pub fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {self}"));
        assert!(value.is_object(), "{self}");
        value
    }

    /// The rows of the standard output as CSV, header first.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(self.stdout.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`mkt {}` ended with {}\n--- stdout\n{}\n--- stderr\n{}", self.line, self.code, self.stdout, self.stderr)
    }
}

/// Sends a signal to a process of ours by its name, such as `TERM`.
pub fn signal(process: u32, name: &str) {
    // It may have ended a moment ago: then there is nobody to signal, which is no failure.
    Command::new("kill").args(["-s", name, &process.to_string()]).stderr(Stdio::null()).status().expect("kill runs");
}
