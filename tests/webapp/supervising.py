"""What tests of the supervisor share: one whose trainers are fake, and ways to wait for what they do."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from webapp.runs.launchers import LocalLauncher
from webapp.runs.models import Event, Run
from webapp.runs.supervisor import Supervisor

FAKE = Path(__file__).with_name("fake_trainer.py")


class FakeLauncher(LocalLauncher):
    def __init__(self) -> None:
        super().__init__((sys.executable, str(FAKE)))


class Failing:
    """Does what something else does, but fails the first few times."""

    def __init__(self, real: Callable[..., Any], times: int, error: OSError) -> None:
        self.real, self.times, self.error = real, times, error
        self.tries = 0

    def __call__(self, *given: Any) -> Any:
        self.tries += 1
        if self.tries <= self.times:
            raise self.error
        return self.real(*given)


def until(true: Callable[[], Any], supervisor: Supervisor | None = None, seconds: float = 15.0) -> None:
    """Lets the supervisor tick until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "It never became true."
        if supervisor is not None:
            supervisor.tick()
        time.sleep(0.01)


def ended(run: Run) -> Callable[[], bool]:
    return lambda: Run.objects.get(pk=run.pk).ended


def told(run: Run) -> list[int]:
    """The numbers of the events in the table."""
    return list(Event.objects.filter(run=run).order_by("pk").values_list("seq", flat=True))


def last(run: Run) -> dict[str, Any]:
    body: dict[str, Any] = Event.objects.filter(run=run).order_by("-seq").values_list("body", flat=True)[0]
    return body


def pid_of(run: Run) -> int:
    run.refresh_from_db()
    return int(run.trainer["pid"])
