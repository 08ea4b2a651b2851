"""Optimizers with their Keras names and defaults; each is lowered to an Optax constructor."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from engine.call import Call, Name

LEARNING_RATE = Name("learning_rate")
"""Bound when the optimizer is built, so that it can be changed while a run goes on."""


ADVANCED: JsonDict = {"x-advanced": True}
"""Folds a field away in the form."""


class _Optimizer(BaseModel):
    """What all optimizers share."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    learning_rate: float = Field(0.001, gt=0, le=100, description="How far each step moves the weights.")

    def lower(self) -> Call:
        """The Optax constructor with its arguments."""
        raise TypeError(f"{type(self).__name__} has no constructor of its own")


class SGD(_Optimizer):
    """Plain gradient descent, with momentum if wanted."""

    type: Literal["SGD"] = "SGD"
    learning_rate: float = Field(0.01, gt=0, le=100, description="How far each step moves the weights.")
    momentum: float = Field(0.0, ge=0, lt=1, description="The share of the last step that is repeated.")
    nesterov: bool = Field(False, description="Looks ahead along the momentum before it measures the slope.")

    def lower(self) -> Call:
        return Call("optax.sgd", LEARNING_RATE, momentum=self.momentum or None, nesterov=self.nesterov)


class RMSprop(_Optimizer):
    """Divides each step by the recent size of the gradient. Hinton, Coursera lecture 6e."""

    type: Literal["RMSprop"] = "RMSprop"
    rho: float = Field(
        0.9, ge=0, lt=1, description="How slowly the size of the gradient is forgotten.", json_schema_extra=ADVANCED
    )
    momentum: float = Field(0.0, ge=0, lt=1, description="The share of the last step that is repeated.")
    epsilon: float = Field(1e-7, gt=0, le=1, description="Avoids dividing by 0.", json_schema_extra=ADVANCED)
    centered: bool = Field(False, description="Also subtracts the mean of the gradient.", json_schema_extra=ADVANCED)

    def lower(self) -> Call:
        return Call(
            "optax.rmsprop",
            LEARNING_RATE,
            decay=self.rho,
            eps=self.epsilon,
            eps_in_sqrt=True,
            centered=self.centered,
            momentum=self.momentum or None,
        )


class _Adaptive(_Optimizer):
    """What Adam and its kin share."""

    beta_1: float = Field(
        0.9, ge=0, lt=1, description="How slowly the mean of the gradient is forgotten.", json_schema_extra=ADVANCED
    )
    beta_2: float = Field(
        0.999, ge=0, lt=1, description="How slowly the size of the gradient is forgotten.", json_schema_extra=ADVANCED
    )
    epsilon: float = Field(1e-7, gt=0, le=1, description="Avoids dividing by 0.", json_schema_extra=ADVANCED)


class Adam(_Adaptive):
    """Momentum and step size adapted per weight. Kingma and Ba, https://arxiv.org/abs/1412.6980"""

    type: Literal["Adam"] = "Adam"

    def lower(self) -> Call:
        return Call("optax.adam", LEARNING_RATE, b1=self.beta_1, b2=self.beta_2, eps=self.epsilon)


class AdamW(_Adaptive):
    """Adam with weights that shrink a little each step. https://arxiv.org/abs/1711.05101"""

    type: Literal["AdamW"] = "AdamW"
    weight_decay: float = Field(0.004, ge=0, le=10, description="The share by which weights shrink, times the rate.")

    def lower(self) -> Call:
        return Call(
            "optax.adamw",
            LEARNING_RATE,
            b1=self.beta_1,
            b2=self.beta_2,
            eps=self.epsilon,
            weight_decay=self.weight_decay,
        )


OPTIMIZERS: tuple[type[_Optimizer], ...] = (SGD, RMSprop, Adam, AdamW)

Optimizer = Annotated[SGD | RMSprop | Adam | AdamW, Field(discriminator="type")]
