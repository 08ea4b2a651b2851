"""The forms in which Keras writes down a model, brought to one: a list of layers, each with its calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.graph.drawing import MOST_NODES
from engine.importing.keras_calls import Use, tensors
from engine.importing.keras_names import DATA_FORMATS
from engine.importing.keras_values import short
from engine.layers.base import LARGEST
from engine.problems import Problem, Refusal

MODELS = ("Functional", "Model", "Sequential")

DEEPEST = 15
"""How many models may stand inside each other."""

ARITHMETIC = {
    "add": "Add",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "mul": "Multiply",
    "multiply": "Multiply",
    "sub": "Subtract",
    "subtract": "Subtract",
}
"""Operations between two values that are layers too."""

_FIRST_SHAPES = ("batch_shape", "batch_input_shape")


@dataclass
class KerasLayer:
    """One layer as it stands in a document. `model` is set for a layer that is a model of its own."""

    kind: str
    name: str
    config: dict[str, Any]
    nodes: Any = None
    model: KerasModel | None = None
    custom: bool = False
    operation: bool = False
    """Whether it is a calculation of Keras 3 that stands between layers, such as a comparison."""


@dataclass
class KerasModel:
    """A model: its layers, and for a functional one what enters and leaves. `ends` None means a sequence.

    `order` is the data_format all its layers have that say one, where old versions left it out for some.
    """

    layers: list[KerasLayer]
    ends: tuple[Any, Any] | None = None
    first_shape: Any = None
    version: int = 2
    order: str | None = None
    branches: dict[str, list[KerasModel]] = field(default_factory=dict)
    """For each Merge layer that begins a sequence of Keras 1: the models it joins."""


def refused(message: str, hint: str = "Export it anew with model.to_json(), and import that text or file.") -> Refusal:
    """A refusal of the whole document."""
    return Refusal(Problem("wrong_keras_model", {}, message, hint))


def read_document(document: Any) -> KerasModel:
    """The model in a document. Raises Refusal, or RecursionError, for anything that is none."""
    for _ in range(3):  # a text inside a `model_config` inside a text
        if isinstance(document, str):
            document = _parsed(document)
        elif isinstance(document, dict) and "model_config" in document:
            document = document["model_config"]
    model = _Reader().top(document)
    model.version, model.order = _version(document, model), _order(model)
    return model


def _parsed(text: str) -> Any:
    try:
        document = json.loads(text, parse_constant=_no_number)
        if "\\ud" in text.lower():  # half of a surrogate pair is JSON, but no text
            json.dumps(document, ensure_ascii=False).encode()
        return document
    except ValueError as error:
        place = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise refused(
            f"The text is not valid JSON{place}.", "Paste the whole text that model.to_json() gives, and nothing else."
        ) from None


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")


class _Reader:
    """Reads models inside models and counts their layers."""

    def __init__(self) -> None:
        self.count = 0

    def top(self, document: Any) -> KerasModel:
        if isinstance(document, list):
            return self.sequence(document, 0)
        if not isinstance(document, dict):
            raise refused("This is not a Keras model: it has no layers.")
        kind, config = document.get("class_name"), document.get("config")
        if isinstance(config, list | dict) and (_layers(config) is not None):
            return self.model(str(kind), config, 0)
        if _layers(document) is not None:
            return self.model("Functional" if "input_layers" in document else "Sequential", document, 0)
        if isinstance(kind, str):
            raise refused(
                f"{short(kind)} is not a model made of layers: what it does stands in its code, not in this file.",
                "Rebuild it with keras.Model(inputs, outputs) or keras.Sequential, and export that.",
            )
        raise refused("This is not a Keras model: it has no layers.")

    def model(self, kind: str, config: Any, depth: int) -> KerasModel:
        """The model with these settings, `depth` models inside others."""
        if depth > DEEPEST:
            raise refused(f"More than {DEEPEST} models stand inside each other.", "Put their layers into fewer models.")
        layers = _layers(config) or []
        if kind == "Sequential" or isinstance(config, list) or "output_layers" not in config:
            found = self.sequence(layers, depth)
        else:
            found = KerasModel(self.layers(layers, depth), (config.get("input_layers"), config.get("output_layers")))
        if isinstance(config, dict):
            found.first_shape = config.get("build_input_shape", config.get("batch_input_shape"))
        return found

    def sequence(self, layers: list[Any], depth: int) -> KerasModel:
        model = KerasModel(self.layers(layers, depth))
        for layer in model.layers[:1]:
            joined = layer.config.get("layers")
            if layer.kind == "Merge" and isinstance(joined, list):
                branches = [one.model for one in self.layers(joined, depth) if one.model is not None]
                model.branches[layer.name] = branches
        return model

    def layers(self, layers: list[Any], depth: int) -> list[KerasLayer]:
        self.count += len(layers)
        if self.count > MOST_NODES:
            raise refused(
                f"The model has more than {MOST_NODES:,} layers.", "Import a part of it, or make it smaller first."
            )
        return [self.layer(layer, depth) for layer in layers]

    def layer(self, document: Any, depth: int) -> KerasLayer:
        kind = document.get("class_name") if isinstance(document, dict) else None
        if not isinstance(kind, str) or not kind:
            raise refused("One of the layers has no class_name.")
        config = document.get("config")
        settings = config if isinstance(config, dict) else {}
        name = document.get("name") or settings.get("name")
        layer = KerasLayer(
            kind, name if isinstance(name, str) else kind.lower(), settings, document.get("inbound_nodes")
        )
        layer.custom, layer.kind = _custom(document), _arithmetic(kind, settings)
        if layer.kind != kind:
            layer.config = {}
        layer.operation = ".ops." in str(document.get("module"))
        if kind in MODELS and not layer.custom:
            layer.model = self.model(kind, config, depth + 1)
        return layer


def _layers(config: Any) -> list[Any] | None:
    found = config if isinstance(config, list) else config.get("layers") if isinstance(config, dict) else None
    return found if isinstance(found, list) else None


def _arithmetic(kind: str, settings: dict[str, Any]) -> str:
    """The layer that does what an operation between two values does, such as `a + b`."""
    function = settings.get("function")
    if kind != "TFOpLambda" or not isinstance(function, str):
        return kind
    return ARITHMETIC.get(function.rpartition(".")[2], kind)


def _custom(document: dict[str, Any]) -> bool:
    """Whether a class is not one of Keras's layers, whatever it is called."""
    registered, module = document.get("registered_name"), document.get("module")
    if isinstance(registered, str) and ">" in registered:
        return True
    if isinstance(module, str) and ".ops." in module:
        return document.get("class_name") not in ARITHMETIC.values()
    own = ("keras", "tf_keras", "tensorflow")
    return isinstance(module, str) and not module.startswith(own)


