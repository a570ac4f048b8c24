"""How much, how deep, how long, how many: each limit at its value and one past it.

Rules: CONNECT-21, ERROR-1 to ERROR-5, TRANSPORT-1, TRANSPORT-2, TRANSPORT-5
"""
import itertools
import random
import socket
import threading
import time

import pytest
from databricks import Person, Workspace, connect_body, connection_body, signin_body
from hostile import (LIBRARY_STATUSES, MARK, STATUSES, Contents, Raw, Victim, address_of,
                     check_error_body, check_no_echo, check_refusal, connection, exchange, head,
                     marked_body, put, receive, request, to_json)

MAX_HEAD = 16 * 1024
MAX_BODY = 64 * 1024
FUZZ_SEED = 20230612
N_FUZZ = 2000
IDS_SEED = 9007199254740993
N_IDS = 10000
N_IDS_A_REQUEST = 40


@pytest.fixture(scope="module")
def shared(serve_for_module):
    victim = Victim(serve_for_module(test_hooks="on", max_connections="1200"))
    yield victim
    victim.check_works()
    victim.contents.close()


@pytest.fixture
def victim(shared):
    shared.settle()
    yield shared
    shared.check_unharmed()


def settle_after(victim, answer):
    assert answer.status == 200, answer.raw
    victim.settle()
    return answer.json()


# ---- Bytes ----

def padded_head(server, size):
    """A good head of exactly @size bytes."""
    start = head(server, "POST", "/connect", ["Content-Length: 0", "X-Padding: "])
    return start[:-4] + b"x" * (size - len(start)) + start[-4:]


def test_a_head(victim):
    """16 KiB are read; above that it is refused, by us or by the library."""
    answer = victim.send(padded_head(victim.server, MAX_HEAD))
    check_refusal(answer, 400, "bad_request")
    assert "the body is no JSON" in answer.json()["debugging_message"]
    for size in (MAX_HEAD + 1, MAX_HEAD + 4096):
        answer = victim.send(padded_head(victim.server, size))
        error = check_refusal(answer, 400, "bad_request")
        assert "head" in error["debugging_message"]
    for size in (40_000, 100_000, 1_000_000):
        answer = victim.send(padded_head(victim.server, size))
        assert answer.status in LIBRARY_STATUSES and answer.is_closed, answer.raw
        check_no_echo(answer)


@pytest.mark.parametrize("n", [100, 1000, 5000, 100_000])
def test_many_fields(victim, n):
    answer = victim.send(head(victim.server, "POST", "/connect",
                              [f"X{i}: {MARK}" for i in range(n)] + ["Content-Length: 0"]))
    assert answer.status in (400, 431) and answer.is_closed, answer.raw
    check_no_echo(answer)


