"""The contract of every layer of the palette; a layer without a case fails the suite."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from jsonschema import Draft202012Validator

from engine.graph.model import GraphModel, Plan, plan
from engine.graph.precision import Precision
from engine.graph.report import Report
from engine.graph.specs import DataSpecs
from engine.layers import LAYERS, layer_class, palette
from tests.engine.drawings import checked, graph, node, printed, wire
from tests.engine.layers.cases import BAD, CASES, DEFAULTS
from tests.engine.layers.cases.case import Case

NAMES = [layer.__name__ for layer in LAYERS]
BOUNDARY = ("Input", "Output")

PARAMETERS = [
    pytest.param(name, place, id=f"{name}-{place}") for name, cases in CASES.items() for place in range(len(cases))
]


def test_every_layer_has_its_cases() -> None:
    assert set(CASES) | set(BOUNDARY) == set(NAMES) == set(BAD) == set(DEFAULTS)


def test_every_layer_belongs_to_one_of_the_families() -> None:
    assert {entry["family"] for entry in palette()} == {
        "Input & output", "Core", "Convolution", "Pooling", "Shape", "Regularization", "Normalization", "Merge",
        "Recurrent", "Attention", "Augmentation",
    }  # fmt: skip


def drawn(name: str, case: Case) -> dict[str, Any]:
    """A graph with one layer between its inputs and its outputs; where it takes none, an input beside it."""
    nodes, wires = [node("layer", name, **case.config)], []
    before = [f"before_{place}" for place in range(len(case.before))]
    nodes += [node(one, kind, **config) for one, (kind, config) in zip(before, case.before, strict=True)]
    for place, (shape, dtype) in enumerate(zip(case.inputs, case.kinds(), strict=True)):
        nodes.append(node(f"input_{place}", "Input", name=f"x{place}", shape=list(shape), dtype=dtype))
        wires.append(" > ".join([f"input_{place}", *(before if place == 0 else []), "layer"]))
    if not case.inputs:
        nodes += [node("beside", "Input", name="rows", shape=[1]), node("counted", "Output", name="rows")]
        wires.append("beside > counted")
    nodes += [node(f"output_{place}", "Output", name=f"y{place}") for place in range(len(case.outputs()))]
    drawing = graph(nodes, ", ".join(wires))
    drawing["edges"] += [{**wire("layer", f"output_{place}"), "output": place} for place in range(len(case.outputs()))]
    return drawing


def values(case: Case, batch: int) -> dict[str, jax.Array]:
    random = np.random.default_rng(0)
    drawn = {}
    for place, (shape, dtype) in enumerate(zip(case.inputs, case.kinds(), strict=True)):
        floats = dtype == "float32"
        given = random.normal(size=(batch, *shape)) if floats else random.integers(0, 5, (batch, *shape))
        if case.before and place == 0:
            given[::2, -1] = 0
        drawn[f"x{place}"] = jnp.asarray(given > 2 if dtype == "bool" else given, dtype)
    return drawn or {"rows": jnp.ones((batch, 1))}


@lru_cache
def traced(name: str, place: int) -> tuple[Report, Plan]:
    report = checked(drawn(name, CASES[name][place]))
    assert report.problems == []
    return report, plan(report, DataSpecs())


def weights(make: Callable[[], Any]) -> Any:
    """The first weights of a model, drawn in one compiled call."""
    return jax.jit(lambda: nnx.state(make()))()


def ahead(report: Report) -> tuple[int, int]:
    """How many learned and fixed weights the layers before the layer have."""
    found = [one.traced for name, one in report.nodes.items() if name.startswith("before_")]
    return sum(one.trainable for one in found), sum(one.fixed for one in found)


@lru_cache
def first_weights(name: str, place: int) -> Any:
    return weights(lambda: GraphModel(traced(name, place)[1], nnx.Rngs(0)))


def modes(make: Callable[[], Any]) -> tuple[Any, Any, Any]:
    """A model without its weights, while training and in evaluation; and the shapes of its weights."""
    model = nnx.eval_shape(make)
    model.train()
    training = nnx.split(model)[0]
    model.eval()
    return training, *nnx.split(model)


@lru_cache
def drawn_modes(name: str, place: int) -> tuple[Any, Any, Any]:
    return modes(lambda: GraphModel(traced(name, place)[1], nnx.Rngs(0)))


def outputs(training: Any, evaluation: Any, state: Any, inputs: Any) -> Any:
    """What a model with these weights gives while training, and in evaluation."""
    results = []
    for definition, key in ((training, jax.random.key(7)), (evaluation, None)):
        given = nnx.merge(definition, state, copy=True).forward(inputs, key=key)
        results.append([given[name] for name in sorted(given) if name.startswith("y")])
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
    assert "→" in entry["doc"] or "shape" in entry["doc"]
    Draft202012Validator.check_schema(entry["schema"])
    Draft202012Validator(entry["schema"]).validate(DEFAULTS[entry["type"]])
    for field_name, described in entry["schema"].get("properties", {}).items():
        assert described["description"].endswith("."), field_name
        assert "default" in described, field_name
        assert described.get("x-advanced") or not field_name.endswith("_regularizer"), field_name
    json.dumps(entry, allow_nan=False)


@pytest.mark.parametrize(("name", "place"), PARAMETERS)
def test_the_check_agrees_with_the_run(name: str, place: int) -> None:
    case, (report, _) = CASES[name][place], traced(name, place)
    found = report.document()["nodes"]["layer"]
    shapes = [list(shape) for shape in case.outputs()]
    several = {"shapes": shapes} if len(shapes) > 1 else {}
    counted = case.trainable + case.fixed
    assert found == {"shape": shapes[0], "dtype": case.dtype, "parameters": counted, **several}
    trainable, fixed = (count + more for count, more in zip((case.trainable, case.fixed), ahead(report), strict=True))
    assert report.parameters() == {"trainable": trainable, "non_trainable": fixed, "total": trainable + fixed}
    state = first_weights(name, place)
    learned, rest = nnx.split_state(state, nnx.Param, ...)
    assert sum(leaf.size for leaf in jax.tree.leaves(learned)) == trainable
    assert sum(leaf.size for leaf in jax.tree.leaves(rest)) == fixed
    both = [values(case, batch) for batch in (1, 3)]
    training, evaluation, _ = drawn_modes(name, place)
    run = jax.jit(lambda state, both: [outputs(training, evaluation, state, one) for one in both])
    for batch, results in zip((1, 3), run(state, both), strict=True):
        for given in results:
            assert [one.shape for one in given] == [(batch, *shape) for shape in case.outputs()]
            assert {str(one.dtype) for one in given} == {case.dtype}
            assert all(np.isfinite(one).all() for one in given)


def program(run: Callable[..., Any], *given: Any) -> str:
    """What `run` is compiled from, as text: the same text draws the same weights and computes the same numbers."""
    text: str = jax.jit(run).lower(*given).as_text()
    return text


@pytest.mark.parametrize(("name", "place"), PARAMETERS)
def test_the_printed_model_is_the_built_one(name: str, place: int) -> None:
    case, (_, made) = CASES[name][place], traced(name, place)
    model = printed(made)["Model"]
    makers: list[Callable[[], Any]] = [lambda: GraphModel(made, nnx.Rngs(0)), lambda: model(nnx.Rngs(0))]
    own, other = (program(lambda make=make: dict(nnx.to_flat_state(nnx.state(make())))) for make in makers)
    assert own == other
    inputs = values(case, 3)
    own, other = (
        program(partial(outputs, *definitions), state, inputs)
        for *definitions, state in (drawn_modes(name, place), modes(makers[1]))
    )
    assert own == other


@pytest.mark.parametrize(("name", "place"), PARAMETERS)
def test_it_compiles_and_its_gradients_are_finite(name: str, place: int) -> None:
    case, definition = CASES[name][place], drawn_modes(name, place)[0]
    state = first_weights(name, place)
    learned, rest = nnx.split_state(state, nnx.Param, ...)
    inputs, key = values(case, 3), jax.random.key(3)

    def total(learned: Any, inputs: Any) -> jax.Array:
        given = nnx.merge(definition, learned, rest, copy=True).forward(inputs, key=key)
        return sum((jnp.square(one.astype(jnp.float32)).sum() for one in given.values()), jnp.zeros(()))

    value, slopes = jax.jit(jax.value_and_grad(total, (0, 1), allow_int=True))(learned, inputs)
    assert np.isfinite(value)
    floats = [leaf for leaf in jax.tree.leaves(slopes) if jnp.issubdtype(leaf.dtype, jnp.floating)]
    assert all(np.isfinite(leaf).all() for leaf in floats)


@pytest.mark.parametrize("name", CASES)
def test_it_computes_with_half_the_digits(name: str) -> None:
    """No type gets in the way of bfloat16, and what comes out and what is remembered keep all digits."""
    case, (definition, _, state) = CASES[name][0], drawn_modes(name, 0)
    inputs = values(case, 3)
    half = Precision(jnp.bfloat16)
    learned, rest = nnx.split_state(state, nnx.Param, ...)

    def run(learned: Any, rest: Any) -> Any:
        model = nnx.merge(definition, half.narrow(learned), rest, copy=True)
        given = model.forward(inputs, key=jax.random.key(3), precision=half)
        return given, nnx.split_state(nnx.state(model), nnx.Param, ...)[1]

    given, kept = jax.eval_shape(run, learned, rest)
    assert [one.shape for name, one in sorted(given.items()) if name != "rows"] == [(3, *one) for one in case.outputs()]
    assert jnp.bfloat16 not in {one.dtype for one in jax.tree.leaves((given, kept))}


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
