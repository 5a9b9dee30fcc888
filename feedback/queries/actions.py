"""What was done about what people said, as staff and as residents see it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import Action
from feedback.queries.questionnaires import latest_questionnaire, questionnaire_in
from feedback.translation.languages import language
from forms.errors import UnknownQuestion

THEMES_FROM = ("fast-feedback", "priorities")
NO_THEME = "none"


def actions() -> list[Action]:
    """Return every action, the one changed last first."""
    return list(db.session.scalars(select(Action).order_by(Action.changed_at.desc(), Action.id)))


def action(id: UUID) -> Action:
    """Return one action.

    Raises:
        NotFound: there is none with this id.

    """
    found = db.session.get(Action, id)
    if found is None:
        raise NotFound("There is no such entry. It may have been deleted.")
    return found


def published_actions(ward: str = "") -> list[Action]:
    """Return what is public, for a ward with what concerns the whole place; what moves before what is done."""
    public = [one for one in actions() if one.published_at]
    meant = [one for one in public if not ward or not one.wards or ward in one.wards]
    return sorted(meant, key=_order)


def _order(one: Action) -> tuple[int, float]:
    return ("under_way", "done", "planned", "cannot").index(one.status), -one.changed_at.timestamp()


def by_theme(found: Sequence[Action]) -> dict[str, list[Action]]:
    """Return actions by theme, in the order of the list that residents choose from, without themes that have none."""
    return {code: mine for code in themes() if (mine := [one for one in found if one.theme == code])}


def themes() -> dict[str, str]:
    """Return code and words of the themes, in the language of the page: what residents may choose as priorities."""
    survey, question = THEMES_FROM
    try:
        column = questionnaire_in(latest_questionnaire(survey), language().code).question(question).columns[0]
    except (NotFound, UnknownQuestion):
        return {}
    return {code: label for code, label in column.codes.items() if code != NO_THEME}
