"""Curves of long runs: few points that hide no peak, full detail of a stretch, and a page that opens quickly."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from webapp.runs.models import Event, Run
from webapp.runs.services import record_events

TIME = "2026-01-01T00:00:{:02d}.000Z"


def progress(seq: int, step: int, loss: float, **more: Any) -> dict[str, Any]:
    usual = {"loss_min": loss - 0.5, "loss_max": loss + 0.5, "learning_rate": 0.001}
    return {"seq": seq, "time": TIME.format(seq % 60), "type": "progress", "step": step, "loss": loss, **usual, **more}


@pytest.fixture
def long_run(make_run: Callable[..., Run]) -> Run:
    """A thousand progress events, an epoch after every tenth, looks and lines between them."""
    run, events = make_run(state="running"), []
    events.append({"seq": 1, "time": TIME.format(0), "type": "started", "steps_per_epoch": 50, "epochs": 100})
    for number in range(1, 1001):
        peak = {"loss_max": 99.0} if number == 617 else {}
        events.append(progress(len(events) + 1, 5 * number, 10.0 / number, **peak))
        if number % 10 == 0:
            epoch = number // 10
            body = {"epoch": epoch, "train": {"loss": 2.0 / epoch}, "validation": {"loss": 1.0 / epoch, "skill": None}}
            events.append({"seq": len(events) + 1, "time": TIME.format(epoch % 60), "type": "epoch", **body})
            events.append({"seq": len(events) + 1, "time": TIME.format(0), "type": "layers", "epoch": epoch})
    return record_events(run=run, events=events)


def curve(api: APIClient, run: Run, **asked: Any) -> dict[str, list[float]]:
    answer = api.get(f"/api/runs/{run.pk}/curve/", {key.rstrip("_"): value for key, value in asked.items()})
    assert answer.status_code == 200, answer.content
    found: dict[str, list[float]] = answer.json()
    return found


def test_a_long_curve_comes_in_few_points_with_its_mean_and_every_peak(api: APIClient, long_run: Run) -> None:
    found = curve(api, long_run, points=40)
    assert len(found["x"]) == 40
    assert found["x"] == sorted(found["x"])
    assert found["x"][-1] == 5000
    assert max(found["high"]) == 99.0
    assert sum(found["y"]) / 40 == pytest.approx(sum(10 / n for n in range(1, 1001)) / 1000)
    assert all(low <= mean <= high for low, mean, high in zip(found["low"], found["y"], found["high"], strict=True))
    assert found["low"][-1] == pytest.approx(0.01 - 0.5)


def test_an_event_of_few_steps_weighs_as_few_of_them_in_a_long_curve(
    api: APIClient, make_run: Callable[..., Run]
) -> None:
    steps = [step for number in range(1, 101) for step in (100 * number, 100 * number + 1)]  # as before each checkpoint
    told = [progress(seq, step, 9.0 if step % 100 else 1.0) for seq, step in enumerate(steps, 1)]
    run = record_events(run=make_run(state="running"), events=told)
    found = curve(api, run, points=10)
    assert len(found["x"]) == 10
    first, *others = found["y"]
    assert others == pytest.approx([1.08] * 9)
    assert first == pytest.approx(1.08, abs=0.01)
    assert (found["low"][0], found["high"][0]) == (0.5, 9.5)


def test_a_stretch_comes_in_full_detail(api: APIClient, long_run: Run) -> None:
    found = curve(api, long_run, from_=3000, to=3100, points=100)
    assert found["x"] == [5 * number for number in range(600, 621)]
    assert found["y"] == pytest.approx([10 / number for number in range(600, 621)])
    assert found["high"][17] == 99.0
    told = Event.objects.get(run=long_run, step=3000).body["time"]
    assert found["at"][0] % 60_000 == int(told[17:19]) * 1000


def test_measures_of_epochs_are_curves_too(api: APIClient, long_run: Run) -> None:
    found = curve(api, long_run, name="validation.loss", from_=3, to=6)
    assert (found["x"], found["y"]) == ([3, 4, 5, 6], pytest.approx([1 / 3, 1 / 4, 1 / 5, 1 / 6]))
    few = curve(api, long_run, name="train.loss", points=10)
    assert (len(few["x"]), few["x"][-1], few["high"][0]) == (10, 100, 2.0)
    assert few["y"] == pytest.approx([2.0 / epoch for epoch in few["x"]])  # no mean: each is what its epoch had


def test_a_curve_that_is_not_there_is_refused_with_what_there_is(api: APIClient, long_run: Run) -> None:
    answer = api.get(f"/api/runs/{long_run.pk}/curve/", {"name": "validation.skill"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_curve")
    assert "progress.loss" in answer.json()["error"]["hint"]
    assert api.get(f"/api/runs/{long_run.pk}/curve/", {"from": "x"}).status_code == 400


def test_before_the_first_point_a_curve_is_empty(api: APIClient, make_run: Callable[..., Run]) -> None:
    run = make_run()
    assert curve(api, run)["x"] == curve(api, run, name="train.loss")["x"] == []


def test_a_page_that_opens_late_gets_the_curves_and_what_is_still_spoken_of(api: APIClient, long_run: Run) -> None:
    found = api.get(f"/api/runs/{long_run.pk}/overview/", {"points": 50}).json()
    assert found["seq"] == long_run.last_seq == 1201
    assert set(found["curves"]) == {"progress.loss", "progress.learning_rate", "train.loss", "validation.loss"}
    assert len(found["curves"]["progress.loss"]["x"]) == 50
    rates = found["curves"]["progress.learning_rate"]
    assert (rates["x"], rates["y"][-1]) == (found["curves"]["progress.loss"]["x"], 0.001)
    kinds = [event["type"] for event in found["events"]]
    assert (kinds.count("started"), kinds.count("progress"), kinds.count("epoch"), kinds.count("layers")) == (
        1,
        1,
        100,
        60,
    )
    assert found["events"][-1]["seq"] == 1201
    numbers = [event["seq"] for event in found["events"]]
    assert numbers == sorted(set(numbers))


def test_the_best_epoch_comes_with_the_newest_however_long_ago_it_was(
    api: APIClient, make_run: Callable[..., Run]
) -> None:
    events = [
        {"seq": epoch, "time": TIME.format(0), "type": "epoch", "epoch": epoch, "best_epoch": min(epoch, 7)}
        for epoch in range(1, 301)
    ]
    run = record_events(run=make_run(state="running"), events=events)
    epochs = [event["epoch"] for event in api.get(f"/api/runs/{run.pk}/overview/").json()["events"]]
    assert epochs == [7, *range(101, 301)]


def test_what_comes_while_a_run_is_summed_up_is_left_to_the_stream(api: APIClient, long_run: Run) -> None:
    Run.objects.filter(pk=long_run.pk).update(last_seq=600)  # as it was when the page was asked for
    found = api.get(f"/api/runs/{long_run.pk}/overview/").json()
    assert found["curves"]["progress.loss"]["x"][-1] == 5 * 500
    assert found["curves"]["train.loss"]["x"][-1] == 50
    kinds = {event["type"]: event["seq"] for event in found["events"]}
    assert (kinds["progress"], kinds["epoch"]) == (599, 600)


def test_a_short_run_is_not_summed_up(api: APIClient, long_run: Run) -> None:
    found = api.get(f"/api/runs/{long_run.pk}/overview/", {"least": 5000}).json()
    assert found == {"seq": 0, "events": [], "curves": {}}


def test_events_from_before_are_part_of_the_curve(api: APIClient, long_run: Run) -> None:
    before = curve(api, long_run, points=30)
    Event.objects.update(step=None, weight=None, loss=None, loss_min=None, loss_max=None)
    assert curve(api, long_run)["x"] == []
    for name in ("0006_earlier_losses", "0008_earlier_weights"):
        importlib.import_module(f"webapp.runs.migrations.{name}").fill(apps, None)
    assert curve(api, long_run, points=30) == before


def test_an_event_stands_for_the_steps_since_the_one_before_and_since_the_run_began(
    make_run: Callable[..., Run],
) -> None:
    fresh, continued = make_run(state="running"), make_run(state="running", origin={"run": 1, "step": 100})
    record_events(run=fresh, events=[progress(1, 40, 1.0), progress(2, 41, 1.0)])
    record_events(run=fresh, events=[progress(3, 90, 1.0)])
    record_events(run=continued, events=[progress(1, 140, 1.0), progress(2, 170, 1.0)])
    weights = Event.objects.order_by("pk").values_list("weight", flat=True)
    assert list(weights) == [40, 1, 49, 40, 30]
    Event.objects.update(weight=None)
    importlib.import_module("webapp.runs.migrations.0008_earlier_weights").fill(apps, None)
    assert list(weights.all()) == [40, 1, 49, 40, 30]
