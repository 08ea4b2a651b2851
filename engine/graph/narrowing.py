"""Narrowing: how many units one layer of a drawing may have for all of it to fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.graph.blocks import Flat
from engine.graph.document import Graph
from engine.graph.report import Report

WIDTHS = ("units", "filters", "output_dim", "embedding_dim", "intermediate_dim", "n")
"""The settings that say how many values a layer gives; of those a layer has, the first."""


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


def widest(report: Report, node: str, fits: Callable[[Flat], bool]) -> Narrower | None:
    """The largest size of a layer with which a drawing fits, in two digits; None where none does.

    A larger one is taken to need more, so the place where it no longer fits is found by halving.
    """
    first = narrower(report, node, 1)
    if first is None or not fits(Flat(first.graph)):
        return None
    good, bad = 1, first.was
    while bad - good > max(good // 100, 1):
        size = (good + bad) // 2
        tried = narrower(report, node, size)
        good, bad = (size, bad) if tried and fits(Flat(tried.graph)) else (good, size)
    return narrower(report, node, _rounded(good))


def _rounded(size: int) -> int:
    """The next smaller number of two digits and zeros."""
    unit: int = 10 ** max(len(str(size)) - 2, 0)
    return size // unit * unit
