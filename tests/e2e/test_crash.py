"""A short run of tests/crash/kill9.py with the build under test, and that it can find something."""
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from databricks import Person, Workspace
from server import binary

CRASH = Path(__file__).resolve().parents[1] / "crash"
sys.path.insert(0, str(CRASH))

import kill9  # noqa: E402  the path is made just above


def test_15_kills():
    """RETRY-2, RETRY-6: nothing acknowledged is lost, nothing is there twice."""
    done = subprocess.run([CRASH / "kill9.py", "--cycles", "15", "--bin", binary()],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stdout
    figures = dict(re.findall(r"^(kills|acknowledged|rows|problems) +(\d+)", done.stdout, re.M))
    assert figures["kills"] == "15" and figures["problems"] == "0"
    assert int(figures["acknowledged"]) == int(figures["rows"]) > 15


SPOILED = {
    "nothing": ("SELECT 1", None),
    "lost": ("DELETE FROM connection WHERE id = :first", "1 acknowledged connects lost"),
    "twice": ("INSERT INTO connection SELECT 'another', account_id, creator_user_id, cloud,"
              " workspace_id, workspace_since_ms, scope, slot_email_key, 1, {rest}"
              " FROM connection WHERE id = :first", "3 rows of 2 acknowledged"),
    "orphaned": ("DELETE FROM workspace", "foreign_key_check"),
    "damaged": ("UPDATE sqlite_schema SET sql = replace(sql, '(account_id, workspace_since_ms',"
                " '(workspace_since_ms, account_id') WHERE name = 'connection_account'",
                "integrity_check"),
    "unreadable": ("UPDATE sqlite_schema SET sql = 'CREATE' WHERE name = 'account'", "malformed"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_the_check_finds_what_is_spoiled(serve, how):
    """ERROR-4: as kill9.py checks it."""
    server = serve()
    caller = server.databricks()
    ids = [caller.connect(Person(), Workspace()).json()["connection_id"] for _ in range(2)]
    assert server.stop() == 0
    statement, said = SPOILED[how]
    with sqlite3.connect(server.database) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(connection)")]
        rest = ", ".join(columns[columns.index("is_demo") + 1:])
        db.executescript("PRAGMA foreign_keys = OFF; PRAGMA writable_schema = ON")
        # A secret of a lost connection is a finding of its own.
        db.execute("DELETE FROM secret")
        db.execute(statement.format(rest=rest), {"first": ids[0]} if ":first" in statement else {})
    db.close()
    problems = kill9.check_database(server.database, set(ids), 0)
    assert (problems == []) if said is None else [p for p in problems if said in p], problems
