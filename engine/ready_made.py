"""Ready-made projects: a bundled sample with the graph and settings that suit it."""

from __future__ import annotations

from typing import Any

TEMPLATES: tuple[dict[str, Any], ...] = (
    {
        "name": "breast_cancer",
        "title": "Tell benign from malignant",
        "description": "A small network on 30 measurements of cell nuclei. Trains in seconds.",
        "sample": "breast_cancer",
        "settings": {"epochs": 60, "batch_size": 32},
    },
    {
        "name": "digits",
        "title": "Read handwritten digits",
        "description": "A convolutional network on 1,797 small pictures in ten classes.",
        "sample": "digits",
        "settings": {"epochs": 20, "batch_size": 64},
    },
    {
        "name": "diabetes",
        "title": "Predict how a disease progresses",
        "description": "A regression on ten measurements of 442 patients.",
        "sample": "diabetes",
        "settings": {"epochs": 100, "batch_size": 32},
    },
)


def templates() -> list[dict[str, Any]]:
    """`{name, title, description, sample, settings}` of each; the graph follows from the sample's data."""
    return [dict(template) for template in TEMPLATES]
