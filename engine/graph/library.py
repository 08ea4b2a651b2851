"""Ready-made blocks: drawings of the parts that well-known networks are built from."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from engine.graph.document import BlockDocument, Edge, Node
from engine.graph.layout import arrange

Part = tuple[str, str, dict[str, Any]]
"""A node: its id, its type, its settings."""


@dataclass(frozen=True)
class Entry:
    """One block of the library. `takes` are shapes it fits, one per input, without the batch axis."""

    name: str
    title: str
    description: str
    takes: tuple[tuple[int, ...], ...]
    layers: tuple[Part, ...]
    wires: str
    """`a > b > c, a > c`; `a.1 > b` starts at the second output of a. Ports are counted in this order."""
    inputs: tuple[str, ...] = ("x",)
    outputs: tuple[str, ...] = field(default=("out",))

    def document(self) -> BlockDocument:
        """The drawing, laid out from top to bottom."""
        edges = self._edges()
        nodes = [Node(id=name, type="Input", config={"name": name}) for name in self.inputs]
        nodes += [Node(id=name, type=kind, config=config) for name, kind, config in self.layers]
        nodes += [Node(id=name, type="Output", config={"name": name}) for name in self.outputs]
        arrange(nodes, edges)
        return BlockDocument(title=self.title, description=self.description, nodes=nodes, edges=edges)

    def _edges(self) -> list[Edge]:
        edges: list[Edge] = []
        for chain in self.wires.split(","):
            for start, target in pairwise(part.strip() for part in chain.split(">")):
                source, _, output = start.partition(".")
                port = sum(edge.target == target.partition(".")[0] for edge in edges)
                end = target.partition(".")[0]
                edges.append(Edge(source=source, target=end, port=port, output=int(output or 0)))
        return edges


def _convolution(name: str, filters: int, size: int = 3, **config: Any) -> Part:
    return name, "Conv2D", {"filters": filters, "kernel_size": [size, size], "padding": "same", **config}


def _normalization(name: str) -> Part:
    return name, "BatchNormalization", {}


def _activation(name: str, function: str = "relu") -> Part:
    return name, "Activation", {"activation": function}


LIBRARY: tuple[Entry, ...] = (
    Entry(
        "dense_step",
        "Dense step",
        "A Dense layer that is normalized and thinned out while training: the usual step on rows of a table.",
        ((20,),),
        (
            ("dense", "Dense", {"units": 64}),
            _normalization("normalization"),
            _activation("activation"),
            ("dropout", "Dropout", {"rate": 0.2}),
        ),
        "x > dense > normalization > activation > dropout > out",
    ),
    Entry(
        "residual_dense",
        "Residual dense",
        "Two Dense layers whose result is added to what came in: 32 values, as many as their units. Can be repeated.",
        ((32,),),
        (
            ("dense_1", "Dense", {"units": 32, "activation": "relu"}),
            ("dense_2", "Dense", {"units": 32}),
            ("add", "Add", {}),
            _activation("activation"),
        ),
        "x > dense_1 > dense_2 > add > activation > out, x > add",
    ),
    Entry(
        "convolution_step",
        "Convolution step",
        "Two convolutions and a pooling that halves height and width: the usual step on pictures.",
        ((32, 32, 3),),
        (
            _convolution("convolution_1", 32, activation="relu"),
            _convolution("convolution_2", 32, activation="relu"),
            _normalization("normalization"),
            ("pooling", "MaxPooling2D", {}),
        ),
        "x > convolution_1 > convolution_2 > normalization > pooling > out",
    ),
    Entry(
        "residual",
        "Residual",
        "Two convolutions, added to what came in, which has as many channels as they have filters (He et al., 2015).",
        ((16, 16, 32),),
        (
            _convolution("convolution_1", 32),
            _normalization("normalization_1"),
            _activation("activation_1"),
            _convolution("convolution_2", 32),
            _normalization("normalization_2"),
            ("add", "Add", {}),
            _activation("activation_2"),
        ),
        "x > convolution_1 > normalization_1 > activation_1 > convolution_2 > normalization_2 > add > activation_2"
        " > out, x > add",
    ),
    Entry(
        "residual_projection",
        "Residual with projection",
        "A residual step for any number of channels: a 1×1 convolution brings what came in to 64 (He et al., 2015).",
        ((16, 16, 3),),
        (
            _convolution("convolution_1", 64),
            _normalization("normalization_1"),
            _activation("activation_1"),
            _convolution("convolution_2", 64),
            _normalization("normalization_2"),
            _convolution("projection", 64, 1),
            ("add", "Add", {}),
            _activation("activation_2"),
        ),
        "x > convolution_1 > normalization_1 > activation_1 > convolution_2 > normalization_2 > add > activation_2"
        " > out, x > projection > add",
    ),
    Entry(
        "bottleneck",
        "Bottleneck residual",
        "Narrows to 64 channels, convolves, widens to 256 and adds what came in, brought to 256 (He et al., 2015).",
        ((16, 16, 64),),
        (
            _convolution("narrow", 64, 1),
            _normalization("normalization_1"),
            _activation("activation_1"),
            _convolution("convolution", 64),
            _normalization("normalization_2"),
            _activation("activation_2"),
            _convolution("widen", 256, 1),
            _normalization("normalization_3"),
            _convolution("projection", 256, 1),
            ("add", "Add", {}),
            _activation("activation_3"),
        ),
        "x > narrow > normalization_1 > activation_1 > convolution > normalization_2 > activation_2 > widen"
        " > normalization_3 > add > activation_3 > out, x > projection > add",
    ),
    Entry(
        "inception",
        "Inception",
        "Looks at what comes in through windows of 1, 3 and 5 at once, and beside them pools (Szegedy et al., 2014).",
        ((28, 28, 192),),
        (
            _convolution("narrow_3", 96, 1, activation="relu"),
            _convolution("branch_1", 64, 1, activation="relu"),
            _convolution("branch_3", 128, 3, activation="relu"),
            _convolution("narrow_5", 16, 1, activation="relu"),
            _convolution("branch_5", 32, 5, activation="relu"),
            ("pooling", "MaxPooling2D", {"pool_size": [3, 3], "strides": [1, 1], "padding": "same"}),
            _convolution("branch_pooled", 32, 1, activation="relu"),
            ("concatenate", "Concatenate", {}),
        ),
        "x > branch_1 > concatenate, x > narrow_3 > branch_3 > concatenate, x > narrow_5 > branch_5 > concatenate,"
        "x > pooling > branch_pooled > concatenate > out",
    ),
    Entry(
        "squeeze_excite",
        "Squeeze-and-excite",
        "Weighs each of 64 channels by what all of the picture says of it (Hu et al., 2017).",
        ((16, 16, 64),),
        (
            ("squeeze", "GlobalAveragePooling2D", {"keepdims": True}),
            ("narrow", "Dense", {"units": 4, "activation": "relu"}),
            ("excite", "Dense", {"units": 64, "activation": "sigmoid"}),
            ("multiply", "Multiply", {}),
        ),
        "x > squeeze > narrow > excite > multiply > out, x > multiply",
    ),
    Entry(
        "inverted_residual",
        "Inverted residual",
        "Widens 32 channels to 192, convolves each alone, narrows again and adds what came in (Sandler et al., 2018).",
        ((16, 16, 32),),
        (
            _convolution("widen", 192, 1),
            _normalization("normalization_1"),
            _activation("activation_1", "relu6"),
            ("depthwise", "DepthwiseConv2D", {"kernel_size": [3, 3], "padding": "same"}),
            _normalization("normalization_2"),
            _activation("activation_2", "relu6"),
            _convolution("narrow", 32, 1),
            _normalization("normalization_3"),
            ("add", "Add", {}),
        ),
        "x > widen > normalization_1 > activation_1 > depthwise > normalization_2 > activation_2 > narrow"
        " > normalization_3 > add > out, x > add",
    ),
    Entry(
        "dense_connection",
        "Dense connection",
        "Adds 32 new channels to all that came in; repeated, each sees what all before it found (Huang et al., 2016).",
        ((16, 16, 8),),
        (
            _normalization("normalization_1"),
            _activation("activation_1"),
            _convolution("narrow", 128, 1),
            _normalization("normalization_2"),
            _activation("activation_2"),
            _convolution("convolution", 32),
            ("concatenate", "Concatenate", {}),
        ),
        "x > concatenate, x > normalization_1 > activation_1 > narrow > normalization_2 > activation_2 > convolution"
        " > concatenate > out",
    ),
    Entry(
        "transformer_encoder",
        "Transformer encoder",
        "Every step looks at all others, then is worked on by itself; steps are 64 values (Vaswani et al., 2017).",
        ((20, 64),),
        (
            ("attention", "MultiHeadAttention", {"num_heads": 4, "key_dim": 16}),
            ("dropout_1", "Dropout", {"rate": 0.1}),
            ("add_1", "Add", {}),
            ("normalization_1", "LayerNormalization", {}),
            ("widen", "Dense", {"units": 256, "activation": "gelu"}),
            ("narrow", "Dense", {"units": 64}),
            ("dropout_2", "Dropout", {"rate": 0.1}),
            ("add_2", "Add", {}),
            ("normalization_2", "LayerNormalization", {}),
        ),
        "x > attention > dropout_1 > add_1 > normalization_1 > widen > narrow > dropout_2 > add_2 > normalization_2"
        " > out, x > add_1, normalization_1 > add_2",
    ),
    Entry(
        "unet_down",
        "U-Net down step",
        "Two convolutions, given on twice: halved for the next step, and whole for the up step at the same height.",
        ((64, 64, 3),),
        (
            _convolution("convolution_1", 32, activation="relu"),
            _convolution("convolution_2", 32, activation="relu"),
            ("pooling", "MaxPooling2D", {}),
        ),
        "x > convolution_1 > convolution_2 > pooling > down, convolution_2 > across",
        outputs=("down", "across"),
    ),
    Entry(
        "unet_up",
        "U-Net up step",
        "Doubles height and width, joins what the down step gave at that height, and convolves twice.",
        ((16, 16, 64), (32, 32, 32)),
        (
            ("doubling", "UpSampling2D", {}),
            ("concatenate", "Concatenate", {}),
            _convolution("convolution_1", 32, activation="relu"),
            _convolution("convolution_2", 32, activation="relu"),
        ),
        "x > doubling > concatenate > convolution_1 > convolution_2 > out, across > concatenate",
        inputs=("x", "across"),
    ),
)


def library() -> list[dict[str, Any]]:
    """`{name, block}` of each ready-made block; `block` is a block document."""
    return [{"name": entry.name, "block": entry.document().model_dump(mode="json")} for entry in LIBRARY]
