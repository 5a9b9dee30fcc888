"""The names of the library: there when asked for, and light until then."""

from __future__ import annotations

import subprocess
import sys

import pytest

import analysis


@pytest.mark.parametrize("name", analysis.__all__)
def test_every_public_name_is_there(name):
    assert getattr(analysis, name) is not None
    assert name in dir(analysis)


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'estimat'"):
        analysis.estimat  # noqa: B018


def loaded(code: str) -> set[str]:
    """Which of the heavy packages are loaded after running some code in a fresh process."""
    watched = ("numpy", "pandas", "scipy", "flask", "sqlalchemy", "feedback", "forms")
    ask = f"{code}\nimport sys\nprint(*[name for name in {watched!r} if name in sys.modules])"
    return set(subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.split())


def test_importing_costs_nothing():
    assert loaded("import analysis") == set()


def test_scipy_is_loaded_only_where_it_is_needed():
    code = (
        "import pandas as pd\n"
        "from analysis import *\n"
        "frame = pd.DataFrame({'ward': ['A', 'B'], 'q': ['Yes', 'No']})\n"
        "margins = pd.DataFrame({'variable': 'ward', 'category': ['A', 'B'], 'population': [3, 1]})\n"
        "figures = estimate(frame, [Indicator('yes', 'q', ('Yes',))], ['ward'], rake(frame, margins, (0.2, 5)))\n"
        "protect(figures, 'public')\n"
    )
    assert loaded(code) == {"numpy", "pandas"}
