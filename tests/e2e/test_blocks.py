"""Blocks and imported models in a real browser: made, repeated, changed inside, unpacked, and all of it undone."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e import journey
from tests.e2e.server import Server, wait_for

DRAWING = [
    ("input_1", "Input", {"name": "features", "shape": [16]}),
    ("dense_1", "Dense", {"units": 16, "activation": "relu"}),
    ("dense_2", "Dense", {"units": 16}),
    ("output_1", "Output", {"name": "target"}),
]
WITHIN = 16 * 16 + 16
"""The parameters of one Dense of 16 units on 16 values."""


def drawn(page: Page, server: Server) -> int:
    """A project with a small chain, opened in the Design step."""
    nodes = [
        {"id": name, "type": kind, "config": config, "position": {"x": 0, "y": 124 * place}}
        for place, (name, kind, config) in enumerate(DRAWING)
    ]
    names = [name for name, _, _ in DRAWING]
    edges = [{"source": a, "target": b, "port": 0} for a, b in pairwise(names)]
    project = server.client.post("/api/projects/", json={"name": "Chain"}).json()["id"]
    answer = server.client.patch(f"/api/projects/{project}/", json={"graph": {"nodes": nodes, "edges": edges}})
    assert answer.status_code == 200, answer.text
    page.goto(f"/projects/{project}/design")
    expect(node(page, "dense_1")).to_be_visible()
    return int(project)


def node(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=re.compile(f"^{name},"))


def graph(page: Page, server: Server, project: int) -> Any:
    """The drawing as it was saved."""
    journey.saved(page)
    return server.get(f"/api/projects/{project}/")["graph"]


def tools(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar", name="Selected layers").get_by_role("button", name=name)


def test_a_block_is_made_repeated_changed_inside_unpacked_and_undone(page: Page, server: Server) -> None:
    project = drawn(page, server)
    begun = graph(page, server, project)

    node(page, "dense_1").click()
    node(page, "dense_2").click(modifiers=["Shift"])
    page.keyboard.press("Control+g")
    page.get_by_role("textbox", name="Name", exact=True).fill("Pair")
    page.get_by_role("button", name="Make the block").click()
    expect(node(page, "pair_1")).to_contain_text(f"{2 * WITHIN:,}")
    expect(page.get_by_text(f"{2 * WITHIN:,} parameters")).to_be_visible()

    journey.fill(page, "Repeat", 3)
    expect(node(page, "pair_1")).to_contain_text("×3")
    expect(node(page, "pair_1")).to_contain_text(f"{6 * WITHIN:,}")
    expect(page.get_by_text(f"{6 * WITHIN:,} parameters")).to_be_visible()

    tools(page, "Unfold").click()
    expect(node(page, "dense_1 in pair_1")).to_contain_text("16 units")
    tools(page, "Fold").click()
    expect(node(page, "dense_1 in pair_1")).to_have_count(0)

    tools(page, "Open").click()
    place = page.get_by_role("navigation", name="Place in the network")
    expect(place).to_contain_text("Pair")
    node(page, "dense_1").click()
    journey.fill(page, "Units", 8)
    expect(node(page, "dense_2")).to_contain_text(f"{8 * 16 + 16:,}")
    page.reload()
    expect(place).to_contain_text("Pair")
    place.get_by_role("button", name="Network").click()
    changed = 3 * (16 * 8 + 8 + 8 * 16 + 16)
    expect(node(page, "pair_1")).to_contain_text(f"{changed:,}")

    tools(page, "Unpack").click()
    expect(node(page, "pair_1")).to_have_count(0)
    expect(page.locator(".react-flow__node")).to_have_count(8)
    expect(page.get_by_text(f"{changed:,} parameters")).to_be_visible()
    assert "blocks" not in graph(page, server, project)

    page.keyboard.press("Control+z")
    expect(node(page, "pair_1")).to_be_visible()
    assert list(graph(page, server, project)["blocks"]) == ["pair"]
    assert [one["id"] for one in begun["nodes"]] == ["input_1", "dense_1", "dense_2", "output_1"]


def test_every_step_with_a_block_is_one_step_to_undo(page: Page, server: Server) -> None:
    project = drawn(page, server)
    begun = graph(page, server, project)
    node(page, "dense_2").click()
    page.keyboard.press("Control+g")
    page.get_by_role("button", name="Make the block").click()
    expect(node(page, "block_1")).to_be_visible()
    tools(page, "Unpack").click()
    expect(node(page, "dense_2")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    wait_for(lambda: graph(page, server, project) == begun, 20, "the drawing to be as it was")


def test_a_block_is_kept_and_used_in_another_project(page: Page, server: Server) -> None:
    drawn(page, server)
    palette = page.get_by_role("region", name="Palette")
    node(page, "dense_1").click()
    palette.get_by_role("searchbox", name="Find a layer").fill("residual dense")
    palette.get_by_role("button", name="Residual dense").click()
    expect(node(page, "residual_dense_1")).to_contain_text("problem inside")
    properties = page.get_by_role("region", name="Properties")
    properties.get_by_label("Title").fill("My residual")
    properties.get_by_label("Title").press("Enter")
    properties.get_by_role("button", name="Save to my blocks").click()
    expect(page.get_by_text("is in your blocks now")).to_be_visible()

    drawn(page, server)
    palette.get_by_role("searchbox", name="Find a layer").fill("my residual")
    palette.get_by_role("button", name="My residual").first.click()
    expect(node(page, "my_residual_1")).to_be_visible()
    palette.get_by_role("searchbox", name="Find a layer").fill("my residual")
    palette.get_by_role("button", name="Delete My residual from my blocks").click()
    page.get_by_role("button", name="Undo").last.click()
    expect(palette.get_by_role("button", name="My residual").first).to_be_visible()


def test_a_keras_model_is_looked_at_and_drawn(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps(SMALL), encoding="utf-8")
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Import a Keras model")).click()
    dialog = page.get_by_role("dialog", name="Import a Keras model")
    dialog.get_by_label("Or paste it").fill("import keras")
    dialog.get_by_role("button", name="Read the model").click()
    expect(dialog.get_by_role("alert")).to_contain_text("not the JSON of a model")
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Choose a file").first.click()
    chooser.value.set_files(file)
    expect(dialog).to_contain_text("small_reader")
    expect(dialog).to_contain_text("5 layers")
    expect(dialog.get_by_role("region", name="Remarks on the import")).to_contain_text("secret")
    dialog.get_by_role("button", name="Make a new project").click()
    expect(page.get_by_role("button", name=re.compile("^Project name: small_reader"))).to_be_visible()
    expect(node(page, "hidden")).to_contain_text("35")


SMALL = {
    "class_name": "Sequential",
    "keras_version": "2.4.0",
    "backend": "tensorflow",
    "config": {
        "name": "small_reader",
        "layers": [
            {
                "class_name": "Dense",
                "config": {"name": "hidden", "units": 5, "activation": "relu", "batch_input_shape": [None, 6]},
            },
            {"class_name": "Lambda", "config": {"name": "secret", "function": ["4wAAAA==", None, None]}},
            {"class_name": "Dense", "config": {"name": "answer", "units": 4, "activation": "softmax"}},
        ],
    },
}
