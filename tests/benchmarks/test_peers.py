"""All sides train the same network: as many weights, the same scores, and what they did is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest
from flax import nnx

from engine.graph.check import check
from engine.graph.model import GraphModel, plan
from tests.benchmarks.peers.by_hand import Network
from tests.benchmarks.peers.netloom import graph
from tests.benchmarks.speeds import GUESTS, Side
from tests.benchmarks.works import COMPILED, EAGER, KERAS, LOOP, WORKS, Work
from tests.engine.drawings import pictures

TINY = Work(
    "tiny", "tiny ResNet", (8, 8, 3),
    (("stem", 4), ("residual", 4), ("residual", 8), ("mean", 0), ("dense", 10)), 8, 64, 2, 10, precision="bfloat16",
)  # fmt: skip
RESNET = next(work for work in WORKS if work.name == "resnet")

guests = pytest.mark.skipif(not GUESTS.exists(), reason="Keras and PyTorch are there after `make bench`")


@pytest.fixture(scope="module", autouse=True)
def as_on_its_own() -> Iterator[None]:
    """Peers do not write out how shapes are stretched, which our own tests want of our own code alone."""
    before = jax.config.jax_numpy_rank_promotion
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAX_NUMPY_RANK_PROMOTION", "allow")
        jax.config.update("jax_numpy_rank_promotion", "allow")
        yield
        jax.config.update("jax_numpy_rank_promotion", before)


def test_the_residual_network_is_the_resnet_18_of_small_pictures() -> None:
    params, _ = jax.eval_shape(lambda: Network(RESNET).draw(0))
    report = check(graph(RESNET, "image", "target"), pictures(32, 3))
    assert report.parameters()["trainable"] == 11_173_962
    assert sum(leaf.size for leaf in jax.tree.leaves(params)) == 11_173_962


def test_the_hand_written_network_scores_as_ours_does_with_the_same_weights() -> None:
    data = pictures(8, 3)
    made = plan(check(graph(TINY, "image", "target"), data), data)
    network = Network(replace(TINY, precision="float32"))
    params, stats = network.draw(0)
    x = np.random.default_rng(1).random((16, 8, 8, 3), np.float32)

    @jax.jit
    def ours(leaves: list[jax.Array]) -> tuple[jax.Array, jax.Array]:
        model, drawn = GraphModel(made, nnx.Rngs(0)), iter(leaves)
        for name in [f"{kind}_{place}" for place in range(1, 7) for kind in ("conv2d", "batchnormalization")]:
            _take(getattr(model, name), drawn)
        _take(model.dense_1, drawn)
        model.train()
        scores = model.forward({"image": x})["target"]
        return scores, model.batchnormalization_6.var.get_value()

    theirs, after = jax.jit(network.scores)(params, stats, x, jax.random.key(0))
    scores, variance = ours(jax.tree.leaves(params))
    np.testing.assert_allclose(theirs, scores, atol=1e-4)
    np.testing.assert_allclose(after[2][2][1], variance, atol=1e-5)


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Side]:
    """The hand-written loop in a process of its own, which has trained once."""
    side = _trained(tmp_path_factory.mktemp("loop"), LOOP)
    yield side
    side.close()


def test_the_loop_trains_a_residual_network_in_half_the_digits_and_tells_what_it_did(loop: Side) -> None:
    told = loop.trained[0]
    assert (told.parameters, told.examples) == (1_454, 64)
    assert told.on_cpu
    assert told.speed > 0


def test_a_side_that_finds_no_gpu_is_not_measured_as_if_it_had_one(loop: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "on_gpu", True)
    with pytest.raises(RuntimeError, match="does not find the GPU"):
        loop.speed(TINY.epochs)


def test_our_side_trains_a_residual_network_of_as_many_weights(tmp_path: Path) -> None:
    side = _trained(tmp_path, "netloom")
    side.close()
    told = side.trained[0]
    assert told.parameters == 1_454
    assert 40 < told.examples < 64  # some rows are held out
    assert told.speed > 0


@guests
@pytest.mark.slow
@pytest.mark.parametrize("name", [KERAS, EAGER, COMPILED])
def test_a_guest_trains_the_same_network(tmp_path: Path, name: str) -> None:
    side = _trained(tmp_path, name)
    side.close()
    assert side.trained[0].parameters == 1_454


def _trained(folder: Path, name: str) -> Side:
    TINY.write(folder)
    side = Side(name, folder)
    side.speed(TINY.epochs)
    return side


def _take(module: nnx.Module, drawn: Iterator[jax.Array]) -> None:
    for kind in ("kernel", "scale", "bias"):
        if getattr(module, kind, None) is not None:
            getattr(module, kind).set_value(next(drawn))
