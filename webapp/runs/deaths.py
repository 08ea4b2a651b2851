"""Why a trainer ended without a last word, in words for the person who started it."""

import errno
import json
import signal
from pathlib import Path

import psutil

from engine import ExitStatus, Problem, is_limited, memory_kills
from webapp.exceptions import disk_full
from webapp.processes import CLOCK_SECONDS
from webapp.runs.launchers import Exit, Note

TRY_SMALLER = "Most often memory ran out. Try a smaller batch size or a smaller network."
MAKE_SMALLER = "Try a smaller batch size or a smaller network, or train when less else runs on this machine."
SEE_LOG = "Start the run again. If it ends the same way, whoever runs the server finds details in the run's log."

SIGNS = ("bad_alloc", "out of memory", "cannot allocate", "unable to allocate", "memory allocation of", "memoryerror")
"""What libraries say with their last breath where there is no memory."""

LAST_LINES = 5
CRASHES = (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS)

CANNOT_BE_FOLLOWED = Problem(
    "run_cannot_be_followed",
    {},
    "An error inside Netloom ended this run.",
    "Continue it from its last checkpoint, or start it again. The server's log says more.",
)


def cause_of(exit: Exit, tries: int, folder: Path) -> Problem:
    """The problem that stands in the terminal event which the supervisor writes after so many tries."""
    words = what_happened(exit, folder)
    if tries > 1:
        words += f" {tries} tries in a row got no further."
    if exit.code == ExitStatus.UNTOLD or (exit.error is not None and exit.error.errno == errno.ENOSPC):
        return Problem("disk_full", {}, words, disk_full().problem.hint)
    if exit.error is not None:
        return Problem("trainer_did_not_start", {}, words, SEE_LOG)
    if ran_out_of_memory(exit, folder):
        return Problem("out_of_memory", {"field": "batch_size"}, words, MAKE_SMALLER)
    if exit.code is None:
        return Problem("trainer_lost", {}, words, TRY_SMALLER)
    if exit.code == -signal.SIGKILL:
        return Problem("trainer_killed", {}, words, TRY_SMALLER)
    return Problem("trainer_killed" if exit.code < 0 else "trainer_crashed", {}, words, SEE_LOG)


def what_happened(exit: Exit, folder: Path) -> str:
    """How a trainer ended, in a sentence."""
    if exit.error is not None:
        return could_not_start(exit.error)
    if exit.code == ExitStatus.UNTOLD:
        return "The disk of the server was full, so the training process could not go on."
    if exit.code == ExitStatus.INTERRUPTED:
        return "The training process was told to go by the system."
    if lacked_memory(exit, folder):
        return "The training process was ended because memory ran out."
    if exit.code is None:
        return "The training process ended without a result while nobody watched."
    if exit.code == -signal.SIGKILL:
        return "The training process was killed by the system."
    if exit.code < 0:
        likely = ", most likely because memory ran out" if crashed_under_limit(exit) else ""
        return f"The training process was ended by {signal_name(-exit.code)}{likely}."
    if exit.code > 0:
        return f"The training process ended early, with code {exit.code}."
    return "The training process ended without a result."


def could_not_start(error: OSError) -> str:
    """Why there is no training process, in a sentence."""
    if error.errno == errno.ENOSPC:
        return "The disk of the server was full, so the training process could not be started."
    if error.errno in (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE):
        return "The server has too much to do at once, so the training process could not be started."
    return f"The training process could not be started: {error.strerror or 'unknown reason'}."


def ran_out_of_memory(exit: Exit, folder: Path) -> bool:
    """Whether a trainer died of it, for certain or most likely."""
    return lacked_memory(exit, folder) or crashed_under_limit(exit)


def lacked_memory(exit: Exit, folder: Path) -> bool:
    """Whether it is known that a trainer did: it says so itself, or the system has counted one more."""
    if exit.error is not None:
        return False
    if exit.code in (None, -signal.SIGKILL) and killed_for_memory(folder):
        return True
    broke_down = exit.code is None or exit.code in CRASHES or (exit.code > 0 and exit.code not in tuple(ExitStatus))
    if not broke_down:
        return False
    words = last_words(folder, lines=LAST_LINES, since=signed(folder).get("log")).lower()
    return any(sign in words for sign in SIGNS)


def crashed_under_limit(exit: Exit) -> bool:
    """Whether a trainer may have died of it: under a limit of their own, libraries often crash without a word."""
    return exit.code in CRASHES and is_limited()


def killed_for_memory(folder: Path) -> bool:
    """Whether the system has ended a process for want of memory since the trainer of a folder began."""
    now, note = memory_kills(), signed(folder)
    before, boot = note.get("memory_kills"), note.get("boot")
    if now is None or before is None or boot is None:
        return False
    return bool(abs(psutil.boot_time() - boot) < CLOCK_SECONDS and now > before)  # a machine counts from its start


def signed(folder: Path) -> Note:
    """What the last trainer of a folder wrote when it began; empty where none did."""
    try:
        note = json.loads((folder / "lock").read_text())
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def did_not_stop(seconds: float, kept: bool) -> Problem:
    """`kept` says whether the run has a checkpoint to go on from."""
    again = "Start the run again, and let it train for at least one epoch before you stop it."
    return Problem(
        "trainer_did_not_stop",
        {},
        f"The training did not stop within {seconds:.0f} seconds and was ended. No model was kept.",
        "Continue the run from its last checkpoint." if kept else again,
    )


def signal_name(number: int) -> str:
    try:
        return f"the signal {signal.Signals(number).name}"
    except ValueError:
        return f"signal {number}"


def last_words(folder: Path, limit: int = 4000, lines: int = 1, since: int | None = None) -> str:
    """The end of a trainer's log, from a byte on; it is for the server's log, not for users."""
    try:
        with (folder / "trainer.log").open("rb") as log:
            size = log.seek(0, 2)
            first = since if since is not None and since <= size else 0  # it may have been cut
            log.seek(max(first, size - limit))
            said = log.read().decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return "\n".join(said[-lines:])
