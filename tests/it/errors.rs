//! The mistakes of a newcomer: each is told in one line with what was seen, where, and what to do.

use super::samples;
use super::workdir::{TINY, Workdir};

#[test]
fn a_wrong_target_names_the_columns_and_the_nearest() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(60, 1));
    dir.fails(3, "train t.csv --target color").says(&["t.csv", "\"color\"", "did you mean \"colour\"", "amount"]);
    dir.fails(3, "init t.csv --target zzz -o m.toml").says(&["\"zzz\"", "\"amount\", \"visits\", \"colour\", \"y\""]);
    assert!(!dir.exists("m.toml"), "a config for a column that is not there");
}

#[test]
fn fewer_groups_than_folds_are_counted_as_groups() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(120, 1));
    dir.fails(5, "train t.csv --target y --set columns.group=colour").says(&["3 groups", "5 folds"]);
}

#[test]
fn a_typo_in_the_config_is_shown_with_its_line() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(60, 1));
    dir.write("mkt.toml", "[collect]\nsource = \"t.csv\"\n[target]\ncolumn = \"y\"\n[train]\nepoch = 3\n");
    let ran = dir.fails(2, "train -c mkt.toml");
    ran.says(&["mkt.toml", "epoch", "did you mean \"epochs\""]);
    assert!(ran.stderr.contains("mkt.toml:6") || ran.stderr.contains("line 6"), "{ran}");
    dir.write("mkt.toml", "[collect]\nsource = \"t.csv\"\n[trian]\nepochs = 3\n");
    let ran = dir.fails(2, "check -c mkt.toml");
    ran.says(&["trian", "did you mean \"train\""]);
    assert!(ran.stderr.contains("mkt.toml:3") || ran.stderr.contains("line 3"), "{ran}");
    dir.fails(2, "train t.csv --target y --set train.epoch=3").says(&["epoch", "did you mean", "epochs"]);
    dir.fails(2, "train t.csv --target y --set train").says(&["--set"]);
    // What could change nothing is not taken in silence.
    dir.fails(2, "runs --seed 3").says(&["--seed 3", "nothing at random"]);
    dir.fails(2, "predict t.csv --set model.hidden=[8]").says(&["--set model.hidden", "[collect], [output]"]);
}

#[test]
fn values_outside_their_range_are_refused() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(60, 1));
    for set in [
        "train.epochs=-1",
        "train.epochs=many",
        "train.learning_rate=-1",
        "train.learning_rate=nan",
        "validate.folds=1",
        "validate.test_fraction=1.5",
        "model.hidden=[0]",
        "model.hidden=many",
        "model.activation=step",
        "model.dropout=1.0",
        "clean.max_missing=2",
        "normalize.numbers=log",
    ] {
        let key = set.split(['.', '=']).nth(1).unwrap();
        dir.fails(2, &format!("train t.csv --target y --set {set}")).says(&[key]);
    }
    assert!(!dir.exists("runs"), "settings are checked before anything is made");
}

#[test]
fn a_setting_that_cannot_be_used_is_told_with_its_value_and_its_line() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(60, 1)).write("shop.db", "");
    let config = |lines: &str| {
        dir.write("mkt.toml", format!("[target]\ncolumn = \"y\"\n[collect]\nsource = \"t.csv\"\n{lines}\n"));
    };
    for (lines, code, said) in [
        ("[validate]\n\nfolds = 1", 2, "mkt.toml:7: [validate] folds: 1 is out of range; use 2 to 100"),
        ("[validate]\nbootstrap = 200000", 2, "mkt.toml:6: [validate] bootstrap: 200000 is out of range"),
        ("[clean]\nmax_missing = 1.5", 2, "mkt.toml:6: [clean] max_missing: 1.5 is out of range"),
        ("[train]\nmax_time = -1", 2, "mkt.toml:6: [train] max_time: -1 is out of range; use 0 or more"),
        ("[threshold]\noptimize = \"top_n\"", 2, "mkt.toml:6: [threshold] optimize: \"top_n\" needs n"),
        ("[threshold]\noptimize = \"profit\"\nvalue = {tp = inf}", 2, "mkt.toml:7: threshold.value.tp: inf is not"),
        ("test = \"\"", 2, "mkt.toml:5: [collect] test: an empty name"),
        ("[output]\ndir = \"\"", 2, "mkt.toml:6: [output] dir: an empty name"),
        ("[columns]\nweight = \"zzz\"", 3, "mkt.toml:6: [columns] weight: t.csv has no column \"zzz\""),
        ("[columns]\n\ngroup = \"colur\"", 3, "mkt.toml:7: [columns] group: t.csv has no column \"colur\""),
        ("[columns.type]\nzzz = \"text\"", 3, "mkt.toml:6: [columns] type.zzz: t.csv has no column \"zzz\""),
    ] {
        config(lines);
        dir.fails(code, "check -c mkt.toml").says(&[said]);
    }
    config("");
    dir.fails(2, "check -c mkt.toml --set validate.folds=1").says(&["error: --set validate.folds: 1 is out of range"]);
    dir.fails(3, "check -c mkt.toml --set columns.time=zz").says(&["error: --set columns.time: t.csv has no column \"zz\""]);
    let ran = dir.command("check t.csv --target").arg(" y ").output().unwrap();
    assert!(String::from_utf8_lossy(&ran.stderr).contains("did you mean \"y\"?"), "{ran:?}");
    dir.fails(2, "check shop.db?table=x --target y").says(&["\"sqlite:shop.db?table=x\""]);
    dir.fails(2, "drift t.csv --fail-above -1").says(&["--fail-above", "give a number of 0 or more"]);
    dir.fails(2, "runs --limit 0").says(&["--limit", "give a whole number of 1 or more"]);
}

