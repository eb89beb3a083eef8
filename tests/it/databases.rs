//! Tables and queries of `SQLite` files.

use rusqlite::Connection;

use super::samples;
use super::workdir::{TINY, Workdir};

/// A database with the sample as table `t`, made by SQL.
fn database(dir: &Workdir, name: &str, sql: &str) {
    std::fs::create_dir_all(dir.path(name).parent().unwrap()).unwrap();
    let db = Connection::open(dir.path(name)).unwrap();
    db.execute_batch("CREATE TABLE t (id TEXT, amount REAL, visits INTEGER, colour TEXT, y TEXT)").unwrap();
    for line in samples::binary(300, 1).lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        db.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", [cells[0], cells[1], cells[2], cells[3], cells[4]]).unwrap();
    }
    db.execute_batch(sql).unwrap();
}

#[test]
fn a_database_is_learned_from_like_the_file_it_came_from() {
    let dir = Workdir::trained();
    database(&dir, "shop.db", "");
    let before = dir.bytes("shop.db");
    let ran = dir.ok(&format!("train shop.db --target y --out runs/db {TINY}"));
    ran.says(&["the table \"t\" is read, the only one there is"]);
    assert_eq!(dir.json("runs/db/metrics.json")["cv"], dir.json("runs/first/metrics.json")["cv"]);
    let rows = dir.ok("predict sqlite:shop.db?table=t -m runs/first/model.mkt").rows();
    assert_eq!(rows, dir.ok("predict t.csv -m runs/first/model.mkt").rows());
    dir.ok("evaluate -m runs/db/model.mkt");
    assert_eq!(dir.bytes("shop.db"), before);
    assert_eq!(dir.files(".").iter().filter(|name| name.starts_with("shop.db")).count(), 1);
}

#[test]
fn a_query_chooses_and_is_kept_with_the_run() {
    let dir = Workdir::new();
    database(&dir, "data/shop.db", "CREATE TABLE other (a INTEGER)");
    std::fs::create_dir_all(dir.path("cfg")).unwrap();
    dir.write("new.csv", samples::binary(80, 2));
    dir.write(
        "cfg/shop.toml",
        "[collect]\nsource = \"sqlite:../data/shop.db\"\nquery = \"\"\"\nselect *, 2 * visits as twice -- all\nfrom t order by id;\"\"\"\n\
         [target]\ncolumn = \"y\"\n[output]\ndir = \"../runs\"\n",
    );
    assert!(dir.ok("check -c cfg/shop.toml").stdout.contains("  twice: "));
    dir.ok(&format!("train -c cfg/shop.toml --out runs/a {TINY}"));
    assert!(dir.read("runs/a/config.toml").contains("source = \"sqlite:../../data/shop.db\""));
    dir.ok("evaluate -m runs/a/model.mkt");
    // The same config reads a file, for which a query means nothing.
    let ran = dir.run("predict new.csv -c cfg/shop.toml --on-missing-column null");
    assert_eq!(ran.code, 0, "{ran}");
    assert!(!ran.stderr.contains("no effect"), "{ran}");
    let ran = dir.fails(2, "check new.csv --target y --set collect.table=t");
    ran.says(&["--set collect.table: it says what is read of a database, but new.csv is a CSV file"]);
}

