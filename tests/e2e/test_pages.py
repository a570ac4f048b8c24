"""The forms of the hosted pages over HTTP: who may do what with a link, a password, a session.

What they look like to a person is in tests/browser; what they say to an attacker who only looks, in
test_redirect_pages.py.

Rules: CONNECT-5, CONNECT-17, CONNECT-18
"""
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from databricks import PASSWORD, FormReader, Person, Workspace, new_domain, outcome, send_form

GONE = "This link is no longer valid"
OTHER = "another password, too"
TABLES = ("account_user", "connection", "session", "launch", "audit")


def connected(server, person=None, workspace=None, **changes):
    """(person, workspace, connection id, link) of a connect."""
    person, workspace = person or Person(), workspace or Workspace()
    answer = server.databricks().connect(person, workspace, **changes)
    assert answer.status_code == 200, answer.text
    answer = answer.json()
    return person, workspace, answer["connection_id"], answer["redirect_uri"]


def sign_in_link(server, person, workspace, connection_id):
    answer = server.databricks().sign_in(person, workspace, connection_id)
    assert answer.status_code == 200, answer.text
    return answer.json()["redirect_uri"]


def is_home(page):
    return page.status_code == 200 and page.url.endswith("/launch/home")


def open_page(server, link, browser=None):
    """(browser, page): somebody's browser at a page; the path of one of ours, or a whole link."""
    browser = browser or server.databricks().browser()
    if "://" not in link:
        link = f"{server.base}/{link}"
    return browser, browser.get(link, timeout=20)


def contents(server):
    """All that a form could change."""
    return {table: server.rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES}


def is_confirmed(server, connection_id):
    return server.rows("SELECT is_confirmed FROM connection WHERE id = ?",
                       connection_id)[0]["is_confirmed"]


# ---- Passwords and sessions ----

