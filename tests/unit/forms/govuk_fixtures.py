"""The design system's own examples, told to our macros: which of their options we support, and why not the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from tests.unit.forms.markup import ROOT, call_block, macro

FOLDER = ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "components"

# Options that our macros do not take, and why. An example that uses one of them is left out of the comparison.
LEFT_OUT = {
    "attributes": "free attributes are how inline scripts and styles get in; nothing needs them",
    "html": "text is always escaped; markup of our own is written in a block",
    "classes": "a class of its own is taken only where a page needs one",
    "formGroup": "no page needs a class on the group",
    "conditional": "what only a script can reveal is asked on a page of its own",
    "disabled": "a control that cannot be used has no place on a page",
    "describedBy": "groups are described by their own hint and error",
    "label": "the label of an item has no class of its own",
    "without fieldset": "radios and checkboxes always have a legend",
    "named items": "all boxes of a question share one name, numbered ids and no tick of their own",
    "maxwords": "our limits are in characters, as stored",
    "threshold": "the count is not hidden at first, because there may be no script",
    "translations": "the note is one sentence of the questionnaire; a script of ours has its own words",
    "no limit": "a box without a limit is a plain textarea",
    "words": "the words of a hidden text are fixed",
    "id": "it needs no id",
    "pattern": "answers are checked by the server, which can say what is wrong",
    "autocapitalize": "no field needs it",
    "inputWrapper": "no page needs a class on the wrapper",
    "disableAutoFocus": "our own script moves the focus, always",
    "isStartButton": "the start page of a survey uses a plain link button",
    "type": "a button that does nothing without a script has no place on a page",
    "no link": "an error always leads to its control",
    "card": "no page shows several lists as cards",
    "rows": "rows, cells and actions have no class of their own",
    "role": "the role follows from what the banner says",
    "titleHeadingLevel": "the heading is always the second level",
    "titleId": "there is one banner on a page",
    "cell": "cells carry text; a column is numeric or not",
    "labelText": "pages are numbered, not named",
    "visuallyHiddenText": "the hidden words are fixed",
    "said no": "what is off is not written out",
    "no phase": "a phase banner says its phase",
    "titleHtml": "text is always escaped",
    "descriptionHtml": "text is always escaped",
    "summaryHtml": "text is always escaped",
    "falsy items": "an empty item in a list is a fault of the caller",
}


class NotTaken(Exception):
    """The macro does not take an option; the argument is a key of LEFT_OUT."""


def fixtures(component: str) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Name, options and expected markup of each example of a component."""
    path = FOLDER / component / "fixtures.json"
    if not path.exists():
        raise AssertionError("govuk-frontend is not installed. Run `python3 run.py test`, which installs it.")
    for fixture in json.loads(path.read_text(encoding="utf-8"))["fixtures"]:
        yield fixture["name"], fixture["options"], fixture["html"]


def text(options: Mapping[str, Any], key: str, reason: str = "") -> Any:
    """The text of {text: ...}, empty when absent."""
    part = options.get(key) or {}
    only(part, "text", reason=reason)
    return part.get("text", "")


def only(options: Any, *known: str, reason: str = "") -> None:
    """Raise NotTaken for any option but these. An option that is switched off counts as absent."""
    for key, value in options.items():
        if key not in known and value not in (None, "", False):
            raise NotTaken(reason or key)


def legend(options: Mapping[str, Any]) -> dict[str, Any]:
    if not options.get("fieldset"):
        raise NotTaken("without fieldset")
    only(options["fieldset"], "legend")
    return titled(options["fieldset"].get("legend", {}), "legend")


