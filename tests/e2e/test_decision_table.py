"""Every row of the connect decision, asked over HTTP of servers set up in every way that matters.

core/connect_test.c tries all facts; here is what a partner's own choices make of them, end to end,
and what is in the database after. Not here: a suspended account, which no call of the API makes
(core/connect_test.c has it).
"""
import pytest
from databricks import Person, Workspace, new_domain, new_id, outcome

ACTIONS = ("auto_add", "invite", "not_found", "error")
TEST_DOMAIN = "databricks-test.com"
FRESH = "new new create_trial"


def hooked_person():
    """A person whose account the hooks may touch."""
    return Person(new_domain(TEST_DOMAIN))


def connected(caller, person, workspace, want=FRESH, **changes):
    """A new connection's id."""
    response = caller.connect(person, workspace, **changes)
    assert outcome(response) == want
    return response.json()["connection_id"]


def finish_sign_up(caller, response):
    """Fills in the form of the create-trial page that an answer leads to."""
    answer = response.json()
    assert answer["redirect_value"] == "create_trial"
    page = caller.sign_up(answer["redirect_uri"])
    assert page.status_code == 200 and page.url.endswith("/launch/home")


def signed_up(caller, person, workspace, **changes):
    response = caller.connect(person, workspace, **changes)
    finish_sign_up(caller, response)
    return response.json()["connection_id"]


def expire(caller, person, workspace):
    response = caller.expire_account(person, workspace)
    assert (response.status_code, response.content) == (200, b"")


def users_of(server, domain):
    return server.rows("SELECT u.email, u.origin FROM account_user u"
                       " JOIN account a ON a.id = u.account_id WHERE a.domain = ?"
                       " ORDER BY u.created_ms, u.id", domain)


def emails_of(server, domain):
    return [row["email"] for row in users_of(server, domain)]


# ---- Established ----

@pytest.mark.parametrize("connection_id", [..., None, ""], ids=["absent", "null", "empty"])
def test_row_1_no_connection_id(house, connection_id):
    """CONNECT-1"""
    caller = house().databricks()
    assert outcome(caller.sign_in(Person(), Workspace(), connection_id)) == "400 bad_request"


def test_row_2_reads_the_same_whatever_is_wrong(house):
    """CONNECT-2: unknown, deleted and of another workspace cannot be told apart."""
    caller = house().databricks()
    person, workspace = Person(), Workspace()
    live = connected(caller, person, workspace)
    deleted = connected(caller, person, Workspace("gcp", workspace.workspace_id),
                        "existing active sign_in")
    assert caller.delete_connection(Workspace("gcp", workspace.workspace_id),
                                    deleted).status_code == 200
    answers = [caller.sign_in(person, workspace, "no-such-connection"),
               caller.sign_in(person, Workspace("gcp", workspace.workspace_id), deleted),
               caller.sign_in(person, Workspace(), live)]
    assert [outcome(answer) for answer in answers] == ["404 connection_not_found"] * 3
    assert answers[0].json() == answers[1].json() == answers[2].json()


def test_row_2_another_cloud_is_let_pass_and_logged(house):
    """CONNECT-2"""
    server = house()
    caller = server.databricks()
    person, workspace = Person(), Workspace("azure")
    connection_id = connected(caller, person, workspace)
    response = caller.sign_in(person, workspace.in_cloud("aws"), connection_id)
    assert outcome(response) == "existing active sign_in"
    lines = [line for line in server.log("connect_from_another_cloud")
             if line["connection_id"] == connection_id]
    assert [line["cloud"] for line in lines] == ["aws"]


def test_row_2_another_cloud_when_that_is_strict(house):
    """CONNECT-2"""
    caller = house(settings={"strict_cloud": "on"}).databricks()
    person, workspace = Person(), Workspace("azure")
    connection_id = connected(caller, person, workspace)
    assert outcome(caller.sign_in(person, workspace.in_cloud("aws"), connection_id)) == \
        "404 connection_not_found"
    assert outcome(caller.sign_in(person, workspace, connection_id)) == "existing active sign_in"


