"""Layer: one pydantic class per layer, whose fields are the form, whose docstring is the help."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from engine.call import Call
from engine.problems import Problem, Refusal

LARGEST = 10_000_000
"""The largest size a single setting may ask for; a typing slip beyond it is named before it costs memory."""


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, int) else value


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


Axis = Annotated[int, Field(ge=-8, le=8), BeforeValidator(_single)]
"""An axis: 0 is the batch, 1 the first, −1 the last. A list of one is read as well, as Keras writes it."""

Axes = Annotated[
    tuple[Annotated[int, Field(ge=-8, le=8)], ...], Field(min_length=1, max_length=8), BeforeValidator(_several)
]
"""One axis or several. A single number is read as well, as Keras writes it."""


@dataclass(frozen=True)
class Spec:
    """What flows along a wire: the shape without the batch axis, and the type.

    `high` is the number of different whole numbers an index can be, where that is known.
    """

    shape: tuple[int, ...]
    dtype: str = "float32"
    high: int | None = None

    def __str__(self) -> str:
        return "×".join(map(str, self.shape)) or "1 value"


@dataclass(frozen=True)
class Penalty:
    """What a regularizer adds to the loss: l1 · Σ|w| + l2 · Σw².

    `weight` is the dotted path of the weight inside the module, or None for what the layer gives out, whose
    penalty is divided by the number of rows.
    """

    weight: str | None
    l1: float
    l2: float

    def within(self, *modules: str) -> tuple[Penalty, ...]:
        """The price of that weight in each of these modules of a larger one; that of outputs stays what it is."""
        if self.weight is None:
            return (self,)
        return tuple(replace(self, weight=f"{module}.{self.weight}") for module in modules)


@dataclass(frozen=True)
class Arity:
    """How many inputs a layer takes; `most` None means any number."""

    least: int = 1
    most: int | None = 1


SWITCHES = {"bias_regularizer": "use_bias", "gamma_regularizer": "scale", "beta_regularizer": "center"}
"""The setting without which the weight that a regularizer is about does not exist."""


USUAL_WEIGHTS: Mapping[str, str | None] = {
    "kernel_regularizer": "kernel",
    "bias_regularizer": "bias",
    "activity_regularizer": None,
}
"""What the regularizers of a layer with one kernel and one bias are about, as in `Penalty.weight`."""


class Layer(BaseModel):
    """What every layer of the palette is. A subclass adds fields and says how it is lowered."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    family: ClassVar[str]
    arity: ClassVar[Arity] = Arity()
    rank: ClassVar[int | None] = None
    """How many axes an input must have (without the batch axis), or None for any."""
    takes: ClassVar[str | None] = None
    """What these axes are, where `rank` alone would mislead: "a sequence of images (steps × height × …)"."""
    free_ports: ClassVar[Collection[int]] = ()
    """Inputs that `rank` does not speak of, such as the first state of a recurrent layer."""
    outputs: ClassVar[Literal[0, 1]] = 1
    regularized: ClassVar[Mapping[str, str | None]] = {}
    """Which weight each regularizer field is about, as in `Penalty.weight`."""
    keeps_values: ClassVar[bool] = False
    """Whether values are only laid out anew, so that an index stays below what it was."""
    random: ClassVar[bool] = False
    """Whether the layer needs a random key while training."""
    mask_kept: ClassVar[bool] = False
    """Whether the mask of its input holds for its output too: steps stay in their places."""

    def lower(self, *inputs: Spec) -> Call:
        """The Flax constructor, with its arguments, for these inputs. Raises Refusal where they do not fit."""
        raise TypeError(f"{type(self).__name__} has no constructor of its own")

    def activation_name(self) -> str:
        """The function applied to what the module gives out; "linear" for none."""
        return self.last_function()

    def last_function(self) -> str:
        """The function the values have been through last, wherever it is applied."""
        return str(getattr(self, "activation", "linear"))

    def needs_key(self) -> bool:
        """Whether it needs a random key while training, with these settings."""
        return self.random

    def masked_input(self, count: int) -> int | None:
        """Which of its `count` inputs is read with its mask, where it has one; None where no mask is read."""
        return None

    def makes_mask(self) -> bool:
        """Whether it tells which steps to skip: the module then has a method `mask`."""
        return False

    def keeps_mask(self) -> bool:
        """Whether the mask of its input holds for its output too, with these settings."""
        return self.mask_kept

    def every_step(self) -> dict[str, Any] | None:
        """The settings with which it gives something for every step; None where it does already, or cannot."""
        return None

    def penalties(self) -> tuple[Penalty, ...]:
        """What its regularizers add to the loss."""
        there = {field: getattr(self, SWITCHES.get(field, ""), True) for field in self.regularized}
        given = ((weight, getattr(self, field)) for field, weight in self.regularized.items() if there[field])
        return tuple(Penalty(weight, found.l1, found.l2) for weight, found in given if found is not None)

    @classmethod
    def entry(cls) -> dict[str, Any]:
        """This layer's line in the palette."""
        return {
            "type": cls.__name__,
            "family": cls.family,
            "title": cls.__name__,
            "doc": _paragraphs(cls),
            "schema": cls.model_json_schema(),
            "inputs": {"min": cls.arity.least, "max": cls.arity.most},
            "outputs": cls.outputs,
        }


