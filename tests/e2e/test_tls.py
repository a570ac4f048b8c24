"""TLS of our own: what is served, what is refused at start and by handshake."""
import json
import os
import re
import socket
import ssl
import subprocess

import pytest
import requests
from databricks import Person, Workspace
from hostile import Contents, address_of, basic, connection, head, marked_body
from server import binary, partner_config

CONFIG = 3


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """cert.pem and key.pem that fit, other.pem of another pair, and what is neither."""
    folder = tmp_path_factory.mktemp("tls")
    for cert, key in (("cert.pem", "key.pem"), ("other-cert.pem", "other.pem")):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", folder / key, "-out", folder / cert, "-days", "2", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    openssl("pkcs8", "-topk8", "-in", folder / "key.pem", "-out", folder / "locked.pem", "-passout",
            "pass:hunter22")
    openssl("x509", "-in", folder / "cert.pem", "-outform", "DER", "-out", folder / "cert.der")
    (folder / "empty.pem").write_text("")
    (folder / "text.pem").write_text("no certificate\n")
    text = (folder / "cert.pem").read_text()
    (folder / "cut.pem").write_text(text[:len(text) // 2])
    return folder


@pytest.fixture(scope="module")
def server(serve_for_module, files):
    return serve_for_module(config={"base_url": "https://localhost:8443"},
                            tls_cert=files / "cert.pem", tls_key=files / "key.pem")


@pytest.fixture
def caller(server, files):
    caller = server.databricks()
    caller.session.verify = str(files / "cert.pem")
    return caller


def test_the_main_job_over_https(server, caller, files):
    assert server.base.startswith("https://127.0.0.1:")
    person, workspace = Person(), Workspace()
    answer = caller.connect(person, workspace)
    assert answer.status_code == 200, answer.text
    connection_id, link = answer.json()["connection_id"], answer.json()["redirect_uri"]
    port = server.base.rpartition(":")[2]
    assert link.startswith(f"https://localhost:{port}/launch/create_trial?launch=")
    page = requests.get(link, verify=str(files / "cert.pem"), timeout=20)
    assert page.status_code == 200 and "Kelp Charts" in page.text
    assert caller.sign_in(person, workspace, connection_id).status_code == 200
    assert caller.delete_connection(workspace, connection_id).status_code == 200


def test_it_shows_the_certificate_it_was_given(server, files):
    context = ssl.create_default_context(cafile=files / "cert.pem")
    with socket.create_connection(address_of(server)) as sock:
        with context.wrap_socket(sock, server_hostname="localhost") as tls:
            assert tls.version() in ("TLSv1.2", "TLSv1.3")
    context = ssl.create_default_context(cafile=files / "other-cert.pem")
    with socket.create_connection(address_of(server)) as sock:
        with pytest.raises(ssl.SSLCertVerificationError):
            context.wrap_socket(sock, server_hostname="localhost")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1,
                                     ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_versions(server, version):
    """1.2 and 1.3, and nothing older."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    is_old = version < ssl.TLSVersion.TLSv1_2
    with socket.create_connection(address_of(server), timeout=20) as sock:
        try:
            with context.wrap_socket(sock) as tls:
                assert not is_old and tls.version() == version.name.replace("_", ".")
        except ssl.SSLError:
            assert is_old


def plain_attacks(server):
    body = json.dumps(marked_body()).encode()
    return {
        "http": head(server, "POST", "/connect", [f"Content-Length: {len(body)}"]) + body,
        "half_a_record": b"\x16\x03\x01\x02",
        "huge_record": b"\x16\x03\x01\xff\xff" + b"x" * 70000,
        "noise": bytes(range(256)) * 40,
        "sslv2_hello": b"\x80\x2e\x01\x00\x02" + b"\0" * 44,
        "heartbeat": b"\x18\x03\x02\x00\x03\x01\x40\x00",
        "alert": b"\x15\x03\x01\x00\x02\x02\x28",
        "application_data": b"\x17\x03\x03\x00\x10" + b"x" * 16,
        "nothing": b"",
    }


@pytest.mark.parametrize("name", plain_attacks(type("", (), {"user": "u", "password": "p"})))
def test_what_is_no_handshake_does_no_harm(server, caller, name):
    """Plain HTTP too: no answer in the clear, nothing stored, the next client is served."""
    contents = Contents(server)
    before = contents.digest()
    with connection(server) as sock:
        raw = b""
        try:
            sock.sendall(plain_attacks(server)[name])
            sock.shutdown(socket.SHUT_WR)
            while piece := sock.recv(65536):
                raw += piece
        except ConnectionError:
            pass
    assert b"HTTP/1" not in raw and basic(server.user, server.password).encode() not in raw
    assert contents.digest() == before
    contents.close()
    assert caller.connect(Person(), Workspace()).status_code == 200


def test_a_client_that_leaves_within_the_handshake(server, caller):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for n in (1, 5, 50, 150):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
        with pytest.raises(ssl.SSLWantReadError):
            tls.do_handshake()
        with connection(server) as sock:
            sock.sendall(outgoing.read()[:n])
    assert caller.connect(Person(), Workspace()).status_code == 200


def test_off_loopback_without_being_told(serve, files):
    """TLS is what the refusal of plain HTTP asks for."""
    server = serve(config={"base_url": "https://localhost:8443"}, tls_cert=files / "cert.pem",
                   tls_key=files / "key.pem", flags=["--listen", "0.0.0.0:0"])
    assert server.base.startswith("https://0.0.0.0:")


@pytest.mark.parametrize("cert, key, named", [
    ("missing.pem", "key.pem", "missing.pem"), ("cert.pem", "missing.pem", "missing.pem"),
    ("empty.pem", "key.pem", "empty.pem"), ("text.pem", "key.pem", "text.pem"),
    ("cut.pem", "key.pem", "cut.pem"), ("cert.der", "key.pem", "cert.der"),
    ("key.pem", "cert.pem", "key.pem"), ("cert.pem", "text.pem", "text.pem"),
    ("cert.pem", "cert.pem", "cert.pem"), ("cert.pem", "locked.pem", "locked.pem"),
    ("cert.pem", "other.pem", "other.pem"), (".", "key.pem", "."), ("cert.pem", ".", ".")])
def test_files_that_do_not_fit(files, tmp_path, cert, key, named):
    """The last line names the file, and nothing of a key is in it."""
    config = tmp_path / "partner.json"
    config.write_text(json.dumps(partner_config(base_url="https://localhost:8443")))
    env = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS") if name in os.environ}
    done = subprocess.run(
        [binary(), "serve", "--config", config, "--listen", "127.0.0.1:0", "--state-dir",
         tmp_path / "state", "--tls-cert", files / cert, "--tls-key", files / key],
        env=env, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
    said = done.stderr.splitlines()[-1]
    assert done.returncode == CONFIG and done.stdout == "", done.stderr
    assert re.match(r"partner-connect serve: .*" + re.escape(str(files / named)), said), said
    assert "PRIVATE" not in done.stderr and "hunter22" not in done.stderr
