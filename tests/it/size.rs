//! Tables that are streamed, because they do not fit into the memory a run may take.

use super::samples;
use super::workdir::{TINY, Workdir};

const STREAM: &str = "--set collect.stream='always' --max-memory 1GB";

fn metric(dir: &Workdir, run: &str, path: &[&str]) -> f64 {
    let json = dir.json(&format!("{run}/metrics.json"));
    path.iter().fold(&json, |value, key| &value[key]).as_f64().unwrap_or_else(|| panic!("{path:?} of {json}"))
}

#[test]
fn a_table_that_fits_both_ways_gives_the_same_folds_and_nearly_the_same_model() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(20_000, 1)).write("test.csv", samples::binary(4000, 2));
    let train = |run: &str, more: &str| {
        dir.ok(&format!("train t.csv --target y --out {run} --set collect.test='test.csv' {TINY} {more}"))
    };
    train("memory", "");
    let streamed = train("streamed", STREAM);
    streamed.says(&["plan: 24000 rows x 5 columns", "streamed, with a sample of at most", "streamed: types"]);
    // The sample is the whole table here: all that is learned on it is the same, to the bit.
    let [memory, stream] = ["memory", "streamed"].map(|run| dir.json(&format!("{run}/metrics.json")));
    assert_eq!(memory["cv"], stream["cv"]);
    assert_eq!(memory["linear"], stream["linear"]);
    assert_eq!(memory["rows"], stream["rows"]);
    // The final network sees the same rows in another order.
    for (name, tolerance) in [("auc", 0.01), ("logloss", 0.02), ("brier", 0.01)] {
        let [a, b] = ["memory", "streamed"].map(|run| metric(&dir, run, &["test", name, "value"]));
        assert!((a - b).abs() < tolerance, "{name}: {a} in memory, {b} streamed");
    }
    // Nothing of the spool is left, and the model predicts.
    assert_eq!(dir.files("memory"), dir.files("streamed"));
    let [a, b] = ["memory", "streamed"].map(|run| dir.ok(&format!("predict test.csv -m {run}/model.mkt")).rows());
    let p = |rows: &[Vec<String>]| rows[1..].iter().map(|r| r.last().unwrap().parse::<f64>().unwrap()).collect::<Vec<_>>();
    let (a, b) = (p(&a), p(&b));
    let mean = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum::<f64>() / a.len() as f64;
    assert!(mean < 0.05, "{mean}");
    // Read again, the rows that the run set aside score what they scored: the sample holds all of them here.
    let again = dir.ok("evaluate -m streamed/model.mkt --format json").json();
    let value = again["metrics"]["test"]["auc"]["value"].as_f64().unwrap();
    assert!((value - metric(&dir, "streamed", &["test", "auc", "value"])).abs() < 1e-6, "{again}");
    dir.ok("evaluate test.csv -m streamed/model.mkt");
    dir.fails(4, "diff memory streamed").says(&["one was streamed", "--data TEST"]);
}

#[test]
fn a_logarithm_is_learned_in_a_stream_as_it_is_in_memory() {
    let dir = Workdir::new();
    let above = |_: usize, y: &str| format!("{:.3}", y.parse::<f64>().unwrap() + 200.0);
    let rows = |count, seed| samples::map_column(&samples::regression(count, seed), "y", above);
    dir.write("t.csv", rows(6000, 1)).write("test.csv", rows(1000, 2));
    let line = "train t.csv --target y --set collect.test='test.csv' --set normalize.target='log' --set model.preset='fast' \
                --set validate.folds=2 --set validate.bootstrap=20 --set model.blend='none'";
    dir.ok(&format!("{line} --out memory"));
    dir.ok(&format!("{line} --out streamed {STREAM}"));
    let [a, b] = ["memory", "streamed"].map(|run| metric(&dir, run, &["test", "rmse", "value"]));
    // The noise of the sample has a standard deviation of 1.
    assert!(a < 2.0 && (a - b).abs() < 0.3, "{a} in memory, {b} streamed");
}

