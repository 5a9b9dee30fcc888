"""The place pack is corrected while a wave is open: the service starts, codes stay, pages say what is new."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import HelpLine, KeptPack, Response
from feedback.places import place_fault
from feedback.places.loading import PACKS
from feedback.queries.questionnaires import latest_questionnaire, questionnaire_of
from feedback.queries.waves import wave_by_slug
from feedback.services.answers.submission import submit_response
from feedback.services.help_lines import change_help_line
from feedback.services.preparation import prepare_database
from feedback.services.questionnaires import publish_questionnaires
from feedback.services.summaries import characteristics_of
from tests.conftest import Databases, running
from tests.integration.staff.scenes import add_staff, sign_in
from tests.makers import BARGATE, make_wave, submission
from tests.pages import text_of

pytestmark = pytest.mark.both_engines

NEW = "Bargate and St Mary’s"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the place pack to correct."""
    return Path(shutil.copytree(PACKS / "southampton", tmp_path / "southampton"))


@pytest.fixture
def address(databases: Databases) -> Iterator[str]:
    """A database that ran before: waves are open, somebody answered, somebody edited a help line."""
    with databases.fresh() as address:
        with running(address) as app, app.app_context():
            submit_response(submission(make_wave()))
            make_wave("community-safety")
            line = db.session.get_one(HelpLine, "samaritans")
            change_help_line(line, {"hours": "As staff found out"}, actor="a@example.com")
        yield address


def correct(pack: Path, file: str, before: str, after: str) -> None:
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def rename(pack: Path) -> None:
    correct(pack, "wards.csv", "2023,E05015491,Bargate,Bargate,", f"2023,{BARGATE},{NEW},{NEW},")


def started(address: str, pack: Path) -> Any:
    return running(address, place=str(pack))


def test_a_ward_is_called_something_else_from_now_on(address: str, pack: Path) -> None:
    rename(pack)
    with started(address, pack) as app:
        with app.app_context():
            prepared = prepare_database()
            assert (prepared.questionnaires, prepared.older_words) == ([], [])
            row = latest_questionnaire("fast-feedback")
            said = questionnaire_of(row)
            assert '"Bargate"' in str(row.definition).replace("'", '"'), "what was asked stands on record"
            assert db.session.query(Response).one().ward_code == BARGATE
            (ward,) = [known for known in characteristics_of(said) if known.name == "ward"]
            assert ward.groups[BARGATE] == NEW
        client = app.test_client()
        assert NEW in text_of(client.page("/s/fast-feedback"))  # type: ignore[attr-defined]
        for _again in range(2):
            with app.app_context():
                assert prepare_database().corrected == []


def test_answers_go_on_to_come_in_under_the_same_code(address: str, pack: Path) -> None:
    rename(pack)
    with started(address, pack) as app, app.app_context():
        prepare_database()
        assert submit_response(submission(wave_by_slug("fast-feedback-test"))).outcome == "stored"
        assert {row.ward_code for row in db.session.query(Response)} == {BARGATE}


def test_the_way_out_leads_where_the_pack_says(address: str, pack: Path) -> None:
    correct(pack, "place.yaml", "exit_url: https://www.bbc.co.uk/weather", "exit_url: https://weather.example/")
    with started(address, pack) as app:
        assert app.test_client().get("/exit").location == "https://weather.example/"
    with running(address, place=str(pack), exit_url="https://news.example/") as app:
        assert app.test_client().get("/exit").location == "https://news.example/"


def test_other_words_of_the_place_stay_as_they_were_asked(address: str, pack: Path) -> None:
    correct(pack, "place.yaml", "Keep people safe from harm", "Keep everybody safe from harm")
    with started(address, pack) as app, app.app_context():
        assert prepare_database().older_words == ["strategy-consultation version 1"]
        assert "Keep people safe from harm" in str(questionnaire_of(latest_questionnaire("strategy-consultation")))


