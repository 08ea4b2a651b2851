"""The learning-rate finder: what it suggests trains, and it leaves nothing behind."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.batches import Batches, shuffled
from engine.estimating import find_rate
from engine.streaming import stream
from engine.training import rate_finder
from engine.training.rate_finder import found
from tests.engine.samples import curve, events, job, network, recipe


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many steps whatever the machine does beside it."""
    monkeypatch.setattr(rate_finder, "MOST_STEPS", 120)
    monkeypatch.setattr(rate_finder, "SECONDS", 1e6)


def search(dataset: Path, units: int, **settings: Any) -> list[dict[str, Any]]:
    given = {"batch_size": 16, **settings}
    return list(find_rate(network(dataset, units), str(dataset), recipe(dataset), given))


def test_the_suggested_rate_trains_much_better_than_a_hundredth_of_it(tmp_path: Path, flowers: Path) -> None:
    rate = search(flowers, 3)[-1]["result"]["suggestion"]
    losses = []
    for learning_rate in (rate, rate / 100):
        optimizer = {"type": "Adam", "learning_rate": learning_rate}
        losses.append(curve(events(job(tmp_path, flowers, network(flowers, 3), epochs=4, optimizer=optimizer)))[-1][0])
    assert losses[0] < losses[1] / 2


def test_it_tells_how_far_it_is_and_shows_the_curve(flowers: Path) -> None:
    *lines, last = search(flowers, 3)
    shares = [one["progress"] for one in lines]
    assert shares == sorted(shares)
    assert shares[0] == 0
    result = last["result"]
    assert json.loads(json.dumps(last, allow_nan=False)) == last
    smoothed, steps, mark = result["figure"]["data"]
    assert len(steps["x"]) == len(smoothed["y"]) == result["steps"] <= 120
    assert mark["x"] == [result["suggestion"]]
    assert result["figure"]["layout"]["xaxis"]["type"] == "log"


def test_the_same_seed_finds_the_same(flowers: Path) -> None:
    assert search(flowers, 3)[-1] == search(flowers, 3)[-1]


OTHERWISE = {
    "optimizer": {"type": "Adam", "learning_rate": 0.7},
    "epochs": 3,
    "schedule": {"type": "cosine"},
    "metrics": ["accuracy"],
    "early_stopping": None,
    "stop_when": {"value": 0.5},
}
"""Other values for every setting that should not matter."""


def test_settings_it_does_not_look_at_change_nothing_about_what_it_finds(flowers: Path) -> None:
    result = search(flowers, 3)[-1]["result"]
    assert {place.split(".")[0] for place in result["regardless"]} == OTHERWISE.keys()
    assert search(flowers, 3, **OTHERWISE)[-1]["result"] == result


def test_all_rows_are_put_in_order_once_an_epoch(flowers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered: list[int] = []

    def counting(rows: np.ndarray, batch_size: int, seed: int, epoch: int) -> Batches:
        ordered.append(epoch)
        return shuffled(rows, batch_size, seed, epoch)

    monkeypatch.setattr(rate_finder, "shuffled", counting)
    search(flowers, 3)
    assert len(ordered) > 5
    assert ordered == list(range(1, len(ordered) + 1))


def test_a_loss_that_diverges_ends_the_search(houses: Path) -> None:
    result = search(houses, 1, optimizer={"type": "SGD"})[-1]["result"]
    assert result["steps"] < 120
    assert 1e-4 < result["suggestion"] < 0.5


def test_it_leaves_the_data_set_as_it_was(flowers: Path) -> None:
    search(flowers, 3)
    before = sorted((path, path.stat().st_mtime_ns) for path in flowers.rglob("*"))
    search(flowers, 3)
    assert sorted((path, path.stat().st_mtime_ns) for path in flowers.rglob("*")) == before


def test_where_the_loss_falls_at_no_rate_none_is_suggested(flowers: Path) -> None:
    frozen = ["layer_0", "layer_1"]
    assert search(flowers, 3, frozen=frozen)[-1]["result"]["suggestion"] is None


@pytest.mark.parametrize("loss", [0.0, 1.0, 0.1])
def test_a_loss_that_never_moves_suggests_no_rate(loss: float) -> None:
    assert found(np.geomspace(1e-6, 1.0, 60), np.full(60, loss)).suggestion is None


def test_the_steepest_fall_of_a_known_curve_is_found() -> None:
    rates = np.geomspace(1e-6, 10, 300).astype(np.float32)
    places = np.log10(rates)
    losses = 1 - 0.8 / (1 + np.exp(-4 * (places + 2))) + np.exp(4 * (places - 0.5))  # falls most at 0.01
    noisy = losses + np.random.default_rng(0).normal(scale=0.02, size=300)
    assert found(rates, noisy).suggestion == pytest.approx(0.01, rel=0.4)
    broken = np.append(noisy[:250], [np.nan] * 50)
    assert found(rates, broken).suggestion == pytest.approx(0.01, rel=0.4)
    assert len(found(rates, broken).losses) == 250
    assert found(rates, np.full(300, np.nan)).suggestion is None


def answered(**arguments: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    question = json.dumps({"op": "find_rate", "arguments": arguments}).encode() + b"\n"
    assert stream(io.BytesIO(question), told.append) == 0
    return told


def test_a_batch_that_stands_out_does_not_lead_the_search_astray() -> None:
    rates = np.geomspace(1e-6, 10, 300)
    falling = 1 - 0.8 / (1 + np.exp(-4 * (np.log10(rates) + 2)))
    losses = falling + np.random.default_rng(0).normal(scale=0.02, size=300)
    plain = found(rates, losses)
    for place in (60, 120, 150):
        losses[place] = 40.0
    spiked = found(rates, losses)
    assert plain.suggestion is not None
    assert spiked.suggestion == pytest.approx(plain.suggestion, rel=0.3)
    assert abs(spiked.smoothed - plain.smoothed).max() < 0.1


def test_a_search_that_cannot_be_made_ends_with_the_problem(cells: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = {"graph": network(cells, 1), "dataset": str(cells), "recipe": recipe(cells)}
    assert (
        answered(**asked, settings={"loss": "categorical_crossentropy"})[-1]["problem"]["code"] == "loss_does_not_fit"
    )
    assert answered(**asked, settings={"epochs": 0})[-1]["problem"]["code"] == "wrong_document"
    assert answered(**{**asked, "dataset": "/nowhere"}, settings={})[-1]["problem"]["code"] == "internal_error"
    assert "Traceback" in capsys.readouterr().err
