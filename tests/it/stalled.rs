//! A `PostgreSQL` server that answers and then says nothing more.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::workdir::{Ran, Workdir};

/// A message of the server: its letter, its length, its bytes.
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[kind], &length[..], body].concat()
}

/// Columns `x` and `y`, both numbers of 64 bits.
fn columns() -> Vec<u8> {
    let mut body = vec![0, 2];
    for name in [b"x\0", b"y\0"] {
        body.extend(name);
        // Table and place in it, type, size, modifier, form.
        body.extend([0, 0, 0, 0, 0, 0, 0, 0, 2, 189, 0, 8, 255, 255, 255, 255, 0, 0]);
    }
    message(b'T', &body)
}

fn row(x: f64) -> Vec<u8> {
    let fields = [x, 2.0 * x].map(|v| [&8_u32.to_be_bytes()[..], &v.to_be_bytes()].concat());
    message(b'd', &[&[0, 2], &fields.concat()[..]].concat())
}

/// Answers one client; where rows are asked for, gives so many, one each `pause`, and falls silent.
fn answer(stream: &mut TcpStream, rows: usize, pause: Duration) -> std::io::Result<()> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut start = vec![0; u32::from_be_bytes(length) as usize - 4];
    stream.read_exact(&mut start)?;
    let ready = message(b'Z', b"I");
    stream.write_all(&[message(b'R', &[0; 4]), message(b'K', &[0; 8]), ready.clone()].concat())?;
    let mut copies = false;
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        let mut body = vec![0; u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize - 4];
        stream.read_exact(&mut body)?;
        if head[0] == b'P' {
            copies = body.windows(5).any(|w| w == b"COPY ");
        }
        let reply = match head[0] {
            b'Q' => [message(b'C', b"BEGIN\0"), ready.clone()].concat(),
            b'P' => message(b'1', b""),
            b'D' if copies => [message(b't', &[0, 0]), message(b'n', b"")].concat(),
            b'D' => [message(b't', &[0, 0]), columns()].concat(),
            b'B' => message(b'2', b""),
            b'C' => message(b'3', b""),
            b'S' => ready.clone(),
            b'E' => {
                let begin = message(b'H', &[1, 0, 2, 0, 1, 0, 1]);
                let head = message(b'd', b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
                stream.write_all(&[begin, head].concat())?;
                for x in 0..rows {
                    stream.write_all(&row(x as f64))?;
                    sleep(pause);
                }
                sleep(Duration::from_mins(2));
                return Ok(());
            }
            _ => return Ok(()),
        };
        stream.write_all(&reply)?;
    }
}

/// What `mkt check` says of such a server.
fn check(rows: usize, pause: Duration, limits: &str) -> (Ran, Duration) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(&mut stream, rows, pause));
        }
    });
    let start = Instant::now();
    let query = "select%20x,y%20from%20t%20order%20by%20x";
    let address = format!("postgres://ann@127.0.0.1:{port}/shop?sslmode=disable&query={query}");
    (Workdir::new().run(&format!("check {address} --target y {limits}")), start.elapsed())
}

#[test]
fn a_server_that_falls_silent_after_its_first_rows_is_given_up() {
    let (ran, took) = check(20, Duration::from_millis(200), "--set collect.timeout=2 --set collect.max_time=60");
    ran.assert_failed(3);
    ran.says(&["nothing more came within 2 s", "[collect] timeout"]);
    // Rows that come slowly, for longer than the limit in all, are waited for.
    assert!((Duration::from_secs(5)..Duration::from_secs(20)).contains(&took), "{took:?}");
}

#[test]
fn a_server_that_computes_is_waited_for() {
    let (ran, took) = check(0, Duration::ZERO, "--set collect.timeout=1 --set collect.max_time=4");
    ran.assert_failed(6);
    ran.says(&["max_time"]);
    assert!((Duration::from_secs(4)..Duration::from_secs(20)).contains(&took), "{took:?}");
}
