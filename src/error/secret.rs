//! Passwords and tokens inside of addresses: found, so that none is taken, kept or shown.

use std::borrow::Cow;
use std::ops::Range;

/// Parts of names of query parameters that hold a secret, such as `X-Amz-Signature` and `access_token`.
const PARTS: [&str; 15] = [
    "token",
    "secret",
    "passw",
    "pwd",
    "signature",
    "credential",
    "apikey",
    "api_key",
    "api-key",
    "accesskey",
    "access_key",
    "access-key",
    "oauth",
    "auth_",
    "bearer",
];
/// A parameter with settings of a database server, any of which may be a secret of an application: it is never shown, and
/// taken where none of its settings has such a name.
const SETTINGS: &str = "options";
/// Whole names of such parameters.
const NAMES: [&str; 8] = ["sig", "key", "sas", "pw", "pass", "auth", "authorization", "jwt"];

/// What in an address is a secret: `a password`, or the name of a parameter of its query. A variable such as `${TOKEN}` in
/// its place is none.
#[must_use]
pub fn secret_in(address: &str) -> Option<String> {
    let Some(start) = address.find("://").map(|at| at + 3) else { return secret_in_words(address) };
    let rest = &address[start..];
    let mut found = secrets(rest, is_web(&address[..start])).into_iter();
    found.find(|secret| !secret.settings || names_secret(&rest[secret.span.clone()])).map(|secret| secret.what)
}

/// Something in an address that is not to be shown.
struct Secret {
    /// Where it stands behind `://`.
    span: Range<usize>,
    /// What it is, in words.
    what: String,
    /// Whether it only may hold a secret: the settings of a server.
    settings: bool,
}

/// Whether one of the settings of a server, such as `-c app.password=…`, has the name of a secret.
fn names_secret(settings: &str) -> bool {
    let decoded = percent_decoded(settings).to_lowercase();
    let mut names = decoded.split([' ', '+']).filter_map(|setting| setting.split_once('=')).map(|(name, _)| name);
    names.any(|name| is_secret(name.rsplit_once('.').map_or(name, |(_, name)| name)))
}

/// What is a secret in settings as clients of databases take them, such as `host=db user=ann password=…` or `Server=db;Pwd=…`;
/// one pair alone is the path of a file.
fn secret_in_words(text: &str) -> Option<String> {
    let pairs: Vec<_> = text.split([' ', ';']).filter_map(|pair| pair.split_once('=')).collect();
    let secret = |(name, value): &&(&str, &str)| is_secret(&name.to_lowercase()) && !value.is_empty() && !is_variable(value);
    let (name, _) = pairs.iter().find(secret).filter(|_| pairs.len() > 1)?;
    Some(format!("a secret ({name})"))
}

/// Whether what ends in `://` begins a web address.
fn is_web(before: &str) -> bool {
    let before = before.trim_end_matches("://").to_ascii_lowercase();
    before.ends_with("http") || before.ends_with("https")
}

/// Where settings that an address has begun end, which may stand between spaces: `-c a.b=c -c d=e`.
fn end_of_settings(text: &str) -> usize {
    let (mut end, mut open) = (0, false);
    while let Some(rest) = text[end..].strip_prefix(' ') {
        let word = &rest[..rest.find([' ', '"', '`', '<', '>', '\n']).unwrap_or(rest.len())];
        if !(open || word.starts_with('-') || word.contains('=')) {
            break;
        }
        // A backslash before a space makes it a part of the value.
        open = word.ends_with('\\');
        end += 1 + word.trim_end_matches(':').len();
    }
    end
}

/// A text with every secret in its addresses replaced by `***`.
#[must_use]
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut done = 0;
    while let Some(at) = text[done..].find("://") {
        let start = done + at + 3;
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>');
        let mut end = text[start..].find(ends).map_or(text.len(), |n| start + n);
        shown.push_str(&text[done..start]);
        done = start;
        for Secret { span, settings, .. } in secrets(&text[start..end], is_web(&text[..start])) {
            shown.push_str(&text[done..start + span.start]);
            shown.push_str("***");
            done = start + span.end;
            if settings && done == end {
                end += end_of_settings(&text[end..]);
                done = end;
            }
        }
        shown.push_str(&text[done..end]);
        done = end;
    }
    if done == 0 {
        return text.into();
    }
    shown.push_str(&text[done..]);
    shown.into()
}

/// Where secrets stand in what follows `://`, and what each is. A user alone of a `web` server is a token: nothing else is
/// given so.
fn secrets(rest: &str, web: bool) -> Vec<Secret> {
    let mut found = Vec::new();
    let password = password(rest);
    let after = password.as_ref().map_or(0, |span| span.end);
    let user = authority(rest).rfind('@').filter(|at| web && after == 0 && *at > 0).map(|at| 0..at);
    for (span, what) in [(password, "a password"), (user, "a token")] {
        let secret = |span| Secret { span, what: what.to_owned(), settings: false };
        found.extend(span.filter(|span| !is_variable(&rest[span.clone()])).map(secret));
    }
    let Some(query) = rest[after..].find(['?', '#']).map(|n| after + n + 1) else { return found };
    let mut start = query;
    for pair in rest[query..].split(['&', ';', '#']) {
        if let Some((name, value)) = pair.split_once('=')
            && !value.is_empty()
            && !is_variable(value)
        {
            let (at, name) = (start + name.len() + 1, percent_decoded(name));
            let settings = name.eq_ignore_ascii_case(SETTINGS);
            if settings || is_secret(&name.to_lowercase()) {
                found.push(Secret { span: at..at + value.len(), what: format!("a secret ({name})"), settings });
            }
        }
        start += pair.len() + 1;
    }
    found
}

