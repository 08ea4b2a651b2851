"""Why a trainer ended without a last word, in words for the person who started it."""

import signal
from pathlib import Path

from engine import Problem
from webapp.runs.launchers import Exit

TRY_SMALLER = "Most often memory ran out. Try a smaller batch size or a smaller network."
SEE_LOG = "Start the run again. If it ends the same way, whoever runs the server finds details in the run's log."

CANNOT_BE_FOLLOWED = Problem(
    "run_cannot_be_followed",
    {},
    "An error inside Netloom ended this run.",
    "Start it again. The server's log says more.",
)


def cause_of(exit: Exit) -> Problem:
    """The problem that stands in the terminal event which the supervisor writes."""
    if exit.code is None:
        return Problem(
            "trainer_lost", {}, "The training process ended without a result while nobody watched.", TRY_SMALLER
        )
    if exit.code == -signal.SIGKILL:
        return Problem("trainer_killed", {}, "The training process was killed by the system.", TRY_SMALLER)
    if exit.code < 0:
        return Problem("trainer_killed", {}, f"The training process was ended by {signal_name(-exit.code)}.", SEE_LOG)
    if exit.code > 0:
        return Problem("trainer_crashed", {}, f"The training process ended early, with code {exit.code}.", SEE_LOG)
    return Problem("trainer_crashed", {}, "The training process ended without a result.", SEE_LOG)


def did_not_stop(seconds: float) -> Problem:
    return Problem(
        "trainer_did_not_stop",
        {},
        f"The training did not stop within {seconds:.0f} seconds and was ended. No model was kept.",
        "Start the run again, and let it train for at least one epoch before you stop it.",
    )


def did_not_start(error: OSError) -> Problem:
    reason = error.strerror or "unknown reason"
    return Problem("trainer_did_not_start", {}, f"The training process could not be started: {reason}.", SEE_LOG)


def signal_name(number: int) -> str:
    try:
        return f"the signal {signal.Signals(number).name}"
    except ValueError:
        return f"signal {number}"


def last_words(folder: Path, limit: int = 4000) -> str:
    """The last line of a trainer's log; it is for the server's log, not for users."""
    try:
        with (folder / "trainer.log").open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - limit))
            lines = log.read().decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""
