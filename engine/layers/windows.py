"""What all layers share whose windows slide over an image."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine.layers.base import Spec, refusal

Size = Annotated[int, Field(ge=1, le=10_000)]


def require_window(window: tuple[int, int], padding: str, x: Spec, dilation: tuple[int, int] = (1, 1)) -> None:
    """Raises Refusal where a window without padding is larger than the image it slides over."""
    reach = tuple((size - 1) * spacing + 1 for size, spacing in zip(window, dilation, strict=True))
    if padding == "valid" and any(size > side for size, side in zip(reach, x.shape[:2], strict=True)):
        raise refusal(
            "window_too_large",
            f"The window of {reach[0]}×{reach[1]} is larger than the image of {x.shape[0]}×{x.shape[1]}.",
            "Set padding to same, make the window smaller, or remove a pooling layer before it.",
            {"label": "Set padding to same", "set": {"config": {"padding": "same"}}},
        )
