"""The figure of the learning-rate finder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.figures import document

if TYPE_CHECKING:
    from engine.training.rate_finder import Found

ABOVE = 0.5
"""How far above the first loss the axis reaches, as a share of what the loss fell: what diverges is cut off."""


def rate_figure(found: Found) -> dict[str, Any]:
    """The loss of each step by its rate, smoothed and as it was, with the suggestion marked."""
    import plotly.graph_objects as go

    rates = [float(f"{rate:.4g}") for rate in found.rates]
    figure = go.Figure()
    hover = "%{x:.2g}: %{y:.4g}<extra></extra>"
    line, points = {"mode": "lines", "zorder": 1}, {"mode": "markers", "marker": {"size": 3, "opacity": 0.4}}
    figure.add_scatter(x=rates, y=_plain(found.smoothed), hovertemplate=hover, name="Smoothed", **line)
    figure.add_scatter(x=rates, y=_plain(found.losses), hoverinfo="skip", name="Steps", **points)
    if found.suggestion is not None:
        place = int(np.abs(np.log(found.rates) - np.log(found.suggestion)).argmin())
        figure.add_scatter(
            x=[found.suggestion],
            y=[float(found.smoothed[place])],
            mode="markers+text",
            zorder=2,
            marker={"size": 10, "symbol": "diamond"},
            text=[f"{found.suggestion:g}"],
            textposition="top right",
            name="Steepest",
            hovertemplate="Steepest at %{x:.2g}<extra></extra>",
        )
    across = {"title": "Learning rate", "type": "log", "dtick": 2, "tickangle": 0, "tickformat": ".0e"}
    return document(figure, xaxis=across, yaxis={"title": "Loss", "range": _range(found.smoothed)}, showlegend=False)


def _range(smoothed: np.ndarray) -> list[float] | None:
    """From a little below the least loss to somewhat above the first one."""
    if not len(smoothed):
        return None
    low, first = float(smoothed.min()), float(smoothed[0])
    span = max(first - low, 1e-3 * abs(first), 1e-9)
    return [low - 0.1 * span, first + ABOVE * span]


def _plain(values: np.ndarray) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