/// What stands before the path: who, at which host and port.
fn authority(rest: &str) -> &str {
    &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())]
}

/// Where the password stands: `user:password@host`. One with a `/` in it, which should be written `%2F`, is found too, as
/// no port is written like that.
fn password(rest: &str) -> Option<Range<usize>> {
    let authority = authority(rest);
    if let Some(at) = authority.rfind('@') {
        let colon = authority[..at].find(':')?;
        return (colon + 1 < at).then_some(colon + 1..at);
    }
    if authority.starts_with('[') {
        return None;
    }
    let colon = authority.find(':')?;
    let at = rest.rfind('@').filter(|at| *at > colon)?;
    let port = authority[colon + 1..].bytes().all(|b| b.is_ascii_digit()) && colon + 1 < authority.len();
    (!port).then_some(colon + 1..at)
}

fn is_variable(text: &str) -> bool {
    text.strip_prefix("${").and_then(|t| t.strip_suffix('}')).is_some_and(|name| !name.contains(['$', '{', '}']))
}

fn is_secret(name: &str) -> bool {
    NAMES.contains(&name) || PARTS.iter().any(|part| name.contains(part))
}

/// A part of an address with its `%41` read as letters.
#[must_use]
pub fn percent_decoded(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_tokens_are_found() {
        for (address, what) in [
            ("postgres://ann:s3cret@db/shop", "a password"),
            ("postgres://ann:s3/cr?et@db/shop", "a password"),
            ("https://ann:s3cret@host:8080/a@b.csv", "a password"),
            ("s3://AKIA:s3cret@bucket/key", "a password"),
            ("https://host/a.csv?X-Amz-Signature=s3cret", "a secret (X-Amz-Signature)"),
            ("https://host/a.csv?a=1&access%5ftoken=s3cret", "a secret (access_token)"),
            ("https://host/a.csv?sig=s3cret#x", "a secret (sig)"),
            ("postgres://db/shop?password=s3cret", "a secret (password)"),
            ("https://s3cret@host/a.csv", "a token"),
            ("HTTP://s3cret@host", "a token"),
            ("https://host/a.csv#access_token=s3cret", "a secret (access_token)"),
            ("postgres://db/shop?options=-c app.password=s3cret", "a secret (options)"),
            ("postgres://db/shop?options=-c%20app.password%3Ds3cret", "a secret (options)"),
            ("postgres://db/shop?sslmode=disable&options=-c+app.token=s3cret", "a secret (options)"),
            ("postgres://db/shop?options=-c app.secret=a\\ s3cret -c x.y=s3cret", "a secret (options)"),
        ] {
            assert_eq!(secret_in(address).as_deref(), Some(what), "{address}");
            let shown = without_secrets(address);
            assert!(shown.contains("***") && !shown.contains("s3cret") && !shown.contains("cr?et"), "{shown}");
        }
    }

    #[test]
    fn what_is_no_secret_is_left_alone() {
        for address in [
            "postgres://ann@db:5432/shop",
            "https://host:8080/a@b.csv",
            "https://[::1]:8080/a@b.csv",
            "https://host/a:b@c.csv?author=x&year=2024",
            "postgres://ann:${PW}@db/shop",
            "https://${TOKEN}@host/a.csv",
            "data/year=2024/key=5/a b.csv",
            "host=db user=ann password=${PW}",
            "https://host/a.csv?sig=${SIG}",
            "data/a:b@c.csv",
            "${DATABASE_URL}",
        ] {
            assert_eq!(secret_in(address), None, "{address}");
            assert_eq!(without_secrets(address), address);
        }
    }

    #[test]
    fn settings_of_a_server_are_taken_but_not_shown() {
        for address in ["postgres://db/shop?options=-c search_path=s3cret", "postgres://db/shop?options=-c%20app.x%3Ds3cret"] {
            assert_eq!(secret_in(address), None, "{address}");
            let message = format!("{address} cannot be reached (\"{address}\")");
            assert_eq!(
                without_secrets(&message),
                "postgres://db/shop?options=*** cannot be reached (\"postgres://db/shop?options=***\")"
            );
        }
    }

    #[test]
    fn settings_of_other_clients_have_secrets_too() {
        for (words, what) in [
            ("host=db dbname=shop user=ann password=s3cret", "a secret (password)"),
            ("Server=db;Database=shop;User Id=ann;Pwd=s3cret;", "a secret (Pwd)"),
        ] {
            assert_eq!(secret_in(words).as_deref(), Some(what));
        }
    }

    #[test]
    fn a_message_is_cleaned_wherever_the_address_stands() {
        let message = "cannot read \"https://a:b@c/d?token=e&f=g\" or 'http://h/?sig=i', not x";
        assert_eq!(without_secrets(message), "cannot read \"https://a:***@c/d?token=***&f=g\" or 'http://h/?sig=***', not x");
    }
}
