"""Setting up never empties a folder that is somebody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

import run


def test_an_environment_behind_a_link_is_not_emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "kept").touch()
    link = tmp_path / ".venv"
    link.symlink_to(other)
    monkeypatch.setattr(run, "VENV", link)
    monkeypatch.setattr(run.venv, "create", lambda *_, **__: pytest.fail("the environment was made anew"))
    with pytest.raises(run.Stop, match=r"Delete the link"):
        run.create_environment()
    assert (other / "kept").exists()
