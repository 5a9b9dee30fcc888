"""Save and come back: the code is the key, works on any device for a week, and is kept nowhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from feedback.extensions import db
from feedback.models import Draft, Response
from tests.pages import PageClient, text_of

CODE = re.compile(r"([2-9A-HJ-NP-Z]{5}-){3}[2-9A-HJ-NP-Z]{5}")


def begin(client: PageClient, address: str, **given: str) -> str:
    """Begin the long survey, answer its first page; return the address of the second."""
    answer = client.submit(f"{address}/start", given)
    first = answer.location
    answer = client.submit(first, {"link": "live"})
    return str(answer.location)


def keep(client: PageClient, address: str) -> str:
    """Save for later and return the code that is shown."""
    shown = client.page(client.submit(f"{address}/later", {}).location)
    return str(CODE.search(text_of(shown.select_one(".app-receipt"))).group())


def test_a_code_goes_on_where_it_was_on_another_device(app: Flask, client: PageClient, long: str) -> None:
    second = begin(client, long)
    code = keep(client, long)
    other = app.test_client()
    answer = other.submit(f"{long}/resume", {"code": code.lower().replace("-", " ")})
    assert answer.location == second
    first = other.page(re.sub(r"\d+$", "1", second))
    assert first.select_one("input[name=link][value=live]").has_attr("checked")


def test_what_is_ticked_on_the_open_page_is_saved_too(app: Flask, client: PageClient, long: str) -> None:
    second = begin(client, long)
    later = client.page(second).select_one("main form button[name=later]")
    answer = client.submit(second, {"safe_local_day": "very_safe", later["name"]: later["value"]})
    assert answer.location == f"{long}/later"
    code, other = keep(client, long), app.test_client()
    assert other.submit(f"{long}/resume", {"code": code}).location == second
    assert other.page(second).select_one("input[name=safe_local_day][value=very_safe]").has_attr("checked")


def test_no_other_site_can_lead_people_into_answers_that_it_has_the_code_of(
    app: Flask, client: PageClient, long: str
) -> None:
    begin(client, long)
    code = keep(client, long)
    for site, status in (("cross-site", 422), ("same-origin", 303)):
        answer = app.test_client().post(f"{long}/resume", data={"code": code}, headers={"Sec-Fetch-Site": site})
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (status, status == 303)


@pytest.mark.both_engines
def test_both_devices_send_the_same_response_once(app: Flask, client: PageClient, long: str) -> None:
    begin(client, long)
    code = keep(client, long)
    other = app.test_client()
    other.submit(f"{long}/resume", {"code": code})
    sent = other.submit(f"{long}/check", {})
    assert other.post(f"{long}/check").location == sent.location, "sent once more it leads to its receipt"
    assert client.submit(f"{long}/check", {}).location == sent.location
    with app.app_context():
        assert len(db.session.scalars(select(Response)).all()) == 1
    assert app.test_client().submit(f"{long}/resume", {"code": code}, status=422)


def test_the_code_is_stored_nowhere_and_the_old_draft_is_gone(app: Flask, client: PageClient, long: str) -> None:
    begin(client, long)
    code = keep(client, long)
    with app.app_context():
        (draft,) = db.session.scalars(select(Draft))
        kept = draft.id.encode() + draft.sealed
        assert code.replace("-", "").encode() not in kept
        assert code.encode() not in kept
        assert timedelta(days=7) <= draft.expires_at - datetime.now(UTC) <= timedelta(days=7, hours=1)
    client.submit(f"{long}/2", {}, status=303)
    with app.app_context():
        (draft,) = db.session.scalars(select(Draft))
        assert draft.expires_at - datetime.now(UTC) > timedelta(days=6), "going on does not shorten the week"


def test_after_a_week_the_code_opens_nothing(app: Flask, client: PageClient, long: str) -> None:
    begin(client, long)
    code = keep(client, long)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=7, minutes=1)):
        answer = app.test_client().submit(f"{long}/resume", {"code": code}, status=422)
        assert "We cannot find answers with this code." in answer.text


def test_wrong_codes_get_one_sentence(client: PageClient, long: str) -> None:
    for code in ("ABCDE", "x" * 100_000, "A\0", "ABCDE-ABCDE-ABCDE-ABCDE", "<script>"):
        answer = client.submit(f"{long}/resume", {"code": code}, status=422)
        assert "We cannot find answers with this code." in answer.text
    assert "Enter the code that you wrote down" in client.submit(f"{long}/resume", {"code": " "}, status=422).text


def test_it_is_not_offered_on_a_shared_device(client: PageClient, long: str) -> None:
    second = begin(client, long, shared="1")
    assert "Save and come back later" not in client.get(second).text
    assert client.get(f"{long}/later").status_code == 404
    assert client.post(f"{long}/later").status_code == 404


def test_staying_keeps_the_answers_longer(app: Flask, client: PageClient, long: str) -> None:
    begin(client, long)
    with app.app_context():
        before = db.session.scalars(select(Draft.expires_at)).one()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=90)):
        assert client.post(f"{long}/stay").status_code == 204
        with app.app_context():
            assert db.session.scalars(select(Draft.expires_at)).one() > before
    assert app.test_client().post(f"{long}/stay").status_code == 303


def test_going_on_at_a_shared_device_gives_up_what_must_not_be_kept_there(
    app: Flask, client: PageClient, long: str
) -> None:
    from feedback.services.answers.drafts import find_draft
    from feedback.services.answers.resume_codes import _key

    client.submit(begin(client, long), {"safe_local_day": "very_safe"})
    code = keep(client, long)
    other = app.test_client()
    other.submit(f"{long}/resume", {"code": code, "shared": "1"})
    with app.app_context():
        draft = find_draft(_key(code.replace("-", "")))
        assert draft.content["shared"] is True
        assert draft.content["given"] == {"safe_local_day": "very_safe"}
    assert other.get(f"{long}/later").status_code == 404
