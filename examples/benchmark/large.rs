use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Result;
use mkt::seed::{Rng, Seed};

/// Numbers, categories and a date beside the target make twenty columns.
const NUMBERS: usize = 13;
const LEVELS: [usize; 5] = [2, 6, 12, 30, 200];

/// Writes a table of so many rows and 20 columns, whatever its size in little memory: 13 numbers, 5 categories, a date and a
/// target of two classes that depends on three of the numbers and a category.
pub fn write(path: &Path, rows: usize) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    (0..NUMBERS).try_for_each(|c| write!(out, "n{c},"))?;
    (0..LEVELS.len()).try_for_each(|c| write!(out, "c{c},"))?;
    writeln!(out, "day,y")?;
    let mut rng = Seed::new(6).rng();
    let mut line = Vec::new();
    for _ in 0..rows {
        line.clear();
        row(&mut rng, &mut line)?;
        out.write_all(&line)?;
    }
    Ok(out.flush()?)
}

fn row(rng: &mut Rng, line: &mut Vec<u8>) -> Result<()> {
    let numbers: [f64; NUMBERS] = std::array::from_fn(|_| rng.normal());
    let levels = LEVELS.map(|levels| rng.below(levels));
    for value in numbers {
        // Four decimals by whole numbers: the formatting of floats would be most of the time.
        #[expect(clippy::cast_possible_truncation, reason = "normal numbers are small")]
        let fixed = (value * 1e4).round() as i64;
        let sign = if fixed < 0 { "-" } else { "" };
        write!(line, "{sign}{}.{:04},", fixed.abs() / 10_000, fixed.abs() % 10_000)?;
    }
    levels.iter().try_for_each(|level| write!(line, "L{level},"))?;
    let day = rng.below(28 * 12 * 5);
    write!(line, "{}-{:02}-{:02},", 2019 + day / 336, 1 + day / 28 % 12, 1 + day % 28)?;
    let z = numbers[0] * numbers[1] + numbers[2].sin() + f64::from(u8::from(levels[3] > 18));
    let yes = rng.uniform() < 1.0 / (1.0 + (-2.0 * z).exp());
    writeln!(line, "{}", if yes { "yes" } else { "no" })?;
    Ok(())
}
