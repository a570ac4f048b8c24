"""Test connection: what it finds out of a workspace, and whom it never dials.

Rules: TEST-2 to TEST-5
"""
import gzip
import socket
import sqlite3
import subprocess
import threading
import time

import pytest

import canary
from databricks import Person, Workspace, new_pat
from fake_workspace import (IDENTITY_PATH, OBJECT_PATHS, TOKEN_PATH, FakeWorkspace, answer_bytes,
                            make_certificate)
from scripted_net import ScriptedNet
from server import binary, wait_until

WAREHOUSE, CLUSTER = (path + "0123456789abcdef" for path in OBJECT_PATHS)
NAMES = ("connectivity", "credentials", "warehouse")
REFUSED = "The workspace refuses the credential."
UNEXPECTED = "The workspace gave an unexpected answer."
UNREADABLE = "The answer of the workspace cannot be read."
UNREACHED = "Not tested: the workspace was not reached."
UNTESTED = "Not tested: the credential was not accepted."


@pytest.fixture
def workspace(tmp_path):
    """A workspace that has the warehouse and the cluster."""
    with FakeWorkspace(tmp_path) as fake:
        fake.objects = {WAREHOUSE, CLUSTER}
        yield fake


@pytest.fixture
def dialing(serve):
    """dialing(workspace, config={...}): a server that may dial the workspace and trusts it."""
    def make(fake, ca=None, **more):
        return serve(test_connection_hosts=f"localhost:{fake.port}",
                     test_connection_ca=ca or fake.cert[0], **more)
    return make


def connect(server, host, port, **changes):
    """(workspace, connection id) of a new connection to that host."""
    place = Workspace()
    answer = server.databricks().connect(Person(), place, hostname=host, port=port, **changes)
    assert answer.status_code == 200, answer.text
    return place, answer.json()["connection_id"]


def run_test(server, connection):
    """{name: (status, message)}, once the answer is known to be of the contract's shape: TEST-2."""
    answer = server.databricks().test_connection(*connection)
    assert answer.status_code == 200, answer.text
    results = answer.json()["test_results"]
    assert all(set(result) == {"test_name", "status", "message"} for result in results)
    names = [result["test_name"] for result in results]
    assert tuple(names) == NAMES[:len(names)]
    assert all(result["status"] in ("PASS", "FAIL") and result["message"] for result in results)
    return {result["test_name"]: (result["status"], result["message"]) for result in results}


def statuses(results):
    """`PASS PASS FAIL`"""
    return " ".join(status for status, _ in results.values())


def first_failure(results):
    return next(message for status, message in results.values() if status == "FAIL")


def results_of(server, fake, host="localhost", **changes):
    """The results for a new connection to @fake."""
    return run_test(server, connect(server, host, fake.port, **changes))


# ---- A workspace that answers ----

@pytest.mark.parametrize("is_warehouse, target", [(True, WAREHOUSE), (False, CLUSTER)],
                         ids=["warehouse", "cluster"])
def test_all_is_well(dialing, workspace, is_warehouse, target):
    """TEST-4, TEST-5: one request, with the stored token; the use is audited."""
    server, pat = dialing(workspace), new_pat()
    workspace.tokens.add(pat)
    results = results_of(server, workspace, pat=pat, is_sql_warehouse=is_warehouse,
                     is_sql_endpoint=is_warehouse)
    assert results == {"connectivity": ("PASS", "The workspace can be reached."),
                       "credentials": ("PASS", "The workspace accepts the credential."),
                       "warehouse": ("PASS", "The warehouse or cluster is there.")}
    request, = workspace.requests
    assert (request.method, request.target) == ("GET", target)
    assert request.fields["authorization"] == f"Bearer {pat}"
    assert "accept-encoding" not in request.fields and "cookie" not in request.fields
    audit, = server.rows("SELECT actor, object FROM audit WHERE action = 'use_secret'")
    assert audit["actor"] == "current"
    assert [audit["object"]] == [row["id"] for row in server.rows("SELECT id FROM connection")]


