"""smells.py fails on what it is there for, and the tree passes it."""
import pytest

import smells


def test_the_tree_does_not_smell(tree_passes):
    tree_passes(smells.check)


@pytest.mark.parametrize("name, content, line, what", [
    ("src/api/x.c", 'f("SELECT id FROM account");\n', 1, "SQL outside src/store/"),
    ("src/api/x.c", '\nf("SELECT id"\n  " FROM account");\n', 2, "SQL outside src/store/"),
    ("src/api/x.c", 'f("PRAGMA journal_mode");\n', 1, "SQL outside src/store/"),
    ("src/api/x_test.c", 'f("INSERT INTO account");\n', 1, "SQL outside src/store/"),
    ("src/core/x.c", "t = time(NULL);\n", 1, "time(): take the time from base/clock.h"),
    ("src/core/x.c", "clock_gettime (CLOCK_REALTIME, &t);\n", 1, "clock_gettime (): take the time"),
    ("src/store/x.c", 'getenv("HOME");\n', 1, "getenv(): settings come in through cli/"),
    ("src/base/rng.c", 'secure_getenv("HOME");\n', 1, "secure_getenv(): settings come in"),
    ("src/base/x.c", "/* TO" "DO: later */\n", 1, "unfinished work"),
    ("docs/x.md", "one\nFIX" "ME\n", 2, "unfinished work"),
    ("docs/x.md", b"one\r\ntwo\n", 1, "CRLF"),
    ("src/base/x.c", "int a; \n", 1, "trailing blanks"),
    ("src/base/x.c", "int a;\n\t\n", 2, "trailing blanks"),
    ("script/x", "a\nb", 2, "the last line has no end"),
], ids=["sql", "sql_over_lines", "pragma", "sql_in_a_test", "time", "clock_gettime", "getenv",
        "secure_getenv", "mark", "mark_in_prose", "crlf", "blank", "tab", "no_newline"])
def test_finds(tree_of, name, content, line, what):
    problems = smells.check(tree_of({name: content}).root)
    assert len(problems) == 1
    assert problems[0].startswith(f"{name}:{line}: {what}")


@pytest.mark.parametrize("name, content", [
    ("src/store/db_sqlite.c", 'f("PRAGMA journal_mode");\n'),
    ("src/api/x.c", 'f("SELECT"), g("USE_CATALOG"), h("please select one from these");\n'),
    ("src/api/x.c", "/* INSERT INTO is what the store does */\n"),
    ("src/core/x.c", "instant_of_time(t); self->time(self); /* time() */\n"),
    ("src/base/clock.c", "clock_gettime(CLOCK_MONOTONIC, &t);\n"),
    ("src/http/x.c", "clock_gettime(CLOCK_MONOTONIC, &until);\n"),
    ("src/cli/settings.c", 'getenv("HOME");\n'),
    ("src/base/x.c", 'char path[] = "/tmp/x-XX' 'XXXX";\n'),
    ("tests/fixtures/crlf.http", b"GET / HTTP/1.1\r\n\r\n"),
    ("docs/x.png", b"\x89PNG\0 \r\n"),
    ("src/base/empty.c", ""),
], ids=["sql_at_home", "words_of_the_api", "sql_in_a_comment", "other_time", "clock_at_home", "deadline",
        "getenv_at_home", "mkstemp", "fixture", "picture", "empty"])
def test_lets_pass(tree_of, name, content):
    assert smells.check(tree_of({name: content}).root) == []
