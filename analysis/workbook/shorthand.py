"""The standard shorthand of the Government Analysis Function, kept as data ("Using symbols and shorthand")."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from analysis.workbook.model import Book, Shorthand

MARK = re.compile(r"\[[a-z]{1,4}\]")
ONLY_MARKS = re.compile(r"(\[[a-z]{1,4}\])+")


@cache
def standard_shorthand() -> tuple[Shorthand, ...]:
    """Return the marks of `shorthand.csv`, in order of the alphabet."""
    with (Path(__file__).parent / "shorthand.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(Shorthand(**row) for row in csv.DictReader(lines))


def legend(book: Book) -> dict[str, Shorthand]:
    """Return the marks that this book may use, by mark."""
    return {item.mark: item for item in book.shorthand or standard_shorthand()}


def marks_in(texts: Iterable[str]) -> set[str]:
    """Return every shorthand mark that occurs in cells that hold nothing else but marks."""
    return {mark for text in texts if ONLY_MARKS.fullmatch(text) for mark in MARK.findall(text)}
