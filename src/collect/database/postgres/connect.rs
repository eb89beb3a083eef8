//! Which server, as whom: the address, then the variables that every client of `PostgreSQL` reads.

use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::config::SslMode;
use postgres::{CancelToken, Client, Config, Error as PgError, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::Url;

use super::super::Ask;
use super::password::{Login, of_file};
use super::said;
use super::tls::{Mode, connector};
use crate::collect::files::setting;
use crate::error::{CollectError, Error, Result, percent_decoded};

const PORT: u16 = 5432;
/// How often a machine that sends nothing is asked whether it is there, and how often in vain.
const PROBE: Duration = Duration::from_secs(5);
const PROBES: u32 = 3;
/// Where servers of this machine listen, unless told otherwise.
const SOCKETS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// A server that can be connected to.
#[derive(Clone)]
pub struct Server {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    /// Why there may be no password.
    note: Option<String>,
}

/// What an address says, each as it is used.
#[derive(Default)]
struct Written {
    host: Option<String>,
    port: Option<String>,
    user: Option<String>,
    database: Option<String>,
    password: Option<String>,
    mode: Option<String>,
    roots: Option<String>,
    application: Option<String>,
    options: Option<String>,
}

impl Written {
    fn new(url: &Url, ask: &Ask) -> Result<Self> {
        let some = |text: &str| Some(percent_decoded(text)).filter(|t| !t.is_empty());
        let mut written = Self {
            host: url.host_str().and_then(|host| some(host.trim_matches(['[', ']']))),
            port: url.port().map(|p| p.to_string()),
            user: some(url.username()),
            database: some(url.path().trim_start_matches('/')),
            password: url.password().and_then(some),
            ..Self::default()
        };
        for (key, value) in url.query_pairs() {
            let place = match &*key {
                "host" => &mut written.host,
                "port" => &mut written.port,
                "user" => &mut written.user,
                "dbname" => &mut written.database,
                "password" => &mut written.password,
                "sslmode" => &mut written.mode,
                "sslrootcert" => &mut written.roots,
                "application_name" => &mut written.application,
                "options" => &mut written.options,
                _ => {
                    let message = format!(
                        "{}: \"{key}\" cannot be set; what can is host, port, user, dbname, sslmode, sslrootcert, \
                         application_name, options, table and query",
                        ask.shown
                    );
                    return Err(setting("source", message));
                }
            };
            *place = Some(value.into_owned());
        }
        Ok(written)
    }
}

impl Server {
    /// Puts together what the address, the environment and the file of passwords say.
    pub fn new(url: &Url, ask: &Ask, variable: &dyn Fn(&str) -> Option<String>, home: Option<&Path>) -> Result<Self> {
        let set = |name: &str| variable(name).filter(|v| !v.is_empty());
        let written = Written::new(url, ask)?;
        let port = written.port.or_else(|| set("PGPORT"));
        let port = port.map_or(Ok(PORT), |p| p.parse().map_err(|_| setting("source", "the port of a database is a number")))?;
        let user = written.user.or_else(|| set("PGUSER")).or_else(|| set("USER")).or_else(|| set("LOGNAME"));
        let user = user.ok_or_else(|| {
            setting("source", format!("{}: name the user, as in postgres://USER@HOST/DATABASE, or in PGUSER", ask.shown))
        })?;
        let database = written.database.or_else(|| set("PGDATABASE")).unwrap_or_else(|| user.clone());
        let host = written.host.or_else(|| set("PGHOST")).unwrap_or_else(|| {
            let here = SOCKETS.iter().find(|folder| Path::new(folder).join(format!(".s.PGSQL.{port}")).exists());
            here.map_or_else(|| "localhost".into(), |folder| (*folder).to_owned())
        });
        let login = Login { host: &host, port, database: &database, user: &user };
        let (password, note) = match written.password.or_else(|| set("PGPASSWORD")) {
            Some(password) => (Some(password), None),
            None => of_file(&login, variable, home),
        };

        let socket = host.starts_with('/');
        let mode = written.mode.or_else(|| set("PGSSLMODE")).map_or(Ok(Mode::Prefer), |mode| Mode::parse(&mode))?;
        let usual = home.map(|home| home.join(".postgresql/root.crt")).filter(|file| file.exists());
        let roots = written.roots.or_else(|| set("PGSSLROOTCERT")).map(PathBuf::from).or(usual);
        // Nobody listens in on a socket of this machine.
        let tls = if socket { None } else { connector(mode, roots.as_deref())? };

        let mut config = Config::new();
        config.user(&user).dbname(&database).port(port);
        if socket {
            config.host_path(&host);
        } else {
            config.host(&host);
        }
        if let Some(password) = password {
            config.password(password);
        }
        if let Some(options) = written.options.or_else(|| set("PGOPTIONS")) {
            config.options(&options);
        }
        config.application_name(written.application.as_deref().unwrap_or("mkt"));
        config.connect_timeout(ask.limits.timeout).tcp_user_timeout(ask.limits.timeout);
        // A server may compute for long, but its machine answers: one that is gone would else be noticed after eleven minutes.
        config.keepalives_idle(ask.limits.timeout).keepalives_interval(PROBE).keepalives_retries(PROBES);
        config.ssl_mode(match mode {
            _ if tls.is_none() => SslMode::Disable,
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        });
        Ok(Self { config, tls, note })
    }

    pub fn connect(&self, ask: &Ask) -> Result<Client> {
        let connected = match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        };
        connected.map_err(|error| self.refused(ask, &error))
    }

    /// Asks the server to give up what it computes.
    pub fn cancel(&self, token: &CancelToken) {
        // It ends with the connection, too, only later.
        match &self.tls {
            Some(tls) => token.cancel_query(tls.clone()).ok(),
            None => token.cancel_query(NoTls).ok(),
        };
    }

    /// Why there is no connection.
    fn refused(&self, ask: &Ask, error: &PgError) -> Error {
        let code = error.code().map_or("", |code| code.code());
        let no_password = code.starts_with("28")
            || error.to_string().contains("password missing")
            || std::error::Error::source(error).is_some_and(|source| source.to_string().contains("password missing"));
        let said = match said(ask, error) {
            Error::Collect(CollectError::Fetch { message, .. }) => message,
            other => return other,
        };
        if !no_password {
            return ask.failed(said);
        }
        let advice = self.note.as_deref().unwrap_or("the password is taken from PGPASSWORD or ~/.pgpass");
        ask.failed(format!("{said}; {advice}"))
    }
}

