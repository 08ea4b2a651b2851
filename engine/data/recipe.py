"""The recipe: which columns go in, which come out, how they are prepared and how the rows are split."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Role = Literal["feature", "target", "ignore"]
Kind = Literal["number", "category", "image"]
Fill = Literal["median", "mean", "most_frequent", "zero", "drop", "own_category"]
Encode = Literal["none", "one_hot", "index"]
Scale = Literal["none", "standard", "minmax"]

# What each kind of column can take; the first of each is what it gets when nothing fitting is said.
FILLS: dict[str, tuple[Fill, ...]] = {
    "number": ("median", "mean", "most_frequent", "zero", "drop"),
    "category": ("own_category", "most_frequent", "drop"),
    "image": ("drop",),
}
ENCODES: dict[str, tuple[Encode, ...]] = {
    "number": ("none",),
    "category": ("one_hot", "index"),
    "image": ("none",),
}
SCALES: dict[str, tuple[Scale, ...]] = {
    "number": ("standard", "minmax", "none"),
    "category": ("none",),
    "image": ("minmax", "none"),
}


class Document(BaseModel):
    """A part of the recipe: unknown fields are refused, so that a typing error never passes silently."""

    model_config = ConfigDict(extra="forbid")


class Column(Document):
    """What one column is for and how it is prepared.

    Changing `kind` alone is enough: a `fill`, `encode` or `scale` that is left out, or that the kind cannot
    take (`FILLS`, `ENCODES`, `SCALES`), becomes the kind's first one. An image by `minmax` runs 0 to 1.
    """

    role: Role = "feature"
    kind: Kind
    fill: Fill = "median"
    encode: Encode = "none"
    scale: Scale = "none"

    @model_validator(mode="after")
    def _suit_the_kind(self) -> Column:
        given = self.model_fields_set
        if "fill" not in given or self.fill not in FILLS[self.kind]:
            self.fill = FILLS[self.kind][0]
        if "encode" not in given or self.encode not in ENCODES[self.kind]:
            self.encode = ENCODES[self.kind][0]
        if "scale" not in given or self.scale not in SCALES[self.kind]:
            self.scale = SCALES[self.kind][0]
        return self


class ImageSize(Document):
    """The one size all pictures of a data set are stored in; 1 channel is grey, 3 are red, green, blue."""

    height: int = Field(ge=1, le=1024)
    width: int = Field(ge=1, le=1024)
    channels: Literal[1, 3]


class Split(Document):
    """How the rows are dealt to training, validation and test; the shares must sum to 1 when it is used."""

    method: Literal["random", "stratified"] = "random"
    train: float = Field(0.7, ge=0, le=1)
    validation: float = Field(0.15, ge=0, le=1)
    test: float = Field(0.15, ge=0, le=1)
    seed: int = Field(0, ge=0, le=2**32 - 1)


class Recipe(Document):
    """The preparation as the user decides it; what is fitted from it is the preparation document.

    `inputs` names the arrays a graph can take in and the columns in each. Roles lead: a column that is no
    feature leaves its inputs, a feature in no input joins the first that suits it, and a category encoded as
    index, which cannot stand beside other columns, moves to an input of its own name.
    """

    format: Literal[1] = 1
    kind: Literal["table", "images"]
    columns: dict[str, Column]
    inputs: dict[str, list[str]] = Field(default_factory=dict)
    image: ImageSize | None = None
    split: Split = Field(default_factory=Split)

    @model_validator(mode="after")
    def _agree(self) -> Recipe:
        _check_names(self)
        _check_images(self)
        self.inputs = _arranged(self)
        return self

    def features(self) -> list[str]:
        """The names of the columns that go in, in the order of the recipe."""
        return [name for name, column in self.columns.items() if column.role == "feature"]

    def targets(self) -> list[str]:
        """The names of the columns to predict, in the order of the recipe."""
        return [name for name, column in self.columns.items() if column.role == "target"]

    def document(self) -> dict[str, Any]:
        """The recipe as plain JSON."""
        return self.model_dump(mode="json")


def _check_names(recipe: Recipe) -> None:
    for name, columns in recipe.inputs.items():
        if not name.strip():
            raise ValueError("An input needs a name. Received: an empty name. Call it features, for example.")
        for column in columns:
            if column not in recipe.columns:
                raise ValueError(
                    f"Input {name!r} lists the column {column!r}, which the recipe does not have. "
                    f"Take it out of the input or add it to the columns."
                )


def _check_images(recipe: Recipe) -> None:
    pictures = [name for name, column in recipe.columns.items() if column.kind == "image"]
    if recipe.kind == "table" and pictures:
        raise ValueError(
            f"A table has no image columns. Received: {pictures[0]!r} of kind image. Make it a number or a category."
        )
    if recipe.kind == "images" and recipe.image is None:
        raise ValueError("A recipe for images needs their size. Received: image=null. Give height, width, channels.")
    if recipe.kind == "table" and recipe.image is not None:
        raise ValueError("A recipe for a table has no image size. Received: image. Set image to null.")
    for name in pictures:
        if recipe.columns[name].role == "target":
            raise ValueError(f"A picture cannot be a target. Received: {name!r} as target. Make it a feature.")


def _alone(column: Column) -> bool:
    """Whether a column cannot share an input with ordinary ones: indices are integers, pictures arrays."""
    return column.encode == "index" or column.kind == "image"


def _arranged(recipe: Recipe) -> dict[str, list[str]]:
    features = recipe.features()
    inputs: dict[str, list[str]] = {}
    for name, columns in recipe.inputs.items():
        kept = [column for column in dict.fromkeys(columns) if column in features]
        plain = [column for column in kept if not _alone(recipe.columns[column])]
        pictures = [column for column in kept if recipe.columns[column].kind == "image"]
        kept = plain or pictures[:1] or kept
        if kept:
            inputs[name] = kept
    placed = {column for columns in inputs.values() for column in columns}
    for column in features:
        if column not in placed:
            _place(recipe, inputs, column)
    return inputs


def _place(recipe: Recipe, inputs: dict[str, list[str]], column: str) -> None:
    if not _alone(recipe.columns[column]):
        for columns in inputs.values():
            if not _alone(recipe.columns[columns[0]]):
                columns.append(column)
                return
    name = column if _alone(recipe.columns[column]) else "features"
    while name in inputs:
        name += "_"
    inputs[name] = [column]
