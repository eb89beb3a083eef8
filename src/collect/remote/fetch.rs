//! One file from a web server.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ureq::http::Response;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector, DefaultConnector};
use ureq::{Agent, Body};
use url::Url;

use super::answer::{media, text};
use super::keys;
use super::roots::system_roots;
use super::surplus::Noticing;
use crate::collect::config::Format;
use crate::collect::limits::Limits;
use crate::collect::spool::{self, Spool};
use crate::collect::watched::{Job, Pulse};
use crate::error::{CollectError, Error, Result, one_line};
use crate::pipeline::Context;

/// How often a request is made before a failure of the server or the network counts.
const TRIES: u32 = 4;
/// What is waited before the second try; before each further one, twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// A server may ask for a longer wait, up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
const MOST_REDIRECTS: usize = 10;

/// What came.
pub(in crate::collect) struct Fetched {
    /// The bytes, from the first on.
    pub file: File,
    /// A name whose ending may tell the format.
    pub hint: PathBuf,
    /// The format that the server names.
    pub media: Option<Format>,
    /// Whether nothing says that all came.
    pub unmeasured: bool,
}

/// One address and how it may be asked for.
pub(super) struct Request {
    /// As the user typed it.
    pub shown: String,
    pub url: Url,
    pub token: Option<String>,
    /// What to do where the server does not let us in.
    pub advice: &'static str,
}

/// Fetches a file, with the token of `MKT_HTTP_TOKEN` if there is one.
///
/// # Errors
/// [`CollectError::Fetch`] where it did not come whole, [`CollectError::Limit`] where it is too large or too slow.
pub(in crate::collect) fn fetch(url: &Url, shown: &str, limits: Limits, cx: Option<&Context<'_>>) -> Result<Fetched> {
    let token = keys::token(&|name| std::env::var(name).ok())?;
    let advice = if token.is_some() { "is MKT_HTTP_TOKEN valid?" } else { "MKT_HTTP_TOKEN can hold a token for it" };
    Request { shown: shown.to_owned(), url: url.clone(), token, advice }.fetch(limits, cx)
}

impl Request {
    /// Fetches it while showing how far it is.
    pub fn fetch(self, limits: Limits, cx: Option<&Context<'_>>) -> Result<Fetched> {
        let shown = self.shown.clone();
        let job = Job { shown: &shown, stage: "fetch (MB)", unit: 1_000_000, limits };
        job.wait(cx, move |pulse| self.persist(limits, pulse))
    }

    /// Tries until it comes, or there is no point in it.
    fn persist(&self, limits: Limits, pulse: &Pulse) -> Result<Fetched> {
        let client = Client::new(limits)?;
        let agent = client.agent.clone();
        pulse.on_stop(move || agent.shutdown());
        let mut wait = FIRST_WAIT;
        for attempt in 1.. {
            let (error, asked) = match client.attempt(self, limits, pulse) {
                Ok(fetched) => return Ok(fetched),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Again(message, asked)) => {
                    pulse.complain(&message);
                    (self.failed(message), asked)
                }
            };
            if attempt == TRIES || pulse.stopped() {
                return Err(error);
            }
            sleep(asked.map_or(wait, |asked| asked.clamp(wait, LONGEST_WAIT)), pulse);
            wait *= 2;
        }
        Err(Error::Internal("no try was made".into()))
    }

    fn failed(&self, message: impl Into<String>) -> Error {
        CollectError::Fetch { path: self.shown.clone(), message: message.into() }.into()
    }

    pub fn refused(&self, message: impl Into<String>) -> Failure {
        Failure::Final(self.failed(message))
    }
}

/// Why an attempt failed.
pub(super) enum Failure {
    /// Another would, too.
    Final(Error),
    /// Another may not; the server may have said after which time.
    Again(String, Option<Duration>),
}

struct Client {
    agent: Agent,
    /// Set where more bytes came than the server had announced.
    surplus: Arc<AtomicBool>,
}

impl Client {
    fn new(limits: Limits) -> Result<Self> {
        let roots = match system_roots()? {
            [] => RootCerts::WebPki,
            roots => RootCerts::Specific(Arc::new(roots.iter().map(|der| Certificate::from_der(der).to_owned()).collect())),
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // They are followed here, where the rules are stricter.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(limits.timeout))
            .max_idle_connections(0)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .user_agent(concat!("mkt/", env!("CARGO_PKG_VERSION")))
            .build();
        let surplus = Arc::new(AtomicBool::new(false));
        let connector = DefaultConnector::default().chain(Noticing(Arc::clone(&surplus)));
        Ok(Self { agent: Agent::with_parts(config, connector, DefaultResolver::default()), surplus })
    }

    /// Asks once, following redirections.
    fn attempt(&self, request: &Request, limits: Limits, pulse: &Pulse) -> Result<Fetched, Failure> {
        let mut url = request.url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let mut get = self.agent.get(url.as_str()).header("Connection", "close").header("Accept-Encoding", "identity");
            if let Some(token) = &request.token
                && keys::may_be_sent(&request.url, &url)
            {
                get = get.header("Authorization", format!("Bearer {token}"));
            }
            let response = get.call().map_err(|error| request.fault(error))?;
            if !response.status().is_redirection() {
                self.surplus.store(false, Ordering::Relaxed);
                return self.receive(request, response, limits, pulse);
            }
            url = request.redirected(&url, &response)?;
        }
        Err(request.refused(format!("redirected more than {MOST_REDIRECTS} times; is there a loop?")))
    }

    /// Takes what comes, all of it or none.
    fn receive(
        &self,
        request: &Request,
        mut response: Response<Body>,
        limits: Limits,
        pulse: &Pulse,
    ) -> Result<Fetched, Failure> {
        request.accept(&mut response)?;
        let headers = response.headers();
        let length: Option<u64> = text(headers, "content-length").and_then(|v| v.parse().ok());
        let chunked = text(headers, "transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked"));
        let media = text(headers, "content-type").and_then(media);
        let too_large = length.is_some_and(|length| length > limits.max_size);
        let shown = &request.shown;
        if too_large {
            return Err(Failure::Final(spool::unwritten(
                shown,
                ErrorKind::FileTooLarge,
                &format!("more than {} MiB", limits.max_size >> 20),
            )));
        }
        pulse.begin(length.unwrap_or(0));
        let mut spool = Spool::new(shown, limits).map_err(Failure::Final)?;
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0; 128 << 10];
        let mut came = 0_u64;
        loop {
            let n = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => n,
                Err(error) => {
                    let of = length.map_or(String::new(), |length| format!(" of {length}"));
                    let why = one_line(&error.to_string());
                    return Err(Failure::Again(format!("the transfer broke off after {came}{of} bytes ({why})"), None));
                }
            };
            if pulse.stopped() {
                return Err(request.refused("given up"));
            }
            spool.write_all(&buffer[..n]).map_err(|e| Failure::Final(spool::failed(shown)(e)))?;
            came += n as u64;
            pulse.add(n as u64);
        }
        drop(body);
        if self.surplus.load(Ordering::Relaxed) {
            let message = format!("more bytes came than the {} that the server had announced", length.unwrap_or(came));
            return Err(request.refused(message));
        }
        let file = spool.into_file(shown).map_err(Failure::Final)?;
        Ok(Fetched { file, hint: request.url.path().into(), media, unmeasured: length.is_none() && !chunked })
    }
}

/// Waits, but not longer than anybody waits for us.
fn sleep(time: Duration, pulse: &Pulse) {
    let end = Instant::now() + time;
    while !pulse.stopped() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20).min(time));
    }
}
