"""The glossary names only what is there: each name in back-ticks is said in the code, each path is a file or folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath

import pytest

from tests.house.test_code import CODE, ROOT, tracked

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [line for line in GLOSSARY.splitlines() if line.startswith("| ") and line != "| word | meaning |"]
SIGNS = {"[c]": "analysis/workbook/shorthand.csv"}
"""Signs of tables, each with the file that lists it."""


@cache
def places() -> frozenset[str]:
    """Return every ending of the path of a tracked file and of a folder that holds one."""
    files = {PurePosixPath(path.relative_to(ROOT).as_posix()) for path in tracked()}
    paths = files | {folder for file in files for folder in file.parents}
    return frozenset("/".join(path.parts[start:]) for path in paths for start in range(len(path.parts)))


@cache
def names() -> frozenset[str]:
    """Return what the code defines or says as a whole string: classes, functions, fields, codes; and survey slugs."""
    found = {path.stem.replace("_", "-") for path in tracked("forms/questionnaires/*.yaml")}
    for path in tracked(*(f"{package}/*.py" for package in CODE)):
        found |= {name for node in ast.walk(ast.parse(path.read_text())) for name in names_of(node)}
    return frozenset(found)


def names_of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            yield name
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.Constant(value=str(text)):
            yield text


def is_path(word: str) -> bool:
    return "/" in word or bool(re.fullmatch(r"\w+\.[a-z]{2,4}", word))


def is_there(word: str) -> bool:
    if word in SIGNS:
        return word in (ROOT / SIGNS[word]).read_text()
    return word.rstrip("/") in places() if is_path(word) else word in names() or word in settings()


@cache
def settings() -> frozenset[str]:
    return frozenset(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.M))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_what_a_row_of_the_glossary_names_is_there(row: str) -> None:
    gone = [word for word in re.findall(r"`([^`]+)`", row) if not is_there(word)]
    assert not gone, f"docs/glossary.md names {gone}, which the code does not know"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_a_name_stands_in_the_module_that_its_row_leads_to(row: str) -> None:
    words = re.findall(r"`([^`]+)`", row)
    modules = [text for word in words if word.endswith(".py") for text in texts_of(word)]
    lost = [word for word in words if not is_path(word) and modules and not any(word in text for text in modules)]
    assert not lost, f"docs/glossary.md leads to a module that does not know {lost}"


def texts_of(ending: str) -> list[str]:
    return [path.read_text() for path in tracked(f"*{ending}") if f"/{path}".endswith(f"/{ending}")]


def test_no_word_is_explained_twice() -> None:
    words = [word.strip() for row in ROWS if "---" not in row for word in row.split("|")[1].split(",")]
    assert sorted(words) == sorted(set(words))


def test_a_name_that_is_gone_is_found() -> None:
    assert not is_there("assess_comparability")
    assert not is_there("masking.py")
    assert not is_there("analysis/hiding.py")
    assert is_there("weighting/raking.py")
    assert is_there("feedback/places")
