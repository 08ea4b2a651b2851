"""Learning rates against the schedules of Keras 3.15 and PyTorch 2, written in NumPy from their sources."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from engine.training.names import MetricName
from engine.training.rates import Rates
from engine.training.schedules import SCHEDULES, Schedule
from engine.training.settings import Settings, rate_curve
from engine.training.watching import Watched

READ: TypeAdapter[Any] = TypeAdapter(Schedule)
STEPS, EPOCHS, RATE = 10, 20, 0.1
"""Steps of an epoch, epochs, and the learning rate of all cases."""


def exponential(step: int, rate: float, over: int, left: float, staircase: bool = False) -> float:
    past = step / over
    return float(rate * left ** (np.floor(past) if staircase else past))


def cosine(step: int, over: int, alpha: float = 0.0, warmup: int = 0) -> float:
    """Keras' CosineDecay with initial_learning_rate 0 and warmup_target RATE where it warms up."""
    if step < warmup:
        return RATE * step / warmup
    past = min(step - warmup, over) / over
    return float(RATE * ((1 - alpha) * 0.5 * (1 + np.cos(np.pi * past)) + alpha))


def restarts(step: int, first: int, t_mul: float, m_mul: float, alpha: float = 0.0) -> float:
    past = step / first
    if t_mul == 1.0:
        number = np.floor(past)
        past -= number
    else:
        number = np.floor(np.log(1 - past * (1 - t_mul)) / np.log(t_mul) + 1e-12)
        past = (past - (1 - t_mul**number) / (1 - t_mul)) / t_mul**number
    return float(RATE * ((1 - alpha) * 0.5 * m_mul**number * (1 + np.cos(np.pi * past)) + alpha))


def one_cycle(step: int, total: int, rising: float = 0.3, div: float = 25.0, final: float = 1e4) -> float:
    """PyTorch's OneCycleLR with cosine annealing, whose last step here is the end of the last epoch."""
    first = RATE / div
    low, high, start, end = (first, RATE, 0.0, rising * total)
    if step >= end:
        low, high, start, end = (RATE, first / final, end, float(total))
    past = (step - start) / (end - start)
    return float(high + (low - high) / 2 * (1 + math.cos(math.pi * past)))


ALL = STEPS * EPOCHS
CASES: list[tuple[dict[str, Any], Callable[[int], float]]] = [
    ({"type": "constant"}, lambda step: RATE),
    ({"type": "constant", "warmup_epochs": 3}, lambda step: RATE * min(1.0, step / 30)),
    ({"type": "step"}, lambda step: exponential(step, RATE, 100, 0.5, True)),
    ({"type": "step", "every": 3, "drop": 0.1}, lambda step: exponential(step, RATE, 30, 0.1, True)),
    (
        {"type": "piecewise", "boundaries": [5, 12.5], "shares": [0.2, 2]},
        lambda step: RATE * (1 if step < 50 else 0.2 if step < 125 else 2),
    ),
    ({"type": "exponential"}, lambda step: exponential(step, RATE, 10, 0.9)),
    (
        {"type": "exponential", "decay_epochs": 4, "decay_rate": 0.5, "staircase": True},
        lambda step: exponential(step, RATE, 40, 0.5, True),
    ),
    ({"type": "cosine"}, lambda step: cosine(step, ALL)),
    ({"type": "cosine", "decay_epochs": 8, "alpha": 0.1}, lambda step: cosine(step, 80, 0.1)),
    ({"type": "cosine", "warmup_epochs": 2.5}, lambda step: cosine(step, ALL - 25, 0.0, 25)),
    ({"type": "cosine_restarts", "first_decay_epochs": 3}, lambda step: restarts(step, 30, 2.0, 1.0)),
    (
        {"type": "cosine_restarts", "first_decay_epochs": 4, "t_mul": 1, "m_mul": 0.5, "alpha": 0.1},
        lambda step: restarts(step, 40, 1.0, 0.5, 0.1),
    ),
    ({"type": "one_cycle"}, lambda step: one_cycle(step, ALL)),
    (
        {"type": "one_cycle", "rising": 0.1, "div_factor": 10, "final_div_factor": 100},
        lambda step: one_cycle(step, ALL, 0.1, 10.0, 100.0),
    ),
    ({"type": "plateau"}, lambda step: RATE),
]


def settings(schedule: dict[str, Any]) -> Settings:
    document = {"epochs": EPOCHS, "optimizer": {"type": "SGD", "learning_rate": RATE}, "schedule": schedule}
    return Settings.model_validate(document)


def test_every_schedule_has_a_case() -> None:
    assert {case["type"] for case, _ in CASES} == {kind.model_fields["type"].default for kind in SCHEDULES}


@pytest.mark.parametrize(("document", "expected"), CASES, ids=[str(document) for document, _ in CASES])
def test_its_rates_are_those_of_the_reference(document: dict[str, Any], expected: Callable[[int], float]) -> None:
    rates = Rates(settings(document), STEPS)
    whole = [expected(step) for step in range(ALL)]
    np.testing.assert_allclose(rates.of(0, ALL), whole, rtol=1e-6, atol=1e-9)
    parts = np.concatenate([rates.of(first, 8) for first in range(0, ALL, 8)])
    np.testing.assert_array_equal(parts, rates.of(0, ALL))
    assert rates.of(0, 3).dtype == np.float32
    curve = rate_curve(settings(document))
    assert len(curve["epochs"]) == len(curve["rates"])
    drawn = [expected(round(epoch * STEPS)) for epoch in curve["epochs"][::2]]
    np.testing.assert_allclose(curve["rates"][::2], drawn, rtol=1e-6, atol=1e-9)


