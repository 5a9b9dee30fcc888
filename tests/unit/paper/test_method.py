"""The method sheet says how well paper was keyed."""

from __future__ import annotations

import pytest

from analysis.estimation.keying_error import KeyingCheck
from analysis.report import make_book
from analysis.summary.summarise import summarise
from tests.unit.summary.studies import facts, study


def told(check):
    book = make_book(summarise(study(facts=facts(keying=check))))
    (sheet,) = [sheet for sheet in book.sheets if sheet.name == "Method"]
    return [text for step, text in sheet.rows if step == "Answers on paper"]


@pytest.mark.parametrize("check", [None, KeyingCheck(0, 0, 0, 0)])
def test_a_wave_without_paper_says_nothing_of_it(check) -> None:
    assert told(check) == []


def test_the_error_rate_stands_with_its_interval_and_what_it_was_measured_on() -> None:
    (text,) = told(KeyingCheck(1200, 120, 2400, 36))
    assert text.startswith("Answers on 1,200 sheets of paper were keyed in by hand. 120 of them, chosen at random")
    assert "36 of 2,400 fields differed, 1.5% (95% interval 1.1% to 2.1%, Wilson)" in text


def test_where_nothing_was_keyed_twice_nobody_claims_to_know() -> None:
    (text,) = told(KeyingCheck(12, 0, 0, 0))
    assert text.endswith("None was keyed twice, so the error rate is not known.")
