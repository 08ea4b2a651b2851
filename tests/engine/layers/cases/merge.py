"""The contract cases of layers that join wires."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {
    "Add": [Case({}, [(4,), (4,)], (4,)), Case({}, [(2, 3), (2, 3), (2, 3)], (2, 3))],
    "Concatenate": [
        Case({}, [(4,), (2,)], (6,)),
        Case({"axis": 1}, [(2, 3), (4, 3), (1, 3)], (7, 3)),
        Case({"axis": -2}, [(2, 3), (4, 3)], (6, 3)),
        Case({}, [(4,), (2,)], (6,), dtypes=["float32", "int32"]),
    ],
}

BAD: dict[str, list[Bad]] = {
    "Add": [({"axis": 1}, "axis", "no such setting")],
    "Concatenate": [({"axis": 9}, "axis", "8 or less"), ({"axis": "last"}, "axis", "a whole number")],
}

DEFAULTS: dict[str, Config] = {
    "Add": {},
    "Concatenate": {"axis": -1},
}
