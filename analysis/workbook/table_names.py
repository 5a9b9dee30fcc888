"""Names that Excel accepts for tables and sheets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from analysis.workbook.model import Worksheet

LONGEST_SHEET_NAME = 31
REFUSED_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
VALID_TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,254}")
# `age16` and `r1c1` are addresses of cells to Excel, and so no names.
_ADDRESS = re.compile(r"(?i)([a-z]{1,3}[0-9]+|r[0-9]*c[0-9]*|r|c)")


def sheet_name(text: str, taken: Collection[str] = ()) -> str:
    """Return a name for a sheet made from a text: what Excel refuses left out, cut, and with a number where `taken`."""
    plain = " ".join(REFUSED_IN_SHEET_NAME.sub(" ", text).split()).strip("'")
    name, number = plain[:LONGEST_SHEET_NAME].rstrip(" '"), 1
    while name.casefold() in {other.casefold() for other in taken}:
        number += 1
        end = f" {number}"
        name = plain[: LONGEST_SHEET_NAME - len(end)].rstrip(" '") + end
    return name


def table_name(sheet: Worksheet) -> str:
    """Return the name of the Excel table of a sheet: as given, or made from the name of the sheet."""
    return sheet.table or name_from(sheet.name)


def name_from(text: str) -> str:
    """Return a lower-case table name made from a text."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    if not name or name[0].isdigit() or is_address(name):
        return f"table_{name}".rstrip("_")
    return name


def is_address(name: str) -> bool:
    """Tell whether Excel would take a name for the address of a cell."""
    return _ADDRESS.fullmatch(name) is not None
