"""Reads arrays, MNIST-style IDX files and NumPy's .npz, as pictures with classes or as a table."""

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from engine.data import columnar, pixels, table
from engine.data.archive import LARGEST_TOTAL, PARTS, Archive, unusable
from engine.data.picture import picture
from engine.data.pixels import PIXELS, Picture, is_grey, write_head
from engine.data.table import Progress
from engine.data.wishes import Wishes
from engine.problems import Problem, Refusal

LARGEST_SIDE = 256
MOST_CLASSES = 1000
LABELS = {"y", "label", "labels", "target", "targets", "class", "classes"}
MEMBERS = {".npy", ".gz", ".idx", ".ubyte", ""}
IDX_NAME = re.compile(r"(images|labels|idx\d|ubyte)")


@dataclass
class Pair:
    """The inputs and the classes of one part."""

    x: np.ndarray | None = None
    y: np.ndarray | None = None


def read(
    upload: Path, folder: Path, progress: Progress, written: str, wishes: Wishes | None = None
) -> pixels.Read | table.Read:
    """Reads the arrays of `upload` into `folder`; raises Refusal where they are neither pictures nor a table."""
    progress("reading", 0.0)
    found = _load_npz(upload) if written == "npz" else _load_idx(upload)
    progress("reading", 0.3)
    pairs = _paired(found)
    if pairs and all(pair.x is not None and pair.x.ndim > 2 for pair in pairs.values()):
        return _keep_pictures(pairs, folder, written, progress)
    return columnar.keep(_as_table(found, pairs), folder, written, wishes)


def _load_npz(upload: Path) -> dict[str, np.ndarray]:
    """The arrays by name; what would have to be unpickled is refused."""
    try:
        if not zipfile.is_zipfile(upload):
            return {"data": np.load(upload, mmap_mode="r", allow_pickle=False)}
        archive, found = Archive(upload), {}
        for info in archive.infos():
            if reason := unusable(info, MEMBERS, tight=True):
                raise _refusal("arrays_damaged", f"The array {info.filename} cannot be read: {reason}.", AGAIN)
            with archive.zip.open(info) as file:
                name = PurePosixPath(info.filename).stem
                found[name] = np.lib.format.read_array(file, allow_pickle=False)
    except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error, SyntaxError, MemoryError) as error:
        pickled = "pickle" in str(error) or "Object arrays" in str(error)
        reason = "it holds Python objects, which are never loaded" if pickled else "it is damaged or cut short"
        raise _refusal("arrays_damaged", f"The NumPy file cannot be read: {reason}.", AGAIN) from None
    return found


def _load_idx(upload: Path) -> dict[str, np.ndarray]:
    """The arrays of a zip of IDX files by name, each raw or gzip."""
    if not zipfile.is_zipfile(upload):
        message = "This is one IDX file; pictures and their labels are two."
        raise _refusal("idx_alone", message, "Put the images and the labels, of training and test, in one zip.")
    archive, found, total = Archive(upload), {}, 0
    for info in archive.infos():
        if not IDX_NAME.search(info.filename.lower()):
            continue
        if reason := unusable(info, None, tight=True):
            raise _refusal("arrays_damaged", f"The file {info.filename} cannot be read: {reason}.", AGAIN)
        content = _unpacked(archive, info)
        total += len(content)
        if total > LARGEST_TOTAL:
            raise _refusal("zip_too_large", "Far more comes out of the zip than any data set needs.", AGAIN)
        found[PurePosixPath(info.filename).name] = _idx(content, info.filename)
    return found


def _unpacked(archive: Archive, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.zip.open(info) as file:
            content = file.read(info.file_size + 1)
        if not content.startswith(b"\x1f\x8b"):
            return content
        with gzip.open(io.BytesIO(content)) as packed:
            return packed.read(MOST_BYTES)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error):
        message = f"The file {info.filename} is damaged inside the zip."
        raise _refusal("arrays_damaged", message, AGAIN) from None


