//! Binary files of unknown origin, damaged at random: each is read, or refused in one line with exit code 3. Nothing that a
//! decoder of others does with them may end the program.

use std::io::Cursor;
use std::time::{Duration, Instant};

use mkt::seed::{Rng, Seed};
use polars::df;
use polars::prelude::{
    CompatLevel, DataFrame, DataType, IpcCompression, IpcWriter, ParquetCompression, ParquetWriter, SchemaExt, SerWriter,
    TimeUnit,
};
use polars_arrow::io::ipc::write::{StreamWriter, WriteOptions};

use super::workbook::C::{B, D, F, N, T, X};
use super::workbook::{book, sheet};
use super::workdir::{Ran, Workdir, slow};

/// Rows of the good files.
const ROWS: usize = 300;

fn frame() -> DataFrame {
    let rows: Vec<i64> = (0..ROWS).map(|row| i64::try_from(row).unwrap()).collect();
    let levels: Vec<&str> =
        rows.iter().map(|row| ["red", "green", "a longer level than others"][usize::from(row % 3 == 0)]).collect();
    let gaps: Vec<Option<f64>> = rows.iter().map(|row| (row % 7 != 0).then_some(*row as f64 / 3.0)).collect();
    let frame = df!("n" => &rows, "x" => gaps, "colour" => levels, "on" => rows.iter().map(|r| r % 2 == 0).collect::<Vec<_>>());
    let mut frame = frame.unwrap();
    let cast = |name: &str, dtype: &DataType| frame.column("n").unwrap().cast(dtype).unwrap().with_name(name.into());
    let more = [
        cast("day", &DataType::Date),
        cast("at", &DataType::Datetime(TimeUnit::Microseconds, None)),
        cast("span", &DataType::Duration(TimeUnit::Milliseconds)),
        cast("small", &DataType::Int16),
        cast("price", &DataType::Decimal(12, 2)),
    ];
    let levels = polars::prelude::Categories::global();
    let level = frame.column("colour").unwrap().cast(&DataType::from_categories(levels)).unwrap().with_name("level".into());
    frame = frame.hstack(&more).unwrap().hstack(&[level]).unwrap();
    frame
}

fn parquet(compression: ParquetCompression) -> Vec<u8> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).with_compression(compression).with_row_group_size(Some(128)).finish(&mut frame()).unwrap();
    bytes
}

fn ipc(compression: Option<IpcCompression>) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    IpcWriter::new(&mut bytes).with_compression(compression).finish(&mut frame()).unwrap();
    bytes.into_inner()
}

fn stream() -> Vec<u8> {
    let (mut bytes, frame) = (Vec::new(), frame().drop("level").unwrap());
    let mut writer = StreamWriter::new(&mut bytes, WriteOptions { compression: None });
    let schema = frame.schema().to_arrow(CompatLevel::newest());
    writer.start(&schema, None).unwrap();
    for batch in frame.iter_chunks(CompatLevel::newest(), false) {
        writer.write(&batch, None).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

fn workbook() -> Vec<u8> {
    let cells = |row: usize| {
        let (n, last) = (row as f64, if row == 7 { X("#N/A") } else { F("A2*2", 2.0 * row as f64) });
        vec![N(n), T("red"), D(45_658.0 + n), B(row.is_multiple_of(2)), last]
    };
    let rows: Vec<Vec<_>> = (0..ROWS).map(cells).collect();
    let header = [T("n"), T("colour"), T("day"), T("on"), T("twice")];
    let rows: Vec<&[_]> = std::iter::once(&header[..]).chain(rows.iter().map(Vec::as_slice)).collect();
    book(&[sheet("data", &rows)], false)
}

fn good() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("plain.parquet", parquet(ParquetCompression::Uncompressed)),
        ("zstd.parquet", parquet(ParquetCompression::Zstd(None))),
        ("snappy.parquet", parquet(ParquetCompression::Snappy)),
        ("plain.arrow", ipc(None)),
        ("lz4.arrow", ipc(Some(IpcCompression::LZ4))),
        ("stream.arrows", stream()),
        ("book.xlsx", workbook()),
    ]
}

/// Cuts, flips or overwrites something.
fn damage(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let size = bytes.len();
    match rng.below(5) {
        0 => bytes.truncate(rng.below(size)),
        1 => (0..=rng.below(8)).for_each(|_| bytes[rng.below(size)] ^= 1 << rng.below(8)),
        2 => {
            let fill = [0, 0x7f, 0xff][rng.below(3)];
            bytes[rng.below(size - 8)..][..8].fill(fill);
        }
        // What says how large all else is stands at the end.
        3 => bytes[size - 1 - rng.below(size.min(600))] ^= 1 << rng.below(8),
        _ => {
            let (from, length) = (rng.below(size), 1 + rng.below(64));
            bytes[from..].iter_mut().take(length).for_each(|b| *b = u8::try_from(rng.below(256)).unwrap());
        }
    }
}

fn read(dir: &Workdir, file: &str) -> Ran {
    dir.run(&format!("init {file} --target n -o - --progress none"))
}

#[test]
fn every_good_file_is_read() {
    let dir = Workdir::new();
    for (name, bytes) in good() {
        dir.write(name, bytes);
        let ran = read(&dir, name);
        assert_eq!(ran.code, 0, "{ran}");
        assert!(ran.stdout.contains("\"colour\" = \"category\""), "{ran}");
        // From a pipe, too, where the name says nothing.
        let ran = dir.pipe("init - --target n -o - --progress none", dir.bytes(name));
        assert_eq!(ran.code, 0, "{name}: {ran}");
    }
}

#[test]
fn damage_of_any_kind_is_read_or_refused_in_a_line() {
    let dir = Workdir::new();
    let good = good();
    let cases = if slow() { 300 } else { 42 };
    for case in 0..cases {
        let mut rng = Seed::new(11).derive("damage", case).rng();
        let (name, bytes) = &good[usize::try_from(case).unwrap() % good.len()];
        let mut bytes = bytes.clone();
        damage(&mut bytes, &mut rng);
        let name = format!("{case}-{name}");
        dir.write(&name, bytes);
        let start = Instant::now();
        let ran = read(&dir, &name);
        assert!(matches!(ran.code, 0 | 3), "case {case}: {ran}");
        if ran.code == 3 {
            ran.assert_failed(3);
            assert!(!ran.stderr.contains("source_location") && !ran.stderr.contains(" { "), "case {case}: {ran}");
        }
        ran.assert_no_panic();
        assert!(start.elapsed() < Duration::from_secs(30), "case {case} took {:?}", start.elapsed());
    }
}

#[test]
fn a_packed_file_that_grows_out_of_proportion_is_refused() {
    let dir = Workdir::new();
    dir.write("bomb.parquet.gz", {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, b"PAR1").unwrap();
        std::io::copy(&mut std::io::Read::take(std::io::repeat(0), 80 << 20), &mut encoder).unwrap();
        encoder.finish().unwrap()
    });
    dir.fails(3, "init bomb.parquet.gz --target n -o -").says(&["bomb.parquet.gz", "more than 500 times its size"]);
}

#[test]
fn the_verb_of_the_program_itself_is_not_for_others() {
    let dir = Workdir::new();
    dir.fails(2, "__decode x").says(&["for the program itself"]);
    assert!(!dir.ok("--help").stdout.contains("__decode"));
    assert!(!dir.ok("completions bash").stdout.contains("__decode"));
}