def test_without_a_warehouse(dialing, workspace):
    """TEST-2, TEST-5: the workspace says who the caller is; no third result."""
    server, pat = dialing(workspace), new_pat()
    workspace.tokens.add(pat)
    results = results_of(server, workspace, pat=pat, cluster_id=None, is_sql_warehouse=None,
                     is_sql_endpoint=None)
    assert statuses(results) == "PASS PASS"
    assert [request.target for request in workspace.requests] == [IDENTITY_PATH]


def test_a_token_that_is_wrong(dialing, workspace):
    """TEST-4: expired, deleted, never good: a workspace says 403 to all of them."""
    results = results_of(dialing(workspace), workspace)
    assert statuses(results) == "PASS FAIL FAIL" and first_failure(results) == REFUSED
    assert results["warehouse"][1] == UNTESTED


@pytest.mark.parametrize("setup, message", [
    (lambda fake: fake.objects.clear(), "The workspace has no such warehouse or cluster."),
    (lambda fake: fake.forbidden.add(WAREHOUSE),
     "The credential may not see the warehouse or cluster.")], ids=["unknown", "forbidden"])
def test_a_warehouse_that_is_not_there(dialing, workspace, setup, message):
    """TEST-5: the credential is good all the same."""
    server, pat = dialing(workspace), new_pat()
    workspace.tokens.add(pat)
    setup(workspace)
    results = results_of(server, workspace, pat=pat)
    assert statuses(results) == "PASS PASS FAIL" and first_failure(results) == message
    assert [request.target for request in workspace.requests] == [WAREHOUSE, IDENTITY_PATH]


@pytest.mark.parametrize("warehouse_id", ["../../preview/scim/v2/Me", "a?b", "a b", "a\r\nX: y",
                                          "%2e%2e", "a&b", "ä", "x" * 129],
                         ids=["path", "query", "blank", "line", "percent", "parameter", "letter",
                              "long"])
def test_a_warehouse_id_that_is_none(dialing, workspace, warehouse_id):
    """TEST-5: it gets into no request."""
    server, pat = dialing(workspace), new_pat()
    workspace.tokens.add(pat)
    results = results_of(server, workspace, pat=pat, cluster_id=warehouse_id)
    assert statuses(results) == "PASS PASS FAIL"
    assert first_failure(results) == "The stored id is not that of a warehouse or cluster."
    assert [request.target for request in workspace.requests] == [IDENTITY_PATH]


@pytest.mark.parametrize("pat", ["a b", "a\r\nX-Injected: y", "ä", "a\tb", "\x7f"],
                         ids=["blank", "line", "letter", "tab", "delete"])
def test_a_token_that_cannot_be_sent(dialing, workspace, pat):
    """TEST-4: it would be another field."""
    results = results_of(dialing(workspace), workspace, pat=pat)
    assert statuses(results) == "FAIL FAIL FAIL"
    assert results["credentials"][1] == "A stored credential does not open."
    assert workspace.requests == []


def test_without_a_stored_token(dialing, workspace):
    """TEST-2: the workspace is reached, without a credential."""
    results = results_of(dialing(workspace), workspace, user_info={"auth": ...})
    assert statuses(results) == "PASS FAIL FAIL"
    assert first_failure(results) == "No credential is stored."
    assert ["authorization" in request.fields for request in workspace.requests] == [False]


def test_a_stored_token_that_was_changed(dialing, workspace):
    """TEST-4: not a byte of it is sent."""
    server = dialing(workspace)
    connection = connect(server, "localhost", workspace.port)
    assert server.stop() == 0
    with sqlite3.connect(server.database) as database:
        database.execute("UPDATE secret SET blob = substr(blob, 1, length(blob) - 1) || x'00'"
                         " WHERE kind = 'personal_access_token'")
    database.close()
    server.start()
    results = run_test(server, connection)
    assert results["credentials"] == ("FAIL", "A stored credential does not open.")
    assert workspace.requests == []
    assert server.log("secret_does_not_open")


def test_users_with_credentials_of_their_own(dialing, workspace):
    """TEST-2: a partner of OAuth U2M stores none; the workspace is there or not."""
    server = dialing(workspace, config={"auth_options": ["AUTH_OAUTH_U2M"],
                                        "is_published_app": True})
    results = results_of(server, workspace, user_info={"auth": ...}, oauth_u2m_app_id="app")
    assert statuses(results) == "PASS"
    assert ["authorization" in request.fields for request in workspace.requests] == [False]


