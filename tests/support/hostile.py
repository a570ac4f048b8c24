"""What an attacker's tests share: bytes in, one judged answer out.

    answer = exchange(server, request(server, "POST", "/connect", body))
    check_refusal(answer, 400, "bad_request", path="user_info.email")

MARK goes into whatever is sent; no answer may hold it. Contents tells whether a request left a
trace in the store. What is sent and expected is in the tests.
"""
import base64
import hashlib
import json
import re
import socket
import sqlite3
import time
import uuid

from databricks import Person, Workspace, connect_body

MARK = "qx7mark"
SECONDS = 20
STATUSES = (200, 400, 401, 404, 405, 500)
# What the HTTP library answers by itself, before us: docs/security.md.
LIBRARY_STATUSES = (400, 413, 414, 431, 500, 505)
REASONS = ("bad_request", "unauthorized", "connection_not_found", "account_not_found",
           "general_error")
ERROR_MEMBERS = {"error_reason", "display_message", "debugging_message"}
# A credential notes its use and an answer its delivery whenever they are flushed.
VOLATILE = ("last_used_ms", "is_delivered", "answered_ms")


class Answer:
    """The first response of what came back, and whether the connection ended behind it."""

    def __init__(self, raw, is_closed):
        self.raw = raw
        self.is_closed = is_closed
        self.status = self.body = None
        self.fields = {}
        head, end, rest = raw.partition(b"\r\n\r\n")
        if not end:
            return
        status_line, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(status_line.split(" ")[1])
        self.fields = {name.lower(): value.strip()
                       for name, _, value in (line.partition(":") for line in lines)}
        length = self.fields.get("content-length")
        self.body = rest if length is None else rest[:int(length)]
        self.rest = rest[len(self.body):]

    @property
    def is_whole(self):
        length = int(self.fields.get("content-length", 0))
        return self.status is not None and len(self.body) >= length

    @property
    def is_ours(self):
        """Not one of the library's own pages."""
        return "x-request-id" in self.fields

    def json(self):
        return json.loads(self.body)


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def address_of(server):
    host, _, port = server.base.rpartition("//")[2].rpartition(":")
    return host, int(port)


def head(server, method, path, fields=(), version="HTTP/1.1", host="localhost",
         authorization=True):
    """The bytes of a head. @fields: lines without their CR LF, text or bytes."""
    lines = [f"{method} {path} {version}"]
    if host is not None:
        lines.append(f"Host: {host}")
    if authorization:
        lines.append(f"Authorization: {basic(server.user, server.password)}")
    return b"".join((line if isinstance(line, bytes) else line.encode("latin-1")) + b"\r\n"
                    for line in [*lines, *fields, ""])


def request(server, method, path, body=None, fields=(), **more):
    """A request with a length and a JSON type. @body: bytes, or what becomes JSON."""
    if body is None:
        return head(server, method, path, fields, **more)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return head(server, method, path,
                ["Content-Type: application/json", f"Content-Length: {len(content)}", *fields],
                **more) + content


def receive(sock, until_end=False):
    """One response, or all until the end."""
    raw = b""
    while True:
        answer = Answer(raw, False)
        if not until_end and answer.is_whole and "close" not in answer.fields.get("connection", ""):
            return answer
        try:
            piece = sock.recv(65536)
        except ConnectionError:
            piece = b""
        if not piece:
            return Answer(raw, True)
        raw += piece


def connection(server):
    return socket.create_connection(address_of(server), timeout=SECONDS)


def exchange(server, data, until_end=False, half_close=False):
    """
    Sends @data over a connection of its own. What says that it closes is read to its end, and so
    it is a time-out, not an answer, when it does not close.
    """
    with connection(server) as sock:
        try:
            sock.sendall(data)
            if half_close:
                sock.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass  # it was refused before all was sent: the answer is there to read
        return receive(sock, until_end)


def check_error_body(answer, statuses=STATUSES):
    """ERROR-1, TRANSPORT-3: what every answer that is no success looks like."""
    assert answer.status in statuses, answer.raw
    assert answer.fields["content-type"] == "application/json", answer.raw
    assert uuid.UUID(answer.fields["x-request-id"])
    error = answer.json()
    assert isinstance(error, dict) and set(error) <= ERROR_MEMBERS, error
    assert all(isinstance(value, str) and value for value in error.values()), error
    assert error["error_reason"] in REASONS, error
    return error


