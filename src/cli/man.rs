use std::fmt::Write as _;
use std::path::PathBuf;

use clap::CommandFactory;
use serde_json::json;

use super::Cli;
use super::output::Output;
use crate::artifact;
use crate::error::{Error, Result};

/// The manual page, or with --out a page for every verb
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder for `mkt.1`, `mkt-train.1` and so on
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Args {
    pub fn run(&self) -> Result<Output> {
        let internal = |e: std::io::Error| Error::Internal(e.to_string());
        let mut command = Cli::command();
        command.build();
        let Some(folder) = &self.out else {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(internal)?;
            let page = String::from_utf8_lossy(&page).into_owned();
            return Ok(Output::new(page.clone(), json!({"page": page})));
        };
        let mut text = String::new();
        let verbs = command.get_subcommands().filter(|c| c.get_name() != "help").cloned().collect::<Vec<_>>();
        for command in std::iter::once(command).chain(verbs) {
            let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(internal)?;
            let path = folder.join(format!("{name}.1"));
            artifact::write(&path, |out| out.write_all(&page))?;
            let _ = writeln!(text, "wrote {}", path.display());
        }
        Ok(Output::new(text, json!({"folder": folder})))
    }
}
