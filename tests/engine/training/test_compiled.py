"""Compiled programs are kept for whoever asked for them, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest
from jax.experimental.compilation_cache.compilation_cache import reset_cache

from engine.training.devices import keep_compiled


@pytest.fixture
def undisturbed() -> Iterator[None]:
    names = (
        "jax_compilation_cache_dir", "jax_compilation_cache_max_size",
        "jax_persistent_cache_min_compile_time_secs", "jax_persistent_cache_min_entry_size_bytes",
    )  # fmt: skip
    before = {name: getattr(jax.config, name) for name in names}
    yield
    for name, value in before.items():
        jax.config.update(name, value)
    reset_cache()


@pytest.mark.usefixtures("undisturbed")
def test_in_a_process_that_answers_for_several_people_each_has_compiled_programs_of_their_own(tmp_path: Path) -> None:
    kept = {}
    for person, size in (("anna", 3), ("ben", 4), ("anna", 5)):
        keep_compiled(tmp_path / person)
        jax.jit(lambda x: jnp.sin(x) * 2).lower(jax.ShapeDtypeStruct((size,), jnp.float32)).compile()
        kept[person] = len(list((tmp_path / person).glob("*-cache")))
    assert kept == {"anna": 2, "ben": 1}
