"""Columns that say nothing, say who the row is, or say one thing in several spellings."""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from engine.data.columns import Categories
from engine.data.guard.finding import Finding, Level, leave_out, listed, mend
from engine.data.guard.look import Look
from engine.data.propose import IDENTIFIER
from engine.data.values import ENDS, spelling

EMPTY = 0.95  # share of missing values from which a column says nothing
GAPS = 0.01  # share of missing values that is worth a note
LOOKED = 1 << 20  # bytes of the file looked at for how missing values are written


def constant(look: Look) -> Iterator[Finding]:
    """Features with one value or almost none."""
    for name, profile in _profiles(look):
        rows = max(len(look.source.usable), 1)
        if profile["distinct"] <= 1:
            said = "has no value at all" if profile["distinct"] == 0 else "has the same value in every row that has one"
            message = f"{name} {said}; nothing can be learned from it."
            evidence = f"{profile['distinct']} different values, {profile['missing']:,} missing."
            yield Finding("constant_feature", "warning", message, evidence, (name,), leave_out(name))
        elif profile["missing"] >= EMPTY * (profile["missing"] + _present(profile, rows)):
            message = f"{name} is almost always missing."
            evidence = f"{profile['missing']:,} rows have no value."
            yield Finding("constant_feature", "warning", message, evidence, (name,), leave_out(name))
        elif len(train := look.parts["train"]) and _constant(look, name, train):
            message = f"{name} has the same value in every training row; nothing can be learned from it."
            evidence = f"Of its {profile['distinct']:,} values one stands in the {len(train):,} training rows."
            yield Finding("constant_feature", "warning", message, evidence, (name,), leave_out(name))


def _constant(look: Look, name: str, rows: np.ndarray) -> bool:
    values = look.values(name, rows)
    first = values[0]
    return bool((np.isnan(values) if np.isnan(first) else values == first).all())


def _present(profile: dict[str, Any], rows: int) -> int:
    return max(rows - int(profile["missing"]), 0)


def identifiers(look: Look) -> Iterator[Finding]:
    """Features that name the row: the network would learn rows by heart."""
    for name, profile in _profiles(look):
        total = int(look.source.profile["rows"])
        whole = profile["distinct"] == total - profile["missing"] and profile["distinct"] > 20
        if not whole or profile["type"] == "float":
            continue
        number = profile["type"] != "text"
        counted = number and profile["max"] is not None and profile["max"] - profile["min"] == profile["distinct"] - 1
        named = IDENTIFIER.search(name) is not None
        if look.recipe.columns[name].kind in ("category", "number") and (not number or counted or named):
            message = f"{name} is different in every row, like a number or name that identifies it."
            evidence = f"{profile['distinct']:,} different values in {profile['distinct']:,} rows."
            yield Finding("identifier_feature", "warning", message, evidence, (name,), leave_out(name))


def spellings(look: Look) -> Iterator[Finding]:
    """Categories that are one but for letters, or for signs at their ends."""
    for name in [*look.features, *look.recipe.targets()]:
        values = look.source.columns[name]
        if look.pictures or not isinstance(values, Categories) or values.numeric:
            continue
        alike: dict[str, list[str]] = defaultdict(list)
        for one in values.names:
            alike[spelling(one)].append(one)
        twins = [some for key, some in alike.items() if key and len(some) > 1]
        if not twins:
            continue
        signs = "".join(sorted({sign for some in twins for one in some for sign in ENDS if one.strip(sign) != one}))
        cases = any(len({one.strip(ENDS + " ") for one in some}) > 1 for some in twins)
        patch = {**({"strip": signs} if signs else {}), **({"case": "lower"} if cases else {})}
        pairs = "; ".join(" and ".join(map(repr, some[:3])) for some in twins[:3])
        target = look.recipe.columns[name].role == "target"
        message = f"{name} has values that differ only in letters or in signs at their ends: {pairs}."
        counts = ", ".join(f"{one!r} {int((values.codes == values.names.index(one)).sum()):,}" for one in twins[0][:3])
        remedy = mend("Count them as one", columns={name: patch})
        level: Level = "serious" if target else "warning"
        yield Finding("spellings", level, message, f"Rows: {counts}.", (name,), remedy)


def gaps(look: Look) -> Iterator[Finding]:
    """Features with missing values: where they are, how they were written, and what stands in for them."""
    found = {name: profile["missing"] for name, profile in _profiles(look)}
    rows = int(look.source.profile["rows"]) or 1
    wanting = {name: count for name, count in found.items() if GAPS * rows <= count < EMPTY * rows}
    if not wanting:
        return
    most = sorted(wanting, key=lambda name: -wanting[name])
    some = listed([f"{name} ({wanting[name]:,})" for name in most])
    written = _markers(look)
    shown = ", ".join(f"{marker!r} ({count:,}×)" for marker, count in written.most_common(3))
    message = f"{len(most)} feature{'s have' if len(most) > 1 else ' has'} missing values: {some}."
    evidence = f"At the beginning of the file they are written as {shown}." if shown else "The cells are empty."
    able = [name for name in most if look.recipe.columns[name].kind in ("number", "date")]
    unmarked = [name for name in able if not look.recipe.columns[name].indicator]
    patch = {name: {"indicator": True} for name in unmarked}
    remedy = mend("Mark the gaps for the network", columns=patch) if patch else None
    yield Finding("missing_values", "note", message, evidence, tuple(most), remedy)


def _markers(look: Look) -> Counter[str]:
    """How the beginning of the file writes missing values, but for empty cells."""
    reading, path = look.source.profile.get("reading") or {}, look.folder / "upload"
    if not path.exists() or "separator" not in reading:
        return Counter()
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as file:
        text = file.read(LOOKED).decode(reading.get("encoding") or "utf-8", errors="replace")
    known = {marker for marker in reading["missing"] if marker}
    cells = (
        cell.strip().strip('"')
        for line in islice(text.splitlines(), 20_000)
        for cell in re.split(re.escape(reading["separator"]), line)
    )
    return Counter(cell for cell in cells if cell.lower() in known)


def _profiles(look: Look) -> list[tuple[str, dict[str, Any]]]:
    return [(name, look.described(name)) for name in look.features]
