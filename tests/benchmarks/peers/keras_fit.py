"""Keras 3 on JAX: fit with the most steps to a call that its documentation suggests."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras

from tests.benchmarks.trained import Run, Trained
from tests.benchmarks.works import Work, read

STEPS = 32

ENOUGH = 2.5
"""Seconds that are timed at the most, the rest of an epoch excepted; its speed does not depend on them."""


def side(_: str, folder: Path) -> Run:
    work, x, y = read(folder)
    steps = x.shape[0] // work.batch // STEPS * STEPS
    rows = steps * work.batch if steps else len(x)
    model = _model(work)
    loss: Any = keras.losses.SparseCategoricalCrossentropy(from_logits=True) if work.classes else "mse"
    model.compile(keras.optimizers.Adam(1e-3), loss, steps_per_execution=STEPS)

    class Clock(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            moments.append(time.perf_counter())
            self.model.stop_training = moments[-1] - moments[0] > ENOUGH

    moments: list[float] = []

    def run(epochs: int) -> Trained:
        moments.clear()
        model.fit(x[:rows], y[:rows], batch_size=work.batch, epochs=epochs, verbose=0, callbacks=[Clock()])
        count = sum(math.prod(weight.shape) for weight in model.trainable_weights)
        examples = rows * (len(moments) - 1)
        return Trained(examples, moments[0], moments[-1], count, jax.devices()[0].device_kind)

    return run


def _model(work: Work) -> Any:
    if work.precision != "float32":
        keras.mixed_precision.set_global_policy(f"mixed_{work.precision}")
    given = x = keras.Input(work.shape)
    for place, (kind, number) in enumerate(work.layers):
        x = _layer(x, kind, number, None if place == len(work.layers) - 1 else "relu")
    return keras.Model(given, x)


def _layer(x: Any, kind: str, number: float, activation: str | None) -> Any:
    layers, wide = keras.layers, int(number)
    match kind:
        case "dense":
            return layers.Dense(wide, activation=activation, dtype=None if activation else "float32")(x)
        case "dropout":
            return layers.Dropout(number)(x)
        case "conv":
            return layers.Conv2D(wide, 3, activation="relu")(x)
        case "pool":
            return layers.MaxPooling2D()(x)
        case "flatten":
            return layers.Flatten()(x)
        case "lstm":
            return layers.LSTM(wide)(x)
        case "mean":
            return layers.GlobalAveragePooling2D()(x)
        case "stem":
            return layers.ReLU()(_normalized(x, wide, 3, 1))
    strides = 1 if x.shape[-1] == wide else 2
    out = _normalized(layers.ReLU()(_normalized(x, wide, 3, strides)), wide, 3, 1)
    return layers.ReLU()(layers.Add()([out, x if strides == 1 else _normalized(x, wide, 1, strides)]))


def _normalized(x: Any, wide: int, size: int, strides: int) -> Any:
    convolved = keras.layers.Conv2D(wide, size, strides, padding="same", use_bias=False)(x)
    return keras.layers.BatchNormalization()(convolved)
