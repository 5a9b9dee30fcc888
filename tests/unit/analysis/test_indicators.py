"""Who is in the base, and who is a yes."""

from __future__ import annotations

import pytest

from analysis import AnalysisError, Indicator, estimate


def test_single_answers_outside_the_base_do_not_count():
    indicator = Indicator("safe", "q", ("Safe",), ("Safe", "Unsafe"))
    assert [indicator.place(answer) for answer in ("Safe", "Unsafe", "Don't know", "")] == [2, 1, 0, 0]


def test_an_empty_base_means_any_answer():
    indicator = Indicator("safe", "q", ("Safe",))
    assert [indicator.place(answer) for answer in ("Safe", "Whatever", "")] == [2, 1, 0]


def test_several_answers_in_a_cell():
    indicator = Indicator("drugs", "q", ("drugs",), kind="multi")
    assert [indicator.place(answer) for answer in ("asb;drugs", "asb", "drugs_and_more", "")] == [2, 1, 1, 0]


def test_several_answers_with_a_base_leave_refusals_out():
    indicator = Indicator("drugs", "q", ("drugs",), ("asb", "drugs", "none"), kind="multi")
    assert [indicator.place(answer) for answer in ("drugs", "none", "prefer_not_to_say")] == [2, 1, 0]


def test_nothing_ticked_is_a_no_for_those_who_were_asked(frame_of):
    frame = frame_of(day=["unsafe", "safe", "safe", ""], night=["", "unsafe", "safe", ""], why=["dark", "", "dark", ""])
    asked = (("day", ("unsafe",)), ("night", ("unsafe",)))
    result = estimate(frame, [Indicator("dark", "why", ("dark",), kind="multi", asked=asked)], [])
    assert result.loc[0, ["n", "yes"]].tolist() == [2, 1]


def test_who_was_asked_and_only_refused_is_not_a_no(frame_of):
    frame = frame_of(told=["no", "no", "no", "yes"], why=["refused", "", "fear;refused", "refused"])
    asked = (("told", ("no",)),)
    reason = Indicator("fear", "why", ("fear",), kind="multi", asked=asked, outside=("refused",))
    assert estimate(frame, [reason], []).loc[0, ["n", "yes"]].tolist() == [2, 1]


def test_a_condition_and_a_base_both_hold(frame_of):
    frame = frame_of(met=["yes", "yes", "no"], told=["no", "unsure", "no"])
    indicator = Indicator("untold", "told", ("no",), ("yes", "no"), asked=(("met", ("yes",)),))
    assert estimate(frame, [indicator], []).loc[0, ["n", "yes"]].tolist() == [1, 1]


def test_a_condition_on_a_question_with_several_answers(frame_of):
    frame = frame_of(met=["theft;fraud", "fraud", ""], told=["", "police", "police"])
    indicator = Indicator("untold", "told", ("police",), kind="multi", asked=(("met", ("theft",)),))
    assert estimate(frame, [indicator], []).loc[0, ["n", "yes"]].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"yes": ()}, "no answer that counts as yes"),
        ({"yes": "Yes"}, r"write \('Yes',\)"),
        ({"yes": ("Yes",), "base": ("No",)}, "'Yes' as yes but leaves it out of its base"),
        ({"yes": ("Yes",), "outside": ("Yes",)}, "'Yes' as yes but leaves it out of its base"),
        ({"yes": ("Yes",), "kind": "several"}, "is of kind 'several'; choose one of 'single', 'multi'"),
        ({"yes": ("Yes",), "question": ""}, "needs a name and the column"),
    ],
)
def test_indicators_that_cannot_be(arguments, sentence):
    with pytest.raises(AnalysisError, match=sentence):
        Indicator(**{"name": "a", "question": "q", **arguments})


def test_a_question_that_was_not_asked_is_named(frame_of):
    with pytest.raises(AnalysisError, match=r"no column 'fear' in the responses, so it was not asked"):
        estimate(frame_of(q=["a"]), [Indicator("fear", "fear", ("a",))], [])


def test_a_condition_on_a_question_that_was_not_asked_is_named(frame_of):
    with pytest.raises(AnalysisError, match="no column 'met'"):
        estimate(frame_of(q=["a"]), [Indicator("fear", "q", ("a",), asked=(("met", ("x",)),))], [])


def test_two_indicators_of_one_name(frame_of):
    twice = [Indicator("a", "q", ("x",)), Indicator("a", "q", ("y",))]
    with pytest.raises(AnalysisError, match="Two indicators are called 'a'"):
        estimate(frame_of(q=["x"]), twice, [])


def test_an_indicator_may_be_called_like_its_column(frame_of):
    assert estimate(frame_of(q=["x", "y"]), [Indicator("q", "q", ("x",))], []).loc[0, "percent"] == 50


@pytest.mark.parametrize(
    "arguments",
    [
        {"yes": ("very_save",)},
        {"yes": ("very_safe", "fairly safe")},
        {"yes": ("very_safe",), "base": ("very_safe", "Unsafe")},
        {"yes": ("very_safe",), "outside": ("prefer_not",)},
        {"yes": ("very_safe ",), "kind": "multi"},
    ],
)
def test_an_answer_that_nobody_can_give_is_refused_by_name(arguments):
    allowed = ("very_safe", "fairly_safe", "unsafe")
    with pytest.raises(AnalysisError, match="nobody can answer to 'q'; choose from") as said:
        Indicator("safe", "q", **arguments, allowed=allowed)
    wrong = {code for codes in arguments.values() if isinstance(codes, tuple) for code in codes} - set(allowed)
    assert all(repr(code)[1:-1] in str(said.value) for code in wrong)


def test_answers_that_can_be_given_are_taken_and_make_the_same_indicator():
    given = ("safe", "q", ("very_safe",), ("very_safe", "unsafe"))
    assert Indicator(*given, allowed=("very_safe", "unsafe")) == Indicator(*given)
