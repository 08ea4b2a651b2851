"""Small data sets, made as an upload makes them, and runs on them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine.data.profile import profile
from engine.data.recipe import Recipe
from engine.graph.document import Graph
from engine.job import Job, train
from engine.training.control import Control
from engine.training.settings import Settings
from tests.engine.drawings import stack

Document = dict[str, Any]


def _flowers() -> str:
    random, lines = np.random.default_rng(1), ["length,width,colour,species"]
    for row in range(90):
        kind = row % 3
        length = "" if row % 11 == 0 else f"{random.normal(kind * 2, 0.5):.3f}"
        colour = "" if row % 13 == 0 else ("red", "blue", "white")[int(random.integers(3))]
        lines.append(f"{length},{random.normal(-kind, 0.7):.3f},{colour},{('iris', 'rose', 'tulip')[kind]}")
    return "\n".join(lines) + "\n"


def _cells() -> str:
    random, lines = np.random.default_rng(2), ["radius,texture,diagnosis"]
    for row in range(80):
        ill = row % 2
        lines.append(f"{random.normal(ill * 2, 0.6):.3f},{random.normal():.3f},{('benign', 'malignant')[ill]}")
    return "\n".join(lines) + "\n"


def _houses() -> str:
    random, lines = np.random.default_rng(3), ["area,rooms,town,price"]
    for row in range(70):
        area, town = random.uniform(40, 200), ("Ulm", "Bonn", "Jena")[row % 3]
        rooms = "" if row % 9 == 0 else str(int(area // 30) + 1)
        lines.append(f"{area:.1f},{rooms},{town},{area * 3000 + (row % 3) * 50_000 + random.normal(0, 5000):.0f}")
    return "\n".join(lines) + "\n"


FLOWERS, CELLS, HOUSES = _flowers(), _cells(), _houses()


def table(folder: Path, text: str) -> Path:
    """A data set from the text of a CSV file."""
    return _profiled(folder, text.encode(), "table.csv")


def picture(standing: bool, place: int) -> bytes:
    """A PNG of 6 × 6 grey pixels with one bright bar."""
    pixels = np.random.default_rng(place).integers(0, 60, (6, 6)).astype(np.uint8)
    if standing:
        pixels[:, place % 6] = 250
    else:
        pixels[place % 6] = 250
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def pictures(folder: Path) -> Path:
    """A data set from a zip of pictures."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for place in range(48):
            archive.writestr(f"{('lying', 'standing')[place % 2]}/{place}.png", picture(place % 2 == 1, place))
    return _profiled(folder, packed.getvalue(), "bars.zip")


def _profiled(folder: Path, upload: bytes, filename: str) -> Path:
    (folder / "upload").write_bytes(upload)
    (folder / "request.json").write_text(json.dumps({"filename": filename}))
    profile(folder, lambda phase, fraction: None)
    return folder


def recipe(dataset: Path) -> Document:
    """The recipe proposed for a data set."""
    document: Document = json.loads((dataset / "profile.json").read_text("utf-8"))["recipe"]
    return document


def network(dataset: Path, units: int, *hidden: tuple[str, Document]) -> Document:
    """Input → hidden layers → Dense(units) → Output for a data set; a few relu units where nothing is hidden."""
    read = Recipe.model_validate(recipe(dataset))
    layers = hidden or (("Dense", {"units": 8, "activation": "relu"}),)
    return stack(*layers, ("Dense", {"units": units}), name=next(iter(read.inputs)), target=read.targets()[0])


def job(folder: Path, dataset: Path, graph: Document, **settings: Any) -> Job:
    """A job with the proposed recipe; three epochs unless the settings say otherwise."""
    return Job(
        folder,
        dataset,
        Graph.model_validate(graph),
        Recipe.model_validate(recipe(dataset)),
        Settings.model_validate({"epochs": 3, "batch_size": 16, **settings}),
        "A test",
    )


def events(given: Job, stopping: Callable[[], bool] = lambda: False) -> list[Document]:
    """Everything a run tells."""
    return list(train(given, Control(stopping)))


def curve(told: list[Document]) -> list[tuple[float, float]]:
    """(training loss, validation loss) of each epoch."""
    return [(one["train"]["loss"], one["validation"]["loss"]) for one in told if one["type"] == "epoch"]


def run(folder: Path, dataset: Path, units: int, *hidden: tuple[str, Document]) -> Path:
    """Trains a small network to its end and gives its folder."""
    told = events(job(folder, dataset, network(dataset, units, *hidden)))
    assert told[-1]["type"] == "finished"
    return folder
