"""The engine's child processes that answer the web process: for drawings, for preparations, and for the rest."""

import atexit
import hashlib
import json
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings

from engine import Refusal, Worker, gpu_share, on_device

_lock = threading.Lock()
_workers: dict[str, Worker] = {}
_prepared: dict[tuple[str, str], None] = {}
ESTIMATE_NICE = 5
REMEMBERED = 20  # preparations known to be fitted; the engine keeps a few more of each data set


def drawing() -> Worker:
    """Answers check, code and starter; kept apart so that a slow prediction never delays the canvas."""
    return _shared("drawing", lambda: Worker(limit_s=settings.ANSWER_SECONDS))


def serving() -> Worker:
    """Answers rows, image and predict."""
    return _shared("serving", lambda: Worker(limit_s=settings.PREDICT_SECONDS))


def preparing() -> Worker:
    """Answers prepare and findings, which take long for large tables."""
    return _shared("preparing", lambda: Worker(limit_s=settings.PREPARE_SECONDS))


def estimating() -> Worker:
    """Answers preflight, on the device that trains; it stands back for the web process and for training."""
    share = gpu_share(0, settings.SLOTS)  # as much as a run would have
    return _shared("estimating", lambda: Worker(settings.ESTIMATE_SECONDS, on_device() | share, nice=ESTIMATE_NICE))


def prepare(dataset: str | None, recipe: dict[str, Any] | None) -> None:
    """Has a preparation fitted ahead of questions about it, so that they find it and the canvas never waits in line.

    Raises Refusal where it takes too long; a recipe that does not fit is told by the question itself.
    """
    if dataset is None or recipe is None:
        return
    key = (dataset, hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest())
    if key in _prepared:
        return
    try:
        preparing().ask("prepare", dataset=dataset, recipe=recipe)
    except Refusal as refusal:
        if refusal.problem.code in ("took_too_long", "worker_stopped"):
            raise
        return
    _prepared[key] = None
    while len(_prepared) > REMEMBERED:
        _prepared.pop(next(iter(_prepared)), None)


def _shared(name: str, make: Callable[[], Worker]) -> Worker:
    with _lock:
        if name not in _workers:
            _workers[name] = make()
        return _workers[name]


@atexit.register
def close() -> None:
    """Ends the children; the next question starts fresh ones."""
    with _lock:
        for worker in _workers.values():
            worker.close()
        _workers.clear()
        _prepared.clear()
