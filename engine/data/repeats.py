"""Rows that repeat: which are equal, and what becomes of the targets of rows with equal features."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.data.choices import Duplicates
from engine.data.columns import Numbers

if TYPE_CHECKING:
    import polars as pl


def groups(frame: pl.DataFrame) -> np.ndarray:
    """Which rows are equal in all columns: (rows,) numbers, the same for equal rows."""
    return np.unique(frame.hash_rows(seed=0).to_numpy(), return_inverse=True)[1]


def firsts(group: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Which rows are the first usable one of their group, (rows,) bool."""
    rows = np.flatnonzero(usable)
    first = np.zeros(len(group), bool)
    first[rows[np.unique(group[rows], return_index=True)[1]]] = True
    return first


def taken_together(target: Numbers, group: np.ndarray, how: Duplicates) -> Numbers:
    """The target of each row as that of its whole group: the sum or mean of the values there are, or the row count."""
    present = ~target.missing
    rows = np.bincount(group, present)
    if how == "count":
        return replace(target, values=rows[group])
    total = np.bincount(group, np.where(present, target.values, 0.0))
    value = total / np.maximum(rows, 1) if how == "mean" else total
    return replace(target, values=np.where(rows > 0, value, np.nan)[group])
