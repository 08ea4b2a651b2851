"""Layers that change how many values an axis has, or the scale of the values."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from engine.call import Call
from engine.layers.base import Layer, Spec, refusal, require_decimals, setting
from engine.layers.windows import DataFormat, One, Size, Spatial, Three, Two, data_format, per_axis, require_room

Interpolation = Literal["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]


def _size(rank: int) -> Any:
    return per_axis(rank, 2, "How many times as large each axis of the {thing} becomes.", "× {}")


class _UpSampling(Spatial):
    """What repeating values along one, two and three axes shares."""

    family = "Shape"
    keeps_values: ClassVar[bool] = True

    size: tuple[int, ...]

    def constructor(self, x: Spec) -> Call:
        sides = [side * factor for side, factor in zip(x.shape, self.size, strict=False)]
        require_room(type(self).__name__, [*sides, x.shape[-1]])
        interpolation = getattr(self, "interpolation", "nearest")
        if interpolation == "nearest":
            return Call("UpSampling", self.size)
        require_decimals(x, f"{type(self).__name__} with interpolation {interpolation}")
        return Call("UpSampling", self.size, interpolation=interpolation)


class UpSampling1D(_UpSampling):
    """Repeats each step of a sequence. (steps, C) → (steps · size, C)."""

    rank: ClassVar[int | None] = 2

    size: One = _size(1)


class UpSampling2D(_UpSampling):
    """Makes an image larger without weights. (H, W, C) → (H · size, W · size, C)."""

    rank: ClassVar[int | None] = 3

    size: Two = _size(2)
    interpolation: Interpolation = setting(
        "nearest", "{}", description="nearest repeats pixels; the others draw smooth lines between them."
    )
    data_format: DataFormat = data_format()


class UpSampling3D(_UpSampling):
    """Repeats the values of a volume along each axis. (D, H, W, C) → (D · size, H · size, W · size, C)."""

    rank: ClassVar[int | None] = 4

    size: Three = _size(3)
    data_format: DataFormat = data_format()


def _side(what: str) -> Any:
    return setting(32, "{}", description=f"The {what} of the images that come out, in pixels.")


class Resizing(Spatial):
    """Brings images to one size, whatever size they have. (H, W, C) → (height, width, C)."""

    family = "Shape"
    rank: ClassVar[int | None] = 3

    height: Size = _side("height")
    width: Size = _side("width")
    interpolation: Interpolation = setting(
        "bilinear", "{}", description="nearest repeats pixels; the others draw smooth lines between them."
    )
    crop_to_aspect_ratio: bool = setting(
        False, advanced=True, description="Cuts off the longer sides first, so that nothing is stretched."
    )
    pad_to_aspect_ratio: bool = setting(
        False, advanced=True, description="Adds borders first, so that nothing is stretched and nothing lost."
    )
    fill_mode: Literal["constant"] = setting("constant", advanced=True, description="What the borders are made of.")
    fill_value: float = setting(0.0, advanced=True, description="The value of the borders.")
    antialias: bool = setting(
        False, advanced=True, description="Smooths images while making them smaller, so that fine lines do not flicker."
    )
    data_format: DataFormat = data_format()

    def constructor(self, x: Spec) -> Call:
        require_decimals(x, "Resizing")
        require_room("Resizing", (self.height, self.width, x.shape[-1]))
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            raise refusal(
                "crop_and_pad",
                "Resizing cannot both cut borders off and add some.",
                "Turn crop_to_aspect_ratio or pad_to_aspect_ratio off.",
                {"label": "Turn cutting off", "set": {"config": {"crop_to_aspect_ratio": False}}},
            )
        more: dict[str, Any] = {"antialias": True} if self.antialias else {}
        if self.crop_to_aspect_ratio:
            more["border"] = cut_to(x.shape[0], x.shape[1], self.height, self.width)
        if self.pad_to_aspect_ratio:
            more["border"] = _added_to(x.shape[0], x.shape[1], self.height, self.width)
            more["fill_value"] = self.fill_value
        return Call("Resizing", self.height, self.width, interpolation=self.interpolation, **more)


Border = tuple[tuple[int, int], tuple[int, int]]


def cut_to(rows: int, columns: int, height: int, width: int) -> Border:
    """What to cut off (below 0) so that an image of rows × columns has the proportions of height × width."""
    kept_rows = max(min(rows, columns * height // width), 1)
    kept_columns = max(min(columns, rows * width // height), 1)
    top, left = (rows - kept_rows) // 2, (columns - kept_columns) // 2
    return (-top, top + kept_rows - rows), (-left, left + kept_columns - columns)


def _added_to(rows: int, columns: int, height: int, width: int) -> Border:
    """What to add on both sides so that an image has the proportions of height × width, as near as Keras comes."""
    top = (max(rows, columns * height // width) - rows) // 2
    left = 0 if top else (max(columns, rows * width // height) - columns) // 2
    return (top, top), (left, left)


class CenterCrop(Spatial):
    """Keeps the middle of an image. (H, W, C) → (height, width, C).

    An image that is too small is made larger first, without stretching it.
    """

    family = "Shape"
    rank: ClassVar[int | None] = 3

    height: Size = _side("height")
    width: Size = _side("width")
    data_format: DataFormat = data_format()

    def constructor(self, x: Spec) -> Call:
        require_decimals(x, "CenterCrop")
        require_room("CenterCrop", (self.height, self.width, x.shape[-1]))
        rows, columns = x.shape[0] - self.height, x.shape[1] - self.width
        if rows >= 0 and columns >= 0:
            return Call("Cropping", ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2)))
        border = cut_to(x.shape[0], x.shape[1], self.height, self.width)
        return Call("Resizing", self.height, self.width, interpolation="bilinear", border=border)


class Rescaling(Layer):
    """Multiplies every value by one number and adds another, for example to bring pixels of 0 to 255 to 0 to 1.

    The shape stays as it is.
    """

    family = "Normalization"
    mask_kept: ClassVar[bool] = True

    scale: float = setting(1 / 255, "× {}", description="What every value is multiplied by.")
    offset: float = setting(0.0, description="What is added after that.")

    def lower(self, *inputs: Spec) -> Call:
        return Call("Rescaling", self.scale, self.offset)
