"""Sequence layers leave for ONNX, with any number of rows, and give the same numbers there."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import onnxruntime
import pytest
from flax import nnx
from jax2onnx import to_onnx

from engine.graph.model import GraphModel, plan
from engine.graph.specs import DataSpecs
from tests.engine.drawings import checked, graph, node

pytestmark = pytest.mark.filterwarnings("ignore:'.value' access is now deprecated:DeprecationWarning")  # of jax2onnx

LAYERS: list[tuple[str, dict[str, Any]]] = [
    ("SimpleRNN", {"units": 3}),
    ("LSTM", {"units": 3, "return_sequences": True}),
    ("GRU", {"units": 3}),
    ("GRU", {"units": 3, "reset_after": False, "go_backwards": True}),
    ("Bidirectional", {"layer": {"type": "LSTM", "units": 3}}),
    ("TimeDistributed", {"layer": {"type": "Dense", "units": 3}}),
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "use_causal_mask": True}),
    ("TransformerBlock", {"num_heads": 1, "intermediate_dim": 3}),
]


def drawn(kind: str, config: dict[str, Any]) -> Any:
    """The drawn network, ready to answer: 4 steps of 2 features, masked where they are 0."""
    nodes = [
        node("input", "Input", name="x", shape=[4, 2]),
        node("masking", "Masking"),
        node("layer", kind, **config),
        node("output", "Output", name="y"),
    ]
    report = checked(graph(nodes, "input > masking > layer > output"))
    assert report.problems == []
    model: Any = GraphModel(plan(report, DataSpecs()), nnx.Rngs(0))
    model.eval()
    return model


@pytest.mark.parametrize(("kind", "config"), LAYERS, ids=[f"{kind}-{place}" for place, (kind, _) in enumerate(LAYERS)])
def test_a_sequence_layer_gives_the_same_numbers_in_onnx(kind: str, config: dict[str, Any]) -> None:
    model = drawn(kind, config)
    with jax.numpy_rank_promotion("allow"):  # jax2onnx adds biases that way
        exported: Any = to_onnx(lambda x: model({"x": x})["y"], inputs=[("B", 4, 2)])
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(exported.SerializeToString(), options, providers=["CPUExecutionProvider"])
    (entry,) = session.get_inputs()
    for rows in (1, 3):
        x = np.random.default_rng(0).normal(size=(rows, 4, 2)).astype(np.float32)
        x[0, 3:] = 0
        (given,) = session.run(None, {entry.name: x})
        np.testing.assert_allclose(given, model({"x": jnp.asarray(x)})["y"], rtol=1e-4, atol=1e-5)
