//! What a run leaves on the disk: its folder and its model file, every file whole or absent.

mod atomic;
mod checkpoints;
mod list;
mod model_file;
mod partial;
mod replace;
mod run;

pub use atomic::{Pending, write};
pub use list::{RunLine, list, newest_finished, newest_unfinished};
pub use model_file::{Lineage, Manifest, ModelFile, PartModel};
pub use partial::{network_words, partial_record};
pub use replace::begun_config;
pub use run::{Choice, RunFolder, begun, intact};
