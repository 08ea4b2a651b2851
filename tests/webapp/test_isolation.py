"""Whatever somebody else owns looks as if it did not exist; whoever is not signed in sees nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.webapp.examples import address, api_routes
from webapp.datasets.models import Dataset
from webapp.projects.models import Project, SavedBlock
from webapp.runs.models import Run

OWNED = [
    ("get", "/api/projects/{project}/", None),
    ("patch", "/api/projects/{project}/", {"name": "Mine now"}),
    ("delete", "/api/projects/{project}/", None),
    ("post", "/api/projects/{project}/restore/", None),
    ("get", "/api/projects/{project}/rate/", None),
    ("post", "/api/projects/{project}/rate/", {}),
    ("delete", "/api/projects/{project}/rate/", None),
    ("get", "/api/projects/{project}/runs/", None),
    ("get", "/api/blocks/{block}/", None),
    ("patch", "/api/blocks/{block}/", {"block": {"title": "Mine now"}}),
    ("delete", "/api/blocks/{block}/", None),
    ("get", "/api/datasets/{dataset}/", None),
    ("patch", "/api/datasets/{dataset}/", {"reading": {}}),
    ("delete", "/api/datasets/{dataset}/", None),
    ("post", "/api/datasets/{dataset}/append/", {"uploads": []}),
    ("get", "/api/datasets/{dataset}/rejected/", None),
    ("get", "/api/datasets/{dataset}/rows/", None),
    ("get", "/api/datasets/{dataset}/column/", None),
    ("get", "/api/datasets/{dataset}/relations/", None),
    ("get", "/api/datasets/{dataset}/images/0/", None),
    ("get", "/api/runs/{run}/", None),
    ("patch", "/api/runs/{run}/", {"name": "Mine now"}),
    ("delete", "/api/runs/{run}/", None),
    ("post", "/api/runs/{run}/stop/", None),
    ("post", "/api/runs/{run}/pause/", None),
    ("post", "/api/runs/{run}/resume/", None),
    ("post", "/api/runs/{run}/change/", {"epochs": 3}),
    ("post", "/api/runs/{run}/continue/", {"epochs": 3}),
    ("get", "/api/runs/{run}/checkpoints/", None),
    ("get", "/api/runs/{run}/events/", None),
    ("get", "/api/runs/{run}/curve/", None),
    ("get", "/api/runs/{run}/overview/", None),
    ("post", "/api/runs/{run}/predict/", {"rows": [{"length": 1}]}),
    ("get", "/api/runs/{run}/bundle/", None),
    ("get", "/api/runs/{run}/evaluation/", None),
]
SHARED = {
    "me/",
    "signin/",
    "signout/",
    "layers/",
    "settings/",
    "recipe/",
    "samples/",
    "templates/",
    "system/",
    "schema/",
    "docs/",
}
COLLECTIONS = {
    "projects/",
    "blocks/",
    "datasets/",
    "datasets/together/",
    "runs/",
    "runs/compare/",
    "notices/",
    "notices/seen/",
    "webhook/",
    "webhook/test/",
    "check/",
    "preflight/",
    "rates/find/",
    "code/",
    "import/",
    "rates/",
    "starter/",
    "findings/",
    "account/",
    "formula/",
    "uploads/",
}
ELSEWHERE = {"uploads/<uuid:pk>/"}  # test_uploads, as it wants headers of its own


@pytest.fixture
def numbers(project: Project, dataset: Dataset, make_run: Callable[..., Run]) -> dict[str, int]:
    block = SavedBlock.objects.create(owner=project.owner, block={"title": "Step", "nodes": [], "edges": []})
    return {"project": project.pk, "dataset": dataset.pk, "run": make_run().pk, "block": block.pk}


def test_every_endpoint_has_a_case_here() -> None:
    cases = {path.removeprefix("/api/").format(project="#", dataset="#", run="#", block="#") for _, path, _ in OWNED}
    cases = {case.replace("#", "<int:pk>", 1).replace("/0/", "/<int:index>/") for case in cases}
    assert api_routes() == cases | SHARED | COLLECTIONS | ELSEWHERE


@pytest.mark.parametrize(("method", "path", "body"), OWNED)
def test_what_others_own_is_not_found(
    bens: APIClient, numbers: dict[str, int], method: str, path: str, body: Any
) -> None:
    answer = getattr(bens, method)(path.format(**numbers), body, format="json")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    assert Project.objects.get(deleted=None).name == "Iris"
    assert Run.objects.get().state == "queued"


@pytest.mark.parametrize("path", ["/api/projects/", "/api/datasets/", "/api/runs/"])
def test_lists_hold_only_ones_own(bens: APIClient, api: APIClient, numbers: dict[str, int], path: str) -> None:
    assert numbers
    assert bens.get(path).json() == []
    assert len(api.get(path).json()) == 1


def test_the_runs_of_anothers_project_are_not_listed(bens: APIClient, numbers: dict[str, int]) -> None:
    assert bens.get("/api/runs/", {"project": numbers["project"]}).json() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/projects/", {"name": "New", "dataset": "dataset"}),
        ("/api/runs/", {"project": "project"}),
        ("/api/runs/", {"graph": {}, "dataset": "dataset"}),
        ("/api/preflight/", {"project": "project"}),
        ("/api/rates/find/", {"graph": {}, "dataset": "dataset"}),
    ],
)
def test_what_others_own_cannot_be_built_upon(
    bens: APIClient, numbers: dict[str, int], path: str, body: dict[str, Any]
) -> None:
    body = {key: numbers.get(value, value) if isinstance(value, str) else value for key, value in body.items()}
    answer = bens.post(path, body, format="json")
    assert answer.status_code == 400
    assert "There is no such" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "path", ["/api/check/", "/api/code/", "/api/starter/", "/api/findings/", "/api/account/", "/api/formula/"]
)
def test_a_drawing_is_not_checked_against_anothers_data_set(
    bens: APIClient, numbers: dict[str, int], path: str
) -> None:
    answer = bens.post(path, {"graph": {}, "dataset": numbers["dataset"], "name": "a"}, format="json")
    assert answer.status_code == 404


def test_a_project_does_not_take_anothers_data_set(bens: APIClient, numbers: dict[str, int]) -> None:
    mine = bens.post("/api/projects/", {"name": "Mine"}, format="json").json()["id"]
    answer = bens.patch(f"/api/projects/{mine}/", {"dataset": numbers["dataset"]}, format="json")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", sorted(api_routes() - {"signin/", "signout/", "schema/", "docs/"}))
@pytest.mark.django_db
def test_nobody_sees_anything_without_signing_in(path: str) -> None:
    answer = APIClient().get(address(path))
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "not_signed_in"
    assert answer.headers["WWW-Authenticate"] == "Token"
