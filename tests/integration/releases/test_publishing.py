"""Publishing freezes figures and answers, on both engines; what cannot be published says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from feedback.clock import today
from feedback.errors import NotFound, Refusal
from feedback.extensions import db
from feedback.models import AuditEntry, Release, Response
from feedback.queries.answers.receipts import wave_of_receipt
from feedback.queries.releases import (
    document_of,
    file_of,
    preview_of,
    published,
    published_release,
    releases_of,
    replaced_by,
)
from feedback.release_files import RELEASE_FILES
from feedback.services import jobs
from feedback.services.answers.conflicts import use_instead
from feedback.services.answers.submission import submit_response, submit_responses
from feedback.services.answers.withdrawal import withdraw_response
from feedback.services.job_kinds import run_job
from feedback.services.releases import ReleaseRequest, discard, files, publish, publish_wave, start_preview
from feedback.services.releases.files import Made
from feedback.services.releases.previews import preview_here
from feedback.services.releases.response_digest import answers_of
from feedback.services.waves.freezing import Frozen
from feedback.services.waves.lifecycle import extend_wave
from tests.makers import SOME_ANSWERS, make_wave, submission

AGO = timedelta(days=10)


def closed_wave(answers=3, **given):
    """A wave that closed five days ago, with answers, and the receipt of the last."""
    day = today()
    wave = make_wave(**{"opens_on": day - timedelta(days=30), "closes_on": day - timedelta(days=5), **given})
    receipt = None
    for _ in range(answers):
        receipt = submit_response(submission(wave, counted_on=day - AGO))
    return wave, receipt


def count(wave):
    return db.session.scalar(select(func.count()).select_from(Response).where(Response.wave_id == wave.id))


@pytest.fixture
def lite(sqlite_app):
    """The session on SQLite alone: for what decides before it writes."""
    with sqlite_app.app_context():
        yield db.session


@pytest.fixture
def quick(monkeypatch):
    """Releases hold empty files: what they say is tested elsewhere, here it is when they may be published."""

    settings = {"earlier": [], "already": []}

    def empty(wanted, tell):
        return Made(dict.fromkeys(RELEASE_FILES, b"{}"), [], b"", answers_of(wanted.wave, whole=True), settings)

    monkeypatch.setattr(files, "make_release", empty)


@pytest.fixture
def started(monkeypatch):
    """Previews are asked for, and made by hand."""
    noted = []
    monkeypatch.setattr(jobs, "start_process", noted.append)
    return noted


@pytest.mark.both_engines
def test_a_wave_is_published_and_frozen(session, started):
    wave, receipt = closed_wave(answers=40)
    assert wave_of_receipt(receipt.code) is wave
    job, is_new = start_preview(wave, "an analyst", note="  First\n\x00 one ")
    assert (started, is_new, preview_of(wave)) == ([job.id], True, None)
    run_job(job.id)
    preview = preview_of(wave)
    assert (preview.number, preview.note, job.result) == (1, "First one", {"number": 1})
    assert published() == releases_of(wave) == []
    assert wave.frozen_at is None
    with pytest.raises(NotFound):
        published_release(wave.slug, 1)
    publish(preview, "an analyst")
    release = published_release(wave.slug, 1)
    assert published() == releases_of(wave) == [release]
    assert preview_of(wave) is None
    assert (release.answers_count, release.published_by) == (40, "an analyst")
    assert [file.name for file in release.files] == sorted(RELEASE_FILES)
    assert document_of(release)["release"] == {
        **{"wave": wave.slug, "number": 1, "published_on": today().isoformat(), "note": "First one"},
        **{"what_changed": "", "replaces": None, "changes": []},
    }
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.actor, entry.action, entry.subject) == ("an analyst", "release published", f"{wave.slug}/1")
    assert entry.detail["sha256"] == {file.name: file.sha256 for file in release.files}


@pytest.mark.both_engines
@pytest.mark.usefixtures("quick")
class TestFrozen:
    @pytest.fixture
    def wave(self, session):
        wave, self.receipt = closed_wave()
        self.id = session.scalars(select(Response.id).limit(1)).one()
        publish_wave(wave, "test", ReleaseRequest())
        return wave

    def test_receipts_are_gone_and_nobody_can_withdraw(self, wave, session):
        assert session.scalar(select(func.count(Response.receipt_hash))) == 0
        with pytest.raises(NotFound, match="erased when the results"):
            wave_of_receipt(self.receipt.code)
        with pytest.raises(NotFound, match="erased when its figures are published"):
            withdraw_response(self.receipt.code, "test")
        assert count(wave) == 3

    def test_nothing_is_added(self, wave):
        with pytest.raises(Frozen, match="are published, so its answers can no longer be added"):
            submit_response(submission(wave, counted_on=today() - AGO))
        with pytest.raises(Frozen):
            submit_responses([submission(wave, counted_on=today() - AGO)])
        assert count(wave) == 3

    def test_what_is_there_and_comes_again_gets_its_receipt(self, wave):
        again = submit_response(submission(wave, id=self.id, counted_on=today() - AGO))
        assert (again.outcome, bool(again.code)) == ("already_stored", True)
        assert count(wave) == 3

    def test_other_content_is_kept_and_never_counted(self, wave, session):
        from feedback.models import Conflict

        other = {**SOME_ANSWERS, "safe_local_day": "very_unsafe"}
        assert submit_response(submission(wave, id=self.id, answers=other, counted_on=today() - AGO)).outcome == (
            "conflict"
        )
        with pytest.raises(Frozen):
            use_instead(session.scalars(select(Conflict.id)).one(), "test")
        session.rollback()
        assert session.get(Response, self.id).answers == SOME_ANSWERS

    def test_it_cannot_be_opened_again(self, wave):
        with pytest.raises(Frozen):
            extend_wave(wave, today() + AGO)

    def test_neither_row_nor_file_can_change_even_by_hand(self, wave, session):
        for statement in ("UPDATE release SET note = 'x'", "UPDATE release_file SET sha256 = 'x'"):
            with pytest.raises(IntegrityError, match="cannot change"):
                session.execute(text(statement))
            session.rollback()
        release = published_release(wave.slug, 1)
        release.note = "other"
        with pytest.raises(ValueError, match="is published and cannot change"):
            session.commit()
        session.rollback()
        with pytest.raises(Refusal, match="stays readable"):
            discard(release, "test")

    def test_who_checked_before_the_freezing_and_stores_after_it_is_refused(self, wave, session):
        from feedback.services.answers.submission import store_checked
        from feedback.services.answers.validation import check_submission

        frozen_at, wave.frozen_at = wave.frozen_at, None
        checked = check_submission(submission(wave, counted_on=today() - AGO))
        wave.frozen_at = frozen_at
        session.commit()
        with pytest.raises(Frozen):
            store_checked([checked])
        assert count(wave) == 3


@pytest.mark.usefixtures("quick")
class TestRefusals:
    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"closes_on": 20}, r"takes answers until .* Its figures can be published from"),
            ({"closes_on": 0}, r"takes answers until .* Its figures can be published from"),
            ({"closes_on": -1}, "closed yesterday, and forms that were opened in time may still be sent today"),
            ({"purpose": "test", "closes_on": -5}, "is a test wave. Its figures are never published"),
            ({"answers": 0, "closes_on": -5}, "Nobody answered A wave, so there is nothing to publish"),
        ],
        ids=["open", "last day", "grace", "test", "nobody"],
    )
    def test_a_wave_that_cannot_be_published_says_why_and_when(self, lite, started, given, sentence):
        closes_on = today() + timedelta(days=given["closes_on"])
        wave, _receipt = closed_wave(**{**given, "closes_on": closes_on})
        with pytest.raises(Refusal, match=sentence):
            start_preview(wave, "test")
        assert (started, lite.query(Release).count()) == ([], 0)

    def test_it_can_be_published_on_the_day_that_was_named(self, lite, started):
        wave, _receipt = closed_wave(closes_on=today() - timedelta(days=1))
        with time_machine.travel(today() + timedelta(days=1, hours=12)):
            assert start_preview(wave, "test").is_new

    def test_answers_that_changed_since_the_preview(self, lite, started):
        wave, receipt = closed_wave()
        preview = preview_here(wave, "test", ReleaseRequest())
        lite.commit()
        withdraw_response(receipt.code, "test")
        with pytest.raises(Refusal, match="changed since the preview was made. Make the preview again"):
            publish(preview, "test")
        assert wave.frozen_at is None
        assert lite.scalar(select(func.count(Response.receipt_hash))) == 2  # nothing was erased

    def test_a_preview_of_yesterday(self, lite, started):
        wave, _receipt = closed_wave()
        preview = preview_here(wave, "test", ReleaseRequest())
        lite.commit()
        with (
            time_machine.travel(today() + timedelta(days=1, hours=12)),
            pytest.raises(Refusal, match="which appears on every page of it"),
        ):
            publish(preview, "test")

    def test_a_preview_that_fails_leaves_the_former_one(self, lite, started, monkeypatch):
        wave, _receipt = closed_wave()
        former = preview_here(wave, "test", ReleaseRequest(note="former"))
        lite.commit()
        job = start_preview(wave, "test").job
        monkeypatch.setattr(files, "make_release", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_job(job.id)
        assert "fault in the program" in job.why_not
        assert preview_of(wave) is former

    def test_a_release_that_was_published_meanwhile(self, lite, started, monkeypatch):
        wave, _receipt = closed_wave()
        made = files.make_release

        def slow(wanted, tell):
            monkeypatch.setattr(files, "make_release", made)
            publish_wave(wave, "another", ReleaseRequest())
            return made(wanted, tell)

        monkeypatch.setattr(files, "make_release", slow)
        with pytest.raises(Refusal, match="A release was published while"):
            preview_here(wave, "test", ReleaseRequest())
        assert [release.number for release in releases_of(wave)] == [1]

    def test_twice(self, lite):
        wave, _receipt = closed_wave()
        release = publish_wave(wave, "test", ReleaseRequest())
        with pytest.raises(Refusal, match="published already"):
            publish(release, "test")
        with pytest.raises(Refusal, match="Say what changed"):
            publish_wave(wave, "test", ReleaseRequest(what_changed=" \x00 "))

    def test_a_long_note(self, lite, started):
        wave, _receipt = closed_wave()
        with pytest.raises(Refusal, match="The note is longer than 2,000 characters"):
            start_preview(wave, "test", note="x" * 100_000)


@pytest.mark.usefixtures("quick")
def test_a_new_preview_takes_the_place_of_the_old_one(lite, started):
    wave, _receipt = closed_wave()
    first = start_preview(wave, "one", note="first").job
    assert start_preview(wave, "one") == (first, False)
    run_job(first.id)
    run_job(start_preview(wave, "one", note="second").job.id)
    second = preview_of(wave)
    assert (second.number, second.note) == (1, "second")
    discard(second, "one")
    assert preview_of(wave) is None


def test_a_correction_replaces_and_lists_what_changed(lite, monkeypatch):
    from feedback.services import summaries

    wave, _receipt = closed_wave(answers=60)
    first = publish_wave(wave, "test", ReleaseRequest())
    before = file_of(first, "release.json").content
    real = summaries.measures_of

    def corrected(questionnaire):
        """The mistake that is corrected: fairly safe was not counted as safe."""
        return tuple(
            replace(one, indicator=replace(one.indicator, yes=("fairly_safe",)))
            if one.name == "safe_local_day"
            else one
            for one in real(questionnaire)
        )

    monkeypatch.setattr(summaries, "measures_of", corrected)
    second = publish_wave(wave, "test", ReleaseRequest(what_changed="Very safe was counted as safe by mistake."))
    assert (second.number, replaced_by(first), replaced_by(second)) == (2, 2, None)
    assert published() == [second]
    assert published(replaced=True) == [second, first]
    assert file_of(first, "release.json").content == before
    said = document_of(second)["release"]
    assert (said["replaces"], said["what_changed"]) == (1, "Very safe was counted as safe by mistake.")
    changed = {(one["indicator"], one["group"], one["what"]): (one["before"], one["after"]) for one in said["changes"]}
    assert changed["safe_local_day", "", "Percentage"] == ("100.0", "0.0")
    assert {indicator for indicator, _group, _what in changed} == {"safe_local_day"}


def test_ids_that_cannot_be(lite):
    for slug, number in (("nothing", 1), ("fast-feedback-test", 2**40), ("a\0b", 1)):
        with pytest.raises(NotFound):
            published_release(slug, number)
