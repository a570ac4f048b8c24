"""200 texts that want to be more than text, in every field that a page shows.

None is executed, none adds an element, and the content security policy has nothing to stop: not one
report, for nothing gets as far as the policy.
"""
import pytest
from databricks import PASSWORD, Person, Workspace, send_form
from payloads import PAYLOADS, packed

# What a page of ours never has, however it is filled.
FOREIGN = ("script,style,iframe,object,embed,svg,math,base,details,meta[http-equiv],[style],[onload],"
           "[onerror],[onfocus],[ontoggle],[onmouseover],[onclick],a[href^='javascript' i]")


def check(browser, payloads):
    """Nothing ran, and nothing was added."""
    marks = browser.run(
        "return [window.pwned === undefined, document.querySelectorAll(arguments[0]).length,"
        " document.querySelectorAll('form').length]", FOREIGN)
    assert marks[0] and marks[1] == 0 and marks[2] <= 1, (marks, payloads)


def shown(browser):
    return browser.run("return document.body.textContent")


@pytest.fixture(scope="module")
def server(serve):
    return serve()


def test_what_a_connect_says(server, browser):
    """Host, address, region, catalog, compute, location: on create-trial and on home."""
    caller = server.databricks()
    for payload in packed(255):
        person, workspace = Person(), Workspace()
        answer = caller.connect(
            person, workspace, hostname=payload, workspace_url="javascript:" + payload,
            cloud_provider_region=payload, catalog_name=payload, cluster_id=payload,
            destination_location=payload, http_path=payload)
        assert answer.status_code == 200, payload
        uri = answer.json()["redirect_uri"]
        check(browser.get(uri), payload)
        assert shown(browser).count(payload) >= 5, payload
        visitor = caller.browser()
        home = send_form(visitor, visitor.get(uri))
        assert home.url.endswith("/launch/home")
        browser.driver.add_cookie({"name": "pc_session", "path": "/",
                                   "value": visitor.cookies["pc_session"]})
        check(browser.get(home.url), payload)
        assert shown(browser).count(payload) >= 5, payload
        browser.forget()
    assert browser.console() == []


def test_what_a_person_is_called_and_types(server, browser):
    """Names, an e-mail with all that one may hold, and an e-mail that is none, shown again."""
    caller = server.databricks()
    person = Person(email="x'`{}|!#$%&*+/=?^_~@" + Person().domain)
    person.first_name = person.last_name = PAYLOADS[0]
    uri = caller.connect(person, Workspace()).json()["redirect_uri"]
    check(browser.get(uri), person.email)
    assert person.email in shown(browser)
    browser.get(uri.partition("/launch/")[0] + "/launch/sign_in")
    for payload in packed(2000):
        browser.leave(lambda text=payload: browser.run(
            "const f = document.forms[0]; f.noValidate = true;"
            "const e = f.elements.email; e.type = 'text'; e.value = arguments[0];"
            "f.elements.password.value = arguments[1]; f.submit()", text, PASSWORD))
        check(browser, payload)
        # An input of type email drops line ends and blanks at its ends, and nothing else.
        value = browser.run("return document.forms[0].elements.email.getAttribute('value')")
        assert value == payload
    assert browser.console() == []


def test_what_the_partner_config_says(serve, browser):
    """The vendor's name everywhere, and its addresses, which lead nowhere unless they are http."""
    for name in packed(2000):
        server = serve(config={"name": name, "description_blurb": name, "logo_file": name[:200],
                               "terms_of_service": "https://kelp.example/" + name,
                               "privacy_policy": "javascript:" + name,
                               "sign_up_page": "data:text/html," + name})
        caller = server.databricks()
        uri = caller.connect(Person(), Workspace()).json()["redirect_uri"]
        check(browser.get(uri), name)
        assert name in shown(browser)
        hrefs = browser.run("return [...document.links].map(a => a.getAttribute('href'))")
        assert all(href == "#" or href.startswith("https://") for href in hrefs), hrefs
        for page in ("sign_in", "purchase_product", "contact_admin", "not_applicable",
                     "create_trial"):
            check(browser.get(uri.partition("create_trial")[0] + page), name)
            assert name in shown(browser)
        check(browser.get(uri.partition("/launch/")[0] + "/sign-up"), name)
        assert server.stop() == 0
    assert browser.console() == []


def test_a_logo_is_an_image_and_never_a_document(serve, browser):
    """An SVG with a script in it, on the page and opened by its address."""
    svg = ("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload='pwned=1'>"
           "<script>pwned=1;alert(1)</script><rect width='9' height='9'/></svg>")
    server = serve()
    (server.folder / "logo.svg").write_text(svg)
    server.restart()
    uri = server.databricks().connect(Person(), Workspace()).json()["redirect_uri"]
    check(browser.get(uri), svg)
    assert browser.run("return document.querySelector('img.logo').naturalWidth") == 9
    logo = browser.driver.find_element("css selector", "img.logo").get_attribute("src")
    assert browser.console() == []
    browser.get(logo)
    assert browser.run("return window.pwned === undefined")
    browser.console()  # here the policy has something to stop