def test_row_3_account_gone(house):
    """CONNECT-3"""
    caller = house().databricks()
    person, workspace = hooked_person(), Workspace()
    connection_id = connected(caller, person, workspace)
    assert caller.delete_account(person.domain, workspace).status_code == 200
    assert outcome(caller.sign_in(person, workspace, connection_id)) == "404 connection_not_found"


@pytest.mark.parametrize("action", ACTIONS)
def test_row_4_scope_user_is_its_creators_alone(house, action):
    """CONNECT-4: not even a user whom the account knows."""
    caller = house(new_user_action=action).databricks()
    person, workspace = Person(), Workspace()
    colleague = person.colleague()
    connection_id = connected(caller, person, workspace, connection_scope="user")
    assert outcome(caller.sign_in(colleague, workspace, connection_id)) == "404 account_not_found"
    caller.connect(colleague, workspace)  # now the account knows them
    assert outcome(caller.sign_in(colleague, workspace, connection_id)) == "404 account_not_found"
    assert outcome(caller.sign_in(person, workspace, connection_id)) == "existing active sign_in"


@pytest.mark.parametrize("demo", [False, True], ids=["real", "demo"])
@pytest.mark.parametrize("action", ACTIONS)
def test_row_5_manual_sign_up(house, action, demo):
    """CONNECT-5: until the page's button is pressed; CONNECT-6 and CONNECT-8 after."""
    caller = house(new_user_action=action, require_manual_signup=True).databricks()
    person, workspace = Person(), Workspace()
    response = caller.connect(person, workspace, demo=demo)
    assert outcome(response) == FRESH
    connection_id = response.json()["connection_id"]
    assert outcome(caller.sign_in(person, workspace, connection_id)) == "404 account_not_found"
    finish_sign_up(caller, response)
    assert outcome(caller.sign_in(person, workspace, connection_id)) == "existing active sign_in"


@pytest.mark.parametrize("action, want", [
    ("auto_add", "404 account_not_found"), ("invite", "404 account_not_found"),
    ("not_found", "404 account_not_found"), ("error", "500 general_error")])
def test_row_5_manual_sign_up_of_an_unknown_caller(house, action, want):
    """CONNECT-5; under `error` CONNECT-10 answers. Nobody is added either way (ERROR-4)."""
    server = house(new_user_action=action, require_manual_signup=True)
    caller = server.databricks()
    person, workspace = hooked_person(), Workspace()
    connection_id = signed_up(caller, person, workspace)
    stranger = person.colleague()
    assert outcome(caller.sign_in(stranger, workspace, connection_id)) == want
    expire(caller, person, workspace)
    assert outcome(caller.sign_in(stranger, workspace, connection_id)) == "404 account_not_found"
    assert emails_of(server, person.domain) == [person.email]


def test_row_5_off_wants_no_page(house):
    """CONNECT-8 without require_manual_signup."""
    caller = house().databricks()
    person, workspace = Person(), Workspace()
    connection_id = connected(caller, person, workspace)
    assert outcome(caller.sign_in(person, workspace, connection_id)) == "existing active sign_in"


@pytest.mark.parametrize("trial_type", ["account", "user"])
def test_row_6_a_demo_never_expires(house, trial_type):
    """CONNECT-6: not even when the same person's real account does."""
    caller = house(trial_type=trial_type).databricks()
    person, workspace = hooked_person(), Workspace()
    real = connected(caller, person, workspace)
    demo = connected(caller, person, workspace, demo=True)
    expire(caller, person, workspace)
    assert outcome(caller.sign_in(person, workspace, real)) == "existing expired purchase_product"
    assert outcome(caller.sign_in(person, workspace, demo)) == "existing active sign_in"


