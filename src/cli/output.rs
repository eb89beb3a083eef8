use std::io::Write;

use serde_json::{Map, Value, json};

use super::App;
use crate::error::{Error, OutputError, Result, without_secrets};
use crate::pipeline::Warning;
use crate::report::clean_message;

/// What a verb has to say.
#[derive(Debug, Default)]
pub struct Output {
    /// For stdout, with `--format text`.
    pub text: String,
    /// Files by what they are: `"model": "runs/x/model.mkt"`.
    pub artifacts: Map<String, Value>,
    pub metrics: Value,
    /// Why a gate or check failed, although the verb itself ran.
    pub failed: Vec<String>,
}

impl Output {
    /// Text and its form for programs.
    #[must_use]
    pub fn new(text: impl Into<String>, metrics: Value) -> Self {
        Self { text: text.into(), metrics, ..Self::default() }
    }

    /// Names a file that was written.
    #[must_use]
    pub fn artifact(mut self, what: &str, path: &std::path::Path) -> Self {
        self.artifacts.insert(what.into(), path.display().to_string().into());
        self
    }
}

/// Prints the result of a verb and returns the exit code.
///
/// # Errors
/// If stdout cannot be written.
pub fn print(app: &App, verb: &str, output: &Output) -> Result<u8> {
    let code = u8::from(!output.failed.is_empty());
    if app.json() {
        let mut envelope = envelope(&app.console.warnings(), verb, code);
        if !output.failed.is_empty() {
            envelope.insert("error".into(), json!({"code": "gate", "message": output.failed.join("; ")}));
        }
        envelope.insert("artifacts".into(), output.artifacts.clone().into());
        envelope.insert("metrics".into(), if output.metrics.is_null() { json!({}) } else { output.metrics.clone() });
        stdout(&format!("{}\n", Value::Object(envelope)))?;
    } else {
        stdout(&output.text)?;
    }
    for reason in &output.failed {
        writeln!(std::io::stderr(), "failed: {}", clean_message(reason)).ok();
    }
    Ok(code)
}

/// Prints an error and returns the exit code.
pub fn failure(app: &App, verb: &str, error: &Error) -> u8 {
    let code = error.exit_code();
    if matches!(error, Error::Closed) {
        return code;
    }
    // Whoever wrote it: no secret of an address goes out.
    let message = error.to_string();
    let message = without_secrets(&message);
    if app.json() {
        let mut envelope = envelope(&app.console.warnings(), verb, code);
        envelope.insert("artifacts".into(), json!({}));
        envelope.insert("metrics".into(), json!({}));
        envelope.insert("error".into(), json!({"code": error.code(), "message": message}));
        stdout(&format!("{}\n", Value::Object(envelope))).ok();
    }
    // It may repeat names from the data, which are written by strangers.
    writeln!(std::io::stderr(), "error: {}", clean_message(&message)).ok();
    code
}

/// Prints as JSON why arguments cannot be understood; `verb` is empty where it is not known.
pub fn usage_failure(verb: &str, message: &str) {
    let message = without_secrets(message);
    let mut envelope = envelope(&[], verb, 2);
    envelope.insert("artifacts".into(), json!({}));
    envelope.insert("metrics".into(), json!({}));
    envelope.insert("error".into(), json!({"code": "usage", "message": message}));
    stdout(&format!("{}\n", Value::Object(envelope))).ok();
    writeln!(std::io::stderr(), "error: {}", clean_message(&message)).ok();
}

fn envelope(warnings: &[Warning], verb: &str, code: u8) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("schema_version".into(), 1.into());
    map.insert("mkt_version".into(), env!("CARGO_PKG_VERSION").into());
    map.insert("command".into(), verb.into());
    map.insert("status".into(), if code == 0 { "ok" } else { "failed" }.into());
    map.insert("exit_code".into(), code.into());
    map.insert("warnings".into(), json!(warnings));
    map
}

/// Writes to stdout. A reader that went away is [`Error::Closed`], which ends the program quietly.
///
/// # Errors
/// If stdout cannot be written.
pub fn stdout(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(stdout_error)
}

/// An error of writing to stdout.
#[must_use]
pub fn stdout_error(error: std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        Error::Closed
    } else {
        OutputError::Io { path: "stdout".into(), source: error }.into()
    }
}
