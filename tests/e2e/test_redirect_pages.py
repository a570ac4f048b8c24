"""The hosted pages as an attacker sees them: they are all that is served without a credential.

What a page is for is in test_operations.py.

Rules: CONNECT-18, ERROR-5
"""
import re
import urllib.parse
from html.parser import HTMLParser

import pytest
from databricks import Person, Workspace
from hostile import MARK, Contents, check_refusal, connection, exchange, head, receive

FORMS = ["create_trial", "sign_in"]
PAGES = ["create_trial", "purchase_product", "sign_in", "contact_admin", "not_applicable"]
HOSTILE_NAME = ("</title><script>alert(1)</script><img src=x onerror=alert(2)>\"'`&amp;<!--"
                "{{7*7}}\u202e\u2028</p><a href='javascript:alert(3)'>")


class Tags(HTMLParser):
    """The tags, attributes and text of a page, as a browser would find them."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def attributes(self, name):
        return [attrs[name] for _, attrs in self.tags if name in attrs]


@pytest.fixture(scope="module")
def server(serve_for_module):
    return serve_for_module(config={"name": HOSTILE_NAME})


@pytest.fixture(scope="module")
def launch(server):
    """The launch token of a connection."""
    answer = server.databricks().connect(Person(), Workspace()).json()
    return answer["redirect_uri"].partition("launch=")[2]


@pytest.fixture
def unchanged(server, launch):
    """Nothing that a test does here is seen in the store."""
    contents = Contents(server)
    before = contents.digest()
    yield
    assert contents.digest() == before
    contents.close()


def ask(server, method, path, fields=(), **more):
    return exchange(server, head(server, method, path, fields, authorization=False, **more))


@pytest.mark.parametrize("page", PAGES)
def test_what_every_page_says_to_the_browser(server, launch, unchanged, page):
    answer = ask(server, "GET", f"/launch/{page}?launch={launch}")
    assert answer.status == 200
    assert answer.fields["content-type"] == "text/html; charset=utf-8"
    assert answer.fields["cache-control"] == "no-store"
    assert answer.fields["x-content-type-options"] == "nosniff"
    assert answer.fields["referrer-policy"] == "no-referrer"
    policy = dict(part.strip().partition(" ")[::2]
                  for part in answer.fields["content-security-policy"].split(";"))
    assert policy == {"default-src": "'none'", "img-src": "'self'", "style-src": "'self'",
                      "form-action": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'"}
    assert not {"server", "x-powered-by", "access-control-allow-origin", "location",
                "refresh"} & set(answer.fields)
    check_cookie(answer)


def check_cookie(answer):
    """A form brings a random cookie that it is bound to; nothing else does."""
    cookie = answer.fields.get("set-cookie")
    assert (cookie is not None) == (b"<form" in answer.body)
    assert cookie is None or re.fullmatch(r"pc_form=[\w-]{43}; Path=/; HttpOnly; SameSite=Lax",
                                          cookie)


@pytest.mark.parametrize("page", PAGES)
def test_a_name_is_text_wherever_it_stands(server, launch, unchanged, page):
    found = Tags(ask(server, "GET", f"/launch/{page}?launch={launch}").body.decode())
    assert {tag for tag, _ in found.tags} <= {
        "html", "head", "meta", "link", "title", "body", "header", "main", "section", "p", "h1",
        "h2", "form", "button", "div", "span", "label", "input", "a", "dl", "dt", "dd", "code"}
    assert found.text.count(HOSTILE_NAME) >= 2, found.text
    for _, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    assert not [url for name in ("href", "src", "action") for url in found.attributes(name)
                if not url.startswith(("/launch/", "https://kelp.example/", "https://w"))]


def test_a_name_is_text_in_errors(server):
    answer = server.databricks().sign_in(Person(), Workspace(), "nobody")
    assert answer.status_code == 404
    assert HOSTILE_NAME in answer.json()["display_message"]
    assert answer.headers["Content-Type"] == "application/json"


FORM = ["Content-Type: application/x-www-form-urlencoded"]


def post(server, body):
    return exchange(server, head(server, "POST", "/launch/create_trial",
                                 FORM + [f"Content-Length: {len(body)}"], authorization=False)
                    + body.encode())


TOKENS = ["\"><script>alert(1)</script>", "'><img src=x onerror=x>", "javascript:alert(1)",
          "</form>", "a\" onmouseover=\"x", "\u202d", "\0", "\r\nSet-Cookie: a=b", "x" * 5000,
          "&launch=y", "../../etc/passwd", "{{8*8}}", MARK]


@pytest.mark.parametrize("token", TOKENS, ids=range(len(TOKENS)))
def test_a_token_is_data_wherever_it_stands(server, unchanged, token):
    quoted = urllib.parse.quote(token, safe="")
    for page in PAGES:
        answer = ask(server, "GET", f"/launch/{page}?launch={quoted}")
        assert answer.status == 200
        check_cookie(answer)
        text = answer.body.decode()
        assert "<script" not in text and "<img" not in text and "onmouseover=\"" not in text
        assert Tags(text).attributes("action") == []  # a bad token gets no form
    answer = post(server, f"launch={quoted}")
    assert answer.status == (400 if "\0" in token or len(token) > 4096 else 410)
    assert token not in answer.body.decode()


@pytest.mark.parametrize("query", ["", "?", "?launch", "?launch=", "?x=y", "?launch=a&launch=b",
                                   "?launch=%", "?launch=%zz", "?launch=%ff", "?Launch=x",
                                   "?launch%00=x"])
def test_a_query_without_a_token(server, unchanged, query):
    assert ask(server, "GET", f"/launch/create_trial{query}").status == 200
    answer = ask(server, "POST", f"/launch/create_trial{query}", FORM + ["Content-Length: 0"])
    assert answer.status == 410 and "text/html" in answer.fields["content-type"]


def test_get_and_head_use_nothing_up(server, launch, unchanged):
    """A link is opened by scanners and by the published tests before anybody clicks it."""
    for method in ("GET", "HEAD", "GET"):
        data = head(server, method, f"/launch/create_trial?launch={launch}",
                    ["Connection: close"], authorization=False)
        with connection(server) as sock:
            sock.sendall(data)
            raw = b""
            while piece := sock.recv(65536):
                raw += piece
        top, _, body = raw.partition(b"\r\n\r\n")
        assert top.startswith(b"HTTP/1.1 200 ") and (body == b"") == (method == "HEAD"), raw
        assert int(re.search(rb"Content-Length: (\d+)", top)[1]) > 500


def test_a_page_shows_nothing_of_what_is_stored(server):
    """
    A link shows its user what Databricks sent, and no secret; one that is used or too old, or no
    link at all, shows nobody anything.
    """
    person, workspace, pat = Person(), Workspace(), "dapi" + "ab12" * 8
    answer = server.databricks().connect(person, workspace, pat=pat).json()
    link = answer["redirect_uri"].partition("/launch/")[2]
    page = ask(server, "GET", f"/launch/{link}").raw.decode()
    assert person.email in page and workspace.host in page
    for text in (pat, answer["connection_id"], server.password):
        assert text not in page
    assert server.databricks().sign_up(answer["redirect_uri"]).status_code == 200
    for path in (link, link.partition("?")[0], link[:-1], "home", "sign_in"):
        page = ask(server, "GET", f"/launch/{path}").raw.decode()
        for text in (person.email, person.domain, person.last_name, str(workspace.workspace_id),
                     workspace.host, pat, answer["connection_id"], server.password):
            assert text not in page


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil-localhost",
                                  "localhost:80.evil.example", "169.254.169.254", "0.0.0.0",
                                  "192.168.1.1", "xn--localhost", "localhos", "[::2]", "128.0.0.1",
                                  "127.0.0.1.evil.example", "localhost."])
@pytest.mark.parametrize("page", [*PAGES, "style.css"])
def test_a_host_that_is_not_ours(server, launch, unchanged, page, host):
    """DNS rebinding: a page under another name is another site's page."""
    for method in ("GET", "HEAD", "POST"):
        if method == "POST" and page != "create_trial":
            continue
        data = head(server, method, f"/launch/{page}?launch={launch}", ["Content-Length: 0"],
                    authorization=False, host=host)
        if method == "HEAD":
            with connection(server) as sock:
                sock.sendall(data)
                assert sock.recv(100).startswith(b"HTTP/1.1 400 ")
            continue
        check_refusal(exchange(server, data), 400, "bad_request", sent=[host])


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.1.2.3:8080",
                                  "[::1]", "[::1]:80", "kelp.localhost"])