def test_only_hashes_are_stored(house):
    """Of the password, of the session; and nothing of either is in the log."""
    server = house()
    person, _, _, link = connected(server)
    browser, page = open_page(server, link)
    assert is_home(send_form(browser, page))
    row = server.rows("SELECT password_hash, is_password_proven FROM account_user WHERE email = ?",
                      person.email)[0]
    assert row["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert row["is_password_proven"] == 1
    token = browser.cookies["pc_session"]
    stored = b"".join(path.read_bytes() for path in server.state_dir.glob("partner.db*"))
    for secret in (token, PASSWORD):
        assert secret.encode() not in stored and secret not in server.log_text()
    assert link.partition("launch=")[2] not in server.log_text()


@pytest.mark.parametrize("password, status", [
    ("a" * 9, 422), ("a" * 10, 200), ("a" * 256, 200), ("a" * 257, 422), ("\u00e9" * 5, 200),
    ("\u00e9" * 4, 422), ("          ", 200), ("a\u0000bcdefghij", 400), ("<b>&\"'+% \u202e", 200)])
def test_password_rules(house, password, status):
    """10 to 256 bytes, nothing else; what is refused changes nothing, and the link stays good."""
    server = house()
    person, workspace, connection_id, link = connected(server)
    browser, page = open_page(server, link)
    before = contents(server)
    answer = send_form(browser, page, password=password, again=password)
    assert answer.status_code == status
    if status != 200:
        assert contents(server) == before
        assert is_home(send_form(*open_page(server, link)))
        return
    link = sign_in_link(server, person, workspace, connection_id)
    assert is_home(send_form(*open_page(server, link), password=password))


@pytest.mark.parametrize("changes", [{"again": OTHER}, {"again": None}, {"terms": None},
                                     {"terms": "no"}, {"password": None}, {"password": ""}],
                         ids=str)
def test_a_form_that_is_not_filled_in(house, changes):
    """CONNECT-5: no sign-up without a password twice and the terms."""
    server = house()
    link = connected(server)[3]
    browser, page = open_page(server, link)
    before = contents(server)
    answer = send_form(browser, page, **changes)
    assert answer.status_code == 422 and 'class="error"' in answer.text
    assert contents(server) == before
    assert is_home(send_form(browser, answer))


def test_a_session_ends_after_12_hours(serve):
    server = serve(moves_clock=True)
    link = connected(server)[3]
    browser, page = open_page(server, link)
    assert is_home(send_form(browser, page))
    server.clock.move(11 * 3600_000)
    assert is_home(open_page(server, page.url.partition("/launch/")[0] + "/launch/home",
                             browser)[1])
    server.clock.move(3600_000 + 1000)
    browser.cookies.clear_expired_cookies()
    page = browser.get(page.url.partition("/launch/")[0] + "/launch/home")
    assert page.url.endswith("/launch/sign_in")


def test_signing_in_renews_and_signing_out_ends(house):
    """Another token each time; the one before is worth nothing."""
    server = house()
    person, workspace, connection_id, link = connected(server)
    browser, page = open_page(server, link)
    base = page.url.partition("/launch/")[0]
    home = send_form(browser, page)
    first = browser.cookies["pc_session"]
    link = sign_in_link(server, person, workspace, connection_id)
    home = send_form(browser, browser.get(link))  # signed in already: a button
    assert is_home(home)
    second = browser.cookies["pc_session"]
    assert second != first
    out = send_form(browser, home)
    assert out.url == base + "/launch/sign_in" and "pc_session" not in browser.cookies
    for token in (first, second):
        stranger = server.databricks().browser()
        stranger.cookies.set("pc_session", token)
        assert stranger.get(base + "/launch/home").url == base + "/launch/sign_in"


def test_sign_in_with_a_typed_address(house):
    """In any case of letters; the account's one connection is in front."""
    server = house()
    person, workspace, _, link = connected(server)
    assert is_home(send_form(*open_page(server, link)))
    browser, page = open_page(server, "launch/sign_in")
    home = send_form(browser, page, email=f" {person.email.upper()} ")
    assert is_home(home) and workspace.host in home.text


@pytest.mark.parametrize("changes", [
    {"password": "not the password"}, {"email": "nobody@nowhere.example"},
    {"email": "no address"}, {"email": ""}, {"password": ""}, {"password": "x" * 257}],
    ids=str)
def test_a_typed_address_that_is_refused(house, changes):
    """Who exists is not told."""
    server = house()
    person, _, _, link = connected(server)
    assert is_home(send_form(*open_page(server, link)))
    browser, page = open_page(server, "launch/sign_in")
    answer = send_form(browser, page, **{"email": person.email, **changes})
    assert answer.status_code == 422 and "pc_session" not in browser.cookies
    if changes in ({"password": "not the password"}, {"email": "nobody@nowhere.example"}):
        assert "E-mail or password is wrong." in answer.text


def test_guessing_is_slowed_down(serve):
    """Ten wrong passwords of one user from one place; others are not touched."""
    server = serve()
    person, workspace, connection_id, link = connected(server)
    other = connected(server)
    assert is_home(send_form(*open_page(server, link)))
    assert is_home(send_form(*open_page(server, other[3])))
    browser, page = open_page(server, "launch/sign_in")
    statuses = [send_form(browser, page, email=person.email,
                          password="a wrong password").status_code for _ in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    assert send_form(browser, page, email=person.email).status_code == 429
    link = sign_in_link(server, person, workspace, connection_id)
    assert send_form(*open_page(server, link)).status_code == 429
    assert is_home(send_form(browser, page, email=other[0].email))


# ---- Links ----

def test_a_link_works_once(house):
    """Used, it shows nothing any more, and says what to do."""
    server = house()
    person, _, _, link = connected(server)
    browser, page = open_page(server, link)
    assert is_home(send_form(browser, page))
    used = open_page(server, link)[1]
    assert used.status_code == 200 and GONE in used.text and person.email not in used.text
    assert send_form(browser, page).status_code in (403, 410)  # the form was for nobody signed in
    assert "mail" in used.text


def test_two_at_once_with_one_link(house):
    """One of them is in."""
    server = house()
    link = connected(server)[3]
    visitors = [open_page(server, link) for _ in range(4)]
    with ThreadPoolExecutor(len(visitors)) as pool:
        pages = list(pool.map(lambda visitor: send_form(*visitor), visitors))
    assert sorted(is_home(page) for page in pages) == [False] * 3 + [True]
    assert sorted(page.status_code for page in pages) == [200, 410, 410, 410]


def test_pages_without_a_link(house):
    """200 to anyone, nothing private; home is for who is signed in."""
    server = house()
    for path, words in (("launch/create_trial", "Start in Databricks"), ("sign-up", "no mail"),
                        ("launch/sign_in", "Password"), ("launch/contact_admin", "administrator"),
                        ("launch/purchase_product", "trial has ended"),
                        ("launch/not_applicable", "Nothing to do")):
        page = open_page(server, path)[1]
        assert page.status_code == 200 and words in page.text
    assert open_page(server, "launch/home")[1].url.endswith("/launch/sign_in")


# ---- Who may set a password, and what is confirmed ----

def test_first_sign_in_of_an_added_user(house):
    """CONNECT-11: auto_add made the user, the click proves who it is: a password is set."""
    server = house(new_user_action="auto_add")
    person, workspace, connection_id, link = connected(server)
    assert is_home(send_form(*open_page(server, link)))
    colleague = person.colleague()
    link = sign_in_link(server, colleague, workspace, connection_id)
    browser, page = open_page(server, link)
    assert "Set password and continue" in page.text and colleague.email in page.text
    assert is_home(send_form(browser, page))
    link = sign_in_link(server, colleague, workspace, connection_id)
    assert "Set password" not in open_page(server, link)[1].text


def test_an_edited_address_takes_nobody_over(house):
    """
    Somebody in a workspace of their own writes another's address into the wizard: the password is
    asked, nothing is set or confirmed. Its owner signs in: then the connection is confirmed.
    """
    server = house(new_user_action="auto_add")
    owner, workspace, _, link = connected(server)
    assert is_home(send_form(*open_page(server, link)))
    theirs, link = connected(server, Person(email=owner.email))[2:]
    browser, page = open_page(server, link)
    assert "again" not in FormReader(page.text).fields
    assert "This workspace is new to your account" in page.text
    before = contents(server)
    refused = send_form(browser, page, password=OTHER, again=OTHER, terms="yes")
    assert refused.status_code == 422
    assert contents(server) == before and is_confirmed(server, theirs) == 0
    home = send_form(browser, refused)  # who knows the password
    assert is_home(home) and workspace.host in home.text
    assert is_confirmed(server, theirs) == 1
    assert [row["action"] for row in server.rows("SELECT action FROM audit WHERE object = ?",
                                                 theirs)] == ["confirm_connection"]


def test_an_edited_address_of_somebody_without_a_password(house):
    """Whoever it is, they cannot become the account's creator by a link from nowhere known."""
    server = house(new_user_action="auto_add")
    owner, workspace, connection_id, _ = connected(server)
    link = connected(server, Person(email=owner.email))[3]
    browser, page = open_page(server, link)
    assert "does not know this workspace yet" in page.text
    token = link.partition("launch=")[2]
    before = contents(server)
    answer = browser.post(page.url.partition("?")[0], data={
        "launch": token, "csrf": "x", "password": OTHER, "again": OTHER, "terms": "yes"})
    assert answer.status_code == 403 and contents(server) == before
    link = sign_in_link(server, owner, workspace, connection_id)
    assert is_home(send_form(*open_page(server, link)))  # from the workspace that is known


def test_a_newcomer_from_a_new_workspace(house):
    """
    Whom a connect made may set a password, sees that connection alone and confirms nothing. A click
    from a workspace that the account knows outranks it: the password is set anew, the sessions end.
    """
    server = house(new_user_action="auto_add")
    owner, known, known_connection, link = connected(server)
    assert is_home(send_form(*open_page(server, link)))
    newcomer = owner.colleague()
    _, unknown, theirs, link = connected(server, newcomer)
    browser, page = open_page(server, link)
    home = send_form(browser, page, password=OTHER, again=OTHER)
    assert is_home(home) and unknown.host in home.text and known.host not in home.text
    assert is_confirmed(server, theirs) == 0
    again = connected(server, newcomer)[3]
    assert "again" not in FormReader(open_page(server, again)[1].text).fields
    link = connected(server, newcomer, known)[3]
    visitor, page = open_page(server, link)
    assert "Choose your password anew" in page.text
    assert is_home(send_form(visitor, page))
    assert browser.get(home.url).url.endswith("/launch/sign_in")
    link = connected(server, newcomer, known)[3]
    assert send_form(*open_page(server, link), password=OTHER).status_code == 422


def test_a_connection_of_one_user_is_theirs_alone(house):
    """Scope user: home shows it to its creator."""
    server = house(new_user_action="auto_add")
    owner, workspace, connection_id, link = connected(server)
    assert is_home(send_form(*open_page(server, link)))
    colleague = owner.colleague()
    own_space = Workspace()
    link = sign_in_link(server, colleague, workspace, connection_id)
    browser, page = open_page(server, link)
    assert is_home(send_form(browser, page))
    connected(server, owner, own_space, connection_scope="user")
    home = browser.get(page.url.partition("/launch/")[0] + "/launch/home")
    assert workspace.host in home.text and own_space.host not in home.text


# ---- Forms of other sites ----

FOREIGN_FIELDS = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    {"Origin": "https://attacker.example"}, {"Origin": "http://localhost.attacker.example"},
    {"Origin": "http://localhost:1"}, {"Content-Type": "text/plain"},
    {"Content-Type": "multipart/form-data; boundary=x"}, {"Content-Type": ""},
    {"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"}]


@pytest.mark.parametrize("fields", FOREIGN_FIELDS, ids=str)
def test_a_form_of_another_site_changes_nothing(house, fields):
    server = house()
    link = connected(server)[3]
    browser, page = open_page(server, link)
    before = contents(server)
    fields_of_form = FormReader(page.text).fields
    data = {**fields_of_form, "password": PASSWORD, "again": PASSWORD}
    answer = browser.post(page.url.partition("?")[0], data=data, headers=fields)
    assert answer.status_code in (400, 403) and contents(server) == before
    origin = page.url.partition("/launch/")[0]
    answer = browser.post(page.url.partition("?")[0], data=data,
                          headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"})
    assert is_home(answer)


@pytest.mark.parametrize("kind", ["none", "empty", "another", "of another link", "no cookie",
                                  "another cookie"])
@pytest.mark.parametrize("page", ["create_trial", "sign_in", "continue", "sign_out"])
def test_a_form_without_its_token_changes_nothing(house, page, kind):
    """CSRF: each form is bound to its link, to who is signed in and to the browser."""
    server = house()
    person, workspace, connection_id, link = connected(server)
    browser, form = open_page(server, link)
    if page != "create_trial":
        form = send_form(browser, form)
    if page in ("sign_in", "continue"):
        if page == "sign_in":
            browser.cookies.clear()
        form = browser.get(sign_in_link(server, person, workspace, connection_id))
    changes = {"none": {"csrf": None}, "empty": {"csrf": ""}, "another": {"csrf": "A" * 43},
               "of another link": {"csrf": FormReader(
                   open_page(server, connected(server)[3])[1].text).fields["csrf"]}}
    before = contents(server)
    if kind == "no cookie":
        del browser.cookies["pc_form"]
    if kind == "another cookie":
        browser.cookies.set("pc_form", open_page(server, link)[0].cookies.get("pc_form", "A" * 43),
                            domain="localhost.local", path="/")
    answer = send_form(browser, form, **changes.get(kind, {}))
    # A form without any field is no form.
    assert answer.status_code in (400, 403) and contents(server) == before


@pytest.mark.parametrize("body, status", [
    (b"", 410), (b"launch=a&launch=b", 400), (b"launch", 400), (b"=a", 400), (b"&", 400),
    (b"launch=%", 400), (b"launch=%zz", 400), (b"launch=%00", 400), (b"launch=%ff", 400),
    (b"launch=%c3%28", 400), (b"launch=" + b"x" * 4097, 400), (b"launch=" + b"x" * 4096, 410),
    (b"x" * 65 + b"=a", 400), (b"&".join(b"%d=a" % n for n in range(17)), 400)], ids=range(14))
def test_bodies_that_are_no_form(house, body, status):
    """Errors of pages are pages."""
    server = house()
    answer = server.databricks().browser().post(
        f"{server.base}/launch/create_trial", data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


# ---- What goes with the pages ----

def test_cookies_on_https(serve):
    """The prefix __Host- and Secure, and HSTS: where links begin with https."""
    server = serve(public_url="https://localhost/app")
    link = connected(server)[3]
    assert link.startswith("https://localhost/app/launch/create_trial?")
    browser, page = open_page(server, "launch/create_trial?" + link.partition("?")[2])
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookie = page.headers["Set-Cookie"]
    assert re.fullmatch(r"__Host-pc_form=[\w-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure", cookie)
    assert 'action="/app/launch/create_trial"' in page.text
    assert 'href="/app/launch/style.css"' in page.text
    data = {**FormReader(page.text).fields, "password": PASSWORD, "again": PASSWORD}
    answer = browser.post(f"{server.base}/launch/create_trial", data=data, allow_redirects=False,
                          headers={"Cookie": cookie.partition(";")[0]})
    assert answer.status_code == 303 and answer.headers["Location"] == "/app/launch/home"
    assert re.fullmatch(r"__Host-pc_session=[\w-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure; "
                        r"Max-Age=43200", answer.headers["Set-Cookie"])


@pytest.mark.parametrize("name, content, kind", [
    ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "image/svg+xml"),
    ("logo.png", b"\x89PNG\r\n\x1a\n", "image/png"), ("logo.png", b"GIF89a", None),
    ("logo.svg", b"<html></html>", None), ("../logo.svg", b"<svg></svg>", None),
    ("nowhere.svg", None, None)])
def test_the_logo(serve, name, content, kind):
    """Beside the config, PNG or SVG by what it holds; else the pages show the name, and say so."""
    server = serve.make(config={"logo_file": name, "icon_file": None})
    if content is not None:
        (server.folder / name).write_bytes(content)
    server.start()
    page = open_page(server, "launch/sign_in")[1]
    logo = open_page(server, "launch/logo")[1]
    assert ("<img" in page.text) == (kind is not None)
    assert logo.status_code == (200 if kind else 404)
    if kind:
        assert logo.headers["Content-Type"] == kind and logo.content == content
        assert "sandbox" in logo.headers["Content-Security-Policy"]
    assert [line["field"] for line in server.log("image_left_out")] == \
        ([] if kind else ["logo_file"])


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#1234567", "", "#ffffff;}"])
def test_a_colour_that_is_none(serve, colour):
    server = serve.make(brand_color=colour)
    server.spawn()
    assert server.wait() != 0 and "brand_color" in server.log_text()


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffee00", "#FF3621"])
def test_a_colour(serve, colour):
    server = serve(brand_color=colour)
    style = open_page(server, "launch/style.css")[1]
    assert f"--brand:{colour.lower()};" in style.text
    assert style.headers["Cache-Control"] == "private, max-age=300"


def test_an_ended_trial_begins_anew(house):
    """expired_action create_trial: the form of the page starts it; signing in alone does not."""
    server = house(settings={"expired_action": "create_trial"})
    caller = server.databricks()
    person, workspace, connection_id, link = connected(
        server, Person(new_domain("databricks-test.com")))
    assert is_home(send_form(*open_page(server, link)))
    assert caller.expire_account(person, workspace).status_code == 200
    browser, page = open_page(server, "launch/sign_in")
    home = send_form(browser, page, email=person.email)
    assert is_home(home) and "Your trial has ended" in home.text
    answer = caller.sign_in(person, workspace, connection_id)
    assert outcome(answer) == "existing expired create_trial"
    home = send_form(*open_page(server, answer.json()["redirect_uri"]))
    assert is_home(home) and "Your trial has ended" not in home.text
    assert outcome(caller.sign_in(person, workspace, connection_id)) == "existing active sign_in"
