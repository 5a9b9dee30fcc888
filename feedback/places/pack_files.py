"""Strict reading of the files of a place pack: a fault is a sentence that names file, row and remedy."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from feedback.errors import Refusal


class PlaceError(Refusal):
    """A place pack that cannot be used; the text names the file, the row and the remedy."""


@dataclass(frozen=True)
class PackRow:
    """One row of a CSV file or one entry of a YAML list, with the words that say where it stands."""

    where: str
    values: Mapping[str, Any]

    def fault(self, text: str) -> PlaceError:
        return PlaceError(f"{self.where}: {text}")

    def text(self, column: str, *, required: bool = False) -> str:
        value = self.values.get(column)
        if value is not None and not isinstance(value, str):
            raise self.fault(f"{column} is {value!r}, which is not text. Put it in quotes.")
        value = (value or "").strip()
        if required and not value:
            raise self.fault(f"{column} is empty. Fill it in.")
        return value

    def choice(self, column: str, allowed: Collection[str]) -> str:
        value = self.text(column)
        if value not in allowed:
            raise self.fault(f"{column} is {value!r}. Use one of: {', '.join(allowed)}.")
        return value

    def number(self, column: str, low: float, high: float) -> float:
        value = self.optional_number(column, low, high)
        if value is None:
            raise self.fault(f"{column} is empty. Give a number.")
        return value

    def optional_number(self, column: str, low: float, high: float) -> float | None:
        value = self.values.get(column)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise self.fault(f"{column} is {value!r}, which is not a number. Correct it.") from None
        if not low <= number <= high:
            raise self.fault(f"{column} is {value}. It must be between {low:g} and {high:g}.")
        return number

    def whole(self, column: str, low: int = 0, high: int = 100_000_000) -> int:
        value = self.optional_whole(column, low, high)
        if value is None:
            raise self.fault(f"{column} is empty. Give a whole number.")
        return value

    def optional_whole(self, column: str, low: int = 0, high: int = 100_000_000) -> int | None:
        number = self.optional_number(column, low, high)
        if number is not None and number != int(number):
            raise self.fault(f"{column} is {self.values[column]}. It must be a whole number.")
        return None if number is None else int(number)

    def day(self, column: str) -> date | None:
        value = self.values.get(column)
        if value is None or value == "":
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            raise self.fault(f"{column} is {value!r}, which is not a date. Write it as 2023-05-04.") from None

    def flag(self, column: str) -> bool:
        value = self.values.get(column)
        if isinstance(value, bool):
            return value
        if value in ("yes", "no"):
            return bool(value == "yes")
        raise self.fault(f"{column} is {value!r}. Write yes or no in a CSV file, true or false in a YAML file.")

    def words(self, column: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """Return a list of codes; each must be one of `allowed` where that is given."""
        value = self.values.get(column)
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.fault(f"{column} must be a list of words, each in quotes if it looks like a number.")
        unknown = [word for word in value if allowed is not None and word not in allowed]
        if unknown:
            raise self.fault(f"{column} holds {unknown[0]!r}, which is not known. Use: {', '.join(allowed or ())}.")
        return tuple(value)

    def only(self, keys: Collection[str]) -> PackRow:
        """Return this row when it has no other keys than `keys`; a mistyped key must not be passed over."""
        unknown = [key for key in self.values if key not in keys]
        if unknown:
            raise self.fault(f"{unknown[0]!r} is not a known key. Use: {', '.join(keys)}.")
        return self


def read_csv(folder: Path, file: str, columns: Sequence[str]) -> list[PackRow]:
    """Rows of a CSV file that must have exactly `columns`, in any order.

    Raises:
        PlaceError: the file is missing or not UTF-8, a column is missing or unknown, a row has too few or many cells.

    """
    reader = csv.DictReader(io.StringIO(_content(folder, file)), restkey="", strict=True)
    try:
        _check_header(file, reader.fieldnames or (), columns)
        return list(_rows(file, reader))
    except csv.Error as error:
        raise PlaceError(f"{file}, row {reader.line_num}: {error}. Save the file as CSV again.") from None


def _check_header(file: str, found: Sequence[str], columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in found]
    if missing:
        raise PlaceError(f"{file}: there is no column {missing[0]!r}. Its columns must be: {', '.join(columns)}.")
    unknown = [column for column in found if column not in columns]
    if unknown or len(found) != len(columns):
        name = unknown[0] if unknown else next(column for column in found if list(found).count(column) > 1)
        raise PlaceError(f"{file}: column {name!r} is not known or appears twice. Remove it or correct its name.")


def _rows(file: str, reader: csv.DictReader[str]) -> Iterator[PackRow]:
    for values in reader:
        row = PackRow(f"{file}, row {reader.line_num}", values)
        if "" in values or None in values.values():
            raise row.fault("it has too many or too few cells. Put text that holds a comma in double quotes.")
        yield row


class _PackLoader(yaml.SafeLoader):
    """YAML in which no key may stand twice: the second would count, and nobody would know of the first."""


def _mapping(loader: _PackLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    names = [key.value for key, _ in node.value]
    for place, (key, _) in enumerate(node.value):
        if key.value in names[:place]:
            problem = f"the key `{key.value}` appears twice; keep one"
            raise yaml.constructor.ConstructorError(problem=problem, problem_mark=key.start_mark)
    return loader.construct_mapping(node, deep=True)


_PackLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(folder: Path, file: str, keys: Collection[str], optional: Collection[str] = ()) -> PackRow:
    """Return the mapping that a YAML file holds, which must have `keys` and may have those that are `optional`."""
    try:
        content = yaml.load(_content(folder, file), _PackLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        raise PlaceError(f"{file}: it cannot be read as YAML ({' '.join(str(error).split())}). Correct it.") from None
    if not isinstance(content, dict):
        raise PlaceError(f"{file}: it must hold the keys {', '.join(keys)}.")
    missing = [key for key in keys if key not in content]
    if missing:
        raise PlaceError(f"{file}: {missing[0]!r} is missing. Add it.")
    return PackRow(file, content).only((*keys, *optional))


def entries(parent: PackRow, key: str, keys: Collection[str]) -> list[PackRow]:
    """Return the list of mappings under `key`, each with no other keys than `keys`."""
    content = parent.values.get(key)
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise parent.fault(f"{key} must be a list of entries with the keys {', '.join(keys)}.")
    return [PackRow(f"{parent.where}, {key} {place}", item).only(keys) for place, item in enumerate(content, start=1)]


def unique(rows: Sequence[PackRow], *columns: str) -> None:
    """Refuse a second row with the same `columns`, naming both rows."""
    seen: dict[tuple[str, ...], PackRow] = {}
    for row in rows:
        key = tuple(str(row.values.get(column, "")).strip() for column in columns)
        if key in seen:
            raise row.fault(f"{' '.join(columns)} {' '.join(key)} is already in {seen[key].where}. Keep one.")
        seen[key] = row


def _content(folder: Path, file: str) -> str:
    path = folder / file
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PlaceError(f"{file}: there is no such file in {folder}. Every place pack needs it.") from None
    except UnicodeDecodeError:
        raise PlaceError(f"{file}: it is not in UTF-8. Save it as 'CSV UTF-8' or as UTF-8 text.") from None
