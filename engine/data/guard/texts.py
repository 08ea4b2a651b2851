"""Columns of numbers that a few texts make columns of text."""

from __future__ import annotations

from collections.abc import Iterator

from engine.data.guard.finding import Finding
from engine.data.guard.look import Look
from engine.data.strays import Strays


def stray_values(look: Look) -> Iterator[Finding]:
    """Columns of whose values nearly all are numbers; also those that are left out for it."""
    for column in look.read["columns"]:
        name, plan = column["name"], look.recipe.columns.get(column["name"])
        if not column.get("strays") or plan is None or plan.loose:
            continue
        found = Strays(**column["strays"])
        message = f"{found.numbers:,} of {found.total:,} values of {name} are numbers; {found.named}."
        evidence = (
            f"So the column is read as text with {column['distinct']:,} different values. "
            "What counts as missing does so in every column."
        )
        refused = plan.kind == "number" and plan.role != "ignore"
        cure = {"patch": {}, "settings": {}, **found.cure(look.read["reading"])}
        yield Finding("stray_values", "serious" if refused else "warning", message, evidence, (name,), cure)
