"""Schedules of the learning rate: by what it is multiplied, in epochs since the beginning."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.training.names import Monitor
from engine.training.optimizers import ADVANCED

Alpha = Annotated[
    float,
    Field(ge=0, le=1, description="The share of the rate that is left at the end.", json_schema_extra=ADVANCED),
]
Epochs = Annotated[float, Field(gt=0, le=100_000)]


class _Schedule(BaseModel, ABC):
    """What all schedules share."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    warmup_epochs: float = Field(
        0,
        ge=0,
        le=100_000,
        title="Warm-up epochs",
        description="Over how many epochs the rate first rises from 0; 0 begins with all of it.",
    )

    def factor(self, epoch: float, epochs: float) -> float:
        """By what the learning rate is multiplied after `epoch` of `epochs` epochs, parts of them included."""
        if epoch < self.warmup_epochs:
            return epoch / self.warmup_epochs
        return self.falling(epoch - self.warmup_epochs, max(epochs - self.warmup_epochs, 1e-9))

    @abstractmethod
    def falling(self, epoch: float, epochs: float) -> float:
        """The factor after the warm-up, which `epoch` and `epochs` do not count."""


class Constant(_Schedule):
    """The rate stays as it is."""

    model_config = ConfigDict(title="Constant")
    type: Literal["constant"] = "constant"

    def falling(self, epoch: float, epochs: float) -> float:
        return 1.0


class Step(_Schedule):
    """The rate falls to a share of itself every few epochs."""

    model_config = ConfigDict(title="Step")
    type: Literal["step"] = "step"
    every: int = Field(10, ge=1, le=100_000, description="After how many epochs the rate falls, again and again.")
    drop: float = Field(0.5, gt=0, le=1, description="The share of the rate that is left each time.")

    def falling(self, epoch: float, epochs: float) -> float:
        return float(self.drop ** math.floor(epoch / self.every))


class Piecewise(_Schedule):
    """The rate changes at given epochs to given shares of the learning rate."""

    model_config = ConfigDict(title="Piecewise")
    type: Literal["piecewise"] = "piecewise"
    boundaries: list[Epochs] = Field(
        [10.0, 15.0], min_length=1, max_length=100, description="After which epochs the rate changes, in order."
    )
    shares: list[Annotated[float, Field(ge=0, le=1000)]] = Field(
        [0.1, 0.01],
        min_length=1,
        max_length=100,
        description="The share of the learning rate after each of these epochs.",
    )

    @model_validator(mode="after")
    def _matches(self) -> Any:
        if len(self.boundaries) != len(self.shares):
            raise ValueError(
                f"Each boundary needs one share. Received: {len(self.boundaries)} boundaries and "
                f"{len(self.shares)} shares. Give as many of the one as of the other."
            )
        if sorted(set(self.boundaries)) != self.boundaries:
            raise ValueError(
                f"Boundaries must rise. Received: {', '.join(f'{at:g}' for at in self.boundaries)}. Put them in order."
            )
        return self

    def falling(self, epoch: float, epochs: float) -> float:
        past = sum(boundary <= epoch for boundary in self.boundaries)
        return self.shares[past - 1] if past else 1.0


class Exponential(_Schedule):
    """The rate falls by the same share over the same time."""

    model_config = ConfigDict(title="Exponential")
    type: Literal["exponential"] = "exponential"
    decay_epochs: Epochs = Field(1.0, description="Over how many epochs the rate falls once.")
    decay_rate: float = Field(0.9, gt=0, le=1, description="The share of the rate that is left each time.")
    staircase: bool = Field(False, description="Falls at once at the end of that time instead of little by little.")

    def falling(self, epoch: float, epochs: float) -> float:
        times = epoch / self.decay_epochs
        return float(self.decay_rate ** (math.floor(times) if self.staircase else times))


class Cosine(_Schedule):
    """The rate falls along half a cosine: slowly, then fast, then slowly. https://arxiv.org/abs/1608.03983"""

    model_config = ConfigDict(title="Cosine")
    type: Literal["cosine"] = "cosine"
    decay_epochs: Epochs | None = Field(
        None, description="Over how many epochs the rate falls. Empty: until the last.", json_schema_extra=ADVANCED
    )
    alpha: Alpha = 0.0

    def falling(self, epoch: float, epochs: float) -> float:
        return self.alpha + (1 - self.alpha) * _half_cosine(epoch / (self.decay_epochs or epochs))


