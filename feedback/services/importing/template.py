"""A map to start from: every question of a wave, with its codes, ready to be edited."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from feedback.errors import Refusal
from feedback.models import Wave
from feedback.queries.questionnaires import questionnaire_of
from feedback.services.importing.presets import presets
from forms import Question

BEGINNING = """\
# How the columns of a file (CSV or Excel) become answers to {title} ({survey} version {version}).
#
# Delete the questions that the file does not hold. Everything in this file is read as text.
#   column:    the name of the column, as it stands in the header of the file. A column without a name, or one of
#              several with the same, is called by its letters: "[C]"
#   codes:     text in the file: code. Capital letters and spaces make no difference. Codes are understood without it
#   otherwise: the code for any text that is not listed; without it such a row is refused
#   fixed:     one code for every row, for example for the question that leads to the equality questions
#   not_answered: texts that mean no answer, for one question or, below, for all questions with codes
version: {version}

# The tool that wrote the file, if it is one of these: {presets}. Then `id`, `date` and `header` need not be said.
# Times of SurveyMonkey follow the country of the account: say `format` under `date`.
{preset}
# Only where needed: where the header is (`row`), in how many rows (2: questions, and options under them; a column is
# then called "question | option"), and how many rows under it hold no answers (`skip`). And the sheet of a workbook.
# header: {{row: 1, rows: 2, skip: 0}}
# sheet: Answers

# Columns whose answers may be lost, and columns that look wrong and that somebody has looked at.
# ignored: [Other comments]
# checked: [Q3]

# Only where needed: the encoding of the file (cp1252 is usual for Excel on Windows) and its delimiter (or: tab).
# encoding: cp1252
# delimiter: ";"

# The column that tells one person from another. Without one write `id: row`: then the whole row does.
# `prefix: form-b` keeps the people of another form apart whose numbers begin at 1 again.
id:
  column: {id}

# When the answers were given. Only the month is kept. One date for all: `fixed: 2026-03-01`.
# Other ways of writing it: `format: "%d/%m/%Y"`; months only: `format: "%Y-%m"`.
date:
  column: {date}

# How the answers came: online, event_link, kiosk, officer or paper. Or a column with codes:
#   column: Mode
#   codes: {{Web: online, Post: paper}}
channel:
  fixed: online

not_answered: []

questions:"""


def map_template(wave: Wave, preset: str = "") -> str:
    """Return a map for the wave's questionnaire, in which every column is named by question id (or `grid.row`).

    `preset`: the tool that writes the files; its own columns are named then.

    Raises:
        Refusal: there is no such preset.

    """
    tools = presets().tools
    if preset and preset not in tools:
        raise Refusal(f"{preset!r} is not known. Use one of: {', '.join(tools)}.")
    known = tools[preset].map if preset else {}
    questionnaire = questionnaire_of(wave.questionnaire)
    title = " ".join(wave.title.split())  # a new line in it would be read as part of the map
    beginning = BEGINNING.format(
        title=title,
        survey=questionnaire.survey,
        version=questionnaire.version,
        presets=", ".join(tools),
        preset=f"preset: {preset}\n" if preset else "# preset: surveymonkey\n",
        id=json.dumps(known.get("id", {}).get("column", "id")),
        date=json.dumps(known.get("date", {}).get("column", "date")),
    )
    lines = [line for question in questionnaire.questions for line in _question(question)]
    return "\n".join([beginning, *lines, ""])


def _question(question: Question) -> Iterator[str]:
    yield f"  # {' '.join(question.label.split())}"
    yield f"  {question.id}:"
    rows, codes = question.paper.rows, question.codes()
    if rows:
        yield "    rows:"
        yield from (f"      {row.code}: {question.id}.{row.code}" for row in rows)
    else:
        yield f"    column: {question.id}"
    if question.columns[0].several and not rows:
        yield '    separator: ";"  # or a column an option: `columns: {Q5_1: code, Q5_2: code}` instead of `column`'
    if codes:
        yield "    codes:"
        yield from _codes(codes)


def _codes(codes: Mapping[str, str]) -> Iterator[str]:
    for code, label in codes.items():
        yield f"      {json.dumps(label, ensure_ascii=False)}: {code}"
