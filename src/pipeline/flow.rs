use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};

use crate::error::Result;

/// Maps all that `read` yields on several threads, and hands the results to `each` in the order they were read.
///
/// The threads take turns in reading, so that one reads while the others compute; no more items are on their way than
/// two per thread, but for results that wait for an earlier one.
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
    let failed = AtomicBool::new(false);
    let next = || {
        let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.load(Ordering::Relaxed) {
            return None;
        }
        let (place, read) = &mut *reader;
        let item = read()?;
        *place += 1;
        Some((*place - 1, item))
    };
    let (send, results) = sync_channel(threads);
    scope(|scope| {
        let begin = |_: &usize| {
            let (send, next, map, failed) = (send.clone(), &next, &map, &failed);
            let work = move || {
                let _guard = OnPanic(failed);
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
            }
        }
        let (mut early, mut wanted) = (BTreeMap::new(), 0);
        for (place, result) in results {
            early.insert(place, result);
            while let Some(result) = early.remove(&wanted) {
                each(result)?;
                wanted += 1;
            }
        }
        Ok(())
    })
}

/// Ends the reading where its thread panics: what it was at will never come, and all later results would wait for it.
struct OnPanic<'a>(&'a AtomicBool);

impl Drop for OnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
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
        // It has no end of its own; how far it is ahead depends on when the threads run.
        in_order(2, next, |n| n, stop).unwrap_err();
        assert!(read < 10_000, "{read}");
    }
}
