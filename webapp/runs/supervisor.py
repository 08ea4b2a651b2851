"""The one process that owns runs: it starts trainers, drains their spools into the table, and sees them end."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from engine import ExitStatus
from webapp.datasets.reading import Readings
from webapp.datasets.uploads import sweep_uploads
from webapp.exceptions import UNREACHABLE
from webapp.folders import new_folder
from webapp.projects.services import fill_projects
from webapp.runs import deaths, spool
from webapp.runs.changes import Changes
from webapp.runs.deliveries import Deliveries
from webapp.runs.launchers import Exit, Launcher, Note, Slot, ask_to_stop
from webapp.runs.models import Heartbeat, Run
from webapp.runs.reviving import go_on, revive
from webapp.runs.services import claim_run, end_run, record_events

log = logging.getLogger(__name__)
TICK_SECONDS = 0.05
LOOK_SECONDS = 1.0
BEAT_SECONDS = 1.0
SWEEP_SECONDS = 3600.0
PIECE = 1024**2
LARGEST_PIECE = 64 * 1024**2
TERMINATE_SECONDS = 5.0  # the flag comes first: a trainer that is still loading would die of a signal
KILL_SECONDS = 10.0
PAUSE_SECONDS = 60.0  # a trainer that compiles for longer goes on from its last checkpoint some other time
SAVING_SECONDS = 3600.0  # a trainer that evaluates or saves its best model is stopping, as is one that loads it
GIVE_UP_SECONDS = 60.0  # from the first failure to follow a run
FIND_SECONDS = 5.0  # from the start of a trainer to its note, where another supervisor started it
AT_WORK = frozenset({"training", "evaluating", "saving"})
LINGER_SECONDS = 60.0  # from the last word to the end of the process


@dataclass
class Charge:
    """A running run in the supervisor's care."""

    run: Run
    note: Note | None
    slot: int
    loading: bool = False  # its trainer is not yet where its checkpoint was taken
    piece: int = PIECE
    stop_asked: float | None = None
    stop_told: bool = False
    stumbled: float | None = None  # since when it cannot be followed
    rests: float = float("-inf")  # until when it is left alone, as following it has just failed
    speechless: float = float("-inf")  # until when its trainer is told nothing, as that has just failed
    terminated: bool = False
    killed: float | None = None  # seconds after the stop
    ended: float | None = None
    told: dict[str, Any] | None = None  # the wishes its trainer knows
    pause_asked: float | None = None
    sought: float | None = None  # since when its trainer is looked for
    end: Exit = field(default_factory=Exit)  # that of a trainer nobody finds

    @property
    def saving(self) -> bool:
        """Whether its trainer has trained to the end."""
        return self.run.saving

    def hear(self, events: list[dict[str, Any]], now: float) -> None:
        """Takes note that a trainer has loaded its checkpoint; only from then on can it heed a stop."""
        if self.loading and any(event.get("phase") in AT_WORK for event in events):
            self.loading = False
            self.stop_asked = self.stop_asked and now


