use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, LimitError, Result, one_line};

/// Where and why the first panic happened.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Keeps the message of the first panic instead of printing it; with `MKT_BACKTRACE=1` it is printed as usual.
pub fn remember_panics() {
    let usual = panic::take_hook();
    let loud = std::env::var_os("MKT_BACKTRACE").is_some_and(|v| v == "1");
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or(String::new(), |l| format!(" at {}:{}", short(l.file()), l.line()));
        let message = one_line(info.payload_as_str().unwrap_or("panic"));
        PANIC.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(format!("{message}{place}"));
        if loud {
            usual(info);
        }
    }));
}

/// Runs `work`; a panic in it or in one of its threads becomes [`Error::Internal`], one line and exit code 70.
///
/// A library may be left in any state by its panic: the program should end after it.
///
/// # Errors
/// Those of `work`.
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let first = PANIC.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_else(|| "panic".into());
        // How polars ends where its pool of threads cannot be made, which no code of ours can prevent.
        Err(if first.contains("could not spawn threads") { LimitError::Threads.into() } else { Error::Internal(first) })
    })
}

/// A source path from its crate on, without the folders of the machine that built it.
fn short(path: &str) -> &str {
    let start = path.rfind("/src/").map_or(0, |at| path[..at].rfind('/').map_or(0, |slash| slash + 1));
    &path[start..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::parallel;

    #[test]
    fn a_panic_is_one_line_and_exit_code_70() {
        remember_panics();
        let error = guarded(|| parallel(2, 2, |i| if i == 1 { panic!("first\nand\nforemost") } else { Ok(i) })).unwrap_err();
        assert_eq!(error.exit_code(), 70);
        let message = error.to_string();
        assert!(message.starts_with("internal: first and foremost at src/cli/guard.rs:"), "{message}");
        assert_eq!(message.lines().count(), 1);
        let error = guarded(|| -> Result<()> { panic!("could not spawn threads: WouldBlock") }).unwrap_err();
        assert_eq!(error.exit_code(), 6);
        drop(panic::take_hook());
    }

    #[test]
    fn the_machine_that_built_it_is_not_named() {
        assert_eq!(short("/home/x/registry/src/index/polars-1.0/src/a/b.rs"), "polars-1.0/src/a/b.rs");
        assert_eq!(short("src/main.rs"), "src/main.rs");
    }
}
