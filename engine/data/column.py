"""What one column of a recipe is for and how it is prepared."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.data.choices import (
    CUT_WORDS,
    DIFFERENCE_WORDS,
    ENCODES,
    FILLS,
    SCALES,
    TARGET_SCALES,
    Case,
    Cut,
    Difference,
    Encode,
    Fill,
    Kind,
    Part,
    Role,
    Scale,
    column_schema,
)


class Document(BaseModel):
    """A part of the recipe: unknown fields are refused, so that a typing error never passes silently."""

    model_config = ConfigDict(extra="forbid")


class Column(Document):
    """What one column is for and how it is prepared.

    Changing `kind` alone is enough: a `fill`, `encode` or `scale` that is left out, or that the kind cannot
    take, becomes the kind's first one. An image by `minmax` runs 0 to 1, by `symmetric` -1 to 1. Options that the
    chosen encoding has no use for are kept and change nothing.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra=column_schema)

    role: Role = "feature"
    kind: Kind
    fill: Fill = "median"
    encode: Encode = "none"
    scale: Scale = "none"
    formula: str | None = Field(
        None,
        max_length=500,
        title="Formula",
        description="Makes the column out of others, as `price` / area, log(price) or where(age > 60, 1, 0).",
    )
    fill_value: float | str | None = Field(
        None,
        title="Value for gaps",
        description="What stands in for a missing value, where gaps get a value.",
    )
    indicator: bool = Field(
        False, title="Mark the gaps", description="Adds a column that is 1 where the value was missing."
    )
    clip: float | None = Field(
        None,
        ge=0,
        le=0.25,
        title="Clip outliers",
        description="The share of the training rows, at each end, whose values are pulled in; 0.01 is 1 %.",
    )
    loose: bool = Field(
        False,
        title="Numbers in text",
        description="Reads $1,200 or 45 % as numbers; what still holds no number counts as missing.",
    )
    case: Case = Field("keep", title="Letters", description="Whether Yes and YES are the same.")
    strip: str = Field(
        "",
        max_length=20,
        title="Signs to cut off",
        description="Signs that do not count at the start or end of a value; a full stop makes >50K. and >50K one.",
    )
    minimum_count: int = Field(
        1,
        ge=1,
        title="Least rows",
        description="Values in fewer training rows become one, other; of a target, such rows are left out.",
    )
    size: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        title="At most",
        description="How many categories, words or buckets are kept; the most frequent ones are.",
    )
    positive: str | None = Field(
        None,
        max_length=1000,
        title="Positive class",
        description="Of a target of two classes the one that precision, recall and F1 are about, and whose probability "
        "an output of one value gives; unless told it is the second in the order of the alphabet.",
    )
    separator: str | None = Field(
        None,
        min_length=1,
        max_length=5,
        title="Sign between tags",
        description="What stands between the tags of a row, as in red;blue. Left empty it is found out.",
    )
    length: int | None = Field(
        None, ge=1, le=5000, title="Words per text", description="Longer texts are cut, shorter ones padded in front."
    )
    bins: int = Field(5, ge=2, le=200, title="Bins", description="In how many stretches the numbers are cut.")
    cut: Cut = Field("quantile", title="Cut", json_schema_extra={"x-words": CUT_WORDS})
    edges: list[float] | None = Field(
        None,
        min_length=1,
        max_length=200,
        title="Edges",
        description="Where one bin ends and the next begins, as 18, 40, 65; instead of a number of bins.",
    )
    parts: list[Part] | None = Field(
        None, title="Parts of the date", description="Those that vary in the training rows when none are named."
    )
    difference: Difference = Field(
        "none",
        title="What counts",
        description="Of a series: the value itself, or its change since the row before.",
        json_schema_extra={"x-words": DIFFERENCE_WORDS},
    )

    ahead: bool = Field(
        False,
        title="Known ahead",
        description="Of a series: the value at the time to be predicted is known beforehand, and goes in as well.",
    )

    @model_validator(mode="after")
    def _suit_the_kind(self) -> Column:
        given = self.model_fields_set
        if "fill" not in given or self.fill not in FILLS[self.kind]:
            self.fill = FILLS[self.kind][0]
        if "encode" not in given or self.encode not in ENCODES[self.kind]:
            self.encode = ENCODES[self.kind][0]
        if "scale" not in given or self.scale not in SCALES[self.kind]:
            self.scale = SCALES[self.kind][0]
        if self.formula is not None:
            _check_formula(self)
        if self.role == "target" and self.kind == "number" and self.scale not in TARGET_SCALES:
            self.scale = TARGET_SCALES[0]
        return self


def _check_formula(column: Column) -> None:
    if column.role not in ("feature", "target", "ignore") or column.kind not in ("number", "category"):
        raise ValueError(
            f"A formula makes a feature or target, a number or category. Received: a {column.kind} as {column.role}. "
            f"Change its role or kind."
        )
