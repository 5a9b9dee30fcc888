"""The three catalogues of a language: our pages, the questionnaires, the place. What belongs in each, and what lacks.

All are `.po` files, which programs for translators open; translations are found by their English text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from feedback.config import ROOT
from feedback.places import Language, PlacePack
from feedback.places.support import WRITTEN_IN
from feedback.places.translations import place_texts
from feedback.translation.wording import interface_path, locale_of
from forms.catalogues import catalogue_path, messages

# Where the words of residents' pages stand; what only staff read stays in English.
SOURCES = (
    *("templates/layout.html", "templates/components/*.html", "templates/errors/*.html"),
    *("templates/residents/**/*.html", "templates/public/**/*.html", "templates/tablet/form.html"),
    *("templates/officers/paper/sheet_parts.html", "templates/officers/paper/sheets.html"),
    *(
        "feedback/errors.py",
        "feedback/templating.py",
        "feedback/translation/languages.py",
        "feedback/tablet/staff_texts.py",
    ),
    *("feedback/residents/**/*.py", "feedback/public/**/*.py", "feedback/queries/**/*.py", "feedback/services/**/*.py"),
    *("feedback/officers/events/posters.py", "feedback/officers/paper/printing.py"),
)
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}

LEFT_OUT = tuple(f'"{name}'.encode() for name in ("Report", "POT-", "PO-", "Last-", "Generated"))  # says nothing

Text = str | tuple[str, str]  # or singular and plural
Found = dict[Text, list[str]]  # where each stands


@dataclass(frozen=True)
class CatalogueKind:
    """One of the catalogues: its name, where it is for a language, what belongs in it, and whether old texts stay."""

    name: str
    path: Callable[[str], Path]
    found: Callable[[], Found]
    keeps: bool = False


def kinds(place: PlacePack) -> list[CatalogueKind]:
    """The catalogues of a place, each looked through once. Published questionnaires keep texts the files have lost."""
    return [
        CatalogueKind("pages", interface_path, cache(interface_texts)),
        CatalogueKind("questionnaires", catalogue_path, cache(lambda: _found(messages(place.words))), keeps=True),
        CatalogueKind("place", partial(_place_path, place), cache(lambda: _found(place_texts(place)))),
    ]


def _found(texts: Mapping[str, list[str]]) -> Found:
    return dict(texts.items())


def _place_path(place: PlacePack, code: str) -> Path:
    return catalogue_path(code, place.folder / "translations")


def translated_into(place: PlacePack) -> list[Language]:
    return [language for language in place.languages if language.code != WRITTEN_IN]


def interface_texts(root: Path = ROOT) -> Found:
    """Every text of residents' pages, with the files it stands in."""
    found: Found = {}
    for path in (path for pattern in SOURCES for path in sorted(root.glob(pattern))):
        for text in _texts_of(path):
            where = str(path.relative_to(root))
            if where not in found.setdefault(text, []):
                found[text].append(where)
    return found


def _texts_of(path: Path) -> Iterator[Text]:
    method, options = ("jinja2.ext:babel_extract", {"trimmed": "true"}) if path.suffix == ".html" else ("python", {})
    for _line, text, _comments, _context in extract_from_file(method, str(path), KEYWORDS, (), options):
        yield text if isinstance(text, str) else (str(text[0]), str(text[1]))


def read_catalogue(path: Path) -> dict[Text, Message]:
    """What a file holds, by English text; nothing when there is no file."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {_id(message): message for message in read_po(file) if message.id}


def _id(message: Message) -> str | tuple[str, str]:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def is_translated(message: Message | None) -> bool:
    """Whether every form of a message has words, and no translator has marked it as doubtful."""
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def missing_from(kind: CatalogueKind, code: str) -> list[Text]:
    """The texts that a catalogue lacks in a language."""
    known = read_catalogue(kind.path(code))
    return [text for text in kind.found() if not is_translated(known.get(text))]


def update(kind: CatalogueKind, language: Language) -> bool:
    """Write the catalogue anew with what belongs in it now, translations kept; whether that changed the file."""
    path = kind.path(language.code)
    content = written(kind, language)
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def written(kind: CatalogueKind, language: Language) -> bytes:
    """The file as it should be: what belongs in it now, in the order of the pages, with the translations it has."""
    known, wanted = read_catalogue(kind.path(language.code)), kind.found()
    catalog = _empty(kind, language, locale_of(language))
    for text, places in wanted.items():
        catalog.add(text, _string(known.get(text)), auto_comments=[places[0]], flags=_flags(known.get(text)))
    for text in [text for text in known if kind.keeps and text not in wanted and is_translated(known[text])]:
        catalog.add(text, known[text].string, auto_comments=["asked in earlier versions"])
    file = BytesIO()
    write_po(file, catalog, width=110, sort_output=False)
    return b"".join(line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(LEFT_OUT))


def _string(message: Message | None) -> str | tuple[str, ...]:
    string = message.string if message else ""
    return tuple(string) if isinstance(string, (tuple, list)) else string or ""


def _flags(message: Message | None) -> set[str]:
    return {"fuzzy"} if message and message.fuzzy else set()


def _empty(kind: CatalogueKind, language: Language, locale: Locale) -> Catalog:
    head = f"# {language.name}: {kind.name}. Keep words in braces and after % as they are."
    return Catalog(
        locale=locale,
        header_comment=head,
        project="Safe City Feedback",
        version="1",
        language_team=language.name,
        charset="utf-8",
        fuzzy=False,
    )
