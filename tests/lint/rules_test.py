"""rules.py fails on what it is there for, and the tree passes it."""
import pytest

import rules

RULES = ("# Rules\n\n| rule | what | source |\n| --- | --- | --- |\n"
         "| CONNECT-1 | One. | contract section 2 |\n"
         "| CONNECT-12 | Twelve. | contract section 5, design section 4 |\n")
CLEAN = {
    "docs/rules.md": RULES,
    "src/core/connect.c": "/* CONNECT-1, CONNECT-12 */\n",
    "src/core/connect_test.c": '{ .name = "CONNECT-1" },\n',
    "tests/e2e/connect_test.py": "# CONNECT-12\n",
}


def test_every_rule_is_kept_and_tested(tree_passes):
    tree_passes(rules.check)


def test_a_clean_tree_passes(tree_of):
    assert rules.check(tree_of(CLEAN).root) == []


@pytest.mark.parametrize("changes, problem", [
    ({"src/core/connect.h": "\n/* CONNECT-2 */\n"},
     "src/core/connect.h:2: there is no rule CONNECT-2"),
    ({"tests/e2e/connect_test.py": "CONNECT-12, CONNECT-13\n"},
     "tests/e2e/connect_test.py:1: there is no rule CONNECT-13"),
    ({"src/core/connect.c": "/* CONNECT-12 */\n"},
     "docs/rules.md:5: CONNECT-1 is cited by no code under src/"),
    ({"tests/e2e/connect_test.py": "\n"},
     "docs/rules.md:6: CONNECT-12 is cited by no test"),
    ({"tests/e2e/connect_test.py": "\n", "tests/lint/made_up.py": "# CONNECT-12\n"},
     "docs/rules.md:6: CONNECT-12 is cited by no test"),
    ({"docs/rules.md": RULES + "| CONNECT-1 | Again. | design section 4 |\n"},
     "docs/rules.md:7: CONNECT-1 is given twice, first in line 5"),
    ({"docs/rules.md": RULES.replace("contract section 2", "")},
     "docs/rules.md:5: CONNECT-1 names no source (`contract section N`, `design section N`)"),
    ({"docs/rules.md": RULES.replace("One.", "")},
     "docs/rules.md:5: CONNECT-1 says nothing"),
], ids=["unknown_in_code", "unknown_in_a_test", "not_in_code", "not_tested", "only_in_a_lint", "twice",
        "no_source", "empty"])
def test_finds(tree_of, changes, problem):
    assert rules.check(tree_of({**CLEAN, **changes}).root) == [problem]


def test_a_test_is_no_code(tree_of):
    made = tree_of({**CLEAN, "src/core/connect.c": "/* CONNECT-1 */\n",
                    "src/core/more_test.c": "/* CONNECT-12 */\n"})
    assert rules.check(made.root) == ["docs/rules.md:6: CONNECT-12 is cited by no code under src/"]


def test_code_may_cite_a_range_and_a_test_may_not(tree_of):
    rules_of_two = RULES.replace("CONNECT-12", "CONNECT-2") + "| CONNECT-3 | T. | design section 4 |\n"
    made = tree_of({"docs/rules.md": rules_of_two,
                    "src/core/connect.c": "/* CONNECT-1 to CONNECT-3 */\n",
                    "tests/e2e/connect_test.py": "# CONNECT-1 to CONNECT-3\n"})
    assert rules.check(made.root) == ["docs/rules.md:6: CONNECT-2 is cited by no test"]


def test_a_file_without_rules_is_not_clean(tree_of):
    assert rules.check(tree_of({"docs/rules.md": "# Rules\n"}).root) == [
        "docs/rules.md:1: holds no rule"]