def _idx(content: bytes, name: str) -> np.ndarray:
    """An array of bytes: 0, 0, 8, the number of axes, the length of each, then the values."""
    axes = content[3] if len(content) > 4 and content[:3] == b"\x00\x00\x08" else 0
    if not 1 <= axes <= 4 or len(content) < 4 + 4 * axes:
        message = f"The file {name} is no IDX file of bytes."
        raise _refusal("arrays_damaged", message, "Upload the files as MNIST has them, images and labels in one zip.")
    shape = struct.unpack(f">{axes}I", content[4 : 4 + 4 * axes])
    expected = int(np.prod(shape, dtype=object))
    if len(content) - 4 - 4 * axes != expected:
        message = f"The file {name} should hold {expected:,} values and holds {len(content) - 4 - 4 * axes:,}."
        raise _refusal("arrays_damaged", message, "It is cut short: upload it again.")
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _paired(found: dict[str, np.ndarray]) -> dict[str, Pair]:
    """Inputs and classes by part, told by the names of the arrays and else by their axes."""
    pairs: dict[str, Pair] = {}
    for name, array in found.items():
        words = [word for word in re.split(r"[^a-z0-9]+", re.sub(r"(train|test|val)", r" \1 ", name.lower())) if word]
        part = next((PARTS[word] for word in words if word in PARTS), "")
        pair = pairs.setdefault(part, Pair())
        labels = any(word in LABELS for word in words) or (array.ndim == 1 and "x" not in words)
        if labels and pair.y is None:
            pair.y = _classes(array)
        elif not labels and pair.x is None:
            pair.x = array
        else:
            return {}
    sound = all(pair.x is not None and pair.y is not None and len(pair.x) == len(pair.y) for pair in pairs.values())
    alone = len(pairs) == 1 and all(pair.x is not None and pair.y is None for pair in pairs.values())
    return pairs if sound or alone else {}


def _classes(array: np.ndarray) -> np.ndarray:
    """Classes as one axis, from one axis, one column, or one-hot rows."""
    if array.ndim == 2 and array.shape[1] == 1:
        return array[:, 0]
    if array.ndim == 2 and array.size and array.dtype.kind in "buif" and (array.sum(axis=1) == 1).all():
        return np.asarray(array.argmax(axis=1))
    return array


def _keep_pictures(pairs: dict[str, Pair], folder: Path, written: str, progress: Progress) -> pixels.Read:
    arrays = {part: _upright(pair.x) for part, pair in pairs.items() if pair.x is not None}
    first = next(iter(arrays.values()))
    if any(array.shape[1:] != first.shape[1:] for array in arrays.values()):
        raise _refusal("arrays_differ", "The pictures of the parts differ in size.", "Give all pictures one size.")
    height, width, channels = first.shape[1:]
    shrink = min(1.0, LARGEST_SIDE / max(height, width))
    size = {"height": max(1, round(height * shrink)), "width": max(1, round(width * shrink)), "channels": channels}
    kept: list[Picture] = []
    total, colour = sum(map(len, arrays.values())), False
    with (folder / PIXELS).open("wb") as file:
        write_head(file, (total, *size.values()))
        for part, array in arrays.items():
            labels = _names(pairs[part].y, len(array))
            for start in range(0, len(array), 1000):
                block = _as_bytes(array[start : start + 1000], array)
                if shrink < 1:
                    block = np.stack([_resized(one, size) for one in block])
                colour = colour or (channels == 3 and not is_grey(block))
                file.write(np.ascontiguousarray(block).tobytes())
                progress("reading", 0.3 + 0.7 * (len(kept) + start) / total)
            kept += [Picture(f"{part or 'picture'} {place}", label, part) for place, label in enumerate(labels)]
    if channels == 3 and not colour:
        size["channels"] = 1
        pixels.drop_colour(folder)
    pixels.write_rejected(folder, [])
    return pixels.keep(folder, kept, size, {"format": written, "classes_by": "labels"})


