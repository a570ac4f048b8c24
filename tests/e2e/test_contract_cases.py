"""The published certification cases P100 to P900, run as the published suites run them.

The newer suite makes a domain of its own for each case and speaks of one cloud. The older suite
uses the bare test domain in azure, several times in one run, and signs in as aws. What a case may
be answered under a configuration (P302, P502) is worked out of the configuration, and no case is
skipped for it. Left out: the cases for a human (P200, P201) and what a page must look like.
"""
from urllib.parse import urlsplit

import pytest
from databricks import (Person, Workspace, connect_body, error_of, new_domain, outcome,
                        signin_body)

ACTIONS = ("auto_add", "invite", "not_found", "error")
CONFIGURATIONS = [
    {"new_user_action": action, "require_manual_signup": manual, "trial_type": trial_type}
    for action in ACTIONS for manual in (False, True) for trial_type in ("account", "user")]
# P302: what a second user is told who is not in the account.
SECOND_USER = {"auto_add": "new active sign_in",
               "invite": "not_applicable active contact_admin",
               "not_found": "404 account_not_found", "error": "500 general_error"}
SUCCESS = ("create_trial", "sign_in", "purchase_product")
OLD_DOMAIN = "databricks-test.com"


def name_of(config):
    manual = "-manual" if config["require_manual_signup"] else ""
    return f"{config['new_user_action']}{manual}-{config['trial_type']}"


class Runner:
    """Does what a runner of the cases does: connects, follows each redirect, signs up, cleans up."""

    def __init__(self, server):
        self.server = server
        self.caller = server.databricks()
        self.browser = self.caller.browser()
        self.manual = server.config["require_manual_signup"]
        self.action = server.config["new_user_action"]
        self.trial_type = server.config["trial_type"]

    def follow(self, response):
        """Every redirect_uri is fetched: success, and the host is on hostnames."""
        if response.status_code == 200:
            uri = response.json()["redirect_uri"]
            assert urlsplit(uri).hostname in self.server.config["hostnames"]
            assert self.browser.get(uri, allow_redirects=False).status_code in range(200, 400)
        return outcome(response)

    def finish(self, response):
        """Manual sign-up, where the partner has one, is done on its page."""
        answer = response.json()
        if self.manual and answer["redirect_value"] == "create_trial":
            assert self.caller.sign_up(answer["redirect_uri"]).status_code == 200

    def connect(self, person, workspace, **changes):
        """The id of a connection that comes back configured, however it is called."""
        response = self.caller.connect(person, workspace, **changes)
        self.follow(response)
        answer = response.json()
        assert answer["configured_resources"] and answer["redirect_value"] in SUCCESS, answer
        self.finish(response)
        return answer["connection_id"]

    def sign_in(self, person, workspace, connection_id):
        return self.follow(self.caller.sign_in(person, workspace, connection_id))

    def second_user(self):
        """P302. Under manual sign-up a stranger has not signed up, save where `error` answers."""
        if self.manual and self.action != "error":
            return "404 account_not_found"
        return SECOND_USER[self.action]


@pytest.fixture(params=CONFIGURATIONS, ids=name_of)
def runner(request, house):
    return Runner(house(**request.param))


def newcomer():
    """The newer suite: a domain for each case."""
    return Person(new_domain(OLD_DOMAIN)), Workspace("aws")


def test_p100_p300_create_and_sign_in(runner):
    """CONNECT-13, CONNECT-8; with manual sign-up CONNECT-5 before it is done."""
    person, workspace = newcomer()
    response = runner.caller.connect(person, workspace)
    assert runner.follow(response) == "new new create_trial"
    connection_id = response.json()["connection_id"]
    if runner.manual:
        assert runner.sign_in(person, workspace, connection_id) == "404 account_not_found"
    runner.finish(response)
    assert runner.sign_in(person, workspace, connection_id) == "existing active sign_in"


def test_p101_p600_a_known_user_connects_another_workspace(runner):
    """CONNECT-15: two connections, and both can sign in."""
    person, workspace = newcomer()
    first = runner.connect(person, workspace)
    other = Workspace("aws")
    second = runner.connect(person, other)
    assert first != second
    assert runner.sign_in(person, workspace, first) == "existing active sign_in"
    assert runner.sign_in(person, other, second) == "existing active sign_in"


