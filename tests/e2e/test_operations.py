"""The operations other than connect, and the pages that an answer leads to, over HTTP."""
import base64
import json
import re
from urllib.parse import urljoin

import pytest
from databricks import Person, Workspace, connection_body, error_of, new_domain, outcome, send_form

TEST_DOMAINS = ("databricks-test.com", "databricks-demo.com")
NOT_FOUND = "404 connection_not_found"


def connected(caller, person=None, workspace=None, **changes):
    """(person, workspace, connection id) of a new connection."""
    person, workspace = person or Person(), workspace or Workspace()
    response = caller.connect(person, workspace, **changes)
    assert response.status_code == 200, response.text
    return person, workspace, response.json()["connection_id"]


# ---- Delete connection ----

@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_delete_connection(house, method):
    """DELETE-2, DELETE-3: it answers no sign-in and no test any more, and its secrets are gone."""
    server = house()
    caller = server.databricks()
    person, workspace, connection_id = connected(caller)
    response = caller.delete_connection(workspace, connection_id, method)
    assert (response.status_code, response.json()) == \
        (200, {"resource_status": "resources_deleted"})
    assert response.headers["Content-Type"] == "application/json"
    assert error_of(caller.delete_connection(workspace, connection_id, method)) == NOT_FOUND
    assert outcome(caller.sign_in(person, workspace, connection_id)) == NOT_FOUND
    assert error_of(caller.test_connection(workspace, connection_id)) == NOT_FOUND
    assert connected(caller, person, workspace)[2] != connection_id
    assert server.rows("SELECT kind FROM secret WHERE connection_id = ?", connection_id) == []
    assert server.rows("SELECT state FROM connection WHERE id = ?", connection_id) == \
        [{"state": "deleted"}]


@pytest.mark.parametrize("operation", ["delete_connection", "test_connection"])
def test_the_workspace_and_the_cloud_must_fit(house, operation):
    """DELETE-1, TEST-1: a mismatch reads as if the connection did not exist."""
    caller = house().databricks()
    _, workspace, connection_id = connected(caller)
    answers = [caller.send("POST", operation, body) for body in (
        connection_body(workspace, "01920000-0000-7000-8000-000000000000"),
        connection_body(Workspace(workspace.cloud), connection_id),
        connection_body(workspace.in_cloud("gcp"), connection_id))]
    assert [error_of(answer) for answer in answers] == [NOT_FOUND] * 3
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert caller.test_connection(workspace, connection_id).status_code == 200


@pytest.mark.parametrize("missing", ["connection_id", "cloud_provider",
                                     "databricks_organization_id"])
def test_delete_connection_wants_all_three(house, missing):
    """DELETE-1: so that the id alone deletes nothing."""
    caller = house().databricks()
    _, workspace, connection_id = connected(caller)
    body = connection_body(workspace, connection_id)
    del body[missing]
    response = caller.send("POST", "delete_connection", body)
    assert error_of(response) == "400 bad_request"
    assert missing in response.json()["debugging_message"]
    assert caller.test_connection(workspace, connection_id).status_code == 200


def test_user_info_may_come_with_a_deletion(house):
    """TRANSPORT-2, and DELETE-3 for a connection that was superseded."""
    caller = house().databricks()
    person, workspace, first = connected(caller)
    connected(caller, person, workspace)
    assert caller.delete_connection(workspace, first,
                                    user_info={"email": person.email}).status_code == 200


# ---- Test connection ----

@pytest.mark.parametrize("left_out", [(), ("cloud_provider",),
                                      ("cloud_provider", "databricks_organization_id")], ids=str)