#[test]
fn the_sampled_rows_of_a_streamed_test_part_are_read_again() {
    let dir = Workdir::new();
    let named = samples::add_column(&samples::binary(20_000, 5), "name", |row| format!("customer {row}"));
    dir.write("t.csv", &named);
    let more = "--set columns.id=['name'] --set columns.sensitive=['colour'] --set threshold.optimize=profit --set threshold.value.tp=amount --set threshold.value.fp=-3";
    for (run, epochs) in [("one", 2), ("two", 3)] {
        dir.ok(&format!(
            "train t.csv --target y --out {run} --set collect.sample=2000 {STREAM} {TINY} {more} --set train.epochs={epochs}"
        ));
    }
    let judged = dir.ok("evaluate -m one --format json --by colour").json();
    let rows = judged["metrics"]["rows"].as_u64().unwrap();
    assert!((300..500).contains(&rows), "a fifth of the 2000 rows of the sample: {rows}");
    let (all, [low, high]) = (
        metric(&dir, "one", &["test", "auc", "value"]),
        ["low", "high"].map(|end| judged["metrics"]["test"]["auc"][end].as_f64().unwrap()),
    );
    assert!(low < all && all < high, "{all} of all rows, {low} to {high} of the sample");
    dir.ok("diff one two --format json");
    // Rows are called by what names them, and by their number in the source.
    let first = dir.ok("explain -m one --each --format json").json()["metrics"]["rows"][0].clone();
    let row = first["row"].as_u64().unwrap();
    assert_eq!(first["ids"]["name"], format!("customer {}", row - 1), "{first}");
    dir.ok(&format!("explain -m one --row #{row}"));
    dir.write("t.csv", named.replace("customer 7\n", "customer seven\n"));
    dir.fails(4, "evaluate -m one").says(&["changed since training"]);
}

#[test]
fn a_sample_stands_for_the_rows_that_do_not_fit() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(30_000, 3));
    let line = |run: &str, threads: usize| {
        format!("train t.csv --target y --out {run} --threads {threads} --set collect.sample=4000 {STREAM} {TINY}")
    };
    dir.ok(&line("one", 1)).says(&["uniform sample of 4000 of 30000 rows"]);
    dir.ok(&line("two", 2));
    // No result depends on the number of threads.
    assert_eq!(dir.bytes("one/model.mkt"), dir.bytes("two/model.mkt"));
    let rows = dir.json("one/data.json")["rows"].clone();
    let [train, test] = ["train", "test"].map(|part| rows[part].as_u64().unwrap());
    assert_eq!((train + test, rows["collected"].as_u64()), (30_000, Some(30_000)));
    // A fifth of the rows, give or take five standard deviations.
    assert!((5650..6350).contains(&test), "{rows}");
    let auc = metric(&dir, "one", &["test", "auc", "value"]);
    assert!((0.7..0.99).contains(&auc), "{auc}");
    let id = &dir.json("one/data.json")["columns"][0];
    assert_eq!(id["role"], "id", "a column that counts the rows does so in a sample, too: {id}");
}

#[test]
fn rows_without_a_weight_are_counted_in_a_stream_too() {
    let dir = Workdir::new();
    let weight = |row: usize| if row.is_multiple_of(3) { "0" } else { "1" }.to_owned();
    dir.write("t.csv", samples::add_column(&samples::regression(2000, 3), "w", weight))
        .write("test.csv", samples::add_column(&samples::regression(300, 4), "w", |_| "1".to_owned()));
    let rows = |run: &str, more: &str| {
        let set = "--set columns.weight=w --set collect.test='test.csv'";
        dir.ok(&format!("train t.csv --target y --out {run} {set} {TINY} {more}"));
        dir.json(&format!("{run}/data.json"))["rows"].clone()
    };
    let memory = rows("memory", "");
    assert_eq!(rows("streamed", STREAM), memory);
    assert_eq!((memory["train"].as_u64(), memory["test"].as_u64()), (Some(2000), Some(300)), "{memory}");
}

#[test]
fn whole_groups_of_a_stream_judge_and_are_told_as_such() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::add_column(&samples::binary(3000, 3), "shop", |row| (row / 10).to_string()));
    let ran = dir.ok(&format!("train t.csv --target y --out runs/r --set columns.group=shop {STREAM} {TINY}"));
    assert!(ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains("a share of the groups, each whole"), "{ran}");
    dir.ok("report --language zh -o zh.html");
    assert!(dir.read("zh.html").contains("均在样本之内；测试部分：部分组的全部行"));
}

#[test]
fn later_rows_judge_a_streamed_table_with_a_time() {
    let dir = Workdir::new();
    let day = |row: usize| format!("2024-{:02}-{:02}", 1 + row / 28 % 12, 1 + row % 28);
    dir.write("t.csv", samples::add_column(&samples::binary(12_000, 5), "day", day));
    let line = format!("train t.csv --target y --out run --set columns.time='day' --set collect.sample=3000 {STREAM} {TINY}");
    dir.ok(&line).says(&["streamed"]);
    let rows = dir.json("run/data.json")["rows"].clone();
    let [train, test] = ["train", "test"].map(|part| rows[part].as_u64().unwrap());
    assert_eq!(train + test, 12_000);
    assert!((2100..2700).contains(&test), "{rows}");
    assert!(dir.json("run/data.json")["split"].as_str().unwrap().contains("the latest rows"));
}