def check_no_echo(answer, *sent):
    """ERROR-3: neither the mark nor what else was @sent, in head or body, whatever the case."""
    raw = answer.raw.lower()
    for text in (MARK, *sent):
        text = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        if len(text) >= 5:
            assert text.lower() not in raw, (text, answer.raw)


def check_refusal(answer, status, reason, path=None, sent=(), is_closed=None):
    """
    @path       the JSON path that debugging_message must name
    @is_closed  None: a 400 and a 401 close; others do only when a body was not read
    """
    assert answer.status == status, (answer.status, answer.raw)
    error = check_error_body(answer)
    assert error["error_reason"] == reason, error
    if path:
        words = re.split(r"[ ,]", error.get("debugging_message", ""))
        assert path in words, (path, error)
    check_no_echo(answer, *sent)
    if is_closed is None and status in (400, 401):
        is_closed = True
    assert is_closed is None or answer.is_closed == is_closed, answer.raw
    return error


class Contents:
    """A digest of all that is stored, but for what is flushed at any time."""

    def __init__(self, server):
        self.db = sqlite3.connect(f"file:{server.database}?mode=ro", uri=True, timeout=10,
                                  check_same_thread=False)
        self.queries = []
        tables = [row[0] for row in self.db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        assert "connection" in tables and "credential" in tables
        for table in tables:
            columns = [row[1] for row in self.db.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(name for name in columns if name not in VOLATILE)
            self.queries.append(f"SELECT {kept} FROM {table} ORDER BY 1, 2")

    def digest(self):
        state = hashlib.sha256()
        for query in self.queries:
            for row in self.db.execute(query):
                state.update(repr(row).encode())
        return state.hexdigest()

    def close(self):
        self.db.close()


class Victim:
    """A server with one connection in it, and the ways to see that an attack did nothing."""

    def __init__(self, server):
        self.server = server
        self.person, self.workspace = Person(), Workspace()
        answer = server.databricks().connect(self.person, self.workspace)
        assert answer.status_code == 200, answer.text
        self.connection_id = answer.json()["connection_id"]
        self.contents = Contents(server)
        self.before = self.contents.digest()

    def settle(self):
        """What is stored now is what must be there later."""
        self.before = self.contents.digest()

    def check_unharmed(self):
        """ERROR-4, and it still does its work."""
        assert self.server.is_running(), self.server.log_text()
        assert self.contents.digest() == self.before, "a refused request left a trace"

    def check_works(self):
        answer = self.server.databricks().test_connection(self.workspace, self.connection_id)
        assert answer.status_code == 200, answer.text

    def send(self, data, **more):
        return exchange(self.server, data, **more)

    def post(self, path, body, method="POST", **more):
        return self.send(request(self.server, method, path, body, **more))

    def connect(self, body, **more):
        return self.post("/connect", body, **more)


def marked_body(**changes):
    """A connect that is fine but for @changes, of somebody with the mark in every text."""
    person = Person(email=f"{MARK}@{MARK}.example", first_name=MARK, last_name=MARK)
    texts = {"hostname": f"{MARK}.example", "workspace_url": f"https://{MARK}.example/",
             "cloud_provider_region": MARK, "http_path": MARK, "jdbc_url": MARK,
             "databricks_jdbc_url": MARK, "cluster_id": MARK, "catalog_name": MARK,
             "service_principal_id": MARK}
    return connect_body(person, Workspace(), f"dapi{MARK}", **{**texts, **changes})


class Raw:
    """Stands for a JSON text that json.dumps() would not write."""

    def __init__(self, text):
        self.bytes = text if isinstance(text, bytes) else text.encode()


def to_json(value):
    """As json.dumps(), with Raw texts in their places, UTF-8 unescaped."""
    raws = {}

    def name_of(raw):
        if not isinstance(raw, Raw):
            raise TypeError(raw)
        raws[f"raw-{uuid.uuid4().hex}"] = raw.bytes
        return list(raws)[-1]

    text = json.dumps(value, default=name_of, ensure_ascii=False).encode("utf-8", "surrogatepass")
    for name, replacement in raws.items():
        text = text.replace(f'"{name}"'.encode(), replacement)
    return text


def put(body, path, value):
    """@body with @value at a dotted path. A value of ... takes the member out."""
    *parents, name = path.split(".")
    place = body
    for parent in parents:
        place = place[parent]
    if value is ...:
        place.pop(name, None)
    else:
        place[name] = value
    return body


def median_seconds(action, n=9):
    times = []
    for _ in range(n):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return sorted(times)[n // 2]
