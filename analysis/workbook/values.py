"""From a value of Python to what a cell may hold: clean text, a finite number, or shorthand."""

from __future__ import annotations

import math
import re
from numbers import Integral, Real

from analysis.workbook.model import SheetColumn, WorkbookError
from analysis.workbook.shorthand import ONLY_MARKS

LONGEST = 32_767
CUT = " [text cut here: a cell holds 32,767 characters]"
# Everything XML 1.0 cannot hold, the C1 controls, and halves of surrogate pairs; tab and line feed stay.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Excel reads `_x0041_` in a text as the character A; the escape of the underscore keeps it what was written.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def clean_text(value: object) -> str:
    """Return the text as a cell can hold it: without control characters, at most 32,767 UTF-16 units, cut visibly."""
    text = _UNWRITABLE.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    text = _ESCAPE.sub("_x005F_", text)
    return text if _units(text) <= LONGEST else _cut(text)


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _cut(text: str) -> str:
    room = LONGEST - len(CUT)
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", errors="ignore") + CUT


def is_missing(value: object) -> bool:
    """Tell whether there is nothing to write: None, NaN, infinity, pandas' NA or a text of blanks."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    if isinstance(value, Real):
        return not math.isfinite(value)
    return type(value).__name__ in {"NAType", "NaTType"}


def cell_value(value: object, column: SheetColumn, sheet: str) -> str | int | float:
    """Return what to write for `value` in `column`.

    Raises:
        WorkbookError: a number column was given text that is not shorthand.

    """
    if is_missing(value):
        return column.empty
    if not column.is_number:
        text = clean_text(value)
        return text if text.strip() else column.empty
    if isinstance(value, Real) and not isinstance(value, bool):
        return int(value) if isinstance(value, Integral) else float(value)
    text = str(value)
    if ONLY_MARKS.fullmatch(text):
        return text
    raise WorkbookError(
        f"Sheet {sheet!r}, column {column.name!r}: {text[:60]!r} is neither a number nor shorthand such as [c]. "
        "Put texts into a column of kind text."
    )
