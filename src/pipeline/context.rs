use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde::Serialize;

use super::Pipeline;
use super::alike::alike;
use super::warning::{Key, Warning};
use crate::error::{Error, Result};
use crate::seed::Seed;

/// What happens while stages run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event<'a> {
    /// A stage begins.
    Begin { stage: &'a str },
    /// A stage ended well.
    End { stage: &'a str, seconds: f64 },
    /// Some of the work of a stage is done; `total` is 0 where it is not known.
    Step { stage: &'a str, done: u64, total: u64 },
    /// One pass over the training rows is done.
    Epoch { scope: &'a str, epoch: usize, epochs: usize, train_loss: f64, stop_loss: Option<f64> },
    /// Something the user should know, and warnings that say the same of other columns.
    Warning {
        warning: &'a Warning,
        #[serde(skip)]
        others: &'a [&'a Warning],
    },
}

/// Shows what happens to somebody.
pub trait Progress: Sync {
    fn event(&self, event: &Event<'_>);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _: &Event<'_>) {}
}

/// State of unfinished work that was saved before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub state: Vec<u8>,
    /// Whether the newest state was damaged and this is the one before it.
    pub fallback: bool,
}

/// Writes the bytes of a state, the same ones whenever it is asked: they are large, and never held as a whole.
pub type State<'a> = dyn Fn(&mut dyn Write) -> io::Result<()> + 'a;

/// Keeps the state of unfinished work, by name.
pub trait Checkpoints: Sync {
    /// What was last saved whole under that name.
    fn load(&self, name: &str) -> Option<Saved>;

    /// Replaces what is saved under that name.
    ///
    /// # Errors
    /// If the place cannot be written.
    fn save(&self, name: &str, state: &State<'_>) -> Result<()>;
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoCheckpoints;

impl Checkpoints for NoCheckpoints {
    fn load(&self, _: &str) -> Option<Saved> {
        None
    }

    fn save(&self, _: &str, _: &State<'_>) -> Result<()> {
        Ok(())
    }
}

/// A flag that asks all work to stop; it holds the signal that raised it, 0 while there is none.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicUsize>);

impl Cancel {
    /// The flag itself, for a signal handler to raise.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.0)
    }

    /// Goes on unless the flag is up.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if it is.
    pub fn check(&self) -> Result<()> {
        match self.0.load(Ordering::Relaxed) {
            0 => Ok(()),
            signal => Err(Error::Interrupted { signal: i32::try_from(signal).unwrap_or(2), hint: None }),
        }
    }
}

/// The warnings of a run, one of a kind for each column and source. Of a million columns, each may have some.
#[derive(Default)]
struct Warnings {
    all: Vec<Warning>,
    known: HashSet<Key>,
}

/// All that one run of the program shares between its stages.
pub struct Session<'a> {
    pub progress: &'a dyn Progress,
    pub checkpoints: &'a dyn Checkpoints,
    pub cancel: Cancel,
    pub seed: Seed,
    /// At least 1. No result depends on it.
    pub threads: usize,
    warnings: Mutex<Warnings>,
    seconds: Mutex<BTreeMap<&'static str, f64>>,
}

impl<'a> Session<'a> {
    #[must_use]
    pub fn new(
        progress: &'a dyn Progress,
        checkpoints: &'a dyn Checkpoints,
        cancel: Cancel,
        seed: Seed,
        threads: usize,
    ) -> Self {
        let threads = threads.max(1);
        Self { progress, checkpoints, cancel, seed, threads, warnings: Mutex::default(), seconds: Mutex::default() }
    }

    /// A session that shows and keeps nothing, with seed 0 and one thread: for tests and examples.
    #[must_use]
    pub fn silent() -> Session<'static> {
        Session::new(&Silent, &NoCheckpoints, Cancel::default(), Seed::new(0), 1)
    }

    /// The context of the outermost stages.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context { session: self, scope: String::new(), seed: self.seed, threads: self.threads, timed: true }
    }

    /// The warnings so far, in the order they came.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).all.clone()
    }

    /// Seconds that a stage took, outside of folds; 0 if it did not run.
    #[must_use]
    pub fn seconds(&self, stage: &str) -> f64 {
        self.seconds.lock().unwrap_or_else(PoisonError::into_inner).get(stage).copied().unwrap_or(0.0)
    }
}

/// What a running stage may know of the world: progress, cancellation, its seed, its share of the threads.
#[derive(Clone)]
pub struct Context<'a> {
    session: &'a Session<'a>,
    scope: String,
    seed: Seed,
    threads: usize,
    timed: bool,
}

