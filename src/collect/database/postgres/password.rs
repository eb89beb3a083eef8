//! Passwords of servers: `PGPASSWORD`, else the file of passwords, as `psql` looks for them.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Who connects where.
pub struct Login<'a> {
    /// A name, or a folder of sockets.
    pub host: &'a str,
    pub port: u16,
    pub database: &'a str,
    pub user: &'a str,
}

/// The password of the file, and what to say of a file that was not used.
pub fn of_file(
    login: &Login<'_>,
    variable: &dyn Fn(&str) -> Option<String>,
    home: Option<&Path>,
) -> (Option<String>, Option<String>) {
    let named = variable("PGPASSFILE").filter(|v| !v.is_empty()).map(PathBuf::from);
    let Some(path) = named.or_else(|| Some(home?.join(".pgpass"))) else { return (None, None) };
    let Ok(about) = std::fs::metadata(&path) else { return (None, None) };
    if about.permissions().mode() & 0o077 != 0 {
        let message = format!("{} can be read by others, and is not used; run chmod 600 on it", path.display());
        return (None, Some(message));
    }
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    (text.lines().find_map(|line| matching(line, login)), None)
}

/// The password of a line `host:port:database:user:password`, where it fits.
fn matching(line: &str, login: &Login<'_>) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = vec![String::new()];
    let mut letters = line.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => fields.last_mut()?.extend(letters.next()),
            ':' if fields.len() < 5 => fields.push(String::new()),
            c => fields.last_mut()?.push(c),
        }
    }
    let [host, port, database, user, password] = &fields[..] else { return None };
    let fits = |field: &str, value: &str| field == "*" || field == value;
    let local = login.host.starts_with('/') && host == "localhost";
    let here = local || fits(host, login.host);
    let known = fits(port, &login.port.to_string()) && fits(database, login.database) && fits(user, login.user);
    (here && known && !password.is_empty()).then(|| password.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: Login<'_> = Login { host: "db", port: 5432, database: "shop", user: "ann" };

    #[test]
    fn lines_match_by_field_and_star() {
        assert_eq!(matching("db:5432:shop:ann:pw", &LOGIN).as_deref(), Some("pw"));
        assert_eq!(matching("*:*:*:ann:a\\:b:c\\\\", &LOGIN).as_deref(), Some("a:b:c\\"));
        assert_eq!(matching("db:5433:shop:ann:pw", &LOGIN), None);
        assert_eq!(matching("# db:5432:shop:ann:pw", &LOGIN), None);
        assert_eq!(matching("db:5432:shop:ann", &LOGIN), None);
        let socket = Login { host: "/tmp", ..LOGIN };
        assert_eq!(matching("localhost:5432:shop:ann:pw", &socket).as_deref(), Some("pw"));
    }

    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".pgpass");
        std::fs::write(&path, "x:1:y:z:no\ndb:*:*:*:pw\n").unwrap();
        let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o644);
        let (password, note) = of_file(&LOGIN, &|_| None, Some(home.path()));
        assert!(password.is_none() && note.unwrap().contains("chmod 600"));
        mode(0o600);
        assert_eq!(of_file(&LOGIN, &|_| None, Some(home.path())), (Some("pw".into()), None));
        assert_eq!(of_file(&LOGIN, &|_| Some("/none".into()), Some(home.path())), (None, None));
    }
}
