//! What a source that is no path means: an address, which may name variables of the environment such as `${DATABASE_URL}`.
//!
//! What the user typed is what is shown, kept in the run folder and written into reports. Secrets are refused in it, and
//! variables are looked up only where the source is opened: so no secret can get anywhere else.

use std::borrow::Cow;
use std::path::Path;

use url::Url;

use super::database::Select;
use super::files::setting;
use super::origin::Place;
use super::remote::Object;
use crate::error::{Result, percent_decoded, secret_in};

/// What begins the name of a `SQLite` database.
pub(super) const SQLITE: &str = "sqlite:";

/// Whether a source is an address, not a path.
#[must_use]
pub fn is_address(source: &str) -> bool {
    source.contains("://") || source.starts_with("${") || source.starts_with(SQLITE)
}

/// Refuses an address with a secret in it; nothing of it is repeated.
pub(super) fn check(key: &str, source: &str) -> Result<()> {
    secret_in(source).map_or(Ok(()), |what| {
        let message = format!(
            "an address holds {what}; put that into a variable of the environment and name it in its place as ${{NAME}}, \
             or the whole address into one (databases also read PGPASSWORD and ~/.pgpass, object stores AWS_SECRET_ACCESS_KEY, \
             web servers MKT_HTTP_TOKEN)"
        );
        Err(setting(key, message))
    })
}

/// The place that an address means; the path of a database starts at `base`.
pub(super) fn place(source: &str, base: &Path) -> Result<Place> {
    let refuse = |message: String| setting("source", format!("\"{source}\": {message}"));
    let address = expanded(source, &|name| std::env::var(name).ok())?;
    if let Some(rest) = address.strip_prefix(SQLITE) {
        if rest.starts_with("//") {
            return Err(refuse("write sqlite: and the path, such as sqlite:data/shop.db".into()));
        }
        let (path, select) = Select::cut(rest).map_err(refuse)?;
        if let Some((_, more)) = path.split_once('?') {
            return Err(refuse(format!("only table and query can be set, not \"{more}\"")));
        }
        return Ok(Place::Sqlite(base.join(path), select));
    }
    let Some((scheme, rest)) = address.split_once("://") else {
        return Err(refuse("the variables make no address; it begins with https://, s3://, postgres:// or sqlite:".into()));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => Ok(Place::Http(parsed(&address).ok_or_else(|| refuse("not a web address".into()))?)),
        "s3" | "s3a" => {
            let object = Object::parse(rest).map_err(refuse)?;
            Ok(if object.is_pattern() { Place::Objects(object) } else { Place::Object(object) })
        }
        "postgres" | "postgresql" => {
            let (server, select) = Select::cut(&address).map_err(refuse)?;
            let url = server_of(&server).map_err(|e| refuse(format!("not the address of a database: {e}")))?;
            Ok(Place::Postgres(url, select))
        }
        "file" => Err(refuse("name the file by its path".into())),
        _ => Err(refuse("sources are files and addresses of http, https, s3, postgres and sqlite".into())),
    }
}

/// The address of a server, which may have a user but no host: `postgres://ann@/shop?host=/run/postgresql`.
fn server_of(address: &str) -> Result<Url, url::ParseError> {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let Some(login) = authority.strip_suffix('@') else { return Url::parse(address) };
    let mut url = Url::parse(&format!("{scheme}://{behind}"))?;
    let (user, password) = login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
    url.query_pairs_mut().append_pair("user", &percent_decoded(user));
    if let Some(password) = password {
        url.query_pairs_mut().append_pair("password", &percent_decoded(password));
    }
    Ok(url)
}

fn parsed(address: &str) -> Option<Url> {
    let mut url = Url::parse(address).ok().filter(Url::has_host)?;
    url.set_fragment(None);
    Some(url)
}

/// An address with its variables looked up; errors name them, not their values.
fn expanded<'a>(source: &'a str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Cow<'a, str>> {
    let mut address = String::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        let value = variable(name).filter(|v| !v.is_empty()).ok_or_else(|| {
            setting("source", format!("\"{source}\" names the variable {name}, which is not set in the environment"))
        })?;
        address.push_str(before);
        address.push_str(value.trim());
        rest = behind;
    }
    Ok(if address.is_empty() { source.into() } else { (address + rest).into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_refused_without_a_word_of_them() {
        for source in
            ["postgres://ann:hunter2@db/x", "https://h/a?token=hunter2", "s3://k:hunter2@b/x", "host=db password=hunter2"]
        {
            let error = check("source", source).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        for source in ["postgres://ann@db/x", "https://h/a?token=${T}", "${DB}", "a:b@c.csv", "-"] {
            check("source", source).unwrap();
        }
    }

    #[test]
    fn variables_are_looked_up_and_missing_ones_named() {
        let variable = |name: &str| (name == "A").then(|| "x y".to_owned());
        assert_eq!(expanded("p${A}q${A}", &variable).unwrap(), "px yqx y");
        assert_eq!(expanded("${A", &variable).unwrap(), "${A");
        let error = expanded("${A}${B}", &variable).unwrap_err().to_string();
        assert!(error.contains("variable B") && !error.contains("x y"), "{error}");
    }

    #[test]
    fn schemes_make_places() {
        let kind = |source: &str| match place(source, Path::new("base")) {
            Ok(Place::File(_)) => "file".to_owned(),
            Ok(Place::Http(url)) => format!("http {url}"),
            Ok(Place::Object(object)) => format!("object {object}"),
            Ok(Place::Objects(object)) => format!("objects {object}"),
            Ok(Place::Sqlite(path, select)) => format!("sqlite {} {select:?}", path.display()),
            Ok(Place::Postgres(url, select)) => format!("postgres {url} {select:?}"),
            Err(error) => error.exit_code().to_string(),
        };
        assert_eq!(kind("HTTPS://Host/a.csv?x=1#y"), "http https://host/a.csv?x=1");
        assert_eq!(kind("s3://b/a/b.csv"), "object s3://b/a/b.csv");
        assert_eq!(kind("s3://b/a/*.csv"), "objects s3://b/a/*.csv");
        assert_eq!(kind("sqlite:a.db?table=x%20y+z"), "sqlite base/a.db Some(Table(\"x y+z\"))");
        assert_eq!(kind("sqlite:/a.db"), "sqlite /a.db None");
        let both = kind("postgres://ann@db/x?sslmode=require&query=select%201");
        assert_eq!(both, "postgres postgres://ann@db/x?sslmode=require Some(Query(\"select 1\"))");
        assert_eq!(kind("postgres://a%40@/x?host=/run"), "postgres postgres:///x?host=/run&user=a%40 None");
        for wrong in ["ftp://h/a", "file:///a", "sqlite:///a.db", "https://", "s3://b", "${MKT_NO_SUCH_VARIABLE}"] {
            assert_eq!(kind(wrong), "2", "{wrong}");
        }
    }
}
