"""What the app says by itself: to the person who answers, in their language, and to staff."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from flask_babel import gettext as _


def words_for_residents() -> dict[str, str]:
    """Return what a person reads around the questions, in the language of the moment. `%(name)s` is filled in later."""
    return {
        "start": _("Start"),
        "continue": _("Continue"),
        "back": _("Back"),
        "send": _("Send your answers"),
        "progress": _("Page %(place)s of about %(total)s"),
        "problem": _("There is a problem"),
        "error": _("Error:"),
        "nothing": _("Answer at least one question before you send."),
        "month": _("We keep the month, not your name, address or phone."),
        "no_code": _("There is no receipt code on this tablet, so answers cannot be taken back once they are sent."),
        "neutral": _("Your experience"),
        "exit": _("Exit this page"),
        "stop": _("Stop and remove my answers"),
        "thanks": _("Thank you for your answers"),
        "kept": _("They are locked, so that nobody can read them on this tablet, and go to the partnership from here."),
        "next": _("Next person"),
        "next_in": _("The screen clears itself in %(seconds)s seconds."),
        "still_there": _("Are you still there?"),
        "removed_in": _("Your answers will be removed in %(seconds)s seconds, so that nobody else sees them."),
        "more_time": _("I need more time"),
        "remove": _("Remove my answers"),
        "not_kept": _("Your answers are not saved yet"),
        "call_somebody": _("Please give the tablet back to the person who gave it to you. Your answers stay here."),
        "practice": _("Practice: answers given here are not counted"),
        "draft": _("This translation has not been checked yet."),
        "full_screen": _("Full screen"),
        "other_language": _("Other languages"),
    }


@cache
def words_for_staff() -> dict[str, str]:
    """Return what officers read that is put together on the tablet; staff work in English."""
    return dict(yaml.safe_load(Path(__file__).with_name("staff_words.yaml").read_text(encoding="utf-8")))