#[test]
fn files_that_are_not_there_or_not_tables_are_named() {
    let dir = Workdir::new();
    std::fs::create_dir(dir.path("folder")).unwrap();
    dir.write("empty.csv", "").write("header.csv", "a,b,y\n").write("quote.csv", "a,y\n1,\"no end\n2,x\n");
    dir.fails(3, "train nope.csv --target y").says(&["nope.csv"]);
    dir.fails(3, "train no*pe.csv --target y").says(&["no*pe.csv"]);
    dir.fails(3, "train folder --target y").says(&["folder"]);
    dir.fails(3, "train empty.csv --target y").says(&["empty.csv"]);
    dir.fails(3, "train header.csv --target y").says(&["header.csv"]);
    dir.fails(3, "train quote.csv --target y").says(&["quote.csv"]);
    dir.fails(2, "train -c nope.toml").says(&["nope.toml"]);
}

#[test]
fn what_is_missing_on_the_command_line_is_said() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(60, 1));
    dir.fails(2, "train t.csv").says(&["--target"]);
    dir.fails(2, "train").says(&["-c"]);
    dir.fails(2, "trian t.csv").says(&["train"]);
    dir.fails(2, "train t.csv --target y --epochs 3").says(&["--epochs"]);
    dir.fails(2, "runs --format yaml").says(&["yaml", "json"]);
    dir.fails(2, "train t.csv --target y --threads none").says(&["--threads"]);
    dir.fails(2, "train t.csv --target y --seed -1 --out x");
    assert!(!dir.exists("x"));
}

#[test]
fn arguments_that_cannot_be_understood_are_told_to_programs_too() {
    let dir = Workdir::new();
    let ran = dir.fails(2, "train t.csv --epochs 3 --format json");
    let json = ran.json();
    assert_eq!((&json["command"], &json["error"]["code"]), (&"train".into(), &"usage".into()), "{ran}");
    let message = json["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("unexpected argument '--epochs' found"), "{ran}");
    assert!(!message.contains("Usage") && !message.contains("--help"), "{ran}");
    assert_eq!(ran.stderr, format!("error: {message}\n"));
    assert_eq!(dir.fails(2, "trian --format json").json()["command"], "");
}

#[test]
fn outputs_that_cannot_be_as_asked_are_refused() {
    let dir = Workdir::trained();
    dir.fails(2, "predict t.csv --columns amount,id,amount").says(&["\"amount\" twice"]);
    dir.fails(2, "predict t.csv -o p.csv.gz").says(&["p.csv.gz", "write p.csv and pack it"]);
    dir.fails(2, "predict t.csv -o p.csv.zst").says(&["zst"]);
    dir.fails(2, "predict t.csv -o p.xlsx").says(&["not written as xlsx", ".csv, .parquet or .ndjson", "--format-out"]);
    dir.fails(2, "predict t.csv -o p.JSON").says(&["not written as json"]);
    assert!(!dir.exists("p.xlsx"));
    dir.ok("predict t.csv -o p.json --format-out ndjson");
    dir.fails(3, "predict t.csv --columns Amount").says(&["did you mean \"amount\"?", "\"id\", \"amount\""]);
}

#[test]
fn typed_text_needs_no_quotes() {
    let dir = Workdir::new();
    let csv = samples::map_column(&samples::binary(60, 1), "y", |_, y| if y == "yes" { "0" } else { "1" }.into());
    dir.write("t.csv", csv);
    dir.ok("check t.csv --target y --set target.positive=0 --set columns.ignore=id");
    let mut command = dir.command("init t.csv --target y -o -");
    let ran = super::workdir::Ran::of("MKT_TARGET__POSITIVE", command.env("MKT_TARGET__POSITIVE", "0").spawn().unwrap());
    assert!(ran.stdout.contains("positive = \"0\""), "{ran}");
}

#[test]
fn a_device_that_is_not_there_is_refused() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(60, 1));
    dir.fails(2, "train t.csv --target y --device tpu").says(&["tpu", "flex"]);
    if cfg!(not(feature = "cuda")) {
        dir.fails(2, "train t.csv --target y --device cuda").says(&["cuda", "not compiled in"]);
    }
}

