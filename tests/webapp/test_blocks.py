"""Blocks over HTTP: the library of the engine, and the blocks a person keeps."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

import engine
from webapp.projects import blocks
from webapp.projects.models import SavedBlock


def block(title: str = "Step", **more: Any) -> dict[str, Any]:
    """A block document as the browser sends it."""
    nodes = [{"id": "a", "type": "First", "config": {}, "shares": None, "position": {"x": 0.0, "y": 0.0}}]
    return {"title": title, "description": "", "nodes": nodes, "edges": [], **more}


def save(api: APIClient, document: dict[str, Any]) -> Any:
    return api.post("/api/blocks/", {"block": document}, format="json")


def test_the_library_is_what_the_engine_says(api: APIClient) -> None:
    assert api.get("/api/blocks/").json() == {"library": engine.library(), "saved": []}


def test_a_block_is_kept_renamed_and_deleted(api: APIClient) -> None:
    answer = save(api, block())
    assert answer.status_code == 201
    kept = answer.json()
    assert (isinstance(kept["id"], int), kept["block"]) == (True, block())
    address = f"/api/blocks/{kept['id']}/"
    assert api.get(address).json() == kept
    changed = api.patch(address, {"block": block("Better step")}, format="json")
    assert changed.json()["block"]["title"] == "Better step"
    assert [one["id"] for one in api.get("/api/blocks/").json()["saved"]] == [kept["id"]]
    assert api.delete(address).status_code == 204
    assert api.get("/api/blocks/").json()["saved"] == []


def test_the_blocks_inside_a_block_are_kept_with_it(api: APIClient) -> None:
    whole = block(blocks={"inner": block("Inner")})
    assert save(api, whole).json()["block"] == whole


def test_nobody_sees_the_blocks_of_others(api: APIClient, bens: APIClient) -> None:
    save(api, block())
    assert bens.get("/api/blocks/").json()["saved"] == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (block(title=" "), "empty_block"),
        (block(nodes=[]), "empty_block"),
        (block(nodes=[{"id": 7}]), "invalid_block"),
        (block(description="x" * 2_000), "invalid_block"),
        (block(secret=1), "invalid_block"),
        (block(nodes=[{"id": f"n{i}", "type": "First", "config": {"x": "y" * 90}} for i in range(2_000)]),
         "block_too_large"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(api: APIClient, document: dict[str, Any], code: str) -> None:
    answer = save(api, document)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    kept = save(api, block()).json()["id"]
    changed = api.patch(f"/api/blocks/{kept}/", {"block": document}, format="json")
    assert (changed.status_code, changed.json()["error"]["code"]) == (400, code)


def test_only_so_many_are_kept(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_BLOCKS", 2)
    assert [save(api, block()).status_code for _ in range(3)] == [201, 201, 400]
    assert save(api, block()).json()["error"]["code"] == "too_many_blocks"
    assert SavedBlock.objects.count() == 2
