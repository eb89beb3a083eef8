//! What a verb makes use of, of the flags that every verb takes: one that could change nothing is refused, not ignored.

use super::Verb;
use super::app::Global;
use crate::config::{Layer, load};
use crate::error::{ConfigError, Result};

/// Sections and keys of the config that verbs read which work with a trained model.
const ROWS: &[&str] = &["collect", "output"];
const PAGE: &[&str] = &["output", "report.language", "report.intended_use", "report.notes"];

impl Verb {
    /// The sections and keys of the config that `--set` can change something by; `None` where it is all of them.
    const fn reads(&self) -> Option<&'static [&'static str]> {
        match self {
            Self::Init(_) | Self::Check(_) | Self::Train(_) => None,
            Self::Evaluate(_) | Self::Diff(_) | Self::Predict(_) | Self::Explain(_) | Self::Whatif(_) | Self::Drift(_) => {
                Some(ROWS)
            }
            Self::Report(_) => Some(PAGE),
            Self::Inspect(_) | Self::Runs(_) => Some(&["output"]),
            Self::Schema(_) | Self::Completions(_) | Self::Man(_) => Some(&[]),
        }
    }

    /// Whether anything is drawn at random, or a seed is written down.
    const fn draws(&self) -> bool {
        matches!(
            self,
            Self::Init(_)
                | Self::Check(_)
                | Self::Train(_)
                | Self::Evaluate(_)
                | Self::Diff(_)
                | Self::Explain(_)
                | Self::Whatif(_)
        )
    }

    /// Refuses flags that the verb has no use for. A config file or a variable of the environment is for all verbs.
    ///
    /// # Errors
    /// Names the flag and what the verb reads.
    pub(super) fn fits(&self, name: &str, global: &Global) -> Result<()> {
        if let (Some(seed), false) = (global.seed, self.draws()) {
            let message = format!("--seed {seed}: mkt {name} draws nothing at random; leave it out");
            return Err(ConfigError::Usage(message).into());
        }
        let Some(reads) = self.reads() else { return Ok(()) };
        for text in &global.set {
            // A key that does not exist has an error of its own.
            load(None, &[Layer::set(text)?])?;
            let key = text.split('=').next().unwrap_or_default().trim();
            if !reads.iter().any(|known| key == *known || key.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'))) {
                return Err(ConfigError::Usage(format!("--set {key}: {}", instead(name, reads))).into());
            }
        }
        Ok(())
    }
}

/// What to do where a setting changes nothing.
fn instead(name: &str, reads: &[&str]) -> String {
    let section = |known: &&str| if known.contains('.') { (*known).to_owned() } else { format!("[{known}]") };
    match reads.iter().map(section).collect::<Vec<_>>().as_slice() {
        [] => format!("mkt {name} reads no config; leave it out"),
        known => {
            format!("mkt {name} reads only {} of a config; what a model learned is set when it is trained", known.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::cli::Cli;

    fn refused(line: &str) -> Option<String> {
        let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
        cli.verb.fits(cli.verb(), &cli.global).err().map(|error| error.to_string())
    }

    #[test]
    fn a_flag_that_changes_nothing_is_refused() {
        for (line, why) in [
            ("mkt predict a.csv --set model.hidden=[8]", "--set model.hidden: mkt predict reads only [collect], [output]"),
            ("mkt report --set report.formats=md", "--set report.formats: mkt report reads only [output], report.language,"),
            ("mkt evaluate --set threshold.optimize=f1", "set when it is trained"),
            ("mkt runs --set collect.limit=3", "mkt runs reads only [output]"),
            ("mkt schema config --set train.epochs=3", "mkt schema reads no config; leave it out"),
            ("mkt predict a.csv --set model.hiden=[8]", "did you mean \"hidden\"?"),
            ("mkt report --set report.language=fr", "report.language: unknown variant `fr`"),
            ("mkt predict a.csv --seed 3", "--seed 3: mkt predict draws nothing at random; leave it out"),
            ("mkt report --seed 3", "draws nothing"),
        ] {
            let message = refused(line).unwrap_or_else(|| panic!("{line} is taken"));
            assert!(message.contains(why) && message.lines().count() == 1, "{line}: {message}");
        }
        for line in [
            "mkt train a.csv --target y --set model.hidden=[8] --seed 3",
            "mkt init a.csv --target y --set model.hidden=[8] --seed 3",
            "mkt predict a.csv --set collect.encoding=utf-8 --set collect.tables.a.source=b.csv --set output.dir=r",
            "mkt report --set report.language=zh --set report.notes=x",
            "mkt diff a b --seed 3",
            "mkt runs --set output.dir=r",
        ] {
            assert_eq!(refused(line), None, "{line}");
        }
    }
}
