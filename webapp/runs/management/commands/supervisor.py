"""`manage.py supervisor` runs the one process that owns runs and readings."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webapp import lifeline, locks
from webapp.folders import home
from webapp.runs.launchers import LocalLauncher
from webapp.runs.supervisor import Supervisor


class Command(BaseCommand):
    help = "Starts and watches trainings and readings. `serve` runs it beside the web process."
    requires_system_checks = []  # they load the whole API; the tests run them

    def handle(self, *args: Any, **options: Any) -> None:
        lifeline.hold()
        lock = locks.take(home() / "supervisor.lock")
        if lock is None:
            raise CommandError(f"Another supervisor already works for {home()}.")
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        launcher = LocalLauncher(preload=True)
        try:
            Supervisor(launcher).work(stop)
        finally:
            launcher.close()
