"""Reading the people who work with this service, and what they did."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from sqlalchemy import func, select

from feedback.errors import NotFound
from feedback.extensions import db
from feedback.models import AuditEntry, Role, User

ENTRIES_A_PAGE = 50


@dataclass(frozen=True)
class AuditPage:
    """Some audit entries, newest first; `number` of `pages` pages, counted from 1."""

    entries: list[AuditEntry]
    number: int
    pages: int


def people() -> list[User]:
    """Return everybody with an account, active ones first, by name."""
    return list(db.session.scalars(select(User).order_by(User.active.desc(), func.lower(User.name), User.id)))


def person(id: int) -> User:
    """Return one account.

    Raises:
        NotFound: there is none with this number.

    """
    found = db.session.get(User, id) if id < 2**31 else None
    if found is None:
        raise NotFound("There is no such person.")
    return found


def roles_of(user: User) -> list[str]:
    return sorted(role.name for role in user.roles)


def active_administrators() -> int:
    statement = select(func.count(User.id.distinct())).join(User.roles)
    return db.session.scalar(statement.where(Role.name == "administrator", User.active)) or 0


def audit_page(number: int) -> AuditPage:
    """Return one page of the audit list; a number beyond the last page gives the last."""
    total = db.session.scalar(select(func.count(AuditEntry.id))) or 0
    pages = max(1, ceil(total / ENTRIES_A_PAGE))
    number = min(max(1, number), pages)
    newest = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    entries = db.session.scalars(newest.limit(ENTRIES_A_PAGE).offset((number - 1) * ENTRIES_A_PAGE))
    return AuditPage(list(entries), number, pages)
