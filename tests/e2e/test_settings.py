"""What `serve` and `credential` are told and find at start: settings, config, keys, state.

Whatever is wrong is said in one line that names the setting or field and where it stands, before
anything is changed.

Rules: CONNECT-18, AUTH-3, AUTH-4
"""
import base64
import json
import os
import re
import signal
import sqlite3
import stat
import subprocess

import pytest
from databricks import Caller, Person, Workspace
from hostile import Contents, exchange, request
from server import binary, partner_config, wait_until

USAGE, CONFIG, UNREACHABLE, FAULT = 2, 3, 4, 6
HEX_KEY = "5e" * 32
KEPT = {name: os.environ[name] for name in ("PATH", "LC_ALL", "ASAN_OPTIONS", "UBSAN_OPTIONS")
        if name in os.environ}


class Program:
    """Runs of the program that end by themselves, in a folder of a test."""

    def __init__(self, folder):
        self.folder = folder
        self.config = folder / "partner.json"
        self.write_config()

    def write_config(self, **changes):
        self.config.write_text(json.dumps(partner_config(**changes)))

    def run(self, *arguments, env=None, prefix=(), pass_fds=(), **more):
        environment = {**KEPT, "HOME": str(self.folder), **(env or {})}
        return subprocess.run([*prefix, str(binary()), *map(str, arguments)], env=environment,
                              cwd=self.folder, capture_output=True, text=True, timeout=30,
                              stdin=subprocess.DEVNULL, pass_fds=pass_fds, **more)

    def serve(self, *flags, env=None, **more):
        return self.run("serve", "--config", self.config, "--listen", "127.0.0.1:0", "--state-dir",
                        self.folder / "state", *flags, env=env, **more)

    def settings_file(self, text):
        path = self.folder / "serve.ini"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def check_fails(done, status, *words, lines=1):
    """One line of ours on stderr, with all @words in it; nothing on stdout."""
    said = done.stderr.splitlines()
    assert done.returncode == status, (done.returncode, done.stderr)
    assert done.stdout == "" and len(said) == lines, done.stderr
    assert said[0].startswith("partner-connect "), done.stderr
    for word in words:
        assert str(word) in said[0], (word, said)
    return said[0]


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


# ---- Where a setting comes from ----

@pytest.mark.parametrize("flag, env, file, expected", [
    ("30", "20", "10", 30), (None, "20", "10", 20), (None, None, "10", 10), ("30", None, "10", 30),
    ("30", "20", None, 30), (None, None, None, None)])
def test_flag_over_environment_over_file(serve, tmp_path, flag, env, file, expected):
    flags, settings = [], {}
    if file:
        path = tmp_path / "serve.ini"
        path.write_text(f"# days\n[serve]\ntrial_days = {file}\n")
        settings["settings"] = path
    if env:
        settings["trial_days"] = env
    if flag:
        flags = ["--trial-days", flag]
    server = serve(flags=flags, **settings)
    answer = server.databricks().connect(Person(), Workspace())
    assert answer.status_code == 200
    row, = server.rows("SELECT created_ms, trial_expires_ms FROM account")
    days = row["trial_expires_ms"] and (row["trial_expires_ms"] - row["created_ms"]) / 86400000
    assert days == expected


def test_the_settings_file_by_flag_over_environment(program):
    program.settings_file("trial_days = x\n")
    done = program.serve("--settings", "missing.ini",
                         env={"PARTNER_CONNECT_SETTINGS": "serve.ini"})
    check_fails(done, CONFIG, "missing.ini")
    done = program.serve(env={"PARTNER_CONNECT_SETTINGS": "serve.ini"})
    check_fails(done, CONFIG, "serve.ini", "trial_days")


BAD_VALUES = {
    "trial_days": ["", "x", "-1", "36501", "1.5", "9" * 30, "1 4", "0x10"],
    "page_size": ["0", "1001", "many"],
    "ready_fd": ["-2", "1024", "x"],
    "max_connections": ["1", "100001", "-5"],
    "store_cache_mib": ["0", "x"],
    "test_hooks": ["", "maybe", "ON", "1", "yes"],
    "allow_plain_http": ["2"],
    "strict_cloud": ["o"],
    "strict_resources": ["TRUE"],
    "expired_action": ["", "sign_in", "Create_Trial"],
    "join_action": ["auto_add", "add,trial"],
    "superseded_action": ["drop"],
    "naming": ["color"],
}


