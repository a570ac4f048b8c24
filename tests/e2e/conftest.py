"""What whole-program tests share: servers that end with their test, whatever happens in it."""
import json
import sys
from pathlib import Path

import pytest

SUPPORT = Path(__file__).resolve().parents[1] / "support"
sys.path.insert(0, str(SUPPORT))

import canary  # noqa: E402  the path is made just above
from server import Server, binary  # noqa: E402


def pytest_configure():
    if not binary().exists():
        raise pytest.UsageError(f"{binary()} is not there: script/build test makes it, "
                                "PARTNER_CONNECT_BIN names another")


class Servers:
    """Makes servers, each in a folder of its own, and ends them."""

    def __init__(self, folder):
        self.folder = folder
        self.made = []

    def make(self, **arguments):
        """A Server that was not started."""
        server = Server(self.folder / f"server-{len(self.made)}", **arguments)
        self.made.append(server)
        return server

    def __call__(self, **arguments):
        """A Server that is ready."""
        return self.make(**arguments).start()

    def end(self):
        reports = []
        for server in self.made:
            if server.is_running():
                try:
                    server.stop()
                except Exception:  # it hangs: the test must not
                    server.kill()
                    reports.append(f"{server.folder}: did not stop on SIGTERM")
            reports += server.sanitizer_reports()
            # No test of any kind may have made it write down a secret.
            reports += canary.search(server.folder)
        assert not reports, "\n".join(reports)


class House:
    """One server for each way to set one up, made when it is first asked for."""

    def __init__(self, serve):
        self.serve = serve
        self.servers = {}

    def __call__(self, settings=None, **config):
        """The Server of a partner config with these changes and these settings."""
        key = json.dumps([settings, config], sort_keys=True)
        if key not in self.servers:
            self.servers[key] = self.serve(config=config, **{"test_hooks": "on",
                                                             **(settings or {})})
        return self.servers[key]


@pytest.fixture
def serve(tmp_path):
    """serve(config={...}, test_hooks="on", ...): a running Server, arguments as there."""
    servers = Servers(tmp_path)
    yield servers
    servers.end()


@pytest.fixture(scope="module")
def serve_for_module(tmp_path_factory):
    """The same for servers that all tests of a module use, each with people of its own."""
    servers = Servers(tmp_path_factory.mktemp("servers"))
    yield servers
    servers.end()


@pytest.fixture(scope="module")
def house(serve_for_module):
    """house(settings={"strict_cloud": "on"}, new_user_action="invite"): a shared Server."""
    return House(serve_for_module)
