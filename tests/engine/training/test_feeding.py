"""Rows as a step takes them from the device or from disk."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from engine.data.batches import in_turn
from engine.data.inputs import PictureInput
from engine.data.prepare import Prepared
from engine.training.feeding import PARTS, Feed


@pytest.mark.parametrize("memory", [0, 2**30], ids=["from disk", "on the device"])
def test_each_colour_of_a_picture_is_scaled_by_its_own_numbers(memory: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (12, 4, 5, 3)).astype(np.uint8)
    scale, offset = [0.5, 1.0, 2.0], [-1.0, 0.0, 1.0]
    parts = dict(zip(PARTS, np.split(np.arange(12), [6, 9]), strict=True))
    pictures = {part: {"image": PictureInput(pixels, rows, scale, offset)} for part, rows in parts.items()}
    prepared = Prepared({"inputs": {"image": {}}, "targets": {}}, pictures, {part: {} for part in PARTS}, parts)
    feed = Feed(prepared, memory)
    assert feed.streams() == (memory == 0)
    chunk = feed.chunk(in_turn(feed.rows("validation"), 3), 0, 1)
    inputs, _ = feed.batch(feed.resident, jax.tree.map(lambda values: values[0], chunk))
    expected = pixels[6:9] * np.float32(scale) + np.float32(offset)
    assert np.allclose(np.asarray(inputs["image"]), expected, rtol=1e-6)
