"""The retry rule from outside: what a connect that comes again is told, and how many rows it made.

Answers are lost in every way in which a network, a proxy or a crash loses them, and the program
dies at each fault point. Time between two calls is made by moving the server's wall clock: nothing
here waits for it. core/connect_retry_test.c tries all ages.
"""
import json
import select
import shutil
import time

import pytest
from databricks import Person, Workspace, connect_body, error_of, new_id, new_pat, outcome
from server import wait_until

# The store's groups in a second life: keys, credentials, and the credential's last use, for which
# the warm-up waits. The connect under test is the next, and its delivery is noted in the one after.
CONNECT_GROUP = 4
DELIVERY_GROUP = 5
# Of the answers that have a body: the warm-up's is the first.
CONNECT_ANSWER = 2
SECOND_MS = 1000
MINUTE_MS = 60_000


def armed_for_connect(fault):
    """`before_commit=kill` as it is armed to meet the connect after the warm-up."""
    if "@" in fault:
        return fault
    return f"{fault}@{CONNECT_ANSWER if fault.startswith('mid_answer') else CONNECT_GROUP}"


class Story:
    """One connect, told to a server that may be armed; and what comes of telling it again."""

    def __init__(self, server):
        self.server = server
        self.person, self.workspace = Person(), Workspace()
        self.body = connect_body(self.person, self.workspace)

    def connect(self, body=None):
        response = self.server.databricks().repeat(body or self.body)
        assert response.status_code == 200, response.text
        return response.json()["connection_id"]

    def send(self):
        """A raw connection on which the connect was just sent."""
        raw = self.server.databricks().raw()
        raw.send_request("POST", "/connect", self.body)
        return raw

    def later(self, ms=SECOND_MS):
        self.server.clock.move(ms)

    def live_again(self):
        """After its death, another life without faults."""
        assert self.server.wait() == -9
        self.server.restart(env={})

    def rows(self):
        """[(id, state)] of this workspace, oldest first."""
        return [(row["id"], row["state"]) for row in self.server.rows(
            "SELECT id, state FROM connection WHERE workspace_id = ? ORDER BY id",
            self.workspace.workspace_id)]

    def wait_for(self, sql, *values):
        return wait_until(lambda: self.server.rows(sql, *values), 10, sql)

    def wait_for_delivery(self, connection_id, is_delivered=1):
        self.wait_for("SELECT 1 FROM connection WHERE id = ? AND is_delivered = ?",
                      connection_id, is_delivered)

    def adopted(self):
        """RETRY-7: [(connection, count)] of the log."""
        return [(line["connection_id"], line["adopted_total"])
                for line in self.server.log("connect_adopted")]


@pytest.fixture(scope="module")
def first_life(serve_for_module):
    """The state that a first life leaves: key, credential and nothing else."""
    server = serve_for_module()
    assert server.stop() == 0
    return server.state_dir


@pytest.fixture
def armed(serve, first_life):
    """armed("before_commit=kill"): a story whose connect meets this."""
    def make(*faults):
        server = serve.make(moves_clock=True, env={
            "PARTNER_CONNECT_FAULTS": ",".join(map(armed_for_connect, faults))})
        shutil.copytree(first_life, server.state_dir)
        server.start()
        story = Story(server)
        assert server.databricks().connectors().status_code == 200
        story.wait_for("SELECT 1 FROM credential WHERE last_used_ms IS NOT NULL")
        return story
    return make


# ---- Answers that are lost ----

def leaves(story):
    """Hangs up in good order once the row is there and before the answer is."""
    raw = story.send()
    story.wait_for("SELECT 1 FROM connection")
    raw.close()
    story.server.wait_for_log("request", 2)


def drops(story):
    """The same by a reset, as a crash or an impatient proxy does it."""
    raw = story.send()
    story.wait_for("SELECT 1 FROM connection")
    raw.drop()
    story.server.wait_for_log("request", 2)


def gets_half(story):
    head, _, body = story.send().read_to_end().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert f"Content-Length: {2 * len(body)}".encode()[:-1] in head  # a half, rounded down
    story.server.wait_for_log("request", 2)


def gets_500(story):
    assert error_of(story.server.databricks().repeat(story.body)) == "500 general_error"


