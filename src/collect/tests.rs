use std::fs;

use polars::df;
use polars::prelude::{IpcWriter, ParquetWriter, SerWriter};
use tempfile::TempDir;

use super::*;
use crate::error::Error;
use crate::pipeline::Session;

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn collect(&self, config: &str) -> Result<Collect> {
        Collect::new(&toml::from_str(config).unwrap(), self.0.path())
    }

    fn run(&self, config: &str) -> Result<(Table, Vec<String>), Error> {
        let session = Session::silent();
        let table = session.context().run(&self.collect(config)?, ())?;
        Ok((table, session.warnings().into_iter().map(|w| w.code).collect()))
    }

    fn error(&self, config: &str) -> String {
        let message = self.run(config).unwrap_err().to_string();
        message.replace(&format!("{}/", self.0.path().display()), "")
    }
}

fn column(table: &Table, name: &str) -> Vec<String> {
    table.data.column(name).unwrap().str().unwrap().iter().map(|v| v.unwrap_or("null").to_owned()).collect()
}

#[test]
fn files_are_stacked_by_name_and_the_test_source_stands_behind() {
    let folder = Folder::new(&[("a.csv", "x,y\n1,2\n"), ("b.csv", "y;x\n4;3\n"), ("t.tsv", "y\tx\n6\t5\n")]);
    let (table, warnings) = folder.run("source = '?.csv'\ntest = 't.tsv'").unwrap();
    assert_eq!(column(&table, "x"), ["1", "3", "5"]);
    assert_eq!(column(&table, "y"), ["2", "4", "6"]);
    assert_eq!((table.test_from, table.rows.source.as_str()), (Some(2), "?.csv"));
    assert!(warnings.is_empty());
    let (table, _) = folder.run("source = ['b.csv', 'a.csv']\nlimit = 1").unwrap();
    assert_eq!((column(&table, "x"), table.test_from), (vec!["3".to_owned()], None));
}

#[test]
fn chunks_count_their_rows_over_all_files() {
    let folder = Folder::new(&[("a.csv", "x\n1\n2\n3\n"), ("b.csv", "x\n4\n5\n")]);
    let tables = |config: &str| {
        let chunks = folder.collect(config).unwrap().chunks(2).unwrap();
        chunks.map(|t| t.unwrap()).map(|t| (t.rows.first, column(&t, "x"))).collect::<Vec<_>>()
    };
    let rows = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
    let expected = vec![(0, rows(&["1", "2"])), (2, rows(&["3"])), (3, rows(&["4", "5"]))];
    assert_eq!(tables("source = '*.csv'"), expected);
    assert_eq!(tables("source = '*.csv'\nlimit = 4"), [(0, rows(&["1", "2"])), (2, rows(&["3"])), (3, rows(&["4"]))]);
}

#[test]
fn a_header_without_rows_is_one_empty_chunk_but_nothing_to_train_on() {
    let folder = Folder::new(&[("a.csv", "x,y\n"), ("b.csv", "y,x\n"), ("none.csv", "\n\n")]);
    let tables: Vec<_> =
        folder.collect("source = ['a.csv', 'b.csv']").unwrap().chunks(5).unwrap().map(|t| t.unwrap()).collect();
    assert_eq!(tables.len(), 1);
    assert_eq!(tables[0].data.shape(), (0, 2));
    assert_eq!(folder.error("source = 'a.csv'"), "a.csv has a header but no rows");
    assert_eq!(folder.error("source = 'none.csv'"), "none.csv is empty; it needs a header and at least one row");
}

#[test]
fn files_that_do_not_fit_together_are_refused() {
    let folder = Folder::new(&[("a.csv", "price,y\n1,2\n"), ("b.csv", "prize,y\n1,2\n"), ("c.csv", "price,y,z\n1,2,3\n")]);
    let error = folder.error("source = ['a.csv', 'b.csv']");
    assert!(error.starts_with("b.csv has no column \"price\", which a.csv has; did you mean \"prize\"?"), "{error}");
    let error = folder.error("source = 'a.csv'\ntest = 'c.csv'");
    assert!(error.starts_with("c.csv has a column \"z\", which a.csv does not have"), "{error}");
    let error = folder.error("source = '*.csv'\ntest = 'a.csv'");
    assert!(error.contains("a.csv is in source too; rows that judge a model must not train it"), "{error}");
}

