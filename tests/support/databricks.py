"""The other side of the Connect API: requests as Databricks makes them, and ways to send them.

connect_body() and its kin build requests of our own making for random people in random workspaces.
Caller sends them politely; RawConnection byte by byte, with the ways to misbehave that a library
does not offer: to leave before the answer, to send half, to keep the connection.
"""
import base64
import json
import random
import socket
import struct
import uuid
from html.parser import HTMLParser
from urllib.parse import urljoin

import canary
import contract_schema
import requests

TIMEOUT_SECONDS = 20


def new_id():
    """A random id of 63 bits; the top bit set, so that what loses digits is seen to."""
    return random.getrandbits(62) | 1 << 62


def new_domain(under=None):
    """A domain nobody else uses; a sub-domain of @under."""
    return f"c{uuid.uuid4().hex[:20]}.{under or 'example'}"


class Person:
    """A user of Databricks: an e-mail, and an id that a cloud knows them by."""

    def __init__(self, domain=None, email=None, **changes):
        name = f"u{uuid.uuid4().hex[:16]}"
        self.email = email or f"{name}@{domain or new_domain()}"
        self.first_name = changes.get("first_name", "Ada")
        self.last_name = changes.get("last_name", name)
        self.user_id = changes.get("user_id") or new_id()

    @property
    def domain(self):
        return self.email.rpartition("@")[2]

    def colleague(self):
        return Person(self.domain)


class Workspace:
    """A workspace of Databricks in a cloud."""

    def __init__(self, cloud="aws", workspace_id=None):
        self.cloud = cloud
        self.workspace_id = workspace_id or new_id()
        self.host = f"w{self.workspace_id % 10 ** 12}.cloud.databricks.example"

    def in_cloud(self, cloud):
        """The workspace of the same number in another cloud."""
        return Workspace(cloud, self.workspace_id)


def new_pat():
    return canary.secret("dapi")


def connect_body(person, workspace, pat=None, **changes):
    """
    A connect that makes a connection. @changes are members of the request; user_info is merged,
    auth in it is replaced. One of the value ... is left out.
    """
    host, path = workspace.host, "/sql/1.0/warehouses/0123456789abcdef"
    jdbc = f"{host}:443/default;transportMode=http;ssl=1;httpPath={path};AuthMech=3"
    user_info = {
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "databricks_user_id": person.user_id,
        "databricks_organization_id": workspace.workspace_id,
        "is_connection_established": False,
        "auth": {"personal_access_token": pat or new_pat(), "oauth_token": None,
                 "oauth_scope": None},
    }
    body = {
        "connection_id": None,
        "hostname": host,
        "port": 443,
        "workspace_url": f"https://{host}/?o={workspace.workspace_id}",
        "workspace_id": workspace.workspace_id,
        "demo": False,
        "cloud_provider": workspace.cloud,
        "cloud_provider_region": "eu-west-1",
        "is_free_trial": False,
        "http_path": path,
        "jdbc_url": f"jdbc:spark://{jdbc}",
        "databricks_jdbc_url": f"jdbc:databricks://{jdbc}",
        "cluster_id": "0123456789abcdef",
        "is_sql_endpoint": True,
        "is_sql_warehouse": True,
        "destination_location": None,
        "catalog_name": "main",
        "service_principal_id": str(uuid.uuid4()),
        "connection_scope": "workspace",
    }
    user_info.update(changes.pop("user_info", {}))
    body.update(changes)
    body["user_info"] = user_info
    return without_omitted(body)


def without_omitted(value):
    if not isinstance(value, dict):
        return value
    return {name: without_omitted(member) for name, member in value.items() if member is not ...}


def signin_body(person, workspace, connection_id, **changes):
    """A connect on an established connection: it brings no auth."""
    user_info = {"is_connection_established": True, "auth": ..., **changes.pop("user_info", {})}
    return connect_body(person, workspace, connection_id=connection_id, user_info=user_info,
                        **changes)


