//! Real servers: `PostgreSQL`, an object store, an encrypted web server. `tests/servers.sh` starts them.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use mkt::collect::{Collect, CollectConfig};
use mkt::data::Table;
use mkt::pipeline::Session;
use polars::prelude::{DataType, TimeUnit};
use postgres::{Client, NoTls};

use super::samples;
use super::workdir::{Ran, TINY, Workdir, signal};

/// What the script says of the servers; `None`, and a word about it, where it did not run.
fn servers(name: &str) -> Option<String> {
    if std::env::var_os("MKT_SERVERS").is_none() {
        eprintln!("skipped: run by tests/servers.sh");
        return None;
    }
    Some(std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set")))
}

/// The `PostgreSQL` server, each test in a database of its own.
struct Postgres {
    sockets: String,
    port: String,
    database: &'static str,
}

impl Postgres {
    fn new(database: &'static str) -> Option<Self> {
        let (sockets, port) = (servers("MKT_TEST_PG_SOCKETS")?, servers("MKT_TEST_PG_PORT")?);
        let server = Self { sockets, port, database };
        server.client("postgres").batch_execute(&format!("CREATE DATABASE {database}")).unwrap();
        Some(server)
    }

    fn client(&self, database: &str) -> Client {
        let words = format!("host={} port={} user=postgres dbname={database}", self.sockets, self.port);
        Client::connect(&words, NoTls).unwrap()
    }

    fn run(&self, sql: &str) {
        self.client(self.database).batch_execute(sql).unwrap();
    }

    /// The address through the socket, where nobody needs a password.
    fn socket(&self) -> String {
        format!("postgres://postgres@{}:{}/{}", self.sockets.replace('/', "%2F"), self.port, self.database)
    }

    /// The address over the network.
    fn network(&self, user: &str, host: &str) -> String {
        format!("postgres://{user}@{host}:{}/{}", self.port, self.database)
    }

    /// The sample as table `t`.
    fn sample(&self) {
        let mut sql = "CREATE TABLE t (id text, amount numeric(8,2), visits int, colour text, y text);".to_owned();
        for line in samples::binary(300, 1).lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            write!(sql, "INSERT INTO t VALUES ('{}', {}, {}, '{}', '{}');", cells[0], cells[1], cells[2], cells[3], cells[4])
                .unwrap();
        }
        self.run(&sql);
    }
}

fn run_with(dir: &Workdir, line: &str, variables: &[(&str, &str)]) -> Ran {
    let mut command = dir.command(line);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("PG") || name.starts_with("AWS") {
            command.env_remove(&*name);
        }
    }
    let home = dir.path("home");
    command.env("NO_PROXY", "*").env("HOME", home).envs(variables.iter().copied());
    Ran::of(line, command.spawn().unwrap())
}

fn assert_ok(ran: &Ran) -> &Ran {
    assert_eq!(ran.code, 0, "{ran}");
    ran
}

fn collect(config: &str) -> Result<(Table, Vec<String>), mkt::error::Error> {
    let config: CollectConfig = toml::from_str(config).unwrap();
    let session = Session::silent();
    let table = session.context().run(&Collect::new(&config, Path::new(""))?, ())?;
    Ok((table, session.warnings().into_iter().map(|w| w.code).collect()))
}

fn values(table: &Table, column: &str) -> Vec<String> {
    let column = table.data.column(column).unwrap().cast(&DataType::String).unwrap();
    column.str().unwrap().iter().map(|v| v.unwrap_or("null").to_owned()).collect()
}

