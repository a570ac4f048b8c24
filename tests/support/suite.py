"""script/test: everything that must pass, whatever failed before it, and the count at the end.

    suite.py [all|unit|lint|e2e|browser] [arguments of meson test, or of pytest]

Where a part's full output is, is printed with its failures. The last line is `N passed, N failed`.
"""
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import analyse
import tally

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "build" / "results"
JOBS = len(os.sched_getaffinity(0))
# What the caller's shell says must not change what is tested.
FOREIGN = ("PARTNER_CONNECT_", "BASIC_", "PYTEST_", "MESON_TESTTHREADS", "DATABRICKS_", "PAT_TOKEN")
# Shown of what failed; the file holds all.
MAX_SHOWN_LINES = 60


def environment():
    env = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    env.update({
        "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_PROXY": "*",
        "no_proxy": "*",
        "MALLOC_PERTURB_": "165",  # meson would draw one
        "TZ": "UTC",
    })
    return env


def run(log_name, command, **more):
    """The exit status; the output goes to build/results/LOG_NAME.log."""
    with open(RESULTS / f"{log_name}.log", "wb") as log:
        return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                              stderr=subprocess.STDOUT, **more).returncode


def build(kind):
    """One result: the build has no warning and no error."""
    def part(_):
        status = run(f"build-{kind}", ["script/build", kind], env=environment())
        return tally.Tally(passed=1) if status == 0 else tally.Tally(failures=[f"build: {kind}"])
    return part


def unit(kind):
    """The unit tests of a build, each row a result."""
    def part(arguments):
        folder = ROOT / "build" / kind
        testlog = folder / "meson-logs" / "testlog.json"
        testlog.unlink(missing_ok=True)
        status = run(f"unit-{kind}",
                     ["meson", "test", "-C", str(folder), "--no-rebuild", "--num-processes",
                      str(JOBS), "--timeout-multiplier", "4", "--print-errorlogs", *arguments],
                     env=environment())
        found = tally.of_meson(testlog)
        if status != 0 and not found.failures:
            found.failures.append(f"meson test: exit status {status}")
        if not (found.passed or found.failed or found.skipped):
            found.failures.append("meson test: no test was run")
        return found
    return part


def pytest(name, *folders):
    """Tests of pytest, each a result."""
    def part(arguments):
        report = RESULTS / f"{name}.xml"
        env = environment()
        env["PARTNER_CONNECT_BIN"] = str(ROOT / "build" / "test" / "src" / "partner-connect")
        status = run(name, ["/usr/bin/python3", "-m", "pytest", "-p", "no:cacheprovider", "-q",
                            "--color=no", "--tb=short", "-ra", f"--junit-xml={report}",
                            *folders, *arguments], env=env)
        return tally.of_junit(report, status)
    return part


def analysis(_):
    found, report = analyse.analyse(ROOT, ROOT / "build" / "clang", JOBS)
    (RESULTS / "analysis.log").write_text(report)
    return found


def canary(_):
    """No marked secret of the tests is in what the tests left for people to read."""
    status = run("canary", ["/usr/bin/python3", "-B", "tests/support/canary.py",
                            str(RESULTS)], env=environment())
    return tally.Tally(passed=1) if status == 0 else tally.Tally(failures=["canary: a secret"])


# Part, what is printed, the name of its log, what it does, who else must have passed first.
PARTS = (
    ("lint", "lints", "lint", pytest("lint", "tests/lint", "tests/support"), None),
    ("unit e2e browser", "build, gcc with ASan and UBSan", "build-test", build("test"), None),
    ("unit", "unit tests, gcc with ASan and UBSan", "unit-test", unit("test"), "build-test"),
    ("unit lint", "build, clang", "build-clang", build("clang"), None),
    ("unit", "unit tests, clang", "unit-clang", unit("clang"), "build-clang"),
    ("", "build, release", "build-release", build("release"), None),
    ("lint", "clang-format, clang-tidy, cppcheck", "analysis", analysis, None),
    ("e2e", "whole-program tests", "e2e", pytest("e2e", "tests/e2e", "tests/pg"), "build-test"),
    ("browser", "pages in a browser", "browser", pytest("browser", "tests/browser"), "build-test"),
    ("e2e", "secrets in the reports of all these", "canary", canary, None),
)


def show(log_name, found):
    lines = (RESULTS / f"{log_name}.log").read_text(errors="replace").splitlines()
    if log_name == "analysis":  # what was found, without the way to it
        lines = sorted({line for line in lines if re.search(r": (error|warning): ", line)})
    for line in lines[-MAX_SHOWN_LINES:]:
        print(f"    {line}")
    for failure in found.failures:
        print(f"  FAILED {failure}")
    print(f"  all of it: build/results/{log_name}.log", flush=True)


def perform(chosen, arguments):
    total = tally.Tally()
    broken = set()
    for groups, title, log_name, part, needs in PARTS:
        if chosen != "all" and chosen not in groups.split():
            continue
        started = time.monotonic()
        if needs in broken:
            found = tally.Tally(failures=[f"{title}: not run, for its build failed"])
            (RESULTS / f"{log_name}.log").write_text("not run\n")
        else:
            # Arguments are for the tests that were named, not for what they need.
            found = part(arguments if not log_name.startswith("build") else [])
        seconds = time.monotonic() - started
        skipped = f", {found.skipped} skipped" if found.skipped else ""
        print(f"{title:40} {found.passed:5} passed, {found.failed} failed{skipped}"
              f"  ({seconds:.1f} s)", flush=True)
        if found.failed:
            broken.add(log_name)
            show(log_name, found)
        total.add(found)
    return total


def main():
    chosen = sys.argv[1] if len(sys.argv) > 1 else "all"
    if chosen not in ("all", "unit", "lint", "e2e", "browser"):
        print("usage: script/test [all|unit|lint|e2e|browser] [arguments of meson test or pytest]",
              file=sys.stderr)
        return 2
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    total = perform(chosen, sys.argv[2:])
    if total.skipped:
        print(f"{total.skipped} skipped")
    print(f"{total.passed} passed, {total.failed} failed")
    return 0 if total.passed and not total.failed else 1


if __name__ == "__main__":
    sys.exit(main())
