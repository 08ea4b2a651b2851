"""One Keras layer as one of ours: its type, its settings, and what could not be kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import NoneType
from typing import Any, get_args

from engine.importing.keras_names import LAYER_NAMES, MERGES, modern
from engine.importing.keras_values import (
    Remark,
    activation,
    borders,
    initializer,
    named,
    regularizer,
    short,
    sizes,
    snake,
)
from engine.layers import Layer, layer_class
from engine.problems import Problem

SIZES = ("kernel_size", "strides", "pool_size", "dilation_rate", "size")
BORDERS = ("padding", "cropping", "output_padding")

OURS = ("Input", "Noise", "Output", "PositionalEmbedding", "SinePositionEncoding", "TokenAndPositionEmbedding",
        "TransformerBlock")  # fmt: skip
"""Layers that Keras does not have: one of that name is somebody's own, and may do something else."""

SILENT = {
    "autocast", "batch_input_shape", "batch_shape", "build_config", "consume_less", "dtype", "dtype_policy",
    "flash_attention", "implementation", "input_dim", "input_dtype", "input_length", "input_shape", "input_spec",
    "key_shape", "mode_type", "name", "optional", "query_shape", "ragged", "renorm_momentum", "seed", "sparse",
    "time_major", "unroll", "use_cudnn_on_gpu", "value_shape",
}  # fmt: skip
"""Settings that change no value, or are read elsewhere."""

HARMLESS = {
    "activity_regularizer": None,
    "axis": -1,
    "data_format": "channels_last",
    "depth_multiplier": 1,
    "dilation_rate": 1,
    "groups": 1,
    "interpolation": "nearest",
    "trainable": True,
    "unit_forget_bias": True,
}
"""What a setting that a layer of ours lacks can be without being missed; None, 0, False and empty always can."""


@dataclass
class Translated:
    """A layer of ours, or (`known` False) only the name of one that is not. `left_out` is what it does not keep."""

    type: str
    config: dict[str, Any] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    known: bool = True

    def problems(self) -> list[Problem]:
        """What to tell the user, not knowing the node yet; at most one problem."""
        if not self.known:
            return [unknown(self.type)]
        return [ignored("; ".join(self.left_out))] if self.left_out else []


def translate(name: str, config: dict[str, Any], version: int = 2, order: str | None = None) -> Translated:
    """The layer `name` of a document of Keras 1, 2 or 3. A layer that is not known keeps its name alone.

    `order` is the data_format of images where a layer does not say its own.
    """
    kind = LAYER_NAMES.get(name, name)
    if kind == "Merge":
        kind = MERGES.get(str(config.get("mode")), kind)
        config = _merge(config, kind)
    config = modern(kind, config)
    layer = layer_class(kind)
    if layer is None or kind in OURS:
        return Translated(name, known=False)
    if order and kind.endswith(("2D", "3D", "Transpose")) and "data_format" in layer.model_fields:
        config = {"data_format": order, **config}
    if name.startswith("CuDNN"):
        config = {"recurrent_activation": "sigmoid", "reset_after": True, **config}
    elif kind == "GRU" and version < 3:
        config = {"reset_after": False, **config}
    return _Translation(name, kind, layer, version).read(config)


def unknown(name: str) -> Problem:
    """The problem of a layer that is not in the palette."""
    what = (
        "A Lambda layer holds code, which is not read"
        if name == "Lambda"
        else f"There is no layer called {short(name)!r}"
    )
    return Problem(
        "imported_unknown_layer",
        {},
        f"{what}: it was drawn without settings.",
        "Replace it with layers from the palette that do the same, or remove it.",
    )


def ignored(what: str) -> Problem:
    """The problem of something that was left out."""
    return Problem(
        "imported_setting_ignored",
        {},
        f"Not taken over: {what}.",
        "Check whether the network needs it; if not, there is nothing to do.",
    )


def _merge(config: dict[str, Any], kind: str) -> dict[str, Any]:
    """The settings of the layer that a mode of Merge has become."""
    if kind == "Concatenate":
        return {"axis": config.get("concat_axis", -1)}
    if kind == "Dot":
        return {"axes": config.get("dot_axes", -1), "normalize": config.get("mode") == "cos"}
    return {}