#[test]
fn postgres_types_arrive_as_they_are() {
    let Some(server) = Postgres::new("types") else { return };
    server.run(
        "CREATE TYPE mood AS ENUM ('sad', 'happy');
         CREATE DOMAIN positive AS int CHECK (VALUE > 0);
         CREATE TABLE t (b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric, n2 numeric(10,2), n0 numeric(9,0),
            txt text, vc varchar(9), bp char(4), nm name, d date, ts timestamp, tz timestamptz, tm time, u uuid, j json, jb jsonb,
            e mood, dom positive, iv interval, ip inet, rg int4range, \"Odd \"\" name\" text);
         INSERT INTO t VALUES (true, -2, 70000, 9007199254740993, 0.1, 1e-300, 123456.789, -0.05, 123456789, 'a,\"b\nä', 'vc', 'bp',
            'nm', '2024-02-29', '2024-02-29 12:34:56.789', '2024-02-29 12:34:56+02', '23:59:59.5',
            '00112233-4455-6677-8899-aabbccddeeff', '{\"a\": 1}', '{\"a\":1}', 'happy', 7, '1 day', '10.0.0.1', '[1,5)', 'x');
         INSERT INTO t DEFAULT VALUES;
         INSERT INTO t (n, f8, d, ts) VALUES ('NaN', 'Infinity', 'infinity', '-infinity'), (0.12345678901234567891, -0, '0044-03-15 BC', '9999-12-31');",
    );
    let (table, codes) = collect(&format!("source = '{}'\ntable = 't'", server.socket())).unwrap();
    let dtype = |name: &str| table.data.column(name).unwrap().dtype().clone();
    let moment = DataType::Datetime(TimeUnit::Microseconds, None);
    for (column, expected, value) in [
        ("b", DataType::Boolean, "true"),
        ("i2", DataType::Int64, "-2"),
        ("i4", DataType::Int64, "70000"),
        ("i8", DataType::Int64, "9007199254740993"),
        ("f4", DataType::Float64, "0.1"),
        ("f8", DataType::Float64, "1e-300"),
        ("n", DataType::Float64, "123456.789"),
        ("n2", DataType::Float64, "-0.05"),
        ("n0", DataType::Int64, "123456789"),
        ("txt", DataType::String, "a,\"b\nä"),
        ("vc", DataType::String, "vc"),
        ("bp", DataType::String, "bp  "),
        ("nm", DataType::String, "nm"),
        ("d", DataType::Date, "2024-02-29"),
        ("ts", moment.clone(), "2024-02-29 12:34:56.789000"),
        ("tz", moment, "2024-02-29 10:34:56.000000"),
        ("tm", DataType::String, "23:59:59.5"),
        ("u", DataType::String, "00112233-4455-6677-8899-aabbccddeeff"),
        ("j", DataType::String, "{\"a\": 1}"),
        ("jb", DataType::String, "{\"a\": 1}"),
        ("e", DataType::String, "happy"),
        ("dom", DataType::Int64, "7"),
        ("iv", DataType::String, "1 day"),
        ("ip", DataType::String, "10.0.0.1/32"),
        ("rg", DataType::String, "[1,5)"),
        ("Odd \" name", DataType::String, "x"),
    ] {
        assert_eq!((dtype(column), &*values(&table, column)[0]), (expected, value), "{column}");
        assert_eq!(values(&table, column)[1], "null", "{column}");
    }
    assert_eq!(values(&table, "d")[2..], ["null", "-0043-03-15"]);
    assert_eq!(values(&table, "ts")[2..], ["null", "9999-12-31 00:00:00.000000"]);
    assert_eq!(codes, ["no_order", "large_numbers", "rounded", "infinite_dates", "infinite_dates"]);
    // The calendar of the server reaches further than that of any program that shows its dates.
    for far in ["date '5874897-12-31'", "timestamp '294276-12-31'", "timestamp '262143-01-01'"] {
        let config = format!("source = '{}'\nquery = \"select {far} as d order by 1\"", server.socket());
        let error = collect(&config).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains("column \"d\"") && error.to_string().contains("row 1"), "{error}");
    }
    for (sql, what) in [("'{1}'::int[]", "_int4"), ("'\\x00'::bytea", "bytea"), ("point(1,2)", "point"), ("row(1)", "record")] {
        // A point has no order.
        let config = format!("source = '{}'\nquery = \"select {} as c\"", server.socket(), sql.replace('\\', "\\\\"));
        let error = collect(&config).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains("column \"c\"") && error.to_string().contains(what), "{error}");
    }
}

