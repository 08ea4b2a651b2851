"""The settings and checks that all layers with sliding filters share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.layers.base import LARGEST, refusal, setting
from engine.layers.windows import UNITS, per_axis, times


def filter_count() -> Any:
    """How many filters there are."""
    return setting(32, "{} filters", ge=1, le=LARGEST, description="How many patterns to learn.")


def filter_size(rank: int) -> Any:
    """The size of each filter."""
    return per_axis(rank, 3, "{extent} of each filter, in {units}.", "{}")


def filter_strides(rank: int) -> Any:
    """How far a filter moves."""
    return per_axis(rank, 1, "How far the filter moves each time, in {units}.")


def filter_dilation(rank: int) -> Any:
    """How far apart the values are that a filter looks at."""
    return per_axis(rank, 1, "The spacing between the {units} a filter looks at.", advanced=True)


def filter_padding() -> Any:
    """What happens at the borders."""
    return setting("valid", description="same keeps the size by padding with zeros; valid only uses whole windows.")


def filter_activation() -> Any:
    """The function applied to what the filters give."""
    return setting("linear", "{}", description="The function applied to each value.")


def filter_bias() -> Any:
    """Whether there is a bias."""
    return setting(True, advanced=True, description="Whether each filter adds a learned constant.")


def multiplier() -> Any:
    """How many filters each channel has."""
    return setting(1, ge=1, le=10_000, description="How many filters each channel has.")


def kernel_start(what: str = "the filters are") -> Any:
    """How filters are drawn."""
    return setting("glorot_uniform", advanced=True, description=f"What {what} before training.")


def bias_start() -> Any:
    """How biases are drawn."""
    return setting("zeros", advanced=True, description="What the biases are before training.")


def require_strides_or_dilation(title: str, strides: Sequence[int], dilation: Sequence[int]) -> None:
    """Raises Refusal where filters move in steps and look at values apart, which Keras cannot do either."""
    if max(strides) > 1 and max(dilation) > 1:
        units = UNITS[len(strides)]
        raise refusal(
            "strides_and_dilation",
            f"{title} cannot both move {times(strides)} {units} each time and look at {units} that are "
            f"{times(dilation)} apart.",
            "Set strides or dilation_rate to 1.",
            {"label": "Set dilation_rate to 1", "set": {"config": {"dilation_rate": [1] * len(dilation)}}},
        )
