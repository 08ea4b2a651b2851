"""What a run takes over from the one it goes on from; kept with it, as the other one may be deleted."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from engine import Checkpoint
from webapp.runs.models import Event, Run

Settings = dict[str, Any]
Change = dict[str, Any]


def origin_of(run: Run, checkpoint: Checkpoint, settings: Settings) -> dict[str, Any]:
    """Where a run with these settings begins that goes on from a checkpoint of another.

    `changes` are those that the other had seen by then, each with its step; `otherwise` is what is set otherwise from
    there on; `runs` are all that came before, each with the last epoch it has trained to the end.
    """
    step = checkpoint.summary["step"]
    changes = changes_until(changes_of(run), step)
    before, after = steered(changed(run.settings, changes)), steered(settings)
    return {
        "run": run.pk,
        "number": run.number,
        "name": run.name,
        "checkpoint": checkpoint.name,
        "epoch": checkpoint.summary["epoch"],
        "step": step,
        "runs": [*runs_before(run), {"number": run.number, "epoch": whole_epochs(checkpoint)}],
        "changes": changes,
        "otherwise": {name: value for name, value in after.items() if value != before.get(name)},
    }


def whole_epochs(checkpoint: Checkpoint) -> int:
    """How many epochs are wholly trained there."""
    return int(checkpoint.summary["epoch"]) - int(checkpoint.summary["place"] > 0)


def runs_before(run: Run) -> list[dict[str, int]]:
    """`[{number, epoch}]`: the runs that this one goes on from, the first one first, each with its last epoch."""
    origin = run.origin or {}
    known = [{"number": origin["number"], "epoch": origin["epoch"]}] if "number" in origin else []
    return list(origin.get("runs", known))


def best_of(run: Run) -> dict[str, int] | None:
    """`{number, epoch}` of the earlier run whose model is still the best one; None where it is this run's own."""
    best = run.metrics.get("best_epoch")
    if not best:
        return None
    return next(({"number": one["number"], "epoch": best} for one in runs_before(run) if best <= one["epoch"]), None)


def changes_of(run: Run) -> list[Change]:
    """`[{step, learning_rate?, patience?, epochs?}]`: what was changed on the way, also before the run began."""
    bodies = Event.objects.filter(run=run, type="log").order_by("seq").values_list("body", flat=True)
    own = [{"step": body["step"], **body["settings"]} for body in bodies if "change" in body]
    origin = run.origin or {}
    began = [{"step": origin["step"], **origin["otherwise"]}] if origin.get("otherwise") else []
    return [*origin.get("changes", []), *began, *own]


def settings_at(run: Run, step: int) -> Settings:
    """The settings that held once so many steps were trained."""
    return changed(run.settings, changes_until(changes_of(run), step))


def changes_until(changes: Iterable[Change], step: int) -> list[Change]:
    """Those that were made by then."""
    return [change for change in changes if change["step"] <= step]


def changed(settings: Settings, changes: Iterable[Mapping[str, Any]]) -> Settings:
    """The settings after changes."""
    found = copy.deepcopy(settings)
    for change in changes:
        if "learning_rate" in change:
            found["optimizer"]["learning_rate"] = change["learning_rate"]
        if "patience" in change and found.get("early_stopping"):
            found["early_stopping"]["patience"] = change["patience"]
        found["epochs"] = change.get("epochs", found["epochs"])
    return found


def steered(settings: Settings) -> dict[str, Any]:
    """Of the settings those that may be changed while a run goes on."""
    stopping = settings.get("early_stopping")
    found = {"learning_rate": settings["optimizer"].get("learning_rate"), "epochs": settings["epochs"]}
    return found | ({"patience": stopping.get("patience")} if stopping else {})
