use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use clap::ValueEnum;

use super::evaluate::show::Form;
use super::progress::{Console, Mode};
use crate::artifact::{Manifest, begun};
use crate::collect::{Collect, CollectConfig, Sources};
use crate::config::{Layer, Loaded, Places, load};
use crate::error::{ConfigError, Error, Result};
use crate::memory::MaxMemory;
use crate::pipeline::{Cancel, Checkpoints, Session};
use crate::report::Style;
use crate::seed::Seed;
use crate::train::DeviceKind;

/// Keys of `[collect]` that say which rows a run is made of, and nothing of a source that is named.
const OF_SEVERAL: [&str; 6] = ["source", "test", "tables", "sql", "join", "limit"];

/// Flags that every verb takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Global {
    /// Config file, TOML or JSON
    #[arg(short, long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Set one key of the config; may be repeated
    #[arg(long, global = true, value_name = "SECTION.KEY=VALUE")]
    pub set: Vec<String>,
    /// Seed of every random choice
    #[arg(long, global = true, value_name = "N")]
    pub seed: Option<u64>,
    /// Threads to use; results do not depend on it [default: all cores]
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<usize>,
    /// Where the arithmetic runs
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub device: DeviceArg,
    /// Most memory of a run, such as 1.5GB; larger tables are streamed [default: 60 % of the machine's or container's]
    #[arg(long, global = true, value_name = "SIZE")]
    pub max_memory: Option<MaxMemory>,
    /// How the result is printed on stdout
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub format: FormatArg,
    /// How progress is shown on stderr
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub progress: ProgressArg,
    /// Show errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Show each stage and its time
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// When to use colour; `NO_COLOR` is honoured
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub color: ColorArg,
    /// Replace results that exist already
    #[arg(long, global = true)]
    pub force: bool,
}

/// `--device`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeviceArg {
    Auto,
    Flex,
    Ndarray,
    Cuda,
    Wgpu,
}

/// `--format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    Text,
    Json,
    /// Markdown, for instance for a pull request: report, evaluate, diff and runs
    Md,
    /// A page: report
    Html,
}

/// `--progress`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProgressArg {
    Auto,
    Plain,
    Json,
    None,
}

/// `--color`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    Auto,
    Always,
    Never,
}

/// What the verbs share: the global flags, the console, the flags that ask to stop.
#[derive(Debug)]
pub struct App {
    pub global: Global,
    pub console: Console,
    pub cancel: Cancel,
    /// While it is up, a signal ends the process at once: after the first, and while nothing could look at `cancel`.
    pub quit: Arc<AtomicBool>,
    /// Where the settings in use were written: those of the config that was read last.
    places: Mutex<Places>,
    /// The folder of the run at hand.
    run: Mutex<Option<PathBuf>>,
}

/// Lasts as long as a source is read. Standard input may block for ever, where nothing looks at [`App::cancel`].
#[must_use]
pub struct Reading<'a>(Option<&'a AtomicBool>);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if let Some(quit) = self.0 {
            quit.store(false, Ordering::Relaxed);
        }
    }
}

impl App {
    #[must_use]
    pub fn new(global: &Global, cancel: Cancel) -> Self {
        let mode = match global.progress {
            _ if global.quiet => Mode::Quiet,
            ProgressArg::None => Mode::None,
            ProgressArg::Json => Mode::Json,
            ProgressArg::Auto if std::io::stderr().is_terminal() => Mode::Bar,
            ProgressArg::Auto | ProgressArg::Plain => Mode::Plain,
        };
        let console = Console::new(mode, global.verbose);
        Self { global: global.clone(), console, cancel, quit: Arc::default(), places: Mutex::default(), run: Mutex::default() }
    }

    /// Whether exactly one JSON object goes to stdout.
    #[must_use]
    pub fn json(&self) -> bool {
        self.global.format == FormatArg::Json
    }

    /// How tables and text of this run are written, where a verb knows Markdown.
    #[must_use]
    pub fn form(&self) -> Form {
        if self.global.format == FormatArg::Md { Form::Markdown } else { Form::Text(self.style().width) }
    }

