"""What every test of the engine stands on: strict JAX on the CPU, and small data sets."""

from __future__ import annotations

import os

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_NUMPY_RANK_PROMOTION"] = "raise"
# compiling is most of what small tests do: without these emitters it takes a third of the time
os.environ["XLA_FLAGS"] = " ".join([os.environ.get("XLA_FLAGS", ""), "--xla_cpu_use_fusion_emitters=false"])

from pathlib import Path

import jax
import pytest

from tests.engine import samples

jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_disable_most_optimizations", True)


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests that run the same program compile it once."""
    jax.config.update("jax_compilation_cache_dir", str(tmp_path_factory.mktemp("compiled")))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


@pytest.fixture(scope="session")
def flowers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """90 rows with numbers, a category and gaps; one of three species to tell."""
    return samples.table(tmp_path_factory.mktemp("flowers"), samples.FLOWERS)


@pytest.fixture(scope="session")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """80 rows of numbers; benign or malignant."""
    return samples.table(tmp_path_factory.mktemp("cells"), samples.CELLS)


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """70 rows with a category and gaps; a price in the hundreds of thousands."""
    return samples.table(tmp_path_factory.mktemp("houses"), samples.HOUSES)


@pytest.fixture(scope="session")
def bars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """48 grey pictures of 6 by 6 pixels; bars that stand or lie."""
    return samples.pictures(tmp_path_factory.mktemp("bars"))


@pytest.fixture(scope="session")
def flowers_run(tmp_path_factory: pytest.TempPathFactory, flowers: Path) -> Path:
    """The folder of a finished run that tells species."""
    return samples.run(tmp_path_factory.mktemp("flowers_run"), flowers, 3)


@pytest.fixture(scope="session")
def houses_run(tmp_path_factory: pytest.TempPathFactory, houses: Path) -> Path:
    """The folder of a finished run that guesses prices."""
    return samples.run(tmp_path_factory.mktemp("houses_run"), houses, 1)


@pytest.fixture(scope="session")
def bars_run(tmp_path_factory: pytest.TempPathFactory, bars: Path) -> Path:
    """The folder of a finished run that tells how bars lie."""
    layers = [("Conv2D", {"filters": 3, "padding": "same"}), ("BatchNormalization", {}), ("Flatten", {})]
    return samples.run(tmp_path_factory.mktemp("bars_run"), bars, 1, *layers)
