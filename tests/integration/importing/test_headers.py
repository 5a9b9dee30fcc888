"""Headers as tools and people make them: in two rows, below titles, unnamed, repeated; exports of known tools."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Response
from feedback.services.importing.maps import MapFault, load_map
from feedback.services.importing.presets import presets, recognised
from feedback.services.importing.reading.headers import letters, named, position_of
from feedback.services.importing.reading.workbook_scan import column_number
from tests.integration.importing.files import HEADER, WAVE, bring, csv_file, excel_file, map_file, row
from tests.makers import BARGATE, make_wave

OWN = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name"]
PRIORITIES = "What should come first?"
MONKEY = [
    [*OWN, "How safe by day?", PRIORITIES, "", "", "Anything else?"],
    ["", "", "", "", "", "", "", "Response", "Drug dealing", "Fly tipping", "Other (please specify)",
     "Open-Ended Response"],
    ["11", "7", "2026-03-02 09:00:00", "2026-03-02 09:05:00", "10.0.0.1", "a@example.org", "Ann", "Very safe",
     "Drug dealing", "Fly tipping", "", "More light"],
    ["12", "7", "2026-03-03 09:00:00", "2026-03-03 09:05:00", "10.0.0.2", "b@example.org", "Bob", "Very unsafe", "",
     "Fly tipping", "dogs", ""],
]  # fmt: skip
MONKEY_QUESTIONS = {
    "safe_local_day": {
        "column": "How safe by day?",
        "codes": {"Very safe": "very_safe", "Very unsafe": "very_unsafe"},
    },
    "priorities": {
        "columns": {f"{PRIORITIES} | Drug dealing": "drugs", f"{PRIORITIES} | Fly tipping": "litter_fly_tipping"}
    },
    "safer_text": {"column": "Anything else?"},
}


def answers() -> list[dict]:
    return sorted((one.answers for one in db.session.scalars(select(Response))), key=str)


def monkey(folder: Path, **changes) -> Path:
    base = {"preset": "surveymonkey", "channel": {"fixed": "online"}, "questions": MONKEY_QUESTIONS}
    return map_file(folder, base, **changes)


@pytest.mark.parametrize("write", [csv_file, excel_file])
def test_surveymonkey_with_two_header_rows_loses_no_tick(session, tmp_path: Path, write) -> None:
    make_wave(**WAVE)
    file = write(tmp_path, MONKEY[1:], MONKEY[0])
    report, told = bring(file, monkey(tmp_path))
    assert told == []
    assert report.lost == {f"{PRIORITIES} | Other (please specify)": 1}
    assert set(report.personal) == {"IP Address", "Email Address", "First Name"}
    report, _ = bring(file, monkey(tmp_path, ignored=[f"{PRIORITIES} | Other (please specify)"]), apply=True)
    assert report.written == {"stored": 2}
    assert answers() == [
        {"safe_local_day": "very_safe", "priorities": ["drugs", "litter_fly_tipping"], "safer_text": "More light"},
        {"safe_local_day": "very_unsafe", "priorities": ["litter_fly_tipping"]},
    ]


def test_a_second_header_row_that_the_map_does_not_know_is_refused_with_what_to_write(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, MONKEY[1:], MONKEY[0])
    plain = {"safe_local_day": MONKEY_QUESTIONS["safe_local_day"]}
    mapped = monkey(tmp_path, preset=None, id={"column": "Respondent ID"}, date={"column": "End Date"}, questions=plain)
    with pytest.raises(Refusal, match=r"row 2 looks like a second row of the header. Write `header: \{rows: 2\}`"):
        bring(file, mapped, apply=True)
    mapped = monkey(tmp_path, preset=None, id={"column": "Respondent ID"}, date={"column": "End Date"})
    with pytest.raises(Refusal, match=r"The header seems to have two rows: write `header: \{rows: 2\}`"):
        bring(file, mapped)


@pytest.mark.parametrize("write", [csv_file, excel_file])
def test_titles_above_the_header_are_refused_with_what_to_write(session, tmp_path: Path, write) -> None:
    make_wave(**WAVE)
    titles = [["Results of the survey", "", "", "", ""], ["Printed today", "", "", "", ""]]
    file = write(tmp_path, [titles[1], HEADER, row(1)], titles[0])
    with pytest.raises(Refusal, match=r"The header seems to be row 3: write `header: \{row: 3\}`"):
        bring(file, map_file(tmp_path))
    assert bring(file, map_file(tmp_path, header={"row": 3}))[0].new == 1
    with pytest.raises(Refusal, match="has no row 30"):
        bring(file, map_file(tmp_path, header={"row": 30}))


def test_repeated_and_unnamed_columns_are_called_by_their_letters(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    header = ["id", "date", "Response", "Response", ""]
    questions = {"safe_local_day": {"column": "Response"}, "safer_text": {"column": "[D]"}}
    file = csv_file(tmp_path, [row(1), row(2)], header)
    with pytest.raises(Refusal, match=r"2 columns 'Response'.*by its letters: \[C\], \[D\]"):
        bring(file, map_file(tmp_path, questions=questions))
    questions["safe_local_day"] = {"column": "[C]"}
    assert bring(file, map_file(tmp_path, questions=questions))[0].lost == {"[E]": 2}
    questions["ward"] = {"column": "[E]", "codes": {"Bargate": BARGATE}}
    assert bring(file, map_file(tmp_path, questions=questions), apply=True)[0].written == {"stored": 2}
    assert answers()[0] == {"safe_local_day": "very_safe", "safer_text": "Light 1", "ward": BARGATE}


def test_rows_under_the_header_that_hold_no_answers_are_passed_over(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    below = [
        ["Response ID", "Recorded Date", "How safe?", "Words", "Ward"],
        ['{"ImportId":"_recordId"}', "", "", "", ""],
    ]
    file = csv_file(tmp_path, [*below, row(1)])
    with pytest.raises(Refusal, match=r"Write `header: \{skip: 2\}`"):
        bring(file, map_file(tmp_path))
    assert bring(file, map_file(tmp_path, header={"skip": 2}))[0].new == 1


EXPORTS = {
    "microsoft-forms": (
        ["ID", "Start time", "Completion time", "Email", "Name", "How safe?", "What first?"],
        ["1", "2026-03-02T09:00:00", "2026-03-02T09:05:00", "anonymous", "", "very_safe", "drugs;litter_fly_tipping;"],
        {"priorities": {"column": "What first?"}},
        "How safe?",
    ),
    "limesurvey": (
        ["id", "submitdate", "lastpage", "startlanguage", "seed", "ipaddr", "Q1", "Q2[SQ001]", "Q2[SQ002]"],
        ["1", "2026-03-02 09:05:00", "3", "en", "123", "10.0.0.1", "very_safe", "Yes", "No"],
        {"priorities": {"columns": {"Q2[SQ001]": "drugs", "Q2[SQ002]": "litter_fly_tipping"}}},
        "Q1",
    ),
    "kobo": (
        ["start", "end", "deviceid", "day/safe", "first", "first/drugs", "_id", "_uuid", "_submission_time", "_index"],
        ["2026-03-02T09:00:00.000+00:00", "2026-03-02T09:05:00.000+00:00", "ee.kobo:x", "very_safe",
         "drugs litter_fly_tipping", "1", "5", "f3a1-77", "2026-03-02T09:05:10", "1"],
        {"priorities": {"column": "first", "separator": " "}},
        "day/safe",
    ),
    "smartsurvey": (
        ["UserID", "Email", "Ended", "How safe?", "What first?", "What first?"],
        ["900", "x@example.org", "2026-03-02 09:05:00", "very_safe", "Drugs", ""],
        {"priorities": {"columns": {"What first? | Drugs": "drugs", "What first? | Litter": "litter_fly_tipping"}}},
        "How safe?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("tool", EXPORTS)
@pytest.mark.parametrize("write", [csv_file, excel_file])
def test_exports_of_known_tools_need_no_more_than_their_questions(session, tmp_path: Path, tool, write) -> None:
    make_wave(**WAVE)
    header, cells, questions, safe = EXPORTS[tool]
    options = [["", "", "", "Answer", "Drugs", "Litter"]] if tool == "smartsurvey" else []
    file = write(tmp_path, [*options, cells], header)
    given_up = ["first/drugs"] if tool == "kobo" else []
    base = {
        "preset": tool,
        "channel": {"fixed": "online"},
        "ignored": given_up,
        "questions": {**questions, "safe_local_day": {"column": safe}},
    }
    report, told = bring(file, map_file(tmp_path, base), apply=True)
    assert (told, report.doubts, report.lost, report.written) == ([], [], {}, {"stored": 1})
    assert answers()[0]["safe_local_day"] == "very_safe"
    assert answers()[0]["priorities"][0] == "drugs"
    unnamed = {
        **base,
        "preset": None,
        "id": "row",
        "date": {"fixed": "2026-03-05"},
        "header": {"rows": 1 + len(options)},
    }
    notes = bring(file, map_file(tmp_path, unnamed))[0].notes
    assert f"`preset: {tool}`" in notes[0]


def test_presets_say_where_their_facts_come_from_and_do_not_overlap() -> None:
    for code, tool in presets().tools.items():
        assert len(tool.source.split()) > 10
        assert recognised([*tool.recognised_by, "x"]) == code


def test_a_template_names_the_columns_of_the_tool(app, tmp_path: Path) -> None:
    with app.app_context():
        make_wave(**WAVE)
    run = app.test_cli_runner().invoke
    for tool, known in presets().tools.items():
        path = tmp_path / f"{tool}.yaml"
        made = run(args=["responses", "map-template", "--wave", "imported", "--preset", tool])
        path.write_text(made.output, encoding="utf-8")
        given = load_map(path)
        assert (given.preset, given.id.column) == (tool, known.map["id"]["column"])
        assert given.header.rows == known.map.get("header", {}).get("rows", 1)
    assert run(args=["responses", "map-template", "--wave", "imported", "--preset", "monkey"]).exit_code == 1


def test_an_unknown_preset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MapFault, match="preset: 'monkey' is not known. Use one of: surveymonkey"):
        load_map(map_file(tmp_path, preset="monkey"))
    for header in ({"row": 0}, {"rows": 9}, {"skip": -1}):
        with pytest.raises(MapFault, match="header: `row` begins at 1"):
            load_map(map_file(tmp_path, header=header))


@given(st.integers(0, 20_000))
def test_letters_of_columns_are_those_of_spreadsheets(number: int) -> None:
    assert column_number(letters(number)) == number + 1


@given(
    st.lists(st.lists(st.sampled_from(["", " ", "Q", "x\ny", "[B]", "Response"]), max_size=6), min_size=1, max_size=3)
)
def test_every_column_of_any_header_has_a_name_and_is_found_by_its_letters(rows: list[list[str]]) -> None:
    names = named(rows)
    assert len(names) == max(map(len, rows))
    assert all(name.strip() for name in names)
    for place in range(len(names)):
        if f"[{letters(place)}]" not in names[:place] + names[place + 1 :]:
            assert position_of(f"[{letters(place)}]", names) == place