#[test]
fn a_model_of_another_table_names_the_missing_column() {
    let dir = Workdir::trained();
    dir.write("other.csv", "price,colour\n3,red\n");
    dir.fails(3, "predict other.csv").says(&["other.csv", "amount"]);
    dir.write("close.csv", samples::binary(5, 1).replace("amount", "Amount"));
    dir.fails(3, "predict close.csv").says(&["amount", "did you mean \"Amount\""]);
    dir.write("blind.csv", samples::select(&samples::binary(50, 2), &["id", "amount", "visits", "colour"]));
    dir.fails(3, "evaluate blind.csv").says(&["\"y\""]);
    dir.ok("predict blind.csv");
}

#[test]
fn what_is_not_a_model_is_refused() {
    let dir = Workdir::new();
    dir.write("t.csv", samples::binary(60, 1));
    dir.fails(4, "predict t.csv").says(&["no model", "train"]);
    dir.fails(4, "predict t.csv -m t.csv").says(&["t.csv"]);
    dir.fails(4, "inspect nope.mkt").says(&["nope.mkt"]);
    let ran = super::workdir::Ran::of("MKT_MODEL", dir.command("predict t.csv").env("MKT_MODEL", "away.mkt").spawn().unwrap());
    ran.assert_failed(4);
    ran.says(&["away.mkt"]);
}

#[test]
fn rows_that_teach_nothing_end_the_training() {
    let dir = Workdir::new();
    dir.write("one.csv", samples::map_column(&samples::binary(60, 1), "y", |_, _| "yes".into()));
    dir.fails(5, &format!("train one.csv --target y {TINY}"));
    dir.write("few.csv", samples::binary(3, 1));
    dir.fails(5, &format!("train few.csv --target y {TINY}"));
    dir.write("id.csv", samples::select(&samples::binary(60, 1), &["id", "y"]));
    let ran = dir.fails(3, &format!("train id.csv --target y {TINY}"));
    ran.says(&["id.csv", "\"id\" (an id: ", "[columns.type]"]);
    dir.write("y.csv", samples::select(&samples::binary(60, 1), &["y"]));
    dir.fails(3, &format!("train y.csv --target y {TINY}")).says(&["no other column than the target"]);
}

#[test]
fn an_unreadable_number_is_told_with_its_place() {
    let dir = Workdir::trained();
    let csv = samples::map_column(&samples::binary(50, 3), "amount", |row, cell| {
        if row == 16 { "12,5 €".replace(',', ".") } else { cell.to_owned() }
    });
    dir.write("odd.csv", csv);
    let ran = dir.run("predict odd.csv --format json -o p.csv");
    // Either refused or told as a warning, but never silent; the row counts from 1.
    let json = ran.json();
    let told = if ran.code == 0 { &json["warnings"] } else { &json["error"] };
    let told = told.to_string();
    assert!(told.contains("amount") && told.contains("17"), "{ran}");
}

/// Names from the data are written by strangers, and a terminal does what it is told.
#[test]
fn what_drives_a_terminal_is_never_printed() {
    let dir = Workdir::new();
    let sample = samples::binary(80, 1).replacen("colour", "col\x1b[2Jour", 1).replace(",red,", ",r\x1bed,");
    dir.write("t.csv", sample.replace(",yes", ",y\x1b]0;x\x07es"));
    dir.ok(&format!("train t.csv --target y --out run {TINY}"));
    let tame = |ran: &super::workdir::Ran| {
        let driving = |text: &str| text.contains(|c: char| c.is_control() && c != '\n');
        assert!(!driving(&ran.stdout) && !driving(&ran.stderr), "{ran}");
    };
    tame(&dir.ok("inspect run"));
    tame(&dir.fails(3, "train t.csv --target nothing"));
    tame(&dir.fails(3, "evaluate -m run --by nothing"));
    let gated = dir.run("evaluate -m run --fail-if auc<2");
    assert_eq!(gated.code, 1, "{gated}");
    tame(&gated);
    tame(&dir.fails(3, "predict no\x1bfile.csv -m run"));
}

/// Which rows judge a model is written down beside it; other rows may be those that it learned from.
#[test]
fn a_changed_file_of_splits_judges_nothing() {
    let dir = Workdir::trained();
    let mut splits = dir.bytes("runs/first/splits.parquet");
    splits[100] ^= 1;
    dir.write("runs/first/splits.parquet", splits);
    dir.fails(4, "evaluate -m runs/first").says(&["splits.parquet", "not as the run wrote it", "name the data to score"]);
    dir.ok("evaluate t.csv -m runs/first");
}