@pytest.mark.parametrize("n", [1000, 10_000, 1_000_000])
def test_a_long_target(victim, n):
    for target in ("/" + "x" * n, "/connect?" + "x" * n, "/connectors?" + "&" * n,
                   "/connectors?pagination_token=" + "%41" * (n // 3)):
        answer = victim.send(head(victim.server, "GET", target))
        if answer.status == 200:  # names without values: the first page
            assert target.endswith("&&") and n <= 10_000
        else:
            assert answer.status in (400, 404, 405, 414, 431), answer.raw[:200]
        check_no_echo(answer, "xxxxxxxxxxxx", "%41%41", "AAAAAAAAAA")


def padded_body(size):
    body = to_json(marked_body())
    return body[:-1] + b" " * (size - len(body)) + body[-1:]


def chunks(body, size):
    pieces = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def test_a_body_of_64_kib(victim):
    """TRANSPORT-5"""
    settle_after(victim, victim.connect(padded_body(MAX_BODY)))
    for size in (MAX_BODY + 1, MAX_BODY + 5000, 1_000_000):
        check_refusal(victim.connect(padded_body(size)), 400, "bad_request")


def test_a_body_of_64_kib_in_chunks(victim):
    """TRANSPORT-5"""
    start = head(victim.server, "POST", "/connect", ["Transfer-Encoding: chunked"])
    for size in (1, 1000, 65536):
        settle_after(victim, victim.send(start + chunks(padded_body(MAX_BODY), size)))
        answer = victim.send(start + chunks(padded_body(MAX_BODY + 1), size))
        check_refusal(answer, 400, "bad_request")
    check_refusal(victim.send(start + chunks(padded_body(500_000), 8192)), 400, "bad_request")
    # Without end: it is cut, not read for ever.
    answer = victim.send(start + chunks(padded_body(8_000_000), 65536)[:-7], until_end=True)
    assert answer.is_closed and answer.status in (None, 400), answer.raw


@pytest.mark.parametrize("length", [65537, 10 ** 9, 2 ** 31, 2 ** 32 + 5, 2 ** 63 - 1])
def test_a_length_that_is_only_announced(victim, length):
    """TRANSPORT-5: refused by the head alone, and nothing is kept ready for it."""
    answer = victim.send(head(victim.server, "POST", "/connect", [f"Content-Length: {length}"]))
    check_refusal(answer, 400, "bad_request", sent=[str(length)])


# ---- Shape ----

def nested(depth, brackets="{}"):
    """A JSON value of @depth levels."""
    if brackets == "{}":
        return '{"x":' * (depth - 1) + "{}" + "}" * (depth - 1)
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("brackets", ["{}", "[]"])
def test_depth(victim, brackets):
    """TRANSPORT-5: eight levels, the body itself being the first."""
    settle_after(victim, victim.connect(to_json(marked_body(x=Raw(nested(7, brackets))))))
    for depth in (8, 9, 100, 30000 // len(brackets)):
        answer = victim.connect(to_json(marked_body(x=Raw(nested(depth, brackets)))))
        check_refusal(answer, 400, "bad_request")


def test_only_opening_brackets(victim):
    for text in (b"[" * 65000, b'{"x":' * 13000, b"{" * 65000, b'[{"x":' * 10000, b'"' * 65000,
                 b"\\" * 65000, b'"\\' + b"u" * 65000, b"-" * 65000, b"," * 65000):
        check_refusal(victim.connect(text), 400, "bad_request")


def test_members(victim):
    """128 in one object or array."""
    body = marked_body()
    more = 128 - len(body)
    settle_after(victim, victim.connect(to_json(body | {f"x{i}": i for i in range(more)})))
    answer = victim.connect(to_json(body | {f"x{i}": i for i in range(more + 1)}))
    check_refusal(answer, 400, "bad_request")
    settle_after(victim, victim.connect(to_json(body | {"x": [0] * 128})))
    for value in ([0] * 129, {str(i): 0 for i in range(129)}, [0] * 20000,
                  {str(i): 0 for i in range(5000)}):
        check_refusal(victim.connect(to_json(body | {"x": value})), 400, "bad_request")


def test_names(victim):
    """64 bytes, as they are after their escapes."""
    body = marked_body()
    settle_after(victim, victim.connect(to_json(body | {"x" * 64: 1})))
    settle_after(victim, victim.connect(to_json(body | {"\u00e9" * 32: 1})))
    for name in ("x" * 65, "\u00e9" * 33, "x" * 30000):
        check_refusal(victim.connect(to_json(body | {name: 1})), 400, "bad_request")


LIMITS = {
    "user_info.first_name": 256, "user_info.last_name": 256, "hostname": 255,
    "user_info.auth.personal_access_token": 4096, "user_info.auth.oauth_token": 4096,
    "user_info.auth.oauth_scope": 2048, "workspace_url": 2048, "cloud_provider_region": 256,
    "http_path": 2048, "jdbc_url": 2048, "databricks_jdbc_url": 2048, "cluster_id": 256,
    "destination_location": 2048, "catalog_name": 256, "database_name": 256,
    "data_source_connector": 256, "service_principal_id": 256,
    "service_principal_oauth_secret": 4096, "oauth_u2m_app_id": 256, "connection_id": 256,
}


@pytest.mark.parametrize("field", LIMITS)
def test_texts(victim, field):
    """CONNECT-21: in bytes, not in characters."""
    limit = LIMITS[field]
    for text in ("x" * limit, "\u20ac" * (limit // 3)):
        settle_after(victim, victim.connect(to_json(put(marked_body(), field, text))))
    for text in ("x" * (limit + 1), "\u20ac" * (limit // 3 + 1), "x" * 30000):
        answer = victim.connect(to_json(put(marked_body(), field, text)))
        check_refusal(answer, 400, "bad_request", path=field, sent=["xxxxx"])


def test_an_email_of_254_bytes(victim):
    """CONNECT-21"""
    local, labels = "a" * 64, "." + ".".join(["b" * 63] * 2) + ".example"
    for n, status in ((254, 200), (255, 400)):
        email = f"{local}@{'c' * (n - len(local) - len(labels) - 1)}{labels}"
        assert len(email) == n
        answer = victim.connect(to_json(put(marked_body(), "user_info.email", email)))
        if status == 200:
            settle_after(victim, answer)
        else:
            check_refusal(answer, 400, "bad_request", path="user_info.email", sent=[email])


def test_a_connection_id_elsewhere(victim):
    for method, path in (("POST", "/delete-connection"), ("DELETE", "/delete-connection"),
                         ("POST", "/test-connection")):
        answer = victim.post(path, connection_body(victim.workspace, "x" * 256), method=method)
        check_refusal(answer, 404, "connection_not_found", sent=["xxxxx"])
        answer = victim.post(path, connection_body(victim.workspace, "x" * 257), method=method)
        check_refusal(answer, 400, "bad_request", path="connection_id", sent=["xxxxx"])


# ---- Paths and methods ----

UNKNOWN_PATHS = ["/", "//connect", "/connect/", "/Connect", "/connect/x", "/%63onnect",
                 "/connect%00", "/connect;x", "/./connect", "/x/../connect", "/connect%2f",
                 "/launch", "/launch/",
                 "/launch/x", f"/{MARK}", "/.env", "/admin", "/metrics", "/bench/", "/%ff",
                 "/connect%20", "/delete-connection.json", "/launch/../connect", "/launch//sign_in"]


@pytest.mark.parametrize("path", UNKNOWN_PATHS)
def test_an_unknown_path(victim, path):
    """ERROR-5: only whoever is known learns that there is nothing."""
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = victim.post(path, marked_body(), method=method)
        check_refusal(answer, 404, "bad_request", sent=[path])
    answer = victim.post(path, marked_body(), authorization=False)
    check_refusal(answer, 401, "unauthorized", sent=[path])


METHODS = {"/connect": "POST", "/delete-connection": "POST, DELETE", "/test-connection": "POST",
           "/delete-account": "DELETE", "/expire-account": "PUT", "/connectors": "GET, HEAD"}


@pytest.mark.parametrize("path", METHODS)
def test_another_method(victim, path):
    """ERROR-5"""
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "post",
                   "PROPFIND", "M" * 200, "A"):
        if method in METHODS[path].split(", "):
            continue
        answer = victim.post(path, marked_body(), method=method)
        check_refusal(answer, 405, "bad_request", sent=[method] if len(method) > 9 else [])
        assert answer.fields["allow"] == METHODS[path]
        answer = victim.post(path, marked_body(), method=method, authorization=False)
        check_refusal(answer, 401, "unauthorized")
        assert "allow" not in answer.fields


def test_head_has_no_body(victim):
    with connection(victim.server) as sock:
        sock.sendall(head(victim.server, "HEAD", "/connectors"))
        sock.sendall(head(victim.server, "HEAD", "/connectors", ["Connection: close"]))
        raw = b""
        while piece := sock.recv(65536):
            raw += piece
    assert raw.count(b"HTTP/1.1 200 OK\r\n") == 2 and b"connectors\"" not in raw


def test_hooks_that_are_off_are_not_there(serve):
    """ACCOUNT-1"""
    victim = Victim(serve())
    for method, path in itertools.product(("DELETE", "PUT", "POST", "GET"),
                                          ("/delete-account", "/expire-account")):
        check_refusal(victim.post(path, {}, method=method), 404, "bad_request")
    victim.check_unharmed()
    victim.contents.close()


@pytest.mark.parametrize("token", ["0", "1", "-1", "x", "1.00000000", "9" * 40, "%00", "1%2e",
                                   "%ff", "a&pagination_token=b", MARK])
def test_a_page_token_that_is_none(victim, token):
    """CONNECTORS-2"""
    answer = victim.send(head(victim.server, "GET", f"/connectors?pagination_token={token}"))
    check_refusal(answer, 400, "bad_request", path="pagination_token", sent=[token])


# ---- Expect ----

def test_100_continue_comes_after_head_and_credential(victim):
    """AUTH-1, TRANSPORT-5"""
    body = to_json(marked_body())
    length, expect = f"Content-Length: {len(body)}", "Expect: 100-continue"
    with connection(victim.server) as sock:
        sock.sendall(head(victim.server, "POST", "/connect", [length, expect]))
        assert sock.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        settle_after(victim, receive(sock))
    answer = victim.send(head(victim.server, "POST", "/connect", ["Content-Length: 65537", expect]))
    check_refusal(answer, 400, "bad_request")
    answer = victim.send(head(victim.server, "POST", "/connect", [length, expect],
                              authorization=False))
    check_refusal(answer, 401, "unauthorized")
    answer = victim.send(head(victim.server, "POST", f"/{MARK}", [length, expect]))
    check_refusal(answer, 404, "bad_request", is_closed=True)
    answer = victim.send(head(victim.server, "PUT", "/connect", [length, expect]))
    check_refusal(answer, 405, "bad_request", is_closed=True)


# ---- Time ----

class Slow(threading.Thread):
    """Sends @first, then @drip once a second, and notes how long it lasts until it is cut."""

    def __init__(self, server, first, drip):
        super().__init__()
        self.sock, self.first, self.drip = connection(server), first, drip
        self.raw, self.seconds = b"", None
        self.started = time.monotonic()

    def run(self):
        self.sock.settimeout(1)
        try:
            self.sock.sendall(self.first)
            while time.monotonic() - self.started < 40:
                try:
                    piece = self.sock.recv(65536)
                    if not piece:
                        break
                    self.raw += piece
                except socket.timeout:
                    self.sock.sendall(self.drip)
        except ConnectionError:
            pass
        self.seconds = time.monotonic() - self.started
        self.sock.close()


def test_the_slow_are_cut_and_the_idle_disturb_nobody(victim):
    """Whole deadlines, not pauses: 10 s for a head, 15 s for a body. 1,000 connections wait."""
    server = victim.server
    start = head(server, "POST", "/connect", ["Content-Length: 1000"])
    slow = {
        "silent": (Slow(server, b"", b""), 10),
        "half_a_head": (Slow(server, start[:20], b""), 10),
        "dripped_head": (Slow(server, start[:-2], b"X: y\r\n"), 10),
        "dripped_line": (Slow(server, b"P", b"O"), 10),
        "no_body": (Slow(server, start, b""), 15),
        "dripped_body": (Slow(server, start, b" "), 15),
        "dripped_chunks": (Slow(server, head(server, "POST", "/connect",
                                             ["Transfer-Encoding: chunked"]), b"1\r\n \r\n"), 15),
    }
    for thread, _ in slow.values():
        thread.start()
    idle = [socket.create_connection(address_of(server), timeout=20) for _ in range(1000)]
    times = []
    caller = server.databricks()
    while any(thread.is_alive() for thread, _ in slow.values()):
        started = time.monotonic()
        answer = caller.test_connection(victim.workspace, victim.connection_id)
        times.append(time.monotonic() - started)
        assert answer.status_code == 200, answer.text
    for name, (thread, deadline) in slow.items():
        thread.join()
        assert deadline - 1 < thread.seconds < deadline + 4, (name, thread.seconds)
        assert b"HTTP/1.1 200" not in thread.raw, (name, thread.raw)
    assert len(times) > 100 and sorted(times)[len(times) // 2] < 0.25 and max(times) < 3, max(times)
    # They never spoke, so they were cut as well.
    assert all(sock.recv(10) == b"" for sock in idle)
    for sock in idle:
        sock.close()


# ---- Ids ----

def random_ids():
    """Of all sizes, with the ends of the range and where doubles lose digits."""
    source = random.Random(IDS_SEED)
    edges = [2 ** 53 - 1, 2 ** 53, 2 ** 53 + 1, -2 ** 53 - 1, 2 ** 63 - 1, -2 ** 63, 2 ** 63 - 2,
             -2 ** 63 + 1, 0, -1, 1, 123456789012345678, 999999999999999999]
    ids = edges + [source.getrandbits(source.randint(50, 63)) * source.choice((1, 1, 1, -1))
                   for _ in range(N_IDS - len(edges))]
    return ids


def test_ids_keep_every_digit(serve):
    """
    TRANSPORT-1: through the wire, the store, and back by comparison. Each request carries many: as
    workspace and user id, where they are read with care, the rest in fields that must not disturb.
    """
    server = serve()
    contents = Contents(server)
    ids = random_ids()
    sent = []
    with connection(server) as sock:
        for i in range(0, N_IDS, N_IDS_A_REQUEST):
            batch = ids[i:i + N_IDS_A_REQUEST]
            person, workspace = Person(), Workspace("gcp")
            person.user_id, workspace.workspace_id = batch[0], batch[1]
            body = connect_body(person, workspace, unknown=batch[2:])
            sock.sendall(request(server, "POST", "/connect", body))
            answer = receive(sock)
            assert answer.status == 200, (batch[:2], answer.raw)
            connection_id = answer.json()["connection_id"]
            sent.append((connection_id, batch[0], batch[1]))
            # One off in the last digit is another workspace.
            for off, status in ((0, 200), (1, 404), (-1, 404)):
                other = Workspace("gcp")
                other.workspace_id = max(-2 ** 63, min(2 ** 63 - 1, batch[1] + off))
                if off and other.workspace_id == batch[1]:
                    continue
                sock.sendall(request(server, "POST", "/connect",
                                     signin_body(person, other, connection_id)))
                assert receive(sock).status == status, (batch[1], off)
    assert len(sent) >= 200
    stored = {row["id"]: (row["databricks_user_id"], row["workspace_id"]) for row in server.rows(
        "SELECT c.id, i.databricks_user_id, c.workspace_id FROM connection c "
        "JOIN identity i ON i.user_id = c.creator_user_id")}
    assert stored == {connection_id: (user_id, workspace_id)
                      for connection_id, user_id, workspace_id in sent}
    contents.close()


# ---- Anything ----

TOKENS = [b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b":", b" ", b"\t", b",", b"%", b"%00", b"\xff",
          b"\xc0\x80", b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000", b"\\ud800", b"null", b"-",
          b"1e999", b"9" * 30, b"-9223372036854775809", b"0x", b"HTTP/1.1", b"HTTP/2.0",
          b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: x\r\n",
          b"Authorization: Basic eDp5\r\n", b"Expect: 100-continue\r\n", b"0\r\n\r\n",
          b"Connection: close\r\n", b"<script>", b"' OR 1=1 --", b"../", b"A" * 300, b"{}" * 100]


def mutate(source, data):
    for _ in range(source.randint(1, 4)):
        at = source.randrange(len(data) + 1)
        to = min(len(data), at + source.choice((1, 1, 2, 8, 64, 500)))
        piece = source.choice((b"", source.choice(TOKENS), source.choice(TOKENS),
                               source.randbytes(source.randint(1, 8)), data[at:to] * 2,
                               data[at:to].swapcase(), data[at:to][::-1]))
        data = data[:at] + piece + data[source.choice((at, to)):]
        if source.random() < 0.05:
            data = data[:source.randrange(len(data) + 1)]
        if source.random() < 0.2 and data:
            at = source.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ 1 << source.randrange(8)]) + data[at + 1:]
    return data


def fuzz_seeds(victim):
    server, workspace = victim.server, victim.workspace
    wrong = connection_body(workspace, "00000000-0000-7000-8000-000000000000")
    body = to_json(marked_body())
    return [
        request(server, "POST", "/connect", body),
        request(server, "POST", "/connect", body),
        head(server, "POST", "/connect", ["Transfer-Encoding: chunked"]) + chunks(body, 200),
        request(server, "POST", "/connect", signin_body(victim.person, workspace,
                                                        victim.connection_id)),
        request(server, "POST", "/delete-connection", wrong),
        request(server, "POST", "/test-connection", wrong),
        request(server, "DELETE", "/delete-account", {"domain": "x.databricks-test.com",
                                                      "cloud_provider": "aws",
                                                      "databricks_organization_id": 1}),
        head(server, "GET", "/connectors?pagination_token=1.0", ["Accept-Language: de"]),
        head(server, "GET", "/launch/create_trial?launch=x", authorization=False),
    ]


def responses_in(raw):
    """The status of each response in @raw; the library's own repeat their head."""
    return [int(line[9:12]) for line in raw.split(b"\r\n") if line.startswith(b"HTTP/1.")]


def check_fuzzed(victim, data, answer):
    statuses = [status for status in responses_in(answer.raw) if status != 100]
    assert all(status in (*STATUSES, *LIBRARY_STATUSES, 410) for status in statuses), answer.raw
    if 200 in statuses:
        victim.settle()  # what is served is no attack, but for what is shown of others
    else:
        victim.check_unharmed()
        # A page gives the launch token back, escaped; nothing else repeats anything.
        check_no_echo(answer)
    if answer.is_ours and answer.status >= 400 and \
            answer.fields["content-type"] == "application/json":
        check_error_body(answer)


def test_mutated_requests(victim):
    """ERROR-1 to ERROR-4 hold for whatever comes."""
    source = random.Random(FUZZ_SEED)
    seeds = fuzz_seeds(victim)
    served = 0
    for i in range(N_FUZZ):
        data = mutate(source, source.choice(seeds))
        try:
            answer = exchange(victim.server, data, until_end=True, half_close=True)
            check_fuzzed(victim, data, answer)
        except Exception as failure:
            raise AssertionError(f"seed {FUZZ_SEED}, request {i}: {data!r}") from failure
        served += answer.status == 200
    assert 0 < served < N_FUZZ / 2, served
