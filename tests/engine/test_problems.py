"""Problems and refusals: what is wrong, with what, and what to do."""

from __future__ import annotations

import dataclasses
import json

import pytest

from engine.problems import Problem, Refusal

PROBLEM = Problem("wrong_value", {"column": "age"}, "Age is empty.", "Fill it.", {"label": "Fill"})


def test_its_document_is_json_without_the_remedy() -> None:
    document = PROBLEM.document()
    assert json.loads(json.dumps(document)) == document
    assert document == {
        "code": "wrong_value",
        "message": "Age is empty.",
        "hint": "Fill it.",
        "where": {"column": "age"},
    }
    assert dataclasses.replace(PROBLEM, fix=None) == Problem(**document)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PROBLEM.code = "other"  # type: ignore[misc]


def test_a_refusal_carries_its_problem() -> None:
    refusal = Refusal(PROBLEM)
    assert str(refusal) == "Age is empty."
    assert refusal.problem is PROBLEM
