"""How gradients become new weights: accumulated, clipped, decayed, moved by the optimizer's rule and averaged."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from engine.training.optimizers import Optimizer
from engine.training.rules import Moment, rule

Leaves = list[jax.Array]
Memory = dict[str, Any]
"""What an optimizer remembers from step to step."""


class Updates:
    """The updates of one optimizer, in the order in which Keras 3 does them."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer, self._rule = optimizer, rule(optimizer)

    def start(self, weights: Leaves) -> Memory:
        """What is remembered before the first step."""
        memory: Memory = {"updates": jnp.int32(0), "slots": [self._rule.begin(leaf) for leaf in weights]}
        if self.optimizer.gradient_accumulation_steps:
            memory |= {"seen": jnp.int32(0), "sums": jax.tree.map(jnp.zeros_like, weights)}
        if self.optimizer.use_ema:
            memory["average"] = jax.tree.map(jnp.copy, weights)
        return memory

    def apply(self, weights: Leaves, gradients: Leaves, memory: Memory, rate: jax.Array) -> tuple[Leaves, Memory]:
        """The weights and the memory after one step at a learning rate."""
        before = memory["updates"]
        if self.optimizer.gradient_accumulation_steps:
            weights, memory = self._accumulated(weights, gradients, memory, rate)
        else:
            weights, memory = self._moved(weights, gradients, memory, rate)
        if self.optimizer.use_ema:
            kept = jnp.where(before > 0, jnp.float32(self.optimizer.ema_momentum), 0)
            average = [kept * old + (1 - kept) * leaf for old, leaf in zip(memory["average"], weights, strict=True)]
            memory = {**memory, "average": average}
        return weights, memory

    def answering(self, weights: Leaves, memory: Memory) -> Leaves:
        """The weights to answer with: their moving average where there is one."""
        return memory["average"] if self.optimizer.use_ema else weights

    def change(self, weights: Leaves, gradients: Leaves, memory: Memory, rate: jax.Array) -> Leaves:
        """What one update by these gradients adds to the weights, whether or not gradients are accumulated."""
        moved, _ = self._moved(weights, gradients, memory, rate)
        return [new - old for new, old in zip(moved, weights, strict=True)]

    def _accumulated(
        self, weights: Leaves, gradients: Leaves, memory: Memory, rate: jax.Array
    ) -> tuple[Leaves, Memory]:
        """Adds the gradients up, and moves the weights by their mean once there are enough."""
        count = self.optimizer.gradient_accumulation_steps or 1
        sums = [total + gradient for total, gradient in zip(memory["sums"], gradients, strict=True)]
        seen = memory["seen"] + 1

        def move() -> tuple[Leaves, Memory]:
            means = [total / count for total in sums]
            moved, new = self._moved(weights, means, memory, rate)
            return moved, {**new, "seen": jnp.int32(0), "sums": jax.tree.map(jnp.zeros_like, sums)}

        def wait() -> tuple[Leaves, Memory]:
            return weights, {**memory, "seen": seen, "sums": sums}

        done: tuple[Leaves, Memory] = jax.lax.cond(seen == count, move, wait)
        return done

    def _moved(self, weights: Leaves, gradients: Leaves, memory: Memory, rate: jax.Array) -> tuple[Leaves, Memory]:
        updates = memory["updates"] + 1
        number = updates.astype(jnp.float32)
        shrink = self.optimizer.weight_decay
        new, slots = [], []
        for leaf, gradient, kept in zip(weights, self._clipped(gradients), memory["slots"], strict=True):
            shrunk = leaf - leaf * shrink * rate if shrink else leaf
            moved, remembered = self._rule.move(shrunk, kept, Moment(gradient, rate, number))
            new.append(moved)
            slots.append(remembered)
        return new, {**memory, "updates": updates, "slots": slots}

    def _clipped(self, gradients: Leaves) -> Leaves:
        setting = self.optimizer
        if setting.clipnorm:
            return [gradient * _shortening([gradient], setting.clipnorm) for gradient in gradients]
        if setting.global_clipnorm:
            factor = _shortening(gradients, setting.global_clipnorm)
            return [gradient * factor for gradient in gradients]
        if setting.clipvalue:
            return [jnp.clip(gradient, -setting.clipvalue, setting.clipvalue) for gradient in gradients]
        return gradients


def _shortening(gradients: Leaves, longest: float) -> jax.Array:
    """By what to multiply gradients so that they are at most `longest` together."""
    length = jnp.sqrt(sum((jnp.sum(jnp.square(gradient)) for gradient in gradients), jnp.float32(0)))
    return longest / jnp.maximum(length, longest)
