"""Test connection: what it finds out of a workspace (whom it never dials: test_dialing.py).

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
from connection_tests import connect, first_failure, results_of, run_test, statuses
from databricks import new_pat
from fake_workspace import (IDENTITY_PATH, OBJECT_PATHS, TOKEN_PATH, FakeWorkspace, answer_bytes,
                            make_certificate)
from server import wait_until

WAREHOUSE, CLUSTER = (path + "0123456789abcdef" for path in OBJECT_PATHS)
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


# ---- The surroundings ----

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
