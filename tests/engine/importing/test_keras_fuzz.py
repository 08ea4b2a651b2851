"""Broken documents: whatever is sent, the import answers with a drawing or with a refusal in plain words."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.graph.check import check
from engine.graph.document import Graph
from engine.importing.keras import import_keras
from engine.problems import Refusal
from tests.engine.recorded import FOLDER

JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1.5, "", "x" * 5_000, "Dense", [], {}, [None], [[]], {"class_name": "L2"},
    ["dense_1", 0, 0], [["dense_1", 0, 10**9]], {"class_name": "Dense", "config": {}}, "\x00", "名前",
)  # fmt: skip


def small(kind: str) -> dict[str, Any]:
    """A document that is always at hand: a functional model with a model inside, or a sequence."""
    dense = {"class_name": "Dense", "name": "dense_1", "config": {"name": "dense_1", "units": 3}}
    first = {"class_name": "InputLayer", "name": "a", "config": {"batch_input_shape": [None, 4]}, "inbound_nodes": []}
    if kind == "Sequential":
        lstm = {"class_name": "Bidirectional", "config": {"layer": {"class_name": "LSTM", "config": {"units": 2}}}}
        return {"class_name": kind, "config": {"layers": [{**first, "name": "b"}, lstm, dense]}}
    ends = {"input_layers": [["a", 0, 0]], "output_layers": [["dense_1", 0, 0]]}
    inner = {
        "class_name": "Model",
        "config": {"layers": [first, {**dense, "inbound_nodes": [[["a", 0, 0, {}]]]}], **ends},
    }
    nested = {**inner, "name": "m", "inbound_nodes": [[["a", 0, 0, {}]]]}
    last = {**dense, "inbound_nodes": [[["m", 0, 0, {}]], [["m", 0, 0, {"initial_state": [["a", 0, 0]]}]]]}
    return {"class_name": kind, "config": {"layers": [first, nested, last], **ends}, "keras_version": "2.2.4"}


def documents() -> list[str]:
    found = sorted(FOLDER.glob("keras*/*.json"), key=lambda path: path.stat().st_size)[::9]
    return [json.dumps(small("Model")), json.dumps(small("Sequential")), *(path.read_text() for path in found)]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in inner for place in [(value, key), *places(part)]]


def mutated(text: str, chance: random.Random) -> Any:
    """The document with up to four of its values replaced, removed, doubled or put elsewhere."""
    document = json.loads(text)
    for _ in range(chance.randint(1, 4)):
        found = places(document)
        if not found:
            break
        container, key = chance.choice(found)
        action = chance.random()
        if action < 0.6:
            container[key] = copy.deepcopy(chance.choice(JUNK))
        elif action < 0.75:
            del container[key]
        elif isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        else:
            other, place = chance.choice(found)
            container[key] = copy.deepcopy(other[place])
    return document


def answered(document: Any) -> None:
    try:
        found = import_keras(document)
    except Refusal as refused:
        if not (refused.problem.message and refused.problem.hint):
            pytest.fail("a refusal without words")
        return
    json.dumps([problem.document() for problem in found.problems], allow_nan=False)
    again = Graph.model_validate(json.loads(json.dumps(found.graph.model_dump(mode="json"), allow_nan=False)))
    json.dumps(check(again).document(), allow_nan=False)


@pytest.mark.parametrize("seed", range(40))
def test_a_mutated_document_gets_an_answer(seed: int) -> None:
    chance = random.Random(seed)
    for text in documents()[:6]:
        answered(mutated(text, chance))


@pytest.mark.parametrize("seed", range(10))
def test_a_truncated_text_gets_an_answer(seed: int) -> None:
    chance = random.Random(seed)
    for text in documents():
        answered(text[: chance.randrange(len(text))])


def in_steps(depth: int, kind: str) -> Any:
    """A wrapper inside a wrapper inside a wrapper …"""
    layer: Any = {"class_name": "Dense", "config": {"units": 1}}
    for _ in range(depth):
        layer = {"class_name": kind, "config": {"layer": layer, "name": "w"}}
    return {"class_name": "Sequential", "config": [layer]}


def deep(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def bomb(levels: int) -> Any:
    """A model that calls a model twice that calls a model twice …"""
    ends = {"input_layers": [["a", 0, 0]], "output_layers": [["m", 1, 0]]}
    first = {"class_name": "InputLayer", "name": "a", "config": {"batch_input_shape": [None, 4]}, "inbound_nodes": []}
    inner: Any = {"class_name": "Dense", "config": {"name": "m", "units": 4}}
    for _ in range(levels):
        twice = [[["a", 0, 0, {}]], [["m", 0, 0, {}]]]
        layers = [first, {**inner, "name": "m", "inbound_nodes": twice}]
        inner = {"class_name": "Model", "config": {"layers": layers, **ends}}
    return inner


HEAVY: dict[str, Callable[[], Any]] = {
    "wrappers in wrappers": lambda: in_steps(300, "TimeDistributed"),
    "deep settings": lambda: [{"class_name": "Dense", "config": {"units": deep(400), "kernel_initializer": deep(400)}}],
    "a huge name": lambda: [{"class_name": "D" * 10**6, "config": {"name": "n" * 10**6}}],
    "100,000 layers": lambda: [{"class_name": "Dense", "config": {}}] * 100_000,
    "100,000 calls": lambda: {
        "class_name": "Model",
        "config": {
            "layers": [{"class_name": "Dense", "name": "d", "config": {}, "inbound_nodes": [[["d", 0, 0]]] * 100_000}],
            "input_layers": [],
            "output_layers": [["d", 0, 0]] * 100_000,
        },
    },
    "one layer with 100,000 wires": lambda: {
        "class_name": "Model",
        "config": {
            "layers": [{"class_name": "Add", "name": "d", "config": {}, "inbound_nodes": [[["d", 0, 0]] * 100_000]}],
            "input_layers": [],
            "output_layers": [["d", 0, 0]],
        },
    },
    "many layers of one name": lambda: [{"class_name": "Dense", "config": {"name": "d"}}] * 4_000,
    "a bomb of models": lambda: bomb(14),
    "too many models": lambda: bomb(30),
    "text in text in text": lambda: json.dumps(json.dumps(json.dumps(small("Model")))),
    "not a number": lambda: '[{"class_name": "Dense", "config": {"units": NaN}}]',
    "half a character": lambda: '[{"class_name": "Dense", "config": {"name": "\\ud800"}}]',
    "a number of 10,000 digits": lambda: f'[{{"class_name": "Dense", "config": {{"units": {"1" * 10_000}}}}}]',
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_document_made_to_hurt_gets_a_quick_answer(name: str) -> None:
    document = HEAVY[name]()
    before = time.process_time()
    answered(document)
    assert time.process_time() - before < 5
