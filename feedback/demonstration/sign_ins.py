"""Accounts to try the staff rooms with, for the demonstration alone."""

from __future__ import annotations

from dataclasses import dataclass

from feedback.demonstration.content import read_content
from feedback.services.staff.accounts import EmailTaken, add_person

ACTOR = "demonstration"


@dataclass(frozen=True)
class SignIn:
    """An account whose password everybody may know."""

    email: str
    name: str
    role: str
    password: str


def demo_sign_ins() -> tuple[SignIn, ...]:
    return tuple(SignIn(**entry) for entry in read_content("sign_ins.yaml")["sign_ins"])


def add_sign_ins() -> None:
    """Add the accounts that are not there yet; what somebody changed about one stays changed."""
    for account in demo_sign_ins():
        try:
            add_person(
                email=account.email,
                name=account.name,
                roles=[account.role],
                actor=ACTOR,
                password=account.password,
            )
        except EmailTaken:
            continue
