"""Layers that change images at random while training, so that a network learns what does not matter."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from engine.call import Call
from engine.layers.base import LARGEST, Layer, Spec, require_decimals, setting


def _around(value: Any) -> Any:
    return (-abs(value), abs(value)) if isinstance(value, int | float) else value


def _twice(value: Any) -> Any:
    return (value, value) if isinstance(value, int | float) else value


def _sorted(pair: tuple[float, float]) -> tuple[float, float]:
    return (min(pair), max(pair))


Share = Annotated[float, Field(ge=-1, le=1)]
Range = Annotated[tuple[Share, Share], BeforeValidator(_around), AfterValidator(_sorted)]
"""From where to where a random share is drawn. A single number is read as that much to both sides, as in Keras."""

Zoom = Annotated[float, Field(gt=-1, le=1)]
ZoomRange = Annotated[tuple[Zoom, Zoom], BeforeValidator(_around), AfterValidator(_sorted)]

Strength = Annotated[float, Field(ge=0, le=1)]
Strengths = Annotated[tuple[Strength, Strength], BeforeValidator(_twice)]

Value = Annotated[float, Field(ge=-1e6, le=1e6)]
ValueRange = Annotated[tuple[Value, Value], AfterValidator(_sorted)]

FillMode = Literal["reflect", "constant", "wrap", "nearest"]
Interpolation = Literal["bilinear", "nearest"]


class _Augmentation(Layer):
    """What all augmentations share."""

    family = "Augmentation"
    rank: ClassVar[int | None] = 3
    random: ClassVar[bool] = True


class _Warp(_Augmentation):
    """What augmentations share that move pixels to places between pixels."""

    fill_mode: FillMode = setting(
        "reflect",
        advanced=True,
        description="What lies beyond the border: its mirror image, one value, the other side, or the last pixel.",
    )
    interpolation: Interpolation = setting(
        "bilinear", advanced=True, description="Whether to mix neighbouring pixels, or to take the nearest."
    )
    fill_value: float = setting(
        0.0, advanced=True, ge=-1e6, le=1e6, description="The value beyond the border where fill_mode is constant."
    )

    def filling(self) -> dict[str, Any]:
        """The arguments all of them have."""
        return {"fill_mode": self.fill_mode, "interpolation": self.interpolation, "fill_value": self.fill_value}


class RandomFlip(_Augmentation):
    """Mirrors images at random while training: in each chosen direction, every other one. (H, W, C) → (H, W, C)."""

    mode: Literal["horizontal_and_vertical", "horizontal", "vertical"] = setting(
        "horizontal_and_vertical", "{}", description="horizontal swaps left and right, vertical top and bottom."
    )

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "RandomFlip")
        return Call("RandomFlip", self.mode)


class RandomRotation(_Warp):
    """Turns each image around its middle by a random angle while training. (H, W, C) → (H, W, C)."""

    factor: Range = setting(
        (-0.1, 0.1), description="From and to which share of a whole turn; 0.1 is 36°. Above 0 is counter-clockwise."
    )

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "RandomRotation")
        return Call("RandomRotation", self.factor, **self.filling())


class RandomZoom(_Warp):
    """Enlarges or shrinks each image around its middle at random while training. (H, W, C) → (H, W, C)."""

    height_factor: ZoomRange = setting(
        (-0.2, 0.2), description="From and to which share the height shrinks; below 0 it grows."
    )
    width_factor: ZoomRange | None = setting(
        None, description="The same for the width; empty to keep height and width in proportion."
    )

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "RandomZoom")
        return Call("RandomZoom", self.height_factor, self.width_factor, **self.filling())


class RandomTranslation(_Warp):
    """Shifts each image at random while training. (H, W, C) → (H, W, C)."""

    height_factor: Range = setting(
        (-0.1, 0.1), description="From and to which share of its height an image moves; above 0 is down."
    )
    width_factor: Range = setting(
        (-0.1, 0.1), description="From and to which share of its width an image moves; above 0 is to the right."
    )

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "RandomTranslation")
        return Call("RandomTranslation", self.height_factor, self.width_factor, **self.filling())


class RandomCrop(_Augmentation):
    """Cuts a part out of each image, at a random place while training. (H, W, C) → (height, width, C).

    In evaluation it takes the largest middle part of that form and resizes it; so it does with smaller images.
    """

    height: int = setting(24, "{} high", ge=1, le=LARGEST, description="The height of the part, in pixels.")
    width: int = setting(24, "{} wide", ge=1, le=LARGEST, description="The width of the part, in pixels.")

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "RandomCrop")
        return Call("RandomCrop", self.height, self.width)


def _value_range() -> Any:
    return setting(
        (0.0, 1.0),
        description="The least and the largest value of a pixel: 0 and 1, or 0 and 255 for images that are not scaled.",
    )


class RandomContrast(_Augmentation):
    """Strengthens or weakens the contrast of each image at random while training. (H, W, C) → (H, W, C)."""

    factor: Strengths = setting(
        (0.2, 0.2), description="How much weaker and how much stronger it can get: a factor from 1 − 0.2 to 1 + 0.2."
    )
    value_range: ValueRange = _value_range()

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "RandomContrast")
        return Call("RandomContrast", self.factor, value_range=self.value_range)


class RandomBrightness(_Augmentation):
    """Makes each image darker or brighter at random while training. (H, W, C) → (H, W, C)."""

    factor: Range = setting(
        (-0.2, 0.2), description="From and to which share of the range of values is added; below 0 is darker."
    )
    value_range: ValueRange = _value_range()

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "RandomBrightness")
        return Call("RandomBrightness", self.factor, value_range=self.value_range)
