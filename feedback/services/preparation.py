"""What a database needs before anybody can use it; safe to run at every start."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from feedback.extensions import db
from feedback.keys import begin_secret
from feedback.models import HelpLine, Role
from feedback.models.staff import ROLES
from feedback.places import PlacePack, current_place, place_fault
from feedback.services.help_lines import follow_pack, said_by_pack
from feedback.services.kept_pack import keep_pack
from feedback.services.questionnaires import publish_questionnaires, words_as_published
from feedback.services.safeguarding.quarantined_forms import flag_all_unseen
from feedback.services.snapshots import advance_all

HELP_LINE_FIELDS = ("code", "position", "name", "number", "url", "about", "hours", "shown", "checked_on", "source")


@dataclass(frozen=True)
class Prepared:
    """What was new: codes of help lines, names of roles, questionnaires as `survey version`.

    `corrected`: codes of help lines that follow a correction of the place pack. `older_words`: versions that go on with
    other words of the place than the pack has today.
    """

    help_lines: list[str]
    roles: list[str]
    questionnaires: list[str]
    corrected: list[str]
    older_words: list[str]


def prepare_database() -> Prepared:
    """Load help lines, roles and questionnaires that are not there yet, and commit. Of what exists help lines alone are
    changed, where the place pack corrects what it said before.

    Forms that wait are read for words that may say somebody is in danger, if nobody has read them so far. Waves whose
    figures are due for a snapshot get it.
    """
    place = current_place()
    if not place_fault():
        keep_pack(place)
    corrected = follow_pack(place)
    help_lines, roles = _load_help_lines(place), _make_roles()
    published = publish_questionnaires(place)
    begin_secret()
    flag_all_unseen()
    new = [f"{row.survey} version {row.version}" for row in published]
    advance_all()
    return Prepared(help_lines, roles, new, corrected, words_as_published(place))


def _load_help_lines(place: PlacePack) -> list[str]:
    """Staff may have edited a line or hidden it: one that is in the table stays as they left it."""
    known = set(db.session.scalars(select(HelpLine.code)))
    new = [line for line in place.help_lines if line.code not in known]
    for line in new:
        values = {name: getattr(line, name) for name in HELP_LINE_FIELDS}
        db.session.add(HelpLine(**values, topics=list(line.topics), from_pack=said_by_pack(line)))
    return [line.code for line in new]


def _make_roles() -> list[str]:
    known: set[str] = set(db.session.scalars(select(Role.name)))
    new = [name for name in ROLES if name not in known]
    db.session.add_all(Role(name=name) for name in new)
    return new
