"""Modules that change images at random while training, each image in its own way; (B, H, W, C) → (B, H, W, C).

They leave images alone in evaluation; only RandomCrop cuts out the middle there.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


def settled_places(places: jax.Array, size: int, fill_mode: str) -> jax.Array:
    """Whole places along an axis of `size`, those beyond its ends led back as `fill_mode` says."""
    if fill_mode == "wrap":
        return places % size
    if fill_mode == "reflect":
        places = places % (2 * size)
        return jnp.where(places < size, places, 2 * size - 1 - places)
    return jnp.clip(places, 0, size - 1)


def pixels_at(x: jax.Array, down: jax.Array, across: jax.Array, fill_mode: str, fill_value: float) -> jax.Array:
    """The pixels at whole places `down` and `across`, each (B, H', W')."""
    rows, height, width, channels = x.shape
    places = settled_places(down, height, fill_mode) * width + settled_places(across, width, fill_mode)
    found: jax.Array = jax.vmap(lambda image, place: image[place])(x.reshape(rows, height * width, channels), places)
    if fill_mode != "constant":
        return found
    inside = (down >= 0) & (down < height) & (across >= 0) & (across < width)
    return jnp.where(inside[..., None], found, fill_value)


def sampled_at(
    x: jax.Array, down: jax.Array, across: jax.Array, *, fill_mode: str, interpolation: str, fill_value: float
) -> jax.Array:
    """What the images hold at any places `down` and `across`, each (B, H', W')."""
    if interpolation == "nearest":
        whole = [jnp.floor(places + 0.5).astype(jnp.int32) for places in (down, across)]
        return pixels_at(x, whole[0], whole[1], fill_mode, fill_value)
    top, left = (jnp.floor(places).astype(jnp.int32) for places in (down, across))
    below, beside = (down - top)[..., None], (across - left)[..., None]
    upper = pixels_at(x, top, left, fill_mode, fill_value) * (1 - beside)
    upper = upper + pixels_at(x, top, left + 1, fill_mode, fill_value) * beside
    lower = pixels_at(x, top + 1, left, fill_mode, fill_value) * (1 - beside)
    lower = lower + pixels_at(x, top + 1, left + 1, fill_mode, fill_value) * beside
    return upper * (1 - below) + lower * below


def pixel_places(x: jax.Array) -> tuple[jax.Array, jax.Array]:
    """The place of every pixel: down (1, H, 1) and across (1, 1, W)."""
    return jnp.arange(x.shape[1], dtype=jnp.float32)[None, :, None], jnp.arange(x.shape[2], dtype=jnp.float32)[
        None, None
    ]


def one_per_image(key: jax.Array, x: jax.Array, least: float, most: float) -> jax.Array:
    """One number for each image, even from `least` to `most`. (B, 1, 1)."""
    return jax.random.uniform(key, (x.shape[0], 1, 1), minval=least, maxval=most)


class RandomFlip(nnx.Module):
    """Mirrors every other image, in each direction that `mode` names."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.deterministic = False

    def __call__(self, x: jax.Array, *, key: jax.Array | None) -> jax.Array:
        if self.deterministic or key is None:
            return x
        for axis, name in ((2, "horizontal"), (1, "vertical")):
            if name in self.mode:
                flipped = jax.random.bernoulli(jax.random.fold_in(key, axis), 0.5, (x.shape[0], 1, 1, 1))
                x = jnp.where(flipped, jnp.flip(x, axis), x)
        return x