def dies(story):
    assert b"connection_id" not in story.send().read_to_end()
    story.live_again()


LOST = {
    "left_before_it": ("after_commit=sleep:300", leaves),
    "reset_before_it": ("after_commit=sleep:300", drops),
    "half_of_it_sent": ("mid_answer=fail", gets_half),
    "commit_reported_failed": ("after_commit=fail", gets_500),
    "killed_after_commit": ("after_commit=kill", dies),
    "killed_mid_answer": ("mid_answer=kill", dies),
}


@pytest.mark.parametrize("age_ms", [0, SECOND_MS, 14 * MINUTE_MS])
@pytest.mark.parametrize("how", LOST)
def test_a_lost_answer_is_given_again(armed, how, age_ms):
    """RETRY-2, RETRY-6, RETRY-7: one row, the same id, whenever within 15 minutes."""
    fault, lose = LOST[how]
    story = armed(fault)
    lose(story)
    (connection_id, state), = story.rows()
    assert state == "live"
    story.later(age_ms)
    assert story.connect() == connection_id
    assert story.rows() == [(connection_id, "live")]
    assert story.adopted() == [(connection_id, 1)]
    story.wait_for_delivery(connection_id)


@pytest.mark.parametrize("how", LOST)
def test_a_lost_answer_is_too_old_after_15_minutes(armed, how):
    """RETRY-4, RETRY-2"""
    fault, lose = LOST[how]
    story = armed(fault)
    lose(story)
    story.later(15 * MINUTE_MS)
    first, second = story.rows()[0][0], story.connect()
    assert story.rows() == [(first, "superseded"), (second, "live")]
    assert story.adopted() == []


@pytest.mark.parametrize("point", ["before_begin", "before_commit"])
@pytest.mark.parametrize("action, lose", [("fail", gets_500), ("kill", dies)],
                         ids=["fail", "kill"])
def test_what_was_not_committed_is_not_there(armed, point, action, lose):
    """ERROR-4, RETRY-4: the retry makes the first row."""
    story = armed(f"{point}={action}")
    lose(story)
    assert story.rows() == []
    story.later()
    connection_id = story.connect()
    assert story.rows() == [(connection_id, "live")]
    assert story.adopted() == []


def test_killed_between_answer_and_flush(armed):
    """RETRY-6: the caller has the answer, the database does not know it yet: one row."""
    story = armed(f"before_begin=kill@{DELIVERY_GROUP}")
    connection_id = story.connect()
    story.live_again()
    assert story.connect() == connection_id
    assert story.rows() == [(connection_id, "live")]
    assert story.adopted() == [(connection_id, 1)]


def test_a_proxy_put_a_500_in_the_place_of_our_200(armed):
    """RETRY-3: delivered as far as we know; Databricks comes again after 1, 2 and 4 s."""
    story = armed()
    connection_id = story.connect()
    story.wait_for_delivery(connection_id)
    for n, wait_s in enumerate((1, 2, 4), 1):
        story.later(wait_s * SECOND_MS)
        assert story.connect() == connection_id
        assert story.adopted()[-1] == (connection_id, n)
    assert story.rows() == [(connection_id, "live")]


def test_an_adopted_answer_is_the_first_with_a_fresh_link(armed):
    """RETRY-2, RETRY-3: all of it but the launch token, and that works."""
    story = armed()
    caller = story.server.databricks()
    first = caller.repeat(story.body).json()
    story.later()
    second = caller.repeat(story.body).json()
    assert first.pop("redirect_uri") != (uri := second.pop("redirect_uri"))
    assert first == second and first["user_status"] == "new"
    assert caller.sign_up(uri).status_code == 200


def test_databricks_schedule_after_a_lost_answer(armed):
    """RETRY-2, RETRY-3: lost, then delivered to a proxy that hides it, then again."""
    story = armed("mid_answer=fail")
    gets_half(story)
    (connection_id, _), = story.rows()
    for wait_s in (1, 2, 4):
        story.later(wait_s * SECOND_MS)
        assert story.connect() == connection_id
    assert story.rows() == [(connection_id, "live")]


# ---- Answers that were delivered ----

