"""The invented content of the demonstration, kept as YAML beside the code that uses it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def read_content(file: str) -> dict[str, Any]:
    """Return what a YAML file of this folder holds; it is read once."""
    content = yaml.safe_load((Path(__file__).parent / file).read_text(encoding="utf-8"))
    assert isinstance(content, dict)  # noqa: S101 - the file is part of the code
    return content
