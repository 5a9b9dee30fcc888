"""Reads the bytes of a SQLite database as somebody would who has a copy of its files: pages, overflow chains, the WAL.

https://www.sqlite.org/fileformat2.html describes what is read here.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ID = re.compile(rb"[0-9a-f]{32}")
LEAF, INTERIOR = 10, 2  # pages of an index, which a table without row numbers is
WAL_HEADER, FRAME_HEADER = 32, 24


@dataclass(frozen=True)
class Cell:
    """A row as it lies: on which page, how far from its beginning, and the first page of what does not fit there."""

    id: str
    page: int
    offset: int
    overflow: int


class SqliteFiles:
    """A database file with its WAL."""

    def __init__(self, path: Path) -> None:
        self.path, self.wal = path, Path(f"{path}-wal")
        self.bytes = path.read_bytes()
        self.log = self.wal.read_bytes() if self.wal.exists() else b""
        self.size = int.from_bytes(self.bytes[16:18], "big")

    @property
    def free_pages(self) -> int:
        return int.from_bytes(self.bytes[36:40], "big")

    def holds(self, words: str) -> list[str]:
        """Return which of the files hold words, in UTF-8 or as JSON escapes them."""
        forms = {words.encode(), words.encode("unicode_escape"), words.encode("utf-16-le")}
        files = {"file": self.bytes, "wal": self.log}
        return [name for name, content in files.items() if any(form in content for form in forms)]

    def rows(self, table: str) -> list[Cell]:
        """Return the rows of a table in the order of their keys, found by walking its pages."""
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as connection:
            (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        connection.close()
        return list(self._walk(root))

    def frames(self) -> Iterator[bytes]:
        """Yield the pages in the WAL, in the order in which they were written."""
        step = FRAME_HEADER + self.size
        for start in range(WAL_HEADER, len(self.log) - step + 1, step):
            yield self.log[start + FRAME_HEADER : start + step]

    def pages_in_log(self) -> set[int]:
        """Return the numbers of the pages in the WAL."""
        step = FRAME_HEADER + self.size
        starts = range(WAL_HEADER, len(self.log) - step + 1, step)
        return {int.from_bytes(self.log[start : start + 4], "big") for start in starts}

    def order_in_log(self, ids: set[str]) -> list[str]:
        """Return ids in the order in which the WAL first names them."""
        found: dict[str, None] = {}
        for frame in self.frames():
            found |= dict.fromkeys(id.decode() for id in ID.findall(frame) if id.decode() in ids)
        return list(found)

    def _walk(self, number: int) -> Iterator[Cell]:
        page = self.bytes[(number - 1) * self.size : number * self.size]
        kind, cells = page[0], int.from_bytes(page[3:5], "big")
        assert kind in (LEAF, INTERIOR), kind
        begin = 8 if kind == LEAF else 12
        for place in range(cells):
            at = begin + 2 * place
            offset = int.from_bytes(page[at : at + 2], "big")
            if kind == INTERIOR:
                yield from self._walk(int.from_bytes(page[offset : offset + 4], "big"))
            yield self._cell(page, number, offset, offset + (4 if kind == INTERIOR else 0))
        if kind == INTERIOR:
            yield from self._walk(int.from_bytes(page[8:12], "big"))

    def _cell(self, page: bytes, number: int, offset: int, begin: int) -> Cell:
        length, start = _varint(page, begin)
        local = self._local(length)
        found = ID.search(page, start, start + local)
        assert found
        overflow = int.from_bytes(page[start + local : start + local + 4], "big") if local < length else 0
        return Cell(found[0].decode(), number, offset, overflow)

    def _local(self, length: int) -> int:
        most = (self.size - 12) * 64 // 255 - 23
        least = (self.size - 12) * 32 // 255 - 23
        if length <= most:
            return length
        fits = least + (length - least) % (self.size - 4)
        return fits if fits <= most else least


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        value = value << 7 | page[at] & 0x7F
        at += 1
        if page[at - 1] < 0x80:
            return value, at
