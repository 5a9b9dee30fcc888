"""What a map claims of a file is held against the file; what it does not use is said as a loss and asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Response
from tests.integration.importing.files import HEADER, MAP, WAVE, bring, csv_file, map_file, row
from tests.makers import make_wave

QUESTIONS = MAP["questions"]


def stored() -> int:
    return db.session.scalar(select(func.count(Response.id))) or 0


def swapped(**changes):
    return {**QUESTIONS, **changes}


@pytest.mark.parametrize(
    ("questions", "doubt"),
    [
        (swapped(ward={"column": "words", "otherwise": "outside"}), "5 of its 5 texts are not in the map"),
        (swapped(ward={"column": "words", "otherwise": "outside"}), "the map uses it 2 times"),
        (swapped(safer_text={"column": "safe"}), "all its texts are answers to safe_"),
        (swapped(safer_text={"column": "date"}), "it holds dates and no words of people"),
        (
            swapped(safe_local_day={"column": "safe", "codes": {"Very safe": "very_unsafe"}}),
            "'Very safe' is the wording of very_safe, and the map gives it the code very_unsafe",
        ),
        (
            swapped(safe_local_day={"column": "safe", "not_answered": ["very_safe", "fairly_safe"]}),
            "the map says that 'very_safe' means no answer (5 cells)",
        ),
    ],
)
def test_a_map_that_says_what_is_not_true_is_doubted(session, tmp_path: Path, questions, doubt) -> None:
    make_wave(**WAVE)
    mapped = map_file(tmp_path, questions=questions, ignored=["ward", "words"])
    file = csv_file(tmp_path, [row(number) for number in range(5)])
    report, _ = bring(file, mapped, apply=True, accept_good=True)
    assert any(doubt in said for said in report.doubts), report.doubts
    assert stored() == 0


def test_the_wording_of_the_question_itself_is_not_said_to_be_another(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, [row(number, safe="Very safe") for number in range(4)])
    report, _ = bring(file, map_file(tmp_path, questions=QUESTIONS))
    (doubt,) = report.doubts
    assert "they are the wording of this question. List them under `codes`, as `map-template` does" in doubt


def test_letters_that_became_question_marks_are_doubted(session, tmp_path: Path) -> None:
    """A spreadsheet that saves for Windows does so to Polish and Arabic, and safeguarding sees nothing."""
    make_wave(**WAVE)
    words = ["Wi?cej ?wiat?a", "??? ????? ??", "Why? No reason", "Really??", "Lights"]
    file = csv_file(tmp_path, [row(number, words=text) for number, text in enumerate(words)])
    report, _ = bring(file, map_file(tmp_path), apply=True)
    assert "2 of its 5 texts have question marks where letters were, such as 'Wi?cej'" in report.doubts[0]
    assert stored() == 0
    report, _ = bring(file, map_file(tmp_path, checked=["words"]))
    assert report.doubts == []


def test_a_question_mark_without_a_space_now_and_then_is_no_doubt(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    words = ["safe?no", *(f"Is it safe? I do not know {number}, see https://a.example/?b" for number in range(6))]
    file = csv_file(tmp_path, [row(number, words=text) for number, text in enumerate(words)])
    report, _ = bring(file, map_file(tmp_path))
    assert report.doubts == []


@pytest.mark.parametrize(
    "column",
    ["What is your name?", "2. Your full name (optional)", "Please give us your e-mail address:", "Your postcode?"],
)
def test_a_column_that_asks_who_somebody_is_is_known_by_its_question(session, tmp_path: Path, column: str) -> None:
    make_wave(**WAVE)
    header = [name if name != "words" else column for name in HEADER]
    file = csv_file(tmp_path, [row(number) for number in range(3)], header)
    with pytest.raises(Refusal, match="identifies people, and such columns are never stored"):
        bring(file, map_file(tmp_path, questions=swapped(safer_text={"column": column})))
    left = {key: entry for key, entry in QUESTIONS.items() if key != "safer_text"}
    report, _ = bring(file, map_file(tmp_path, questions=left))
    assert (report.personal, report.lost, report.doubts) == ((column,), {}, [])


@pytest.mark.parametrize("column", ["What would make your name for this park?", "Your address to the council", "Q1"])
def test_questions_that_only_sound_like_it_stay_questions(session, tmp_path: Path, column: str) -> None:
    make_wave(**WAVE)
    header = [name if name != "words" else column for name in HEADER]
    file = csv_file(tmp_path, [row(number) for number in range(3)], header)
    report, _ = bring(file, map_file(tmp_path, questions=swapped(safer_text={"column": column})))
    assert (report.personal, report.doubts) == ((), [])


def test_rows_that_the_tool_calls_previews_are_not_taken_for_people(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    statuses = ["IP Address", "Survey Preview", "Spam", "Anonymous"]
    rows = [[*row(number), status] for number, status in enumerate(statuses)]
    file = csv_file(tmp_path, rows, [*HEADER, "Status"])
    report, _ = bring(file, map_file(tmp_path), apply=True)
    (doubt,) = report.doubts
    assert "Column 'Status': 2 of the rows are previews, tests or spam" in doubt
    assert stored() == 0
    assert bring(file, map_file(tmp_path, checked=["Status"]))[0].doubts == []


def test_full_postcodes_in_a_column_of_words_are_doubted(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, [row(number, words=f"SO14 {number}AB") for number in range(3)])
    report, _ = bring(file, map_file(tmp_path))
    assert "it holds full postcodes, which are never stored" in report.doubts[0]


def test_words_of_people_in_a_column_of_codes_are_not_swallowed(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    questions = {"safe_local_day": {"column": "words", "otherwise": "dont_know"}, "ward": QUESTIONS["ward"]}
    rows = [row(number, words=f"He says that he will kill me, {number}") for number in range(4)]
    report, _ = bring(csv_file(tmp_path, rows), map_file(tmp_path, questions=questions, ignored=["safe"]))
    assert "people's own words, which would be lost" in report.doubts[0]


def test_a_column_named_like_another_question_is_doubted(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    header = ["id", "date", "safe_local_dark", "words", "ward"]
    questions = swapped(safe_local_day={"column": "safe_local_dark"})
    file = csv_file(tmp_path, [row(1)], header)
    report, _ = bring(file, map_file(tmp_path, questions=questions))
    assert "its name is that of safe_local_dark, and the map takes it for safe_local_day" in report.doubts[0]
    checked = map_file(tmp_path, questions=questions, checked=["safe_local_dark"])
    assert bring(file, checked, apply=True)[0].written == {"stored": 1}


def test_a_column_without_a_date_is_named_once(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    report, told = bring(csv_file(tmp_path, [row(1), row(2)]), map_file(tmp_path, date={"column": "ward"}))
    assert "no cell of it is a date" in " ".join(report.doubts)
    assert len(told) == 2


@pytest.mark.parametrize("name", ["Email", "IP address", "First name", "Telephone number"])
def test_columns_that_identify_people_are_never_used(session, tmp_path: Path, name) -> None:
    make_wave(**WAVE)
    header = ["id", "date", "safe", name, "ward"]
    with pytest.raises(Refusal, match="identifies people, and such columns are never stored"):
        bring(csv_file(tmp_path, [row(1)], header), map_file(tmp_path, questions=swapped(safer_text={"column": name})))
    report, _ = bring(
        csv_file(tmp_path, [row(1)], header),
        map_file(tmp_path, questions={"safe_local_day": {"column": "safe"}}, ignored=["ward"]),
        apply=True,
    )
    assert (report.personal, report.lost, report.written) == ((name,), {}, {"stored": 1})


def test_columns_are_known_as_personal_by_what_they_hold(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    rows = [[*row(1), "a@example.org"], [*row(2), "b@example.org"]]
    file = csv_file(tmp_path, rows, [*HEADER, "Reach me"])
    report, _ = bring(file, map_file(tmp_path))
    assert (report.personal, report.lost) == (("Reach me",), {})
    questions = swapped(safer_text={"column": "Reach me"})
    report, _ = bring(file, map_file(tmp_path, questions=questions, ignored=["words"]))
    assert "it holds e-mail addresses, which are never stored" in report.doubts[0]


def test_what_the_map_does_not_use_is_a_loss_that_must_be_given_up(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    rows = [[*row(1), "more", "", "tick"], [*row(2), "", "", ""], [*row(3), "again", "", "tick"]]
    file = csv_file(tmp_path, rows, [*HEADER, "Other comments", "Empty", ""])
    for accept_good in (False, True):
        report, _ = bring(file, map_file(tmp_path), apply=True, accept_good=accept_good)
        assert (report.lost, report.written) == ({"Other comments": 2, "[H]": 2}, None)
    assert stored() == 0
    assert bring(file, map_file(tmp_path, ignored=["Other comments"]))[0].lost == {"[H]": 2}
    with pytest.raises(Refusal, match="no column 'Other coments'. Did you mean 'Other comments'"):
        bring(file, map_file(tmp_path), without=("Other coments",))
    with pytest.raises(Refusal, match="The map uses the column 'words'"):
        bring(file, map_file(tmp_path), without=("words",))
    report, _ = bring(file, map_file(tmp_path), without=("Other comments", "[H]"), apply=True)
    assert report.written == {"stored": 3}


def test_the_command_names_losses_and_doubts_and_what_to_do(app, tmp_path: Path) -> None:
    with app.app_context():
        make_wave(**WAVE)
    file = csv_file(tmp_path, [[*row(1), "more"], [*row(2), "x"]], [*HEADER, "Other comments"])
    words = ["responses", "import", str(file), "--wave", "imported", "--map", str(map_file(tmp_path))]
    run = app.test_cli_runner().invoke
    for more in ([], ["--apply"], ["--apply", "--accept-good"]):
        done = run(args=[*words, *more])
        assert done.exit_code == 1, done.output
        assert "These columns hold answers that would be lost: Other comments (2 cells)." in done.output
        assert "--without 'Other comments'" in done.output
    assert "Nothing was written: say first" in done.output
    done = run(args=[*words, "--apply", "--without", "Other comments"])
    assert (done.exit_code, "Written: 2 responses." in done.output) == (0, True)


def test_texts_without_a_code_are_summed_up_with_what_they_fit(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, [row(number) for number in range(6)])
    report, told = bring(file, map_file(tmp_path, questions=swapped(sex={"column": "safe"}), ignored=["safe"]))
    assert len(told) == 6
    assert "6 of its 6 texts have no code in the map; they are answers to safe_" in " ".join(report.doubts)
    report, _ = bring(file, map_file(tmp_path, questions=swapped(sex={"column": "words"})))
    assert "List them under `codes`, or name the column" in " ".join(report.doubts)


def test_ratings_are_not_words_of_people(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    file = csv_file(tmp_path, [row(1, words="7"), row(2, words="10"), row(3, words="9.5")])
    assert "it holds numbers and no words of people" in bring(file, map_file(tmp_path))[0].doubts[0]


def test_another_form_whose_numbers_begin_at_1_again_is_not_the_same_people(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    bring(csv_file(tmp_path, [row(number) for number in range(5)]), map_file(tmp_path), apply=True)
    second = csv_file(tmp_path, [row(number, words=f"Other {number // 2 * 2}") for number in range(5)])
    report, _ = bring(second, map_file(tmp_path), apply=True, accept_good=True)
    assert "5 of its ids are stored with other answers. If this is another form" in report.doubts[0]
    assert stored() == 5
    report, _ = bring(second, map_file(tmp_path, id={"column": "id", "prefix": "stall-b"}), apply=True)
    assert (report.written, stored()) == ({"stored": 5}, 10)


@pytest.mark.parametrize("again", [{"id": {"column": "ward"}}, {"id": "row"}])
def test_a_file_that_comes_again_with_another_id_is_doubted(session, tmp_path: Path, again) -> None:
    make_wave(**WAVE)
    rows = [
        row(number, words=f"Person {number} wants more light in the park", ward=f"w{number}") for number in range(4)
    ]
    file = csv_file(tmp_path, rows)
    questions = {key: QUESTIONS[key] for key in ("safe_local_day", "safer_text")}
    bring(file, map_file(tmp_path, questions=questions, ignored=["ward"]), apply=True)
    changed = map_file(tmp_path, questions=questions, ignored=["ward", "id"], **again)
    report, _ = bring(file, changed, apply=True, accept_good=True)
    assert "The answers of 4 of 4 new rows with words of people's own are stored already" in report.doubts[0]
    assert stored() == 4


def test_rows_that_are_alike_are_said_where_the_whole_row_is_the_id(session, tmp_path: Path) -> None:
    make_wave(**WAVE)
    mapped = map_file(tmp_path, id="row", ignored=["id"])
    report, _ = bring(csv_file(tmp_path, [row(1), row(1), row(2)]), mapped)
    assert report.notes == ["1 rows are exactly like an earlier one. Without an id column they count as other people."]
