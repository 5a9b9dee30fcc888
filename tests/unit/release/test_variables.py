"""Names, labels and numbers of respondent files, whatever a questionnaire holds."""

from __future__ import annotations

import pytest

from feedback.services.respondents.comments import without_details
from feedback.services.respondents.table import RespondentTable
from feedback.services.respondents.variables import NOT_ASKED, Names, coded, shortened, sources_of
from feedback.services.respondents.writing import as_csv, as_sav, harmless
from forms.questions.base import Column


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("experience.overall", "experience_overall"),
        ("16_24", "v_16_24"),
        ("not", "v_not"),
        ("...", "v"),
        ("ward é", "ward"),
        ("x" * 200, "x" * 60),
    ],
)
def test_names_that_spss_accepts(wanted, name):
    assert Names().new(wanted) == name


def test_names_differ_whatever_their_capitals():
    names = Names()
    assert [names.new(name) for name in ("Ward", "ward", "WARD.", "v")] == ["Ward", "ward_2", "WARD_3", "v"]


def test_views_are_numbered_and_the_rest_is_missing():
    variable = coded("safe", "How safe?", {"very_safe": "Very", "neither": "Neither", "dont_know": "Do not know"})
    assert [(one.code, one.number, one.missing) for one in variable.codes] == [
        *[("very_safe", 1, False), ("neither", 2, False)],
        *[(NOT_ASKED, 90, True), ("dont_know", 91, True)],
    ]
    assert (variable.measure, variable.missing) == ("ordinal", (90, 91))
    assert coded("ward", "Ward", {"E1": "One", "E2": "Two"}).measure == "nominal"
    many = coded("many", "Many", {f"code{number}": "x" for number in range(120)} | {"not_sure": "Not sure"})
    assert (many.codes[119].number, many.missing) == (120, (990, 991))


def test_several_choices_are_columns_of_0_and_1_and_text_is_left_out():
    columns = [
        Column("link", "What links you?", "multi", {"live": "I live here", "work": "I work here"}),
        Column("text", "Tell us", "text"),
        Column("age", "Age", "number"),
    ]
    made = sources_of(columns, Names())
    assert [(one.variable.name, one.variable.label, one.variable.measure) for one in made] == [
        ("link_live", "What links you?: I live here", "nominal"),
        ("link_work", "What links you?: I work here", "nominal"),
        ("age", "Age", "scale"),
    ]
    assert [(one.code, one.number) for one in made[0].variable.codes] == [("0", 0), ("1", 1), (NOT_ASKED, 90)]


def test_labels_are_cut_between_characters():
    assert shortened("é" * 200, 256) == "é" * 126 + "..."
    assert shortened("é" * 128, 256) == "é" * 128


def test_hostile_labels_arrive_whole_or_cut_and_nothing_else(tmp_path):
    import pyreadstat

    labels = (
        "=cmd()",
        '<script>alert("x")</script>',
        "\u202eturned",
        "\U0001f600" * 70,
        "\u0645\u0631\u062d\u0628\u0627",
    )
    variables = tuple(coded(f"v{number}", label, {"a": label, "b": "other"}) for number, label in enumerate(labels))
    path = tmp_path / "odd.sav"
    path.write_bytes(as_sav(RespondentTable(variables, [["a"] * len(labels), [""] * len(labels)]), "Odd"))
    frame, meta = pyreadstat.read_sav(path)
    assert meta.column_labels == [shortened(label, 256) for label in labels]
    assert [meta.variable_value_labels[f"v{n}"][1.0] for n in range(len(labels))] == [
        shortened(label, 120) for label in labels
    ]
    assert frame.isna().sum().tolist() == [1] * len(labels)


def test_a_file_of_nobody(tmp_path):
    import pyreadstat

    table = RespondentTable((coded("safe", "How safe?", {"very_safe": "Very"}),), [])
    path = tmp_path / "empty.sav"
    path.write_bytes(as_sav(table, "Nobody"))
    frame, meta = pyreadstat.read_sav(path)
    assert (len(frame), meta.column_names) == (0, ["safe"])
    assert as_csv(table, "Nobody")[:2] == b"PK"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("ring me on 07700 900123 please", "ring me on [phone number hidden] please"),
        ("+44 (0)23 8091 5000", "[phone number hidden]"),
        ("write to a.b@mail.example!", "write to [email hidden]!"),
        ("see www.example.org/x", "see [web address hidden]"),
        ("near SO14 7LY at night", "near [postcode hidden] at night"),
        ("a red car AB12 CDE", "a red car [number plate hidden]"),
        ("the man at 12a Old Mill Lane", "the man at [address hidden]"),
        ("12 lights are broken in 2025", "12 lights are broken in 2025"),
        ("more police in Shirley Road", "more police in Shirley Road"),
    ],
)
def test_what_leads_to_somebody_is_hidden_in_comments(text, hidden):
    assert without_details(text) == hidden


def test_a_comment_is_no_formula():
    assert [harmless(text) for text in ("=1+1", "-5", "@x", "fine")] == ["'=1+1", "'-5", "'@x", "fine"]
