"""A server to measure, the load on it, and what the kernel says of both.

What is measured with them, and against which bar, is rows.py's.
"""
import base64
import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / "build" / "bench-state"
USER, PASSWORD = "bench", secrets.token_urlsafe(24)
AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")
# Numbers of requests that one run of wrk never uses up.
RUN = 10_000_000


def wait_until(is_true, seconds, what):
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {seconds} s")
        time.sleep(0.001)


def busy_us():
    """Of all processors together, since the machine started."""
    fields = [int(n) for n in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _idle, _iowait, irq, softirq = fields[:7]
    return (user + nice + system + irq + softirq) * TICK_US


def children_us():
    """Of the children of ours that have ended."""
    times = os.times()
    return (times.children_user + times.children_system) * 1e6


class Server:
    """`partner-connect serve` on a directory of its own, which is fresh unless it is kept."""

    def __init__(self, binary, name, environment=None, keep=False):
        self.directory = STATE / name
        if not keep:
            shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True, exist_ok=True)
        ready = self.directory / "ready.json"
        ready.unlink(missing_ok=True)
        self.log = open(self.directory / "log", "ab")
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [binary, "serve", "--config", ROOT / "partners" / "analytics.json",
             "--listen", "127.0.0.1:0", "--state-dir", self.directory / "state",
             "--ready-file", ready],
            env={"PATH": os.environ["PATH"], "BASIC_USER": USER, "BASIC_PASSWORD": PASSWORD,
                 **(environment or {})},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log)
        try:
            wait_until(lambda: self.is_ready(ready), 30, "ready")
        except BaseException:
            self.stop()
            raise
        self.ready_ms = (time.monotonic() - begin) * 1e3
        self.url = json.loads(ready.read_text())["urls"]["listen"]
        self.n_runs = 0

    def is_ready(self, ready):
        if self.process.poll() is not None:
            raise RuntimeError(f"serve has ended: see {self.directory / 'log'}")
        return ready.exists()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def cpu_us(self):
        stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat[stat.rindex(")") + 2:].split()
        return (int(fields[11]) + int(fields[12])) * TICK_US

    def resident_mib(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def load(self, path, connections, seconds=60, limit=None):
        """One run of wrk: what it saw, and what the server needed for it.

        It ends after @limit answers, or so: what is on its way is still stored.
        """
        self.n_runs += 1
        own, all_of_it, ended = self.cpu_us(), busy_us(), children_us()
        begin = time.monotonic()
        seen = wrk(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "30",
             "-s", ROOT / "bench" / "connect.lua", self.url + path, "--",
             AUTHORIZATION, str(self.n_runs * RUN), *([str(limit)] if limit else [])])
        wall_us = (time.monotonic() - begin) * 1e6
        own = self.cpu_us() - own
        others = busy_us() - all_of_it - own - (children_us() - ended)
        return Load(seen, own, max(others, 0) / wall_us)


def wrk(command):
    """The line of connect.lua's done(), which is the last."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line == "enough\n":
                process.send_signal(signal.SIGINT)
        status = process.wait()
    if status:
        raise RuntimeError(f"wrk ended with {status}")
    return json.loads(line)


class Load:
    def __init__(self, seen, cpu_us, others):
        self.requests = seen["requests"]
        if not self.requests or seen["failed"] or seen["timeouts"]:
            raise RuntimeError(f"requests failed: {seen}")
        self.rate = self.requests / seen["duration_us"] * 1e6
        self.p50_ms = seen["p50_us"] / 1e3
        self.p99_ms = seen["p99_us"] / 1e3
        self.max_ms = seen["max_us"] / 1e3
        self.cpu_us = cpu_us / self.requests
        self.others = others  # processors that somebody else used meanwhile


class Hog:
    """A process that wants one processor for itself."""

    def __enter__(self):
        self.process = subprocess.Popen(["/usr/bin/python3", "-I", "-S", "-c", "while True: pass"])
        return self

    def __exit__(self, *_exception):
        self.process.kill()
        self.process.wait()
