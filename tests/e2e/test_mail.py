"""Mail: what goes out, to whom, how often, and what comes of a relay that does not take it.

Rules: CONNECT-5, CONNECT-11
"""
import re
import time
from email.header import decode_header, make_header

import canary
import pytest
from databricks import Person, Workspace, outcome, send_form
from fake_workspace import make_certificate
from server import Server, wait_until
from smtp_receiver import SmtpReceiver

FROM = "no-reply@kelp.example"
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
OVER = 16 * MINUTE
SAME = "a link is on its way there"


@pytest.fixture
def receiver():
    with SmtpReceiver() as made:
        yield made


@pytest.fixture
def mailing(serve, receiver):
    """A server with mail; mailing(new_user_action="invite", settings={...})."""
    def make(settings=None, **config):
        return serve(config=config, moves_clock=True,
                     **{"smtp_url": receiver.url, "mail_from": FROM, **(settings or {})})
    return make


def parts(mail):
    """(text, HTML) of a mail that has these two and nothing else."""
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in leaves] == ["text/plain", "text/html"]
    assert any(part.get_content_type() == "multipart/alternative" for part in mail.walk())
    return tuple(part.get_content().replace("\r\n", "\n") for part in leaves)


def link_of(mail):
    text, html = parts(mail)
    links = re.findall(r"^http\S+$", text, re.M)
    assert len(links) == 1 and f'href="{links[0]}"' in html
    return links[0]


def connected(server, person=None):
    person, workspace = person or Person(), Workspace()
    answer = server.databricks().connect(person, workspace)
    assert answer.status_code == 200, answer.text
    return person, workspace, answer.json()["connection_id"], answer.json()["redirect_uri"]


def ask_again(server, link):
    """Presses the button of a link that is over."""
    browser = server.databricks().browser()
    return send_form(browser, browser.get(link, timeout=20))


def ask_by_address(server, address):
    browser = server.databricks().browser()
    return send_form(browser, browser.get(f"{server.base}/sign-up", timeout=20), email=address)


def user(server, person):
    rows = server.rows("SELECT * FROM account_user WHERE email = ?", person.email)
    return rows[0] if rows else None


def mails(server):
    return server.rows("SELECT * FROM mail ORDER BY id")


def waiting_for_try(server, n_tries):
    """The one mail, once so many tries are noted."""
    def noted():
        rows = mails(server)
        return rows[0] if rows and rows[0]["n_tries"] >= n_tries else None
    return wait_until(noted, 30, f"{n_tries} tries")


def queued(server):
    """A person with one mail on its way, by a link that was over."""
    person, _, _, link = connected(server)
    server.clock.move(OVER)
    assert "on its way" in ask_again(server, link).text
    return person


def proved(server, receiver):
    """An account whose creator has proved the address: (person, workspace, connection id)."""
    person, workspace, connection_id, link = connected(server)
    server.clock.move(OVER)
    ask_again(server, link)
    mail = receiver.wait(len(receiver.mails) + 1)[-1]
    assert server.databricks().sign_up(link_of(mail)).url.endswith("/launch/home")
    return person, workspace, connection_id


# ---- Links ----

def test_a_mailed_link_proves_the_address_and_works_once(mailing, receiver):
    server = mailing()
    person, workspace, _, link = connected(server)
    server.clock.move(OVER)
    assert "on its way" in ask_again(server, link).text
    mail = receiver.wait(1)[0]
    assert mail.sender.startswith(f"FROM:<{FROM}>")
    assert mail.recipients == [f"TO:<{person.email}>"]
    assert mail["To"] == person.email and mail["From"] == f"Kelp Charts <{FROM}>"
    assert mail["Subject"] == "Your link to Kelp Charts"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f-]{36}@kelp\.example>", mail["Message-ID"])
    assert abs(mail["Date"].datetime.timestamp() * 1000 - time.time() * 1000 - OVER) < MINUTE
    mailed = link_of(mail)
    assert mailed.startswith(f"{server.ready['urls']['public']}/launch/create_trial?launch=pclm_")
    assert user(server, person)["email_verified_ms"] is None
    page = server.databricks().sign_up(mailed)
    assert page.url.endswith("/launch/home") and workspace.host in page.text
    assert user(server, person)["email_verified_ms"] and user(server, person)["signed_up_ms"]
    assert "no longer valid" in server.databricks().browser().get(mailed).text
    assert len(receiver.mails) == 1  # who has proved the address is not asked to


def test_a_mailed_link_is_over_after_a_quarter_of_an_hour(mailing, receiver):
    server = mailing()
    person = queued(server)
    mailed = link_of(receiver.wait(1)[0])
    server.clock.move(OVER)
    assert "no longer valid" in server.databricks().browser().get(mailed).text
    assert "on its way" in ask_again(server, mailed).text
    assert server.databricks().sign_up(link_of(receiver.wait(2)[1])).url.endswith("/home")
    assert user(server, person)["email_verified_ms"]


