"""tokens.py fails on what it is there for, and the tree passes it."""
import pytest

import tokens


def test_the_tree_holds_no_token(tree_passes):
    tree_passes(tokens.check)


@pytest.mark.parametrize("token, what", [
    ("dapi" + "0123456789abcdef" * 2, "a personal access token"),
    ("DAPI" + "0123456789ABCDEF" * 2 + "-2", "a personal access token"),
    ("dose" + "f" * 32, "an OAuth secret"),
    ("-----BEGIN " + "RSA PRIVATE KEY-----", "a private key"),
    ("-----BEGIN " + "PRIVATE KEY-----", "a private key"),
    ("AKIA" + "A1" * 8, "an AWS key id"),
], ids=["pat", "pat_upper_case", "oauth", "rsa", "pkcs8", "aws"])
def test_finds(tree_of, token, what):
    made = tree_of({"tests/fixtures/a.json": f'{{\n"token": "{token}"\n}}\n'})
    assert tokens.check(made.root) == [f"tests/fixtures/a.json:2: looks like {what}"]


@pytest.mark.parametrize("text", [
    "dapi00000000example-not-a-token", "dapi0123", "dose-of-salt", "-----BEGIN " + "CERTIFICATE-----",
])
def test_lets_pass(tree_of, text):
    assert tokens.check(tree_of({"docs/a.md": text}).root) == []
