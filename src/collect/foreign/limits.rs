//! What the decoding of a file may take, by the size of the file.

use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::Kind;

/// Memory that the smallest file may take.
const MEMORY: u64 = 640 << 20;
/// Time that the next rows of the smallest file may take.
const SECONDS: u64 = 8;

/// What the decoding of one file may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Address space that it may add, in bytes.
    pub memory: u64,
    /// How long the next rows may take to come.
    pub time: Duration,
}

impl Limits {
    /// Sheets are held whole, and unpacked from text.
    pub fn new(kind: Kind, size: u64) -> Self {
        let (per_byte, bytes_per_second) = if kind == Kind::Excel { (24, 1 << 20) } else { (8, 10 << 20) };
        let memory = MEMORY.saturating_add(size.saturating_mul(per_byte));
        Self { memory, time: Duration::from_secs(SECONDS + size / bytes_per_second) }
    }

    /// Holds this process to the limits.
    ///
    /// The parent measures the time; a limit on the processor's stands behind it, for a child whose parent is gone.
    pub fn apply(self) -> std::io::Result<()> {
        let hard = |limit: u64| Rlimit { current: Some(limit), maximum: Some(limit) };
        if let Some(held) = address_space() {
            setrlimit(Resource::As, hard(held.saturating_add(self.memory)))?;
        }
        setrlimit(Resource::Core, hard(0))?;
        setrlimit(Resource::Cpu, hard(60 * (1 + self.time.as_secs())))?;
        Ok(())
    }
}

/// Address space that the process has, in bytes; unknown where the system does not tell.
fn address_space() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmSize:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_grow_with_the_file() {
        let limits = |kind, size| (Limits::new(kind, size).memory, Limits::new(kind, size).time.as_secs());
        assert_eq!(limits(Kind::Parquet, 0), (640 << 20, 8));
        assert_eq!(limits(Kind::Ipc, 1 << 30), ((640 << 20) + (8 << 30), 8 + 102));
        assert_eq!(limits(Kind::Excel, 10 << 20), ((640 << 20) + (240 << 20), 18));
        assert_eq!(limits(Kind::Parquet, u64::MAX).0, u64::MAX);
        assert!(address_space().is_some_and(|held| held > 1 << 20));
    }
}
