"""A pipe whose other end only `manage.py serve` holds: when serve is gone, however it went, it breaks."""

import os
import signal
import threading

VARIABLE = "NETLOOM_LIFELINE"
GRACE_SECONDS = 10.0


def hold() -> None:
    """Ends this process when the pipe named in the environment breaks. Without one it does nothing."""
    handle = os.environ.pop(VARIABLE, "")
    if handle.isdigit():
        os.set_inheritable(int(handle), False)
        threading.Thread(target=_wait, args=(int(handle),), name="lifeline", daemon=True).start()


def _wait(handle: int) -> None:
    os.read(handle, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_SECONDS)
    os._exit(1)
