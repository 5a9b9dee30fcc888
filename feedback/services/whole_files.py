"""Writing files where somebody wants them: whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from feedback.errors import Refusal


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write files; each is whole or not there.

    Raises:
        Refusal: a path cannot be written; the text names it.

    """
    for path, content in contents.items():
        _write(path, content)


def check_writable(path: Path) -> None:
    """Refuse a path before the work is done for nothing.

    Raises:
        Refusal: the folder is not there or takes no files, or the path is a folder.

    """
    try:
        if path.is_dir():
            raise Refusal(f"{path} is a folder. Name a file in it.")
        if not path.parent.is_dir():
            raise Refusal(f"The folder {path.parent} is not there. Make it first, or name another.")
        part = _part_of(path)
        part.touch()
        part.unlink()
    except OSError as error:
        raise _unwritable(path, error) from error


def _write(path: Path, content: bytes) -> None:
    part = _part_of(path)
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def _part_of(path: Path) -> Path:
    """Where a file is written before it is whole."""
    return path.with_name(f".{path.name}.part")


def _unwritable(path: Path, error: OSError) -> Refusal:
    return Refusal(f"{path} cannot be written: {error.strerror}. Choose another place.")
