"""The update rules of the optimizers, array by array, exactly as Keras 3 computes them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from engine.training import optimizers as documents

Slots = tuple[jax.Array, ...]
"""What a rule remembers of one weight array from step to step."""


@dataclass(frozen=True)
class Moment:
    """A step: its gradient, the learning rate, and its number, which begins with 1 (float32)."""

    gradient: jax.Array
    rate: jax.Array
    number: jax.Array


@dataclass(frozen=True)
class Rule:
    """What to remember of a weight array at first, and (weights, slots, moment) → the new weights and slots."""

    begin: Callable[[jax.Array], Slots]
    move: Callable[[jax.Array, Slots, Moment], tuple[jax.Array, Slots]]


def rule(optimizer: documents.Optimizer) -> Rule:
    """The rule of an optimizer."""
    return RULES[type(optimizer)](optimizer)


def _zeros(count: int) -> Callable[[jax.Array], Slots]:
    return lambda weights: tuple(jnp.zeros_like(weights) for _ in range(count))


def _toward(mean: jax.Array, value: jax.Array, beta: float) -> jax.Array:
    """A moving mean that keeps the share `beta` of itself."""
    return mean + (value - mean) * (1 - beta)


def _seen(beta: float, number: jax.Array) -> jax.Array:
    """1 - beta ** number: how much a moving mean has seen; exact also where beta is almost 1."""
    return -jnp.expm1(number * math.log(beta)) if beta else jnp.ones_like(number)


def sgd(setting: documents.SGD) -> Rule:
    def move(weights: jax.Array, slots: Slots, at: Moment) -> tuple[jax.Array, Slots]:
        step = at.rate * at.gradient
        if not setting.momentum:
            return weights - step, ()
        speed = setting.momentum * slots[0] - step
        return weights + (setting.momentum * speed - step if setting.nesterov else speed), (speed,)

    return Rule(_zeros(1 if setting.momentum else 0), move)


def rmsprop(setting: documents.RMSprop) -> Rule:
    def move(weights: jax.Array, slots: Slots, at: Moment) -> tuple[jax.Array, Slots]:
        kept = iter(slots)
        square = _toward(next(kept), jnp.square(at.gradient), setting.rho)
        size, new = square, [square]
        if setting.centered:
            new.append(_toward(next(kept), at.gradient, setting.rho))
            size = square - jnp.square(new[-1])
        step = at.rate * at.gradient / jnp.sqrt(size + setting.epsilon)
        if setting.momentum:
            step = setting.momentum * next(kept) + step
            new.append(step)
        return weights - step, tuple(new)

    return Rule(_zeros(1 + setting.centered + bool(setting.momentum)), move)


def adam(setting: documents.Adam | documents.AdamW) -> Rule:
    def move(weights: jax.Array, slots: Slots, at: Moment) -> tuple[jax.Array, Slots]:
        mean = _toward(slots[0], at.gradient, setting.beta_1)
        square = _toward(slots[1], jnp.square(at.gradient), setting.beta_2)
        rate = at.rate * jnp.sqrt(_seen(setting.beta_2, at.number)) / _seen(setting.beta_1, at.number)
        new = (mean, square, jnp.maximum(slots[2], square)) if setting.amsgrad else (mean, square)
        return weights - mean * rate / (jnp.sqrt(new[-1]) + setting.epsilon), new

    return Rule(_zeros(3 if setting.amsgrad else 2), move)


def nadam(setting: documents.Nadam) -> Rule:
    def look(number: jax.Array) -> jax.Array:
        return setting.beta_1 * (1 - 0.5 * 0.96**number)

    def move(weights: jax.Array, slots: Slots, at: Moment) -> tuple[jax.Array, Slots]:
        now, ahead = look(at.number), look(at.number + 1)
        product = slots[2] * now
        mean = _toward(slots[0], at.gradient, setting.beta_1)
        square = _toward(slots[1], jnp.square(at.gradient), setting.beta_2)
        slope = ahead * mean / (1 - product * ahead) + (1 - now) * at.gradient / (1 - product)
        size = jnp.sqrt(square / _seen(setting.beta_2, at.number))
        return weights - at.rate * slope / (size + setting.epsilon), (mean, square, product)

    return Rule(lambda weights: (*_zeros(2)(weights), jnp.ones((), weights.dtype)), move)


def adamax(setting: documents.Adamax) -> Rule:
    def move(weights: jax.Array, slots: Slots, at: Moment) -> tuple[jax.Array, Slots]:
        mean = _toward(slots[0], at.gradient, setting.beta_1)
        size = jnp.maximum(setting.beta_2 * slots[1], jnp.abs(at.gradient))
        step = at.rate * mean / (_seen(setting.beta_1, at.number) * (size + setting.epsilon))
        return weights - step, (mean, size)

    return Rule(_zeros(2), move)


def adagrad(setting: documents.Adagrad) -> Rule:
    def move(weights: jax.Array, slots: Slots, at: Moment) -> tuple[jax.Array, Slots]:
        total = slots[0] + jnp.square(at.gradient)
        return weights - at.rate * at.gradient / jnp.sqrt(total + setting.epsilon), (total,)

    return Rule(lambda weights: (jnp.full_like(weights, setting.initial_accumulator_value),), move)


def adadelta(setting: documents.Adadelta) -> Rule:
    def move(weights: jax.Array, slots: Slots, at: Moment) -> tuple[jax.Array, Slots]:
        square = _toward(slots[0], jnp.square(at.gradient), setting.rho)
        step = jnp.sqrt(slots[1] + setting.epsilon) * at.gradient / jnp.sqrt(square + setting.epsilon)
        return weights - at.rate * step, (square, _toward(slots[1], jnp.square(step), setting.rho))

    return Rule(_zeros(2), move)


def lion(setting: documents.Lion) -> Rule:
    def move(weights: jax.Array, slots: Slots, at: Moment) -> tuple[jax.Array, Slots]:
        step = at.rate * jnp.sign(slots[0] * setting.beta_1 + at.gradient * (1 - setting.beta_1))
        return weights - step, (slots[0] * setting.beta_2 + at.gradient * (1 - setting.beta_2),)

    return Rule(_zeros(1), move)


def lamb(setting: documents.Lamb) -> Rule:
    def move(weights: jax.Array, slots: Slots, at: Moment) -> tuple[jax.Array, Slots]:
        mean = _toward(slots[0], at.gradient, setting.beta_1)
        square = _toward(slots[1], jnp.square(at.gradient), setting.beta_2)
        size = jnp.sqrt(square / _seen(setting.beta_2, at.number)) + setting.epsilon
        step = mean / _seen(setting.beta_1, at.number) / size
        length, reach = jnp.sqrt(jnp.sum(jnp.square(weights))), jnp.sqrt(jnp.sum(jnp.square(step)))
        both = (length > 0) & (reach > 0)
        ratio = jnp.where(both, length / jnp.where(both, reach, 1), 1)
        return weights - ratio * at.rate * step, (mean, square)

    return Rule(_zeros(2), move)


def adafactor(setting: documents.Adafactor) -> Rule:
    def mean_size(values: jax.Array) -> jax.Array:
        return jnp.sqrt(jnp.mean(jnp.square(values)))

    def begin(weights: jax.Array) -> Slots:
        if weights.ndim < 2:
            return (jnp.zeros_like(weights),)
        return jnp.zeros_like(weights[..., 0]), jnp.zeros_like(weights[..., 0, :])

    def move(weights: jax.Array, slots: Slots, at: Moment) -> tuple[jax.Array, Slots]:
        falling = 1 / jnp.sqrt(at.number)
        rate = jnp.minimum(at.rate, falling)  # as Keras has it, also where the step is not relative
        beta = 1 - at.number**setting.beta_2_decay
        square = jnp.square(at.gradient) + setting.epsilon_1
        means = (square,) if weights.ndim < 2 else (square.mean(axis=-1), square.mean(axis=-2))
        new = tuple(beta * old + (1 - beta) * mean for old, mean in zip(slots, means, strict=True))
        size = new[0]
        if weights.ndim >= 2:
            size = (new[0] / new[0].mean(axis=-1, keepdims=True))[..., None] * new[1][..., None, :]
        step = at.gradient / jnp.sqrt(size)
        step = step / jnp.maximum(1, mean_size(step) / setting.clip_threshold)
        return weights - jnp.maximum(setting.epsilon_2, mean_size(weights)) * rate * step, new

    return Rule(begin, move)


RULES: dict[type, Callable[[Any], Rule]] = {
    documents.SGD: sgd,
    documents.RMSprop: rmsprop,
    documents.Adam: adam,
    documents.AdamW: adam,
    documents.Nadam: nadam,
    documents.Adamax: adamax,
    documents.Adagrad: adagrad,
    documents.Adadelta: adadelta,
    documents.Lion: lion,
    documents.Lamb: lamb,
    documents.Adafactor: adafactor,
}
"""The rule of each optimizer."""
