"""The count that script/test ends with is never better than what happened."""
import json

import pytest

import tally


def counts(found):
    return (found.passed, found.failed, found.skipped)


def meson(stdout, result="OK", returncode=0):
    return tally.of_meson_test(
        {"name": "x_test", "stdout": stdout, "result": result, "returncode": returncode})


@pytest.mark.parametrize("stdout, result, returncode, want", [
    ("1..2\nok 1 - a\nok 2 - b\n", "OK", 0, (2, 0, 0)),
    ("1..2\nok 1 - a\nnot ok 2 - b\n# why\n", "FAIL", 1, (1, 1, 0)),
    ("1..2\nok 1 - a\nok 2 - b\n", "ERROR", 1, (2, 1, 0)),
    ("1..3\nok 1 - a\n", "ERROR", -6, (1, 2, 0)),
    ("1..2\nok 1 - a\n", "OK", 0, (1, 1, 0)),
    ("1..2\nok 1 - a\nok 2 - b # SKIP no server\n", "OK", 0, (1, 0, 1)),
    ("1..1\nnot ok 1 # SKIP\n", "SKIP", 0, (0, 0, 1)),
    ("", "OK", 0, (1, 0, 0)),
    ("", "FAIL", 1, (0, 1, 0)),
    ("", "SKIP", 77, (0, 0, 1)),
    ("1..2\nok 1 - a\n", "TIMEOUT", -15, (1, 1, 0)),
    ("TAP version 13\n1..1\nok 1 - a\n1..1\nok 1 - b\n", "OK", 0, (2, 0, 0)),
    ("okay then\n1..1\nok 1 - a\n", "OK", 0, (1, 0, 0)),
], ids=["good", "bad_row", "leak_at_exit", "crash", "short_plan", "skipped_row", "skipped_program",
        "exit_code", "exit_code_bad", "exit_code_skipped", "timeout", "two_groups", "talk"])
def test_a_program(stdout, result, returncode, want):
    assert counts(meson(stdout, result, returncode)) == want


def test_failures_have_names():
    assert meson("1..1\nnot ok 1 - unknown_connection\n", "FAIL", 1).failures == [
        "x_test: unknown_connection"]


def test_a_log_adds_up(tmp_path):
    log = tmp_path / "testlog.json"
    line = json.dumps({"name": "a", "stdout": "1..1\nok 1\n", "result": "OK", "returncode": 0})
    log.write_text(f"{line}\n{line}\n")
    assert counts(tally.of_meson(log)) == (2, 0, 0)
    assert counts(tally.of_meson(tmp_path / "absent")) == (0, 0, 0)


@pytest.mark.parametrize("cases, status, want", [
    ('<testcase classname="m" name="a"/><testcase classname="m" name="b"/>', 0, (2, 0, 0)),
    ('<testcase classname="m" name="a"><failure/></testcase>', 1, (0, 1, 0)),
    ('<testcase classname="m" name="a"><error/></testcase>', 1, (0, 1, 0)),
    ('<testcase classname="m" name="a"><skipped/></testcase>', 0, (0, 0, 1)),
    ('<testcase classname="m" name="a"/>', 3, (1, 1, 0)),
    ("", 5, (0, 1, 0)),
], ids=["good", "failure", "error", "skipped", "died_at_the_end", "nothing"])
def test_a_report(tmp_path, cases, status, want):
    report = tmp_path / "report.xml"
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    assert counts(tally.of_junit(report, status)) == want


@pytest.mark.parametrize("content", [None, "<testsuites><testsuite>"], ids=["absent", "cut"])
def test_a_pytest_that_died_is_a_failure(tmp_path, content):
    report = tmp_path / "report.xml"
    if content:
        report.write_text(content)
    assert counts(tally.of_junit(report, -9)) == (0, 1, 0)
