"""One module from a drawing, and the source printed from it: both must be the same model."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from safetensors.numpy import save_file

from engine.export.bundle import weights
from engine.export.source import model_source
from engine.graph.model import GraphModel, Plan, plan
from engine.graph.specs import DataSpecs, Target
from engine.layers import Spec
from tests.engine.drawings import checked, graph, node, pictures, printed, stack, table

HOSTILE = [
    'x"); import os; os.abort(); ("',
    "'''",
    '"""',
    "a\nimport os\n",
    "back\\",
    "{inputs}",
    "%s\r\n#",
    "\u2028\x0c\x85",
    "ünï 日本 🙂",
    "__class__",
]


def planned(drawing: dict[str, Any], data: DataSpecs) -> Plan:
    report = checked(drawing, data)
    assert report.problems == []
    return plan(report, data)


def both(made: Plan) -> tuple[Any, Any]:
    """The built model, and the printed one with the same weights."""
    own, other = GraphModel(made, nnx.Rngs(0)), printed(made)["Model"](nnx.Rngs(1))
    nnx.update(other, nnx.state(own))
    return own, other


def assert_same(made: Plan, inputs: dict[str, Any]) -> None:
    own, other = both(made)
    for mode, key in (("train", jax.random.key(5)), ("eval", None)):
        getattr(own, mode)()
        getattr(other, mode)()
        given, same = own.forward(inputs, key=key), other.forward(inputs, key=key)
        assert given.keys() == same.keys()
        for name in given:
            np.testing.assert_array_equal(given[name], same[name])
    np.testing.assert_equal(other(inputs).keys(), own(inputs).keys())
    for name, values in own(inputs).items():
        np.testing.assert_array_equal(other(inputs)[name], values)


def siamese(*extra: dict[str, Any]) -> dict[str, Any]:
    nodes = [node("a", "Input", name="a"), node("b", "Input", name="b"), node("tower", "Dense", units=5)]
    nodes += [node("again", "Dense", shares="tower", units=5, activation="relu"), *extra]
    return graph(
        [*nodes, node("join", "Concatenate"), node("last", "Dense", units=1), node("out", "Output", name="y")],
        "a > tower > join, b > again > join > last > out",
    )


PAIRS = DataSpecs({"a": Spec((4,)), "b": Spec((4,))}, {"y": Target("number")})


def test_shared_weights_count_once_and_are_printed_once() -> None:
    report = checked(siamese(), PAIRS)
    assert report.problems == []
    assert report.parameters()["total"] == 4 * 5 + 5 + 10 + 1
    assert report.document()["nodes"]["again"]["parameters"] == 0
    made = plan(report, PAIRS)
    assert model_source(made).count("nnx.Linear(") == 2
    inputs = {name: jnp.asarray(np.random.default_rng(0).normal(size=(3, 4)), jnp.float32) for name in "ab"}
    assert_same(made, inputs)
    own, _ = both(made)
    expected = nnx.relu(inputs["b"] @ own.tower.kernel + own.tower.bias.get_value()[None])
    hidden = jnp.concatenate([inputs["a"] @ own.tower.kernel + own.tower.bias.get_value()[None], expected], axis=1)
    np.testing.assert_allclose(
        own(inputs)["y"], hidden @ own.last.kernel + own.last.bias.get_value()[None], rtol=1e-5, atol=1e-6
    )


def test_a_share_of_a_share_uses_the_first_weights() -> None:
    drawing = siamese(node("third", "Dense", shares="again", units=5), node("c", "Input", name="b"))
    drawing["edges"] += graph([], "c > third")["edges"] + [{"source": "third", "target": "join", "port": 2}]
    made = planned(drawing, PAIRS)
    assert [name for name, _ in made.modules] == ["tower", "join", "last"]
    assert {step.name: step.module for step in made.steps}["third"] == "tower"
    assert_same(made, {name: jnp.ones((2, 4)) for name in "ab"})


