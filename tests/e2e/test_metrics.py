"""Health and metrics: what a scraper and a load balancer see."""
import os
import re
import threading

import pytest
import requests

import prometheus
from databricks import Person, Workspace, connect_body
from operator_side import ask, command
from server import ROOT, wait_until

CONFIG = 3
PREFIX = "partner_connect_"


def metrics_of(server):
    answer = ask(server, "GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return prometheus.read(answer.body)


def get(url, path, **more):
    session = requests.Session()
    session.trust_env = False
    return session.get(url + path, timeout=20, **more)


# ---- Metrics ----

def test_the_counters_add_up(serve):
    server = serve(config={"new_user_action": "not_found"})
    caller, nobody = server.databricks(), server.databricks()
    nobody.session.auth = ("nobody", "nothing")
    people = [(Person(), Workspace()) for _ in range(6)]
    ids = [caller.connect(*each).json()["connection_id"] for each in people]
    for (person, workspace), connection_id in zip(people, ids):
        assert caller.sign_in(person, workspace, connection_id).status_code == 200
    for _ in range(3):
        assert caller.sign_in(Person(), people[0][1], ids[0]).status_code == 404
        assert caller.sign_in(*people[0], "nobody's").status_code == 404
        assert caller.send("POST", "connect", {}).status_code == 400
        assert nobody.connect(*people[0]).status_code == 401
    for _ in range(5):
        assert caller.connectors().status_code == 200
    assert caller.delete_connection(people[0][1], ids[0], "DELETE").status_code == 200
    assert caller.delete_connection(people[1][1], ids[1], "POST").status_code == 200

    def connects(metrics, **labels):
        return metrics.total(PREFIX + "http_requests_total", route="connect", **labels)

    # The last answer is counted when its bytes are out, which may be after it was read.
    metrics = wait_until(lambda: (lambda m: m if m.total(
        PREFIX + "http_requests_total", door="api") == 31 else None)(metrics_of(server)), 10,
        "31 requests")
    assert connects(metrics) == 24
    assert [connects(metrics, status=status) for status in ("200", "400", "401", "404")] == [
        12, 3, 3, 6]
    assert metrics.value(PREFIX + "http_requests_total", route="get_connectors") == 5
    for method in ("DELETE", "POST"):
        assert metrics.value(PREFIX + "http_requests_total", route="delete_connection",
                             door="api", method=method, status="200") == 1
    told = {dict(labels)["redirect_value"]: n
            for labels, n in metrics.of(PREFIX + "connects_total").items()}
    assert told == {"create_trial": 6, "sign_in": 6, "purchase_product": 0, "contact_admin": 0,
                    "not_applicable": 0}
    assert metrics.total(PREFIX + "connects_total") == connects(metrics, status="200")
    failed = {dict(labels)["error_reason"]: n
              for labels, n in metrics.of(PREFIX + "connect_errors_total").items()}
    assert failed == {"bad_request": 3, "unauthorized": 3, "account_not_found": 3,
                      "connection_not_found": 3, "general_error": 0}
    # Each request is in one bucket, whatever became of it.
    requested = {}
    for labels, n in metrics.of(PREFIX + "http_requests_total").items():
        rest = tuple(pair for pair in labels if pair[0] != "status")
        requested[rest] = requested.get(rest, 0) + n
    assert metrics.of(PREFIX + "http_request_duration_seconds_count") == requested
    assert metrics.value(PREFIX + "http_request_duration_seconds_sum", route="connect") > 0
    assert metrics.value(PREFIX + "open_calls") == 1, "this one"
    assert metrics.value(PREFIX + "store_queue_depth") == 0
    jobs = metrics.value(PREFIX + "store_commit_batch_size_sum")
    assert 12 <= metrics.value(PREFIX + "store_commit_batch_size_count") <= jobs
    assert metrics.value(PREFIX + "credential_age_seconds", slot="current") < 600
    assert metrics.value(PREFIX + "build_info") == 1
    assert metrics.value(PREFIX + "log_dropped_lines_total") == 0


def test_adoptions_are_counted(serve):
    """A retry of an answer that did not arrive."""
    server = serve(env={"PARTNER_CONNECT_FAULTS": "mid_answer=fail@1"})
    body = connect_body(Person(), Workspace())
    caller = server.databricks()
    with pytest.raises((requests.RequestException, ValueError)):  # it breaks off in the middle
        caller.repeat(body)
    assert caller.repeat(body).status_code == 200
    metrics = metrics_of(server)
    assert metrics.value(PREFIX + "connects_adopted_total") == 1
    assert metrics.total(PREFIX + "connects_total") == 2


def test_groups_share_commits_under_load(serve):
    server = serve()

    def load():
        caller = server.databricks()
        for _ in range(25):
            assert caller.connect(Person(), Workspace()).status_code == 200

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    scraped = [metrics_of(server) for _ in range(10)]  # each is checked while all counts move
    for thread in threads:
        thread.join(60)
    assert all(before.total(PREFIX + "http_requests_total") <= after.total(
        PREFIX + "http_requests_total") for before, after in zip(scraped, scraped[1:]))
    metrics = metrics_of(server)
    assert metrics.value(PREFIX + "store_commit_batch_size_sum") >= 200
    assert metrics.total(PREFIX + "connects_total") == 200


def test_no_label_comes_from_outside(serve):
    server = serve()
    base = server.base
    for path in ("/a%22b", "/metrics%0a", "/\u00e9", "/x?y=\"z\""):
        get(base, path)
    requests.request("BREW", base + "/connect", timeout=20)
    text = ask(server, "GET", "/metrics").body
    prometheus.read(text)
    for word in ("a%22b", "BREW", "%0a", "x?y"):
        assert word not in text


def test_an_old_and_a_new_credential_have_their_ages(serve):
    server = serve()
    command(server, "credential", "add")
    slots = {dict(labels)["slot"] for labels in
             metrics_of(server).of(PREFIX + "credential_age_seconds")}
    assert slots == {"current", "next"}
    command(server, "credential", "retire",
            command(server, "credential", "list").splitlines()[2].split()[1])
    slots = {dict(labels)["slot"] for labels in
             metrics_of(server).of(PREFIX + "credential_age_seconds")}
    assert slots == {"current"}


def test_the_document_lists_what_there_is(serve):
    """docs/operations.md: each name with its type and its labels, and no other."""
    server = serve()
    caller = server.databricks()
    caller.connect(Person(), Workspace())
    metrics = metrics_of(server)
    there = {}
    for family, kind in metrics.types.items():
        labels = set()
        for name, pairs in metrics.samples:
            if name == family or (kind == "histogram" and name.startswith(family + "_")):
                labels |= {label for label, _ in pairs if label != "le"}
        there[family] = (kind, labels)
    rows = re.findall(r"^\| `(partner_connect_\w+)` \| (\w+) \| ([^|]*) \|",
                      (ROOT / "docs/operations.md").read_text(), re.M)
    told = {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    assert len(rows) == len(told) and told == there


# ---- Health ----

def test_alive_and_ready(serve):
    server = serve()
    assert ask(server, "GET", "/healthz").body == "ok\n"
    answer = ask(server, "GET", "/readyz")
    assert answer.status == 200 and answer.body == "ok\n"
    answer = ask(server, "GET", "/readyz?verbose")
    assert answer.status == 200
    assert answer.body.splitlines() == ["[+] database: ok", "[+] key: ok", "[+] migrated: ok",
                                        "[+] draining: ok", "ok"]
    assert server.databricks().session.get(server.base + "/readyz", timeout=20).status_code == 404


def test_ready_writes_to_the_database_once_a_second_at_most(serve):
    server = serve()
    before = metrics_of(server).value(PREFIX + "store_commit_batch_size_sum")
    for _ in range(200):
        assert ask(server, "GET", "/readyz").status == 200
    after = metrics_of(server).value(PREFIX + "store_commit_batch_size_sum")
    assert 1 <= after - before < 40


def test_not_ready_while_the_database_takes_no_writes(serve):
    """Two commits fail: that of a list, which tells that it has begun, and that of the probe."""
    server = serve(env={"PARTNER_CONNECT_FAULTS": "before_commit=fail@30,before_commit=fail@31"})
    wait_until(lambda: ask(server, "GET", "/v1/credentials").status == 500, 10, "a failed commit")
    answer = ask(server, "GET", "/readyz")
    assert answer.status == 503 and answer.headers["Retry-After"] == "1"
    assert answer.body.splitlines() == ["[-] database: it takes no writes", "not ready"]
    assert ask(server, "GET", "/healthz").status == 200, "it lives all the same"
    assert "[+] key: ok" in ask(server, "GET", "/readyz?verbose").body
    wait_until(lambda: ask(server, "GET", "/readyz").status == 200, 10, "ready again")
    assert metrics_of(server).value(PREFIX + "store_failed_commits_total") == 2


def test_not_ready_while_draining(serve):
    """A call that is not over holds the server; meanwhile the operator hears 503."""
    server = serve(flags=["--admin-listen", "127.0.0.1:0"])
    health = server.ready["urls"]["health"]
    raw = server.databricks().raw()
    raw.send(raw.request_bytes("POST", server.databricks().path("connect"), b"{}",
                               **{"Content-Length": "20"}))
    wait_until(lambda: metrics_of(server).value(PREFIX + "open_calls") == 2, 10, "an open call")
    assert get(health, "/readyz").status_code == 200
    server.process.terminate()
    wait_until(lambda: get(health, "/readyz").status_code == 503, 10, "not ready")
    assert "[-] draining: the server is stopping" in get(health, "/readyz").text
    assert ask(server, "GET", "/readyz").status == 503
    assert get(health, "/healthz").status_code == 200
    answer = ask(server, "GET", "/v1/accounts")
    assert answer.status == 503 and answer.headers["Retry-After"] == "1"
    assert answer.json()["code"] == "unavailable"
    command(server, "account", "list", status=4)
    raw.send(b" " * 18)
    assert raw.read_response()[0] == 400
    assert server.wait() == 0
    raw.close()


# ---- The port ----

def test_the_port_has_health_and_metrics_and_nothing_else(serve):
    server = serve(admin_listen="127.0.0.1:0")
    health = server.ready["urls"]["health"]
    assert get(health, "/healthz").text == get(health, "/readyz").text == "ok\n"
    prometheus.read(get(health, "/metrics").text)
    for path in ("/v1/accounts", "/v1/credentials", "/connect", "/", "/metrics/"):
        assert get(health, path).status_code == 404
    for method in ("POST", "PUT", "DELETE"):
        answer = requests.request(method, health + "/readyz", timeout=20)
        assert answer.status_code == 405 and answer.headers["Allow"] == "GET, HEAD"
    assert requests.head(health + "/metrics", timeout=20).status_code == 200
    # A page of elsewhere whose name was made to lead here.
    answer = get(health, "/metrics", headers={"Host": "evil.example"})
    assert answer.status_code == 400 and PREFIX not in answer.text
    for path in ("/healthz", "/metrics", "/readyz"):
        assert get(server.base, path).status_code == 401, "not on the public port"


@pytest.mark.parametrize("address, word", [
    ("0.0.0.0:0", "allow_plain_http"), ("nonsense", "HOST:PORT"), ("127.0.0.1", "HOST:PORT"),
    ("192.0.2.1:1", "allow_plain_http")])
def test_where_the_port_may_be(serve, address, word):
    server = serve.make(admin_listen=address)
    server.spawn()
    assert server.wait() == CONFIG
    said = server.log_text().splitlines()[-1]
    assert "admin_listen" in said and word in said
    assert not server.state_dir.exists()


def test_a_port_that_is_taken(serve):
    first = serve(admin_listen="127.0.0.1:0")
    port = first.ready["urls"]["health"].rpartition(":")[2]
    second = serve.make(admin_listen=f"127.0.0.1:{port}")
    second.spawn()
    assert second.wait() == CONFIG
    assert "admin_listen" in second.log_text().splitlines()[-1]
    assert not (second.state_dir / "admin.sock").exists()


def test_off_loopback_by_leave(serve):
    server = serve(admin_listen="0.0.0.0:0", allow_plain_http="on")
    port = server.ready["urls"]["health"].rpartition(":")[2]
    answer = get(f"http://127.0.0.1:{port}", "/readyz", headers={"Host": "prober.example"})
    assert answer.status_code == 200
