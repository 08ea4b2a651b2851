"""Activations and initializers under their Keras names, and what each is in JAX."""

from __future__ import annotations

from typing import Literal

from engine.call import Call, Name

Activation = Literal[
    "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "softsign",
    "sigmoid", "hard_sigmoid", "tanh", "exponential", "softmax", "log_softmax",
]  # fmt: skip

ACTIVATIONS: dict[str, Name | None] = {
    "linear": None,
    "relu": Name("nnx.relu"),
    "relu6": Name("nnx.relu6"),
    "leaky_relu": Name("leaky_relu"),
    "elu": Name("nnx.elu"),
    "selu": Name("nnx.selu"),
    "gelu": Name("gelu"),
    "silu": Name("nnx.silu"),
    "softplus": Name("nnx.softplus"),
    "softsign": Name("nnx.soft_sign"),
    "sigmoid": Name("nnx.sigmoid"),
    "hard_sigmoid": Name("nnx.hard_sigmoid"),
    "tanh": Name("nnx.tanh"),
    "exponential": Name("jnp.exp"),
    "softmax": Name("nnx.softmax"),
    "log_softmax": Name("nnx.log_softmax"),
}

Initializer = Literal[
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal",
    "random_uniform", "random_normal", "truncated_normal", "orthogonal", "zeros", "ones",
]  # fmt: skip

BiasInitializer = Literal["zeros", "ones", "random_uniform", "random_normal", "truncated_normal"]
"""Those that need no fan-in and fan-out, which a single axis does not have."""

INITIALIZERS: dict[str, Call] = {
    "glorot_uniform": Call("nnx.initializers.glorot_uniform"),
    "glorot_normal": Call("nnx.initializers.glorot_normal"),
    "he_uniform": Call("nnx.initializers.he_uniform"),
    "he_normal": Call("nnx.initializers.he_normal"),
    "lecun_uniform": Call("nnx.initializers.lecun_uniform"),
    "lecun_normal": Call("nnx.initializers.lecun_normal"),
    "random_uniform": Call("random_uniform", -0.05, 0.05),
    "random_normal": Call("nnx.initializers.normal", 0.05),
    "truncated_normal": Call("nnx.initializers.truncated_normal", 0.05),
    "orthogonal": Call("nnx.initializers.orthogonal"),
    "zeros": Call("nnx.initializers.constant", 0.0),
    "ones": Call("nnx.initializers.constant", 1.0),
}

Padding = Literal["valid", "same"]
