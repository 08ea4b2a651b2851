"""The bundled data sets, generated from scikit-learn and then read as if somebody had uploaded them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

from engine.problems import Problem, Refusal

SAMPLES: tuple[dict[str, Any], ...] = (
    {
        "name": "breast_cancer",
        "title": "Breast cancer",
        "description": "Tell malignant from benign tumours by 30 measurements of cell nuclei.",
        "kind": "table",
        "rows": 569,
        "columns": 31,
        "filename": "breast_cancer.csv",
    },
    {
        "name": "digits",
        "title": "Handwritten digits",
        "description": "Read handwritten digits from small grey pictures, 8 by 8 pixels.",
        "kind": "images",
        "rows": 1797,
        "columns": 2,
        "filename": "digits.zip",
    },
    {
        "name": "diabetes",
        "title": "Diabetes progression",
        "description": "Predict how far diabetes progresses in a year from ten measurements of a patient.",
        "kind": "table",
        "rows": 442,
        "columns": 11,
        "filename": "diabetes.csv",
    },
)


def samples() -> list[dict[str, Any]]:
    """What the bundled data sets are: name, title, description, kind, rows and columns."""
    return [{key: value for key, value in sample.items() if key != "filename"} for sample in SAMPLES]


def make(name: str, folder: Path) -> None:
    """Writes the sample as `folder`/upload; raises Refusal for an unknown name."""
    makers = {"breast_cancer": _breast_cancer, "digits": _digits, "diabetes": _diabetes}
    if name not in makers:
        hint = f"Choose one of {', '.join(makers)}."
        raise Refusal(Problem("unknown_sample", {"sample": name}, f"There is no sample called {name!r}.", hint))
    (folder / "upload").write_bytes(makers[name]())


def _breast_cancer() -> bytes:
    from sklearn.datasets import load_breast_cancer

    given = load_breast_cancer()
    names = [str(name).replace(" ", "_") for name in given.feature_names]
    rows = [
        [*map(float, row), str(given.target_names[target])]
        for row, target in zip(given.data, given.target, strict=True)
    ]
    return _csv([*names, "diagnosis"], rows)


def _diabetes() -> bytes:
    from sklearn.datasets import load_diabetes

    given = load_diabetes(scaled=False)
    names = [
        "age", "sex", "body_mass_index", "blood_pressure", "total_cholesterol", "low_density_lipoproteins",
        "high_density_lipoproteins", "cholesterol_ratio", "log_triglycerides", "blood_sugar",
    ]  # fmt: skip
    rows = [[*map(float, row), float(target)] for row, target in zip(given.data, given.target, strict=True)]
    return _csv([*names, "progression"], rows)


def _digits() -> bytes:
    import numpy as np
    from PIL import Image
    from sklearn.datasets import load_digits

    given = load_digits()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for place, (pixels, target) in enumerate(zip(given.images, given.target, strict=True)):
            picture = io.BytesIO()
            Image.fromarray(np.round(pixels * (255 / 16)).astype(np.uint8)).save(picture, "PNG")
            archive.writestr(zipfile.ZipInfo(f"digits/{target}/{place:04d}.png"), picture.getvalue())
    return packed.getvalue()


def _csv(names: list[str], rows: list[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([names, *rows])
    return text.getvalue().encode()
