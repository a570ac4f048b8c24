#!/usr/bin/python3
"""rooms.py [ROOT]: the walls between the rooms of src/, as src/ROOMS draws them.

A room includes only what its row names; every room has a row and every row a room; the arrows go
one way; no file is longer than a reader's patience.
"""
import re
from pathlib import Path

import tree

MAX_LINES = 600
ROW = re.compile(r"^([a-z][a-z0-9_.]*)\s*:\s*(.*)$")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]*)"')
# What only tests may include besides rooms: folders of tests/ that hold what tests share.
TEST_PREFIXES = ("support/", "fuzz/", "tests/")


def read_rooms(root, problems):
    """{room: (line, [rooms it may see])} of src/ROOMS."""
    rooms = {}
    path = Path(root) / "src" / "ROOMS"
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        row = ROW.match(line)
        if not row:
            problems.append(f"src/ROOMS:{number}: not a row `room : rooms`")
        elif row[1] in rooms:
            problems.append(f"src/ROOMS:{number}: {row[1]} has two rows")
        else:
            rooms[row[1]] = (number, row[2].split())
    return rooms


def check_rows(rooms, problems):
    """Rows name only rows above them, so the arrows cannot run in a circle."""
    above = set()
    for room, (number, seen) in rooms.items():
        for other in seen:
            if other not in rooms:
                problems.append(f"src/ROOMS:{number}: {room} sees {other}, which has no row")
            elif other not in above:
                problems.append(f"src/ROOMS:{number}: {room} sees {other}, which is not above it")
        above.add(room)


def room_of(src, path):
    """A file straight in src/ is a room of its own, named like the file."""
    return path.relative_to(src).parts[0]


def check_include(rooms, room, target, is_test):
    """What is wrong with this include, or None."""
    other = target.split("/")[0]
    if is_test and target.startswith(TEST_PREFIXES):
        return None
    if "/" not in target or ".." in target.split("/") or other.startswith("."):
        return f'#include "{target}" does not name its room: "room/file.h"'
    if other not in rooms:
        return f'#include "{target}": src/ROOMS knows no room {other}'
    if other != room and other not in rooms[room][1]:
        return f'#include "{target}": {room} may not see {other}'
    return None


def check_file(rooms, room, name, path, problems):
    lines = path.read_text(errors="replace").splitlines()
    if len(lines) > MAX_LINES:
        problems.append(f"{name}:{MAX_LINES + 1}: {len(lines)} lines, at most {MAX_LINES}: "
                        "what second idea lives in it?")
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if include and room in rooms:
            problem = check_include(rooms, room, include[1], tree.is_c_test(path))
            if problem:
                problems.append(f"{name}:{number}: {problem}")


def check(root):
    problems = []
    src = Path(root) / "src"
    rooms = read_rooms(root, problems)
    check_rows(rooms, problems)
    inhabited = set()
    for path in tree.files(src, ".c", ".h"):
        name = path.relative_to(root)
        room = room_of(src, path)
        if room not in rooms and room not in inhabited:
            problems.append(f"{name}:1: src/ROOMS has no row for {room}")
        inhabited.add(room)
        check_file(rooms, room, name, path, problems)
    for room, (number, _) in rooms.items():
        if room not in inhabited:
            problems.append(f"src/ROOMS:{number}: there is no room {room} in src/")
    return problems


if __name__ == "__main__":
    tree.main(check)