@pytest.mark.parametrize("trial_type", [None, "account", "user"], ids=str)
@pytest.mark.parametrize("expired_action", ["purchase_product", "create_trial"])
def test_row_7_expired(house, trial_type, expired_action):
    """CONNECT-7, ACCOUNT-4: trial_type says whom it ends for; absent is `account`."""
    caller = house(settings={"expired_action": expired_action},
                   trial_type=trial_type).databricks()
    person, workspace = hooked_person(), Workspace()
    colleague = person.colleague()
    connection_id = connected(caller, person, workspace)
    assert outcome(caller.sign_in(colleague, workspace, connection_id)) == "new active sign_in"
    expire(caller, person, workspace)
    assert outcome(caller.sign_in(person, workspace, connection_id)) == \
        f"existing expired {expired_action}"
    assert outcome(caller.sign_in(colleague, workspace, connection_id)) == \
        ("existing active sign_in" if trial_type == "user" else
         f"existing expired {expired_action}")


@pytest.mark.parametrize("trial_type", ["account", "user"])
def test_row_7_finishing_create_trial_begins_another(house, trial_type):
    """CONNECT-7, where another trial is allowed: the page's button starts it."""
    caller = house(settings={"expired_action": "create_trial"}, trial_type=trial_type).databricks()
    person, workspace = hooked_person(), Workspace()
    connection_id = connected(caller, person, workspace)
    expire(caller, person, workspace)
    response = caller.sign_in(person, workspace, connection_id)
    assert outcome(response) == "existing expired create_trial"
    finish_sign_up(caller, response)
    assert outcome(caller.sign_in(person, workspace, connection_id)) == "existing active sign_in"


def test_row_7_without_another_trial_the_old_link_begins_none(house):
    """CONNECT-7 under purchase_product: a create-trial link from before is no way around it."""
    caller = house().databricks()
    person, workspace = hooked_person(), Workspace()
    response = caller.connect(person, workspace)
    expire(caller, person, workspace)
    finish_sign_up(caller, response)
    assert outcome(caller.sign_in(person, workspace, response.json()["connection_id"])) == \
        "existing expired purchase_product"


@pytest.mark.parametrize("action", ACTIONS)
def test_row_8_known_by_mail_or_by_id(house, action):
    """CONNECT-8: the e-mail in any case, or the Databricks user id in its cloud."""
    caller = house(new_user_action=action).databricks()
    person, workspace = Person(), Workspace()
    connection_id = connected(caller, person, workspace)
    ways = [person, Person(email=person.email.upper()),
            Person(email=person.email, user_id=new_id()),
            Person(domain=new_domain(), user_id=person.user_id)]
    assert [outcome(caller.sign_in(way, workspace, connection_id)) for way in ways] == \
        ["existing active sign_in"] * 4


@pytest.mark.parametrize("action, want", [
    ("auto_add", "new active sign_in"), ("invite", "not_applicable active contact_admin"),
    ("not_found", "404 account_not_found"), ("error", "500 general_error")])
def test_row_8_the_same_id_in_another_cloud_is_somebody_else(house, action, want):
    """CONNECT-8: databricks_user_id is unique within one cloud only."""
    caller = house(new_user_action=action).databricks()
    person, workspace = Person(), Workspace("aws")
    connection_id = connected(caller, person, workspace)
    stranger = Person(domain=person.domain, user_id=person.user_id)
    assert outcome(caller.sign_in(stranger, workspace.in_cloud("azure"), connection_id)) == want


@pytest.mark.parametrize("expired_action", ["purchase_product", "create_trial"])
@pytest.mark.parametrize("action", ACTIONS)
def test_row_9_unknown_user_of_an_expired_account(house, action, expired_action):
    """CONNECT-9"""
    server = house(settings={"expired_action": expired_action}, new_user_action=action)
    caller = server.databricks()
    person, workspace = hooked_person(), Workspace()
    stranger = person.colleague()
    connection_id = connected(caller, person, workspace)
    expire(caller, person, workspace)
    status = "new" if action == "auto_add" else "not_applicable"
    assert outcome(caller.sign_in(stranger, workspace, connection_id)) == \
        f"{status} expired {expired_action}"
    assert (stranger.email in emails_of(server, person.domain)) == (action == "auto_add")


@pytest.mark.parametrize("action, want", [
    ("not_found", "404 account_not_found"), ("error", "500 general_error")])
