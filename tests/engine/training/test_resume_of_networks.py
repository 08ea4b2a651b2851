"""Networks of every kind go on exactly: what they draw at random and what they remember comes back with the weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.data.recipe import Recipe
from engine.job import Job
from engine.training.checkpoint import Keeping
from tests.engine import samples
from tests.engine.samples import events
from tests.engine.training.conftest import Set
from tests.engine.training.lives import die_and_go_on, of_type, same_curve

pytestmark = pytest.mark.usefixtures("optimized")

Hidden = tuple[tuple[str, dict[str, Any]], ...]

PICTURES: Hidden = (
    ("RandomFlip", {}),
    ("RandomRotation", {"factor": 0.1}),
    ("RandomBrightness", {"factor": 0.2}),
    ("GaussianNoise", {"stddev": 0.1}),
    ("Conv2D", {"filters": 4, "padding": "same", "activation": "relu"}),
    ("BatchNormalization", {}),
    ("MaxPooling2D", {"pool_size": [2, 2]}),
    ("SpatialDropout2D", {"rate": 0.2}),
    ("Flatten", {}),
    ("Dropout", {"rate": 0.3}),
)
SEQUENCES: Hidden = (
    ("Dense", {"units": 12}),
    ("Reshape", {"target_shape": [4, 3]}),
    ("LSTM", {"units": 5, "dropout": 0.2, "recurrent_dropout": 0.2}),
)
PLAIN: Hidden = (("Dense", {"units": 6, "activation": "relu"}),)


def without(recipe: dict[str, Any], name: str, role: str) -> dict[str, Any]:
    """A recipe in which a column is no feature."""
    recipe["columns"][name] = {"kind": "number", "role": role}
    recipe["inputs"] = {given: [one for one in columns if one != name] for given, columns in recipe["inputs"].items()}
    return recipe


def interrupted_is_whole(folder: Path, job: Job, each_step: Set, lives: list[int]) -> list[dict[str, Any]]:
    """Asserts that a run which dies after so many events, each time, is the very same as one that does not."""
    whole, parted = (replace(job, folder=folder / name) for name in ("whole", "parted"))
    for one in (whole, parted):
        one.folder.mkdir()
    each_step(1)
    told = events(whole)
    each_step(3)
    lived = die_and_go_on(parted, lives)
    same_curve(lived, told)
    assert lived[-1]["test"] == told[-1]["test"]
    weights = [(one.folder / "weights.safetensors").read_bytes() for one in (whole, parted)]
    assert weights[0] == weights[1]
    return told


def job(dataset: Path, units: int, hidden: Hidden, recipe: dict[str, Any] | None = None, **settings: Any) -> Job:
    """A job that writes a checkpoint after every call."""
    usual = {"batch_size": 8, "epochs": 3, "optimizer": {"type": "Adam", "learning_rate": 0.02}}
    made = samples.job(dataset, dataset, samples.network(dataset, units, *hidden), **(usual | settings))
    chosen = made.recipe if recipe is None else Recipe.model_validate(recipe)
    return replace(made, recipe=chosen, keeping=Keeping(seconds=0.0))


def test_a_convolutional_network_that_alters_its_pictures_at_random(tmp_path: Path, bars: Path, each_step: Set) -> None:
    told = interrupted_is_whole(tmp_path, job(bars, 1, PICTURES), each_step, [9, 6])
    assert len({one["loss"] for one in of_type("progress", told)}) > 3


def test_a_recurrent_network_that_drops_what_it_remembers(tmp_path: Path, flowers: Path, each_step: Set) -> None:
    interrupted_is_whole(tmp_path, job(flowers, 3, SEQUENCES), each_step, [11, 7])


def test_classes_that_count_more_than_others(tmp_path: Path, flowers: Path, each_step: Set) -> None:
    plain = events(replace(job(flowers, 3, PLAIN), folder=tmp_path))
    weighed = job(flowers, 3, PLAIN, class_weights={"type": "given", "weights": {"iris": 5.0}})
    told = interrupted_is_whole(tmp_path, weighed, each_step, [10, 5])
    assert of_type("epoch", told) != of_type("epoch", plain)


def test_rows_that_count_more_than_others(tmp_path: Path, houses: Path, each_step: Set) -> None:
    ignored, counted = (without(samples.recipe(houses), "area", role) for role in ("ignore", "weight"))
    plain = events(replace(job(houses, 1, PLAIN, ignored), folder=tmp_path))
    told = interrupted_is_whole(tmp_path, job(houses, 1, PLAIN, counted), each_step, [10, 5])
    assert of_type("epoch", told) != of_type("epoch", plain)
