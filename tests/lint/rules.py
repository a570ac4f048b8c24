#!/usr/bin/python3
"""rules.py [ROOT]: docs/rules.md against the code and the tests that cite it.

Every cited rule exists, every rule is cited by code under src/ that is no test and by a test; no
number is given twice and each rule names its source. Code may cite a table's rules at once,
`CONNECT-1 to CONNECT-16`; a test names each. tests/lint/ is not looked at: its own tests cite rules
that they make up.
"""
import re
from pathlib import Path

import tree

ROW = re.compile(r"^\| ([A-Z]+-[0-9]+) \| (.*) \| (.*) \|$")
SOURCE = re.compile(r"^(contract|design) section [0-9]+(, (contract|design) section [0-9]+)*$")
RANGE = re.compile(r"\b([A-Z]+)-([0-9]+) to \1-([0-9]+)\b")
CODE_SUFFIXES = (".c", ".h", ".sql")


def read_rules(root, problems):
    """{rule: line} of docs/rules.md."""
    rules = {}
    for number, line in enumerate((Path(root) / "docs" / "rules.md").read_text().splitlines(), 1):
        row = ROW.match(line)
        if not row:
            continue
        where = f"docs/rules.md:{number}: {row[1]}"
        if row[1] in rules:
            problems.append(f"{where} is given twice, first in line {rules[row[1]]}")
        else:
            rules[row[1]] = number
        if not row[2].strip():
            problems.append(f"{where} says nothing")
        if not SOURCE.match(row[3].strip()):
            problems.append(f"{where} names no source (`contract section N`, `design section N`)")
    return rules


def citing_files(root):
    """(path, is it a test) of all that may cite a rule."""
    for path in tree.files(root, *CODE_SUFFIXES, under="src"):
        yield path, tree.is_c_test(path)
    for path in tree.files(root, under="tests"):
        if Path(root) / "tests" / "lint" not in path.parents:
            yield path, True


def spread(line):
    """The line with each `X-1 to X-3` written out."""
    def write_out(match):
        return " ".join(f"{match[1]}-{n}" for n in range(int(match[2]), int(match[3]) + 1))
    return RANGE.sub(write_out, line)


def check(root):
    problems = []
    rules = read_rules(root, problems)
    if not rules:
        return problems + ["docs/rules.md:1: holds no rule"]
    families = "|".join(sorted({rule.split("-")[0] for rule in rules}))
    citation = re.compile(rf"(?<![A-Za-z0-9_-])(?:{families})-[0-9]+(?![0-9A-Za-z_])")
    in_code, in_tests = set(), set()
    for path, is_test in citing_files(root):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for rule in citation.findall(line if is_test else spread(line)):
                (in_tests if is_test else in_code).add(rule)
                if rule not in rules:
                    problems.append(f"{path.relative_to(root)}:{number}: there is no rule {rule}")
    for rule, number in rules.items():
        if rule not in in_code:
            problems.append(f"docs/rules.md:{number}: {rule} is cited by no code under src/")
        if rule not in in_tests:
            problems.append(f"docs/rules.md:{number}: {rule} is cited by no test")
    return problems


if __name__ == "__main__":
    tree.main(check)
