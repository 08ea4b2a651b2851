"""A run goes on exactly, however often its trainer dies."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.job import Job, Origin, train
from engine.problems import Refusal
from engine.reading import profile_folder
from engine.training import devices, feeding, keeper, loop, standing
from engine.training.checkpoint import Checkpoints, Keeping
from engine.training.control import Change
from tests.engine.samples import events, job, network, table
from tests.engine.training.conftest import Set
from tests.engine.training.lives import Wishes, die_and_go_on, given, live, lives, of_type, same_curve, told
from tests.engine.training.whole_runs import two_targets

pytestmark = pytest.mark.usefixtures("optimized")

CASES: list[tuple[str, dict[str, Any]]] = [
    ("cells", {"metrics": ["auc", "log_loss", "f1"], "schedule": {"type": "plateau", "patience": 1, "drop": 0.5}}),
    ("houses", {"metrics": ["r2", "median_ae", "rmse"], "schedule": {"type": "one_cycle"}}),
    ("cells", {"optimizer": {"type": "Adam", "learning_rate": 3.0, "use_ema": True, "gradient_accumulation_steps": 3},
               "epochs": 20, "early_stopping": {"patience": 3}}),
    ("cells", {"epochs": 8, "schedule": {"type": "plateau", "patience": 1, "cooldown": 2, "min_delta": 10.0}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_a_run_that_dies_again_and_again_draws_the_very_same_curve(
    tmp_path: Path, request: pytest.FixtureRequest, each_step: Set, monkeypatch: pytest.MonkeyPatch, name: str,
    settings: dict[str, Any],
) -> None:  # fmt: skip
    dataset: Path = request.getfixturevalue(name)
    each_step(1)
    whole = events(given(tmp_path / "whole", dataset, **settings))
    each_step(3)
    if name == "houses":
        monkeypatch.setattr(feeding, "SHARE", 0)  # rows come from disk
    dice = random.Random(name)
    parted = die_and_go_on(given(tmp_path / "parted", dataset, **settings), [dice.randint(4, 40) for _ in range(3)])
    same_curve(parted, whole)
    assert len(of_type("started", parted)) == 1
    kept = ("reason", "best_epoch", "validation", "test")
    assert {key: parted[-1][key] for key in kept} == {key: whole[-1][key] for key in kept}
    weights = [(tmp_path / folder / "weights.safetensors").read_bytes() for folder in ("whole", "parted")]
    assert weights[0] == weights[1]


def test_a_run_of_two_outputs_goes_on_with_the_loss_of_each(tmp_path: Path, cells: Path, each_step: Set) -> None:
    def two(folder: str) -> Job:
        (tmp_path / folder).mkdir()
        outputs = {"texture": {"weight": 0.5}}
        made = two_targets(tmp_path / folder, cells, batch_size=4, epochs=4, outputs=outputs)
        return replace(made, keeping=Keeping(seconds=0.0))

    each_step(1)
    whole = events(two("whole"))
    each_step(3)
    same_curve(die_and_go_on(two("parted"), [9, 14, 25]), whole)


def test_another_run_goes_on_from_a_checkpoint_with_its_own_settings(
    tmp_path: Path, cells: Path, each_step: Set
) -> None:
    each_step(1)
    settings = {"optimizer": {"type": "Adam", "learning_rate": 0.5}}
    whole = events(given(tmp_path / "whole", cells, epochs=5, **settings))
    short = given(tmp_path / "short", cells, epochs=3, **settings)
    live(short)
    (*_, last) = Checkpoints(tmp_path / "short").listed()
    assert (last.summary["ended"], last.summary["epoch"], last.summary["place"]) == ("completed", 3, 0)
    longer = given(tmp_path / "longer", cells, epochs=5, **settings)
    own = tmp_path / "longer" / "origin.safetensors"
    shutil.copy(last.path, own)
    lived = live(replace(longer, origin=Origin(own, "run 1")))
    assert not own.exists()  # it has checkpoints of its own to go on from
    assert 1 <= len(Checkpoints(tmp_path / "longer").listed()) <= 2
    epochs = of_type("epoch", lived)
    own_bests = [one.pop("own_best_epoch", None) for one in epochs]
    assert epochs == of_type("epoch", whole)
    assert epochs[-1]["best_epoch"] == 2
    assert own_bests[:4] == [None, None, None, 4]
    assert next(one["step"] for one in of_type("progress", lived)) == last.summary["step"] + 1
    assert of_type("log", lived)[0]["message"].startswith("Going on from run 1, epoch 3, step ")
    assert (tmp_path / "longer" / "weights.safetensors").read_bytes() == (
        tmp_path / "whole" / "weights.safetensors"
    ).read_bytes()


def test_a_new_run_from_an_early_place_of_a_run_that_has_ended_draws_the_very_same_curve_from_there_on(
    tmp_path: Path, cells: Path, each_step: Set
) -> None:
    each_step(1)
    whole = live(given(tmp_path / "whole", cells, epochs=12))
    kept = Checkpoints(tmp_path / "whole").listed()
    early = kept[0].summary
    assert (len(kept), early["place"]) == (6, 0)
    assert 1 < early["epoch"] <= 4
    again = given(tmp_path / "again", cells, epochs=12)
    branch = live(replace(again, origin=Origin(kept[0].path, "run 1")))
    late = [one for one in of_type("progress", whole) if one["step"] > early["step"]]
    assert late[0]["step"] == early["step"] + 1
    assert [(one["step"], one["loss"]) for one in of_type("progress", branch)] == [
        (one["step"], one["loss"]) for one in late
    ]
    measured = ("epoch", "train", "validation", "best_epoch")
    assert [[one[name] for name in measured] for one in of_type("epoch", branch)] == [
        [one[name] for name in measured] for one in of_type("epoch", whole)
    ]
    weights = [(tmp_path / folder / "weights.safetensors").read_bytes() for folder in ("whole", "again")]
    assert weights[0] == weights[1]


@pytest.mark.parametrize("whole_state", [True, False], ids=["small enough to be held", "too large to be held"])
def test_the_best_epoch_has_a_checkpoint_even_where_none_was_due(
    tmp_path: Path, cells: Path, each_step: Set, monkeypatch: pytest.MonkeyPatch, whole_state: bool
) -> None:
    each_step(1)
    monkeypatch.setattr(keeper, "EPOCH_SECONDS", 1e9)
    monkeypatch.setattr(loop, "HELD", loop.HELD if whole_state else 0)
    settings = {"epochs": 5, "optimizer": {"type": "Adam", "learning_rate": 0.5, "use_ema": True}}
    first = replace(given(tmp_path / "first", cells, **settings), keeping=Keeping(seconds=1e9))
    whole = live(first)
    best = whole[-1]["best_epoch"]
    assert best < 5
    kept = Checkpoints(tmp_path / "first").listed()
    assert [one.summary["epoch"] for one in kept] == ([best, 5] if whole_state else [5])
    again = given(tmp_path / "again", cells, **settings)
    branch = live(replace(again, origin=Origin(kept[0].path, "run 1")))
    after = [one for one in of_type("progress", whole) if one["step"] > kept[0].summary["step"]]
    assert [one["loss"] for one in of_type("progress", branch)] == [one["loss"] for one in after]
    weights = [(tmp_path / folder / "weights.safetensors").read_bytes() for folder in ("first", "again")]
    assert weights[0] == weights[1]


def test_a_run_that_goes_on_from_one_stopped_early_has_all_its_patience(
    tmp_path: Path, cells: Path, each_step: Set
) -> None:
    each_step(3)
    settings = {"epochs": 20, "early_stopping": {"patience": 2, "min_delta": 10.0}}
    first = given(tmp_path / "first", cells, **settings)
    ended = live(first)[-1]
    assert (ended["reason"], ended["seconds"] > 0) == ("stopped_early", True)
    (*_, last) = Checkpoints(first.folder).listed()
    second = given(tmp_path / "second", cells, **settings)
    lived = live(replace(second, origin=Origin(last.path, "run 1")))
    assert lived[-1]["reason"] == "stopped_early"
    assert [one["epoch"] for one in of_type("epoch", lived)] == [1, 2, 3, 4, 5]


def test_the_checkpoint_of_the_best_epoch_knows_nothing_of_later_ones(
    tmp_path: Path, cells: Path, each_step: Set
) -> None:
    each_step(3)
    job = replace(given(tmp_path, cells, epochs=6, optimizer={"type": "SGD", "learning_rate": 3.0}), keeping=Keeping())
    best = live(job)[-1]["best_epoch"]
    kept = {one.summary["epoch"]: one for one in Checkpoints(tmp_path).listed()}
    assert best < 6
    assert [one["epoch"] for one in kept[best].read()[1]["outcome"]["history"]] == list(range(1, best + 1))


def test_a_best_epoch_measured_with_weights_of_classes_as_before_is_measured_anew(
    tmp_path: Path, cells: Path, each_step: Set
) -> None:
    """Losses were a twentieth of what they are without weights, so nothing after could have been better."""
    each_step(3)
    light = {"type": "given", "weights": {"benign": 0.05, "malignant": 0.05}}
    run = given(tmp_path, cells, epochs=6, class_weights=light, early_stopping={"patience": 3})
    next(one for one in lives(run) if one["type"] == "checkpoint" and one["epoch"] == 3)
    for one in Checkpoints(tmp_path).listed():
        tensors, document = one.read()
        best = document["outcome"]["best_value"] and document["outcome"]["best_value"] / 20
        document = {**document, "outcome": {**document["outcome"], "best_value": best}}
        summary = {name: value for name, value in one.summary.items() if name not in ("format", "unweighted")}
        Checkpoints(tmp_path, run.keeping).write(one.summary["step"], tensors, document, summary)
    ended = live(run)[-1]
    losses = {one["epoch"]: one["validation"]["loss"] for one in of_type("epoch", told(tmp_path))}
    assert ended["best_epoch"] == min(losses, key=lambda epoch: losses[epoch])


def test_the_time_of_a_run_is_that_of_all_its_lives(tmp_path: Path, cells: Path, each_step: Set) -> None:
    each_step(3)
    job = given(tmp_path / "run", cells)
    live(job, events=20)
    (*_, last) = Checkpoints(job.folder).listed()
    tensors, document = last.read()
    Checkpoints(job.folder).write(last.summary["step"], tensors, {**document, "seconds": 5000.0}, last.summary)
    assert live(job)[-1]["seconds"] > 5000


def test_a_run_that_goes_on_and_gets_no_better_tells_its_own_best_beside_that_of_the_run_before(
    tmp_path: Path, cells: Path, each_step: Set
) -> None:
    each_step(1)
    adam = {"type": "Adam", "learning_rate": 0.5}
    live(given(tmp_path / "first", cells, epochs=3, optimizer=adam))
    (*_, last) = Checkpoints(tmp_path / "first").listed()
    worse = given(tmp_path / "worse", cells, epochs=5, optimizer=adam)
    worse = replace(worse, origin=Origin(last.path, "run 1"))
    live(worse, events=40)  # it dies once on the way
    live(worse)
    lived = told(tmp_path / "worse")
    own = {one["epoch"]: one["validation"] for one in of_type("epoch", lived) if one["epoch"] > 3}
    best = min(own, key=lambda epoch: own[epoch]["loss"])
    assert lived[-1]["best_epoch"] == 2
    assert lived[-1]["own_best"] == {"epoch": best, "validation": own[best]}
    assert [one.get("own_best_epoch") for one in of_type("epoch", lived)][:4] == [None, None, None, 4]
    assert of_type("epoch", lived)[-1]["own_best_epoch"] == best
    assert f"the best of them was epoch {best}" in (tmp_path / "worse" / "README.md").read_text("utf-8")


@pytest.mark.parametrize("then", [{}, {"netloom": "0123456789"}, None], ids=["not told", "another", "the same"])
def test_a_run_that_goes_on_with_another_netloom_says_so(
    tmp_path: Path, cells: Path, each_step: Set, monkeypatch: pytest.MonkeyPatch, then: dict[str, str] | None
) -> None:
    each_step(1)
    facts, run = devices.machine_facts(), given(tmp_path / "run", cells)
    before = facts if then is None else {name: one for name, one in facts.items() if name != "netloom"} | then
    monkeypatch.setattr(standing, "machine_facts", lambda: before)
    live(run, events=12)
    monkeypatch.setattr(standing, "machine_facts", lambda: facts)
    (words,) = [one["message"] for one in of_type("log", live(run)) if "Going on from" in one["message"]]
    known = (then or {}).get("netloom", "of an earlier version")
    said = f" The curve may differ from here on: netloom {known} then, {facts['netloom']} now."
    assert words.endswith(said if then is not None else ".")
    assert ("differ" in words) is (then is not None)


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path, cells: Path, each_step: Set) -> None:
    each_step(1)
    live(given(tmp_path / "one", cells, epochs=1))
    (*_, last) = Checkpoints(tmp_path / "one").listed()
    other = job(tmp_path, cells, network(cells, 1, ("Dense", {"units": 5})))
    with pytest.raises(Refusal, match="another network"):
        live(replace(other, origin=Origin(last.path, "run 1")))


@pytest.mark.parametrize("another", [True, False])
def test_nobody_goes_on_with_data_that_were_read_otherwise(tmp_path: Path, another: bool) -> None:
    rows = "\n".join(f"{area:.3f},{300 * area:.0f}" for area in np.linspace(40, 200, 60))
    (tmp_path / "data").mkdir()
    data = table(tmp_path / "data", f"area,price\n{rows}\n")
    job = given(tmp_path / "run", data)
    live(job, events=25)
    reading = {"decimal": ",", "thousands": "."}
    (data / "request.json").write_text(json.dumps({"filename": "table.csv", "reading": reading}))
    assert profile_folder(data, lambda line: None) == 0
    if another:
        origin = Origin(Checkpoints(job.folder).listed()[-1].path, "run 1")
        job = replace(job, folder=tmp_path / "other", origin=origin)
        job.folder.mkdir()
    with pytest.raises(Refusal) as refused:
        live(job)
    assert refused.value.problem.code == "data_read_otherwise"


def test_a_damaged_checkpoint_gives_way_to_the_one_before(tmp_path: Path, cells: Path, each_step: Set) -> None:
    each_step(1)
    whole = events(given(tmp_path / "whole", cells, epochs=2))
    parted = given(tmp_path / "parted", cells, epochs=2)
    live(parted, events=20)
    *_, newest = sorted((tmp_path / "parted" / "checkpoints").iterdir())
    newest.write_bytes(newest.read_bytes()[:-100])
    live(parted)
    same_curve(told(tmp_path / "parted"), whole)


def test_a_full_disk_ends_no_training(
    tmp_path: Path, cells: Path, each_step: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    each_step(1)
    full, write = [True], Checkpoints.write

    def writing(*given: Any) -> Any:
        if full[0]:
            raise OSError(28, "No space left on device")
        return write(*given)

    monkeypatch.setattr(Checkpoints, "write", writing)
    wishes = Wishes()
    run = train(given(tmp_path / "run", cells, epochs=2), wishes)
    lived = list(takewhile(lambda one: one.get("phase") != "training", run))
    wishes.pause = True
    lived += [next(run) for _ in range(20)]
    assert [one["message"].split(",")[0] for one in of_type("log", lived)] == [
        "The disk of the server is full",
        "The run could not be paused",
    ]
    full[0] = False
    lived += run
    assert "Checkpoints are written again." in [one["message"] for one in of_type("log", lived)]
    assert lived[-1]["reason"] == "completed"


def test_a_run_that_diverges_keeps_the_best_model_it_had(tmp_path: Path, houses: Path) -> None:
    wishes, lived = Wishes(), []
    run = replace(given(tmp_path / "run", houses, epochs=50, optimizer={"type": "SGD"}), keeping=Keeping(seconds=60.0))
    for event in train(run, wishes):
        lived.append(event)
        if event["type"] == "epoch" and event["epoch"] == 2:
            wishes.wanted.append(Change(learning_rate=100.0))
    assert lived[-1]["reason"] == "diverged"
    assert lived[-1]["problem"]["code"] == "loss_is_not_a_number"
    assert lived[-1]["problem"]["where"]["epoch"] > 2
    assert lived[-1]["best_epoch"] in (1, 2)
    ends = [one.summary for one in Checkpoints(tmp_path / "run").listed() if one.summary["place"] == 0]
    assert lived[-1]["best_epoch"] in [one["epoch"] for one in ends]  # to go on from with a lower rate
    assert (tmp_path / "run" / "bundle.zip").exists()
    assert "diverged" in (tmp_path / "run" / "README.md").read_text("utf-8")
