use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::Builder;

use crate::error::{Error, Result};

/// Runs `task(0)`, …, `task(count - 1)` on up to `threads` threads and returns the results in order.
///
/// # Errors
/// The error of the lowest failing index among those that ran; after a failure no new task starts.
pub fn parallel<T: Send>(threads: usize, count: usize, task: impl Fn(usize) -> Result<T> + Sync) -> Result<Vec<T>> {
    if threads <= 1 || count <= 1 {
        return (0..count).map(task).collect();
    }
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let results: Vec<Mutex<Option<Result<T>>>> = (0..count).map(|_| Mutex::new(None)).collect();
    let work = || {
        while !failed.load(Ordering::Relaxed) {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= count {
                break;
            }
            let result = task(i);
            failed.fetch_or(result.is_err(), Ordering::Relaxed);
            if let Ok(mut slot) = results[i].lock() {
                *slot = Some(result);
            }
        }
    };
    std::thread::scope(|scope| {
        // Where the system gives no more threads, those that there are do the work, this one as well.
        if (0..threads.min(count)).any(|_| Builder::new().spawn_scoped(scope, work).is_err()) {
            work();
        }
    });
    let mut done = Vec::with_capacity(count);
    let mut skipped = false;
    for slot in results {
        match slot.into_inner() {
            Ok(Some(result)) => done.push(result?),
            _ => skipped = true,
        }
    }
    if skipped { Err(Error::Internal("a task did not run".into())) } else { Ok(done) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ConfigError;

    #[test]
    fn results_keep_their_order_on_any_number_of_threads() {
        for threads in [1, 2, 7] {
            let squares = parallel(threads, 20, |i| Ok(i * i)).unwrap();
            assert_eq!(squares, (0..20).map(|i| i * i).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_failure_is_reported() {
        let fail = |i: usize| Err(ConfigError::Usage(i.to_string()).into());
        let error = parallel(2, 20, |i| if i < 3 { Ok(i) } else { fail(i) }).unwrap_err();
        assert_eq!(error.to_string(), "3");
    }
}
