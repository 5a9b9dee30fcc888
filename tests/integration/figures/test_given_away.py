"""What was given away before is remembered, whoever it was for, and the next file is protected against it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from analysis.thresholds import thresholds
from feedback.clock import today
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Disclosure, Wave
from feedback.queries.waves import wave_by_slug
from feedback.services import summaries
from feedback.services.answers.submission import submit_responses
from feedback.services.answers.validation import Submission
from feedback.services.disclosures import AnotherMeanwhile, given_away
from feedback.services.events.results import event_results
from feedback.services.releases import ReleaseRequest, publish
from feedback.services.releases.previews import preview_here
from feedback.services.summaries import make_workbook, study_of
from tests.integration.staff.scenes import add_event
from tests.makers import make_wave, submission

WARDS = ("E05015491", "E05015493", "E05015490", "E05015492", "E05015494", "E05015495")
SLUG = "fast-feedback-test"
FEW = thresholds("partner").differencing_limit
SHARED = ("partner", "public")


def people(wave: Wave, count: int, ward: str, said: str = "very_safe", **given: object) -> list[Submission]:
    answers = {"safe_local_day": said, "ward": ward, "age_band": "35_44", "sex": "female"}
    return [submission(wave, answers=answers, **given) for _ in range(count)]


@pytest.fixture
def wave(sqlite_app: Flask):
    with sqlite_app.app_context():
        wave = make_wave(closes_on=today() + timedelta(days=30))
        for ward in WARDS:
            for said in ("very_safe", "very_unsafe"):
                submit_responses(people(wave, 40, ward, said))
        yield wave


def figures(content: bytes) -> dict[tuple[str, ...], dict[str, str]]:
    rows = csv.DictReader(io.StringIO(content.decode()))
    keys = ("indicator", "dimension", "group")
    return {tuple(row[key] for key in keys): row for row in rows if not row["baseline_year"]}


def shown(content: bytes) -> set[tuple[str, ...]]:
    return {key for key, row in figures(content).items() if row["percent"] not in ("[c]", "[w]", "", "[z]")}


def exact(wave: Wave, **given: bool) -> dict[tuple[str, ...], tuple[int, int]]:
    """People and yes behind each figure, as the snapshot has them."""
    from analysis import estimate

    study = study_of(wave, **given)
    table = estimate(study.base, [one.indicator for one in study.measures], ["ward", "age_band", "sex", "channel"])
    return {(row.indicator, row.dimension, row.group): (row.n, row.yes) for row in table.itertuples()}


def moved(one: tuple[int, int], other: tuple[int, int]) -> int:
    n, yes = other[0] - one[0], other[1] - one[1]
    return max(abs(n), abs(yes), abs(n - yes))


@pytest.mark.parametrize("second", SHARED)
@pytest.mark.parametrize("first", SHARED)
def test_no_figure_is_in_two_files_that_moved_by_a_few_people(wave: Wave, first: str, second: str) -> None:
    """Many new answers, of which one is of another ward: its ward, and what follows from it, is not told again."""
    before, then = shown(make_workbook(wave, audience=first).estimates), exact(wave)
    for ward in (WARDS[0], *WARDS[2:]):
        submit_responses([*people(wave, 15, ward), *people(wave, 15, ward, "very_unsafe")])
    submit_responses(people(wave, 1, WARDS[1], "very_unsafe"))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
        after = shown(make_workbook(wave, audience=second).estimates)
        now = exact(wave)
    assert ("safe_local_day", "ward", WARDS[1]) in before - after
    assert ("safe_local_day", "city", "") in before & after
    assert not {key for key in before & after if 0 < moved(then[key], now[key]) < FEW}


def test_what_was_hidden_because_it_had_hardly_moved_is_shown_when_it_has(wave: Wave) -> None:
    """Day after day: no file makes the figures of wards go for good."""
    key, seen = ("safe_local_day", "ward", WARDS[1]), []
    for day in range(6):
        with time_machine.travel(datetime.now(UTC) + timedelta(days=day)):
            seen.append(key in shown(make_workbook(wave, audience="partner").estimates))
            submit_responses([*people(wave, 5, WARDS[0]), *people(wave, 5, WARDS[1])])
    assert seen == [True, False, True, False, True, False]


def test_the_same_file_twice_is_the_same_and_remembered_once(wave: Wave) -> None:
    one, other = (make_workbook(wave, audience="public").estimates for _ in range(2))
    assert one == other
    assert db.session.scalar(select(func.count()).select_from(Disclosure)) == 1


def test_of_analysts_files_nothing_is_remembered_and_in_them_nothing_hidden(wave: Wave) -> None:
    make_workbook(wave, audience="partner")
    submit_responses([*people(wave, 9, WARDS[0]), *people(wave, 1, WARDS[1])])
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
        rows = figures(make_workbook(wave, audience="analyst").estimates)
    assert "[c]" not in {row["percent"] for row in rows.values()}
    assert len(given_away(wave)) == 1


def test_two_files_of_one_snapshot_with_other_choices_are_two_files(wave: Wave) -> None:
    """Three may be automated: with and without them is a table of three."""
    submit_responses(people(wave, 3, WARDS[1], signals=frozenset({"trap"})))
    before, then = shown(make_workbook(wave, audience="partner").estimates), exact(wave)
    after = shown(make_workbook(wave, audience="partner", suspected=False).estimates)
    now = exact(wave, suspected=False)
    assert {("safe_local_day", "city", ""), ("safe_local_day", "ward", WARDS[1])} <= before - after
    assert not {key for key in before & after if 0 < moved(then[key], now[key]) < FEW}


def test_two_files_at_once_are_one_and_a_refusal(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    summarise = summaries.summarise

    def meanwhile(study, *given):
        monkeypatch.setattr(summaries, "summarise", summarise)
        make_workbook(wave_by_slug(SLUG), audience="public")
        return summarise(study, *given)

    monkeypatch.setattr(summaries, "summarise", meanwhile)
    with pytest.raises(AnotherMeanwhile, match="Ask for this one again"):
        make_workbook(wave, audience="partner")
    assert make_workbook(wave, audience="partner").in_base == 480


def test_a_release_is_protected_against_a_workbook_for_partners(wave: Wave) -> None:
    """Two answers came after the workbook: the release counts them and tells no figure that moved by these two."""
    before = shown(make_workbook(wave, audience="partner").estimates)
    submit_responses(people(wave, 2, WARDS[1]))
    wave.closes_on = today()
    db.session.commit()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3)):
        preview = preview_here(wave, "an analyst", ReleaseRequest())
        db.session.commit()
        hidden = {tuple(row[:3]): row[3] for row in preview.hidden}
        assert ("safe_local_day", "ward", WARDS[1]) in before
        assert hidden["safe_local_day", "ward", WARDS[1]] == "too close to what was published before"
        assert ("safe_local_day", "ward", WARDS[0]) not in hidden
        make_workbook(wave, audience="public", suspected=False)
        with pytest.raises(Refusal, match="figures of these answers were given out against which it must be protected"):
            publish(preview, "an analyst")


def test_results_of_an_event_are_remembered_too(wave: Wave) -> None:
    event = add_event(wave, "AB3DE", start=datetime.now(UTC) - timedelta(days=2))
    submit_responses(
        [*people(wave, 20, WARDS[0], event=event), *people(wave, 20, WARDS[1], "very_unsafe", event=event)]
    )
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):
        (first,) = event_results(event)
        assert [figure.label for figure in first.figures] == ["Feels safe in the local area by day"]
        submit_responses([*people(wave, 1, WARDS[0], event=event), *people(wave, 9, WARDS[0])])
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        (second,) = event_results(event)
        assert (second.in_base, list(second.figures)) == (41, [])
        (again,) = event_results(event)
        assert again == second
