"""The contract cases of layers that keep a network from learning by heart."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {
    "Dropout": [Case({}, [(6,)], (6,)), Case({"rate": 0.25}, [(4, 4, 2)], (4, 4, 2)), Case({"rate": 0}, [(6,)], (6,))],
}

BAD: dict[str, list[Bad]] = {
    "Dropout": [({"rate": 1}, "rate", "less than 1"), ({"rate": "half"}, "rate", "a number")],
}

DEFAULTS: dict[str, Config] = {
    "Dropout": {"rate": 0.5},
}
