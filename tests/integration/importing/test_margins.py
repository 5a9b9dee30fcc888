"""A changed place pack says which of its margins look exchanged, cut or mistyped."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from feedback.places.loading import PACKS

MARGINS = "margins.csv"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKS / "southampton", tmp_path / "pack"))


def check(app: Flask, pack: Path | str) -> str:
    done = app.test_cli_runner().invoke(args=["place", "check", str(pack)])
    assert done.exit_code == 0, done.output
    return done.output


def changed(pack: Path, *pairs: tuple[str, str]) -> Path:
    text = (pack / MARGINS).read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    (pack / MARGINS).write_text(text, encoding="utf-8")
    return pack


def test_the_pack_in_use_and_its_copy_raise_no_doubt(sqlite_app: Flask, pack: Path) -> None:
    assert "check this" not in check(sqlite_app, "southampton")
    assert "check this" not in check(sqlite_app, pack)


def test_margins_that_contradict_the_wards_are_named(sqlite_app: Flask, pack: Path) -> None:
    told = check(sqlite_app, changed(pack, ("Polygon,16830,", "Polygon,8830,"), ("Bevois,16414,", "Bevois,24414,")))
    assert "margins.csv: Banister and Polygon has 8,830 residents, and wards.csv says 16,830." in told
    assert "margins.csv: Bevois has 24,414 residents" in told
    assert "margins.csv: ward Bevois is 9.8% of residents" in told
    assert "the pack in use has" in told