#[test]
fn after_an_error_no_rows_come() {
    let folder = Folder::new(&[("a.csv", "x,y\n1,2\n3\n4,5\n")]);
    let mut chunks = folder.collect("source = 'a.csv'").unwrap().chunks(1).unwrap();
    assert_eq!(chunks.next().unwrap().unwrap().height(), 1);
    assert_eq!(chunks.next().unwrap().unwrap_err().exit_code(), 3);
    assert!(chunks.next().is_none());
}

#[test]
fn warnings_reach_whoever_reads() {
    let folder = Folder::new(&[("a.csv", "x,x,\n1,2,3\n"), ("b.csv", "x,x,\n4,5\" ,6\n")]);
    let (table, warnings) = folder.run("source = '*.csv'").unwrap();
    assert_eq!(column(&table, "x_2"), ["2", "5\" "]);
    assert_eq!(column(&table, "column_3"), ["3", "6"]);
    // Each file says its own, that of the second file behind what is new.
    assert_eq!(warnings, ["duplicate_column", "unnamed_column", "stray_quote", "duplicate_column", "unnamed_column"]);
    let mut chunks = folder.collect("source = 'a.csv'").unwrap().chunks(9).unwrap();
    chunks.next().unwrap().unwrap();
    assert_eq!(chunks.warnings().len(), 2);
    assert!(chunks.warnings().is_empty());
}

#[test]
fn odd_records_are_counted_over_the_whole_file() {
    let lines: String = (0..900)
        .map(|i| {
            if i % 30 == 29 {
                "1,2,3\n"
            } else if i % 100 == 0 {
                "5\" ,1\n"
            } else {
                "1,2\n"
            }
        })
        .collect();
    let folder = Folder::new(&[("a.csv", &format!("a,b\n{lines}"))]);
    let counts = |settings: &str| {
        let mut chunks = folder.collect(settings).unwrap().chunks(50).unwrap();
        let mut found = Vec::new();
        while let Some(table) = chunks.next() {
            table.unwrap();
            found.extend(chunks.warnings());
        }
        found.extend(chunks.warnings());
        found.into_iter().map(|w| (w.code, w.count)).collect::<Vec<_>>()
    };
    assert_eq!(counts("source = 'a.csv'"), [("ragged".into(), Some(30)), ("stray_quote".into(), Some(9))]);
    // Where reading ends before the file does, what was read of it counts.
    assert_eq!(counts("source = 'a.csv'\nlimit = 290"), [("ragged".into(), Some(9)), ("stray_quote".into(), Some(3))]);
}

#[test]
fn what_several_files_have_is_told_of_each() {
    let rows = |title: &str| format!("{title}\n\na,b\n{}", "1,2\n".repeat(9));
    let texts: Vec<String> = ["one", "two", "one"].map(rows).into();
    let folder = Folder::new(&[("a.csv", &texts[0]), ("b.csv", &texts[1]), ("c.csv", &texts[2]), ("d.csv", "a,b\n1,2\n")]);
    let session = Session::silent();
    let table = session.context().run(&folder.collect("source = '*.csv'").unwrap(), ()).unwrap();
    let told: Vec<_> = session.warnings().into_iter().map(|w| (w.code, w.source.unwrap_or_default())).collect();
    let ends = ["a.csv", "b.csv", "c.csv"];
    assert_eq!((table.height(), told.len()), (28, 3), "{told:?}");
    assert!(told.iter().zip(ends).all(|((code, source), end)| code == "preamble" && source.ends_with(end)), "{told:?}");
}

