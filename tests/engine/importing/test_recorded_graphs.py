"""Keras models written by others: all are read, and those Keras could load have its shapes and parameters."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

import pytest

from engine.graph.check import check
from engine.graph.document import Graph
from engine.importing.keras import Imported, import_keras
from tests.engine.recorded import FOLDER, needs_records, recorded

pytestmark = needs_records

EXPECTED = recorded("expected_shapes.json.gz")


def manifest() -> dict[str, dict[str, str]]:
    """What is known of each document: its form, whether it holds layers that Keras does not have."""
    path = FOLDER / "model_graphs_manifest.csv"
    if not path.exists():
        return {}
    with path.open(newline="") as lines:
        return {row["file"]: row for row in csv.DictReader(lines)}


MANIFEST = manifest()


def imported(name: str) -> Imported:
    return import_keras((FOLDER / name).read_text())


def codes(found: Imported) -> list[str]:
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize("name", MANIFEST)
def test_every_document_becomes_a_drawing(name: str) -> None:
    found = imported(name)
    again = Graph.model_validate(found.graph.model_dump(mode="json"))
    assert again == found.graph
    assert ("imported_unknown_layer" in codes(found)) == bool(MANIFEST[name]["flag"])
    nodes = {node.id for node in found.graph.nodes}
    assert all(problem.where["node"] in nodes for problem in found.problems)
    assert {edge.source for edge in found.graph.edges} | {edge.target for edge in found.graph.edges} == nodes


@pytest.mark.parametrize("name", [name for name, row in MANIFEST.items() if not row["flag"]])
def test_a_document_of_known_layers_is_checked_without_a_problem(name: str) -> None:
    report = check(imported(name).graph)
    assert [problem.message for problem in report.problems] == []


@pytest.mark.parametrize("name", [name for name, row in MANIFEST.items() if row["flag"]])
def test_the_check_marks_what_the_import_did_not_know(name: str) -> None:
    found = imported(name)
    told = {problem.where["node"] for problem in found.problems if problem.code == "imported_unknown_layer"}
    marked = {problem.where["node"] for problem in check(found.graph).problems if problem.code == "unknown_layer"}
    assert told == marked != set()


def shapes(layer: dict[str, Any]) -> list[Any]:
    """The output shapes of a layer without the batch axis; several for a layer with several outputs."""
    given = layer["output_shape"]
    return [shape[1:] for shape in (given if isinstance(given[0], list) else [given])]


def differences(name: str) -> Iterator[str]:
    """Every layer whose shape or number of parameters is not what Keras says.

    An Input whose open size the import has set, and said so, may have that size where Keras says nothing.
    """
    found = imported(name)
    settled = {problem.where["node"] for problem in found.problems if problem.code == "imported_size_set"}
    report = check(found.graph).document()
    for layer in EXPECTED[name]["layers"]:
        place = found.nodes[layer["name"]][0]
        node, wanted = report["nodes"].get(place), shapes(layer)
        if node is None:
            yield f"{layer['name']} could not be checked"
            continue
        own = node.get("shapes", [node["shape"]])
        if place in settled:
            wanted = [[size or known for size, known in zip(wanted[0], own[0], strict=True)]]
        if own != wanted or node["parameters"] != layer["params"]:
            yield f"{layer['name']}: {own}, {node['parameters']} instead of {wanted}, {layer['params']}"
    for kind, count in (("total", "total_params"), ("trainable", "trainable_params")):
        if report["parameters"][kind] != EXPECTED[name][count]:
            yield f"{kind}: {report['parameters'][kind]} instead of {EXPECTED[name][count]}"


@pytest.mark.parametrize("name", EXPECTED)
def test_every_layer_has_the_shape_and_the_parameters_keras_gives_it(name: str) -> None:
    assert list(differences(name)) == []


def test_the_best_known_networks_have_their_published_numbers_of_parameters() -> None:
    totals = {"keras2/fabrik_resnet50.json": 25_636_712, "keras2/fabrik_vgg16.json": 138_357_544}
    for name, total in totals.items():
        assert check(imported(name).graph).parameters()["total"] == total, name


def test_a_document_is_read_in_every_wrapping() -> None:
    text = (FOLDER / "keras2/dl4j_mnist_mlp_tf_keras_2_config.json").read_text()
    document = json.loads(text)
    bare = import_keras(document).graph
    for wrapped in (text, {"model_config": document}, {"model_config": text}, json.dumps({"model_config": text})):
        assert import_keras(wrapped).graph == bare
    assert import_keras(document["config"]).graph == bare
