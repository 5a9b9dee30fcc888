"""Two people have the same page open: what the first saves is never lost under what the second sends.

Every address that a form can be sent to is in one of the tables below, or this is red.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from feedback.clock import today
from feedback.extensions import db
from feedback.models import (
    Action,
    AuditEntry,
    Conflict,
    Device,
    Event,
    EventNote,
    HelpLine,
    Job,
    PaperBatch,
    PaperSheet,
    QuarantinedForm,
    Release,
    Review,
    User,
    Wave,
)
from feedback.models.types import utc_now
from feedback.queries.waves import event_by_code, wave_by_slug
from tests.integration.staff.one_of_everything import furnish
from tests.integration.staff.scenes import PASSWORD, email_of
from tests.pages import check_page, text_of


def plus(days: int) -> dict[str, str]:
    day = today() + timedelta(days=days)
    return {f"closes_on-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def in_full(days: int) -> str:
    day = today() + timedelta(days=days)
    return f"{day.day} {day:%B %Y}"


@dataclass(frozen=True)
class Edit:
    """What the first and the second person send; how each is said on a page; `kept`: fields of the first that the
    second never touched, as they must stand on the page that asks and stay after it.
    """

    path: Callable[[], str]
    first: dict[str, Any]
    second: dict[str, Any]
    stored: tuple[str, ...]
    typed: tuple[str, ...]
    finally_: Callable[[], Any]
    expected: Any
    status: int = 303
    kept: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decide:
    """A button, and what changes under the page that has it; `words`: how the page then says so."""

    path: Callable[[], str]
    change: Callable[[], Any]
    words: str
    send: dict[str, Any] = field(default_factory=dict)
    page: Callable[[], str] | None = None


def one(model: Any) -> Any:
    return db.session.scalars(select(model).order_by(*model.__table__.primary_key)).first()


def event() -> Event:
    return event_by_code("HERE")


def line() -> HelpLine:
    return db.session.get_one(HelpLine, "samaritans")


def change(model: Any, **values: Any) -> Callable[[], None]:
    return lambda: db.session.execute(update(model).values(**values)) and None


EDITS = {
    "administrators.help_line": Edit(
        path=lambda: "/admin/help-lines/samaritans",
        first={"number": "0808 111 1111", "hours": "Day and night"},
        second={"number": "0808 222 2222"},
        stored=("0808 111 1111", "Day and night"),
        typed=("0808 222 2222",),
        finally_=lambda: (line().number, line().hours),
        expected=("0808 222 2222", "Day and night"),
        kept={"hours": "Day and night"},
    ),
    "administrators.change_action": Edit(
        path=lambda: f"/admin/actions/{one(Action).id}/change",
        first={"title": "Lights on the path", "did": "We put up six lamps"},
        second={"title": "Lights at the station"},
        stored=("Lights on the path", "We put up six lamps"),
        typed=("Lights at the station",),
        finally_=lambda: (one(Action).title, one(Action).did),
        expected=("Lights at the station", "We put up six lamps"),
        kept={"did": "We put up six lamps"},
    ),
    "administrators.person": Edit(
        path=lambda: f"/admin/people/{db.session.scalar(select(User.id).filter_by(email=email_of('officer')))}",
        first={"name": "Ann First", "roles": ["officer", "analyst"]},
        second={"name": "Ann Second", "roles": ["officer"]},
        stored=("Ann First", "Analyst, Officer"),
        typed=("Ann Second",),
        finally_=lambda: db.session.scalar(select(User.name).filter_by(email=email_of("officer"))),
        expected="Ann Second",
    ),
    "administrators.extend_wave": Edit(
        path=lambda: "/admin/waves/safety-now/extend",
        first=plus(50),
        second=plus(60),
        stored=(in_full(50),),
        typed=(str((today() + timedelta(days=60)).day),),
        finally_=lambda: wave_by_slug("safety-now").closes_on,
        expected=today() + timedelta(days=60),
    ),
    "administrators.data_protection": Edit(
        path=lambda: "/admin/data-protection",
        first={"name": "Dora First", "role": "Data protection officer"},
        second={"name": "Dan Second", "role": "Deputy"},
        stored=("Dora First",),
        typed=("Dan Second", "Deputy"),
        finally_=lambda: [e.detail["name"] for e in db.session.scalars(select(AuditEntry)) if "periods" in e.detail],
        expected=["Dora First", "Dan Second"],
    ),
    "administrators.reject_form": Edit(
        path=lambda: f"/admin/held/{one(QuarantinedForm).id}/set-aside",
        first={"reason": "A trial of the tablet"},
        second={"reason": "It came twice"},
        stored=("Rejected", "A trial of the tablet"),
        typed=("It came twice",),
        finally_=lambda: one(QuarantinedForm).decision_reason,
        expected="It came twice",
    ),
    "officers.change": Edit(
        path=lambda: "/officer/events/HERE/change",
        first={"place": "Central library", "target": "50"},
        second={"place": "Shirley library"},
        stored=("Central library", "50"),
        typed=("Shirley library",),
        finally_=lambda: (event().place, event().target),
        expected=("Shirley library", 50),
        kept={"target": "50"},
    ),
    "officers.officers": Edit(
        path=lambda: "/officer/events/HERE/officers",
        first={"officers": lambda: [str(person("officer"))]},
        second={"officers": lambda: [str(person("administrator"))]},
        stored=("Test officer",),
        typed=("Test administrator",),
        finally_=lambda: [user.name for user in event().officers],
        expected=["Test administrator"],
    ),
    "officers.change_paper": Edit(
        path=lambda: f"/officer/paper/{one(PaperBatch).code}/change",
        first={"second_share": "20", "grace_days": "9"},
        second={"second_share": "30"},
        stored=("20", "9"),
        typed=("30",),
        finally_=lambda: (one(PaperBatch).second_share, one(PaperBatch).grace_days),
        expected=(30, 9),
        kept={"grace_days": "9"},
    ),
    "reviewers.text": Edit(
        path=lambda: f"/review/{one(Review).id}",
        first={"outcome": "kept_out", "note": "It names a neighbour"},
        second={"outcome": "passed_on", "passed_to": "Police", "note": "Told on 999"},
        stored=("Kept from others", "It names a neighbour"),
        typed=("Police", "Told on 999"),
        finally_=lambda: (one(Review).outcome, one(Review).passed_to, one(Review).note),
        expected=("passed_on", "Police", "Told on 999"),
    ),
    "analysts.make_preview": Edit(
        path=lambda: "/analyst/waves/closed-wave/releases",
        first={"note": "Because the council meets"},
        second={"note": "Because of a press enquiry"},
        stored=("Because the council meets",),
        typed=("Because of a press enquiry",),
        finally_=lambda: sorted(job.wanted["note"] for job in db.session.scalars(select(Job))),
        expected=["Because of a press enquiry", "Because the council meets"],
    ),
}

DECISIONS = {
    "administrators.accept_form": Decide(
        path=lambda: f"/admin/held/{one(QuarantinedForm).id}/put-right",
        change=change(QuarantinedForm, decision="set_aside", decision_reason="A trial", decided_at=utc_now()),
        words="A trial",
        send={"reason": "It was the old version", "event": "HERE", "version": "safety-now-1"},
    ),
    "administrators.publish_action": Decide(
        path=lambda: f"/admin/actions/{one(Action).id}/publish",
        page=lambda: f"/admin/actions/{one(Action).id}",
        change=change(Action, did="We did something else"),
        words="We did something else",
    ),
    "administrators.unpublish_action": Decide(
        path=lambda: f"/admin/actions/{one(Action).id}/unpublish",
        page=lambda: f"/admin/actions/{one(Action).id}",
        change=change(Action, did="We did something else"),
        words="We did something else",
    ),
    "administrators.delete_action": Decide(
        path=lambda: f"/admin/actions/{one(Action).id}/delete",
        change=change(Action, did="We did something else"),
        words="We did something else",
    ),
    "administrators.close_wave": Decide(
        path=lambda: "/admin/waves/safety-now/close",
        change=change(Wave, closes_on=today() + timedelta(days=70)),
        words=in_full(70),
    ),
    "administrators.delete_wave": Decide(
        path=lambda: "/admin/waves/a-test/delete",
        change=change(Wave, title="A rehearsal"),
        words="A rehearsal",
        send={"slug": "a-test"},
    ),
    **{
        f"administrators.{name}": Decide(
            path=lambda end=end: f"/admin/people/{person('officer')}/{end}",
            change=change(User, name="Another name"),
            words="Another name",
        )
        for name, end in (("deactivate", "deactivate"), ("reactivate", "reactivate"), ("reset_password", "reset"))
    },
    "administrators.apply_retention": Decide(
        path=lambda: "/admin/data-protection/apply",
        change=lambda: db.session.add(old_note(event())),
        words="2",
    ),
    **{
        f"administrators.{name}": Decide(
            path=lambda end=end: f"/admin/kept-apart/{one(Conflict).id}/{end}",
            change=lambda: another_conflict(),
            words="2",
        )
        for name, end in (("keep_first", "keep"), ("use_instead", "use"))
    },
    "analysts.publish_release": Decide(
        path=lambda: "/analyst/waves/closed-wave/releases/1/publish",
        change=change(Release, note="Another note"),
        words="Another note",
    ),
    "analysts.discard_preview": Decide(
        path=lambda: "/analyst/waves/closed-wave/releases/1/throw-away",
        change=change(Release, note="Another note"),
        words="Another note",
    ),
    "officers.cancel": Decide(
        path=lambda: "/officer/events/HERE/cancel", change=change(Event, place="In the park"), words="In the park"
    ),
    "officers.delete": Decide(
        path=lambda: "/officer/events/GONE/delete", change=change(Event, place="In the park"), words="In the park"
    ),
    "officers.restore": Decide(
        path=lambda: "/officer/events/HERE/restore",
        page=lambda: "/officer/events/GONE",
        change=change(Event, place="In the park"),
        words="In the park",
    ),
    "officers.remove": Decide(
        path=lambda: f"/officer/events/HERE/notes/{one(EventNote).id}/remove",
        change=change(EventNote, text="Bring an umbrella"),
        words="Bring an umbrella",
    ),
    "officers.move": Decide(
        path=lambda: "/officer/events/HERE/move/safety-now",
        change=change(Event, title="Another title"),
        words="Another title",
        send={"channel": "all", "target": "GONE"},
    ),
    "officers.revoke": Decide(
        path=lambda: f"/officer/devices/{one(Device).id}/revoke", change=change(Device, name="T9"), words="T9"
    ),
    "officers.sign_off_device": Decide(
        path=lambda: f"/officer/devices/{one(Device).id}/sign-off",
        change=change(Device, name="T9"),
        words="T9",
    ),
    "officers.sign_off_paper": Decide(
        path=lambda: f"/officer/paper/{one(PaperBatch).code}/sign-off",
        change=change(PaperBatch, grace_days=77),
        words="77",
    ),
    "officers.void_paper": Decide(
        path=lambda: f"/officer/paper/{one(PaperBatch).code}/void",
        change=change(PaperBatch, grace_days=77),
        words="77",
        send={"serials": "K7M-223H", "reason": "Rain"},
    ),
    "officers.undo_void_paper": Decide(
        path=lambda: f"/officer/paper/{one(PaperBatch).code}/void/{one(PaperSheet).serial}/undo",
        page=lambda: f"/officer/paper/{one(PaperBatch).code}",
        change=lambda: setattr(one(PaperSheet), "void_reason", "It was burnt"),
        words="It was burnt",
    ),
}

NEW = "it makes something new, and changes nothing that is there"
ASKS = "it only asks for a serial number, and leads to the sheet"
LOCKED = "who keys or settles a sheet after somebody else is refused, and keeps what was typed on the page that says so"
OWN = "nobody else can change it"
FORWARD = "it marks one sheet at a time, each as it is at that moment, and says which could not be marked"
UNDONE = "nothing of an import can change but that it is undone, and who comes second is told when"
EXCEPTIONS = {
    "administrators.undo_answer_import": UNDONE,
    "administrators.add_action": NEW,
    "administrators.add_person": NEW,
    "administrators.make_wave": NEW,
    "analysts.flag_words": NEW,
    "analysts.make_respondent_file": NEW,
    "analysts.make_workbook": NEW,
    "analysts.try_again": NEW,
    "officers.event_paper": NEW,
    "officers.key_paper": ASKS,
    "officers.key_paper_again": ASKS,
    "officers.key_sheet": LOCKED,
    "officers.key_sheet_again": LOCKED,
    "officers.settle_paper": LOCKED,
    "officers.make": NEW,
    "officers.make_paper": NEW,
    "officers.programme": NEW,
    "officers.queue_file": NEW,
    "officers.return_paper": FORWARD,
    "officers.write_note": NEW,
    "security.change_password": OWN,
    "security.login": OWN,
    "security.logout": OWN,
}
OTHER_ROOMS = (
    "api",
    "residents",
    "tablet",
    "public",
)  # machines send ids of their own; residents edit their own answers


def person(role: str) -> int:
    return int(db.session.scalar(select(User.id).filter_by(email=email_of(role))) or 0)


def old_note(at: Event) -> EventNote:
    return EventNote(event=at, text="It rained", written_on=today() - timedelta(days=4000), author="x")


def another_conflict() -> None:
    first = one(Conflict)
    db.session.add(
        Conflict(
            response_id=first.response_id,
            questionnaire_id=first.questionnaire_id,
            channel="online",
            month=first.month,
            answers={},
            payload_hash="other",
        )
    )


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("feedback.services.jobs.start_process", lambda id: None)
    with app.app_context():
        furnish()
    return app


def in_app(app: Flask, read: Callable[[], Any]) -> Any:
    with app.app_context():
        found = read()
        db.session.commit()
        return found


def client_of(app: Flask, endpoint: str, who: str) -> FlaskClient:
    from feedback.models.staff import ROLES
    from feedback.staff.access import access_of

    role = next(role for role in ROLES if role in access_of(app, endpoint))
    client = app.test_client()
    client.submit("/sign-in", {"email": f"{who}{role}@example.com", "password": PASSWORD}, status=302)
    return client


def fields_of(page: BeautifulSoup, action: str = "") -> dict[str, Any]:
    """What a browser sends of the form of a page that nobody has touched."""
    assert page.main
    forms = [one for one in page.main.find_all("form") if not action or one.get("action") == action]
    sent: dict[str, Any] = {}
    for tag in forms[-1].select("input, select, textarea"):
        name, kind = str(tag.get("name")), tag.get("type")
        if tag.name == "textarea":
            sent[name] = tag.get_text()
        elif tag.name == "select":
            chosen = tag.select_one("option[selected]")
            sent[name] = chosen["value"] if chosen else ""
        elif kind in ("checkbox", "radio"):
            if tag.has_attr("checked"):
                sent.setdefault(name, []).append(tag["value"])
        else:
            sent[name] = tag.get("value", "")
    return sent


def soup(answer: Any) -> BeautifulSoup:
    return check_page(answer.get_data(as_text=True))


def data_of(app: Flask, sent: dict[str, Any]) -> dict[str, Any]:
    return {name: in_app(app, value) if callable(value) else value for name, value in sent.items()}


def test_every_address_that_a_form_can_be_sent_to_is_looked_at(sqlite_app: Flask) -> None:
    sendable = {
        rule.endpoint
        for rule in sqlite_app.url_map.iter_rules()
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        and rule.endpoint.split(".")[0] not in OTHER_ROOMS
    }
    tables = [EDITS.keys(), DECISIONS.keys(), EXCEPTIONS.keys()]
    assert sendable == set().union(*tables)
    assert sum(map(len, tables)) == len(sendable)


@pytest.mark.parametrize("endpoint", EDITS)
def test_the_second_of_two_editors_sees_both_and_is_asked(office: Flask, endpoint: str) -> None:
    edit = EDITS[endpoint]
    path = in_app(office, edit.path)
    first, second = client_of(office, endpoint, ""), client_of(office, endpoint, "second-")
    pages = [fields_of(client.page(path)) for client in (first, second)]
    saved = first.post(path, data={**pages[0], **data_of(office, edit.first)})
    assert saved.status_code == edit.status, text_of(soup(saved).main)
    before = in_app(office, edit.finally_)

    asked = second.post(path, data={**pages[1], **data_of(office, edit.second)})
    assert asked.status_code == 200
    said = text_of(soup(asked).main) + " ".join(str(value) for value in fields_of(soup(asked)).values())
    for words in (*edit.stored, *edit.typed, "Somebody else has changed this"):
        assert words in said
    assert in_app(office, edit.finally_) == before, "something was saved without asking"
    again = fields_of(soup(asked))
    for name, value in edit.kept.items():
        assert again[name] == value

    assert second.post(path, data=again).status_code == edit.status
    assert in_app(office, edit.finally_) == edit.expected


@pytest.mark.parametrize("endpoint", EDITS)
def test_the_same_form_sent_twice_is_not_asked_about(office: Flask, endpoint: str) -> None:
    edit = EDITS[endpoint]
    path, client = in_app(office, edit.path), client_of(office, endpoint, "")
    data = {**fields_of(client.page(path)), **data_of(office, edit.first)}
    assert client.post(path, data=data).status_code == edit.status
    page = {} if endpoint == "reviewers.text" else fields_of(client.page(path))
    if set(edit.first) <= set(page) - {"note", "reason", "name"}:  # what it stores is what it shows
        answer = client.post(path, data=data)
        assert answer.status_code == edit.status or endpoint == "administrators.extend_wave"


@pytest.mark.parametrize("endpoint", DECISIONS)
def test_a_button_says_what_the_thing_has_become(office: Flask, endpoint: str) -> None:
    decide = DECISIONS[endpoint]
    in_app(office, lambda: prepare(endpoint))
    path, page = in_app(office, decide.path), in_app(office, decide.page or decide.path)
    path = path.replace("/HERE/restore", "/GONE/restore")
    client = client_of(office, endpoint, "")
    fields = fields_of(client.page(page), path if decide.page else "")
    assert fields["opened"]
    in_app(office, decide.change)
    audit = in_app(office, lambda: db.session.query(AuditEntry).count())
    answer = client.post(path, data={**fields, **decide.send}, follow_redirects=True)
    assert answer.status_code == 200
    said = text_of(soup(answer).main)
    assert decide.words in said
    assert "Somebody else has changed this" in said
    assert in_app(office, lambda: db.session.query(AuditEntry).count()) == audit, "it was done all the same"
    for name, value in decide.send.items():
        assert value in str(fields_of(soup(answer)).get(name)), "what was typed is gone"


def prepare(endpoint: str) -> None:
    if endpoint == "administrators.apply_retention":
        db.session.add(old_note(event()))
    if endpoint == "administrators.unpublish_action":
        one(Action).published_at = utc_now()
    if endpoint == "officers.move":
        db.session.execute(update(Event).values(cancelled_at=None))


def test_what_was_typed_for_a_thing_that_is_gone_can_be_copied(office: Flask) -> None:
    path = in_app(office, EDITS["administrators.change_action"].path)
    client = client_of(office, "administrators.change_action", "")
    fields = fields_of(client.page(path))
    in_app(office, lambda: db.session.delete(one(Action)))
    answer = client.post(path, data={**fields, "did": "A long\ntext"})
    assert answer.status_code == 404
    assert "A long text" in text_of(soup(answer).main)
    assert fields["csrf_token"] not in answer.text


@pytest.mark.parametrize("carried", ["", "x", "[1]", '{"number": 7}', '{"number": "0"}'])
def test_what_a_page_carries_cannot_be_made_up_to_save_over_somebody(office: Flask, carried: str) -> None:
    client = client_of(office, "administrators.help_line", "")
    fields = fields_of(client.page("/admin/help-lines/samaritans"))
    answer = client.post("/admin/help-lines/samaritans", data={**fields, "number": "0800 1", "opened": carried})
    assert answer.status_code == 200
    assert "Somebody else has changed this" in answer.text


@pytest.mark.both_engines
@pytest.mark.parametrize("endpoint", ["administrators.help_line", "officers.change", "officers.officers"])
def test_of_two_saves_at_once_one_is_asked(office: Flask, endpoint: str) -> None:
    edit = EDITS[endpoint]
    path = in_app(office, edit.path)
    clients = [client_of(office, endpoint, who) for who in ("", "second-")]
    wanted = [data_of(office, sent) for sent in (edit.first, edit.second)]
    data = [{**fields_of(client.page(path)), **sent} for client, sent in zip(clients, wanted, strict=True)]
    together, answers = threading.Barrier(2), []

    def send(client: FlaskClient, sent: dict[str, Any]) -> None:
        together.wait()
        answers.append(FlaskClient.open(client, path, method="POST", data=sent).status_code)

    threads = [threading.Thread(target=send, args=pair) for pair in zip(clients, data, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 303]
