"""Preparing a database adds what is missing and changes nothing that is there."""

from __future__ import annotations

import pytest

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import HelpLine, QuestionnaireVersion, Role
from feedback.places import current_place
from feedback.queries.questionnaires import latest_questionnaire, questionnaire_of, questionnaire_version, surveys
from feedback.services import preparation
from feedback.services.preparation import prepare_database
from feedback.services.questionnaires import publish_questionnaires
from forms import questionnaire_files
from tests.conftest import running
from tests.makers import make_wave

pytestmark = pytest.mark.both_engines


def test_a_second_time_adds_nothing_and_keeps_what_staff_edited(session) -> None:
    assert {role.name for role in session.query(Role)} == {"administrator", "analyst", "officer", "reviewer"}
    assert session.query(HelpLine).count() == len(current_place().help_lines)
    line = session.query(HelpLine).order_by(HelpLine.code).first()
    code, line.number, line.shown = line.code, "0800 000 000", False
    session.commit()
    prepared = prepare_database()
    assert (prepared.help_lines, prepared.roles, prepared.questionnaires) == ([], [], [])
    session.expire_all()
    kept = session.get(HelpLine, code)
    assert (kept.number, kept.shown) == ("0800 000 000", False)


def test_a_help_line_that_went_missing_is_added_again(session) -> None:
    code = session.query(HelpLine).first().code
    session.query(HelpLine).filter_by(code=code).delete()
    session.commit()
    assert prepare_database().help_lines == [code]


def test_what_is_published_is_what_the_files_say(session) -> None:
    assert surveys() == ["community-safety", "fast-feedback", "strategy-consultation", "young-people"]
    for survey in surveys():
        row = latest_questionnaire(survey)
        assert questionnaire_of(row).definition() == row.definition
        assert questionnaire_of(row).digest() == row.digest
        assert questionnaire_of(row) is questionnaire_of(row)


@pytest.fixture
def files(tmp_path):
    """A copy of the questionnaire files to edit."""
    for path in (*questionnaire_files(), *questionnaire_files()[0].parent.glob("*.yaml")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_changed_wording_under_a_published_version_is_refused(session, files) -> None:
    path = files / "fast_feedback.yaml"
    path.write_text(path.read_text().replace("minutes: 1", "minutes: 2"))
    with pytest.raises(Refusal, match=r"fast_feedback.yaml differs .* raise the version to 2"):
        publish_questionnaires(current_place(), files)
    session.rollback()
    assert session.query(QuestionnaireVersion).count() == len(surveys())


def test_a_new_version_stands_beside_the_old_one(session, files) -> None:
    path = files / "fast_feedback.yaml"
    path.write_text(path.read_text().replace("version: 1", "version: 2").replace("minutes: 1", "minutes: 2"))
    (new,) = publish_questionnaires(current_place(), files)
    assert (new.survey, new.version) == ("fast-feedback", 2)
    assert latest_questionnaire("fast-feedback") is new
    assert questionnaire_of(questionnaire_version("fast-feedback", 1)).minutes == 1


def test_the_command_says_what_it_added(databases) -> None:
    from flask_migrate import upgrade

    with databases.empty() as address, running(address) as app:
        run = app.test_cli_runner().invoke
        missing = run(args=["prepare"])
        assert missing.exit_code == 1
        assert "`flask db upgrade` makes the tables" in missing.output
        with app.app_context():
            upgrade()
        first, second = run(args=["prepare"]), run(args=["prepare"])
        surveys = ("community-safety", "fast-feedback", "strategy-consultation")
        assert f"published: {', '.join(f'{survey} version 1' for survey in surveys)}" in first.output
        assert (second.exit_code, second.output) == (0, "")
        purged = run(args=["draft", "purge"])
        assert purged.output == "0 expired drafts deleted.\n"


def test_a_faulty_file_is_told_and_nothing_is_changed(databases, files, monkeypatch) -> None:
    """Neither the good new version beside it is published, nor a help line that went missing added."""
    good, faulty = files / "fast_feedback.yaml", files / "young_people.yaml"
    good.write_text(good.read_text().replace("version: 1", "version: 2"))
    faulty.write_text(faulty.read_text().replace("special_category: false", "special_category: maybe"))
    with databases.fresh() as address, running(address) as app:
        with app.app_context():
            db.session.delete(db.session.query(HelpLine).first())
            db.session.commit()
            before = kept()
        monkeypatch.setattr(preparation, "publish_questionnaires", lambda place: publish_questionnaires(place, files))
        told = app.test_cli_runner().invoke(args=["prepare"])
        with app.app_context():
            assert kept() == before
    assert told.exit_code == 1
    assert told.output.startswith("Error: young_people.yaml: characteristic `young_age` has `special_category: maybe`,")


def kept() -> list[object]:
    versions = db.session.query(QuestionnaireVersion.survey, QuestionnaireVersion.version)
    return sorted([*map(tuple, versions), *map(tuple, db.session.query(HelpLine.code, HelpLine.number))])


LIVE = {
    "mode": "live",
    "secret_key": "s" * 32,
    "password_salt": "p" * 16,
    "site_url": "https://safecity.example",
}


def test_real_use_refuses_a_database_with_invented_answers(databases) -> None:
    with databases.fresh() as address:
        with running(address) as app, app.app_context():
            make_wave(purpose="demonstration")
            db.session.remove()
        with running(address, **LIVE) as live:
            run = live.test_cli_runner().invoke
            refused, demo = run(args=["prepare"]), run(args=["prepare", "--demo"])
    assert (refused.exit_code, "holds demonstration answers" in refused.output) == (1, True)
    assert (demo.exit_code, "never loaded into a database for real use" in demo.output) == (1, True)