def test_p301_a_second_user_of_the_account(runner):
    """CONNECT-8: somebody whom the account knows from a connection of their own."""
    person, workspace = newcomer()
    colleague = person.colleague()
    runner.connect(person, workspace)
    connection_id = runner.connect(colleague, workspace)
    if runner.manual and runner.action == "auto_add":
        # CONNECT-16 said sign_in: only the next connect leads to the page (CONNECT-15).
        connection_id = runner.connect(colleague, workspace)
    assert runner.sign_in(colleague, workspace, connection_id) == "existing active sign_in"
    assert runner.sign_in(person, workspace, connection_id) == "existing active sign_in"


def test_p302_a_second_user_signs_in(runner):
    """CONNECT-10, CONNECT-11; `error` wants 500 even with manual sign-up."""
    person, workspace = newcomer()
    connection_id = runner.connect(person, workspace)
    assert runner.sign_in(person.colleague(), workspace, connection_id) == runner.second_user()


def test_p400_deleted_in_databricks_and_created_again(runner):
    """CONNECT-17, RETRY-4: the very same request, at once, is a new connection."""
    person, workspace = newcomer()
    body = connect_body(person, workspace)
    first = runner.caller.repeat(body)
    runner.finish(first)
    second = runner.caller.repeat(body)
    assert second.json()["connection_id"] != first.json()["connection_id"]
    assert second.json()["configured_resources"]
    assert runner.sign_in(person, workspace, second.json()["connection_id"]) == \
        "existing active sign_in"


def test_p401_deleted_in_both_and_created_again(runner):
    """DELETE-3, RETRY-5"""
    person, workspace = newcomer()
    first = runner.connect(person, workspace)
    assert runner.caller.delete_connection(workspace, first).status_code == 200
    second = runner.connect(person, workspace)
    assert second != first
    assert runner.sign_in(person, workspace, second) == "existing active sign_in"


def test_p402_p801_deleted_in_the_product_only(runner):
    """CONNECT-2, TEST-1"""
    person, workspace = newcomer()
    connection_id = runner.connect(person, workspace)
    assert runner.caller.delete_connection(workspace, connection_id).status_code == 200
    assert runner.sign_in(person, workspace, connection_id) == "404 connection_not_found"
    assert error_of(runner.caller.test_connection(workspace, connection_id)) == \
        "404 connection_not_found"


def test_p405_another_domain(runner):
    """ACCOUNT-2"""
    assert error_of(runner.caller.delete_account("kelp.example", Workspace())) == \
        "400 bad_request"


def test_p500_an_expired_user_connects_again(runner):
    """CONNECT-14: configured, and told what to do."""
    person, workspace = newcomer()
    runner.connect(person, workspace)
    assert runner.caller.expire_account(person, workspace).status_code == 200
    response = runner.caller.connect(person, workspace)
    assert runner.follow(response) == "existing expired purchase_product"
    assert response.json()["configured_resources"]


def assert_p502(runner, told):
    """What a second new user is told after the trial: by trial_type, then by manual sign-up."""
    if runner.trial_type == "user":
        assert told == runner.second_user()
    elif runner.manual:
        assert told == "404 account_not_found"
    else:
        assert told.split()[1:] == ["expired", "purchase_product"]


def test_p501_p502_after_the_trial(runner):
    """CONNECT-7, CONNECT-9; ACCOUNT-4 as trial_type says."""
    person, workspace = newcomer()
    connection_id = runner.connect(person, workspace)
    assert runner.caller.expire_account(person, workspace).status_code == 200
    assert runner.sign_in(person, workspace, connection_id) == "existing expired purchase_product"
    assert_p502(runner, runner.sign_in(person.colleague(), workspace, connection_id))


def test_p700_demo_twice_in_one_workspace(runner):
    """CONNECT-12, CONNECT-6"""
    person, workspace = newcomer()
    runner.connect(person, workspace)
    connections = []
    for who in (person, person.colleague()):
        response = runner.caller.connect(who, workspace, demo=True)
        assert runner.follow(response) == "new new create_trial"
        runner.finish(response)
        connections.append((who, response.json()["connection_id"]))
    for who, connection_id in connections:
        assert runner.sign_in(who, workspace, connection_id) == "existing active sign_in"


def test_p800_test_connection(runner):
    """TEST-2: PASS and FAIL only, each with a name and a message."""
    person, workspace = newcomer()
    response = runner.caller.test_connection(workspace, runner.connect(person, workspace))
    results = response.json()["test_results"]
    assert response.status_code == 200 and results
    for result in results:
        assert result["status"] in ("PASS", "FAIL")
        assert result["test_name"] and result["message"]


