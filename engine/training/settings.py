"""The training settings document: what the training form shows and a run freezes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.training.criteria import CLASSES, FITTING, Auto, ClassWeights, Equal, Loss, OutputSettings
from engine.training.names import MetricName, Monitor, offering
from engine.training.optimizers import ADVANCED, Adam, Optimizer
from engine.training.schedules import Constant, Plateau, Schedule

CURVE_POINTS = 400
"""In how many places the curve of the learning rate is worked out."""


class EarlyStopping(BaseModel):
    """Stops when validation has not improved for a while."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    monitor: Monitor = "validation_loss"
    patience: int = Field(10, ge=1, le=100_000, description="How many epochs without improvement to wait.")
    min_delta: float = Field(
        0.0, ge=0, le=1e12, description="The least change that counts as improvement.", json_schema_extra=ADVANCED
    )
    start_from_epoch: int = Field(
        0, ge=0, le=100_000, description="After how many epochs to begin to watch.", json_schema_extra=ADVANCED
    )
    restore_best: bool = Field(
        True, description="Keeps the model of the best epoch instead of the last.", json_schema_extra=ADVANCED
    )


class StopWhen(BaseModel):
    """Stops as soon as validation is good enough."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    monitor: Monitor = "validation_loss"
    value: float = Field(0.0, ge=-1e12, le=1e12, description="The value it has to reach.")


class Settings(BaseModel):
    """How a drawn network is trained."""

    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = Field(1, json_schema_extra={"x-hidden": True})
    epochs: int = Field(20, ge=1, le=100_000, description="How many times all training rows are seen.")
    batch_size: int = Field(128, ge=1, le=1_000_000, description="How many rows each step looks at.")
    optimizer: Optimizer = Field(default_factory=Adam, description="The rule that moves the weights.")
    schedule: Schedule = Field(
        default_factory=Constant, description="How the learning rate changes from epoch to epoch."
    )
    loss: Loss = Field(
        default_factory=Auto,
        description="What training makes small: with several outputs a loss that fits them all. Each can have its own.",
        json_schema_extra=FITTING,
    )
    outputs: dict[str, OutputSettings] = Field(
        default_factory=dict,
        max_length=100,
        description="How each of several outputs is trained; those not named here by the loss above.",
        json_schema_extra={"x-source": "targets"},
    )
    class_weights: ClassWeights = Field(
        default_factory=Equal,
        description="How much rows of each class count in the loss; with several outputs each can have its own.",
        json_schema_extra={**ADVANCED, **CLASSES},
    )
    metrics: list[MetricName] | None = Field(
        default_factory=list,
        description="What is measured besides the loss. Empty: the usual metrics for the targets; null: nothing.",
        json_schema_extra=offering(),
    )
    early_stopping: EarlyStopping | None = Field(
        default_factory=EarlyStopping, description="Stops when validation no longer improves."
    )
    stop_when: StopWhen | None = Field(None, description="Stops as soon as validation is good enough.")
    precision: Literal["float32", "bfloat16"] = Field(
        "float32",
        description="bfloat16 computes with half the digits, which makes GPUs faster and CPUs slower. Weights, "
        "optimizer, loss and the trained model keep all digits.",
        json_schema_extra={
            **ADVANCED,
            "x-words": {"float32": "All digits (float32)", "bfloat16": "Mixed (bfloat16)"},
        },
    )
    frozen: list[Annotated[str, Field(min_length=1, max_length=1000)]] = Field(
        default_factory=list,
        max_length=10_000,
        title="Frozen layers",
        description="Layers whose weights stay as they are.",
        json_schema_extra={**ADVANCED, "x-source": "layers"},
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        description="Fixes the first weights and the order of rows: same seed, same curve.",
        json_schema_extra=ADVANCED,
    )


def monitors(settings: Settings) -> dict[str, str]:
    """Everything the settings watch, by the setting that says so."""
    schedule = settings.schedule
    watching = {
        "early_stopping": settings.early_stopping,
        "stop_when": settings.stop_when,
        "schedule": schedule if isinstance(schedule, Plateau) else None,
    }
    return {field: rule.monitor for field, rule in watching.items() if rule is not None}


def loss_at(settings: Settings, target: str) -> tuple[str, Loss]:
    """The loss of the output for a target, and the setting that says so."""
    own = settings.outputs.get(target)
    if own is None or own.loss is None:
        return "loss", settings.loss
    return f"outputs.{target}.loss", own.loss


def early_ends(settings: Settings) -> list[str]:
    """The settings that may end a training before its last epoch."""
    found, rule = [], settings.early_stopping
    if rule is not None and rule.start_from_epoch + 1 + rule.patience < settings.epochs:  # the first one is waited from
        found.append("early_stopping")
    if settings.stop_when is not None:
        found.append("stop_when")
    return found


def class_weights_at(settings: Settings, target: str) -> tuple[str, ClassWeights]:
    """The weights of the classes of a target, and the setting that says so."""
    own = settings.outputs.get(target)
    if own is None or own.class_weights is None:
        return "class_weights", settings.class_weights
    return f"outputs.{target}.class_weights", own.class_weights


def rate_curve(settings: Settings) -> dict[str, Any]:
    """`{epochs, rates, at_worst}`: the learning rate over all epochs, as far as it can be known before.

    `at_worst` is that of a run that never improves, None where that makes no difference.
    """
    places = [settings.epochs * place / CURVE_POINTS for place in range(CURVE_POINTS + 1)]
    base = settings.optimizer.learning_rate
    rates = [base * settings.schedule.factor(epoch, settings.epochs) for epoch in places]
    at_worst = None
    if isinstance(settings.schedule, Plateau):
        pairs = zip(places, rates, strict=True)
        at_worst = [rate * settings.schedule.at_worst(epoch, base) for epoch, rate in pairs]
    return {"epochs": places, "rates": rates, "at_worst": at_worst}


def settings_schema() -> dict[str, Any]:
    """The JSON Schema from which the training form is drawn."""
    return Settings.model_json_schema()