#[cfg(test)]
mod tests {
    use postgres::config::Host;

    use super::*;
    use crate::collect::limits::Limits;

    fn server(address: &str, variables: &[(&str, &str)]) -> Result<Server> {
        let limits = Limits { timeout: Duration::from_secs(1), max_time: Duration::from_secs(1), max_size: 1 };
        let ask = Ask { shown: "db".into(), select: None, rows: 1, limits };
        let variable = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Server::new(&Url::parse(address).unwrap(), &ask, &variable, None)
    }

    #[test]
    fn the_address_stands_above_the_environment() {
        let set = [("PGHOST", "other"), ("PGPORT", "1"), ("PGUSER", "bob"), ("PGDATABASE", "d"), ("PGPASSWORD", "pw")];
        let config = server("postgres://ann%40x@db:7/shop?sslmode=disable", &set).unwrap().config;
        assert_eq!(config.get_hosts(), [Host::Tcp("db".into())]);
        assert_eq!((config.get_ports(), config.get_user(), config.get_dbname()), (&[7][..], Some("ann@x"), Some("shop")));
        assert_eq!((config.get_password(), config.get_ssl_mode()), (Some(&b"pw"[..]), SslMode::Disable));
        assert_eq!((config.get_keepalives_interval(), config.get_keepalives_retries()), (Some(PROBE), Some(PROBES)));
        let config = server("postgres:///", &set).unwrap().config;
        assert_eq!(config.get_hosts(), [Host::Tcp("other".into())]);
        assert_eq!((config.get_ports(), config.get_user(), config.get_dbname()), (&[1][..], Some("bob"), Some("d")));
        assert_eq!(config.get_ssl_mode(), SslMode::Prefer);
    }

    #[test]
    fn sockets_are_folders_and_never_encrypted() {
        for address in ["postgres://ann@%2Frun%2Fpg/shop?sslmode=require", "postgres:///shop?host=/run/pg&user=ann"] {
            let server = server(address, &[]).unwrap();
            assert_eq!(server.config.get_hosts(), [Host::Unix("/run/pg".into())], "{address}");
            assert_eq!(server.config.get_ssl_mode(), SslMode::Disable);
        }
    }

    #[test]
    fn what_cannot_be_set_is_named() {
        for address in ["postgres://a@h/d?sslmode=always", "postgres://a@h/d?sslkey=x", "postgres://a@h/d?port=x"] {
            assert_eq!(server(address, &[]).err().unwrap().exit_code(), 2, "{address}");
        }
        assert_eq!(server("postgres://h/d", &[]).err().unwrap().exit_code(), 2);
        assert_eq!(server("postgres://a@h/d?sslmode=verify-full&sslrootcert=/none.pem", &[]).err().unwrap().exit_code(), 2);
    }
}
