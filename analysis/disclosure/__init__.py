"""Statistical disclosure control: `protect` estimates for an audience, then `propagate_suppression` into every other
frame; `disclosed` says what a publication gave away. docs/disclosure.md is its threat model.
"""

from analysis.disclosure.differencing import disclosed
from analysis.disclosure.propagation import propagate_suppression
from analysis.disclosure.protection import FIGURES, protect

__all__ = ["FIGURES", "disclosed", "propagate_suppression", "protect"]
