"""The end of a run as news: for the page, and for a webhook, which gets it once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from webapp.accounts.services import site_address
from webapp.runs.lineage import best_of
from webapp.runs.models import Delivery, Run

ENDINGS = {
    "completed": "trained through all epochs",
    "stopped_early": "stopped early",
    "target_reached": "reached its goal",
    "stopped_by_user": "was stopped",
    "diverged": "diverged; the best model before that was kept",
}


def announce_end(*, run: Run) -> None:
    """Call it in the transaction that writes the terminal event: the news exists exactly if the end does.

    A run that its owner stopped before anything was trained is no news to them.
    """
    Run.objects.filter(pk=run.pk).update(seen=timezone.now() if run.cancelled else None)
    if run.owner.webhook and not run.cancelled:
        Delivery.objects.get_or_create(
            run=run, seq=run.last_seq, defaults={"url": run.owner.webhook, "due": timezone.now()}
        )


def news_of(run: Run) -> dict[str, Any]:
    """What a webhook is told. `text` is what chat services such as Slack show."""
    return {
        "event": "run.ended",
        "text": sentence(run),
        "run": {
            "id": run.pk,
            "number": run.number,
            "name": run.name,
            "tags": [tag.name for tag in run.tags.all()],
            "project": {"id": run.project.pk, "name": run.project.name} if run.project else None,
            "address": address_of(run),
        },
        "state": run.state,
        "reason": run.metrics.get("reason"),
        "best_epoch": run.metrics.get("best_epoch"),
        "best_of": best_of(run),
        "own_best": run.metrics.get("own_best"),
        "metrics": {part: run.metrics[part] for part in ("validation", "test") if part in run.metrics},
        "problem": run.problem,
        "seconds": run.seconds,
        "finished": run.finished.isoformat() if run.finished else None,
    }


def sentence(run: Run) -> str:
    """The news in one line: "Iris, run 3 (wider): stopped early, validation accuracy 0.9467"."""
    if run.state == Run.State.FAILED:
        return f"{run.title}: failed. {(run.problem or {}).get('message', '')}".strip()
    said = ENDINGS.get(run.metrics.get("reason", ""), "finished")
    if run.lead is not None and run.best is not None:
        said += f", validation {run.lead['title']} {run.best:.4g}{_still(run, run.lead['key'])}"
    return f"{run.title}: {said}"


def _still(run: Run, key: str) -> str:
    """Whose best it is, where not its own: " (still that of run 2, epoch 9; its own best 0.31, epoch 14)"."""
    before, own = best_of(run), run.metrics.get("own_best")
    if before is None:
        return ""
    value = own and own["validation"].get(key)
    beside = f"; its own best {value:.4g}, epoch {own['epoch']}" if own and isinstance(value, int | float) else ""
    return f" (still that of run {before['number']}, epoch {before['epoch']}{beside})"


def address_of(run: Run) -> str | None:
    """Where the run is seen in a browser."""
    if run.project_id is None:
        return None
    origin = settings.ORIGINS[0] if settings.ORIGINS else site_address()
    return f"{origin}/projects/{run.project_id}/train?run={run.pk}"