def test_test_connection(house, left_out):
    """TEST-2, TEST-1: cloud and workspace are checked where they are sent."""
    caller = house().databricks()
    _, workspace, connection_id = connected(caller)
    response = caller.test_connection(workspace, connection_id, **{name: ... for name in left_out})
    assert response.status_code == 200
    results = response.json()["test_results"]
    assert results and all(set(result) == {"test_name", "status", "message"} and
                           all(isinstance(text, str) and text for text in result.values())
                           for result in results)
    # The workspace of these tests is nobody's: test_test_connection.py has those that answer.
    assert [(result["test_name"], result["status"]) for result in results] == \
        [("connectivity", "FAIL"), ("credentials", "FAIL"), ("warehouse", "FAIL")]


def test_test_connection_without_a_secret_fails(house):
    """TEST-2: FAIL, in a 200."""
    caller = house().databricks()
    _, workspace, connection_id = connected(caller, user_info={"auth": ...})
    results = caller.test_connection(workspace, connection_id).json()["test_results"]
    assert [(result["status"], result["message"]) for result in results
            if result["test_name"] == "credentials"] == [("FAIL", "No credential is stored.")]


# ---- The test hooks ----

@pytest.mark.parametrize("operation", ["delete_account", "expire_account"])
@pytest.mark.parametrize("settings", [{}, {"test_hooks": "off"}], ids=["default", "off"])
def test_hooks_that_are_off_do_not_exist(serve, settings, operation):
    """ACCOUNT-1, ERROR-5: 404 with any method, as for a path that nobody has."""
    server = serve(**settings)
    caller = server.databricks()
    person, workspace, _ = connected(caller, Person(new_domain(TEST_DOMAINS[0])))
    answers = [caller.delete_account(person.domain, workspace),
               caller.expire_account(person, workspace),
               caller.send("GET", operation), caller.send("POST", operation, {})]
    assert [answer.status_code for answer in answers] == [404] * 4
    nowhere = caller.session.get(server.base + "/nowhere")
    assert all(answer.json() == nowhere.json() for answer in answers)
    assert len(server.rows("SELECT id FROM connection")) == 1


def test_hooks_want_the_credential(house):
    """AUTH-1, ACCOUNT-1: also where they are on."""
    server = house()
    caller = server.databricks()
    caller.session.auth = (server.user, "not the password")
    person = Person(new_domain(TEST_DOMAINS[0]))
    assert error_of(caller.delete_account(person.domain, Workspace())) == "401 unauthorized"
    assert error_of(caller.expire_account(person, Workspace())) == "401 unauthorized"


NOT_FOR_TESTS = [
    "example.com", "databricks.com", "databricks-test.com.example.com", "databricks-test.co",
    "notdatabricks-test.com", "databricks-test.com.", ".databricks-test.com",
    "databricks-test.com ", " databricks-test.com", "a..databricks-test.com",
    "databricks-test.com\x00.example.com", "example.com@databricks-test.com",
    "databricks-test.com@example.com", "databricks-test.com/", "databricks-test\uff0ecom",
    "d\u0430tabricks-test.com", "databricks-test", "com", "", "*.databricks-test.com",
    "%2edatabricks-test.com", "xn--databricks-test.com",
]


@pytest.mark.parametrize("domain", NOT_FOR_TESTS, ids=ascii)
def test_hooks_refuse_any_other_domain(house, domain):
    """ACCOUNT-2, and ERROR-3: the domain is not repeated."""
    caller = house().databricks()
    workspace = Workspace()
    answers = [caller.delete_account(domain, workspace),
               caller.expire_account(Person(email=f"a@{domain}"), workspace)]
    assert [error_of(answer) for answer in answers] == ["400 bad_request"] * 2
    if len(domain) > len("databricks-test.com"):
        assert all(domain not in answer.text for answer in answers)


@pytest.mark.parametrize("domain", [*TEST_DOMAINS, "sub.databricks-test.com",
                                    "a.b-c.databricks-demo.com", "DataBricks-Test.COM"])
