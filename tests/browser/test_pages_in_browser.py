"""The hosted pages in a browser: from a connect's redirect_uri to home, as people go.

Rules: CONNECT-5, CONNECT-11, CONNECT-18
"""
import pytest
from browser import Browser
from databricks import PASSWORD, Person, Workspace, error_of, new_domain, outcome


@pytest.fixture(scope="module")
def server(serve):
    return serve(config={"require_manual_signup": True})


def create_account(browser, link):
    """What somebody does who came from Databricks: the e-mail is there, a password is not."""
    browser.get(link)
    browser.fill("password", PASSWORD)
    browser.fill("again", PASSWORD)
    browser.tick("terms")
    browser.press("Create account")


def connected(server, person=None, **changes):
    """(person, workspace, answer) of a connect."""
    person, workspace = person or Person(), Workspace()
    answer = server.databricks().connect(person, workspace, **changes)
    assert answer.status_code == 200
    return person, workspace, answer.json()


def assert_home(browser, person, workspace):
    """The connection in front, with all that was sent, and nothing to type."""
    assert browser.path() == "launch/home"
    assert browser.heading() == "Databricks is connected"
    front = browser.find(".front")[0]
    assert front.rect["y"] < 400
    for text in (workspace.host, "AWS, eu-west-1", "0123456789abcdef", "main",
                 str(workspace.workspace_id)):
        assert text in front.text
    assert browser.find("input:not([type=hidden])") == []
    assert person.email in browser.text()


def test_from_redirect_uri_to_home(server, browser):
    """CONNECT-5: a manual sign-up is 404 before the form is sent and 200 after."""
    caller = server.databricks()
    person, workspace, answer = connected(server)
    assert answer["redirect_value"] == "create_trial"
    assert error_of(caller.sign_in(person, workspace, answer["connection_id"])) == \
        "404 account_not_found"
    browser.get(answer["redirect_uri"])
    assert person.email in browser.text() and workspace.host in browser.text()
    assert browser.find("[name=email]") == []  # it is fixed
    assert browser.text().count(person.email) == 1
    assert [each.is_displayed() for each in browser.find("input[type=email]")] == [False]
    assert browser.find("img.logo")[0].size["height"] > 0
    assert browser.run("return document.querySelector('img.logo').naturalWidth") > 0
    create_account(browser, answer["redirect_uri"])
    assert_home(browser, person, workspace)
    assert "launch=" not in browser.driver.current_url
    assert outcome(caller.sign_in(person, workspace, answer["connection_id"])) == \
        "existing active sign_in"


def test_sign_in(server, browser):
    """With a link: the e-mail is there, the password is asked; in the same browser nothing is."""
    person, workspace, answer = connected(server)
    create_account(browser, answer["redirect_uri"])
    link = server.databricks().sign_in(person, workspace,
                                       answer["connection_id"]).json()["redirect_uri"]
    browser.get(link)
    browser.press("Continue")
    assert_home(browser, person, workspace)
    browser.press("Sign out")
    assert browser.path() == "launch/sign_in"
    browser.get(server.base.replace("127.0.0.1", "localhost") + "/launch/home")
    assert browser.path() == "launch/sign_in"
    link = server.databricks().sign_in(person, workspace,
                                       answer["connection_id"]).json()["redirect_uri"]
    browser.get(link)
    browser.fill("password", "not the password")
    browser.press("Sign in")
    assert "The password is wrong." in browser.text()
    browser.fill("password", PASSWORD)
    browser.press("Sign in")
    assert_home(browser, person, workspace)


def test_sign_in_without_a_link(server, browser):
    person, workspace, answer = connected(server)
    create_account(browser, answer["redirect_uri"])
    browser.press("Sign out")
    browser.fill("email", person.email.upper())
    browser.fill("password", PASSWORD)
    browser.press("Sign in")
    assert_home(browser, person, workspace)


