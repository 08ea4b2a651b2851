"""What a training will take, told before it runs: as much as it then takes, and what would fit where it is too much."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from engine.data.batches import shuffled
from engine.data.prepare import fit, specs
from engine.data.recipe import Recipe
from engine.estimating import preflight, rough
from engine.graph.document import Graph
from engine.graph.specs import DataSpecs
from engine.machine import whole_memory
from engine.sizes import size_in_words
from engine.starter import starter_graph
from engine.training import assembly, devices, feeding, memory
from engine.training import preflight as before
from engine.training import rough as shapes
from engine.training.assembly import assemble
from engine.training.optimizers import OPTIMIZERS
from engine.training.preflight import Preflight
from engine.training.settings import Settings, early_ends
from engine.training.spread import Spread
from tests.engine.drawings import stack
from tests.engine.samples import job, network, recipe, table

WIDE = (("Dense", {"units": 300, "activation": "relu"}), ("Dense", {"units": 200}))


def flight(dataset: Path, drawing: dict[str, Any], **settings: Any) -> Preflight:
    read = Settings.model_validate({"batch_size": 16, **settings})
    return Preflight(dataset, Graph.model_validate(drawing), Recipe.model_validate(recipe(dataset)), read)


def windows(folder: Path) -> tuple[Path, dict[str, Any], Recipe]:
    """A series whose windows are cut on the device, with a weight for each row."""
    dataset = table(folder, "\n".join(["t,w,y", *(f"{row},{row % 3 + 1},{row % 7}" for row in range(90))]))
    columns = {
        "t": {"kind": "number", "role": "time"},
        "w": {"kind": "number", "role": "weight"},
        "y": {"kind": "number", "role": "target"},
    }
    read = Recipe.model_validate({"kind": "series", "columns": columns, "series": {"lookback": 5}})
    return dataset, stack(("Flatten", {}), ("Dense", {"units": 1}), name="window", target="y"), read


def known(folder: Path) -> tuple[Path, dict[str, Any], Recipe]:
    """A series of which one column is known ahead."""
    dataset = table(folder, "\n".join(["t,plan,y", *(f"{row},{row % 3},{row % 7}" for row in range(90))]))
    columns = {
        "t": {"kind": "number", "role": "time"},
        "plan": {"kind": "category", "ahead": True},
        "y": {"kind": "number", "role": "target"},
    }
    read = Recipe.model_validate({"kind": "series", "columns": columns, "series": {"lookback": 5}})
    return dataset, starter_graph(DataSpecs.read(*specs(fit(dataset, read)))).model_dump(mode="json"), read


def tagged(folder: Path) -> tuple[Path, dict[str, Any], Recipe]:
    """Rows of which each has some of three tags."""
    dataset = table(folder, "\n".join(["x,y", *(f"{row},{('a;b', 'b', 'c;a')[row % 3]}" for row in range(60))]))
    columns = {"x": {"kind": "number"}, "y": {"kind": "tags", "role": "target", "separator": ";"}}
    read = Recipe.model_validate({"kind": "table", "columns": columns})
    return dataset, stack(("Dense", {"units": 3}), target="y"), read


MAKERS = {"windows": windows, "tags": tagged, "known": known}


def run_step(dataset: Path, drawing: dict[str, Any], read: Recipe) -> tuple[int, dict[str, Any]]:
    """The memory of a step as a real trainer compiles it, and the shapes it finds on the device."""
    made = assemble(dataset, Graph.model_validate(drawing), read, Settings(batch_size=16))
    learner, feed = made.learner, made.trainer.feed
    xs = feed.chunk(shuffled(feed.rows("train"), 16, 0, 1), 0, 1)
    settings = (np.int32(0), jax.random.key(0), np.full(1, 0.001, np.float32))
    chunk = learner.compile(learner.start(0), xs, settings)
    return chunk.memory(), {name: (one.shape, one.dtype) for name, one in feed.resident.items()}


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("kind", ["table", "pictures", "windows", "tags", "known"])
def test_a_step_takes_what_was_told_before(
    flowers: Path, bars: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, streamed: bool
) -> None:
    if streamed:
        monkeypatch.setattr(feeding, "SHARE", 0.0)
    if kind in MAKERS:
        dataset, drawing, read = MAKERS[kind](tmp_path)
    else:
        dataset = flowers if kind == "table" else bars
        drawing = network(dataset, *((3, *WIDE) if kind == "table" else (1, ("Flatten", {}), *WIDE)))
        read = Recipe.model_validate(recipe(dataset))
    told = Preflight(dataset, Graph.model_validate(drawing), read, Settings(batch_size=16))
    found, resident = run_step(dataset, drawing, read)
    assert {name: (one.shape, one.dtype) for name, one in told.resident.items()} == resident
    assert told.compiled(16).memory() == found


def test_it_tells_parameters_memory_disk_and_time(flowers: Path) -> None:
    drawing = network(flowers, 3, *WIDE)
    given = job(Path(), flowers, drawing)
    asked = (str(flowers), recipe(flowers), given.settings.model_dump(mode="json"))
    told = preflight(drawing, *asked)
    outline = flight(flowers, drawing).outline
    width = outline.preparation["inputs"]["features"]["shape"][0]
    weights = (width + 1) * 300 + (300 + 1) * 200 + (200 + 1) * 3
    assert told["parameters"] == weights
    state = 4 * weights * 4  # the best weights so far are kept as well, and Adam remembers two numbers for each
    assert 7 * state <= told["disk"] <= 7 * state + 1000
    few = preflight(drawing, *asked, measure=False, keeping={"epochs": 1, "bytes": 10**9})
    assert 4 * state <= few["disk"] <= 4 * state + 1000
    assert 0 < told["rows_memory"] < 10_000
    assert told["disk"] < told["memory"] < told["room"]
    assert told["steps_per_epoch"] == -(-outline.counts["train"] // 16)
    assert told["seconds_per_epoch"] > 0
    assert told["compile_seconds"] > 0
    assert told["epochs"] == given.settings.epochs
    whole = told["compile_seconds"] + told["epochs"] * told["seconds_per_epoch"]
    assert told["total_seconds"] == pytest.approx(whole)
    assert told["problem"] is None


@pytest.mark.parametrize(
    ("settings", "ends"),
    [
        ({"epochs": 12}, ["early_stopping"]),
        ({"epochs": 11}, []),  # the first epoch is the best so far, and the last of 10 more is the last of all
        ({"epochs": 500, "early_stopping": None}, []),
        ({"epochs": 3, "stop_when": {"value": 0.1}}, ["stop_when"]),
    ],
)
def test_it_tells_what_may_end_a_run_sooner(settings: dict[str, Any], ends: list[str]) -> None:
    assert early_ends(Settings.model_validate(settings)) == ends


def test_what_cannot_fit_is_refused_with_a_batch_size_that_does(flowers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (before, shapes):
        monkeypatch.setattr(module, "PROCESS", 0)
    layers = (("RepeatVector", {"n": 3000}), ("Dense", {"units": 64}), ("Flatten", {}))
    told = flight(flowers, network(flowers, 3, *layers), batch_size=60)
    whole = told.needed(told.compiled(60))
    told.room = whole // 2
    problem = told.report()["problem"]
    assert problem["code"] == "out_of_memory"
    assert problem["where"]["node"] == "layer_1"
    fits = problem["where"]["batch_size"]
    assert fits < 60
    assert told.needed(told.compiled(fits)) <= told.room
    assert f"batch size of 60 needs {size_in_words(whole)}" in problem["message"]
    assert f"this machine has {size_in_words(told.room)}" in problem["message"]
    assert re.search(rf"With a batch size of {fits} it would need [\d.]+ .B, about the most that fits", problem["hint"])


def test_weights_that_cannot_fit_at_all_are_named(flowers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (before, shapes):
        monkeypatch.setattr(module, "PROCESS", 0)
    told = flight(flowers, network(flowers, 3, ("Dense", {"units": 500}), ("Dense", {"units": 1000})))
    told.room = 1_000_000
    problem = told.report()["problem"]
    assert "batch_size" not in problem["where"]
    assert problem["message"].endswith("Most of it is held by layer_1: its weights.")
    units = problem["where"]["units"]
    hint = rf"No batch size fits. With {units} units instead of 1,000 in layer_1 it would need \d+ kB, which fits."
    assert re.fullmatch(hint, problem["hint"])
    smaller = flight(flowers, network(flowers, 3, ("Dense", {"units": 500}), ("Dense", {"units": units})))
    assert told.room / 2 < smaller.needed(smaller.compiled(16)) <= told.room
    assert told.report()["seconds_per_epoch"] is None
    assert told.report()["total_seconds"] is None


def test_where_no_size_of_one_layer_is_enough_that_is_said(flowers: Path) -> None:
    told = flight(flowers, network(flowers, 3, ("Dense", {"units": 500}), ("Dense", {"units": 1000})))
    told.room = 100_000  # which the process fills alone
    hint = told.report()["problem"]["hint"]
    assert hint.startswith("No batch size fits, and a smaller layer_1 alone is not known to be enough.")


def test_a_batch_size_beyond_the_rows_is_told_as_all_rows(flowers: Path) -> None:
    told = flight(flowers, network(flowers, 3, *WIDE), batch_size=1_000_000)
    told.room = 1000
    rows = told.outline.counts["train"]
    asked = f"Training with all {rows} training rows in one batch (1,000,000 were asked for) needs "
    assert told.report()["problem"]["message"].startswith(asked)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_rough_figure_is_not_far_from_the_exact_one(
    flowers: Path, monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    for module in (before, shapes):
        monkeypatch.setattr(module, "PROCESS", 0)
    drawing = network(flowers, 3, ("Dense", {"units": 800}), ("Dense", {"units": 800}))
    settings = {"batch_size": 16, "optimizer": {"type": kind.__name__}}
    told = flight(flowers, drawing, **settings)
    exact = told.needed(told.compiled(16))
    found = rough(drawing, str(flowers), recipe(flowers), Settings.model_validate(settings).model_dump(mode="json"))
    assert exact / 3 < found["memory"] < exact * 2.5
    assert found["room"] == devices.rough_room()


def test_the_largest_batch_size_that_fits_is_found_by_trying() -> None:
    tried: list[int] = []

    def measure(batch: int) -> int:
        tried.append(batch)
        return 1000 + 10 * batch

    assert memory.fitting(measure, 4096, 1000 + 40960, 10_000) == (512, 6120)
    assert len(tried) == 2
    assert memory.fitting(measure, 64, 1640, 1200) == (8, 1080)
    assert memory.fitting(measure, 64, 1640, 900) is None
    assert memory.fitting(measure, 1, 1010, 900) is None


def test_the_memory_of_a_gpu_is_known_without_touching_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "least_memory", lambda: 4000 * 2**20)
    assert devices.rough_room() == min(3000 * 2**20, whole_memory())
    monkeypatch.setattr(devices, "least_memory", lambda: None)
    assert devices.rough_room() == whole_memory()


def test_it_counts_on_the_devices_that_the_training_will_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as divide a batch; the few made-up rows would be divided by others."""
    asked: list[int] = []
    monkeypatch.setattr(assembly, "Spread", lambda batch: asked.append(batch) or Spread(batch))
    dataset = table(tmp_path, "\n".join(["x,y", *(f"{row},{row % 7}.5" for row in range(200))]))
    given = job(tmp_path, dataset, network(dataset, 1), batch_size=90)
    assemble(given.dataset, given.graph, given.recipe, given.settings)
    flight(dataset, network(dataset, 1), batch_size=90)
    assert asked == [90, 90]
