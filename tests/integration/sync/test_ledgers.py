"""Two counts that agree, or exactly what is missing; and after sign-off nothing that ties a number to an answer."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from feedback.extensions import db
from feedback.models import Arrival, AuditEntry, Device, LedgerEntry
from tests.integration.staff.scenes import sign_in
from tests.integration.sync.tablets import Tablet, take, token_of
from tests.integration.sync.test_door import everything, rows
from tests.pages import text_of

pytestmark = pytest.mark.both_engines


def test_both_counts_agree_and_the_receipt_says_so(field: Flask, tablet: Tablet) -> None:
    tablet.send(*[tablet.seal() for _ in range(12)], tablet.form(version=99), tablet.form(practice=True))
    tablet.entries.append({"number": 15, "id": None, "practice": False, "state": "discarded"})
    told = tablet.tell(queued=0, storage_persisted=False)
    assert (told["completed"], told["stored"], told["held"], told["missing"]) == (13, 12, 1, [])
    signed = tablet.sign_off()
    assert {name: signed[name] for name in ("agrees", "device", "server", "held", "missing")} == {
        "agrees": True, "device": 13, "server": 13, "held": 1, "missing": [],
    }  # fmt: skip
    officer = sign_in(field.test_client(), "officer")
    page = officer.page(signed["receipt"].replace("http://localhost", ""))  # type: ignore[attr-defined]
    assert "13 on the tablet, 13 received: nothing is missing" in text_of(page.main)
    for code in ("12208", "very_safe", "25_34"):
        assert code not in text_of(page.main)


def test_what_is_missing_is_named_and_nothing_is_erased_before_it_comes(field: Flask, tablet: Tablet) -> None:
    forms = [tablet.seal() for _ in range(5)]
    tablet.send(forms[0], forms[2], forms[4])
    assert tablet.tell()["missing"] == [2, 4]
    assert tablet.sign_off() | {"receipt": ""} == {
        "agrees": False, "device": 5, "server": 3, "held": 0, "missing": [2, 4], "receipt": "",
    }  # fmt: skip
    assert len(rows(field, Arrival)) == 3
    assert rows(field, Device)[0].signed_off_at is None
    tablet.send(forms[1], forms[3])
    assert tablet.sign_off()["agrees"] is True


def test_after_sign_off_no_table_ties_a_number_or_a_device_to_an_answer(field: Flask, tablet: Tablet) -> None:
    items = [tablet.seal() for _ in range(3)]
    practice = tablet.form(practice=True)
    tablet.send(*items, practice)
    tablet.tell()
    before = everything(field)
    ids = [item["id"] for item in (*items, practice)]
    assert all(before.count(id) >= (2 if id != practice["id"] else 1) for id in ids)  # answers, ledger, arrivals
    tablet.sign_off()
    after = everything(field)
    assert [after.count(id) for id in ids] == [1, 1, 1, 0]  # the responses themselves
    assert rows(field, Arrival) == []
    assert {(entry.number, entry.item_id, entry.outcome) for entry in rows(field, LedgerEntry)} == {
        (1, None, "stored"), (2, None, "stored"), (3, None, "stored"), (4, None, "stored"),
    }  # fmt: skip


def test_what_comes_again_after_sign_off_ties_nothing_anew(field: Flask, tablet: Tablet) -> None:
    """The tablet missed the answer to its sign-off: it sends its forms, its ledger and the sign-off once more."""
    items = [tablet.seal() for _ in range(2)]
    tablet.send(*items)
    tablet.tell()
    first = tablet.sign_off()
    assert tablet.send(*items) == ["already_stored", "already_stored"]
    assert tablet.tell()["missing"] == []
    assert tablet.sign_off() == first
    after = everything(field)
    assert [after.count(item["id"]) for item in items] == [1, 1]
    with field.app_context():
        signed = db.session.scalars(db.select(AuditEntry).filter_by(action="device signed off"))
        assert len(list(signed)) == 1


def test_a_second_shift_is_counted_on_top(field: Flask, tablet: Tablet) -> None:
    tablet.send(tablet.seal())
    tablet.tell()
    tablet.sign_off()
    for entry in tablet.entries:
        entry["id"] = None  # as the app forgets them
    tablet.send(tablet.seal())
    assert (tablet.tell()["completed"], tablet.sign_off()["agrees"]) == (2, True)
    assert rows(field, Arrival) == []


def test_a_lost_tablet_is_closed_with_a_gap_and_what_comes_late_fills_it(field: Flask, tablet: Tablet) -> None:
    forms = [tablet.seal() for _ in range(3)]
    tablet.send(forms[0])
    tablet.tell()
    officer = sign_in(field.test_client(), "officer")
    address = f"/officer/devices/{tablet.device}"
    page = officer.page(f"{address}/sign-off")  # type: ignore[attr-defined]
    assert "Not received 2 Form numbers not received 2, 3" in text_of(page.main)
    tied = text_of(officer.page(f"{address}/receipt").main)  # type: ignore[attr-defined]
    assert "once the tablet is signed off, none can be linked to an answer" in tied
    officer.submit(f"{address}/sign-off", {"reason": ""}, status=200)  # type: ignore[attr-defined]
    officer.submit(f"{address}/sign-off", {"reason": "It was stolen"})  # type: ignore[attr-defined]
    receipt = text_of(officer.page(f"{address}/receipt").main)  # type: ignore[attr-defined]
    assert "2 answers are missing" in receipt
    assert "It was stolen" in receipt
    assert "Numbers count forms; none can be linked to an answer." in receipt
    assert [after in everything(field) for after in [item["id"] for item in forms]] == [True, False, False]
    assert tablet.send(forms[2]) == ["stored"]
    assert everything(field).count(forms[2]["id"]) == 1
    assert "1 answer is missing" in text_of(officer.page(f"{address}/receipt").main)  # type: ignore[attr-defined]


def test_a_ledger_cannot_be_talked_down(field: Flask, tablet: Tablet) -> None:
    """What was completed stays completed, what was real stays real, and an id stays what it was."""
    form = tablet.form()
    tablet.tell()
    other = tablet.form()
    tablet.send(other)
    for lie in (
        {"number": 1, "id": form["id"], "practice": False, "state": "discarded"},
        {"number": 1, "id": form["id"], "practice": True, "state": "completed"},
        {"number": 1, "id": other["id"], "practice": False, "state": "completed"},
        {"number": 1, "id": None, "practice": False, "state": "opened"},
    ):
        tablet.entries = [lie]
        assert tablet.tell()["missing"] == [1], lie


def test_what_is_here_but_not_in_the_ledger_is_no_agreement(field: Flask, tablet: Tablet) -> None:
    tablet.send(tablet.seal())
    tablet.entries = []
    assert tablet.tell()["completed"] == 0
    signed = tablet.sign_off()
    assert (signed["agrees"], signed["device"], signed["server"]) == (False, 0, 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"entries": {}},
        {"entries": [7]},
        {"entries": [{"number": 0, "state": "sent", "id": None}]},
        {"entries": [{"number": 10**9, "state": "sent", "id": None}]},
        {"entries": [{"number": "1", "state": "sent", "id": None}]},
        {"entries": [{"number": True, "state": "sent", "id": None}]},
        {"entries": [{"number": 1, "state": "eaten", "id": None}]},
        {"entries": [{"number": 1, "state": "sent", "id": "\x00"}]},
        {"entries": [], "queued": -1},
        {"entries": [], "device_time": "now"},
        {"entries": [], "device_time": "2026-11-21T14:00:00"},
        {"entries": [], "device_time": "0001-01-01T00:00:00+00:00"},
        {"entries": [], "app_version": "x" * 100},
        {"entries": [], "storage_persisted": "yes"},
        [],
        "ledger",
    ],
)
def test_a_ledger_that_is_none_is_refused_and_changes_nothing(
    sqlite_field: Flask, sqlite_tablet: Tablet, body: Any
) -> None:
    address = f"/api/v1/devices/{sqlite_tablet.device}/ledger"
    answer = sqlite_tablet.client.put(address, json=body, headers=sqlite_tablet.headers)
    assert (answer.status_code, list(answer.get_json())) == (400, ["error"])
    assert rows(sqlite_field, LedgerEntry) == []


def test_a_ledger_without_end_is_refused_and_the_longest_is_taken(field: Flask, tablet: Tablet) -> None:
    entries = [{"number": number, "state": "sent", "id": None} for number in range(1, 100_001)]
    address = f"/api/v1/devices/{tablet.device}/ledger"
    for most in (100_000, 5_001):
        answer = tablet.client.put(address, json={"entries": entries[:most]}, headers=tablet.headers)
        assert (answer.status_code, list(answer.get_json())) == (413, ["error"])
    assert rows(field, LedgerEntry) == []
    tablet.entries = entries[:5_000]
    assert len(tablet.tell()["missing"]) == 5_000
    assert tablet.tell()["completed"] == 5_000


def test_signing_off_by_hand_needs_a_person_of_the_right_role_and_their_token(field: Flask, tablet: Tablet) -> None:
    tablet.send(tablet.seal())
    tablet.tell()
    address = f"/api/v1/devices/{tablet.device}/sign-off"
    officer = sign_in(field.test_client(), "officer")
    assert field.test_client().post(address).status_code == 401
    assert officer.post(address).status_code == 400
    signed = officer.post(address, headers=token_of(officer))
    assert (signed.status_code, signed.get_json()["agrees"]) == (200, True)
    assert rows(field, Device)[0].signed_off_by == "officer@example.com"


def test_staff_see_every_tablet_and_how_it_stands(field: Flask, tablet: Tablet) -> None:
    second, third = take(field, "Tablet 2"), take(field, "Practice", practice=True)
    tablet.send(tablet.seal())
    tablet.tell(device_time="2030-01-01T00:00:00Z", queued=0, storage_persisted=True, app_version="7")
    second.form()
    second.tell()
    third.send(third.form(practice=True))
    officer = sign_in(field.test_client(), "officer")
    listed = text_of(officer.page("/officer/devices").main)  # type: ignore[attr-defined]
    for words in (
        "Tablet 1 Counts agree On the tablet 1 Received 1 Last contact",
        "Tablet 2 1 missing On the tablet 1 Received 0 Missing No. 1 Last contact",
        "Practice No contact yet Practice On the tablet Not reported yet Received 0",
    ):
        assert words in listed
    page = text_of(officer.page(f"/officer/devices/{tablet.device}").main)  # type: ignore[attr-defined]
    assert "days ahead" in page
    assert "The browser promises to keep it" in page
