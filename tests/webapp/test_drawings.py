"""Where the networks of runs differ: told layer by layer, whatever the layers are."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from webapp.projects.models import Project
from webapp.runs import drawings
from webapp.runs.drawings import changes_between
from webapp.runs.models import Run

Node = dict[str, Any]


def node(layer: str, kind: str, **config: Any) -> Node:
    return {"id": layer, "type": kind, "config": config, "shares": None, "position": {"x": 0.0, "y": 0.0}}


def chain(*nodes: Node, **more: Any) -> dict[str, Any]:
    """The nodes one after the other."""
    edges = [{"source": one["id"], "target": two["id"], "port": 0} for one, two in pairwise(nodes)]
    return {"format": 1, "nodes": list(nodes), "edges": edges, **more}


INPUT, OUTPUT = node("input_1", "Input", name="features"), node("output_1", "Output", name="target")
PLAIN = chain(INPUT, node("dense_1", "Dense", units=64), OUTPUT)


def changed(layer: str, kind: str, name: str, before: Any, after: Any) -> dict[str, Any]:
    values = [{"name": name, "before": before, "after": after}]
    return {"layer": layer, "kind": "changed", "type": kind, "values": values}


def test_a_layer_that_is_set_otherwise_tells_both_values() -> None:
    wider = chain(INPUT, node("dense_1", "Dense", units=128), OUTPUT)
    assert changes_between(PLAIN, wider) == [changed("dense_1", "Dense", "units", 64, 128)]


def test_what_is_left_out_stands_for_its_default() -> None:
    curved = chain(INPUT, node("dense_1", "Dense", units=64, activation="relu"), OUTPUT)
    told = chain(INPUT, node("dense_1", "Dense", units=64, activation="linear"), OUTPUT)
    assert changes_between(PLAIN, curved) == [changed("dense_1", "Dense", "activation", "linear", "relu")]
    assert changes_between(PLAIN, told) == []


def test_a_layer_in_between_is_told_without_the_wires_it_took_over() -> None:
    deeper = chain(INPUT, node("dense_1", "Dense", units=64), node("dropout_1", "Dropout"), OUTPUT)
    added = {"layer": "dropout_1", "kind": "added", "type": "Dropout", "values": []}
    assert changes_between(PLAIN, deeper) == [added]
    assert changes_between(deeper, PLAIN) == [{**added, "kind": "removed"}]


def test_another_type_of_layer_says_enough() -> None:
    other = chain(INPUT, node("dense_1", "LSTM", units=9), OUTPUT)
    assert changes_between(PLAIN, other) == [changed("dense_1", "LSTM", "type", "Dense", "LSTM")]


def test_a_wire_that_leads_elsewhere_is_told_by_the_layer_it_leads_to() -> None:
    two = node("dense_2", "Dense")
    one_way = chain(INPUT, node("dense_1", "Dense"), two, OUTPUT)
    other = copy.deepcopy(one_way)
    other["edges"][2]["source"] = "dense_1"
    found = changes_between(one_way, other)
    assert found == [changed("output_1", "Output", "input 1", "dense_2", "dense_1")]


def test_a_wire_between_layers_that_both_have_is_told_when_it_is_drawn_or_cut() -> None:
    bare = chain(INPUT, node("dense_1", "Dense"), node("add_1", "Add"), OUTPUT)
    skipping = copy.deepcopy(bare)
    skipping["edges"].append({"source": "input_1", "target": "add_1", "port": 1})
    assert changes_between(bare, skipping) == [changed("add_1", "Add", "input 2", None, "input_1")]
    assert changes_between(skipping, bare) == [changed("add_1", "Add", "input 2", "input_1", None)]


def test_layers_inside_a_block_are_named_with_it() -> None:
    def with_block(rate: float) -> dict[str, Any]:
        block = {"title": "Head", "nodes": [node("dropout_1", "Dropout", rate=rate)], "edges": []}
        return chain(INPUT, node("head_1", "Block", block="head"), OUTPUT, blocks={"head": block})

    found = changes_between(with_block(0.1), with_block(0.4))
    assert found == [changed("Head/dropout_1", "Dropout", "rate", 0.1, 0.4)]


def test_the_table_tells_layers_against_the_earliest_run_of_the_page(
    api: APIClient, make_run: Callable[..., Run], project: Project
) -> None:
    moved = copy.deepcopy(PLAIN)
    moved["nodes"][0]["position"] = {"x": 5.0, "y": 5.0}
    deep = chain(INPUT, *(node(f"dense_{place}", "Dense", units=64) for place in range(1, 25)), OUTPUT)
    for graph in (PLAIN, moved, chain(INPUT, node("dense_1", "Dense", units=9), OUTPUT), deep):
        make_run(graph=graph)
    address = f"/api/projects/{project.pk}/runs/"
    body = api.get(address).json()
    assert body["against"] == 1
    layers = {run["number"]: run["layers"] for run in body["runs"]}
    assert layers[1] == layers[2] == {"changes": [], "more": 0}
    assert layers[3] == {"changes": [changed("dense_1", "Dense", "units", 64, 9)], "more": 0}
    assert (len(layers[4]["changes"]), layers[4]["more"]) == (20, 3)
    assert max(len(told["changes"]) for told in drawings._changes.values()) == 20  # no more is kept than is shown
    with CaptureQueriesContext(connection) as asked:
        assert api.get(address).json()["runs"] == body["runs"]
    assert not any('"runs_run"."graph"' in query["sql"] for query in asked.captured_queries)
