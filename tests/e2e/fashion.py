"""Makes an image zip in class folders of Fashion-MNIST: python tests/e2e/fashion.py OUT.zip [COUNT]"""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "fashion_mnist"
NAMES = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def read(part: str) -> tuple[np.ndarray, np.ndarray]:
    """(n, 28, 28) uint8 pictures and (n,) labels of "train" or "t10k"."""
    with gzip.open(FOLDER / f"{part}-images-idx3-ubyte.gz") as file:
        pictures = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    with gzip.open(FOLDER / f"{part}-labels-idx1-ubyte.gz") as file:
        return pictures, np.frombuffer(file.read(), np.uint8, offset=8)


def write_zip(path: Path, count: int | None = None) -> None:
    """The first `count` training pictures (all 60,000 by default) as PNG, one folder per class."""
    pictures, labels = read("train")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, (picture, label) in enumerate(zip(pictures[:count], labels[:count], strict=True)):
            content = io.BytesIO()
            Image.fromarray(picture).save(content, "PNG")
            archive.writestr(f"fashion/{NAMES[label]}/{number:05}.png", content.getvalue())


if __name__ == "__main__":
    write_zip(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
