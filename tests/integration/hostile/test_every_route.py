"""Every route of the service with whatever hypothesis thinks of, as every role: never a fault, always protected.

Routes, and the fields of their forms, are read from the service itself: a new one is attacked the day it is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from feedback.extensions import db
from feedback.models import Role, User
from feedback.models.staff import ROLES
from feedback.queries.paper import sheets
from feedback.queries.waves import wave_by_slug
from feedback.services.paper.batches import NewBatch, make_batch
from feedback.services.staff.accounts import add_person
from feedback.staff.access import EVERYONE, access_of
from tests.conftest import Databases, running
from tests.integration.hostile.conftest import fill_scene
from tests.integration.hostile.texts import TEXTS, check_answer, check_body, check_error_page
from tests.integration.staff.scenes import PASSWORD, add_staff, add_wave, add_workbook
from tests.makers import BARGATE

SITE = "https://safecity.example"
WHO = ("nobody", *ROLES, "newcomer")
STATUSES = {200, 302, 303, 308, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429}
EXAMPLES = 800
NOTHING = ["no-such-thing", "00000000-0000-4000-8000-000000000000", 7]  # for arguments of which none is known


@dataclass
class Target:
    """The service as an attacker finds it: the cookies of every role, names that exist, and fields of its forms."""

    app: Flask
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    known: dict[str, list[Any]] = field(default_factory=dict)
    fields: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    draft: str = ""

    @property
    def rules(self) -> list[Rule]:
        return sorted(self.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))

    def client(self, who: str) -> FlaskClient:
        """A browser of `who` as it was when they had just signed in, whatever an earlier attack did to it."""
        client = FlaskClient(self.app, self.app.response_class)
        if who in self.cookies:
            client.set_cookie("session", self.cookies[who], domain="safecity.example")
        client.set_cookie("draft", self.draft, domain="safecity.example", path="/s/community-safety")
        return client

    def open(self, who: str, method: str, path: str, **how: Any) -> TestResponse:
        headers = {"Referer": SITE + "/", **how.pop("headers", {})}
        return self.client(who).open(path, method=method, base_url=SITE, headers=headers, buffered=True, **how)


@pytest.fixture
def bare(databases: Databases) -> Iterator[Target]:
    """The service with nobody and nothing in it."""
    with databases.fresh() as address, running(address, site_url=SITE) as app:
        yield Target(app)


@pytest.fixture
def target(bare: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    monkeypatch.setattr("feedback.services.jobs.start_process", lambda id: None)
    for module in ("waves.fielding", "retention"):
        monkeypatch.setattr(f"feedback.services.{module}.start_command", lambda *words: None)
    fill_scene(bare.app)
    for fill in (_people, _things, _draft, _forms):
        fill(bare)
    return bare


def _people(target: Target) -> None:
    with target.app.app_context():
        for role in ROLES:
            add_staff(role)
        person, _password = add_person(
            email="newcomer@example.com", name="N", roles=["analyst"], actor="test", password=PASSWORD
        )
        person.must_change_password = True
        victim, _password = add_person(email="victim@example.com", name="V", roles=["officer"], actor="test")
        db.session.commit()
        target.known["id"] = [victim.id]
        assert db.session.query(Role).count() == len(ROLES)
        assert db.session.query(User).count() == len(WHO)
    for who in WHO[1:]:
        client = FlaskClient(target.app, target.app.response_class)
        token = _token(client.get("/sign-in", base_url=SITE).text)
        form = {"csrf_token": token, "email": f"{who}@example.com", "password": PASSWORD}
        answer = client.post("/sign-in", data=form, base_url=SITE, headers={"Referer": SITE + "/"})
        assert answer.status_code == 302, who
        target.tokens[who] = _token(client.get("/change-password", base_url=SITE).text)
        cookie = client.get_cookie("session", domain="safecity.example")
        assert cookie is not None
        target.cookies[who] = cookie.value


def _token(html: str) -> str:
    field = BeautifulSoup(html, "html5lib").select_one("input[name=csrf_token]")
    assert field is not None
    return str(field["value"])


def _things(target: Target) -> None:
    with target.app.app_context():
        test = add_wave("to-be-deleted", purpose="test")
        files = [add_workbook(test, b"PK"), add_workbook(test)]
        target.known |= {
            "slug": ["fast-feedback-test", "community-safety-test", "to-be-deleted"],
            "survey": ["fast-feedback", "community-safety"],
            "code": ["HERE", "police_101", "victim_support"],
            "number": [1, 2, 8],
            "receipt": ["ABCDE-FGHJK"],
            "filename": ["manifest.json"],
        }
        target.known["id"] += [str(file.id) for file in files]
        target.known["id"] += _tablet()
        batch = make_batch(NewBatch(wave=wave_by_slug("fast-feedback-test"), sheets=3), actor="test")
        target.known["code"].append(batch.code)
        target.known["serial"] = [sheet.serial for sheet in sheets(batch)]


def _tablet() -> list[str]:
    """A tablet of the event HERE and a form of it that waits."""
    from feedback.messages.shapes import NewDevice
    from feedback.models import Event, QuarantinedForm
    from feedback.services.tablets.devices import issue_device
    from feedback.services.tablets.sync import FormSource, sync

    event = db.session.scalar(db.select(Event).filter_by(code="HERE"))
    device = issue_device(event, NewDevice(name="Tablet 1"), actor="test").device
    sync(FormSource(event, device), [{"id": "6f1d9b1e-3c55-4e0a-9d2b-0c4b7f0f3a11", "version": 99}])
    return [str(device.id), str(db.session.scalar(db.select(QuarantinedForm.id)))]


def _draft(target: Target) -> None:
    form = {"wave": "community-safety-test", "version": "1"}
    answer = target.open("nobody", "POST", "/s/community-safety/start", data=form)
    target.draft = answer.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    target.open("nobody", "POST", "/s/community-safety/1", data={"ward": BARGATE})


def _forms(target: Target) -> None:
    """The fields of the forms on every page that an administrator can open, with the values they offer."""
    for rule in target.rules:
        for values in _ways(target, rule):
            page = target.open("administrator", "GET", _address(rule, values))
            if page.mimetype == "text/html" and page.status_code == 200:
                _read_fields(target.fields.setdefault(rule.endpoint, {}), page.text)
    target.fields["residents.send"] = target.fields["residents.survey"]
    target.fields["residents.begin_now"] = target.fields["residents.begin"]
    target.fields["residents.answer"] = target.fields["residents.page"]
    assert sum(map(len, target.fields.values())) > 60


def _read_fields(fields: dict[str, list[str]], html: str) -> None:
    for tag in BeautifulSoup(html, "html5lib").select("main [name]"):
        offered = [str(option.get("value", "")) for option in tag.select("option")] or [str(tag.get("value", ""))]
        fields.setdefault(str(tag["name"]), []).extend(offered)


def _ways(target: Target, rule: Rule) -> Iterator[dict[str, Any]]:
    """Arguments of a route that exist, or could."""
    choices = {name: _choices(target, rule, name) for name in rule.arguments}
    for place in range(3):
        yield {name: values[place % len(values)] for name, values in choices.items()}


def _choices(target: Target, rule: Rule, name: str) -> list[Any]:
    fit = {"int": int, "uuid": str}.get(_converter(rule, name), object)
    return [value for value in target.known.get(name, NOTHING) if isinstance(value, fit)]


def _converter(rule: Rule, name: str) -> str:
    found = re.search(rf"<(?:(\w+):)?{name}>", rule.rule)
    return (found and found[1]) or ""


def _address(rule: Rule, values: dict[str, Any]) -> str:
    """The address of a rule; what no converter would write is put there all the same."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: quote(str(values[part[1]]), safe=""), rule.rule)


