"""How much each row counts in the loss, as a column of the data says."""

from __future__ import annotations

import numpy as np

from engine.data import table
from engine.data.column import Column
from engine.data.columns import Numbers
from engine.data.kinds import read_column
from engine.data.source import Parts, Source, refusal


def weights(source: Source, parts: Parts) -> dict[str, np.ndarray]:
    """Per part the weight of each row (n,) float32; empty where no column has the role of weight.

    A row that stands for others equal to it weighs as much as all of them.
    Raises Refusal for a column that holds no weights: numbers from 0 up, for every row that is used.
    """
    name = source.recipe.of_role("weight")
    if name is None:
        return {}
    if name not in [column["name"] for column in source.profile["columns"]]:
        message = f"The recipe names the column {name!r}, which the data set does not have."
        raise refusal("unknown_column", {"column": name}, message, "Ignore the column or remove it.")
    read = read_column(table.load(source.folder, [name])[name], Column(kind="number"), source.reading)
    assert isinstance(read, Numbers)
    found = {}
    for part, rows in parts.items():
        every = source.stood_for(rows)
        _check(name, part, every, read.values[every])
        weight = read.values[rows] if every is rows else _added_up(source.alike, read.values, every)[source.alike[rows]]
        found[part] = weight.astype(np.float32)
    return found


def _added_up(group: np.ndarray, given: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """What these rows weigh together, by the number of their group."""
    return np.bincount(group[rows], given[rows])


def _check(name: str, part: str, rows: np.ndarray, given: np.ndarray) -> None:
    """`rows` (n,) are numbers of rows in the data set, `given` (n,) their weights."""
    for wrong, what in ((np.isnan(given), "have none"), (np.isinf(given), "are infinite"), (given < 0, "are below 0")):
        if wrong.any():
            message = (
                f"The weights in {name!r} must be numbers from 0 up: {int(wrong.sum()):,} of the {part} rows {what}, "
                f"first in row {int(rows[wrong].min()) + 1:,}."
            )
            hint = "Mend the file, or ignore the column, so that all rows count the same."
            raise refusal("wrong_weights", {"column": name}, message, hint)
    if len(given) and not given.any():
        message = f"The weights in {name!r} are 0 in every {part} row, so none of them counts."
        hint = "Split the rows in another way, or ignore the column."
        raise refusal("wrong_weights", {"column": name}, message, hint)
