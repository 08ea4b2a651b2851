"""What can be measured and watched, by name; light, since settings are read where nothing is computed."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import Field
from pydantic.config import JsonDict

PART = "validation_"
"""How what is watched begins: it is measured on the validation rows."""

LOSS = f"{PART}loss"

Kind = Literal["category", "labels", "number", "numbers"]
"""What a target can be."""

CategoryMetric = Literal[
    "accuracy", "balanced_accuracy", "precision", "recall", "f1", "auc", "average_precision", "log_loss",
    "top_3_accuracy", "top_5_accuracy", "kl_divergence",
]  # fmt: skip
NumberMetric = Literal["mae", "rmse", "r2", "mape", "median_ae"]
LabelMetric = Literal["accuracy", "exact_match", "precision", "recall", "f1", "auc", "average_precision", "log_loss"]
MetricName = Literal[CategoryMetric, NumberMetric, LabelMetric, "cosine_similarity"]


TITLES: dict[MetricName, str] = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "auc": "AUC",
    "average_precision": "Average precision",
    "log_loss": "Log loss",
    "top_3_accuracy": "Top-3 accuracy",
    "top_5_accuracy": "Top-5 accuracy",
    "kl_divergence": "KL divergence",
    "mae": "MAE",
    "rmse": "RMSE",
    "r2": "R²",
    "mape": "MAPE",
    "median_ae": "Median error",
    "exact_match": "Exact matches",
    "cosine_similarity": "Cosine similarity",
}
"""What each measure is called."""


def kinds(name: MetricName) -> tuple[Kind, ...]:
    """The kinds of target that a metric suits."""
    suited: dict[Kind, Any] = {
        "category": CategoryMetric,
        "labels": LabelMetric,
        "number": NumberMetric,
        "numbers": NumberMetric,
    }
    everywhere = all(name not in get_args(names) for names in suited.values())
    return tuple(kind for kind, names in suited.items() if name in get_args(names) or (everywhere and kind != "labels"))


def suiting() -> JsonDict:
    """For the form: what measures are called, and the kinds of target that each suits, where it does not suit all."""
    return {
        "x-kinds": {name: list(kinds(name)) for name in TITLES},
        "x-words": {str(name): title for name, title in TITLES.items()},
        "x-usual": "usual_metrics",
    }


def watching() -> JsonDict:
    """For the form: the report of a drawing says what can be watched there; what it is called where there is none."""
    return {
        "x-source": "monitors",
        "x-words": {
            LOSS: "Validation loss",
            **{f"{PART}{name}": watched_title(title) for name, title in TITLES.items()},
        },
    }


def watched_title(title: str) -> str:
    """What a measure is called where it is watched, on the validation rows: Validation log loss, but Validation AUC."""
    return f"Validation {title[0].lower() + title[1:] if title[1].islower() else title}"


Monitor = Annotated[
    str,
    Field(
        pattern=r"^validation_.",
        max_length=200,
        description="The measure that is watched, on the validation rows; whether more or less is better is known.",
        json_schema_extra=watching(),
    ),
]
"""`validation_loss` or `validation_<metric>`; with several targets `validation_<target>_<metric>`."""
