"""The log and the end: one JSON object a line whatever comes, nothing secret in it, nobody waits
for it; SIGTERM and SIGINT answer what is in flight.

Rules: ERROR-3, ACCOUNT-1, RETRY-7
"""
import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

import pytest
from databricks import Person, Workspace, connect_body, new_domain
from hostile import (MARK, address_of, connection, exchange, head, marked_body, put, receive,
                     request, to_json)
from server import wait_until

LEVELS = {"debug", "info", "warning", "error"}
# What a line may say besides ts, level and event.
FIELDS = {"account_id", "action", "address", "adopted_total", "answered_ms", "cloud", "code",
          "connection_id", "detail", "dropped", "email", "error_reason", "file", "field", "group",
          "key_id", "method", "ms", "n", "name", "pid", "request_id", "route", "rule", "setting",
          "signal", "slot", "status", "url", "user_id", "version", "workspace_id"}
REQUEST = {"ts", "level", "event", "request_id", "route", "method", "status", "ms"}


def lines_of(server):
    """All of stderr, each line an event: json.loads() fails on what is none."""
    events = []
    for line in server.log_text().splitlines():
        assert re.fullmatch(r"[\x20-\x7e\u00a0-\U0010ffff]*", line), line
        event = json.loads(line)
        assert list(event)[:3] == ["ts", "level", "event"], line
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["ts"]), line
        assert event["level"] in LEVELS and re.fullmatch(r"[a-z0-9_]+", event["event"]), line
        assert set(list(event)[3:]) <= FIELDS, line
        events.append(event)
    return events


@pytest.fixture
def server(serve):
    return serve(test_hooks="on", log_level="debug")


HOSTILE = ["\r\nlevel=error", "\n{\"event\":\"forged\"}", "\x1b[2J\x1b[31m", "\x9b2J",
           "\u2028forged", "\u202egnol", '","event":"forged","x":"', "\\", "\\u000a",
           "%s%n%x", "\x7f", "\t",
           "\U0001f600", "x" * 200]


def test_a_line_is_an_event_whatever_is_sent(server):
    """In the path, the query, fields, the body, the e-mail, the ids and the credential."""
    for text in HOSTILE:
        raw = text.encode()
        for data in (
                head(server, "GET", "/").replace(b"GET /", b"GET /" + raw),
                head(server, "GET", "/connectors").replace(b"/connectors",
                                                           b"/connectors?pagination_token=" + raw),
                head(server, "PUT", "/connect").replace(b"PUT", b"PU" + raw + b"T"),
                head(server, "POST", "/connect", [b"X-Request-Id: " + raw, b"User-Agent: " + raw,
                                                  b"Accept-Language: " + raw]),
                head(server, "GET", "/connectors", host=None, fields=[b"Host: " + raw]),
                head(server, "GET", "/connectors", authorization=False,
                     fields=[b"Authorization: Basic " + raw])):
            exchange(server, data, until_end=True, half_close=True)
        for field in ("connection_id", "user_info.email", "user_info.first_name", "hostname",
                      "cloud_provider", "catalog_name", "workspace_id", text.strip() or "x"):
            if "." in text:
                continue
            exchange(server, request(server, "POST", "/connect",
                                     to_json(put(marked_body(), field, text))))
        exchange(server, request(server, "POST", "/delete-connection", {
            "connection_id": text, "cloud_provider": "aws", "databricks_organization_id": 1}))
        exchange(server, request(server, "DELETE", "/delete-account", {
            "domain": text, "cloud_provider": "aws", "databricks_organization_id": 1}))
    server.stop()
    events = lines_of(server)
    said = json.dumps([{**event, "email": ""} for event in events])
    for text in (MARK, "forged", "gnol", "%n", "xxxx"):
        assert text not in said, [event for event in events if text in str(event)]
    assert {event["email"] for event in events if "email" in event} == {f"q***@{MARK}.example"}
    assert len([event for event in events if event["event"] == "request"]) > 10 * len(HOSTILE)