def test_wording_that_is_the_surveys_own_is_still_refused(address: str, pack: Path, tmp_path: Path) -> None:
    from feedback.places import current_place
    from forms.loading import FOLDER

    files = Path(shutil.copytree(FOLDER, tmp_path / "files"))
    correct(files, "fast_feedback.yaml", "minutes: 1", "minutes: 2")
    rename(pack)
    with started(address, pack) as app, app.app_context(), pytest.raises(Refusal, match="raise the version to 2"):
        publish_questionnaires(current_place(), files)


def test_a_help_line_is_corrected_and_keeps_what_staff_changed(address: str, pack: Path) -> None:
    correct(pack, "help_lines.yaml", "To talk to someone at any time, about anything.", "To talk, day and night.")
    with started(address, pack) as app, app.app_context():
        assert prepare_database().corrected == ["samaritans"]
        line = db.session.get_one(HelpLine, "samaritans")
        assert (line.about, line.hours) == ("To talk, day and night.", "As staff found out")


def test_a_line_that_was_loaded_before_the_pack_was_remembered(address: str, pack: Path) -> None:
    with running(address) as app, app.app_context():
        for line in db.session.query(HelpLine):
            line.from_pack = None
        db.session.commit()
        assert prepare_database().corrected == []
        for line in db.session.query(HelpLine):
            line.from_pack = None
        db.session.commit()
    correct(pack, "help_lines.yaml", "To talk to someone at any time, about anything.", "To talk, day and night.")
    with started(address, pack) as app, app.app_context():
        assert prepare_database().corrected == ["samaritans"]
        line = db.session.get_one(HelpLine, "samaritans")
        assert (line.about, line.hours) == ("To talk, day and night.", "As staff found out")


FAULTS = [
    ("wards.csv", "E05015491", "E0501549", "code is"),
    ("margins.csv", "ward,E05015491", "wart,E05015491", "variable is"),
    ("place.yaml", "name: Southampton\n", "name: [\n", "cannot be read as YAML"),
    ("help_lines.yaml", "    number: 116 123\n", "    number: 116 123\n    colour: red\n", "not a known key"),
]


@pytest.mark.parametrize(("file", "before", "after", "said"), FAULTS)
def test_a_fault_in_the_pack_does_not_end_an_open_survey(
    address: str, pack: Path, file: str, before: str, after: str, said: str
) -> None:
    with started(address, pack) as app, app.app_context():
        prepare_database()
        add_staff("administrator")
    good = (pack / file).read_bytes()
    correct(pack, file, before, after)
    with started(address, pack) as app:
        done = app.test_cli_runner().invoke(args=["prepare"])
        assert done.exit_code == 0, done.output
        for words in (file, said, "goes on with the place pack as it was on"):
            assert words in done.output
        assert app.test_client().submit("/s/fast-feedback", {"safe_local_day": "very_safe"}).status_code == 303  # type: ignore[attr-defined]
        with app.app_context():
            assert db.session.query(Response).count() == 2
        client = sign_in(app.test_client(), "administrator")
        assert said in text_of(client.page("/admin/").main)  # type: ignore[attr-defined]
    (pack / file).write_bytes(good)
    with started(address, pack) as app, app.app_context():
        assert not place_fault()


def test_without_a_copy_the_fault_is_told_and_nothing_starts(databases: Databases, pack: Path) -> None:
    correct(pack, "wards.csv", "E05015491", "E0501549")
    with databases.fresh() as address, started(address, pack) as app:
        done = app.test_cli_runner().invoke(args=["prepare"])
        assert (done.exit_code, done.output.startswith("Error: wards.csv, row ")) == (1, True)


def test_the_same_pack_is_kept_once(address: str, pack: Path) -> None:
    with started(address, pack) as app, app.app_context():
        prepare_database()
        before = db.session.query(KeptPack).filter_by(place=str(pack)).one().digest
        prepare_database()
        assert db.session.query(KeptPack).filter_by(place=str(pack)).one().digest == before
