"""Sessions that stand back, also where the system lets only one be set in a moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import sessions
from engine.sessions import hold_back


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    monkeypatch.setattr(sessions, "AGAIN_SECONDS", 0.0)
    return []


@pytest.mark.parametrize(("refusals", "taken"), [(0, True), (1, True), (5, False)])
def test_a_session_that_is_set_just_after_another_is_tried_once_more(
    written: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, refusals: int, taken: bool
) -> None:
    left = [BlockingIOError()] * refusals

    def write(path: Path, text: str) -> None:
        if left:
            raise left.pop()
        written.append((str(path), text))

    monkeypatch.setattr(Path, "write_text", write)
    hold_back("self", 12)
    assert written == ([("/proc/self/autogroup", "12")] if taken else [])
    assert len(left) == max(0, refusals - 2)


def test_a_process_that_has_ended_is_passed_over() -> None:
    hold_back(2**30, 10)
