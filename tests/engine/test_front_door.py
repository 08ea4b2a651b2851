"""What the web app is given without a computation: the palette, the settings, samples and templates."""

from __future__ import annotations

import importlib
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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


MEETING = """
import threading
said, both = [], threading.Barrier(2)
def meet():
    said.append("begins")
    try:
        both.wait(0.3)
    except threading.BrokenBarrierError:
        pass
    said.append("ends")
"""


def test_two_threads_never_load_beside_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules that import each other would be met half made."""
    (tmp_path / "meeting_place.py").write_text(MEETING)
    monkeypatch.syspath_prepend(str(tmp_path))
    meeting = importlib.import_module("meeting_place")
    names = ["first_guest", "second_guest"]
    for name in names:
        (tmp_path / f"{name}.py").write_text(f"import meeting_place\nmeeting_place.meet()\n{name} = 1\n")
        monkeypatch.setitem(engine._HOMES, name, name)
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(lambda name: getattr(engine, name), names)) == [1, 1]
    assert meeting.said == ["begins", "ends"] * 2
    for name in ("meeting_place", *names):
        del sys.modules[name]