def connection_body(workspace, connection_id, **changes):
    """Delete connection, and test connection in its newer form."""
    return without_omitted({"connection_id": connection_id, "cloud_provider": workspace.cloud,
                            "databricks_organization_id": workspace.workspace_id, **changes})


def delete_account_body(domain, workspace, **changes):
    return without_omitted({"domain": domain, "cloud_provider": workspace.cloud,
                            "databricks_organization_id": workspace.workspace_id, **changes})


def expire_account_body(person, workspace, **changes):
    return without_omitted({"email": person.email, "databricks_user_id": person.user_id,
                            "cloud_provider": workspace.cloud,
                            "databricks_organization_id": workspace.workspace_id, **changes})


# ---- What is made of an answer ----

CONNECT_FIELDS = {"redirect_uri": str, "redirect_value": str, "connection_id": str,
                  "user_status": str, "account_status": str, "configured_resources": bool,
                  "oauth_redirect_uri": str}
OPTIONAL_CONNECT_FIELDS = {"connection_id", "oauth_redirect_uri"}
ERROR_REASONS = {400: {"bad_request"}, 401: {"unauthorized"},
                 404: {"connection_not_found", "account_not_found"}, 500: {"general_error"}}


def error_of(response):
    """`404 account_not_found`, once the error is of the contract's shape: ERROR-1, ERROR-2."""
    error = response.json()
    assert response.headers["Content-Type"] == "application/json"
    assert error["error_reason"] in ERROR_REASONS[response.status_code], error
    assert set(error) <= {"error_reason", "display_message", "debugging_message"}, error
    assert all(isinstance(value, str) for value in error.values()), error
    return f"{response.status_code} {error['error_reason']}"


def outcome(response):
    """
    The answer to a connect in a few words: `new active sign_in`, `404 account_not_found`. Fails
    where the contract does not allow it, whatever it says.
    """
    if response.status_code != 200:
        return error_of(response)
    answer = response.json()
    assert response.headers["Content-Type"] == "application/json"
    for name, kind in CONNECT_FIELDS.items():
        assert name in answer or name in OPTIONAL_CONNECT_FIELDS, f"{name} is missing: {answer}"
        assert isinstance(answer.get(name, kind()), kind), f"{name}: {answer}"
    assert not set(answer) - set(CONNECT_FIELDS), answer
    asked = json.loads(response.request.body)["user_info"]
    is_configured = answer["configured_resources"]
    if asked["is_connection_established"]:
        assert "connection_id" not in answer and not is_configured, answer
    else:
        assert ("connection_id" in answer) == is_configured, answer
    return f"{answer['user_status']} {answer['account_status']} {answer['redirect_value']}"


# ---- Pages ----

PASSWORD = "a password for tests"


class FormReader(HTMLParser):
    """The one form of a page: its action, and what its fields hold."""

    def __init__(self, text):
        super().__init__()
        self.action = None
        self.fields = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            assert self.action is None, "a second form"
            self.action = attributes["action"]
        if tag == "input" and "name" in attributes:
            self.fields[attributes["name"]] = attributes.get("value") or ""


def send_form(browser, page, **changes):
    """
    Fills in the form of @page as somebody would and sends it; @changes are values of fields, None
    takes one out. The page behind it, which is home when all is right.
    """
    form = FormReader(page.text)
    assert form.action is not None, page.text
    fields = dict(form.fields)
    fields.update({name: PASSWORD for name in ("password", "again") if name in fields})
    fields.update(changes)
    return browser.post(urljoin(page.url, form.action), timeout=TIMEOUT_SECONDS,
                        data={name: value for name, value in fields.items() if value is not None})


