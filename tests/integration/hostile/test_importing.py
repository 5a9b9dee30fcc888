"""Hostile files through `flask responses import` and `flask postcodes import`: kept whole or refused in a sentence.

Whatever a file or its map holds, nobody sees a traceback, nothing of a refused file is written, and neither a terminal
nor a spreadsheet that opens the report runs anything.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from flask import Flask

from feedback.models import Response
from tests.integration.hostile.conftest import Count
from tests.integration.hostile.texts import LONGEST, TEXTS, TURNING, UNSEEN, Hostile, is_sentence

DAY = "2026-11-20"
MAP = """
id: {column: person}
date: {column: day}
channel: {column: how}
language: {column: tongue}
event: {column: stall}
questions:
  safer_text: {column: comment}
  sex: {column: sex}
"""
HEADER = ["person", "day", "how", "tongue", "stall", "comment", "sex"]
ALIVE = ("=", "+", "-", "@", "\t", "\r")
Run = Callable[..., Result]
Stored = Callable[[], list[Response]]


@pytest.fixture
def run(attacked: Flask) -> Run:
    """Return a function that runs a command of the app, which must end well or with a sentence."""

    def run(*words: str | Path) -> Result:
        result = attacked.test_cli_runner().invoke(args=[str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
        assert result.exit_code in {0, 1, 2}, result.output
        assert "Traceback" not in result.output
        assert not UNSEEN.search(result.output.replace("\r", "")), ascii(result.output[:500])
        assert not TURNING.search(result.output), ascii(result.output[:500])
        return result

    return run


@pytest.fixture
def day() -> str:
    from feedback.clock import today

    return today().isoformat()


def row(number: int, today: str, **given: str) -> list[str]:
    cells = {
        "person": f"p{number}",
        "day": today,
        "how": "paper",
        "tongue": "en",
        "stall": "HERE",
        "comment": "",
        "sex": "male",
    }
    return list({**cells, **given}.values())


def write(folder: Path, rows: list[list[str]], header: list[str] = HEADER, map_text: str = MAP) -> tuple[Path, Path]:
    file, map_file = folder / "answers.csv", folder / "map.yaml"
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    map_file.write_text(map_text, encoding="utf-8")
    return file, map_file


def fill(run: Run, file: Path, map_file: Path, *more: str | Path) -> Result:
    return run("responses", "import", file, "--wave", "fast-feedback-test", "--map", map_file, *more)


@pytest.mark.both_engines
def test_hostile_comments_are_kept_as_they_were_written_and_once(
    scene: Flask, run: Run, stored: Stored, tmp_path: Path, day: str
) -> None:
    rows = [row(number, day, comment=hostile.text) for number, hostile in enumerate(TEXTS)]
    file, map_file = write(tmp_path, rows)
    for _ in range(2):
        done = fill(run, file, map_file, "--apply")
        assert done.exit_code == 0, done.output
    kept = [response.answers.get("safer_text", "") for response in stored()]
    assert sorted(kept) == sorted(hostile.kept for hostile in TEXTS)
    assert {response.channel for response in stored()} == {"paper"}


@pytest.mark.parametrize("column", ["day", "how", "tongue", "stall", "sex"])
def test_a_hostile_cell_refuses_the_whole_file_and_the_report_is_harmless(
    scene: Flask, run: Run, counts: Count, tmp_path: Path, day: str, column: str
) -> None:
    before, hostile_texts = counts(), [h for h in (*TEXTS, LONGEST) if h.text.strip()]
    rows = [row(number, day, **{column: hostile.text}) for number, hostile in enumerate(hostile_texts)]
    file, map_file = write(tmp_path, [row(999, day), *rows])
    report = tmp_path / "report.csv"
    done = fill(run, file, map_file, "--apply", "--report", report)
    assert done.exit_code == 1
    assert "Nothing was written" in done.output
    assert counts() == before
    with report.open(encoding="utf-8-sig", newline="") as opened:
        header, *told = csv.reader(opened)
    assert header == ["line", "column", "value", "reason"]
    assert len(told) == len(rows)
    for line, where, value, reason in told:
        assert where in {column, ""}
        assert line.isdecimal()
        assert is_sentence(reason), reason
        assert not value.startswith(ALIVE), value
        assert len(value) <= 62
        assert not UNSEEN.search(value)
        assert not TURNING.search(value)


def test_a_hostile_id_is_one_person_whatever_it_holds(
    scene: Flask, run: Run, stored: Stored, tmp_path: Path, day: str
) -> None:
    named = {
        hostile.text.strip(): hostile.text for hostile in TEXTS if hostile.text.strip() and len(hostile.text) < 200
    }
    file, map_file = write(tmp_path, [row(number, day, person=text) for number, text in enumerate(named.values())])
    for _ in range(2):
        assert fill(run, file, map_file, "--apply").exit_code == 0
    assert len(stored()) == len(named)


def test_hostile_headers_are_named_without_harm(
    sqlite_scene: Flask, run: Run, counts: Count, tmp_path: Path, day: str
) -> None:
    """As columns that nobody asked for, and in the place of one that the map names."""
    before, names = counts(), [hostile.text for hostile in TEXTS]
    file, map_file = write(tmp_path, [[*row(1, day), *names]], [*HEADER, *names])
    rehearsed = fill(run, file, map_file)
    assert rehearsed.exit_code == 1, rehearsed.output
    assert "These columns hold answers that would be lost" in rehearsed.output
    for hostile in TEXTS:
        file, map_file = write(tmp_path, [row(1, day)], [hostile.text, *HEADER[1:]])
        refused = fill(run, file, map_file, "--apply")
        assert refused.exit_code == 1, hostile.name
        assert "the file has no column 'person'" in refused.output
    assert counts() == before


def in_map(key: str, hostile: Hostile) -> str:
    """The map with a hostile text as the value of a key (`date.format`), or as a key of its own."""
    content = yaml.safe_load(MAP)
    *parents, last = key.split(".")
    place = content
    for parent in parents:
        place = place[parent]
    if last == "*":
        place[hostile.text] = "male"
    else:
        place[last] = hostile.text
    return str(yaml.safe_dump(content))


VALUES = [
    "id", "id.column", "date.column", "date.format", "channel.column", "language.column", "event.column", "encoding",
    "delimiter", "version", "not_answered", "questions", "questions.safer_text", "questions.safer_text.column",
    "questions.sex.otherwise", "questions.sex.separator",
]  # fmt: skip


@pytest.mark.parametrize("key", [*VALUES, "*", "questions.*", "questions.sex.*", "date.*"])
def test_a_hostile_map_is_refused_in_sentences(
    sqlite_scene: Flask, run: Run, counts: Count, tmp_path: Path, day: str, key: str
) -> None:
    before = counts()
    for hostile in TEXTS:
        if not hostile.text.strip() or (key == "questions.sex.separator"):
            continue
        file, map_file = write(tmp_path, [row(1, day)], map_text=in_map(key, hostile))
        done = fill(run, file, map_file, "--apply")
        assert done.exit_code == 1, (hostile.name, done.output)
        assert len(done.output.split()) >= 4
    assert counts() == before


def with_key(text: str) -> str:
    key = text.partition(":")[0]
    return "\n".join([*(line for line in MAP.splitlines() if not line.startswith(f"{key}:")), text])


@pytest.mark.parametrize(
    "text",
    [
        with_key("date: {column: day, format: '%d %d'}"),
        with_key("date: {column: day, format: '%'}"),
        with_key("date: {column: day, format: '%(x'}"),
        with_key('date: {column: day, format: "%Y\\0"}'),
        with_key('date: {column: day, format: "%Y\\uD800"}'),
        with_key("date: {fixed: '0000-00-00'}"),
        with_key("date: {fixed: '9999-99-99'}"),
        with_key("version: 99999999999999999999"),
        with_key("version: -1"),
        with_key("version: 1e400"),
        with_key("encoding: undefined"),
        with_key("encoding: idna"),
        with_key("encoding: punycode"),
        with_key("encoding: rot13"),
        with_key("encoding: base64"),
        with_key("encoding: utf-16"),
        with_key("encoding: utf-32"),
        with_key('encoding: "utf-8\\0"'),
        with_key("encoding: ../../etc/passwd"),
        with_key('delimiter: "\\n"'),
        with_key('delimiter: "\\r"'),
        with_key('delimiter: "\\0"'),
        with_key("delimiter: '\"'"),
        with_key('event: {fixed: "a\\0b"}'),
        with_key('language: {fixed: "en\\n"}'),
        with_key("questions: {sex: {column: sex, codes: {male: [1, 2]}}}"),
        "[" * 1_500,
        "{a: " * 1_500,
        "a: &a [*a]",
        "a: &a {b: *a}",
        "&a a: *b",
        "x: !!python/object/apply:os.system ['echo xhostile']",
        "? {a: b}\n: c",
        "- 1",
        "\ufeff",
        "%YAML 9.9\n---\nid: row",
        "id: row\n---\nid: row",
        "\t",
        "questions: {sex: {fixed: male}, sex: {fixed: female}}",
    ],
)
def test_a_map_that_means_harm_is_refused_in_a_sentence(
    sqlite_scene: Flask, run: Run, counts: Count, tmp_path: Path, day: str, text: str
) -> None:
    before = counts()
    file, map_file = write(tmp_path, [row(1, day)], map_text=text)
    done = fill(run, file, map_file, "--apply")
    assert done.exit_code == 1, done.output
    assert len(done.output.split()) >= 4
    assert counts() == before


@pytest.mark.parametrize(
    "encoding",
    ["unicode_escape", "raw_unicode_escape", "utf-16", "utf-32", "utf-7", "latin-1", "cp037", "idna", "punycode"],
)
def test_a_file_in_any_encoding_is_read_or_refused(
    sqlite_scene: Flask, run: Run, counts: Count, tmp_path: Path, day: str, encoding: str
) -> None:
    before = counts()
    file, map_file = write(tmp_path, [row(1, day)], map_text=MAP + f"encoding: {encoding}\n")
    for body in (rb"\ud800,\x00", b"\xff\xfe\x00\xd8", b"\x00" * 64, b"+2D8-", b"a-" * 500, bytes(range(256))):
        for start in (b"", ",".join(HEADER).encode() + b"\r\n"):
            file.write_bytes(start + body)
            done = fill(run, file, map_file, "--apply")
            assert done.exit_code == 1, done.output
    half = r"p1,{},paper,en,HERE,safe \ud800 dark,male"
    file.write_text(",".join(HEADER) + "\n" + half.format(day), encoding="ascii")
    fill(run, file, map_file, "--apply")
    assert counts()["Response"] - before["Response"] in {0, 1}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n\n",
        b"\0" * 5000,
        b"person,day\n" * 3,
        b'person,day,how,tongue,stall,comment,sex\n"never closed,\n' + b"x\n" * 100,
        b'person,day,how,tongue,stall,comment,sex\nab"c,d\n',
        b"person,day,how,tongue,stall,comment,sex\n" + b"," * 100_000,
        b"person,day,how,tongue,stall,comment,sex\n" + b"x" * 1_200_000,
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"<html><body><table><tr><td>person</td></tr></table></body></html>",
        b"," * 200_000 + b"\n" + b"x",
    ],
    ids=range(13),
)
def test_a_file_that_is_no_csv_is_refused_in_a_sentence(
    sqlite_scene: Flask, run: Run, counts: Count, tmp_path: Path, content: bytes
) -> None:
    before = counts()
    file, map_file = write(tmp_path, [])
    file.write_bytes(content)
    done = fill(run, file, map_file, "--apply")
    assert done.exit_code == 1, done.output[:500]
    assert len(done.output.split()) >= 4
    assert len(done.output) < 20_000
    assert counts() == before


def test_files_that_are_not_there_are_refused_in_a_sentence(
    sqlite_scene: Flask, run: Run, tmp_path: Path, day: str
) -> None:
    file, map_file = write(tmp_path, [row(1, day)])
    for path in (tmp_path, tmp_path / "none.csv", tmp_path / ("x" * 300), tmp_path / "\u202egpj.csv"):
        assert fill(run, path, map_file).exit_code == 1
        assert fill(run, file, path).exit_code == 1
    assert fill(run, file, map_file, "--report", tmp_path / "no" / "report.csv").exit_code == 1
    assert run("responses", "import", file, "--wave", "'; DROP TABLE wave", "--map", map_file).exit_code == 1
    assert run("responses", "map-template", "--wave", "{{ 7*7 }}\u202e").exit_code == 1


def test_a_map_template_of_a_hostile_title_is_still_a_map(sqlite_scene: Flask, run: Run, tmp_path: Path) -> None:
    from feedback.services.importing.maps import load_map
    from tests.makers import make_wave

    for number, hostile in enumerate(TEXTS):
        if not hostile.text.strip():
            continue
        with sqlite_scene.app_context():
            make_wave("fast-feedback", slug=f"hostile-{number}", title=hostile.text)
        map_file = tmp_path / "map.yaml"
        map_file.write_text(run("responses", "map-template", "--wave", f"hostile-{number}").output, encoding="utf-8")
        assert set(load_map(map_file).questions) >= {"safer_text", "sex"}, hostile.name


def test_a_hostile_postcode_file_is_refused_or_holds_nothing_but_postcodes(
    sqlite_scene: Flask, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "postcodes.csv"
    for hostile in TEXTS:
        told = io.StringIO()
        csv.writer(told).writerows(
            [["pcds", "wd25cd", "lad25cd", "doterm"], [hostile.text, hostile.text, "E06000045", ""]]
        )
        file.write_text(told.getvalue(), encoding="utf-8", newline="")
        done = run("postcodes", "import", file)
        assert done.exit_code == 1, (hostile.name, done.output)
        assert len(done.output.split()) >= 4