def test_who_signs_up_is_asked_for_proof_and_waits_for_nothing(mailing, receiver):
    server = mailing()
    person, _, _, link = connected(server)
    assert server.databricks().sign_up(link).url.endswith("/launch/home")
    mailed = link_of(receiver.wait(1)[0])
    assert "/launch/sign_in?" in mailed and user(server, person)["email_verified_ms"] is None
    server.databricks().sign_up(mailed, password="another password", again="another password")
    assert user(server, person)["email_verified_ms"]


def test_the_second_user_of_a_manual_sign_up_partner(mailing, receiver):
    server = mailing(require_manual_signup=True, new_user_action="not_found")
    creator, workspace, connection_id = proved(server, receiver)
    second = Person(domain=creator.domain)
    answer = server.databricks().sign_in(second, workspace, connection_id)
    assert outcome(answer) == "404 account_not_found"
    assert SAME in ask_by_address(server, second.email).text
    mail = receiver.wait(2)[1]
    assert mail.recipients == [f"TO:<{second.email}>"] and user(server, second) is None
    assert server.databricks().sign_up(link_of(mail)).url.endswith("/launch/home")
    row = user(server, second)
    assert row["origin"] == "added" and row["email_verified_ms"] and row["signed_up_ms"]
    answer = server.databricks().sign_in(second, workspace, connection_id)
    assert outcome(answer) == "existing active sign_in"


@pytest.mark.parametrize("config", [{"new_user_action": "invite"}, {"creator": "unproved"}])
def test_an_account_that_is_not_open(mailing, receiver, config):
    """Told the same, and nothing is mailed."""
    server = mailing(**{name: value for name, value in config.items() if name != "creator"})
    creator = connected(server)[0] if "creator" in config else proved(server, receiver)[0]
    before = len(mails(server))
    page = ask_by_address(server, f"somebody@{creator.domain}")
    assert page.status_code == 200 and SAME in page.text
    assert len(mails(server)) == before


def test_no_page_tells_who_has_an_account(mailing, receiver):
    server = mailing()
    person, *_ = connected(server)
    there = ask_by_address(server, person.email)
    nobody = Person()
    not_there = ask_by_address(server, nobody.email)
    assert there.status_code == not_there.status_code == 200
    assert there.text.replace(person.email, "X") == not_there.text.replace(nobody.email, "X")
    assert receiver.wait(1)[0].recipients == [f"TO:<{person.email}>"]
    assert [row["recipient"] for row in mails(server)] == [person.email]


def test_one_link_in_five_minutes(mailing, receiver):
    server = mailing()
    person, *_ = connected(server)
    for _ in range(3):
        assert SAME in ask_by_address(server, person.email).text
    receiver.wait(1)
    server.clock.move(5 * MINUTE - 2000)
    ask_by_address(server, person.email.upper())
    assert len(mails(server)) == 1
    server.clock.move(2000)
    ask_by_address(server, person.email)
    assert len(mails(server)) == 2
    receiver.wait(2)


@pytest.mark.parametrize("address", ["", "x", "a@b@c.example", "a@b.example\r\nBcc: d@e.example",
                                     "a@b.example, c@d.example", "<a@b.example>", "x" * 300])
def test_what_is_no_address(mailing, receiver, address):
    server = mailing()
    page = ask_by_address(server, address)
    assert page.status_code == 422 and "This is no e-mail address" in page.text
    assert mails(server) == [] and receiver.lines == []


def test_names_are_encoded_and_begin_no_field(mailing, receiver):
    server = mailing(name="Kélp \"Charts\", Ünlimited with a name that is longer than one line")
    queued(server)
    mail = receiver.wait(1)[0]
    assert mail["Subject"] == f"Your link to {server.config['name']}"
    sender = re.search(rb"^From: (.*?) <", mail.raw, re.M | re.S)[1].decode()
    assert str(make_header(decode_header(sender))) == server.config["name"]
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998 and mail.raw.isascii()


# ---- Requests ----

