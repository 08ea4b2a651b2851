"""Keras 3 on JAX: fit with the most steps to a call that its documentation suggests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import keras

from tests.benchmarks.works import Work, read

STEPS = 32


def side(_: str, folder: Path) -> Callable[[], float]:
    work, x, y = read(folder)
    steps = x.shape[0] // work.batch // STEPS * STEPS
    rows = steps * work.batch if steps else len(x)
    model = _model(work)
    loss: Any = keras.losses.SparseCategoricalCrossentropy(from_logits=True) if work.classes else "mse"
    model.compile(keras.optimizers.Adam(1e-3), loss, steps_per_execution=STEPS)

    class Clock(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            moments.append(time.perf_counter())

    moments: list[float] = []

    def run() -> float:
        moments.clear()
        model.fit(x[:rows], y[:rows], batch_size=work.batch, epochs=work.epochs, verbose=0, callbacks=[Clock()])
        return rows * (work.epochs - 1) / (moments[-1] - moments[0])

    return run


def _model(work: Work) -> Any:
    layers: list[Any] = [keras.Input(work.shape)]
    for place, (kind, number) in enumerate(work.layers):
        activation = None if place == len(work.layers) - 1 else "relu"
        layers.append(
            {
                "dense": lambda n, a: keras.layers.Dense(int(n), activation=a),
                "dropout": lambda n, a: keras.layers.Dropout(n),
                "conv": lambda n, a: keras.layers.Conv2D(int(n), 3, activation="relu"),
                "pool": lambda n, a: keras.layers.MaxPooling2D(),
                "flatten": lambda n, a: keras.layers.Flatten(),
                "lstm": lambda n, a: keras.layers.LSTM(int(n)),
            }[kind](number, activation)
        )
    return keras.Sequential(layers)
