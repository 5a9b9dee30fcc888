"""Comments as people wrote them, without anything else about them: never beside an age, a sex or another answer.

The ward stands with a comment only where enough people of that ward commented on the same question. What looks
like a way to find somebody (phone, email, web address, postcode, street and number, number plate) is hidden by rule.
Names are not: no rule finds them, so whoever reads must.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter

from analysis.thresholds import limits
from analysis.trend.area_matching import WARD
from feedback.models import Wave
from feedback.places import current_place
from feedback.queries.answers.responses import responses_frame
from feedback.queries.questionnaires import questionnaire_of
from feedback.services.respondents.writing import harmless, written

STREET = "road|street|avenue|lane|close|drive|way|court|gardens|grove|place|terrace|crescent|square|house|rd|st|ave"
HIDDEN = (
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("web address", re.compile(r"(?i)\b(?:https?://|www\.)\S+|\B@\w{3,}")),
    ("phone number", re.compile(r"(?<!\w)\+?\(?\d(?:[\s().-]{0,3}\d){8,14}(?!\w)")),
    ("postcode", re.compile(r"(?i)\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b")),
    ("number plate", re.compile(r"(?i)\b[a-z]{2}\d{2}\s?[a-z]{3}\b")),
    ("address", re.compile(rf"(?i)\b(?:flat\s+)?\d{{1,4}}[a-z]?,?\s+(?:[a-z']+\s+){{1,3}}(?:{STREET})\b")),
)
HEADER = ("question", "ward", "comment")


def comments_csv(wave: Wave) -> tuple[bytes, int]:
    """Return the comments of the base as CSV (question, ward, comment), and how many there are."""
    place, frame = current_place(), responses_frame(wave)
    base = frame[frame["exclusion"] == ""]
    wards = base[WARD] if WARD in base else [""] * len(base)
    rows: list[tuple[str, str, str]] = []
    for question in questionnaire_of(wave.questionnaire).questions:
        if not question.is_comment or question.id not in base:
            continue
        given = [(ward, text) for ward, text in zip(wards, base[question.id], strict=True) if text.strip()]
        many = {
            ward
            for ward, count in Counter(ward for ward, _text in given).items()
            if count >= limits().ward_of_comment_from
        }
        for ward, text in given:
            shown = place.ward_name(ward) if ward in many and ward else ""
            rows.append((question.label, shown, harmless(without_details(text))))
    rows.sort(key=lambda row: hashlib.sha256(row[2].encode("utf-8", "replace")).digest())
    return written([HEADER, *rows]), len(rows)


def without_details(text: str) -> str:
    """Return a comment with what may lead to somebody replaced by what it was: "[phone number hidden]"."""
    for called, pattern in HIDDEN:
        text = pattern.sub(f"[{called} hidden]", text)
    return text