def test_a_host_that_is_ours(server, launch, unchanged, host):
    assert ask(server, "GET", f"/launch/sign_in?launch={launch}", host=host).status == 200


def test_loopback_names_are_ours_on_loopback_only(serve):
    server = serve(config={"hostnames": ["pages.example"]}, public_url="https://pages.example",
                   allow_plain_http="on", flags=["--listen", "0.0.0.0:0"])
    for host, status in (("pages.example", 200), ("a.pages.example", 200), ("localhost", 400),
                         ("127.0.0.1", 400), ("apages.example", 400)):
        assert ask(server, "GET", "/launch/sign_in", host=host).status == status, host


def test_other_methods_are_for_whoever_is_known(server, launch, unchanged):
    """ERROR-5"""
    for page in [*PAGES, "style.css"]:
        methods = {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST"}
        for method in methods - ({"POST"} if page in FORMS else set()):
            path = f"/launch/{page}?launch={launch}"
            check_refusal(ask(server, method, path), 401, "unauthorized")
            answer = exchange(server, head(server, method, path))
            check_refusal(answer, 405, "bad_request")
            assert answer.fields["allow"].startswith("GET, HEAD")


def test_the_body_of_a_page_request_has_a_limit(server, unchanged):
    for size in (65537, 10 ** 12):
        answer = ask(server, "POST", "/launch/create_trial", [f"Content-Length: {size}"])
        assert answer.status == 400 and "text/html" in answer.fields["content-type"]
    with connection(server) as sock:
        body = b"launch=" + b"&".join(b"%d=%s" % (n, b"x" * 3000) for n in range(17))
        sock.sendall(head(server, "POST", "/launch/create_trial",
                          FORM + [f"Content-Length: {len(body)}"], authorization=False) + body)
        assert receive(sock).status == 400  # more fields than a form has
