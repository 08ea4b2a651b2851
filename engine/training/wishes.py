"""Wishes: heeds what people want of a training that goes on, other settings from here on, or a pause."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from engine.training.control import Control, Numbered
from engine.training.events import Event, event

if TYPE_CHECKING:
    from engine.training.loop import Trainer

NOT_PAUSED = "The run could not be paused, as no checkpoint could be written. Training goes on."


class Wishes:
    """What is wanted of one trainer."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._cannot_pause = False

    def heed(self, control: Control, step: int) -> Iterator[Event]:
        """Makes the changes that are wanted by now, from a step on; those of an earlier life at their own step."""
        past = self._trainer.past.changes
        made = {change["number"] for change in self._trainer.outcome.changes}
        early = [given for at, given in past.values() if at <= step and given.number not in made]
        known = made | past.keys()
        for given in [*early, *(given for given in control.changes() if given.number not in known)]:
            yield self._changed(given, step)

    def may_pause(self, control: Control) -> bool:
        """Whether a pause is wanted that has not failed before."""
        pausing = control.pausing()
        self._cannot_pause = self._cannot_pause and pausing
        return pausing and not self._cannot_pause

    def pause(self, control: Control) -> Generator[Event, None, bool]:
        """Ends with the checkpoint just written; where there is none, the training goes on. Says which.

        Who has asked to stop meanwhile does not want to go on some other time, nor who takes the pause back.
        """
        trainer = self._trainer
        if control.stopping() or not control.pausing():
            return False
        trainer.paused = trainer.keeper.checkpoints is not None and not trainer.keeper.failed
        if not trainer.paused:
            self._cannot_pause = True
            yield event("log", message=NOT_PAUSED, step=trainer.pulse.done, not_paused=True)
        return trainer.paused

    def _changed(self, given: Numbered, step: int) -> Event:
        wanted = given.change.wanted()
        self._trainer.change(**wanted)
        self._trainer.outcome.changes.append({"number": given.number, "step": step, **wanted})
        words = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in wanted.items())
        message = f"Changed while training, from step {step + 1:,} on: {words}."
        return event("log", message=message, step=step, change=given.number, settings=wanted)
