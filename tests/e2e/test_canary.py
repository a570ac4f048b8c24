"""Marked secrets through every route, well and badly, and then a search for them everywhere.

Secrets leave the vault only sealed: none may be in the database, its WAL and shared memory, the
log, the ready file, any response, or anything else in the state directory but `key` and
`first-credential`. Every other server of the suite is searched too when its test ends (conftest.py).

Rules: AUTH-4, ERROR-3
"""
import base64
import json
import re
import shutil
from pathlib import Path

import canary
import pytest
from databricks import Person, Workspace, connect_body, connection_body, new_domain
from server import wait_until

TEST_DOMAIN = "databricks-test.com"


def secrets():
    """One of each kind, all marked. JDBC URLs carry theirs as the drivers want it."""
    return {
        "user_info": {"auth": {"personal_access_token": canary.secret("dapi"),
                               "oauth_token": canary.secret("eyJ"), "oauth_scope": "sql"}},
        "service_principal_oauth_secret": canary.secret("dose"),
        "jdbc_url": f"jdbc:spark://h:443/default;AuthMech=3;UID=token;PWD={canary.secret()}",
        "databricks_jdbc_url":
            f"jdbc:databricks://h:443;AuthMech=11;Auth_AccessToken={canary.secret()};ssl=1",
        "a_field_of_tomorrow": {"password": canary.secret()},
    }


class Ear:
    """Hears all that a server says on the wire; launch tokens are looked at apart."""

    def __init__(self, server):
        self.server = server
        self.heard = []
        self.launch_tokens = []

    def say(self, data, leaves=False):
        """Sends bytes; what comes back until the server hangs up or has answered."""
        raw = self.server.databricks().raw()
        raw.send(data)
        if leaves:
            raw.drop()
            return b""
        try:
            status, fields, body = raw.read_response()
            answer = json.dumps([status, fields]).encode() + body
        except (EOFError, ConnectionError):
            answer = raw.waiting
        raw.close()
        self.launch_tokens += re.findall(rb"launch=(pclt_[\w-]+)", answer)
        self.heard.append(answer)
        return answer

    def request(self, method, path, body=None, leaves=False, **fields):
        raw = self.server.databricks().raw()
        data = raw.request_bytes(method, path, body, **fields)
        raw.close()
        return self.say(data, leaves)

    def connect(self, person, workspace, leaves=False, **changes):
        answer = self.request("POST", "/connect",
                              connect_body(person, workspace, **{**secrets(), **changes}), leaves)
        found = re.search(rb'"connection_id":"([^"]+)"', answer)
        return found and found[1].decode()


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def walk_well(ear):
    """Each operation as it is meant, with secrets wherever there is room."""
    person, workspace = Person(new_domain(TEST_DOMAIN)), Workspace()
    more = {"password": canary.secret(), "pat": canary.secret("dapi")}
    connection_id = ear.connect(person, workspace)
    assert connection_id
    for person_, changes in ((person, {}), (person, {"demo": True}), (person.colleague(), {})):
        ear.connect(person_, workspace, **changes)
        sign_in = {"is_connection_established": True}
        ear.request("POST", "/connect", connect_body(
            person_, workspace, **{**secrets(), "user_info": sign_in,
                                   "connection_id": connection_id}))
    about = connection_body(workspace, connection_id, **more)
    ear.request("POST", "/test-connection", about)
    ear.request("DELETE", "/delete-connection", about)
    where = {"cloud_provider": "aws", "databricks_organization_id": workspace.workspace_id, **more}
    ear.request("PUT", "/expire-account",
                {"email": person.email, "databricks_user_id": person.user_id, **where})
    ear.request("DELETE", "/delete-account", {"domain": person.domain, **where})
    ear.request("GET", "/connectors")


