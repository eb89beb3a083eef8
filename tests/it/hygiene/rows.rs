//! None, one, few and many rows, in any order.

use super::super::samples::{binary, regression};
use super::super::workdir::{TINY, Workdir};
use super::{fit_predict, lines, refused};

#[test]
fn check_fit2d_1sample() {
    refused(&binary(1, 1), &[3, 5], &[]);
    refused(&regression(1, 1), &[3, 5], &[]);
}

#[test]
fn check_fit_0samples() {
    refused("id,amount,visits,colour,y\n", &[3], &["t.csv"]);
}

#[test]
fn check_few_rows() {
    for rows in [2, 4, 9] {
        let dir = Workdir::new();
        dir.write("t.csv", binary(rows, 1));
        let ran = dir.run(&format!("train t.csv --target y --out run {TINY}"));
        assert!(matches!(ran.code, 0 | 5), "{ran}");
        ran.assert_no_panic();
    }
    fit_predict(&binary(40, 1));
}

#[test]
fn check_predict_0samples_and_1sample() {
    let dir = Workdir::trained();
    dir.write("none.csv", "id,amount,visits,colour\n").write("one.csv", binary(1, 1));
    let ran = dir.run("predict none.csv");
    assert!(matches!(ran.code, 0 | 3), "{ran}");
    ran.assert_no_panic();
    assert_eq!(dir.ok("predict one.csv").rows().len(), 2);
}

#[test]
fn check_methods_subset_invariance() {
    let dir = Workdir::trained();
    let batch = lines(&dir.ok("predict t.csv"));
    let table = dir.read("t.csv");
    let header = table.lines().next().unwrap();
    for (row, expected) in batch.iter().enumerate().step_by(23) {
        dir.write("one.csv", format!("{header}\n{}\n", table.lines().nth(row + 1).unwrap()));
        assert_eq!(lines(&dir.ok("predict one.csv")), [expected.as_str()], "row {row} alone");
    }
}

#[test]
fn check_methods_sample_order_invariance() {
    let dir = Workdir::trained();
    let mut batch = lines(&dir.ok("predict t.csv"));
    let table = dir.read("t.csv");
    let (header, rows) = table.split_once('\n').unwrap();
    let reversed: Vec<_> = rows.lines().rev().collect();
    dir.write("r.csv", format!("{header}\n{}\n", reversed.join("\n")));
    batch.reverse();
    assert_eq!(lines(&dir.ok("predict r.csv")), batch);
}

#[test]
fn check_a_large_batch_equals_its_parts() {
    let dir = Workdir::trained();
    let table = binary(3000, 6);
    let (header, rows) = table.split_once('\n').unwrap();
    dir.write("all.csv", &table);
    let mut parts = Vec::new();
    for (i, part) in rows.lines().collect::<Vec<_>>().chunks(700).enumerate() {
        dir.write(&format!("{i}.csv"), format!("{header}\n{}\n", part.join("\n")));
        parts.extend(lines(&dir.ok(&format!("predict {i}.csv"))));
    }
    assert_eq!(lines(&dir.ok("predict all.csv")), parts);
}

#[test]
fn check_blank_lines_and_line_ends() {
    let dir = Workdir::trained();
    let table = dir.read("t.csv");
    let expected = dir.ok("predict t.csv").stdout;
    dir.write("crlf.csv", table.replace('\n', "\r\n")).write("open.csv", table.trim_end());
    dir.write("bom.csv", format!("\u{feff}{table}"));
    for name in ["crlf", "open", "bom"] {
        assert_eq!(dir.ok(&format!("predict {name}.csv")).stdout, expected, "{name}");
    }
}