@pytest.mark.parametrize("key", BAD_VALUES)
def test_a_value_that_does_not_fit(program, key):
    """The setting and where it stands, in every place where it can stand."""
    flag = f"--{key.replace('_', '-')}"
    for value in BAD_VALUES[key]:
        check_fails(program.serve(f"{flag}={value}"), CONFIG, flag, key)
        variable = f"PARTNER_CONNECT_{key.upper()}"
        check_fails(program.serve(env={variable: value}), CONFIG, variable, key)
        path = program.settings_file(f"{key} = {value}\n")
        check_fails(program.serve("--settings", path), CONFIG, path, key)
    assert not (program.folder / "state").exists()


@pytest.mark.parametrize("text, words", [
    ("trail_days = 1\n", ["trail_days", "no setting"]),
    ("[serve]\ntrail-days = 1\n", ["trail-days"]),
    ("trial-days = 1\n", ["trial-days"]),
    ("[hub]\ntrial_days = 1\n", ["[hub]"]),
    ("[serve\ntrial_days = 1\n", ["line 1"]),
    ("\n\njust words\n", ["line 3"]),
    ("key = 00\n", ["key", "environment alone"]),
    ("trial_days = 1\ntrial_days = 2\n", ["trial_days", "twice"]),
    ("public_mail_domains = a.example,\n  b.example\n", ["public_mail_domains", "second line"]),
    ("public_url = http://localhost/" + "x" * 9000 + "\n", ["line 2"]),
    (b"\x7fELF\x02\x01\x01\0\0\n", ["line 1"]),
], ids=range(11))
def test_a_settings_file_that_is_none(program, text, words):
    path = program.settings_file(text)
    check_fails(program.serve("--settings", path), CONFIG, path, *words)


def test_flags_that_are_none(program):
    for flags, words in ((["--nope"], ["--nope"]), (["--nope=secret"], ["--nope:"]),
                         (["-x"], ["-x"]), (["--trial-days"], ["--trial-days", "value"]),
                         (["serve"], ["serve"]), (["--test-hooks", "off"], ["off"])):
        said = check_fails(program.serve(*flags), USAGE, *words, lines=2)
        assert "secret" not in said
    said = check_fails(program.serve("--key=5e5e"), CONFIG, "--key", "environment alone")
    assert "5e5e" not in said
    assert not (program.folder / "state").exists()


def test_help_and_version(program):
    for arguments in (["--help"], ["-h"], ["help"], ["serve", "--help"], ["serve", "-h"],
                      ["credential", "--help"], ["credential", "add", "--help"],
                      ["credential", "list", "-h"]):
        done = program.run(*arguments)
        assert done.returncode == 0 and done.stderr == "" and "Usage: " in done.stdout, arguments
    assert list(program.folder.iterdir()) == [program.config], "asking for help made something"
    for arguments in (["--version"], ["version"]):
        done = program.run(*arguments)
        assert done.returncode == 0 and done.stderr == ""
        assert re.fullmatch(r"partner-connect \d+\.\d+\.\d+", done.stdout.splitlines()[0])
    for arguments in ([], ["nope"], ["--nope"]):
        done = program.run(*arguments)
        assert done.returncode == USAGE and done.stdout == "" and "Usage: " in done.stderr
    check_fails(program.run("serve"), USAGE, "--config", lines=2)
    check_fails(program.run("credential", "nope"), USAGE, "nope", lines=2)


def test_help_names_every_setting(program):
    said = program.run("serve", "--help").stdout
    for key in (*BAD_VALUES, "config", "settings", "listen", "state_dir", "store", "ready_file",
                "tls_cert", "tls_key", "public_url", "mount", "key_file", "connectors",
                "public_mail_domains", "redirect_create_trial", "redirect_purchase_product",
                "redirect_sign_in", "redirect_contact_admin", "redirect_not_applicable",
                "oauth_redirect_uri", "log_format", "log_level"):
        assert f"--{key.replace('_', '-')} " in said, key
    assert "PARTNER_CONNECT_KEY" in said and "--key " not in said


# ---- Where it listens ----

@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0", "192.0.2.1:80", "169.254.1.1:0",
                                    "128.0.0.1:0", "[fe80::1]:0", "::ffff:127.0.0.1:0"])
def test_plain_http_off_loopback_is_refused(program, listen):
    check_fails(program.serve("--listen", listen), CONFIG, "listen", "allow_plain_http")
    assert not (program.folder / "state").exists()


