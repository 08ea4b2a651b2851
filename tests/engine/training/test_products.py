"""That products on a CPU, and their gradients, are those of XLA."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from engine.training.products import quicken


@pytest.mark.parametrize("shape", [(7, 5), (2, 3, 4, 5), (1, 5)])
@pytest.mark.parametrize("bias", [True, False])
def test_a_quickened_dense_layer_gives_the_same_values_and_gradients(shape: tuple[int, ...], bias: bool) -> None:
    x = jnp.asarray(np.random.default_rng(0).normal(size=shape), jnp.float32)

    def gradients(layer: nnx.Linear) -> list[np.ndarray]:
        definition, weights = nnx.split(layer)

        def loss(weights: nnx.State, x: jax.Array) -> jax.Array:
            return jnp.sin(nnx.merge(definition, weights)(x)).sum()

        return [np.asarray(leaf) for leaf in jax.tree.leaves((layer(x), jax.grad(loss, (0, 1))(weights, x)))]

    layer = nnx.Linear(5, 6, use_bias=bias, rngs=nnx.Rngs(1))
    plain = gradients(layer)
    quicken(layer)
    assert "optimization_barrier" in str(jax.make_jaxpr(jax.grad(lambda x: layer(x).sum()))(x))
    quick = gradients(layer)
    assert len(plain) == len(quick)
    for one, other in zip(plain, quick, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
