"""Activations and initializers under their Keras names, and what each is in JAX."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from engine.call import Call, Name

ActivationName = Literal[
    "heaviside", "linear", "sigmoid", "tanh", "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "mish",
    "softplus", "softsign", "hard_sigmoid", "hard_sigmoid_v2", "hard_silu", "exponential", "softmax", "log_softmax",
]  # fmt: skip

SYNONYMS = {"swish": "silu", "hard_swish": "hard_silu"}
"""Other words for an activation; a document may have them, and is written with ours."""


def _read(word: Any) -> Any:
    return SYNONYMS.get(word, word) if isinstance(word, str) else word


SYNONYM = BeforeValidator(_read)
"""Lets a field of activations take the other words as well."""

Activation = Annotated[ActivationName, SYNONYM]

ACTIVATIONS: dict[str, Name | None] = {
    "heaviside": Name("heaviside"),
    "linear": None,
    "sigmoid": Name("nnx.sigmoid"),
    "tanh": Name("nnx.tanh"),
    "relu": Name("nnx.relu"),
    "relu6": Name("nnx.relu6"),
    "leaky_relu": Name("leaky_relu"),
    "elu": Name("nnx.elu"),
    "selu": Name("nnx.selu"),
    "gelu": Name("gelu"),
    "silu": Name("nnx.silu"),
    "mish": Name("jax.nn.mish"),
    "softplus": Name("nnx.softplus"),
    "softsign": Name("nnx.soft_sign"),
    "hard_sigmoid": Name("nnx.hard_sigmoid"),
    "hard_sigmoid_v2": Name("hard_sigmoid_v2"),
    "hard_silu": Name("nnx.hard_silu"),
    "exponential": Name("jnp.exp"),
    "softmax": Name("nnx.softmax"),
    "log_softmax": Name("nnx.log_softmax"),
}

Initializer = Literal[
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "variance_scaling",
    "random_uniform", "random_normal", "truncated_normal", "orthogonal", "zeros", "ones",
]  # fmt: skip

MatrixInitializer = Literal[Initializer, "identity"]
"""Those of weights that have exactly two axes, which identity needs."""

BiasInitializer = Literal["zeros", "ones", "random_uniform", "random_normal", "truncated_normal"]
"""Those that need no fan-in and fan-out, which a single axis does not have."""

INITIALIZERS: dict[str, Call] = {
    "glorot_uniform": Call("nnx.initializers.glorot_uniform"),
    "glorot_normal": Call("nnx.initializers.glorot_normal"),
    "he_uniform": Call("nnx.initializers.he_uniform"),
    "he_normal": Call("nnx.initializers.he_normal"),
    "lecun_uniform": Call("nnx.initializers.lecun_uniform"),
    "lecun_normal": Call("nnx.initializers.lecun_normal"),
    "variance_scaling": Call("nnx.initializers.variance_scaling", 1.0, "fan_in", "truncated_normal"),
    "random_uniform": Call("random_uniform", -0.05, 0.05),
    "random_normal": Call("nnx.initializers.normal", 0.05),
    "truncated_normal": Call("nnx.initializers.truncated_normal", 0.05),
    "orthogonal": Call("nnx.initializers.orthogonal"),
    "identity": Call("identity_matrix"),
    "zeros": Call("nnx.initializers.constant", 0.0),
    "ones": Call("nnx.initializers.constant", 1.0),
}

Padding = Literal["valid", "same"]
