"""A tree to sin in, and the one that must not."""
from pathlib import Path

import pytest


class Tree:
    """A small project in a temporary directory: write() its files, then lint its root."""

    def __init__(self, root):
        self.root = root

    def write(self, name, content):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content)


@pytest.fixture
def tree_of(tmp_path):
    """tree_of({name: content}): a Tree with these files."""
    def make(files):
        made = Tree(tmp_path)
        for name, content in files.items():
            made.write(name, content)
        return made
    return make


@pytest.fixture
def tree_passes():
    """tree_passes(check): fails with all that the check finds in this project."""
    def passes(check):
        problems = check(Path(__file__).parents[2])
        assert not problems, "\n".join(["", *problems])
    return passes
