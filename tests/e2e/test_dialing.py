"""Whom test-connection does not dial: hostile hosts in a scripted net, where a packet would show.

Rules: TEST-3
"""
import pytest

import canary
from connection_tests import connect, first_failure, run_test, statuses
from scripted_net import ScriptedNet
from server import binary, wait_until

LAB = "lab.example"
NOT_DATABRICKS = "The host is not one of Databricks."
BAD_ADDRESS = "The host has an address that may not be dialled."
NO_ADDRESS = "The host name has no address."

# Names that do resolve, all of them to where something answers: (host, port).
FORBIDDEN_NAMES = {
    "metadata_address": ("169.254.169.254", 443),
    "metadata_name": ("metadata.google.internal", 443),
    "loopback": ("127.0.0.1", 443),
    "loopback_short": ("127.1", 443),
    "loopback_decimal": ("2130706433", 443),
    "loopback_hex": ("0x7f000001", 443),
    "loopback_hex_parts": ("0x7f.0.0.0x1", 443),
    "loopback_octal": ("0177.0.0.01", 443),
    "zero": ("0", 443),
    "zero_address": ("0.0.0.0", 443),
    "public_address": ("8.8.8.8", 443),
    "private_address": ("10.0.0.1", 443),
    "localhost": ("localhost", 443),
    "localhost_below": ("x.localhost", 443),
    "ipv6": ("[::1]", 443),
    "ipv6_bare": ("::1", 443),
    "ipv6_any": ("[::]", 443),
    "ipv6_mapped": ("[::ffff:127.0.0.1]", 443),
    "ipv6_mapped_hex": ("[::ffff:7f00:1]", 443),
    "ipv6_nat64": ("[64:ff9b::7f00:1]", 443),
    "ipv6_6to4": ("[2002:7f00:1::1]", 443),
    "ipv6_zone": ("[fe80::1%25lo]", 443),
    "ipv6_local": ("[fd00:ec2::254]", 443),
    "stranger": ("evil.example", 443),
    "domain_behind": ("x.cloud.databricks.com.evil.example", 443),
    "part_of_a_label": ("evilcloud.databricks.com", 443),
    "hyphen": ("evil-azuredatabricks.net", 443),
    "domain_itself": ("cloud.databricks.com", 443),
    "parent": ("www.databricks.com", 443),
    "trailing_dot": ("x.cloud.databricks.com.", 443),
    "two_dots": ("x..cloud.databricks.com", 443),
    "userinfo": ("x.cloud.databricks.com@evil.example", 443),
    "userinfo_before": ("evil.example@x.cloud.databricks.com", 443),
    "password": ("u:p@x.cloud.databricks.com", 443),
    "port_in_the_name": ("x.cloud.databricks.com:443", 443),
    "port_of_another": ("evil.example:443:.cloud.databricks.com", 443),
    "path": ("evil.example/.cloud.databricks.com", 443),
    "backslash": ("evil.example\\.cloud.databricks.com", 443),
    "query": ("evil.example?.cloud.databricks.com", 443),
    "fragment": ("evil.example#.cloud.databricks.com", 443),
    "scheme": ("https://x.cloud.databricks.com", 443),
    "scheme_file": ("file:///etc/passwd", 443),
    "scheme_gopher": ("gopher://x.cloud.databricks.com", 443),
    "percent": ("evil.example%2f.cloud.databricks.com", 443),
    "percent_nul": ("evil.example%00.cloud.databricks.com", 443),
    "blank": ("evil.example x.cloud.databricks.com", 443),
    "tab": ("evil.example\tx.cloud.databricks.com", 443),
    "line": ("evil.example\r\nHost: x.cloud.databricks.com", 443),
    "comma": ("127.0.0.1,x.cloud.databricks.com", 443),
    "semicolon": ("evil.example;x.cloud.databricks.com", 443),
    "resolve_injection": ("x.cloud.databricks.com:443:127.0.0.1", 443),
    "star": ("*.cloud.databricks.com", 443),
    "underscore": ("_x.cloud.databricks.com", 443),
    "fullwidth": ("x．cloud．databricks．com", 443),
    "other_script": ("x.cloud.databrіcks.com", 443),
    "soft_hyphen": ("x.cloud.data\u00adbricks.com", 443),
    "port_http": ("x.cloud.databricks.com", 80),
    "port_ssh": ("x.cloud.databricks.com", 22),
    "port_redis": ("x.cloud.databricks.com", 6379),
    "port_zero": ("x.cloud.databricks.com", 0),
    "port_highest": ("x.cloud.databricks.com", 2147483647),
    "port_wraps": ("x.cloud.databricks.com", 65979),
    "lab_on_another_port": (LAB, 443),
    "below_the_lab": (f"x.{LAB}", 8443),
}