def test_row_10_unknown_user_is_refused(house, action, want):
    """CONNECT-10, and nobody is added (ERROR-4)."""
    server = house(new_user_action=action)
    caller = server.databricks()
    person, workspace = Person(), Workspace()
    connection_id = connected(caller, person, workspace)
    for _ in range(2):
        assert outcome(caller.sign_in(person.colleague(), workspace, connection_id)) == want
    assert emails_of(server, person.domain) == [person.email]


def test_row_11_auto_add(house):
    """CONNECT-11: new once, known from then on."""
    server = house()
    caller = server.databricks()
    person, workspace = Person(), Workspace()
    colleague = person.colleague()
    connection_id = connected(caller, person, workspace)
    assert outcome(caller.sign_in(colleague, workspace, connection_id)) == "new active sign_in"
    assert outcome(caller.sign_in(colleague, workspace, connection_id)) == \
        "existing active sign_in"
    assert emails_of(server, person.domain) == [person.email, colleague.email]


def test_row_11_invite(house):
    """CONNECT-11: the wish is recorded once, and joins nobody."""
    server = house(new_user_action="invite")
    caller = server.databricks()
    person, workspace = Person(), Workspace()
    colleague = person.colleague()
    connection_id = connected(caller, person, workspace)
    for _ in range(2):
        assert outcome(caller.sign_in(colleague, workspace, connection_id)) == \
            "not_applicable active contact_admin"
    assert emails_of(server, person.domain) == [person.email]
    assert server.rows("SELECT email, connection_id FROM invitation WHERE email = ?",
                       colleague.email) == [{"email": colleague.email,
                                             "connection_id": connection_id}]


# ---- Not established ----

@pytest.mark.parametrize("supports_demo", [None, True, False], ids=str)
@pytest.mark.parametrize("action", ACTIONS)
def test_row_12_demo(house, action, supports_demo):
    """CONNECT-12: new for everybody, again and again; each can sign in on their own."""
    server = house(new_user_action=action, supports_demo=supports_demo)
    caller = server.databricks()
    person, workspace = Person(), Workspace()
    connected(caller, person, workspace)
    first = connected(caller, person, workspace, demo=True)
    second = connected(caller, person, workspace, demo=True)
    third = connected(caller, person, Workspace(), demo=True)
    assert len({first, second, third}) == 3
    assert [outcome(caller.sign_in(person, workspace, demo)) for demo in (first, second)] == \
        ["existing active sign_in"] * 2
    assert [row["key"] for row in server.rows(
        "SELECT a.key FROM account a JOIN connection c ON c.account_id = a.id"
        " WHERE c.id IN (?, ?, ?) ORDER BY c.id", *sorted((first, second, third)))] == \
        [f"demo:{demo}" for demo in sorted((first, second, third))]


@pytest.mark.parametrize("manual", [False, True], ids=["", "manual"])
@pytest.mark.parametrize("action", ACTIONS)
def test_row_13_new_account(house, action, manual):
    """CONNECT-13"""
    server = house(new_user_action=action, require_manual_signup=manual)
    person, workspace = Person(), Workspace()
    connection_id = connected(server.databricks(), person, workspace)
    assert users_of(server, person.domain) == [{"email": person.email, "origin": "creator"}]
    assert server.rows("SELECT workspace_id, cloud, state FROM connection WHERE id = ?",
                       connection_id) == [{"workspace_id": workspace.workspace_id,
                                           "cloud": "aws", "state": "live"}]


@pytest.mark.parametrize("expired_action", ["purchase_product", "create_trial"])
@pytest.mark.parametrize("action", ACTIONS)
def test_row_14_expired_account_is_configured_all_the_same(house, action, expired_action):
    """CONNECT-14, for the user whom it knows and for another."""
    caller = house(settings={"expired_action": expired_action}, new_user_action=action).databricks()
    person, workspace = hooked_person(), Workspace()
    connected(caller, person, workspace)
    expire(caller, person, workspace)
    connected(caller, person, workspace, f"existing expired {expired_action}")
    connected(caller, person.colleague(), workspace, f"new expired {expired_action}")


