"""The contract cases of layers that join wires."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {
    "Add": [Case({}, [(4,), (4,)], (4,)), Case({}, [(2, 3), (2, 3), (2, 3)], (2, 3)), Case({}, [(2, 3), (3,)], (2, 3))],
    "Subtract": [Case({}, [(4,), (4,)], (4,)), Case({}, [(1, 3), (2, 1)], (2, 3))],
    "Multiply": [
        Case({}, [(4,), (4,), (4,)], (4,)),
        Case({}, [(4, 5, 3), (1, 1, 3)], (4, 5, 3)),
        Case({}, [(3,), (4, 5, 3)], (4, 5, 3)),
        Case({}, [(4,), (4,)], (4,), dtypes=["int32", "float32"]),
    ],
    "Average": [Case({}, [(4,), (4,)], (4,)), Case({}, [(2, 3), (2, 3), (1, 3)], (2, 3))],
    "Maximum": [Case({}, [(4,), (4,)], (4,)), Case({}, [(2, 3), (2, 3), (2, 1)], (2, 3))],
    "Minimum": [Case({}, [(4,), (4,)], (4,)), Case({}, [(2, 3), ()], (2, 3))],
    "Dot": [
        Case({}, [(4,), (4,)], (1,)),
        Case({"axes": 1, "normalize": True}, [(4,), (4,)], (1,)),
        Case({"axes": -1}, [(5, 4), (3, 4)], (5, 3)),
        Case({"axes": [1, 2]}, [(3, 5), (6, 3)], (5, 6)),
        Case({"axes": [2, 1]}, [(2, 3, 5), (3,)], (2, 5)),
    ],
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
    "Subtract": [({"axes": 1}, "axes", "no such setting")],
    "Multiply": [({"axis": 1}, "axis", "no such setting")],
    "Average": [({"axis": 1}, "axis", "no such setting")],
    "Maximum": [({"axis": 1}, "axis", "no such setting")],
    "Minimum": [({"axis": 1}, "axis", "no such setting")],
    "Dot": [
        ({"axes": [1]}, "axes.1", "missing"),
        ({"axes": 9}, "axes.0", "8 or less"),
        ({"axes": "1"}, "axes", "a list"),
    ],
}

DEFAULTS: dict[str, Config] = {
    "Add": {},
    "Concatenate": {"axis": -1},
    "Subtract": {},
    "Multiply": {},
    "Average": {},
    "Maximum": {},
    "Minimum": {},
    "Dot": {"axes": [-1, -1], "normalize": False},
}
