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

TopMetric = Literal[
    "top_2_accuracy", "top_3_accuracy", "top_4_accuracy", "top_5_accuracy", "top_6_accuracy", "top_7_accuracy",
    "top_8_accuracy", "top_9_accuracy", "top_10_accuracy",
]  # fmt: skip
MacroMetric = Literal["precision_macro", "recall_macro", "f1_macro"]
WeightedMetric = Literal["precision_weighted", "recall_weighted", "f1_weighted"]
MicroMetric = Literal["precision_micro", "recall_micro", "f1_micro"]
CategoryMetric = Literal[
    "accuracy", "balanced_accuracy", "precision", "recall", "f1", MacroMetric, WeightedMetric, "matthews_corrcoef",
    "cohen_kappa", "auc", "average_precision", "log_loss", "brier_score", TopMetric, "kl_divergence",
]  # fmt: skip
NumberMetric = Literal["mae", "rmse", "r2", "mape", "median_ae", "max_error"]
LabelMetric = Literal[
    "accuracy", "exact_match", "precision", "recall", "f1", WeightedMetric, MicroMetric, "auc", "average_precision",
    "log_loss", "brier_score",
]  # fmt: skip
MetricName = Literal[CategoryMetric, NumberMetric, LabelMetric, "cosine_similarity"]
"""What can be measured. Averages are called as scikit-learn calls them: `f1_weighted`."""


def top_of(name: str) -> int:
    """Among how many of the most probable classes a top-k accuracy looks for the true one; 0 for other measures."""
    return int(name.split("_")[1]) if name in get_args(TopMetric) else 0


TITLES: dict[MetricName, str] = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "precision_macro": "Macro precision",
    "recall_macro": "Macro recall",
    "f1_macro": "Macro F1",
    "precision_weighted": "Weighted precision",
    "recall_weighted": "Weighted recall",
    "f1_weighted": "Weighted F1",
    "precision_micro": "Micro precision",
    "recall_micro": "Micro recall",
    "f1_micro": "Micro F1",
    "matthews_corrcoef": "Matthews correlation",
    "cohen_kappa": "Cohen's kappa",
    "auc": "AUC",
    "average_precision": "Average precision",
    "log_loss": "Log loss",
    "brier_score": "Brier score",
    **{name: f"Top-{top_of(name)} accuracy" for name in get_args(TopMetric)},
    "kl_divergence": "KL divergence",
    "mae": "MAE",
    "rmse": "RMSE",
    "r2": "R²",
    "mape": "MAPE",
    "median_ae": "Median error",
    "max_error": "Largest error",
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


def fits(name: MetricName, kind: Kind, classes: int = 0) -> bool:
    """Whether a metric suits a target of a kind, which has so many classes.

    Among k of no more than k classes the true one always is; of more than two classes the plain measures are means
    of all.
    """
    if kind not in kinds(name):
        return False
    if name in get_args(MacroMetric):
        return classes == 2
    return kind != "category" or top_of(name) < classes


def suits(name: MetricName) -> str:
    """What a metric is for, in words."""
    if name in get_args(MacroMetric):
        return f"two classes ({name.removesuffix('_macro')} is the mean of all where there are more)"
    if top_of(name):
        return f"more than {top_of(name)} classes"
    return "numbers" if "number" in kinds(name) else "categories" if "category" in kinds(name) else "labels"


USUAL_TOP: tuple[MetricName, ...] = ("top_3_accuracy", "top_5_accuracy")

RARE: tuple[MetricName, ...] = (
    *get_args(MacroMetric), *get_args(WeightedMetric), *get_args(MicroMetric),
    *(name for name in get_args(TopMetric) if name not in USUAL_TOP), "matthews_corrcoef", "cohen_kappa", "brier_score",
    "kl_divergence", "max_error", "cosine_similarity",
)  # fmt: skip
"""What is seldom asked for."""


def offering() -> JsonDict:
    """For the form: what measures are called, which are seldom asked for, and under which names the report of a
    drawing tells what fits each target and what is usual for it."""
    return {
        "x-fits": "metrics",
        "x-rare": list(RARE),
        "x-words": {str(name): title for name, title in TITLES.items()},
        "x-usual": "usual_metrics",
        "x-empty": "only the loss",
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
