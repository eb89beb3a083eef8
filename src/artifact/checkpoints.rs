//! Where a run keeps the state of unfinished work.

use std::fs;
use std::path::Path;

use super::atomic::{self, io_error};
use super::run::{CHECKPOINTS, RunFolder};
use crate::error::Result;
use crate::pipeline::{Checkpoints, Saved, State};

impl Checkpoints for RunFolder {
    /// The newest whole state of that name: if it is damaged, the one before it.
    fn load(&self, name: &str) -> Option<Saved> {
        let path = self.checkpoint(name);
        if let Some(state) = read_checked(&path) {
            return Some(Saved { state, fallback: false });
        }
        let damaged = path.exists();
        let before = read_checked(&path.with_extension("previous"));
        let state = before.or_else(|| damaged.then(Vec::new))?;
        Some(Saved { state, fallback: damaged })
    }

    fn save(&self, name: &str, state: &State<'_>) -> Result<()> {
        let path = self.checkpoint(name);
        if path.exists() {
            fs::rename(&path, path.with_extension("previous")).map_err(|e| io_error(&path, e))?;
        }
        let mut sum = blake3::Hasher::new();
        state(&mut sum).map_err(|e| io_error(&path, e))?;
        atomic::write(&path, |out| {
            out.write_all(sum.finalize().as_bytes())?;
            state(out)
        })?;
        Ok(())
    }
}

impl RunFolder {
    fn checkpoint(&self, name: &str) -> std::path::PathBuf {
        self.path().join(CHECKPOINTS).join(format!("{}.state", name.replace('/', "-")))
    }
}

/// A state behind its checksum, if both are whole.
fn read_checked(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = fs::read(path).ok()?;
    let (sum, state) = bytes.split_at_checked(32)?;
    let whole = blake3::hash(state).as_bytes() == sum;
    bytes.drain(..32);
    whole.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::run::Choice;
    use super::*;

    #[test]
    fn a_damaged_checkpoint_falls_back_to_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunFolder::open(&Choice { runs: folder.path(), stem: "a", out: None, resume: false, force: false }).unwrap();
        run.save("fold-0/member-1", &|out| out.write_all(b"one")).unwrap();
        run.save("fold-0/member-1", &|out| out.write_all(b"two")).unwrap();
        assert_eq!(run.load("fold-0/member-1").unwrap(), Saved { state: b"two".to_vec(), fallback: false });
        let path = run.checkpoint("fold-0/member-1");
        let mut bytes = fs::read(&path).unwrap();
        bytes[33] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(run.load("fold-0/member-1").unwrap(), Saved { state: b"one".to_vec(), fallback: true });
        assert_eq!(run.load("fold-1/member-1"), None);
    }
}