# ---- OAuth ----

@pytest.fixture
def principal(dialing, workspace):
    """(server, connect(secret)): a partner of OAuth M2M, and a connection of a principal."""
    server = dialing(workspace, config={"auth_options": ["AUTH_OAUTH_M2M"]})
    secret, token = canary.secret("dose "), canary.secret("ey.")
    workspace.clients["principal & co"] = (secret, token)
    workspace.tokens.add(token)

    def make(sent=secret):
        return connect(server, "localhost", workspace.port, user_info={"auth": ...},
                       service_principal_id="principal & co",
                       service_principal_oauth_secret=sent)
    return server, make


def test_oauth(principal, workspace):
    """TEST-4: the secret buys a token, the token asks; both escaped and whole."""
    server, make = principal
    assert statuses(run_test(server, make())) == "PASS PASS PASS"
    assert [(request.method, request.target) for request in workspace.requests] == \
        [("POST", TOKEN_PATH), ("GET", WAREHOUSE)]
    assert "authorization" not in workspace.requests[0].fields
    assert len(server.rows("SELECT 1 FROM audit WHERE action = 'use_secret'")) == 1


def test_oauth_refused(principal, workspace):
    """TEST-4: another secret; nothing else is asked."""
    server, make = principal
    results = run_test(server, make(canary.secret("dose")))
    assert statuses(results) == "PASS FAIL FAIL" and first_failure(results) == REFUSED
    assert [request.target for request in workspace.requests] == [TOKEN_PATH]


@pytest.mark.parametrize("status, body, message", [
    (400, {"error": "unauthorized_client"}, REFUSED), (403, {}, REFUSED),
    (200, {"token_type": "Bearer"}, UNEXPECTED), (200, b"<html>", UNEXPECTED),
    (200, {"access_token": "a\r\nX: y"}, UNEXPECTED), (200, {"access_token": 7}, UNEXPECTED),
    (302, b"", UNEXPECTED), (404, {}, UNEXPECTED), (500, {}, UNEXPECTED)])
def test_oauth_answers(principal, workspace, status, body, message):
    """TEST-4"""
    server, make = principal
    workspace.answer = lambda request, connection: connection.sendall(answer_bytes(status, body))
    results = run_test(server, make())
    assert statuses(results) == "PASS FAIL FAIL" and first_failure(results) == message
    assert len(workspace.requests) == 1


def test_oauth_token_refused(principal, workspace):
    """TEST-4: bought, and not accepted."""
    server, make = principal
    workspace.tokens.clear()
    results = run_test(server, make())
    assert statuses(results) == "PASS FAIL FAIL" and first_failure(results) == REFUSED


# ---- Workspaces that are not there, or not who they say ----

def test_nobody_listens(serve, tmp_path):
    """TEST-3"""
    with FakeWorkspace(tmp_path) as fake:
        port = fake.port
        server = serve(test_connection_hosts=f"localhost:{port}", test_connection_ca=fake.cert[0])
    results = run_test(server, connect(server, "localhost", port))
    assert statuses(results) == "FAIL FAIL FAIL"
    assert first_failure(results) == "The host cannot be connected to."
    assert results["credentials"][1] == UNREACHED


@pytest.mark.parametrize("what", ["name", "issuer", "system", "expired", "plain"])
def test_the_certificate_is_not_the_hosts(dialing, serve, tmp_path, what):
    """TEST-4: no token before TLS stands with the right host."""
    folder = tmp_path / "certificates"
    folder.mkdir()
    good = make_certificate(folder, "localhost", "DNS:localhost")
    other = make_certificate(folder, "other", "DNS:other.example")
    cert, ca = {"name": (other, other[0]), "issuer": (good, other[0]), "system": (good, None),
                "expired": (good, good[0]), "plain": (good, good[0])}[what]
    if what == "expired":
        make_expired(*good)
    with FakeWorkspace(tmp_path, cert=cert, plain=what == "plain") as fake:
        server = serve(test_connection_hosts=f"localhost:{fake.port}") if ca is None else \
            dialing(fake, ca=ca)
        results = results_of(server, fake)
    assert statuses(results) == "FAIL FAIL FAIL"
    assert first_failure(results) == "The host has no valid certificate for its name."
    assert fake.n_accepted == 1 and fake.requests == []


