"""The operator's side of a running server: every command, who may use it, and what it must not tell.
"""
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import threading
import time

import pytest

import canary
from databricks import Person, Workspace, new_pat
from operator_side import ask, command, command_json, on_a_terminal, socket_path
from server import wait_until

USAGE, CONFIG, UNREACHABLE = 2, 3, 4
NO_ID = "00000000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def shared(serve_for_module):
    return serve_for_module()


def connect(server, person=None, workspace=None, **changes):
    """The id of a new connection, with whom and what it is for."""
    person, workspace = person or Person(), workspace or Workspace()
    answer = server.databricks().connect(person, workspace, **changes)
    assert answer.status_code == 200, answer.text
    return answer.json()["connection_id"], person, workspace


def actions_of(server, object_id):
    """What the audit trail has about a thing, the newest first."""
    rows = command_json(server, "audit", "list", "--limit", "100000")["audit"]
    return [row for row in rows if row["object"] == object_id]


# ---- Connections ----

def test_a_connection_is_listed_and_shown(shared):
    connection_id, person, workspace = connect(shared)
    row = command_json(shared, "connection", "list", "--workspace",
                       workspace.workspace_id)["connections"]
    assert [(each["id"], each["state"], each["workspace_id"], each["cloud"]) for each in row] == [
        (connection_id, "live", str(workspace.workspace_id), "aws")]
    shown = command_json(shared, "connection", "show", connection_id)
    assert shown["account_key"] == person.domain and shown["creator_email"] == person.email
    assert shown["resources"]["hostname"] == workspace.host
    assert shown["secrets"] == ["personal_access_token"] and shown["is_delivered"] is True
    text = command(shared, "connection", "show", connection_id)
    assert re.search(rf"^resources.hostname +{re.escape(workspace.host)}$", text, re.M)
    assert re.search(r"^secrets +personal_access_token$", text, re.M)


def test_a_list_is_read_in_pages(serve):
    server = serve()
    person = Person()
    ids = [connect(server, person)[0] for _ in range(23)]
    account, = command_json(server, "account", "list")["accounts"]
    seen, before = [], []
    while True:
        page = command_json(server, "connection", "list", "--limit", "5", *before)
        seen += [row["id"] for row in page["connections"]]
        if "next" not in page:
            break
        before = ["--before", page["next"]]
    assert seen == list(reversed(ids))
    assert [row["id"] for row in command_json(
        server, "connection", "list", "--account", account["id"])["connections"]] == seen
    other = connect(server)[0]
    assert command_json(server, "connection", "list")["connections"][0]["id"] == other
    # Filters look at all pages, and the command goes on until it has what it was asked for.
    command(server, "connection", "delete", ids[0], "--yes")
    found = command_json(server, "connection", "list", "--state", "deleted", "--limit", "1")
    assert [row["id"] for row in found["connections"]] == [ids[0]]
    assert command_json(server, "connection", "list", "--account", NO_ID)["connections"] == []


def test_a_filter_finds_what_is_behind_many_pages(serve):
    """The store looks at 500 rows a page: what is wanted is behind them."""
    server = serve()
    first = connect(server)[0]
    command(server, "connection", "delete", first, "--yes")
    caller, person = server.databricks(), Person()
    for _ in range(520):
        assert caller.connect(person, Workspace()).status_code == 200
    answer = ask(server, "GET", "/v1/connections?state=deleted").json()
    assert answer["connections"] == [] and answer["next"]
    found = command_json(server, "connection", "list", "--state", "deleted", "--limit", "1")
    assert [row["id"] for row in found["connections"]] == [first]


def test_a_deleted_connection(shared):
    connection_id, person, workspace = connect(shared)
    said = command(shared, "connection", "delete", connection_id, status=USAGE)
    assert "--yes" in said
    status, shown = on_a_terminal(shared, "connection", "delete", connection_id, types="n\n")
    assert status == CONFIG and connection_id in shown and "nothing was deleted" in shown
    assert command_json(shared, "connection", "show", connection_id)["state"] == "live"
    assert actions_of(shared, connection_id) == []

    status, shown = on_a_terminal(shared, "connection", "delete", connection_id, types="y\n")
    assert status == 0 and "Deleted." in shown
    shown = command_json(shared, "connection", "show", connection_id)
    assert shown["state"] == "deleted" and shown["secrets"] == [] and shown["deleted"]
    assert shared.databricks().sign_in(person, workspace, connection_id).status_code == 404
    assert shared.rows("SELECT * FROM secret WHERE connection_id = ?", connection_id) == []
    command(shared, "connection", "delete", connection_id, "--yes", status=CONFIG)
    assert [row["action"] for row in actions_of(shared, connection_id)] == ["delete_connection"]


