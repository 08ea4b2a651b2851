"""Pictures in the size, colours and scale of the recipe: the same in training and from the raw file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.data import prepare, resizing, travelling
from engine.data.choices import SCALES
from engine.data.inputs import PictureInput
from engine.data.recipe import ImageSize, Recipe
from engine.problems import Refusal
from tests.engine.data.uploads import picture_bytes, profiled, zipped

SIZES = [(12, 10, 3), (12, 10, 1), (5, 7, 3), (30, 30, 1)]

FRESH = """
import json, sys
from pathlib import Path
import preparing
for folder in map(Path, sys.argv[2:]):
    preparation = json.loads((folder / "preparation.json").read_text("utf-8"))
    (made,) = preparing.transform_images(preparation, sorted(Path(sys.argv[1]).iterdir())).values()
    (folder / "pictures.bytes").write_bytes(made.tobytes())
assert not {"engine", "polars", "pydantic", "jax"} & set(sys.modules)
"""


@pytest.fixture
def pictures(dataset) -> Path:
    """Twelve by ten pixels, in colour, darker in red than in blue."""
    shades = np.random.default_rng(0).integers(0, 120, (20, 12, 10, 3)) + np.array([0, 60, 120])
    files = {f"{'ab'[i % 2]}/{i:02}.png": picture_bytes(one) for i, one in enumerate(shades)}
    made: Path = dataset(zipped(files))
    (made / "files").mkdir()
    for name, content in files.items():
        (made / "files" / name[2:]).write_bytes(content)
    return made


def _recipe(folder: Path, size: tuple[int, int, int] = SIZES[0], scale: str = "minmax") -> Recipe:
    document = profiled(folder)["recipe"]
    document["image"] = dict(zip(("height", "width", "channels"), size, strict=True))
    document["columns"]["image"]["scale"] = scale
    return Recipe.model_validate(document)


def _values(given: Any) -> np.ndarray:
    assert isinstance(given, PictureInput)
    pixels = given.pixels[given.indices].astype(np.float32)
    scaled: np.ndarray = pixels * np.float32(given.scale) + np.float32(given.offset)
    return scaled


def test_a_fresh_process_makes_equal_bytes_of_the_files_in_every_size_and_scale(pictures: Path, tmp_path: Path) -> None:
    made = {}
    for place, (size, scale) in enumerate(product(SIZES, SCALES["image"])):
        folder = tmp_path / "away" / str(place)
        folder.mkdir(parents=True)
        prepared = made[folder] = prepare.load(pictures, _recipe(pictures, size, scale))
        (folder / "preparation.json").write_text(json.dumps(prepared.preparation, allow_nan=False), "utf-8")
        assert prepare.specs(prepared.preparation)[0]["image"]["shape"] == list(size)
    (tmp_path / "away" / "preparing.py").write_text(travelling.joined(travelling.MODULES), "utf-8")
    command = [sys.executable, "-c", FRESH, str(pictures / "files"), *map(str, made)]
    subprocess.run(command, cwd=tmp_path / "away", check=True, timeout=60)
    names = [Path(name).name for name in json.loads((pictures / "index.json").read_text())["files"]]
    for folder, prepared in made.items():
        shape = prepared.preparation["inputs"]["image"]["shape"]
        fresh = np.frombuffer((folder / "pictures.bytes").read_bytes(), np.float32).reshape(-1, *shape)
        by_name = dict(zip(sorted(names), fresh, strict=True))
        for part, rows in prepared.rows.items():
            given = _values(prepared.inputs[part]["image"])
            assert given.tobytes() == np.stack([by_name[names[row]] for row in rows]).tobytes()


def test_standard_brings_each_colour_of_the_training_pictures_to_mean_zero_and_spread_one(pictures: Path) -> None:
    prepared = prepare.load(pictures, _recipe(pictures, scale="standard"))
    train = _values(prepared.inputs["train"]["image"])
    assert train.mean(axis=(0, 1, 2)) == pytest.approx([0, 0, 0], abs=1e-5)
    assert train.std(axis=(0, 1, 2)) == pytest.approx([1, 1, 1], abs=1e-5)
    assert np.abs(_values(prepared.inputs["test"]["image"]).mean(axis=(0, 1, 2))).max() > 1e-4


def test_few_sizes_are_kept_beside_the_stored_one(pictures: Path) -> None:
    for side in range(2, 9):
        prepare.load(pictures, _recipe(pictures, (side, side, 3)))
    kept = {path.name for path in (pictures / "preparations").glob("pixels_*")}
    assert kept == {f"pixels_{side}x{side}x3.npy" for side in (6, 7, 8)}


def test_what_breaks_off_leaves_nothing_half_made(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pictures / "preparations"
    kept.mkdir(exist_ok=True)
    killed, writing = kept / "pixels_9x9x3.1.part", kept / "pixels_8x8x3.2.part"
    for draft in (killed, writing):
        draft.write_bytes(b"half")
    os.utime(killed, (0, 0))

    def broken(*_: Any) -> np.ndarray:
        raise KeyboardInterrupt

    monkeypatch.setattr(resizing, "resized", broken)
    with pytest.raises(KeyboardInterrupt):
        resizing.pixels_of(pictures, ImageSize(height=4, width=4, channels=3))
    assert list(kept.glob("*.part")) == [writing]


def test_a_size_that_this_disk_has_no_room_for_is_refused(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resizing.shutil, "disk_usage", lambda _: SimpleNamespace(free=100))
    with pytest.raises(Refusal) as refused:
        prepare.load(pictures, _recipe(pictures, (4, 4, 3)))
    assert refused.value.problem.code == "disk_full"


def test_a_size_that_no_disk_holds_is_refused(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resizing, "LARGEST", 10_000_000)
    with pytest.raises(Refusal) as refused:
        prepare.fit(pictures, _recipe(pictures, (1024, 1024, 3)))
    assert refused.value.problem.code == "pictures_too_large"
    assert refused.value.problem.hint == "Choose a smaller height and width."