# --- what hypothesis may think of ------------------------------------------------------------------------------------

HOSTILE = st.sampled_from([hostile.text for hostile in TEXTS])
NUMBERS = st.one_of(st.integers(), st.sampled_from([-1, 0, 2**31 - 1, 2**31, 2**63, 2**64, 10**30]))
ANYTHING = st.one_of(HOSTILE, st.text(st.characters(exclude_categories=["Cs"]), max_size=40), NUMBERS.map(str))
QUERY_NAMES = st.one_of(
    st.sampled_from(
        [
            "e",
            "wave",
            "lost",
            "change",
            "page",
            "next",
            "still",
            "survey",
            "_external",
            "_scheme",
            "_anchor",
            "endpoint",
        ]
    ),
    ANYTHING,
)


def often(likely: st.SearchStrategy[Any], other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what leads deep into the service, sometimes what should not get far."""
    return st.one_of(likely, likely, likely, other)


@st.composite
def attacks(draw: st.DrawFn, target: Target) -> tuple[str, str, Rule, dict[str, Any]]:
    rule = draw(st.sampled_from(target.rules))
    entitled = access_of(target.app, rule.endpoint)
    who = draw(often(st.sampled_from(WHO if entitled == EVERYONE else sorted(entitled)), st.sampled_from(WHO)))
    usual = sorted({"GET", "POST", "PUT"} & rule.methods)
    method = draw(often(st.sampled_from(usual), st.sampled_from(sorted(rule.methods))))
    values = {
        name: draw(often(st.sampled_from(_choices(target, rule, name)), st.one_of(NUMBERS, ANYTHING, st.uuids())))
        for name in sorted(rule.arguments)
    }
    how: dict[str, Any] = {"query_string": draw(st.dictionaries(QUERY_NAMES, ANYTHING, max_size=3))}
    if method == "POST":
        how["data"] = draw(bodies(target, rule, who))
    return who, method, rule, {"path": _address(rule, values), **how}


@st.composite
def bodies(draw: st.DrawFn, target: Target, rule: Rule, who: str) -> dict[str, Any]:
    """The form of the page with some of its fields changed, left out or added, and mostly with its token."""
    body: dict[str, Any] = {}
    for name, offered in target.fields.get(rule.endpoint, {}).items():
        if draw(st.integers(0, 4)):
            body[name] = draw(often(st.sampled_from(sorted(set(offered))), ANYTHING))
    body |= draw(st.dictionaries(ANYTHING, ANYTHING, max_size=2))
    if draw(st.integers(0, 9)):
        body["csrf_token"] = target.tokens.get(who, "")
    return body


# --- what must hold for every answer ---------------------------------------------------------------------------------


def check(answer: TestResponse, what: str) -> None:
    assert answer.status_code in STATUSES, f"{what}: {answer.status}"
    check_headers(answer, what)
    check_cookies(answer, what)
    if answer.location:
        check_location(answer, what)
        return
    body = answer.get_data()
    if answer.mimetype == "text/html" and body:
        page = check_answer(body.decode(), what)
        main = page.select_one("main")
        assert main is not None, what
        if answer.status_code >= 400 and not main.select_one("form, .govuk-panel") and answer.status_code != 409:
            check_error_page(page, what)
    elif (answer.mimetype or "").startswith("text/"):
        check_body(body.decode(), what)


def check_headers(answer: TestResponse, what: str) -> None:
    headers, is_file = answer.headers, answer.request.path.startswith("/static/")
    if is_file and answer.status_code == 405:
        return  # said by the server of files, with no body
    assert headers["X-Content-Type-Options"] == "nosniff", what
    assert headers.get("Strict-Transport-Security") or is_file, what
    if answer.mimetype == "text/html":
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, what
        assert "frame-ancestors 'none'" in policy, what
        assert "unsafe" not in policy, what
        assert "*" not in policy, what
        assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, what
    if not is_file:
        # The form of a survey is its browser's to keep; the tablet's app and its forms hold nothing of anybody.
        kept = {"no-store"}
        if answer.request.path == "/s/fast-feedback":
            kept.add("private, no-cache")
        elif answer.request.path.startswith("/tablet/"):
            kept |= {"no-cache", "private, no-cache"}
        assert headers["Cache-Control"] in kept, what
    assert "Server" not in headers, what
    assert "X-Powered-By" not in headers, what


def check_cookies(answer: TestResponse, what: str) -> None:
    for cookie in answer.headers.getlist("Set-Cookie"):
        words = {word.strip().lower() for word in cookie.split(";")[1:]}
        assert "httponly" in words, f"{what}: {cookie}"
        assert "samesite=lax" in words, f"{what}: {cookie}"
        going = "max-age=0" in words
        assert "secure" in words or going, f"{what}: {cookie}"


def check_location(answer: TestResponse, what: str) -> None:
    goal = answer.location
    assert not re.search(r"[\s\\<>\"]", goal), f"{what}: leads to {goal}"
    there = urlsplit(urljoin(SITE + answer.request.path, goal))
    assert there.scheme == "https", f"{what}: leads to {goal}"
    assert there.netloc in {"safecity.example", "www.bbc.co.uk"}, f"{what}: leads to {goal}"


def bounded(examples: int, *, random: bool) -> Any:
    return settings(
        max_examples=examples,
        derandomize=not random,
        database=None,
        deadline=None,
        phases=[Phase.generate] if not random else [Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def attack(target: Target, examples: int, *, random: bool = False) -> dict[str, set[int]]:
    """Attack so many times; return the statuses that were met by endpoint."""
    met: dict[str, set[int]] = {}

    @bounded(examples, random=random)
    @given(attacks(target))
    def one(attack: tuple[str, str, Rule, dict[str, Any]]) -> None:
        who, method, rule, how = attack
        answer = target.open(who, method, **how)
        met.setdefault(rule.endpoint, set()).add(answer.status_code)
        check(answer, f"{who}: {method} {how}")

    one()
    return met


def test_no_route_breaks_whatever_it_is_sent(target: Target) -> None:
    met = attack(target, EXAMPLES)
    assert len(met) > len({rule.endpoint for rule in target.rules}) * 0.8
    assert {200, 403, 404} <= set().union(*met.values())


@pytest.mark.long
def test_no_route_breaks_however_often_it_is_tried(target: Target) -> None:
    attack(target, 4_000, random=True)


def test_every_route_and_method_for_every_role_is_protected(target: Target) -> None:
    """The plain walk: every route with names that exist, every method, every role, and a foreign name once."""
    for rule in target.rules:
        if rule.endpoint == "static":
            continue
        for who in WHO:
            for method in sorted({*(rule.methods or ()), "DELETE"}):
                values = next(_ways(target, rule))
                if method == "POST" and "delete" not in rule.endpoint:
                    how: dict[str, Any] = {"data": {"csrf_token": target.tokens.get(who, "")}}
                else:
                    how = {}
                answer = target.open(who, method, _address(rule, values), **how)
                check(answer, f"{who}: {method} {rule.rule}")
                if method == "DELETE":
                    assert answer.status_code == 405


def test_a_fault_of_the_service_tells_nothing(bare: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proof that the checks above see innards: the same page without the handler would show them."""
    bare.app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(*_args: object, **_words: object) -> None:
        raise RuntimeError("Traceback (most recent call last): SELECT secret FROM user")

    monkeypatch.setattr("feedback.residents.start.open_waves", fail)
    answer = bare.open("nobody", "GET", "/")
    assert answer.status_code == 500
    check_headers(answer, "fault")
    assert "send them again" in check_error_page(check_answer(answer.text))