class CosineRestarts(_Schedule):
    """The rate falls along half a cosine, then begins anew, each time for longer. https://arxiv.org/abs/1608.03983"""

    model_config = ConfigDict(title="Cosine with restarts")
    type: Literal["cosine_restarts"] = "cosine_restarts"
    first_decay_epochs: Epochs = Field(10.0, description="How many epochs the first fall takes.")
    t_mul: float = Field(
        2.0, ge=1, le=100, title="Times longer", description="How many times longer each fall is than the one before."
    )
    m_mul: float = Field(
        1.0, gt=0, le=1, title="Share kept", description="The share of the rate with which each fall begins anew."
    )
    alpha: Alpha = 0.0

    def falling(self, epoch: float, epochs: float) -> float:
        past = epoch / self.first_decay_epochs
        if self.t_mul == 1:
            restarts, past = divmod(past, 1.0)
        else:
            restarts = float(math.floor(math.log(1 + past * (self.t_mul - 1), self.t_mul) + 1e-12))
            past = (past - (self.t_mul**restarts - 1) / (self.t_mul - 1)) / self.t_mul**restarts
        return self.alpha + (1 - self.alpha) * float(self.m_mul**restarts) * _half_cosine(past)


class OneCycle(_Schedule):
    """The rate rises to the learning rate and falls to almost nothing by the last epoch. https://arxiv.org/abs/1708.07120"""

    model_config = ConfigDict(title="One cycle")
    type: Literal["one_cycle"] = "one_cycle"
    rising: float = Field(0.3, gt=0, lt=1, description="The share of all epochs over which the rate rises.")
    div_factor: float = Field(
        25.0, ge=1, le=1e9, description="How many times smaller the first rate is.", json_schema_extra=ADVANCED
    )
    final_div_factor: float = Field(
        1e4,
        ge=1,
        le=1e12,
        description="How many times smaller still than the first rate the last one is.",
        json_schema_extra=ADVANCED,
    )

    def falling(self, epoch: float, epochs: float) -> float:
        first, past = 1 / self.div_factor, epoch / epochs
        if past < self.rising:
            return 1 + (first - 1) * _half_cosine(past / self.rising)
        last = first / self.final_div_factor
        return last + (1 - last) * _half_cosine((past - self.rising) / (1 - self.rising))


class Plateau(_Schedule):
    """The rate falls whenever validation has not improved for a while."""

    model_config = ConfigDict(title="On plateau")
    type: Literal["plateau"] = "plateau"
    monitor: Monitor = "validation_loss"
    drop: float = Field(0.1, gt=0, lt=1, description="The share of the rate that is left each time.")
    patience: int = Field(10, ge=1, le=100_000, description="How many epochs without improvement to wait.")
    min_delta: float = Field(
        1e-4, ge=0, le=1e12, description="The least change that counts as improvement.", json_schema_extra=ADVANCED
    )
    cooldown: int = Field(
        0, ge=0, le=100_000, description="How many epochs to rest after a fall.", json_schema_extra=ADVANCED
    )
    min_lr: float = Field(
        0.0,
        ge=0,
        le=100,
        title="Least rate",
        description="The learning rate never falls below this.",
        json_schema_extra=ADVANCED,
    )

    def falling(self, epoch: float, epochs: float) -> float:
        return 1.0

    def at_worst(self, epoch: float, rate: float) -> float:
        """What would be left of a learning rate after `epoch` epochs of which none but the first improved."""
        first, every = 1 + self.patience, self.patience + max(self.cooldown - 1, 0)
        falls = 0 if epoch < first else 1 + math.floor((epoch - first) / every)
        return min(1.0, max(float(self.drop**falls), self.min_lr / rate))


SCHEDULES: tuple[type[_Schedule], ...] = (
    Constant, Step, Piecewise, Exponential, Cosine, CosineRestarts, OneCycle, Plateau,
)  # fmt: skip

Schedule = Annotated[
    Constant | Step | Piecewise | Exponential | Cosine | CosineRestarts | OneCycle | Plateau,
    Field(discriminator="type"),
]


def _half_cosine(past: float) -> float:
    """From 1 at 0 down to 0 at 1, and 0 from there on."""
    return 0.5 * (1 + math.cos(math.pi * min(past, 1.0)))
