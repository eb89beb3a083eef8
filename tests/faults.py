#!/usr/bin/env python3
"""Breaks whatever can break around a build of mkt, and looks at what it does then.

    tests/faults.py MKT [CLASS...] [--full]

Prints one line for each class of faults and ends with 1 if any case failed. Needs Linux, Python 3.11, strace, and leave to
mount in a namespace of one's own (`unshare`). The cases are drawn from fixed seeds. A default run takes minutes, --full
every call, moment and size.
"""

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

import damage

TINY = "--set train.epochs=3 --set validate.folds=2 --set model.hidden=[8] --set model.ensemble=1 --set validate.bootstrap=20"
LONG = (
    "--set train.epochs=300 --set train.early_stopping=0 --set validate.folds=2 --set model.hidden=[32] "
    "--set model.ensemble=1 --set validate.bootstrap=20 --set train.batch_size=32"
)
ENDLESS = "--set train.epochs=100000 --set train.early_stopping=0 --set validate.folds=2 --set model.hidden=[32]"
# The files of a run that hold no time of day.
SAME = ["model.mkt", "oof.parquet", "splits.parquet", "config.toml", "data.json"]
# done, usage, input, model, resource
CODES = (0, 2, 3, 4, 6)
UNFINISHED = ".mkt-unfinished-"
SECONDS, KIB = 10, 1 << 20


@dataclasses.dataclass
class Ran:
    """How a process ended; `code` is the negative signal if one ended it."""

    line: str
    code: int
    out: bytes
    err: str
    seconds: float
    # Of the processor: a machine may be busy with something else.
    busy: float
    kib: int

    def __str__(self):
        return f"`mkt {self.line}` ended with {self.code} after {self.seconds:.1f} s: {self.err.strip()[-400:] or 'not a word'}"


class Failed(Exception):
    pass


def expect(condition, ran, why):
    if not condition:
        raise Failed(f"{why}; {ran}")


class Mkt:
    """The program and a place with what it can work on."""

    def __init__(self, program, full):
        self.full = full
        # Where others than the owner may look, too.
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="mkt-faults-", dir=open_to_all(tempfile.gettempdir())))
        self.root.chmod(0o755)
        self.program = self.root / "mkt"
        shutil.copy(program, self.program)
        self.program.chmod(0o755)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("MKT_", "RUST_"))}
        self.base = self.root / "base"
        self.base.mkdir()
        (self.base / "t.csv").write_bytes(damage.sample(300, 1))
        (self.base / "big.csv").write_bytes(damage.sample(30_000, 2))
        self.model = self.base / "runs/first/model.mkt"
        repeated = "predict big.csv -o big.parquet --columns amount,visits,colour"
        for line in (f"train t.csv --target y --out runs/first {TINY}", repeated):
            ran = self.run(line, self.base)
            expect(ran.code == 0, ran, "what all else stands on failed")

    def place(self):
        """A new folder."""
        return pathlib.Path(tempfile.mkdtemp(dir=self.root))

    def start(self, line, cwd, before=(), env=None, **how):
        words = line.split() if isinstance(line, str) else line
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        how = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": err, **how}
        env = {name: value for name, value in {**self.env, **(env or {})}.items() if value is not None}
        process = subprocess.Popen([*before, str(self.program), *words], cwd=cwd, env=env, start_new_session=True, **how)
        process.line, process.begun = " ".join(words), time.monotonic()
        process.said = out, err
        return process

    def run(self, line, cwd, limit=120, **how):
        return self.wait(self.start(line, cwd, **how), limit)

    def wait(self, process, limit=120):
        """Waits for the end; kills what does not end in time."""
        end, late = time.monotonic() + limit, False
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > end and not late:
                late = True
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.004)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - process.begun
        out, err = (read(file) for file in process.said)
        err, busy = err.decode(errors="replace"), used.ru_utime + used.ru_stime
        ran = Ran(process.line, process.returncode, out, err, seconds, busy, used.ru_maxrss)
        expect(not late, ran, f"it did not end within {limit} s")
        return ran


def read(file):
    file.seek(0)
    with file:
        return file.read()


