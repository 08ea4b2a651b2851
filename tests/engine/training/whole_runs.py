"""What tests of whole runs share."""

from __future__ import annotations

from typing import Any

import pytest

from engine.job import Job
from engine.problems import Refusal
from tests.engine.samples import events

STILL = {"type": "SGD", "learning_rate": 1e-30}
"""Moves no weight, so that every epoch is the same."""


def refused(given: Job) -> dict[str, Any]:
    with pytest.raises(Refusal) as refusal:
        events(given)
    return refusal.value.problem.document()