def test_what_strangers_wrote_does_not_command_the_terminal(shared):
    connection_id = connect(shared, catalog_name="a\x1b[31mb\x9bc\x07\x7fd\u00e9")[0]
    text = command(shared, "connection", "show", connection_id)
    assert re.search(r"^resources.catalog_name +a\?\[31mb\?c\?\?d\u00e9$", text, re.M)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


# ---- Secrets ----

def test_the_secret_is_handed_out_once_asked_for(shared):
    pat = new_pat()
    connection_id = connect(shared, user_info={"auth": {"personal_access_token": pat}})[0]
    assert command(shared, "connection", "credential", connection_id) == pat + "\n"
    assert command_json(shared, "connection", "credential", connection_id) == {
        "connection_id": connection_id, "secrets": {"personal_access_token": pat}}
    assert command(shared, "connection", "credential", connection_id, "--kind",
                   "personal_access_token") == pat + "\n"
    command(shared, "connection", "credential", connection_id, "--kind", "oauth_token",
            status=CONFIG)
    said = command(shared, "connection", "credential", connection_id, "--kind", "pat",
                   status=USAGE)
    assert "personal_access_token" in said
    rows = actions_of(shared, connection_id)
    assert [(row["action"], row["actor"]) for row in rows] == [
        ("read_secrets", f"uid:{os.geteuid()}")] * 4


def test_a_terminal_does_not_show_it_unasked(shared):
    pat = new_pat()
    connection_id = connect(shared, user_info={"auth": {"personal_access_token": pat}})[0]
    status, shown = on_a_terminal(shared, "connection", "credential", connection_id)
    assert status == USAGE and "--reveal" in shown and pat not in shown
    assert actions_of(shared, connection_id) == [], "not shown, not asked for, not audited"
    status, shown = on_a_terminal(shared, "connection", "credential", connection_id, "--reveal")
    assert status == 0 and shown == pat + "\r\n"


def test_the_secret_is_nowhere_else(serve):
    """Canary: in the one answer, and in no other answer, line, file or argument."""
    server = serve(flags=["--admin-listen", "127.0.0.1:0"])
    pat = new_pat()
    connection_id, person, _ = connect(server, user_info={"auth": {"personal_access_token": pat}})
    user, password = command(server, "credential", "add").rstrip("\n").split(":")
    assert command(server, "connection", "credential", connection_id) == pat + "\n"
    said = [command(server, *words) for words in (
        ("connection", "list"), ("connection", "show", connection_id), ("audit", "list"),
        ("account", "list"), ("account", "show", person.domain), ("credential", "list"),
        ("credential", "promote"), ("credential", "retire", server.user),
        ("account", "expire", person.domain), ("account", "activate", person.domain),
        ("connection", "delete", connection_id, "--yes"))]
    said += [command(server, "connection", "credential", connection_id, status=CONFIG)]
    said += [ask(server, "GET", path).body for path in ("/metrics", "/readyz?verbose", "/v1/audit",
                                                       "/v1/connections", "/v1/credentials")]
    server.stop()
    said.append(server.log_text())
    files = b"".join(path.read_bytes() for path in server.state_dir.iterdir())
    assert user.encode() in files, "the search finds what is there"
    for secret in (pat, password):
        wanted = canary.forms(secret)
        for text in (*said, files):
            data = text if isinstance(text, bytes) else text.encode()
            assert canary.search_bytes(data, wanted) == []


# ---- Accounts ----