def make_expired(cert, key):
    """The same names, a day of long ago."""
    template = cert.with_suffix(".template")
    template.write_text('cn = "localhost"\ndns_name = "localhost"\ntls_www_server\nca\n'
                        'activation_date = "2001-01-01 00:00:00"\n'
                        'expiration_date = "2001-01-02 00:00:00"\n')
    subprocess.run(["certtool", "--generate-self-signed", "--load-privkey", key, "--template",
                    template, "--outfile", cert], check=True, stderr=subprocess.DEVNULL)


# ---- Workspaces that answer badly ----

def redirect_to(trap):
    return answer_bytes(302, b"", f"Location: https://127.0.0.1:{trap.port}/")


def endless(fake, _, connection):
    """A gigabyte, as fast as it is taken."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while fake.n_sent < 1 << 30:
        fake.n_sent += connection.send(b" " * 65536)


BOMB = gzip.compress(b" " * (8 << 20))
BAD_ANSWERS = {
    "announces_a_gigabyte": (b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", UNREADABLE),
    "gzip": (answer_bytes(200, BOMB, "Content-Encoding: gzip"), UNEXPECTED),
    "gzip_transfer": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n" + BOMB, UNREADABLE),
    "two_lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 20\r\n\r\n{}",
                    UNREADABLE),
    "no_http": (b"SSH-2.0-OpenSSH_9.2\r\n", UNREADABLE),
    "nothing": (b"", UNREADABLE),
    "cut": (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", UNREADABLE),
    "endless_head": (b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 20000, UNREADABLE),
    "page": (answer_bytes(200, b"<html><title>Sign in</title></html>"), UNEXPECTED),
    "another_object": (answer_bytes(200, {"ids": "0123456789abcdef"}), UNEXPECTED),
    "array": (answer_bytes(200, [{"id": "0123456789abcdef"}]), UNEXPECTED),
    "empty": (answer_bytes(200, b""), UNEXPECTED),
    "no_content": (b"HTTP/1.1 204 No Content\r\n\r\n", UNEXPECTED),
    "deep": (answer_bytes(200, b"[" * 60000), UNEXPECTED),
    "error": (answer_bytes(500, {"message": "Tell them <b>this</b>"}), UNEXPECTED),
    "too_many": (answer_bytes(429, {}, "Retry-After: 1"), UNEXPECTED),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_bad_answers(dialing, workspace, name):
    """TEST-2: a fixed text; nothing of the answer is in ours."""
    data, message = BAD_ANSWERS[name]
    workspace.answer = lambda _, connection: connection.sendall(data)
    results = results_of(dialing(workspace), workspace)
    assert statuses(results) == "PASS FAIL FAIL" and first_failure(results) == message


def test_an_endless_answer_is_cut(dialing, workspace):
    """TEST-5: long before the gigabyte."""
    workspace.answer = lambda request, connection: endless(workspace, request, connection)
    results = results_of(dialing(workspace), workspace)
    assert statuses(results) == "PASS FAIL FAIL" and first_failure(results) == UNREADABLE
    assert workspace.n_sent < 32 << 20


def test_redirects_are_not_followed(dialing, workspace, tmp_path):
    """TEST-4: neither with the token nor without."""
    with FakeWorkspace(tmp_path, cert=workspace.cert) as elsewhere:
        workspace.answer = lambda _, connection: connection.sendall(redirect_to(elsewhere))
        results = results_of(dialing(workspace), workspace)
        assert elsewhere.n_accepted == 0
    assert statuses(results) == "PASS FAIL FAIL" and first_failure(results) == UNEXPECTED


# ---- Slow ones ----

MAX_DIALS = 8


def drip(_, connection):
    """A byte now and then: each is progress, and none is an answer."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    gone = threading.Event()
    while not gone.wait(0.2):
        connection.sendall(b" ")


def wait_for_the_end(_, connection):
    assert connection.recv(1) == b""


