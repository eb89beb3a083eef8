use std::sync::atomic::Ordering;

use super::App;
use super::output::Output;
use crate::collect::serve;
use crate::error::Result;

/// Decode a file of unknown origin under limits, for the program itself
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to decode, as the parent wrote it
    request: String,
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        // Nothing here looks at whether to go on: a signal to both ends this process, and the parent tells why.
        app.quit.store(true, Ordering::Relaxed);
        serve(&self.request)?;
        Ok(Output::new("", serde_json::Value::Null))
    }
}
