"""Well-known networks as drawings, drawn layer by layer as their papers describe them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.engine.drawings import Document, node, wire


class Sketch:
    """A drawing in the making: every call adds a node and gives its name."""

    def __init__(self) -> None:
        self.nodes: list[Document] = []
        self.edges: list[Document] = []
        self._counts: Counter[str] = Counter()

    def __call__(self, kind: str, /, *sources: str, shares: str | None = None, **config: Any) -> str:
        self._counts[kind] += 1
        name = f"{kind.lower()}_{self._counts[kind]}"
        self.nodes.append(node(name, kind, shares=shares, **config))
        self.edges += [wire(source, name, port) for port, source in enumerate(sources)]
        return name

    def document(self) -> Document:
        return {"format": 1, "nodes": self.nodes, "edges": self.edges}


def resnet50(side: int = 224, width: int = 64, classes: int = 1000) -> Document:
    """He et al., https://arxiv.org/abs/1512.03385, as in Keras: 25,636,712 weights at full size."""
    s = Sketch()

    def conv(x: str, filters: int, size: int, stride: int = 1, activation: str = "relu") -> str:
        sizes = {"kernel_size": [size] * 2, "strides": [stride] * 2, "padding": "same" if size == 3 else "valid"}
        x = s("BatchNormalization", s("Conv2D", x, filters=filters, **sizes))
        return s("Activation", x, activation=activation) if activation != "linear" else x

    x = s("ZeroPadding2D", s("Input", name="image", shape=[side, side, 3]), padding=[3, 3])
    x = conv(x, width, 7, 2)
    x = s("MaxPooling2D", s("ZeroPadding2D", x, padding=[1, 1]), pool_size=[3, 3], strides=[2, 2])
    for stage, blocks in enumerate((3, 4, 6, 3)):
        filters = width * 2**stage
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            short = conv(x, 4 * filters, 1, stride, "linear") if not block else x
            x = conv(conv(conv(x, filters, 1, stride), filters, 3), 4 * filters, 1, 1, "linear")
            x = s("Activation", s("Add", x, short), activation="relu")
    x = s("Dense", s("GlobalAveragePooling2D", x), units=classes)
    s("Output", x, name="label")
    return s.document()


def inception_v3(side: int = 299, width: int = 32, classes: int = 1000) -> Document:
    """Szegedy et al., https://arxiv.org/abs/1512.00567, as in Keras: 23,851,784 weights at full size."""
    s = Sketch()

    def conv(x: str, filters: int, rows: int, columns: int, stride: int = 1, padding: str = "same") -> str:
        x = s(
            "Conv2D", x, filters=filters * width // 32, kernel_size=[rows, columns], strides=[stride] * 2,
            padding=padding, use_bias=False,
        )  # fmt: skip
        return s("Activation", s("BatchNormalization", x, scale=False), activation="relu")

    def chain(x: str, *steps: tuple[int, int, int]) -> str:
        for step in steps:
            x = conv(x, *step)
        return x

    def pooled(x: str, filters: int) -> str:
        return conv(s("AveragePooling2D", x, pool_size=[3, 3], strides=[1, 1], padding="same"), filters, 1, 1)

    def shrunk(x: str) -> str:
        return s("MaxPooling2D", x, pool_size=[3, 3], strides=[2, 2])

    def join(*branches: str) -> str:
        return s("Concatenate", *branches)

    def forked(x: str) -> str:
        return join(conv(x, 384, 1, 3), conv(x, 384, 3, 1))

    x = conv(s("Input", name="image", shape=[side, side, 3]), 32, 3, 3, 2, "valid")
    x = shrunk(conv(conv(x, 32, 3, 3, 1, "valid"), 64, 3, 3))
    x = shrunk(conv(conv(x, 80, 1, 1, 1, "valid"), 192, 3, 3, 1, "valid"))
    for last in (32, 64, 64):
        five, three = chain(x, (48, 1, 1), (64, 5, 5)), chain(x, (64, 1, 1), (96, 3, 3), (96, 3, 3))
        x = join(conv(x, 64, 1, 1), five, three, pooled(x, last))
    x = join(conv(x, 384, 3, 3, 2, "valid"), conv(chain(x, (64, 1, 1), (96, 3, 3)), 96, 3, 3, 2, "valid"), shrunk(x))
    for n in (128, 160, 160, 192):
        seven = chain(x, (n, 1, 1), (n, 1, 7), (192, 7, 1))
        twice = chain(x, (n, 1, 1), (n, 7, 1), (n, 1, 7), (n, 7, 1), (192, 1, 7))
        x = join(conv(x, 192, 1, 1), seven, twice, pooled(x, 192))
    left = conv(conv(x, 192, 1, 1), 320, 3, 3, 2, "valid")
    right = conv(chain(x, (192, 1, 1), (192, 1, 7), (192, 7, 1)), 192, 3, 3, 2, "valid")
    x = join(left, right, shrunk(x))
    for _ in range(2):
        x = join(
            conv(x, 320, 1, 1), forked(conv(x, 384, 1, 1)), forked(chain(x, (448, 1, 1), (384, 3, 3))), pooled(x, 192)
        )
    s("Output", s("Dense", s("GlobalAveragePooling2D", x), units=classes), name="label")
    return s.document()


