"""Where runs differ: their settings, networks and preparations, place by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from webapp.runs.drawings import usual
from webapp.runs.models import Run

MISSING = None
MOST_DIFFERENCES = 200
DRAWN = frozenset({"position", "format"})  # where something stands says nothing about what it does

Value = str | int | float | bool | list[Any] | None
Flat = dict[str, Value]


CHANGED = {"learning_rate": "optimizer.learning_rate", "patience": "early_stopping.patience", "epochs": "epochs"}
"""Where the settings stand that may be changed while a run goes on."""


def settings_of(run: Run) -> Flat:
    """The settings by their place: `optimizer.learning_rate` → 0.001; `changed.…` is what held later."""
    changed = {f"changed.{name}": value for change in run.made for name, value in change.items()}
    return dict(flattened(run.settings)) | changed


def networks_of(runs: Sequence[Run]) -> list[Flat]:
    """The network of each; what one leaves out of a layer that another sets stands for its default."""
    networks = [_network_of(run) for run in runs]
    told = {place for network in networks for place in network}
    return [
        {place: value for place, value in _defaults_of(run).items() if place in told} | network
        for run, network in zip(runs, networks, strict=True)
    ]


def _defaults_of(run: Run) -> Flat:
    """What the fields of its layers are where nothing is said of them."""
    nodes = run.graph.get("nodes", [])
    return {place: value for node in nodes for place, value in flattened(usual(node["type"]), node["id"])}


def _network_of(run: Run) -> Flat:
    """The layers by name, and by name and field what each is set to; wires by where they lead."""
    found: Flat = {}
    for node in run.graph.get("nodes", []):
        found[node["id"]] = node["type"]
        found |= flattened(node.get("config") or {}, node["id"])
        if node.get("shares"):
            found[f"{node['id']}.shares"] = node["shares"]
    for edge in run.graph.get("edges", []):
        key = f"{edge['target']}.input {edge.get('port', 0) + 1}"
        found[key] = edge["source"] if not edge.get("output") else f"{edge['source']}, output {edge['output'] + 1}"
    return found | dict(flattened(run.graph.get("blocks") or {}, "blocks"))


def preparation_of(run: Run) -> Flat:
    """The data set and the recipe by their places."""
    name = run.dataset.name if run.dataset is not None else "deleted"
    return {"data set": f"{name} ({run.dataset_sha256[:8]})", **dict(flattened(run.recipe or {}))}


def differences(documents: Sequence[Flat]) -> list[dict[str, Any]]:
    """`[{place, values}]` wherever the documents do not all say the same; a place one lacks is null there."""
    places = dict.fromkeys(place for document in documents for place in document)
    found = []
    for place in places:
        values = [document.get(place, MISSING) for document in documents]
        if any(value != values[0] for value in values):
            found.append({"place": place, "values": values})
    return found[:MOST_DIFFERENCES]


def flattened(document: Any, place: str = "") -> Iterator[tuple[str, Value]]:
    """Every value of a document with its place; lists count as one value."""
    if isinstance(document, Mapping):
        for name, inner in document.items():
            if name not in DRAWN:
                yield from flattened(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(document, list):
        yield place, document
    else:
        yield place, document
