"""What the lints see of a C file."""
import pytest

import tree


@pytest.mark.parametrize("source, code", [
    ("a /* b */ c", "a         c"),
    ("a // b\nc", "a     \nc"),
    ('f("/* no */", x)', 'f(          , x)'),
    ("'\"' + x", "    + x"),
    ('#include "a/b.h"', '#include "a/b.h"'),
    ('"\\"time(" + y', "          + y"),
], ids=["block", "line", "string", "char", "include", "escape"])
def test_code_keeps_its_columns(source, code):
    assert tree.c_code(source) == code


def test_lines_keep_their_numbers():
    source = "a\n/* one\ntwo */\nb\n"
    assert tree.c_code(source).splitlines()[3] == "b"


@pytest.mark.parametrize("source, strings", [
    ('f("a" "b")', [(1, "ab")]),
    ('f("a"\n  /* why */ "b")', [(1, "ab")]),
    ('f("a", "b")', [(1, "a"), (1, "b")]),
    ('/* "no" */ x', []),
    ('\n\nf("c")', [(3, "c")]),
], ids=["joined", "joined_over_lines", "apart", "in_a_comment", "line_number"])
def test_strings(source, strings):
    assert tree.c_strings(source) == strings


def test_build_directories_are_not_looked_at(tree_of):
    made = tree_of({"src/a.c": "", "build/test/b.c": "", "build-mine/c.c": "", ".git/d.c": ""})
    assert [path.name for path in tree.files(made.root, ".c")] == ["a.c"]
