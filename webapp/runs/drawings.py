"""Where the networks of runs differ, layer by layer, told against one of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from functools import cache
from typing import Any, TypedDict, TypeVar

import engine
from webapp.runs.models import Run

Drawing = Mapping[str, Any]
Change = dict[str, Any]
Key = TypeVar("Key")
Value = TypeVar("Value")


def changes_between(before: Drawing, after: Drawing) -> list[Change]:
    """`[{layer, kind, type, values}]`: layers that were added, removed or changed on the way from one to the other.

    `values` are `[{name, before, after}]` of a changed layer, what is left out standing for its default; layers inside
    a block are called `block/layer`. A wire counts where both of its ends stand in both drawings and none of a layer
    that came or went was or is in its place.
    """
    found = [*_changed(before, after, "")]
    olds, news = before.get("blocks") or {}, after.get("blocks") or {}
    for name in dict.fromkeys([*olds, *news]):
        if name in olds and name in news:
            found += _changed(olds[name], news[name], f"{news[name].get('title') or name}/")
    return found


def _changed(before: Drawing, after: Drawing, inside: str) -> Iterator[Change]:
    olds, news = _nodes(before), _nodes(after)
    both = olds.keys() & news.keys()
    old_wires, new_wires = (_wires(drawing, both) for drawing in (before, after))
    for name, node in news.items():
        if name not in olds:
            yield {"layer": inside + name, "kind": "added", "type": node["type"], "values": []}
            continue
        sources = _values(old_wires.get(name, {}), new_wires.get(name, {}))
        moved = [one for one in sources if PASSING not in (one["before"], one["after"])]
        if values := _settings(olds[name], node) + moved:
            yield {"layer": inside + name, "kind": "changed", "type": node["type"], "values": values}
    for name, node in olds.items():
        if name not in news:
            yield {"layer": inside + name, "kind": "removed", "type": node["type"], "values": []}


def _nodes(drawing: Drawing) -> dict[str, dict[str, Any]]:
    return {node["id"]: node for node in drawing.get("nodes") or []}


def _settings(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Another type says enough: what its fields are is then no change."""
    if before["type"] != after["type"]:
        return [{"name": "type", "before": before["type"], "after": after["type"]}]
    defaults = usual(after["type"])
    return _values(
        *({**defaults, "shares": node.get("shares"), **(node.get("config") or {})} for node in (before, after))
    )


def _values(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    pairs = [(name, before.get(name), after.get(name)) for name in dict.fromkeys([*before, *after])]
    return [{"name": name, "before": old, "after": new} for name, old, new in pairs if old != new]


PASSING = ""
"""What leads to a layer where it comes from one that the other drawing has not: that one tells it."""


def _wires(drawing: Drawing, both: Set[str]) -> dict[str, dict[str, str]]:
    """What leads to each layer by its input."""
    found: dict[str, dict[str, str]] = {}
    for edge in drawing.get("edges") or []:
        source = edge["source"] if not edge.get("output") else f"{edge['source']}, output {edge['output'] + 1}"
        place = f"input {edge.get('port', 0) + 1}"
        found.setdefault(edge["target"], {})[place] = source if edge["source"] in both else PASSING
    return found


def usual(layer: str) -> Mapping[str, Any]:
    """The default of every field that a layer of this type has."""
    return _defaults().get(layer, {})


@cache
def _defaults() -> dict[str, dict[str, Any]]:
    """The default of every field of every layer."""
    fields = {entry["type"]: entry["schema"].get("properties", {}) for entry in engine.palette()}
    return {
        layer: {name: field["default"] for name, field in properties.items() if "default" in field}
        for layer, properties in fields.items()
    }


def still(drawing: Drawing) -> dict[str, Any]:
    """The drawing without what says nothing about what it computes: where nodes stand."""
    nodes = [{name: value for name, value in node.items() if name != "position"} for node in drawing.get("nodes") or []]
    blocks = {name: still(block) for name, block in (drawing.get("blocks") or {}).items()}
    return {"nodes": nodes, "edges": drawing.get("edges") or [], "blocks": blocks, "title": drawing.get("title")}


class Told(TypedDict):
    """What is told of a run: no more than fits into a row, and how many further layers differ."""

    changes: list[Change]
    more: int


MOST_LAYERS = 20
NOTHING: Told = {"changes": [], "more": 0}

Frozen = tuple[int, str]
"""A run by its row and when it was made. Its drawing never changes, so what is known of it is kept."""

_digests: dict[Frozen, str] = {}
_changes: dict[tuple[str, str], Told] = {}
REMEMBERED = 5_000


def changes_among(runs: Sequence[Run]) -> tuple[Run | None, dict[int, Told]]:
    """The earliest run, and by the row of each run where its layers differ from those of that one.

    Drawings are large, so only those are read of which nothing is known yet, all at once.
    """
    if not runs:
        return None, {}
    first = min(runs, key=lambda run: run.number)
    drawings = _read([run.pk for run in runs if _frozen(run) not in _digests])
    fresh = {_frozen(run): digest_of(drawings[run.pk]) for run in runs if run.pk in drawings}
    digests = {run.pk: digest for run in runs if (digest := fresh.get(_frozen(run)) or _digests.get(_frozen(run)))}
    told = _told(first.pk, digests, drawings)
    _keep(_digests, fresh)
    return first, told


def _told(first: int, digests: Mapping[int, str], drawings: dict[int, Drawing]) -> dict[int, Told]:
    """The changes by the row of each run; a run that was deleted just now has none."""
    base = digests.get(first, "")
    known = {digest: told for digest in digests.values() if (told := _changes.get((base, digest))) is not None}
    lacking = {digest: pk for pk, digest in digests.items() if base and digest != base and digest not in known}
    if lacking:
        drawings |= _read({first, *lacking.values()} - drawings.keys())
    for digest, pk in lacking.items():
        if first in drawings and pk in drawings:
            found = changes_between(drawings[first], drawings[pk])
            known[digest] = {"changes": found[:MOST_LAYERS], "more": max(0, len(found) - MOST_LAYERS)}
    _keep(_changes, {(base, digest): told for digest, told in known.items()})
    return {pk: known.get(digest, NOTHING) for pk, digest in digests.items()}


def _frozen(run: Run) -> Frozen:
    return run.pk, run.created.isoformat()


def _read(runs: Collection[int]) -> dict[int, Drawing]:
    return dict(Run.objects.filter(pk__in=runs).values_list("pk", "graph")) if runs else {}


def _keep(known: dict[Key, Value], fresh: Mapping[Key, Value]) -> None:
    """Remembers what is new; of too much the oldest is forgotten."""
    known.update(fresh)
    for key in list(known)[: max(0, len(known) - REMEMBERED)]:
        known.pop(key, None)


def digest_of(drawing: Drawing) -> str:
    """The same for drawings that compute the same."""
    return hashlib.sha256(json.dumps(still(drawing), sort_keys=True).encode()).hexdigest()