class Supervisor:
    """Call `tick` every 50 ms. All it must remember is in the table, so it may die at any moment."""

    def __init__(self, launcher: Launcher, slots: int | None = None) -> None:
        self.launcher = launcher
        self.slots = slots or settings.SLOTS
        self.charges: dict[int, Charge] = {}
        self.readings = Readings(on_ready=fill_projects)
        self.deliveries = Deliveries()
        self.changes = Changes()
        self.looked = self.beaten = self.swept = float("-inf")

    def work(self, stop: threading.Event) -> None:
        """Ticks until told to stop. Trainers go on without it."""
        while not stop.is_set():
            try:
                self.tick()
            except UNREACHABLE:
                log.exception("The database cannot be reached; the supervisor tries again.")
                self.forget()
                stop.wait(1.0)
            stop.wait(TICK_SECONDS)
        self.readings.close()

    def forget(self) -> None:
        """Drops what the table says better, and the connection that failed."""
        self.charges.clear()
        self.changes, self.looked = Changes(), float("-inf")
        connection.close()

    def tick(self) -> None:
        now = time.monotonic()
        self._beat(now)
        if now - self.swept >= SWEEP_SECONDS:
            self.swept = now
            self._errand(sweep_uploads)
        look = self.changes.happened() or now - self.looked >= LOOK_SECONDS
        if look:
            self.looked = now
            self._adopt()
        self._errand(lambda: self.readings.tick(look))
        self._errand(self.deliveries.tick)
        for charge in list(self.charges.values()):
            if now >= charge.rests:
                self._follow(charge, now)
        while look and len(self.charges) < self.slots and (run := claim_run(but=self.charges)) is not None:
            self._launch(run)

    def _errand(self, run: Callable[[], None]) -> None:
        """Does something that must not end the care for all runs when it fails."""
        try:
            run()
        except UNREACHABLE:
            raise
        except Exception:
            log.exception("Something could not be done; the supervisor goes on.")

    def _follow(self, charge: Charge, now: float) -> None:
        """Looks after one run. Where that fails, it is tried again for a while: its trainer may be fine."""
        try:
            self._attend(charge, now)
            charge.stumbled = None
        except UNREACHABLE:
            raise
        except Run.DoesNotExist:
            self._let_go(charge)
        except Exception:
            log.exception("Run %s could not be followed.", charge.run.pk)
            charge.stumbled, charge.rests = charge.stumbled or now, now + LOOK_SECONDS
            if now - charge.stumbled >= GIVE_UP_SECONDS:
                self._errand(lambda: self._give_up(charge))

    def _beat(self, now: float) -> None:
        if now - self.beaten >= BEAT_SECONDS:
            Heartbeat.objects.update_or_create(pk=1, defaults={"pid": os.getpid(), "beat": timezone.now()})
            self.beaten = now

    def _adopt(self) -> None:
        """Takes the running runs as the table has them, those of an earlier supervisor too."""
        running = {run.pk: run for run in Run.objects.filter(state=Run.State.RUNNING).select_related("dataset")}
        unstarted: list[Run] = []
        for pk, run in running.items():
            if pk in self.charges:
                self.charges[pk].run = run
            else:
                self._errand(partial(self._take_over, run, unstarted))
        for run in unstarted:  # claimed, but its supervisor died before it started anything
            self._launch(run)

    def _take_over(self, run: Run, unstarted: list[Run]) -> None:
        """Looks after a run of an earlier supervisor, or finds it `unstarted`."""
        note = run.trainer or self.launcher.find(run.folder)
        if note is None and not self.launcher.read(run.folder, 0, 1):
            unstarted.append(run)
            return
        log.info("Run %s is taken over.", run.pk)
        slot = (note or {}).get("slot", self._free_slot())
        self.charges[run.pk] = Charge(run, note, slot, loading=run.reloading)

    def _free_slot(self) -> int:
        """The first slot in which nothing trains, or the fewest."""
        taken = [charge.slot for charge in self.charges.values()]
        return min(range(self.slots), key=taken.count)

    def _launch(self, run: Run) -> None:
        slot = self._free_slot()
        try:
            folder = new_folder(run.folder)
            spool.mend(run)
            (folder / "job.json").write_text(json.dumps(run.job()))
            self.launcher.tell(folder, run.wishes())
            note = self.launcher.launch(folder, Slot(slot, self.slots)) | {"slot": slot}
        except OSError as error:
            log.exception("Run %s could not be started.", run.pk)
            self.charges[run.pk] = Charge(run, None, slot, end=Exit(error=error))  # one more try follows soon
            return
        Run.objects.filter(pk=run.pk).update(trainer=note)
        self.charges[run.pk] = Charge(run, note, slot, loading="checkpoint" in run.progress, told=run.wishes())

    def _attend(self, charge: Charge, now: float) -> None:
        if charge.note is None and self._seek(charge, now):
            return
        exit = self.launcher.poll(charge.note) if charge.note is not None else charge.end
        while self._drain(charge) and exit is not None:
            pass  # the dead say no more, so what they said is read to the end
        if exit is not None:
            self._bury(charge, exit)
        elif charge.run.state != Run.State.RUNNING:
            self._outstay(charge, now)
        elif charge.run.stop_requested is not None:
            self._press(charge, now)
        else:
            self._steer(charge, now)

    def _seek(self, charge: Charge, now: float) -> bool:
        """Whether a trainer may be starting that has not signed yet: another supervisor began it and then died."""
        charge.sought = charge.sought or now
        charge.note = self.launcher.find(charge.run.folder)
        return charge.note is None and now - charge.sought < FIND_SECONDS

    def _drain(self, charge: Charge) -> bool:
        """Moves one piece of the spool into the table; says whether there was any."""
        run = charge.run
        piece = self.launcher.read(run.folder, run.spool_offset, charge.piece)
        events, taken = spool.parse(piece)
        if not taken:
            if len(piece) == charge.piece and charge.piece < LARGEST_PIECE:
                charge.piece *= 2  # one line longer than the piece
                return True
            return False
        charge.run = record_events(run=run, events=events, offset=run.spool_offset + taken)
        charge.hear(events, time.monotonic())
        charge.piece = PIECE
        return True

    def _bury(self, charge: Charge, exit: Exit) -> None:
        """The trainer is gone. If it left no last word, the supervisor writes one."""
        del self.charges[charge.run.pk]
        self.looked = float("-inf")  # its slot is free
        if charge.run.state != Run.State.RUNNING:
            go_on(run=charge.run)  # unless it has ended or is paused
            return
        if exit.code == ExitStatus.TAKEN:
            log.warning("Run %s is being trained by another process, which is looked for.", charge.run.pk)
            Run.objects.filter(pk=charge.run.pk).update(trainer=None)
            self._adopt()  # at once, so that no other run takes its slot
            return
        log.warning("Run %s: %s; last line: %s", charge.run.pk, exit, deaths.last_words(charge.run.folder))
        run = revive(run=charge.run, exit=exit, killed=charge.killed)
        if run.state == Run.State.RUNNING:
            self._launch(run)

    def _give_up(self, charge: Charge) -> None:
        """Ends a run that Netloom itself fails; its trainer is seen to its end as any other."""
        if charge.run.ended:
            del self.charges[charge.run.pk]
            return
        if charge.note is not None:
            self.launcher.kill(charge.note)
        charge.run = end_run(run=charge.run, problem=deaths.CANNOT_BE_FOLLOWED)

    def _let_go(self, charge: Charge) -> None:
        """Ends the trainer of a run that is gone, as the runs of a person are with that person."""
        log.warning("Run %s is gone; its trainer is ended.", charge.run.pk)
        if charge.note is not None:
            self.launcher.kill(charge.note)
        self.charges.pop(charge.run.pk, None)

    def _press(self, charge: Charge, now: float) -> None:
        """Stop: the flag, then SIGTERM, then SIGKILL."""
        assert charge.note is not None
        charge.stop_asked = charge.stop_asked or now
        if not charge.stop_told:
            charge.stop_told = self._told(charge, now, lambda: ask_to_stop(charge.run.folder))
        patient, waited = charge.saving or charge.loading, now - charge.stop_asked
        if waited >= (SAVING_SECONDS if patient else KILL_SECONDS) and not charge.killed:
            charge.killed = waited
            self.launcher.kill(charge.note)
        elif waited >= TERMINATE_SECONDS and not patient and not charge.terminated:
            charge.terminated = True
            self.launcher.terminate(charge.note)

    def _steer(self, charge: Charge, now: float) -> None:
        """Tells the trainer what is wanted; one that does not pause is ended, and resumes from its last checkpoint."""
        wishes = charge.run.wishes()
        if charge.told != wishes and self._told(charge, now, lambda: self.launcher.tell(charge.run.folder, wishes)):
            charge.told = wishes
        if charge.run.pause_requested is None or charge.saving:
            charge.pause_asked = None
            return
        charge.pause_asked = charge.pause_asked or now
        if now - charge.pause_asked >= PAUSE_SECONDS and charge.note is not None:
            self.launcher.kill(charge.note)

    def _told(self, charge: Charge, now: float, tell: Callable[[], None]) -> bool:
        """Whether its trainer could be told something; where a full disk forbids it, the next try comes in a while."""
        if now < charge.speechless:
            return False
        try:
            tell()
        except OSError:
            log.exception("Run %s could not be told what is wanted.", charge.run.pk)
            charge.speechless = now + LOOK_SECONDS
            return False
        return True

    def _outstay(self, charge: Charge, now: float) -> None:
        """A trainer that has said its last word, that of a pause too, should be gone soon."""
        charge.ended = charge.ended or now
        if now - charge.ended >= LINGER_SECONDS and charge.note is not None:
            self.launcher.kill(charge.note)
