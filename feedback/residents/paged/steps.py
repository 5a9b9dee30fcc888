"""Finding the way through a paged survey. Pages are addressed by number: neutral, whatever they ask."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from feedback.errors import NotFound
from forms import Page, Questionnaire


@dataclass(frozen=True)
class Step:
    """A page as a person meets it: `place` of about `total` on the route that their answers lead along."""

    page: Page
    place: int
    total: int


def page_by_number(asked: Questionnaire, number: int) -> Page:
    """Return the page with this number, from 1.

    Raises:
        NotFound: there is no such page.

    """
    if not 1 <= number <= len(asked.pages):
        raise NotFound(gettext("There is no page with this number."))
    return asked.pages[number - 1]


def number_of(asked: Questionnaire, page: Page) -> int:
    return asked.pages.index(page) + 1


def step(route: Sequence[Page], page: Page) -> Step | None:
    """Return where `page` stands on the route; None when the answers do not lead there."""
    return Step(page, route.index(page) + 1, len(route)) if page in route else None


def before(asked: Questionnaire, route: Sequence[Page], page: Page) -> Page | None:
    """Return the page before this one on the route; None at its beginning."""
    earlier = [p for p in route if asked.pages.index(p) < asked.pages.index(page)]
    return earlier[-1] if earlier else None


def after(asked: Questionnaire, route: Sequence[Page], page: Page) -> Page | None:
    """Return the page after this one on the route; None when only the check of the answers is left."""
    return next((p for p in route if asked.pages.index(p) > asked.pages.index(page)), None)


def first_unseen(route: Sequence[Page], seen: Collection[str]) -> Page | None:
    """Return the first page of the route that was not answered or passed over yet."""
    return next((page for page in route if page.id not in seen), None)
