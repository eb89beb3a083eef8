use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::json;

use super::Cli;
use super::output::Output;

/// Shell completions: `mkt completions bash > /etc/bash_completion.d/mkt`
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_enum)]
    shell: Shell,
}

impl Args {
    pub fn run(&self) -> Output {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "mkt", &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        let metrics = json!({"shell": self.shell.to_string(), "script": script});
        Output::new(script, metrics)
    }
}
