//! Tables from web servers, good ones and those that hang, trickle, lie or lead in circles.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::samples;
use super::workdir::{Ran, TINY, Workdir, signal};

/// A server that answers each request as it is told to; it ends with the test.
struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// `answer` gets the number of the request, from 0, and its head.
    fn new(answer: impl Fn(usize, &str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&requests), Arc::new(answer));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let head = head(&mut stream);
                    let mut requests = seen.lock().unwrap();
                    let number = requests.len();
                    requests.push(head.clone());
                    drop(requests);
                    answer(number, &head, &mut stream);
                });
            }
        });
        Self { port, requests }
    }

    /// A server that sends the same bytes to everybody.
    fn sends(bytes: Vec<u8>) -> Self {
        Self::new(move |_, _, stream| send(stream, &bytes))
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn head(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Whoever asked may have gone away.
fn send(stream: &mut TcpStream, bytes: &[u8]) {
    stream.write_all(bytes).and_then(|()| stream.flush()).ok();
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn ok(body: &[u8]) -> Vec<u8> {
    response("200 OK", "", body)
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for part in body.chunks(1000) {
        bytes.extend(format!("{:x}\r\n", part.len()).bytes());
        bytes.extend(part);
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"0\r\n\r\n");
    bytes
}

fn table() -> Vec<u8> {
    samples::binary(80, 1).into_bytes()
}

/// Runs without the caller's proxies and keys.
fn run_with(dir: &Workdir, line: &str, variables: &[(&str, &str)]) -> Ran {
    let mut command = dir.command(line);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(name);
    }
    Ran::of(line, command.envs(variables.iter().copied()).spawn().unwrap())
}

fn check(url: &str, more: &str) -> Ran {
    run_with(&Workdir::new(), &format!("check {url} --target y --set collect.timeout=10 {more}"), &[])
}

fn assert_read(ran: &Ran) {
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.starts_with("80 rows"), "{ran}");
}

fn assert_refused(ran: &Ran, code: i32, words: &[&str]) {
    ran.assert_failed(code);
    ran.says(words);
    assert_eq!(ran.stdout, "", "{ran}");
}

#[test]
fn a_table_is_read_however_it_is_sent() {
    let packed = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&table()).unwrap();
        encoder.finish().unwrap()
    };
    for bytes in [ok(&table()), chunked(&table()), ok(&packed), response("200 OK", "Content-Encoding: gzip\r\n", &packed)] {
        assert_read(&check(&Server::sends(bytes).url("a.csv"), ""));
    }
    // The server names the format where the address does not.
    let tabs = String::from_utf8(table()).unwrap().replace(',', "\t");
    let sent = response("200 OK", "Content-Type: text/tab-separated-values; charset=utf-8\r\n", tabs.as_bytes());
    assert_read(&check(&Server::sends(sent).url("export?id=7"), ""));
    let unmeasured = [b"HTTP/1.0 200 OK\r\n\r\n".to_vec(), table()].concat();
    let ran = check(&Server::sends(unmeasured).url("a.csv"), "");
    assert_read(&ran);
    ran.says(&["did not say how long it is"]);
}

#[test]
fn every_verb_reads_addresses() {
    let server = Server::sends(ok(&samples::binary(300, 1).into_bytes()));
    let (dir, url) = (Workdir::trained(), server.url("new.csv"));
    let ok = |line: &str| {
        let ran = run_with(&dir, line, &[]);
        assert_eq!(ran.code, 0, "{ran}");
        ran
    };
    assert_eq!(ok(&format!("predict {url}")).rows().len(), 301);
    ok(&format!("evaluate {url}"));
    ok(&format!("drift {url}"));
    ok(&format!("init {url} --target y -o web.toml"));
    assert!(dir.read("web.toml").contains(&format!("source = \"{url}\"")), "{}", dir.read("web.toml"));
    ok(&format!("train -c web.toml {TINY}"));
}