def test_a_layer_that_only_lends_its_weights_is_part_of_the_model() -> None:
    nodes = [node("input", "Input"), node("lender", "Dense", units=3), node("user", "Dense", shares="lender", units=3)]
    drawing = graph([*nodes, node("output", "Output")], "input > lender, input > user > output")
    report = checked(drawing, table())
    assert report.parameters()["total"] == 15
    assert_same(plan(report, table()), {"features": jnp.ones((2, 4))})


def test_a_branched_picture_model_is_printed_as_it_is_built() -> None:
    nodes = [
        node("input", "Input", name="image"),
        node("conv", "Conv2D", filters=4, padding="same", activation="relu"),
        node("norm", "BatchNormalization"),
        node("skip", "Conv2D", filters=4, kernel_size=[1, 1], kernel_initializer="he_normal"),
        node("add", "Add"),
        node("act", "Activation", activation="leaky_relu"),
        node("pool", "AveragePooling2D", padding="same"),
        node("drop", "Dropout", rate=0.4),
        node("flat", "Flatten"),
        node("last", "Dense", units=10),
        node("output", "Output"),
    ]
    wires = "input > conv > norm > add, input > skip > add > act > pool > drop > flat > last > output"
    made = planned(graph(nodes, wires), pictures())
    assert_same(made, {"image": jnp.asarray(np.random.default_rng(1).normal(size=(3, 8, 8, 1)), jnp.float32)})


def test_a_network_without_weights_is_a_model_too() -> None:
    made = planned(stack(), table(1, None))
    assert_same(made, {"features": jnp.ones((2, 1))})


@pytest.mark.parametrize(
    ("units", "activation", "last", "classes", "expected", "certain"),
    [
        (3, "auto", "linear", 3, "softmax", False),
        (1, "auto", "linear", 2, "sigmoid", False),
        (2, "auto", "linear", 2, "softmax", False),
        (3, "auto", "softmax", 3, "linear", True),
        (1, "auto", "sigmoid", 2, "linear", True),
        (1, "auto", "linear", None, "linear", False),
        (1, "softplus", "linear", None, "softplus", False),
        (1, "sigmoid", "linear", 2, "sigmoid", False),
        (3, "softmax", "linear", 3, "softmax", False),
    ],
)
def test_an_output_gets_the_activation_its_target_needs(
    units: int, activation: str, last: str, classes: int | None, expected: str, certain: bool
) -> None:
    drawing = stack(("Dense", {"units": units, "activation": last}))
    drawing["nodes"][-1]["config"]["activation"] = activation
    (answer,) = planned(drawing, table(classes=classes)).answers
    assert (answer.activation, answer.probabilities) == (expected, certain)


def test_a_softmax_layer_makes_probabilities_as_its_activation_does() -> None:
    (answer,) = planned(stack(("Dense", {"units": 3}), ("Softmax", {})), table()).answers
    assert (answer.activation, answer.probabilities) == ("linear", True)
    assert checked(stack(("Dense", {"units": 3}), ("ReLU", {})), table()).problems == []


