"""Pictures of any size and mode as the arrays a model was trained on.

This file travels in every download and needs NumPy and Pillow.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

LARGEST_PICTURE = 50_000_000  # pixels; more is taken for an attack, not for a picture


def transform_images(preparation: Mapping[str, Any], images: Sequence[Any]) -> dict[str, np.ndarray]:
    """One array per input, (n, height, width, channels), from paths, bytes or open Pillow images."""
    arrays = {}
    for name, given in preparation["inputs"].items():
        column = preparation["columns"][given["columns"][0]]
        stored = (column["height"], column["width"], column["channels"])
        pixels = np.empty((len(images), *given["shape"]), np.float32)
        for index, image in enumerate(images):
            label = str(image) if isinstance(image, str | Path) else f"Picture {index + 1}"
            try:
                pixels[index] = resized(picture(image, *stored), *given["shape"])
            except Exception as error:  # a damaged file can raise almost anything inside a decoder
                raise ValueError(f"{label} could not be read: {flaw(error)}. Give a PNG or JPEG file.") from None
        arrays[name] = pixels * np.float32(column["scale"]) + np.float32(column["offset"])
    return arrays


def picture(source: Any, height: int, width: int, channels: int) -> np.ndarray:
    """A picture of any size as (height, width, channels) of uint8: turned upright, on white, resized."""
    from PIL import Image, ImageOps

    if not isinstance(source, Image.Image):
        opened = io.BytesIO(source) if isinstance(source, bytes) else source
        source = Image.open(opened, formats=("PNG", "JPEG"))
    if source.width * source.height > LARGEST_PICTURE:
        raise Image.DecompressionBombError
    mode = "L" if channels == 1 else "RGB"
    if source.format == "JPEG":
        source.draft(mode, (max(height, width),) * 2)  # decodes at a fraction of the size, much faster
    # What has no EXIF needs not be turned, and turning it not at all would copy it.
    turned = source.format != "JPEG" or any(key in source.info for key in ("exif", "xmp"))
    image = ImageOps.exif_transpose(source) if turned else source
    if image.mode.startswith("I"):  # 16 bits of grey
        image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    if image.mode != mode:  # else it would be copied
        image = image.convert(mode)
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image, np.uint8).reshape(height, width, channels)


def resized(pixels: np.ndarray, height: int, width: int, channels: int) -> np.ndarray:
    """A stored picture, (h, w, c) of uint8, in another size and as grey or colour."""
    if pixels.shape == (height, width, channels):
        return pixels
    from PIL import Image

    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    image = image.convert("L" if channels == 1 else "RGB")
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image, np.uint8).reshape(height, width, channels)


def flaw(error: Exception) -> str:
    """Why a picture cannot be read, in words for people, from what `picture` raised."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return "it has too many pixels"
    if isinstance(error, UnidentifiedImageError):
        return "it is not a PNG or JPEG picture"
    return "it is damaged or cut short"
