"""What tests of whole runs share: how the compiler works, and how many steps a call takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import jax
import pytest

from engine.training import chunks, keeper, pulse

Set = Callable[..., None]


@pytest.fixture
def optimized() -> Iterator[None]:
    """The compiler as it works in production, where the same steps are the same to the last digit however they run."""
    jax.config.update("jax_disable_most_optimizations", False)
    yield
    jax.config.update("jax_disable_most_optimizations", True)


@pytest.fixture
def each_step(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Says how many steps a call takes; every call is told of."""
    monkeypatch.setattr(pulse, "EVENT_SECONDS", 0.0)
    monkeypatch.setattr(keeper, "LARGEST_SHARE", 1e9)

    def steps(longest: int) -> None:
        monkeypatch.setattr(chunks, "CHUNK_SECONDS", 100.0 if longest > 1 else 0.0)
        monkeypatch.setattr(chunks, "LONGEST_CHUNK", longest)

    return steps
