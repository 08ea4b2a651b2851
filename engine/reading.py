"""Has an upload read aside and put in place once it is whole, so that a data set is never half read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.problems import Refusal

DRAFT = "draft"  # the folder within the data set's in which it is read
PREPARATIONS = "preparations"  # what was fitted on the last reading means nothing for the next


def profile_folder(folder: Path, report: Callable[[dict[str, Any]], None]) -> int:
    """Profiles `folder`/upload as request.json says and adds a starter graph.

    Writes profile.json and what goes with it into the folder, or problem.json, which leaves all else as it was.
    """
    from engine.data.profile import profile
    from engine.service import starter

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
        begun = starter(str(draft), document["recipe"]) if document["recipe"] else {"graph": None, "settings": {}}
        _write_json(draft / "profile.json", {**document, **begun})
        adopt(draft, folder)
    except Refusal as refusal:
        shutil.rmtree(draft)
        _write_json(folder / "problem.json", refusal.problem.document())
    return 0


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
