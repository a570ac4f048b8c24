#!/usr/bin/python3
"""tokens.py [ROOT]: nothing in the tree looks like a secret that works.

Scanners of others raise an alarm on a token by its shape, and a reader cannot tell a real one from
an invented one. Samples say that they are samples; tests make their tokens while they run.
"""
import re
from pathlib import Path

import tree

SHAPES = (
    ("a personal access token", re.compile(rb"\bdapi[0-9a-f]{32}", re.IGNORECASE)),
    ("an OAuth secret", re.compile(rb"\bdose[0-9a-f]{32}", re.IGNORECASE)),
    ("a private key", re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("an AWS key id", re.compile(rb"\bAKIA[0-9A-Z]{16}\b")),
)


def check(root):
    problems = []
    for path in tree.files(root):
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            for what, shape in SHAPES:
                if shape.search(line):
                    problems.append(f"{path.relative_to(root)}:{number}: looks like {what}")
    return problems


if __name__ == "__main__":
    tree.main(check)