def test_delete_account(house, domain):
    """ACCOUNT-2, ACCOUNT-3: all of the domain goes, in every cloud, and nothing else."""
    server = house()
    caller = server.databricks()
    other = connected(caller)
    sub = connected(caller, Person(f"kept.{domain.lower()}"))
    person, workspace, first = connected(caller, Person(domain))
    connected(caller, person.colleague(), Workspace("gcp"))
    demo = connected(caller, person, workspace, demo=True)[2]
    response = caller.delete_account(domain, workspace)
    assert (response.status_code, response.content) == (200, b"")
    for connection_id in (first, demo):
        assert outcome(caller.sign_in(person, workspace, connection_id)) == NOT_FOUND
        assert error_of(caller.test_connection(workspace, connection_id)) == NOT_FOUND
    for kept_person, kept_workspace, kept in (other, sub):
        assert outcome(caller.sign_in(kept_person, kept_workspace, kept)) == \
            "existing active sign_in"
    assert error_of(caller.delete_account(domain, workspace)) == "404 account_not_found"
    assert outcome(caller.connect(person, workspace)) == "new new create_trial"
    for used in (domain, f"kept.{domain.lower()}"):  # these domains are everybody's here
        assert caller.delete_account(used, workspace).status_code == 200


def test_delete_account_leaves_no_row(serve):
    """ACCOUNT-3: of no table that knows of accounts, users or connections."""
    server = serve(config={"new_user_action": "invite"}, test_hooks="on")
    caller = server.databricks()
    person, workspace, connection_id = connected(caller, Person(TEST_DOMAINS[0]))
    colleague = person.colleague()
    caller.sign_in(colleague, workspace, connection_id)  # an invitation
    connected(caller, colleague, workspace)  # supersedes: an event
    link = caller.connect(person, Workspace(), demo=True).json()["redirect_uri"]
    assert caller.sign_up(link).status_code == 200  # a used launch token, a session
    tables = ("account", "account_user", "identity", "connection", "secret", "invitation",
              "launch", "outbox", "session")
    assert all(server.rows(f"SELECT 1 FROM {table}") for table in tables)
    assert caller.delete_account(TEST_DOMAINS[0], workspace).status_code == 200
    assert server.stop() == 0
    assert {table: server.rows(f"SELECT * FROM {table}") for table in tables} == \
        {table: [] for table in tables}


@pytest.mark.parametrize("what", ["account", "user"])
def test_expire_account_of_somebody_unknown(house, what):
    """ACCOUNT-4"""
    server = house()
    caller = server.databricks()
    person, workspace = Person(new_domain(TEST_DOMAINS[0])), Workspace()
    if what == "user":
        connected(caller, person.colleague(), workspace)
    assert error_of(caller.expire_account(person, workspace)) == "404 account_not_found"


def test_hooks_are_audited(serve):
    """ACCOUNT-1: who, what, when; only what was done."""
    server = serve(test_hooks="on")
    caller = server.databricks()
    person, workspace, _ = connected(caller, Person(new_domain(TEST_DOMAINS[0])))
    account = server.rows("SELECT id FROM account")[0]["id"]
    expired = caller.expire_account(person, workspace)
    deleted = caller.delete_account(person.domain, workspace)
    assert [expired.status_code, deleted.status_code] == [200, 200]
    caller.delete_account(person.domain, workspace)  # nothing there
    caller.delete_account("example.com", workspace)  # not allowed
    assert server.stop() == 0
    assert server.rows("SELECT actor, action, object, detail FROM audit ORDER BY id") == [
        {"actor": "current", "action": "expire_account", "object": account,
         "detail": expired.headers["X-Request-Id"]},
        {"actor": "current", "action": "delete_account", "object": person.domain,
         "detail": deleted.headers["X-Request-Id"]}]


# ---- Connectors ----

CONNECTORS = [
    {"identifier": f"kelp_{n}", "name": f"Kelp {n}", "type": "target" if n % 3 else "source",
     **({"description": f"Kind {n}, \"dried\""} if n % 2 else {})} for n in range(7)
] + [
    {"identifier": "Kelp Wet", "name": "Käfer", "type": "source"},
    {"identifier": "kelp.wet/2 (beta)+", "name": "Ten & <b>", "type": "source"},
    {"identifier": "KELP_0", "name": "Another case is another", "type": "source"},
]


