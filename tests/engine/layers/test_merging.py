"""What layers with several inputs compute, against the definitions of Keras worked out in NumPy."""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import pytest

from engine.graph.model import plan
from engine.graph.specs import DataSpecs
from tests.engine.drawings import checked, graph, node
from tests.engine.layers.building import Array, draw, module

SHAPES = [
    [(3, 4), (3, 4)],
    [(5, 6, 4), (1, 1, 4)],
    [(5, 6, 4), (4,)],
    [(4,), (5, 6, 4)],
    [(5, 1), (1, 4)],
    [(3, 4), ()],
]

MERGES: dict[str, Callable[[list[Array]], Array]] = {
    "Add": sum,
    "Multiply": lambda xs: np.prod(np.broadcast_arrays(*xs), axis=0),
    "Average": lambda xs: sum(xs) / np.float32(len(xs)),
    "Maximum": lambda xs: np.max(np.broadcast_arrays(*xs), axis=0),
    "Minimum": lambda xs: np.min(np.broadcast_arrays(*xs), axis=0),
}


def wide(xs: list[Array]) -> list[Array]:
    """The inputs with axes of size 1 behind the batch where they have fewer than others."""
    rank = max(x.ndim for x in xs)
    return [x.reshape(x.shape[0], *(1,) * (rank - x.ndim), *x.shape[1:]) for x in xs]


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("kind", MERGES)
def test_inputs_are_joined_value_by_value(kind: str, shapes: list[tuple[int, ...]]) -> None:
    for several in (shapes, [*shapes, shapes[0]]):
        xs = [draw(2, *shape) for shape in several]
        given = module(kind, *several)(*map(jnp.asarray, xs))
        np.testing.assert_allclose(given, MERGES[kind](wide(xs)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shapes", SHAPES)
def test_the_second_is_taken_off_the_first(shapes: list[tuple[int, ...]]) -> None:
    xs = [draw(2, *shape) for shape in shapes]
    first, second = wide(xs)
    np.testing.assert_allclose(module("Subtract", *shapes)(*map(jnp.asarray, xs)), first - second, rtol=1e-6)


def test_inputs_are_laid_side_by_side() -> None:
    a, b = draw(2, 3, 4), draw(2, 3, 4)
    joined = module("Concatenate", (3, 4), (3, 4), axis=1)(jnp.asarray(a), jnp.asarray(b))
    np.testing.assert_array_equal(joined, np.concatenate([a, b], 1))


@pytest.mark.parametrize(
    ("shapes", "axes", "sums"),
    [
        ([(4,), (4,)], -1, "bn,bn->b"),
        ([(5, 4), (3, 4)], 2, "btn,bsn->bts"),
        ([(3, 5), (6, 3)], (1, 2), "bnt,bsn->bts"),
        ([(2, 3, 5), (3,)], (2, 1), "bant,bn->bat"),
        ([(3,), (2, 3, 5)], (1, 2), "bn,bant->bat"),
    ],
)
@pytest.mark.parametrize("normalize", [False, True])
def test_dot_adds_up_along_an_axis_of_each(
    shapes: list[tuple[int, ...]], axes: tuple[int, int] | int, sums: str, normalize: bool
) -> None:
    xs = [draw(2, *shape) for shape in shapes]
    given = module("Dot", *shapes, axes=axes, normalize=normalize)(*map(jnp.asarray, xs))
    if normalize:
        both = axes if isinstance(axes, tuple) else (axes, axes)
        xs = [x / np.linalg.norm(x, axis=axis, keepdims=True) for x, axis in zip(xs, both, strict=True)]
    expected = np.einsum(sums, *xs)
    np.testing.assert_allclose(given, expected[:, None] if expected.ndim == 1 else expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("join", "config", "other", "kept"),
    [
        ("Add", {}, "same", True),
        ("Multiply", {}, "same", True),
        ("Add", {}, "unmasked", False),
        ("Concatenate", {}, "same", True),
        ("Concatenate", {"axis": 1}, "same", False),
        ("Concatenate", {"axis": -2}, "same", False),
        ("Dot", {}, "same", False),
    ],
)
def test_a_mask_holds_behind_a_merge_that_all_inputs_bring_it_to(
    join: str, config: dict[str, int], other: str, kept: bool
) -> None:
    nodes = [
        node("input", "Input", name="x", shape=[6], dtype="int32"),
        node("look", "Embedding", input_dim=5, output_dim=4, mask_zero=True),
        node("plain", "Embedding", input_dim=5, output_dim=4),
        node("same", "Dropout"),
        node("unmasked", "Dense", units=4),
        node("join", join, **config),
        node("reader", "LSTM", units=2),
        node("output", "Output", name="y"),
    ]
    wires = f"input > look > same, input > plain > unmasked, look > join, {other} > join > reader > output"
    report = checked(graph(nodes, wires))
    assert report.problems == []
    steps = {step.name: step for step in plan(report, DataSpecs()).steps}
    assert (steps["reader"].mask == "look_mask") is kept
