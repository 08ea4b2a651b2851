"""Settings that do not fit the drawing or the data are told before a run is queued, as the trainer would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.estimating import preflight, rough
from engine.problems import Refusal
from engine.training.settings import Settings
from tests.engine.training.test_preflight import tagged
from tests.engine.training.whole_runs import refused, two_targets

MISFITS: dict[str, tuple[dict[str, Any], str, str]] = {
    "loss": ({"loss": "hinge"}, "loss_does_not_fit", "loss"),
    "loss of an output": ({"outputs": {"texture": {"loss": "hinge"}}}, "loss_does_not_fit", "outputs.texture.loss"),
    "metric": ({"metrics": ["exact_match"]}, "metric_does_not_fit", "metrics"),
    "early stopping": (
        {"early_stopping": {"monitor": "validation_exact_match"}},
        "monitor_is_not_measured",
        "early_stopping",
    ),
    "goal": ({"stop_when": {"monitor": "validation_nothing"}}, "monitor_is_not_measured", "stop_when"),
    "plateau": (
        {"schedule": {"type": "plateau", "monitor": "validation_nothing"}},
        "monitor_is_not_measured",
        "schedule",
    ),
    "frozen layer": ({"frozen": ["dense_99"]}, "unknown_name", "frozen"),
    "class": ({"class_weights": {"type": "given", "weights": {"odd": 2}}}, "unknown_name", "class_weights"),
    "class of an output": (
        {"outputs": {"texture": {"class_weights": {"type": "given", "weights": {"benign": 2}}}}},
        "unknown_name",
        "outputs.texture.class_weights",
    ),
    "output": ({"outputs": {"age": {"weight": 2}}}, "unknown_name", "outputs"),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_a_setting_that_does_not_fit_is_told_beforehand_as_the_trainer_would(
    tmp_path: Path, cells: Path, misfit: str
) -> None:
    settings, code, field = MISFITS[misfit]
    given = two_targets(tmp_path, cells, **settings)
    documents = {
        "graph": given.graph.model_dump(mode="json"),
        "dataset": str(cells),
        "recipe": given.recipe.model_dump(mode="json"),
        "settings": given.settings.model_dump(mode="json"),
    }
    problem = refused(given)
    assert (problem["code"], problem["where"]["field"]) == (code, field)
    for tell in (rough, preflight):
        with pytest.raises(Refusal) as refusal:
            tell(**documents)
        assert refusal.value.problem.document() == problem


def test_weights_of_labels_need_a_loss_of_each_label(tmp_path: Path) -> None:
    dataset, drawing, read = tagged(tmp_path)
    document = read.model_dump(mode="json")
    given = {"type": "given", "weights": {"b": 3}}
    settings = Settings.model_validate({"class_weights": given}).model_dump(mode="json")
    assert rough(drawing, str(dataset), document, settings)["memory"]
    assert preflight(drawing, str(dataset), document, settings, measure=False)["problem"] is None
    with pytest.raises(Refusal) as refusal:
        rough(drawing, str(dataset), document, {**settings, "loss": "cosine_similarity"})
    assert refusal.value.problem.code == "class_weights_do_not_fit"
