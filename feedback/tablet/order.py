"""The order of asking on a device that is handed from person to person: what is private comes last.

Nothing is kept before the end, so what is asked last is on the screen for the shortest time; and where somebody else
can hear, the private part is left out as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from forms import Page, Questionnaire


def for_shared_devices(asked: Questionnaire) -> Questionnaire:
    """Return the questionnaire with its private pages last. The answers that routing leads to stay the same."""
    private = private_pages(asked)
    first = tuple(page for page in asked.pages if page.id not in private)
    last = tuple(page for page in asked.pages if page.id in private)
    return msgspec.structs.replace(asked, pages=first + last)


def private_pages(asked: Questionnaire) -> frozenset[str]:
    """Return the ids of the pages that no shared device keeps, and of those that do nothing but lead to them."""
    private = {page.id for page in asked.for_last}
    for page in reversed(asked.pages):
        if page.id not in private and _only_leads_to(page, asked.pages, private):
            private.add(page.id)
    return frozenset(private)


def _depends_on(page: Page) -> set[str]:
    """Return the questions of other pages that decide whether this page, or a question on it, is asked."""
    conditions = [*page.show_if, *(condition for question in page.questions for condition in question.show_if)]
    return {condition.question for condition in conditions} - {question.id for question in page.questions}


def _only_leads_to(page: Page, pages: Sequence[Page], private: set[str]) -> bool:
    """Whether every question of the page is a gate to private pages and to nothing else."""
    own = {question.id for question in page.questions}
    led_to = [other for other in pages if own & _depends_on(other)]
    asked_for = {question for other in led_to for question in _depends_on(other)}
    return bool(own) and own <= asked_for and all(other.id in private for other in led_to)
