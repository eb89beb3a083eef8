//! Work that may block for ever, such as waiting for a server, on a thread of its own: whoever waits for it can still be
//! interrupted, shows how far it is, and gives it up.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::limits::Limits;
use crate::error::{CollectError, Error, Result};
use crate::pipeline::{Context, Event};

/// How often the one who waits looks up.
const TICK: Duration = Duration::from_millis(50);
/// How long a server may take to hear that nobody waits any more.
const FAREWELL: Duration = Duration::from_secs(1);
/// Fewer bytes a second, over the whole of `timeout`, are no progress.
const SLOWEST: u64 = 1024;

/// What the work tells of itself, and is told.
#[derive(Default)]
pub(super) struct Pulse {
    done: AtomicU64,
    total: AtomicU64,
    /// Rises with each sign of life that is progress, however small.
    beats: AtomicU64,
    /// Silence is no longer a reason to give up.
    patient: AtomicBool,
    stopped: AtomicBool,
    halt: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    complaint: Mutex<Option<String>>,
}

impl Pulse {
    /// So many more bytes or rows are there.
    pub fn add(&self, more: u64) {
        self.done.fetch_add(more, Ordering::Relaxed);
    }

    /// Begins to count anew; 0 where the total is not known.
    pub fn begin(&self, total: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// From here on the work may be silent for long: a database computes. It ends with the first beat.
    pub fn be_patient(&self) {
        self.patient.store(true, Ordering::Relaxed);
    }

    /// Something came that others follow soon: a row.
    pub fn beat(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
        self.patient.store(false, Ordering::Relaxed);
    }

    /// Whether nobody waits any more.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Says how to wake the work where it blocks; called once nobody waits any more.
    pub fn on_stop(&self, halt: impl FnOnce() + Send + 'static) {
        *self.halt.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(halt));
    }

    /// What went wrong last, although the work goes on: told where nothing better follows.
    pub fn complain(&self, message: &str) {
        *self.complaint.lock().unwrap_or_else(PoisonError::into_inner) = Some(message.to_owned());
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        let halt = self.halt.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(halt) = halt {
            // It may itself have to reach a server that does not answer.
            let (send, ended) = sync_channel(1);
            std::thread::spawn(move || {
                halt();
                send.send(()).ok();
            });
            ended.recv_timeout(FAREWELL).ok();
        }
    }
}

/// What is waited for.
pub(super) struct Job<'a> {
    /// The source as messages call it.
    pub shown: &'a str,
    /// Name and unit of the progress, such as `fetch (MB)`.
    pub stage: &'static str,
    /// What of `done` makes one unit.
    pub unit: u64,
    pub limits: Limits,
}

