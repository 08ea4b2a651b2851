"""What the web server runs: HTTP by Django, live events by Channels."""

import os
import tempfile
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

http: Any = get_asgi_application()

import webapp.urls  # noqa: E402, F401 - the first question finds all answers loaded
from webapp.bodies import StreamedBody  # noqa: E402 - these need Django to be set up
from webapp.limits import BodyLimit  # noqa: E402
from webapp.runs.consumers import RunConsumer, nowhere  # noqa: E402
from webapp.runs.origin import OriginCheck  # noqa: E402

tempfile.tempdir = str(settings.UPLOAD_DIR)  # bodies on their way in stay inside the data folder

of_run: Any = RunConsumer.as_asgi()
of_nothing: Any = nowhere
routes: list[Any] = [path("ws/runs/<int:pk>/", of_run), re_path("", of_nothing)]
sockets: Any = CookieMiddleware(URLRouter(routes))
application = ProtocolTypeRouter({"http": BodyLimit(StreamedBody(http)), "websocket": OriginCheck(sockets)})
