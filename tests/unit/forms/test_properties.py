"""Whatever arrives, cleaning settles at once and reading never raises."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from werkzeug.datastructures import MultiDict

from forms import AnswerError, Questionnaire
from tests.unit.forms.samples import QUESTIONS, ours, question_data, questionnaire

# The machine that runs this may be busy, and a failure must come again.
calm = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100
)

ALL = questionnaire(*(question_data(type_, id=type_) for type_ in QUESTIONS))
SURVEY = ours("community_safety")

json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    max_leaves=8,
)
codes = some.sampled_from(["red", "green", "blue", "none", "outside", "E05990001", "purple", ""])
likely = codes | some.lists(codes, max_size=4) | some.dictionaries(some.sampled_from(["sky", "sea", "x"]), codes)
answers_to_all = some.dictionaries(some.sampled_from([*QUESTIONS, "odd"]), likely | json_values)
names = some.sampled_from([*QUESTIONS, "grid.sky", "grid.sea", "place.postcode"])


def answers_of(questionnaire: Questionnaire) -> Any:
    """Stored answers that would be right one by one, whether routing leads to them or not."""

    def of(question: Any) -> Any:
        options = list(question.codes())
        rows = list(getattr(question, "row_labels", ()))
        if rows:
            return some.dictionaries(some.sampled_from(rows), some.sampled_from(options), min_size=1)
        if not options:
            return some.text(some.characters(categories=["L", "N"]), min_size=1, max_size=20)
        one = some.sampled_from(options)
        return one.map(lambda code: [code]) if hasattr(question, "exclusive") else one

    return some.fixed_dictionaries({}, optional={question.id: of(question) for question in questionnaire.questions})


@calm
@given(answers_to_all)
def test_cleaning_is_idempotent_and_raises_nothing_but_its_own(answers: dict[str, Any]) -> None:
    kept = ALL.clean(answers, strict=False)
    assert ALL.clean(kept, strict=True) == kept
    try:
        strictly = ALL.clean(answers, strict=True)
    except AnswerError as refused:
        strictly, sentences = kept, list(refused.errors.values())
    else:
        sentences = ["Nothing was wrong"]
    assert strictly == kept
    assert sentences
    assert all(sentence[0].isupper() for sentence in sentences)


@calm
@given(some.dictionaries(names, some.lists(some.text() | codes, max_size=4)))
def test_reading_never_raises(form: dict[str, list[str]]) -> None:
    reading = ALL.pages[0].read(MultiDict(form), {})
    assert ALL.clean(reading.answers, strict=True) == reading.answers
    assert not reading.errors.keys() & reading.answers.keys()


@calm
@given(some.text(max_size=60))
def test_what_was_read_can_be_written_and_read_again(text: str) -> None:
    stored = ALL.pages[0].read(MultiDict({"long_text": text}), {}).answers.get("long_text", "")
    assert ALL.pages[0].read(MultiDict({"long_text": stored}), {}).answers.get("long_text", "") == stored
    stored.encode("utf-8")
    assert not any(character in stored for character in "\0\r\x1b\u202e\x85")


@calm
@given(answers_of(SURVEY))
def test_routing_settles_at_once(answers: dict[str, Any]) -> None:
    kept = SURVEY.clean(answers, strict=True)
    assert SURVEY.clean(kept, strict=True) == kept
    assert kept.items() <= {**answers, **kept}.items()
    assert SURVEY.route(answers) == SURVEY.route(kept)
    reached = {question.id for page in SURVEY.route(kept) for question in page.asked(kept)}
    assert kept.keys() <= reached
    row = SURVEY.cells(kept)
    assert list(row) == [column.name for column in SURVEY.columns]
    for column in SURVEY.columns:
        given_codes = [code for code in row[column.name].split(";") if code] if column.codes else []
        assert set(given_codes) <= set(column.codes)
