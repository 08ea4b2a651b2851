"""Runs as things people keep: named, tagged, and found again among many."""

from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from tests.webapp.keeping import MEASURES, Make, numbers, started, table
from webapp.accounts.models import User
from webapp.projects.models import Project
from webapp.runs.listing import filtered
from webapp.runs.models import Run
from webapp.runs.queue import Queue
from webapp.runs.services import describe_run, record_events


def epoch(number: int, best: int, accuracy: float) -> dict[str, Any]:
    validation = {"loss": 0.5, "accuracy": accuracy, "auc": accuracy / 2}
    return {"seq": number + 1, "type": "epoch", "epoch": number, "best_epoch": best, "validation": validation}


def test_name_tags_notes_and_pin_are_changed_one_by_one(api: APIClient, make_run: Make) -> None:
    address = f"/api/runs/{make_run().pk}/"
    api.patch(address, {"tags": ["wide", " no   dropout ", "wide"], "notes": "Try again\nwith more rows."}, "json")
    body = api.patch(address, {"name": "Wider", "pinned": True}, "json").json()
    assert (body["name"], body["tags"], body["pinned"]) == ("Wider", ["wide", "no dropout"], True)
    assert body["notes"] == "Try again\nwith more rows."
    assert api.patch(address, {"tags": []}, "json").json()["tags"] == []


@pytest.mark.parametrize(
    "change",
    [{"name": " "}, {"name": "n" * 201}, {"tags": ["t" * 41]}, {"tags": [""]}, {"tags": "wide"},
     {"tags": [f"{n}" for n in range(21)]}, {"notes": "n" * 10_001}, {"pinned": "perhaps"}],
)  # fmt: skip
def test_what_goes_beyond_its_limits_changes_nothing(api: APIClient, make_run: Make, change: dict[str, Any]) -> None:
    run = make_run()
    answer = api.patch(f"/api/runs/{run.pk}/", change, "json")
    assert (answer.status_code, answer.json()["error"]["where"]["path"][0]) == (400, next(iter(change)))
    assert api.get(f"/api/runs/{run.pk}/").json()["name"] == run.name


def test_a_run_is_known_by_its_first_metric_at_the_best_epoch(make_run: Make) -> None:
    run = record_events(run=make_run(state="running"), events=[started(), epoch(1, 1, 0.7), epoch(2, 1, 0.9)])
    assert run.lead == {"key": "accuracy", **MEASURES["accuracy"]}
    assert (run.best, run.parameters) == (0.7, 1234)
    run.refresh_from_db()
    assert run.best == 0.7


def test_a_run_that_watches_a_metric_is_known_by_that_one(make_run: Make) -> None:
    events = [started(watched="auc"), epoch(1, 1, 0.8)]
    end = {"seq": 9, "type": "finished", "validation": {"auc": 0.45}, "best_epoch": 2}
    assert record_events(run=make_run(state="running"), events=events).best == 0.4
    assert record_events(run=Run.objects.get(), events=[end]).best == 0.45


def test_a_trainer_that_tells_of_no_measures_leaves_the_run_without_one(make_run: Make) -> None:
    run = record_events(run=make_run(state="running"), events=[{"seq": 1, "type": "started"}, epoch(1, 1, 0.5)])
    assert (run.lead, run.best, run.parameters) == (None, None, None)


CONTINUED = {"run": 2, "number": 2, "name": "Run 2", "checkpoint": "", "epoch": 3, "step": 9}


@pytest.mark.parametrize(
    ("best", "runs", "expected"),
    [
        (1, [{"number": 1, "epoch": 1}, {"number": 2, "epoch": 3}], {"number": 1, "epoch": 1}),
        (2, [{"number": 1, "epoch": 1}, {"number": 2, "epoch": 3}], {"number": 2, "epoch": 2}),
        (2, None, {"number": 2, "epoch": 2}),  # of a run from before the others were kept
        (4, None, None),
    ],
)
def test_a_run_that_went_on_says_whose_best_it_has(
    api: APIClient, make_run: Make, best: int, runs: Any, expected: Any
) -> None:
    origin = CONTINUED | ({"runs": runs} if runs else {})
    run = make_run(state="finished", metrics={"best_epoch": best}, origin=origin)
    assert api.get(f"/api/runs/{run.pk}/").json()["best_of"] == expected


