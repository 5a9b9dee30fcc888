"""A year's programme from a CSV file: checked as a whole, added as a whole, never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feedback.clock import today
from feedback.errors import Refusal
from feedback.models import Event
from feedback.queries.events import waves_to_ask
from feedback.services.events.annual_programme import add_programme, programme_template, read_programme
from tests.makers import make_wave

HEADER = "kind,date,start,end,place,ward,lead_partner,surveys,languages,target,title"


@pytest.fixture
def wave(session):
    return make_wave(closes_on=today() + timedelta(days=400))


def read(*rows: str, header: str = HEADER):
    return read_programme("\n".join([header, *rows]), waves_to_ask())


def reasons(*rows: str) -> dict[tuple[int, str], str]:
    return {(fault.line, fault.column): fault.reason for fault in read(*rows).faults}


@pytest.mark.both_engines
def test_a_programme_is_added_once(wave, session) -> None:
    day = today() + timedelta(days=9)
    rows = (
        f"Patch chat,{day},10:00,12:00,Library,Bargate,Police,fast-feedback,en;pl,30,Chat",
        f"tower_block,{day:%d/%m/%Y},2pm,4.30pm,Hall,E05015493,,fast-feedback-test,,,",
        f"Online push,{day},22:00,01:00,Newsletter,,Council,fast-feedback,English,,",
    )
    found = read(*rows)
    assert (len(found.new), found.known, found.faults) == (3, 0, [])
    assert session.query(Event).count() == 0
    assert add_programme(found, actor="x") == 3
    chat, tower, push = session.query(Event).order_by(Event.starts_at)
    assert (chat.title, chat.ward_code, chat.languages, chat.target) == ("Chat", "E05015491", ["en", "pl"], 30)
    assert (tower.title, tower.kind, tower.wave.slug) == ("Tower-block visit, Hall", "tower_block", wave.slug)
    assert (push.ends_at - push.starts_at, push.ward_code) == (timedelta(hours=3), None)
    again = read(*rows)
    assert (len(again.new), again.known) == (0, 3)
    assert add_programme(found, actor="x") == 0
    assert session.query(Event).count() == 3


def test_faults_name_line_column_and_remedy_and_nothing_is_added(wave, session) -> None:
    good = f"Library,{today()},10:00,12:00,Library,Bargate,,fast-feedback,,,"
    faults = reasons(
        good,
        "Party,31/2/2027,noon,25:00,Library,Atlantis,,no-such,Klingon,many,",
        f"Library,{today() - timedelta(days=900)},10:00,12:00,,Bargate,,fast-feedback,,0,",
        "",
        good,
        f"{good},extra",
    )
    assert {key: reason[:24] for key, reason in faults.items()} == {
        (3, "kind"): "Use one of: Patch chat, ",
        (3, "date"): "Write the date as 2027-0",
        (3, "start"): "Write the time as 14:30 ",
        (3, "end"): "Write the time as 14:30 ",
        (3, "ward"): "No ward of Southampton h",
        (3, "surveys"): "No survey 'no-such' is o",
        (3, "languages"): "'Klingon' is not a langu",
        (3, "target"): "Write a whole number bet",
        (4, "target"): "Write a whole number bet",
        (6, ""): "This is the same event a",
        (7, ""): "The row has more cells t",
    }
    with pytest.raises(Refusal, match="Nothing was added"):
        add_programme(read(good, "x,,,,,,,,,,"), actor="x")
    assert session.query(Event).count() == 0


def test_rules_of_events_hold_for_rows_too(wave) -> None:
    early = today() - timedelta(days=900)
    assert set(reasons(f"Library,{early},10:00,12:00,,Bargate,,fast-feedback,,,")) == {(2, "place"), (2, "date")}


def test_what_is_no_programme_is_refused_with_a_remedy(wave) -> None:
    for text, words in {
        "": "empty",
        " \n \n": "empty",
        "kind,date\n": "no column start",
        HEADER.replace("title", "colour"): "No column is called 'colour'",
        HEADER.replace("title", "kind"): "same name",
        f'{HEADER}\n"open': "can be read",
        HEADER + "\n" + "x\n" * 1001: "1,001 rows",
        "x" * 400_001: "too long",
    }.items():
        with pytest.raises(Refusal, match=words):
            read_programme(text, waves_to_ask())


def test_hostile_cells_stay_text(wave, session) -> None:
    row = f"Library,{today()},10:00,12:00,<script>=cmd()\u202e\x00,Bargate,,fast-feedback,,,"
    add_programme(read(row), actor="x")
    assert session.query(Event).one().place == "<script>=cmd()"


def test_the_template_is_a_programme(wave) -> None:
    template = programme_template(waves_to_ask())
    for text in (f"\ufeff{template}", template.replace(",", "\t")):
        found = read_programme(text, waves_to_ask())
        assert (len(found.new), found.faults) == (1, [])


def test_a_row_that_ends_before_it_starts_is_a_mistake(wave) -> None:
    row = f"Library,{today()},10:00,09:00,Library,Bargate,,fast-feedback,,,"
    assert reasons(row) == {(2, "end"): "The event ends before it starts. Write a time after the start."}


def test_the_command_rehearses_and_writes(app, wave, session, tmp_path) -> None:
    file = tmp_path / "year.csv"
    file.write_text(f"{HEADER}\nLibrary,{today()},10:00,12:00,Library,Bargate,,fast-feedback,,,\n")
    run = app.test_cli_runner().invoke
    rehearsed = run(args=["events", "import", str(file)])
    assert "1 new, 0 already added, 0 errors." in rehearsed.output
    assert "dry run" in rehearsed.output
    assert "Written: 1 events." in run(args=["events", "import", str(file), "--apply"]).output
    assert "0 new, 1 already added" in run(args=["events", "import", str(file), "--apply"]).output
    file.write_text(f"{HEADER}\nParty,,,,,,,,,,\n")
    wrong = run(args=["events", "import", str(file), "--apply"])
    assert wrong.exit_code == 1
    assert "Line 2, column kind: Use one of:" in wrong.output
    file.write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8" in run(args=["events", "import", str(file)]).output
    assert "cannot be read" in run(args=["events", "import", str(tmp_path)]).output
    assert run(args=["events", "template"]).output.startswith(HEADER)
    assert session.query(Event).count() == 1


def test_titles_of_other_scripts_and_flags_stay_as_they_are_written(wave, session) -> None:
    farsi = "گفت\u200cوگو با می\u200cخواهم"
    england = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    day = today() + timedelta(days=9)
    row = f"Patch chat,{day},10:00,12:00,{farsi},Bargate,,fast-feedback,en,,{farsi} {england}"
    add_programme(read(row), actor="x")
    event = session.query(Event).one()
    assert (event.title, event.place) == (f"{farsi} {england}", farsi)
