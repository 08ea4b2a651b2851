"""Small uploads made on the spot, and a look at what became of them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def profiled(folder: Path) -> dict[str, Any]:
    """The profile of a data set."""
    document: dict[str, Any] = json.loads((folder / "profile.json").read_text("utf-8"))
    return document


def picture_bytes(pixels: Any, kind: str = "PNG", **options: Any) -> bytes:
    """An encoded picture."""
    packed = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(packed, kind, **options)
    return packed.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
