"""What a person decides about: of each thing that staff change, what its pages say of it, in words.

What the machine writes by itself (keys, progress, when a tablet was last seen) is left out: it changes no decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import singledispatch
from typing import Any

from feedback.clock import LONDON
from feedback.models import (
    Action,
    AuditEntry,
    Device,
    Event,
    EventNote,
    Job,
    PaperBatch,
    PaperSheet,
    QuarantinedForm,
    Release,
    Review,
    User,
    Wave,
)
from feedback.staff.changes import NOTHING, carried, digest_of
from feedback.templating import plain_date

Facts = dict[str, str]


def opened_on(thing: Any) -> str:
    """Return what a page that is about a thing is opened on, for the hidden field of its form."""
    return carried({heading: digest_of(words) for heading, words in facts_of(thing).items()})


@singledispatch
def facts_of(thing: Any) -> Facts:
    """Return what is said of a thing, heading to words; one that is not there yet says nothing."""
    raise TypeError(f"say in {__name__} what is decided about in a {type(thing).__name__}")


@facts_of.register
def _none(_thing: None) -> Facts:
    return {"State": NOTHING}


@facts_of.register
def _said(said: dict) -> Facts:  # type: ignore[type-arg]
    return {heading: str(words) for heading, words in said.items()}


@facts_of.register
def _several(things: tuple) -> Facts:  # type: ignore[type-arg]
    return {heading: words for thing in things for heading, words in facts_of(thing).items()}


@facts_of.register
def _action(action: Action) -> Facts:
    return {
        "Title": action.title,
        "What people said": action.said or NOTHING,
        "What we did": action.did,
        "Progress": action.status.replace("_", " "),
        "Who is responsible": action.owner,
        "Done on": _day(action.done_on),
        "Where": _list(action.wards) or "Everywhere",
        "Public since": _moment(action.published_at),
    }


@facts_of.register
def _event(event: Event) -> Facts:
    return {
        "Event": event.title,
        "Place": event.place or NOTHING,
        "From": _moment(event.starts_at),
        "Until": _moment(event.ends_at),
        "Surveys": _list(wave.title for wave in event.waves),
        "Cancelled": _moment(event.cancelled_at),
    }


@facts_of.register
def _note(note: EventNote) -> Facts:
    return {"Note": note.text}


@facts_of.register
def _wave(wave: Wave) -> Facts:
    return {
        "Wave": wave.title,
        "First day": plain_date(wave.opens_on),
        "Last day": plain_date(wave.closes_on),
        "Figures published": _moment(wave.frozen_at),
    }


@facts_of.register
def _user(user: User) -> Facts:
    return {
        "Name": user.name or NOTHING,
        "Roles": _list(sorted(role.name for role in user.roles)),
        "Account": "Open" if user.active else "Closed",
    }


@facts_of.register
def _batch(batch: PaperBatch) -> Facts:
    return {
        "Keyed twice": f"{batch.second_share} percent of the sheets",
        "Days after the last day": str(batch.grace_days),
        "Signed off": _moment(batch.signed_off_at),
    }


@facts_of.register
def _sheet(sheet: PaperSheet) -> Facts:
    return {"Sheet": sheet.state, "Why it is void": sheet.void_reason or NOTHING}


@facts_of.register
def _held(held: QuarantinedForm) -> Facts:
    decided = f"{held.decided_by}, {_moment(held.decided_at)}" if held.decision else NOTHING
    words = {"stored": "Accepted", "set_aside": "Rejected"}.get(held.decision or "", "Waiting for a decision")
    return {"Decision": words, "Decided by": decided, "Reason": held.decision_reason or NOTHING}


@facts_of.register
def _review(review: Review) -> Facts:
    words = {"passed_on": "A service was told", "released": "Released to analysts", "kept_out": "Kept from others"}
    return {
        "Decision": words.get(review.outcome or "", "Waiting for a decision"),
        "Decided by": review.decided_by or NOTHING,
        "Who was told": review.passed_to or NOTHING,
        "Note": review.note or NOTHING,
    }


@facts_of.register
def _release(release: Release) -> Facts:
    return {
        "Release": str(release.number),
        "Made": f"{_moment(release.asked_at)}, {release.asked_by}",
        "Note": release.note or NOTHING,
        "What changed": release.what_changed or NOTHING,
        "Published": _moment(release.published_at),
    }


@facts_of.register
def _job(job: Job) -> Facts:
    wanted = job.wanted.get("what_changed", ""), job.wanted.get("note", "")
    return {"Asked for": f"{_moment(job.asked_at)}, {job.asked_by}", "Asked with": "\n".join(filter(None, wanted))}


@facts_of.register
def _device(device: Device) -> Facts:
    return {
        "Tablet": device.name,
        "Event": device.event.title,
        "Revoked": _moment(device.revoked_at),
        "Signed off": _moment(device.signed_off_at),
    }


@facts_of.register
def _entry(entry: AuditEntry) -> Facts:
    return {"Signed by": _list((entry.detail.get("name", ""), entry.detail.get("role", ""))), "On": _moment(entry.at)}


def _day(day: Any) -> str:
    return plain_date(day) if day else NOTHING


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(LONDON):%-d %B %Y, %H:%M:%S}" if moment else "No"


def _list(words: Sequence[str] | Any) -> str:
    return ", ".join(words)
