"""What a layer needs of what feeds it: how many wires, values with how many axes, weights to share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from engine.call import Call
from engine.graph.document import Node
from engine.layers import Layer, Spec
from engine.layers.base import refusal
from engine.problems import Refusal


def require_arity(layer: Layer, count: int) -> None:
    """Raises Refusal where a layer has too few or too many inputs."""
    title, arity = type(layer).__name__, layer.arity
    if count < arity.least:
        raise refusal(
            "missing_connection",
            f"{title} needs {arity.least} inputs and has {count}.",
            "Connect another layer to it.",
        )
    if arity.most is not None and count > arity.most:
        takes = f"takes {arity.most} input" if arity.most else "takes no wire, it is where data enter,"
        merge = "Join them first with Add or Concatenate, or remove wires." if arity.most else "Remove the wires to it."
        raise refusal("too_many_connections", f"{title} {takes} and has {count}.", merge)


AXES = {
    1: "flat values",
    2: "a sequence (steps × features)",
    3: "an image (height × width × channels)",
    4: "a volume (depth × height × width × channels)",
}
"""What values of so many axes are called."""


def require_rank(layer: Layer, inputs: tuple[Spec, ...], before: Sequence[tuple[str, Layer]]) -> None:
    """Raises Refusal where an input has not the number of axes the layer works on.

    `before` has the name and the layer each input comes from.
    """
    for port, x in enumerate(inputs):
        if layer.rank is not None and len(x.shape) != layer.rank and port not in layer.free_ports:
            hint, fix = _every_step(layer.rank, x, *before[port]) or _remedy(layer.rank, x)
            raise refusal(
                "wrong_rank",
                f"{type(layer).__name__} needs {layer.takes or AXES[layer.rank]} and gets {x}.",
                hint,
                {**fix, "insert": {**fix["insert"], "port": port}} if fix and "insert" in fix else fix,
            )


def _every_step(rank: int, x: Spec, name: str, before: Layer) -> tuple[str, dict[str, Any] | None] | None:
    """The remedy where the layer before gives only the last step of what it reads; None otherwise."""
    changed = before.every_step()
    if changed is None or len(x.shape) != rank - 1:
        return None
    fix = {"label": f"Let {name} give every step", "set": {"node": name, "config": changed}}
    return f"Switch return_sequences of {name} on, so that it gives every step instead of the last.", fix


def _remedy(rank: int, x: Spec) -> tuple[str, dict[str, Any] | None]:
    """What to insert so that values get the number of axes a layer works on."""
    if rank == 1:
        return "Insert Flatten before it.", {"label": "Insert Flatten", "insert": {"type": "Flatten", "config": {}}}
    if rank == 2 and len(x.shape) == 1 and not x.dtype.startswith("float"):
        config = {"input_dim": x.high} if x.high else {}
        fix = {"label": "Insert Embedding", "insert": {"type": "Embedding", "config": config}}
        return "Insert Embedding before it: it makes a vector of each whole number.", fix
    shape = _shape_of_rank(rank, x)
    if shape is None:
        return "Insert Reshape before it, or use Dense for values without neighbours.", None
    label = f"Insert Reshape to {'×'.join(map(str, shape))}"
    fix = {"label": label, "insert": {"type": "Reshape", "config": {"target_shape": shape}}}
    if rank == 2:
        return "Rows in order of time become a sequence as a series (Data page). Or insert Reshape before it.", fix
    return "Insert Reshape before it, or use Dense for values without neighbours.", fix


def _shape_of_rank(rank: int, x: Spec) -> list[int] | None:
    """A sensible shape with `rank` axes: 784 → 28 × 28 × 1, 30 → 30 × 1; None where there is none."""
    if len(x.shape) == rank - 1:
        return [*x.shape, 1]
    size = math.prod(x.shape)
    if rank == 2:
        return [x.shape[0], size // x.shape[0]] if len(x.shape) > 2 else None
    side = math.isqrt(size)
    return [side, side, 1] if rank == 3 and side * side == size > 1 else None


def require_sharing(node: Node, call: Call, shared: Call | None) -> None:
    """Raises Refusal where a node cannot reuse the weights of the node it names."""
    if shared is None:
        raise not_there(node)
    if call != shared:
        raise refusal(
            "sharing_differs",
            f"{node.id} cannot share the weights of {node.shares}: their settings or inputs differ.",
            f"Give both the same settings and inputs of the same shape as {node.shares} has.",
        )


def not_there(node: Node) -> Refusal:
    """A node reuses weights that are not there."""
    return refusal(
        "unknown_shared_layer",
        f"{node.id} shares the weights of {node.shares!r}, which is not there or comes later.",
        "Choose a layer that stands before it.",
    )