def test_slow_workspaces(serve, tmp_path):
    """TEST-5: 10 s in all. Meanwhile one more is refused at once, and other calls go on."""
    silent = socket.create_server(("127.0.0.1", 0))  # takes connections and never speaks
    with FakeWorkspace(tmp_path) as dripping, \
            FakeWorkspace(tmp_path, cert=dripping.cert) as waiting:
        dripping.answer, waiting.answer = drip, wait_for_the_end
        ports = [dripping.port, waiting.port, silent.getsockname()[1]]
        server = serve(test_connection_hosts=",".join(f"localhost:{port}" for port in ports),
                       test_connection_ca=dripping.cert[0])
        connections = [connect(server, "localhost", ports[i % 3]) for i in range(MAX_DIALS + 1)]
        took, all_results = [None] * MAX_DIALS, [None] * MAX_DIALS

        def run(i):
            started = time.monotonic()
            all_results[i] = run_test(server, connections[i])
            took[i] = time.monotonic() - started

        threads = [threading.Thread(target=run, args=(i,)) for i in range(MAX_DIALS)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(server.rows("SELECT 1 FROM audit WHERE action = 'use_secret'"))
                   == MAX_DIALS, 8, "all dial")
        started = time.monotonic()
        one_more = run_test(server, connections[MAX_DIALS])
        connect(server, "localhost", 443)
        assert time.monotonic() - started < 4
        for thread in threads:
            thread.join(30)
    silent.close()
    assert first_failure(one_more) == "Too many tests are running: try again later."
    for i, results in enumerate(all_results):
        if i % 3 == 2:
            assert statuses(results) == "FAIL FAIL FAIL"
            assert first_failure(results) == "The host did not respond in time."
        else:
            assert statuses(results) == "PASS FAIL FAIL"
            assert first_failure(results) == "The workspace did not answer in time."
    assert all(9 < seconds < 11.5 for seconds in took), took


# ---- Hosts that are not dialled ----

LAB = "lab.example"
NOT_DATABRICKS = "The host is not one of Databricks."
BAD_ADDRESS = "The host has an address that may not be dialled."
NO_ADDRESS = "The host name has no address."

# Names that do resolve, all of them to where something answers: (host, port).
FORBIDDEN_NAMES = {
    "metadata_address": ("169.254.169.254", 443),
    "metadata_name": ("metadata.google.internal", 443),
    "loopback": ("127.0.0.1", 443),
    "loopback_short": ("127.1", 443),
    "loopback_decimal": ("2130706433", 443),
    "loopback_hex": ("0x7f000001", 443),
    "loopback_hex_parts": ("0x7f.0.0.0x1", 443),
    "loopback_octal": ("0177.0.0.01", 443),
    "zero": ("0", 443),
    "zero_address": ("0.0.0.0", 443),
    "public_address": ("8.8.8.8", 443),
    "private_address": ("10.0.0.1", 443),
    "localhost": ("localhost", 443),
    "localhost_below": ("x.localhost", 443),
    "ipv6": ("[::1]", 443),
    "ipv6_bare": ("::1", 443),
    "ipv6_any": ("[::]", 443),
    "ipv6_mapped": ("[::ffff:127.0.0.1]", 443),
    "ipv6_mapped_hex": ("[::ffff:7f00:1]", 443),
    "ipv6_nat64": ("[64:ff9b::7f00:1]", 443),
    "ipv6_6to4": ("[2002:7f00:1::1]", 443),
    "ipv6_zone": ("[fe80::1%25lo]", 443),
    "ipv6_local": ("[fd00:ec2::254]", 443),
    "stranger": ("evil.example", 443),
    "domain_behind": ("x.cloud.databricks.com.evil.example", 443),
    "part_of_a_label": ("evilcloud.databricks.com", 443),
    "hyphen": ("evil-azuredatabricks.net", 443),
    "domain_itself": ("cloud.databricks.com", 443),
    "parent": ("www.databricks.com", 443),
    "trailing_dot": ("x.cloud.databricks.com.", 443),
    "two_dots": ("x..cloud.databricks.com", 443),
    "userinfo": ("x.cloud.databricks.com@evil.example", 443),
    "userinfo_before": ("evil.example@x.cloud.databricks.com", 443),
    "password": ("u:p@x.cloud.databricks.com", 443),
    "port_in_the_name": ("x.cloud.databricks.com:443", 443),
    "port_of_another": ("evil.example:443:.cloud.databricks.com", 443),
    "path": ("evil.example/.cloud.databricks.com", 443),
    "backslash": ("evil.example\\.cloud.databricks.com", 443),
    "query": ("evil.example?.cloud.databricks.com", 443),
    "fragment": ("evil.example#.cloud.databricks.com", 443),
    "scheme": ("https://x.cloud.databricks.com", 443),
    "scheme_file": ("file:///etc/passwd", 443),
    "scheme_gopher": ("gopher://x.cloud.databricks.com", 443),
    "percent": ("evil.example%2f.cloud.databricks.com", 443),
    "percent_nul": ("evil.example%00.cloud.databricks.com", 443),
    "blank": ("evil.example x.cloud.databricks.com", 443),
    "tab": ("evil.example\tx.cloud.databricks.com", 443),
    "line": ("evil.example\r\nHost: x.cloud.databricks.com", 443),
    "comma": ("127.0.0.1,x.cloud.databricks.com", 443),
    "semicolon": ("evil.example;x.cloud.databricks.com", 443),
    "resolve_injection": ("x.cloud.databricks.com:443:127.0.0.1", 443),
    "star": ("*.cloud.databricks.com", 443),
    "underscore": ("_x.cloud.databricks.com", 443),
    "fullwidth": ("x．cloud．databricks．com", 443),
    "other_script": ("x.cloud.databrіcks.com", 443),
    "soft_hyphen": ("x.cloud.data\u00adbricks.com", 443),
    "port_http": ("x.cloud.databricks.com", 80),
    "port_ssh": ("x.cloud.databricks.com", 22),
    "port_redis": ("x.cloud.databricks.com", 6379),
    "port_zero": ("x.cloud.databricks.com", 0),
    "port_highest": ("x.cloud.databricks.com", 2147483647),
    "port_wraps": ("x.cloud.databricks.com", 65979),
    "lab_on_another_port": (LAB, 443),
    "below_the_lab": (f"x.{LAB}", 8443),
}