class _Translation:
    """Reads the settings of one layer, whose class is `layer`."""

    def __init__(self, name: str, kind: str, layer: type[Layer], version: int) -> None:
        self.name, self.kind, self.layer, self.version = name, kind, layer, version
        self.rank = next((rank for rank in (1, 2, 3) if f"{rank}D" in kind), 0)
        self.left_out: list[str] = []
        self.known = True

    def read(self, config: dict[str, Any]) -> Translated:
        """Every setting the layer has too, in our form; a remark for each other that is in use."""
        found = {}
        for key, value in config.items():
            if key in self.layer.model_fields and _too_deep(value) and key != "layer":
                self.left_out.append(f"the setting {key}, which holds lists inside lists")
            elif key in self.layer.model_fields:
                kept = self._value(key, value)
                if kept is not None or NoneType in get_args(self.layer.model_fields[key].annotation):
                    found[key] = kept
            elif key == "backward_layer":
                if not _turned(config.get("layer"), value):
                    self.left_out.append("a backward layer that differs from the other")
            elif key not in SILENT:
                self._left_out(key, value)
        if not self.known:
            return Translated(self.name, known=False)
        return Translated(self.kind, found, self.left_out)

    def _remark(self, key: str) -> Remark:
        return lambda what: self.left_out.append(f"{what} ({key})")

    def _left_out(self, key: str, value: Any) -> None:
        unused = not value or value == HARMLESS.get(key) or (isinstance(value, list) and set(map(repr, value)) == {"1"})
        if key == "trainable":
            unused = value is not False
        if key.endswith("regularizer"):
            unused = regularizer(value, lambda what: None) is None
        if key.endswith("initializer"):
            unused = snake(named(value)[0] or "zeros") in ("ones" if "gamma" in key or "variance" in key else "zeros")
        if not unused:
            self.left_out.append(f"the setting {key} = {short(value)}")

    def _value(self, key: str, value: Any) -> Any:
        """One setting in our form."""
        remark = self._remark(key)
        if key == "layer":
            return self._wrapped(value)
        if key.endswith("activation"):
            return activation(value, self.version, remark)
        if key.endswith("initializer"):
            return initializer(value, _choices(self.layer, key), remark)
        if key.endswith("regularizer"):
            return regularizer(value, remark)
        if key in SIZES and self.rank:
            return sizes(value, self.rank)
        if key in BORDERS and self.rank and not isinstance(value, str):
            return borders(value, self.rank) if key != "output_padding" else sizes(value, self.rank)
        if key in ("axis", "axes") and isinstance(value, list) and len(value) == 1:
            return value[0]
        return value

    def _wrapped(self, value: Any) -> Any:
        """The layer inside a wrapper, as `{"type": …, …}`."""
        if value is None:
            return None
        name, config = named(value)
        inner = translate(name or "", config, self.version)
        self.left_out += inner.left_out
        self.known = self.known and inner.known
        return {"type": inner.type, **inner.config}


def _choices(layer: type[Layer], key: str) -> set[str]:
    """The names a field can have, looked for inside unions as well."""
    found: set[str] = set()
    rest = list(get_args(layer.model_fields[key].annotation))
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            found.add(one)
        else:
            rest.extend(get_args(one))
    return found


def _turned(forward: Any, backward: Any) -> bool:
    """Whether a layer is another one turned round, as Keras writes down the second half of Bidirectional."""
    (kind, config), (other, settings) = named(forward), named(backward)
    own = ("name", "go_backwards")
    rests = [{key: value for key, value in part.items() if key not in own} for part in (config, settings)]
    return backward is None or (kind == other and rests[0] == rests[1])


def _too_deep(value: Any, most: int = 4) -> bool:
    """Whether lists stand inside each other more than so many deep; no setting of a layer does that."""
    if not isinstance(value, list | dict):
        return False
    return not most or any(_too_deep(part, most - 1) for part in (value.values() if isinstance(value, dict) else value))
