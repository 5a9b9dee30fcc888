"""The last resort: what a tablet saved as a file goes through the same door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from feedback.extensions import db
from feedback.models import AuditEntry, Device, Event, QuarantinedForm, Response
from feedback.services.tablets.event_keys import public_jwk
from feedback.services.tablets.queue_files import LARGEST_FILE
from tests.integration.staff.scenes import add_event, sign_in
from tests.integration.sync.tablets import CODE, WAVE, Tablet, seal
from tests.integration.sync.test_door import rows
from tests.pages import text_of


def file_of(tablet: Tablet, items: list[Any], **changed: Any) -> dict[str, Any]:
    return {
        "format": "safe-city-feedback queue 1",
        "device": tablet.device,
        "event": CODE,
        "site": "https://safecity.example",
        "exported_at": "2026-11-21T14:00:00Z",
        "items": items,
        **changed,
    }


def bring(app: Flask, content: Any, status: int = 303) -> str:
    """Bring in a file as an officer; return what the page after it says."""
    officer: Any = sign_in(app.test_client(), "officer")
    given = content if isinstance(content, bytes) else json.dumps(content).encode()
    answer = upload(officer, given)
    assert answer.status_code == status, answer.text
    return text_of(officer.page(answer.location).main) if answer.location else answer.text


@pytest.mark.both_engines
def test_a_file_does_what_sending_would_have_done_and_twice_is_once(field: Flask, tablet: Tablet) -> None:
    items = [tablet.seal() for _ in range(60)] + [tablet.seal(version=99), tablet.seal(practice=True)]
    tablet.send(items[0])
    said = bring(field, file_of(tablet, items))
    assert "62 answers in the file. 60 stored, 1 already received, 1 waiting for a decision." in said
    assert len(rows(field, Response)) == 60
    assert tablet.tell()["missing"] == []
    assert tablet.sign_off()["agrees"] is True
    assert "1 stored, 60 already received, 1 waiting" in bring(field, file_of(tablet, items))
    assert (len(rows(field, Response)), len(rows(field, QuarantinedForm))) == (60, 1)
    with field.app_context():
        imported = list(db.session.scalars(db.select(AuditEntry).filter_by(action="queue file imported")))
    assert [entry.actor for entry in imported] == ["officer@example.com"] * 2


def test_a_file_of_a_device_that_is_not_known_here_goes_by_its_event(field: Flask, tablet: Tablet) -> None:
    item = tablet.seal()
    with field.app_context():
        db.session.execute(db.delete(Device))
        db.session.commit()
    assert "1 stored" in bring(field, file_of(tablet, [item]))


def test_a_bad_item_in_a_good_file_waits(field: Flask, tablet: Tablet) -> None:
    bad = {**tablet.seal(), "sealed": "AAAA"}
    said = bring(field, file_of(tablet, [tablet.seal(), bad, {**tablet.seal(), "key": "other"}]))
    assert "1 stored, 2 waiting" in said


def test_a_file_of_another_service_is_refused_as_a_whole(field: Flask, tablet: Tablet, real_keys: None) -> None:
    with field.app_context():
        from feedback.queries.waves import wave_by_slug

        add_event(wave_by_slug(WAVE), "ELSE")
        other = db.session.scalar(db.select(Event).filter_by(code="ELSE"))
        jwk = public_jwk(other)
    foreign = seal(tablet.form(), {"id": "of-another", "public_jwk": jwk})
    for file in (
        file_of(tablet, [foreign], site="https://elsewhere.example"),
        file_of(tablet, [tablet.seal()], device="7", event="NONE"),
    ):
        said = bring(field, file, status=200)
        assert "belongs to another service" in said
        assert "Nothing was stored" in said
    assert rows(field, Response) == rows(field, QuarantinedForm) == []


def upload(officer: Any, content: bytes) -> Any:
    """Post the form of the page as a browser writes it."""
    token = officer.page("/officer/queue-file").select_one("main input[name=csrf_token]")["value"]
    parts = (
        f'--edge\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'.encode(),
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="queue.json"\r\n\r\n',
        content,
        b"\r\n--edge--\r\n",
    )
    body = b"".join(parts)
    return officer.post("/officer/queue-file", data=body, content_type="multipart/form-data; boundary=edge")


WRONG: list[Any] = [
    b"",
    b"\xff\xfe",
    b"not json",
    b"[" * 100_000,
    b'{"format": NaN}',
    [],
    {},
    {"format": "safe-city-feedback queue 2", "items": []},
    {"format": "safe-city-feedback queue 1", "items": {}},
]


@pytest.mark.parametrize("content", WRONG, ids=range(len(WRONG)))
def test_what_is_no_queue_file_is_refused_in_a_sentence(sqlite_field: Flask, content: Any) -> None:
    assert "govuk-error-summary" in bring(sqlite_field, content, status=200)
    assert rows(sqlite_field, Response) == rows(sqlite_field, QuarantinedForm) == []


@pytest.mark.parametrize("items", [[7], [{}], [{"id": "x"}], [{"id": 7, "sealed": ""}]])
def test_an_item_without_a_number_refuses_the_file(
    sqlite_field: Flask, sqlite_tablet: Tablet, items: list[Any]
) -> None:
    said = bring(sqlite_field, file_of(sqlite_tablet, [sqlite_tablet.seal(), *items]), status=200)
    assert "Item 2 of the file has no number" in said
    assert rows(sqlite_field, Response) == []


def test_a_large_file_comes_in_and_one_without_end_does_not(sqlite_field: Flask, sqlite_tablet: Tablet) -> None:
    items = [{**sqlite_tablet.seal(), "more": "x" * 3_000_000}]
    assert "1 stored" in bring(sqlite_field, file_of(sqlite_tablet, items))
    officer: Any = sign_in(sqlite_field.test_client(), "officer")
    assert upload(officer, b" " * (LARGEST_FILE + 100_000)).status_code == 413


def test_the_command_line_brings_a_file_in(sqlite_field: Flask, sqlite_tablet: Tablet, tmp_path: Path) -> None:
    run, path = sqlite_field.test_cli_runner(), tmp_path / "queue.json"
    path.write_text(json.dumps(file_of(sqlite_tablet, [sqlite_tablet.seal(), sqlite_tablet.seal(version=9)])))
    done = run.invoke(args=["devices", "import-queue", str(path)])
    assert done.exit_code == 0, done.output
    assert "Stored: 1." in done.output
    assert "Held: 1." in done.output
    for wrong in (tmp_path, tmp_path / "none.json"):
        assert run.invoke(args=["devices", "import-queue", str(wrong)]).exit_code == 1
    path.write_text("{}")
    refused = run.invoke(args=["devices", "import-queue", str(path)])
    assert (refused.exit_code, "not a queue file" in refused.output) == (1, True)


def test_names_of_keys_that_are_no_names_are_kept_with_the_form(field: Flask, tablet: Tablet) -> None:
    odd: list[Any] = [[], {}, None, 1.5, True, "", "\ud800", "a\0b", "k" * 60_000]
    items = [tablet.seal(), *({**tablet.seal(), "key": key} for key in odd)]
    said = bring(field, file_of(tablet, items))
    assert f"1 stored, {len(odd)} waiting for a decision" in said
    assert len(rows(field, QuarantinedForm)) == len(odd)
    assert "belongs to another service" in bring(field, file_of(tablet, items[1:]), 200)
