"""Responses as rows and as counts: whole rows, and totals that agree with one another."""

from __future__ import annotations

from datetime import date

import pytest

from feedback.clock import today
from feedback.models import Event, QuestionnaireVersion
from feedback.models.types import utc_now
from feedback.queries.answers.counts import by_channel, by_day, by_ward, conflicts, received, totals
from feedback.queries.questionnaires import latest_questionnaire, questionnaire_of
from feedback.services.answers.submission import submit_response, submit_responses
from feedback.services.snapshots import take_snapshot
from tests.makers import BARGATE, frame_of_now, make_wave, submission

pytestmark = pytest.mark.both_engines

SIX = [
    {"ward": BARGATE, "age_band": "25_34", "sex": "female", "priorities": ["drugs", "asb"], "safer_text": "=1+1"},
    {"ward": BARGATE, "age_band": "under_16"},
    {"ward": "outside", "age_band": "75_plus", "sex": "prefer_not_to_say"},
    {"ward": "not_sure"},
    {"safe_local_day": "very_safe"},
    {},
]


def test_a_frame_has_a_text_in_every_cell(session) -> None:
    wave = make_wave()
    event = Event(code="AB12", waves=[wave], kind="x", title="x", starts_at=utc_now(), ends_at=utc_now())
    session.add(event)
    session.commit()
    submit_response(submission(wave, answers=SIX[0], channel="event_link", event=event))
    submit_response(submission(wave, answers=SIX[2]))
    frame = frame_of_now(wave).sort_values("channel", ignore_index=True)
    month = f"{today():%Y-%m}"
    empty = dict.fromkeys(frame.columns, "")
    assert frame.to_dict("records") == [
        {
            **empty, "priorities": "drugs;asb", "safer_text": "=1+1", "ward": BARGATE, "age_band": "25_34",
            "sex": "female", "channel": "event_link", "month": month, "event": "AB12",
        },
        {**empty, "age_band": "75_plus", "channel": "online", "month": month, "exclusion": "outside"},
    ]  # fmt: skip
    assert list(frame.columns[-7:]) == ["ward", "age_band", "sex", "channel", "month", "event", "exclusion"]


def test_an_empty_wave_is_an_empty_frame_with_its_columns(session) -> None:
    frame = frame_of_now(make_wave("community-safety"))
    assert len(frame) == 0
    assert {"safe_local_day", "experience.asb", "disability", "exclusion"} <= set(frame.columns)


def test_answers_to_an_older_version_stand_in_the_same_frame(session) -> None:
    wave = make_wave()
    definition = {**wave.questionnaire.definition, "version": 2}
    page = dict(definition["pages"][0])
    page["questions"] = [q for q in page["questions"] if q["id"] != "safer_text"]
    definition["pages"] = [page]
    newer = QuestionnaireVersion(survey=wave.survey, version=2, definition=definition, digest="2" * 64)
    session.add(newer)
    session.commit()
    wave.questionnaire_id = newer.id
    session.commit()
    older = session.query(QuestionnaireVersion).filter_by(survey=wave.survey, version=1).one()
    submit_response(submission(wave, questionnaire=older, answers={"safer_text": "older"}))
    submit_response(submission(wave, questionnaire=newer, answers={"sex": "male"}))
    frame = frame_of_now(wave)
    assert sorted(frame["safer_text"]) == ["", "older"]
    assert totals(wave).counted == 2


def test_counts_agree_with_one_another(session) -> None:
    wave = make_wave(opens_on=date(2026, 1, 1), closes_on=today())
    for answers in SIX:
        submit_response(submission(wave, answers=answers, counted_on=date(2026, 1, 5), channel="paper"))
    given = submission(wave)
    submit_response(given)
    submit_response(submission(wave, id=given.id, answers={"sex": "male"}))
    take_snapshot(wave)
    found = totals(wave)
    assert (found.counted, found.in_base, conflicts(wave)) == (7, 5, 1)
    assert found.excluded == {"Lives outside Southampton": 1, "Under 16": 1}
    assert found.counted == received(wave) == len(frame_of_now(wave))
    assert by_day(wave) == {date(2026, 1, 5): {"paper": 6}, today(): {"online": 1}}
    assert by_channel(wave) == {"paper": 6, "online": 1}
    wards = by_ward(wave)
    assert (wards[BARGATE], wards[""], len(wards), sum(wards.values())) == (3, 4, 18, 7)


def test_2400_responses_are_a_frame_in_well_under_a_second(session) -> None:
    wave = make_wave("community-safety")
    questionnaire = questionnaire_of(latest_questionnaire("community-safety"))
    answers = {
        question.id: next(iter(question.codes()))
        for question in questionnaire.questions
        if question.columns[0].kind == "single" and not question.paper.rows
    }
    submit_responses(submission(wave, answers=answers) for _ in range(2_400))
    frame = frame_of_now(wave)
    assert len(frame) == 2_400
