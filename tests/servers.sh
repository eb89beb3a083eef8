#!/usr/bin/env bash
# Starts a PostgreSQL and an S3 server of their own on this machine, and runs a command that finds them:
#
#   tests/servers.sh cargo test --release --test main servers
#
# Needs openssl and python3 with venv; PostgreSQL is taken from apt-get, and moto (its server) from PyPI, where there is none.
set -euo pipefail

# A server of another user must get there, which it may not under TMPDIR; and paths of sockets are short.
place=$(mktemp -d /tmp/mkt-servers.XXXXXX)
chmod 755 "$place"
pids=()
stop() {
    [ ! -d "$place/data" ] || as_postgres "$bin/pg_ctl" -D "$place/data" -m immediate stop > /dev/null 2>&1 || true
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2> /dev/null || true
    rm -rf "$place"
}
trap stop EXIT
trap 'exit 143' INT TERM HUP

# A server refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

find_bin() {
    bin=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -1)
    [ -n "$bin" ] || { command -v initdb > /dev/null && bin=$(dirname "$(readlink -f "$(command -v initdb)")"); }
    [ -n "$bin" ]
}
if ! find_bin; then
    # Without a cluster of its own.
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql > /dev/null
    find_bin
fi

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

mkdir "$place/sockets"
openssl req -new -x509 -nodes -days 2 -subj /CN=authority -keyout "$place/ca.key" -out "$place/ca.pem" 2> /dev/null
openssl req -new -nodes -subj /CN=localhost -keyout "$place/server.key" -out "$place/server.csr" 2> /dev/null
printf 'subjectAltName=DNS:localhost\n' > "$place/names"
openssl x509 -req -in "$place/server.csr" -CA "$place/ca.pem" -CAkey "$place/ca.key" -CAcreateserial -days 2 \
    -extfile "$place/names" -out "$place/server.pem" 2> /dev/null
chmod 600 "$place/server.key"
[ "$(id -u)" != 0 ] || chown -R postgres "$place"

port=$(free_port)
as_postgres "$bin/initdb" -D "$place/data" -U postgres -A trust -E UTF8 --no-sync > "$place/initdb.log"
cat > "$place/data/pg_hba.conf" << HBA
local   all all                 trust
hostssl all all   127.0.0.1/32  scram-sha-256
host    all plain 127.0.0.1/32  scram-sha-256
HBA
cat >> "$place/data/postgresql.conf" << CONF
port = $port
listen_addresses = '127.0.0.1'
unix_socket_directories = '$place/sockets'
ssl = on
ssl_cert_file = '$place/server.pem'
ssl_key_file = '$place/server.key'
fsync = off
CONF
as_postgres "$bin/pg_ctl" -D "$place/data" -l "$place/server.log" -w start > /dev/null

if command -v moto_server > /dev/null; then
    moto=$(dirname "$(command -v moto_server)")
else
    python3 -m venv "$place/venv"
    moto=$place/venv/bin
    "$moto/pip" install -q 'moto[server]'
fi
s3_port=$(free_port)
"$moto/moto_server" -H 127.0.0.1 -p "$s3_port" > "$place/moto.log" 2>&1 &
pids+=($!)

# An encrypted web server with a certificate of the same authority.
web_port=$(free_port)
cat > "$place/web.py" << PY
import http.server, ssl
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = "".join(f"{i},{i % 7},{'yes' if i * 7919 % 13 > 6 else 'no'}\n" for i in range(200))
        body = ("n,x,y\n" + body).encode()
        moved = self.path == "/down.csv"
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", "http://127.0.0.1:9/a.csv")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", $web_port), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("$place/server.pem", "$place/server.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
PY
python3 "$place/web.py" > "$place/web.log" 2>&1 &
pids+=($!)

for port_of in "$s3_port" "$web_port"; do
    for _ in $(seq 200); do
        python3 -c "import socket; socket.create_connection(('127.0.0.1', $port_of), 1)" 2> /dev/null && break
        sleep 0.1
    done
done

export MKT_SERVERS=1
export MKT_TEST_PG_SOCKETS=$place/sockets MKT_TEST_PG_PORT=$port MKT_TEST_CA=$place/ca.pem
export MKT_TEST_S3=http://127.0.0.1:$s3_port MKT_TEST_S3_PYTHON=$moto/python
export MKT_TEST_WEB=https://localhost:$web_port
"$@"