def test_mistakes_are_shown_where_they_were_made(server, browser):
    """The link is not used up by them, and what was ticked stays ticked."""
    person, workspace, answer = connected(server)
    browser.get(answer["redirect_uri"])
    browser.fill("password", "too short")
    browser.fill("again", "too short")
    browser.tick("terms")
    browser.press("Create account")
    assert browser.find("#password-error")[0].text.startswith("This is too short")
    assert browser.find("[name=terms]")[0].is_selected()
    browser.fill("password", PASSWORD)
    browser.fill("again", PASSWORD + "?")
    browser.press("Create account")
    assert browser.find("#again-error")[0].text == "The two passwords differ."
    browser.fill("password", PASSWORD)
    browser.fill("again", PASSWORD)
    browser.press("Create account")
    assert_home(browser, person, workspace)


def test_keyboard_alone(server, browser):
    """The caret stands in the first field; Tab and Enter do the rest, and one sees where one is."""
    person, workspace, answer = connected(server)
    browser.get(answer["redirect_uri"])
    keys = browser.driver.switch_to
    keys.active_element.send_keys(PASSWORD + "\t")
    keys.active_element.send_keys(PASSWORD + "\t")
    assert browser.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    keys.active_element.send_keys(" ")
    for _ in range(3):  # the two links of the terms, then the button
        keys.active_element.send_keys("\t")
    browser.leave(lambda: keys.active_element.send_keys("\n"))
    assert_home(browser, person, workspace)


def test_contact_admin(serve, browser):
    """CONNECT-11"""
    server = serve(config={"new_user_action": "invite"})
    person, workspace, answer = connected(server)
    link = server.databricks().sign_in(person.colleague(), workspace, answer["connection_id"])
    assert outcome(link) == "not_applicable active contact_admin"
    browser.get(link.json()["redirect_uri"])
    assert browser.heading() == "Ask your administrator"
    assert "Your request to join was recorded" in browser.text()
    assert len(server.rows("SELECT email FROM invitation")) == 1
    assert person.email not in browser.text()


def test_purchase(serve, browser):
    server = serve()
    person, workspace, answer = connected(server, Person(new_domain("databricks-test.com")))
    caller = server.databricks()
    assert caller.expire_account(person, workspace).status_code == 200
    link = caller.sign_in(person, workspace, answer["connection_id"]).json()
    assert link["redirect_value"] == "purchase_product"
    browser.get(link["redirect_uri"])
    assert browser.heading() == "Your trial has ended"
    assert workspace.host in browser.text()
    assert browser.find("a.button")[0].get_attribute("href") == "https://kelp.example/sign-up"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_sticks_out_of_400_pixels(server, dark):
    """And what is read can be read: text against what is behind it, as WCAG 2.1 AA wants."""
    person, workspace, answer = connected(server)
    with Browser(width=400, dark=dark) as browser:
        browser.get(answer["redirect_uri"])
        check_layout(browser)
        create_account(browser, answer["redirect_uri"])
        assert_home(browser, person, workspace)
        check_layout(browser)
        for page in ("sign_in", "create_trial", "contact_admin", "purchase_product"):
            browser.get(answer["redirect_uri"].partition("create_trial")[0] + page)
            check_layout(browser)


CONTRASTS = """
const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
function rgb(text) {
  canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
}
function light(c) {
  const [r, g, b] = c.slice(0, 3).map(v => { v /= 255;
    return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
  return .2126 * r + .7152 * g + .0722 * b;
}
function back(element) {
  for (let e = element; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor);
    if (c[3] === 255) return c;
  }
  return [255, 255, 255, 255];
}
const found = [];
for (const e of document.querySelectorAll('body *')) {
  if (!e.offsetParent || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
  const [a, b] = [light(rgb(getComputedStyle(e).color)), light(back(e))];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) found.push(e.tagName + ' ' + ratio.toFixed(2) + ' ' + e.textContent.trim());
}
return found;
"""


def check_layout(browser):
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.run(CONTRASTS) == []