def _paragraphs(cls: type) -> str:
    """The docstring with its paragraphs on one line each."""
    text = inspect.cleandoc(cls.__doc__ or "")
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def refusal(code: str, message: str, hint: str, fix: dict[str, Any] | None = None) -> Refusal:
    """A refusal that does not know its node yet; the check adds it."""
    return Refusal(Problem(code, {}, message, hint, fix))


def require_axis(x: Spec, title: str) -> None:
    """Raises Refusal for a single value per row, which has no axis to work along."""
    if not x.shape:
        raise refusal(
            "wrong_rank",
            f"{title} needs at least one axis and gets a single value per row.",
            "Insert Reshape to (1,) before it.",
            {"label": "Insert Reshape to 1", "insert": {"type": "Reshape", "config": {"target_shape": [1]}}},
        )


def real_axes(
    axes: tuple[int, ...], x: Spec, title: str, field: str = "axis", good: int | tuple[int, ...] | None = -1
) -> tuple[int, ...]:
    """`axes` counted from 1, in order. Raises Refusal for the batch and for axes that are not there.

    `field` is the setting that holds them, `good` a value it can have in any case.
    """
    rank = len(x.shape) + 1
    for axis in axes:
        if not -rank < axis < rank or axis == 0:
            shown = "empty" if good is None else str(good).strip("()").replace("-", "−")
            raise refusal(
                "wrong_axis",
                f"{title} cannot work along axis {axis} of values with {rank - 1} axes besides the batch.",
                f"Set {field} to {shown}.",
                {"label": f"Set {field} to {shown}", "set": {"config": {field: good}}},
            )
    return tuple(sorted({axis % rank for axis in axes}))


def require_decimals(x: Spec, title: str) -> None:
    """Raises Refusal for whole numbers, which name things and cannot be calculated with."""
    if not x.dtype.startswith("float"):
        raise refusal(
            "wrong_type",
            f"{title} needs decimal numbers and gets {x.dtype} of shape {x}.",
            "Place it after a layer that gives decimal numbers, such as Embedding or Dense.",
        )


def require_indices(x: Spec, title: str, room: int, field: str, instead: str) -> None:
    """Raises Refusal for anything but whole numbers below `room`, which the setting `field` holds.

    `instead` is the layer that does the same with decimal numbers.
    """
    if not x.dtype.startswith("int"):
        raise refusal(
            "wrong_type",
            f"{title} looks up whole numbers and gets decimal numbers (shape {x}).",
            f"Connect it to an input whose column is encoded as an index, or use {instead} instead.",
        )
    if x.high is not None and x.high > room:
        raise refusal(
            "index_out_of_range",
            f"{title} has room for {room} entries, but the data hold {x.high}.",
            f"Set {field} to {x.high} or more.",
            {"label": f"Set {field} to {x.high}", "set": {"config": {field: x.high}}},
        )


def setting(default: Any, summary: str | None = None, *, advanced: bool = False, **limits: Any) -> Any:
    """A field of a layer. `summary` is its part of the node's one-line text, `advanced` folds it away."""
    extra: dict[str, Any] = {}
    if summary:
        extra["x-summary"] = summary
    if advanced:
        extra["x-advanced"] = True
    return Field(default, json_schema_extra=extra or None, **limits)