#[test]
fn names_stay_names_whatever_stands_in_them() {
    let dir = Workdir::new();
    let table = "we \"ird'; DROP TABLE t; --";
    database(
        &dir,
        "shop.db",
        "CREATE TABLE \"we \"\"ird'; DROP TABLE t; --\" AS SELECT amount AS \"a\"\"; DROP TABLE t\", visits AS \"select\", y FROM t",
    );
    dir.write("mkt.toml", format!("[collect]\nsource = 'shop.db'\ntable = '''{table}'''\n[target]\ncolumn = 'y'\n"));
    let ran = dir.ok("check -c mkt.toml");
    assert!(ran.stdout.contains("  a\"; DROP TABLE t: ") && ran.stdout.contains("  select: "), "{ran}");
    dir.ok("check sqlite:shop.db?table=t --target y");
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let dir = Workdir::new();
    database(&dir, "shop.db", "CREATE VIEW orders AS SELECT * FROM t");
    dir.fails(3, "check shop.db --target y").says(&["set [collect] table or query", "\"orders\", \"t\""]);
    let ran = dir.fails(3, "check shop.db --target y --set collect.table=order");
    ran.says(&["there is no table \"order\"", "did you mean \"orders\"?"]);
    dir.ok("check shop.db --target y --set collect.table=orders");
    dir.fails(3, "check sqlite:none.db --target y").says(&["none.db", "No such file"]);
    assert!(!dir.exists("none.db"));
    dir.fails(2, "check sqlite:shop.db?tabel=t --target y").says(&["only table and query"]);
    dir.fails(2, "check shop.db --target y --set collect.table=t --set collect.query=select").says(&["not both"]);
    let overlap = dir.fails(2, "check sqlite:shop.db?table=t --target y --set collect.test=sqlite:shop.db?table=t");
    overlap.says(&["is in source too"]);
    dir.write("empty.db", "");
    dir.fails(3, "check sqlite:empty.db --target y").says(&["it has none that can be read"]);
    dir.write("text.db", "a,b\n1,2\n".repeat(300));
    dir.fails(3, "check sqlite:text.db --target y").says(&["is damaged or not a SQLite database"]);
}

#[test]
fn only_one_reading_statement_is_run() {
    let dir = Workdir::new();
    database(&dir, "shop.db", "");
    let before = dir.bytes("shop.db");
    for query in [
        "DELETE FROM t RETURNING *",
        "SELECT * FROM t; DELETE FROM t",
        "ATTACH 'other.db' AS o",
        "PRAGMA journal_mode = DELETE; SELECT 1",
        "VACUUM INTO 'copy.db'",
        "SELECT nothing FROM t",
        "selec * from t",
        "-- nothing",
    ] {
        dir.write("mkt.toml", format!("[collect]\nsource = 'shop.db'\nquery = \"{query}\"\n[target]\ncolumn = 'y'\n"));
        dir.fails(2, "check -c mkt.toml").says(&["[collect] query"]);
    }
    assert_eq!(dir.bytes("shop.db"), before);
    assert_eq!(dir.files("."), ["mkt.toml", "shop.db"]);
}

#[test]
fn a_hostile_database_ends_in_one_line() {
    let dir = Workdir::new();
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x % 10 AS a, CASE WHEN x * 7919 % 13 < 5 THEN 'a' ELSE 'b' END AS y FROM n";
    database(
        &dir,
        "shop.db",
        &format!(
            "CREATE VIEW endless AS {endless}; CREATE VIEW silent AS {endless} WHERE x < 0; CREATE TABLE b AS SELECT y, x'00ff' AS picture FROM t"
        ),
    );
    dir.fails(3, "check shop.db --target y --set collect.table=endless").says(&["more than 100 times as many"]);
    dir.fails(6, "check shop.db --target y --set collect.table=silent --set collect.max_time=2").says(&["max_time"]);
    let ran = dir.ok("check shop.db --target y --set collect.table=endless --set collect.limit=500");
    assert!(ran.stdout.starts_with("500 rows"), "{ran}");
    let ran = dir.fails(3, "check shop.db --target y --set collect.table=b");
    ran.says(&["column \"picture\"", "type blob is not read"]);
    // A value that would take a gigabyte.
    dir.write("mkt.toml", "[collect]\nsource = 'shop.db'\nquery = \"select printf('%.*c', 900000000, 'x') as y, 1 as a\"\n[target]\ncolumn = 'y'\n");
    dir.fails(3, "check -c mkt.toml").says(&["shop.db"]);
    // Damage anywhere: an answer or one line.
    let good = dir.bytes("shop.db");
    for at in (100..good.len()).step_by(good.len() / 40) {
        let mut bad = good.clone();
        bad[at..(at + 40).min(good.len())].fill(0xa5);
        dir.write("bad.db", &bad);
        let ran = dir.run("check bad.db --target y --set collect.table=t --set collect.max_time=20");
        ran.assert_no_panic();
        assert!([0, 1, 3, 5].contains(&ran.code), "{ran}");
    }
}
