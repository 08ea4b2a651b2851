"""`manage.py serve` runs everything on one machine: the web process and the supervisor, restarted when they fall."""

import errno
import http.client
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from webapp import locks, served, serving
from webapp.accounts.services import create_link, link_address, site_address
from webapp.datasets.services import sweep_arrivals
from webapp.folders import home, new_folder
from webapp.pages.assets import collect_assets
from webapp.runs.models import Run
from webapp.stopping import stop_on_signals

ANSWER_SECONDS = 20.0


class Command(BaseCommand):
    help = "Serves Netloom. HOST, PORT and NETLOOM_HOME come from the environment."
    requires_system_checks = []  # they load the whole API; the tests run them

    def handle(self, *args: Any, **options: Any) -> None:
        lock = locks.take(home() / served.LOCK)
        if lock is None:
            raise CommandError(
                f"Netloom is already being served from {home()}. Stop it first, or set NETLOOM_HOME to another folder."
            )
        listening = listen()
        server = served.Served(site_address(), served.person())
        server.note(home())
        sweep_bodies(settings.UPLOAD_DIR)
        call_command("migrate", interactive=False, verbosity=0)
        sweep_arrivals()
        collect_assets()
        link = link_address(create_link(username=server.person), server.address)
        connections.close_all()
        stop = stop_on_signals()
        children, lifeline = serving.children_of(listening, str(settings.UPLOAD_DIR))
        threading.Thread(target=self.announce, args=(link, server.person, stop), daemon=True).start()
        serving.keep_running(children, stop)
        os.close(lifeline)
        self.tell(farewell())

    def announce(self, link: str, name: str, stop: threading.Event) -> None:
        """Prints the sign-in link once the web process answers, and says so when that takes long."""
        host, late, told = link.split("/")[2], time.monotonic() + ANSWER_SECONDS, False
        while not stop.is_set() and not answers(host):
            if not told and time.monotonic() >= late:
                self.tell("Netloom does not answer yet. The lines above may say why; the sign-in link follows.")
                told = True
            stop.wait(0.05)
        if not stop.is_set():
            self.tell(f"Netloom is running. Sign in as {name}: {link}")

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def farewell() -> str:
    """What is told last: a training is a process of its own and does not end with the server."""
    active = Run.objects.filter(state=Run.State.RUNNING).count()
    if active == 0:
        return "Netloom has stopped."
    going = "One training goes on" if active == 1 else f"{active} trainings go on"
    return f"Netloom has stopped. {going} without it and will be there at the next start."


def answers(host: str) -> bool:
    connection = http.client.HTTPConnection(host, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def listen() -> socket.socket:
    """The socket of HOST and PORT, or a sentence on why there is none."""
    try:
        return serving.open_port(settings.HOST, settings.PORT)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {settings.PORT} on {settings.HOST} is in use by another program. "
                f"Stop that program, or set PORT to a free one, for example PORT={settings.PORT + 1}."
            ) from None
        raise CommandError(
            f"Netloom cannot listen on {settings.HOST} port {settings.PORT}: {error.strerror}. Set HOST and PORT."
        ) from None


def sweep_bodies(folder: Path) -> None:
    """Removes what an earlier server left of bodies on their way in; trainers that still run may use the folder too."""
    for left in new_folder(folder).glob("*.upload*"):
        left.unlink(missing_ok=True)
