"""What can be measured and watched, by name; light, since settings are read where nothing is computed."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field
from pydantic.config import JsonDict

Kind = Literal["category", "number"]
"""What a target can be."""

CategoryMetric = Literal[
    "accuracy", "balanced_accuracy", "precision", "recall", "f1", "auc", "average_precision", "log_loss",
    "top_3_accuracy", "top_5_accuracy", "kl_divergence",
]  # fmt: skip
NumberMetric = Literal["mae", "rmse", "r2", "mape", "median_ae"]
MetricName = Literal[CategoryMetric, NumberMetric, "cosine_similarity"]


def kinds(name: MetricName) -> tuple[Kind, ...]:
    """The kinds of target that a metric suits."""
    if name in get_args(CategoryMetric):
        return ("category",)
    return ("number",) if name in get_args(NumberMetric) else ("category", "number")


def suiting(prefix: str = "") -> JsonDict:
    """For the form: the kinds of target that each choice suits, where it does not suit all."""
    return {"x-kinds": {f"{prefix}{name}": list(kinds(name)) for name in get_args(MetricName)}}


Monitor = Annotated[
    str,
    Field(
        pattern=r"^validation_.",
        max_length=200,
        description="The measure that is watched, on the validation rows; whether more or less is better is known.",
        json_schema_extra={
            "enum": ["validation_loss", *(f"validation_{name}" for name in get_args(MetricName))],
            **suiting("validation_"),
        },
    ),
]
"""`validation_loss` or `validation_<metric>`; with several targets `validation_<target>_<metric>`."""
