//! Writes the sample tables of `data/`: `cargo run --example generate -- data`.
//!
//! Every run writes the same bytes. One JSON line per table says how well any model can do on it at best.

mod tables;

use std::io::{self, Write as _};
use std::path::Path;
use std::{env, fs};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).ok_or_else(|| io::Error::other("name the folder to write to"))?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let made = tables::all();
    for table in &made {
        fs::write(folder.join(table.file), &table.csv)?;
        table.beside.iter().try_for_each(|(file, csv)| fs::write(folder.join(file), csv))?;
    }
    fs::write(folder.join("truth.json"), tables::truth(&made))?;
    made.iter().try_for_each(|table| writeln!(io::stdout(), "{}", table.truth))
}