def test_the_states_of_an_account(shared):
    connection_id, person, workspace = connect(shared)

    def status():
        answer = shared.databricks().sign_in(person, workspace, connection_id)
        return answer.json()["account_status"]

    account = command_json(shared, "account", "show", person.domain)
    assert account["state"] == "trial" and account["users"][0]["email"] == person.email
    assert command_json(shared, "account", "show", account["id"]) == account
    assert command_json(shared, "account", "show", person.domain.upper()) == account
    assert status() == "active"
    assert command_json(shared, "account", "expire", person.domain)["state"] == "expired"
    assert status() == "expired"
    assert command_json(shared, "account", "activate", account["id"])["state"] == "active"
    assert status() == "active"
    text = command(shared, "account", "suspend", person.domain)
    assert re.search(r"^state +suspended$", text, re.M) and person.email in text
    assert status() == "expired"
    assert [row["action"] for row in actions_of(shared, account["id"])] == [
        "suspend_account", "activate_account", "expire_account"]
    for action in ("show", "expire", "suspend", "activate"):
        assert "nobody.example" in command(shared, "account", action, "nobody.example",
                                           status=CONFIG)
        command(shared, "account", action, NO_ID, status=CONFIG)


def test_an_active_account_has_no_trial_of_a_user(serve):
    server = serve(config={"trial_type": "user"}, test_hooks="on")
    connection_id, person, workspace = connect(server, Person("a.databricks-test.com"))
    caller = server.databricks()
    assert caller.expire_account(person, workspace).status_code == 200
    answer = caller.sign_in(person, workspace, connection_id)
    assert answer.json()["account_status"] == "expired"
    command(server, "account", "activate", person.domain)
    answer = caller.sign_in(person, workspace, connection_id)
    assert answer.json()["account_status"] == "active"


# ---- Credentials ----

class Load(threading.Thread):
    """Requests with a credential, one after the other, until it is told to stop."""

    def __init__(self, server, user, password):
        super().__init__()
        self.caller = server.databricks()
        self.caller.session.auth = (user, password)
        self.wants_end = threading.Event()
        self.statuses = []  # (when it was sent, what came back)

    def run(self):
        while not self.wants_end.is_set():
            sent = time.monotonic()
            answer = self.caller.connectors()
            self.statuses.append((sent, answer.status_code))

    def end(self):
        self.wants_end.set()
        self.join(30)
        assert not self.is_alive()
        return self.statuses

    def has(self, n):
        wait_until(lambda: len(self.statuses) >= n, 120, f"{n} requests")


def test_credentials_change_over_under_load(serve):
    """AUTH-3: 0 refused that were not retired; a retired one is dead within a second."""
    server = serve()
    total = 0
    old = server.user, server.password
    for _ in range(3):
        loads = [Load(server, *old) for _ in range(2)]
        for load in loads:
            load.start()
        loads[0].has(100)
        new = tuple(command(server, "credential", "add").rstrip("\n").split(":"))
        fresh = [Load(server, *new) for _ in range(2)]
        for load in fresh:
            load.start()
        fresh[0].has(400)
        command(server, "credential", "promote")
        for load in (fresh[0], loads[0]):
            load.has(len(load.statuses) + 400)
        before = time.monotonic()
        command(server, "credential", "retire", old[0])
        retired = time.monotonic()
        wait_until(lambda: loads[0].statuses[-1][1] == 401, 10, "the retired one to be refused")
        good = [status for load in fresh for _, status in load.end()]
        assert set(good) == {200}, "a credential in force was refused"
        for load in loads:
            statuses = load.end()
            assert {status for sent, status in statuses if sent < before - 1} == {200}
            assert {status for sent, status in statuses if sent > retired} <= {401}
            assert statuses[-1][1] == 401
            total += len(statuses)
        total += len(good)
        old = new
    assert total >= 5000, total


def test_what_cannot_be_done_to_credentials(serve):
    server = serve()
    assert "next is empty" in command(server, "credential", "promote", status=CONFIG)
    assert "current" in command(server, "credential", "retire", server.user, status=CONFIG)
    assert "no credential" in command(server, "credential", "retire", "nobody", status=CONFIG)
    user = command(server, "credential", "add").split(":")[0]
    assert user in command(server, "credential", "add", status=CONFIG)
    # Taken back before it was ever promoted.
    command(server, "credential", "retire", user)
    slots = [row["slot"] for row in command_json(server, "credential", "list")["credentials"]]
    assert slots == ["current"]
    assert [row["action"] for row in actions_of(server, user)] == [
        "retire_credential", "add_credential"]
    # What did not happen is not in the trail.
    assert len(command_json(server, "audit", "list")["audit"]) == 2


# ---- The commands themselves ----

