"""The form of a recipe, what the guard finds, and preparations fitted ahead of the drawing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

import engine
from webapp import workers
from webapp.datasets.models import Dataset

FINDING = {
    "code": "target_copy",
    "level": "serious",
    "message": "a is a copy.",
    "evidence": "All rows.",
    "columns": ["a"],
    "mend": {"label": "Leave out a", "patch": {"columns": {"a": {"role": "ignore"}}}},
    "help": "/guide/#target-copy",
}


class Fitting:
    """Stands in for the worker that prepares."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.problem: engine.Problem | None = None

    def ask(self, op: str, **arguments: Any) -> dict[str, Any]:
        self.asked.append(op)
        if self.problem:
            raise engine.Refusal(self.problem)
        return {"findings": [FINDING]} if op == "findings" else {}


@pytest.fixture
def fitting(monkeypatch: pytest.MonkeyPatch) -> Fitting:
    made = Fitting()
    monkeypatch.setattr(workers, "preparing", lambda: made)
    monkeypatch.setattr(workers, "_prepared", {})
    return made


def test_the_form_of_a_recipe_says_what_suits_which_kind(api: APIClient) -> None:
    column = api.get("/api/recipe/").json()["schema"]["$defs"]["Column"]
    assert column["x-suits"]["text"]["encode"] == ["tokens", "words"]
    assert set(column["x-suits"]) == set(column["properties"]["kind"]["enum"])
    assert "length" in column["x-options"]["tokens"]
    for suits in column["x-suits"].values():
        assert {*suits["fill"], *suits["encode"], *suits["scale"]} <= set(column["x-words"])


def test_findings_are_asked_for_with_the_data_sets_recipe(api: APIClient, dataset: Dataset, fitting: Fitting) -> None:
    answer = api.post("/api/findings/", {"dataset": dataset.pk}, format="json")
    assert answer.json() == {"findings": [FINDING]}
    assert fitting.asked == ["findings"]


def test_a_preparation_is_fitted_once_ahead_of_the_drawing(fitting: Fitting) -> None:
    for recipe in ({"kind": "table"}, {"kind": "table"}, {"kind": "images"}, None):
        workers.prepare("/data", recipe)
    workers.prepare(None, {"kind": "table"})
    assert fitting.asked == ["prepare", "prepare"]


def test_only_a_recipe_that_takes_too_long_keeps_a_question_from_being_asked(
    fitting: Fitting,
) -> None:
    fitting.problem = engine.Problem("no_target", {}, "The recipe has no target.", "Choose one.")
    workers.prepare("/data", {"kind": "table"})
    fitting.problem = engine.Problem("took_too_long", {}, "This took too long.", "Make it smaller.")
    with pytest.raises(engine.Refusal):
        workers.prepare("/data", {"kind": "table"})
    assert fitting.asked == ["prepare", "prepare"]


def test_the_guide_lists_its_contents_leads_back_and_shows_no_marks_of_its_source(client: Client) -> None:
    page = client.get("/guide/").content.decode()
    assert 'href="/"' in page
    listed = set(re.findall(r'<a class="depth-\d" href="#([^"]+)"', page))
    assert listed == set(re.findall(r'<h[23] id="([^"]+)"', page))
    assert "\\_" not in page


def test_the_guide_has_an_anchor_for_every_heading(client: Client) -> None:
    page = client.get("/guide/").content.decode()
    for anchor in ("data", "findings", "target-copy", "missing-values", "from-a-script"):
        assert f'id="{anchor}"' in page
    assert "<strong>role</strong>: <em>feature</em>" in page
    assert "<td><code>?</code></td>" in page
    assert "**" not in page
    assert "```" not in page


def test_a_formula_is_worked_out_for_the_data_set(api: APIClient, dataset: Dataset, fitting: Fitting) -> None:
    asked = {"dataset": dataset.pk, "name": "ratio"}
    assert api.post("/api/formula/", asked, format="json").status_code == 200
    assert fitting.asked == ["formula"]


def test_the_steps_of_a_preparation_are_told_for_the_data_set(
    api: APIClient, dataset: Dataset, fitting: Fitting
) -> None:
    assert api.post("/api/account/", {"dataset": dataset.pk}, format="json").status_code == 200
    assert fitting.asked == ["account"]
    assert api.post("/api/account/", {"dataset": 9999}, format="json").status_code == 404
