"""rooms.py fails on what it is there for, and the tree passes it."""
import subprocess
import sys

import pytest

import rooms

ROOMS = "# the walls\nbase : \ncore : base  # no I/O\nhttp : base\nmain.c : core\n"
CLEAN = {
    "src/ROOMS": ROOMS,
    "src/base/str.h": "#include <stddef.h>\n",
    "src/core/connect.c": '#include "core/connect.h"\n\n#include "base/str.h"\n',
    "src/core/connect.h": '#include "base/str.h"\n',
    "src/core/connect_test.c": '#include "core/connect.h"\n\n#include "support/rows.h"\n',
    "src/http/http.h": '#include "base/str.h"\n',
    "src/main.c": '#include "core/connect.h"\n',
}


def test_the_tree_keeps_its_walls(tree_passes):
    tree_passes(rooms.check)


def test_a_clean_tree_passes(tree_of):
    assert rooms.check(tree_of(CLEAN).root) == []


@pytest.mark.parametrize("changes, problem", [
    ({"src/core/connect.c": '/* c */\n#include "http/http.h"\n'},
     'src/core/connect.c:2: #include "http/http.h": core may not see http'),
    ({"src/base/str.h": '#  include "core/connect.h"\n'},
     'src/base/str.h:1: #include "core/connect.h": base may not see core'),
    ({"src/main.c": '#include "base/str.h"\n'},
     'src/main.c:1: #include "base/str.h": main.c may not see base'),
    ({"src/core/connect_test.c": '#include "http/http.h"\n'},
     'src/core/connect_test.c:1: #include "http/http.h": core may not see http'),
    ({"src/core/connect.c": '#include "support/rows.h"\n'},
     'src/core/connect.c:1: #include "support/rows.h": src/ROOMS knows no room support'),
    ({"src/core/connect.c": '#include "connect.h"\n'},
     'src/core/connect.c:1: #include "connect.h" does not name its room: "room/file.h"'),
    ({"src/core/connect.c": '#include "../http/http.h"\n'},
     'src/core/connect.c:1: #include "../http/http.h" does not name its room: "room/file.h"'),
    ({"src/core/connect.c": '#include "core/../http/http.h"\n'},
     'src/core/connect.c:1: #include "core/../http/http.h" does not name its room: "room/file.h"'),
    ({"src/attic/old.c": "\n"},
     "src/attic/old.c:1: src/ROOMS has no row for attic"),
    ({"src/ROOMS": ROOMS + "hub : base\n"},
     "src/ROOMS:6: there is no room hub in src/"),
    ({"src/ROOMS": ROOMS.replace("base : ", "base : http")},
     "src/ROOMS:2: base sees http, which is not above it"),
    ({"src/ROOMS": ROOMS.replace("core : base", "core : base vault")},
     "src/ROOMS:3: core sees vault, which has no row"),
    ({"src/ROOMS": ROOMS + "http : base core\n"},
     "src/ROOMS:6: http has two rows"),
    ({"src/ROOMS": ROOMS + "everything goes\n"},
     "src/ROOMS:6: not a row `room : rooms`"),
    ({"src/core/connect.c": "\n" * 601},
     "src/core/connect.c:601: 601 lines, at most 600: what second idea lives in it?"),
], ids=["forbidden", "upwards", "main", "in_a_test", "harness_in_code", "no_room", "relative",
        "round_the_corner", "no_row", "no_files", "circle", "unknown_row", "two_rows", "no_sense",
        "too_long"])
def test_finds(tree_of, changes, problem):
    assert rooms.check(tree_of({**CLEAN, **changes}).root) == [problem]


def test_600_lines_are_not_too_long(tree_of):
    assert rooms.check(tree_of({**CLEAN, "src/core/connect.c": "\n" * 600}).root) == []


def test_the_command_fails_and_says_where(tree_of):
    made = tree_of({**CLEAN, "src/http/http.h": '#include "core/connect.h"\n'})
    run = subprocess.run([sys.executable, rooms.__file__, str(made.root)],
                         stdout=subprocess.PIPE, text=True)
    assert (run.returncode, run.stdout) == (
        1, 'src/http/http.h:1: #include "core/connect.h": http may not see core\n')
