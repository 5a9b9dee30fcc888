"""The house rules of the code itself: style, types, import rules, sizes, and nothing in it that must not be."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("feedback", "forms", "analysis")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


@pytest.mark.parametrize(
    "words",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("importlinter.cli", "lint-imports"),
    ],
    ids=["lint", "format", "types", "import rules"],
)
def test_tool_finds_nothing(words: tuple[str, ...]) -> None:
    module = [sys.executable, "-m", *words]
    if words[0] == "importlinter.cli":
        module = [str(Path(sys.executable).parent / "lint-imports")]
    done = subprocess.run(module, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_lock_files_carry_hashes_and_no_address() -> None:
    for path in tracked("requirements*.txt", "package-lock.json"):
        text = path.read_text()
        assert "://" not in text, path.name
        assert "resolved" not in text, path.name
    for path in tracked("requirements*.txt"):
        pins = re.findall(r"^[a-z0-9][^\s=]*==", path.read_text(), re.M)
        assert path.read_text().count("--hash=sha256:") >= len(pins) > 0, path.name
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_modules_stay_small() -> None:
    for path in tracked(*(f"{package}/*.py" for package in CODE), "run.py", "wsgi.py"):
        lines = len(path.read_text().splitlines())
        assert lines <= 400, f"{path.relative_to(ROOT)} has {lines} lines"


def test_functions_stay_small() -> None:
    long = []
    for path in tracked(*(f"{package}/*.py" for package in CODE), "run.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and _body_lines(node) > 40:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({_body_lines(node)} lines)")
    assert not long, "\n".join(long)


def _body_lines(node: ast.FunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_no_vague_module_names() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert not [p for p in tracked("*.py") if p.stem in vague or vague & set(p.parent.parts)]


def test_no_path_of_a_machine_in_the_repository() -> None:
    machine = re.compile(r"/(work|root|home)/[a-z]")
    found = []
    for path in tracked():
        if path.suffix in {".png", ".gz"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if machine.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not found, "\n".join(found)


RECIPES = re.compile(r"SECRET_KEY|\bsecret_key\b|\bhmac\b|\bHKDF\b|itsdangerous|\bPBKDF2|\bScrypt\b|AESSIV", re.I)
RING = {"feedback/keys.py", "feedback/config.py", "feedback/cli/keys.py"}  # the last tells people what to set


def test_secrets_become_keys_in_one_module() -> None:
    """A key that is made elsewhere is forgotten when SECRET_KEY is changed (docs/decisions, one key ring)."""
    found = []
    for path in tracked("feedback/*.py"):
        name = str(path.relative_to(ROOT))
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if name not in RING and RECIPES.search(line):
                found.append(f"{name}:{number}: {line.strip()}")
    assert not found, "\n".join(found)


def test_no_third_party_front_end_files_are_tracked() -> None:
    built = list(tracked("*.css", "*.min.js", "*.woff*", "*.ttf", "*.geojson"))
    assert not built


def test_templates_never_switch_escaping_off() -> None:
    for path in tracked("templates/*.html"):
        text = path.read_text()
        assert "|safe" not in text.replace(" ", ""), path.relative_to(ROOT)
        assert "autoescape false" not in text, path.relative_to(ROOT)