def _version(document: Any, model: KerasModel) -> int:
    """1, 2 or 3. Keras 3 does not tell, but has no `batch_input_shape` any more."""
    told = document.get("keras_version") if isinstance(document, dict) else None
    if isinstance(told, str) and told[:1].isdigit():
        return min(int(told[0]), 3)
    return 3 if any("batch_shape" in layer.config for layer in _all_layers(model)) else 2


def _order(model: KerasModel) -> str | None:
    told = [layer.config.get("data_format", layer.config.get("dim_ordering")) for layer in _all_layers(model)]
    orders = {DATA_FORMATS.get(one, one) for one in told if isinstance(one, str) and one != "default"}
    return orders.pop() if len(orders) == 1 else None


def _all_layers(model: KerasModel) -> Iterator[KerasLayer]:
    for layer in model.layers:
        yield layer
        if layer.model is not None:
            yield from _all_layers(layer.model)


def first_shape(layer: KerasLayer) -> Any:
    """The shape with the batch axis that a layer says it takes, in one of many ways; None where it says none."""
    config = layer.config
    for key in _FIRST_SHAPES:
        if isinstance(config.get(key), list):
            return config[key]
    if isinstance(config.get("input_shape"), list):
        return [None, *config["input_shape"]]
    length, width = config.get("input_length"), config.get("input_dim")
    if layer.kind == "Embedding" and isinstance(length, int):
        return [None, length]
    if layer.kind != "Embedding" and isinstance(width, int):
        return [None, width] if layer.kind == "Dense" else [None, length, width]
    inner = config.get("layer")
    if isinstance(inner, dict) and isinstance(inner.get("config"), dict):
        return first_shape(KerasLayer(str(inner.get("class_name")), "", inner["config"]))
    return None


def entries(model: KerasModel) -> list[KerasLayer]:
    """What enters a model, as InputLayers."""
    found = [layer for layer in model.layers if layer.kind == "InputLayer"]
    if found and model.ends is not None:
        order = [tensor.layer for tensor in tensors(model.ends[0])]
        found = sorted(found, key=lambda layer: order.index(layer.name) if layer.name in order else len(order))
    if found or not model.layers:
        return found
    first = model.layers[0]
    if first.model is not None:
        return entries(first.model)
    shape = first_shape(first) or model.first_shape
    return [KerasLayer("InputLayer", first.name, {**first.config, "batch_input_shape": shape})]


def sizes_of(value: Any) -> list[int | None] | None:
    """The sizes without the batch axis; None where they are missing or no sizes."""
    if not isinstance(value, list) or not 1 <= len(value) <= 9:
        return None
    fits = all(
        size is None or (isinstance(size, int) and not isinstance(size, bool) and 1 <= size <= LARGEST)
        for size in value[1:]
    )
    return value[1:] if fits else None


def without_masks(drawn: list[tuple[KerasLayer, list[Use]]], leaving: Any) -> list[tuple[KerasLayer, list[Use]]]:
    """Without the calculations that only make masks: our layers make and pass on their masks themselves."""
    while True:
        read = {tensor.layer for _, calls in drawn for call in calls for tensor in call.tensors}
        read |= {tensor.layer for tensor in tensors(leaving)}
        needless = {layer.name for layer, _ in drawn if layer.operation and layer.name not in read}
        if not needless:
            return drawn
        drawn = [(layer, calls) for layer, calls in drawn if layer.name not in needless]