def test_an_identical_connect_at_once_is_a_new_one(armed):
    """RETRY-4, CONNECT-17: published case P400."""
    story = armed()
    first, second, third = story.connect(), story.connect(), story.connect()
    assert story.rows() == [(first, "superseded"), (second, "superseded"), (third, "live")]
    assert story.adopted() == []


def test_at_once_counts_from_the_answer(armed):
    """RETRY-4: a connect that took a second was still answered just now."""
    story = armed("before_commit=sleep:1000")
    first, second = story.connect(), story.connect()
    assert story.rows() == [(first, "superseded"), (second, "live")]


@pytest.mark.parametrize("age_ms, is_adopted", [
    (500, False), (1000, True), (9500, True), (10_500, False), (MINUTE_MS, False),
    (-SECOND_MS, False), (-60 * MINUTE_MS, False)])
def test_a_delivered_answer_by_age(armed, age_ms, is_adopted):
    """RETRY-3, RETRY-4: also where the clock went back."""
    story = armed()
    first = story.connect()
    story.wait_for_delivery(first)
    story.later(age_ms)
    assert (story.connect() == first) == is_adopted
    assert len(story.rows()) == (1 if is_adopted else 2)


@pytest.mark.parametrize("age_ms, is_adopted", [(0, False), (1000, True), (10_500, False)])
def test_a_delivered_answer_after_a_crash(armed, age_ms, is_adopted):
    """RETRY-6: what was flushed is known in the next life."""
    story = armed()
    first = story.connect()
    story.wait_for_delivery(first)
    story.server.kill()
    story.live_again()
    story.later(age_ms)
    second = story.connect()
    assert story.rows() == ([(first, "live")] if is_adopted else
                            [(first, "superseded"), (second, "live")])
    assert (second == first) == is_adopted


# ---- What is never adopted ----

def test_after_a_deletion_it_is_a_new_one(armed):
    """RETRY-5, DELETE-3: delivered or not."""
    story = armed("mid_answer=fail")
    gets_half(story)
    (first, _), = story.rows()
    caller = story.server.databricks()
    assert caller.delete_connection(story.workspace, first).status_code == 200
    second = story.connect()
    story.later()
    assert caller.delete_connection(story.workspace, second).status_code == 200
    third = story.connect()
    assert story.rows() == [(first, "deleted"), (second, "deleted"), (third, "live")]
    assert story.adopted() == []


def test_what_was_superseded_is_not_adopted(armed):
    """RETRY-5"""
    story = armed()
    first = story.connect()
    second = story.connect(connect_body(story.person, story.workspace))
    story.later()
    third = story.connect()
    assert story.rows() == [(first, "superseded"), (second, "superseded"), (third, "live")]


@pytest.mark.parametrize("change", [
    {"user_info": {"auth": {"personal_access_token": new_pat()}}},
    {"user_info": {"databricks_user_id": new_id()}},
    {"user_info": {"email": "somebody.else@kelp.example"}},
    {"hostname": "another.cloud.databricks.example"}, {"port": 8443}, {"is_free_trial": True},
    {"http_path": "/sql/1.0/warehouses/other"}, {"jdbc_url": "jdbc:spark://other;PWD=x"},
    {"catalog_name": "other"}, {"cluster_id": "other"}, {"destination_location": "s3://other"},
    {"service_principal_id": "other"}, {"service_principal_oauth_secret": "other"},
    {"demo": True}, {"connection_scope": "user"}, {"cloud_provider": "gcp"}],
    ids=lambda change: next(iter(change.get("user_info", change))))
def test_another_request_is_not_a_retry(house, change):
    """RETRY-4: any field that we know makes it another."""
    story = Story(house())
    first = story.connect()
    for name, value in change.get("user_info", {}).items():
        story.body["user_info"][name] = value
    story.body.update({name: value for name, value in change.items() if name != "user_info"})
    # Not delivered is the wider door: whatever is adopted would be adopted here.
    assert story.connect() != first
    assert story.adopted() == []


