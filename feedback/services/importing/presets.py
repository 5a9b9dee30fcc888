"""What is known of the exports of other survey tools (`presets.yaml`), and which columns hold no answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from feedback.services.importing.reading.headers import JOINT

AROUND = re.compile(r"^(?:q?\d+[a-z]?\s*[.):-]\s*)|\(optional\)|\[optional\]")
ASKED = re.compile(
    r"^(?:what(?:'s|’s| is)|please (?:give|enter|provide|tell|write)(?: us)?(?: with)?|enter|give us)?\s*"
    r"(?:your|the)?\s+"
)
FILE = Path(__file__).with_name("presets.yaml")


class Preset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tool: how its exports are known, what a map need not say of them, and its own columns."""

    name: str
    source: str
    recognised_by: tuple[str, ...]
    map: dict[str, Any]
    personal: tuple[str, ...]
    technical: tuple[str, ...]


class Presets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    tools: dict[str, Preset]
    personal: tuple[str, ...]
    technical: tuple[str, ...]


@cache
def presets() -> Presets:
    return msgspec.convert(yaml.safe_load(FILE.read_text(encoding="utf-8")), Presets)


def recognised(header: Sequence[str]) -> str:
    """Return the code of the tool that wrote a file with this header; nothing where no tool is known."""
    names = {_plain(name) for name in header}
    for code, tool in presets().tools.items():
        if all(_plain(name) in names for name in tool.recognised_by):
            return code
    return ""


def columns_without_answers(header: Sequence[str]) -> Mapping[str, str]:
    """Column -> "personal" or "technical", for columns that tools add themselves or that identify a person."""
    known, tool = presets(), presets().tools.get(recognised(header))
    personal = {*map(_plain, known.personal), *(map(_plain, tool.personal) if tool else ())}
    technical = {*map(_plain, known.technical), *(map(_plain, tool.technical) if tool else ())}
    kinds = {}
    for name in header:
        plain = _plain(name)
        if plain in personal or _asked(plain) in personal:
            kinds[name] = "personal"
        elif plain in technical:
            kinds[name] = "technical"
    return kinds


def _asked(plain: str) -> str:
    """What a column is called by the question that people were asked: "2. What is your name? (optional)" is a name."""
    return ASKED.sub("", AROUND.sub("", plain)).strip(" ?:*.")


def _plain(name: str) -> str:
    """A name without its case, groups (kobo/) and the empty option of a header in two rows."""
    return name.partition(JOINT)[0].strip().casefold()
