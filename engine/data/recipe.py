"""The recipe: which columns go in, which come out, how they are prepared and how the rows are split."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from engine.data.choices import (
    ALONE,
    DUPLICATE_WORDS,
    GAP_WORDS,
    SPLIT_WORDS,
    TARGET_KINDS,
    WORDS,
    Duplicates,
    Gaps,
    Role,
)
from engine.data.column import Column, Document


class ImageSize(Document):
    """The one size in which all pictures go in, whatever size they are stored in.

    1 channel is grey, 3 are red, green, blue.
    """

    height: int = Field(ge=1, le=1024, title="Height", description="Pixels.")
    width: int = Field(ge=1, le=1024, title="Width", description="Pixels.")
    channels: Literal[1, 3] = Field(title="Colours", json_schema_extra={"x-words": {"1": "Grey", "3": "Colour"}})


class Split(Document):
    """How the rows are dealt to training, validation and test; the shares must sum to 1 when it is used.

    `time` gives the oldest rows to training and the newest to test, `group` keeps all rows of a group together, and
    `column` takes the part of each row from the words train, validation and test in a column. `by` names the column
    that decides; left out, the one whose role is time or group does.

    With `folds` the rows that are no test rows are dealt to so many folds instead: the one called `fold`, from 1 on,
    validates, and the others train; by time, those before it. A run uses one fold; the test rows are the same in all.
    """

    method: Literal["random", "stratified", "time", "group", "column"] = Field(
        "random", json_schema_extra={"x-words": {**WORDS, **SPLIT_WORDS}}
    )
    train: float = Field(0.7, ge=0, le=1)
    validation: float = Field(0.15, ge=0, le=1)
    test: float = Field(0.15, ge=0, le=1)
    seed: int = Field(0, ge=0, le=2**32 - 1)
    by: str | None = None
    folds: int | None = Field(None, ge=2, le=50, title="Folds", description="For cross-validation; a run uses one.")
    fold: int = Field(1, ge=1, le=50, title="Fold that validates")

    @model_validator(mode="after")
    def _one_of_them(self) -> Split:
        if self.folds is not None and self.fold > self.folds:
            raise ValueError(
                f"There are {self.folds} folds. Received: fold {self.fold}. Choose one up to {self.folds}."
            )
        return self


class Series(Document):
    """How windows are cut out of rows ordered by time: the past that goes in, and what lies ahead to be predicted."""

    lookback: int = Field(24, ge=1, le=5000, title="Rows looked back", description="How many rows a window has.")
    horizon: int = Field(
        1, ge=1, le=5000, title="Rows ahead", description="How far after the window the predicted value lies."
    )
    stride: int = Field(1, ge=1, le=5000, title="Stride", description="How far apart windows of training begin.")
    gaps: Gaps = Field(
        "refuse",
        title="Missing times",
        description="What becomes of times without a row between others.",
        json_schema_extra={"x-words": GAP_WORDS},
    )
    target_past: bool = Field(
        True, title="Past of the target", description="Whether what is predicted is also looked back on."
    )


class Recipe(Document):
    """The preparation as the user decides it; what is fitted from it is the preparation document.

    `inputs` names the arrays a graph can take in and the columns in each, `outputs` those it answers for together;
    a target in none of them has an output of its own name. Roles lead: a column that is no feature leaves its inputs,
    one that is no target its output, a feature in no input joins the first that suits it, and a category encoded as
    index, which cannot stand beside other columns, moves to an input of its own name.
    """

    format: Literal[1] = 1
    kind: Literal["table", "images", "series", "interactions"]
    columns: dict[str, Column]
    inputs: dict[str, list[str]] = Field(default_factory=dict)
    outputs: dict[str, list[str]] = Field(
        default_factory=dict,
        description="Targets that one output answers for together, by the name of that output: numbers, or yes and no.",
    )
    image: ImageSize | None = None
    series: Series | None = None
    split: Split = Field(default_factory=Split)
    duplicates: Duplicates = Field(
        "keep",
        title="Rows that repeat",
        description="Of rows equal in all used columns one can be used; rows with equal features can become one.",
        json_schema_extra={"x-words": DUPLICATE_WORDS},
    )

    @model_validator(mode="before")
    @classmethod
    def _begin(cls, given: Any) -> Any:
        pairs = isinstance(given, dict) and given.get("kind") == "interactions"
        return _pairs(given) if pairs and isinstance(given.get("columns"), dict) else given

    @model_validator(mode="after")
    def _agree(self) -> Recipe:
        _check_names(self)
        _check_images(self)
        _check_targets(self)
        self.outputs = _together(self)
        _suit_series(self)
        _check_duplicates(self)
        _check_weight(self)
        self.inputs = _arranged(self)
        return self

    def features(self) -> list[str]:
        """The names of the columns that go in, in the order of the recipe."""
        return [name for name, column in self.columns.items() if column.role == "feature"]

    def entering(self) -> list[str]:
        """The names of the columns whose values go into the network; of a series also the past of the targets."""
        past = self.series is not None and self.series.target_past
        wanted = ("feature", "target") if past else ("feature",)
        return [name for name, column in self.columns.items() if column.role in wanted]

    def ahead(self) -> list[str]:
        """The features of a series whose values at the time to be predicted go in as well."""
        return [name for name in self.features() if self.kind == "series" and self.columns[name].ahead]

    def targets(self) -> list[str]:
        """The names of the columns to predict, in the order of the recipe."""
        return [name for name, column in self.columns.items() if column.role == "target"]

    def answers(self) -> dict[str, list[str]]:
        """The target columns of each output, in the order of the recipe."""
        home = {name: output for output, names in self.outputs.items() for name in names}
        answers: dict[str, list[str]] = {}
        for name in self.targets():
            answers.setdefault(home.get(name, name), []).append(name)
        return answers

    def of_role(self, role: Role) -> str | None:
        """The first column with this role, where there is one."""
        return next((name for name, column in self.columns.items() if column.role == role), None)

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
    if recipe.kind != "images" and pictures:
        raise ValueError(
            f"A table has no image columns. Received: {pictures[0]!r} of kind image. Make it a number or a category."
        )
    if recipe.kind == "images" and recipe.image is None:
        raise ValueError("A recipe for images needs their size. Received: image=null. Give height, width, channels.")
    if recipe.kind != "images" and recipe.image is not None:
        raise ValueError("A recipe for a table has no image size. Received: image. Set image to null.")
    for name in pictures:
        if recipe.columns[name].role == "target":
            raise ValueError(f"A picture cannot be a target. Received: {name!r} as target. Make it a feature.")


def _check_targets(recipe: Recipe) -> None:
    for name, column in recipe.columns.items():
        if column.role == "target" and column.kind not in (*TARGET_KINDS, "image"):
            raise ValueError(
                f"A target is a number, a category or tags. Received: {name!r}, a {column.kind}, as target. "
                f"Change its kind, or make it a feature."
            )


def _together(recipe: Recipe) -> dict[str, list[str]]:
    """The outputs with the columns that are targets; raises ValueError where they cannot be answered together."""
    targets, seen = set(recipe.targets()), set[str]()
    outputs = {output: [name for name in names if name in targets] for output, names in recipe.outputs.items()}
    for output, names in outputs.items():
        for name in names:
            if name in seen:
                raise ValueError(f"A target has one output. Received: {name!r} in two of them. Take it out of one.")
            seen.add(name)
        kinds = {recipe.columns[name].kind for name in names}
        if len(kinds) > 1 or "tags" in kinds:
            raise ValueError(
                f"One output answers for numbers, or for categories of two values. Received: {output!r} for "
                f"{', '.join(f'{name!r} ({recipe.columns[name].kind})' for name in names)}. Give each its own output."
            )
        changing = [name for name in names if recipe.columns[name].difference != "none"]
        if changing and recipe.kind == "series":
            raise ValueError(
                f"What is learned as a change has an output of its own. Received: {changing[0]!r} in {output!r}. "
                f"Learn its value instead, or take it out."
            )
    outputs = {output: names for output, names in outputs.items() if names}
    for output in outputs:
        if output in targets - seen:
            raise ValueError(f"Two outputs are called {output!r}. Rename the one that answers for several targets.")
    return outputs


def _suit_series(recipe: Recipe) -> None:
    """A series has its settings, and is split by time where nothing is said; others have none."""
    if recipe.kind != "series":
        if recipe.series is not None:
            raise ValueError(f"A recipe for {recipe.kind} has no series. Received: series. Set series to null.")
        return
    recipe.series = recipe.series or Series()
    if "split" not in recipe.model_fields_set:
        recipe.split.method = "time"
    for name in recipe.entering():
        if recipe.columns[name].encode in ALONE:
            raise ValueError(
                f"A series takes columns side by side. Received: {name!r} encoded as {recipe.columns[name].encode}. "
                f"Encode it as one-hot, or as word weights, or ignore it."
            )


def _pairs(document: dict[str, Any]) -> dict[str, Any]:
    """Of interactions, who and what meet are indices for Embedding layers, and each pair is one row."""
    columns = {
        name: {"encode": "index", **column} if isinstance(column, dict) and column.get("kind") == "category" else column
        for name, column in document["columns"].items()
    }
    return {"duplicates": "sum", **document, "columns": columns}


def _check_duplicates(recipe: Recipe) -> None:
    if recipe.duplicates == "similar" and recipe.kind != "images":
        raise ValueError("Only pictures are compared for likeness. Received: duplicates='similar'. Set it to drop.")
    if recipe.duplicates in ("sum", "mean", "count") and recipe.kind in ("images", "series"):
        raise ValueError(
            f"Rows of {recipe.kind} are not taken together. Received: duplicates={recipe.duplicates!r}. "
            f"Set duplicates to keep{' or drop' if recipe.kind == 'images' else ''}."
        )
    if recipe.duplicates == "drop" and recipe.kind == "series":
        raise ValueError(
            "A series needs every row: one left out would be a gap in it. Received: duplicates='drop'. "
            "Set duplicates to keep."
        )


def _check_weight(recipe: Recipe) -> None:
    names = [name for name, column in recipe.columns.items() if column.role == "weight"]
    if len(names) > 1:
        raise ValueError(
            f"One column says how much rows count. Received: {', '.join(map(repr, names))} as weight. "
            f"Ignore all but one."
        )
    if names and recipe.kind == "images":
        raise ValueError(f"Pictures have no weights. Received: {names[0]!r} as weight. Ignore it.")
    if names and recipe.duplicates in ("sum", "mean", "count"):
        raise ValueError(
            f"Rows that become one have no weight of their own. Received: duplicates={recipe.duplicates!r} and "
            f"{names[0]!r} as weight. Set duplicates to keep or drop, or ignore {names[0]!r}."
        )


def _alone(column: Column) -> bool:
    """Whether a column cannot share an input with ordinary ones: indices are integers, pictures arrays."""
    return column.encode in ALONE or column.kind == "image"


def _arranged(recipe: Recipe) -> dict[str, list[str]]:
    features = recipe.entering()
    inputs: dict[str, list[str]] = {}
    for name, columns in recipe.inputs.items():
        kept = [column for column in dict.fromkeys(columns) if column in features]
        plain = [column for column in kept if not _alone(recipe.columns[column])]
        arrays = [column for column in kept if recipe.columns[column].encode in ("none", "tokens")]
        kept = plain or arrays[:1] or kept
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
    name = column if _alone(recipe.columns[column]) else "window" if recipe.kind == "series" else "features"
    while name in inputs:
        name += "_"
    inputs[name] = [column]


def recipe_schema() -> dict[str, Any]:
    """The JSON Schema of a recipe, with what suits what and what it is called, as the browser draws its form."""
    return Recipe.model_json_schema()