# Names of Databricks' that lead elsewhere.
FORBIDDEN_ADDRESSES = {
    "loopback": ["127.0.0.1"],
    "metadata": ["169.254.169.254"],
    "azure_host": ["168.63.129.16"],
    "carrier": ["100.64.0.1"],
    "private_10": ["10.0.0.5"],
    "private_172": ["172.20.1.1"],
    "private_192": ["192.168.1.1"],
    "this_network": ["0.0.0.0"],
    "multicast": ["224.0.0.1"],
    "broadcast": ["255.255.255.255"],
    "private_behind_public": ["8.8.8.8", "10.0.0.1"],
    "private_before_public": ["10.0.0.1", "8.8.8.8"],
    "ipv6_loopback": ["::1"],
    "ipv6_mapped": ["::ffff:127.0.0.1"],
    "ipv6_nat64": ["64:ff9b::a9fe:a9fe"],
    "ipv6_6to4": ["2002:7f00:1::1"],
    "ipv6_teredo": ["2001:0:7f00:1::1"],
    "ipv6_local": ["fd00:ec2::254"],
    "ipv6_link": ["fe80::1"],
    "ipv6_private_beside_ipv4": ["8.8.8.8", "fd00::1"],
    "seventeen": [f"8.8.8.{i}" for i in range(1, 18)],
}


def databricks_name(row):
    return f"{row.replace('_', '-')}.cloud.databricks.com"


class Walled:
    """A server in a scripted net: what it dials ends in a trap."""

    def __init__(self, serve, folder):
        names = {name: ["8.8.8.8"] for name in
                 {host for host, _ in FORBIDDEN_NAMES.values() if " " not in host and
                  "\n" not in host and "\t" not in host}}
        names.update({databricks_name(row): addresses
                      for row, addresses in FORBIDDEN_ADDRESSES.items()})
        names["x.cloud.databricks.com"] = ["8.8.8.8"]
        names["rebinding.cloud.databricks.com"] = [["8.8.8.8"], ["127.0.0.1"]]
        names[LAB] = ["127.0.0.1"]
        self.net = ScriptedNet(folder, binary(), names)
        self.server = serve(env=self.net.environment(), test_connection_hosts=f"{LAB}:8443")

    def test(self, host, port=443):
        return run_test(self.server, connect(self.server, host, port))


