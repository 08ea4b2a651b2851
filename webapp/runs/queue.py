"""Who trains and who waits, by one look at the table for all the runs that are told of."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.runs.models import Run


@dataclass(frozen=True)
class Queue:
    """The runs that wait and those that train, the oldest first."""

    waiting: list[Run]
    running: list[Run]

    @classmethod
    def look(cls) -> Queue:
        """As it is now; a run that was read earlier may have gone on since."""
        live = Run.objects.filter(state__in=[Run.State.QUEUED, Run.State.RUNNING]).select_related("project")
        runs = list(live.only("state", "owner", "number", "project__name").order_by("pk"))
        return cls(*([run for run in runs if run.state == state] for state in (Run.State.QUEUED, Run.State.RUNNING)))

    def position(self, run: Run) -> int:
        """1 for the waiting run that starts next."""
        return sum(one.pk <= run.pk for one in self.waiting)

    def before(self, run: Run) -> int:
        """How many runs train or wait before a waiting one."""
        return self.position(run) - 1 + len(self.running)

    def ahead(self, run: Run) -> Run | None:
        """The run of the same person whose end lets a waiting one go on first; None where there is none."""
        waiting, running = (
            [one for one in runs if one.owner_id == run.owner_id and one.pk != run.pk]  # it may train by now
            for runs in (self.waiting, self.running)
        )
        earlier = [one for one in waiting if one.pk < run.pk]
        return earlier[-1] if earlier else next(iter(running), None)
