"""Losses with their Keras names, arguments and defaults, as documents; `losses` computes them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic.config import JsonDict
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

from engine.training.optimizers import ADVANCED

Suits = Literal["any", "several", "number", "one", "many"]
"""What a loss is for: any answer, answers of several values, numbers, categories answered by one value (and labels,
each by its own), categories answered by one value for each class."""

Smoothing = Annotated[
    float,
    Field(ge=0, lt=1, description="The share of certainty that is taken from the truth and spread over all classes."),
]
Gamma = Annotated[
    float, Field(ge=0, le=100, description="How little rows count that are answered well already; 0 turns it off.")
]
Alpha = Annotated[float, Field(gt=0, le=1)]


class _Loss(BaseModel):
    """What all losses share. One whose arguments are all the usual ones is written by its name alone."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    suits: ClassVar[Suits]
    own_unit: ClassVar[bool] = False
    """Whether it is about values in the target's own unit, and not as they are scaled for training."""

    @model_serializer(mode="wrap")
    def _short(self, whole: SerializerFunctionWrapHandler) -> str | dict[str, Any]:
        document: dict[str, Any] = whole(self)
        usual = all(getattr(self, name) == field.default for name, field in type(self).model_fields.items())
        return str(document["type"]) if usual else document


class Auto(_Loss):
    """Cross-entropy for categories, squared error for numbers."""

    model_config = ConfigDict(title="auto")
    suits = "any"
    type: Literal["auto"] = "auto"


class MeanSquaredError(_Loss):
    """The mean of the squared errors; large errors count most."""

    model_config = ConfigDict(title="mse · mean squared error")
    suits = "any"
    type: Literal["mse"] = "mse"


class MeanAbsoluteError(_Loss):
    """The mean of the errors without their signs; aims at the median."""

    model_config = ConfigDict(title="mae · mean absolute error")
    suits = "any"
    type: Literal["mae"] = "mae"


class Huber(_Loss):
    """Squared for small errors and straight for large ones, so that outliers count less."""

    model_config = ConfigDict(title="huber")
    suits = "any"
    type: Literal["huber"] = "huber"
    delta: float = Field(1.0, gt=0, le=1e9, description="The error from which on it is straight, as scaled.")


class LogCosh(_Loss):
    """Like the squared error for small errors and like the absolute error for large ones, without a bend."""

    model_config = ConfigDict(title="log_cosh")
    suits = "any"
    type: Literal["log_cosh"] = "log_cosh"


class MeanAbsolutePercentageError(_Loss):
    """The mean error in percent of the true value; for numbers that stay away from 0."""

    model_config = ConfigDict(title="mape · percentage error")
    suits, own_unit = "number", True
    type: Literal["mape"] = "mape"


class MeanSquaredLogarithmicError(_Loss):
    """The squared error of logarithms; for numbers from 0 up, where ratios matter."""

    model_config = ConfigDict(title="msle · logarithmic error")
    suits, own_unit = "number", True
    type: Literal["msle"] = "msle"


class Quantile(_Loss):
    """The pinball loss: aims at a quantile, with one share of rows below the answer and the rest above it."""

    model_config = ConfigDict(title="quantile · pinball")
    suits = "number"
    type: Literal["quantile"] = "quantile"
    quantile: float = Field(0.5, gt=0, lt=1, description="The share of rows that should lie below the answer.")


class Poisson(_Loss):
    """For counts; the answer must be above 0, as softplus or exponential at the Output make it."""

    model_config = ConfigDict(title="poisson")
    suits, own_unit = "number", True
    type: Literal["poisson"] = "poisson"


class CosineSimilarity(_Loss):
    """How far answer and truth point in the same direction, from -1, the same, to 1, the opposite."""

    model_config = ConfigDict(title="cosine_similarity")
    suits = "several"
    type: Literal["cosine_similarity"] = "cosine_similarity"


class BinaryCrossentropy(_Loss):
    """Cross-entropy of two classes answered by one probability, or of labels that each are yes or no."""

    model_config = ConfigDict(title="binary_crossentropy")
    suits = "one"
    type: Literal["binary_crossentropy"] = "binary_crossentropy"
    label_smoothing: Smoothing = 0.0


class BinaryFocalCrossentropy(_Loss):
    """Cross-entropy of two classes in which rows answered well count less. https://arxiv.org/abs/1708.02002"""

    model_config = ConfigDict(title="binary_focal_crossentropy")
    suits = "one"
    type: Literal["binary_focal_crossentropy"] = "binary_focal_crossentropy"
    gamma: Gamma = 2.0
    apply_class_balancing: bool = Field(False, description="Weighs the second class by alpha, the first by the rest.")
    alpha: Alpha = Field(0.25, description="The weight of the second class.", json_schema_extra=ADVANCED)
    label_smoothing: Smoothing = 0.0


class CategoricalCrossentropy(_Loss):
    """Cross-entropy of classes answered by one probability each."""

    model_config = ConfigDict(title="categorical_crossentropy")
    suits = "many"
    type: Literal["categorical_crossentropy"] = "categorical_crossentropy"
    label_smoothing: Smoothing = 0.0


