"""How the pictures of a data set are kept: one array, their classes, and the parts they belong to."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from engine.data.columns import Categories, natural
from engine.data.gathered import PART as PART
from engine.data.table import REJECTED
from engine.problems import Problem, Refusal

PIXELS, LABELS, INDEX = "images.npy", "labels.npy", "index.json"


@dataclass
class Read:
    """What came of reading the pictures."""

    rows: int
    size: dict[str, int]  # height, width, channels
    counts: dict[str, int]  # pictures of each class
    examples: list[str]
    rejected: int
    reading: dict[str, Any]
    parts: dict[str, int] = field(default_factory=dict)  # pictures of each part, where there are several
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Picture:
    """What is known of a stored picture beside its pixels."""

    name: str
    label: str
    part: str = ""


def keep(folder: Path, pictures: Sequence[Picture], size: dict[str, int], reading: dict[str, Any]) -> Read:
    """Writes down the classes and parts of the stored pictures; raises Refusal where there are none."""
    counts = Counter(picture.label for picture in pictures)
    check_some(len(pictures))
    classes = sorted(counts, key=natural)
    places = {name: place for place, name in enumerate(classes)}
    np.save(folder / LABELS, np.array([places[picture.label] for picture in pictures], np.int32))
    parts = Counter(picture.part for picture in pictures)
    several = len(parts) > 1 and "" not in parts
    index: dict[str, Any] = {"classes": classes, "files": [picture.name for picture in pictures]}
    if several:
        index["parts"] = [picture.part for picture in pictures]
    (folder / INDEX).write_text(json.dumps(index, ensure_ascii=False), "utf-8")
    examples = [picture.name for picture in pictures[:3]]
    return Read(len(pictures), size, dict(counts), examples, 0, reading, dict(parts) if several else {})


def part_column(folder: Path) -> Categories:
    """The part of each picture, train, validation or test; raises Refusal where the upload told none."""
    parts = json.loads((folder / INDEX).read_text("utf-8")).get("parts")
    if parts is None:
        message = "The pictures were not uploaded in parts."
        raise Refusal(Problem("no_parts", {"column": PART}, message, "Split them by chance."))
    names = sorted(set(parts))
    places = {name: place for place, name in enumerate(names)}
    return Categories(np.array([places[part] for part in parts], np.int32), names, numeric=False)


def rows(folder: Path, offset: int, limit: int) -> dict[str, Any]:
    """A page of the pictures as `[index, filename, label]` rows, with the part where there are some."""
    index = json.loads((folder / INDEX).read_text("utf-8"))
    labels = np.load(folder / LABELS, mmap_mode="r")
    parts = index.get("parts")
    page = [
        [place, index["files"][place], index["classes"][labels[place]], *([parts[place]] if parts else [])]
        for place in range(max(offset, 0), min(max(offset, 0) + max(limit, 0), len(labels)))
    ]
    columns = ["index", "filename", "label", *([PART] if parts else [])]
    return {"columns": columns, "rows": page, "total": len(labels)}


def image(folder: Path, index: int) -> bytes:
    """One stored picture as PNG; raises Refusal for an index that the data set does not have."""
    from PIL import Image

    pixels = np.load(folder / PIXELS, mmap_mode="r")
    if not 0 <= index < len(pixels):
        message = f"There is no picture {index}; the data set has {len(pixels):,}, counted from 0."
        raise Refusal(Problem("no_such_image", {"index": index}, message, "Choose a smaller number."))
    packed = io.BytesIO()
    shown = np.asarray(pixels[index])
    Image.fromarray(shown[..., 0] if shown.shape[-1] == 1 else shown).save(packed, "PNG")
    return packed.getvalue()


def write_head(file: BinaryIO, shape: tuple[int, ...]) -> None:
    """The head of a .npy file; NumPy pads it so that a smaller count takes the same room."""
    descr = np.lib.format.dtype_to_descr(np.dtype(np.uint8))
    np.lib.format.write_array_header_1_0(file, {"descr": descr, "fortran_order": False, "shape": shape})


def is_grey(pixels: np.ndarray) -> bool:
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    return bool((red == green).all() and (green == blue).all())


def drop_colour(folder: Path) -> None:
    """Keeps one of three equal channels."""
    pixels = np.load(folder / PIXELS, mmap_mode="r")
    draft = folder / f"{PIXELS}.part"
    with draft.open("wb") as file:
        write_head(file, (*pixels.shape[:3], 1))
        for start in range(0, len(pixels), 1000):
            file.write(np.ascontiguousarray(pixels[start : start + 1000, ..., :1]).tobytes())
    draft.replace(folder / PIXELS)


def write_rejected(folder: Path, rejected: list[tuple[str, str]]) -> None:
    with (folder / REJECTED).open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([("file", "reason"), *rejected])


def check_some(count: int) -> None:
    """Raises Refusal where no picture is left."""
    if not count:
        message, hint = "None of the pictures in the zip can be read.", "Upload sound PNG or JPEG pictures."
        raise Refusal(Problem("no_images", {"file": "upload"}, message, hint))