def csv_of(connectors):
    def cell(text):
        return '"' + text.replace('"', '""') + '"'
    lines = ["identifier,name,type,description"]
    lines += [",".join(cell(each.get(column, "")) for column in
                       ("identifier", "name", "type", "description")) for each in connectors]
    return "\r\n".join(lines) + "\r\n"


FILES = {"connectors.csv": csv_of(CONNECTORS),
         "connectors.json": json.dumps({"connectors": CONNECTORS}),
         "list.json": json.dumps(CONNECTORS)}


@pytest.fixture(scope="module")
def list_server(serve_for_module, tmp_path_factory):
    """list_server(file name, page size): an ingestion partner with that list."""
    folder = tmp_path_factory.mktemp("connectors")
    servers = {}

    def make(name, page_size):
        if (name, page_size) not in servers:
            (folder / name).write_text(FILES[name])
            servers[name, page_size] = serve_for_module(
                config={"category": "INGEST"}, connectors=folder / name, page_size=page_size)
        return servers[name, page_size]
    return make


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("page_size", [1, 3, 5, 10, 11])
def test_connectors_in_pages(list_server, name, page_size):
    """CONNECTORS-1, CONNECTORS-3: each once, in order, byte for byte."""
    caller = list_server(name, page_size).databricks()
    seen, sizes, token = [], [], None
    while True:
        response = caller.connectors(token)
        assert response.status_code == 200
        page = response.json()
        seen += page["connectors"]
        sizes.append(len(page["connectors"]))
        if "pagination_token" not in page:
            break
        token = page["pagination_token"]
        assert isinstance(token, str) and token
    assert seen == CONNECTORS
    assert all(size == page_size for size in sizes[:-1]) and 0 < sizes[-1] <= page_size


def test_connectors_first_page(list_server):
    """CONNECTORS-2: absent and empty both mean the first."""
    caller = list_server("list.json", 3).databricks()
    first = caller.connectors()
    assert caller.connectors("").json() == first.json()
    assert caller.connectors(first.json()["pagination_token"]).json() != first.json()


@pytest.mark.parametrize("spoil", [
    lambda token: token + "0", lambda token: token[:-1], lambda token: "0" + token,
    lambda token: token.upper() + " ", lambda token: "3", lambda token: "0", lambda token: "-1",
    lambda token: "3.00000000", lambda token: "\x00", lambda token: "a" * 4000,
    lambda token: "4" + token[1:], lambda token: "9223372036854775808." + token[2:]])
def test_connectors_token_that_we_did_not_make(list_server, spoil):
    """CONNECTORS-2"""
    caller = list_server("list.json", 3).databricks()
    token = caller.connectors().json()["pagination_token"]
    assert error_of(caller.connectors(spoil(token))) == "400 bad_request"


def test_connectors_token_of_another_list(list_server, serve, tmp_path):
    """CONNECTORS-2: the list changed between two pages."""
    token = list_server("list.json", 3).databricks().connectors().json()["pagination_token"]
    (tmp_path / "other.json").write_text(json.dumps(CONNECTORS[::-1]))
    caller = serve(connectors=tmp_path / "other.json", page_size=3).databricks()
    assert error_of(caller.connectors(token)) == "400 bad_request"


def test_ingest_without_a_list_warns(serve):
    """CONNECTORS-1: an empty list, and a word at the start; no warning for other categories."""
    server = serve(config={"category": "INGEST"})
    response = server.databricks().connectors()
    assert (response.status_code, response.json()) == (200, {"connectors": []})
    assert [line["level"] for line in server.log("no_connectors")] == ["warning"]
    assert serve().log("no_connectors") == []