class Warp(nnx.Module):
    """Takes each pixel of an image from another place. A subclass has `places(x, key)`."""

    def __init__(self, *, fill_mode: str, interpolation: str, fill_value: float) -> None:
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.fill_value = fill_value
        self.deterministic = False

    def places(self, x: jax.Array, key: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Where each pixel comes from: down and across, each (B, H, W) or with an axis of 1 for what is alike."""
        raise NotImplementedError

    def __call__(self, x: jax.Array, *, key: jax.Array | None) -> jax.Array:
        if self.deterministic or key is None:
            return x
        down, across = (jnp.broadcast_to(places, x.shape[:3]) for places in self.places(x, key))
        return sampled_at(
            x, down, across, fill_mode=self.fill_mode, interpolation=self.interpolation, fill_value=self.fill_value
        )


class RandomRotation(Warp):
    """Turns each image around its middle by a share of a whole turn between the two of `factor`."""

    def __init__(self, factor: tuple[float, float], **filling: Any) -> None:
        super().__init__(**filling)
        self.factor = factor

    def places(self, x: jax.Array, key: jax.Array) -> tuple[jax.Array, jax.Array]:
        angle = 2 * jnp.pi * one_per_image(key, x, *self.factor)
        down, across = pixel_places(x)
        down, across = down - (x.shape[1] - 1) / 2, across - (x.shape[2] - 1) / 2
        turned_down = jnp.sin(angle) * across + jnp.cos(angle) * down + (x.shape[1] - 1) / 2
        turned_across = jnp.cos(angle) * across - jnp.sin(angle) * down + (x.shape[2] - 1) / 2
        return turned_down, turned_across


class RandomZoom(Warp):
    """Shrinks each image by a factor around 1 (or enlarges it, below 1); without `width_factor` evenly."""

    def __init__(
        self, height_factor: tuple[float, float], width_factor: tuple[float, float] | None, **filling: Any
    ) -> None:
        super().__init__(**filling)
        self.height_factor = height_factor
        self.width_factor = width_factor

    def places(self, x: jax.Array, key: jax.Array) -> tuple[jax.Array, jax.Array]:
        tall = wide = 1 + one_per_image(jax.random.fold_in(key, 1), x, *self.height_factor)
        if self.width_factor is not None:
            wide = 1 + one_per_image(jax.random.fold_in(key, 2), x, *self.width_factor)
        down, across = pixel_places(x)
        middle_down, middle_across = (x.shape[1] - 1) / 2, (x.shape[2] - 1) / 2
        return (down - middle_down) * tall + middle_down, (across - middle_across) * wide + middle_across


class RandomTranslation(Warp):
    """Shifts each image down and to the right by shares of its height and width."""

    def __init__(self, height_factor: tuple[float, float], width_factor: tuple[float, float], **filling: Any) -> None:
        super().__init__(**filling)
        self.height_factor = height_factor
        self.width_factor = width_factor

    def places(self, x: jax.Array, key: jax.Array) -> tuple[jax.Array, jax.Array]:
        down, across = pixel_places(x)
        down = down - x.shape[1] * one_per_image(jax.random.fold_in(key, 1), x, *self.height_factor)
        across = across - x.shape[2] * one_per_image(jax.random.fold_in(key, 2), x, *self.width_factor)
        return down, across


class RandomCrop(nnx.Module):
    """Cuts `height` × `width` pixels out of each image at random. (B, H, W, C) → (B, height, width, C).

    In evaluation, and where images are smaller, it takes the largest middle part of that form and resizes it.
    """

    def __init__(self, height: int, width: int) -> None:
        self.height = height
        self.width = width
        self.deterministic = False

    def __call__(self, x: jax.Array, *, key: jax.Array | None) -> jax.Array:
        spare_down, spare_across = x.shape[1] - self.height, x.shape[2] - self.width
        if self.deterministic or key is None or spare_down < 0 or spare_across < 0:
            return self.middle(x)
        down = jax.random.randint(jax.random.fold_in(key, 1), (x.shape[0],), 0, spare_down + 1)
        across = jax.random.randint(jax.random.fold_in(key, 2), (x.shape[0],), 0, spare_across + 1)
        size = (self.height, self.width, x.shape[3])
        cut: Any = jax.vmap(lambda image, top, left: jax.lax.dynamic_slice(image, (top, left, 0), size))
        part: jax.Array = cut(x, down, across)
        return part

    def middle(self, x: jax.Array) -> jax.Array:
        """The largest middle part of the right form, resized."""
        height = max(min(x.shape[1], x.shape[2] * self.height // self.width), 1)
        width = max(min(x.shape[2], x.shape[1] * self.width // self.height), 1)
        top, left = (x.shape[1] - height) // 2, (x.shape[2] - width) // 2
        part = x[:, top : top + height, left : left + width]
        if (height, width) == (self.height, self.width):
            return part
        size = (x.shape[0], self.height, self.width, x.shape[3])
        resized: jax.Array = jax.image.resize(part, size, "bilinear", antialias=False)
        return resized


class RandomContrast(nnx.Module):
    """Moves the values of each channel away from its mean, or towards it, by a factor around 1."""

    def __init__(self, factor: tuple[float, float], *, value_range: tuple[float, float]) -> None:
        self.factor = factor
        self.value_range = value_range
        self.deterministic = False

    def __call__(self, x: jax.Array, *, key: jax.Array | None) -> jax.Array:
        if self.deterministic or key is None:
            return x
        strength = one_per_image(key, x, 1 - self.factor[0], 1 + self.factor[1])[..., None]
        mean = x.mean((1, 2), keepdims=True)
        return jnp.clip((x - mean) * strength + mean, *self.value_range)


class RandomBrightness(nnx.Module):
    """Adds a number to all values of each image, a share of the range of values between the two of `factor`."""

    def __init__(self, factor: tuple[float, float], *, value_range: tuple[float, float]) -> None:
        self.factor = factor
        self.value_range = value_range
        self.deterministic = False

    def __call__(self, x: jax.Array, *, key: jax.Array | None) -> jax.Array:
        if self.deterministic or key is None:
            return x
        least, most = self.value_range
        return jnp.clip(x + (most - least) * one_per_image(key, x, *self.factor)[..., None], least, most)
