//! Where the object store is and who we are to it, as the tools of AWS are told: by the environment and two files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rusty_s3::Credentials;

use crate::collect::files::setting;
use crate::error::Result;

/// The region of an address that does not say.
const REGION: &str = "us-east-1";

/// What is known of the store.
#[derive(Debug)]
pub struct Account {
    /// Another store than that of AWS.
    pub endpoint: Option<String>,
    pub region: String,
    /// Without them, only what everybody may read can be read.
    pub credentials: Option<Credentials>,
}

impl Account {
    /// What the environment says.
    pub fn of_environment() -> Result<Self> {
        Self::new(&|name| std::env::var(name).ok(), std::env::home_dir().as_deref())
    }

    /// What variables and the files in a home folder say.
    fn new(variable: &dyn Fn(&str) -> Option<String>, home: Option<&Path>) -> Result<Self> {
        let set = |name: &str| variable(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let file = |name: &str, usual: &str| {
            let path = set(name).map(PathBuf::from).or_else(|| Some(home?.join(".aws").join(usual)));
            path.and_then(|path| std::fs::read_to_string(path).ok()).map(|text| sections(&text)).unwrap_or_default()
        };
        let profile = set("AWS_PROFILE");
        let name = profile.clone().unwrap_or_else(|| "default".into());
        let shared = file("AWS_SHARED_CREDENTIALS_FILE", "credentials");
        let config = file("AWS_CONFIG_FILE", "config");
        let keys = shared.get(&name);
        let more = config.get(&format!("profile {name}")).or_else(|| config.get(&name));
        if let Some(profile) = &profile
            && keys.is_none()
            && more.is_none()
        {
            return Err(setting("source", format!("AWS_PROFILE is {profile}, which no file of AWS credentials or config has")));
        }
        let of_files = |key: &str| keys.and_then(|k| k.get(key)).or_else(|| more.and_then(|k| k.get(key))).cloned();
        let credentials = match (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY")) {
            (Some(key), Some(secret)) => Some(credentials(key, secret, set("AWS_SESSION_TOKEN"))),
            (None, None) => match (of_files("aws_access_key_id"), of_files("aws_secret_access_key")) {
                (Some(key), Some(secret)) => Some(credentials(key, secret, of_files("aws_session_token"))),
                _ => None,
            },
            _ => return Err(setting("source", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY have to be set together")),
        };
        let region = set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION")).or_else(|| of_files("region"));
        let endpoint = set("AWS_ENDPOINT_URL_S3").or_else(|| set("AWS_ENDPOINT_URL")).or_else(|| of_files("endpoint_url"));
        Ok(Self { endpoint, region: region.unwrap_or_else(|| REGION.into()), credentials })
    }
}

fn credentials(key: String, secret: String, token: Option<String>) -> Credentials {
    match token {
        Some(token) => Credentials::new_with_token(key, secret, token),
        None => Credentials::new(key, secret),
    }
}

/// The keys of an INI file by section.
fn sections(text: &str) -> HashMap<String, HashMap<String, String>> {
    let mut sections: HashMap<String, HashMap<String, String>> = HashMap::new();
    let mut section = String::new();
    for line in text.lines() {
        let plain = line.trim();
        if let Some(name) = plain.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name.split_whitespace().collect::<Vec<_>>().join(" ");
            sections.entry(section.clone()).or_default();
        } else if let Some((key, value)) = plain.split_once('=')
            // Indented lines are settings of single services.
            && !line.starts_with(char::is_whitespace)
            && !plain.starts_with(['#', ';'])
            && !value.trim().is_empty()
        {
            sections.entry(section.clone()).or_default().insert(key.trim().to_lowercase(), value.trim().to_owned());
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(variables: &[(&str, &str)], home: &std::path::Path) -> Result<Account> {
        let variable = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Account::new(&variable, Some(home))
    }

    #[test]
    fn the_environment_stands_above_the_files() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".aws")).unwrap();
        let credentials = "[default]\naws_access_key_id = K\naws_secret_access_key=S\n# x = y\n[other]\naws_access_key_id=O\n\
                           aws_secret_access_key=P\naws_session_token=T\n";
        std::fs::write(home.path().join(".aws/credentials"), credentials).unwrap();
        let config = "[default]\nregion = eu-west-1\ns3 =\n  region = no\n[profile other]\nregion=ap-south-1\n";
        std::fs::write(home.path().join(".aws/config"), config).unwrap();
        let key = |a: &Account| a.credentials.as_ref().map(|c| (c.key().to_owned(), c.token().map(str::to_owned)));

        let plain = account(&[], home.path()).unwrap();
        assert_eq!((plain.region.as_str(), key(&plain)), ("eu-west-1", Some(("K".into(), None))));
        let other = account(&[("AWS_PROFILE", "other")], home.path()).unwrap();
        assert_eq!((other.region.as_str(), key(&other)), ("ap-south-1", Some(("O".into(), Some("T".into())))));
        let set = [("AWS_ACCESS_KEY_ID", "E"), ("AWS_SECRET_ACCESS_KEY", "F"), ("AWS_DEFAULT_REGION", "r")];
        let set = account(&set, home.path()).unwrap();
        assert_eq!((set.region.as_str(), key(&set)), ("r", Some(("E".into(), None))));
        assert!(account(&[("AWS_PROFILE", "none")], home.path()).is_err());
        assert!(account(&[("AWS_ACCESS_KEY_ID", "E")], home.path()).is_err());
    }

    #[test]
    fn without_anything_it_is_everybody_in_the_first_region() {
        let home = tempfile::tempdir().unwrap();
        let account = account(&[("AWS_ENDPOINT_URL", "http://localhost:9")], home.path()).unwrap();
        assert_eq!((account.region.as_str(), account.endpoint.as_deref()), ("us-east-1", Some("http://localhost:9")));
        assert!(account.credentials.is_none());
    }
}