@pytest.mark.parametrize("arguments, word", [
    (["connection", "show"], "ID"), (["connection", "nope"], "nope"),
    (["connection", "list", "--nope"], "--nope"), (["connection", "show", "a", "b"], "b"),
    (["connection", "list", "--limit", "0"], "--limit"),
    (["connection", "list", "--limit"], "--limit"),
    (["connection", "list", "--workspace", "x"], "workspace"),
    (["connection", "list", "--state", "x"], "live"),
    (["connection", "list", "--reveal"], "list"), (["account", "list", "--yes"], "list"),
    (["audit", "list", "-o", "xml"], "json"), (["credential", "retire"], "USER"),
    (["credential", "add", "me"], "me")])
def test_what_is_typed_wrong(shared, arguments, word):
    assert word in command(shared, *arguments, status=USAGE)


def test_help_of_every_command(shared):
    for name in ("account", "audit", "connection", "credential"):
        for arguments in ([name, "--help"], [name, "-h"], [name, "list", "--help"]):
            done = subprocess.run([shared.program, *arguments], capture_output=True, text=True)
            assert done.returncode == 0 and done.stderr == ""
            assert done.stdout.startswith("Usage: ") and "Exit status" in done.stdout
        done = subprocess.run([shared.program, name], capture_output=True, text=True)
        assert done.returncode == USAGE and done.stdout == "" and "Usage: " in done.stderr


@pytest.mark.parametrize("arguments", [
    ["account", "list"], ["audit", "list"], ["connection", "show", NO_ID], ["credential", "add"]])
def test_no_server(serve, arguments):
    server = serve()
    server.stop()
    assert not socket_path(server).exists()
    said = command(server, *arguments, status=UNREACHABLE)
    assert str(socket_path(server)) in said and len(said.splitlines()) == 1
    server.start()
    server.kill()
    assert socket_path(server).exists()
    assert str(socket_path(server)) in command(server, *arguments, status=UNREACHABLE)


def test_no_command_opens_the_database(serve):
    """They work while the file is out of their reach."""
    server = serve()
    connection_id = connect(server)[0]
    away = server.folder / "away.db"
    os.rename(server.database, away)
    try:
        for words in (("connection", "show", connection_id), ("account", "list"),
                      ("audit", "list"), ("credential", "list")):
            command(server, *words)
    finally:
        os.rename(away, server.database)


# ---- The socket ----