class Caller:
    """Sends requests with a partner's credential, as Databricks does."""

    def __init__(self, base, user, password, endpoints, headers=None):
        self.base = base
        self.user = user
        self.password = password
        self.endpoints = endpoints
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (user, password)
        self.session.headers.update({"User-Agent": "databricks", "Accept-Language": "en-US",
                                     **(headers or {})})

    def path(self, operation):
        return self.endpoints[f"{operation}_path"]

    def send(self, method, operation, body=None, **more):
        answer = self.session.request(method, self.base + self.path(operation), json=body,
                                      timeout=TIMEOUT_SECONDS, **more)
        contract_schema.check(operation, answer.status_code, answer.headers.get("Content-Type"),
                              answer.content)
        return answer

    def connect(self, person, workspace, **changes):
        return self.send("POST", "connect", connect_body(person, workspace, **changes))

    def repeat(self, body):
        """A connect of a body that was built before."""
        return self.send("POST", "connect", body)

    def sign_in(self, person, workspace, connection_id, **changes):
        return self.send("POST", "connect",
                         signin_body(person, workspace, connection_id, **changes))

    def delete_connection(self, workspace, connection_id, method="POST", **changes):
        return self.send(method, "delete_connection",
                         connection_body(workspace, connection_id, **changes))

    def test_connection(self, workspace, connection_id, **changes):
        return self.send("POST", "test_connection",
                         connection_body(workspace, connection_id, **changes))

    def delete_account(self, domain, workspace, **changes):
        return self.send("DELETE", "delete_account",
                         delete_account_body(domain, workspace, **changes))

    def expire_account(self, person, workspace, **changes):
        return self.send("PUT", "expire_account",
                         expire_account_body(person, workspace, **changes))

    def connectors(self, token=None):
        params = {} if token is None else {"pagination_token": token}
        return self.send("GET", "get_connectors", params=params)

    def browser(self):
        """Somebody's browser: no credential, no cookie of another."""
        session = requests.Session()
        session.trust_env = False
        return session

    def sign_up(self, uri, browser=None, **changes):
        """Follows a redirect_uri and fills in the form that is there; the page behind it."""
        browser = browser or self.browser()
        return send_form(browser, browser.get(uri, timeout=TIMEOUT_SECONDS), **changes)

    def raw(self):
        return RawConnection(self.base, self.user, self.password)


class RawConnection:
    """One TCP connection, driven by hand. Keeps open until close() or drop()."""

    def __init__(self, base, user=None, password=None):
        host, _, port = base.rpartition("//")[2].partition(":")
        self.host = f"{host}:{port}"
        self.authorization = None
        if user is not None:
            self.authorization = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.socket = socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting = b""

    def request_bytes(self, method, path, body=None, **fields):
        """A request with the usual fields; @fields add to them or (None) take one out."""
        content = b"" if body is None else (
            body if isinstance(body, bytes) else json.dumps(body).encode())
        said = {"Host": self.host, "User-Agent": "databricks", "Accept-Language": "en-US"}
        if self.authorization:
            said["Authorization"] = f"Basic {self.authorization}"
        if body is not None:
            said.update({"Content-Type": "application/json", "Content-Length": len(content)})
        said.update({name.replace("_", "-"): value for name, value in fields.items()})
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items()
                       if value is not None)
        return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content

    def send(self, data):
        self.socket.sendall(data)

    def send_request(self, method, path, body=None, **fields):
        self.send(self.request_bytes(method, path, body, **fields))

    def read_response(self):
        """(status, {lower-cased field: value}, body). EOFError when the peer ends before it."""
        while b"\r\n\r\n" not in self.waiting:
            self._read_more()
        head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip()
                  for name, _, value in (line.partition(":") for line in lines)}
        length = int(fields.get("content-length", 0))
        while len(self.waiting) < length:
            self._read_more()
        body, self.waiting = self.waiting[:length], self.waiting[length:]
        return int(status_line.split(" ")[1]), fields, body

    def _read_more(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError(f"the peer hung up after {self.waiting!r}")
        self.waiting += data

    def read_to_end(self):
        """All that comes until the peer hangs up, however it does."""
        try:
            while True:
                self._read_more()
        except (EOFError, ConnectionError):
            return self.waiting

    def half_close(self):
        """Says that no more will be sent; still reads."""
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        """Orderly: the peer sees the end once it has read all."""
        self.socket.close()

    def drop(self):
        """At once, by a reset: as a crash or a proxy's time-out looks from the other end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
