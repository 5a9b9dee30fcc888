"""CSV files that nobody here wrote: rehearsed, whole or not at all, never twice, every refused row with its reason."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import AuditEntry, Conflict, Event, Response
from feedback.models.types import utc_now
from feedback.queries.answers.counts import by_channel, by_day
from feedback.services.answers.submission import submit_response
from feedback.services.importing.maps import MapFault, load_map
from feedback.services.importing.responses import Import, import_responses
from feedback.services.importing.template import map_template
from tests.makers import BARGATE, make_wave, submission

WAVE = {"slug": "imported", "opens_on": date(2026, 3, 1), "closes_on": date(2026, 3, 31)}
MAP = {
    "id": {"column": "Respondent"},
    "date": {"column": "When", "format": "%d/%m/%Y"},
    "channel": {"column": "Mode", "codes": {"Web": "online", "Post": "paper"}},
    "not_answered": ["-", "N/A"],
    "questions": {
        "safe_local_day": {"column": "Q1", "codes": {"Safe, very": "very_safe", "5": "very_unsafe"}},
        "priorities": {
            "column": "Q2",
            "separator": ", ",
            "codes": {"Drugs, and dealing": "drugs", "Bins": "litter_fly_tipping"},
        },
        "safer_text": {"column": "Q3"},
        "ward": {"column": "Ward", "codes": {"Bargate": BARGATE, "elsewhere": "outside"}},
    },
}
HEADER = ["Respondent", "When", "Mode", "Q1", "Q2", "Q3", "Ward", "IP address"]
ROWS = [
    ["a1", "01/03/2026", "Web", "Safe, very", "Drugs, and dealing, Bins", "=1+1", "Bargate", "10.0.0.1"],
    ["a2", "31/03/2026", "Post", "  safe,  VERY ", "-", "N/A", "elsewhere", "10.0.0.2"],
    ["a3", "02/03/2026", "Web", "5", "", "<script>alert(1)</script>\nnext line", "not_sure", ""],
]


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path


def write(path: Path, rows=ROWS, header=HEADER, *, encoding="utf-8", delimiter=",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return path


def mapped(folder: Path, **changes) -> Path:
    given = {key: value for key, value in {**MAP, **changes}.items() if value is not None}
    path = folder / "map.yaml"
    path.write_text(yaml.safe_dump(given, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def bring(path: Path, map_file: Path, **options):
    rejections = []
    wanted = Import(
        path=path, slug="imported", map=load_map(map_file), actor="a test", on_rejection=rejections.append, **options
    )
    return import_responses(wanted), rejections


def answers() -> list[dict]:
    return sorted((row.answers for row in db.session.scalars(db.select(Response))), key=str)


@pytest.mark.both_engines
def test_a_rehearsal_writes_nothing_and_apply_writes_all(session, folder) -> None:
    wave = make_wave(**WAVE)
    file, map_file = write(folder / "a.csv"), mapped(folder)
    report, rejections = bring(file, map_file)
    assert (report.rows, report.new, report.refused, report.written, rejections) == (3, 3, 0, None, [])
    assert report.ignored == ("IP address",)
    assert answers() == []
    report, _ = bring(file, map_file, apply=True)
    assert report.written == {"stored": 3}
    assert answers() == [
        {
            "safe_local_day": "very_safe",
            "priorities": ["drugs", "litter_fly_tipping"],
            "safer_text": "=1+1",
            "ward": BARGATE,
        },
        {"safe_local_day": "very_safe", "safer_text": "N/A", "ward": "outside"},
        {"safe_local_day": "very_unsafe", "safer_text": "<script>alert(1)</script>\nnext line", "ward": "not_sure"},
    ]
    assert by_channel(wave) == {"online": 2, "paper": 1}
    assert by_day(wave) == {
        date(2026, 3, 1): {"online": 1},
        date(2026, 3, 2): {"online": 1},
        date(2026, 3, 31): {"paper": 1},
    }


@pytest.mark.both_engines
def test_a_second_run_adds_nothing_and_a_longer_file_adds_the_new_rows(session, folder) -> None:
    make_wave(**WAVE)
    map_file = mapped(folder)
    bring(write(folder / "a.csv"), map_file, apply=True)
    report, _ = bring(write(folder / "b.csv", [["a4", *ROWS[0][1:]], *reversed(ROWS)]), map_file, apply=True)
    assert (report.new, report.here_already, report.written) == (1, 3, {"stored": 1})
    assert len(answers()) == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_with_or_without_a_byte_order_mark(session, folder, encoding, delimiter) -> None:
    make_wave(**WAVE)
    report, _ = bring(write(folder / "a.csv", encoding=encoding, delimiter=delimiter), mapped(folder))
    assert (report.new, report.refused) == (3, 0)


def test_other_encodings_are_named_in_the_map(session, folder) -> None:
    make_wave(**WAVE)
    file = write(folder / "a.csv", [["a1", *ROWS[0][1:5], "Café – “light”", *ROWS[0][6:]]], encoding="cp1252")
    with pytest.raises(Refusal, match=r"a\.csv is not UTF-8 near line .*`encoding: cp1252`"):
        bring(file, mapped(folder))
    bring(file, mapped(folder, encoding="cp1252"), apply=True)
    assert answers()[0]["safer_text"] == "Café – “light”"
    wide = write(folder / "w.csv", encoding="utf-16")
    with pytest.raises(Refusal, match="is UTF-16"):
        bring(wide, mapped(folder))
    assert bring(wide, mapped(folder, encoding="utf-16"))[0].rows == 3


def test_every_fault_of_every_row_is_told_with_line_column_value_and_reason(session, folder) -> None:
    make_wave(**WAVE)
    rows = [
        ROWS[0],
        ["b1", "32/03/2026", "Fax", "Quite safe", "Cats, Bins", "x", "Bitterne", ""],
        ["", "01/03/2026", "Web", "5", "", "", "", ""],
        ["b3", "01/04/2026", "Web", "5", "", "", "", ""],
        ["b4", "01/03/2026", "Web", "5", "", "x" * 3_000, "", ""],
        ["b5", "01/03/2026", "Web", "", "", "", "", ""],
        ["b6", "01/03/2026", "Web"],
        ["b7", "01/03/2026", "Web", "5", "", "", "", "", "", "shifted"],
        ["a1", "01/03/2026", "Web", "5", "", "", "", ""],
        ["b8", "01/03/2026", "Web", "5", "", "", "", "", "", ""],
    ]
    report, told = bring(write(folder / "a.csv", rows), mapped(folder), apply=True)
    assert [(r.line, r.column, r.value[:10]) for r in told] == [
        (3, "When", "32/03/2026"),
        (3, "Mode", "Fax"),
        (3, "Q1", "Quite safe"),
        (3, "Q2", "Cats"),
        (3, "Ward", "Bitterne"),
        (4, "Respondent", ""),
        (5, "When", "01/04/2026"),
        (6, "Q3", "xxxxxxxxxx"),
        (7, "", ""),
        (8, "", ""),
        (9, "", ""),
        (10, "", ""),
    ]
    reasons = {r.line: r.reason for r in told}
    assert "This is not a date like 31/03/2026" in {r.reason for r in told}
    assert reasons[5].startswith("1 April 2026 is not a day on which")
    assert reasons[7] == "No question is answered"
    assert reasons[8] == "The row has 3 cells and the header has 8"
    assert reasons[10].startswith("Rows 2 and 10 have the same id and different answers")
    assert (report.rows, report.new, report.refused, report.written) == (10, 2, 8, None)
    assert answers() == []


@pytest.mark.both_engines
def test_good_rows_are_accepted_when_asked_and_conflicts_kept(session, folder) -> None:
    make_wave(**WAVE)
    rows = [ROWS[0], ["b1", "01/03/2026", "Web", "nonsense", "", "", "", ""], ["a1", *ROWS[2][1:]]]
    report, told = bring(write(folder / "a.csv", rows), mapped(folder), apply=True, accept_good=True)
    assert report.written == {"stored": 1, "conflict": 1}
    assert [r.line for r in told] == [3, 4]
    (kept,) = db.session.scalars(db.select(Conflict))
    assert kept.answers["safe_local_day"] == "very_unsafe"
    again, _ = bring(folder / "a.csv", mapped(folder), apply=True, accept_good=True)
    assert (again.new, again.here_already) == (0, 1)
    assert len(list(db.session.scalars(db.select(Conflict)))) == len(answers()) == 1


def test_without_an_id_equal_rows_are_different_people(session, folder) -> None:
    make_wave(**WAVE)
    same = ["", *ROWS[0][1:]]
    file, map_file = write(folder / "a.csv", [same, ROWS[1], same]), mapped(folder, id="row", ignored=["Respondent"])
    assert bring(file, map_file, apply=True)[0].written == {"stored": 3}
    reordered = write(folder / "b.csv", [same, same, ROWS[1], same])
    report, _ = bring(reordered, map_file, apply=True)
    assert (report.new, report.here_already) == (1, 3)


def test_a_changed_map_shows_as_conflicts_not_as_new_people(session, folder) -> None:
    make_wave(**WAVE)
    file = write(folder / "a.csv")
    bring(file, mapped(folder, id="row", ignored=["Respondent"]), apply=True)
    questions = {**MAP["questions"], "safe_local_day": {"column": "Q1", "otherwise": "dont_know"}}
    report, told = bring(file, mapped(folder, id="row", ignored=["Respondent"], questions=questions), apply=True)
    assert (report.new, report.refused) == (0, 3)
    assert {r.reason for r in told} == {"This response is stored already, with different answers; it is not changed"}


def test_options_in_columns_of_their_own_and_grids(session, folder) -> None:
    make_wave("community-safety", **WAVE)
    header = ["id", "link_live", "link_work", "P1", "P2", "gate", "eth"]
    rows = [
        ["1", "1", "0", "A very big problem", "-", "x", "white"],
        ["2", "I live in Southampton", "", "", "not a problem at all", "x", ""],
        ["3", "maybe", "", "", "", "x", ""],
    ]
    scale = {"A very big problem": "very_big", "Not a problem at all": "not_at_all"}
    wave_questions = {q.id: q for q in _questionnaire().questions}
    grid, link = wave_questions["problems_street"], wave_questions["link"]
    codes = {word: next(c for c in grid.codes() if c.startswith(code[:5])) for word, code in scale.items()}
    first, second = (row.code for row in grid.paper.rows[:2])
    lived, worked = list(link.codes())[:2]
    rows[1][1] = link.codes()[lived]
    map_file = mapped(
        folder,
        id={"column": "id"},
        date={"fixed": "2026-03-05"},
        channel={"fixed": "officer"},
        questions={
            "link": {"columns": {"link_live": lived, "link_work": worked}},
            "problems_street": {"rows": {first: "P1", second: "P2"}, "codes": codes},
            "equality_gate": {"fixed": "yes"},
            "ethnic_group": {"column": "eth"},
        },
    )
    file = write(folder / "a.csv", rows, header)
    report, told = bring(file, map_file, apply=True, accept_good=True, without=("gate",))
    assert [(r.line, r.column, r.value) for r in told] == [(4, "link_live", "maybe")]
    assert report.written == {"stored": 2}
    assert answers() == sorted(
        [
            {"link": [lived], "problems_street": {first: codes["A very big problem"]}, "equality_gate": "yes",
             "ethnic_group": "white"},
            {"link": [lived], "problems_street": {second: codes["Not a problem at all"]}, "equality_gate": "yes"},
        ],
        key=str,
    )  # fmt: skip


def _questionnaire():
    from feedback.queries.questionnaires import latest_questionnaire, questionnaire_of

    return questionnaire_of(latest_questionnaire("community-safety"))


def test_answers_that_are_not_asked_are_left_out_and_counted(session, folder) -> None:
    make_wave("community-safety", **WAVE)
    questions = {"ethnic_group": {"column": "eth"}, "age_band": {"column": "age"}}
    map_file = mapped(folder, id="row", date={"fixed": "2026-03-05"}, channel={"fixed": "paper"}, questions=questions)
    report, _ = bring(write(folder / "a.csv", [["white", "25_34"]], ["eth", "age"]), map_file, apply=True)
    assert report.left_out == {"ethnic_group": 1}
    assert answers() == [{"age_band": "25_34"}]


def test_months_alone_are_enough(session, folder) -> None:
    wave = make_wave(slug="imported", opens_on=date(2026, 3, 10), closes_on=date(2026, 5, 20))
    map_file = mapped(folder, date={"column": "When", "format": "%Y-%m"})
    months = ("2026-03", "2026-04", "2026-02")
    rows = [[month, month, "Web", "5", "", "", "", ""] for month in months]
    _, told = bring(write(folder / "a.csv", rows), map_file, apply=True, accept_good=True)
    assert list(by_day(wave)) == [date(2026, 3, 10), date(2026, 4, 1)]
    assert [(r.column, r.value) for r in told] == [("When", "2026-02")]


def test_a_row_may_name_its_event_and_language(session, folder) -> None:
    wave = make_wave(**WAVE)
    event = Event(code="AB12", waves=[wave], kind="x", title="x", starts_at=utc_now(), ends_at=utc_now())
    session.add(event)
    session.commit()
    header = ["id", "event", "spoken", "Q1"]
    rows = [
        ["1", "ab12", "Polski", "very_safe"],
        ["2", "", "English", "very_safe"],
        ["3", "ZZ99", "Klingon", "very_safe"],
        ["4", "a\x00b", "English", "very_safe"],
    ]
    map_file = mapped(
        folder,
        id={"column": "id"},
        date={"fixed": "2026-03-05"},
        channel={"fixed": "event_link"},
        event={"column": "event"},
        language={"column": "spoken", "codes": {"Polski": "pl", "English": "en"}},
        questions={"safe_local_day": {"column": "Q1"}},
    )
    _, told = bring(write(folder / "a.csv", rows, header), map_file, apply=True, accept_good=True)
    assert [(r.line, r.column) for r in told] == [(4, "spoken"), (4, "event"), (5, "event")]
    stored = db.session.scalars(db.select(Response))
    assert sorted((row.language, row.event.code if row.event else "") for row in stored) == [("en", ""), ("pl", "AB12")]


def test_the_template_loads_and_takes_answers_in_words_and_in_codes(session, folder) -> None:
    for survey in ("fast-feedback", "community-safety"):
        wave = make_wave(survey, **{**WAVE, "slug": "imported" if survey == "fast-feedback" else "other"})
        path = folder / f"{survey}.yaml"
        path.write_text(map_template(wave), encoding="utf-8")
        given = load_map(path)
        from feedback.queries.questionnaires import questionnaire_of

        assert list(given.questions) == [question.id for question in questionnaire_of(wave.questionnaire).questions]
    given = load_map(folder / "fast-feedback.yaml")
    header = ["id", "date", *given.questions]
    words = ["1", "2026-03-02T10:11:12Z", "Very safe", *[""] * (len(given.questions) - 1)]
    codes = ["2", "2026-03-02", "very_safe", *[""] * (len(given.questions) - 1)]
    bring(write(folder / "a.csv", [words, codes], header), folder / "fast-feedback.yaml", apply=True)
    assert answers() == [{"safe_local_day": "very_safe"}] * 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": None}, "map.yaml: missing key `id`"),
        ({"id": "line"}, "id: write `row`, or `column:`"),
        ({"surprise": "x"}, "unknown key `surprise`"),
        ({"questions": {}}, "`questions` must name at least one question"),
        ({"questions": {"safe_local_day": {"colum": "Q1"}}}, "questions: safe_local_day: unknown key `colum`"),
        ({"questions": {"safe_local_dya": {"column": "Q1"}}}, "no such question. Did you mean safe_local_day?"),
        ({"questions": {"safe_local_day": {"column": "Q11"}}}, "the file has no column 'Q11'. Did you mean 'Q1'"),
        ({"questions": {"safe_local_day": {"column": "Q1", "codes": {"x": "very_saef"}}}}, "no code 'very_saef'. Did"),
        ({"questions": {"safe_local_day": {"column": "Q1", "fixed": "very_safe"}}}, "name exactly one of"),
        ({"questions": {"safe_local_day": {"columns": {"Q1": "very_safe"}}}}, "`columns` is for a question with"),
        ({"questions": {"safe_local_day": {"rows": {"a": "Q1"}}}}, "`rows` is for a grid"),
        ({"channel": {"fixed": "fax"}}, "channel: 'fax' is not a channel"),
        ({"channel": {}}, "channel: name either a `column` or one `fixed`"),
        ({"encoding": "klingon"}, "encoding: 'klingon' is not known"),
        ({"delimiter": "ab"}, "delimiter: write one character"),
        ({"version": "x"}, "map.yaml: "),
        ({"version": 7}, "Version 7 of the survey 'fast-feedback' was never published"),
    ],
)
def test_a_faulty_map_is_refused_naming_file_key_and_fault(session, folder, change, sentence) -> None:
    make_wave(**WAVE)
    with pytest.raises(Refusal) as refused:
        bring(write(folder / "a.csv"), mapped(folder, **change))
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a: 1\na: 2\n", "map.yaml: line 2: the key `a` appears twice"),
        ("a: [", "map.yaml: line 1"),
        ("- x", "is not a map"),
        ("", "is not a map"),
        ("? [a, b]\n: c\n", "map.yaml: line 1"),
        ("a: !!python/object/apply:os.system [id]\n", "map.yaml"),
    ],
)
def test_a_file_that_is_no_map_is_refused(folder, content, sentence) -> None:
    (folder / "map.yaml").write_text(content)
    with pytest.raises(MapFault) as refused:
        load_map(folder / "map.yaml")
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "is empty"),
        (b"PK\x03\x04...", "is an Excel workbook or a ZIP archive"),
        (",".join(HEADER).encode(), "has a header and no rows"),
        (",".join([*HEADER, "Q1"]).encode() + b"\n1", "2 columns 'Q1'"),
        (",".join(HEADER).encode() + b'\n1,"open', "line 2: a quotation mark is opened and never closed"),
        (",".join(HEADER).encode() + b'\n1,2,3,4,5,6,7,8\n1,"a"b,3', "line 3: there is a quotation mark inside"),
        (b'"' + b"x" * 1_100_000, "more than 1,000,000 characters"),
    ],
)
def test_a_file_that_is_no_csv_is_refused(session, folder, content, sentence) -> None:
    make_wave(**WAVE)
    (folder / "a.csv").write_bytes(content)
    with pytest.raises(Refusal) as refused:
        bring(folder / "a.csv", mapped(folder))
    assert sentence in str(refused.value)
    assert answers() == []


def test_lines_are_counted_through_cells_with_line_breaks_and_blank_lines(session, folder) -> None:
    make_wave(**WAVE)
    lines = ",".join(HEADER) + '\n\na1,01/03/2026,Web,5,,"two\nlines",,\n\na2,01/03/2026,Web,wrong,,,,\n'
    (folder / "a.csv").write_text(lines)
    _, told = bring(folder / "a.csv", mapped(folder))
    assert [(r.line, r.value) for r in told] == [(6, "wrong")]


def test_imported_ids_cannot_be_taken_by_a_form(session, folder) -> None:
    wave = make_wave(**{**WAVE, "closes_on": date(2030, 1, 1)})
    bring(write(folder / "a.csv"), mapped(folder), apply=True)
    stored = db.session.scalars(db.select(Response)).first()
    assert stored.id.version == 5
    with pytest.raises(Refusal, match="broken number"):
        submit_response(submission(wave, id=stored.id))


def test_the_command_rehearses_writes_and_reports(app, folder) -> None:
    with app.app_context():
        make_wave(**WAVE)
    rows = [ROWS[0], ["=cmd()", "01/03/2026", "Web", '=HYPERLINK("x")', "", "", "", ""], ["\x1b[2J", *ROWS[1][1:]]]
    file, map_file, report = write(folder / "a.csv", rows), mapped(folder), folder / "report.csv"
    run = app.test_cli_runner().invoke
    words = ["responses", "import", str(file), "--wave", "imported", "--map", str(map_file)]
    rehearsed = run(args=[*words, "--report", str(report)])
    assert rehearsed.exit_code == 1
    assert "3 rows: 2 new, 0 here already, 1 refused." in rehearsed.output
    assert "Columns that the map does not use: IP address." in rehearsed.output
    assert "Line 3, column Q1" in rehearsed.output
    assert "\x1b[2J" not in rehearsed.output
    with report.open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines))[1][:3] == ["3", "Q1", '\'=HYPERLINK("x")']
    refused = run(args=[*words, "--apply"])
    assert (refused.exit_code, "Nothing was written, because rows are refused." in refused.output) == (1, True)
    written = run(args=[*words, "--apply", "--accept-good"])
    assert (written.exit_code, "Written: 2 responses." in written.output) == (0, True)
    with app.app_context():
        (entry,) = db.session.scalars(select(AuditEntry))  # neither the rehearsal nor the refusal did anything
        assert (entry.actor, entry.action, entry.subject) == ("command line", "answers imported", "imported")
        assert entry.detail == {"file": "a.csv", "stored": 2, "kept_apart": 0, "here_already": 0, "refused": 1}
    unknown = run(args=["responses", "import", str(file), "--wave", "nowhere", "--map", str(map_file)])
    assert (unknown.exit_code, "There is no wave 'nowhere'. The waves are: imported." in unknown.output) == (1, True)
    template = run(args=["responses", "map-template", "--wave", "imported"])
    assert template.exit_code == 0
    assert "safe_local_day:" in template.output