@pytest.fixture(scope="module")
def walled(serve_for_module, tmp_path_factory):
    made = Walled(serve_for_module, tmp_path_factory.mktemp("net"))
    yield made
    # Of all that was tried by then: not one socket went to what was not dialled by name.
    assert set(made.net.connects()) <= {("8.8.8.8", 443), ("127.0.0.1", 8443)}
    assert b"Bearer" not in made.net.trap.received
    assert canary.MARK.encode() not in made.net.trap.received
    made.net.trap.close()


@pytest.mark.parametrize("row", FORBIDDEN_NAMES)
def test_forbidden_names(walled, row):
    """TEST-3: stored, and neither looked up nor dialled; no secret is used for them."""
    net, server = walled.net, walled.server
    before = (net.lookups(), net.connects(), net.trap.n_accepted)
    n_uses = len(server.rows("SELECT 1 FROM audit WHERE action = 'use_secret'"))
    results = walled.test(*FORBIDDEN_NAMES[row])
    assert statuses(results) == "FAIL FAIL FAIL"
    assert first_failure(results) == NOT_DATABRICKS
    assert (net.lookups(), net.connects(), net.trap.n_accepted) == before
    assert len(server.rows("SELECT 1 FROM audit WHERE action = 'use_secret'")) == n_uses


@pytest.mark.parametrize("row", FORBIDDEN_ADDRESSES)
def test_forbidden_addresses(walled, row):
    """TEST-3: one look-up, no packet."""
    net = walled.net
    before = (net.connects(), net.trap.n_accepted)
    n_lookups = len(net.lookups())
    results = walled.test(databricks_name(row))
    assert statuses(results) == "FAIL FAIL FAIL"
    assert first_failure(results) == BAD_ADDRESS
    assert net.lookups()[n_lookups:] == [databricks_name(row)]
    assert (net.connects(), net.trap.n_accepted) == before


def test_a_name_without_an_address(walled):
    """TEST-3: as in the published case P800, whose host is not there."""
    results = walled.test("example.cloud.databricks.com")
    assert statuses(results) == "FAIL FAIL FAIL" and first_failure(results) == NO_ADDRESS


def test_rebinding(walled):
    """TEST-3: the name has another address at the next look-up, and there is none."""
    net, name = walled.net, "rebinding.cloud.databricks.com"
    n_connects = len(net.connects())
    results = walled.test(name)
    # The trap took the connection and said nothing of TLS.
    assert statuses(results) == "FAIL FAIL FAIL"
    assert net.lookups().count(name) == 1
    assert set(net.connects()[n_connects:]) == {("8.8.8.8", 443)}


def test_the_operators_host_is_dialled_wherever_it_is(walled):
    """TEST-3: so the trap and its log do see what is dialled."""
    net = walled.net
    n_accepted = net.trap.n_accepted
    assert statuses(walled.test(LAB, 8443)) == "FAIL FAIL FAIL"
    assert net.connects()[-1] == ("127.0.0.1", 8443)
    wait_until(lambda: net.trap.n_accepted > n_accepted, 5, "the trap")


def test_a_proxy_of_the_environment_is_not_used(dialing, workspace):
    """TEST-3"""
    pat = new_pat()
    workspace.tokens.add(pat)
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        server = dialing(workspace, env={name: address for name in
                                         ("https_proxy", "HTTPS_PROXY", "ALL_PROXY")})
        assert statuses(results_of(server, workspace, pat=pat)) == "PASS PASS PASS"
        proxy.settimeout(0.1)
        with pytest.raises(TimeoutError):
            proxy.accept()


# ---- Settings ----

@pytest.mark.parametrize("settings, said", [
    ({"test_connection_hosts": "a.example/x"}, "test_connection_hosts"),
    ({"test_connection_hosts": "a.example,"}, "test_connection_hosts"),
    ({"test_connection_hosts": "a.example", "test_connection_ca": "/nonexistent"},
     "/nonexistent"),
    ({"test_connection_ca": "/etc/hostname"}, "test_connection_ca")])
def test_settings_that_are_wrong(serve, settings, said):
    """TEST-3: one line that says which."""
    server = serve.make(**settings)
    server.spawn()
    assert server.wait() != 0
    assert said in server.log_text() and len(server.log_text().splitlines()) == 1
