"""What the figures of layers mean, in words: only what is off is spoken of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.training.probe import LayerFigures

MANY_DEAD = 0.25
"""The share of dead units from which on they are spoken of."""

ENOUGH_ROWS = 32
"""Units that gave nothing for fewer rows may well give something for others."""

VANISHING = 1e-4
"""A gradient, taken weight by weight, that is smaller than the largest of the network by this factor."""

EXPLODING = 1e3
"""The length of a gradient beyond which steps go astray."""

RASH = 0.1
"""The share of their length by which an update may move the weights."""


def remarks(layers: Mapping[str, LayerFigures], rows: int) -> list[dict[str, Any]]:
    """`{layer, code, sign, message, hint}` of what is off; `sign` is what a badge has room for."""
    found = []
    sound = [one for one in layers.values() if (one.gradient or 0) <= EXPLODING]
    largest = max((one for one in map(_per_weight, sound) if one is not None), default=0.0)
    for name, figures in layers.items():
        for remark in (_dead(name, figures, rows), _gradient(name, figures, largest), _rash(name, figures)):
            if remark is not None:
                found.append({"layer": name, **remark})
    return found


def _per_weight(figures: LayerFigures) -> float | None:
    """The gradient of one weight in the mean (root mean square)."""
    return figures.gradient / figures.size**0.5 if figures.gradient is not None and figures.size else None


def _dead(name: str, figures: LayerFigures, rows: int) -> dict[str, str] | None:
    if figures.dead is None or figures.dead < MANY_DEAD or rows < ENOUGH_ROWS:
        return None
    share = f"{100 * figures.dead:.0f}%"
    return {
        "code": "dead_units",
        "sign": f"{share} dead",
        "message": f"{share} of the units of {name} never fire.",
        "hint": "Try leaky_relu, a lower learning rate, or batch normalization before it.",
    }


def _gradient(name: str, figures: LayerFigures, largest: float) -> dict[str, str] | None:
    own = _per_weight(figures)
    if own is None or figures.gradient is None:
        return None
    if figures.gradient > EXPLODING:
        return {
            "code": "exploding_gradient",
            "sign": "exploding gradient",
            "message": f"The gradient of {name} is very large ({figures.gradient:.1e}).",
            "hint": "Clip the gradients, lower the learning rate, or scale the features.",
        }
    if own == 0 and largest > 0:
        return {
            "code": "no_gradient",
            "sign": "no gradient",
            "message": f"No gradient reaches {name}, so it does not learn.",
            "hint": "Look for dead units after it, or give the network a shortcut around them.",
        }
    if own < VANISHING * largest:
        return {
            "code": "vanishing_gradient",
            "sign": "vanishing gradient",
            "message": f"The gradient of {name} vanishes: its weights get {largest / own:,.0f} times less of it than "
            "those that get most.",
            "hint": "Use relu and he_normal, batch normalization, residual connections, or fewer layers.",
        }
    return None


def _rash(name: str, figures: LayerFigures) -> dict[str, str] | None:
    if figures.update is None or figures.update < RASH:
        return None
    return {
        "code": "large_updates",
        "sign": "large updates",
        "message": f"One step moves the weights of {name} by {100 * figures.update:.0f}% of their length.",
        "hint": "Lower the learning rate, or warm it up.",
    }
