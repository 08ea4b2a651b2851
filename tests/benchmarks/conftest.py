"""Tests of the benchmarks compute on the CPU, as do the processes that they start."""

from __future__ import annotations

import os

os.environ["JAX_PLATFORMS"] = "cpu"