def test_who_made_the_account_is_told_who_asks(mailing, receiver):
    server = mailing(new_user_action="invite")
    creator, workspace, connection_id, _ = connected(server)
    asker = Person(domain=creator.domain, first_name="Bob <script>", last_name="Kelp")
    for _ in range(2):
        answer = server.databricks().sign_in(asker, workspace, connection_id)
        assert outcome(answer) == "not_applicable active contact_admin"
    mail = receiver.wait(1)[0]
    assert mail.recipients == [f"TO:<{creator.email}>"]
    assert mail["Subject"] == "Somebody asks to join your Kelp Charts account"
    text, html = parts(mail)
    assert f"Bob <script> Kelp ({asker.email})" in text.replace("\n", " ")
    assert "<script>" not in html and "http" not in text
    other = Person(domain=creator.domain)
    server.databricks().sign_in(other, workspace, connection_id)
    row = mails(server)[-1]
    assert row["person"] == other.email and row["due_ms"] - mails(server)[0]["due_ms"] == 5 * MINUTE
    server.clock.move(5 * MINUTE)
    assert other.email in parts(receiver.wait(2)[1])[0]
    page = server.databricks().browser().get(answer.json()["redirect_uri"])
    assert "recorded" in page.text and "no mail set up" not in page.text


# ---- Relays that do not take it ----

def test_down_then_up(serve, receiver):
    """The whole schedule; the last try finds it."""
    server = serve(moves_clock=True, smtp_url="smtp://127.0.0.1:1", mail_from=FROM)
    queued(server)
    for n, delay in enumerate([MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR], 1):
        row = waiting_for_try(server, n)
        assert row["last_error"] == "no_connection" and row["n_tries"] == n
        now = time.time() * 1000 + server.clock.ms
        assert abs(row["next_try_ms"] - now - delay) < 20_000
        if n == 5:
            server.restart(smtp_url=receiver.url)
        server.clock.move(delay)
    mail = receiver.wait(1)[0]
    row = waiting_for_try(server, 6)
    assert row["sent_ms"] and row["next_try_ms"] is None
    assert server.databricks().sign_up(link_of(mail)).url.endswith("/launch/home")


def test_given_up_after_six_tries(serve):
    server = serve(moves_clock=True, smtp_url="smtp://127.0.0.1:1", mail_from=FROM)
    queued(server)
    for n in range(1, 6):
        waiting_for_try(server, n)
        server.clock.move(12 * HOUR)
    row = waiting_for_try(server, 6)
    assert row["next_try_ms"] is None and row["sent_ms"] is None
    line = server.wait_for_log("mail_given_up")[0]
    assert line["detail"] == "no_connection" and line["n"] == 6
    server.clock.move(30 * HOUR)
    assert server.stop() == 0 and mails(server)[0]["n_tries"] == 6


@pytest.mark.parametrize("verb, reply, is_final", [
    ("RCPT", "550 nobody here", True), ("MAIL", "553 not you", True), ("end", "554 spam", True),
    ("RCPT", "450 later", False), ("greeting", "421 busy", False), ("end", "451 oh", False)])
def test_what_the_relay_refuses(mailing, receiver, verb, reply, is_final):
    receiver.replies[verb] = reply
    server = mailing()
    queued(server)
    row = waiting_for_try(server, 1)
    assert row["last_error"] == ("refused" if is_final else "put_off")
    assert (row["next_try_ms"] is None) == is_final
    server.wait_for_log("mail_given_up" if is_final else "mail_failed")
    assert len(server.log("mail_given_up")) == is_final
    assert not any(word in server.log_text() for word in reply.split(" ", 1)[1:])
    receiver.replies.clear()
    server.clock.move(MINUTE)
    if not is_final:
        receiver.wait(1)


@pytest.mark.parametrize("manner", ["hang", "drip"])
def test_a_relay_that_never_answers(mailing, receiver, manner):
    """Nobody waits for it; it has 15 s."""
    receiver.manner = manner
    server = mailing()
    started = time.monotonic()
    queued(server)
    wait_until(lambda: receiver.n_accepted, 10, "a connection")
    assert outcome(server.databricks().connect(Person(), Workspace()))
    assert time.monotonic() - started < 10
    assert waiting_for_try(server, 1)["last_error"] == "timed_out"
    assert 14 < time.monotonic() - started < 25


def test_a_stop_does_not_wait_for_the_relay(mailing, receiver):
    receiver.manner = "hang"
    server = mailing()
    queued(server)
    wait_until(lambda: receiver.n_accepted, 10, "a connection")
    started = time.monotonic()
    assert server.stop() == 0 and time.monotonic() - started < 5
    assert mails(server)[0]["n_tries"] == 0
    receiver.manner = None
    server.start()
    receiver.wait(1)


def test_a_crash_between_the_relay_and_the_store(serve, receiver):
    """At least once: it comes again, and says that it is the same."""
    server = serve(moves_clock=True, smtp_url=receiver.url, mail_from=FROM,
                   env={"PARTNER_CONNECT_FAULTS": "mail_taken=kill"})
    queued(server)
    first = receiver.wait(1)[0]
    assert server.wait() == -9 and mails(server)[0]["sent_ms"] is None
    server.env = {}
    server.start()
    second = receiver.wait(2)[1]
    assert second["Message-ID"] == first["Message-ID"] and link_of(second) != link_of(first)
    wait_until(lambda: mails(server)[0]["sent_ms"], 10, "it is noted")