def open_to_all(folder):
    """The folder if everybody may enter it, else the one that everybody may use."""
    path = pathlib.Path(folder).resolve()
    return path if all(p.stat().st_mode & stat.S_IXOTH for p in [path, *path.parents]) else "/tmp"


def sober(ran, codes=CODES, lines=True):
    """Expects an exit code as documented, one line of error with it, and no trace of a panic."""
    expect(ran.code in codes, ran, f"exit code {ran.code}")
    for trace in ("panicked", "backtrace", "Broken pipe", "internal:"):
        expect(trace not in ran.err, ran, f"it says {trace!r}")
    if lines and ran.code not in (0, 1):
        errors = [line for line in ran.err.splitlines() if line.startswith("error")]
        expect(len(errors) == 1, ran, f"{len(errors)} lines of error")


def bounded(ran):
    expect(ran.busy <= SECONDS, ran, f"it took {ran.busy:.1f} s of the processor")
    expect(ran.kib <= KIB, ran, f"it took {ran.kib >> 10} MB")


def cases(name, work, items):
    """Does the work for each item, some at once; the number of items and what failed."""

    def one(item):
        try:
            work(item)
        except Failed as failure:
            return f"  {name} {item}: {failure}"

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [failure for failure in pool.map(one, items) if failure]
    return len(items), found


def content(path):
    return path.read_bytes() if path.exists() else None


def leftovers(folder):
    return [path.name for path in folder.rglob("*") if path.name.startswith(UNFINISHED)]


def whole(run, good, ran):
    """Expects each file of a run to be that of an undisturbed run, or absent; all of them beside DONE."""
    done = (run / "DONE").exists()
    for name in SAME:
        found = content(run / name)
        expect(found == content(good / name) or found is None and not done, ran, f"{name} is another, or missing")
    for name in ("metrics.json", "report.json"):
        text = content(run / name)
        expect(text is not None or not done, ran, f"{name} is missing")
        if text is not None:
            scores = json.loads(text)
            expect(name != "metrics.json" or scores["cv"] == json.loads(content(good / name))["cv"], ran, "the scores differ")
    page = content(run / "report.html")
    expect(page is None and not done or page is not None and page.rstrip().endswith(b"</html>"), ran, "report.html is cut")


def completed(mkt, line, cwd, run):
    """Goes on with what was broken off, or starts anew, as the program itself advises; how the last run ended."""
    if (cwd / run / "DONE").exists():
        return None
    ran = mkt.run(f"{line} --resume", cwd)
    if ran.code == 2 and "nothing to resume" in ran.err:
        ran = mkt.run(line, cwd)
    expect(ran.code == 0, ran, "it cannot be completed afterwards")
    expect(not leftovers(cwd) and not (cwd / run / "checkpoints").exists(), ran, "something is left over")
    return ran


CALLS = {
    "write": "write,writev,pwrite64",
    "fsync": "fsync,fdatasync",
    "rename": "rename,renameat,renameat2",
    "openat": "openat,open",
    "read": "read,pread64,readv",
    "mmap": "mmap",
}


def io(mkt):
    """Each call to the system fails once: what is written is then right, or the old is still there."""
    data = mkt.base
    train = f"train {data}/t.csv --target y --out run {TINY} --threads 2"
    lines = {
        "csv": f"predict {data}/t.csv -m {mkt.model} -o p.csv --threads 2",
        "parquet": f"predict {data}/big.parquet -m {mkt.model} -o p.csv --threads 2",
        "train": train,
    }
    good, items = {}, []
    for what, line in lines.items():
        good[what] = mkt.place()
        for call, calls in CALLS.items():
            shutil.rmtree(good[what])
            good[what].mkdir()
            log = mkt.root / f"{what}-{call}.calls"
            strace = ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={calls}"]
            ran = mkt.run(line, good[what], before=strace)
            expect(ran.code == 0, ran, "it fails undisturbed")
            threads = [entry.split()[0] for entry in log.read_text().splitlines() if "(" in entry]
            most = max((threads.count(thread) for thread in set(threads)), default=0)
            items += [(what, call, error, n) for error, n in moments(mkt, what, call, most)]

    def one(item):
        what, call, error, n = item
        here = mkt.place()
        if what != "train":
            (here / "p.csv").write_bytes(b"old\n")
        log = here / "calls"
        fault = ["-e", f"trace={CALLS[call]}", "-e", f"inject={CALLS[call]}:error={error}:when={n}"]
        ran = mkt.run(lines[what], here, before=["strace", "-f", "-qq", "-o", str(log), *fault])
        # The loader, and what starts a thread, end by a signal where they get no memory; no program can change that.
        unloaded = ran.code == 127 and "shared librar" in ran.err or call == "mmap" and ran.code < 0
        # The message itself may be what could not be written.
        if not unloaded:
            sober(ran, lines=call != "write")
        if what == "train":
            whole(here / "run", good[what] / "run", ran)
            expect(ran.code or (here / "run/DONE").exists(), ran, "done without DONE")
            if n % 5 == 0:
                completed(mkt, train, here, "run")
                whole(here / "run", good[what] / "run", ran)
        else:
            out = content(here / "p.csv")
            expect(out == content(good[what] / "p.csv") or ran.code and out == b"old\n", ran, "the output is wrong")
        shutil.rmtree(here)

    return cases("io", one, items)


