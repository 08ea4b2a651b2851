"""Weight: whether a drawing can be held in memory at all, and what would fit where it cannot."""

from __future__ import annotations

from collections.abc import Callable

from engine.graph.blocks import Flat
from engine.graph.narrowing import widest
from engine.graph.report import Report
from engine.layers import Spec
from engine.machine import whole_memory
from engine.problems import Problem
from engine.sizes import size_in_words

BYTES_PER_PARAMETER = 16
"""A float32 weight, its gradient, and the two moments Adam keeps."""

ADVISED = 0.5
"""The share of the memory that the advised size may take, as more rows than one and the program need some too."""


def too_heavy(report: Report, again: Callable[[Flat], Report]) -> list[Problem]:
    """A problem for the heaviest node where the weights, or one row on its way through, exceed the memory.

    `again` checks a changed drawing.
    """
    memory, needed = whole_memory(), weight(report)
    if needed <= memory:
        return []
    traced = {node: found.traced for node, found in report.used().items()}
    name = max(traced, key=lambda node: traced[node].trainable * BYTES_PER_PARAMETER + _bytes(traced[node].spec))

    def needs(flat: Flat) -> int | None:
        other = again(flat)
        return weight(other) if len(other.problems) <= len(report.problems) else None

    hint = f"Make {name} smaller, or reduce the size of what flows into it."
    if found := widest(report, name, needs, ADVISED * memory):
        hint = f"About {found.words()} would fit. Or reduce the size of what flows into it."
    return [
        Problem(
            "model_too_large",
            {"node": name},
            f"This model needs about {size_in_words(needed)} to train; this machine has {size_in_words(memory)}. "
            f"{name} takes most of it, with {traced[name].trainable:,} parameters.",
            hint,
        )
    ]


def weight(report: Report) -> int:
    """Bytes of its weights with what training keeps of them, and of one row on its way through."""
    values = sum(_bytes(found.traced.spec) for found in report.used().values())
    return report.parameters()["trainable"] * BYTES_PER_PARAMETER + values


def _bytes(spec: Spec) -> int:
    size = 4
    for n in spec.shape:
        size *= n
    return size
