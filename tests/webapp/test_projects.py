"""Projects: made, changed under an ETag, filled from their data set, put aside and restored."""

from typing import Any

import pytest
from rest_framework.test import APIClient

import engine
from tests.webapp.examples import GRAPH, RECIPE
from webapp.datasets.models import Dataset
from webapp.datasets.services import record_profile
from webapp.projects.models import Project
from webapp.projects.services import fill_projects

PROFILE = {"kind": "table", "rows": 3, "columns": [], "recipe": RECIPE, "graph": GRAPH}


def test_a_new_project_is_empty(api: APIClient) -> None:
    answer = api.post("/api/projects/", {"name": "New"}, format="json")
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    body = answer.json()
    assert (body["name"], body["dataset"], body["recipe"]) == ("New", None, None)
    assert body["graph"] == engine.Graph().model_dump(mode="json")
    assert body["settings"] == engine.Settings().model_dump(mode="json")


def test_the_list_says_which_data_set_and_how_many_runs(api: APIClient, make_run: Any) -> None:
    make_run(state="finished")
    make_run(state="running")
    (found,) = api.get("/api/projects/").json()
    assert (found["name"], found["dataset_name"], found["runs"], found["state"]) == ("Iris", "Flowers", 2, "running")


def test_the_list_says_that_a_run_trains_while_newer_ones_wait(api: APIClient, make_run: Any) -> None:
    for state in ("finished", "running", "queued"):
        make_run(state=state)
    (found,) = api.get("/api/projects/").json()
    assert found["state"] == "running"


def test_a_change_answers_the_whole_project_and_a_new_etag(api: APIClient, project: Project) -> None:
    tag = api.get(f"/api/projects/{project.pk}/").headers["ETag"]
    answer = api.patch(f"/api/projects/{project.pk}/", {"name": "Better"}, format="json", headers={"If-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag
    assert (answer.json()["name"], answer.json()["graph"]) == ("Better", GRAPH)


def test_a_stale_write_is_refused_and_changes_nothing(api: APIClient, project: Project) -> None:
    path = f"/api/projects/{project.pk}/"
    tag = api.get(path).headers["ETag"]
    api.patch(path, {"name": "First"}, format="json", headers={"If-Match": tag})
    answer = api.patch(path, {"name": "Second"}, format="json", headers={"If-Match": tag})
    assert answer.status_code == 412
    assert answer.json()["error"]["code"] == "project_changed"
    assert api.get(path).json()["name"] == "First"


@pytest.mark.parametrize("header", ["*", 'W/"1"'])
def test_any_and_weak_tags_are_understood(api: APIClient, project: Project, header: str) -> None:
    answer = api.patch(f"/api/projects/{project.pk}/", {"name": "x"}, format="json", headers={"If-Match": header})
    assert answer.status_code == 200


def test_a_tag_that_makes_no_sense_is_refused(api: APIClient, project: Project) -> None:
    answer = api.patch(f"/api/projects/{project.pk}/", {"name": "x"}, format="json", headers={"If-Match": "seven"})
    assert answer.json()["error"]["code"] == "invalid_if_match"


def test_a_write_without_a_tag_goes_through(api: APIClient, project: Project) -> None:
    assert api.patch(f"/api/projects/{project.pk}/", {"name": "x"}, format="json").status_code == 200


def test_a_deleted_project_is_gone_until_it_is_restored(api: APIClient, project: Project) -> None:
    path = f"/api/projects/{project.pk}/"
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.get("/api/projects/").json() == []
    assert api.post(path + "restore/").json()["graph"] == GRAPH
    assert api.get(path).status_code == 200


def test_choosing_a_data_set_fills_an_empty_project(api: APIClient, dataset: Dataset) -> None:
    number = api.post("/api/projects/", {"name": "New"}, format="json").json()["id"]
    body = api.patch(f"/api/projects/{number}/", {"dataset": dataset.pk}, format="json").json()
    assert (body["graph"], body["recipe"], body["dataset_name"]) == (GRAPH, RECIPE, "Flowers")


def test_choosing_another_data_set_keeps_the_drawing_but_not_the_recipe(
    api: APIClient, project: Project, anna: Any
) -> None:
    other_recipe = {**RECIPE, "split": {**RECIPE["split"], "seed": 7}}  # type: ignore[dict-item]
    other = Dataset.objects.create(owner=anna, name="Other", state="ready", recipe=other_recipe, graph={"nodes": []})
    body = api.patch(f"/api/projects/{project.pk}/", {"dataset": other.pk}, format="json").json()
    assert (body["graph"], body["recipe"]) == (GRAPH, other_recipe)


def test_a_project_made_with_a_data_set_is_filled(api: APIClient, dataset: Dataset) -> None:
    body = api.post("/api/projects/", {"name": "New", "dataset": dataset.pk}, format="json").json()
    assert (body["graph"], body["recipe"]) == (GRAPH, RECIPE)


@pytest.mark.parametrize("template", [entry["name"] for entry in engine.samples()])
def test_a_template_brings_its_sample_which_fills_the_project_once_it_is_read(api: APIClient, template: str) -> None:
    body = api.post("/api/projects/", {"name": "New", "template": template}, format="json").json()
    dataset = Dataset.objects.get(pk=body["dataset"])
    assert (dataset.state, body["graph"]["nodes"], body["recipe"]) == ("reading", [], None)
    record_profile(dataset=dataset, profile=PROFILE)
    fill_projects(dataset)
    answer = api.get(f"/api/projects/{body['id']}/")
    assert (answer.json()["graph"], answer.json()["recipe"]) == (GRAPH, RECIPE)
    assert answer.headers["ETag"] == '"2"'


def test_a_data_set_proposes_settings_only_to_a_project_that_has_none_of_its_own(api: APIClient, anna: Any) -> None:
    proposed = {"epochs": 200, "batch_size": 32, "early_stopping": {"patience": 25}}
    profile = {**PROFILE, "settings": proposed}
    waiting = Dataset.objects.create(owner=anna, name="Small", state="reading")
    usual = Project.objects.create(owner=anna, name="Usual", dataset=waiting)
    own = Project.objects.create(owner=anna, name="Own", dataset=waiting, settings={**usual.settings, "epochs": 3})
    record_profile(dataset=waiting, profile=profile)
    fill_projects(waiting)
    assert api.get(f"/api/datasets/{waiting.pk}/").json()["settings"] == proposed
    assert api.get(f"/api/projects/{usual.pk}/").json()["settings"] == {**usual.settings, **proposed}
    assert api.get(f"/api/projects/{own.pk}/").json()["settings"]["epochs"] == 3


def test_the_project_changed_last_is_listed_first(api: APIClient) -> None:
    numbers = [api.post("/api/projects/", {"name": name}, format="json").json()["id"] for name in "abc"]
    api.patch(f"/api/projects/{numbers[0]}/", {"name": "a again"}, format="json")
    assert [one["id"] for one in api.get("/api/projects/").json()] == [numbers[0], numbers[2], numbers[1]]


def test_a_drawing_begun_meanwhile_is_not_overwritten(api: APIClient, anna: Any) -> None:
    dataset = Dataset.objects.create(owner=anna, name="Slow", state="reading")
    drawn = {**GRAPH, "nodes": GRAPH["nodes"][:1], "edges": []}  # type: ignore[index]
    project = Project.objects.create(owner=anna, name="Quick", dataset=dataset, graph=drawn)
    record_profile(dataset=dataset, profile=PROFILE)
    fill_projects(dataset)
    body = api.get(f"/api/projects/{project.pk}/").json()
    assert (body["graph"], body["recipe"]) == (drawn, RECIPE)


def test_templates_are_listed_and_an_unknown_one_is_refused(api: APIClient) -> None:
    assert {"name", "title", "description", "sample"} == set(api.get("/api/templates/").json()[0])
    answer = api.post("/api/projects/", {"name": "New", "template": "nothing"}, format="json")
    assert answer.json()["error"]["code"] == "unknown_template"
    assert not Project.objects.exists()


def test_a_graph_without_end_is_answered_and_not_a_hang(api: APIClient, project: Project) -> None:
    node = {"type": "First", "config": {}, "position": {"x": 0, "y": 0}}
    graph = {"format": 1, "nodes": [{**node, "id": f"n{i}"} for i in range(100_000)], "edges": []}
    answer = api.patch(f"/api/projects/{project.pk}/", {"graph": graph}, format="json")
    assert answer.status_code in {200, 400, 422}