def on_plateau(losses: list[float], **schedule: Any) -> list[float]:
    """The rate after each epoch."""
    rates = Rates(settings({"type": "plateau", **schedule}), STEPS)
    found = []
    for loss in losses:
        rates.hear({"loss": loss})
        found.append(rates.at(0))
    return found


def keras_plateau(
    losses: list[float], drop: float, patience: int, min_delta: float = 1e-4, cooldown: int = 0, min_lr: float = 0.0
) -> list[float]:
    """Keras' ReduceLROnPlateau."""
    rate, best, wait, resting, found = RATE, np.inf, 0, 0, []
    for loss in losses:
        if resting > 0:
            resting, wait = resting - 1, 0
        if loss < best - min_delta:
            best, wait = loss, 0
        elif resting <= 0:
            wait += 1
            if wait >= patience and rate > min_lr:
                rate, resting, wait = max(rate * drop, min_lr), cooldown, 0
        found.append(rate)
    return found


@pytest.mark.parametrize(
    "schedule",
    [
        {"drop": 0.1, "patience": 1},
        {"drop": 0.5, "patience": 3},
        {"drop": 0.5, "patience": 2, "cooldown": 4, "min_lr": 0.02},
        {"drop": 0.5, "patience": 1, "min_delta": 0.3},
    ],
)
def test_plateaus_lower_the_rate_as_in_keras(schedule: dict[str, Any]) -> None:
    losses = np.random.default_rng(5).normal(1, 0.3, 60).round(3).tolist()
    assert on_plateau(losses, **schedule) == pytest.approx(keras_plateau(losses, **schedule))


def test_a_fall_on_a_plateau_is_told_once_and_nothing_is_told_where_it_can_fall_no_more() -> None:
    rates = Rates(settings({"type": "plateau", "patience": 2, "drop": 0.1, "min_lr": 0.01}), STEPS)
    told = [rates.hear({"loss": 1.0}) for _ in range(8)]
    fell = "The learning rate fell to 0.01, as validation loss had not improved for 2 epochs."
    assert told == [None, None, fell, None, None, None, None, None]


@pytest.mark.parametrize(
    "schedule",
    [{}, {"patience": 1}, {"patience": 3, "cooldown": 1, "min_lr": 0.03}, {"patience": 2, "cooldown": 4, "drop": 0.5}],
)
def test_the_sketch_of_a_plateau_is_what_a_run_that_never_improves_does(schedule: dict[str, Any]) -> None:
    curve = rate_curve(settings({"type": "plateau", **schedule}))
    rates = Rates(settings({"type": "plateau", **schedule}), STEPS)
    left = [RATE]
    for _ in range(EPOCHS):
        rates.hear({"loss": 1.0})
        left.append(rates.at(0))
    assert len(set(left)) > 1
    drawn = dict(zip(curve["epochs"], curve["at_worst"], strict=True))
    whole = {epoch: rate for epoch, rate in drawn.items() if epoch == int(epoch)}
    assert len(whole) > EPOCHS / 2
    assert [left[int(epoch)] for epoch in whole] == pytest.approx(list(whole.values()))
    assert rate_curve(settings({"type": "cosine"}))["at_worst"] is None


def test_a_measure_of_which_more_is_better_rests_while_it_rises() -> None:
    rising, falling = (
        Rates(
            settings({"type": "plateau", "monitor": "validation_auc", "patience": 1}), STEPS, Watched("auc", "higher")
        )
        for _ in range(2)
    )
    for place in range(5):
        rising.hear({"auc": 0.5 + place / 10})
        falling.hear({"auc": 0.9 - place / 10})
    assert rising.left == 1.0
    assert falling.left == pytest.approx(1e-4)


def test_the_learning_rate_may_be_changed_while_a_run_goes_on() -> None:
    rates = Rates(settings({"type": "cosine"}), STEPS)
    before = rates.of(50, 10)
    rates.base = 2 * RATE
    np.testing.assert_allclose(rates.of(50, 10), 2 * before, rtol=1e-6)


def test_what_can_be_watched_is_named_in_the_form() -> None:
    for kind in SCHEDULES:
        described = kind.model_json_schema()["properties"]
        assert all(name == "type" or field["description"] for name, field in described.items())
    monitor = SCHEDULES[-1].model_json_schema()["properties"]["monitor"]
    assert monitor["x-source"] == "monitors"  # which of them there are the report of a drawing says
    assert set(monitor["x-words"]) == {"validation_loss", *(f"validation_{name}" for name in get_args(MetricName))}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"type": "piecewise", "boundaries": [1, 2], "shares": [0.1]}, "Received: 2 boundaries and 1 shares"),
        ({"type": "piecewise", "boundaries": [5, 2], "shares": [0.1, 0.01]}, "Received: 5, 2"),
        ({"type": "plateau", "monitor": "loss"}, "validation_"),
        ({"type": "cosine", "every": 3}, "every"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(document: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        READ.validate_python(document)
    assert words in str(refused.value)
