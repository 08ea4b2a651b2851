"""Runs beside each other: where their documents differ, and by which measure they are ranked."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.webapp.keeping import MEASURES, Make, known, numbers, started, table
from webapp.projects.models import Project
from webapp.runs.models import Run
from webapp.runs.services import record_events


def test_runs_are_compared_place_by_place(api: APIClient, make_run: Make, project: Project) -> None:
    one = make_run()
    graph = {**one.graph, "nodes": [{**one.graph["nodes"][0], "config": {"units": 8}}], "edges": []}
    two = make_run(graph=graph, settings={**project.settings, "epochs": 3})
    body = api.get(f"/api/runs/compare/?runs={two.pk},{one.pk}").json()
    assert [run["id"] for run in body["runs"]] == [two.pk, one.pk]
    assert body["settings"] == [{"place": "epochs", "values": [3, project.settings["epochs"]]}]
    assert body["network"] == [
        {"place": "a.units", "values": [8, None]},
        {"place": "b", "values": [None, "Second"]},
        {"place": "b.input 1", "values": [None, "a"]},
    ]
    assert body["preparation"] == []


@pytest.mark.parametrize("runs", ["", "one", "1;2", "-1", ",".join(map(str, range(1, 10)))])
def test_a_comparison_of_nothing_or_too_much_is_refused(api: APIClient, runs: str) -> None:
    assert api.get(f"/api/runs/compare/?runs={runs}").status_code == 400


def test_what_a_layer_leaves_out_is_compared_as_its_default(api: APIClient, make_run: Make) -> None:
    def run_with(**config: object) -> Run:
        layer = {"id": "dense_1", "type": "Dense", "config": {"units": 8, **config}, "shares": None}
        return make_run(graph={"format": 1, "nodes": [layer], "edges": []})

    runs = [run_with(), run_with(activation="relu"), run_with(use_bias=True)]
    body = api.get(f"/api/runs/compare/?runs={','.join(str(run.pk) for run in runs)}").json()
    assert body["network"] == [{"place": "dense_1.activation", "values": ["linear", "relu", "linear"]}]


def test_somebody_elses_run_is_not_compared(bens: APIClient, make_run: Make) -> None:
    assert bens.get(f"/api/runs/compare/?runs={make_run().pk}").status_code == 404


def test_runs_known_by_different_metrics_are_ranked_by_one_that_all_have(
    api: APIClient, make_run: Make, project: Project
) -> None:
    one = make_run(**known("mae", 30.0, rmse=70.0, loss=0.3))
    two = make_run(**known("rmse", 60.0, mape=0.2, loss=0.2))
    last = make_run(**known("accuracy", 0.9, loss=0.1))
    body = table(api, project, "sort=best&descending=false")
    assert body["shared"]["key"] == "rmse"
    assert [(run["number"], run["shared"]) for run in body["runs"]] == [(2, 60.0), (1, 70.0), (3, None)]
    pair = api.get(f"/api/runs/compare/?runs={one.pk},{two.pk}").json()
    assert (pair["shared"]["title"], [run["shared"] for run in pair["runs"]]) == ("RMSE", [70.0, 60.0])
    assert pair["same_loss"] is True
    every = api.get(f"/api/runs/compare/?runs={one.pk},{two.pk},{last.pk}").json()
    assert (every["shared"]["key"], [run["shared"] for run in every["runs"]]) == ("loss", [0.3, 0.2, 0.1])


def test_runs_are_ranked_by_the_measure_that_was_asked_for(api: APIClient, make_run: Make, project: Project) -> None:
    one = make_run(**known("mae", 30.0, r2=0.7, loss=0.3))
    two = make_run(**known("mae", 60.0, r2=0.8, f0=1.0, loss=0.2))
    last = make_run(**known("rmse", 9.0, loss=0.1))
    r2 = {"title": "R²", "format": "number", "better": "higher"}
    live = record_events(run=make_run(state="running"), events=[started(measures={**MEASURES, "r2": r2})])
    body = table(api, project, "sort=best&measure=r2")
    assert [measure["key"] for measure in body["measures"]] == ["loss", "r2", "mae", "rmse"]  # f0 nobody can name
    assert body["shared"] == {"key": "r2", **r2}
    assert [(run["id"], run["shared"]) for run in body["runs"][:3]] == [(two.pk, 0.8), (one.pk, 0.7), (live.pk, None)]
    assert body["runs"][3]["id"] == last.pk
    assert table(api, project, "measure=unknown")["shared"]["key"] == "mae"


def test_a_setting_that_was_changed_on_the_way_is_told_with_what_it_was(
    api: APIClient, make_run: Make, project: Project
) -> None:
    make_run(made=[{"epochs": 5000}])
    make_run()
    first = project.settings["epochs"]
    assert [row["differing"] for row in table(api, project)["runs"]] == [
        {"changed.epochs": None, "epochs": first},
        {"changed.epochs": 5000, "epochs": first},
    ]


def test_losses_of_different_functions_are_not_compared(api: APIClient, make_run: Make, project: Project) -> None:
    other = {**project.settings, "loss": {"type": "Huber"}}
    pair = [make_run(**known("mae", 3.0, loss=0.3)), make_run(**known("rmse", 6.0, loss=0.2), settings=other)]
    body = api.get(f"/api/runs/compare/?runs={pair[0].pk},{pair[1].pk}").json()
    assert (body["shared"], [run["shared"] for run in body["runs"]]) == (None, [None, None])
    assert body["same_loss"] is False
    assert [one["key"] for one in table(api, project, "measure=loss")["measures"]] == ["mae", "rmse"]


def test_losses_of_runs_with_and_without_weights_of_classes_are_compared(
    api: APIClient, make_run: Make, project: Project
) -> None:
    """Validation is measured without them."""
    weights = {"class_weights": {"type": "balanced"}}
    make_run(**known("loss", 0.3))
    make_run(**known("loss", 0.2), settings={**project.settings, **weights})
    make_run(**known("loss", 0.1), settings={**project.settings, "outputs": {"species": weights}})
    body = table(api, project, "sort=best&descending=false")
    assert (body["shared"]["key"], numbers(body)) == ("loss", [3, 2, 1])


def test_measures_of_different_classes_are_not_ranked_though_they_have_one_name(
    api: APIClient, make_run: Make, project: Project
) -> None:
    for best, title in ((0.9, "Recall (malignant)"), (0.95, "Recall (benign)")):
        run = known("recall", best, loss=0.5)
        make_run(**{**run, "lead": {"key": "recall", "title": title, "format": "percent", "better": "higher"}})
    body = table(api, project, "sort=best&descending=true")
    assert (body["shared"], [one["key"] for one in body["measures"]]) == (None, ["loss"])


def test_a_measure_that_named_no_class_before_is_ranked_beside_one_that_does(
    api: APIClient, make_run: Make, project: Project
) -> None:
    for best, title in ((0.9, "Recall"), (0.95, "Recall (benign)")):
        lead = {"key": "recall", "title": title, "format": "percent", "better": "higher"}
        make_run(**{**known("recall", best, loss=0.5), "lead": lead})
    assert table(api, project)["shared"]["key"] == "recall"


AGE = {"title": "Loss of age", "format": "number", "better": "lower", "kind": "loss"}


def test_a_run_is_known_by_the_loss_of_one_output_only_where_that_is_watched(make_run: Make) -> None:
    given = {"metrics": ["loss", "age_loss", "auc"], "measures": {**MEASURES, "age_loss": AGE}}
    first = record_events(run=make_run(state="running"), events=[started(**given)])
    watching = record_events(run=make_run(state="running"), events=[started(**given, watched="age_loss")])
    assert first.lead == {"key": "auc", **MEASURES["auc"]}
    assert watching.lead == {"key": "age_loss", **AGE}


def test_losses_of_one_output_are_compared_where_they_are_the_same_function(
    api: APIClient, make_run: Make, project: Project
) -> None:
    def make(best: float, **fields: Any) -> None:
        make_run(**{**known("age_loss", best, loss=best), "lead": {"key": "age_loss", **AGE}, **fields})

    make(0.3)
    make(0.2)
    body = table(api, project, "sort=best&descending=false")
    assert (body["shared"], numbers(body)) == ({"key": "age_loss", **AGE}, [2, 1])
    make(0.1, settings={**project.settings, "loss": {"type": "Huber"}})
    body = table(api, project, "sort=best&descending=false")
    assert (body["shared"], body["measures"], numbers(body)) == (None, [], [1, 2, 3])


def test_runs_known_by_losses_of_different_functions_are_not_ranked(
    api: APIClient, make_run: Make, project: Project
) -> None:
    other = {**project.settings, "loss": {"type": "Huber"}}
    make_run(**known("loss", 0.3))
    make_run(**known("loss", 0.1), settings=other)
    make_run(**known("loss", 0.2))
    body = table(api, project, "sort=best&descending=false")
    assert (body["shared"], numbers(body)) == (None, [1, 2, 3])
    assert numbers(table(api, project, "sort=best&descending=false&q=run 1")) == [1]


def test_a_rate_that_was_changed_on_the_way_is_told_beside_the_first(
    api: APIClient, make_run: Make, project: Project
) -> None:
    run, other = make_run(made=[{"learning_rate": 0.5}, {"learning_rate": 0.25}]), make_run()
    assert [row["changed_rate"] for row in table(api, project)["runs"]] == [None, 0.25]
    body = api.get(f"/api/runs/compare/?runs={run.pk},{other.pk}").json()
    assert body["settings"] == [{"place": "changed.learning_rate", "values": [0.25, None]}]
