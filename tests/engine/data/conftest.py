"""Data sets for the tests of engine/data, made as an upload makes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.data.profile import profile

Maker = Callable[..., Path]


@pytest.fixture
def shared_data() -> Path:
    """The folder of real and awkward files beside the checkout, where there is one."""
    folder = Path(__file__).parents[3] / ".." / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return folder


@pytest.fixture
def dataset(tmp_path: Path) -> Maker:
    """Profiles an upload (text, bytes or a file) and gives its folder."""
    made = iter(range(1000))

    def make(upload: str | bytes | Path, encoding: str = "utf-8", reading: dict[str, Any] | None = None) -> Path:
        folder = tmp_path / f"dataset_{next(made)}"
        folder.mkdir()
        if isinstance(upload, Path):
            upload = upload.read_bytes()
        content = upload.encode(encoding) if isinstance(upload, str) else upload
        (folder / "upload").write_bytes(content)
        (folder / "request.json").write_text(json.dumps({"filename": "upload", "reading": reading}))
        profile(folder, lambda phase, fraction: None)
        return folder

    return make
