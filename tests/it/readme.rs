//! What the README says is what the program does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::workdir::Workdir;

/// Stands before and behind the config reference.
const MARK: &str = "<!-- config -->";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn readme() -> String {
    fs::read_to_string(path()).unwrap()
}

/// The text under a heading of the second level.
fn section<'a>(readme: &'a str, heading: &str) -> &'a str {
    let start = readme.find(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no section \"{heading}\"")) + 1;
    let end = readme[start + 3..].find("\n## ").map_or(readme.len(), |at| start + 3 + at);
    &readme[start..end]
}

/// The lines of the `sh` blocks, without comments of their own.
fn commands(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside && !line.is_empty() && !line.starts_with('#') => lines.push(line),
            _ => {}
        }
    }
    lines
}

/// The exit code that the comment behind a command announces.
fn announced(command: &str) -> i32 {
    command.split_once("# exit code ").map_or(0, |(_, code)| code.parse().unwrap_or_else(|e| panic!("{command}: {e}")))
}

#[test]
fn the_tour_runs_as_written() {
    let dir = Workdir::new();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    for file in fs::read_dir(data).unwrap().flatten() {
        dir.write(&format!("data/{}", file.file_name().to_string_lossy()), fs::read(file.path()).unwrap());
    }
    // The lines start `mkt` as a user does, from the PATH.
    let own = Path::new(dir.command("").get_program()).parent().unwrap().to_owned();
    let search = std::env::join_paths([own].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    let search = search.unwrap();

    let readme = readme();
    let commands = commands(section(&readme, "Five-minute tour"));
    for verb in ["init", "check", "train", "evaluate", "predict", "explain", "whatif", "report", "inspect", "runs"] {
        assert!(commands.iter().any(|c| c.starts_with(&format!("mkt {verb}"))), "the tour has no `mkt {verb}`");
    }
    for command in commands {
        let mut shell = Command::new("bash");
        // The harness leaves the caller's settings out.
        for (name, _) in dir.command("").get_envs() {
            shell.env_remove(name);
        }
        let ran = shell.args(["-c", command]).env("PATH", &search).current_dir(dir.path("")).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert_eq!(ran.status.code(), Some(announced(command)), "`{command}`\n--- stdout\n{out}\n--- stderr\n{err}");
    }
    for file in ["churn.toml", "predictions.csv", "churn.html"] {
        assert!(dir.exists(file), "the tour makes no {file}");
    }
}

/// `MKT_WRITE_README=1 cargo test config_reference` writes it anew.
#[test]
fn the_config_reference_is_that_of_the_program() {
    let text = readme();
    let parts: Vec<&str> = text.split(MARK).collect();
    assert_eq!(parts.len(), 3, "the reference stands between two lines {MARK}");
    let wanted = format!("{}{MARK}\n\n{}\n{MARK}{}", parts[0], mkt::config::reference(), parts[2]);
    if std::env::var_os("MKT_WRITE_README").is_some_and(|value| value == "1") {
        fs::write(path(), &wanted).unwrap();
    } else {
        assert!(
            text == wanted,
            "the config reference is out of date; MKT_WRITE_README=1 cargo test config_reference rewrites it"
        );
    }
}
