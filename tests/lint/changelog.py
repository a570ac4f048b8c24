#!/usr/bin/python3
"""changelog.py [ROOT]: every commit says what it means for the changelog.

`Changelog-Added: ...` (Changed, Fixed, Removed), or `Changelog-None`. The first commit of all is let
pass. script/changelog reads the same lines.
"""
import re
import subprocess
from pathlib import Path

import tree

KINDS = ("Added", "Changed", "Fixed", "Removed")
ENTRY = re.compile(r"^Changelog-(" + "|".join(KINDS) + r"): (\S.*)$")
NONE = "Changelog-None"


def commits(root, *revisions):
    """[(id, subject, body lines)], the newest first."""
    log = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(root), "log", "--no-merges", "-z",
         "--format=%h%n%s%n%b", *revisions],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    found = []
    for commit in log.split("\0"):
        lines = commit.splitlines()
        if len(lines) >= 2:
            found.append((lines[0], lines[1], lines[2:]))
    return found


def entries(lines):
    """[(kind, text)] of a commit; an entry goes on in indented lines."""
    found = []
    is_open = False
    for line in lines:
        entry = ENTRY.match(line)
        if entry:
            found.append((entry[1], entry[2].strip()))
        elif is_open and line[:1] in (" ", "\t") and line.strip():
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        is_open = bool(entry) or (is_open and line[:1] in (" ", "\t"))
    return found


def check(root):
    problems = []
    if not (Path(root) / ".git").exists():
        return problems
    for commit, subject, lines in commits(root, "HEAD")[:-1]:
        has_none = any(line.rstrip() == NONE for line in lines)
        n_entries = len(entries(lines))
        if not has_none and not n_entries:
            problems.append(f"{commit}: `{subject}` has no Changelog- line")
        elif has_none and n_entries:
            problems.append(f"{commit}: `{subject}` has both an entry and {NONE}")
    return problems


if __name__ == "__main__":
    tree.main(check)
