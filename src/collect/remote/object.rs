//! Objects of S3 and of stores that speak like it.

use std::fmt;
use std::io::Read;
use std::time::Duration;

use glob::{MatchOptions, Pattern};
use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Bucket, S3Action, UrlStyle};
use url::Url;

use super::aws::Account;
use super::fetch::{Fetched, Request};
use crate::collect::files::setting;
use crate::collect::limits::Limits;
use crate::error::{CollectError, Result};
use crate::pipeline::Context;

/// How long a signed address can be used.
const SIGNED_FOR: Duration = Duration::from_hours(1);
/// More objects of one pattern are not read together.
const MOST_OBJECTS: usize = 100_000;
/// A store that lists without end is given up.
const MOST_PAGES: usize = 10_000;
/// A page of a list is at most so long, in bytes.
const PAGE: u64 = 16 << 20;
/// As in paths: `*` does not reach over a `/`.
const MATCHING: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// An object, or a pattern for several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::collect) struct Object {
    bucket: String,
    key: String,
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

impl Object {
    /// Reads what stands behind `s3://`.
    pub fn parse(rest: &str) -> Result<Self, String> {
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let letters = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if bucket.is_empty() || !bucket.chars().all(letters) || key.is_empty() || key.ends_with('/') {
            return Err("write s3://BUCKET/KEY, such as s3://sales/2024/*.parquet".into());
        }
        // An address would take them for steps between folders.
        if key.split('/').any(|part| part == "." || part == "..") {
            return Err("a key with a part . or .. cannot be asked for".into());
        }
        Ok(Self { bucket: bucket.into(), key: key.into() })
    }

    pub fn is_pattern(&self) -> bool {
        self.key.contains(['*', '?', '['])
    }

    /// The objects among `keys` that fit.
    fn matching(&self, keys: Vec<String>) -> Result<Vec<Self>> {
        let pattern =
            Pattern::new(&self.key).map_err(|e| setting("source", format!("\"{self}\" is not a pattern: {}", e.msg)))?;
        let fits = |key: &String| !key.ends_with('/') && pattern.matches_with(key, MATCHING);
        let mut keys: Vec<String> = keys.into_iter().filter(fits).collect();
        keys.sort();
        Ok(keys.into_iter().map(|key| Self { bucket: self.bucket.clone(), key }).collect())
    }
}

/// A bucket, and who asks.
struct Store {
    account: Account,
    bucket: Bucket,
}

impl Store {
    fn open(name: &str) -> Result<Self> {
        let account = Account::of_environment()?;
        // The name of a bucket becomes part of the host's only where the host's certificate fits that.
        let style = if account.endpoint.is_some() || name.contains(['.', '_']) || name.chars().any(char::is_uppercase) {
            UrlStyle::Path
        } else {
            UrlStyle::VirtualHost
        };
        let region = account.region.clone();
        let endpoint = account.endpoint.clone().unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com"));
        let wrong =
            |what: &str| setting("source", format!("the object store's address (AWS_ENDPOINT_URL or the region): {what}"));
        let endpoint = Url::parse(&endpoint).map_err(|e| wrong(&e.to_string()))?;
        let bucket = Bucket::new(endpoint, style, name.to_owned(), region).map_err(|e| wrong(&e.to_string()))?;
        Ok(Self { account, bucket })
    }

    fn request(&self, shown: &str, url: Url) -> Request {
        let advice = match self.account.credentials {
            Some(_) => "may these keys read it?",
            None => {
                "no keys were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE and a file of credentials"
            }
        };
        Request { shown: shown.to_owned(), url, token: None, advice }
    }
}

/// Fetches an object.
///
/// # Errors
/// As [`super::fetch`].
pub(in crate::collect) fn fetch_object(
    object: &Object,
    shown: &str,
    limits: Limits,
    cx: Option<&Context<'_>>,
) -> Result<Fetched> {
    let store = Store::open(&object.bucket)?;
    let url = store.bucket.get_object(store.account.credentials.as_ref(), &object.key).sign(SIGNED_FOR);
    let fetched = store.request(shown, url).fetch(limits, cx)?;
    Ok(Fetched { hint: object.key.clone().into(), ..fetched })
}

/// The objects that fit a pattern, sorted, at least one.
///
/// # Errors
/// [`CollectError::NoMatch`]; else as [`super::fetch`].
pub(in crate::collect) fn list(pattern: &Object, limits: Limits, cx: Option<&Context<'_>>) -> Result<Vec<Object>> {
    let shown = pattern.to_string();
    let store = Store::open(&pattern.bucket)?;
    let failed = |message: String| CollectError::Fetch { path: shown.clone(), message };
    let prefix = &pattern.key[..pattern.key.find(['*', '?', '[']).unwrap_or(pattern.key.len())];
    let (mut keys, mut next) = (Vec::new(), None::<String>);
    for _ in 0..MOST_PAGES {
        let mut action = ListObjectsV2::new(&store.bucket, store.account.credentials.as_ref());
        action.with_prefix(prefix);
        if let Some(token) = next.take() {
            action.with_continuation_token(token);
        }
        let page = store.request(&shown, action.sign(SIGNED_FOR)).fetch(limits, cx)?;
        let mut text = String::new();
        page.file.take(PAGE).read_to_string(&mut text).map_err(|source| CollectError::Io { path: shown.clone(), source })?;
        let page =
            ListObjectsV2::parse_response(&text).map_err(|_| failed("the store's list of objects cannot be read".into()))?;
        keys.extend(page.contents.into_iter().map(|object| object.key));
        if keys.len() > MOST_OBJECTS {
            return Err(failed(format!("more than {MOST_OBJECTS} objects begin with {prefix:?}; name fewer")).into());
        }
        next = page.next_continuation_token;
        if next.is_none() {
            break;
        }
    }
    let objects = pattern.matching(keys)?;
    if objects.is_empty() { Err(CollectError::NoMatch { pattern: shown }.into()) } else { Ok(objects) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_like_paths() {
        let pattern = Object::parse("b/2024/*.csv").unwrap();
        let keys = ["2024/b.csv", "2024/a.csv", "2024/x/c.csv", "2024/d.txt", "2024/"].map(str::to_owned).to_vec();
        let found: Vec<String> = pattern.matching(keys).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(found, ["s3://b/2024/a.csv", "s3://b/2024/b.csv"]);
        assert!(pattern.is_pattern() && !Object::parse("b/k.csv").unwrap().is_pattern());
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["", "b", "b/", "b/x/", "b/../x", "b/./x", "b:9/x", "b@c/x"] {
            assert!(Object::parse(text).is_err(), "{text}");
        }
    }
}
