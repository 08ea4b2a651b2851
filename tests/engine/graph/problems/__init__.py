"""Everything a check can find wrong: one module of cases per kind of mistake."""

from __future__ import annotations

from tests.engine.graph.problems import answers, blocks, sequences, spatial, values, wires
from tests.engine.graph.problems.case import Case

CASES: list[Case] = [
    *wires.CASES,
    *spatial.CASES,
    *values.CASES,
    *sequences.CASES,
    *answers.CASES,
    *blocks.CASES,
]
