"""What the tests in a browser share: servers, and one Chromium a module."""
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from browser import Browser  # noqa: E402  the path is made just above
from server import Server, binary  # noqa: E402


def pytest_configure():
    if not binary().exists():
        raise pytest.UsageError(f"{binary()} is not there: script/build test makes it, "
                                "PARTNER_CONNECT_BIN names another")


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    """serve(config={...}, setting=...): a running Server with the sample partner's images."""
    servers = []

    def make(**arguments):
        folder = tmp_path_factory.mktemp("server")
        for image in ("logo.svg", "icon.svg"):
            shutil.copy(ROOT / "partners" / image, folder)
        servers.append(Server(folder, **{"test_hooks": "on", **arguments}).start())
        return servers[-1]
    yield make
    reports = []
    for server in servers:
        if server.is_running() and server.stop() != 0:
            reports.append("did not end well")
        reports += server.sanitizer_reports()
    assert not reports, "\n".join(reports)


@pytest.fixture(scope="module")
def chromium():
    with Browser() as made:
        yield made


@pytest.fixture
def browser(chromium):
    """Nobody's browser yet; at the end nothing of ours made Chromium complain."""
    chromium.get("about:blank")
    chromium.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chromium.console()
    yield chromium
    assert chromium.console() == []
