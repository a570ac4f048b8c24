"""What every lint needs: the files of the tree, and C without its comments.

Not here: any rule. Each lint is a file of its own, with check(root) -> ["file:line: what is wrong"].
"""
import os
import re
import sys
from pathlib import Path

SKIPPED_DIRS = {".git", "build", "__pycache__", ".partner-connect", ".cache", ".pytest_cache"}

C_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<include>^[ \t]*\#[ \t]*include[^\n]*)
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>'(?:\\.|[^'\\\n])*')""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)


def files(root, *suffixes, under=""):
    """The files below root/under, sorted, as paths; all of them without a suffix."""
    found = []
    for folder, dirs, names in os.walk(Path(root) / under):
        dirs[:] = sorted(d for d in dirs if d not in SKIPPED_DIRS and not d.startswith("build-"))
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_symlink() or (suffixes and not name.endswith(suffixes)):
                continue
            found.append(path)
    return found


def text_files(root):
    """(path, bytes) of every file that is text."""
    for path in files(root):
        content = path.read_bytes()
        if b"\0" not in content:
            yield path, content


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def c_code(source):
    """The source with comments, strings and characters blanked: lines keep their numbers."""
    def replace(match):
        return match[0] if match.lastgroup == "include" else _blank(match[0])
    return C_TOKEN.sub(replace, source)


def c_strings(source):
    """(line, content) of every string literal; neighbours are joined as the compiler joins them."""
    joined = []
    end = None
    for match in C_TOKEN.finditer(source):
        if match.lastgroup == "comment":
            continue
        if match.lastgroup != "string":
            end = None
            continue
        between = None if end is None else C_TOKEN.sub("", source[end:match.start()])
        if joined and between is not None and not between.strip(" \t\n\\"):
            joined[-1] = (joined[-1][0], joined[-1][1] + match[0][1:-1])
        else:
            joined.append((source.count("\n", 0, match.start()) + 1, match[0][1:-1]))
        end = match.end()
    return joined


def is_c_test(path):
    return path.name.endswith(("_test.c", "_test.h"))


def main(check):
    """[ROOT]: prints each violation, exits 1 when there is one."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2])
    problems = check(root)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
