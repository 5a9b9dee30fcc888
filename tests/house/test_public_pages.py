"""No public page reads answers: what two looks at different moments show differs by a release, never by a person."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PUBLIC = Path(__file__).resolve().parents[2] / "feedback" / "public"
ALLOWED = {
    *("feedback.queries.actions", "feedback.queries.boundaries", "feedback.queries.releases", "feedback.queries.waves"),
    *("feedback.queries.help_topics", "feedback.services.retention"),
}
QUESTIONS = ("feedback.queries.questionnaires", "special_category_questions")  # what is asked, and of nobody
NEVER = {"AlikeCount", "HourlyCount", "Response", "Suspicion", "Tally"}


def imports(source: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


def faults(source: str) -> list[str]:
    reading = ("feedback.queries", "feedback.services", "analysis")
    return [
        f"{module}: {name}"
        for module, name in imports(source)
        if name in NEVER or (module.startswith(reading) and module not in ALLOWED and (module, name) != QUESTIONS)
    ]


def test_public_pages_read_no_answers() -> None:
    found = {path.name: wrong for path in PUBLIC.rglob("*.py") if (wrong := faults(path.read_text()))}
    assert found == {}


def test_a_page_that_reads_answers_is_found() -> None:
    assert faults("from feedback.queries.answers.counts import received")
    assert faults("from feedback.models import Response")
    assert faults("from analysis import estimate")
