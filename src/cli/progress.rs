use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::pipeline::{Alike, Event, Progress, Warning, alike, punctuated};

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A bar that moves, on a terminal.
    Bar,
    /// A line now and then.
    Plain,
    /// A JSON object per line.
    Json,
    /// Warnings only.
    None,
    /// Nothing.
    Quiet,
}

/// Shows progress and warnings on stderr, and keeps the warnings.
#[derive(Debug)]
pub struct Console {
    mode: Mode,
    verbose: bool,
    bar: ProgressBar,
    /// When the last line was printed; at first, when the program started.
    last_line: Mutex<Instant>,
    warnings: Mutex<Vec<Warning>>,
}

impl Console {
    #[must_use]
    pub fn new(mode: Mode, verbose: bool) -> Self {
        let bar = if mode == Mode::Bar { ProgressBar::no_length() } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{spinner} {prefix} {bar:24} {pos}/{len} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { mode, verbose, bar, last_line: Mutex::new(Instant::now()), warnings: Mutex::default() }
    }

    /// The warnings so far.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells the user something, as a session does.
    pub fn warn(&self, warning: &Warning) {
        self.event(&Event::Warning { warning, others: &[] });
    }

    /// Tells several things; what is the same of several is told as one.
    pub fn warn_all(&self, warnings: &[Warning]) {
        alike(warnings).iter().for_each(|told| self.event(&Event::Warning { warning: told.first, others: &told.others }));
    }

    /// Tells something that is neither progress nor a warning; `event` names it where lines are JSON.
    pub fn say(&self, event: &str, message: &str) {
        match self.mode {
            Mode::Quiet => {}
            Mode::Json => self.line(&serde_json::json!({"event": event, "message": message}).to_string()),
            Mode::Bar | Mode::Plain | Mode::None => self.line(message),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, text: &str) {
        self.bar.suspend(|| writeln!(std::io::stderr(), "{text}").ok());
    }

    fn object(&self, event: &Event<'_>) {
        if let Ok(text) = serde_json::to_string(event) {
            self.line(&text);
        }
    }

    /// Whether enough time has passed since the last line of this kind: a short run prints none.
    fn due(&self) -> bool {
        let mut last = self.last_line.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.elapsed() >= Duration::from_secs(2);
        if due {
            *last = Instant::now();
        }
        due
    }

    fn plain(&self, event: &Event<'_>) {
        match event {
            Event::Step { stage, done, total } if *total > 0 && self.due() => {
                self.line(&format!("{stage}: {done} of {total}"));
            }
            Event::Epoch { scope, epoch, epochs, train_loss, stop_loss } if self.due() => {
                let stop = stop_loss.map_or(String::new(), |l| format!(", on rows held back {l:.4}"));
                self.line(&format!("{scope}: epoch {epoch} of {epochs}, loss {train_loss:.4}{stop}"));
            }
            _ => {}
        }
    }

    fn move_bar(&self, event: &Event<'_>) {
        match event {
            Event::Begin { stage } => {
                self.bar.set_prefix((*stage).to_owned());
                self.bar.set_message("");
            }
            Event::Step { stage, done, total } => {
                self.bar.set_prefix((*stage).to_owned());
                self.bar.set_length(*total);
                self.bar.set_position(*done);
            }
            Event::Epoch { scope, epoch, epochs, train_loss, .. } => {
                self.bar.set_message(format!("{scope}: epoch {epoch}/{epochs}, loss {train_loss:.4}"));
            }
            _ => {}
        }
        self.bar.tick();
    }
}

impl Progress for Console {
    fn event(&self, event: &Event<'_>) {
        if let Event::Warning { warning, others } = event {
            let mut kept = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend([*warning].into_iter().chain(others.iter().copied()).cloned());
            if !matches!(self.mode, Mode::Json | Mode::Quiet) && !warning.is_note() {
                let told = Alike { first: warning, others: others.to_vec() };
                self.line(&format!("warning: {}", punctuated(&told.message())));
            }
        }
        if let Event::End { stage, seconds } = event
            && self.verbose
            && !matches!(self.mode, Mode::Json | Mode::Quiet)
        {
            self.line(&format!("{stage}: {seconds:.2} s"));
        }
        match self.mode {
            Mode::Bar => self.move_bar(event),
            Mode::Plain => self.plain(event),
            Mode::Json => {
                self.object(event);
                // Programs read them one by one.
                if let Event::Warning { others, .. } = event {
                    others.iter().for_each(|warning| self.object(&Event::Warning { warning, others: &[] }));
                }
            }
            Mode::None | Mode::Quiet => {}
        }
    }
}
