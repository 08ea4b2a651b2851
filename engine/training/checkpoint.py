"""Checkpoints: files from which a training goes on exactly, written whole or not at all, and bounded in number."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

if TYPE_CHECKING:  # the web process only lists checkpoints, and starts sooner without
    import numpy as np

FOLDER = "checkpoints"
SUFFIX, PARTIAL = ".safetensors", ".partial"
FORMAT = 1
NEWEST = 2
"""How many of the newest are kept while a run trains: should the last be damaged, there is one before it."""

Tensors = dict[str, "np.ndarray"]
DOCUMENT, SUMMARY = "document", "summary"


@dataclass(frozen=True)
class Keeping:
    """How often checkpoints are written, and how many are kept."""

    seconds: float = 30.0
    """So much work is lost at the most when a trainer is killed."""
    epochs: int = 4
    """How many ends of epochs are kept besides the newest and the best, spread out over the run."""
    bytes: int = 2 * 10**9
    """What all checkpoints of a run may take together; the newest and the best are kept whatever their size."""
    ended_bytes: int = 200 * 10**6
    """The same of a run that has ended."""

    def most(self, one: int) -> int:
        """Bytes that the checkpoints of a run take at the most, where each takes `one`."""
        return max(2 * one, min(self.bytes, one * (NEWEST + self.epochs + 1)))


@dataclass(frozen=True)
class Checkpoint:
    """One that lies in a folder: its path, and what is told of it."""

    path: Path
    summary: dict[str, Any]

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(SUFFIX)

    def document(self) -> dict[str, Any]:
        """What a list of checkpoints shows."""
        return {"name": self.name, "bytes": self.path.stat().st_size, **self.summary}

    def read(self) -> tuple[Tensors, dict[str, Any]]:
        """Its arrays and its document. Raises OSError where it is damaged."""
        try:
            with safe_open(self.path, framework="numpy") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except SafetensorError as error:
            raise OSError(errno.EIO, f"{self.name} cannot be read: {error}") from error
        return tensors, json.loads(tensors.pop(DOCUMENT).tobytes())


class Checkpoints:
    """The checkpoints of one run."""

    def __init__(self, folder: Path, keeping: Keeping | None = None) -> None:
        """`folder` is the run's."""
        self.folder, self.keeping = folder / FOLDER, keeping or Keeping()

    def write(self, step: int, tensors: Tensors, document: Mapping[str, Any], summary: Mapping[str, Any]) -> Checkpoint:
        """Adds one and removes those that are not kept. Raises OSError; then all is as it was."""
        import numpy as np
        from safetensors.numpy import save_file

        self.folder.mkdir(exist_ok=True)
        path = self.folder / f"step-{step:09d}{SUFFIX}"
        partial = path.with_suffix(PARTIAL)
        text = np.frombuffer(json.dumps(document).encode(), np.uint8)
        try:
            save_file({**tensors, DOCUMENT: text}, partial, {SUMMARY: json.dumps({"format": FORMAT, **summary})})
            _settle(partial)
            os.replace(partial, path)
            _settle(self.folder)
        except (OSError, SafetensorError) as error:
            partial.unlink(missing_ok=True)
            raise _system_error(error) from error
        self._prune()
        return Checkpoint(path, dict(summary))

    def listed(self) -> list[Checkpoint]:
        """All that can be used, the earliest first."""
        found = ((path, summary_of(path)) for path in self.folder.glob(f"*{SUFFIX}"))
        every = [Checkpoint(path, summary) for path, summary in found if summary is not None]
        return sorted(every, key=lambda one: (len(one.name), one.name))  # by the step, however many digits it has

    def clear(self) -> None:
        """Removes all, for a run that begins anew."""
        for path in self.folder.glob("*"):
            path.unlink()

    def conclude(self) -> None:
        """Keeps what a run that has ended leaves for new ones: its newest, its best, and others from all over it."""
        every = self.listed()
        _remove(every, _spread(every, _always(every), self.keeping.epochs, self.keeping.ended_bytes))

    def _prune(self) -> None:
        for partial in self.folder.glob(f"*{PARTIAL}"):  # of a trainer that was killed while it wrote
            partial.unlink()
        every, room = self.listed(), self.keeping.bytes
        always = _always(every)
        kept = _spread(every, [*every[-NEWEST:], *always], self.keeping.epochs, room)
        _remove(every, kept if _size(kept) <= room else always)


def summary_of(path: Path) -> dict[str, Any] | None:
    """What a file tells of itself, without reading its arrays; None for one that cannot be used."""
    try:
        with safe_open(path, framework="numpy") as file:
            summary: dict[str, Any] = json.loads((file.metadata() or {})[SUMMARY])
    except (OSError, SafetensorError, KeyError, ValueError):
        return None
    return summary if summary.get("format") == FORMAT else None


def _always(every: Sequence[Checkpoint]) -> list[Checkpoint]:
    """The newest and the best, which are kept whatever their size."""
    return [*every[-1:], *_best(every)]


def _remove(every: Sequence[Checkpoint], kept: Sequence[Checkpoint]) -> None:
    for one in every:
        if one not in kept:
            one.path.unlink()


def _spread(every: Sequence[Checkpoint], certain: Sequence[Checkpoint], most: int, room: int) -> list[Checkpoint]:
    """Those that are certain, and `most` others at the most, which are ends of epochs from all over the run.

    While there are too many, or they take more than `room` bytes together, the one goes whose neighbours are closest
    together. The beginning counts as a neighbour: a new run can begin there without a checkpoint.
    """
    ends = _ends(every)
    kept = [one for one in every if one in certain or one in ends]
    while others := [place for place, one in enumerate(kept) if one not in certain]:
        if len(others) <= most and _size(kept) <= room:
            break
        epochs = [0, *(one.summary["epoch"] for one in kept)]
        del kept[min(others, key=lambda place: epochs[place + 2] - epochs[place])]
    return kept


def _size(checkpoints: Sequence[Checkpoint]) -> int:
    """Bytes of all together."""
    return sum(one.path.stat().st_size for one in checkpoints)


def _ends(every: Sequence[Checkpoint]) -> list[Checkpoint]:
    """Those at ends of epochs, whose value is known."""
    return [one for one in every if one.summary.get("place") == 0 and one.summary.get("value") is not None]


def _best(every: Sequence[Checkpoint]) -> list[Checkpoint]:
    """The best of the ends of epochs; none where there is no end."""
    ends = _ends(every)
    sign = -1 if ends and ends[0].summary.get("better") == "higher" else 1
    return sorted(ends, key=lambda one: sign * one.summary["value"])[:1]


def _settle(path: Path) -> None:
    """Waits until the disk has it, so that a loss of power leaves no empty file under a good name."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _system_error(error: Exception) -> OSError:
    if isinstance(error, OSError):
        return error
    full = f"os error {errno.ENOSPC}" in str(error)
    return OSError(errno.ENOSPC if full else errno.EIO, str(error))