def _upright(array: np.ndarray | None) -> np.ndarray:
    """Pictures as (n, height, width, channels) of 1 or 3; raises Refusal for anything else."""
    assert array is not None
    if array.ndim == 3:
        array = array[..., None]
    if array.ndim == 4 and array.shape[1] in (1, 3) and array.shape[-1] not in (1, 3, 4):
        array = np.moveaxis(array, 1, -1)
    if array.ndim != 4 or array.shape[-1] not in (1, 3, 4) or array.dtype.kind not in "buif" or not array.size:
        message = f"An array of shape {' × '.join(map(str, array.shape))} is neither pictures nor a table."
        raise _refusal("arrays_of_no_use", message, "Give pictures as (count, height, width) or with 1 or 3 channels.")
    return array[..., :3]


def _as_bytes(block: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Values as 0 to 255, whatever they ran to."""
    if block.dtype == np.uint8:
        return block
    least, largest = (float(value) for value in (np.nanmin(whole), np.nanmax(whole)))
    least, largest = (0.0, 1.0) if least >= 0 and largest <= 1 else (0.0, 255.0) if least >= 0 else (least, largest)
    scaled = (np.nan_to_num(block.astype(np.float32)) - least) * (255 / max(largest - least, 1e-9))
    return np.asarray(np.round(scaled).clip(0, 255), np.uint8)


def _resized(one: np.ndarray, size: dict[str, int]) -> np.ndarray:
    from PIL import Image

    return picture(Image.fromarray(one[..., 0] if one.shape[-1] == 1 else one), **size)


def _names(labels: np.ndarray | None, count: int) -> list[str]:
    """The class of each picture as text; raises Refusal where there is none."""
    if labels is None or labels.ndim != 1 or labels.dtype.kind not in "buifSU":
        message = f"There are {count:,} pictures and no class for each of them."
        raise _refusal("no_labels", message, "Add an array of classes, one for each picture, called y or labels.")
    if labels.dtype.kind == "f" and (labels != np.round(labels)).any():
        raise _refusal("no_labels", "The labels are no classes but numbers with fractions.", "Give whole numbers.")
    values = labels.astype(np.int64) if labels.dtype.kind in "buif" else labels
    texts = [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in values.tolist()]
    if len(set(texts)) > MOST_CLASSES:
        message = f"The labels have {len(set(texts)):,} different values; {MOST_CLASSES:,} classes are the most."
        raise _refusal("no_labels", message, "Give each picture the number or name of its class.")
    return texts


def _as_table(found: dict[str, np.ndarray], pairs: dict[str, Pair]) -> Any:
    """Arrays as one table: a column for each column of the inputs and one for the classes, or one for each array."""
    import polars as pl

    frames = []
    for part, pair in pairs.items():
        columns = _columns("x", pair.x)
        if pair.y is not None:
            columns |= _columns("y", pair.y)
        if len(pairs) > 1:
            columns["part"] = np.full(len(pair.x if pair.x is not None else ()), part or "train")
        frames.append(pl.DataFrame(columns))
    if frames and all(frame.columns == frames[0].columns for frame in frames):
        return pl.concat(frames, how="vertical_relaxed")
    if len({len(array) if array.ndim else -1 for array in found.values()}) == 1:
        columns = {name: column for key, array in found.items() for name, column in _columns(key, array).items()}
        return pl.DataFrame(columns)
    some = ", ".join(f"{name} {array.shape}" for name, array in list(found.items())[:5])
    message = f"The arrays do not make a table: {some}."
    raise _refusal("arrays_of_no_use", message, "Give inputs x with one row, and y with one value, for each example.")


def _columns(name: str, array: np.ndarray | None) -> dict[str, np.ndarray]:
    if array is None or array.ndim not in (1, 2) or array.dtype.kind not in "buifSUV":
        shape = () if array is None else array.shape
        message = f"The array {name} of shape {' × '.join(map(str, shape))} is neither pictures nor a table."
        raise _refusal("arrays_of_no_use", message, "Give one or two axes of numbers or text.")
    if array.dtype.names:
        return {field: array[field] for field in array.dtype.names}
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    if array.ndim == 1:
        return {name: array}
    table.check_width(array.shape[1])
    return {f"{name}_{place}": array[:, place] for place in range(array.shape[1])}


def _refusal(code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"file": "upload"}, message, hint))


MOST_BYTES = 4 * 2**30  # of one unpacked array
AGAIN = "Save the arrays again with numpy.savez, as numbers or text, and upload that."
