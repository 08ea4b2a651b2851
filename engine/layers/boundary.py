"""Input and Output: where data enters the drawing and where an answer leaves it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.layers.base import LARGEST, Arity, Layer, setting
from engine.layers.names import SYNONYM, ActivationName


class Input(Layer):
    """Where one of the prepared inputs enters the network. Its shape comes from the data.

    Without data, give the shape yourself: one number per axis, without the batch axis.
    """

    family = "Input & output"
    arity: ClassVar[Arity] = Arity(0, 0)

    name: str = Field(
        "features",
        min_length=1,
        max_length=200,
        description="Which of the prepared inputs enters here.",
        json_schema_extra={"x-summary": "{}", "x-source": "inputs"},
    )
    shape: tuple[Annotated[int, Field(ge=1, le=LARGEST)] | None, ...] | None = setting(
        None,
        advanced=True,
        max_length=8,
        description="The shape without the batch axis, used while there is no data; an empty size can be any.",
    )
    dtype: Literal["float32", "int32", "bool"] | None = setting(
        None, advanced=True, description="The type of the values, used while there is no data."
    )


class Output(Layer):
    """Where the network answers for one target column. Connect the layer whose values are the answer.

    These have the shape (1) for a number, and (categories) for a category; of two categories, (1) will do.

    With activation "auto" it turns them into probabilities for categories (softmax, or sigmoid for a single
    value) and leaves numbers as they are.
    """

    family = "Input & output"
    outputs: ClassVar[Literal[0, 1]] = 0

    name: str = Field(
        "target",
        min_length=1,
        max_length=200,
        description="Which target column is answered here.",
        json_schema_extra={"x-summary": "{}", "x-source": "targets"},
    )
    activation: Annotated[Literal["auto", ActivationName], SYNONYM] = setting(
        "auto", description="The function that turns the last values into the answer."
    )
