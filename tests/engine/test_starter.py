"""The proposed network: for whatever the data offer, one that can be trained as it is."""

from __future__ import annotations

import pytest

from engine.graph.check import check
from engine.graph.specs import DataSpecs, Target
from engine.layers import Spec
from engine.starter import starter_graph, starter_settings
from engine.training.settings import Settings

NUMBER = Target("number")
TWO = Target("category", ("a", "b"))
TEN = Target("category", tuple("0123456789"))

OFFERS = {
    "one number": DataSpecs({"features": Spec((1,))}, {"y": NUMBER}),
    "a wide table": DataSpecs({"features": Spec((300,))}, {"y": TWO}),
    "an index": DataSpecs({"user": Spec((1,), "int32", 5000)}, {"y": NUMBER}),
    "an index of unknown range": DataSpecs({"user": Spec((1,), "int32")}, {"y": NUMBER}),
    "numbers and indices": DataSpecs(
        {"features": Spec((4,)), "user": Spec((1,), "int32", 50), "item": Spec((2,), "int32", 9)}, {"y": TWO}
    ),
    "several targets": DataSpecs({"features": Spec((4,))}, {"y": NUMBER, "z": TEN, "w": TWO}),
    "a sequence": DataSpecs({"steps": Spec((30, 5))}, {"y": NUMBER}),
    "names that are no identifiers": DataSpecs({"my input": Spec((4,))}, {"a\n\"b'": TWO}),
    **{
        f"pictures of {height} × {width} × {channels}": DataSpecs(
            {"image": Spec((height, width, channels))}, {"y": TEN}
        )
        for height, width, channels in ((1, 1, 1), (2, 3, 1), (8, 8, 1), (28, 28, 1), (32, 100, 3), (224, 224, 3))
    },
}


@pytest.mark.parametrize("name", OFFERS)
def test_it_can_be_trained_as_it_is(name: str) -> None:
    graph = starter_graph(OFFERS[name])
    report = check(graph, OFFERS[name])
    assert report.problems == []
    assert list(report.used()) == list(report.nodes)
    assert 0 < report.parameters()["trainable"] < 20_000_000


@pytest.mark.parametrize("name", OFFERS)
def test_its_nodes_stand_apart_from_top_to_bottom(name: str) -> None:
    graph = starter_graph(OFFERS[name])
    places = {node.id: (node.position.x, node.position.y) for node in graph.nodes}
    assert len(set(places.values())) == len(graph.nodes)
    assert all(places[edge.source][1] < places[edge.target][1] for edge in graph.edges)


def test_an_embedding_has_room_for_every_index() -> None:
    graph = starter_graph(OFFERS["an index"])
    (look,) = [node for node in graph.nodes if node.type == "Embedding"]
    assert look.config["input_dim"] == 5000


@pytest.mark.parametrize(
    ("rows", "shape", "epochs", "batch", "patience"),
    [
        (280, (12,), 200, 32, 25),
        (4_000, (12,), 24, 32, 10),
        (22_000, (12,), 20, 128, 10),
        (1_000, (28, 28, 1), 32, 32, 10),
    ],
)
def test_few_rows_get_small_batches_many_epochs_and_a_patience_that_can_run_out(
    rows: int, shape: tuple[int, ...], epochs: int, batch: int, patience: int
) -> None:
    settings = Settings.model_validate(starter_settings(rows, DataSpecs({"x": Spec(shape)}, {"y": Target("number")})))
    assert (settings.epochs, settings.batch_size) == (epochs, batch)
    assert settings.early_stopping is not None
    assert settings.early_stopping.patience == patience
