"""`manage.py supervisor` runs the one process that owns runs and readings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webapp import lifeline, locks
from webapp.folders import home
from webapp.runs.launchers import LocalLauncher
from webapp.runs.supervisor import Supervisor
from webapp.stopping import stop_on_signals


class Command(BaseCommand):
    help = "Starts and watches trainings and readings. `serve` runs it beside the web process."
    requires_system_checks = []  # they load the whole API; the tests run them

    def handle(self, *args: Any, **options: Any) -> None:
        lifeline.hold()
        lock = locks.take(home() / "supervisor.lock")
        if lock is None:
            raise CommandError(f"Another supervisor already works for {home()}.")
        stop = stop_on_signals()
        launcher = LocalLauncher(preload=True)
        try:
            Supervisor(launcher).work(stop)
        finally:
            launcher.close()
