"""A `partner-connect serve` under test: started, watched, stopped and killed by its own pid.

    server = Server(folder, config={"new_user_action": "invite"}, test_hooks="on")
    server.start()
    server.databricks().post("connect", body)
    server.stop()

Each server has a folder of its own: partner.json, state/, stderr.log (of all its lives) and
ready.json. It listens on a loopback port that the kernel picks. What is sent to it is built in
databricks.py; what a test may expect of it is in the tests.
"""
import atexit
import functools
import json
import os
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import canary
import databricks

ROOT = Path(__file__).resolve().parents[2]
# One for all servers of a run: a state may be started by another than made it.
PASSWORD = canary.secret("password: ")
START_SECONDS = 20
STOP_SECONDS = 20
# Nothing of the caller's shell reaches the program but where things are and how ASan behaves.
KEPT_ENVIRONMENT = ("PATH", "LC_ALL", "TZ", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TMPDIR")
# ASan's and UBSan's words: a test passes only when a server said none of them.
SANITIZER_WORDS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:")


def binary():
    """The program under test, as script/test names it."""
    return Path(os.environ.get("PARTNER_CONNECT_BIN",
                               ROOT / "build/test/src/partner-connect")).resolve()


def wait_until(condition, seconds, what):
    """Polls; returns the first true value. A bounded wait for something that should be near."""
    deadline = time.monotonic() + seconds
    tick = threading.Event()
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        tick.wait(0.002)


def partner_config(**changes):
    """A partner config that offers everything. A change to None takes a member out."""
    config = {
        "api_version": "2.2.0",
        "name": "Kelp Charts",
        "description_blurb": "Charts of what grows in your tables.",
        "category": "BI_AND_VIZ",
        "base_url": "http://localhost:8080",
        "endpoints": {
            "connect_path": "/connect",
            "delete_connection_path": "/delete-connection",
            "test_connection_path": "/test-connection",
            "delete_account_path": "/delete-account",
            "expire_account_path": "/expire-account",
            "get_connectors_path": "/connectors",
        },
        "sign_up_page": "https://kelp.example/sign-up",
        "privacy_policy": "https://kelp.example/privacy",
        "terms_of_service": "https://kelp.example/terms",
        "logo_file": "logo.svg",
        "icon_file": "icon.svg",
        "resources_to_provision": [{"resource_type": "PAT"}, {"resource_type": "SqlEndpoint"}],
        "supported_clouds": ["aws", "azure", "gcp"],
        "hostnames": ["localhost", "127.0.0.1"],
        "new_user_action": "auto_add",
        "require_manual_signup": False,
        "trial_type": "account",
        "auth_options": ["AUTH_PAT"],
    }
    config.update(changes)
    return {name: value for name, value in config.items() if value is not None}


@functools.lru_cache(maxsize=None)
def moved_clock_library():
    """moved_clock.c, compiled once; gone with this process."""
    folder = tempfile.TemporaryDirectory(prefix="moved-clock-")
    atexit.register(folder.cleanup)
    library = Path(folder.name) / "moved_clock.so"
    subprocess.run(["cc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-O1", "-o", library,
                    ROOT / "tests/support/moved_clock.c"], check=True)
    return library


class MovedClock:
    """The wall clock of a server, moved by hand (moved_clock.c); its deadlines go on as they are."""

    def __init__(self, folder, program):
        self.program = Path(program)
        self.file = Path(folder) / "moved_clock"
        self.ms = 0
        self.move(0)

    def move(self, ms):
        """Forward, or with a negative number back."""
        self.ms += ms
        with open(self.file, "r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("=q", self.ms))

    def environment(self):
        libraries = [str(moved_clock_library())]
        # ASan wants to be first; it hands what it intercepts on to the next, which is ours.
        linked = subprocess.run(["ldd", self.program], stdout=subprocess.PIPE, text=True,
                                check=True).stdout
        libraries[:0] = [line.split()[2] for line in linked.splitlines() if "libasan" in line]
        return {"MOVED_CLOCK_FILE": str(self.file), "LD_PRELOAD": ":".join(libraries)}


class Server:
    """
    @config    changes to partner_config()
    @settings  by name, as serve's settings are called (test_hooks="on"); given as environment
    @flags     command line flags, after ours
    @env       more environment (PARTNER_CONNECT_FAULTS)
    @moves_clock  server.clock.move(ms) moves its wall clock
    """

    def __init__(self, folder, config=None, flags=(), env=None, program=None, moves_clock=False,
                 **settings):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program = str(Path(program).resolve() if program else binary())
        self.user, self.password = "databricks-e2e", PASSWORD
        self.is_told_credential = True  # by the environment; else it makes one
        self.config = partner_config(**(config or {}))
        self.settings = settings
        self.flags = list(flags)
        self.env = dict(env or {})
        self.clock = MovedClock(self.folder, self.program) if moves_clock else None
        self.process = None
        self.base = None
        self.ready = None
        self.ready_seconds = None
        self.state_dir = self.folder / "state"
        self.database = self.state_dir / "partner.db"
        self.ready_file = self.folder / "ready.json"
        self.log_path = self.folder / "stderr.log"

    # ---- Life ----

    def command(self):
        return [self.program, "serve", "--config", str(self.folder / "partner.json"),
                "--listen", "127.0.0.1:0", "--state-dir", str(self.state_dir),
                "--ready-file", str(self.ready_file), *self.flags]

    def environment(self):
        env = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        env.update(HOME=str(self.folder))
        if self.is_told_credential:
            env.update(BASIC_USER=self.user, BASIC_PASSWORD=self.password)
        for name, value in self.settings.items():
            env[f"PARTNER_CONNECT_{name.upper()}"] = str(value)
        if self.clock:
            env.update(self.clock.environment())
        env.update(self.env)
        return env

    def _drop_torn_line(self):
        """A kill may end the process in the middle of a line of its log."""
        if self.log_path.exists():
            text = self.log_path.read_bytes()
            if not text.endswith(b"\n"):
                os.truncate(self.log_path, text.rfind(b"\n") + 1)

    def spawn(self):
        """Starts the process and does not wait for it."""
        assert not self.is_running(), "it runs already"
        self._drop_torn_line()
        (self.folder / "partner.json").write_text(json.dumps(self.config))
        self.ready_file.unlink(missing_ok=True)
        self.ready = self.base = self.ready_seconds = None
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command(), env=self.environment(),
                                            cwd=self.folder, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)

    def start(self):
        """Returns once it is ready. ready_seconds: from exec to the ready file."""
        started = time.monotonic()
        self.spawn()
        self.ready = wait_until(self._read_ready, START_SECONDS, "ready file")
        self.ready_seconds = time.monotonic() - started
        self.base = self.ready["urls"]["listen"]
        return self

    def _read_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"serve ended with {self.process.returncode}:\n{self.log_text()}")
        # It is replaced whole, so it is there with all it says or not at all.
        return json.loads(self.ready_file.read_text()) if self.ready_file.exists() else None

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def wait(self, seconds=STOP_SECONDS):
        """The exit status, of a process that ends by itself or was told to."""
        return self.process.wait(seconds)

    def stop(self):
        """SIGTERM; its exit status."""
        if self.is_running():
            self.process.terminate()
        return self.wait()

    def kill(self):
        """SIGKILL."""
        if self.is_running():
            self.process.kill()
        status = self.wait()
        self._drop_torn_line()
        return status

    def restart(self, env=None, config=None, **settings):
        """Another life on the same state. What is given replaces what it was told before."""
        if self.is_running():
            self.stop()
        if env is not None:
            self.env = dict(env)
        if config is not None:
            self.config = partner_config(**config)
        self.settings.update(settings)
        return self.start()

    # ---- What it says and keeps ----

    def log_text(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def log(self, event=None):
        """Its log lines as dictionaries; of one event."""
        lines = (json.loads(line) for line in self.log_text().splitlines()
                 if line.startswith("{"))
        return [line for line in lines if event is None or line["event"] == event]

    def wait_for_log(self, event, n=1, seconds=10):
        """The lines of an event once there are @n of them."""
        def enough():
            lines = self.log(event)
            return lines if len(lines) >= n else None
        return wait_until(enough, seconds, f"{n} log lines {event}")

    def rows(self, sql, *values):
        """Rows of the database, each a dictionary. Reads only."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10) as db:
            db.row_factory = sqlite3.Row
            rows = [dict(row) for row in db.execute(sql, values)]
        db.close()
        return rows

    def sanitizer_reports(self):
        return [line for line in self.log_text().splitlines()
                if any(word in line for word in SANITIZER_WORDS)]

    # ---- Speaking to it ----

    def databricks(self, **changes):
        """A caller with this server's credential."""
        return databricks.Caller(self.base, self.user, self.password, self.config["endpoints"],
                                 **changes)
