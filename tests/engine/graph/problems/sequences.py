"""Layers that read the steps of a sequence, where they do not fit."""

from __future__ import annotations

from typing import Any

from engine.graph.specs import DataSpecs, Target
from engine.layers import Spec
from tests.engine.drawings import stack, table
from tests.engine.graph.problems.case import STEPS, Case, several

WORDS = DataSpecs({"features": Spec((2,), "int32", 9)}, {"target": Target("category", ("a", "b", "c"))})


def series(kind: str, **config: Any) -> dict[str, Any]:
    """A layer that gets 3 steps of 4 features."""
    return stack(STEPS, (kind, config), ("Flatten", {}), ("Dense", {"units": 3}))


CASES = [
    Case("shapes_differ", "it", several("GRU", {"units": 5}, [3, 4], [4]), table()),
    Case("shapes_differ", "it", several("Attention", {}, [3, 4], [3, 5]), table()),
    Case("shapes_differ", "it", several("AdditiveAttention", {}, [3, 4], [2, 5], [2, 5]), table()),
    Case("shapes_differ", "it", several("MultiHeadAttention", {}, [3, 4], [2, 5], [3, 5]), table()),
    Case("missing_connection", "it", several("LSTM", {"units": 4}, [3, 4], [4]), table()),
    Case("missing_connection", "it", several("Bidirectional", {}, [3, 4], [32], [32], [32]), table()),
    *[
        Case(
            "wrong_rank",
            "layer_2",
            stack(STEPS, (kind, config), ("GRU", {}), ("Dense", {"units": 3})),
            table(12),
            "Let layer_1 give every step",
        )
        for kind, config in (
            ("LSTM", {"units": 4}),
            ("Bidirectional", {"layer": {"type": "GRU", "units": 4, "dropout": 0.1}}),
        )
    ],
    Case("wrong_heads", "layer_1", series("TransformerBlock", num_heads=3), table(12), "Set num_heads to 2"),
    Case(
        "sequence_too_long",
        "layer_1",
        series("PositionalEmbedding", sequence_length=2),
        table(12),
        "Set sequence_length to 3",
    ),
    Case(
        "sequence_too_long",
        "layer_0",
        stack(("TokenAndPositionEmbedding", {"sequence_length": 1}), ("Flatten", {}), ("Dense", {"units": 3})),
        WORDS,
        "Set sequence_length to 2",
    ),
    Case(
        "index_out_of_range",
        "layer_0",
        stack(("TokenAndPositionEmbedding", {"vocabulary_size": 8}), ("Flatten", {}), ("Dense", {"units": 3})),
        WORDS,
        "Set vocabulary_size to 9",
    ),
    Case("wrong_type", "layer_0", stack(("TokenAndPositionEmbedding", {})), table()),
    Case("wrong_rank", "layer_1", series("TimeDistributed", layer={"type": "Conv2D"}), table(12)),
    Case(
        "wrong_groups",
        "layer_1",
        stack(
            ("Reshape", {"target_shape": [1, 3, 4, 2]}),
            ("TimeDistributed", {"layer": {"type": "Conv2D", "groups": 3, "kernel_size": [2, 2]}}),
            ("Flatten", {}),
            ("Dense", {"units": 3}),
        ),
        table(24),
        "Set groups to 1",
    ),
    Case(
        "wrong_type",
        "layer_2",
        stack(STEPS, ("Activation", {"activation": "linear"}), ("TimeDistributed", {"layer": {"type": "Embedding"}})),
        table(12),
    ),
]
