"""What spreadsheets and wrong encodings do to cells before a file gets here. It is looked for, and never repaired."""

from __future__ import annotations

import re
from collections.abc import Sequence

ERRORS = re.compile(
    r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA|#+)"
)
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
LEADS = "ÃÂâÄÅÐÑØÙÎÏÇ"  # what the first bytes of letters in UTF-8 look like when they are read as Windows-1252
OTHER_LEADS = re.compile(r"√[©®°±≤∂∏ª∫]|‚Ä[¶ôòúùìî]|[├┬][^\x00-\x7f]")  # the same, read as Mac Roman or code page 437
QUOTE_SIGNS = re.compile("[\x91-\x94\x96\x97]")  # Windows-1252 read as Latin-1
QUOTE_IN_WORD = re.compile(r"[a-z][ÕÆ][a-z]")  # an apostrophe read with the wrong code page: donÕt
LOST_QUOTE = re.compile(r"[A-Za-z](?:n\?t|\?(?:s|re|ve|ll|m))\b")
LOST_IN_WORD = re.compile(  # Wi?cej, ilumina??o, ?wiat?a; "??? ????? ??" was Arabic. Not: why??, ok?yes in an address
    r"(?<!\S)(?:[^\W\d_]+\?{1,2}[a-z][^\W\d_]*|\?{1,2}[a-z]{2,}[^\W\d_?]*\??\w*|\?{2,}(?: \?{2,})+)(?!\S)"
)
SUSPECT = re.compile(
    rf"[\ufffd\x91-\x94\x96\x97√‚├┬ÕÆ{LEADS}]|(?:^|\n)#|[A-Za-z](?:n\?t|\?(?:s|re|ve|ll|m))\b", re.MULTILINE
)

MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
MADE_DATE = re.compile(
    rf"\d{{1,2}}[-/. ](?:{MONTHS})(?:[-/. ]\d{{2,4}})?|(?:{MONTHS})[-/. ]\d{{1,4}}"
    r"|\d{4}-\d\d-\d\d(?:[T ]00:00(?::00)?)?|\d{1,2}/\d{1,2}/\d{2,4}",
    re.I,
)
USUAL_ID = re.compile(r"[A-Za-z]+\d*|\d{1,15}", re.ASCII)
POWER_OF_TEN = re.compile(r"\d+(?:[.,]\d+)?E[+-]?\d+", re.I)
DIGITS_LOST = re.compile(r"\d{15}0+")
AS_A_NUMBER = re.compile(r"\d+[.,]0+|\d{1,3}(?:[,. ]\d{3})+")
E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
NETWORK = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){4,7}", re.I)
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}", re.I)
TELEPHONE = re.compile(r"(?:\+44 ?|0)7\d{3} ?\d{3} ?\d{3}")

AS_TEXT = "Export the file again and open it with this column as text, or not in a spreadsheet at all"
LETTERS_LOST = (
    "Letters were lost and replaced by \N{REPLACEMENT CHARACTER} before the file came. Export it again as CSV (UTF-8)"
)
WRONG_ENCODING = (
    "Letters are mangled, as when a file is read in the wrong encoding. Export it again as CSV (UTF-8), or name the "
    "encoding it is in"
)


def suspicious(cells: Sequence[str]) -> bool:
    """Whether a row is worth looking at cell by cell; most are not."""
    joined = "\n".join(cells)
    if joined.isascii() and "#" not in joined and "?" not in joined:
        return False
    return SUSPECT.search(joined) is not None


def damaged_text(text: str) -> str:
    """Why a cell cannot be what was written, or nothing."""
    if ERRORS.fullmatch(text.strip()):
        return (
            "A spreadsheet put its error here, or did not show what is in the cell. "
            "Take the file as it was exported, before a spreadsheet opened it"
        )
    if "\ufffd" in text:
        return LETTERS_LOST
    if QUOTE_SIGNS.search(text) or QUOTE_IN_WORD.search(text) or OTHER_LEADS.search(text) or _mangled(text):
        return WRONG_ENCODING
    if LOST_QUOTE.search(text):
        return "A question mark stands where an apostrophe was: letters were lost. Export the file again as CSV (UTF-8)"
    return ""


def lost_letters(text: str) -> str:
    """What looks like a word some of whose letters became question marks, or nothing."""
    found = LOST_IN_WORD.search(text)
    return found.group() if found else ""


def _mangled(text: str) -> bool:
    """Whether letters are UTF-8 that was read as Windows-1252: as such they give fewer, and likely, letters."""
    return any(_as_utf8(found.group()) for found in NOT_ASCII.finditer(text) if found.group()[0] in LEADS)


def _as_utf8(run: str) -> bool:
    raw = b"".join(_byte(sign) for sign in run)
    for length in (2, 3):
        try:
            read = raw[:length].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return len(read) == 1 and _likely(ord(read))
    return False


def _byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return bytes([ord(sign)]) if ord(sign) < 256 else b"\xff"


def _likely(code: int) -> bool:
    """Latin letters and signs, Greek, Cyrillic, Arabic, dashes, quotation marks and currencies."""
    return 0xA0 <= code <= 0x17F or 0x370 <= code <= 0x6FF or 0x2010 <= code <= 0x20BF


def damaged_id(text: str) -> str:
    """Why a text cannot be the id that the tool gave, or must not be used as one; or nothing."""
    if USUAL_ID.fullmatch(text):
        return ""
    if POWER_OF_TEN.fullmatch(text):
        return f"A spreadsheet shortened this id to a power of ten, so that people look alike. {AS_TEXT}"
    if DIGITS_LOST.fullmatch(text):
        return f"A spreadsheet keeps 15 digits and made the others 0. {AS_TEXT}"
    if AS_A_NUMBER.fullmatch(text):
        return f"A spreadsheet made a number of this id, and would write it differently another time. {AS_TEXT}"
    if MADE_DATE.fullmatch(text):
        return f"This is a date; a spreadsheet makes dates of ids like 1-2. {AS_TEXT}"
    if personal(text):
        return "This identifies a person. Use the number that the tool gave the answers, or `id: row`"
    return damaged_text(text)


def personal(text: str) -> str:
    """What kind of personal data a whole cell is, or nothing."""
    plain = text.strip()
    if E_MAIL.fullmatch(plain):
        return "e-mail addresses"
    if NETWORK.fullmatch(plain):
        return "IP addresses"
    if POSTCODE.fullmatch(plain):
        return "full postcodes"
    return "telephone numbers" if TELEPHONE.fullmatch(plain) else ""


def made_date(text: str) -> bool:
    """Whether a cell is a date as spreadsheets make them of codes such as 1-2."""
    return MADE_DATE.fullmatch(text.strip()) is not None
