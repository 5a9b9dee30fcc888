"""What people wrote: themes and wording, read by rule."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.study import Study


@dataclass(frozen=True, kw_only=True)
class FreeText:
    comments: int
    themes: pd.DataFrame
    wording: pd.DataFrame


def read_comments(study: Study, base: pd.DataFrame) -> FreeText:
    return FreeText(comments=0, themes=pd.DataFrame(), wording=pd.DataFrame())
