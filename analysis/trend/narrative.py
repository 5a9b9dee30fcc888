"""The sentence a careful analyst would write beside a comparison with a published figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isnan
from typing import Any

from analysis.thresholds import limits
from analysis.trend.sensitivity import BASE, PRECISION, ROUNDING, WEIGHTING

Row = Mapping[str, Any]


def explain(row: Row) -> str:
    """One or more whole sentences: what was published, what it is now, and what may be concluded."""
    if isnan(row["percent"]) or isnan(row["baseline_percent"]):
        return _joined(row["sentence"] or row["reason"], _nothing_to_show(row))
    verdict = _SENTENCES[row["decision"]](row)
    if row["decision"] in ("break in series", "not comparable"):
        return _joined(row["sentence"] or _plain(row), row["reason"] if not row["sentence"] else "", verdict)
    return _joined(row["sentence"] or _plain(row), verdict, _whose_n(row))


def _nothing_to_show(row: Row) -> str:
    if isnan(row["baseline_percent"]):
        return "No percentage was published, so there is nothing to compare."
    if row["comparability"] in ("not_comparable", "context"):
        return "There is no figure this time to compare it with."
    if row["n"] == 0:
        return "Nobody answered this question this time, so it cannot be compared."
    return "This was not asked this time, or not for this group, so it cannot be compared."


def _tested(row: Row) -> str:
    if row["direction"] == "no clear change":
        return (
            f"{_now(row)} The difference of {_points(row['difference'])} is no larger than chance may explain, so no "
            "change can be claimed."
        )
    change = "rise" if row["difference"] > 0 else "fall"
    known = not isnan(row["baseline_design_effect"])
    how = "" if known else ", even if the answers of the earlier survey counted for a third fewer"
    return f"{_now(row)} The {change} of {_points(row['difference'])} is more than chance is likely to explain{how}."


def _not_clear(row: Row) -> str:
    hangs_on = listed_words([_unknown(name, row) for name in row["undecided_by"].split(", ")])
    return (
        f"{_now(row)} It is not clear whether the difference of {_points(row['difference'])} is more than chance, "
        f"because that depends on what is not known about the earlier figure: {hangs_on}."
    )


def _unknown(name: str, row: Row) -> str:
    """What is not known, in words, with what our figure would be if it were otherwise."""
    if name == BASE:
        with_them = row["percent_all_answers"]
        told = "" if isnan(with_them) else f" (with them it is {with_them:.0f}% this time)"
        return f"whether people without a view, such as don't know, were counted{told}"
    if name == WEIGHTING:
        return f"whether it was weighted (without weights it is {row['percent_unweighted']:.0f}% this time)"
    return {ROUNDING: "its exact value before rounding", PRECISION: "the precision of its survey"}[name]


def listed_words(words: Sequence[str]) -> str:
    """Join for a sentence: "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _not_testable(row: Row) -> str:
    known = limits()
    if isnan(row["baseline_n"]) and row["n"] >= known.test_base:
        return f"{_now(row)} {_without_n(row)}"
    small = row["n"] < known.test_base or row["n_effective"] < known.test_effective
    fewest = "this time" if small else f"in {row['year']}"
    return f"{_now(row)} Too few people answered {fewest} for a test."


def _without_n(row: Row) -> str:
    unknown = f"How many answered in {row['year']} is not known, so the difference cannot be tested. "
    begin = "" if row["sentence"] else unknown
    where = "inside" if row["inside_interval"] else "outside"
    begin += (
        f"The earlier figure lies {where} the interval of this time; the difference of {_points(row['difference'])} "
    )
    if isnan(row["break_even_n"]):
        return f"{begin}would not stand out from chance however many people had answered then.{_other_base(row)}"
    even = f"{row['break_even_n']:,.0f}"
    return f"{begin}would be significant if at least {even} people had answered then.{_other_base(row)}"


def _other_base(row: Row) -> str:
    """The figure that belongs beside the earlier one if that counted people without a view, where it is another."""
    with_them = row["percent_all_answers"]
    if row["base_rule"] == "views" or isnan(with_them) or round(with_them) == round(row["percent"]):
        return ""
    if row["base_rule"] == "all_answers":
        return f" It counted people without a view, too; with them it is {with_them:.0f}% this time."
    return f" If it counted people without a view, too, {with_them:.0f}% this time is the figure to compare it with."


def _break(row: Row) -> str:
    return (
        f"{_now(row)} The figures are shown side by side, but the series is broken: the difference may come from how, "
        "where or of whom it was asked, so it is not a measured change."
    )


def _not_comparable(row: Row) -> str:
    return "It is not compared with this time's figure."


_SENTENCES: Mapping[str, Callable[[Row], str]] = {
    "tested": _tested,
    "not clear": _not_clear,
    "not testable": _not_testable,
    "break in series": _break,
    "not comparable": _not_comparable,
}


def _plain(row: Row) -> str:
    n = "" if isnan(row["baseline_n"]) else f" ({row['baseline_n']:,.0f} answers)"
    return f"In {row['year']} the published figure for {row['label'] or row['indicator']} was {_printed(row)}{n}."


def _now(row: Row) -> str:
    return f"This time it is {row['percent']:.0f}% ({row['n']:,.0f} answers)."


def _whose_n(row: Row) -> str:
    if row["baseline_n_is"] != "survey_total" or "whole survey" in row["sentence"]:
        return ""
    return (
        f"How many answered this question in {row['year']} was not published; the {row['baseline_n']:,.0f} answers to "
        "the whole survey are used instead."
    )


def _printed(row: Row) -> str:
    return f"{row['baseline_percent']:g}%"


def _points(difference: float) -> str:
    size = abs(difference)
    if size < 0.95:
        return "less than 1 percentage point"
    rounded = f"{size:.1f}".removesuffix(".0")
    return f"{rounded} percentage point{'' if rounded == '1' else 's'}"


def _joined(*sentences: str) -> str:
    whole = (sentence.strip() for sentence in sentences if sentence.strip())
    return " ".join(sentence if sentence.endswith((".", "!", "?")) else f"{sentence}." for sentence in whole)