def test_row_14_of_trial_type_user_ends_one_users_trial(house):
    """CONNECT-14 for this user, CONNECT-15 for the next."""
    caller = house(trial_type="user").databricks()
    person, workspace = hooked_person(), Workspace()
    colleague = person.colleague()
    connection_id = connected(caller, person, workspace)
    assert outcome(caller.sign_in(colleague, workspace, connection_id)) == "new active sign_in"
    expire(caller, person, workspace)
    connected(caller, person, workspace, "existing expired purchase_product")
    connected(caller, colleague, workspace, "existing active sign_in")
    connected(caller, person.colleague(), workspace, "new active sign_in")


@pytest.mark.parametrize("action", ACTIONS)
def test_row_15_known_user(house, action):
    """CONNECT-15"""
    caller = house(new_user_action=action).databricks()
    person = Person()
    first = connected(caller, person, Workspace())
    assert connected(caller, person, Workspace(), "existing active sign_in") != first


@pytest.mark.parametrize("action", ACTIONS)
def test_row_15_waits_for_the_manual_sign_up(house, action):
    """CONNECT-15: create_trial until the button is pressed."""
    caller = house(new_user_action=action, require_manual_signup=True).databricks()
    person = Person()
    response = caller.connect(person, Workspace())
    connected(caller, person, Workspace(), "existing active create_trial")
    finish_sign_up(caller, response)
    connected(caller, person, Workspace(), "existing active sign_in")


JOIN = {
    "add": ("new active sign_in", "added"),
    "trial": ("new active create_trial", "trial"),
    "contact": ("not_applicable active contact_admin", None),
    # Nobody has verified an address here yet.
    "verified": ("not_applicable active contact_admin", None),
    None: None,
}


@pytest.mark.parametrize("join_action", JOIN, ids=str)
@pytest.mark.parametrize("action", ACTIONS)
def test_row_16_unknown_user_of_a_known_account(house, action, join_action):
    """CONNECT-16: by join_action, whose default follows new_user_action."""
    settings = {"join_action": join_action} if join_action else {}
    server = house(settings=settings, new_user_action=action)
    caller = server.databricks()
    person, workspace = Person(), Workspace()
    colleague = person.colleague()
    connected(caller, person, workspace)
    want, origin = JOIN[join_action or ("add" if action == "auto_add" else "trial")]
    response = caller.connect(colleague, workspace)
    assert outcome(response) == want
    assert [row["origin"] for row in users_of(server, person.domain)] == \
        ["creator"] + ([origin] if origin else [])
    if origin:
        assert outcome(caller.sign_in(colleague, workspace,
                                      response.json()["connection_id"])) == \
            "existing active sign_in"


@pytest.mark.parametrize("action, want", [
    ("auto_add", "new active sign_in"), ("invite", "not_applicable active contact_admin"),
    ("not_found", "404 account_not_found"), ("error", "500 general_error")])
def test_row_16_who_came_by_trial_is_known_on_their_own_connections_only(house, action, want):
    """CONNECT-16, CONNECT-9 to 11: elsewhere they are still a stranger."""
    caller = house(settings={"join_action": "trial"}, new_user_action=action).databricks()
    person, workspace, elsewhere = Person(), Workspace(), Workspace()
    guest = person.colleague()
    theirs = connected(caller, person, workspace)
    own = connected(caller, guest, elsewhere, "new active create_trial")
    assert outcome(caller.sign_in(guest, elsewhere, own)) == "existing active sign_in"
    assert outcome(caller.sign_in(guest, workspace, theirs)) == want


# ---- What holds for all rows ----

def test_a_new_connection_supersedes_the_one_before(house):
    """CONNECT-17: the earlier one still answers sign-ins, and an event goes out."""
    server = house()
    caller = server.databricks()
    person, workspace = Person(), Workspace()
    first = connected(caller, person, workspace)
    second = connected(caller, person, workspace, "existing active sign_in")
    assert server.rows("SELECT id, state FROM connection WHERE id IN (?, ?) ORDER BY id",
                       first, second) == [{"id": first, "state": "superseded"},
                                          {"id": second, "state": "live"}]
    assert [outcome(caller.sign_in(person, workspace, each)) for each in (first, second)] == \
        ["existing active sign_in"] * 2
    assert [row["type"] for row in server.rows(
        "SELECT type FROM outbox WHERE connection_id = ?", first)] == ["connection.superseded"]