def test_another_spelling_is_a_retry(armed):
    """RETRY-2: the order of members, blanks and fields that we do not know are not the request."""
    story = armed("mid_answer=fail")
    gets_half(story)
    (connection_id, _), = story.rows()
    turned = dict(reversed(story.body.items()), added_later={"by": "Databricks"})
    raw = story.server.databricks().raw()
    raw.send_request("POST", "/connect", json.dumps(turned, indent=3).encode())
    status, _, body = raw.read_response()
    assert (status, json.loads(body)["connection_id"]) == (200, connection_id)
    assert story.rows() == [(connection_id, "live")]


def test_a_sign_in_is_no_retry(armed):
    """RETRY-4: of not E only; a sign-in is answered as it stands."""
    story = armed()
    connection_id = story.connect()
    story.later()
    caller = story.server.databricks()
    for _ in range(2):
        assert outcome(caller.sign_in(story.person, story.workspace, connection_id)) == \
            "existing active sign_in"
    assert story.adopted() == []


# ---- At the same time ----

def has_answer(raw):
    return bool(select.select([raw.socket], [], [], 0)[0])


def connect_together(story, n):
    """
    The ids that @n identical connects get that are sent before the first is answered; None when
    the machine was too slow to send them so.
    """
    caller = story.server.databricks()
    raws = [caller.raw() for _ in range(n)]
    request = raws[0].request_bytes("POST", "/connect", story.body)
    started = time.monotonic()
    for raw in raws:
        raw.send(request)
    is_together = not has_answer(raws[0]) and time.monotonic() - started < 0.005
    answers = [raw.read_response() for raw in raws]
    for raw in raws:
        raw.close()
    assert [status for status, _, _ in answers] == [200] * n
    return [json.loads(body)["connection_id"] for _, _, body in answers] if is_together else None


@pytest.mark.parametrize("n", [2, 8])
def test_identical_connects_at_the_same_time(armed, n):
    """RETRY-1: one row, one id, in every round. Commits take 10 ms, so that they do overlap."""
    story = armed(*(f"before_commit=sleep:10@{group}" for group in range(CONNECT_GROUP, 400)))
    n_together = 0
    for _ in range(40):
        round_ = Story(story.server)
        ids = connect_together(round_, n)
        if ids is None:
            continue
        n_together += 1
        assert len(set(ids)) == 1
        assert round_.rows() == [(ids[0], "live")]
    assert n_together >= 10, "the machine is too busy to tell"


def test_nearly_at_the_same_time(house):
    """RETRY-1, RETRY-4, CONNECT-17: whoever is first, one is live, and each answer has a row."""
    server = house()
    for _ in range(60):
        story = Story(server)
        raws = [story.send(), story.send()]
        ids = {json.loads(raw.read_response()[2])["connection_id"] for raw in raws}
        for raw in raws:
            raw.close()
        rows = story.rows()
        assert {row[0] for row in rows} == ids
        assert [state for _, state in rows] == ["superseded"] * (len(rows) - 1) + ["live"]


def test_one_came_in_while_the_other_was_running(armed):
    """RETRY-1: its head before the first is answered, its body long after that was delivered."""
    story = armed("before_commit=sleep:200")
    first, second = story.send(), story.server.databricks().raw()
    request = second.request_bytes("POST", "/connect", story.body)
    second.send(request[:-1])
    connection_id = json.loads(first.read_response()[2])["connection_id"]
    story.wait_for_delivery(connection_id)
    second.send(request[-1:])
    assert json.loads(second.read_response()[2])["connection_id"] == connection_id
    assert story.rows() == [(connection_id, "live")]


def test_the_first_fails_while_the_second_waits(armed):
    """RETRY-1, ERROR-4: 500 for whom it failed, and at most one row."""
    story = armed("before_commit=fail", "before_begin=sleep:100")
    raws = [story.send(), story.send()]
    answers = [raw.read_response() for raw in raws]
    assert answers[0][0] == 500
    ids = [json.loads(body)["connection_id"] for status, _, body in answers if status == 200]
    assert story.rows() == [(connection_id, "live") for connection_id in ids]


def test_too_slow_is_a_500_that_leaves_no_row(armed):
    """ERROR-4: 4 s from its first byte to its COMMIT; the retry makes the row."""
    story = armed("before_begin=sleep:4200")
    gets_500(story)
    assert story.rows() == []
    connection_id = story.connect()
    assert story.rows() == [(connection_id, "live")]
