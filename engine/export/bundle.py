"""The bundle: everything needed to use a trained model without Netloom, in one zip."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from flax import nnx
from safetensors.numpy import save

from engine.data import travelling
from engine.export import answering
from engine.export.card import model_card, training_lines
from engine.export.source import model_source
from engine.graph.document import Graph
from engine.graph.model import Plan
from engine.training.settings import Settings

NAME = "bundle.zip"
WEIGHTS = "weights.safetensors"
"""Stored in the zip as it is: squeezing its digits takes seconds for large networks and saves a tenth."""

PACKAGES = ("jax", "jaxlib", "flax", "numpy", "safetensors")
"""What every download needs; pictures need Pillow besides."""

PREDICT_MAIN = '''
def unread(error: OSError | ValueError) -> str:
    """Why the input could not be read, and what to do."""
    name = getattr(error, "filename", None)
    if name is None:
        return str(error)
    if isinstance(error, FileNotFoundError):
        return f"There is no file {name}. Check its name, and the folder you are in."
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder. Name a file in it."
    if isinstance(error, PermissionError):
        return f"{name} may not be read. Allow yourself to read it, or copy it to a place of your own."
    return f"{name} cannot be read. Check that its disk is there, or copy the file elsewhere."


def main() -> int:
    """Writes the rows of a CSV file, or the names of pictures, with the predictions as CSV to standard output."""
    asked = sys.argv[1:]
    if not asked or asked[0] in ("-h", "--help"):
        print(__doc__, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    here = Path(__file__).resolve().parent
    absent = [name for name in ("preparation.json", "weights.safetensors") if not (here / name).is_file()]
    if absent:
        print(f"{absent[0]} is not beside predict.py. Unpack the whole zip into one folder.", file=sys.stderr)
        return 1
    preparation = json.loads((here / "preparation.json").read_text(encoding="utf-8"))
    try:
        if preparation["kind"] == "images":
            rows = [{"file": name} for name in sys.argv[1:]]
            inputs, ends, last = transform_images(preparation, sys.argv[1:]), range(len(rows)), {}
        else:
            rows = read_rows(sys.argv[1], preparation)
            if not rows:
                raise ValueError("The file holds no rows below its header line. Give at least one row.")
            if preparation["kind"] == "series":
                inputs, ends, last = transform_series(preparation, columns_of(rows))
            else:
                inputs, ends, last = transform(preparation, columns_of(rows)), range(len(rows)), {}
    except (OSError, ValueError) as error:
        print(unread(error), file=sys.stderr)
        return 1
    outputs = Answerer(load(str(here / "weights.safetensors")))(inputs)
    found = [flat(prediction) for prediction in predictions(preparation, outputs, last)]
    answers = dict(zip(ends, found, strict=True))  # of a series, rows with too little past before them have none
    writer = csv.DictWriter(sys.stdout, list({**rows[0], **found[0]}), lineterminator="\\n")
    writer.writeheader()
    writer.writerows({**row, **answers.get(place, {})} for place, row in enumerate(rows))
    return 0


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):  # whoever reads the predictions may have had enough of them
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
'''


@dataclass(frozen=True)
class Contents:
    """What a bundle tells besides the weights."""

    name: str
    graph: Graph
    plan: Plan
    preparation: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    measures: Mapping[str, Any]
    settings: Settings
    origin: str | None = None
    """The run that training went on from, in a sentence."""


def _card(contents: Contents) -> str:
    training = training_lines(contents.settings, contents.preparation, contents.measures, contents.origin)
    return model_card(contents.name, contents.plan, contents.preparation, contents.measures, training)


def write_bundle(folder: Path, model: Any, contents: Contents) -> None:
    """Writes every file of the bundle, and the zip of them, into `folder`; each appears whole or not at all."""
    kind = contents.preparation["kind"]
    files: dict[str, bytes] = {
        "model.py": model_source(contents.plan).encode(),
        WEIGHTS: save(weights(model)),
        "graph.json": _json(contents.graph.model_dump(mode="json")),
        "preparation.json": _json(contents.preparation),
        "predict.py": predict_source(kind).encode(),
        "requirements.txt": requirements(kind).encode(),
        "history.csv": history_csv(contents.history).encode(),
        "metrics.json": _json(contents.measures),
        "README.md": _card(contents).encode(),
    }
    for path, content in files.items():
        partial = folder / f"{path}.partial"
        partial.write_bytes(content)
        os.replace(partial, folder / path)
    packed = folder / f"{NAME}.partial"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content, zipfile.ZIP_STORED if path == WEIGHTS else None)
    os.replace(packed, folder / NAME)


def weights(model: nnx.Module) -> dict[str, np.ndarray]:
    """`{"dense_1.kernel": array, …}`: every weight under the name it has in the printed model."""
    return {
        ".".join(map(str, path)): np.asarray(variable.get_value())
        for path, variable in nnx.to_flat_state(nnx.state(model))
    }


def requirements(kind: str) -> str:
    """The exact versions the model was trained with."""
    packages = [*PACKAGES, "pillow"] if kind == "images" else PACKAGES
    return "".join(f"{package}=={version(package)}\n" for package in packages)


def predict_source(kind: str) -> str:
    """predict.py: the preparation as it was applied in training, the model, and a main function."""
    usage = "python predict.py *.png" if kind == "images" else "python predict.py rows.csv"
    needed = ["import json", "import signal", "import sys", "from model import load"]
    body = travelling.joined([*travelling.MODULES, answering], needed)
    head = f'"""Predictions of the trained model for raw rows or pictures.\n\n    {usage} > predictions.csv\n"""'
    return "\n".join([head, "", body, PREDICT_MAIN])


def history_csv(history: Sequence[Mapping[str, Any]]) -> str:
    """One line per epoch: epoch, train_loss, …, validation_loss, …"""
    rows = [
        {"epoch": entry["epoch"]}
        | {f"{part}_{name}": value for part in ("train", "validation") for name, value in entry[part].items()}
        for entry in history
    ]
    names = dict.fromkeys(name for row in rows for name in row) or {"epoch": None}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _json(document: Any) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False).encode()