def test_what_a_run_reached_itself_is_kept_until_it_is_the_best_of_all(make_run: Make) -> None:
    run = make_run(state="running", origin=CONTINUED)
    events = [started(), epoch(3, 3, 0.9), epoch(4, 3, 0.6) | {"own_best_epoch": 4}]
    events.append(epoch(5, 3, 0.5) | {"own_best_epoch": 4})
    own = record_events(run=run, events=events).metrics["own_best"]
    assert (own["epoch"], own["validation"]["accuracy"]) == (4, 0.6)
    better = record_events(run=Run.objects.get(), events=[epoch(6, 6, 0.95)])
    assert (better.best, better.metrics["best_epoch"], "own_best" in better.metrics) == (0.95, 6, False)


@pytest.fixture
def many(make_run: Make, project: Project) -> list[Run]:
    """Six runs that can be told apart."""
    runs = []
    for place in range(6):
        settings = {**project.settings, "optimizer": {"type": "Adam", "learning_rate": 0.1 / (place + 1)}}
        state = "failed" if place == 4 else "finished"
        best = None if place == 5 else (0.5, 0.9, 0.7, 0.6, 0.8)[place]
        run = make_run(state=state, settings=settings, best=best, parameters=100 * place, pinned=place == 3)
        describe_run(run=run, changes={"tags": ["odd" if place % 2 else "even"], "notes": "100%" if place == 2 else ""})
        runs.append(run)
    return runs


def test_the_table_shows_pinned_runs_first_then_the_newest(api: APIClient, project: Project, many: list[Run]) -> None:
    body = table(api, project)
    assert numbers(body) == [4, 6, 5, 3, 2, 1]
    assert (body["total"], body["all"], body["live"], body["finished"]) == (6, 6, 0, 5)
    assert body["tags"] == [{"name": "even", "runs": 3}, {"name": "odd", "runs": 3}]


def test_the_table_comes_a_page_at_a_time(api: APIClient, project: Project, many: list[Run]) -> None:
    body = table(api, project, "offset=2&limit=3")
    assert (numbers(body), body["total"]) == ([5, 3, 2], 6)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Other databases tell in other words how they search.")
def test_a_search_looks_only_at_the_runs_it_was_asked_for(anna: User, project: Project, many: list[Run]) -> None:
    own = Run.objects.of(anna).filter(project=project)
    found = filtered(own, {"q": "even 100%"})
    assert [run.number for run in found] == [3]
    plan = found.explain()
    assert "SEARCH runs_run" in plan
    assert "SCAN" not in plan


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=best", [4, 2, 5, 3, 1, 6]),
        ("sort=best&descending=false", [4, 1, 3, 5, 2, 6]),
        ("sort=learning_rate", [4, 1, 2, 3, 5, 6]),
        ("sort=parameters&descending=false", [4, 1, 2, 3, 5, 6]),
        ("sort=state&descending=false", [4, 5, 6, 3, 2, 1]),
    ],
)
def test_the_table_is_sorted_and_what_has_no_value_comes_last(
    api: APIClient, project: Project, many: list[Run], query: str, expected: list[int]
) -> None:
    assert numbers(table(api, project, query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tag=odd", [4, 6, 2]),
        ("tag=odd&tag=even", []),
        ("q=100%25", [3]),
        ("q=run odd", [4, 6, 2]),
        ("q=%235", [5]),
        ("state=failed", [5]),
        ("pinned=true", [4]),
        ("q=nothing like it", []),
    ],
)
def test_runs_are_found_by_words_tags_state_and_pin(
    api: APIClient, project: Project, many: list[Run], query: str, expected: list[int]
) -> None:
    assert numbers(table(api, project, query)) == expected
    assert len(api.get(f"/api/runs/?{query}").json()) == len(expected)


@pytest.mark.parametrize("query", ["sort=secret", "limit=0", "limit=9999", "offset=-1", "state=lost", "q=" + "q" * 201])
def test_a_query_that_makes_no_sense_is_refused(api: APIClient, project: Project, query: str) -> None:
    assert api.get(f"/api/projects/{project.pk}/runs/?{query}").status_code == 400


