//! The program: parse, listen to signals, run a verb, print what it says, choose the exit code.

#![forbid(unsafe_code)]

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use anyhow::Context as _;
use clap::{CommandFactory, Parser};
use mkt::cli::{App, Cli, Output, failure, guarded, print, remember_panics};
use mkt::collect::{DECODE, decode_in_child, serve};
use mkt::error::{Error, one_line, without_secrets};
use mkt::pipeline::Cancel;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Blocks of 128 KiB and more, of which training asks for many, would else be mapped and unmapped each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long the work may take to stop by itself, and whoever reads what is said to take that.
const GRACE: Duration = Duration::from_millis(1700);
const LAST_WORDS: Duration = Duration::from_millis(300);

fn main() -> ExitCode {
    // No verb for people: what the program is asked as a child of itself.
    let mut words = std::env::args().skip(1);
    if let (Some(DECODE), Some(request)) = (words.next().as_deref(), words.next()) {
        return decode(&request);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    remember_panics();
    decode_in_child();
    let cancel = Cancel::default();
    let app = Arc::new(App::new(cli.global(), cancel.clone()));
    // Whether somebody says how the program ended: its work, or the one that ends it where the work does not stop.
    let told = Arc::new(AtomicBool::new(false));
    let listening = listen(&cancel, &app.quit).and_then(|()| overtake(&app, cli.verb(), &told));
    let result = listening.map_err(|e| Error::Internal(format!("{e:#}"))).and_then(|()| run(&cli, &app));
    if told.swap(true, Ordering::SeqCst) {
        // The process is about to end.
        loop {
            std::thread::park();
        }
    }
    let result = result.and_then(|output| print(&app, cli.verb(), &output));
    app.console.finish();
    ExitCode::from(match result {
        Ok(code) => code,
        Err(error) => failure(&app, cli.verb(), &error),
    })
}

/// Decodes a file for the parent. Nothing here listens to signals: one to both ends this process, and the parent tells why.
fn decode(request: &str) -> ExitCode {
    match serve(request) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(std::io::stderr(), "error: {error}").ok();
            ExitCode::from(error.exit_code())
        }
    }
}

/// Runs the verb.
fn run(cli: &Cli, app: &App) -> Result<Output, Error> {
    guarded(|| cli.run(app)).map_err(|error| app.placed(error))
}

/// Ends the process some time after the first signal, where the work has not heard of it: in the middle of a library, or
/// writing to somebody who reads no more. What is half done then is as after a loss of power.
fn overtake(app: &Arc<App>, verb: &str, told: &Arc<AtomicBool>) -> anyhow::Result<()> {
    let (mut heard, tell) = UnixStream::pair().context("cannot listen to signals")?;
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::low_level::pipe::register(signal, tell.try_clone()?)?;
    }
    let (app, verb, told) = (Arc::clone(app), verb.to_owned(), Arc::clone(told));
    let wait = move || {
        if heard.read_exact(&mut [0]).is_err() {
            return;
        }
        std::thread::sleep(GRACE);
        let Err(error) = app.cancel.check() else { return };
        let code = error.exit_code();
        if !told.swap(true, Ordering::SeqCst) {
            // Nobody may read what is said, either.
            let (send, said) = sync_channel(1);
            std::thread::spawn(move || {
                app.console.finish();
                failure(&app, &verb, &app.resumed(error));
                send.send(()).ok();
            });
            said.recv_timeout(LAST_WORDS).ok();
        }
        signal_hook::low_level::exit(code.into());
    };
    // Without it the work still stops by itself.
    std::thread::Builder::new().name("signals".into()).spawn(wait).ok();
    Ok(())
}

/// The first signal asks the work to stop, unless `quit` is up; the second ends the process at once.
fn listen(cancel: &Cancel, quit: &Arc<AtomicBool>) -> anyhow::Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        let number = usize::try_from(signal)?;
        signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(quit))
            .context("cannot listen to signals")?;
        signal_hook::flag::register(signal, Arc::clone(quit))?;
        signal_hook::flag::register_usize(signal, cancel.flag(), number)?;
    }
    Ok(())
}

/// What is wrong, of all that clap says about it: neither its label nor how the program is used.
fn usage_message(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let end = ["\nUsage:", "\nFor more information"].iter().filter_map(|mark| text.find(mark)).min();
    one_line(&text[..end.unwrap_or(text.len())])
}

/// Help and version go to stdout; anything else is a usage error, also as JSON where that was asked for.
fn usage(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind;
    let quiet = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let json = std::env::args().any(|a| a == "--format=json")
        || std::env::args().zip(std::env::args().skip(1)).any(|(a, b)| a == "--format" && b == "json");
    if json && !quiet {
        let known = |word: &String| Cli::command().find_subcommand(word).is_some();
        let verb = std::env::args().skip(1).find(known).unwrap_or_default();
        mkt::cli::usage_failure(&verb, &usage_message(&error.render().to_string()));
    } else {
        let text = error.render().to_string();
        let shown = without_secrets(&text);
        // Colours are left out only where something had to be.
        if shown == text {
            error.print().ok()
        } else {
            write!(std::io::stderr(), "{shown}").ok()
        };
    }
    ExitCode::from(if quiet { 0 } else { 2 })
}