def test_what_stands_beside_is_not_superseded(house):
    """CONNECT-17: another cloud, workspace, scope, demo flag, or creator of scope user."""
    server = house()
    caller = server.databricks()
    person, workspace = Person(), Workspace("aws")
    colleague = person.colleague()
    beside = [(person, workspace, {}), (person, workspace.in_cloud("azure"), {}),
              (person, Workspace("aws"), {}), (person, workspace, {"demo": True}),
              (person, workspace, {"connection_scope": "user"}),
              (colleague, workspace, {"connection_scope": "user"})]
    ids = [caller.connect(who, where, **more).json()["connection_id"]
           for who, where, more in beside]
    states = server.rows(f"SELECT state FROM connection WHERE id IN ({','.join('?' * 6)})", *ids)
    assert [row["state"] for row in states] == ["live"] * 6


def test_superseded_can_mean_deleted(house):
    """CONNECT-17 with superseded_action = delete: its secrets go with it."""
    server = house(settings={"superseded_action": "delete"})
    caller = server.databricks()
    person, workspace = Person(), Workspace()
    first = connected(caller, person, workspace)
    connected(caller, person, workspace, "existing active sign_in")
    assert outcome(caller.sign_in(person, workspace, first)) == "404 connection_not_found"
    assert server.rows("SELECT kind FROM secret WHERE connection_id = ?", first) == []


def test_redirects_come_from_the_settings(house):
    """CONNECT-18: each value has its own, and the placeholders are filled in."""
    pages = {f"redirect_{value}": f"https://app.kelp.example/{value}?c={{connection_id}}"
                                  "&l={locale}&t={launch}"
             for value in ("create_trial", "sign_in", "purchase_product", "contact_admin")}
    server = house(settings=pages, hostnames=["localhost", "kelp.example"],
                   new_user_action="invite")
    caller = server.databricks(headers={"Accept-Language": "de-CH, de;q=0.8"})
    person, workspace = hooked_person(), Workspace()

    def page(response):
        answer = response.json()
        address, _, token = answer["redirect_uri"].rpartition("&t=")
        assert token.startswith("pclt_")
        assert address == (f"https://app.kelp.example/{answer['redirect_value']}"
                           f"?c={connection_id}&l=de-CH")
        return answer["redirect_value"]

    response = caller.connect(person, workspace)
    connection_id = response.json()["connection_id"]
    seen = [page(response), page(caller.sign_in(person, workspace, connection_id)),
            page(caller.sign_in(person.colleague(), workspace, connection_id))]
    expire(caller, person, workspace)
    seen.append(page(caller.sign_in(person, workspace, connection_id)))
    assert seen == ["create_trial", "sign_in", "contact_admin", "purchase_product"]


@pytest.mark.parametrize("settings, config", [
    ({"redirect_sign_in": "https://kelp.example.attacker.example/"}, {}),
    ({"redirect_sign_in": "https://{connection_id}.kelp.example/"}, {}),
    ({"public_url": "https://elsewhere.example"}, {}),
    ({}, {"hostnames": ["kelp.example"]})],
    ids=["other-host", "placeholder-in-host", "public-url", "base-url"])
def test_redirect_hosts_are_checked_at_the_start(serve, settings, config):
    """CONNECT-18: it does not start, and says why in one line."""
    server = serve.make(config={"hostnames": ["localhost", "kelp.example"], **config}, **settings)
    server.spawn()
    assert server.wait() != 0
    assert len(server.log_text().splitlines()) == 1
    assert not server.ready_file.exists()


@pytest.mark.parametrize("auth_options, is_published, is_there", [
    (["AUTH_PAT"], None, False), (["AUTH_OAUTH_M2M"], None, False),
    (["AUTH_OAUTH_U2M"], None, True), (["AUTH_PAT", "AUTH_OAUTH_U2M"], False, True),
    (["AUTH_OAUTH_U2M"], True, False)],
    ids=["pat", "m2m", "u2m", "pat-and-u2m", "u2m-published"])
