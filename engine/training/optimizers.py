"""Optimizers with their Keras names, arguments and defaults, as documents; `rules` computes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

ADVANCED: JsonDict = {"x-advanced": True}
"""Folds a field away in the form."""

OFF: JsonDict = {**ADVANCED, "x-empty": "off"}
"""A field that is folded away, and off where it is empty."""

Share = Annotated[float, Field(ge=0, lt=1)]
Momentum = Annotated[Share, Field(description="The share of the last step that is repeated.")]
Epsilon = Annotated[float, Field(gt=0, le=1, description="Avoids dividing by 0.", json_schema_extra=ADVANCED)]
Beta1 = Annotated[
    Share, Field(description="How slowly the mean of the gradient is forgotten.", json_schema_extra=ADVANCED)
]
Beta2 = Annotated[
    Share, Field(description="How slowly the size of the gradient is forgotten.", json_schema_extra=ADVANCED)
]
Decay = Annotated[float, Field(ge=0, le=10)]
SHRINKING = "The share by which weights shrink each step, times the learning rate."


class _Optimizer(BaseModel):
    """What all optimizers share."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    learning_rate: float = Field(0.001, gt=0, le=100, description="How far each step moves the weights.")
    weight_decay: Decay | None = Field(None, description=SHRINKING, json_schema_extra=OFF)
    clipnorm: float | None = Field(
        None,
        gt=0,
        description="The longest gradient of one weight array; longer ones are shortened to it.",
        json_schema_extra=OFF,
    )
    global_clipnorm: float | None = Field(
        None,
        gt=0,
        description="The longest gradient of all weights together; longer ones are shortened to it.",
        json_schema_extra=OFF,
    )
    clipvalue: float | None = Field(
        None, gt=0, description="The largest value in a gradient; larger ones are cut.", json_schema_extra=OFF
    )
    gradient_accumulation_steps: int | None = Field(
        None,
        ge=2,
        le=10_000,
        description="How many batches are looked at before the weights move, as if they were one large batch.",
        json_schema_extra=OFF,
    )
    use_ema: bool = Field(
        False,
        title="Average the weights (EMA)",
        description="Measures and keeps a moving average of the weights, which is often a little better.",
        json_schema_extra=ADVANCED,
    )
    ema_momentum: float = Field(
        0.99,
        ge=0,
        le=1,
        title="EMA momentum",
        description="How slowly the average follows the weights.",
        json_schema_extra=ADVANCED,
    )

    @model_validator(mode="after")
    def _clips_once(self) -> Any:
        given = [name for name in ("clipnorm", "global_clipnorm", "clipvalue") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(
                f"A gradient is clipped in one way only. Received: {' and '.join(given)}. Leave all but one empty."
            )
        return self


class SGD(_Optimizer):
    """Plain gradient descent, with momentum if wanted."""

    type: Literal["SGD"] = "SGD"
    learning_rate: float = Field(0.01, gt=0, le=100, description="How far each step moves the weights.")
    momentum: Momentum = 0.0
    nesterov: bool = Field(False, description="Looks ahead along the momentum before it measures the slope.")


class RMSprop(_Optimizer):
    """Divides each step by the recent size of the gradient. Hinton, Coursera lecture 6e."""

    type: Literal["RMSprop"] = "RMSprop"
    rho: Share = Field(0.9, description="How slowly the size of the gradient is forgotten.", json_schema_extra=ADVANCED)
    momentum: Momentum = 0.0
    epsilon: Epsilon = 1e-7
    centered: bool = Field(False, description="Also subtracts the mean of the gradient.", json_schema_extra=ADVANCED)


class _Adaptive(_Optimizer):
    """What Adam and its kin share."""

    beta_1: Beta1 = 0.9
    beta_2: Beta2 = 0.999
    epsilon: Epsilon = 1e-7


class _Adam(_Adaptive):
    """What Adam and AdamW share."""

    amsgrad: bool = Field(
        False,
        description="Never forgets the largest size of the gradient. https://openreview.net/forum?id=ryQu7f-RZ",
        json_schema_extra=ADVANCED,
    )


class Adam(_Adam):
    """Momentum and step size adapted per weight. Kingma and Ba, https://arxiv.org/abs/1412.6980"""

    type: Literal["Adam"] = "Adam"


class AdamW(_Adam):
    """Adam with weights that shrink a little each step. https://arxiv.org/abs/1711.05101"""

    type: Literal["AdamW"] = "AdamW"
    weight_decay: Decay = Field(0.004, description=SHRINKING)


class Nadam(_Adaptive):
    """Adam that looks ahead along the momentum, as Nesterov does. Dozat, ICLR 2016 workshop"""

    type: Literal["Nadam"] = "Nadam"


class Adamax(_Adaptive):
    """Adam by the largest recent gradient instead of the mean size. https://arxiv.org/abs/1412.6980, section 7"""

    type: Literal["Adamax"] = "Adamax"


class Adagrad(_Optimizer):
    """Smaller steps for weights that moved much already; suits rare features. Duchi et al., 2011"""

    type: Literal["Adagrad"] = "Adagrad"
    initial_accumulator_value: float = Field(
        0.1, ge=0, le=1e6, description="The size of the gradient to begin with.", json_schema_extra=ADVANCED
    )
    epsilon: Epsilon = 1e-7


class Adadelta(_Optimizer):
    """Steps by the recent sizes of steps and gradients; wants a learning rate near 1. https://arxiv.org/abs/1212.5701"""

    type: Literal["Adadelta"] = "Adadelta"
    rho: Share = Field(0.95, description="How slowly sizes are forgotten.", json_schema_extra=ADVANCED)
    epsilon: Epsilon = 1e-7


class Lion(_Optimizer):
    """Steps of one size by the sign of the momentum; wants a tenth of Adam's rate. https://arxiv.org/abs/2302.06675"""

    type: Literal["Lion"] = "Lion"
    beta_1: Beta1 = 0.9
    beta_2: Annotated[
        Share, Field(description="How slowly the momentum itself is forgotten.", json_schema_extra=ADVANCED)
    ] = 0.99


class Lamb(_Adaptive):
    """Adam with steps in proportion to each weight array; made for large batches. https://arxiv.org/abs/1904.00962"""

    type: Literal["Lamb"] = "Lamb"


class Adafactor(_Optimizer):
    """Adaptive steps that need little memory; the rate falls with the root of the steps. https://arxiv.org/abs/1804.04235"""

    type: Literal["Adafactor"] = "Adafactor"
    beta_2_decay: float = Field(
        -0.8, ge=-10, lt=0, description="How fast older gradients lose weight.", json_schema_extra=ADVANCED
    )
    epsilon_1: float = Field(
        1e-30, gt=0, le=1, description="Keeps the size of the gradient above 0.", json_schema_extra=ADVANCED
    )
    epsilon_2: float = Field(
        1e-3, gt=0, le=1, description="Keeps the size of the weights above 0.", json_schema_extra=ADVANCED
    )
    clip_threshold: float = Field(
        1.0, gt=0, le=1e6, description="The longest step, in mean size.", json_schema_extra=ADVANCED
    )


OPTIMIZERS: tuple[type[_Optimizer], ...] = (
    SGD, RMSprop, Adam, AdamW, Nadam, Adamax, Adagrad, Adadelta, Lion, Lamb, Adafactor,
)  # fmt: skip

Optimizer = Annotated[
    SGD | RMSprop | Adam | AdamW | Nadam | Adamax | Adagrad | Adadelta | Lion | Lamb | Adafactor,
    Field(discriminator="type"),
]
