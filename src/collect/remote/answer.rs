//! What the answers of web servers mean.

use std::time::Duration;

use ureq::Body;
use ureq::http::{HeaderMap, Response, StatusCode};
use url::Url;

use super::fetch::{Failure, Request};
use crate::collect::config::Format;
use crate::error::one_line;

/// Of the answer to a request that failed, at most so much is looked at.
const MOST_OF_AN_ERROR: u64 = 64 << 10;

impl Request {
    /// Refuses every answer that is no file.
    pub fn accept(&self, response: &mut Response<Body>) -> Result<(), Failure> {
        let status = response.status();
        if status == StatusCode::OK {
            if text(response.headers(), "content-type").is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html")) {
                return Err(self.refused(format!("the answer is a web page, not a table; {}", self.advice)));
            }
            return match text(response.headers(), "content-encoding").map(str::to_ascii_lowercase).as_deref() {
                None | Some("" | "identity" | "gzip" | "x-gzip" | "zstd") => Ok(()),
                Some(_) => Err(self.refused("it comes packed in a way that was not asked for, neither gzip nor zstd")),
            };
        }
        let asked = text(response.headers(), "retry-after").and_then(|v| v.parse().ok()).map(Duration::from_secs);
        let region = text(response.headers(), "x-amz-bucket-region").map(clean);
        let code = response.body_mut().with_config().limit(MOST_OF_AN_ERROR).read_to_string().ok();
        let code = code.as_deref().and_then(|body| between(body, "<Code>", "</Code>")).map(clean);
        let mut message = format!("the server answers {}", status.as_u16());
        if let Some(words) = status.canonical_reason() {
            message = format!("{message} {words}");
        }
        if let Some(code) = code {
            message = format!("{message} ({code})");
        }
        if status.is_server_error() || [408, 425, 429].contains(&status.as_u16()) {
            return Err(Failure::Again(message, asked));
        }
        if let Some(region) = region.filter(|_| status != StatusCode::NOT_FOUND && status != StatusCode::FORBIDDEN) {
            message = format!("{message}; the bucket is in region {region}: set AWS_REGION");
        } else if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            message = format!("{message}; {}", self.advice);
        }
        Err(self.refused(message))
    }

    /// Where a redirection leads.
    pub fn redirected(&self, from: &Url, response: &Response<Body>) -> Result<Url, Failure> {
        let location = text(response.headers(), "location");
        let Some(to) = location.and_then(|l| from.join(l).ok()) else {
            let region = text(response.headers(), "x-amz-bucket-region").map(clean);
            let hint = region.map_or(String::new(), |r| format!("; the bucket is in region {r}: set AWS_REGION"));
            let status = response.status().as_u16();
            return Err(self.refused(format!("the server answers {status} without another address{hint}")));
        };
        match (from.scheme(), to.scheme()) {
            (_, "https") | ("http", "http") => Ok(to),
            ("https", "http") => Err(self.refused("redirected from https to http, where others could read or change it")),
            (_, scheme) => Err(self.refused(format!("redirected to an address of {}, which is not followed", clean(scheme)))),
        }
    }

    /// Why no answer came. The words of the library are used only where no address can stand in them.
    pub fn fault(&self, error: ureq::Error) -> Failure {
        use ureq::Error as E;
        match error {
            E::Io(error) if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>) => {
                self.refused(format!("no secure connection: {}", one_line(&error.to_string())))
            }
            E::Io(error) => Failure::Again(format!("no connection: {}", one_line(&error.to_string())), None),
            E::Timeout(_) => Failure::Again("no connection: the server does not answer".into(), None),
            E::HostNotFound => Failure::Again("there is no such host".into(), None),
            E::ConnectionFailed => Failure::Again("no connection".into(), None),
            E::Rustls(error) => self.refused(format!("no secure connection: {}", one_line(&error.to_string()))),
            E::Tls(error) => self.refused(format!("no secure connection: {error}")),
            E::Protocol(error) => {
                self.refused(format!("the server does not speak HTTP as it should: {}", one_line(&error.to_string())))
            }
            E::ConnectProxyFailed(_) | E::InvalidProxyUrl => {
                self.refused("the proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY name cannot be used")
            }
            E::LargeResponseHeader(..) => self.refused("the server does not speak HTTP as it should: its header has no end"),
            E::BadUri(_) | E::Http(_) => self.refused("the address cannot be asked for"),
            _ => self.refused("the request failed"),
        }
    }
}

pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// The format that a media type stands for.
pub fn media(kind: &str) -> Option<Format> {
    match kind.split(';').next()?.trim().to_ascii_lowercase().as_str() {
        "text/csv" | "application/csv" => Some(Format::Csv),
        "text/tab-separated-values" => Some(Format::Tsv),
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" | "application/x-jsonlines" => Some(Format::Ndjson),
        "application/vnd.apache.parquet" => Some(Format::Parquet),
        "application/vnd.apache.arrow.file" => Some(Format::Ipc),
        _ => None,
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = &text[text.find(start)? + start.len()..];
    rest.find(end).map(|at| &rest[..at])
}

/// A word of a server that may stand in a message.
fn clean(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_name_formats() {
        assert_eq!(media("text/CSV; charset=utf-8"), Some(Format::Csv));
        assert_eq!(media("application/vnd.apache.parquet"), Some(Format::Parquet));
        assert_eq!(media("application/octet-stream"), None);
    }

    #[test]
    fn words_of_servers_are_cleaned() {
        assert_eq!(between("<E><Code>NoSuchKey</Code></E>", "<Code>", "</Code>").map(clean).as_deref(), Some("NoSuchKey"));
        assert_eq!(clean("a\x1b[31m b<c>"), "a31mbc");
    }
}