#[test]
fn a_server_that_is_silent_or_trickles_is_given_up() {
    let silent = Server::new(|_, _, _| sleep(Duration::from_mins(1)));
    let trickling = Server::new(|_, _, stream| {
        send(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        for byte in b"id,amount,visits,colour,y\n1,2,3,red,yes\n" {
            send(stream, &[*byte]);
            sleep(Duration::from_secs(1));
        }
    });
    // Half of an answer, then nothing.
    let stuck = Server::new(|_, _, stream| {
        send(stream, &ok(&table())[..500]);
        sleep(Duration::from_mins(1));
    });
    let endless_head = Server::new(|_, _, stream| {
        send(stream, b"HTTP/1.1 200 OK\r\n");
        for _ in 0..600 {
            send(stream, b"X: y\r\n");
            sleep(Duration::from_millis(100));
        }
    });
    for server in [silent, trickling, stuck, endless_head] {
        let start = Instant::now();
        assert_refused(&check(&server.url("a.csv"), "--set collect.timeout=2"), 3, &["came within 2 s", "[collect] timeout"]);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}

#[test]
fn half_of_a_table_is_none() {
    let whole = ok(&table());
    let cut = Server::sends(whole[..whole.len() - 300].to_vec());
    assert_refused(&check(&cut.url("a.csv"), ""), 3, &["broke off after", "of "]);
    assert_eq!(cut.requests().len(), 4, "it may have been bad luck");
    let whole = chunked(&table());
    let cut = Server::sends(whole[..whole.len() - 300].to_vec());
    assert_refused(&check(&cut.url("a.csv"), ""), 3, &["broke off after"]);
    // What is announced is too short: the rest would be lost without a sign.
    let short = Server::sends([&b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n"[..], &table()].concat());
    assert_refused(&check(&short.url("a.csv"), ""), 3, &["more bytes came than the 600"]);
    let large = samples::binary(40_000, 1).into_bytes();
    let short = Server::sends([&b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n"[..], &large].concat());
    assert_refused(&check(&short.url("a.csv"), ""), 3, &["more bytes came than the 500000"]);
}

#[test]
fn redirections_are_followed_within_bounds() {
    let moved = |to: String| response("302 Found", &format!("Location: {to}\r\n"), b"<html>moved</html>");
    let good = Server::sends(ok(&table()));
    let target = good.url("a.csv");
    assert_read(&check(&Server::sends(moved(target)).url("latest"), ""));
    let relative = Server::new(move |_, head, stream| {
        let answer = if head.starts_with("GET /x/b.csv ") { ok(&table()) } else { moved("b.csv".into()) };
        send(stream, &answer);
    });
    assert_read(&check(&relative.url("x/a.csv"), ""));

    let circle = Server::sends(moved("/again".into()));
    assert_refused(&check(&circle.url("a.csv"), ""), 3, &["redirected more than 10 times"]);
    assert_eq!(circle.requests().len(), 11);
    let dir = Workdir::new();
    dir.write("secret.csv", table());
    let file = format!("file://{}", dir.path("secret.csv").display());
    assert_refused(&check(&Server::sends(moved(file)).url("a.csv"), ""), 3, &["redirected to an address of file"]);
    assert_refused(&check(&Server::sends(moved("ftp://h/a.csv".into())).url("a.csv"), ""), 3, &["ftp"]);
    let nowhere = Server::sends(response("302 Found", "", b""));
    assert_refused(&check(&nowhere.url("a.csv"), ""), 3, &["302 without another address"]);
}

#[test]
fn a_failing_server_is_asked_again_and_a_refusing_one_is_not() {
    let recovers = Server::new(|number, _, stream| {
        let answer = if number < 3 { response("500 Internal Server Error", "", b"oh") } else { ok(&table()) };
        send(stream, &answer);
    });
    assert_read(&check(&recovers.url("a.csv"), ""));
    assert_eq!(recovers.requests().len(), 4);
    let down = Server::sends(response("503 Service Unavailable", "Retry-After: 0\r\n", b""));
    assert_refused(&check(&down.url("a.csv"), ""), 3, &["503 Service Unavailable"]);
    assert_eq!(down.requests().len(), 4);
    for (status, words) in
        [("404 Not Found", "404 Not Found"), ("401 Unauthorized", "MKT_HTTP_TOKEN"), ("204 No Content", "204")]
    {
        let server = Server::sends(response(status, "", b""));
        assert_refused(&check(&server.url("a.csv"), ""), 3, &[words]);
        assert_eq!(server.requests().len(), 1);
    }
    let page = Server::sends(response("200 OK", "Content-Type: text/html\r\n", b"<html>Sign in</html>"));
    assert_refused(&check(&page.url("a.csv"), ""), 3, &["a web page, not a table"]);
    let nobody = { TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port() };
    assert_refused(&check(&format!("http://127.0.0.1:{nobody}/a.csv"), ""), 3, &["no connection"]);
    let nonsense = Server::sends(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec());
    assert_refused(&check(&nonsense.url("a.csv"), ""), 3, &["127.0.0.1"]);
}

#[test]
fn a_table_larger_than_allowed_is_not_fetched() {
    let large = samples::binary(60_000, 1).into_bytes();
    assert!(large.len() > 1 << 20);
    for bytes in [ok(&large), chunked(&large)] {
        let server = Server::sends(bytes);
        assert_refused(&check(&server.url("a.csv"), "--set collect.max_size=1"), 6, &["more than 1 MiB", "max_size"]);
    }
    let slow = Server::new(|_, _, stream| {
        send(stream, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for _ in 0..600 {
            send(stream, format!("1000\r\n{}\r\n", "x".repeat(4096)).as_bytes());
            sleep(Duration::from_millis(50));
        }
    });
    let ran = check(&slow.url("a.csv"), "--set collect.max_time=3");
    assert_refused(&ran, 6, &["not there within 3 s", "max_time"]);
}

#[test]
fn a_transfer_can_be_interrupted() {
    let silent = Server::new(|_, _, _| sleep(Duration::from_mins(1)));
    let dir = Workdir::trained();
    for verb in ["check", "predict"] {
        let target = if verb == "check" { "--target y" } else { "" };
        let line = format!("{verb} {} {target}", silent.url("a.csv"));
        let child = dir.command(&line).env("NO_PROXY", "*").spawn().unwrap();
        sleep(Duration::from_millis(700));
        signal(child.id(), "INT");
        let start = Instant::now();
        let ran = Ran::of(&line, child);
        assert_eq!(ran.code, 130, "{ran}");
        assert!(start.elapsed() < Duration::from_secs(5), "{ran}");
    }
}

#[test]
fn a_token_is_sent_to_its_server_alone_and_shown_nowhere() {
    let other = Server::sends(ok(&table()));
    let target = other.url("a.csv");
    let first = Server::sends(response("302 Found", &format!("Location: {target}\r\n"), b""));
    let line = format!("check {} --target y", first.url("a.csv"));
    let ran = run_with(&Workdir::new(), &line, &[("MKT_HTTP_TOKEN", "hunter2")]);
    assert_read(&ran);
    assert!(first.requests()[0].to_lowercase().contains("authorization: bearer hunter2"), "{:?}", first.requests());
    assert!(!other.requests()[0].contains("hunter2"), "{:?}", other.requests());
    assert!(!ran.stderr.contains("hunter2") && !ran.stdout.contains("hunter2"), "{ran}");
}

#[test]
fn an_address_of_the_environment_leaves_no_trace_of_its_secret() {
    let server = Server::new(|_, head, stream| {
        let granted = head.contains("sig=hunter2");
        send(stream, &if granted { ok(&table()) } else { response("403 Forbidden", "", b"") });
    });
    let (dir, url) = (Workdir::new(), server.url("a.csv?x=1&sig="));
    dir.write("mkt.toml", "[collect]\nsource = \"${SALES}\"\n[target]\ncolumn = \"y\"\n");
    let set = [("SALES", &*format!("{url}hunter2"))];
    let trained = run_with(&dir, &format!("train -c mkt.toml --out runs/a --format json -v {TINY}"), &set);
    assert_eq!(trained.code, 0, "{trained}");
    let again = run_with(&dir, "evaluate --format json", &set);
    assert_eq!(again.code, 0, "{again}");
    // The secret alone, in its place.
    let line = format!("check {url}${{SIG}} --target y");
    assert_read(&run_with(&dir, &line, &[("SIG", "hunter2")]));
    let wrong = run_with(&dir, "evaluate", &[("SALES", &*format!("{url}hunter3"))]);
    wrong.assert_failed(3);
    for ran in [&trained, &again, &wrong] {
        assert!(!format!("{ran}").contains("hunter"), "{ran}");
    }
    let missing = run_with(&dir, "evaluate", &[]);
    missing.assert_failed(2);
    missing.says(&["variable SALES, which is not set"]);
    for file in dir.files("runs/a") {
        let bytes = dir.bytes(&format!("runs/a/{file}"));
        assert!(!bytes.windows(6).any(|w| w == b"hunter"), "{file}");
    }
    assert!(dir.read("runs/a/config.toml").contains("source = \"${SALES}\""));
}

#[test]
fn secrets_in_an_address_are_refused_unread() {
    let dir = Workdir::trained();
    let hidden = |ran: Ran| {
        ran.assert_failed(2);
        assert!(!ran.stdout.contains("hunter2") && !ran.stderr.contains("hunter2"), "{ran}");
        ran
    };
    for address in [
        "https://ann:hunter2@127.0.0.1:9/a.csv",
        "postgres://ann:hunter2@127.0.0.1:9/shop",
        "postgres://ann@127.0.0.1:9/shop?options=-c%20app.password%3Dhunter2",
        "https://127.0.0.1:9/a.csv?token=hunter2",
        "https://127.0.0.1:9/a.csv?X-Amz-Credential=a&X-Amz-Signature=hunter2",
        "s3://AKIA:hunter2@bucket/key",
    ] {
        for line in [
            format!("train {address} --target y --out runs/b"),
            format!("check --target y --set collect.source={address}"),
            format!("check t.csv --target y --set collect.test={address}"),
            format!("init {address} --target y -o m.toml"),
            format!("predict {address}"),
            format!("evaluate {address} --format json"),
            format!("drift {address}"),
        ] {
            hidden(dir.run(&line)).says(&["${NAME}"]);
        }
        dir.write("mkt.toml", format!("[collect]\nsource = \"{address}\"\n[target]\ncolumn = \"y\"\n"));
        hidden(dir.run("train -c mkt.toml --out runs/b"));
        hidden(run_with(&dir, "check --target y", &[("MKT_COLLECT__SOURCE", address)]));
        // Words that the program does not understand are repeated without it, too.
        hidden(dir.run(address));
        hidden(dir.run(&format!("check t.csv --target y {address}")));
        assert!(!dir.exists("runs/b") && !dir.exists("m.toml"));
    }
}
