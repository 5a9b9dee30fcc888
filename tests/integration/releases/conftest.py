"""A closed demonstration survey of 500 people, loaded once; every test works on a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import demonstrations
from tests.conftest import running
from tests.databases import SqliteDatabases

SLUG = "community-safety-2025"


@pytest.fixture(scope="module")
def loaded(sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the database, which the tests of a module share."""
    folder = tmp_path_factory.getbasetemp()
    made = demonstrations.loaded(sqlite_databases, folder, "closed", lambda slug: 500 if slug == SLUG else 20)
    return Path(shutil.copyfile(made, tmp_path_factory.mktemp("closed") / "closed.sqlite3"))


@pytest.fixture
def closed(loaded: Path, tmp_path: Path) -> Iterator[Flask]:
    """An app on a copy in which nothing is released."""
    path = tmp_path / "own.sqlite3"
    shutil.copyfile(loaded, path)
    with running(f"sqlite:///{path}") as app:
        yield app
