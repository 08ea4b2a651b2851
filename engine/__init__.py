"""The front door of the engine: the only names the web app may import. Importing it loads no JAX."""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.data.gathered import dataset_name, together
    from engine.data.recipe import Recipe, recipe_schema
    from engine.data.samples import samples
    from engine.data.wishes import Wishes
    from engine.exits import ExitStatus
    from engine.graph.document import BlockDocument, Graph
    from engine.graph.library import library
    from engine.graph.palette import palette
    from engine.graphics import gpu_share
    from engine.machine import is_limited, memory_kills
    from engine.problems import Problem, Refusal
    from engine.ready_made import templates
    from engine.service import document_problem
    from engine.sessions import hold_back
    from engine.sizes import size_in_words
    from engine.training.checkpoint import Checkpoint, Checkpoints
    from engine.training.settings import Settings, rate_curve, settings_schema
    from engine.wakeup import wake
    from engine.worker import Worker, child_environment, large_pages, on_device

_LOADING = threading.RLock()  # two threads that import what imports each other can each meet it half made

_HOMES = {
    "BlockDocument": "engine.graph.document",
    "Checkpoint": "engine.training.checkpoint",
    "Checkpoints": "engine.training.checkpoint",
    "ExitStatus": "engine.exits",
    "Graph": "engine.graph.document",
    "Problem": "engine.problems",
    "Recipe": "engine.data.recipe",
    "Refusal": "engine.problems",
    "Settings": "engine.training.settings",
    "Wishes": "engine.data.wishes",
    "Worker": "engine.worker",
    "child_environment": "engine.worker",
    "dataset_name": "engine.data.gathered",
    "document_problem": "engine.service",
    "gpu_share": "engine.graphics",
    "hold_back": "engine.sessions",
    "is_limited": "engine.machine",
    "large_pages": "engine.worker",
    "library": "engine.graph.library",
    "memory_kills": "engine.machine",
    "on_device": "engine.worker",
    "palette": "engine.graph.palette",
    "recipe_schema": "engine.data.recipe",
    "rate_curve": "engine.training.settings",
    "samples": "engine.data.samples",
    "settings_schema": "engine.training.settings",
    "size_in_words": "engine.sizes",
    "templates": "engine.ready_made",
    "together": "engine.data.gathered",
    "wake": "engine.wakeup",
}

__all__ = [
    "BlockDocument",
    "Checkpoint",
    "Checkpoints",
    "ExitStatus",
    "Graph",
    "Problem",
    "Recipe",
    "Refusal",
    "Settings",
    "Wishes",
    "Worker",
    "child_environment",
    "dataset_name",
    "document_problem",
    "gpu_share",
    "hold_back",
    "is_limited",
    "large_pages",
    "library",
    "memory_kills",
    "on_device",
    "palette",
    "rate_curve",
    "recipe_schema",
    "samples",
    "settings_schema",
    "size_in_words",
    "templates",
    "together",
    "wake",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    with _LOADING:
        return getattr(importlib.import_module(_HOMES[name]), name)