def unet(side: int = 32, width: int = 8, depth: int = 3) -> Document:
    """Ronneberger et al., https://arxiv.org/abs/1505.04597, with padding; one value per pixel, laid flat."""
    s = Sketch()

    def twice(x: str, filters: int) -> str:
        for _ in range(2):
            x = s("Conv2D", x, filters=filters, padding="same", activation="relu")
        return x

    x, skips = s("Input", name="image", shape=[side, side, 1]), []
    for level in range(depth):
        x = twice(x, width * 2**level)
        skips.append(x)
        x = s("MaxPooling2D", x)
    x = twice(x, width * 2**depth)
    for level in reversed(range(depth)):
        up = s("Conv2DTranspose", x, filters=width * 2**level, kernel_size=[2, 2], strides=[2, 2])
        x = twice(s("Concatenate", skips[level], up), width * 2**level)
    s("Output", s("Flatten", s("Conv2D", x, filters=1, kernel_size=[1, 1])), name="label")
    return s.document()


def text_lstm(words: int = 500, length: int = 20, units: int = 16) -> Document:
    """Words → a bidirectional LSTM → one answer, as in Keras's IMDB example; padding (0) is skipped."""
    s = Sketch()
    x = s(
        "Embedding",
        s("Input", name="words", shape=[length], dtype="int32"),
        input_dim=words,
        output_dim=32,
        mask_zero=True,
    )
    for sequences in (True, False):
        x = s("Bidirectional", x, layer={"type": "LSTM", "units": units, "return_sequences": sequences})
    s("Output", s("Dense", x, units=2), name="label")
    return s.document()


def siamese(side: int = 16, classes: int = 2) -> Document:
    """Two pictures through the same layers, compared by the distance of their vectors (Koch et al., 2015)."""
    s = Sketch()
    layers: tuple[tuple[str, Document], ...] = (
        ("Conv2D", {"filters": 8, "activation": "relu"}), ("BatchNormalization", {}), ("MaxPooling2D", {}),
        ("Conv2D", {"filters": 16, "activation": "relu"}), ("Flatten", {}), ("Dense", {"units": 16}),
    )  # fmt: skip
    ends, first = [], [None] * len(layers)
    for picture in ("left", "right"):
        x, own = s("Input", name=picture, shape=[side, side, 1]), []
        for (kind, config), shares in zip(layers, first, strict=True):
            x = s(kind, x, shares=shares, **config)
            own.append(x)
        ends.append(x)
        first = own
    far = s("Subtract", *ends)
    s("Output", s("Dense", s("Multiply", far, far), units=classes), name="label")
    return s.document()