impl Job<'_> {
    /// Waits for `work`, which is left alone, its result unused, once there is a reason not to.
    ///
    /// # Errors
    /// Its own; [`Error::Interrupted`]; [`CollectError::Fetch`] where it makes no progress, [`CollectError::Limit`] where it
    /// takes longer than it may.
    pub fn wait<T: Send + 'static>(
        &self,
        cx: Option<&Context<'_>>,
        work: impl FnOnce(&Pulse) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let pulse = Arc::new(Pulse::default());
        let (send, receive) = sync_channel(1);
        let worker = std::thread::Builder::new()
            .name("fetch".into())
            .spawn({
                let pulse = Arc::clone(&pulse);
                move || send.send(work(&pulse)).ok()
            })
            .map_err(|source| CollectError::Io { path: self.shown.to_owned(), source })?;
        let start = Instant::now();
        // When, and with how much done, progress was last seen.
        let (mut since, mut before, mut heard) = (start, 0, 0);
        let least = SLOWEST * self.limits.timeout.as_secs();
        loop {
            match receive.recv_timeout(TICK) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => match worker.join() {
                    Err(panic) => resume_unwind(panic),
                    Ok(_) => return Err(Error::Internal(format!("{}: the work ended without a word", self.shown))),
                },
            }
            let done = pulse.done.load(Ordering::Relaxed);
            if let Some(cx) = cx {
                let total = pulse.total.load(Ordering::Relaxed);
                cx.event(&Event::Step { stage: self.stage, done: done / self.unit, total: total.div_ceil(self.unit) });
            }
            before = done.min(before);
            let beats = pulse.beats.load(Ordering::Relaxed);
            if done - before >= least || beats != heard {
                (since, before, heard) = (Instant::now(), done, beats);
            }
            if let Err(error) = self.go_on(cx, &pulse, since, start) {
                pulse.stop();
                return Err(error);
            }
        }
    }

    fn go_on(&self, cx: Option<&Context<'_>>, pulse: &Pulse, since: Instant, start: Instant) -> Result<()> {
        cx.map_or(Ok(()), Context::check)?;
        let (timeout, max_time) = (self.limits.timeout, self.limits.max_time);
        let path = self.shown.to_owned();
        if !pulse.patient.load(Ordering::Relaxed) && since.elapsed() >= timeout {
            let complaint = pulse.complaint.lock().unwrap_or_else(PoisonError::into_inner).take();
            // Of rows one is enough.
            let rows = pulse.beats.load(Ordering::Relaxed) > 0;
            let little = if rows { " more".to_owned() } else { format!(", or less than {SLOWEST} bytes a second,") };
            let message = format!(
                "{}nothing{little} came within {} s; try again later, or raise [collect] timeout",
                complaint.map_or(String::new(), |complaint| format!("{complaint}; ")),
                timeout.as_secs()
            );
            return Err(CollectError::Fetch { path, message }.into());
        }
        if start.elapsed() >= max_time {
            let message = format!("not there within {} s; raise [collect] max_time if it may take longer", max_time.as_secs());
            return Err(CollectError::Limit { path, message }.into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Session;

    fn job(timeout: u64, max_time: u64) -> Job<'static> {
        let limits =
            Limits { timeout: Duration::from_secs(timeout), max_time: Duration::from_secs(max_time), max_size: 1 << 20 };
        Job { shown: "x", stage: "fetch", unit: 1, limits }
    }

    #[expect(clippy::unnecessary_wraps, reason = "stands for work that can fail")]
    fn hang(pulse: &Pulse) -> Result<()> {
        while !pulse.stopped() {
            std::thread::sleep(TICK);
        }
        Ok(())
    }

    #[test]
    fn results_and_errors_come_back() {
        assert_eq!(job(5, 5).wait(None, |_| Ok(7)).unwrap(), 7);
        let error = job(5, 5).wait(None, |_| -> Result<()> { Err(Error::Closed) }).unwrap_err();
        assert!(matches!(error, Error::Closed));
    }

    #[test]
    fn silence_and_a_trickle_are_given_up() {
        let start = Instant::now();
        assert_eq!(job(1, 60).wait(None, hang).unwrap_err().exit_code(), 3);
        let trickle = |pulse: &Pulse| {
            while !pulse.stopped() {
                pulse.add(1);
                std::thread::sleep(TICK);
            }
            Ok(())
        };
        assert_eq!(job(1, 60).wait(None, trickle).unwrap_err().exit_code(), 3);
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn who_is_patient_still_obeys_the_whole_time() {
        let patient = |pulse: &Pulse| {
            pulse.be_patient();
            hang(pulse)
        };
        assert_eq!(job(1, 2).wait(None, patient).unwrap_err().exit_code(), 6);
    }

    #[test]
    fn patience_ends_with_the_first_beat() {
        let stuck = |pulse: &Pulse| {
            pulse.be_patient();
            std::thread::sleep(Duration::from_millis(1500));
            // Each is as good as much.
            for _ in 0..30 {
                pulse.beat();
                std::thread::sleep(TICK);
            }
            hang(pulse)
        };
        let start = Instant::now();
        assert_eq!(job(1, 60).wait(None, stuck).unwrap_err().exit_code(), 3);
        assert!((Duration::from_secs(3)..Duration::from_secs(20)).contains(&start.elapsed()));
    }

    #[test]
    fn an_interruption_wakes_the_work() {
        let session = Session::silent();
        session.cancel.flag().store(2, Ordering::Relaxed);
        let (send, halted) = sync_channel(1);
        let blocked = move |pulse: &Pulse| {
            pulse.on_stop(move || send.send(()).unwrap());
            hang(pulse)
        };
        let error = job(60, 60).wait(Some(&session.context()), blocked).unwrap_err();
        assert_eq!(error.exit_code(), 130);
        halted.recv_timeout(Duration::from_secs(10)).unwrap();
    }
}
