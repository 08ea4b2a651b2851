"""The contract of every layer of the palette; a layer without a case fails the suite."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from jsonschema import Draft202012Validator

from engine.graph.model import GraphModel, Plan, plan
from engine.graph.report import Report
from engine.graph.specs import DataSpecs
from engine.layers import LAYERS, layer_class, palette
from tests.engine.drawings import checked, graph, node, printed

NAMES = [layer.__name__ for layer in LAYERS]
BOUNDARY = ("Input", "Output")

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """One use of a layer: what goes in, what must come out, and how many weights there must be."""

    config: dict[str, Any]
    inputs: list[Shape]
    shape: Shape
    trainable: int = 0
    fixed: int = 0
    dtypes: list[str] = field(default_factory=list)
    dtype: str = "float32"


CASES: dict[str, list[Case]] = {
    "Dense": [
        Case({}, [(4,)], (32,), 160),
        Case({"units": 3, "activation": "softmax", "use_bias": False}, [(4,)], (3,), 12),
        Case({"units": 5, "activation": "gelu", "bias_initializer": "ones"}, [(2, 6, 4)], (2, 6, 5), 25),
        Case({"units": 2}, [(4,)], (2,), 10, dtypes=["int32"]),
    ],
    "Activation": [
        Case({}, [(4,)], (4,)),
        Case({"activation": "linear"}, [(2, 3)], (2, 3)),
        Case({"activation": "leaky_relu"}, [(2, 3, 1)], (2, 3, 1)),
        Case({"activation": "log_softmax"}, [(4,)], (4,)),
    ],
    "Embedding": [
        Case({"input_dim": 7, "output_dim": 3}, [(1,)], (1, 3), 21, dtypes=["int32"]),
        Case({}, [(5, 2)], (5, 2, 16), 16_000, dtypes=["int32"]),
    ],
    "Flatten": [
        Case({}, [(2, 3, 4)], (24,)),
        Case({}, [(5,)], (5,)),
        Case({}, [(2, 2)], (4,), 0, 0, ["int32"], "int32"),
    ],
    "Reshape": [
        Case({"target_shape": [2, 3]}, [(6,)], (2, 3)),
        Case({"target_shape": [4, -1]}, [(2, 6)], (4, 3)),
        Case({}, [(2, 6)], (12,)),
    ],
    "Conv2D": [
        Case({}, [(8, 8, 3)], (6, 6, 32), 896),
        Case({"filters": 4, "padding": "same", "strides": [2, 3], "activation": "relu"}, [(7, 8, 1)], (4, 3, 4), 40),
        Case({"filters": 4, "kernel_size": [1, 2], "groups": 2, "use_bias": False}, [(5, 5, 2)], (5, 4, 4), 8),
        Case({"filters": 2, "dilation_rate": [2, 2]}, [(5, 6, 1)], (1, 2, 2), 20),
    ],
    "MaxPooling2D": [
        Case({}, [(5, 6, 2)], (2, 3, 2)),
        Case({"padding": "same"}, [(5, 6, 2)], (3, 3, 2)),
        Case({"pool_size": [3, 2], "strides": [1, 2]}, [(5, 6, 1)], (3, 3, 1)),
    ],
    "AveragePooling2D": [
        Case({}, [(5, 6, 2)], (2, 3, 2)),
        Case({"padding": "same", "pool_size": [3, 3], "strides": [2, 2]}, [(5, 6, 2)], (3, 3, 2)),
    ],
    "GlobalAveragePooling2D": [
        Case({}, [(5, 6, 2)], (2,)),
        Case({"keepdims": True}, [(5, 6, 2)], (1, 1, 2)),
    ],
    "Dropout": [Case({}, [(6,)], (6,)), Case({"rate": 0.25}, [(4, 4, 2)], (4, 4, 2)), Case({"rate": 0}, [(6,)], (6,))],
    "BatchNormalization": [
        Case({}, [(4,)], (4,), 8, 8),
        Case({"center": False}, [(3, 3, 2)], (3, 3, 2), 2, 4),
        Case({"scale": False, "center": False}, [(4,)], (4,), 0, 8),
    ],
    "LayerNormalization": [
        Case({}, [(4,)], (4,), 8),
        Case({"center": False}, [(3, 3, 2)], (3, 3, 2), 2),
        Case({"scale": False, "center": False}, [(4,)], (4,)),
    ],
    "Add": [Case({}, [(4,), (4,)], (4,)), Case({}, [(2, 3), (2, 3), (2, 3)], (2, 3))],
    "Concatenate": [
        Case({}, [(4,), (2,)], (6,)),
        Case({"axis": 1}, [(2, 3), (4, 3), (1, 3)], (7, 3)),
        Case({"axis": -2}, [(2, 3), (4, 3)], (6, 3)),
        Case({}, [(4,), (2,)], (6,), dtypes=["float32", "int32"]),
    ],
}

PARAMETERS = [
    pytest.param(name, place, id=f"{name}-{place}") for name, cases in CASES.items() for place in range(len(cases))
]

BAD: dict[str, list[tuple[dict[str, Any], str, str]]] = {
    "Input": [({"name": ""}, "name", "must not be empty"), ({"shape": [0]}, "shape.0", "1 or more")],
    "Output": [({"activation": "loud"}, "activation", "choose "), ({"name": 3}, "name", "must be text")],
    "Dense": [
        ({"units": 0}, "units", "1 or more"),
        ({"units": 10**9}, "units", "10000000 or less"),
        ({"units": 2.5}, "units", "a whole number"),
        ({"units": "many"}, "units", "a whole number"),
        ({"activation": "rleu"}, "activation", "choose "),
        ({"use_bias": "perhaps"}, "use_bias", "yes or no"),
        ({"bias_initializer": "glorot_uniform"}, "bias_initializer", "choose "),
    ],
    "Activation": [({"activation": None}, "activation", "choose ")],
    "Embedding": [
        ({"input_dim": -1}, "input_dim", "1 or more"),
        ({"output_dim": None}, "output_dim", "a whole number"),
    ],
    "Flatten": [({"units": 3}, "units", "no such setting")],
    "Reshape": [
        ({"target_shape": [-2]}, "target_shape.0", "-1 or more"),
        ({"target_shape": 3}, "target_shape", "a list"),
    ],
    "Conv2D": [
        ({"filters": None}, "filters", "a whole number"),
        ({"kernel_size": [3]}, "kernel_size.1", "missing"),
        ({"kernel_size": [3, 3, 3]}, "kernel_size", "too many parts"),
        ({"strides": [0, 1]}, "strides.0", "1 or more"),
        ({"padding": "full"}, "padding", "choose "),
    ],
    "MaxPooling2D": [({"strides": [0, 1]}, "strides.0", "1 or more"), ({"strides": "2"}, "strides", "a list")],
    "AveragePooling2D": [({"pool_size": [2.5, 2]}, "pool_size.0", "a whole number")],
    "GlobalAveragePooling2D": [({"keepdims": [1]}, "keepdims", "yes or no")],
    "Dropout": [({"rate": 1}, "rate", "less than 1"), ({"rate": "half"}, "rate", "a number")],
    "BatchNormalization": [({"momentum": 1.5}, "momentum", "less than 1"), ({"epsilon": 0}, "epsilon", "more than 0")],
    "LayerNormalization": [({"epsilon": float("nan")}, "epsilon", "a finite number")],
    "Add": [({"axis": 1}, "axis", "no such setting")],
    "Concatenate": [({"axis": 9}, "axis", "8 or less"), ({"axis": "last"}, "axis", "a whole number")],
}

DEFAULTS: dict[str, dict[str, Any]] = {
    "Input": {"name": "features", "shape": None, "dtype": None},
    "Output": {"name": "target", "activation": "auto"},
    "Dense": {
        "units": 32,
        "activation": "linear",
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
        "bias_initializer": "zeros",
    },
    "Activation": {"activation": "relu"},
    "Embedding": {"input_dim": 1000, "output_dim": 16, "embeddings_initializer": "random_uniform"},
    "Flatten": {},
    "Reshape": {"target_shape": [-1]},
    "Conv2D": {
        "filters": 32,
        "kernel_size": [3, 3],
        "strides": [1, 1],
        "padding": "valid",
        "activation": "linear",
        "dilation_rate": [1, 1],
        "groups": 1,
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
        "bias_initializer": "zeros",
    },
    "MaxPooling2D": {"pool_size": [2, 2], "strides": None, "padding": "valid"},
    "AveragePooling2D": {"pool_size": [2, 2], "strides": None, "padding": "valid"},
    "GlobalAveragePooling2D": {"keepdims": False},
    "Dropout": {"rate": 0.5},
    "BatchNormalization": {"momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True},
    "LayerNormalization": {"epsilon": 0.001, "center": True, "scale": True},
    "Add": {},
    "Concatenate": {"axis": -1},
}


def test_every_layer_has_its_cases() -> None:
    assert set(CASES) | set(BOUNDARY) == set(NAMES) == set(BAD) == set(DEFAULTS)


def test_every_word_of_every_choice_is_tried() -> None:
    """Activations and initializers are tried one by one in test_numbers."""
    assert {entry["family"] for entry in palette()} == {
        "Input & output", "Core", "Convolution", "Pooling", "Regularization", "Normalization", "Merge",
    }  # fmt: skip


def drawn(name: str, case: Case) -> dict[str, Any]:
    """A graph with one layer between its inputs and an output."""
    dtypes = case.dtypes or ["float32"] * len(case.inputs)
    nodes = [node("layer", name, **case.config), node("output", "Output", name="y")]
    wires = ["layer > output"]
    for place, (shape, dtype) in enumerate(zip(case.inputs, dtypes * len(case.inputs), strict=False)):
        nodes.append(node(f"input_{place}", "Input", name=f"x{place}", shape=list(shape), dtype=dtype))
        wires.append(f"input_{place} > layer")
    return graph(nodes, ", ".join(wires))


def values(case: Case, batch: int) -> dict[str, jax.Array]:
    random = np.random.default_rng(0)
    dtypes = case.dtypes or ["float32"] * len(case.inputs)
    return {
        f"x{place}": jnp.asarray(
            random.integers(0, 5, (batch, *shape)) if dtype == "int32" else random.normal(size=(batch, *shape)), dtype
        )
        for place, (shape, dtype) in enumerate(zip(case.inputs, dtypes * len(case.inputs), strict=False))
    }


@lru_cache
def traced(name: str, place: int) -> tuple[Report, Plan]:
    report = checked(drawn(name, CASES[name][place]))
    assert report.problems == []
    return report, plan(report, DataSpecs())


def weights(make: Callable[[], Any]) -> Any:
    """The first weights of a model, drawn in one compiled call."""
    return jax.jit(lambda: nnx.state(make()))()


@lru_cache
def first_weights(name: str, place: int) -> Any:
    return weights(lambda: GraphModel(traced(name, place)[1], nnx.Rngs(0)))


def outputs(make: Callable[[], Any], state: Any, inputs: Any) -> Any:
    """What a model with these weights gives while training, and in evaluation."""
    results = []
    for mode, key in (("train", jax.random.key(7)), ("eval", None)):
        model = nnx.eval_shape(make)
        getattr(model, mode)()
        results.append(nnx.merge(nnx.split(model)[0], state, copy=True).forward(inputs, key=key)["y"])
    return results


@pytest.mark.parametrize("name", NAMES)
def test_a_config_survives_json(name: str) -> None:
    kind = layer_class(name)
    assert kind is not None
    assert kind().model_dump(mode="json") == DEFAULTS[name]
    for case in CASES.get(name, []):
        layer = kind.model_validate(json.loads(json.dumps(case.config)))
        assert kind.model_validate(json.loads(layer.model_dump_json())) == layer
        assert hash(layer) == hash(kind.model_validate(case.config))


@pytest.mark.parametrize("entry", palette(), ids=NAMES)
def test_a_palette_entry_describes_itself(entry: dict[str, Any]) -> None:
    assert set(entry) == {"type", "family", "title", "doc", "schema", "inputs", "outputs"}
    assert len(entry["doc"]) > 20
    Draft202012Validator.check_schema(entry["schema"])
    Draft202012Validator(entry["schema"]).validate(DEFAULTS[entry["type"]])
    for field_name, described in entry["schema"].get("properties", {}).items():
        assert described["description"].endswith("."), field_name
        assert "default" in described, field_name
    json.dumps(entry, allow_nan=False)


@pytest.mark.parametrize(("name", "place"), PARAMETERS)
def test_the_check_agrees_with_the_run(name: str, place: int) -> None:
    case, (report, made) = CASES[name][place], traced(name, place)
    found = report.document()["nodes"]["layer"]
    assert found == {"shape": list(case.shape), "dtype": case.dtype, "parameters": case.trainable + case.fixed}
    assert report.parameters() == {
        "trainable": case.trainable,
        "non_trainable": case.fixed,
        "total": case.trainable + case.fixed,
    }
    state = first_weights(name, place)
    learned, rest = nnx.split_state(state, nnx.Param, ...)
    assert sum(leaf.size for leaf in jax.tree.leaves(learned)) == case.trainable
    assert sum(leaf.size for leaf in jax.tree.leaves(rest)) == case.fixed
    both = [values(case, batch) for batch in (1, 3)]
    run = jax.jit(lambda state, both: [outputs(lambda: GraphModel(made, nnx.Rngs(0)), state, one) for one in both])
    for batch, results in zip((1, 3), run(state, both), strict=True):
        for result in results:
            assert result.shape == (batch, *case.shape)
            assert result.dtype == case.dtype
            assert np.isfinite(result).all()


@pytest.mark.parametrize(("name", "place"), PARAMETERS)
def test_the_printed_model_is_the_built_one(name: str, place: int) -> None:
    case, (_, made) = CASES[name][place], traced(name, place)
    model = printed(made)["Model"]

    def drawn_model() -> Any:
        return GraphModel(made, nnx.Rngs(0))

    def printed_model() -> Any:
        return model(nnx.Rngs(0))

    own, other = (dict(nnx.to_flat_state(state)) for state in (first_weights(name, place), weights(printed_model)))
    assert own.keys() == other.keys()
    for path, variable in own.items():
        np.testing.assert_array_equal(variable.get_value(), other[path].get_value())
    state, inputs = nnx.from_flat_state(own), values(case, 3)
    run = jax.jit(lambda state, inputs: [outputs(make, state, inputs) for make in (drawn_model, printed_model)])
    for one, same in zip(*run(state, inputs), strict=True):
        np.testing.assert_array_equal(one, same)


@pytest.mark.parametrize(("name", "place"), PARAMETERS)
def test_it_compiles_and_its_gradients_are_finite(name: str, place: int) -> None:
    case, (_, made) = CASES[name][place], traced(name, place)
    model = nnx.eval_shape(lambda: GraphModel(made, nnx.Rngs(0)))
    model.train()
    definition = nnx.split(model)[0]
    state = first_weights(name, place)
    learned, rest = nnx.split_state(state, nnx.Param, ...)
    inputs, key = values(case, 3), jax.random.key(3)

    def total(learned: Any, inputs: Any) -> jax.Array:
        given = nnx.merge(definition, learned, rest, copy=True).forward(inputs, key=key)
        return jnp.square(given["y"].astype(jnp.float32)).sum()

    value, slopes = jax.jit(jax.value_and_grad(total, (0, 1), allow_int=True))(learned, inputs)
    assert np.isfinite(value)
    floats = [leaf for leaf in jax.tree.leaves(slopes) if jnp.issubdtype(leaf.dtype, jnp.floating)]
    assert all(np.isfinite(leaf).all() for leaf in floats)


@pytest.mark.parametrize(
    ("name", "config", "path", "words"),
    [
        pytest.param(name, *bad, id=f"{name}-{bad[1]}-{place}")
        for name, rows in BAD.items()
        for place, bad in enumerate(rows)
    ],
)
def test_a_bad_setting_is_named_in_plain_words(name: str, config: dict[str, Any], path: str, words: str) -> None:
    report = checked(graph([node("it", name, **config)], ""))
    (problem,) = [one for one in report.problems if one.code == "wrong_setting"]
    assert problem.where == {"node": "it", "field": path.split(".")}
    assert problem.message.startswith(f"{name} cannot have {path} = ")
    assert words in problem.message
    assert problem.hint == f"Change {path} in the layer's settings."
    assert "Input should" not in problem.message
