"""Being told to stop, however often: by SIGTERM, or by Ctrl+C."""

from __future__ import annotations

import queue
import signal
import threading


def stop_on_signals() -> threading.Event:
    """An event that is set once the process is told to stop. Belongs into the main thread.

    The handler itself may not set it: a second signal could come while it does, and would wait for the first for
    ever. What it uses instead may be used anywhere, the documentation of `queue.SimpleQueue` says.
    """
    stop, heard = threading.Event(), queue.SimpleQueue[None]()

    def listen() -> None:
        heard.get()
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: heard.put(None))
    return stop