def test_the_socket_is_its_owners(shared):
    status = socket_path(shared).lstat()
    assert stat.S_ISSOCK(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o600
    assert shared.ready["urls"]["admin"] == f"unix:{socket_path(shared)}"


def test_another_user_is_refused(serve):
    """Where the modes of file and folders let everybody connect, the peer's id still counts."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    folder = tempfile.mkdtemp(dir="/tmp")
    try:
        os.chmod(folder, 0o755)
        server = serve(admin_socket=f"{folder}/a.sock")
        os.chmod(f"{folder}/a.sock", 0o666)
        assert ask(server, "GET", "/v1/accounts", at=f"{folder}/a.sock").status == 200
        for path in ("/v1/accounts", "/healthz", "/nope"):
            done = subprocess.run(
                ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "curl", "-s",
                 "-i", "--unix-socket", f"{folder}/a.sock", f"http://localhost{path}"],
                capture_output=True, text=True, timeout=30)
            assert done.stdout.startswith("HTTP/1.1 403"), done
            assert "application/problem+json" in done.stdout and "accounts\"" not in done.stdout
        os.chmod(f"{folder}/a.sock", 0o600)
        done = subprocess.run(
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", server.program,
             "account", "list", "--admin-socket", f"{folder}/a.sock"],
            capture_output=True, text=True, timeout=30, env={"ASAN_OPTIONS": "detect_leaks=0"})
        assert done.returncode == UNREACHABLE and "not permitted" in done.stderr, done
    finally:
        shutil.rmtree(folder)


def test_a_socket_left_behind_is_replaced(serve):
    server = serve()
    for _ in range(3):
        server.kill()
        assert socket_path(server).exists()
        server.start()
        assert ask(server, "GET", "/healthz").status == 200


def test_a_living_socket_is_not(serve, tmp_path):
    path = tmp_path / "shared.sock"
    first = serve(admin_socket=path)
    second = serve.make(admin_socket=path)
    second.spawn()
    assert second.wait() == CONFIG
    said = second.log_text().splitlines()[-1]
    assert "admin_socket" in said and str(path) in said and "another server" in said
    assert ask(first, "GET", "/healthz", at=path).status == 200


def test_where_the_socket_may_be(serve, tmp_path):
    server = serve.make(admin_socket="off")
    server.spawn()
    assert server.wait() == CONFIG and "admin_socket" in server.log_text()
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    server = serve(admin_socket=deep / "a.sock")
    assert ask(server, "GET", "/healthz", at=deep / "a.sock").status == 200
    done = subprocess.run([server.program, "account", "list", "--admin-socket",
                           str(deep / "a.sock")], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    taken = tmp_path / "a-file"
    taken.write_text("mine")
    server = serve.make(admin_socket=taken)
    server.spawn()
    assert server.wait() == CONFIG and "no socket" in server.log_text()
    assert taken.read_text() == "mine"


# ---- HTTP ----

def problem(answer, status, code):
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status and said["code"] == code and said["title"]
    assert said["type"] == "about:blank" and said["request_id"] == answer.headers["X-Request-Id"]
    return said


@pytest.mark.parametrize("method, path, body, status, code", [
    ("GET", "/v1/nope", None, 404, "not_found"),
    ("GET", "/connect", None, 404, "not_found"),
    ("GET", f"/v1/connections/{NO_ID}", None, 404, "not_found"),
    ("GET", f"/v1/accounts/{NO_ID}", None, 404, "not_found"),
    ("POST", f"/v1/connections/{NO_ID}/credential", None, 404, "not_found"),
    ("GET", "/v1/connections?limit=0", None, 400, "bad_request"),
    ("GET", "/v1/connections?limit=501", None, 400, "bad_request"),
    ("GET", "/v1/connections?limit=x", None, 400, "bad_request"),
    ("GET", "/v1/connections?limit=1&limit=2", None, 400, "bad_request"),
    ("GET", "/v1/connections?before=%zz", None, 400, "bad_request"),
    ("GET", "/v1/connections?workspace=9223372036854775808", None, 400, "bad_request"),
    ("GET", "/v1/audit?limit=-1", None, 400, "bad_request"),
    ("POST", "/v1/credentials/retire", {}, 400, "bad_request"),
    ("POST", "/v1/credentials/retire", {"user": ""}, 400, "bad_request"),
    ("POST", "/v1/credentials/retire", {"user": 7}, 400, "bad_request"),
    ("POST", "/v1/credentials/retire", {"user": "nobody"}, 404, "not_found"),
    ("POST", "/v1/credentials/promote", None, 409, "conflict")])
def test_problems(shared, method, path, body, status, code):
    problem(ask(shared, method, path, body), status, code)


def test_another_method(shared):
    answer = ask(shared, "PUT", f"/v1/connections/{NO_ID}")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD, DELETE"
    assert ask(shared, "HEAD", "/v1/connections").status == 200


def test_a_browser_is_refused(shared):
    """Nothing that a page can make somebody's browser send gets through, were it to get here."""
    for headers in ({"Origin": "http://localhost"}, {"Sec-Fetch-Site": "cross-site"},
                    {"Content-Type": "text/plain"}):
        problem(ask(shared, "POST", "/v1/credentials", headers=headers), 400, "bad_request")
    slots = [row["slot"] for row in command_json(shared, "credential", "list")["credentials"]]
    assert slots == ["current"]


def test_hostile_ids(shared):
    for bad in ("%00", "..", "' OR 1=1 --", "%27", "a" * 5000, "%zz", "\u00e9".encode().hex()):
        answer = ask(shared, "GET", f"/v1/connections/{bad.replace(' ', '%20')}")
        assert answer.status == 404, (bad, answer.body)
    command(shared, "connection", "show", "../accounts", status=CONFIG)
    command(shared, "account", "show", "a b/c?d#e%", status=CONFIG)


def test_a_fault_says_only_its_id(serve):
    """A secret that does not open: what the log says, the caller does not."""
    server = serve()
    connection_id = connect(server)[0]
    server.stop()
    with sqlite3.connect(server.database) as db:
        db.execute("UPDATE secret SET blob = x'00'")
    db.close()
    server.start()
    answer = ask(server, "POST", f"/v1/connections/{connection_id}/credential")
    said = problem(answer, 500, "fault")
    assert said["request_id"] in said["detail"]
    assert [line["request_id"] for line in server.log("fault")] == [said["request_id"]]
    assert actions_of(server, connection_id) == [], "what was not handed out is not audited as such"
