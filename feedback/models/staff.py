"""Staff accounts, what staff did, and the files they asked for. Nothing here has a key to a response."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask_security.models import fsqla_v3
from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import Model, db
from feedback.models.types import UtcDateTime, this_minute

ROLES = ("administrator", "analyst", "officer", "reviewer")  # the widest first; reviewers see only their queue
AUDIENCES = ("analyst", "partner", "public")

fsqla_v3.FsModels.set_db_info(db)  # type: ignore[attr-defined,no-untyped-call]


class Role(Model, fsqla_v3.FsRoleMixin):
    if TYPE_CHECKING:  # a column of the extension, said so that the type checker knows what it holds
        name: Mapped[str]  # type: ignore[assignment]


class User(Model, fsqla_v3.FsUserMixin):
    if TYPE_CHECKING:  # columns of the extension, said so that the type checker knows what they hold
        id: Mapped[int]  # type: ignore[assignment]
        email: Mapped[str]  # type: ignore[assignment]
        password: Mapped[str | None]  # type: ignore[assignment]
        active: Mapped[bool]
        fs_uniquifier: Mapped[str]  # type: ignore[assignment]
        roles: Mapped[list[Role]]  # type: ignore[assignment]

    name: Mapped[str] = mapped_column(default="")
    must_change_password: Mapped[bool] = mapped_column(default=False)


class WebAuthn(Model, fsqla_v3.FsWebAuthnMixin):
    """Required by the sign-in extension's model set even while security keys are off."""


class SignInFailure(Model):
    """Failed sign-ins of one account, known by a hash, so that guessing is slowed without blocking an address."""

    __tablename__ = "sign_in_failure"

    account_hash: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEntry(Model):
    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=this_minute)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
