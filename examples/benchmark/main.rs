//! Measures `mkt` and prints one JSON object a line: `cargo run --release --example benchmark -- step`.
//!
//! | argument | what is measured |
//! |---|---|
//! | `step` | training rows per second of one core, beside the matrix products alone by the `gemm` crate |
//! | `tables FOLDER` | score and seconds of one fit on every table of a folder, `NAME/{train.csv,test.csv,spec.json}` |
//! | `clean FILE TARGET` | seconds of reading, cleaning and normalizing a table |
//! | `large FILE ROWS` | nothing: writes a table of 20 columns, larger than memory if asked for |
//! | `growth` | seconds and memory of one fit of 10 k, 100 k and 1 M rows of 30 columns |
//!
//! `peers.py` beside this file runs the other programs on the same tables, and makes the folder; `cleaning.py` cleans and
//! normalizes a table with pandas and scikit-learn, and with the expressions of polars.

mod clean;
mod growth;
mod large;
mod step;
mod tables;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["step"] => step::run(),
        ["clean", file, target] => clean::run(file, target)?,
        ["large", file, rows] => large::write(file.as_ref(), rows.parse()?)?,
        ["growth", rest @ ..] => growth::run(rest)?,
        ["tables", folder, rest @ ..] => tables::run(folder.as_ref(), rest)?,
        _ => {
            eprintln!(
                "usage: benchmark step | tables FOLDER [--only NAMES] [--folds N] [SECTION.KEY=VALUE]... | clean FILE TARGET | large FILE ROWS | growth [...]"
            );
            std::process::exit(2);
        }
    }
    Ok(())
}