impl Context<'_> {
    /// Runs a stage: the one place that checks for cancellation, tells the progress and takes the time.
    ///
    /// # Errors
    /// The stage's own, or [`Error::Interrupted`].
    pub fn run<P: Pipeline>(&self, stage: &P, input: P::Input) -> Result<P::Output> {
        self.check()?;
        let start = Instant::now();
        if self.timed {
            self.session.progress.event(&Event::Begin { stage: stage.name() });
        }
        let output = stage.run(input, self)?;
        if self.timed {
            let seconds = start.elapsed().as_secs_f64();
            *self.session.seconds.lock().unwrap_or_else(PoisonError::into_inner).entry(stage.name()).or_default() += seconds;
            self.session.progress.event(&Event::End { stage: stage.name(), seconds });
        }
        Ok(output)
    }

    /// The context of one named part, such as fold 3: its own seed and scope, one thread, no progress of its own.
    #[must_use]
    pub fn part(&self, name: &str, index: usize) -> Self {
        let scope = if self.scope.is_empty() { format!("{name}-{index}") } else { format!("{}/{name}-{index}", self.scope) };
        Self { session: self.session, scope, seed: self.seed.derive(name, index as u64), threads: 1, timed: false }
    }

    /// The same place under another name, with all threads, its stages timed: for the fit that is kept.
    #[must_use]
    pub fn named(&self, scope: &str) -> Self {
        Self { scope: scope.to_owned(), seed: self.seed.derive(scope, 0), ..self.clone() }
    }

    /// The same part with its own number of threads.
    #[must_use]
    pub fn with_threads(&self, threads: usize) -> Self {
        Self { threads: threads.max(1), ..self.clone() }
    }

    /// Where we are, such as `fold-3/member-1`; empty outside of parts.
    #[must_use]
    pub fn scope(&self) -> &str {
        &self.scope
    }

    #[must_use]
    pub const fn seed(&self) -> Seed {
        self.seed
    }

    /// How many threads this stage may use.
    #[must_use]
    pub const fn threads(&self) -> usize {
        self.threads
    }

    #[must_use]
    pub fn checkpoints(&self) -> &dyn Checkpoints {
        self.session.checkpoints
    }

    /// Tells the progress.
    pub fn event(&self, event: &Event<'_>) {
        self.session.progress.event(event);
    }

    /// Goes on unless the user asked to stop; long loops ask again and again.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub fn check(&self) -> Result<()> {
        self.session.cancel.check()
    }

    /// What asks the run to stop, for what goes on beyond this context.
    #[must_use]
    pub fn cancel(&self) -> Cancel {
        self.session.cancel.clone()
    }

    /// Tells the user something once: a second warning of the same code, column and source is dropped.
    pub fn warn(&self, warning: Warning) {
        self.warn_all([warning]);
    }

    /// Tells several things, each once; what is the same of several columns is told as one.
    pub fn warn_all(&self, warnings: impl IntoIterator<Item = Warning>) {
        let mut told = self.session.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        let before = told.all.len();
        for warning in warnings {
            if told.known.insert(warning.key()) {
                told.all.push(warning);
            }
        }
        for group in alike(&told.all[before..]) {
            self.session.progress.event(&Event::Warning { warning: group.first, others: &group.others });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fail;

    impl Pipeline for Fail {
        type Input = ();
        type Output = ();
        fn name(&self) -> &'static str {
            "fail"
        }
        fn run(&self, (): (), _: &Context<'_>) -> Result<()> {
            Err(Error::Internal("ran".into()))
        }
    }

    #[test]
    fn a_cancelled_session_starts_no_stage() {
        let session = Session::silent();
        session.cancel.flag().store(15, Ordering::Relaxed);
        let error = session.context().run(&Fail, ()).unwrap_err();
        assert_eq!(error.exit_code(), 143);
    }

    #[test]
    fn parts_have_their_own_seed_and_scope() {
        let session = Session::silent();
        let cx = session.context();
        let inner = cx.part("fold", 2).part("member", 0);
        assert_eq!(inner.scope(), "fold-2/member-0");
        assert_eq!(inner.seed(), cx.seed().derive("fold", 2).derive("member", 0));
    }

    #[test]
    fn a_warning_is_told_once() {
        let session = Session::silent();
        let cx = session.context();
        for _ in 0..3 {
            cx.warn(Warning::new("unseen", "x").column("a"));
        }
        cx.warn(Warning::new("unseen", "x").column("b"));
        assert_eq!(session.warnings().len(), 2);
        cx.warn_all(["b", "c", "c"].map(|column| Warning::new("unseen", format!("\"{column}\" is new")).column(column)));
        assert_eq!(session.warnings().len(), 3, "b and c were told before");
        for (file, message) in [("f", "line 3 ends it"), ("g", "line 3 ends it"), ("g", "line 9 ends it"), ("g", "sums end it")]
        {
            cx.warn(Warning::new("footer", format!("{file}: {message}")).source(file));
        }
        assert_eq!(session.warnings().len(), 6, "of each file, and what else it has, but no number twice");
    }
}
