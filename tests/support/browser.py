"""A headless Chromium, driven by selenium, with a profile of its own.

    with Browser(width=400, dark=True) as browser:
        browser.get(url); browser.fill("password", "..."); browser.press("Create account")

console() is what the pages made Chromium complain about. Chromium and its driver are Debian's.
"""
import tempfile

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--disable-extensions", "--no-proxy-server")
PAGE_SECONDS = 20


class Browser:
    def __init__(self, width=1280, dark=False):
        self.profile = tempfile.TemporaryDirectory(prefix="chromium-")
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, f"--user-data-dir={self.profile.name}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        # An alert is left open, so that a test sees it.
        options.set_capability("unhandledPromptBehavior", "ignore")
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(PAGE_SECONDS)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.driver.quit()
        self.profile.cleanup()

    def get(self, url):
        self.driver.get(url)
        return self

    def forget(self):
        """Another person's browser."""
        self.driver.delete_all_cookies()

    def find(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def heading(self):
        return self.driver.find_element(By.TAG_NAME, "h1").text

    def path(self):
        return self.driver.current_url.partition("//")[2].partition("/")[2]

    def fill(self, field, text):
        element = self.driver.find_element(By.NAME, field)
        element.clear()
        element.send_keys(text)

    def tick(self, field):
        self.driver.find_element(By.NAME, field).click()

    def press(self, label):
        """The button of that name; waits for the page behind it."""
        buttons = [each for each in self.find("button") if each.text == label]
        assert len(buttons) == 1, f"{len(buttons)} buttons {label}"
        self.leave(buttons[0].click)

    def leave(self, act):
        """Does what leads to another page, and waits until that is there."""
        self.run("window.isLeft = true")
        act()
        WebDriverWait(self.driver, PAGE_SECONDS, poll_frequency=0.02).until(self._is_another_page)

    @staticmethod
    def _is_another_page(driver):
        try:
            return driver.execute_script(
                "return !window.isLeft && document.readyState === 'complete'")
        except WebDriverException:  # between two pages
            return False

    def run(self, script, *values):
        return self.driver.execute_script(script, *values)

    def console(self):
        """What was said since the last time, without the statuses of refused forms."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if "the server responded with a status of 4" not in entry["message"]]
