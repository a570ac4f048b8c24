"""docs/settings.md is what the program prints of its own table."""
import re
import subprocess
from pathlib import Path

import pytest
from server import binary

ROOT = Path(__file__).resolve().parents[2]


def said(*arguments):
    return subprocess.run([str(binary()), *arguments], capture_output=True, text=True, timeout=60,
                          check=True).stdout


def keys():
    return re.findall(r"^\| `(\w+)` \|", said("manual", "settings"), re.M)


def test_docs_settings_is_up_to_date():
    assert (ROOT / "docs/settings.md").read_text() == said("manual", "settings")


def test_there_are_settings():
    assert len(keys()) > 25 and len(set(keys())) == len(keys())


@pytest.mark.parametrize("text", ["help", "man"])
def test_every_setting_is_everywhere(text):
    page = said("serve", "--help") if text == "help" else said("manual", "man").replace("\\-", "-")
    for key in keys():
        flag = "--" + key.replace("_", "-")
        assert flag in page or f"PARTNER_CONNECT_{key.upper()}" in page, key


def test_the_manual_page_is_well_formed():
    lines = said("manual", "man").splitlines()
    assert lines[0].startswith(".TH ")
    assert all(re.match(r"\.(TH|SH|TP|B|I)\b", line) for line in lines if line.startswith("."))
    assert not any(line.startswith("'") for line in lines)


def test_another_page_is_none():
    assert subprocess.run([str(binary()), "manual", "x"], capture_output=True).returncode == 2