#[test]
fn postgres_rows_come_in_order_and_in_any_number() {
    let Some(server) = Postgres::new("many") else { return };
    let config = |more: &str| {
        let query = "select i, repeat('x', i % 50) as t from generate_series(0, 299999) i order by i -- all of them;";
        format!("source = '{}'\nquery = \"{query}\"\n{more}", server.socket())
    };
    let (table, codes) = collect(&config("")).unwrap();
    assert!(codes.is_empty(), "{codes:?}");
    let numbers = table.data.column("i").unwrap().i64().unwrap().clone();
    assert_eq!(numbers.len(), 300_000);
    assert!(numbers.iter().enumerate().all(|(i, v)| v == i64::try_from(i).ok()));
    assert_eq!(collect(&config("limit = 1000")).unwrap().0.height(), 1000);
    let error = collect(&config("max_size = 1")).unwrap_err();
    assert_eq!(error.exit_code(), 6, "{error}");
}

#[test]
fn postgres_names_are_quoted_and_queries_read_only() {
    let Some(server) = Postgres::new("quoting") else { return };
    server.sample();
    server.run(
        "CREATE SCHEMA \"my schema\"; CREATE TABLE \"my schema\".t2 AS TABLE t;
         CREATE TABLE \"we \"\"ird'; DROP TABLE t; --\" AS SELECT amount AS \"a\"\"; DROP TABLE t\", visits AS \"select\", y FROM t;
         CREATE TABLE \"dot.ted\" AS TABLE t; CREATE SEQUENCE s",
    );
    let dir = Workdir::new();
    let check = |config: &str| {
        dir.write("mkt.toml", format!("[collect]\nsource = '{}'\n{config}\n[target]\ncolumn = 'y'\n", server.socket()));
        run_with(&dir, "check -c mkt.toml", &[])
    };
    let ran = check("table = '''we \"ird'; DROP TABLE t; --'''");
    assert!(assert_ok(&ran).stdout.contains("  a\"; DROP TABLE t: ") && ran.stdout.contains("  select: "), "{ran}");
    for table in ["t", "my schema.t2", "dot.ted", "public.t"] {
        assert!(assert_ok(&check(&format!("table = '{table}'"))).stdout.starts_with("300 rows"), "{table}");
    }
    let ran = check("table = 'dot.tet'");
    ran.assert_failed(3);
    ran.says(&["there is no table \"dot.tet\"", "\"my schema.t2\"", "did you mean \"dot.ted\"?"]);
    let ran = check("");
    ran.assert_failed(3);
    ran.says(&["set [collect] table or query"]);
    for query in [
        "delete from t returning *",
        "with gone as (delete from t returning *) select * from gone",
        "select *, nextval('s') from t",
        "select 1) TO STDOUT; DROP TABLE t; --",
        "select 1; drop table t",
        "select set_config('transaction_read_only', 'off', false), y from t; delete from t",
        "selec * from t",
        "select nothing from t",
    ] {
        let ran = check(&format!("query = \"{query}\""));
        ran.assert_failed(2);
        ran.says(&["[collect] query"]);
    }
    assert!(assert_ok(&check("table = 't'")).stdout.starts_with("300 rows"));
}

