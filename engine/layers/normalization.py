"""Layers that bring values to a common scale."""

from __future__ import annotations

from engine.call import RNGS, Call
from engine.layers.base import Layer, Spec, require_axis, require_decimals, setting


class _Normalization(Layer):
    """What all normalizations share."""

    family = "Normalization"

    epsilon: float = setting(
        1e-3, advanced=True, gt=0, le=1, description="Added to the variance to avoid dividing by 0."
    )
    center: bool = setting(True, advanced=True, description="Whether to add a learned offset.")
    scale: bool = setting(True, advanced=True, description="Whether to multiply by a learned factor.")

    def features(self, x: Spec) -> int:
        """The size of the last axis. Raises Refusal where there is none, or for whole numbers."""
        require_decimals(x, type(self).__name__)
        require_axis(x, type(self).__name__)
        return x.shape[-1]


class BatchNormalization(_Normalization):
    """Brings each channel to mean 0 and variance 1 over the batch, then scales it by learned factors."""

    momentum: float = setting(
        0.99,
        "momentum {}",
        ge=0,
        lt=1,
        description="How slowly the moving mean and variance follow the batches.",
    )

    def lower(self, *inputs: Spec) -> Call:
        return Call(
            "BatchNormalization",
            self.features(inputs[0]),
            momentum=self.momentum,
            epsilon=self.epsilon,
            center=self.center,
            scale=self.scale,
        )


class LayerNormalization(_Normalization):
    """Brings the values of each row to mean 0 and variance 1 along the last axis, then scales them."""

    def lower(self, *inputs: Spec) -> Call:
        return Call(
            "nnx.LayerNorm",
            self.features(inputs[0]),
            epsilon=self.epsilon,
            use_bias=self.center,
            use_scale=self.scale,
            use_fast_variance=False,
            rngs=RNGS,
        )
