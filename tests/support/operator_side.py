"""The operator of a server under test: the admin commands, and the HTTP behind them.

    ask(server, "GET", "/v1/connections")      over admin.sock
    command(server, "account", "list")         as a user types it
    Terminal(...)                              the same on a terminal
"""
import http.client
import json
import os
import pty
import select
import socket
import subprocess
import time

SECONDS = 30


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=SECONDS)
        self.socket_path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS)
        # The address of a socket is short; a path below pytest's folders may be long.
        folder = os.open(os.path.dirname(self.socket_path), os.O_PATH)
        try:
            self.sock.connect(f"/proc/self/fd/{folder}/{os.path.basename(self.socket_path)}")
        finally:
            os.close(folder)


def socket_path(server):
    return server.state_dir / "admin.sock"


def ask(server, method, path, body=None, headers=None, at=None):
    """One request over the admin socket of a server, or over the socket @at."""
    connection = _UnixConnection(at or socket_path(server))
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": "application/json",
                                                **(headers or {})})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())
    finally:
        connection.close()


def _environment(server):
    kept = ("PATH", "LC_ALL", "TZ", "ASAN_OPTIONS", "UBSAN_OPTIONS")
    return {**{name: os.environ[name] for name in kept if name in os.environ},
            "HOME": str(server.folder)}


def _line(server, arguments):
    return [server.program, *map(str, arguments), "--state-dir", str(server.state_dir)]


def command(server, *arguments, status=0):
    """Runs an admin command without a terminal; what it prints, when it ends with @status."""
    done = subprocess.run(_line(server, arguments), env=_environment(server), text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    if status:
        said = done.stderr.splitlines()
        assert done.stdout == "" and said[0].startswith(f"partner-connect {arguments[0]}: ")
        return done.stderr
    return done.stdout


def command_json(server, *arguments):
    return json.loads(command(server, *arguments, "-o", "json"))


def on_a_terminal(server, *arguments, types=""):
    """The exit status and all that a terminal shows of a command."""
    main, other = pty.openpty()
    process = subprocess.Popen(_line(server, arguments), env=_environment(server), stdin=other,
                               stdout=other, stderr=other)
    os.close(other)
    if types:
        os.write(main, types.encode())
    shown, deadline = b"", time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if not select.select([main], [], [], 1)[0]:
            continue
        try:
            data = os.read(main, 65536)
        except OSError:  # the last one has closed it
            break
        if not data:
            break
        shown += data
    os.close(main)
    return process.wait(SECONDS), shown.decode()
