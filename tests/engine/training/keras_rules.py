"""The optimizers of Keras 3.15 written in NumPy, from its source, as a reference for ours.

Each rule is a generator of `[(gradients, rate) sent in, weights given back]` over a list of float64 arrays. They were
held against Keras itself once, with every case of test_optimizers.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

Array = np.ndarray
Rule = Callable[[int, Array, Array, float, dict[str, Any]], Array]
"""(update number from 1, gradient, weights, rate, memory of this array) → new weights."""


def sgd(momentum: float = 0.0, nesterov: bool = False) -> Rule:
    def move(step: int, slope: Array, weights: Array, rate: float, kept: dict[str, Any]) -> Array:
        if not momentum:
            return weights - rate * slope
        kept["m"] = momentum * kept.get("m", 0.0) - rate * slope
        return weights + (momentum * kept["m"] - rate * slope if nesterov else kept["m"])

    return move


def rmsprop(rho: float = 0.9, momentum: float = 0.0, epsilon: float = 1e-7, centered: bool = False) -> Rule:
    def move(step: int, slope: Array, weights: Array, rate: float, kept: dict[str, Any]) -> Array:
        kept["v"] = rho * kept.get("v", 0.0) + (1 - rho) * slope**2
        size = kept["v"] + epsilon
        if centered:
            kept["a"] = rho * kept.get("a", 0.0) + (1 - rho) * slope
            size = size - kept["a"] ** 2
        change = rate * slope / np.sqrt(size)
        if not momentum:
            return weights - change
        kept["m"] = momentum * kept.get("m", 0.0) + change
        return weights - kept["m"]

    return move


def adam(beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7, amsgrad: bool = False) -> Rule:
    def move(step: int, slope: Array, weights: Array, rate: float, kept: dict[str, Any]) -> Array:
        kept["m"] = beta_1 * kept.get("m", 0.0) + (1 - beta_1) * slope
        kept["v"] = beta_2 * kept.get("v", 0.0) + (1 - beta_2) * slope**2
        kept["h"] = np.maximum(kept.get("h", 0.0), kept["v"])
        alpha = rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
        return weights - alpha * kept["m"] / (np.sqrt(kept["h" if amsgrad else "v"]) + epsilon)

    return move


def nadam(beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7) -> Rule:
    def move(step: int, slope: Array, weights: Array, rate: float, kept: dict[str, Any]) -> Array:
        now = beta_1 * (1 - 0.5 * 0.96**step)
        later = beta_1 * (1 - 0.5 * 0.96 ** (step + 1))
        kept["u"] = kept.get("u", 1.0) * now
        kept["m"] = beta_1 * kept.get("m", 0.0) + (1 - beta_1) * slope
        kept["v"] = beta_2 * kept.get("v", 0.0) + (1 - beta_2) * slope**2
        m_hat = later * kept["m"] / (1 - kept["u"] * later) + (1 - now) * slope / (1 - kept["u"])
        return weights - rate * m_hat / (np.sqrt(kept["v"] / (1 - beta_2**step)) + epsilon)

    return move


def adamax(beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7) -> Rule:
    def move(step: int, slope: Array, weights: Array, rate: float, kept: dict[str, Any]) -> Array:
        kept["m"] = beta_1 * kept.get("m", 0.0) + (1 - beta_1) * slope
        kept["u"] = np.maximum(beta_2 * kept.get("u", 0.0), np.abs(slope))
        return weights - rate * kept["m"] / ((1 - beta_1**step) * (kept["u"] + epsilon))

    return move


def adagrad(initial_accumulator_value: float = 0.1, epsilon: float = 1e-7) -> Rule:
    def move(step: int, slope: Array, weights: Array, rate: float, kept: dict[str, Any]) -> Array:
        kept["a"] = kept.get("a", initial_accumulator_value) + slope**2
        return weights - rate * slope / np.sqrt(kept["a"] + epsilon)

    return move


def adadelta(rho: float = 0.95, epsilon: float = 1e-7) -> Rule:
    def move(step: int, slope: Array, weights: Array, rate: float, kept: dict[str, Any]) -> Array:
        kept["g"] = rho * kept.get("g", 0.0) + (1 - rho) * slope**2
        change = -np.sqrt(kept.get("d", 0.0) + epsilon) * slope / np.sqrt(kept["g"] + epsilon)
        kept["d"] = rho * kept.get("d", 0.0) + (1 - rho) * change**2
        return weights + rate * change

    return move


def lion(beta_1: float = 0.9, beta_2: float = 0.99) -> Rule:
    def move(step: int, slope: Array, weights: Array, rate: float, kept: dict[str, Any]) -> Array:
        mean = kept.get("m", 0.0)
        kept["m"] = beta_2 * mean + (1 - beta_2) * slope
        return weights - rate * np.sign(beta_1 * mean + (1 - beta_1) * slope)

    return move


def lamb(beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7) -> Rule:
    def move(step: int, slope: Array, weights: Array, rate: float, kept: dict[str, Any]) -> Array:
        kept["m"] = beta_1 * kept.get("m", 0.0) + (1 - beta_1) * slope
        kept["v"] = beta_2 * kept.get("v", 0.0) + (1 - beta_2) * slope**2
        update = kept["m"] / (1 - beta_1**step) / (np.sqrt(kept["v"] / (1 - beta_2**step)) + epsilon)
        lengths = np.linalg.norm(weights), np.linalg.norm(update)
        return weights - (lengths[0] / lengths[1] if min(lengths) > 0 else 1.0) * rate * update

    return move


def adafactor(
    beta_2_decay: float = -0.8, epsilon_1: float = 1e-30, epsilon_2: float = 1e-3, clip_threshold: float = 1.0
) -> Rule:
    def size(values: Array) -> float:
        return float(np.sqrt(np.mean(values**2)))

    def move(step: int, slope: Array, weights: Array, rate: float, kept: dict[str, Any]) -> Array:
        alpha = max(epsilon_2, size(weights)) * min(rate, 1 / np.sqrt(step))
        beta = 1 - float(step) ** beta_2_decay
        square = slope**2 + epsilon_1
        if weights.ndim < 2:
            v = kept["v"] = beta * kept.get("v", 0.0) + (1 - beta) * square
        else:
            r = kept["r"] = beta * kept.get("r", 0.0) + (1 - beta) * square.mean(-1)
            c = kept["c"] = beta * kept.get("c", 0.0) + (1 - beta) * square.mean(-2)
            v = (r / r.mean(-1, keepdims=True))[..., None] * c[..., None, :]
        update = slope / np.sqrt(v)
        return weights - alpha * update / max(1.0, size(update) / clip_threshold)

    return move


RULES: dict[str, Callable[..., Rule]] = {
    "SGD": sgd, "RMSprop": rmsprop, "Adam": adam, "AdamW": adam, "Nadam": nadam, "Adamax": adamax,
    "Adagrad": adagrad, "Adadelta": adadelta, "Lion": lion, "Lamb": lamb, "Adafactor": adafactor,
}  # fmt: skip


def clipped(slopes: list[Array], common: dict[str, Any]) -> list[Array]:
    if longest := common.get("clipnorm"):
        return [slope * longest / max(np.linalg.norm(slope), longest) for slope in slopes]
    if longest := common.get("global_clipnorm"):
        length = np.sqrt(sum(np.sum(slope**2) for slope in slopes))
        return [slope * longest / max(length, longest) for slope in slopes]
    if most := common.get("clipvalue"):
        return [np.clip(slope, -most, most) for slope in slopes]
    return slopes


def steps(
    move: Rule, weights: list[Array], slopes: Iterable[list[Array]], rate: float, **common: Any
) -> Iterator[tuple[list[Array], list[Array]]]:
    """The weights and their moving averages after each step, as Keras 3 does them on JAX."""
    memories: list[dict[str, Any]] = [{} for _ in weights]
    average = [np.zeros_like(leaf) for leaf in weights]
    sums = [np.zeros_like(leaf) for leaf in weights]
    every, momentum = common.get("gradient_accumulation_steps") or 1, common.get("ema_momentum", 0.99)
    for number, given in enumerate(slopes):
        updates = number // every
        sums = [total + slope for total, slope in zip(sums, given, strict=True)]
        if (number + 1) % every == 0:
            means = clipped([total / every for total in sums], common)
            sums = [np.zeros_like(leaf) for leaf in weights]
            shrunk = [leaf - leaf * (common.get("weight_decay") or 0.0) * rate for leaf in weights]
            weights = [
                move(updates + 1, slope, leaf, rate, memory)
                for slope, leaf, memory in zip(means, shrunk, memories, strict=True)
            ]
        kept = momentum if updates else 0.0
        average = [kept * old + (1 - kept) * leaf for old, leaf in zip(average, weights, strict=True)]
        yield weights, average
