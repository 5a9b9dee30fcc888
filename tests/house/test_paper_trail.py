"""Decisions, changes and the README keep one form, so that a reader finds why, when and what next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs" / "decisions"
INDEX = DECISIONS / "README.md"
FILES = sorted(path for path in DECISIONS.glob("*.md") if path != INDEX)
NUMBERS = {path.name[:3] for path in FILES}

OPENING = re.compile(r"# (?P<number>\d{3})\. (?P<title>.{3,70})\n\n(?P<date>\d{4}-\d\d-\d\d), (?P<state>.+)\n\n")
STATE = re.compile(r"accepted|superseded by (?P<by>\d{3})")
PARTS = ["Context", "Decision", "What follows"]
LONGEST_DECISION, LONGEST_README = 30, 150  # lines

READ = ("feedback", "forms", "analysis", "templates", "migrations", "tests", "docs")
READ_KINDS = {".py", ".md", ".html", ".js", ".mjs", ".scss", ".yaml", ".toml", ".csv"}
NAMED = re.compile(r"decisions/(\d{3}-[a-z0-9-]+\.md)")
NUMBERED = re.compile(r"\bdecisions? (\d{3})\b")

VERSION = re.compile(r"## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d|unreleased)")
KINDS_OF_CHANGE = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]


class Opening(NamedTuple):
    """What the first lines of a decision say."""

    number: str
    title: str
    date: str
    state: str


def opening(path: Path) -> Opening:
    found = OPENING.match(path.read_text(encoding="utf-8"))
    assert found, f"{path.name}: begin with `# NNN. Short title`, then `YYYY-MM-DD, accepted` after an empty line"
    return Opening(**found.groupdict())


def test_decisions_are_numbered_without_gaps() -> None:
    assert [path.name[:3] for path in FILES] == [f"{number:03d}" for number in range(1, len(FILES) + 1)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_decision_says_its_number_its_day_and_whether_it_holds(path: Path) -> None:
    said = opening(path)
    assert said.number == path.name[:3], "the heading has another number than the file"
    assert not said.title.endswith("."), "a title has no full stop"
    state = STATE.fullmatch(said.state)
    assert state, f"the state is {said.state!r}; say `accepted` or `superseded by NNN`"
    assert state["by"] is None or state["by"] in NUMBERS - {said.number}, "superseded by a decision that is not there"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_decision_has_its_three_parts_and_is_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^\*\*(.+?)\.\*\* ", text, re.M) == PARTS
    assert len(text.splitlines()) <= LONGEST_DECISION, "say it more briefly"


def test_the_index_lists_every_decision_as_it_says_itself() -> None:
    rows = re.findall(
        r"^\| \[(\d{3})\]\((.+?)\) \| (.+?) \| (.+?) \| (.+?) \|$", INDEX.read_text(encoding="utf-8"), re.M
    )
    told = [(said.number, path.name, said.title, said.date, said.state) for path in FILES for said in [opening(path)]]
    assert rows == told


def test_every_decision_that_is_referred_to_exists() -> None:
    names, lost = {path.name for path in FILES}, []
    for path in _texts():
        text = path.read_text(encoding="utf-8")
        missing = {*NAMED.findall(text)} - names | {*NUMBERED.findall(text)} - NUMBERS
        lost += [f"{path.relative_to(ROOT)}: {name}" for name in sorted(missing)]
    assert lost == []


def _texts() -> Iterator[Path]:
    for folder in READ:
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in READ_KINDS and path.is_file())
    yield from (path for path in ROOT.iterdir() if path.suffix in READ_KINDS)


def test_changes_stand_under_versions_by_kind() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    versions = [line for line in lines if line.startswith("## ")]
    assert versions
    found = [VERSION.fullmatch(line) for line in versions]
    assert all(found), f"write `## [1.2.3] - YYYY-MM-DD` or `- unreleased`: {versions}"
    numbers = [tuple(int(part) for part in version[1].split(".")) for version in found if version]
    assert numbers == sorted(numbers, reverse=True), "the newest version comes first"
    assert [version[2] for version in found[1:] if version and version[2] == "unreleased"] == []


def test_changes_are_lists_under_known_headings() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for version in text.split("\n## ")[1:]:
        headings = re.findall(r"^### (.+)$", version, re.M)
        known = [kind for kind in KINDS_OF_CHANGE if kind in headings]
        assert headings == known, f"use {', '.join(KINDS_OF_CHANGE)}, in this order"
        for part in version.split("\n### ")[1:]:
            body = part.split("\n", 1)[1].strip()
            assert body, "a heading without a change"
            assert all(re.match(r"- |  \S", line) for line in body.splitlines() if line), (
                "a change is an entry of a list"
            )


def test_the_readme_is_read_in_one_go() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_README, f"{len(lines)} lines: move what operators need to docs/"
