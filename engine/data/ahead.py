"""What lies ahead of the windows of a series: when it happens, and what there is to guess it by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.columns import Numbers
from engine.data.series import SeriesSource


@dataclass(frozen=True)
class Ahead:
    """Of each window of one part (n): what is predicted of it, and where it stands now."""

    moments: np.ndarray  # (n,) the time of what is predicted: seconds since 1970, or the number that orders the rows
    series: np.ndarray  # (n,) which of `names` it belongs to
    names: tuple[str, ...]  # of the series; one without a name where there is only one
    present: Mapping[str, np.ndarray]  # per number target (n, 1) the last value known of it, NaN if there is none


def ahead_of(windows: SeriesSource, preparation: Mapping[str, Any]) -> dict[str, Ahead]:
    """What lies ahead of the windows of each part."""
    group, rows = windows.group, windows.order.rows
    numbers = [name for name in preparation["targets"] if isinstance(windows.source.columns.get(name), Numbers)]
    known = {name: last_known(np.asarray(windows.raw[name], float)[rows], windows.order.first) for name in numbers}
    found = {}
    for part, (ends, ahead) in windows.windows.items():
        codes = np.zeros(len(ahead), np.int64) if group is None else group.codes[rows[ahead]]
        present = {name: known[name][ends][:, None] for name in numbers}
        names = ("",) if group is None else tuple(map(str, group.names))
        found[part] = Ahead(windows.moments[rows[ahead]], codes, names, present)
    return found


def last_known(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Values (n,) in the order of time; where one is missing (NaN), the one before it in its series.

    `first` (n,) is the place at which the series of each begins.
    """
    known = np.maximum.accumulate(np.where(np.isnan(values), -1, np.arange(len(values))))
    return np.where(known >= first, values[np.maximum(known, 0)], np.nan)
