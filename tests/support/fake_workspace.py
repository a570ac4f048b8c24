"""A Databricks workspace as far as a test of a connection sees it: TLS and a few routes.

    with FakeWorkspace(folder) as workspace:
        workspace.tokens.add("dapi...")
        ...
        workspace.requests    what it got, in order

`answer` may be replaced by a function of a request and the TLS socket that writes what it likes.
"""
import json
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from urllib.parse import parse_qs

OBJECT_PATHS = ("/api/2.0/sql/warehouses/", "/api/2.1/clusters/get?cluster_id=")
IDENTITY_PATH = "/api/2.0/preview/scim/v2/Me"
TOKEN_PATH = "/oidc/v1/token"


def make_certificate(folder, name, *alternatives):
    """(certificate, key): files of one that trusts itself."""
    folder = Path(folder)
    cert, key = folder / f"{name}.pem", folder / f"{name}-key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert,
                    "-days", "2", "-subj", f"/CN={name}", "-addext",
                    "subjectAltName=" + ",".join(alternatives)],
                   check=True, stderr=subprocess.DEVNULL)
    return cert, key


class Request:
    """One request: method, target, fields (names in lower case), body."""

    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = lines[0].split(" ")
        self.fields = {name.lower(): value for name, value in
                       (line.split(": ", 1) for line in lines[1:])}
        self.body = body

    def form(self):
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


def answer_bytes(status, body, *fields):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ("\r\n".join([f"HTTP/1.1 {status} Some Words", f"Content-Length: {len(body)}",
                         "Content-Type: application/json", *fields]) + "\r\n\r\n").encode() + body


class FakeWorkspace:
    """
    @cert   (certificate, key); one for localhost and 127.0.0.1 by default
    @plain  speaks no TLS: to whatever comes it answers as a web server does to TLS
    """

    def __init__(self, folder, cert=None, plain=False):
        self.folder = Path(folder)
        self.cert = cert or make_certificate(folder, "localhost", "DNS:localhost",
                                             "IP:127.0.0.1")
        self.plain = plain
        self.tokens = set()
        self.objects = set()   # targets of warehouses and clusters that are there
        self.forbidden = set()  # targets that no token may see
        self.clients = {}      # OAuth: id to (secret, token)
        self.requests = []
        self.n_accepted = 0
        self.n_sent = 0
        self.answer = self.answer_well
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)  # or the thread keeps it listening
        self.socket.close()

    def _run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:  # it was closed
                return
            self.n_accepted += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        connection.settimeout(30)
        try:
            if self.plain:
                connection.recv(65536)
                connection.sendall(answer_bytes(400, {}))
                return
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.cert)
            connection = context.wrap_socket(connection, server_side=True)
            request = self._read(connection)
            if request:
                self.requests.append(request)
                self.answer(request, connection)
        except OSError:  # the other side has gone, or refused us
            pass
        finally:
            connection.close()

    @staticmethod
    def _read(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return None
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        request = Request(head, body)
        while len(request.body) < int(request.fields.get("content-length", 0)):
            request.body += connection.recv(65536)
        return request

    # ---- How a workspace answers ----

    def answer_well(self, request, connection):
        connection.sendall(self.answer_of(request))

    def answer_of(self, request):
        if request.target == TOKEN_PATH and request.method == "POST":
            return self.answer_for_token(request.form())
        scheme, _, token = request.fields.get("authorization", "").partition(" ")
        if not token:
            return answer_bytes(401, {"error_code": "UNAUTHENTICATED"})
        if scheme != "Bearer" or token not in self.tokens or request.target in self.forbidden:
            return answer_bytes(403, {"error_code": "PERMISSION_DENIED"})
        if request.target == IDENTITY_PATH:
            return answer_bytes(200, {"id": "7", "userName": "somebody"})
        if request.target in self.objects:
            name = "cluster_id" if "clusters" in request.target else "id"
            return answer_bytes(200, {name: request.target.replace("=", "/").split("/")[-1],
                                      "state": "RUNNING", "tags": {"a": [1, 2, 3]}})
        return answer_bytes(404, {"error_code": "RESOURCE_DOES_NOT_EXIST"})

    def answer_for_token(self, form):
        secret, token = self.clients.get(form.get("client_id"), (None, None))
        if not token or form.get("client_secret") != secret or form.get("scope") != "all-apis" or \
                form.get("grant_type") != "client_credentials":
            return answer_bytes(401, {"error": "invalid_client"})
        return answer_bytes(200, {"access_token": token, "token_type": "Bearer",
                                  "expires_in": 3600, "scope": "all-apis"})