class CategoricalFocalCrossentropy(_Loss):
    """Cross-entropy of classes in which rows answered well count less. https://arxiv.org/abs/1708.02002"""

    model_config = ConfigDict(title="categorical_focal_crossentropy")
    suits = "many"
    type: Literal["categorical_focal_crossentropy"] = "categorical_focal_crossentropy"
    gamma: Gamma = 2.0
    alpha: Alpha = Field(0.25, description="By what the whole loss is multiplied.", json_schema_extra=ADVANCED)
    label_smoothing: Smoothing = 0.0


class KLDivergence(_Loss):
    """How far the answered probabilities are from the true ones, in nats."""

    model_config = ConfigDict(title="kl_divergence")
    suits = "many"
    type: Literal["kl_divergence"] = "kl_divergence"


class Hinge(_Loss):
    """Two classes told apart with a margin, as a support vector machine does; on the score before a sigmoid."""

    model_config = ConfigDict(title="hinge")
    suits = "one"
    type: Literal["hinge"] = "hinge"


class SquaredHinge(_Loss):
    """The hinge loss squared, which punishes large violations of the margin more."""

    model_config = ConfigDict(title="squared_hinge")
    suits = "one"
    type: Literal["squared_hinge"] = "squared_hinge"


class CategoricalHinge(_Loss):
    """Many classes told apart with a margin between the true and the best wrong one; on scores before a softmax."""

    model_config = ConfigDict(title="categorical_hinge")
    suits = "many"
    type: Literal["categorical_hinge"] = "categorical_hinge"


LOSSES: tuple[type[_Loss], ...] = (
    Auto, MeanSquaredError, MeanAbsoluteError, Huber, LogCosh, MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError, Quantile, Poisson, CosineSimilarity, BinaryCrossentropy, BinaryFocalCrossentropy,
    CategoricalCrossentropy, CategoricalFocalCrossentropy, KLDivergence, Hinge, SquaredHinge, CategoricalHinge,
)  # fmt: skip

ALSO: dict[str, str] = {
    "mean_squared_error": "mse",
    "mean_absolute_error": "mae",
    "mean_absolute_percentage_error": "mape",
    "mean_squared_logarithmic_error": "msle",
    "sparse_categorical_crossentropy": "categorical_crossentropy",
}
"""Other names Keras has for the same losses; whether classes are numbers or columns is no concern of the user."""


class ByName:
    """Lets a branch of a union be given by its name alone."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(self._written_out, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        document = handler(schema)
        if "oneOf" in document:
            document["oneOf"] = [*document["oneOf"], {"enum": list(document["discriminator"]["mapping"])}]
        return document

    @staticmethod
    def _written_out(given: Any) -> Any:
        return {"type": ALSO.get(given, given)} if isinstance(given, str) else given


Loss = Annotated[
    Auto
    | MeanSquaredError
    | MeanAbsoluteError
    | Huber
    | LogCosh
    | MeanAbsolutePercentageError
    | MeanSquaredLogarithmicError
    | Quantile
    | Poisson
    | CosineSimilarity
    | BinaryCrossentropy
    | BinaryFocalCrossentropy
    | CategoricalCrossentropy
    | CategoricalFocalCrossentropy
    | KLDivergence
    | Hinge
    | SquaredHinge
    | CategoricalHinge,
    Field(discriminator="type"),
    ByName(),
]


class Equal(BaseModel):
    """Every row counts the same."""

    model_config = ConfigDict(extra="forbid", title="Equal")
    type: Literal["equal"] = "equal"


class Balanced(BaseModel):
    """Every class counts the same in all: rows of rare classes count more. Of labels, yes and no of each."""

    model_config = ConfigDict(extra="forbid", title="Balanced")
    type: Literal["balanced"] = "balanced"


class Given(BaseModel):
    """Rows count by the weight of their class, labels by their own where they are yes; the rest counts 1."""

    model_config = ConfigDict(extra="forbid", title="Given", allow_inf_nan=False)
    type: Literal["given"] = "given"
    weights: dict[str, Annotated[float, Field(ge=0, le=1e6, json_schema_extra={"default": 1})]] = Field(
        default_factory=dict,
        max_length=10_000,
        description="How much a row of the class counts.",
        json_schema_extra={"x-source": "classes"},
    )


ClassWeights = Annotated[Equal | Balanced | Given, Field(discriminator="type"), ByName()]


FITTING: JsonDict = {"x-fits": "losses"}
"""For the form: under which name the report of a drawing tells what fits a target."""


CLASSES: JsonDict = {"x-only": ["category", "labels"]}
"""For the form: the kinds of target that a setting is about."""


class OutputSettings(BaseModel):
    """How one of several outputs is trained."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    loss: Loss | None = Field(
        None,
        description="What training makes small at this output.",
        json_schema_extra={**FITTING, "x-inherits": "loss", "x-empty": "as above"},
    )
    weight: float = Field(1.0, ge=0, le=1e6, description="How much the loss of this output counts.")
    class_weights: ClassWeights | None = Field(
        None,
        description="How much rows of each class count in the loss of this output.",
        json_schema_extra={**ADVANCED, **CLASSES, "x-inherits": "class_weights", "x-empty": "as above"},
    )
