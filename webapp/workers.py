"""The engine's child processes that answer the web process: one for drawings, one for data and predictions."""

import atexit
import threading
from collections.abc import Callable

from django.conf import settings

from engine import Worker

_lock = threading.Lock()
_workers: dict[str, Worker] = {}


def drawing() -> Worker:
    """Answers check, code and starter; kept apart so that a slow prediction never delays the canvas."""
    return _shared("drawing", lambda: Worker(limit_s=settings.ANSWER_SECONDS))


def serving() -> Worker:
    """Answers rows, image and predict."""
    return _shared("serving", lambda: Worker(limit_s=settings.PREDICT_SECONDS))


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
