"""The web process: uvicorn on a socket that `manage.py serve` opened, so that a restart refuses nobody."""

import os
import socket
import warnings

import uvicorn

from webapp import lifeline, workers

VARIABLE = "NETLOOM_SOCKET"
LARGEST_MESSAGE = 64 * 1024  # what a browser may send over a websocket
BACKLOG = 2048


def main() -> None:
    lifeline.hold()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    workers.drawing().start()  # it loads while the first page does
    listening = socket.socket(fileno=int(os.environ.pop(VARIABLE)))
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
        log_level="warning",
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=2,
        proxy_headers=False,
    )
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
