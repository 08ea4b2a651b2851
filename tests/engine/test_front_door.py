"""What the web app is given without a computation: the palette, the settings, samples and templates."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

import engine


def test_the_settings_form_is_valid_json_schema() -> None:
    schema = engine.settings_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(engine.Settings().model_dump(mode="json"))


def test_a_template_stands_on_a_sample_that_exists() -> None:
    samples = {sample["name"]: sample for sample in engine.samples()}
    assert set(samples) == {"breast_cancer", "digits", "diabetes"}
    for sample in samples.values():
        assert set(sample) == {"name", "title", "description", "kind", "rows", "columns"}
    for template in engine.templates():
        assert set(template) >= {"name", "title", "description", "sample", "settings"}
        assert template["sample"] in samples
        engine.Settings.model_validate(template["settings"])


@pytest.mark.parametrize(
    "answer", [engine.palette, engine.library, engine.samples, engine.templates, engine.settings_schema]
)
def test_every_answer_is_json_and_nobody_can_spoil_it(answer: object) -> None:
    assert callable(answer)
    first = answer()
    assert json.loads(json.dumps(first, allow_nan=False)) == json.loads(json.dumps(answer()))
    first.clear()
    assert answer()


def test_palette_names_are_told_once() -> None:
    names = [entry["type"] for entry in engine.palette()]
    assert len(names) == len(set(names)) > 16
