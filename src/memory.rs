//! How much memory a run may take, and how much the machine has.

use std::fmt;
use std::fs;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Share of the machine's memory that a run takes at most, where nobody says otherwise.
const SHARE: f64 = 0.6;
/// What the machine is taken to have, where it does not tell.
const UNKNOWN: u64 = 4 << 30;

/// Most memory of a run: `auto`, or an amount such as `1.5GB`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MaxMemory(Option<u64>);

impl MaxMemory {
    /// In bytes; `auto` is 60 % of what the machine has, or the container where that has less.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a number of bytes")]
    pub fn bytes(self) -> u64 {
        self.0.unwrap_or_else(|| (SHARE * machine() as f64) as u64)
    }
}

impl FromStr for MaxMemory {
    type Err = String;

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an amount of memory")]
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("auto") {
            return Ok(Self(None));
        }
        let unit = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
        let factor = match text[unit..].to_ascii_lowercase().as_str() {
            "b" => 1.0,
            "k" | "kb" => 1e3,
            "m" | "mb" => 1e6,
            "g" | "gb" => 1e9,
            "kib" => 1024.0,
            "mib" => 1_048_576.0,
            "gib" => 1_073_741_824.0,
            _ => 0.0,
        };
        let amount = text[..unit].trim().parse::<f64>().unwrap_or(0.0) * factor;
        if (1.0..1e18).contains(&amount) {
            return Ok(Self(Some(amount as u64)));
        }
        Err(format!("\"{text}\" is no amount of memory; write for instance \"1.5GB\", \"800MB\" or \"auto\""))
    }
}

impl TryFrom<String> for MaxMemory {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<MaxMemory> for String {
    fn from(memory: MaxMemory) -> Self {
        memory.to_string()
    }
}

impl fmt::Display for MaxMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => write!(f, "auto"),
            Some(bytes) => write!(f, "{bytes}B"),
        }
    }
}

impl JsonSchema for MaxMemory {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MaxMemory".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string"})
    }
}

/// Bytes that the process holds now, the program itself and files not counted; 0 where the system does not tell.
#[must_use]
pub fn held() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kib| 1024 * kib)
}

/// Bytes as people say them.
#[must_use]
pub fn words(bytes: u64) -> String {
    let bytes = bytes as f64;
    if bytes >= 1e9 { format!("{:.1} GB", bytes / 1e9) } else { format!("{:.0} MB", (bytes / 1e6).max(1.0)) }
}

/// Bytes that the machine has, or the container where that has less.
fn machine() -> u64 {
    let info = fs::read_to_string("/proc/meminfo").ok();
    let total = info.as_deref().and_then(|text| text.lines().find_map(|l| l.strip_prefix("MemTotal:")));
    let total = total.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).map_or(UNKNOWN, |kib| 1024 * kib);
    let group = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let own = group.lines().find_map(|l| l.strip_prefix("0::")).unwrap_or_default().trim();
    let limits = [
        format!("/sys/fs/cgroup{own}/memory.max"),
        "/sys/fs/cgroup/memory.max".to_owned(),
        "/sys/fs/cgroup/memory/memory.limit_in_bytes".to_owned(),
    ];
    let limits = limits.iter().filter_map(|path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok());
    limits.fold(total, u64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let bytes = |text: &str| text.parse::<MaxMemory>().map(MaxMemory::bytes);
        assert_eq!(bytes("1.5GB"), Ok(1_500_000_000));
        assert_eq!(bytes("2 gib"), Ok(2_147_483_648));
        assert_eq!(bytes("800m"), Ok(800_000_000));
        for text in ["", "5", "-1GB", "GB", "1.5 apples", "nan GB", "1e30GB"] {
            assert!(bytes(text).unwrap_err().contains("no amount of memory"), "{text}");
        }
        assert!(bytes("auto").unwrap() > 1 << 20);
        let set: MaxMemory = "1.5GB".parse().unwrap();
        assert_eq!(set.to_string().parse(), Ok(set));
    }

    #[test]
    fn sizes_in_words() {
        assert_eq!([words(1_234_000_000), words(900), words(80_400_000)], ["1.2 GB", "1 MB", "80 MB"]);
    }
}
