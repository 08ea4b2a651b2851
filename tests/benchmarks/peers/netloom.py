"""Netloom's side: the real train(job) with all its events, on a data set made as an upload makes it."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.profile import profile
from engine.data.recipe import Recipe
from engine.graph.document import Graph
from engine.job import Job, train
from engine.training.settings import Settings
from tests.benchmarks.trained import Run, Trained
from tests.benchmarks.works import Work, read
from tests.engine.nets import Sketch

HELD_OUT = 0.005
"""The share of validation and of test rows; small, since the peers evaluate nothing."""

START = np.datetime64("2020-01-01T00:00")


def side(_: str, folder: Path) -> Run:
    work, x, y = read(folder)
    job = _job(work, folder, x, y)

    def run(epochs: int) -> Trained:
        """From the end of the first epoch, when all is compiled, to the end of the last."""
        settings = job.settings.model_copy(update={"epochs": epochs})
        told = list(_timed(replace(job, settings=settings)))
        started = next(event for event, _ in told if event["type"] == "started")
        moments = [moment for event, moment in told if event["type"] == "epoch"]
        for thread in threading.enumerate():  # a program of many steps is compiled beside the training, once
            if thread.name == "compiling":
                thread.join()
        examples = started["rows"]["train"] * (len(moments) - 1)
        return Trained(examples, moments[0], moments[-1], started["parameters"], started["device"])

    return run


def _timed(job: Job) -> Any:
    return ((event, time.perf_counter()) for event in train(job))


def _job(work: Work, folder: Path, x: np.ndarray, y: np.ndarray) -> Job:
    windows = (folder / "series.npy").exists()
    if windows:
        _write_series(folder, y, work.shape[0])
    else:
        with (folder / "upload").open("wb") as file:
            np.savez(file, x=np.round(x * 255).astype(np.uint8) if work.classes else x, y=y)
        (folder / "request.json").write_text(json.dumps({"filename": "made.npz"}))
    profile(folder, lambda *_: None)
    recipe = json.loads((folder / "profile.json").read_text())["recipe"]
    target = "label" if work.classes else "y"
    if windows:
        columns = {f"x{n}": {"kind": "number", "scale": "none"} for n in range(work.shape[1])}
        columns |= {"when": {"role": "time", "kind": "date"}, "y": {"role": "target", "kind": "number"}}
        series = {"lookback": work.shape[0], "horizon": 1, "target_past": False}
        recipe = {"kind": "series", "columns": columns, "series": series, "split": {"method": "time"}}
    elif not work.classes:
        recipe["columns"]["y"]["role"] = "target"
    recipe["split"] |= {"train": 1 - 2 * HELD_OUT, "validation": HELD_OUT, "test": HELD_OUT}
    made = Recipe.model_validate(recipe)
    document = {"batch_size": work.batch, "precision": work.precision, "early_stopping": None}
    settings = Settings.model_validate(document)
    drawing = graph(work, next(iter(made.inputs)), target)
    return Job(folder, folder, drawing, made, settings, cache=folder / "compiled")  # as every person has one


def _write_series(folder: Path, y: np.ndarray, lookback: int) -> None:
    """One row an hour; the row after a window holds its target."""
    series = np.load(folder / "series.npy")
    times = START + np.arange(len(series)).astype("timedelta64[h]")
    targets = np.concatenate([np.zeros(lookback), y])
    names = [f"x{n}" for n in range(series.shape[1])]
    with (folder / "upload").open("w") as file:
        file.write(",".join(["when", *names, "y"]) + "\n")
        for moment, row, target in zip(times, series, targets, strict=True):
            file.write(",".join([str(moment), *(f"{value:.6g}" for value in row), f"{target:.6g}"]) + "\n")
    (folder / "request.json").write_text(json.dumps({"filename": "made.csv"}))


def graph(work: Work, given: str, target: str) -> Graph:
    """The work as a drawing, from an input of the data to a target."""
    sketch = Sketch()
    x, channels = sketch("Input", name=given), work.shape[-1]
    for place, (kind, number) in enumerate(work.layers):
        if kind == "stem":
            x = _normalized(sketch, x, filters=number)
        elif kind == "residual":
            x = _residual(sketch, x, int(number), 1 if number == channels else 2)
        else:
            activation = "linear" if place == len(work.layers) - 1 else "relu"
            type_, config = {
                "dense": ("Dense", {"units": number, "activation": activation}),
                "dropout": ("Dropout", {"rate": number}),
                "conv": ("Conv2D", {"filters": number, "padding": "valid", "activation": "relu"}),
                "pool": ("MaxPooling2D", {}),
                "flatten": ("Flatten", {}),
                "lstm": ("LSTM", {"units": number}),
                "mean": ("GlobalAveragePooling2D", {}),
            }[kind]
            x = sketch(type_, x, **config)
        channels = number
    sketch("Output", x, name=target)
    return Graph.model_validate(sketch.document())


def _residual(sketch: Sketch, x: str, filters: int, stride: int) -> str:
    first = _normalized(sketch, x, filters=filters, strides=[stride] * 2)
    second = _normalized(sketch, first, "linear", filters=filters)
    if stride > 1:
        x = _normalized(sketch, x, "linear", filters=filters, strides=[stride] * 2, kernel_size=[1, 1])
    return sketch("Activation", sketch("Add", second, x), activation="relu")


def _normalized(sketch: Sketch, x: str, activation: str = "relu", **config: Any) -> str:
    x = sketch("BatchNormalization", sketch("Conv2D", x, padding="same", use_bias=False, **config))
    return x if activation == "linear" else sketch("Activation", x, activation=activation)
