"""Twenty steps of every optimizer against the update rules of Keras written in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax.numpy as jnp
import numpy as np
import optax
import pytest
from pydantic import TypeAdapter, ValidationError

from engine.training.optimizers import OPTIMIZERS, Optimizer

Array = np.ndarray
READ: TypeAdapter[Any] = TypeAdapter(Optimizer)
STEPS = 20


def slopes() -> Iterator[Array]:
    random = np.random.default_rng(8)
    for _ in range(STEPS):
        yield random.normal(size=7) * np.array([1, 1, 2, 0.1, 0.5, 3, 1])


def sgd(weights: Array, learning_rate: float = 0.01, momentum: float = 0.0, nesterov: bool = False) -> Iterator[Array]:
    speed = np.zeros_like(weights)
    for slope in slopes():
        speed = momentum * speed - learning_rate * slope
        weights = weights + (momentum * speed - learning_rate * slope if nesterov else speed)
        yield weights


def rmsprop(
    weights: Array, learning_rate: float = 0.001, rho: float = 0.9, momentum: float = 0.0, centered: bool = False
) -> Iterator[Array]:
    square, mean, speed = (np.zeros_like(weights) for _ in range(3))
    for slope in slopes():
        square = rho * square + (1 - rho) * slope**2
        mean = rho * mean + (1 - rho) * slope
        size = square - mean**2 if centered else square
        step = learning_rate * slope / np.sqrt(size + 1e-7)
        speed = momentum * speed + step
        weights = weights - (speed if momentum else step)
        yield weights


def adam(
    weights: Array,
    learning_rate: float = 0.001,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    weight_decay: float = 0.0,
) -> Iterator[Array]:
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step, slope in enumerate(slopes(), start=1):
        weights = weights - weights * weight_decay * learning_rate
        mean = beta_1 * mean + (1 - beta_1) * slope
        square = beta_2 * square + (1 - beta_2) * slope**2
        rate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
        weights = weights - rate * mean / (np.sqrt(square) + 1e-7)
        yield weights


def adamw(weights: Array, weight_decay: float = 0.004, **settings: float) -> Iterator[Array]:
    return adam(weights, weight_decay=weight_decay, **settings)


RULES: dict[str, Callable[..., Iterator[Array]]] = {"SGD": sgd, "RMSprop": rmsprop, "Adam": adam, "AdamW": adamw}

CASES: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", {"momentum": 0.8, "nesterov": True}),
    ("RMSprop", {}),
    ("RMSprop", {"rho": 0.8, "momentum": 0.5}),
    ("RMSprop", {"centered": True, "learning_rate": 0.01}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.9}),
    ("AdamW", {}),
    ("AdamW", {"weight_decay": 0.5, "learning_rate": 0.02}),
]


def test_every_optimizer_has_a_case() -> None:
    assert {name for name, _ in CASES} == RULES.keys() == {kind.__name__ for kind in OPTIMIZERS}


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_its_steps_are_those_of_keras(name: str, settings: dict[str, Any]) -> None:
    first = np.linspace(-1, 1, 7)
    optimizer = READ.validate_python({"type": name, **settings})
    rule = optimizer.lower().build(learning_rate=jnp.float32(optimizer.learning_rate))
    weights = jnp.asarray(first, jnp.float32)
    state = rule.init(weights)
    for slope, expected in zip(slopes(), RULES[name](first, **settings), strict=True):
        change, state = rule.update(jnp.asarray(slope, jnp.float32), state, weights)
        weights = optax.apply_updates(weights, change)
        np.testing.assert_allclose(weights, expected, atol=1e-5)


DEFAULTS = [
    {"learning_rate": 0.01, "type": "SGD", "momentum": 0.0, "nesterov": False},
    {"learning_rate": 0.001, "type": "RMSprop", "rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    {"learning_rate": 0.001, "type": "Adam", "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    {
        "learning_rate": 0.001,
        "type": "AdamW",
        "weight_decay": 0.004,
        "beta_1": 0.9,
        "beta_2": 0.999,
        "epsilon": 1e-7,
    },
]


@pytest.mark.parametrize("expected", DEFAULTS, ids=lambda document: document["type"])
def test_its_defaults_are_those_of_keras(expected: dict[str, Any]) -> None:
    assert READ.validate_python({"type": expected["type"]}).model_dump() == expected


@pytest.mark.parametrize(
    "document",
    [
        {"type": "Adagrad"},
        {"type": "Adam", "learning_rate": 0},
        {"type": "Adam", "learning_rate": float("nan")},
        {"type": "SGD", "momentum": 1},
        {"type": "SGD", "rho": 0.9},
    ],
)
def test_a_bad_setting_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(document)
