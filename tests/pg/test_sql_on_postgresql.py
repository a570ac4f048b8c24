"""The SQL of src/store/sql on a throw-away PostgreSQL: it is written once for both engines.

The server runs in a temporary directory, listens on a socket there and nowhere else, and is gone
with the test. It refuses to run as root: then it runs as the user of Debian's package.
"""
import glob
import json
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
STORE = ROOT / "src/store"
SQL = json.loads(subprocess.check_output(
    [sys.executable, STORE / "gen_sql.py", "json", STORE / "sql"]))


def bin_dir():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return os.path.dirname(found[-1]) if found else None


class Server:
    """One cluster; each statement runs through psql, for Debian's Python has no other client."""

    def __init__(self, where):
        self.where = where
        self.as_user = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(where, user.pw_uid, user.pw_gid)
            self.as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}",
                            "--clear-groups"]
        self.run("initdb", "-D", f"{where}/data", "-A", "trust", "-U", "test", "-N",
                 "--encoding=UTF8", "--locale=C")
        # One directory for all: a socket's path has room for 107 bytes.
        self.run("pg_ctl", "-D", f"{where}/data", "-w", "-l", f"{where}/log", "start", "-o",
                 f"-c listen_addresses='' -c unix_socket_directories={where} -c fsync=off")

    def run(self, program, *args, **kwargs):
        return subprocess.run([*self.as_user, f"{bin_dir()}/{program}", *args], check=True,
                              capture_output=True, text=True, cwd="/", **kwargs).stdout

    def psql(self, sql):
        """The output, rows as lines; an error raises with what the server said."""
        try:
            return self.run("psql", "-h", self.where, "-U", "test", "-d", "postgres", "-X", "-q",
                            "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-", input=sql)
        except subprocess.CalledProcessError as error:
            raise AssertionError(error.stderr) from error

    def stop(self):
        self.run("pg_ctl", "-D", f"{self.where}/data", "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def server():
    if not bin_dir():
        pytest.skip("PostgreSQL is not installed (Debian: postgresql-15)")
    where = tempfile.mkdtemp(prefix="pc-pg-", dir="/tmp")
    running = None
    try:
        running = Server(where)
        for migration in SQL["migrations"]:
            # As the store does: one transaction each, with its row in schema_version.
            running.psql("BEGIN;\n" + ";\n".join(migration["statements"]) + ";\n"
                         f"INSERT INTO schema_version VALUES ({migration['version']},"
                         f" '{migration['name']}', 0);\nCOMMIT;\n")
        yield running
    finally:
        if running:
            running.stop()
        shutil.rmtree(where)


def test_migrations_run(server):
    assert server.psql("SELECT max(version) FROM schema_version").strip() == \
        str(len(SQL["migrations"]))


@pytest.mark.parametrize("statement", SQL["statements"], ids=lambda s: s["name"])
def test_statement_prepares(server, statement):
    """Also that the server infers a type for each parameter, and that all are numbers, text or
    bytes: nothing else is ever bound."""
    types = server.psql(f"PREPARE it AS {statement['sql']};\n"
                        "SELECT unnest(parameter_types) FROM pg_prepared_statements"
                        " WHERE name = 'it';").split("\n")
    types = [t for t in types if t]
    assert len(types) == statement["n_params"]
    assert set(types) <= {"text", "bigint", "smallint", "bytea"}


def test_words_are_checked(server):
    with pytest.raises(AssertionError, match="violates check constraint"):
        server.psql("INSERT INTO account (id, key, domain, is_demo, state, created_ms)"
                    " VALUES ('i', 'k', 'd', 0, 'no such state', 1)")


def test_one_live_connection_per_slot(server):
    """The partial index means the same on both engines."""
    insert = ("INSERT INTO connection (id, account_id, creator_user_id, cloud, workspace_id,"
              " workspace_since_ms, scope, slot_email_key, is_demo, state, is_confirmed,"
              " created_ms, is_free_trial, fingerprint, answer_user_status,"
              " answer_account_status, answer_redirect_value, answer_is_configured, answered_ms,"
              " is_delivered) VALUES ('%s', 'a', 'u', 'aws', 1, 1, 'workspace', '', 0, '%s', 1, 1,"
              " 0, '', 'new', 'new', 'sign_in', 1, 1, 0);")
    prelude = ("BEGIN; INSERT INTO account (id, key, domain, is_demo, state, created_ms)"
               " VALUES ('a', 'k', 'd', 0, 'trial', 1);"
               "INSERT INTO workspace (cloud, workspace_id, created_ms) VALUES ('aws', 1, 1);")
    server.psql(prelude + insert % ("1", "live") + insert % ("2", "superseded") +
                insert % ("3", "deleted") + "ROLLBACK;")
    with pytest.raises(AssertionError, match="connection_slot"):
        server.psql(prelude + insert % ("1", "live") + insert % ("2", "live"))


def test_every_statement_is_used():
    """Here because it reads the same list: a statement that nobody runs is none of ours."""
    code = "".join(path.read_text(encoding="utf-8") for path in STORE.glob("*.c")
                   if not path.name.endswith("_test.c"))
    used = set(re.findall(r"\bSTMT_[A-Z0-9_]+", code))
    assert used == {f"STMT_{s['name'].upper()}" for s in SQL["statements"]}
