"""Has an upload read aside and put in place once it is whole, so that a data set is never half read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.problems import Refusal

DRAFT = "draft"  # the folder within the data set's in which it is read
SAMPLE = 500_000  # rows, from twice as many on a starter graph is made by a sample
PREPARATIONS = "preparations"  # what was fitted on the last reading means nothing for the next


def profile_folder(folder: Path, report: Callable[[dict[str, Any]], None]) -> int:
    """Profiles `folder`/upload as request.json says and adds a starter graph.

    Writes profile.json and what goes with it into the folder, or problem.json, which leaves all else as it was.
    """
    from engine.data.profile import profile

    draft = folder / DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    shutil.copy(folder / "request.json", draft)
    try:
        profile(
            draft,
            lambda phase, fraction: report({"phase": phase, "fraction": round(fraction, 4)}),
            folder / "upload",
        )
        document = json.loads((draft / "profile.json").read_text("utf-8"))
        _write_json(draft / "profile.json", {**document, **_begun(draft, document)})
        adopt(draft, folder)
    except Refusal as refusal:
        shutil.rmtree(draft)
        _write_json(folder / "problem.json", refusal.problem.document())
    return 0


def _begun(draft: Path, document: dict[str, Any]) -> dict[str, Any]:
    """The starter graph and settings; those of a very large table are made by a sample of its rows."""
    from engine.data.table import thin_out

    if not document["recipe"]:
        return {"graph": None, "settings": {}}
    every = document["rows"] // SAMPLE if document["kind"] == "table" else 1
    if every < 2:
        return _started(draft, document["recipe"], 1)
    sample = draft / "sample"
    sample.mkdir()
    _write_json(sample / "profile.json", {**document, "rows": thin_out(draft, sample, every)})
    begun = _started(sample, document["recipe"], every)
    shutil.rmtree(sample)
    return begun


def _started(dataset: Path, recipe: dict[str, Any], every: int) -> dict[str, Any]:
    """What to begin with; an empty drawing where the recipe cannot be used yet, which is told once somebody asks."""
    from engine.graph.document import Graph
    from engine.service import starter

    try:
        return starter(str(dataset), recipe, every)
    except Refusal:
        return {"graph": Graph().model_dump(mode="json"), "settings": {}}


def adopt(draft: Path, folder: Path) -> None:
    """Moves what was read into the data set's folder, the profile last; what the last reading left there goes."""
    shutil.rmtree(folder / PREPARATIONS, ignore_errors=True)
    for path in sorted(draft.iterdir(), key=lambda one: one.name == "profile.json"):
        if path.name != "request.json":
            path.replace(folder / path.name)
    shutil.rmtree(draft)


def _write_json(path: Path, document: Any) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(document, allow_nan=False), "utf-8")
    partial.replace(path)
