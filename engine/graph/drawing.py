"""What is wrong with a drawing before any shape is known: names, settings, wires."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import keyword
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import ValidationError

from engine.graph.blocks import size
from engine.graph.document import Graph, Node
from engine.graph.fitting import not_there
from engine.layers import LAYERS, Layer, layer_class
from engine.problems import Problem

MOST_NODES = 5_000

RESERVED = frozenset(
    {
        "self",
        "inputs",
        "outputs",
        "key",
        "losses",
        "rows",
        "rngs",
        "nnx",
        "jnp",
        "jax",
        "Model",
        "layer_key",
        "forward",
        "answer",
        "plan",
        "load",
    }
)
"""Names the printed model uses itself."""


def placed(problem: Problem, node: str) -> Problem:
    """The problem with its node, also in its fix (unless that names another)."""
    fix = problem.fix
    if fix is not None:
        fix = {
            key: {"node": node, **value}
            if key in ("set", "remove")
            else {"before": node, "port": 0, **value}
            if key == "insert"
            else value
            for key, value in fix.items()
        }
    return dataclasses.replace(problem, where={**problem.where, "node": node}, fix=fix)


def too_large(graph: Graph) -> Problem | None:
    """The problem of a graph with more nodes or wires than can be drawn and traced in reasonable time."""
    nodes, wires = size(graph), len(graph.edges)
    if nodes <= MOST_NODES and wires <= 4 * MOST_NODES:
        return None
    return Problem(
        "graph_too_large",
        {},
        f"The graph has {nodes:,} nodes and {wires:,} wires; at most {MOST_NODES:,} nodes and "
        f"{4 * MOST_NODES:,} wires can be checked.",
        "Remove layers until it fits.",
    )


def read_layers(graph: Graph, taken: Collection[str]) -> tuple[dict[str, Layer], list[Problem]]:
    """The nodes whose name, type and settings are right, and the problems of the others.

    `taken` are attribute names a node cannot have.
    """
    layers: dict[str, Layer] = {}
    problems: list[Problem] = []
    counts = Counter(node.id for node in graph.nodes)
    for node in graph.nodes:
        found = name_problem(node.id, counts[node.id], taken) or _read_layer(node)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            layers[node.id] = found
    once = {(problem.code, problem.where["node"]): problem for problem in problems}
    return layers, list(once.values())


def name_problem(name: str, count: int, taken: Collection[str]) -> Problem | None:
    """What is wrong with the name of a node that `count` nodes have, or None."""
    where = {"node": name}
    if count > 1:
        return Problem(
            "duplicate_node", where, f"{count} layers are called {name!r}.", "Give each layer a name of its own."
        )
    if not name.isidentifier() or keyword.iskeyword(name) or unicodedata.normalize("NFKC", name) != name:
        return Problem(
            "wrong_node_name",
            where,
            f"{name!r} cannot be the name of a layer: names are letters, digits and _, and do not start with a digit.",
            "Rename it, for example to dense_1.",
        )
    if name in RESERVED or name in taken or name.startswith(("__", "_pytree")) or layer_class(name):
        return Problem(
            "reserved_node_name",
            where,
            f"{name!r} cannot be the name of a layer: the exported code uses that name itself.",
            f"Rename it, for example to {name.strip('_').lower()}_1.",
        )
    return None


def _read_layer(node: Node) -> Layer | Problem:
    kind = layer_class(node.type)
    if kind is None:
        return Problem(
            "unknown_layer",
            {"node": node.id},
            f"{node.type!r} is no layer of the palette. Put one in its place{_nearest(node.type)}, that does the same.",
            "What an import brings along is never run.",
            {"label": f"Remove {node.id}", "remove": {"node": node.id}},
        )
    try:
        return kind.model_validate(node.config)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(map(str, first["loc"])) or "settings"
        return Problem(
            "wrong_setting",
            {"node": node.id, "field": [str(part) for part in first["loc"]]},
            f"{node.type} cannot have {path} = {_short(first['input'])}: {plain(first)}.",
            f"Change {path} in the layer's settings.",
        )


def plain(error: Any) -> str:
    """A validation error in plain words."""
    limits = error.get("ctx", {})
    words = {
        "greater_than_equal": "it must be {ge} or more",
        "greater_than": "it must be more than {gt}",
        "less_than_equal": "it must be {le} or less",
        "less_than": "it must be less than {lt}",
        "literal_error": "choose {expected}",
        "int_parsing": "it must be a whole number",
        "int_type": "it must be a whole number",
        "int_from_float": "it must be a whole number",
        "float_parsing": "it must be a number",
        "float_type": "it must be a number",
        "finite_number": "it must be a finite number",
        "bool_parsing": "it must be yes or no",
        "bool_type": "it must be yes or no",
        "tuple_type": "it must be a list of numbers",
        "list_type": "it must be a list",
        "dict_type": "it must have named fields",
        "model_type": "it must have named fields",
        "model_attributes_type": "it must have named fields",
        "json_invalid": "it is not valid JSON",
        "union_tag_invalid": "choose {expected_tags}",
        "missing": "a value is missing",
        "extra_forbidden": "there is no such setting",
        "too_long": "it has too many parts",
        "too_short": "it has too few parts",
        "string_type": "it must be text",
        "string_too_short": "it must not be empty",
        "string_too_long": "it must have at most {max_length} characters",
    }
    text = words.get(error["type"])
    return text.format(**limits) if text else "the value does not fit"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _nearest(name: str) -> str:
    close = difflib.get_close_matches(name, [layer.__name__ for layer in LAYERS], n=1)
    return f", such as {close[0]}" if close else ""


def wiring(graph: Graph, layers: dict[str, Layer], blocks: Collection[str] = ()) -> Iterator[Problem]:
    """The problems of the wires: dangling ends, a cycle, the wrong number of inputs.

    `blocks` are names of blocks that could not be written out, whose problem has been told.
    """
    names = {*(node.id for node in graph.nodes), *blocks}
    for edge in graph.edges:
        for end in (edge.source, edge.target):
            if end not in names:
                yield Problem(
                    "dangling_wire",
                    {"node": None, "wire": [edge.source, edge.target]},
                    f"A wire from {edge.source!r} to {edge.target!r} ends at a layer that does not exist.",
                    "Remove the wire or add the layer.",
                )
        if edge.source in layers and layers[edge.source].outputs == 0:
            yield Problem(
                "wire_from_output",
                {"node": edge.source},
                f"A wire leaves {edge.source}, which has nothing to give on.",
                "Connect the layer before it instead.",
            )
    cycle = graph.cycle()
    if cycle:
        yield Problem(
            "graph_has_cycle",
            {"node": cycle[0], "nodes": cycle},
            f"The wires run in a circle: {' → '.join([*reversed(cycle), cycle[-1]][:12])}.",
            "Remove one of these wires.",
        )
    sources = graph.sources()
    for name, layer in layers.items():
        if not sources[name] and layer.arity.least:
            yield Problem(
                "missing_connection",
                {"node": name},
                f"Nothing flows into {name}.",
                "Connect a layer to it, or remove it.",
                _connect(graph, layers, name),
            )


def _connect(graph: Graph, layers: dict[str, Layer], name: str) -> dict[str, Any] | None:
    """A wire from the one layer that leads nowhere yet, where there is exactly one."""
    leading = {edge.source for edge in graph.edges}
    loose = [other for other, layer in layers.items() if other not in leading and other != name and layer.outputs]
    if len(loose) != 1:
        return None
    return {"label": f"Connect {loose[0]} to it", "connect": {"source": loose[0], "target": name, "port": 0}}


def in_order(graph: Graph) -> list[Node]:
    """The nodes so that each comes after those that feed it; those behind a cycle are left out."""
    nodes = {node.id: node for node in graph.nodes}
    sources = graph.sources()
    sorter = TopologicalSorter(
        {name: [*sources[name], *([node.shares] if node.shares else [])] for name, node in nodes.items()}
    )
    with contextlib.suppress(CycleError):  # what can be ordered still comes out below
        sorter.prepare()
    ordered: list[Node] = []
    while True:
        ready = sorter.get_ready()
        if not ready:
            return ordered
        ordered += [nodes[name] for name in ready if name in nodes]
        sorter.done(*ready)


def circular_sharing(graph: Graph, ordered: list[Node]) -> Iterator[Problem]:
    """The problems of nodes whose weights wait for each other, where the wires themselves run in no circle."""
    stuck = {node.id: node for node in graph.nodes} if not graph.cycle() else {}
    for node in ordered:
        stuck.pop(node.id, None)
    for name, node in stuck.items():
        if node.shares in stuck:
            yield placed(not_there(node).problem, name)