def test_plain_http_off_loopback_when_told(serve):
    server = serve(flags=["--listen", "0.0.0.0:0"], allow_plain_http="on")
    assert server.base.startswith("http://0.0.0.0:")
    assert server.databricks().connect(Person(), Workspace()).status_code == 200


@pytest.mark.parametrize("listen", ["", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                                    ":8080", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1"])
def test_an_address_that_is_none(program, listen):
    if listen:
        check_fails(program.serve("--listen", listen), CONFIG, "listen", "HOST:PORT")
    else:  # not set: the port of base_url, on which the whole machine is
        program.write_config(base_url="https://localhost:8443")
        check_fails(program.run("serve", "--config", program.config, "--listen="), CONFIG,
                    "base_url is https")


def test_an_address_that_cannot_be_had(program):
    for listen in ("127.0.0.1.example:0", "192.0.2.1:0", "[::1:0", "http://127.0.0.1:0"):
        done = program.serve("--listen", listen, "--allow-plain-http")
        said = done.stderr.splitlines()[-1]
        assert done.returncode == CONFIG and "listen" in said, done.stderr
        assert listen.rpartition(":")[0].strip("[]") in said, said


def test_https_without_tls_needs_an_address(program):
    program.write_config(base_url="https://localhost:8443/api")
    done = program.run("serve", "--config", program.config, "--state-dir", program.folder / "s")
    check_fails(done, CONFIG, "base_url", "tls_cert", "listen")
    for flags in (["--tls-cert", "x.pem"], ["--tls-key", "x.pem"]):
        check_fails(program.serve(*flags), CONFIG, "tls_cert", "tls_key")
    assert not (program.folder / "s").exists() and not (program.folder / "state").exists()


def test_https_behind_a_proxy(serve):
    server = serve(config={"base_url": "https://localhost:8443/api"})
    server.config["endpoints"]["connect_path"] = "/api/connect"  # as it is asked for
    answer = server.databricks().connect(Person(), Workspace())
    assert answer.status_code == 200, answer.text
    port = server.base.rpartition(":")[2]
    assert answer.json()["redirect_uri"].startswith(f"https://localhost:{port}/api/launch/")


# ---- Paths and links ----

def statuses(server, *paths):
    return [exchange(server, request(server, "POST", path, {})).status for path in paths]


def test_the_path_of_base_url_is_a_prefix(serve):
    server = serve(config={"base_url": "http://localhost:8080/partner/api/"})
    assert statuses(server, "/partner/api/connect", "/connect", "/api/connect",
                    "/partner/api//connect") == [400, 404, 404, 404]


def test_mount_replaces_the_path_of_base_url(serve, program):
    server = serve(config={"base_url": "http://localhost:8080/partner"}, mount="/")
    assert statuses(server, "/connect", "/partner/connect") == [400, 404]
    server.restart(mount="/inner/")
    assert statuses(server, "/inner/connect", "/connect") == [400, 404]
    answer = exchange(server, request(server, "GET", "/inner/launch/style.css"))
    assert answer.status == 200
    for mount in ("inner", "http://localhost", "/x?y", "/x#y", "?"):
        check_fails(program.serve("--mount", mount), CONFIG, "mount")


def test_public_url_is_what_links_begin_with(serve):
    server = serve(config={"hostnames": ["localhost", "links.example"]},
                   public_url="https://go.links.example/kelp/")
    assert server.ready["urls"]["public"] == "https://go.links.example/kelp"
    answer = server.databricks().connect(Person(), Workspace()).json()
    assert answer["redirect_uri"].startswith("https://go.links.example/kelp/launch/create_trial?")


def test_the_bound_port_is_in_loopback_links(serve):
    server = serve()
    port = server.ready["urls"]["listen"].rpartition(":")[2]
    assert int(port) > 0 and server.ready["urls"]["public"] == f"http://localhost:{port}"


REDIRECTS = {
    "elsewhere": ("https://evil.example/", "hostnames"),
    "contains": ("https://localhost.evil.example/", "hostnames"),
    "ends_like": ("https://evil-localhost/", "hostnames"),
    "user": ("https://localhost@evil.example/", "not an absolute"),
    "backslash": ("https://localhost\\@evil.example/", "not an absolute"),
    "script": ("javascript:alert(1)", "not an absolute"),
    "no_scheme": ("//localhost/", "not an absolute"),
    "file": ("file://localhost/etc/passwd", "not an absolute"),
    "unknown_brace": ("http://localhost/?x={email}", "brace"),
    "open_brace": ("http://localhost/?x={launch", "brace"),
    "brace_in_host": ("http://{locale}.localhost/", "brace"),
    "nested_brace": ("http://localhost/?x={{launch}}", "brace"),
    "too_long_once_filled": ("http://localhost/?" + "{launch}" * 100, "longer"),
}


@pytest.mark.parametrize("name", REDIRECTS)
def test_a_redirect_that_leads_elsewhere(program, name):
    """CONNECT-18: seen at start, not by the first user."""
    template, word = REDIRECTS[name]
    for value in ("create_trial", "purchase_product", "sign_in", "contact_admin", "not_applicable"):
        done = program.serve(env={f"PARTNER_CONNECT_REDIRECT_{value.upper()}": template})
        check_fails(done, CONFIG, f"redirect_{value}", word)
    assert not (program.folder / "state").exists()


def test_base_url_and_public_url_are_on_hostnames(program):
    """CONNECT-18"""
    check_fails(program.serve("--public-url", "https://evil.example"), CONFIG, "public_url",
                "evil.example", "hostnames")
    for url in ("x", "/x", "ftp://localhost", "https://localhost?x", "https://localhost/#x",
                "https://u:p@localhost"):
        check_fails(program.serve("--public-url", url), CONFIG, "public_url")
    for hostnames in ([], [""], ["example.com"], ["host"], ["ocalhost"], ["localhost:8080"],
                      ["*"], ["*.localhost"]):
        program.write_config(hostnames=hostnames)
        check_fails(program.serve(), CONFIG, "base_url", "hostnames")


def test_placeholders_are_filled_in(serve):
    """CONNECT-18: whatever a request says, the address stays one."""
    server = serve(redirect_create_trial="http://localhost/{locale}/x?c={connection_id}&l={launch}"
                                         "&l2={launch}#{locale}")
    for said, locale in (("de-CH, de;q=0.9", "de-CH"), ("../../evil", "en"), ("x" * 36, "en"),
                         ("a b", "en"), ("<script>", "en"), ("", "en"), ("{launch}", "en")):
        answer = server.databricks(headers={"Accept-Language": said}).connect(Person(), Workspace())
        answer = answer.json()
        match = re.fullmatch(r"http://localhost/([^/?#]+)/x\?c=([^&]+)&l=(pclt_[\w-]+)&l2=\3#\1",
                             answer["redirect_uri"])
        assert match and match[1] == locale and match[2] == answer["connection_id"], answer


# ---- The partner config ----

BAD_MEMBERS = {
    "name": [..., None, "", 1, [], "x" * 2049],
    "category": [..., None, "", "ingest", "GAMES", 1],
    "base_url": [..., "", 1, "localhost", "ftp://localhost", "http://", "http://localhost/?x",
                 "http://u:p@localhost", "http://local host/"],
    "endpoints": [..., None, [], "x", {}],
    "endpoints.connect_path": [..., None, "", "connect", 1, "/x?y", "/x#y"],
    "endpoints.delete_connection_path": [1, "x", "/x?"],
    "endpoints.test_connection_path": [{}, "x"],
    "endpoints.delete_account_path": [True, "x"],
    "endpoints.expire_account_path": [[], "x"],
    "endpoints.get_connectors_path": [1, "x"],
    "hostnames": [..., None, "localhost", {}, [1], [["localhost"]], ["x" * 256]],
    "new_user_action": [..., None, "", "add", 1],
    "require_manual_signup": ["true", 1, []],
    "trial_type": ["", "none", 1],
    "supports_demo": ["false", 0],
    "auth_options": ["AUTH_PAT", ["AUTH_NONE"], [1], {}],
    "is_published_app": ["x"],
    "resources_to_provision": ["PAT", ["PAT"], [{}], [{"resource_type": "Cluster"}], [1]],
    "supported_clouds": ["aws", ["ibm"], [1]],
    "api_version": [2, []],
    "logo_file": [1],
}


@pytest.mark.parametrize("field", BAD_MEMBERS)
def test_a_config_field_that_does_not_fit(program, field):
    parent, _, name = field.rpartition(".")
    for value in BAD_MEMBERS[field]:
        config = partner_config()
        place = config[parent] if parent else config
        place.pop(name) if value is ... else place.update({name: value})
        program.config.write_text(json.dumps(config))
        check_fails(program.serve(), CONFIG, field)
    assert not (program.folder / "state").exists()


GOOD_CONFIG = json.dumps(partner_config(), indent=2)


@pytest.mark.parametrize("text, words", [
    ("", ["line 1, column 1"]), ("{", ["line 1, column 2"]), ("[]", ["not an object"]),
    (GOOD_CONFIG.replace('"name"', "name"), ["line 3, column 3"]),
    (GOOD_CONFIG[:-1] + ',\n"name": "x"}', ["twice"]),
    (GOOD_CONFIG + "\n{}", ["follows"]),
    (GOOD_CONFIG.replace(",\n  \"category\"", "\n  \"category\""), ["line 5, column 3"]),
    ("\ufeff" + GOOD_CONFIG, ["line 1, column 1", "byte-order"]),
    (GOOD_CONFIG.encode("utf-16"), ["line 1"]), ("x" * 2_000_000, ["longer"]),
    ("[" * 1000, ["deep"]),
], ids=range(11))
def test_a_config_that_is_no_json(program, text, words):
    program.config.write_bytes(text if isinstance(text, bytes) else text.encode())
    check_fails(program.serve(), CONFIG, program.config, *words)


def test_a_config_that_is_not_there(program):
    check_fails(program.serve("--config", "missing.json"), CONFIG, "missing.json")
    check_fails(program.serve("--config", "/tmp"), CONFIG, "/tmp")
    os.mkfifo(program.folder / "broken")
    program.config.unlink()
    os.symlink("nowhere", program.config)
    check_fails(program.serve(), CONFIG, "partner.json")


def test_oauth_needs_its_redirect(program):
    program.write_config(auth_options=["AUTH_OAUTH_U2M"])
    check_fails(program.serve(), CONFIG, "oauth_redirect_uri")


def test_a_connectors_file_that_is_none(program):
    path = program.folder / "connectors.csv"
    for text in ("nonsense", "identifier,name\na,b\n", '{"connectors": 1}', '[{"identifier": 1}]'):
        path.write_text(text)
        check_fails(program.serve("--connectors", path), CONFIG, path)
    check_fails(program.serve("--connectors", "missing.csv"), CONFIG, "missing.csv")


# ---- Ready ----

def spawn(program, *flags, env=None, pass_fds=()):
    return subprocess.Popen(
        [str(binary()), "serve", "--config", str(program.config), "--listen", "127.0.0.1:0",
         "--state-dir", str(program.folder / "state"), *flags], cwd=program.folder, text=True,
        env={**KEPT, "HOME": str(program.folder), **(env or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=pass_fds)


def end(process):
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    return out, err


def check_ready(process, line):
    ready = json.loads(line)
    assert ready["event"] == "ready" and ready["pid"] == process.pid
    assert set(ready["urls"]) == {"public", "listen", "admin"}
    return ready["urls"]["listen"]


def test_ready_on_stdout(program):
    process = spawn(program)
    check_ready(process, process.stdout.readline())
    assert end(process)[0] == "", "one line, and no more"


def test_ready_on_a_descriptor(program):
    reader, writer = os.pipe()
    process = spawn(program, f"--ready-fd={writer}", pass_fds=[writer])
    os.close(writer)
    with os.fdopen(reader) as pipe:
        check_ready(process, pipe.read())  # to its end: the descriptor was closed
    assert end(process)[0] == ""


def test_ready_in_a_file(program):
    path = program.folder / "ready"
    path.write_text("left over")
    process = spawn(program, "--ready-file", str(path))
    wait_until(lambda: path.read_text() != "left over", 20, "ready file")
    check_ready(process, path.read_text())
    assert end(process)[0] == "" and os.listdir(program.folder).count("ready.new") == 0


def test_ready_that_cannot_be_said(program):
    done = program.serve("--ready-file", "/nowhere/ready")
    assert done.returncode == FAULT and "/nowhere/ready" in done.stderr.splitlines()[-1]
    done = program.serve("--ready-fd", "77")
    assert done.returncode == FAULT and "ready_fd" in done.stderr.splitlines()[-1]


# ---- The state directory ----

def test_only_the_owner_reads_the_state(serve):
    server = serve.make()
    server.environment = NoBasic(server)
    old = os.umask(0)
    try:
        server.start()
    finally:
        os.umask(old)
    modes = {path.name: mode(path) for path in server.state_dir.iterdir()}
    assert mode(server.state_dir) == 0o700
    assert modes.pop("key") == 0o400
    assert {"partner.db", "first-credential"} <= set(modes)
    assert set(modes.values()) == {0o600}, modes


def test_a_database_open_to_others_is_closed(serve):
    server = serve()
    server.stop()
    os.chmod(server.database, 0o666)
    server.start()
    assert mode(server.database) == 0o600


def test_a_second_process_on_the_same_state(serve, program):
    server = serve()
    done = program.serve("--state-dir", str(server.state_dir))
    check_fails(done, CONFIG, "partner.db", "another process")
    # The first one still has its socket, and the commands open no database.
    done = program.run("credential", "list", "--state-dir", server.state_dir)
    assert done.returncode == 0, done.stderr
    assert server.databricks().connect(Person(), Workspace()).status_code == 200


def test_no_place_for_state(program):
    done = program.run("serve", "--config", program.config, "--listen", "127.0.0.1:0",
                       env={"HOME": ""})
    check_fails(done, CONFIG, "state_dir")
    done = program.run("serve", "--config", program.config, "--listen", "127.0.0.1:0",
                       env={"HOME": "relative"})
    check_fails(done, CONFIG, "state_dir")


@pytest.mark.parametrize("env, folder", [
    ({}, ".local/state/partner-connect"), ({"XDG_STATE_HOME": "{}/xdg"}, "xdg/partner-connect"),
    ({"XDG_STATE_HOME": "relative"}, ".local/state/partner-connect"),
    ({"XDG_STATE_HOME": "{}/xdg", "STATE_DIRECTORY": "{}/systemd"}, "systemd")])
def test_where_state_is_by_default(program, env, folder):
    env = {name: value.format(program.folder) for name, value in env.items()}
    done = program.run("credential", "list", env=env)
    check_fails(done, UNREACHABLE, program.folder / folder / "admin.sock")
    assert not (program.folder / folder).exists()
    # It starts, and ends when it cannot say so.
    done = program.run("serve", "--config", program.config, "--listen", "127.0.0.1:0",
                       "--ready-file", "/nowhere/ready", env=env)
    assert done.returncode == FAULT, done.stderr
    assert (program.folder / folder / "partner.db").exists()


def without_privileges():
    """root may write anywhere; this takes that away. Nothing for whoever is not root."""
    return [] if os.geteuid() else ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]


def test_a_state_directory_that_cannot_be_used(program):
    state = program.folder / "state"
    state.mkdir(mode=0o500)
    done = program.serve(prefix=without_privileges())
    check_fails(done, CONFIG, state, "Permission denied")
    state.chmod(0o700)
    state.rmdir()
    state.write_text("a file")
    check_fails(program.serve(), CONFIG, state)
    check_fails(program.serve("--state-dir", "/proc/nowhere"), CONFIG, "/proc/nowhere")
    for store, word in (("sqlite:/nowhere/x.db", "/nowhere/x.db"), ("sqlite:", "store"),
                        ("mysql:x", "store"), ("x", "store")):
        done = program.serve("--state-dir", program.folder / "other", "--store", store)
        check_fails(done, CONFIG, word)


def test_a_store_that_is_none_is_not_repeated_with_its_password(program):
    done = program.serve("--store", "postgresql://user:hunter2@db.example/partner")
    said = check_fails(done, CONFIG, "store", ": postgresql;")
    assert "hunter2" not in said and "user" not in said


def test_a_database_that_is_none_of_ours(serve, program):
    path = program.folder / "x.db"
    for content, word in ((b"not a database, but some text that is long enough" * 100,
                           "not a database"),):
        path.write_bytes(content)
        check_fails(program.serve("--store", f"sqlite:{path}"), CONFIG, path, word)
        assert path.read_bytes() == content
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE notes (text)")
        db.execute("PRAGMA application_id = 7")
    db.close()
    before = path.read_bytes()
    check_fails(program.serve("--store", f"sqlite:{path}"), CONFIG, path, "another program")
    assert path.read_bytes() == before

    server = serve()
    server.stop()
    with sqlite3.connect(server.database) as db:
        db.execute("INSERT INTO schema_version VALUES (9999, 'later', 0)")
    db.close()
    said = check_fails(program.serve("--state-dir", server.state_dir), CONFIG)
    assert "newer" in said or "version" in said, said


# ---- The key ----

def stored(server):
    contents = Contents(server)
    digest = contents.digest()
    contents.close()
    return digest, sorted(path.name for path in server.state_dir.iterdir()
                          if not path.name.startswith("partner.db-"))


def test_a_database_without_its_key(serve, program):
    """Refused with one line, and nothing is changed: with the key back it works."""
    server = serve()
    person, workspace = Person(), Workspace()
    connection_id = server.databricks().connect(person, workspace).json()["connection_id"]
    result = server.databricks().test_connection(workspace, connection_id).json()
    server.stop()
    key = server.state_dir / "key"
    good = key.read_text()
    key.unlink()
    before = stored(server)
    check_fails(program.serve("--state-dir", server.state_dir), CONFIG, key, "missing")
    assert stored(server) == before
    tries = {"other": ("11" * 32 + "\n", "does not fit"), "short": ("11" * 31, "not a key"),
             "long": ("11" * 33, "not a key"), "empty": ("", "not a key"),
             "no_hex": ("zz" * 32, "not a key"), "two_lines": ("11" * 32 + "\n\n", "not a key")}
    for text, word in tries.values():
        key.write_text(text)
        key.chmod(0o400)
        before = stored(server)
        said = check_fails(program.serve("--state-dir", server.state_dir), CONFIG, word)
        assert "11" * 31 not in said and stored(server) == before
        key.unlink()
    key.write_text(good)
    key.chmod(0o400)
    server.start()
    assert server.databricks().test_connection(workspace, connection_id).json() == result
    assert not server.log("secret_does_not_open")


@pytest.mark.parametrize("bits", [0o440, 0o404, 0o444, 0o644, 0o666, 0o640, 0o500, 0o4400])
def test_a_key_that_others_may_read(program, bits):
    path = program.folder / "kek"
    path.write_text(HEX_KEY)
    path.chmod(bits)
    said = check_fails(program.serve("--key-file", path), CONFIG, path, "chmod 0400")
    assert HEX_KEY not in said


def test_key_files_that_are_none(program):
    path = program.folder / "kek"
    check_fails(program.serve("--key-file", path), CONFIG, path, "no such file")
    os.mkfifo(path, 0o600)
    check_fails(program.serve("--key-file", path), CONFIG, path, "not a regular file")
    path.unlink()
    path.mkdir(0o700)
    check_fails(program.serve("--key-file", path), CONFIG, path, "not a regular file")
    for text in ("", "5e", HEX_KEY + "5e", "x" * 64):
        said = check_fails(program.serve(env={"PARTNER_CONNECT_KEY": text}), CONFIG, "key")
        assert not text or text not in said


@pytest.mark.parametrize("bits", [0o400, 0o600])
def test_a_key_from_a_file(serve, tmp_path, bits):
    path = tmp_path / "kek"
    path.write_text(HEX_KEY + "\n")
    path.chmod(bits)
    server = serve(key_file=path)
    assert not (server.state_dir / "key").exists()
    assert server.databricks().connect(Person(), Workspace()).status_code == 200


def test_a_key_from_systemd_comes_first(serve, tmp_path, program):
    folder = tmp_path / "credentials"
    folder.mkdir()
    path = folder / "key"
    path.write_text(HEX_KEY)
    path.chmod(0o400)
    env = {"CREDENTIALS_DIRECTORY": str(folder)}
    server = serve(env={**env, "PARTNER_CONNECT_KEY": "77" * 32})
    assert not (server.state_dir / "key").exists()
    server.stop()
    # It was that key, and no other.
    check_fails(program.serve("--state-dir", server.state_dir, env={
        "PARTNER_CONNECT_KEY": "77" * 32}), CONFIG, "does not fit")
    server.restart(env={"PARTNER_CONNECT_KEY": HEX_KEY})
    # A directory of other credentials is none of ours.
    path.unlink()
    server.restart(env={**env, "PARTNER_CONNECT_KEY": HEX_KEY})


def test_secrets_leave_the_environment(serve):
    """Who reads /proc sees neither the key nor the password."""
    server = serve(env={"PARTNER_CONNECT_KEY": HEX_KEY, "PARTNER_CONNECT_NAMING": "counter"})
    password = server.password.encode()
    with open(f"/proc/{server.process.pid}/environ", "rb") as environ:
        seen = environ.read()
    assert b"PARTNER_CONNECT_NAMING=counter" in seen
    assert HEX_KEY.encode() not in seen and password not in seen
    with open(f"/proc/{server.process.pid}/cmdline", "rb") as cmdline:
        seen = cmdline.read()
    assert HEX_KEY.encode() not in seen and password not in seen


def test_nothing_is_in_the_clear(serve):
    """AUTH-4: of a password the hash alone; no key, no token, in no file of the state."""
    server = serve(env={"PARTNER_CONNECT_KEY": HEX_KEY})
    pat = "dapi" + "c0ffee" * 5 + "42"
    assert server.databricks().connect(Person(), Workspace(), pat=pat).status_code == 200
    row, = server.rows("SELECT password_hash FROM credential")
    assert row["password_hash"].startswith("$argon2id$")
    server.stop()
    secrets = [server.password.encode(), HEX_KEY.encode(), bytes.fromhex(HEX_KEY), pat.encode()]
    secrets += [base64.b64encode(secret)[:-4] for secret in secrets]
    for path in [*server.state_dir.iterdir(), server.log_path]:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret in content], path


# ---- Credentials ----

def caller(server, pair):
    return Caller(server.base, *pair, server.config["endpoints"])


def status_of(server, pair):
    return caller(server, pair).connect(Person(), Workspace()).status_code


class NoBasic:
    """Takes BASIC_USER and BASIC_PASSWORD out of a server's environment."""

    def __init__(self, server):
        self.make = server.environment

    def __call__(self):
        return {name: value for name, value in self.make().items() if not name.startswith("BASIC_")}


def test_the_first_credential_is_made_once(serve):
    """AUTH-4"""
    server = serve.make()
    server.environment = NoBasic(server)
    server.start()
    path = server.state_dir / "first-credential"
    text = path.read_text()
    user, _, password = text.rstrip("\n").partition(":")
    assert mode(path) == 0o600 and text.endswith("\n") and len(password) >= 43
    assert status_of(server, (user, password)) == 200
    assert status_of(server, (user, password[:-1])) == 401
    assert password not in server.log_text()
    server.stop()
    assert not [file for file in server.state_dir.iterdir()
                if file != path and password.encode() in file.read_bytes()]
    path.unlink()
    server.start()
    assert not path.exists() and status_of(server, (user, password)) == 200


def test_a_stored_credential_is_not_replaced_by_the_environment(serve):
    server = serve()
    first = server.user, server.password
    server.password = "another"
    server.restart()
    assert status_of(server, first) == 200
    assert status_of(server, (server.user, "another")) == 401
    assert server.log("basic_user_ignored")


@pytest.mark.parametrize("env", [{"BASIC_USER": "u"}, {"BASIC_PASSWORD": "hunter22"},
                                 {"BASIC_USER": "", "BASIC_PASSWORD": "hunter22"},
                                 {"BASIC_USER": "u", "BASIC_PASSWORD": ""},
                                 {"BASIC_USER": "a:b", "BASIC_PASSWORD": "hunter22"},
                                 {"BASIC_USER": "a\tb", "BASIC_PASSWORD": "hunter22"},
                                 {"BASIC_USER": "u", "BASIC_PASSWORD": "hunter22" * 200}])
def test_half_a_pair(program, env):
    said = check_fails(program.serve(env=env), CONFIG, "BASIC_USER", "BASIC_PASSWORD")
    assert "hunter22" not in said
    assert not (program.folder / "state" / "first-credential").exists()


def test_changing_over_from_one_credential_to_the_next(serve, program):
    """AUTH-3: both are valid in between; and at no time is there none. The server runs on."""
    server = serve()
    old = server.user, server.password

    def credential(*action, status=0):
        done = program.run("credential", *action, "--state-dir", server.state_dir)
        assert done.returncode == status, done.stderr
        return done.stdout

    def listed():
        return [line.split()[:2] for line in credential("list").splitlines()[1:]]

    assert listed() == [["current", "databricks-e2e"]]
    new = tuple(credential("add").rstrip("\n").split(":"))
    assert [status_of(server, pair) for pair in (old, new)] == [200, 200]
    assert status_of(server, (old[0], new[1])) == status_of(server, (new[0], old[1])) == 401
    assert listed() == [["current", old[0]], ["next", new[0]]]
    credential("add", status=CONFIG)
    credential("promote")
    assert listed() == [["current", new[0]], ["next", old[0]]]
    assert [status_of(server, pair) for pair in (old, new)] == [200, 200]
    credential("retire", new[0], status=CONFIG)
    credential("retire", old[0])
    assert [status_of(server, pair) for pair in (old, new)] == [401, 200]
    credential("promote", status=CONFIG)
    credential("retire", old[0], status=CONFIG)
    server.restart()
    assert [status_of(server, pair) for pair in (old, new)] == [401, 200]
    hashes = [row["password_hash"] for row in server.rows("SELECT password_hash FROM credential")]
    assert len(hashes) == 1 and all(text.startswith("$argon2id$") for text in hashes)
