"""The style sheets: contrast of the partnership's colours, nothing of another's brand, nothing missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "feedback" / "static"
TEMPLATES = ROOT / "templates"


def built(name: str) -> str:
    manifest = STATIC / "manifest.json"
    if not manifest.exists():
        pytest.fail("no built assets: run `node build.mjs`, or `python3 run.py test`, which does it")
    return (STATIC / json.loads(manifest.read_text())[name]).read_text()


def colours() -> dict[str, str]:
    """The custom properties of resident.css that are colours, with #abc written as #aabbcc."""
    found = dict(re.findall(r"--((?:govuk|app)-[\w-]+-colour): ?(#[0-9a-f]{3,6})\b", built("resident.css")))
    return {k: v if len(v) == 7 else "#" + "".join(2 * c for c in v[1:]) for k, v in found.items()} | {
        "white": "#ffffff",
        "button": "#0b6472",
    }


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("white", "app-header-colour", 7),
        ("white", "button", 4.5),
        ("white", "app-button-hover-colour", 4.5),
        ("white", "govuk-error-colour", 4.5),
        ("govuk-text-colour", "white", 7),
        ("govuk-text-colour", "app-notice-colour", 7),
        ("govuk-secondary-text-colour", "white", 4.5),
        ("govuk-secondary-text-colour", "govuk-surface-background-colour", 4.5),
        ("govuk-link-colour", "white", 4.5),
        ("govuk-link-colour", "app-notice-colour", 4.5),
        ("govuk-link-colour", "govuk-surface-background-colour", 4.5),
        ("govuk-link-visited-colour", "govuk-surface-background-colour", 4.5),
        ("govuk-link-hover-colour", "white", 4.5),
        ("govuk-error-colour", "white", 4.5),
        ("govuk-focus-text-colour", "govuk-focus-colour", 7),
        ("govuk-input-border-colour", "white", 3),
        ("app-header-colour", "app-header-rule-colour", 3),
        ("app-notice-rule-colour", "app-notice-colour", 3),
    ],
)
def test_colours_have_the_contrast_that_people_need(ink: str, ground: str, least: float) -> None:
    known = colours()
    assert contrast(known[ink], known[ground]) >= least


def test_the_button_that_is_tested_is_the_button() -> None:
    assert "background-color:#0b6472" in built("resident.css")


@pytest.mark.parametrize("name", ["resident.css", "more.css", "staff.css"])
def test_nothing_comes_from_elsewhere_or_bears_another_brand(name: str) -> None:
    sheet = built(name)
    assert "@font-face" not in sheet
    assert "GDS" not in sheet
    assert "crown" not in sheet
    assert not re.search(r"url\((?!\"?data:)", sheet)


def test_every_custom_property_that_is_used_is_defined() -> None:
    for name in ("resident.css", "staff.css"):
        defined = set(re.findall(r"(--[\w-]+):", built(name)))
        used = set(re.findall(r"var\((--[\w-]+)\)", built(name)))
        assert used <= defined, name
    assert set(re.findall(r"var\((--[\w-]+)\)", built("more.css"))) <= set(
        re.findall(r"(--[\w-]+):", built("resident.css"))
    )


def residents_templates() -> dict[Path, str]:
    """The templates of residents' pages and, in turn, all that they include, with their text."""
    found: dict[Path, str] = {}
    waiting = [TEMPLATES / "layout.html"]
    waiting += [path for room in ("residents", "public", "errors") for path in (TEMPLATES / room).glob("*.html")]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = path.read_text()
            waiting += [TEMPLATES / name for name in re.findall(r'(?:from|extends|include) "([^"]+)"', found[path])]
    return found


def test_residents_pages_use_no_class_that_their_sheets_leave_out() -> None:
    """A class that the design system styles and that residents' templates name must stand in one of their sheets."""
    styled = set(re.findall(r"\.(govuk-[\w-]+)", built("staff.css")))
    theirs = set(re.findall(r"\.((?:govuk|app)-[\w-]+)", built("resident.css") + built("more.css")))
    templates = residents_templates()
    assert TEMPLATES / "components" / "radios.html" in templates
    named = {name for text in templates.values() for name in re.findall(r"(?<![\w-])(?:govuk|app)-[a-z][\w-]*", text)}
    assert {name for name in named if name in styled and name not in theirs} <= STAFF_ONLY


# What the shared macros can draw and only staff pages ask for.
STAFF_ONLY = {"govuk-checkboxes--small", "govuk-input__prefix"}


def test_scripts_are_small() -> None:
    assert len(built("resident.js")) < 3000
    assert len(built("staff.js")) < 6000
