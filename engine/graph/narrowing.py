"""Narrowing: how many units one layer of a drawing may have for all of it to fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.graph.blocks import Flat
from engine.graph.document import Graph
from engine.graph.report import Report

WIDTHS = ("units", "filters", "output_dim", "embedding_dim", "intermediate_dim", "n")
"""The settings that say how many values a layer gives; of those a layer has, the first."""

TRIES = 8
"""How many sizes are tried at the most."""

ENOUGH = 0.97
"""The share of the room from which a size is large enough."""


@dataclass(frozen=True)
class Narrower:
    """A drawing in which the setting of one layer is smaller: so large instead of what it `was`."""

    graph: Graph
    node: str
    setting: str
    was: int
    size: int

    def words(self) -> str:
        """As the middle of a sentence."""
        return f"{self.size:,} {self.setting.replace('_', ' ')} instead of {self.was:,} in {self.node}"


def narrower(report: Report, node: str, size: int) -> Narrower | None:
    """The drawing of a report with a smaller layer; None where nothing says how large that is, or it is in a block."""
    found, flat = report.nodes.get(node), report.flat
    if found is None or len(flat.places.get(node, (node,))) > 1:
        return None
    setting = next((name for name in WIDTHS if name in type(found.layer).model_fields), None)
    if setting is None:
        return None
    changed = [
        one.model_copy(update={"config": {**one.config, setting: size}}) if one.id == node else one
        for one in flat.graph.nodes
    ]
    was: int = getattr(found.layer, setting)
    return Narrower(flat.graph.model_copy(update={"nodes": changed}), node, setting, was, size)


def widest(report: Report, node: str, needs: Callable[[Flat], float | None], room: float) -> Narrower | None:
    """The largest size of a layer with which a drawing needs no more than `room`, in two digits; None where none is.

    `needs` tells what a drawing needs, None where it is no good. That grows about evenly with the size, so the place
    where it no longer fits is sought on a straight line between two that are known.
    """
    first, needed = narrower(report, node, 1), needs(report.flat)
    least = None if first is None else needs(Flat(first.graph))
    if first is None or needed is None or least is None or least > room:
        return None
    good, bad = (1, least), (first.was, needed)
    for _ in range(TRIES):
        size = good[0] + int((bad[0] - good[0]) * (room - good[1]) / max(bad[1] - good[1], 1))
        tried = narrower(report, node, min(size, bad[0] - 1))
        if tried is None or tried.size <= good[0]:
            break
        takes = needs(Flat(tried.graph))
        if takes is None or takes > room:
            bad = tried.size, takes or bad[1]
            continue
        good = tried.size, takes
        if takes > ENOUGH * room:
            break
    return narrower(report, node, _rounded(good[0]))


def _rounded(size: int) -> int:
    """The next smaller number of two digits and zeros."""
    unit: int = 10 ** max(len(str(size)) - 2, 0)
    return size // unit * unit
