"""One table of thresholds: every number of it is used by its name, and words that stand for numbers agree with it."""

from __future__ import annotations

import csv
from dataclasses import fields

from analysis.thresholds import PATH, Limits, Thresholds, limits, thresholds
from feedback.officers.labels import STANDINGS
from feedback.small_counts import shown_count, smallest_shown


def test_every_row_is_a_field_and_has_a_source() -> None:
    with PATH.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [row["threshold"] for row in rows]
    assert sorted(names) == sorted({f.name for kind in (Thresholds, Limits) for f in fields(kind)} - {"audience"})
    assert all(row["source"] for row in rows)
    assert all(bool(row["everybody"]) != bool(row["public"]) for row in rows)


def test_who_sees_more_is_hidden_less() -> None:
    analyst, partner, public = (thresholds(name) for name in ("analyst", "partner", "public"))
    assert 0 == analyst.hide_base_under < partner.hide_base_under < public.hide_base_under
    assert smallest_shown() == partner.hide_base_under
    assert shown_count(smallest_shown() - 1) == f"fewer than {smallest_shown()}"


def test_shares_in_words_are_those_of_the_table() -> None:
    """The coverage board says "less than half", "four fifths" and "five quarters"."""
    known = limits()
    assert (known.far_below_share, known.below_share, known.above_share) == (1 / 2, 4 / 5, 5 / 4)
    assert STANDINGS["far_below"][1] == "Less than half its share"
