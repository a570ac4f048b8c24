#!/usr/bin/python3
"""smells.py [ROOT]: what is sent back on sight, as far as a line of text shows it.

SQL outside src/store/, the clock and the environment outside their homes, marks of unfinished work,
line ends, trailing blanks. Left to the compilers and clang-tidy: everything that needs a parser.
"""
import re
from pathlib import Path

import tree

SQL = re.compile(
    r"\bSELECT\b.+\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.+\bSET\b|\bDELETE FROM\b"
    r"|\b(?:CREATE|ALTER|DROP) (?:UNIQUE )?(?:TABLE|INDEX|TRIGGER|VIEW)\b"
    r"|\bPRAGMA [a-z]|\bBEGIN (?:IMMEDIATE|EXCLUSIVE)\b|\b(?:ROLLBACK|RELEASE) TO\b|\bSAVEPOINT [a-z]")

# Call, who may make it (path prefixes below src/), and where everybody else gets it from.
CALLS = (
    (re.compile(r"(?<![\w.>])(?:(?:time|gettimeofday|timespec_get)\s*\("
                # pthread_cond_timedwait() waits by the machine's monotonic clock, moved or not.
                r"|clock_gettime\s*\((?!CLOCK_MONOTONIC))"),
     ("base/clock.c",), "take the time from base/clock.h"),
    (re.compile(r"(?<![\w.>])(?:secure_)?getenv\s*\("),
     ("cli/", "base/fault.c", "base/log.c"), "settings come in through cli/"),
)

# Spelled apart so that this file does not smell of itself.
MARKS = re.compile(r"\b(?:" + "|".join(("TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK")) + r")\b")

# Inputs of tests are kept byte for byte.
KEPT_AS_THEY_ARE = ("tests/fixtures/", "tests/fuzz/", "tests/golden/")


def check_c(name, source, problems):
    inside = name[len("src/"):]
    if not inside.startswith("store/"):
        for line, content in tree.c_strings(source):
            if SQL.search(content):
                problems.append(f"{name}:{line}: SQL outside src/store/: name it in src/store/sql/")
    for number, line in enumerate(tree.c_code(source).splitlines(), 1):
        for call, homes, advice in CALLS:
            found = call.search(line)
            if found and not inside.startswith(homes):
                problems.append(f"{name}:{number}: {found[0].strip()}): {advice}")


def check_text(name, content, problems):
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.endswith(b"\r"):
            problems.append(f"{name}:{number}: CRLF: lines end in LF")
        elif line != line.rstrip(b" \t"):
            problems.append(f"{name}:{number}: trailing blanks")
        if MARKS.search(line.decode(errors="replace")):
            problems.append(f"{name}:{number}: unfinished work goes into the tracker")
    if content and not content.endswith(b"\n"):
        problems.append(f"{name}:{content.count(10) + 1}: the last line has no end")


def check(root):
    problems = []
    for path, content in tree.text_files(root):
        name = path.relative_to(root).as_posix()
        if not name.startswith(KEPT_AS_THEY_ARE):
            check_text(name, content, problems)
        if name.startswith("src/") and name.endswith((".c", ".h")):
            check_c(name, content.decode(errors="replace"), problems)
    return problems


if __name__ == "__main__":
    tree.main(check)
