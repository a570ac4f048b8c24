"""SIGHUP: settings, partner config, connectors and certificates are swapped whole, or not at all."""
import json
import os
import signal
import socket
import ssl
import subprocess
import threading

import pytest
import requests
from databricks import Person, Workspace, connect_body, outcome
from server import wait_until

N_SIGHUPS = 1000
N_CALLERS = 4


class LogTail:
    """Reads the log on from where it was read before."""

    def __init__(self, server):
        self.file = open(server.log_path, "rb")
        self.file.seek(0, os.SEEK_END)

    def next_of(self, *events):
        """The next line of one of the events."""
        def find():
            for line in iter(self.file.readline, b""):
                if not line.endswith(b"\n"):
                    self.file.seek(-len(line), os.SEEK_CUR)
                    return None
                event = json.loads(line)
                if event["event"] in events:
                    return event
            return None
        return wait_until(find, 20, " or ".join(events))


def reload(server, tail=None):
    """Sends SIGHUP; the log line that says how it went."""
    tail = tail or LogTail(server)
    server.process.send_signal(signal.SIGHUP)
    return tail.next_of("reloaded", "reload_refused")


def write_config(server, **changes):
    (server.folder / "partner.json").write_text(json.dumps({**server.config, **changes}))


def join(server):
    """The outcome for a second user who signs in on somebody's connection."""
    creator, workspace = Person(), Workspace()
    caller = server.databricks()
    connection_id = caller.connect(creator, workspace).json()["connection_id"]
    return outcome(caller.sign_in(creator.colleague(), workspace, connection_id))


def test_a_changed_config_is_served(serve):
    server = serve(config={"new_user_action": "invite"})
    assert join(server) == "not_applicable active contact_admin"
    write_config(server, new_user_action="not_found", name="Kelp Charts Two")
    assert reload(server)["name"] == "Kelp Charts Two"
    assert join(server) == "404 account_not_found"


def test_a_changed_settings_file_is_served(serve, tmp_path):
    file = tmp_path / "serve.ini"
    file.write_text("redirect_sign_in = http://localhost:3000/old\n")
    server = serve(flags=["--settings", str(file)])
    caller, person = server.databricks(), Person()
    first = caller.connect(person, Workspace())
    assert first.json()["redirect_value"] == "create_trial"
    file.write_text("redirect_sign_in = http://localhost:3000/new\n")
    assert reload(server)["event"] == "reloaded"
    second = caller.connect(person, Workspace())
    assert second.json()["redirect_uri"] == "http://localhost:3000/new"


def test_changed_connectors_are_served(serve, tmp_path):
    file = tmp_path / "connectors.csv"
    file.write_text("identifier,name,type\none,One,source\n")
    server = serve(config={"category": "INGEST"}, connectors=file)
    caller = server.databricks()
    assert [c["identifier"] for c in caller.connectors().json()["connectors"]] == ["one"]
    file.write_text("identifier,name,type\none,One,source\ntwo,Two,target\n")
    assert reload(server)["event"] == "reloaded"
    assert [c["identifier"] for c in caller.connectors().json()["connectors"]] == ["one", "two"]


@pytest.mark.parametrize("text, words", [
    ("{", "line 1"),
    ("", "partner.json"),
    ('{"name": "x"}', "category"),
])
def test_a_bad_config_changes_nothing(serve, text, words):
    server = serve(config={"new_user_action": "invite"})
    (server.folder / "partner.json").write_text(text)
    line = reload(server)
    assert line["event"] == "reload_refused" and words in line["detail"], line
    assert join(server) == "not_applicable active contact_admin"


def test_a_file_that_is_gone_changes_nothing(serve):
    server = serve()
    (server.folder / "partner.json").unlink()
    assert "partner.json" in reload(server)["detail"]
    assert server.databricks().connect(Person(), Workspace()).status_code == 200


def test_what_needs_a_restart_is_named(serve, tmp_path):
    file = tmp_path / "serve.ini"
    file.write_text("log_level = info\nmax_connections = 100\n")
    server = serve(flags=["--settings", str(file)])
    file.write_text("log_level = debug\nmax_connections = 200\n")
    reload(server)
    named = {line["setting"] for line in server.log("setting_needs_restart")}
    assert named == {"log_level", "max_connections"}


def certificate_of(server):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    port = int(server.base.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with context.wrap_socket(plain) as wrapped:
            return wrapped.getpeercert(binary_form=True)


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout", str(folder / "key.pem"), "-out",
                    str(folder / "cert.pem"), "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)


def test_a_new_certificate_is_shown_and_old_connections_live(serve, tmp_path):
    make_certificate(tmp_path)
    server = serve(config={"base_url": "https://localhost:8443"},
                   tls_cert=tmp_path / "cert.pem", tls_key=tmp_path / "key.pem")
    caller = server.databricks()
    caller.session.verify = str(tmp_path / "cert.pem")
    assert caller.connect(Person(), Workspace()).status_code == 200
    first = certificate_of(server)
    assert reload(server)["event"] == "reloaded"
    assert certificate_of(server) == first
    make_certificate(tmp_path)
    assert reload(server)["event"] == "reloaded"
    assert certificate_of(server) != first
    # The session keeps its connection, which began with the first certificate.
    assert caller.connect(Person(), Workspace()).status_code == 200
    (tmp_path / "key.pem").write_text("no key\n")
    assert "key.pem" in reload(server)["detail"]
    assert certificate_of(server) != first


def send_until(server, stop, statuses):
    caller = server.databricks()
    while not stop.is_set():
        body = connect_body(Person(), Workspace())
        try:
            statuses.append(caller.repeat(body).status_code)
        except requests.RequestException as failure:
            statuses.append(repr(failure))


def test_1000_sighups_under_load(serve):
    """Every third file is invalid; no request fails, each reload is whole or refused."""
    server = serve()
    stop, statuses = threading.Event(), []
    callers = [threading.Thread(target=send_until, args=(server, stop, statuses))
               for _ in range(N_CALLERS)]
    for caller in callers:
        caller.start()
    tail, said = LogTail(server), []
    try:
        for i in range(N_SIGHUPS):
            if i % 3 == 2:
                (server.folder / "partner.json").write_text('{"name": ')
            else:
                write_config(server, name=f"Kelp {i}")
            said.append(reload(server, tail)["event"])
    finally:
        stop.set()
        for caller in callers:
            caller.join()
    assert said == ["reload_refused" if i % 3 == 2 else "reloaded" for i in range(N_SIGHUPS)]
    assert set(statuses) == {200} and len(statuses) > N_CALLERS
    print(f"{N_SIGHUPS} SIGHUPs, {len(statuses)} requests, 0 failed")
