"""A characteristic that nobody here thought of: two lines of YAML, and every door, table and file knows it.

`shoe_size_declared` is said to be special-category data, `breakfast_eaten` is not, and both are answered alike, so that
what differs between them comes from that word alone. Of 60 people with small shoes, 2 say yes.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
import yaml
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from feedback.clock import today
from feedback.demonstration.people.answering import answer_all
from feedback.demonstration.people.habits import Teller
from feedback.demonstration.people.population import draw_people
from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Event, QuestionnaireVersion, Response, Wave
from feedback.places import current_place
from feedback.queries.questionnaires import languages_of, latest_questionnaire, questionnaire_of
from feedback.queries.releases import file_of
from feedback.release_files import CODEBOOK, DOCUMENT, RELEASE_FILES
from feedback.services.answers.submission import submit_responses
from feedback.services.importing.maps import load_map
from feedback.services.importing.responses import Import, import_responses
from feedback.services.importing.template import map_template
from feedback.services.paper.keying import form_of
from feedback.services.questionnaires import publish_questionnaires
from feedback.services.releases import ReleaseRequest, publish_wave
from feedback.services.respondents.table import respondent_table
from feedback.services.respondents.writing import as_csv, as_sav
from feedback.services.summaries import make_workbook
from forms import IndicatorSpec, parse_questionnaire, questionnaire_files
from forms.derived import SAID_BESIDE
from forms.yaml_reading import read_yaml
from tests.integration.paper.scenes import batch_of, key, serials
from tests.integration.staff.scenes import add_event, add_staff, sign_in
from tests.makers import make_wave, submission
from tests.pages import PageClient, text_of

SPECIAL, ORDINARY, DERIVED = "shoe_size_declared", "breakfast_eaten", "barefoot_hungry"
OURS = "suspected"
"A name that a column of ours has in a respondent file."
LABELS = {SPECIAL: "Declared shoe size", ORDINARY: "Breakfast eaten", DERIVED: "Barefoot or hungry"}
QUESTION = {SPECIAL: "What size are your shoes?", ORDINARY: "How big was your breakfast?"}
GROUPS = [{"code": "small", "label": "Rather small"}, {"code": "large", "label": "Rather large"}]
SURVEYS = {path.stem: path for path in questionnaire_files()}


def invented(path: Path) -> dict[str, Any]:
    """A reviewed questionnaire with two more questions beside the one about the ward, and what is made from them."""
    raw = read_yaml(path)
    page = next(page for page in raw["pages"] if {"use": "ward"} in page.get("questions", ()))
    refused = {"code": "prefer_not_to_say", "label": "Prefer not to say"}
    page["questions"] += [
        {"id": name, "type": "single_choice", "label": label, "options": [*GROUPS, refused], "error": "Select a size"}
        for name, label in QUESTION.items()
    ]
    derived = [group | {"when": [[{"question": SPECIAL, "any_of": [group["code"]]}]]} for group in GROUPS]
    raw["characteristics"] += [
        {"name": SPECIAL, "label": LABELS[SPECIAL], "question": SPECIAL, "groups": GROUPS, "special_category": True},
        {"name": ORDINARY, "label": LABELS[ORDINARY], "question": ORDINARY, "groups": GROUPS}
        | {"special_category": False},
        {"name": DERIVED, "label": LABELS[DERIVED], "special_category": True, "groups": derived},
        {"name": OURS, "label": "Suspected of hunger", "special_category": True, "groups": derived},
    ]
    return raw | {"version": 2}


@dataclass
class Scene:
    """A wave of an invented questionnaire: 120 answers online and at an event, and a figure that is counted."""

    app: Flask
    wave: Wave
    event: Event
    spec: IndicatorSpec

    @property
    def survey(self) -> str:
        return self.wave.survey


@pytest.fixture(params=list(SURVEYS))
def scene(request: pytest.FixtureRequest, sqlite_app: Flask, tmp_path: Path) -> Iterator[Scene]:
    path = tmp_path / "questionnaires" / SURVEYS[request.param].name
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(invented(SURVEYS[request.param]), allow_unicode=True, sort_keys=False))
    with sqlite_app.app_context():
        (row,) = publish_questionnaires(current_place(), path.parent)
        wave = make_wave(row.survey)
        event = add_event(wave, "AAAAA", start=datetime.now(UTC) - timedelta(hours=5))
        known = {question.id for question in questionnaire_of(row).questions}
        spec = next(one for one in questionnaire_of(row).indicators if one.question in known and one.kind == "single")
        submit_responses(_answers(wave, event, spec))
        add_staff("officer")
        yield Scene(sqlite_app, wave, event, spec)


def _answers(wave: Wave, event: Event, spec: IndicatorSpec) -> Iterator[Any]:
    """60 people with small shoes, of whom 2 say yes, and 60 with large ones, of whom 30 do."""
    no = [code for code in spec.base if code not in spec.yes]
    for group, yes in (("small", 2), ("large", 30)):
        for number in range(60):
            given = {
                spec.question: spec.yes[0] if number < yes else no[number % len(no)],
                SPECIAL: group,
                ORDINARY: group,
            }
            there = {"channel": "event_link", "event": event} if number % 2 else {}
            yield submission(wave, answers=given, **there)


def test_it_goes_through_every_door_table_and_file(scene: Scene, tmp_path: Path) -> None:
    resident, officer = scene.app.test_client(), sign_in(scene.app.test_client(), "officer")
    assert isinstance(resident, PageClient)
    answered_on_pages(scene, resident)
    answered_on_a_tablet(scene, resident)
    answered_on_paper(scene)
    imported(scene, tmp_path)
    answered_by_invented_people(scene)
    assert len(stored(scene)) == 120 + 3
    in_coverage_and_event_result(scene, officer)
    on_the_privacy_page(resident)
    protected_in_workbooks(scene)
    in_respondent_files(scene, tmp_path)
    in_a_release(scene, resident)


def stored(scene: Scene) -> list[dict[str, Any]]:
    db.session.expire_all()
    found = db.session.scalars(select(Response).where(Response.wave_id == scene.wave.id))
    return [response.answers for response in found if SPECIAL in response.answers]


def answered_on_pages(scene: Scene, client: PageClient) -> None:
    given, address = {SPECIAL: "large", ORDINARY: "small"}, f"/s/{scene.survey}"
    if questionnaire_of(scene.wave.questionnaire).layout == "paged":
        address = client.submit(f"{address}/start", {}).location
    before = len(stored(scene))
    while len(stored(scene)) == before:
        page = client.page(address)
        asks = page.select(f"[name={SPECIAL}]")
        address = client.submit(address, given if asks else {}).location
    assert given in stored(scene)


def answered_on_a_tablet(scene: Scene, client: PageClient) -> None:
    """The form has both questions; languages that lack their words are not offered, on a tablet as elsewhere."""
    row = scene.wave.questionnaire
    packed = client.get(f"/tablet/form/{row.digest}/en").get_data(as_text=True)
    assert all(json.dumps(name) in packed and label in packed for name, label in QUESTION.items())
    assert [language.code for language in languages_of(row)] == ["en"]
    assert client.get(f"/tablet/form/{row.digest}/pl").status_code == 404
    with scene.app.app_context():
        assert client.get(f"/s/{scene.survey}?lang=pl", follow_redirects=True).status_code == 200


def answered_on_paper(scene: Scene) -> None:
    batch = batch_of(scene.wave, sheets=1)
    field = form_of(batch).field(SPECIAL)
    assert [field.labels()[number] for number in (1, 2)] == ["Rather small", "Rather large"]
    key(batch, serials(batch)[0], **{SPECIAL: "1", ORDINARY: "2"})
    assert {SPECIAL: "small", ORDINARY: "large"} in stored(scene)


def imported(scene: Scene, folder: Path) -> None:
    template = yaml.safe_load(map_template(scene.wave))
    kept = {name: entry for name, entry in template["questions"].items() if name in QUESTION}
    (folder / "map.yaml").write_text(yaml.safe_dump({**template, "questions": kept}, sort_keys=False))
    (folder / "file.csv").write_text(f"id,date,{SPECIAL},{ORDINARY}\n1,{today()},Rather small,prefer_not_to_say\n")
    wanted = Import(
        path=folder / "file.csv",
        slug=scene.wave.slug,
        map=load_map(folder / "map.yaml"),
        actor="test",
        on_rejection=pytest.fail,
        apply=True,
    )
    assert import_responses(wanted).written == {"stored": 1}


def answered_by_invented_people(scene: Scene) -> None:
    questionnaire = questionnaire_of(scene.wave.questionnaire)
    people = [Teller(person, scene.wave.slug, str(n)) for n, person in enumerate(draw_people(current_place(), 20, 1))]
    given = [answer_all(questionnaire, teller) for teller in people]
    assert any(SPECIAL in answers for answers in given)
    assert all(questionnaire.clean(answers, strict=True) == answers for answers in given)


def in_coverage_and_event_result(scene: Scene, officer: Any) -> None:
    page = officer.page(f"/officer/coverage?wave={scene.wave.slug}")
    tables = {text_of(table.caption): text_of(table) for table in page.select("table")}
    for name in LABELS:
        assert "Rather small" in tables[LABELS[name]], name
    result = officer.page(f"/officer/events/{scene.event.code}/result")
    people = questionnaire_of(scene.wave.questionnaire).people or "residents aged 16 and over"
    assert f"60 {people} answered" in text_of(result.main)
    assert f"{len(stored(scene))} {people} have answered" in text_of(page.main)


def on_the_privacy_page(client: PageClient) -> None:
    text = text_of(client.page("/privacy").main)
    assert QUESTION[SPECIAL] in text
    assert QUESTION[ORDINARY] not in text
    with client.application.app_context():  # the language of a page is kept with the context that it was opened in
        polish = client.page("/privacy?lang=pl").main
    assert polish is not None
    assert [item["lang"] for item in polish.select("li[lang]") if text_of(item) == QUESTION[SPECIAL]] == ["en"]


def protected_in_workbooks(scene: Scene) -> None:
    """Two of sixty are hidden where the word was said, and shown where it was not."""
    for audience, shown in (("analyst", 100 * 2 / 60), ("partner", 3.3), ("public", 3.0)):
        made = make_workbook(scene.wave, audience=audience)
        sheets = load_workbook(io.BytesIO(made.content), read_only=True).sheetnames
        assert {f"By {label[0].lower()}{label[1:]}" for label in LABELS.values()} <= set(sheets)
        percent = {
            (row["dimension"], row["group"]): row["percent"]
            for row in csv.DictReader(io.StringIO(made.estimates.decode()))
            if row["indicator"] == scene.spec.id and not row["baseline_year"]
        }
        assert float(percent[ORDINARY, "small"]) == pytest.approx(shown), audience
        for name in (SPECIAL, DERIVED):
            told = percent[name, "small"]
            assert told == "[c]" if audience != "analyst" else float(told) == pytest.approx(shown), (audience, name)


def in_respondent_files(scene: Scene, folder: Path) -> None:
    table = respondent_table(scene.wave)
    with zipfile.ZipFile(io.BytesIO(as_csv(table, "Test"))) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("responses.csv").decode("utf-8-sig"))))
        book = list(csv.DictReader(io.StringIO(archive.read("codebook.csv").decode("utf-8-sig"))))
    assert sum(row[SPECIAL] == row[DERIVED] == "small" for row in rows) == 62
    told = {(row["variable"], row["code"]): (row["label"], row["code_label"]) for row in book}
    assert told[SPECIAL, "large"] == (QUESTION[SPECIAL], "Rather large")
    assert told[DERIVED, "large"] == (f"{LABELS[DERIVED]}, from other answers", "Rather large")
    assert told[OURS, "yes"] == ("Whether the response may be automated", "Yes")
    assert told[f"{OURS}_2", "large"][1] == "Rather large"
    (folder / "file.sav").write_bytes(as_sav(table, "Test"))
    _frame, meta = pyreadstat.read_sav(folder / "file.sav")
    assert {SPECIAL, ORDINARY, DERIVED} <= set(meta.column_names)


def in_a_release(scene: Scene, client: PageClient) -> None:
    scene.wave.closes_on = today() - timedelta(days=3)
    db.session.commit()
    release = publish_wave(scene.wave, "test", ReleaseRequest())
    document = json.loads(file_of(release, DOCUMENT).content)
    labels = {one["id"]: one["label"] for one in document["dimensions"]}
    assert {name: labels[name] for name in LABELS} == LABELS
    book = list(csv.DictReader(io.StringIO(file_of(release, CODEBOOK).content.decode())))
    assert {"kind": f"group of {SPECIAL}", "code": "small", "label": "Rather small", "meaning": ""} in book
    data = client.page(f"/results/{scene.wave.slug}/{release.number}/data")
    assert {link["href"].rpartition("/")[2] for link in data.select("a[download]")} == set(RELEASE_FILES)
    found = {one["id"]: one for one in document["indicators"]}
    if scene.spec.id in found and found[scene.spec.id]["headline"]:
        rows = {(one["dimension"], one["group"]): one["percent"] for one in found[scene.spec.id]["figures"]}
        assert (rows[SPECIAL, "small"], rows[ORDINARY, "small"]) == ("[c]", 3.0)
        client.page(f"/results/{scene.wave.slug}/{release.number}/by/{SPECIAL}")


def silent(definition: dict[str, Any]) -> QuestionnaireVersion:
    """A version as it was published before characteristics said anything of themselves."""
    known = [{k: v for k, v in one.items() if k not in SAID_BESIDE} for one in definition["characteristics"]]
    told = parse_questionnaire({**definition, "characteristics": known})
    return QuestionnaireVersion(
        survey=told.survey, version=told.version, definition=told.definition(), digest=told.digest()
    )


@pytest.fixture
def before(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[QuestionnaireVersion]:
    """An older version of the long survey, in a process that has read nothing yet."""
    monkeypatch.setattr("feedback.queries.questionnaires._parsed", {})
    with sqlite_app.app_context():
        row = silent({**latest_questionnaire("community-safety").definition, "version": 7})
        db.session.add(row)
        db.session.commit()
        yield row


def test_what_an_older_version_does_not_say_is_read_from_the_file_of_its_survey(before: QuestionnaireVersion) -> None:
    assert "special_category" not in json.dumps(before.definition)
    known = {one.name: (one.sensitive, one.is_weighted) for one in questionnaire_of(before).characteristics}
    assert known == {
        "ward": (False, True),
        "age_band": (False, True),
        "sex": (False, True),
        "ethnic_group": (True, True),
        "disability": (True, False),
    }


def test_what_no_file_says_counts_as_special_category_data(before: QuestionnaireVersion) -> None:
    row = silent({**before.definition, "survey": "forgotten"})
    assert {one.sensitive for one in questionnaire_of(row).characteristics} == {True}


def test_a_file_that_says_more_is_the_version_that_was_published_and_one_that_says_otherwise_is_not(
    before: QuestionnaireVersion, tmp_path: Path
) -> None:
    raw = {**read_yaml(SURVEYS["community_safety"]), "version": 7}
    path = tmp_path / "community_safety.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False))
    assert publish_questionnaires(current_place(), tmp_path) == []
    path.write_text(yaml.safe_dump(invented(SURVEYS["community_safety"]), allow_unicode=True, sort_keys=False))
    assert len(publish_questionnaires(current_place(), tmp_path)) == 1
    changed = invented(SURVEYS["community_safety"])
    changed["characteristics"][-1]["special_category"] = False
    path.write_text(yaml.safe_dump(changed, allow_unicode=True, sort_keys=False))
    with pytest.raises(Refusal, match="raise the version to 3 instead"):
        publish_questionnaires(current_place(), tmp_path)