def walk_badly(ear):
    """Refusals: of the credential, the framing, the JSON, the fields, the path, the method."""
    body = connect_body(Person(), Workspace(), **secrets())
    text = json.dumps(body).encode()
    hidden = canary.secret()
    for authorization in (basic("databricks", hidden), basic(hidden, "x"), f"Bearer {hidden}",
                          hidden, f"Basic {hidden}", None):
        ear.request("POST", "/connect", body, Authorization=authorization)
    for spoiled in (text[:-1], text + text, b"[" + text + b"]", text.replace(b'"port"', b'"hostname"'),
                    text.replace(b'"aws"', b'"' + hidden.encode() + b'"'),
                    text.replace(b"443,", b'"' + hidden.encode() + b'",'),
                    text.replace(b"eu-west-1", b"\xff"), text.replace(b"eu-west-1", b"\\u0000"),
                    text.replace(b'"dapi', b'"' + b"x" * 5000), text + b" " * 70_000):
        assert spoiled != text
        ear.request("POST", "/connect", spoiled)
    for name in ("email", "first_name", "databricks_user_id"):
        ear.request("POST", "/connect", {**body, "user_info": {**body["user_info"], name: [hidden]}})
    for method, path in (("GET", "/connect"), ("PATCH", "/connect"), ("POST", f"/{hidden}"),
                         ("POST", f"/connect?token={hidden}"), ("POST", f"/connect/{hidden}"),
                         ("GET", f"/connectors?pagination_token={hidden}"),
                         # Its GET repeats the launch token, which is the browser's own.
                         ("POST", f"/launch/create_trial?launch={hidden}"),
                         ("GET", f"/launch/{hidden}"), (hidden, "/connect")):
        ear.request(method, path, None if method == "GET" else body)
    ear.request("POST", "/connect", body, Content_Type="text/plain", Origin=f"https://{hidden}")
    ear.request("POST", "/connect", body, Accept_Language=hidden, User_Agent=hidden,
                Cookie=f"session={hidden}", X_Request_Id=hidden)
    ear.request("POST", "/connect", body, Host=hidden)
    ear.request("POST", "/connect", body, Content_Length="1", Transfer_Encoding=hidden)
    for path in ("/test-connection", "/delete-connection"):
        ear.request("POST", path, connection_body(Workspace(), hidden))
        ear.request("POST", path, {"connection_id": {"x": hidden}})
    ear.request("DELETE", "/delete-account", {"domain": hidden, "cloud_provider": "aws",
                                              "databricks_organization_id": 1})
    ear.request("PUT", "/expire-account", {"email": f"{hidden}@{TEST_DOMAIN}",
                                           "databricks_user_id": 1, "cloud_provider": "aws",
                                           "databricks_organization_id": 1})
    ear.say(b"POST /connect HTTP/1.1\r\n" + hidden.encode() + b"\r\n\r\n")
    ear.say(hidden.encode() + b"\r\n\r\n")
    ear.connect(Person(), Workspace(), leaves=True)


def hits(server, ear, *more):
    found = canary.search(server.folder, *more)
    found += [f"{name} in the response {answer[:2000]}" for answer in ear.heard
              for name in canary.search_bytes(answer)]
    for token in set(ear.launch_tokens):
        found += canary.search(server.folder, wanted={"launch token": token})
    key = bytes.fromhex((server.state_dir / "key").read_text().strip())
    found += canary.search(server.folder, wanted={"key": key, "key in hex": key.hex().encode(),
                                                  "key in HEX": key.hex().upper().encode()})
    return found


def keep_copy(server, name):
    """The state as it is now, with the WAL that a clean end would fold away."""
    copy = server.folder / name
    shutil.copytree(server.state_dir, copy, ignore=shutil.ignore_patterns("admin.sock"))
    return copy


