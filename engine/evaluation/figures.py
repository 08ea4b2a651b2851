"""Plotly figures of what a model answers, as JSON without colours of their own: the browser themes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.data.figures import cut, document, on_squares

MOST_NUMBERED = 16
"""Classes of a confusion table whose squares have room for a number."""


def confusion(classes: Sequence[str], counts: np.ndarray) -> dict[str, Any]:
    """A row for each true class, a column for each predicted one, coloured by the share of the row.

    What is right goes one way from the middle of the scale, what is wrong the other.
    """
    names, count = cut(classes), len(classes)
    true = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, true, out=np.zeros(counts.shape), where=true > 0)
    strengths = np.where(np.eye(count, dtype=bool), shares, -shares).ravel()
    rows, columns = np.divmod(np.arange(count * count), count)
    said = [
        f"{names[row]} taken for {names[column]}: {counts[row, column]:,} ({shares[row, column]:.1%})"
        for row, column in zip(rows, columns, strict=True)
    ]
    texts = [f"{value:,}" for value in counts.ravel()] if count <= MOST_NUMBERED else None
    return on_squares(names, np.round(strengths, 4), texts, said, across="Predicted", up="True")


def mistakes(found: Sequence[tuple[str, str, int]]) -> dict[str, Any]:
    """A bar for each of the most frequent mistakes, the first at the top."""
    import plotly.graph_objects as go

    labels = cut([f"{true} → {taken}" for true, taken, _ in found])
    bar = go.Bar(
        x=[count for *_, count in found], y=labels, orientation="h", hovertemplate="%{y}: %{x:,}<extra></extra>"
    )
    return document(go.Figure(bar), yaxis={"autorange": "reversed", "type": "category"}, xaxis_title="Rows")


def answers(truth: np.ndarray, given: np.ndarray, title: str) -> dict[str, Any]:
    """A point for each row: the truth across, the answer up; on the line they are equal."""
    import plotly.graph_objects as go

    ends = [float(min(truth.min(), given.min())), float(max(truth.max(), given.max()))]
    figure = go.Figure(go.Scatter(x=ends, y=ends, mode="lines", line={"width": 1, "dash": "dot"}, hoverinfo="skip"))
    figure.add_scatter(
        x=truth,
        y=given,
        mode="markers",
        marker={"size": 4, "opacity": 0.5},
        hovertemplate="true %{x:.4~g}, predicted %{y:.4~g}<extra></extra>",
    )
    return document(figure, xaxis_title=f"True {title}", yaxis_title=f"Predicted {title}", showlegend=False)


def forecasts(moments: np.ndarray, dated: bool, lines: Sequence[tuple[str, np.ndarray]], title: str) -> dict[str, Any]:
    """Lines over the time (n,) of what is predicted; the last one is offered in the legend but not drawn at first."""
    import plotly.graph_objects as go

    x = list((moments * 1000).astype("datetime64[ms]").astype(str)) if dated else moments
    figure = go.Figure()
    for place, (name, values) in enumerate(lines):
        shown = True if place < 2 else "legendonly"
        figure.add_scatter(
            x=x, y=values, name=name, mode="lines", line={"width": 1.5}, visible=shown,
            hovertemplate=f"{name} %{{y:.5~g}}<extra></extra>",
        )  # fmt: skip
    axis = {"type": "date"} if dated else {"title": "Time"}
    return document(figure, yaxis_title=title, xaxis=axis, showlegend=True, hovermode="x unified")