#[test]
fn a_title_above_two_rows_is_not_passed_over_in_silence() {
    for text in ["sales of may\na,b\n1,2\n3,4\n", "sales of may\na;b\n1;2\n", "title\nexport\na,b\n1,2\n"] {
        let folder = Folder::new(&[("a.csv", text)]);
        let (table, warnings) = folder.run("source = 'a.csv'").unwrap();
        assert!(table.data.width() == 2 || warnings.contains(&"one_column".to_owned()), "{text:?}: {warnings:?}");
    }
    let (_, warnings) = Folder::new(&[("a.csv", "text\nhi\nyou\n")]).run("source = 'a.csv'").unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn settings_are_checked_before_any_file() {
    let folder = Folder::new(&[]);
    for config in ["", "source = 'a'\nlimit = 0", "source = 'a'\ndelimiter = '，'", "source = 'a'\ndelimiter = '\"'"] {
        assert_eq!(folder.collect(config).unwrap_err().exit_code(), 2, "{config}");
    }
    assert_eq!(folder.run("source = 'a.csv'").unwrap_err().exit_code(), 3);
}

#[test]
fn a_delimiter_and_a_format_can_be_given() {
    let folder = Folder::new(&[("a.dat", "x:y\n1,2:3\n"), ("b.txt", "{\"x\":1}\n")]);
    let (table, _) = folder.run("source = 'a.dat'\ndelimiter = ':'").unwrap();
    assert_eq!(column(&table, "x"), ["1,2"]);
    assert_eq!(column(&folder.run("source = 'b.txt'").unwrap().0, "x"), ["1"]);
    assert_eq!(folder.run("source = 'b.txt'\nformat = 'csv'").unwrap_err().exit_code(), 3);
}

#[test]
fn typed_files_keep_their_types_under_any_name() {
    let folder = Folder::new(&[]);
    let mut frame = df!("n" => [1_i64, 2], "t" => ["a", "b"]).unwrap();
    ParquetWriter::new(fs::File::create(folder.0.path().join("p")).unwrap()).finish(&mut frame).unwrap();
    IpcWriter::new(fs::File::create(folder.0.path().join("i")).unwrap()).finish(&mut frame).unwrap();
    let (table, _) = folder.run("source = 'p'\ntest = 'i'").unwrap();
    assert!(table.data.equals(&frame.vstack(&frame).unwrap()));
    fs::write(folder.0.path().join("c.csv"), "n,t\n1,a\n").unwrap();
    let error = folder.error("source = ['p', 'c.csv']");
    assert!(error.starts_with("column \"n\" of c.csv is str, but i64 in p"), "{error}");
}

#[test]
fn keys_of_ndjson_may_differ_between_files() {
    let folder = Folder::new(&[("a.ndjson", "{\"x\":1}\n"), ("b.ndjson", "{\"y\":2,\"x\":3}\n")]);
    let (table, _) = folder.run("source = '*.ndjson'").unwrap();
    assert_eq!(column(&table, "x"), ["1", "3"]);
    assert_eq!(column(&table, "y"), ["null", "2"]);
}

/// Rows and columns as DATASETS.md of the real tables counts them.
#[test]
fn real_tables_are_read_whole() {
    let Some(folder) = std::env::var_os("MKT_REAL_DATA") else {
        eprintln!("skipped: MKT_REAL_DATA does not name the folder of real tables");
        return;
    };
    let folder = Path::new(&folder);
    let notes = fs::read_to_string(folder.join("DATASETS.md")).unwrap();
    let mut files = 0;
    for line in notes.lines().filter(|l| l.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(|c| c.trim().trim_matches('`')).collect();
        let shape: (usize, usize) = (cells[2].parse().unwrap(), cells[3].parse().unwrap());
        let config = CollectConfig { source: cells[1].into(), ..CollectConfig::default() };
        let collect = Collect::new(&config, folder).unwrap();
        let session = Session::silent();
        let table = session.context().run(&collect, ()).unwrap();
        assert_eq!(table.data.shape(), shape, "{}", cells[1]);
        let chunked: usize = collect.chunks(1000).unwrap().map(|t| t.unwrap().height()).sum();
        assert_eq!(chunked, shape.0, "{}", cells[1]);
        let expected: &[&str] = if cells[1].starts_with("compas") { &["decile_score_2", "priors_count_2"] } else { &[] };
        let warned: Vec<_> = session.warnings().into_iter().filter_map(|w| w.column).collect();
        assert_eq!(warned, expected, "{}", cells[1]);
        files += 1;
    }
    assert!(files > 20, "{files} files are in the table");
}