def test_each_row_tells_the_settings_in_which_the_runs_differ(
    api: APIClient, project: Project, make_run: Make, django_assert_max_num_queries: Any
) -> None:
    for size in (16, 32, 32):
        make_run(settings={**project.settings, "batch_size": size}, state="finished")
    with django_assert_max_num_queries(7):
        rows = table(api, project)["runs"]
    assert [row["differing"] for row in rows] == [
        {"batch_size": 32}, {"batch_size": 32}, {"batch_size": 16},
    ]  # fmt: skip


def test_what_a_model_answered_is_told_as_its_trainer_wrote_it(api: APIClient, make_run: Make) -> None:
    run = make_run(state="finished")
    assert api.get(f"/api/runs/{run.pk}/evaluation/").json() == {"targets": []}  # a run of an earlier version
    run.folder.mkdir(parents=True)
    (run.folder / "evaluation.json").write_text('{"targets": [{"target": "a", "classes": [], "figures": []}]}')
    assert api.get(f"/api/runs/{run.pk}/evaluation/").json()["targets"][0]["target"] == "a"
    running = api.get(f"/api/runs/{make_run(state='running').pk}/evaluation/")
    assert (running.status_code, running.json()["error"]["code"]) == (409, "run_not_finished")


def test_a_run_that_does_not_train_now_tells_no_speed_and_no_time_left(make_run: Make) -> None:
    told = {"seq": 2, "type": "progress", "step": 5, "examples_per_second": 900.0, "eta_seconds": 41.0}
    run = record_events(run=make_run(state="running"), events=[started(), told])
    assert run.progress["eta_seconds"] == 41.0
    run = record_events(run=run, events=[{"seq": 3, "type": "phase", "phase": "paused"}])
    assert (run.progress["step"], run.progress.keys() & {"eta_seconds", "examples_per_second"}) == (5, set())


def test_runs_are_sorted_by_their_best_epoch(api: APIClient, make_run: Make, project: Project) -> None:
    for best in (9, None, 10):
        make_run(metrics={} if best is None else {"best_epoch": best})
    assert numbers(table(api, project, "sort=best_epoch")) == [3, 1, 2]


def test_a_waiting_run_counts_those_that_train_among_the_ones_before_it(api: APIClient, make_run: Make) -> None:
    running, first, second = make_run(state="running"), make_run(), make_run()
    told = [api.get(f"/api/runs/{run.pk}/").json()["runs_before"] for run in (running, first, second)]
    assert told == [None, 1, 2]


def test_a_run_taken_out_of_the_queue_is_not_among_the_failed_ones(
    api: APIClient, make_run: Make, project: Project
) -> None:
    make_run(state="finished")
    broken = make_run(state="failed", problem={"code": "out_of_memory", "message": "", "hint": "", "where": {}})
    waiting = make_run()
    assert api.post(f"/api/runs/{waiting.pk}/stop/").json()["state"] == "failed"
    assert [row["id"] for row in table(api, project, "state=failed")["runs"]] == [broken.pk]
    assert table(api, project, "state=finished&state=failed")["total"] == 2
    assert table(api, project)["total"] == 3
    broken.delete()
    assert api.get("/api/projects/").json()[0]["state"] == "finished"


def test_a_waiting_run_tells_which_one_it_waits_for(api: APIClient, make_run: Make, project: Project) -> None:
    first, waiting = make_run(state="running"), make_run(state="queued")
    ahead = {"id": first.pk, "number": 1, "project": project.pk, "project_name": project.name}
    assert api.get(f"/api/runs/{waiting.pk}/").json()["waits_for"] == ahead
    assert api.get(f"/api/runs/{first.pk}/").json()["waits_for"] is None


def test_a_run_that_was_claimed_since_it_was_read_does_not_wait_for_itself(make_run: Make) -> None:
    run = make_run()
    Run.objects.filter(pk=run.pk).update(state="running")
    assert Queue.look().ahead(run) is None


def test_however_many_runs_wait_the_queue_is_looked_at_once(
    api: APIClient, make_run: Make, project: Project, django_assert_max_num_queries: Any
) -> None:
    for _ in range(40):
        make_run()
    with django_assert_max_num_queries(20):
        rows = table(api, project, "limit=40")["runs"]
    assert sorted(row["queue_position"] for row in rows) == list(range(1, 41))