#[test]
fn what_cannot_be_done_is_said_before_it_starts() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(3000, 1));
    dir.fails(6, &format!("train t.csv --target y --max-memory 30MB {TINY}")).says(&["--max-memory", "are needed"]);
    dir.fails(6, &format!("train t.csv --target y --max-memory 30MB --set collect.stream='never' {TINY}")).says(&["\"never\""]);
    dir.fails(6, &format!("train t.csv --target y {STREAM} --set clean.drop_duplicates='drop' {TINY}")).says(&["duplicates"]);
    let weeks = samples::add_column(&samples::binary(3000, 1), "week", |row| format!("week {}", row / 100));
    dir.write("w.csv", weeks);
    dir.fails(6, &format!("train w.csv --target y {STREAM} --set columns.time='week' {TINY}"))
        .says(&["split by time of \"week\""]);
    dir.fails(2, "train t.csv --target y --max-memory lots").says(&["no amount of memory"]);
    // Whatever reads a table into memory stops where it does not fit.
    dir.fails(6, "init t.csv --target y --max-memory 30MB").says(&["its first 3000 rows alone need"]);
    // A check looks at a sample, for which that is too little, too.
    dir.fails(6, "check t.csv --target y --max-memory 30MB").says(&["for 5 columns", "are needed"]);
    let left = std::fs::read_dir(dir.path("runs")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "a run that cannot start leaves nothing");
}

#[test]
fn one_row_that_settles_the_order_of_day_and_month_does_so_in_a_stream_too() {
    let dir = Workdir::new();
    let day = |row: usize| match row {
        19_998 => "25/03/2024".to_owned(),
        row => format!("{:02}/{:02}/2024", 1 + row % 12, 1 + row % 9),
    };
    dir.write("t.csv", samples::add_column(&samples::binary(20_000, 6), "day", day));
    let read = |run: &str, more: &str| {
        let ran = dir.ok(&format!("train t.csv --target y --out {run} {more} {TINY}"));
        let data = dir.json(&format!("{run}/data.json"));
        let column = data["columns"].as_array().unwrap().iter().find(|c| c["name"] == "day").unwrap().clone();
        (column["reason"].as_str().unwrap().split_once("read as ").unwrap().1.to_owned(), ran.stderr.contains("day_first"))
    };
    let memory = read("memory", "");
    assert_eq!(memory, ("%d/%m/%Y".to_owned(), false));
    assert_eq!(read("streamed", &format!("--set collect.sample=2000 {STREAM}")), memory);
}

#[test]
fn one_row_below_zero_frees_the_predictions_of_a_stream_too() {
    let dir = Workdir::new();
    let never = samples::map_column(&samples::regression(20_000, 6), "y", |_, y| y.trim_start_matches('-').into());
    dir.write("never.csv", &never).write("test.csv", samples::regression(500, 7));
    dir.write("once.csv", samples::map_column(&never, "y", |row, y| if row == 19_998 { "-3" } else { y }.into()));
    let held = |table: &str| {
        let line = format!("train {table}.csv --target y --out {table} --set collect.test='test.csv'");
        dir.ok(&format!("{line} --set collect.sample=2000 {STREAM} {TINY}"));
        let model = dir.bytes(&format!("{table}/model.mkt"));
        String::from_utf8_lossy(&model).matches("never_negative").count()
    };
    // Of the target's scale and of the intervals.
    assert_eq!([held("never"), held("once")], [2, 0]);
}

#[test]
fn keys_that_only_later_records_have_are_columns_of_a_stream_too() {
    let dir = Workdir::new();
    let rows = samples::binary(80_000, 7);
    let mut lines = rows.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let mut text = String::new();
    for (row, cells) in lines.enumerate() {
        let cells = header.iter().zip(cells).map(|(key, cell)| format!("\"{key}\":\"{cell}\""));
        let late = (row >= 60_000).then(|| format!("\"late\":{}", row % 7));
        text.extend(["{", &cells.chain(late).collect::<Vec<_>>().join(","), "}\n"]);
    }
    dir.write("t.ndjson", text);
    dir.ok(&format!("train t.ndjson --target y --out run --set collect.sample=3000 {STREAM} {TINY}"));
    let data = dir.json("run/data.json");
    let late = data["columns"].as_array().unwrap().iter().find(|c| c["name"] == "late").unwrap().clone();
    let (missing, rows) = (late["missing"].as_f64().unwrap(), data["rows"]["collected"].as_f64().unwrap());
    // Three quarters, of a sample of 3000: give or take five standard deviations.
    assert!((0.71..0.79).contains(&(missing / 3000.0)) && rows == 80_000.0, "{late}");
}

