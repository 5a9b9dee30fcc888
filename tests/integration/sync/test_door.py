"""The sync door: every outcome is true when it is told, and nothing in one form spoils another."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from feedback.clock import today
from feedback.extensions import db
from feedback.models import Arrival, Conflict, Device, LedgerEntry, QuarantinedForm, Response, Tally, Wave
from feedback.models.types import utc_now
from feedback.queries.waves import wave_by_slug
from feedback.services.tablets import sync as door
from feedback.services.tablets.devices import revoke_device
from tests.integration.hostile.texts import is_sentence
from tests.integration.staff.scenes import add_event, add_wave, sign_in
from tests.integration.sync.tablets import ANSWERS, CODE, WAVE, Tablet, seal, take, token_of
from tests.makers import frame_of_now

pytestmark = pytest.mark.both_engines


def rows(app: Flask, model: type) -> list[Any]:
    with app.app_context():
        return list(db.session.scalars(db.select(model)))


def reasons(app: Flask) -> list[str]:
    return sorted(held.reason for held in rows(app, QuarantinedForm))


def change_wave(app: Flask, **values: Any) -> None:
    with app.app_context():
        db.session.execute(db.update(Wave).where(Wave.slug == WAVE).values(**values))
        db.session.commit()


def change_device(app: Flask, **values: Any) -> None:
    with app.app_context():
        db.session.execute(db.update(Device).values(**values))
        db.session.commit()


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "plain"])
def test_a_form_is_stored_as_any_other_response(field: Flask, tablet: Tablet, sealed: bool) -> None:
    item = tablet.seal() if sealed else tablet.form()
    assert tablet.send(item) == ["stored"]
    assert tablet.send(item) == ["already_stored"]
    (row,) = rows(field, Response)
    assert (str(row.id), row.answers, row.channel, row.language) == (item["id"], ANSWERS, "officer", "en")
    assert row.event_id == rows(field, Device)[0].event_id
    assert [(tally.day, tally.channel, tally.count) for tally in rows(field, Tally)] == [(today(), "officer", 1)]


def test_a_batch_of_everything_answers_each_for_itself(field: Flask, tablet: Tablet) -> None:
    first = tablet.form()
    assert tablet.send(first) == ["stored"]
    batch = [
        tablet.seal(),
        {**first, "answers": {"safe_local_day": "very_unsafe"}},
        first,
        tablet.form(version=99),
        tablet.form(answers={"safe_local_day": "nonsense"}),
        tablet.form(practice=True),
        {"id": tablet.form()["id"], "key": tablet.key["id"], "wrapped": "AAAA", "iv": "AAAA", "sealed": "AAAA"},
        tablet.seal(),
    ]
    told = tablet.post(*batch).get_json()["results"]
    expected = ["stored", "conflict", "already_stored", "held", "held", "stored", "held", "stored"]
    assert [one["outcome"] for one in told] == expected
    assert all(one["message"].endswith(".") for one in told)
    assert len(rows(field, Response)) == 3
    assert [row.answers for row in rows(field, Conflict)] == [{"safe_local_day": "very_unsafe"}]
    assert reasons(field) == ["answers", "seal", "version"]


def test_five_parallel_identical_batches_are_one_row_each(field: Flask, tablet: Tablet) -> None:
    batch = [tablet.seal() for _ in range(4)] + [tablet.form(version=99), tablet.form(practice=True)]
    ready = Barrier(5)

    def post(_number: int) -> list[str]:
        mine = Tablet(field.test_client(), tablet.device, tablet.token, tablet.key)
        ready.wait()
        return mine.send(*batch)

    with ThreadPoolExecutor(5) as pool:
        told = list(pool.map(post, range(5)))
    for position in range(4):
        assert Counter(one[position] for one in told) == {"stored": 1, "already_stored": 4}
    assert {(one[4], one[5]) for one in told} == {("held", "stored")}
    assert len(rows(field, Response)) == 4
    assert sum(tally.count for tally in rows(field, Tally)) == 4
    assert len(rows(field, QuarantinedForm)) == 1
    assert len(rows(field, Arrival)) == 6


def test_an_outcome_that_got_lost_is_told_again(field: Flask, tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [tablet.seal(), tablet.form(version=99)]
    sync = door.sync

    def die(*given: Any) -> Any:
        sync(*given)
        raise ConnectionError("the answer is lost on its way")

    monkeypatch.setattr("feedback.api.responses.sync", die)
    with pytest.raises(ConnectionError):
        tablet.post(*items)
    monkeypatch.undo()
    assert len(rows(field, Response)) == 1
    assert tablet.send(*items) == ["already_stored", "held"]
    assert (len(rows(field, Response)), len(rows(field, QuarantinedForm))) == (1, 1)


def test_a_fault_of_the_database_in_one_form_spoils_no_other(
    field: Flask, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [tablet.form() for _ in range(3)]
    check = door.validate_item

    def without_wave(source: Any, arrived: Any, *, known: bool) -> Any:
        checked = check(source, arrived, known=known)
        if str(arrived.id) == items[1]["id"]:
            checked.row["wave_id"] = 999_999
        return checked

    monkeypatch.setattr(door, "validate_item", without_wave)
    assert tablet.send(*items) == ["stored", "held", "stored"]
    assert reasons(field) == ["content"]


@pytest.mark.parametrize("opened", [0, 3])
def test_what_was_collected_in_time_is_stored_however_late_it_comes(field: Flask, tablet: Tablet, opened: int) -> None:
    day = today() - timedelta(days=10)
    change_device(field, issued_at=utc_now() - timedelta(days=15))
    change_wave(field, closes_on=day)
    form = tablet.form(opened_on=(day - timedelta(days=opened)).isoformat())
    assert tablet.send(form) == ["stored"]
    assert [tally.day for tally in rows(field, Tally)] == [day - timedelta(days=opened)]
    assert tablet.send(tablet.form(opened_on=(day + timedelta(days=3)).isoformat())) == ["held"]
    assert reasons(field) == ["day"]


def test_what_was_stored_is_recognised_after_closing_and_after_publishing(field: Flask, tablet: Tablet) -> None:
    items = [tablet.seal(), tablet.form()]
    assert tablet.send(*items) == ["stored", "stored"]
    change_wave(field, closes_on=today() - timedelta(days=9), frozen_at=utc_now())
    assert tablet.send(*items) == ["already_stored", "already_stored"]
    assert tablet.send(tablet.form()) == ["held"]
    assert reasons(field) == ["frozen"]
    assert len(rows(field, Response)) == 2


def test_an_older_version_that_was_ever_published_is_stored(field: Flask, tablet: Tablet) -> None:
    from feedback.models import QuestionnaireVersion

    with field.app_context():
        row = wave_by_slug(WAVE).questionnaire
        definition = {**row.definition, "version": 2}
        newer = QuestionnaireVersion(survey=row.survey, version=2, definition=definition, digest="two")
        db.session.add(newer)
        db.session.flush()
        wave_by_slug(WAVE).questionnaire_id = newer.id
        db.session.commit()
    assert tablet.send(tablet.form(version=1), tablet.form(version=2)) == ["stored", "stored"]
    assert len({row.questionnaire_id for row in rows(field, Response)}) == 2


def test_a_clock_that_is_wrong_is_put_right(field: Flask, tablet: Tablet) -> None:
    ahead = utc_now() + timedelta(days=300)
    opened = (today() + timedelta(days=300)).isoformat()
    assert tablet.send(tablet.form(opened_on=opened), device_time=ahead.isoformat()) == ["stored"]
    assert abs(rows(field, Device)[0].skew_seconds - 300 * 86_400) < 60
    assert [tally.day for tally in rows(field, Tally)] == [today()]


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("event", {"event": "ELSE"}),
    ("event", {"event": "\x00"}),
    ("wave", {"wave": "no-such-wave"}),
    ("wave", {"survey": "community-safety"}),
    ("version", {"version": 99}),
    ("version", {"version": 10**30}),
    ("version", {"version": "1"}),
    ("version", {"version": True}),
    ("answers", {"answers": {"safe_local_day": "nonsense"}}),
    ("answers", {"answers": {"\x00\ud800": "x", "safer_text": "y" * 100_000}}),
    ("content", {"answers": ["very_safe"]}),
    ("content", {"channel": "online"}),
    ("content", {"channel": None}),
    ("content", {"practice": "true"}),
    ("content", {"practice": 1}),
    ("content", {"language": "<script>"}),
    ("content", {"language": 7}),
    ("day", {"opened_on": "yesterday"}),
    ("day", {"opened_on": 20261121}),
]


@pytest.mark.parametrize(("reason", "changed"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_stored_is_kept_whole_and_once(
    sqlite_field: Flask, sqlite_tablet: Tablet, reason: str, changed: dict[str, Any]
) -> None:
    form = sqlite_tablet.form(**changed)
    assert sqlite_tablet.send(form, seal(form, sqlite_tablet.key)) == ["held", "held"]
    assert sqlite_tablet.send(seal(form, sqlite_tablet.key)) == ["held"]
    (held,) = rows(sqlite_field, QuarantinedForm)
    assert (held.reason, str(held.item_id), held.sealed) == (reason, form["id"], False)
    with sqlite_field.app_context():
        content = db.session.scalar(db.select(QuarantinedForm.content))
    assert content == {name: value for name, value in form.items() if name != "number"}
    assert is_sentence(held.sentence)
    assert held.sentence.isprintable()
    assert rows(sqlite_field, Response) == []


def test_the_hostile_among_them_are_kept_on_postgresql_too(field: Flask, tablet: Tablet) -> None:
    """A NUL and half a sign are what PostgreSQL cannot take as text."""
    forms = [tablet.form(**changed) for _reason, changed in WRONG]
    told = tablet.post(*forms).get_json()["results"]
    assert {one["outcome"] for one in told} == {"held"}
    assert all(one["message"].isprintable() for one in told)
    assert reasons(field) == sorted(reason for reason, _changed in WRONG)


def test_what_cannot_be_opened_is_kept_sealed(field: Flask, tablet: Tablet) -> None:
    good, other = tablet.seal(), tablet.seal()
    broken = [
        {**good, "sealed": good["sealed"][:-6] + "AAAAAA"},
        {**tablet.seal(), "key": "another-service"},
        {**tablet.seal(), "key": [good["key"]]},
        {**tablet.seal(), "wrapped": good["wrapped"]},
        {**tablet.seal(), "iv": "not base64!"},
        {**tablet.seal(), "iv": ""},
        {**tablet.seal(), "sealed": 7},
        {**tablet.seal(), "wrapped": "A" * 512},
        {**good, "id": other["id"]},
    ]
    assert set(tablet.send(*broken)) == {"held"}
    assert reasons(field) == ["key"] + ["seal"] * 8
    with field.app_context():
        kept = list(db.session.scalars(db.select(QuarantinedForm.content).where(QuarantinedForm.sealed)))
    assert sorted(kept, key=str) == sorted(broken, key=str)


def test_the_number_inside_must_be_the_number_outside(field: Flask, tablet: Tablet) -> None:
    form, other = tablet.form(), tablet.form()
    assert tablet.send(seal(form, tablet.key, envelope=other["id"])) == ["held"]
    assert reasons(field) == ["content"]
    assert rows(field, Response) == []


def test_practice_is_written_nowhere_but_in_the_ledger(field: Flask, tablet: Tablet) -> None:
    other = take(field, "Practice", practice=True)
    before = {table: len(rows(field, table)) for table in (Response, Conflict, QuarantinedForm, Tally)}
    assert tablet.send(tablet.seal(practice=True), tablet.form(practice=True)) == ["stored", "stored"]
    assert other.send(other.seal(practice=True, version=99)) == ["stored"]
    assert {table: len(rows(field, table)) for table in before} == before
    assert tablet.tell()["completed"] == 0
    assert [entry.practice for entry in rows(field, LedgerEntry)] == [True, True]
    assert "25_34" not in everything(field)
    assert other.send(other.form(practice=False)) == ["held"]  # a device for practice says that this is real
    assert reasons(field) == ["practice"]


def test_practice_moves_no_figure(field: Flask, tablet: Tablet) -> None:
    from feedback.queries.answers.counts import by_day, received

    tablet.send(tablet.form(), tablet.form(practice=True), tablet.seal(practice=True))
    with field.app_context():
        wave = wave_by_slug(WAVE)
        assert received(wave) == len(frame_of_now(wave)) == 1
        assert by_day(wave) == {today(): {"officer": 1}}


def everything(app: Flask) -> str:
    """All that the database holds, as text."""
    with app.app_context():
        tables = [table for table in db.metadata.sorted_tables if table.name != "questionnaire"]
        return "\n".join(str(row) for table in tables for row in db.session.execute(table.select()))


def test_a_kiosk_takes_its_own_way_of_answering_only(field: Flask) -> None:
    kiosk = take(field, mode="kiosk")
    assert kiosk.send(kiosk.form(), kiosk.form(channel="officer")) == ["stored", "held"]


def test_a_device_of_another_event_learns_nothing_of_an_answer(field: Flask, tablet: Tablet) -> None:
    """Same id, same content: it knew the content. Same id, other content: kept apart, and not a word of the first."""
    form = tablet.form()
    tablet.send(form)
    with field.app_context():
        add_event(add_wave("other", survey="community-safety"), "ELSE")
    other = take(field, event="ELSE")
    foreign = {**form, "event": "ELSE", "wave": "other", "survey": "community-safety", "answers": {}}
    told = other.post(foreign, {**form, "event": "ELSE"}).get_json()["results"]
    assert [one["outcome"] for one in told] == ["conflict", "held"]
    assert "very_safe" not in str(told)
    assert tablet.send(form) == ["already_stored"]


def test_an_event_that_was_over_or_cancelled_holds_what_comes_later(field: Flask, tablet: Tablet) -> None:
    from feedback.models import Event

    over = utc_now() - timedelta(days=5)
    with field.app_context():
        db.session.execute(db.update(Event).values(starts_at=over - timedelta(hours=2), ends_at=over))
        db.session.commit()
    change_device(field, issued_at=over - timedelta(hours=3))
    assert tablet.send(tablet.form(opened_on=over.date().isoformat()), tablet.form()) == ["stored", "held"]
    with field.app_context():
        db.session.execute(db.update(Event).values(cancelled_at=utc_now()))
        db.session.commit()
    assert tablet.send(tablet.form()) == ["held"]
    assert reasons(field) == ["day", "event"]


@pytest.mark.parametrize(
    ("issued", "opened", "stored"),
    [
        (date(2026, 1, 5), date(1970, 1, 1), True),  # an empty battery: all days that are possible are in the wave
        (date(2025, 6, 1), date(1970, 1, 1), False),  # this one may have been answered before the wave
    ],
)
def test_an_impossible_clock_holds_only_what_is_in_doubt(issued: date, opened: date, stored: bool) -> None:
    from feedback.services.tablets.day_collected import day_collected

    wave = Wave(opens_on=date(2026, 1, 1), closes_on=date(2026, 2, 1))
    now = date(2026, 1, 20)
    assert day_collected(wave, opened, skew_seconds=0, earliest=issued, latest=now) == (now if stored else None)


def test_a_code_is_known_in_any_case(field: Flask, tablet: Tablet) -> None:
    assert tablet.send(tablet.form(event=CODE.lower())) == ["stored"]


def test_one_form_with_an_endless_name_of_a_key_holds_up_no_other(tablet: Tablet) -> None:
    endless = {**tablet.seal(), "key": "k" * 60_000}
    assert tablet.send(tablet.seal(), endless, tablet.form()) == ["stored", "held", "stored"]


def test_tablets_events_and_forms_of_the_same_name_never_get_in_each_others_way(field: Flask, tablet: Tablet) -> None:
    """Names are for people; what tells forms apart is made on the tablet: two of one name, with one number, are two."""
    twin = take(field, "Tablet 1")
    ours, theirs = tablet.form(number=1), twin.form(number=1)
    assert (tablet.send(ours), twin.send(theirs)) == (["stored"], ["stored"])
    assert len(rows(field, Response)) == 2
    assert (tablet.tell()["missing"], twin.tell()["missing"]) == ([], [])
    assert (tablet.sign_off()["agrees"], twin.sign_off()["agrees"]) == (True, True)


def test_a_pass_revoked_while_a_form_was_filled_in_costs_no_answer(field: Flask, tablet: Tablet) -> None:
    form = tablet.seal()
    officer = sign_in(field.test_client(), "officer")
    with field.app_context():
        revoke_device(UUID(tablet.device), actor="test")
    refused = tablet.post(form)
    assert (refused.status_code, "revoked" in refused.get_json()["error"]) == (401, True)
    fresh = officer.post(f"/api/v1/devices/{tablet.device}/token", headers=token_of(officer)).get_json()
    tablet.token = fresh["token"]
    assert tablet.send(form) == ["stored"]
