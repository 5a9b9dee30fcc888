"""What the README, and what operators read beside it, say is true of the code."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import run
from feedback.config import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATORS = ("deploying.md", "data-protection.md")
ALL = "\n".join([README, *((ROOT / "docs" / name).read_text(encoding="utf-8") for name in OPERATORS)])


def test_settings_table_lists_every_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", ALL, re.M))
    known = {f.metadata["env"]: f for f in dataclasses.fields(Settings)}
    assert set(known) <= set(rows), f"in no table of settings: {sorted(set(known) - set(rows))}"
    assert set(rows) <= {*known, "PORT", "WORKERS"}, f"unknown settings in a table: {set(rows) - set(known)}"
    for name, setting in known.items():
        assert rows[name] == (f"`{setting.default}`" if setting.default else "empty"), name


def test_commands_in_the_readme_exist() -> None:
    for words in re.findall(r"python3 run\.py(?: ([a-z]+))?", ALL):
        assert words in run.COMMANDS, f"a page names `python3 run.py {words}`, which does not exist"


def test_flask_commands_in_the_readme_exist() -> None:
    from feedback import create_app

    cli = create_app(Settings(mode="test").completed()).cli
    for line in re.findall(r"python3 run\.py flask ([a-z-]+(?: [a-z-]+)?)", ALL):
        command = cli
        for word in line.split():
            if not hasattr(command, "commands"):
                break
            assert word in command.commands, f"a page names `flask {line}`, which does not exist"
            command = command.commands[word]


def test_pictures_and_pages_that_the_readme_leads_to_exist() -> None:
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / name).exists(), name


def test_continuous_integration_calls_the_test_command_of_the_readme() -> None:
    assert "python3 run.py test" in README
    assert "python3 run.py test" in (ROOT / ".ci" / "run").read_text()
