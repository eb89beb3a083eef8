use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::{Builder, scope};

use crate::error::Result;

/// Items of each thread that may be read before an earlier one is through.
const AHEAD: usize = 4;

/// Maps all that `read` yields on several threads, and hands the results to `each` in the order they were read.
///
/// The threads take turns in reading, so that one reads while the others compute; no more items are on their way than four
/// per thread, however slow one of them is.
///
/// # Errors
/// The first error of `each`; nothing more is read then.
pub fn in_order<T, R: Send>(
    threads: usize,
    read: impl FnMut() -> Option<T> + Send,
    map: impl Fn(T) -> R + Sync,
    mut each: impl FnMut(R) -> Result<()>,
) -> Result<()> {
    let reader = Mutex::new((0_usize, read));
    let through = Through::default();
    let next = || {
        let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        let (place, read) = &mut *reader;
        if !through.wait(*place, AHEAD * threads.max(1)) {
            return None;
        }
        let item = read()?;
        *place += 1;
        Some((*place - 1, item))
    };
    let (send, results) = sync_channel(threads);
    scope(|scope| {
        let begin = |_: &usize| {
            let (send, next, map, through) = (send.clone(), &next, &map, &through);
            let work = move || {
                let _guard = OnPanic(through);
                while let Some((place, item)) = next() {
                    if send.send((place, map(item))).is_err() {
                        break;
                    }
                }
            };
            Builder::new().spawn_scoped(scope, work).is_ok()
        };
        // Where the system gives no more threads, those that there are do the work; where it gives none, this one does.
        let begun = (0..threads.max(1)).take_while(begin).count();
        drop(send);
        if begun == 0 {
            while let Some((_, item)) = next() {
                each(map(item))?;
                through.one();
            }
        }
        // Whatever ends this, nobody waits for it any longer.
        let _guard = OnEnd(&through);
        let (mut early, mut wanted) = (BTreeMap::new(), 0);
        for (place, result) in results {
            early.insert(place, result);
            while let Some(result) = early.remove(&wanted) {
                each(result)?;
                wanted += 1;
                through.one();
            }
        }
        Ok(())
    })
}

/// How many items are through, and whether no more are wanted.
#[derive(Default)]
struct Through {
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Through {
    /// Waits until fewer than `ahead` items before a place are on their way; false if none is wanted any more.
    fn wait(&self, place: usize, ahead: usize) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let far = |(done, ended): &mut (usize, bool)| !*ended && place >= *done + ahead;
        !self.changed.wait_while(state, far).unwrap_or_else(PoisonError::into_inner).1
    }

    fn one(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0 += 1;
        self.changed.notify_all();
    }

    fn end(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        self.changed.notify_all();
    }
}

/// Ends the reading with the one who takes the results.
struct OnEnd<'a>(&'a Through);

impl Drop for OnEnd<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Ends the reading where its thread panics: what it was at will never come, and all later results would wait for it.
struct OnPanic<'a>(&'a Through);

impl Drop for OnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::error::Error;

    #[test]
    fn results_keep_the_order_whoever_is_slow() {
        for threads in [0, 1, 3] {
            let mut numbers = 0..40_u64;
            let slow = |n: u64| {
                std::thread::sleep(Duration::from_millis(if n.is_multiple_of(7) { 5 } else { 0 }));
                n * n
            };
            let mut seen = Vec::new();
            let keep = |n| {
                seen.push(n);
                Ok(())
            };
            in_order(threads, || numbers.next(), slow, keep).unwrap();
            assert_eq!(seen, (0..40).map(|n| n * n).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn a_panic_ends_the_reading() {
        let mut read = 0_u64;
        let next = || {
            read += 1;
            Some(read)
        };
        let broken = |n: u64| if n == 3 { panic!("broken") } else { n };
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| in_order(2, next, broken, |_| Ok(()))));
        assert!(run.is_err());
    }

    #[test]
    fn an_error_ends_the_reading() {
        let mut read = 0;
        let stop = |n: u64| if n == 3 { Err(Error::Internal("stop".into())) } else { Ok(()) };
        let next = || {
            read += 1;
            Some(read)
        };
        in_order(2, next, |n| n, stop).unwrap_err();
        assert!(read < 20, "{read}");
    }

    #[test]
    fn nobody_reads_far_ahead_of_a_slow_item() {
        let read = std::sync::atomic::AtomicUsize::new(0);
        let next = || Some(read.fetch_add(1, std::sync::atomic::Ordering::Relaxed)).filter(|&n| n < 1000);
        let ahead = std::sync::atomic::AtomicUsize::new(0);
        let slow = |n: usize| {
            if n == 0 {
                std::thread::sleep(Duration::from_millis(50));
                ahead.store(read.load(std::sync::atomic::Ordering::Relaxed), std::sync::atomic::Ordering::Relaxed);
            }
        };
        in_order(2, next, slow, |()| Ok(())).unwrap();
        assert!(ahead.into_inner() <= 2 * AHEAD, "as many as may be on their way");
    }
}
