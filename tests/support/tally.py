"""Counting what passed: rows of unit tests, tests of pytest, files of a lint.

A count is never better than what happened: a program that crashed after its last good row, rows that
were planned and did not come, a pytest that died are each a failure of their own.
"""
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROW = re.compile(r"^(not )?ok\b(?:\s+\d+)?(?:\s+-)?\s*([^#]*?)\s*(?:#\s*(\w+).*)?$")
PLAN = re.compile(r"^1\.\.(\d+)\b")


class Tally:
    """passed, failed and skipped of one part, and what the failures are called."""

    def __init__(self, passed=0, failures=(), skipped=0):
        self.passed = passed
        self.failures = list(failures)
        self.skipped = skipped

    def add(self, other):
        self.passed += other.passed
        self.failures += other.failures
        self.skipped += other.skipped
        return self

    @property
    def failed(self):
        return len(self.failures)


def of_tap(name, output):
    """The rows of one TAP program, and how many of its plan did not come."""
    tally = Tally()
    planned = None
    n_rows = 0
    for line in output.splitlines():
        plan = PLAN.match(line)
        row = ROW.match(line)
        if plan:
            planned = (planned or 0) + int(plan[1])
        elif row:
            n_rows += 1
            if (row[3] or "").lower().startswith("skip"):
                tally.skipped += 1
            elif row[1]:
                tally.failures.append(f"{name}: {row[2]}")
            else:
                tally.passed += 1
    for _ in range((planned or 0) - n_rows):
        tally.failures.append(f"{name}: a planned row did not come")
    return tally, n_rows


def of_meson_test(result):
    """One line of meson's testlog.json: a program with its rows, or a test without rows."""
    name = result["name"]
    tally, n_rows = of_tap(name, result.get("stdout") or "")
    if result["result"] == "SKIP" and not tally.failures:
        return Tally(skipped=max(1, n_rows))
    is_good = result["result"] in ("OK", "EXPECTEDFAIL")
    if is_good and not n_rows:
        return Tally(passed=1)
    if not is_good and not tally.failures:
        tally.failures.append(f"{name}: {result['result']}, exit status {result['returncode']}")
    return tally


def of_meson(testlog):
    """meson-logs/testlog.json; a log that is not there holds nothing."""
    tally = Tally()
    if Path(testlog).exists():
        for line in Path(testlog).read_text().splitlines():
            tally.add(of_meson_test(json.loads(line)))
    return tally


def of_junit(report, status):
    """pytest's report; @status is its exit status, for a pytest that died leaves no report."""
    tally = Tally()
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))
    except (FileNotFoundError, ElementTree.ParseError):
        cases = []
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            tally.failures.append(f"{case.get('classname')}::{case.get('name')}")
        elif case.find("skipped") is not None:
            tally.skipped += 1
        else:
            tally.passed += 1
    if status != 0 and not tally.failures:
        tally.failures.append(f"pytest: exit status {status}")
    return tally
