"""Accounts of staff: added, given roles, reset, closed and opened again. Every change is recorded with who made it."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection

from email_validator import EmailNotValidError, validate_email
from flask_security.utils import hash_password
from sqlalchemy import func, select

from feedback.errors import Refusal
from feedback.extensions import db
from feedback.models import Role, User
from feedback.models.staff import ROLES
from feedback.places import current_place
from feedback.queries.staff import active_administrators, roles_of
from feedback.services.audit import record
from feedback.services.staff.sign_in import LONGEST_PASSWORD, forget_guesses, normal_password

SHORTEST_PASSWORD = 12
SHORTEST_TELLING = 4  # letters of an email address: fewer may stand in any word
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: it may be read out on the telephone
GUESSED_FIRST = ("password", "qwerty", "letmein", "welcome", "123456", "safecity")


class EmailTaken(Refusal):
    """Another account has this email address."""


class LastAdministrator(Refusal):
    """Without this account nobody could look after the others."""


class OwnAccount(Refusal):
    """People cannot take their own access away."""


def add_person(*, email: str, name: str, roles: Collection[str], actor: str, password: str = "") -> tuple[User, str]:  # noqa: S107
    """Add an account and commit; return it and its password.

    Without `password` a one-time password is made, which must be changed at the first sign-in.

    Raises:
        Refusal: the email address, the roles or the password cannot be used.

    """
    address = checked_email(email)
    if password and (fault := password_fault(password, address)):
        raise Refusal(fault)
    given, held = password or one_time_password(), _roles(roles)
    _lock_roles()
    if db.session.scalar(select(User.id).where(func.lower(User.email) == address)):
        db.session.rollback()
        raise EmailTaken("Somebody has an account with this email address already.")
    user = User(email=address, name=name.strip(), active=True, must_change_password=not password)
    user.password = hash_password(normal_password(given))
    user.roles = held
    end_sessions(user)
    db.session.add(user)
    record(actor, "person added", address, roles=sorted(roles))
    db.session.commit()
    return user, given


def change_person(user: User, *, name: str, roles: Collection[str], actor: str) -> None:
    """Give an account another name and other roles, and commit.

    Raises:
        LastAdministrator, OwnAccount: nobody, or not you, would be an administrator afterwards.

    """
    _lock_roles()
    if "administrator" not in roles:
        _refuse_losing_administrator(user, actor)
    before = roles_of(user)
    user.name, user.roles = name.strip(), _roles(roles)
    record(actor, "person changed", user.email, roles_before=before, roles=sorted(roles))
    db.session.commit()


def reset_password(user: User, *, actor: str) -> str:
    """Give an account a one-time password, end its sessions and its wait after wrong guesses; commit; return it."""
    if user.email == actor:
        raise OwnAccount("You cannot reset your own password here. Use “Change your password” instead.")
    password = one_time_password()
    user.password = hash_password(normal_password(password))
    user.must_change_password = True
    end_sessions(user)
    forget_guesses(user.email)
    record(actor, "password reset", user.email)
    db.session.commit()
    return password


def deactivate(user: User, *, actor: str) -> None:
    """Close an account and end its sessions, and commit.

    Raises:
        LastAdministrator, OwnAccount: nobody could look after the others, or it is your own account.

    """
    _lock_roles()
    if user.email == actor:
        raise OwnAccount("You cannot close your own account. Ask another administrator.")
    _refuse_losing_administrator(user, actor)
    user.active = False
    end_sessions(user)
    record(actor, "person deactivated", user.email)
    db.session.commit()


def reactivate(user: User, *, actor: str) -> None:
    """Open a closed account again, and commit; its password stays as it was."""
    user.active = True
    forget_guesses(user.email)
    record(actor, "person reactivated", user.email)
    db.session.commit()


def end_sessions(user: User) -> None:
    """Every session carries this value; one that carries an older one is signed out."""
    user.fs_uniquifier = uuid.uuid4().hex


def checked_email(email: str) -> str:
    """Return the address in lower case; no letter is ever sent to it, so its domain need not exist.

    Raises:
        Refusal: this is not an email address.

    """
    try:
        found = validate_email(email.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as fault:
        raise Refusal("Enter an email address in the correct format, like name@example.com.") from fault
    return found.normalized.lower()


def password_fault(password: str, email: str) -> str:
    """Return what is wrong with a new password as a sentence, or nothing."""
    low = password.lower()
    if len(password) < SHORTEST_PASSWORD:
        return f"The new password must have at least {SHORTEST_PASSWORD} characters. Three random words work well."
    if len(password) > LONGEST_PASSWORD:
        return f"The new password must have at most {LONGEST_PASSWORD} characters."
    account = email.split("@")[0].lower()
    if len(account) >= SHORTEST_TELLING and account in low:
        return "The new password must not contain your email address."
    guessed_first = (*GUESSED_FIRST, current_place().name.lower())
    if len(set(low)) < 5 or any(len(low.replace(word, "")) < 6 for word in guessed_first if word in low):
        return "The new password is too easy to guess. Three random words work well."
    return ""


def one_time_password() -> str:
    """Return a random password of 16 letters and digits in groups of four: 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def _roles(names: Collection[str]) -> list[Role]:
    if not names or set(names) - set(ROLES):
        raise Refusal("Select at least one role: administrator, analyst or officer.")
    return list(db.session.scalars(select(Role).where(Role.name.in_(names)).order_by(Role.name)))


def _lock_roles() -> None:
    """Let two administrators who change accounts at the same moment go one after the other."""
    db.session.execute(select(Role.id).where(Role.name == "administrator").with_for_update())


def _refuse_losing_administrator(user: User, actor: str) -> None:
    if not user.active or "administrator" not in roles_of(user):
        return
    if active_administrators() <= 1:
        raise LastAdministrator("This is the only administrator. Make somebody else an administrator first.")
    if user.email == actor:
        raise OwnAccount("You cannot stop being an administrator yourself. Ask another administrator.")