def titled(part: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A label or legend: text, class, and whether it is the heading of the page."""
    only(part, "text", "classes", "isPageHeading")
    return {
        name: part.get("text", ""),
        f"{name}_class": part.get("classes", ""),
        "heading": bool(part.get("isPageHeading")),
    }


def items(options: Mapping[str, Any], *more: str) -> list[SimpleNamespace]:
    made: list[SimpleNamespace] = []
    divider = ""
    for item in options["items"]:
        if not item:
            raise NotTaken("falsy items")
        only(item, "text", "value", "hint", "checked", "selected", "divider", "behaviour", "id", "name", *more)
        if "divider" in item:
            divider = item["divider"]
            continue
        if item.get("id") or item.get("name"):
            raise NotTaken("named items")
        made.append(
            SimpleNamespace(
                code=_written(item.get("value", "")),
                label=str(item.get("text", "")),
                hint=text(item, "hint"),
                exclusive=item.get("behaviour") == "exclusive",
                divider=divider,
                chosen=item.get("checked", item.get("selected")),
            )
        )
        divider = ""
    return made


def radios(options: Mapping[str, Any]) -> str:
    only(options, "name", "idPrefix", "items", "hint", "errorMessage", "fieldset", "classes", "value")
    classes = set((options.get("classes") or "").split())
    if not classes <= {"govuk-radios--inline", "govuk-radios--small"}:
        raise NotTaken("classes")
    made = items(options)
    chosen = [item.code for item in made if item.chosen] or [str(options.get("value"))]
    return macro("radios", "radios")(
        options["name"],
        items=made,
        value=chosen[0],
        hint=text(options, "hint"),
        error=text(options, "errorMessage"),
        small="govuk-radios--small" in classes,
        inline="govuk-radios--inline" in classes,
        id=options.get("idPrefix"),
        **legend(options),
    )


def checkboxes(options: Mapping[str, Any]) -> str:
    only(options, "name", "idPrefix", "items", "hint", "errorMessage", "fieldset", "classes", "values")
    if options.get("classes") not in (None, "govuk-checkboxes--small"):
        raise NotTaken("classes")
    made = items(options)
    known = [str(value) for value in options.get("values") or ()]
    return macro("checkboxes", "checkboxes")(
        options["name"],
        items=made,
        values=[item.code for item in made if item.chosen or (item.chosen is None and item.code in known)],
        hint=text(options, "hint"),
        error=text(options, "errorMessage"),
        small=bool(options.get("classes")),
        id=options.get("idPrefix"),
        **legend(options),
    )


def input_(options: Mapping[str, Any]) -> str:
    taken = ("name", "id", "label", "hint", "errorMessage", "classes", "prefix", "suffix", "value", "type")
    only({k: v for k, v in options.items() if k != "spellcheck"}, *taken, "inputmode", "autocomplete")
    return macro("input", "input")(
        options["name"],
        value=options.get("value", ""),
        hint=text(options, "hint"),
        error=text(options, "errorMessage"),
        type=options.get("type", "text"),
        prefix=text(options, "prefix"),
        suffix=text(options, "suffix"),
        inputmode=options.get("inputmode", ""),
        autocomplete=options.get("autocomplete", ""),
        spellcheck=options.get("spellcheck"),
        id=options.get("id"),
        **{"class": options.get("classes", "")},
        **titled(options["label"], "label"),
    )


def textarea(options: Mapping[str, Any], **more: Any) -> str:
    taken = ("name", "id", "label", "hint", "errorMessage", "value", "rows", "autocomplete")
    only({k: v for k, v in options.items() if k != "spellcheck"}, *taken)
    return macro("textarea", "textarea")(
        options["name"],
        value=options.get("value", ""),
        hint=text(options, "hint"),
        error=text(options, "errorMessage"),
        rows=options.get("rows", 5),
        autocomplete=options.get("autocomplete", ""),
        spellcheck=options.get("spellcheck"),
        id=options.get("id"),
        **more,
        **titled(options["label"], "label"),
    )


def character_count(options: Mapping[str, Any]) -> str:
    if any(key.endswith("LimitText") for key in options):
        raise NotTaken("translations")
    if "maxlength" not in options and "maxwords" not in options:
        raise NotTaken("no limit")
    rest = {k: v for k, v in options.items() if k not in ("maxlength", "textareaDescriptionText")}
    if "countMessage" in options:
        raise NotTaken("classes")
    limit = options.get("maxlength")
    note = options.get("textareaDescriptionText", "You can enter up to %{count} characters")
    return textarea(rest, limit=limit, note=note.replace("%{count}", str(limit)))


def select(options: Mapping[str, Any]) -> str:
    only(options, "name", "id", "label", "hint", "errorMessage", "items", "value")
    if not all(item and "value" in item for item in options.get("items", [None])):
        raise NotTaken("falsy items")
    made = items(options)
    chosen = [item.code for item in made if item.chosen]
    given = [item.code for item in made if item.chosen is None and item.code == str(options.get("value"))]
    return macro("select", "select")(
        options["name"],
        items=made,
        value=(chosen + given or [None])[0],
        hint=text(options, "hint"),
        error=text(options, "errorMessage"),
        id=options.get("id"),
        **titled(options["label"], "label"),
    )


def fieldset(options: Mapping[str, Any]) -> str:
    only(options, "legend", "html", "describedBy")
    title = titled(options["legend"], "legend")
    return call_block(
        "fieldset",
        "fieldset",
        options.get("html", ""),
        legend=title["legend"],
        heading=title["heading"],
        described_by=options.get("describedBy", ""),
        **{"class": title["legend_class"]},
    )


def error_summary(options: Mapping[str, Any]) -> str:
    only(options, "titleText", "descriptionText", "errorList")
    if not options.get("errorList"):
        raise NotTaken("no link")
    errors = {}
    for error in options["errorList"]:
        only(error, "text", "href")
        if not error.get("href", "").startswith("#"):
            raise NotTaken("no link")
        errors[error["href"][1:]] = error["text"]
    return macro("error_summary", "error_summary")(
        errors, title=options.get("titleText", ""), description=options.get("descriptionText", "")
    )


def error_message(options: Mapping[str, Any]) -> str:
    only(options, "text", "id")
    if "visuallyHiddenText" in options:
        raise NotTaken("visuallyHiddenText")
    return macro("error_message", "error_message")(options["text"], options.get("id", ""))


def button(options: Mapping[str, Any]) -> str:
    only(options, "text", "classes", "href", "name", "value", "preventDoubleClick")
    if options.get("preventDoubleClick") is False:
        raise NotTaken("said no")
    if "href" in options:
        return macro("button", "link_button")(options["text"], options["href"], options.get("classes", ""))
    return macro("button", "button")(
        options["text"],
        options.get("classes", ""),
        options.get("name", ""),
        options.get("value", ""),
        options.get("preventDoubleClick", False),
    )


def back_link(options: Mapping[str, Any]) -> str:
    only(options, "text", "href")
    return macro("back_link", "back_link")(options.get("href", "#"), options.get("text"))


def details(options: Mapping[str, Any]) -> str:
    only(options, "summaryText", "text", "open")
    return call_block(
        "details",
        "details",
        _escaped(options["text"]),
        summary=options["summaryText"],
        open=options.get("open", False),
    )


def inset_text(options: Mapping[str, Any]) -> str:
    only(options, "text", "html")
    return call_block("inset_text", "inset_text", options.get("html") or _escaped(options["text"]))


def warning_text(options: Mapping[str, Any]) -> str:
    only(options, "text", "iconFallbackText", "html")
    if options.get("iconFallbackText", "Warning") != "Warning":
        raise NotTaken("words")
    return call_block("warning_text", "warning_text", options.get("html") or _escaped(options["text"]))


def summary_list(options: Mapping[str, Any]) -> str:
    only(options, "rows", "classes")
    rows = []
    for row in options["rows"]:
        if not row:
            raise NotTaken("falsy items")
        only(row, "key", "value", "actions", reason="rows")
        actions = row.get("actions") or {}
        only(actions, "items", reason="rows")
        links = []
        for action in actions.get("items") or ():
            only(action, "text", "href", "visuallyHiddenText", reason="rows")
            hidden = action.get("visuallyHiddenText", "")
            links.append(SimpleNamespace(text=action["text"], href=action["href"], hidden=hidden))
        value = text(row, "value")
        rows.append(SimpleNamespace(key=text(row, "key", "rows"), lines=[value], actions=links))
    return macro("summary_list", "summary_list")(rows, options.get("classes", ""))


def notification_banner(options: Mapping[str, Any]) -> str:
    only(options, "text", "type", "titleText")
    if options.get("disableAutoFocus") is False:
        raise NotTaken("said no")
    return macro("notification_banner", "notification_banner")(
        options["text"], options.get("titleText", ""), success=options.get("type") == "success"
    )


def panel(options: Mapping[str, Any]) -> str:
    only(options, "titleText", "text", "headingLevel")
    return macro("panel", "panel")(options["titleText"], options.get("text", ""), options.get("headingLevel", 1))


def table(options: Mapping[str, Any]) -> str:
    only(options, "head", "rows", "caption", "captionClasses", "firstCellIsHeader", "classes")
    if options.get("classes") not in (None, "govuk-table--small-text-until-tablet"):
        raise NotTaken("classes")
    if not all(options["rows"]) or any(cell is None for row in options["rows"] for cell in row):
        raise NotTaken("falsy items")
    for cell in [cell for row in options["rows"] for cell in row] + options.get("head", []):
        only(cell, "text", "format", reason="cell")
    formats = {tuple("format" in cell for cell in row) for row in options["rows"]}
    formats |= {tuple("format" in cell for cell in options["head"])} if options.get("head") else set()
    if len(formats) > 1:
        raise NotTaken("cell")
    return macro("table", "table")(
        [cell["text"] for cell in options.get("head", [])],
        [[cell["text"] for cell in row] for row in options["rows"]],
        caption=options.get("caption", ""),
        caption_class=options.get("captionClasses", ""),
        numeric=[number for number, is_numeric in enumerate(min(formats)) if is_numeric],
        first_is_header=options.get("firstCellIsHeader", False),
        small=bool(options.get("classes")),
    )


def tag(options: Mapping[str, Any]) -> str:
    only(options, "text", "classes")
    colour = options.get("classes", "").removeprefix("govuk-tag--")
    if " " in colour:
        raise NotTaken("classes")
    return macro("tag", "tag")(options["text"], colour)


def pagination(options: Mapping[str, Any]) -> str:
    only(options, "previous", "next", "items", "landmarkLabel")
    for part in (options.get("previous") or {}, options.get("next") or {}):
        only(part, "href", reason="labelText")
    pages = []
    for item in options.get("items") or ():
        if not item:
            raise NotTaken("falsy items")
        only(item, "number", "href", "current", "ellipsis")
        pages.append(SimpleNamespace(**{"number": None, "href": "", "current": False} | dict(item)))
    return macro("pagination", "pagination")(
        (options.get("previous") or {}).get("href", ""),
        (options.get("next") or {}).get("href", ""),
        pages,
        options.get("landmarkLabel", ""),
    )


def phase_banner(options: Mapping[str, Any]) -> str:
    only(options, "tag", "text", "html")
    phase = options.get("tag") or {}
    only(phase, "text")
    if not phase:
        raise NotTaken("no phase")
    return call_block(
        "phase_banner", "phase_banner", options.get("html") or _escaped(options["text"]), phase=phase["text"]
    )


def skip_link(options: Mapping[str, Any]) -> str:
    only(options, "text", "href")
    return macro("skip_link", "skip_link")(options["text"], options.get("href", "#content"))


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# Component -> what tells an example to our macro, and how many examples must come out equal.
TOLD: dict[str, tuple[Callable[[Mapping[str, Any]], str], int]] = {
    "radios": (radios, 11),
    "checkboxes": (checkboxes, 12),
    "input": (input_, 29),
    "textarea": (textarea, 11),
    "character-count": (character_count, 13),
    "select": (select, 5),
    "fieldset": (fieldset, 14),
    "error-summary": (error_summary, 2),
    "error-message": (error_message, 3),
    "button": (button, 25),
    "back-link": (back_link, 3),
    "details": (details, 3),
    "inset-text": (inset_text, 3),
    "warning-text": (warning_text, 5),
    "summary-list": (summary_list, 3),
    "notification-banner": (notification_banner, 8),
    "panel": (panel, 4),
    "table": (table, 7),
    "tag": (tag, 10),
    "pagination": (pagination, 8),
    "phase-banner": (phase_banner, 1),
    "skip-link": (skip_link, 5),
}
