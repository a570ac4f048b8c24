"""changelog.py fails on what it is there for, and the history passes it."""
import os
import subprocess

import pytest

import changelog


@pytest.fixture
def history_of(tmp_path):
    """history_of([message, ...]): a repository with a commit for each."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    for who in ("AUTHOR", "COMMITTER"):
        env[f"GIT_{who}_NAME"], env[f"GIT_{who}_EMAIL"] = "Ann", "ann@example.com"

    def git(*args):
        subprocess.run(["git", "-C", str(tmp_path), *args], env=env, check=True,
                       stdout=subprocess.DEVNULL)

    def make(messages):
        git("init", "-q", "-b", "main")
        for message in messages:
            git("commit", "-q", "--allow-empty", "-m", message)
        return tmp_path
    return make


def test_every_commit_has_its_line(tree_passes):
    tree_passes(changelog.check)


@pytest.mark.parametrize("message", [
    "a: b\n\nc\n\nChangelog-Added: d",
    "a: b\n\nChangelog-Fixed: d\nChangelog-Changed: e",
    "a: b\n\nc\n\nChangelog-None",
], ids=["added", "two", "none"])
def test_lets_pass(history_of, message):
    assert changelog.check(history_of(["first", message])) == []


@pytest.mark.parametrize("message, what", [
    ("a: b", "has no Changelog- line"),
    ("a: b\n\nChangelog-Improved: d", "has no Changelog- line"),
    ("a: b\n\nChangelog-Added:", "has no Changelog- line"),
    ("a: b\n\nit has no Changelog-None line", "has no Changelog- line"),
    ("a: b\n\nChangelog-Added: d\nChangelog-None", "has both an entry and Changelog-None"),
], ids=["absent", "unknown_kind", "empty", "in_the_text", "both"])
def test_finds(history_of, message, what):
    problems = changelog.check(history_of(["first", message]))
    assert len(problems) == 1 and problems[0].endswith(f"`a: b` {what}")


def test_the_first_commit_and_a_copy_without_history_pass(history_of, tmp_path):
    assert changelog.check(tmp_path) == []
    assert changelog.check(history_of(["first"])) == []


def test_an_entry_goes_on_in_indented_lines():
    assert changelog.entries(["text", "Changelog-Added: one", "  more", "Changelog-Fixed: two"]) == [
        ("Added", "one more"), ("Fixed", "two")]