def test_no_secret_is_anywhere(serve):
    """ERROR-3, AUTH-4: while it runs, after kill -9, after the next start, after the end."""
    server = serve(config={"category": "INGEST", "auth_options": ["AUTH_PAT"]}, test_hooks="on",
                   log_level="debug", moves_clock=True)
    ear = Ear(server)
    walk_well(ear)
    walk_badly(ear)
    running = keep_copy(server, "running")
    assert (running / "partner.db-wal").stat().st_size > 0 and (running / "partner.db-shm").exists()
    server.kill()
    keep_copy(server, "killed")
    server.restart()
    walk_well(ear)
    ear.connect(Person(), Workspace())
    assert server.stop() == 0
    assert len(ear.heard) > 60 and len(ear.launch_tokens) > 6
    statuses = {json.loads(re.match(rb"\[\d+", answer)[0] + b"]")[0]
                for answer in ear.heard if answer.startswith(b"[")}
    assert statuses >= {200, 400, 401, 404, 405}
    # The sealed ones are there: it is not for want of secrets that none is found.
    assert len(server.rows("SELECT DISTINCT kind FROM secret")) == 5
    assert hits(server, ear) == []


FAULTS = ["before_begin=fail", "before_commit=fail", "after_commit=fail", "mid_answer=fail",
          "before_begin=kill", "before_commit=kill", "after_commit=kill", "mid_answer=kill"]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_is_left_by_a_fault(serve, fault):
    """ERROR-3, RETRY-2: and none by the retry after it."""
    server = serve(log_level="debug")
    server.stop()
    at = 2 if fault.startswith("mid_answer") else 4
    server.restart(env={"PARTNER_CONNECT_FAULTS": f"{fault}@{at}"})
    ear = Ear(server)
    ear.request("GET", "/connectors")
    wait_until(lambda: server.rows("SELECT 1 FROM credential WHERE last_used_ms IS NOT NULL"),
               10, "the credential's last use")
    person, workspace, said = Person(), Workspace(), secrets()
    ear.connect(person, workspace, **said)
    if fault.endswith("kill"):
        assert server.wait() == -9
        keep_copy(server, "killed")
        server.restart(env={})
    assert ear.connect(person, workspace, **said)
    keep_copy(server, "running")
    assert len(server.rows("SELECT DISTINCT kind FROM secret")) == 5
    assert hits(server, ear) == []


def test_the_environment_is_wiped(serve):
    """AUTH-4: what BASIC_PASSWORD held cannot be read from outside either."""
    server = serve()
    environment = Path(f"/proc/{server.process.pid}/environ").read_bytes()
    assert b"PARTNER_CONNECT" in environment or b"HOME" in environment
    assert canary.search_bytes(environment) == []


def test_the_first_credential_is_in_its_file_alone(serve):
    """AUTH-4: made without BASIC_USER; 0600, and nowhere else."""
    server = serve.make()
    server.is_told_credential = False
    server.start()
    path = server.state_dir / "first-credential"
    user, _, password = path.read_text().strip().partition(":")
    assert path.stat().st_mode & 0o777 == 0o600 and len(password) >= 20
    server.user, server.password = user, password
    caller = server.databricks()
    assert caller.connect(Person(), Workspace()).status_code == 200
    server.stop()
    assert canary.search(server.folder, wanted=canary.forms(password)) == []


@pytest.mark.parametrize("spelling", canary.FORMS)
def test_the_search_finds_a_secret(tmp_path, spelling):
    """Or else nothing above means anything: in the middle of a file, in each spelling."""
    (tmp_path / "clean").write_bytes(bytes(range(256)) * 20)
    assert canary.search(tmp_path) == []
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "partner.db-wal").write_bytes(
        b"\0" * 5000 + canary.FORMS[spelling] + b"\xff" * 5000)
    assert f"{tmp_path}/below/partner.db-wal: {spelling}" in canary.search(tmp_path)


@pytest.mark.parametrize("n_before", range(7))
def test_the_search_finds_base64_at_any_offset(tmp_path, n_before):
    """As in an Authorization field that somebody logs."""
    text = base64.b64encode(b"u" * n_before + canary.secret(":").encode())
    (tmp_path / "log").write_bytes(b"authorization=" + text)
    assert any("base64" in hit for hit in canary.search(tmp_path))
