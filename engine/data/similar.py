"""Pictures that are nearly the same: resized, recompressed, brightened, with a mark in a corner."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.data.pixels import PIXELS

SIDE = 16  # of the thumbnails that are compared
ALIKE = 0.998  # correlation of two thumbnails from which pictures are nearly the same
BITS, TABLES = 22, 8  # of the hashes; alike pictures share one of them with near certainty
FLAT = 1.5  # grey levels; pictures that vary less say nothing
MOST = 100  # pictures of one hash that each is compared with
CHUNK = 2000


def groups(folder: Path) -> np.ndarray:
    """Which stored pictures are nearly the same: (pictures,) int64, the same number for those that are."""
    return _groups(folder, (folder / PIXELS).stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _groups(folder: Path, stamp: int) -> np.ndarray:
    """`stamp` tells newly read pictures from those seen before."""
    thumbnails, varied = _thumbnails(folder)
    found = np.arange(len(thumbnails))
    random = np.random.default_rng(0)
    for _ in range(TABLES):
        planes = random.normal(size=(thumbnails.shape[1], BITS)).astype(np.float32)
        codes = ((thumbnails @ planes) > 0) @ (1 << np.arange(BITS))
        codes = np.where(varied, codes, -1 - np.arange(len(codes)))
        _join(found, *_pairs(thumbnails, codes))
    return found


def _thumbnails(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Each picture as (pixels,) float32 of mean 0 and length 1, and whether it varies at all."""
    stored = np.load(folder / PIXELS, mmap_mode="r")
    count, height, width, _ = stored.shape
    rows, columns = (np.unique(np.arange(SIDE) * size // SIDE) for size in (height, width))
    made = np.empty((count, len(rows) * len(columns)), np.float32)
    varied = np.empty(count, bool)
    for start in range(0, count, CHUNK):
        grey = stored[start : start + CHUNK].mean(axis=-1, dtype=np.float32)
        small = np.add.reduceat(np.add.reduceat(grey, rows, axis=1), columns, axis=2)
        small /= np.outer(np.diff([*rows, height]), np.diff([*columns, width]))
        flat = small.reshape(len(small), -1)
        flat -= flat.mean(axis=1, keepdims=True)
        varied[start : start + CHUNK] = flat.std(axis=1) > FLAT
        made[start : start + CHUNK] = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    return made, varied


def _pairs(thumbnails: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pictures of one code that are alike, as (left, right) places."""
    order = np.argsort(codes, kind="stable")
    ranked = codes[order]
    places, lefts, rights = np.arange(len(order)), [], []
    for step in range(1, MOST):
        places = places[: np.searchsorted(places, len(order) - step)]
        places = places[ranked[places] == ranked[places + step]]
        if not len(places):
            break
        for some in np.array_split(places, -(-len(places) // CHUNK)):
            left, right = order[some], order[some + step]
            alike = np.einsum("ij,ij->i", thumbnails[left], thumbnails[right]) >= ALIKE
            lefts.append(left[alike])
            rights.append(right[alike])
    none = [np.zeros(0, np.int64)]
    return np.concatenate(lefts or none), np.concatenate(rights or none)


def _join(found: np.ndarray, left: np.ndarray, right: np.ndarray) -> None:
    """Gives all that are joined by pairs the smallest number among them."""
    while True:
        least = np.minimum(found[left], found[right])
        if (found[left] == least).all() and (found[right] == least).all():
            return
        for side in (left, right):
            np.minimum.at(found, found[side].copy(), least)
            np.minimum.at(found, side, least)