def test_a_clock_that_is_set_back(serve, receiver):
    """What waits a minute waits a minute."""
    server = serve(moves_clock=True, smtp_url="smtp://127.0.0.1:1", mail_from=FROM)
    queued(server)
    before = waiting_for_try(server, 1)["next_try_ms"]
    server.clock.move(-DAY)
    wait_until(lambda: abs(mails(server)[0]["next_try_ms"] - before + DAY) < 10_000, 10,
               "the due time went back with the clock")
    assert mails(server)[0]["n_tries"] == 1
    server.stop()
    server.clock.move(-30 * DAY)
    server.settings["smtp_url"] = receiver.url
    server.start()
    receiver.wait(1)


# ---- TLS, and what is secret ----

@pytest.fixture(scope="module")
def cert(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("relay"), "relay", "IP:127.0.0.1")


@pytest.mark.parametrize("is_tls_first", [True, False])
def test_a_password_goes_over_tls(serve, cert, is_tls_first):
    password = canary.secret()
    with SmtpReceiver(cert, is_tls_first, password) as receiver:
        server = serve(moves_clock=True, smtp_url=receiver.url, mail_from=FROM, smtp_ca=cert[0],
                       smtp_user="kelp", env={"PARTNER_CONNECT_SMTP_PASSWORD": password})
        queued(server)
        receiver.wait(1)
        assert receiver.was_tls == [True] and receiver.user == "kelp"
        first = receiver.lines.index("STARTTLS") if not is_tls_first else 0
        assert not any(line.startswith(("AUTH", "MAIL")) for line in receiver.lines[:first])


@pytest.mark.parametrize("has_tls, ca", [(False, "own"), (True, "other")])
def test_no_mail_without_tls_that_fits(serve, cert, tmp_path, has_tls, ca):
    """No STARTTLS is offered; a certificate of somebody else."""
    other = make_certificate(tmp_path, "other", "IP:127.0.0.1")
    with SmtpReceiver(cert if has_tls else None) as receiver:
        server = serve(moves_clock=True, smtp_url=receiver.url, mail_from=FROM,
                       smtp_ca=(cert if ca == "own" else other)[0])
        queued(server)
        assert waiting_for_try(server, 1)["last_error"] == "tls_failed"
        assert receiver.mails == [] and not [x for x in receiver.lines if x.startswith("MAIL")]


def test_a_link_stands_in_the_mail_alone(mailing, receiver):
    server = mailing(settings={"log_level": "debug"})
    queued(server)
    token = link_of(receiver.wait(1)[0]).partition("launch=")[2].encode()
    assert server.stop() == 0
    for path in server.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert token not in content and b"pclm_" not in content, path


# ---- Settings ----

def test_without_mail_pages_say_so(serve):
    server = serve(config={"new_user_action": "invite", "require_manual_signup": True})
    assert len(server.log("no_mail")) == 2
    browser = server.databricks().browser()
    page = browser.get(f"{server.base}/sign-up")
    assert "no mail set up" in page.text and "<form" not in page.text
    assert browser.post(f"{server.base}/sign-up", data={"email": "a@b.example"}).status_code == 200
    assert mails(server) == []


def test_nothing_is_warned_of_where_nothing_wants_mail(serve):
    assert serve().log("no_mail") == []


@pytest.mark.parametrize("settings, words", [
    ({"smtp_url": "http://x.example"}, "smtp_url is not smtp://"),
    ({"smtp_url": "smtp://ann:hidden@x.example", "mail_from": FROM}, "smtp_url is not smtp://"),
    ({"smtp_url": "smtp://x.example"}, "mail_from"),
    ({"smtp_url": "smtp://x.example", "mail_from": "Kelp <a@b.example>"}, "mail_from"),
    ({"smtp_url": "smtp://x.example", "mail_from": FROM, "smtp_user": "kelp"}, "go together"),
    ({"smtp_url": "smtp://x.example", "mail_from": FROM, "smtp_ca": "/nowhere"}, "smtp_ca"),
    ({"mail_from": FROM}, "there is none"),
])
def test_settings_that_do_not_fit(tmp_path, settings, words):
    if "mail_from" not in settings and settings["smtp_url"].startswith("http"):
        settings = {**settings, "mail_from": FROM}
    server = Server(tmp_path / "server", **settings)
    server.spawn()
    assert server.wait() == 3
    assert words in server.log_text() and "hidden" not in server.log_text()
