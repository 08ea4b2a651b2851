"""Losses as Keras 3.15 defines them (keras/src/losses/losses.py), in NumPy, per row.

`true` and `given` are (n, values).
"""

from __future__ import annotations

import numpy as np
from sklearn.metrics import mean_pinball_loss

EPSILON = 1e-7
Array = np.ndarray


def softmax(scores: Array) -> Array:
    raised = np.exp(scores)
    shares: Array = raised / raised.sum(1, keepdims=True)
    return shares


def sigmoid(scores: Array) -> Array:
    answers: Array = 1 / (1 + np.exp(-scores))
    return answers


def softplus(scores: Array) -> Array:
    answers: Array = np.log1p(np.exp(scores))
    return answers


def mse(true: Array, given: Array) -> Array:
    return np.square(true - given).mean(-1)


def mae(true: Array, given: Array) -> Array:
    return np.abs(true - given).mean(-1)


def huber(true: Array, given: Array, delta: float = 1.0) -> Array:
    error = np.abs(given - true)
    return np.where(error <= delta, 0.5 * error**2, delta * error - 0.5 * delta**2).mean(-1)


def log_cosh(true: Array, given: Array) -> Array:
    return np.log(np.cosh(given - true)).mean(-1)


def mape(true: Array, given: Array) -> Array:
    return 100 * np.abs((true - given) / np.maximum(np.abs(true), EPSILON)).mean(-1)


def msle(true: Array, given: Array) -> Array:
    first, second = (np.log(np.maximum(values, EPSILON) + 1) for values in (given, true))
    return np.square(first - second).mean(-1)


def poisson(true: Array, given: Array) -> Array:
    return (given - true * np.log(given + EPSILON)).mean(-1)


def cosine(true: Array, given: Array) -> Array:
    lengths = np.linalg.norm(true, axis=-1) * np.linalg.norm(given, axis=-1)
    return -(true * given).sum(-1) / lengths


def pinball(true: Array, given: Array, quantile: float) -> Array:
    return np.array([mean_pinball_loss(t, g, alpha=quantile) for t, g in zip(true, given, strict=True)])


def binary(true: Array, given: Array, smoothing: float = 0.0) -> Array:
    true, given = true * (1 - smoothing) + 0.5 * smoothing, np.clip(given, EPSILON, 1 - EPSILON)
    return -(true * np.log(given) + (1 - true) * np.log(1 - given)).mean(-1)


def binary_focal(
    true: Array, given: Array, gamma: float = 2.0, alpha: float | None = None, smoothing: float = 0.0
) -> Array:
    cross = binary(true, given, smoothing)
    true = true[:, 0] * (1 - smoothing) + 0.5 * smoothing
    met = true * given[:, 0] + (1 - true) * (1 - given[:, 0])
    return (1 - met) ** gamma * cross * (1 if alpha is None else true * alpha + (1 - true) * (1 - alpha))


def categorical(true: Array, given: Array, smoothing: float = 0.0) -> Array:
    true = true * (1 - smoothing) + smoothing / true.shape[-1]
    given = np.clip(given / given.sum(-1, keepdims=True), EPSILON, 1 - EPSILON)
    return -(true * np.log(given)).sum(-1)


def categorical_focal(
    true: Array, given: Array, gamma: float = 2.0, alpha: float = 0.25, smoothing: float = 0.0
) -> Array:
    true = true * (1 - smoothing) + smoothing / true.shape[-1]
    given = np.clip(given / given.sum(-1, keepdims=True), EPSILON, 1 - EPSILON)
    return -(alpha * (1 - given) ** gamma * true * np.log(given)).sum(-1)


def divergence(true: Array, given: Array) -> Array:
    true, given = np.clip(true, EPSILON, 1), np.clip(given, EPSILON, 1)
    return (true * np.log(true / given)).sum(-1)


def hinge(true: Array, given: Array) -> Array:
    return np.maximum(1 - (2 * true - 1) * given, 0).mean(-1)


def squared_hinge(true: Array, given: Array) -> Array:
    return np.square(np.maximum(1 - (2 * true - 1) * given, 0)).mean(-1)


def categorical_hinge(true: Array, given: Array) -> Array:
    return np.maximum(((1 - true) * given).max(-1) - (true * given).sum(-1) + 1, 0)