def test_what_a_request_leaves_in_the_log(server):
    """Its id, route, method, status and time; and never what it said."""
    person, workspace = Person(new_domain("databricks-test.com")), Workspace()
    caller = server.databricks()
    token = f"dapi{'5ecret' * 6}"
    answers = [caller.connect(person, workspace, pat=token)]
    connection_id = answers[0].json()["connection_id"]
    launch = answers[0].json()["redirect_uri"].partition("launch=")[2]
    answers += [caller.sign_in(person, workspace, connection_id),
                caller.sign_in(person, workspace, "nobody"),
                caller.test_connection(workspace, connection_id),
                caller.delete_connection(workspace, connection_id),
                caller.expire_account(person, workspace),
                caller.delete_account(person.domain, workspace),
                caller.connectors(), caller.connectors("bad"),
                caller.browser().get(f"{server.base}/launch/create_trial?launch={launch}")]
    refused = exchange(server, request(server, "POST", "/connect", {}, authorization=False))
    server.stop()
    events = lines_of(server)
    by_id = {event["request_id"]: event for event in events if event["event"] == "request"}
    wanted = [("connect", "POST", 200), ("connect", "POST", 200), ("connect", "POST", 404),
              ("test_connection", "POST", 200), ("delete_connection", "POST", 200),
              ("expire_account", "PUT", 200), ("delete_account", "DELETE", 200),
              ("get_connectors", "GET", 200), ("get_connectors", "GET", 400),
              ("page_create_trial", "GET", 200)]
    for answer, (route, method, status) in zip(answers, wanted, strict=True):
        event = by_id.pop(answer.headers["x-request-id"])
        assert set(event) == REQUEST
        assert (event["route"], event["method"], event["status"]) == (route, method, status)
        assert 0 <= event["ms"] < 10_000
    assert by_id.pop(refused.fields["x-request-id"])["status"] == 401
    assert not by_id
    said = server.log_text()
    for secret in (token, launch, launch[5:60], server.password, person.email, person.first_name,
                   person.last_name, workspace.host, str(workspace.workspace_id)):
        assert secret not in said, secret
    # At the level debug the decision is there, with no more of the address than this.
    emails = {event["email"] for event in events if "email" in event}
    assert emails == {f"{person.email[0]}***@{person.domain}"}


def test_a_fault_is_found_by_its_id(serve):
    """The caller gets the id, the log the reason."""
    server = serve()
    server.restart(env={"PARTNER_CONNECT_FAULTS": "before_commit=fail@4,before_commit=fail@5"})
    answers = (server.databricks().connect(Person(), Workspace()) for _ in range(5))
    answer = next(answer for answer in answers if answer.status_code != 200)
    assert answer.status_code == 500 and answer.json()["error_reason"] == "general_error"
    request_id = answer.headers["x-request-id"]
    assert answer.json()["debugging_message"] == f"request {request_id}"
    fault = server.log("fault")[0]
    assert fault["request_id"] == request_id and fault["route"] == "connect" and fault["detail"]


# ---- Nobody reads it ----

class SilentReader:
    """A server whose stderr is a pipe that nobody reads until the end."""

    def __init__(self, server):
        self.server = server
        self.reader, writer = os.pipe()
        fcntl.fcntl(self.reader, fcntl.F_SETPIPE_SZ, 4096)
        spawn = subprocess.Popen

        def popen(command, **more):
            return spawn(command, **{**more, "stderr": writer})

        subprocess.Popen = popen
        try:
            server.start()
        finally:
            subprocess.Popen = spawn
            os.close(writer)

    def read_rest(self):
        with os.fdopen(self.reader, "rb") as pipe:
            return pipe.read()

    def read_some(self):
        os.read(self.reader, 65536)


def test_requests_do_not_wait_for_the_log(serve):
    """A full pipe: lines are dropped, whole ones, and counted; requests are answered."""
    server = serve.make()
    silent = SilentReader(server)
    failures = []

    def ask():
        try:
            data = request(server, "POST", "/connect", {})
            for _ in range(150):
                assert exchange(server, data).status == 400
        except Exception as failure:  # handed to the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    silent.read_some()
    answer = server.databricks().connect(Person(), Workspace())
    server.process.terminate()
    rest = silent.read_rest()
    assert server.wait() == 0
    assert not failures, failures
    assert answer.status_code == 200
    events = [json.loads(line) for line in rest.splitlines()]
    dropped = [event["dropped"] for event in events if "dropped" in event]
    assert dropped and max(dropped) > 500, dropped