# Names of Databricks' that lead elsewhere.
FORBIDDEN_ADDRESSES = {
    "loopback": ["127.0.0.1"],
    "metadata": ["169.254.169.254"],
    "azure_host": ["168.63.129.16"],
    "carrier": ["100.64.0.1"],
    "private_10": ["10.0.0.5"],
    "private_172": ["172.20.1.1"],
    "private_192": ["192.168.1.1"],
    "this_network": ["0.0.0.0"],
    "multicast": ["224.0.0.1"],
    "broadcast": ["255.255.255.255"],
    "private_behind_public": ["8.8.8.8", "10.0.0.1"],
    "private_before_public": ["10.0.0.1", "8.8.8.8"],
    "ipv6_loopback": ["::1"],
    "ipv6_mapped": ["::ffff:127.0.0.1"],
    "ipv6_nat64": ["64:ff9b::a9fe:a9fe"],
    "ipv6_6to4": ["2002:7f00:1::1"],
    "ipv6_teredo": ["2001:0:7f00:1::1"],
    "ipv6_local": ["fd00:ec2::254"],
    "ipv6_link": ["fe80::1"],
    "ipv6_private_beside_ipv4": ["8.8.8.8", "fd00::1"],
    "seventeen": [f"8.8.8.{i}" for i in range(1, 18)],
}


def databricks_name(row):
    return f"{row.replace('_', '-')}.cloud.databricks.com"


class Walled:
    """A server in a scripted net: what it dials ends in a trap."""

    def __init__(self, serve, folder):
        names = {name: ["8.8.8.8"] for name in
                 {host for host, _ in FORBIDDEN_NAMES.values() if " " not in host and
                  "\n" not in host and "\t" not in host}}
        names.update({databricks_name(row): addresses
                      for row, addresses in FORBIDDEN_ADDRESSES.items()})
        names["x.cloud.databricks.com"] = ["8.8.8.8"]
        names["rebinding.cloud.databricks.com"] = [["8.8.8.8"], ["127.0.0.1"]]
        names[LAB] = ["127.0.0.1"]
        self.net = ScriptedNet(folder, binary(), names)
        self.server = serve(env=self.net.environment(), test_connection_hosts=f"{LAB}:8443")

    def test(self, host, port=443):
        return run_test(self.server, connect(self.server, host, port))


@pytest.fixture(scope="module")
def walled(serve_for_module, tmp_path_factory):
    made = Walled(serve_for_module, tmp_path_factory.mktemp("net"))
    yield made
    # Of all that was tried by then: not one socket went to what was not dialled by name.
    assert set(made.net.connects()) <= {("8.8.8.8", 443), ("127.0.0.1", 8443)}
    assert b"Bearer" not in made.net.trap.received
    assert canary.MARK.encode() not in made.net.trap.received
    made.net.trap.close()


@pytest.mark.parametrize("row", FORBIDDEN_NAMES)
def test_forbidden_names(walled, row):
    """TEST-3: stored, and neither looked up nor dialled; no secret is used for them."""
    net, server = walled.net, walled.server
    before = (net.lookups(), net.connects(), net.trap.n_accepted)
    n_uses = len(server.rows("SELECT 1 FROM audit WHERE action = 'use_secret'"))
    results = walled.test(*FORBIDDEN_NAMES[row])
    assert statuses(results) == "FAIL FAIL FAIL"
    assert first_failure(results) == NOT_DATABRICKS
    assert (net.lookups(), net.connects(), net.trap.n_accepted) == before
    assert len(server.rows("SELECT 1 FROM audit WHERE action = 'use_secret'")) == n_uses


@pytest.mark.parametrize("row", FORBIDDEN_ADDRESSES)
def test_forbidden_addresses(walled, row):
    """TEST-3: one look-up, no packet."""
    net = walled.net
    before = (net.connects(), net.trap.n_accepted)
    n_lookups = len(net.lookups())
    results = walled.test(databricks_name(row))
    assert statuses(results) == "FAIL FAIL FAIL"
    assert first_failure(results) == BAD_ADDRESS
    assert net.lookups()[n_lookups:] == [databricks_name(row)]
    assert (net.connects(), net.trap.n_accepted) == before


def test_a_name_without_an_address(walled):
    """TEST-3: as in the published case P800, whose host is not there."""
    results = walled.test("example.cloud.databricks.com")
    assert statuses(results) == "FAIL FAIL FAIL" and first_failure(results) == NO_ADDRESS


def test_rebinding(walled):
    """TEST-3: the name has another address at the next look-up, and there is none."""
    net, name = walled.net, "rebinding.cloud.databricks.com"
    n_connects = len(net.connects())
    results = walled.test(name)
    # The trap took the connection and said nothing of TLS.
    assert statuses(results) == "FAIL FAIL FAIL"
    assert net.lookups().count(name) == 1
    assert set(net.connects()[n_connects:]) == {("8.8.8.8", 443)}


def test_the_operators_host_is_dialled_wherever_it_is(walled):
    """TEST-3: so the trap and its log do see what is dialled."""
    net = walled.net
    n_accepted = net.trap.n_accepted
    assert statuses(walled.test(LAB, 8443)) == "FAIL FAIL FAIL"
    assert net.connects()[-1] == ("127.0.0.1", 8443)
    wait_until(lambda: net.trap.n_accepted > n_accepted, 5, "the trap")