def test_oauth_redirect_uri(house, auth_options, is_published, is_there):
    """CONNECT-19"""
    uri = "http://localhost/oauth/callback"
    caller = house(settings={"oauth_redirect_uri": uri}, auth_options=auth_options,
                   is_published_app=is_published).databricks()
    person, workspace = Person(), Workspace()
    response = caller.connect(person, workspace)
    assert outcome(response) == FRESH
    assert response.json().get("oauth_redirect_uri") == (uri if is_there else None)


def test_strangers_at_a_mail_provider_share_nothing(house):
    """CONNECT-20"""
    caller = house(settings={"public_mail_domains": "post.example, mail.kelp.example"}).databricks()
    for domain in ("gmail.com", "GMail.com", "post.example"):
        person, stranger = Person(domain), Person(domain)
        workspace = Workspace()
        connected(caller, person, workspace)
        connected(caller, stranger, Workspace())
        again = Person(email=person.email.swapcase())
        connected(caller, again, Workspace(), "existing active sign_in")


def test_one_company_in_two_clouds_is_one_account(house):
    """CONNECT-20"""
    server = house()
    caller = server.databricks()
    person = Person()
    upper = Person(email=person.colleague().email.upper())
    connected(caller, person, Workspace("aws"))
    connected(caller, upper, Workspace("azure"), "new active sign_in")
    assert len(server.rows("SELECT id FROM account WHERE domain = ?", person.domain)) == 1


def test_the_same_number_in_two_clouds_is_two_workspaces(house):
    """CONNECT-17, CONNECT-20, DELETE-1: deleting one leaves the other."""
    server = house()
    caller = server.databricks()
    person, other = Person(), Person()
    on_aws = Workspace("aws")
    on_gcp = on_aws.in_cloud("gcp")
    first = connected(caller, person, on_aws)
    second = connected(caller, other, on_gcp)
    assert caller.delete_connection(on_gcp, first).status_code == 404
    assert caller.delete_connection(on_gcp, second).status_code == 200
    assert outcome(caller.sign_in(person, on_aws, first)) == "existing active sign_in"
    assert len(server.rows("SELECT cloud FROM workspace WHERE workspace_id = ?",
                           on_aws.workspace_id)) == 2


@pytest.mark.parametrize("changes, want", [
    ({"workspace_id": 7}, "400 bad_request"),
    ({"hostname": ...}, "400 bad_request"),
    ({"cloud_provider": "AWS"}, "400 bad_request"),
    ({"port": "443"}, "400 bad_request"),
    ({"user_info": {"email": "nobody"}}, "400 bad_request"),
    ({"user_info": {"first_name": None}}, "400 bad_request"),
    ({"user_info": {"databricks_user_id": 2 ** 63}}, "400 bad_request"),
    ({"user_info": {"first_name": "", "last_name": ""}}, FRESH),
    ({"user_info": {"databricks_user_id": 2 ** 63 - 1}}, FRESH),
    ({"user_info": {"databricks_user_id": -2 ** 63}}, FRESH),
    ({"something_new": {"deep": [1, {"x": 10 ** 30}]}}, FRESH),
    ({"cloud_provider": "gpc"}, FRESH)], ids=str)
def test_a_request_that_does_not_fit(house, changes, want):
    """CONNECT-21, TRANSPORT-1, TRANSPORT-2; nothing is kept of what is refused (ERROR-4)."""
    server = house()
    person, workspace = Person(), Workspace()
    assert outcome(server.databricks().connect(person, workspace, **changes)) == want
    kept = server.rows("SELECT cloud, databricks_user_id FROM identity i JOIN account a"
                       " ON a.id = i.account_id WHERE a.domain = ?", person.domain)
    if want != FRESH:
        assert kept == [] and users_of(server, person.domain) == []
    else:
        assert kept == [{
            "cloud": "gcp" if "cloud_provider" in changes else "aws",
            "databricks_user_id": changes.get("user_info", {}).get("databricks_user_id",
                                                                   person.user_id)}]
