"""Plotly figures of the data, as JSON without colours of their own: the browser themes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

MOST_NUMBERED = 12
"""Columns of a matrix whose squares have room for a number."""

SIDEWAYS = 60
"""Letters that fit below a square without being tilted."""

MOST_POINTS = 2_000
"""Points of a scatter plot; more would only be drawn over each other."""


def histogram(edges: np.ndarray, counts: np.ndarray, title: str) -> dict[str, Any]:
    """Bars between `edges` (n + 1) of `counts` (n)."""
    import plotly.graph_objects as go

    middle, width = (edges[:-1] + edges[1:]) / 2, np.diff(edges)
    text = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)]
    bar = go.Bar(x=middle, y=counts, width=width, customdata=text, hovertemplate="%{customdata}: %{y:,}<extra></extra>")
    return document(go.Figure(bar), xaxis_title=title, yaxis_title="Rows", bargap=0)


def bars(labels: Sequence[str], counts: Sequence[int]) -> dict[str, Any]:
    """One horizontal bar for each label, the first at the top."""
    import plotly.graph_objects as go

    bar = go.Bar(x=list(counts), y=cut(labels), orientation="h", hovertemplate="%{y}: %{x:,}<extra></extra>")
    return document(go.Figure(bar), yaxis={"autorange": "reversed", "type": "category"}, xaxis_title="Rows")


def strengths(found: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """How strongly each column goes with the target, the strongest at the top."""
    import plotly.graph_objects as go

    labels, values = [name for name, _ in found], [round(value, 4) for _, value in found]
    bar = go.Bar(x=values, y=cut(labels), orientation="h", hovertemplate="%{y}: %{x:.2f}<extra></extra>")
    axis = {"autorange": "reversed", "type": "category"}
    return document(go.Figure(bar), yaxis=axis, xaxis={"range": [min(0, *values) * 1.05, 1], "title": "Association"})


def matrix(labels: Sequence[str], values: np.ndarray) -> dict[str, Any]:
    """A square of associations, −1 to 1."""
    names = cut(labels)
    rows, columns = np.divmod(np.arange(len(names) ** 2), len(names))
    strengths = np.round(values, 2).ravel()
    texts = [f"{value:.2f}" for value in strengths] if len(names) <= MOST_NUMBERED else None
    said = [
        f"{names[row]} and {names[column]}: {value:.2f}"
        for row, column, value in zip(rows, columns, strengths, strict=True)
    ]
    return on_squares(names, strengths, texts, said)


def on_squares(
    names: Sequence[str], strengths: np.ndarray, texts: Sequence[str] | None, said: Sequence[str], **titles: str
) -> dict[str, Any]:
    """A square of values −1 to 1, row by row, made of bars: a heat map needs styles that a strict page forbids.

    `texts` stand in the squares, `said` is told of the one pointed at; `titles` may be those `across` and `up`.
    """
    import plotly.graph_objects as go

    count = len(names)
    rows, columns = np.divmod(np.arange(count * count), count)
    squares = go.Bar(
        orientation="h",
        x=np.ones(count * count, int),
        base=columns - 0.5,
        y=rows,
        width=1,
        text=texts,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        customdata=said,
        marker={"color": strengths, "cmin": -1, "cmax": 1, "colorscale": "RdBu"},
        hovertemplate="%{customdata}<extra></extra>",
    )
    ticks: dict[str, Any] = {"tickvals": list(range(count)), "ticktext": names, "showgrid": False, "zeroline": False}
    up = {**ticks, "range": [count - 0.5, -0.5], "title": titles.get("up")}
    tilted = -45 if max(map(len, names)) * count > SIDEWAYS else 0
    labels = {"tickangle": tilted, "ticklabeloverflow": "allow"}  # the last one too, which ends beside its square
    across = {**ticks, **labels, "range": [-0.5, count - 0.5], "title": titles.get("across")}
    return document(go.Figure(squares), yaxis=up, xaxis=across, bargap=0)


def scatter(x: np.ndarray, y: np.ndarray, across: str, up: str) -> dict[str, Any]:
    """Points of at most MOST_POINTS rows, the same ones every time."""
    import plotly.graph_objects as go

    chosen = np.random.default_rng(0).permutation(len(x))[:MOST_POINTS]
    points = go.Scatter(x=x[chosen], y=y[chosen], mode="markers", marker={"size": 4, "opacity": 0.5})
    return document(go.Figure(points), xaxis_title=across, yaxis_title=up)


def line(moments: np.ndarray, values: np.ndarray, gaps: np.ndarray, title: str) -> dict[str, Any]:
    """Values over time (seconds since 1970), broken before each place in `gaps`.

    Where there are many, the smallest and largest of each stretch are drawn, so that no peak is lost.
    """
    import plotly.graph_objects as go

    kept = np.arange(len(values))
    if len(values) > MOST_POINTS:
        stretches = np.array_split(kept, MOST_POINTS // 2)
        known = [stretch[~np.isnan(values[stretch])] for stretch in stretches]
        ends = [(part[np.argmin(values[part])], part[np.argmax(values[part])]) for part in known if len(part)]
        kept = np.unique(np.array(ends, int))
    broken = np.searchsorted(kept, gaps)
    when = (moments[kept] * 1000).astype("datetime64[ms]").astype(str).astype(object)
    x, y = list(when), [None if np.isnan(value) else float(value) for value in values[kept]]
    for place in reversed(broken):
        x.insert(place, None)
        y.insert(place, None)
    scatter = go.Scatter(x=x, y=y, mode="lines", line={"width": 1.5}, connectgaps=False)
    return document(go.Figure(scatter), yaxis_title=title, xaxis={"type": "date"})


def boxes(groups: Mapping[str, np.ndarray], title: str) -> dict[str, Any]:
    """A box for each group: median, quartiles, and whiskers at 5 % and 95 %."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for label, values in groups.items():
        low, first, middle, third, high = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
        five: dict[str, Any] = {"q1": [first], "median": [middle], "q3": [third]}
        figure.add_box(name=_short(label), x=[_short(label)], lowerfence=[low], upperfence=[high], **five)
    return document(figure, yaxis_title=title, xaxis={"type": "category"}, showlegend=False)


def shares(rows: Sequence[str], classes: Sequence[str], values: np.ndarray, title: str) -> dict[str, Any]:
    """For each value a bar of the shares of the classes, (rows, classes)."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for place, label in enumerate(classes):
        bar = {"x": np.round(values[:, place], 4), "y": cut(rows), "orientation": "h", "name": _short(label)}
        figure.add_bar(**bar, hovertemplate=f"%{{y}}: %{{x:.1%}} {_short(label)}<extra></extra>")
    across = {"tickformat": ".0%", "range": [0, 1], "title": f"Share of each {title}"}
    up = {"autorange": "reversed", "type": "category"}
    return document(figure, barmode="stack", yaxis=up, xaxis=across, showlegend=True)


def document(figure: Any, **layout: Any) -> dict[str, Any]:
    """The figure as plain JSON, without Plotly's own template."""
    figure.update_layout(template="none", **layout)
    document: dict[str, Any] = json.loads(figure.to_json())
    document["layout"].pop("template", None)
    return document


def cut(labels: Sequence[str]) -> list[str]:
    """Labels of a length that fits, told apart where they would become the same."""
    seen: dict[str, int] = {}
    cut = []
    for label in map(_short, labels):
        seen[label] = seen.get(label, 0) + 1
        cut.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return cut


def _short(label: str) -> str:
    return label if len(label) <= 28 else label[:27] + "…"
