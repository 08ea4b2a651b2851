"""What tests of kept runs share: what a trainer told, and the table of runs as the page asks for it."""

from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from webapp.projects.models import Project
from webapp.runs.models import Run

Make = Callable[..., Run]
MEASURES = {
    "loss": {"title": "Loss", "format": "number", "better": "lower"},
    "accuracy": {"title": "Accuracy", "format": "percent", "better": "higher"},
    "auc": {"title": "AUC", "format": "number", "better": "higher"},
}


def started(**fields: Any) -> dict[str, Any]:
    names = {"parameters": 1234, "metrics": [*MEASURES], "measures": MEASURES, "watched": "loss"}
    return {"seq": 1, "type": "started", **names, **fields}


def table(api: APIClient, project: Project, query: str = "") -> dict[str, Any]:
    answer = api.get(f"/api/projects/{project.pk}/runs/?{query}")
    assert answer.status_code == 200, answer.json()
    body: dict[str, Any] = answer.json()
    return body


def numbers(body: dict[str, Any]) -> list[int]:
    return [run["number"] for run in body["runs"]]


def known(key: str, best: float, **validation: float) -> dict[str, Any]:
    """What a finished run keeps of its figures."""
    lead = {"key": key, "title": key.upper(), "format": "number", "better": "lower"}
    return {"state": "finished", "lead": lead, "best": best, "metrics": {"validation": {**validation, key: best}}}