def test_squeeze_and_excite_is_printed_as_it_is_built() -> None:
    nodes = [
        node("input", "Input", name="image"),
        node("conv", "Conv2D", filters=6, activation="swish"),
        node("squeeze", "GlobalAveragePooling2D"),
        node("few", "Dense", units=2, activation="relu", kernel_regularizer={"l2": 0.1}),
        node("excite", "Dense", units=6, activation="hard_sigmoid_v2"),
        node("gate", "Multiply"),
        node("norm", "GroupNormalization", groups=3, gamma_initializer="random_normal"),
        node("flat", "Flatten"),
        node("last", "Dense", units=10),
        node("output", "Output"),
    ]
    wires = "input > conv > gate, conv > squeeze > few > excite > gate > norm > flat > last > output"
    made = planned(graph(nodes, wires), pictures())
    assert_same(made, {"image": jnp.asarray(np.random.default_rng(1).normal(size=(3, 8, 8, 1)), jnp.float32)})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_never_leaves_its_string(name: str) -> None:
    data = DataSpecs({name: Spec((2,))}, {name: Target("number")})
    made = planned(stack(("Dense", {"units": 1}), name=name, target=name), data)
    tree = ast.parse(model_source(made))
    assert {one.names[0].name for one in ast.walk(tree) if isinstance(one, ast.Import)} <= {"jax", "jax.numpy"}
    assert name in {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)}
    assert [type(one).__name__ for one in tree.body if not isinstance(one, ast.Import | ast.ImportFrom)] == [
        "Expr",
        "FunctionDef",
        "ClassDef",
        "FunctionDef",
    ]
    assert_same(made, {name: jnp.ones((2, 2))})


def test_a_name_too_long_for_a_line_is_still_one_string() -> None:
    name = "x'\n" * 60
    data = DataSpecs({name: Spec((2,))}, {"y": Target("number")})
    layer = ("Conv2D", {"kernel_initializer": "truncated_normal", "bias_initializer": "random_uniform"})
    drawing = stack(("Reshape", {"target_shape": [1, 2, 1]}), layer, name=name, target="y")
    drawing["nodes"][2]["config"] |= {"kernel_size": [1, 1], "filters": 3}
    drawing["nodes"].insert(3, node("flat", "Flatten"))
    drawing["nodes"].insert(4, node("one", "Dense", units=1))
    drawing["edges"][-1]["target"] = "flat"
    drawing["edges"] += graph([], "flat > one > output")["edges"]
    assert_same(planned(drawing, data), {name: jnp.ones((2, 2))})


@pytest.mark.parametrize(
    "name", ["model", "load_weights", "load_file", "Callable", "random_uniform", "_private", "x1", "é"]
)
def test_a_node_may_have_any_other_name(name: str) -> None:
    nodes = [node("input", "Input"), node(name, "Dense", units=3, activation="gelu"), node("output", "Output")]
    report = checked(graph(nodes, f"input > {name} > output"), table())
    if report.problems:
        assert [problem.code for problem in report.problems] == ["reserved_node_name"]
    else:
        assert_same(plan(report, table()), {"features": jnp.ones((2, 4))})


@pytest.mark.parametrize("name", sorted(name for name in vars(nnx.Linear(1, 1, rngs=nnx.Rngs(0))) if name[0] == "_"))
def test_a_node_cannot_take_what_flax_keeps_in_a_module(name: str) -> None:
    nodes = [node("input", "Input"), node(name, "Dense", units=3), node("output", "Output")]
    report = checked(graph(nodes, f"input > {name} > output"), table())
    assert [problem.code for problem in report.problems] == ["reserved_node_name"]


def test_the_printed_file_loads_its_weights_without_this_project(tmp_path: Path) -> None:
    made = planned(stack(("Dense", {"units": 3}), ("BatchNormalization", {}), ("Dense", {"units": 3})), table())
    model = GraphModel(made, nnx.Rngs(3))
    (tmp_path / "model.py").write_text(model_source(made), "utf-8")
    save_file(weights(model), tmp_path / "weights.safetensors")
    script = (
        "import json, sys; sys.path.insert(0, '.'); import numpy; from model import load\n"
        "answers = load()({'features': numpy.ones((2, 4), 'float32')})\n"
        "assert not any(name.split('.')[0] == 'engine' for name in sys.modules)\n"
        "print(json.dumps({name: values.tolist() for name, values in answers.items()}))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script],
        cwd=tmp_path,
        env={"JAX_PLATFORMS": "cpu", "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    model.eval()
    np.testing.assert_allclose(
        json.loads(done.stdout)["target"], model({"features": jnp.ones((2, 4))})["target"], rtol=1e-6
    )
