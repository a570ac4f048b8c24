#!/usr/bin/python3
"""kill9.py [--cycles N] [--bin PROGRAM] [--seed N]: `serve` killed again and again under load.

Clients connect as fast as they can while the server dies by SIGKILL at a random moment, now and
then while it is starting. It starts again on what it left, and must be ready within a second with
every connection in its database that was answered, nothing that nobody asked for, and no damage.
Whoever got no answer asks again and must get the one row that is theirs.

Prints what was seen; the exit status is 1 when anything was not as it must be. Works with any
build; the figures that count are a release's. --seed fixes the moments, not what the machine makes
of them.
"""
import argparse
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

import canary  # noqa: E402  the path is made just above
from databricks import Person, Workspace, connect_body  # noqa: E402
from server import Server  # noqa: E402

MAX_READY_SECONDS = 1.0
RETRY_AFTER_MS = 1000
MAX_LIFE_SECONDS = 0.35
MAX_START_SECONDS = 0.03
KILLS_AT_START = 0.1  # a share
SAMPLE = 4


class Client(threading.Thread):
    """Connects one new person after another until the server is gone."""

    def __init__(self, caller):
        super().__init__()
        self.caller = caller
        self.acknowledged = []  # (connection id, workspace)
        self.pending = None  # the request that got no answer
        self.problems = []

    def run(self):
        try:
            raw = self.caller.raw()
            while True:
                workspace = Workspace()
                self.pending = (connect_body(Person(), workspace), workspace)
                raw.send_request("POST", self.caller.path("connect"), self.pending[0])
                status, _, body = raw.read_response()
                if status != 200:
                    self.problems.append(f"a connect under load got {status}: {body!r}")
                    return
                self.acknowledged.append((json.loads(body)["connection_id"], workspace))
                self.pending = None
        except (OSError, EOFError):
            pass  # it was killed


class Figures:
    def __init__(self):
        self.kills = 0
        self.kills_at_start = 0
        self.ready_seconds = []
        self.n_retried = 0
        self.n_tested = 0
        self.problems = []

    def expect(self, holds, problem):
        if not holds:
            self.problems.append(f"after kill {self.kills}: {problem}")

    def lines(self, acknowledged, n_rows, n_adopted):
        ready = sorted(self.ready_seconds)
        return [
            f"kills                {self.kills} ({self.kills_at_start} of them while starting)",
            f"acknowledged         {acknowledged}",
            f"rows                 {n_rows}",
            f"lost answers retried {self.n_retried}, of which the first was stored {n_adopted}",
            f"tested connections   {self.n_tested}",
            f"ready                median {statistics.median(ready) * 1000:.0f} ms,"
            f" slowest {ready[-1] * 1000:.0f} ms",
            f"problems             {len(self.problems)}",
        ]


def read_database(path):
    """(what integrity_check says, what foreign_key_check finds, ids of connections)"""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return ([row[0] for row in db.execute("PRAGMA integrity_check")],
                list(db.execute("PRAGMA foreign_key_check")),
                {row[0] for row in db.execute("SELECT id FROM connection")})
    finally:
        db.close()


def check_database(path, acknowledged, n_unanswered):
    """
    What is wrong with a database that answered @acknowledged ids, and @n_unanswered more requests
    that it may hold or not.
    """
    try:
        integrity, foreign, stored = read_database(path)
    except sqlite3.DatabaseError as error:
        return [f"the database cannot be read: {error}"]
    problems = []
    if integrity != ["ok"]:
        problems.append(f"integrity_check: {integrity[:3]}")
    if foreign:
        problems.append(f"foreign_key_check: {foreign[:3]}")
    missing = acknowledged - stored
    if missing:
        problems.append(f"{len(missing)} acknowledged connects lost: {sorted(missing)[:3]}")
    if len(stored) > len(acknowledged) + n_unanswered:
        problems.append(f"{len(stored)} rows of {len(acknowledged)} acknowledged and "
                        f"{n_unanswered} unanswered connects")
    return problems


