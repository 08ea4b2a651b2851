"""Single settings of Keras layers under the names of ours: functions, initializers, regularizers, sizes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from engine.layers.names import ACTIVATIONS, INITIALIZERS, SYNONYMS

Remark = Callable[[str], None]
"""Takes in what could not be kept, as the end of the sentence "… is not kept: "."""

_FUNCTIONS = {word.replace("_", ""): SYNONYMS.get(word, word) for word in (*ACTIVATIONS, *SYNONYMS)}
"""Our functions under their names in small letters alone, which Keras writes in many ways."""

_SLOPE = ("negative_slope", "alpha")

_STARTS = {
    "normal": "random_normal",
    "one": "ones",
    "uniform": "random_uniform",
    "zero": "zeros",
}
"""Short names of Keras 1."""

_USUAL = {
    "orthogonal": {"gain": 1.0},
    "random_normal": {"mean": 0.0, "stddev": 0.05},
    "random_uniform": {"minval": -0.05, "maxval": 0.05},
    "truncated_normal": {"mean": 0.0, "stddev": 0.05},
}
"""The parameters our initializers have."""

_SCALED = {
    (1.0, "fan_avg", "uniform"): "glorot_uniform",
    (1.0, "fan_avg", "normal"): "glorot_normal",
    (2.0, "fan_in", "uniform"): "he_uniform",
    (2.0, "fan_in", "normal"): "he_normal",
    (1.0, "fan_in", "uniform"): "lecun_uniform",
    (1.0, "fan_in", "normal"): "lecun_normal",
}
"""What VarianceScaling is called with these parameters."""

_MEANS = {"fan_avg": "glorot", "fan_in": "he", "fan_out": "glorot"}


def snake(name: str) -> str:
    """`GlorotUniform` as `glorot_uniform`; names that are in snake case already stay."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def short(value: Any) -> str:
    """A value of a document as it is shown in a message."""
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def named(value: Any) -> tuple[str | None, dict[str, Any]]:
    """The name and the parameters of a function or object, however a Keras version writes it down."""
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict):
        name = value.get("class_name", value.get("name"))
        config = value.get("config")
        if name == "function" and isinstance(config, str):
            return config, {}
        if isinstance(name, str):
            return name, config if isinstance(config, dict) else {}
    return None, {}


def activation(value: Any, version: int, remark: Remark) -> Any:
    """Our name of an activation function; an unknown one stays, so that the check names it."""
    if value is None:
        return "linear"
    name, config = named(value)
    if name is None:
        return value
    if name == "Activation":
        return activation(config.get("activation"), version, remark)
    found = _FUNCTIONS.get(name.replace("_", "").lower(), name)
    if found == "relu" and config.get("max_value") == 6:
        found = "relu6"
    if found == "hard_sigmoid" and version < 3:
        found = "hard_sigmoid_v2"
    slope = next((config[key] for key in _SLOPE if config.get(key) is not None), None)
    if slope is not None and found in ("leaky_relu", "elu", "relu", "relu6"):
        usual = {"leaky_relu": 0.2, "elu": 1.0}.get(found, 0.0)
        if slope != usual:
            remark(f"the parameter {str(slope)[:20]} of {name}; place a layer of its own instead")
    return found


def initializer(value: Any, allowed: Collection[str], remark: Remark) -> str | None:
    """Our nearest name of an initializer, one of `allowed`; None for the one we use anyway."""
    name, config = named(value)
    if name is None:
        return None
    found = snake(name)
    found = _STARTS.get(found, found)
    if found == "variance_scaling":
        found = _scaled(config, remark)
    elif found == "constant":
        value = config.get("value")
        found = "ones" if value == 1 else "zeros"
        if value not in (0, 1, None):
            remark(f"the initial value {str(value)[:20]}; it starts at 0")
    else:
        _parameters(found, config, remark)
    if found in allowed and found in INITIALIZERS:
        return found
    remark(f"the initializer {name}; the usual one is used")
    return None


def _scaled(config: dict[str, Any], remark: Remark) -> str:
    scale, mode = config.get("scale", 1.0), str(config.get("mode", "fan_in"))
    distribution = "uniform" if config.get("distribution") == "uniform" else "normal"
    found = _SCALED.get((float(scale), mode, distribution)) if isinstance(scale, int | float) else None
    if found is None:
        found = f"{_MEANS.get(mode, 'glorot')}_{distribution}"
        remark(f"the scale {str(scale)[:20]} ({mode[:20]}) of the initializer; {found} is used")
    return found


def _parameters(name: str, config: dict[str, Any], remark: Remark) -> None:
    for key, usual in _USUAL.get(name, {}).items():
        given = config.get(key)
        if isinstance(given, int | float) and abs(given - usual) > 1e-9:
            remark(f"{key} = {given} of the initializer {name}; {usual} is used")


def regularizer(value: Any, remark: Remark) -> dict[str, float] | None:
    """A regularizer as ours, or None for none."""
    if value is None:
        return None
    name, config = named(value)
    if isinstance(value, dict) and "config" not in value:
        config = value  # Keras 1 writes the prices beside the name
    kind = snake(name or "").replace("_regularizer", "").replace("_", "")
    if kind not in ("l1", "l2", "l1l2", "activity", "weight", ""):
        remark(f"the regularizer {name}; only L1 and L2 are known")
        return None
    prices = {}
    for key, missing in (("l1", 0.01 if kind == "l1" else 0.0), ("l2", 0.01 if kind == "l2" else 0.0)):
        price = config.get(key)
        prices[key] = float(price) if isinstance(price, int | float) else 0.0 if config else missing
    return prices if any(prices.values()) else None


def sizes(value: Any, rank: int) -> Any:
    """One size per axis, as our layers take them: a number for one axis, a list for several."""
    if isinstance(value, list) and rank == 1:
        return value[0] if len(value) == 1 else value
    if isinstance(value, int) and not isinstance(value, bool) and rank > 1:
        return [value] * rank
    return value


def borders(value: Any, rank: int) -> Any:
    """How much is added or cut before and after each axis, as pairs (one pair for one axis)."""
    if isinstance(value, dict):  # Keras 1 by name
        sides = ("left_pad", "right_pad") if rank == 1 else ("top_pad", "bottom_pad", "left_pad", "right_pad")
        value = [value.get(side, 0) for side in sides]
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value] * (2 if rank == 1 else rank)
    if not isinstance(value, list) or rank == 1:
        return value[0] if isinstance(value, list) and len(value) == 1 else value
    if rank == 2 and len(value) == 4:
        value = [value[:2], value[2:]]
    return [[side, side] if isinstance(side, int) else side for side in value]
