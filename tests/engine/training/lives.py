"""A run that dies and goes on: its trainer is dropped after some events, and another one takes its place."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.job import Job, train
from engine.runner import SPOOL
from engine.training.checkpoint import Keeping
from engine.training.control import Change, Control, Numbered
from engine.training.past import Past
from tests.engine import samples

Event = dict[str, Any]

HIDDEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Dense", {"units": 12}),
    ("BatchNormalization", {}),
    ("Dropout", {"rate": 0.3}),
)


class Wishes(Control):
    """Wishes that a test makes by hand."""

    def __init__(self) -> None:
        super().__init__(lambda: self.stop)
        self.stop = self.pause = False
        self.wanted: list[Change] = []

    def pausing(self) -> bool:
        return self.pause

    def changes(self) -> Sequence[Numbered]:
        return [Numbered(number, change) for number, change in enumerate(self.wanted, 1)]


def lives(job: Job, control: Control | None = None) -> Generator[Event, None, None]:
    """One life of a run, which ends by itself or once nobody listens. Its events go to the spool before they come."""
    spool = job.folder / SPOOL
    past = Past.read(spool)
    life = train(replace(job, resume=True), control, past)
    with spool.open("a") as file, contextlib.closing(life):
        for number, event in enumerate(life, past.seq + 1):
            told = {"seq": number, "time": "", **event}
            file.write(json.dumps(told) + "\n")
            file.flush()
            yield told


def live(job: Job, control: Control | None = None, events: int | None = None) -> list[Event]:
    """One life of a run, which ends after so many events, or by itself: all of them."""
    with contextlib.closing(lives(job, control)) as life:
        return list(itertools.islice(life, events))


def die_and_go_on(job: Job, lives: Iterable[int]) -> list[Event]:
    """A run of several lives, each of so many events; the last one goes to the end."""
    for events in lives:
        with (job.folder / SPOOL).open("a") as file:
            live(job, events=events)
            file.write('{"seq": 99')  # a line that was being written
    live(job)
    return told(job.folder)


def told(folder: Path) -> list[Event]:
    """What the spool of a run holds."""
    return [json.loads(line) for line in (folder / SPOOL).read_text().splitlines()]


def of_type(kind: str, events: Sequence[Event]) -> list[Event]:
    """The events of one type, without their numbers."""
    return [
        {key: value for key, value in one.items() if key not in ("seq", "time")}
        for one in events
        if one["type"] == kind
    ]


def same_curve(events: Sequence[Event], whole: Sequence[Event]) -> None:
    """Asserts that a run tells of every step and epoch once, and the same to the last digit as `whole`.

    `whole` tells of each step on its own.
    """
    assert [one["seq"] for one in events] == list(range(1, len(events) + 1))
    assert of_type("epoch", events) == of_type("epoch", whole)
    same_steps(events, np.array([one["loss"] for one in of_type("progress", whole)], np.float32))


def same_steps(events: Sequence[Event], losses: np.ndarray) -> None:
    """Asserts that the progress of a run tells of each step once, without gaps and to the last digit: `losses` (n,)."""
    before = 0
    for one in of_type("progress", events):
        assert one["step"] > before
        assert one["loss"] == float(losses[before : one["step"]].mean(dtype=np.float64))
        before = one["step"]
    assert before == len(losses)


def given(folder: Path, dataset: Path, **settings: Any) -> Job:
    """A job that writes a checkpoint after every call."""
    folder.mkdir(exist_ok=True)
    usual = {"batch_size": 4, "epochs": 4, "optimizer": {"type": "Adam", "learning_rate": 0.02}}
    made = samples.job(folder, dataset, samples.network(dataset, 1, *HIDDEN), **(usual | settings))
    return replace(made, keeping=Keeping(seconds=0.0))