def moments(mkt, what, call, most):
    """Which calls fail, and how: all of the first, then some up to the last."""
    errors = ["EIO", "ENOSPC"] if call in ("write", "fsync", "openat") else ["EIO"]
    if call == "mmap":
        errors = ["ENOMEM"]
    first, some = (60, 40) if mkt.full else ((6, 4) if what == "train" else (10, 6))
    chosen = set(range(1, min(most, first) + 1))
    if most > first:
        chosen |= {first + (most - first) * k // some for k in range(1, some + 1)}
    if mkt.full:
        return [(error, n) for n in sorted(chosen) for error in errors]
    return [(errors[i % len(errors)], n) for i, n in enumerate(sorted(chosen))]


FULL = """
mount -t tmpfs -o size="$1"m none "$2" && cp -a "$3/." "$2/" && cd "$2" || exit 99
room=$(stat -f -c %f .); free=$(($4 / 4))
[ "$room" -le "$free" ] || head -c $(((room - free) * 4096)) /dev/zero > ballast || exit 98
out=$5 again=$6; shift 6
"$@"; code=$?
rm ballast
[ $code = 0 ] || [ "$again" = - ] || { $again > "$out/again.out" 2> "$out/again.err"; echo $? > "$out/again"; }
cp -a . "$out/"
exit $code
"""


def full(mkt):
    """A disk that is full at some moment: an error that names the file, and the old one is still there."""
    data, model = mkt.base, f"-m {mkt.model}"
    train = f"train {data}/t.csv --target y --out run {TINY} --force"
    lines = {
        "p.csv": f"predict {data}/big.csv {model} -o p.csv",
        "r.html": f"report {model} -o r.html",
        "e.json": f"explain {data}/t.csv {model} -o e.json",
        "mkt.toml": f"init {data}/t.csv --target y -o mkt.toml --force",
        "run": train.removesuffix(" --force"),
        "old": train.replace("--out run", "--out old") + " --seed 9",
    }
    good, need = mkt.place(), {}
    for out, line in lines.items():
        ran = mkt.run(line, good)
        expect(ran.code == 0, ran, "it fails where there is room")
        files = [good / out] if out not in ("run", "old") else (good / out).rglob("*")
        need[out] = sum(-(-path.stat().st_size // 4096) * 4 for path in files)
    sizes = [1, 2, 4, 8, 16, 32, 64]
    # Room for none, then for ever more of what is written, then for twice as much.
    rooms = [0, 0.15, 0.3, 0.5, 0.7, 0.9, 3]
    held = {"old": need["run"]}

    def fits(out, size, room):
        return size * 1024 > held.get(out, 0) + need[out] * room + 64

    items = [(out, size, room) for out in lines for size, room in zip(sizes, rooms) if fits(out, size, room)]

    def one(item):
        out, size, room = item
        before, mount, after = (mkt.place() for _ in range(3))
        if out == "old":
            shutil.copytree(good / "run", before / out)
        elif out != "run":
            (before / out).write_bytes(b"old\n")
        again = "-" if out != "run" else f"{mkt.program} {train}"
        free = int(need[out] * room)
        shell = ["unshare", "-rm", "sh", "-c", FULL, "-", *map(str, (size, mount, before, free, after)), again]
        ran = mkt.run(lines[out], mount, before=shell)
        expect(ran.code not in (98, 99), ran, "the file system cannot be prepared")
        if room > 1:
            expect(ran.code == 0, ran, "there is room, but it fails")
            return
        # What is needed is not known to the page.
        sober(ran, (0, 6))
        expect(ran.code == 6 or room >= 0.7, ran, "there is no room, but it says it is done")
        expect(not leftovers(after), ran, f"left over: {leftovers(after)}")
        if ran.code == 0:
            return
        name = re.escape(out) if out != "old" else "(old|runs)"
        expect(re.search(f"cannot write [^:]*{name}", ran.err), ran, f"it does not name {out}")
        if out == "run":
            expect(content(after / "again") == b"0\n", ran, f"not even afterwards: {content(after / 'again.err')}")
            for name in SAME:
                expect(content(after / "run" / name) or name == "config.toml", ran, f"{name} is missing")
        elif out == "old":
            for name in ("DONE", *SAME):
                expect(content(after / out / name) == content(good / "run" / name), ran, f"{name} of the old run is gone")
        else:
            expect(content(after / out) == b"old\n", ran, "the old file is gone")

    count, failed = cases("full", one, items)
    stdout = ["predict t.csv", "evaluate t.csv", "inspect runs/first/model.mkt", "runs", "schema config", "report -o -"]
    stdout += ["init t.csv --target y -o -", "explain t.csv", "check t.csv --target y", "completions bash", "man"]
    outs = [f"{line} -o /dev/full --force" for line in ("predict t.csv", "report", "init t.csv --target y")]

    def device(line):
        with open("/dev/full", "wb") as disk:
            ran = mkt.run(line, mkt.base, **({} if line in outs else {"stdout": disk}))
        sober(ran, (6,))
        expect("/dev/full" in ran.err or "stdout" in ran.err, ran, "it does not name the output")
        expect(stat.S_ISCHR(os.stat("/dev/full").st_mode), ran, "/dev/full is no device any more")

    def spool(line):
        before, mount, after = (mkt.place() for _ in range(3))
        shell = ["unshare", "-rm", "sh", "-c", FULL, "-", "1", str(mount), str(before), "64", str(after), "-"]
        with open(mkt.base / "big.parquet", "rb") as rows:
            ran = mkt.run(f"{line} {model} -o {after}/p.csv", mount, before=shell, stdin=rows, env={"TMPDIR": str(mount)})
        sober(ran, (6,))
        expect(str(mount) in ran.err, ran, "it does not name the folder")

    more, failures = cases("full", device, stdout + outs)
    last, others = cases("full", spool, ["predict -"])
    return count + more + last, failed + failures + others


def kill(mkt):
    """Killed at any moment: the old, the new or nothing; the next run removes what is left, and resuming gives the same."""
    data, model = mkt.base, f"-m {mkt.model}"
    lines = {
        "p.csv": f"predict {data}/big.csv {model} -o p.csv",
        "p.parquet": f"predict {data}/big.csv {model} -o p.parquet",
        "r.html": f"report {model} -o r.html",
        "e.json": f"explain {data}/t.csv {model} -o e.json",
        "mkt.toml": f"init {data}/t.csv --target y -o mkt.toml --force",
    }
    train = f"train {data}/t.csv --target y --out run {LONG}"
    good, length = mkt.place(), {}
    for out, line in {**lines, "run": train}.items():
        ran = mkt.run(line, good)
        expect(ran.code == 0, ran, "it fails undisturbed")
        length[out] = ran.seconds
    rng = random.Random(3)
    count = 30 if mkt.full else 6
    items = [(out, i, rng.uniform(0, 1.1)) for out in lines for i in range(count)]
    items += [("run", i, rng.uniform(0, 1.05)) for i in range(50 if mkt.full else 8)]

    def one(item):
        out, i, moment = item
        here, line = mkt.place(), lines.get(out, train)
        old = b"old\n" if i % 2 and out != "run" else None
        if old:
            (here / out).write_bytes(old)
        process = mkt.start(line, here)
        time.sleep(moment * length[out])
        os.killpg(process.pid, signal.SIGKILL)
        ran = mkt.wait(process)
        if out == "run":
            whole(here / "run", good / "run", ran)
            completed(mkt, train, here, "run")
            whole(here / "run", good / "run", ran)
        else:
            found = content(here / out)
            expect(found in (old, content(good / out)), ran, "the output is neither old nor new")
            again = mkt.run(line, here)
            expect(again.code == 0 and content(here / out) == content(good / out), again, "the next run fails")
            expect(not leftovers(here), again, f"left over: {leftovers(here)}")
        shutil.rmtree(here)

    return cases("kill", one, items)


def race(mkt):
    """Twenty at once into one place: one wins whole, the others say so."""
    good = mkt.place()
    line = f"train {mkt.base}/t.csv --target y --out run {TINY}"
    alone = mkt.run(line, good)
    expect(alone.code == 0, alone, "it fails alone")
    rounds = 5 if mkt.full else 1

    def one(which):
        here = mkt.place()
        all_of_them = [mkt.wait(process) for process in [mkt.start(line, here) for _ in range(20)]]
        winners = [ran for ran in all_of_them if ran.code == 0]
        expect(len(winners) == 1, all_of_them[0], f"{len(winners)} of them won")
        for ran in all_of_them:
            told = "another mkt" in ran.err or "exists already" in ran.err
            expect(ran.code == 0 or ran.code == 2 and told, ran, "it does not say why it lost")
        whole(here / "run", good / "run", winners[0])
        expect((here / "run/DONE").exists(), winners[0], "the run is not done")
        expect(not leftovers(here), winners[0], f"left over: {leftovers(here)}")

    def write(which):
        here = mkt.place()
        predict = f"predict {mkt.base}/big.csv -m {mkt.model} -o p.csv"
        processes = [mkt.start(predict, here) for _ in range(20)]
        for ran in [mkt.wait(process) for process in processes]:
            sober(ran, (0,))
        lines = content(here / "p.csv").count(b"\n")
        expect(lines == 30_001, ran, f"the output is mixed: {lines} lines")
        expect(not leftovers(here), ran, f"left over: {leftovers(here)}")

    count, failed = cases("race", one, range(rounds))
    more, failures = cases("race", write, range(rounds))
    return 20 * (count + more), failed + failures


def fuzz(mkt):
    """Damaged files of every kind: read, or refused in a line, within bounds; a checksum never fails unseen."""
    good = {name: (data, f"predict {{}} -m {mkt.model} -o p.csv") for name, data in damage.good().items()}
    packed = content(mkt.base / "big.parquet")
    good["mkt.parquet"] = packed, f"predict {{}} -m {mkt.model} -o p.csv"
    good["model.mkt"] = content(mkt.model), f"predict {mkt.base}/t.csv -m {{}} -o p.csv"
    good["inspected.mkt"] = content(mkt.model), "inspect {}"
    config = content(mkt.model.with_name("config.toml"))
    good["config.toml"] = config, f"check {mkt.base}/t.csv -c {{}}"
    names, right = list(good), {}
    for name, (data, line) in good.items():
        here = mkt.place()
        (here / name).write_bytes(data)
        ran = mkt.run(line.format(name), here)
        expect(ran.code in (0, 1), ran, "the good file is refused")
        right[name] = content(here / "p.csv")
    checked = ("table.csv.gz", "model.mkt")
    each = 100 if mkt.full else 16
    items = [(name, i) for name in names for i in range(each)]

    def one(item):
        name, i = item
        here, rng = mkt.place(), random.Random(f"{name} {i}")
        kind = name.rsplit(".")[-1]
        others = [data for other, (data, _) in good.items() if other.endswith(kind) and other != name]
        data, line = good[name]
        if i % 5 == 4 and line.startswith("predict {}"):
            line = "init {} --target y -o -"
        bytes_ = damage.mutated(data, rng.choice(others or [data]), rng)
        if len(bytes_) == 0 or bytes_ == data:
            return
        (here / name).write_bytes(bytes_)
        ran = mkt.run(line.format(name), here, limit=60)
        # A value that damage turned into another can leave nothing to learn.
        sober(ran, (*CODES, 5, 1) if line.startswith("check") else (*CODES, 5))
        bounded(ran)
        if name in checked and ran.code == 0 and line.startswith("predict"):
            expect(content(here / "p.csv") == right[name], ran, "damage that a checksum tells went unseen")
        expect(ran.code == 0 or content(here / "p.csv") is None, ran, "it failed, but there is an output")
        shutil.rmtree(here)

    return cases("fuzz", one, items)


def bombs(mkt):
    """Small files that ask for a lot: refused by a limit that is named, or read, within bounds."""
    files = {name: (data, answered) for name, data, answered in damage.bombs()}

    def one(name):
        here = mkt.place()
        data, answered = files[name]
        (here / name).write_bytes(data)
        ran = mkt.run(f"init {name} --target y -o - --set collect.timeout=5", here, limit=60)
        # 5: it was read, but there is nothing to learn in it.
        sober(ran, (0, 3, 5, 6) if answered else (3, 6))
        bounded(ran)
        shutil.rmtree(here)

    return cases("bombs", one, list(files))


def signals(mkt):
    """A signal at any moment: the end within two seconds, its own exit code, nothing half done."""
    here = mkt.place()
    lines = {
        "train": f"train {mkt.base}/t.csv --target y --out run {ENDLESS}",
        "predict": f"predict {mkt.base}/big.csv -m {mkt.model} -o p.csv",
        "stdin": f"predict - -m {mkt.model} -o p.csv",
    }
    good = mkt.run(lines["predict"], here)
    new = content(here / "p.csv")
    rng = random.Random(4)
    count = 10 if mkt.full else 3
    names = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
    items = []
    for verb in lines:
        for number in names:
            spans = {"train": 1.5, "predict": good.seconds, "stdin": 0.5}
            items += [(verb, number.name, rng.uniform(0.02, spans[verb])) for _ in range(count)]

    def one(item):
        verb, name, moment = item
        here, number = mkt.place(), signal.Signals[name]
        (here / "p.csv").write_bytes(b"old\n")
        process = mkt.start(lines[verb], here, **({"stdin": subprocess.PIPE} if verb == "stdin" else {}))
        time.sleep(moment)
        sent = time.monotonic()
        os.kill(process.pid, number)
        ran = mkt.wait(process)
        took = time.monotonic() - sent
        if process.stdin:
            process.stdin.close()
        # Before the program listens, the signal itself ends it: the shell says the same of both.
        done = verb == "predict" and ran.code == 0 and content(here / "p.csv") == new
        expect(ran.code in (names[number], -number) or done, ran, f"exit code {ran.code}")
        expect(took <= 2, ran, f"it took {took:.1f} s to stop")
        expect(done or content(here / "p.csv") == b"old\n", ran, "the old file is gone")
        # Where it waits for rows that may never come, it ends at once and without a word.
        if ran.code == names[number] and verb != "stdin":
            sober(ran, (names[number],))
        run = here / "run"
        if run.exists() and ran.code > 0:
            begun = any((run / "checkpoints").glob("*.state"))
            expect(begun and "--resume" in ran.err, ran, "something is left, but it does not say how to go on")
        expect(not (run / "DONE").exists() and not (run / "model.mkt").exists(), ran, "a run that was stopped looks done")
        # The next run removes what is left of one that ended at once.
        expect(ran.code <= 0 or verb == "stdin" or not leftovers(here), ran, f"left over: {leftovers(here)}")

    def twice(name):
        process = mkt.start(lines["train"], mkt.place())
        time.sleep(0.7)
        sent = time.monotonic()
        for _ in range(2):
            os.kill(process.pid, signal.Signals[name])
        ran = mkt.wait(process)
        expect(time.monotonic() - sent < 1, ran, "the second signal does not end it at once")
        expect(ran.code in (names[signal.Signals[name]], -signal.Signals[name]), ran, f"exit code {ran.code}")

    count, failed = cases("signals", one, items)
    more, failures = cases("signals", twice, [number.name for number in names])
    return count + more, failed + failures


def places(mkt):
    """Places that cannot be written or read, as a user who may not do everything."""
    someone = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    here = mkt.place()
    here.chmod(0o755)
    data, model = mkt.base, f"-m {mkt.model}"
    closed, own = here / "closed", here / "own"
    closed.mkdir()
    own.mkdir()
    (here / "hidden.csv").write_bytes(b"x,y\n1,2\n")
    (here / "hidden.csv").chmod(0)
    (closed / "p.csv").write_bytes(b"old\n")
    if someone:
        os.chown(own, 65534, 65534)
    closed.chmod(0o555)
    nothing = {"HOME": None, "TMPDIR": "/nonexistent"}
    endless = "--set train.epochs=100000 --set train.early_stopping=0"
    rows = open(data / "big.parquet", "rb")
    items = {
        "read-only folder, stdout": (f"predict {data}/t.csv {model}", closed, (0,), ""),
        "read-only folder, file": (f"predict {data}/t.csv {model} -o p.csv", closed, (2,), "p.csv"),
        "read-only folder, run": (f"train {data}/t.csv --target y {endless}", closed, (2,), "runs"),
        "read-only folder, init": (f"init {data}/t.csv --target y", closed, (2,), "mkt.toml"),
        "read-only folder, report": (f"report {model} -o r.html", closed, (2,), "r.html"),
        "read-only folder, explain": (f"explain {data}/t.csv {model} -o e.json", closed, (2,), "e.json"),
        "closed run folder": (f"train {data}/t.csv --target y --out {closed}/run {endless}", own, (2,), "closed/run"),
        "unreadable rows": (f"predict {here}/hidden.csv {model}", own, (3,), "hidden.csv"),
        "unreadable model": (f"predict {data}/t.csv -m {here}/hidden.csv", own, (4,), "hidden.csv"),
        "unreadable config": (f"check {data}/t.csv --target y -c {here}/hidden.csv", own, (2,), "hidden.csv"),
        "no home, no temporary folder": (f"predict {data}/t.csv {model} -o p.csv", own, (0,), ""),
        "no temporary folder for a stream": (f"predict - {model}", own, (6,), "/nonexistent"),
    }

    def one(name):
        line, cwd, codes, words = items[name]
        how = {"stdin": rows} if "stream" in name else {}
        process = mkt.start(line, cwd, env=nothing, **how, **someone)
        ran = mkt.wait(process, 20)
        sober(ran, codes)
        expect(words in ran.err, ran, f"it does not name {words}")
        expect(content(closed / "p.csv") == b"old\n" and len(list(closed.iterdir())) == 1, ran, "the closed folder has changed")

    def pipe(item):
        name, redirect = item
        script = ["sh", "-c", f'exec "$@" {redirect}', "-"]
        ran = mkt.run("predict t.csv", mkt.base, before=script)
        sober(ran, (0, 2, 6))

    count, failed = cases("places", one, list(items))
    closings = [("stdin", "<&-"), ("stdout", ">&-"), ("stderr", "2>&-"), ("all", "<&- >&- 2>&-")]
    more, failures = cases("places", pipe, closings)
    return count + more, failed + failures


CLASSES = {of.__name__: of for of in (io, full, kill, race, fuzz, bombs, signals, places)}


def main(words):
    wanted = [word for word in words[1:] if not word.startswith("--")]
    unknown = set(wanted) - set(CLASSES) | {word for word in words if word.startswith("--")} - {"--full"}
    if not words or unknown:
        sys.exit(f"{__doc__}\nclasses: {', '.join(CLASSES)}" + (f"\nunknown: {', '.join(unknown)}" if unknown else ""))
    for tool, wants in (("strace", ["true"]), ("unshare", ["-rm", "true"])):
        try:
            subprocess.run([tool, *wants], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"{tool} cannot be used here, but without it not every fault can be made: {error}")
    mkt = Mkt(words[0], "--full" in words)
    failed = 0
    for name in wanted or CLASSES:
        start = time.monotonic()
        count, failures = CLASSES[name](mkt)
        print(f"{name}: {count} cases, {len(failures)} failed ({time.monotonic() - start:.0f} s)", flush=True)
        print(*failures, sep="\n", end="\n" if failures else "", flush=True)
        failed += len(failures)
    if failed:
        sys.exit(f"{failed} cases failed; what they left is in {mkt.root}")
    shutil.rmtree(mkt.root)


if __name__ == "__main__":
    main(sys.argv[1:])
