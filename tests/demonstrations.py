"""Demonstrations of few people: each is loaded once for all workers, and a test works on a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from feedback.demonstration import load_demonstration, plans
from feedback.demonstration.content import read_content
from tests.conftest import running
from tests.databases import SqliteDatabases, made_once


def loaded(databases: SqliteDatabases, folder: Path, name: str, people: Callable[[str], int]) -> Path:
    """Return the file of a demonstration in which the wave with a slug has so many `people`."""

    def read(file: str) -> dict:
        content = read_content(file)
        if file != "waves.yaml":
            return content
        return {"waves": [{**wave, "people": people(wave["slug"])} for wave in content["waves"]]}

    def make(path: Path) -> None:
        with databases.fresh() as address:
            with running(address) as app, app.app_context(), pytest.MonkeyPatch.context() as patch:
                patch.setattr(plans, "read_content", read)
                load_demonstration()
            shutil.copyfile(address.removeprefix("sqlite:///"), path)

    return made_once(folder, f"{name}.sqlite3", make)