#[test]
fn tables_that_are_joined_and_do_not_fit_are_refused_before_they_are_read() {
    let dir = Workdir::new();
    dir.write("left.csv", samples::add_column(&samples::binary(50_000, 1), "k", |row| format!("{}", row % 9)));
    dir.write("right.csv", "k,z\n0,1\n1,2\n");
    let config = |more: &str| format!("[collect]\nsource = 'left.csv'\n{more}\n[collect.tables]\nr = 'right.csv'\n");
    let join = |more: &str| format!("[[collect.join]]\ntable = 'r'\non = 'k'\n{more}\n[target]\ncolumn = 'y'\n");
    dir.write("j.toml", config("") + &join(""));
    dir.write("m.toml", config("") + &join("validate = 'm:m'"));
    dir.write("s.toml", config("sql = 'select s.*, r.z from source s left join r on r.k = s.k'") + "[target]\ncolumn = 'y'\n");
    dir.ok(&format!("train -c j.toml --out kept {TINY}"));
    let runs = || std::fs::read_dir(dir.path("runs")).map_or(0, Iterator::count);
    let before = runs();
    for (line, limit, reason) in [
        ("evaluate -m kept -c j.toml", "100MB", "held in memory, but by `mkt check`, `mkt train` and `mkt predict`"),
        ("check -c j.toml --set collect.stream='never'", "100MB", "\"never\""),
        ("train -c j.toml --set collect.stream='never'", "100MB", "\"never\""),
        ("train -c m.toml", "85MB", "the join of \"r\" has validate = \"m:m\", not \"m:1\""),
        ("check -c m.toml", "85MB", "the join of \"r\" has validate = \"m:m\", not \"m:1\""),
        ("train -c s.toml", "85MB", "where a query joins them"),
        ("check -c s.toml", "85MB", "where a query joins them"),
    ] {
        let ran = dir.fails(6, &format!("{line} --max-memory {limit}"));
        ran.says(&["r, left.csv cannot be streamed (", reason, "allowed (--max-memory)"]);
    }
    for file in ["j.toml", "m.toml", "s.toml"] {
        dir.ok(&format!("check -c {file} --max-memory 1GB"));
    }
    // What is looked up in has to fit in any case.
    let (many, less) = (format!("k,z\n{}", "1234567,1\n".repeat(400_000)), "train -c j.toml --max-memory 60MB");
    dir.write("right.csv", many).fails(6, less).says(&["the tables that are looked up in are held, about"]);
    assert_eq!(runs(), before, "a run that cannot start leaves nothing");
}

#[test]
fn networks_that_do_not_fit_are_refused_before_one_is_made() {
    let dir = Workdir::new();
    // Levels of categories become inputs of their own, which only their values tell: 2000 columns are 24,000 inputs.
    let header: Vec<String> = (0..2000).map(|i| format!("c{i}")).collect();
    let row = |r: usize| {
        let cells: Vec<String> =
            (0..2000).map(|c| format!("v{}", (r * [1, 5, 7, 11][c % 4] + r / 12 * (c % 11) + c) % 12)).collect();
        format!("{},{}\n", cells.join(","), if r.is_multiple_of(3) { "yes" } else { "no" })
    };
    dir.write("wide.csv", format!("{},y\n{}", header.join(","), (0..240).map(row).collect::<String>()));
    let ran = dir.fails(6, "train wide.csv --target y --max-memory 400MB --out run");
    ran.says(&[
        "the networks for this table need about",
        "beside the",
        "of 24000 inputs",
        "leave columns out",
        "(--max-memory)",
    ]);
    assert!(!dir.path("run").join("model.mkt").exists());
}

#[test]
fn a_table_larger_than_memory_is_checked_by_a_sample() {
    let dir = Workdir::new();
    let leak = samples::add_column(&samples::binary(30_000, 3), "told", |row| format!("{}", row % 7));
    dir.write("t.csv", &leak);
    let rows: Vec<Vec<String>> = leak.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    let target = rows[0].iter().position(|name| name == "y").unwrap();
    let copied = samples::add_column(&leak, "copy", |row| format!("is {}", rows[row + 1][target]));
    dir.write("copied.csv", copied);
    let check = |file: &str| format!("check {file} --target y --set collect.sample=4000 {STREAM} --format json");
    let clean = dir.ok(&check("t.csv"));
    clean.says(&["plan: 30000 rows", "streamed", "checked on a uniform sample of 4000 of 30000 rows"]);
    assert_eq!(clean.json()["metrics"]["rows"], 4000);
    let found = dir.run(&check("copied.csv"));
    assert_eq!(found.code, 1, "{found}");
    let found = found.json();
    let codes: Vec<&str> = found["metrics"]["findings"].as_array().unwrap().iter().filter_map(|f| f["code"].as_str()).collect();
    assert!(codes.contains(&"target_copy"), "{found}");
}