def test_a_log_that_is_closed(serve):
    """The other end of stderr is gone: no SIGPIPE, no end."""
    server = serve.make()
    silent = SilentReader(server)
    os.close(silent.reader)
    assert server.databricks().connect(Person(), Workspace()).status_code == 200
    assert server.stop() == 0


# ---- The end ----

def open_request(server):
    """A connect whose body is half there."""
    data = request(server, "POST", "/connect", connect_body(Person(), Workspace()))
    sock = connection(server)
    # Known to be right, so that the head alone is enough to begin the call.
    assert server.databricks().connect(Person(), Workspace()).status_code == 200
    sock.sendall(data[:-20])
    # Sent and read: a later request on another connection has been answered meanwhile.
    assert server.databricks().connect(Person(), Workspace()).status_code == 200
    return sock, data[-20:]


def is_refused(server):
    try:
        socket.create_connection(address_of(server), timeout=1).close()
    except OSError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_what_is_in_flight_finish(serve, number):
    server = serve()
    idle = connection(server)
    idle.sendall(request(server, "POST", "/connect", connect_body(Person(), Workspace())))
    assert receive(idle).status == 200
    sock, rest = open_request(server)
    started = time.monotonic()
    server.process.send_signal(number)
    server.wait_for_log("stopping")
    wait_until(lambda: is_refused(server), 5, "refused connections")
    assert idle.recv(100) == b"", "an idle connection is ended"
    assert server.is_running(), "it waits for what is in flight"
    sock.sendall(rest)
    answer = receive(sock)
    assert answer.status == 200 and answer.fields["connection"] == "close" and answer.is_closed
    assert server.wait() == 0 and time.monotonic() - started < 10
    row, = server.rows("SELECT state FROM connection WHERE id = ?", answer.json()["connection_id"])
    assert row == {"state": "live"}
    assert server.log("stopping")[0]["signal"] == number and server.log("stopped")[0]["n"] == 0
    lines_of(server)
    sock.close()


def test_a_second_signal_ends_it_at_once(serve):
    server = serve()
    sock, _ = open_request(server)
    server.process.terminate()
    server.wait_for_log("stopping")
    started = time.monotonic()
    server.process.terminate()
    assert server.wait() == -signal.SIGTERM and time.monotonic() - started < 2
    sock.close()
    assert server.start().databricks().connect(Person(), Workspace()).status_code == 200


def test_a_client_that_never_ends_does_not_hold_up_the_end(serve):
    server = serve()
    sock, _ = open_request(server)
    started = time.monotonic()
    assert server.stop() == 0
    assert 8 < time.monotonic() - started < 13
    assert server.log("stopped")[0]["n"] == 1
    sock.close()


def test_a_signal_under_load(serve):
    """Each request that was sent before is answered, and what was answered is stored."""
    server = serve()
    signalled = threading.Event()
    times, acked, failures, last_fields = [], [], [], []

    def load():
        sock = connection(server)
        while True:
            data = request(server, "POST", "/connect", connect_body(Person(), Workspace()))
            began_after = signalled.is_set()
            try:
                sock.sendall(data)
                answer = receive(sock)
            except OSError as failure:
                answer = failure
            if isinstance(answer, OSError) or answer.status != 200:
                if not began_after:
                    failures.append(answer)
                return
            acked.append(answer.json()["connection_id"])
            times.append(time.monotonic())
            if answer.is_closed:
                last_fields.append(answer.fields)
                return

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(acked) > 100, 20, "load")
    signalled.set()
    started = time.monotonic()
    server.process.terminate()
    assert server.wait() == 0 and time.monotonic() - started < 10
    for thread in threads:
        thread.join()
    assert not failures, failures
    assert all(fields["connection"] == "close" for fields in last_fields)
    stored = {row["id"] for row in server.rows("SELECT id FROM connection")}
    assert set(acked) <= stored
    lines_of(server)
