//! The token for web servers.

use std::path::Path;

use url::{Host, Url};

use crate::collect::files::setting;
use crate::error::Result;

/// The bearer token in `MKT_HTTP_TOKEN`, or in the file that `MKT_HTTP_TOKEN_FILE` names.
pub fn token(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<String>> {
    let set = |name: &str| variable(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
    let token = match (set("MKT_HTTP_TOKEN"), set("MKT_HTTP_TOKEN_FILE")) {
        (Some(token), _) => token,
        (None, Some(file)) => {
            let text = std::fs::read_to_string(Path::new(&file))
                .map_err(|e| setting("source", format!("MKT_HTTP_TOKEN_FILE: cannot read {file}: {e}")))?;
            text.trim().to_owned()
        }
        (None, None) => return Ok(None),
    };
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(setting("source", "the token of MKT_HTTP_TOKEN or its file is empty, or not one word of ASCII"));
    }
    Ok(Some(token))
}

/// Whether a token for `first` may be sent to `url`: only to the same server, and never in the clear but to this machine.
pub fn may_be_sent(first: &Url, url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    url.origin() == first.origin() && (url.scheme() == "https" || local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stays_with_its_server() {
        let sent = |first: &str, url: &str| may_be_sent(&Url::parse(first).unwrap(), &Url::parse(url).unwrap());
        assert!(sent("https://a/x", "https://a/y"));
        assert!(sent("http://127.0.0.1:8/x", "http://127.0.0.1:8/y"));
        assert!(!sent("https://a/x", "https://b/y"));
        assert!(!sent("https://a/x", "https://a:444/y"));
        assert!(!sent("http://a/x", "http://a/y"));
    }

    #[test]
    fn a_token_comes_from_the_environment_or_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc\n").unwrap();
        let path = file.path().to_string_lossy().into_owned();
        assert_eq!(token(&|_| None).unwrap(), None);
        assert_eq!(token(&|n| (n == "MKT_HTTP_TOKEN").then(|| "t".into())).unwrap().as_deref(), Some("t"));
        assert_eq!(token(&|n| (n == "MKT_HTTP_TOKEN_FILE").then(|| path.clone())).unwrap().as_deref(), Some("abc"));
        let error = token(&|n| (n == "MKT_HTTP_TOKEN").then(|| "a\nhunter2".into())).unwrap_err();
        assert!(error.exit_code() == 2 && !error.to_string().contains("hunter2"), "{error}");
    }
}
