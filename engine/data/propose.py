"""Proposes a recipe for a profiled data set: which column to predict, and how to prepare the others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.data.choices import TARGET_KINDS, Kind
from engine.data.column import Column
from engine.data.gathered import PART
from engine.data.kinds import pattern_of
from engine.data.recipe import Recipe, Split
from engine.data.strays import Strays
from engine.problems import Problem

TARGETS = (
    "target", "label", "class", "y", "outcome", "diagnosis", "species", "survived", "churn",
    "saleprice", "medv", "median_house_value",
)  # fmt: skip
CLASS_NAMES = {"target", "label", "class", "y", "outcome", "species", "category", "type", "result", "digit"}
PROSE = 6  # words of a value, on average, from which a column is text
LEAST = 3  # rows of a class, so that each part can have one
MOST_TOP = 10  # different dates from which they are taken as dates
FEW, MOST = 50, 256  # categories that are one-hot encoded: always up to FEW, up to MOST where they repeat
IDENTIFIER = re.compile(r"(^|[\s_.-])(?i:id|pid|uuid|guid|index|row|number|no|nr|order|key)$|[a-z](Id|ID)$|^Unnamed")


def propose(profile: Mapping[str, Any]) -> tuple[Recipe, list[Problem]]:
    """A recipe for the profile (`kind`, `rows`, `columns`, and `image` for pictures), and what it leaves out."""
    if profile["kind"] == "images":
        label = profile["columns"][1]
        return _for_images(profile), _rare(label) if label["distinct"] > 1 else [_one_class(label, profile["rows"])]
    remarks: list[Problem] = []
    columns: dict[str, Column] = {}
    for column in profile["columns"]:
        reason = _unusable(column, profile["rows"])
        if reason and column.get("strays"):
            reason = _astray(Strays(**column["strays"]))
        role = "ignore" if reason else "feature"
        columns[column["name"]] = Column(role=role, kind=_kind(column), loose=_is_amount(column))
        if reason:
            remarks.append(_remark(column["name"], reason))
    target = _target(profile["columns"], columns)
    split = Split()
    if target is not None:
        kind = _target_kind(target)
        columns[target["name"]] = Column(role="target", kind=kind, loose=kind == "number" and _is_amount(target))
        if columns[target["name"]].kind == "category":
            columns[target["name"]].minimum_count = _least(target)
            split = Split(method="stratified" if _lasting(target) else "random")
            remarks += _rare(target)
        if by_part := _split_by_part(profile, target["missing"], split):
            split = by_part
            columns[PART] = Column(role="ignore", kind="category")
    recipe = Recipe(kind="table", columns=columns, inputs={"features": []}, split=split)
    return recipe, remarks


def _for_images(profile: Mapping[str, Any]) -> Recipe:
    _, label, *others = profile["columns"]
    several = label["distinct"] > 1
    target = Column(role="target" if several else "ignore", kind="category", minimum_count=_least(label))
    columns = {"image": Column(kind="image"), "label": target}
    columns |= {column["name"]: Column(role="ignore", kind="category") for column in others}
    split = Split(method="stratified" if _lasting(label) else "random", train=0.8, validation=0.1, test=0.1)
    return Recipe(
        kind="images",
        columns=columns,
        inputs={"image": ["image"]},
        image=profile["image"],
        split=_split_by_part(profile, 0, split) or split,
    )


def _one_class(label: Mapping[str, Any], rows: int) -> Problem:
    message = f"All {rows:,} pictures are of one class, {label['top'][0][0]!r}, so there is nothing to tell apart."
    hint = "To learn classes, upload a folder of pictures for each, or a CSV file that names the class of each."
    return Problem("one_class", {"column": "label"}, message, hint)


def _lasting(target: Mapping[str, Any]) -> bool:
    """Whether two classes have a row for every part."""
    return sum(int(count) >= LEAST for _, count in target["top"]) >= 2


def _least(target: Mapping[str, Any]) -> int:
    """The least number of rows of a class that is learned; rarer ones cannot be in every part."""
    return LEAST if target["rarest"] < LEAST and _lasting(target) else 1


def _rare(target: Mapping[str, Any]) -> list[Problem]:
    if _least(target) == 1:
        return []
    message = f"Classes of {target['name']!r} with fewer than {LEAST} rows are left out: not every part could have one."
    hint = "Mend or merge them in the file if they matter."
    return [Problem("rare_classes_left_out", {"column": target["name"]}, message, hint)]


def _split_by_part(profile: Mapping[str, Any], unlabelled: int, other: Split) -> Split | None:
    """The split that the upload itself made, told by its column of parts; None where the test rows lack the target."""
    part = next((column for column in profile["columns"] if _tells_parts(column)), None)
    if part is None or unlabelled >= dict(part["top"])["test"]:
        return None
    return other.model_copy(update={"method": "column", "by": PART})


def _tells_parts(column: Mapping[str, Any]) -> bool:
    """Whether a column says for each row which part it is, as that of several files does."""
    return column["name"] == PART and {"train", "test"} <= set(dict(column["top"])) <= {"train", "validation", "test"}


def _is_amount(column: Mapping[str, Any]) -> bool:
    """Whether its texts are numbers with a currency or unit, such as 1.125,76 €."""
    return bool(column.get("amounts"))


def _kind(column: Mapping[str, Any]) -> Kind:
    if column["type"] != "text" or _is_amount(column):
        return "number"
    return "text" if _prose(column) else "date" if _dates(column) else "category"


def _dates(column: Mapping[str, Any]) -> bool:
    """Whether the values are dates, and not so few that they are better told apart one by one."""
    seen = [str(value) for value in (*column["examples"], *(value for value, _ in column["top"]))]
    return column["distinct"] > MOST_TOP and pattern_of(seen) is not None


def _prose(column: Mapping[str, Any]) -> bool:
    """Whether the values are sentences, to be learned from word by word."""
    seen = [str(value) for value in (*column["examples"], *(value for value, _ in column["top"]))]
    return column["distinct"] > FEW and sum(len(text.split()) for text in seen) >= PROSE * len(seen)


def _unusable(column: Mapping[str, Any], rows: int) -> str | None:
    """Why a column is left out of the features, or None."""
    distinct, present = column["distinct"], rows - column["missing"]
    named = IDENTIFIER.search(column["name"]) is not None
    if distinct <= 1:
        return "it is empty" if distinct == 0 else "it has the same value in every row"
    if present < 0.05 * rows:
        return f"it is empty in {rows - present:,} of {rows:,} rows"
    if distinct == present and named and column["type"] != "float":
        return "it looks like an identifier, different in every row"
    if column["type"] != "text" or _prose(column) or _is_amount(column):
        return None
    if ((distinct == present and present > 10) or distinct > FEW) and _dates(column):
        return "it holds dates, which can order the rows or be taken apart into month, weekday and hour"
    if distinct == present and present > 10:
        return "it is text that differs in every row"
    if distinct > FEW and (distinct > MOST or distinct >= 0.05 * rows):
        return f"it is text with {distinct:,} different values"
    return None


def _astray(found: Strays) -> str:
    """Why a column of numbers and a few texts is left out: the texts."""
    return f"{found.numbers:,} of its {found.total:,} values are numbers; {found.named}"


def _target(profiled: list[dict[str, Any]], columns: Mapping[str, Column]) -> dict[str, Any] | None:
    """The column that is named like a target, else the last that can be one, best without gaps."""
    features = [one for one in profiled if columns[one["name"]].role == "feature" and not _tells_parts(one)]
    able = [one for one in features if columns[one["name"]].kind in TARGET_KINDS]
    for name in TARGETS:
        for column in able:
            if column["name"].casefold() == name:
                return column
    whole = [column for column in able if column["missing"] == 0]
    return next(reversed(whole or able), None)


def _target_kind(column: Mapping[str, Any]) -> Kind:
    if _is_amount(column) and column["distinct"] > 2:
        return "number"
    if column["type"] == "text" or column["distinct"] <= 2:
        return "category"
    classes = column["type"] == "integer" and column["distinct"] <= 10
    return "category" if classes and column["name"].casefold() in CLASS_NAMES else "number"


def _remark(name: str, reason: str) -> Problem:
    message = f"The column {name!r} is left out: {reason}."
    return Problem("column_ignored", {"column": name}, message, "Give it a role on the Data page to use it.")
