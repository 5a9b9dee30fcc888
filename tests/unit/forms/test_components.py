"""Our macros write what the design system writes, and nothing that a policy without inline code would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.unit.forms.govuk_fixtures import LEFT_OUT, TOLD, NotTaken, fixtures
from tests.unit.forms.markup import ENVIRONMENT, ROOT, macro, tree


def compared(component: str) -> Iterator[tuple[str, str, str, str]]:
    """Each example: its name, our markup, theirs, and instead of ours the reason for leaving it out."""
    for name, options, html in fixtures(component):
        try:
            yield name, TOLD[component][0](options), html, ""
        except NotTaken as left_out:
            yield name, "", html, left_out.args[0]


@pytest.mark.parametrize("component", sorted(TOLD))
def test_macro_writes_what_the_design_system_writes(component: str) -> None:
    taken = [(name, ours, theirs) for name, ours, theirs, reason in compared(component) if not reason]
    for name, ours, theirs in taken:
        assert tree(ours) == tree(theirs), f"{component}, example {name!r}"
    assert len(taken) == TOLD[component][1]


def test_every_example_left_out_has_a_reason_and_every_reason_an_example() -> None:
    reasons = {reason for component in TOLD for *_, reason in compared(component) if reason}
    assert reasons == set(LEFT_OUT)


def test_no_macro_holds_inline_script_or_style() -> None:
    for path in (ROOT / "templates" / "components").glob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r'<script|<style|\sstyle=|\son\w+="|javascript:|\|\s*safe', source), path.name


def test_every_component_file_can_be_imported() -> None:
    for path in (ROOT / "templates" / "components").glob("*.html"):
        assert ENVIRONMENT.get_template(f"components/{path.name}").module


HOSTILE = "\"><script>alert(1)</script>'&"
OPTION = SimpleNamespace(code=HOSTILE, label=HOSTILE, hint=HOSTILE, exclusive=False, divider=HOSTILE)


@pytest.mark.parametrize(
    "html",
    [
        macro("radios", "radios")("n", HOSTILE, [OPTION], HOSTILE, HOSTILE, HOSTILE),
        macro("checkboxes", "checkboxes")("n", HOSTILE, [OPTION], [HOSTILE], HOSTILE, HOSTILE),
        macro("select", "select")("n", HOSTILE, [OPTION], HOSTILE, HOSTILE, HOSTILE, HOSTILE),
        macro("input", "input")("n", HOSTILE, HOSTILE, HOSTILE, HOSTILE, prefix=HOSTILE, suffix=HOSTILE),
        macro("textarea", "textarea")("n", HOSTILE, HOSTILE, HOSTILE, HOSTILE, limit=5, note=HOSTILE),
        macro("error_summary", "error_summary")({"n": HOSTILE}),
        macro("table", "table")([HOSTILE], [[HOSTILE]], HOSTILE),
        macro("panel", "panel")(HOSTILE, HOSTILE),
        macro("summary_list", "summary_list")([SimpleNamespace(key=HOSTILE, lines=[HOSTILE] * 2, actions=[])]),
        macro("notification_banner", "notification_banner")(HOSTILE, HOSTILE),
        macro("tag", "tag")(HOSTILE),
    ],
)
def test_hostile_text_is_only_text(html: str) -> None:
    assert HOSTILE not in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_what_is_empty_is_not_written() -> None:
    option = SimpleNamespace(code="a", label="A", hint="", exclusive=False, divider="")
    for html in (
        macro("radios", "radios")("n", "L", [option]),
        macro("checkboxes", "checkboxes")("n", "L", [option]),
        macro("input", "input")("n", "L"),
        macro("textarea", "textarea")("n", "L"),
        macro("select", "select")("n", "L", [option]),
    ):
        assert "hint" not in html
        assert "error" not in html
        assert "describedby" not in html
        assert 'value=""' not in html


def test_textarea_keeps_a_newline_at_the_beginning() -> None:
    html = macro("textarea", "textarea")("n", "L", "\nsecond line")
    assert "\n\nsecond line</textarea>" in html