#[test]
fn postgres_is_learned_from_and_its_password_stays_secret() {
    let Some(server) = Postgres::new("secrets") else { return };
    server.sample();
    server.run(
        "CREATE USER ann PASSWORD 'hunter2'; CREATE USER plain PASSWORD 'hunter2';
         GRANT SELECT ON t TO ann, plain",
    );
    let ca = servers("MKT_TEST_CA").unwrap();
    let dir = Workdir::trained();
    let config = "[collect]\nsource = 'URL'\nquery = 'select * from t order by id'\n[target]\ncolumn = 'y'\n";
    let with = |url: &str, line: &str, variables: &[(&str, &str)]| {
        dir.write("mkt.toml", config.replace("URL", url));
        let ran = run_with(&dir, line, variables);
        assert!(!format!("{ran}").contains("hunter2"), "{ran}");
        ran
    };
    let password = [("PGPASSWORD", "hunter2")];
    let train = format!("train -c mkt.toml --out runs/pg --force --format json -v {TINY}");
    assert_ok(&with(&server.network("ann", "localhost"), &train, &password));
    assert_eq!(dir.json("runs/pg/metrics.json")["rows"], 300);
    assert_ok(&run_with(&dir, "evaluate -m runs/pg/model.mkt", &password));
    for file in dir.files("runs/pg") {
        assert!(!dir.bytes(&format!("runs/pg/{file}")).windows(7).any(|w| w == b"hunter2"), "{file}");
    }
    // The whole address in a variable, as services are told theirs.
    let url = server.network("ann:hunter2", "127.0.0.1");
    assert_ok(&with("${DATABASE_URL}", "check -c mkt.toml", &[("DATABASE_URL", &url)]));
    let ann = server.network("ann", "127.0.0.1");
    dir.write("home/.pgpass", format!("127.0.0.1:{}:*:ann:hunter2\n", server.port));
    let mode =
        |mode| std::fs::set_permissions(dir.path("home/.pgpass"), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    mode(0o644);
    let ran = with(&ann, "check -c mkt.toml", &[]);
    ran.assert_failed(3);
    ran.says(&["chmod 600"]);
    mode(0o600);
    assert_ok(&with(&ann, "check -c mkt.toml", &[]));
    let ran = with(&ann, "check -c mkt.toml", &[("PGPASSWORD", "wrong-hunter")]);
    ran.assert_failed(3);
    ran.says(&["password authentication failed", "PGPASSWORD"]);
    assert!(!ran.stderr.contains("wrong-hunter"), "{ran}");

    // Who is on the other side.
    let mode =
        |host: &str, query: &str| with(&format!("{}?{query}", server.network("ann", host)), "check -c mkt.toml", &password);
    assert_ok(&mode("localhost", &format!("sslmode=verify-full&sslrootcert={ca}")));
    assert_ok(&mode("127.0.0.1", &format!("sslmode=verify-ca&sslrootcert={ca}")));
    assert_ok(&mode("127.0.0.1", "sslmode=require"));
    mode("127.0.0.1", &format!("sslmode=verify-full&sslrootcert={ca}")).assert_failed(3);
    mode("localhost", "sslmode=verify-full").assert_failed(3);
    mode("localhost", "sslmode=disable").assert_failed(3);
    let plain = server.network("plain", "127.0.0.1");
    assert_ok(&with(&format!("{plain}?sslmode=disable"), "check -c mkt.toml", &password));
}

#[test]
fn postgres_that_computes_for_long_is_given_up_and_told() {
    let Some(server) = Postgres::new("slow") else { return };
    let dir = Workdir::new();
    let slow = "[collect]\nsource = 'URL'\nquery = 'select pg_sleep(100), 1 as y order by 1'\n[target]\ncolumn = 'y'\n";
    dir.write("mkt.toml", slow.replace("URL", &server.socket()).replace("pg_sleep(100)", "pg_sleep(100)::text"));
    let start = Instant::now();
    let ran = run_with(&dir, "check -c mkt.toml --set collect.max_time=2", &[]);
    ran.assert_failed(6);
    ran.says(&["max_time"]);
    let child = dir.command("check -c mkt.toml").spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    signal(child.id(), "INT");
    let ran = Ran::of("check", child);
    assert_eq!(ran.code, 130, "{ran}");
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    std::thread::sleep(Duration::from_millis(500));
    let running = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'slow' AND pid <> pg_backend_pid() AND query LIKE '%pg_sleep%' AND state = 'active'";
    let count: i64 = server.client("slow").query_one(running, &[]).unwrap().get(0);
    assert_eq!(count, 0, "the server still computes");
}

#[test]
fn objects_are_read_alone_and_by_pattern() {
    let (Some(endpoint), Some(python)) = (servers("MKT_TEST_S3"), servers("MKT_TEST_S3_PYTHON")) else { return };
    let dir = Workdir::trained();
    dir.write("a.csv", samples::binary(100, 1)).write("b.csv", samples::binary(100, 2)).write("c.txt", "x");
    let upload = "import boto3, gzip, sys\n\
                  s3 = boto3.client('s3', endpoint_url=sys.argv[1], aws_access_key_id='AK', aws_secret_access_key='hunter2', region_name='us-east-1')\n\
                  s3.create_bucket(Bucket='tables')\n\
                  a, b = open('a.csv', 'rb').read(), open('b.csv', 'rb').read()\n\
                  for key, body in [('2024/a.csv', a), ('2024/b.csv', b), ('2024/c.txt', b'x'), ('2024/old/a.csv', a),\n\
                  \x20   ('odd +&=%20ä name.csv.gz', gzip.compress(a)), ('noending', a)] + [(f'many/{i:04}.csv', a) for i in range(1100)]:\n\
                  \x20   s3.put_object(Bucket='tables', Key=key, Body=body)\n";
    let done = Command::new(python).args(["-c", upload, &endpoint]).current_dir(dir.path(".")).status().unwrap();
    assert!(done.success());
    let keys = [("AWS_ENDPOINT_URL", &*endpoint), ("AWS_ACCESS_KEY_ID", "AK"), ("AWS_SECRET_ACCESS_KEY", "hunter2")];
    let check = |source: &str, variables: &[(&str, &str)]| {
        dir.write("mkt.toml", format!("[collect]\nsource = '{source}'\n[target]\ncolumn = 'y'\n"));
        let ran = run_with(&dir, "check -c mkt.toml --fail-on error", variables);
        assert!(!format!("{ran}").contains("hunter2") && !format!("{ran}").contains("Signature="), "{ran}");
        ran
    };
    for (source, rows) in [
        ("s3://tables/2024/a.csv", 100),
        ("s3://tables/2024/*.csv", 200),
        ("s3://tables/noending", 100),
        ("s3://tables/odd +&=%20ä name.csv.gz", 100),
    ] {
        let ran = check(source, &keys);
        assert!(assert_ok(&ran).stdout.starts_with(&format!("{rows} rows")), "{ran}");
    }
    let all = run_with(&dir, "predict s3://tables/many/*.csv -o p.csv", &keys);
    assert_ok(&all);
    assert_eq!(dir.read("p.csv").lines().count(), 110_001);
    let ran = check("s3://tables/2024/none.csv", &keys);
    ran.assert_failed(3);
    ran.says(&["404", "NoSuchKey"]);
    let ran = check("s3://nowhere/a.csv", &keys);
    ran.assert_failed(3);
    ran.says(&["NoSuchBucket"]);
    let ran = check("s3://tables/2023/*.csv", &keys);
    ran.assert_failed(3);
    ran.says(&["no file matches \"s3://tables/2023/*.csv\""]);
    // Keys of a file, and training with a test source of its own.
    dir.write("home/.aws/credentials", "[work]\naws_access_key_id = AK\naws_secret_access_key = hunter2\n");
    assert_ok(&check("s3://tables/2024/a.csv", &[keys[0], ("AWS_PROFILE", "work")]));
    let train =
        format!("train s3://tables/2024/a.csv --target y --set collect.test=s3://tables/2024/b.csv --out runs/s3 {TINY}");
    assert_ok(&run_with(&dir, &train, &keys));
    for file in dir.files("runs/s3") {
        let bytes = dir.bytes(&format!("runs/s3/{file}"));
        assert!(!bytes.windows(7).any(|w| w == b"hunter2" || w == b"X-Amz-S"), "{file}");
    }
    let overlap = run_with(&dir, "check s3://tables/2024/*.csv --target y --set collect.test=s3://tables/2024/b.csv", &keys);
    overlap.assert_failed(2);
    overlap.says(&["is in source too"]);
}

#[test]
fn an_encrypted_server_has_to_be_who_it_says() {
    let (Some(web), Some(ca)) = (servers("MKT_TEST_WEB"), servers("MKT_TEST_CA")) else { return };
    let dir = Workdir::new();
    let check = |url: &str, variables: &[(&str, &str)]| run_with(&dir, &format!("check {url} --target y"), variables);
    let trusted = [("SSL_CERT_FILE", &*ca)];
    assert!(assert_ok(&check(&format!("{web}/a.csv"), &trusted)).stdout.starts_with("200 rows"));
    let ran = check(&format!("{web}/a.csv"), &[]);
    ran.assert_failed(3);
    ran.says(&["no secure connection"]);
    let ran = check(&format!("{}/a.csv", web.replace("localhost", "127.0.0.1")), &trusted);
    ran.assert_failed(3);
    ran.says(&["no secure connection"]);
    let ran = check(&format!("{web}/down.csv"), &trusted);
    ran.assert_failed(3);
    ran.says(&["redirected from https to http"]);
    check(&format!("{web}/a.csv"), &[("SSL_CERT_FILE", "/none.pem")]).assert_failed(3);
}
