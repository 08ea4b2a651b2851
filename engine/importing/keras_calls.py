"""How often a Keras layer is called in a model, and with which values, however a version writes it down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

FIRST = ("inputs", "x", "x1", "query", "value", "x2", "y", "key", "initial_state")
"""Arguments that carry values, in the order of our ports."""


@dataclass(frozen=True)
class Tensor:
    """What output number `output` gives at call number `call` of a layer."""

    layer: str
    call: int = 0
    output: int = 0


@dataclass
class Use:
    """One call of a layer: what flows in, in the order of the ports; what is switched on; what is not kept."""

    tensors: list[Tensor] = field(default_factory=list)
    switches: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    masks: list[Tensor] = field(default_factory=list)


def uses(nodes: Any) -> list[Use]:
    """The calls of a layer, from what stands under `inbound_nodes`."""
    if not isinstance(nodes, list):
        return []
    if _tensor(nodes) is not None:
        nodes = [[nodes]]
    return [_use(node) for node in nodes]


def tensors(value: Any) -> list[Tensor]:
    """All values in a tree of lists, such as `input_layers`."""
    found = _tensor(value)
    if found is not None:
        return [found]
    if isinstance(value, dict):
        value = list(value.values())
    return [one for part in value for one in tensors(part)] if isinstance(value, list) else []


def _tensor(value: Any) -> Tensor | None:
    """A value, as `[layer, call, output, …]` or as an object of Keras 3; None for anything else."""
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        config = value.get("config")
        value = config.get("keras_history") if isinstance(config, dict) else None
    if isinstance(value, list) and 3 <= len(value) <= 4 and isinstance(value[0], str):
        numbers = value[1:3]
        if all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in numbers):
            return Tensor(value[0], *numbers)
    return None


def _use(node: Any) -> Use:
    use = Use()
    if isinstance(node, dict) and "args" in node:
        arguments = node["args"] if isinstance(node["args"], list) else [node["args"]]
        for argument in arguments:
            _take(use, "", argument)
        keywords = node.get("kwargs")
    else:
        if _tensor(node) is not None:
            node = [node]
        use.tensors = tensors(node)
        keywords = _keywords(node)
    for name, value in _ordered(keywords):
        _take(use, name, value)
    return use


def _keywords(node: Any) -> Any:
    """The arguments beside the values; every value of a call carries the same ones."""
    first = node[0] if isinstance(node, list) and node else None
    return first[3] if isinstance(first, list) and len(first) == 4 else None


def _ordered(keywords: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(keywords, dict):
        yield from ((name, keywords[name]) for name in FIRST if name in keywords)
        yield from ((name, value) for name, value in keywords.items() if name not in FIRST)


def _take(use: Use, name: str, value: Any) -> None:
    """Values become wires; anything else that could change the result is noted."""
    found = tensors(value)
    if "mask" in name and found:
        use.masks += found
    elif found:
        use.tensors += found
    elif value is True:
        use.switches.append(name)
    elif value is not None and value is not False and value != [] and value != {} and name != "name":
        use.left_out.append(name)
