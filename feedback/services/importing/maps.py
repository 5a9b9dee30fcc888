"""The map of an import: a YAML file that says what each column of somebody's CSV file means.

Every value is read as text, so that `yes`, `01` and `2026-03` stay what they are.
"""

from __future__ import annotations

import codecs
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import yaml

from feedback.errors import Refusal
from feedback.services.importing.presets import presets
from feedback.services.importing.reading.headers import MOST_ROWS, HeaderMap


class MapFault(Refusal):
    """A map is not fit for use; the sentence names the file, the key and the fault."""


class IdMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The column whose text is different for every person and the same in every export.

    `prefix` keeps the numbers of several forms apart that all begin at 1.
    """

    column: str
    prefix: str = ""


class DateMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When answers were given. `format` as in Python's strptime; empty: 2026-03-01, also with a time behind it."""

    column: str = ""
    fixed: str = ""
    format: str = ""


class WordMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The channel, language or event of each row: one for all (`fixed`), or a column, with `codes` from its words."""

    column: str = ""
    fixed: str = ""
    codes: dict[str, str] = {}


class QuestionMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the answers to a question stand: exactly one of `column`, `columns`, `rows` and `fixed`.

    `codes`: text in the file -> code; codes themselves are always understood. `otherwise`: the code for any other text.
    `separator`: between several answers in one cell. `columns`: column -> code, a column an option; `ticked` and
    `unticked` are the texts that say so. `rows`: row of a grid -> column. `not_answered`: texts that mean no answer.
    """

    column: str = ""
    columns: dict[str, str] = {}
    rows: dict[str, str] = {}
    fixed: str = ""
    codes: dict[str, str] = {}
    otherwise: str = ""
    separator: str = ""
    ticked: tuple[str, ...] = ()
    unticked: tuple[str, ...] = ()
    not_answered: tuple[str, ...] | None = None


class ResponseMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole map. `id` is a column, or the word `row`: then the whole row tells one person from another.

    `preset` names the tool that wrote the file. `ignored` are columns whose answers may be lost; `checked` are columns
    that look wrong and that a person has looked at. `ticked` and `unticked` are for questions that do not say theirs.
    """

    name: str
    id: str | IdMap
    date: DateMap
    channel: WordMap
    questions: dict[str, QuestionMap]
    version: int | None = None
    language: WordMap = WordMap(fixed="en")
    event: WordMap | None = None
    encoding: str = "utf-8"
    delimiter: str = ""
    not_answered: tuple[str, ...] = ()
    preset: str = ""
    sheet: str = ""
    header: HeaderMap = HeaderMap()
    ignored: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    unticked: tuple[str, ...] = ()


NO_ENCODINGS_OF_FILES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
SECTIONS = {"date": DateMap, "channel": WordMap, "language": WordMap, "event": WordMap, "header": HeaderMap}


def load_map(path: Path) -> ResponseMap:
    """Read a map strictly.

    Raises:
        MapFault: the file cannot be read, is not YAML, or has an unknown, missing, doubled or wrong key.

    """
    content = _read(path)
    if "name" in content:
        raise MapFault(f"{path.name}: unknown key `name`.")
    content = _with_preset(path, content)
    questions = content.get("questions")
    if not isinstance(questions, dict) or not questions:
        raise MapFault(f"{path.name}: `questions` must name at least one question and its column.")
    content["questions"] = {
        key: _part(path, f"questions: {key}", entry, QuestionMap) for key, entry in questions.items()
    }
    for key, kind in SECTIONS.items():
        if key in content:
            content[key] = _part(path, key, content[key], kind)
    if isinstance(content.get("id"), dict):
        content["id"] = _part(path, "id", content["id"], IdMap)
    found: ResponseMap = _part(path, "", {**content, "name": path.name}, ResponseMap)
    _check(found)
    return found


def _with_preset(path: Path, content: dict[str, Any]) -> dict[str, Any]:
    """The map with what its preset says and it does not; a part of a section may be said alone."""
    code = content.get("preset", "")
    if not code:
        return content
    tool = presets().tools.get(code) if isinstance(code, str) else None
    if tool is None:
        raise MapFault(f"{path.name}: preset: {code!r} is not known. Use one of: {', '.join(presets().tools)}.")
    merged = {**tool.map, **content}
    for key in ("date", "header"):
        known, said = tool.map.get(key), content.get(key)
        if isinstance(known, dict) and isinstance(said, dict) and "fixed" not in said:
            merged[key] = {**known, **said}
    return merged


class _TextLoader(yaml.BaseLoader):
    """YAML in which everything is text and no key may stand twice."""


def _mapping(loader: _TextLoader, node: yaml.MappingNode) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str) or key in mapping:
            raise yaml.MarkedYAMLError(problem=f"the key `{key}` appears twice", problem_mark=key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_TextLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), _TextLoader)  # noqa: S506 - makes nothing but text
    except OSError as error:
        raise MapFault(f"{path.name} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise MapFault(f"{path.name}: {line}{error.problem or 'this is not YAML'}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise MapFault(f"{path.name} is not a YAML file in UTF-8.") from error
    if not isinstance(content, dict):
        raise MapFault(f"{path.name} is not a map. Make one with `flask responses map-template`.")
    return content


def _part(path: Path, where: str, entry: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(entry, kind, strict=False)
    except msgspec.ValidationError as error:
        place = f"{path.name}: {where}: " if where else f"{path.name}: "
        raise MapFault(f"{place}{_plain(str(error))}.") from error


def _plain(fault: str) -> str:
    said = fault.replace("Object contains unknown field", "unknown key").replace(" - at ", ", at ").replace("$.", "")
    return said.replace("Object missing required field", "missing key").replace("`$`", "the top")


def _check(given: ResponseMap) -> None:
    if isinstance(given.id, str) and given.id != "row":
        raise MapFault(f"{given.name}: id: write `row`, or `column:` with the name of the column.")
    for key in ("date", "channel", "language", "event"):
        entry = getattr(given, key)
        if entry is not None and bool(entry.column) == bool(entry.fixed):
            raise MapFault(f"{given.name}: {key}: name either a `column` or one `fixed` value for all rows.")
    if not _is_encoding(given.encoding):
        raise MapFault(f"{given.name}: encoding: {given.encoding!r} is not known. Try utf-8 or cp1252.")
    if given.date.format and not _tells_months(given.date.format):
        raise MapFault(
            f'{given.name}: date: format: {given.date.format!r} does not say how a date is written. Try "%d/%m/%Y".'
        )
    if not (given.header.row > 0 and 0 < given.header.rows <= MOST_ROWS and 0 <= given.header.skip <= MOST_ROWS):
        raise MapFault(f"{given.name}: header: `row` begins at 1; `rows` is 1 to {MOST_ROWS}, `skip` 0 to {MOST_ROWS}.")
    if given.delimiter not in {"", "tab"} and len(given.delimiter) != 1:
        raise MapFault(f"{given.name}: delimiter: write one character, or the word `tab`.")


def _is_encoding(name: str) -> bool:
    """Whether files are written in it; Python also calls ways of writing host names and its own source encodings."""
    try:
        "".encode(name)
        return codecs.lookup(name).name not in NO_ENCODINGS_OF_FILES
    except (LookupError, ValueError):
        return False


def _tells_months(written: str) -> bool:
    """Whether a format of strptime reads back the year and month that it writes."""
    day = date(2026, 3, 1)
    try:
        read = datetime.strptime(day.strftime(written), written)  # noqa: DTZ007 - a day has no zone
    except (ValueError, re.error):
        return False
    return (read.year, read.month) == (day.year, day.month)