    /// Whether the text on stdout is coloured.
    #[must_use]
    pub fn color(&self) -> bool {
        match self.global.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        }
    }

    /// How the summary of a run looks.
    #[must_use]
    pub fn style(&self) -> Style {
        // Longer lines than a hundred columns are hard to read.
        let terminal = || console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns).min(100));
        let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).or_else(terminal);
        Style { color: self.color(), width: columns.unwrap_or(Style::default().width) }
    }

    #[must_use]
    pub const fn device(&self) -> DeviceKind {
        match self.global.device {
            DeviceArg::Auto => DeviceKind::Auto,
            DeviceArg::Flex => DeviceKind::Flex,
            DeviceArg::Ndarray => DeviceKind::Ndarray,
            DeviceArg::Cuda => DeviceKind::Cuda,
            DeviceArg::Wgpu => DeviceKind::Wgpu,
        }
    }

    /// Threads to use.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.global.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, Into::into)).max(1)
    }

    /// The config: the file, the environment, the verb's own layers, then `--set` and `--seed`.
    ///
    /// # Errors
    /// Names file and line, variable or flag of a setting that cannot be used.
    pub fn load(&self, file: Option<&Path>, own: Vec<Layer>) -> Result<Loaded> {
        let mut layers = vec![Layer::environment(
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))),
        )];
        layers.extend(own);
        for text in &self.global.set {
            layers.push(Layer::set(text)?);
        }
        if let Some(memory) = self.global.max_memory {
            layers.push(Layer::flag("collect", "max_memory", memory.to_string().into(), "--max-memory"));
        }
        if let Some(seed) = self.global.seed {
            let seed = i64::try_from(seed)
                .map_err(|_| ConfigError::Usage(format!("--seed {seed} is too large; use up to {}", i64::MAX)))?;
            layers.push(Layer::flag("train", "seed", seed.into(), "--seed"));
        }
        let loaded = load(file, &layers)?;
        *self.places.lock().unwrap_or_else(PoisonError::into_inner) = loaded.places().clone();
        Ok(loaded)
    }

    /// An error that names a setting, with where that was written.
    #[must_use]
    pub fn placed(&self, error: Error) -> Error {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        error.with_place(|key| places.of(key).map(str::to_owned))
    }

    /// From here on the program works on a run that can be resumed.
    pub fn runs_in(&self, folder: &Path) {
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder.to_owned());
    }

    /// An interruption of a run that left a checkpoint also tells how to go on.
    #[must_use]
    pub fn resumed(&self, error: Error) -> Error {
        let run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        match run.as_ref().filter(|folder| begun(folder)) {
            Some(folder) => error.with_hint(|| format!("go on with: mkt train --resume --out {}", folder.display())),
            None => error,
        }
    }

    /// How DATA of a verb is read: as the config says, but all of its rows and nothing else.
    ///
    /// # Errors
    /// As [`App::load`].
    pub fn whole(&self, data: &str) -> Result<CollectConfig> {
        for text in &self.global.set {
            let key = text.split('=').next().unwrap_or_default().trim();
            let mut parts = key.split('.');
            if parts.next() == Some("collect") && parts.next().is_some_and(|key| OF_SEVERAL.contains(&key)) {
                let message =
                    format!("--set {key}: {data} is read whole and by itself; leave it out, or put the rows into a file");
                return Err(ConfigError::Usage(message).into());
            }
        }
        let loaded = self.load(self.global.config.as_deref(), Vec::new())?;
        let config = loaded.config.collect.clone().of_finished(data.into());
        Ok(config.fitted(Path::new(""), |key| loaded.describes_source_of_file(key)))
    }

    /// What DATA of a verb stands for where it is left out: the joined tables of the config.
    ///
    /// # Errors
    /// As [`App::load`], and if the config joins nothing.
    pub fn joined(&self) -> Result<Collect> {
        let loaded = self.load(self.global.config.as_deref(), Vec::new())?;
        if !loaded.config.collect.combines() {
            let message = "name the rows: a file, a pattern, an address, or `-` (only a config with [collect.tables] stands for them: -c FILE)";
            return Err(ConfigError::Usage(message.into()).into());
        }
        loaded.config.collector(&loaded.base)
    }

    /// Lets the first signal end the process while a source is read that may block.
    pub fn reading(&self, source: &Sources) -> Reading<'_> {
        let blocks = source.0.iter().any(|s| s == "-");
        if blocks {
            self.quit.store(true, Ordering::Relaxed);
        }
        Reading(blocks.then_some(&*self.quit))
    }

    /// A session of this program run.
    #[must_use]
    pub fn session<'a>(&'a self, checkpoints: &'a dyn Checkpoints, seed: u64) -> Session<'a> {
        Session::new(&self.console, checkpoints, self.cancel.clone(), Seed::new(seed), self.threads())
    }

    /// A session that draws by `--seed`, else by the seed of the model that is looked at.
    #[must_use]
    pub fn session_of<'a>(&'a self, checkpoints: &'a dyn Checkpoints, model: &Manifest) -> Session<'a> {
        self.session(checkpoints, self.global.seed.unwrap_or(model.lineage.seed))
    }

    /// The folder that holds the runs, for verbs that read them.
    ///
    /// # Errors
    /// As [`App::load`].
    pub fn runs(&self) -> Result<PathBuf> {
        Ok(self.load(self.global.config.as_deref(), Vec::new())?.runs)
    }
}
