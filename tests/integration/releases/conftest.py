"""A closed demonstration survey of 500 people, loaded once; every test works on a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from feedback.demonstration import load_demonstration, plans
from feedback.demonstration.content import read_content
from tests.conftest import running
from tests.databases import SqliteDatabases

SLUG = "community-safety-2025"


def few(file: str) -> dict:
    content = read_content(file)
    if file != "waves.yaml":
        return content
    return {"waves": [{**wave, "people": 500 if wave["slug"] == SLUG else 20} for wave in content["waves"]]}


@pytest.fixture(scope="module")
def loaded(sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the database."""
    path = tmp_path_factory.mktemp("closed") / "closed.sqlite3"
    with sqlite_databases.fresh() as address:
        with running(address) as app, app.app_context(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(plans, "read_content", few)
            load_demonstration()
        shutil.copyfile(address.removeprefix("sqlite:///"), path)
    return path


@pytest.fixture
def closed(loaded: Path, tmp_path: Path) -> Iterator[Flask]:
    """An app on a copy in which nothing is released."""
    path = tmp_path / "own.sqlite3"
    shutil.copyfile(loaded, path)
    with running(f"sqlite:///{path}") as app:
        yield app
