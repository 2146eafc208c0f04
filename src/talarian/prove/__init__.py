"""Proving that an application answers the same on Talarian as on FastAPI.

``talarian prove`` is this room's command. `compare` is the same for programs: two targets and a
budget in, a report out.
"""

from talarian.prove.comparison import Budget, compare
from talarian.prove.engines import Broken, Engines, Target, on_fastapi, on_talarian
from talarian.prove.report import Difference, Report

__all__ = [
    "Broken",
    "Budget",
    "Difference",
    "Engines",
    "Report",
    "Target",
    "compare",
    "on_fastapi",
    "on_talarian",
]
