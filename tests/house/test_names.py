"""One word for one thing: no class name twice, rooms that fit on a page, one sentence a room."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from tests.house.test_code import CODE, ROOT, tracked

TWICE: dict[str, str] = {}
"""Class names that may stand in two modules, each with the reason. Give a class a name of its own instead."""
LARGEST_ROOM = 18  # modules; past a dozen look whether a room holds two subjects


def modules() -> list[Path]:
    return tracked(*(f"{package}/*.py" for package in CODE))


def test_no_class_name_is_used_twice() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.name != "Meta":
                found[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    twice = {name: places for name, places in found.items() if len(places) > 1 and name not in TWICE}
    assert not twice, "\n".join(f"{name}: {', '.join(places)}" for name, places in twice.items())
    assert all(len(found[name]) > 1 for name in TWICE), "an exception that is needed no more"


def test_no_room_holds_too_many_modules() -> None:
    rooms: dict[Path, int] = defaultdict(int)
    for path in modules():
        rooms[path.parent] += path.name != "__init__.py"
    large = {str(room.relative_to(ROOT)): n for room, n in rooms.items() if n > LARGEST_ROOM}
    assert not large


def test_every_room_says_in_a_sentence_what_it_holds() -> None:
    rooms = [path for path in modules() if path.name == "__init__.py"]
    silent = [str(path.relative_to(ROOT)) for path in rooms if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent
