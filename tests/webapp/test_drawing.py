"""The drawing board, answered by the engine's real child process."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

import engine
from webapp.datasets.models import Dataset


def test_the_palette_is_what_the_engine_says(api: APIClient) -> None:
    assert api.get("/api/layers/").json() == engine.palette()


def test_the_palette_is_sent_packed(api: APIClient) -> None:
    packed = api.get("/api/layers/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < 40_000


def test_the_form_of_the_settings_comes_with_their_defaults(api: APIClient) -> None:
    body = api.get("/api/settings/").json()
    assert body == {"schema": engine.settings_schema(), "default": engine.Settings().model_dump(mode="json")}


def test_the_learning_rate_of_settings_is_drawn_as_a_curve(api: APIClient) -> None:
    settings = {"epochs": 10, "schedule": {"type": "step", "every": 5, "drop": 0.1}}
    body = api.post("/api/rates/", {"settings": settings}, format="json").json()
    assert body == engine.rate_curve(engine.Settings.model_validate(settings))
    assert (body["epochs"][0], body["epochs"][-1]) == (0, 10)
    assert (body["rates"][0], body["rates"][-1]) == pytest.approx((1e-3, 1e-5))
    refused = api.post("/api/rates/", {"settings": {"schedule": {"type": "sudden"}}}, format="json")
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "invalid_settings"


def test_an_empty_drawing_is_checked(api: APIClient) -> None:
    answer = api.post("/api/check/", {"graph": {"format": 1, "nodes": [], "edges": []}}, format="json")
    assert answer.status_code == 200
    assert set(answer.json()) == {"nodes", "parameters", "problems", "inputs", "targets", "monitors"}


def test_an_unknown_layer_is_a_problem_and_no_error(api: APIClient) -> None:
    graph = {"format": 1, "nodes": [{"id": "x", "type": "Nonsense"}], "edges": []}
    body = api.post("/api/check/", {"graph": graph}, format="json").json()
    problem = next(problem for problem in body["problems"] if problem["node"] == "x")
    assert {"code", "node", "message", "hint", "fix"} == set(problem)


def test_a_graph_of_a_hundred_thousand_nodes_gets_an_answer(api: APIClient) -> None:
    nodes = [{"id": f"n{i}", "type": "Nonsense"} for i in range(100_000)]
    answer = api.post("/api/check/", {"graph": {"format": 1, "nodes": nodes, "edges": []}}, format="json")
    problem = answer.json()["problems"][0] if answer.status_code == 200 else answer.json()["error"]
    assert problem["message"]
    after = api.post("/api/check/", {"graph": {"format": 1, "nodes": [], "edges": []}}, format="json")
    assert after.status_code == 200


@pytest.mark.parametrize("op", ["check", "code"])
def test_a_drawing_is_asked_about_with_its_data_set_and_recipe(
    api: APIClient, worker: Any, dataset: Dataset, op: str
) -> None:
    worker.answers |= {"code": {"source": "…"}}
    api.post(f"/api/{op}/", {"graph": {}, "dataset": dataset.pk}, format="json")
    (asked,) = worker.questions
    assert asked[0] == op
    assert (asked[1]["dataset"], asked[1]["recipe"]) == (str(dataset.folder), dataset.recipe)


def test_a_data_set_that_is_still_read_does_not_keep_one_from_drawing(
    api: APIClient, worker: Any, dataset: Dataset
) -> None:
    Dataset.objects.update(state="reading", recipe=None)
    assert api.post("/api/check/", {"graph": {}, "dataset": dataset.pk}, format="json").status_code == 200
    assert worker.questions[0][1]["dataset"] is None


def test_a_starter_waits_for_its_data_set(api: APIClient, worker: Any, dataset: Dataset) -> None:
    Dataset.objects.update(state="reading")
    answer = api.post("/api/starter/", {"dataset": dataset.pk, "recipe": dataset.recipe}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "dataset_not_ready")
    assert worker.questions == []


def test_a_starter_is_asked_for_with_the_recipe(api: APIClient, worker: Any, dataset: Dataset) -> None:
    worker.answers["starter"] = {"graph": engine.Graph().model_dump(mode="json")}
    body = api.post("/api/starter/", {"dataset": dataset.pk}, format="json").json()
    assert body == worker.answers["starter"]
    assert worker.questions == [("starter", {"dataset": str(dataset.folder), "recipe": dataset.recipe})]


def test_a_keras_model_becomes_a_drawing(api: APIClient) -> None:
    layers = [
        {"class_name": "Dense", "config": {"name": "hidden", "units": 3, "batch_input_shape": [None, 4]}},
        {"class_name": "Lambda", "config": {"name": "code", "function": ["cmVtb3ZlZA==", None, None]}},
    ]
    model = {"class_name": "Sequential", "config": {"name": "net", "layers": layers}, "keras_version": "2.4.0"}
    for config in (model, json.dumps(model)):
        answer = api.post("/api/import/", {"format": "keras", "config": config}, format="json")
        assert answer.status_code == 200
        body = answer.json()
        assert [node["type"] for node in body["graph"]["nodes"]] == ["Input", "Dense", "Lambda", "Output"]
        assert body["graph"]["nodes"][2]["config"] == {}
        (problem,) = body["problems"]
        assert {"code", "node", "message", "hint", "fix"} == set(problem)
        assert (problem["code"], problem["node"]) == ("imported_unknown_layer", "code")


def test_what_is_no_keras_model_is_refused(api: APIClient) -> None:
    refused = api.post("/api/import/", {"format": "keras", "config": "{"}, format="json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "wrong_keras_model")
    unknown = api.post("/api/import/", {"format": "torch", "config": {}}, format="json")
    assert (unknown.status_code, unknown.json()["error"]["where"]) == (400, {"path": ["format"]})
