"""The contract cases of Input and Output."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {}

BAD: dict[str, list[Bad]] = {
    "Input": [({"name": ""}, "name", "must not be empty"), ({"shape": [0]}, "shape.0", "1 or more")],
    "Output": [({"activation": "loud"}, "activation", "choose "), ({"name": 3}, "name", "must be text")],
}

DEFAULTS: dict[str, Config] = {
    "Input": {"name": "features", "shape": None, "dtype": None},
    "Output": {"name": "target", "activation": "auto"},
}