def test_wrong_credentials(runner):
    """AUTH-1, for each operation."""
    person, workspace = newcomer()
    runner.caller.session.auth = ("somebody", "else")
    answers = [runner.caller.connect(person, workspace),
               runner.caller.delete_connection(workspace, "x"),
               runner.caller.test_connection(workspace, "x"),
               runner.caller.delete_account(person.domain, workspace),
               runner.caller.expire_account(person, workspace), runner.caller.connectors()]
    assert [error_of(answer) for answer in answers] == ["401 unauthorized"] * 6
    assert len({answer.text for answer in answers}) == 1


def test_p900_connectors(house, tmp_path_factory):
    """CONNECTORS-1: non-empty, every page valid, the token followed."""
    path = tmp_path_factory.mktemp("p900") / "connectors.csv"
    path.write_text("identifier,name,type\n" +
                    "".join(f"reef_{n},Reef {n},source\n" for n in range(25)))
    caller = house(settings={"connectors": str(path), "page_size": "10"},
                   category="INGEST").databricks()
    seen, token = [], ""
    while token is not None:
        page = caller.connectors(token).json()
        assert page["connectors"]
        assert all(set(each) <= {"identifier", "name", "type", "description"} and
                   each["type"] in ("source", "target") for each in page["connectors"])
        seen += [each["identifier"] for each in page["connectors"]]
        token = page.get("pagination_token")
    assert seen == [f"reef_{n}" for n in range(25)]


class OldSuite(Runner):
    """
    The older suite: one bare domain, azure when it connects, aws when it signs in, and requests
    that hold a cluster id whatever the partner provisions. @finishes says whether somebody
    presses the button of the create-trial page while it runs.
    """

    def __init__(self, server, finishes):
        super().__init__(server)
        self.finishes = finishes

    def finish(self, response):
        if self.finishes:
            super().finish(response)

    def connect(self, person, workspace, **_):
        return super().connect(person, workspace, catalog_name=..., is_sql_endpoint=...,
                               is_sql_warehouse=..., http_path=..., jdbc_url=...,
                               databricks_jdbc_url=..., cluster_id="0123-456789-reef")

    def sign_in(self, person, workspace, connection_id):
        body = signin_body(person, workspace, connection_id, cloud_provider="aws")
        return self.follow(self.caller.repeat(body))

    def creator(self, want):
        """What a creator's sign-in gives, who may not have finished signing up."""
        return "404 account_not_found" if self.manual and not self.finishes else want

    def delete_account(self, workspace):
        assert self.caller.delete_account(OLD_DOMAIN, workspace).status_code == 200


@pytest.fixture(params=[(config, finishes) for config in CONFIGURATIONS
                        for finishes in (True, False)
                        if finishes or config["require_manual_signup"]],
                ids=lambda param: name_of(param[0]) + ("" if param[1] else "-unfinished"))
def old(request, serve):
    """A server of its own: all its cases share one domain."""
    config, finishes = request.param
    return OldSuite(serve(config=config, test_hooks="on"), finishes)


def test_the_older_suite_in_one_run(old):
    """CONNECT-2, CONNECT-14, CONNECT-16, CONNECT-20: P100 to P801 on what the case before left."""
    def newcomer_of_old():
        return Person(OLD_DOMAIN), Workspace("azure")

    person, workspace = newcomer_of_old()  # P100, P300
    connection_id = old.connect(person, workspace)
    assert old.sign_in(person, workspace, connection_id) == old.creator("existing active sign_in")
    assert old.sign_in(Person(OLD_DOMAIN), workspace, connection_id) == old.second_user()  # P302
    old.delete_account(workspace)

    person, workspace = newcomer_of_old()  # P403: deleted, and a connection is left behind
    old.connect(person, workspace)
    old.delete_account(workspace)
    old.connect(person, workspace)

    person, workspace = newcomer_of_old()  # P404 joins it as a second user
    connection_id = old.connect(person, workspace)
    old.delete_account(workspace)
    assert old.sign_in(person, workspace, connection_id) == "404 connection_not_found"

    person, workspace = newcomer_of_old()  # P501, P502
    connection_id = old.connect(person, workspace)
    assert old.caller.expire_account(person, workspace).status_code == 200
    assert old.sign_in(person, workspace, connection_id) == \
        old.creator("existing expired purchase_product")
    assert_p502(old, old.sign_in(Person(OLD_DOMAIN), workspace, connection_id))

    person, workspace = newcomer_of_old()  # P800, P801 on the expired account
    connection_id = old.connect(person, workspace)
    assert old.caller.test_connection(workspace, connection_id).status_code == 200
    assert old.caller.delete_connection(workspace, connection_id).status_code == 200
    assert error_of(old.caller.test_connection(workspace, connection_id)) == \
        "404 connection_not_found"
    old.delete_account(workspace)
