"""What a correction changed: every figure that is not what it was, found by comparing two documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.report.imprint import Change

Document = Mapping[str, Any]
OWN = {"n": "Responses", "percent": "Percentage", "lower": "Lower limit", "upper": "Upper limit", "flags": "Flags"}
EARLIER = {"percent": "earlier percentage", "difference": "difference", "mark": "significance"}
EARLIER |= {"comparability": "comparability"}
ABSENT = "not published"


def changes_between(before: Document, after: Document) -> list[Change]:
    """Return every figure that differs, in the order of the newer release; figures that went come last."""
    old, new = dict(_values(before)), dict(_values(after))
    names = {**_names(before), **_names(after)}
    keys = [*new, *(key for key in old if key not in new)]
    return [
        _change(names, key, old.get(key, ABSENT), new.get(key, ABSENT))
        for key in keys
        if old.get(key, ABSENT) != new.get(key, ABSENT)
    ]


Key = tuple[str, str, str, str]  # indicator, dimension, group, what


def _values(document: Document) -> Iterator[tuple[Key, str]]:
    for indicator in document["indicators"]:
        for figure in indicator["figures"]:
            place = (indicator["id"], figure["dimension"], figure["group"])
            for name, words in OWN.items():
                yield (*place, words), _shown(figure[name])
            for earlier in figure["earlier"]:
                for name, words in EARLIER.items():
                    yield (*place, f"{earlier['year']}: {words}"), _shown(earlier[name])


def _names(document: Document) -> dict[tuple[str, ...], str]:
    """Labels of indicators, and of groups by dimension."""
    labels: dict[tuple[str, ...], str] = {(one["id"],): one["label"] for one in document["indicators"]}
    for dimension in document["dimensions"]:
        labels |= {(dimension["id"], group["id"]): group["label"] for group in dimension["groups"]}
    return labels


def _change(names: Mapping[tuple[str, ...], str], key: Key, before: str, after: str) -> Change:
    indicator, dimension, group, what = key
    return Change(
        indicator=indicator,
        label=names.get((indicator,), indicator),
        dimension=dimension,
        group=group,
        group_label=names.get((dimension, group), group),
        what=what,
        before=before,
        after=after,
    )


def _shown(value: object) -> str:
    return "none" if value == "" else str(value)
