"""Help lines, languages and contacts of a place."""

from __future__ import annotations

from pathlib import Path

from babel import Locale, UnknownLocaleError

from feedback.places.pack_files import PackRow, entries, read_yaml, unique
from feedback.places.records import Contact, Language, PackHelpLine

TOPICS = (
    *("emergency", "crime", "anti_social_behaviour", "domestic_abuse", "sexual_violence", "hate_crime"),
    *("children", "lgbt", "wellbeing", "modern_slavery", "terrorism", "own_behaviour"),
)
HELP_LINE_KEYS = (
    *("code", "name", "number", "url", "about", "hours", "topics", "verified", "checked_on"),
    *("check", "source"),
)
LANGUAGE_KEYS = (
    *("code", "name", "own_name", "direction", "people", "state"),
    *("checked_by", "checked_on", "note"),
)
WRITTEN_IN = "en"  # what everything else is translated from


def read_contacts(place: PackRow) -> tuple[Contact, ...]:
    rows = entries(place, "contacts", ("id", "label", "value", "source"))
    unique(rows, "id")
    return tuple(Contact(row.text("id", required=True), row.text("label"), row.text("value")) for row in rows)


def read_video(place: PackRow) -> str:
    """Return where the signed video is; empty where there is none."""
    address = place.text("bsl_video")
    if address and not address.startswith("https://"):
        raise place.fault(f"bsl_video is {address!r}. It must begin with https://, or be empty.")
    return address


def read_help_lines(folder: Path) -> tuple[PackHelpLine, ...]:
    """Help lines in the order of showing; the first is the emergency number."""
    content = read_yaml(folder, "help_lines.yaml", ("help_lines",))
    rows = entries(content, "help_lines", HELP_LINE_KEYS)
    unique(rows, "code")
    return tuple(_help_line(position, row) for position, row in enumerate(rows, start=1))


def _help_line(position: int, row: PackRow) -> PackHelpLine:
    number, url = row.text("number"), row.text("url")
    if not number and not url:
        raise row.fault("it has neither a number nor a url. Give one of them.")
    if url and not url.startswith("https://"):
        raise row.fault(f"url is {url!r}. It must begin with https://.")
    return PackHelpLine(
        code=row.text("code", required=True),
        position=position,
        name=row.text("name", required=True),
        number=number,
        url=url,
        about=row.text("about"),
        hours=row.text("hours"),
        topics=row.words("topics", TOPICS),
        verified=row.flag("verified"),
        checked_on=row.day("checked_on"),
        check=row.text("check"),
        source=row.text("source", required=True),
    )


def read_languages(folder: Path) -> tuple[Language, ...]:
    content = read_yaml(folder, "languages.yaml", ("source", "languages"))
    rows = entries(content, "languages", LANGUAGE_KEYS)
    unique(rows, "code")
    return tuple(_language(row) for row in rows)


def _language(row: PackRow) -> Language:
    language = Language(
        code=row.text("code", required=True),
        name=row.text("name", required=True),
        own_name=row.text("own_name", required=True),
        direction=row.choice("direction", ("ltr", "rtl")),
        people=row.optional_whole("people"),
        state=row.choice("state", ("none", "draft", "checked")),
        note=row.text("note"),
        checked_by=row.text("checked_by"),
        checked_on=row.day("checked_on"),
    )
    try:
        Locale.parse(language.tag, sep="-")
    except (ValueError, UnknownLocaleError):
        raise row.fault(f"code is {language.code!r}, which names no language. Use one like pl or zh-Hans.") from None
    if (
        language.state == "checked"
        and language.code != WRITTEN_IN
        and not (language.checked_by and language.checked_on)
    ):
        raise row.fault(
            "state is checked, but not by whom and when. Fill in checked_by and checked_on, or write draft."
        )
    return language
