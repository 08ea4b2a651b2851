"""A hundred steps of every optimizer against the update rules of Keras 3.15, written in NumPy in keras_rules.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from engine.training.optimizers import OPTIMIZERS, Optimizer
from engine.training.rules import RULES
from engine.training.updates import Updates
from tests.engine.training import keras_rules

READ: TypeAdapter[Any] = TypeAdapter(Optimizer)
STEPS = 100
SHAPES = ((2, 3, 4), (3, 5), (4,), ())

COMMON: dict[str, Any] = {
    "weight_decay": None,
    "clipnorm": None,
    "global_clipnorm": None,
    "clipvalue": None,
    "gradient_accumulation_steps": None,
    "use_ema": False,
    "ema_momentum": 0.99,
}
ADAM = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}


def first() -> list[np.ndarray]:
    random = np.random.default_rng(3)
    return [np.asarray(random.normal(size=shape)) for shape in SHAPES]


def slopes() -> Iterator[list[np.ndarray]]:
    random = np.random.default_rng(8)
    for _ in range(STEPS):
        yield [np.asarray(random.normal(size=shape) * 10 ** random.uniform(-2, 1)) for shape in SHAPES]


CASES: list[tuple[str, dict[str, Any]]] = [
    *((kind.__name__, {}) for kind in OPTIMIZERS),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", {"momentum": 0.8, "nesterov": True}),
    ("SGD", {"nesterov": True}),
    ("RMSprop", {"rho": 0.8, "momentum": 0.5}),
    ("RMSprop", {"centered": True, "learning_rate": 0.01}),
    ("RMSprop", {"centered": True, "momentum": 0.9, "epsilon": 1e-3}),
    ("Adam", {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.9}),
    ("Adam", {"amsgrad": True, "beta_2": 0.9, "epsilon": 1e-3}),
    ("Adam", {"beta_1": 0.0}),
    ("AdamW", {"weight_decay": 0.5, "learning_rate": 0.02}),
    ("AdamW", {"amsgrad": True}),
    ("Nadam", {"learning_rate": 0.02, "beta_1": 0.7}),
    ("Adamax", {"learning_rate": 0.02, "beta_2": 0.9, "epsilon": 1e-3}),
    ("Adagrad", {"initial_accumulator_value": 0.5, "learning_rate": 0.1}),
    ("Adadelta", {"learning_rate": 1.0, "rho": 0.8}),
    ("Lion", {"beta_1": 0.8, "beta_2": 0.9}),
    ("Lamb", {"learning_rate": 0.01, "beta_1": 0.8}),
    ("Adafactor", {"learning_rate": 0.5, "beta_2_decay": -0.6, "clip_threshold": 0.7, "epsilon_2": 0.1}),
    ("SGD", {"momentum": 0.9, "weight_decay": 0.1}),
    ("Adam", {"clipnorm": 0.5}),
    ("SGD", {"clipnorm": 0.5}),
    ("SGD", {"global_clipnorm": 0.7, "learning_rate": 0.1}),
    ("SGD", {"clipvalue": 0.3}),
    ("Adam", {"gradient_accumulation_steps": 3, "clipvalue": 0.5, "weight_decay": 0.1}),
    ("Nadam", {"gradient_accumulation_steps": 2}),
    ("Adam", {"use_ema": True, "ema_momentum": 0.9}),
    ("SGD", {"use_ema": True, "gradient_accumulation_steps": 4}),
]


def test_every_optimizer_has_a_rule_and_a_reference() -> None:
    assert set(OPTIMIZERS) == RULES.keys()
    assert {kind.__name__ for kind in OPTIMIZERS} == keras_rules.RULES.keys()


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_its_steps_are_those_of_keras(name: str, settings: dict[str, Any]) -> None:
    document = {"type": name, **settings}
    optimizer = READ.validate_python(document)
    given = {**optimizer.model_dump(exclude={"type"})}
    rate, common = given.pop("learning_rate"), {field: given.pop(field) for field in COMMON}
    expected = keras_rules.steps(keras_rules.RULES[name](**given), first(), slopes(), rate, **common)
    updates = Updates(optimizer)
    weights = [jnp.asarray(leaf, jnp.float32) for leaf in first()]
    memory = updates.start(weights)
    step = jax.jit(updates.apply)
    for gradients, (reached, average) in zip(slopes(), expected, strict=True):
        slope = [jnp.asarray(leaf, jnp.float32) for leaf in gradients]
        weights, memory = step(weights, slope, memory, jnp.float32(rate))
        answering = average if common["use_ema"] else reached
        for ours, theirs in zip([*weights, *updates.answering(weights, memory)], [*reached, *answering], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


DEFAULTS = [
    {"learning_rate": 0.01, "type": "SGD", "momentum": 0.0, "nesterov": False},
    {"learning_rate": 0.001, "type": "RMSprop", "rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    {"learning_rate": 0.001, "type": "Adam", **ADAM, "amsgrad": False},
    {"learning_rate": 0.001, "type": "AdamW", "weight_decay": 0.004, **ADAM, "amsgrad": False},
    {"learning_rate": 0.001, "type": "Nadam", **ADAM},
    {"learning_rate": 0.001, "type": "Adamax", **ADAM},
    {"learning_rate": 0.001, "type": "Adagrad", "initial_accumulator_value": 0.1, "epsilon": 1e-7},
    {"learning_rate": 0.001, "type": "Adadelta", "rho": 0.95, "epsilon": 1e-7},
    {"learning_rate": 0.001, "type": "Lion", "beta_1": 0.9, "beta_2": 0.99},
    {"learning_rate": 0.001, "type": "Lamb", **ADAM},
    {
        "learning_rate": 0.001,
        "type": "Adafactor",
        "beta_2_decay": -0.8,
        "epsilon_1": 1e-30,
        "epsilon_2": 1e-3,
        "clip_threshold": 1.0,
    },
]


def test_every_optimizer_has_its_defaults_here() -> None:
    assert [expected["type"] for expected in DEFAULTS] == [kind.__name__ for kind in OPTIMIZERS]


@pytest.mark.parametrize("expected", DEFAULTS, ids=lambda document: document["type"])
def test_its_defaults_are_those_of_keras(expected: dict[str, Any]) -> None:
    assert READ.validate_python({"type": expected["type"]}).model_dump() == COMMON | expected


def test_every_setting_is_explained() -> None:
    for kind in OPTIMIZERS:
        assert kind.__doc__
        for name, described in kind.model_json_schema()["properties"].items():
            assert name == "type" or described["description"], (kind, name)


@pytest.mark.parametrize(
    "document",
    [
        {"type": "Newton"},
        {"type": "Adam", "learning_rate": 0},
        {"type": "Adam", "learning_rate": float("nan")},
        {"type": "AdamW", "weight_decay": None},
        {"type": "SGD", "momentum": 1},
        {"type": "SGD", "rho": 0.9},
        {"type": "SGD", "gradient_accumulation_steps": 1},
        {"type": "Adam", "clipnorm": 0},
    ],
)
def test_a_bad_setting_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(document)


def test_gradients_are_clipped_in_one_way_only() -> None:
    with pytest.raises(ValidationError, match=r"Received: clipnorm and clipvalue\. Leave all but one"):
        READ.validate_python({"type": "Adam", "clipnorm": 1, "clipvalue": 1})
