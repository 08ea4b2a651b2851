"""The web process: uvicorn on a socket that `manage.py serve` opened, so that a restart refuses nobody."""

import logging
import os
import socket
import threading
import time
import warnings

import uvicorn

from webapp import lifeline
from webapp.serving import BACKLOG, SOCKET

log = logging.getLogger(__name__)
LARGEST_MESSAGE = 64 * 1024  # what a browser may send over a websocket
LOOK_SECONDS = 0.05


def main() -> None:
    lifeline.hold()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    listening = socket.socket(fileno=int(os.environ.pop(SOCKET)))
    listening.set_inheritable(False)
    # WhiteNoise answers with plain iterators; what it serves is small and read at once anyway.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    config = uvicorn.Config(
        "webapp.asgi:application",
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        lifespan="off",
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,  # packing short messages would be half the work of telling many viewers
        log_level="warning",
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=2,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    threading.Thread(target=load_the_rest, args=(server,), name="rest", daemon=True).start()
    server.run(sockets=[listening])


def load_the_rest(server: uvicorn.Server) -> None:
    """What the first page does not need begins to load once it can be answered. Else it loads when it is needed."""
    while not server.started:
        time.sleep(LOOK_SECONDS)
    from webapp import documents, workers

    for load in (workers.drawing().start, documents.load_documents):
        try:
            load()
        except Exception:
            log.exception("Something could not be loaded ahead; it is tried again when it is needed.")


if __name__ == "__main__":
    main()