@pytest.mark.parametrize("name, text, said", [
    ("twice.csv", csv_of(CONNECTORS + CONNECTORS[:1]), "kelp_0 stands twice"),
    ("column.csv", "identifier,name\na,b\n", "no column type"),
    ("type.csv", "identifier,name,type\na,b,both\n", "row 2"),
    ("quote.csv", "identifier,name,type\na,\"b,source\n", "row"),
    ("list.json", "{}", "no array of connectors"),
    ("member.json", '[{"identifier":"a","type":"source"}]', "connectors[0].name"),
    ("none.csv", None, "none.csv")])
def test_a_bad_list_stops_the_start(serve, tmp_path, name, text, said):
    """CONNECTORS-1: one line that says where."""
    if text is not None:
        (tmp_path / name).write_text(text)
    server = serve.make(connectors=tmp_path / name)
    server.spawn()
    assert server.wait() != 0
    assert said in server.log_text() and len(server.log_text().splitlines()) == 1


# ---- The pages ----

GONE = "This link is no longer valid"


def test_every_redirect_can_be_fetched(house):
    """CONNECT-18: each kind of answer leads to a page; GET and HEAD use nothing up."""
    server = house(new_user_action="invite")
    caller, browser = server.databricks(), server.databricks().browser()
    person, workspace, connection_id = connected(caller, Person(new_domain(TEST_DOMAINS[0])))
    answers = [caller.connect(Person(), Workspace()),
               caller.sign_in(person, workspace, connection_id),
               caller.sign_in(person.colleague(), workspace, connection_id)]
    assert caller.expire_account(person, workspace).status_code == 200
    answers.append(caller.sign_in(person, workspace, connection_id))
    assert [answer.json()["redirect_value"] for answer in answers] == \
        ["create_trial", "sign_in", "contact_admin", "purchase_product"]
    for answer in answers:
        uri = answer.json()["redirect_uri"]
        assert re.fullmatch(r"http://localhost:\d+/launch/\w+\?launch=pclt_[\w-]{96}", uri)
        pages = [browser.get(uri), browser.get(uri), browser.head(uri)]
        assert [page.status_code for page in pages] == [200] * 3
        assert pages[0].headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in pages[0].headers["Content-Security-Policy"]
        assert pages[0].headers["Referrer-Policy"] == "no-referrer"
    assert server.rows("SELECT user_id FROM launch WHERE connection_id = ?", connection_id) == []


