"""What can be measured and watched, by name; light, since settings are read where nothing is computed."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

MetricName = Literal[
    "accuracy", "balanced_accuracy", "precision", "recall", "f1", "auc", "average_precision", "log_loss",
    "top_3_accuracy", "top_5_accuracy", "kl_divergence", "mae", "rmse", "r2", "mape", "median_ae", "cosine_similarity",
]  # fmt: skip

Monitor = Annotated[
    str,
    Field(
        pattern=r"^validation_\w+$",
        max_length=200,
        description="The measure that is watched, on the validation rows; whether more or less is better is known.",
        json_schema_extra={"enum": ["validation_loss", *(f"validation_{name}" for name in get_args(MetricName))]},
    ),
]
"""`validation_loss` or `validation_<metric>`; with several targets `validation_<target>_<metric>`."""
