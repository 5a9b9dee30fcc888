"""What a published release says about itself in its document and its workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Change:
    """One number or mark of one figure, before and after a correction; `what` says which. Texts as they are shown."""

    indicator: str
    label: str
    dimension: str
    group: str
    group_label: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """Number and day of a release; `replaces` is the number of the release that it corrects, 0 for the first."""

    number: int
    published_on: date
    note: str = ""
    what_changed: str = ""
    replaces: int = 0
    changes: Sequence[Change] = ()