class Run:
    def __init__(self, server, n_clients, rng):
        self.server = server
        self.n_clients = n_clients
        self.rng = rng
        self.figures = Figures()
        self.acknowledged = {}  # id: workspace
        self.unanswered = []  # (body, workspace) of the life before

    def live(self):
        """Starts, and looks at all that the lives before left."""
        self.server.start()
        self.figures.ready_seconds.append(self.server.ready_seconds)
        self.figures.expect(self.server.ready_seconds < MAX_READY_SECONDS,
                            f"ready after {self.server.ready_seconds:.3f} s")
        self.figures.problems += check_database(self.server.database, set(self.acknowledged),
                                                len(self.unanswered))
        self.retry()
        self.test_some()

    def retry(self):
        """
        RETRY-2, RETRY-3: whoever got no answer gets one row, whether the first was stored or not.
        A second later, as Databricks does it: an answer may have been handed over, and noted as
        delivered, in the moment of the death.
        """
        self.server.clock.move(RETRY_AFTER_MS)
        caller = self.server.databricks()
        for body, workspace in self.unanswered:
            response = caller.repeat(body)
            self.figures.n_retried += 1
            self.figures.expect(response.status_code == 200, f"a retry got {response.text}")
            rows = self.server.rows("SELECT id FROM connection WHERE cloud = ? AND"
                                    " workspace_id = ?", workspace.cloud, workspace.workspace_id)
            got = response.json().get("connection_id")
            self.figures.expect([row["id"] for row in rows] == [got],
                                f"a retry was told {got}, stored are {rows}")
            self.acknowledged[got] = workspace
        self.unanswered = []

    def test_some(self):
        """TEST-2: known, and its secrets open; the workspace is nobody's. The latest are the
        likeliest to be hurt."""
        caller = self.server.databricks()
        ids = list(self.acknowledged)
        for connection_id in ids[-SAMPLE:] + self.rng.sample(ids, min(SAMPLE, len(ids))):
            response = caller.test_connection(self.acknowledged[connection_id], connection_id)
            self.figures.n_tested += 1
            self.figures.expect(response.status_code == 200,
                                f"test-connection of {connection_id}: {response.text}")
        self.figures.expect(not self.server.log("secret_does_not_open"), "a secret does not open")

    def kill(self):
        """Under load, at a random moment."""
        clients = [Client(self.server.databricks()) for _ in range(self.n_clients)]
        for client in clients:
            client.start()
        time.sleep(self.rng.uniform(0, MAX_LIFE_SECONDS))  # waits for nothing: it is the moment
        self.server.kill()
        for client in clients:
            client.join()
            self.acknowledged.update(client.acknowledged)
            self.figures.problems += client.problems
            if client.pending:
                self.unanswered.append(client.pending)
        self.figures.kills += 1

    def kill_at_start(self):
        self.server.spawn()
        time.sleep(self.rng.uniform(0, MAX_START_SECONDS))
        self.server.kill()
        self.figures.kills += 1
        self.figures.kills_at_start += 1

    def run(self, n_kills):
        while self.figures.kills < n_kills:
            if self.rng.random() < KILLS_AT_START:
                self.kill_at_start()
            else:
                self.live()
                self.kill()
        self.live()
        self.figures.expect(self.server.stop() == 0, "it did not end well")
        self.figures.problems += check_database(self.server.database, set(self.acknowledged), 0)
        self.figures.problems += canary.search(self.server.folder)

    def report(self):
        n_rows = self.server.rows("SELECT COUNT(*) AS n FROM connection")[0]["n"]
        return self.figures.lines(len(self.acknowledged), n_rows,
                                  len(self.server.log("connect_adopted")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cycles", type=int, default=200, metavar="N", help="kills [200]")
    parser.add_argument("--bin", default=ROOT / "build/release/src/partner-connect",
                        metavar="PROGRAM", help="[build/release/src/partner-connect]")
    parser.add_argument("--seed", type=int, default=None, metavar="N")
    parser.add_argument("--clients", type=int, default=8, metavar="N", help="[8]")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().getrandbits(32)
    print(f"program              {arguments.bin}", f"seed                 {seed}", sep="\n",
          flush=True)
    with tempfile.TemporaryDirectory(prefix="kill9-") as folder:
        server = Server(folder, program=arguments.bin, moves_clock=True)
        run = Run(server, arguments.clients, random.Random(seed))
        try:
            run.run(arguments.cycles)
        finally:
            run.server.kill()
        report = run.report()
    print(*report, sep="\n")
    for problem in run.figures.problems[:20]:
        print(f"  {problem}")
    return 1 if run.figures.problems else 0


if __name__ == "__main__":
    sys.exit(main())
