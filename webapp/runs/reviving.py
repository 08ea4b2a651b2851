"""What becomes of a run whose trainer is gone without a last word: it goes on from its last checkpoint."""

from django.db import transaction
from django.utils import timezone

from webapp.runs import deaths
from webapp.runs.launchers import Exit
from webapp.runs.models import TRIES, Run
from webapp.runs.services import end_run, record_events, stamp
from webapp.runs.steering import enter_phase, locked


def revive(*, run: Run, exit: Exit, killed: float | None) -> Run:
    """Counts the death and says what follows: another try (still running), a pause that was wanted, or the end.

    `killed` is after how many seconds the supervisor itself ended a trainer that did not stop.
    """
    with transaction.atomic():
        run = locked(run)
        reached = how_far(run)
        further = reached > run.reached and run.stop_requested is None  # one that is to stop has not to get further
        run.deaths, run.reached = 1 if further else run.deaths + 1, reached
        run.trainer = None
        run.save(update_fields=["deaths", "reached", "trainer"])
        if run.pause_requested is not None:
            return enter_phase(run, "paused")  # what the checkpoint lacks is trained again
        if run.deaths == TRIES and not killed and deaths.ran_out_of_memory(exit, run.folder):
            return record_events(run=run, events=[note(run, exit, "What would fit is looked for.")])
        kept = "checkpoint" in run.progress
        if run.deaths >= TRIES or (killed and not kept):
            problem = deaths.did_not_stop(killed, kept) if killed else deaths.cause_of(exit, run.deaths, run.folder)
            return end_run(run=run, problem=problem)
        return record_events(run=run, events=[note(run, exit, next_try(run))])


def go_on(*, run: Run) -> Run:
    """Says that a run waits again which has paused although that was no longer wanted."""
    with transaction.atomic():
        run = locked(run)
        waits = run.state == Run.State.QUEUED and run.progress.get("phase") == "paused"
        return enter_phase(run, "queued") if waits else run


def how_far(run: Run) -> int:
    """Grows with every step that is told, and with every step that a checkpoint keeps."""
    return (run.progress.get("step") or 0) + (run.progress.get("checkpoint", {}).get("step") or 0)


def next_try(run: Run) -> str:
    again = f" Try {run.deaths + 1} of {TRIES}." if run.deaths > 1 else ""
    return f"It is started again and goes on from the last checkpoint.{again}"


def note(run: Run, exit: Exit, next: str) -> dict[str, object]:
    message = f"{deaths.what_happened(exit, run.folder)} {next}"
    return {"seq": run.last_seq + 1, "time": stamp(timezone.now()), "type": "log", "message": message}