def test_the_page_loads_nothing_from_elsewhere(house):
    """CONNECT-18: its style sheet is ours, and is there."""
    server = house()
    uri = server.databricks().connect(Person(), Workspace()).json()["redirect_uri"]
    browser = server.databricks().browser()
    page = browser.get(uri).text
    loaded = re.findall(r'<(?:link|img)[^>]* (?:src|href)="([^"]*)"', page)
    assert loaded == ["/launch/style.css", "/launch/icon"]
    style, icon = (browser.get(urljoin(uri, path)) for path in loaded)
    assert (style.status_code, style.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert (icon.status_code, icon.headers["Content-Type"]) == (200, "image/svg+xml")


def test_the_page_says_the_name_and_not_its_markup(house):
    """CONNECT-18: what the vendor calls itself is text."""
    caller = house(name="Kelp <script>alert(1)</script> & \"Co\"").databricks()
    uri = caller.connect(Person(), Workspace()).json()["redirect_uri"]
    page = caller.browser().get(uri).text
    assert "<script" not in page and "Kelp &lt;script&gt;" in page


def test_a_launch_token_works_once(house):
    """CONNECT-5: the form; sent again the link is over, and nothing is undone."""
    server = house(require_manual_signup=True)
    caller, browser = server.databricks(), server.databricks().browser()
    person, workspace = Person(), Workspace()
    answer = caller.connect(person, workspace).json()
    form = browser.get(answer["redirect_uri"])
    first, second = send_form(browser, form), send_form(browser, form)
    assert first.status_code == 200 and first.url.endswith("/launch/home")
    assert second.status_code == 410 and GONE in second.text
    assert outcome(caller.sign_in(person, workspace, answer["connection_id"])) == \
        "existing active sign_in"
    assert len(server.rows("SELECT 1 FROM launch WHERE connection_id = ?",
                           answer["connection_id"])) == 1


def changed(token, at):
    """The token with one bit of one byte turned over."""
    raw = bytearray(base64.urlsafe_b64decode(token[5:]))
    raw[at] ^= 1
    return "pclt_" + base64.urlsafe_b64encode(bytes(raw)).decode()


@pytest.mark.parametrize("spoil", [
    lambda token: changed(token, 0), lambda token: changed(token, 20),
    lambda token: changed(token, 39), lambda token: changed(token, 71),
    lambda token: token[:-1], lambda token: token + "A", lambda token: "", lambda token: "pclt_",
    lambda token: "\x00", lambda token: token.swapcase()],
    ids=["connection", "user", "expiry", "mac", "short", "long", "empty", "prefix", "nul", "case"])
def test_a_changed_launch_token(house, spoil):
    """CONNECT-5: no bit of it can be another."""
    server = house(require_manual_signup=True)
    caller, browser = server.databricks(), server.databricks().browser()
    person, workspace = Person(), Workspace()
    answer = caller.connect(person, workspace).json()
    token = answer["redirect_uri"].partition("?launch=")[2]
    page = send_form(browser, browser.get(answer["redirect_uri"]), launch=spoil(token))
    # A NUL is in no form at all.
    assert page.status_code == (400 if "\0" in spoil(token) else 410)
    assert (GONE in page.text) == (page.status_code == 410)
    assert outcome(caller.sign_in(person, workspace, answer["connection_id"])) == \
        "404 account_not_found"
    assert caller.sign_up(answer["redirect_uri"]).status_code == 200


@pytest.mark.parametrize("age_ms, status", [(14 * 60_000, 200), (15 * 60_000, 410)])
def test_a_launch_token_lives_15_minutes(serve, age_ms, status):
    """CONNECT-5, CONNECT-18"""
    server = serve(config={"require_manual_signup": True}, moves_clock=True)
    caller = server.databricks()
    browser = caller.browser()
    form = browser.get(caller.connect(Person(), Workspace()).json()["redirect_uri"])
    server.clock.move(age_ms)
    page = send_form(browser, form)
    assert page.status_code == status
    assert (GONE in page.text) == (status == 410)


def test_a_launch_token_of_an_account_that_is_gone(house):
    """CONNECT-3, ACCOUNT-3: says that the link is over."""
    caller = house().databricks()
    person, workspace = Person(new_domain(TEST_DOMAINS[0])), Workspace()
    browser = caller.browser()
    form = browser.get(caller.connect(person, workspace).json()["redirect_uri"])
    assert caller.delete_account(person.domain, workspace).status_code == 200
    page = send_form(browser, form)
    assert page.status_code == 410 and GONE in page.text


def test_a_launch_token_of_another_server(house, serve):
    """CONNECT-5: its key is the server's own."""
    server = house()
    uri = serve().databricks().connect(Person(), Workspace()).json()["redirect_uri"]
    page = server.databricks().browser().post(f"{server.base}/launch/create_trial",
                                              data={"launch": uri.partition("?launch=")[2]})
    assert page.status_code == 410 and GONE in page.text


def test_pages_are_under_our_names_only(house):
    """CONNECT-18: a Host that is not ours gets no page (nobody is sent through a name of theirs)."""
    server = house()
    caller, browser = server.databricks(), server.databricks().browser()
    uri = caller.connect(Person(), Workspace()).json()["redirect_uri"]
    for host, status in (("localhost", 200), ("127.0.0.1:1", 200), ("app.localhost", 200),
                         ("attacker.example", 400), ("localhost.attacker.example", 400)):
        assert browser.get(uri, headers={"Host": host}).status_code == status, host
