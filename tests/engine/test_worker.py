"""The child that answers questions: every operation, and what becomes of it when it is slow, killed or cut off."""

from __future__ import annotations

import base64
import fcntl
import io
import os
import signal
import termios
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.problems import Refusal
from engine.service import OPERATIONS, answer
from engine.worker import Worker
from tests.engine.drawings import stack
from tests.engine.samples import network, picture, recipe

LIMIT = 90.0


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    child = Worker(limit_s=LIMIT)
    child.start()
    yield child
    child.close()


def refused(worker: Worker, op: str, **arguments: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        worker.ask(op, **arguments)
    assert refusal.value.problem.hint
    return refusal.value.problem.code


def page(worker: Worker, dataset: Path) -> dict[str, Any]:
    return worker.ask("rows", dataset=str(dataset), offset=0, limit=1)


def test_it_checks_a_drawing_with_its_data(worker: Worker, cells: Path) -> None:
    report = worker.ask("check", graph=network(cells, 2), dataset=str(cells), recipe=recipe(cells))
    assert report["problems"] == []
    assert report["inputs"] == {"features": {"shape": [2], "dtype": "float32"}}
    usual = {"usual_metrics": ["accuracy", "auc"], "usual_loss": "categorical_crossentropy"}
    (found,) = report["targets"].values()
    losses, metrics = found.pop("losses"), found.pop("metrics")
    weights = found.pop("balanced")
    assert list(weights) == ["benign", "malignant"]
    assert 1 / weights["benign"][0] + 1 / weights["malignant"][0] == pytest.approx(2)
    assert report["targets"] == {"diagnosis": {"kind": "category", "classes": ["benign", "malignant"], **usual}}
    assert {"auto", "mse", "categorical_crossentropy"} < set(losses)
    assert not {"binary_crossentropy", "hinge", "quantile"} & set(losses)
    assert metrics["recall"] == "Recall (malignant)"
    assert not {"rmse", "exact_match", "top_3_accuracy"} & set(metrics)
    monitors = {one["name"]: one["title"] for one in report["monitors"]}
    assert monitors["validation_loss"] == "Validation loss"
    assert monitors["validation_log_loss"] == "Validation log loss"
    assert not {"validation_rmse", "validation_diagnosis_auc"} & set(monitors)
    assert report["nodes"]["layer_0"] == {"shape": [8], "dtype": "float32", "parameters": 24}
    assert report["parameters"] == {"trainable": 42, "non_trainable": 0, "total": 42}
    wrong = worker.ask("check", graph=network(cells, 5), dataset=str(cells), recipe=recipe(cells))
    (problem,) = wrong["problems"]
    assert set(problem) == {"code", "node", "message", "hint", "fix"}
    assert problem["code"] == "wrong_number_of_classes"
    assert wrong["targets"]["diagnosis"].pop("losses")
    assert wrong["targets"]["diagnosis"].pop("metrics") == metrics
    assert wrong["targets"]["diagnosis"].pop("balanced") == weights
    assert wrong["targets"]["diagnosis"] == report["targets"]["diagnosis"] | {"usual_loss": None}


def test_it_checks_without_data(worker: Worker) -> None:
    report = worker.ask("check", graph=stack(("Dense", {"units": 2})), dataset=None, recipe=None)
    assert [problem["code"] for problem in report["problems"]] == ["missing_data"]
    assert report["inputs"] == report["targets"] == {}


def test_a_recipe_that_cannot_be_used_is_the_problem_of_the_check(worker: Worker, cells: Path) -> None:
    document = recipe(cells)
    document["columns"]["diagnosis"] |= {"role": "ignore"}
    report = worker.ask("check", graph=network(cells, 1) | {}, dataset=str(cells), recipe=document)
    assert [problem["code"] for problem in report["problems"]] == ["no_target"]
    assert refused(worker, "starter", dataset=str(cells), recipe=document) == "no_target"


def test_it_prints_the_source_of_a_drawing(worker: Worker, cells: Path) -> None:
    source = worker.ask("code", graph=network(cells, 1), dataset=str(cells), recipe=recipe(cells))["source"]
    assert "class Model(nnx.Module):" in source
    assert "nnx.Linear(" in source
    assert refused(worker, "code", graph=network(cells, 9), dataset=str(cells), recipe=recipe(cells)) == (
        "wrong_number_of_classes"
    )


@pytest.mark.parametrize("name", ["flowers", "cells", "houses", "bars"])
def test_it_draws_a_first_network_that_can_be_trained(worker: Worker, request: Any, name: str) -> None:
    dataset = request.getfixturevalue(name)
    graph = worker.ask("starter", dataset=str(dataset), recipe=recipe(dataset))["graph"]
    report = worker.ask("check", graph=graph, dataset=str(dataset), recipe=recipe(dataset))
    assert report["problems"] == []
    assert report["parameters"]["trainable"] > 0


def test_it_shows_rows_and_pictures(worker: Worker, cells: Path, bars: Path) -> None:
    found = worker.ask("rows", dataset=str(cells), offset=78, limit=10)
    assert found["columns"] == ["radius", "texture", "diagnosis"]
    assert found["total"] == 80
    assert len(found["rows"]) == 2
    shown = base64.b64decode(worker.ask("image", dataset=str(bars), index=5)["png"])
    assert Image.open(io.BytesIO(shown)).size == (6, 6)


def test_it_predicts_rows_and_pictures(worker: Worker, flowers_run: Path, bars_run: Path, tmp_path: Path) -> None:
    row = {"length": 1, "width": None, "colour": "red"}
    (prediction,) = worker.ask("predict", run_folder=str(flowers_run), rows=[row])["predictions"]
    assert prediction["species"] in prediction["species_probabilities"]
    path = tmp_path / "picture"
    path.write_bytes(picture(True, 1))
    (prediction,) = worker.ask("predict_images", run_folder=str(bars_run), images=[str(path)])["predictions"]
    assert prediction["label"] in ("lying", "standing")


def test_it_refuses_what_it_cannot_predict(worker: Worker, flowers_run: Path, bars_run: Path, tmp_path: Path) -> None:
    run = str(flowers_run)
    assert refused(worker, "predict", run_folder=run, rows=[]) == "wrong_number_of_rows"
    assert refused(worker, "predict", run_folder=run, rows=[{"length": "long"}]) == "wrong_value"
    assert refused(worker, "predict", run_folder=run, rows=[{"width": 1, "length": "x", "colour": 1}]) == "wrong_value"
    assert refused(worker, "predict", run_folder=str(bars_run), rows=[{"a": 1}]) == "wrong_kind_of_input"
    path = tmp_path / "picture"
    path.write_bytes(b"hi")
    assert refused(worker, "predict_images", run_folder=run, images=[str(path)]) == "wrong_kind_of_input"
    for content in (b"hi", b""):
        path.write_bytes(content)
        assert refused(worker, "predict_images", run_folder=str(bars_run), images=[str(path)]) == "wrong_value"


def test_a_document_that_is_wrong_is_refused_in_plain_words(worker: Worker, cells: Path) -> None:
    assert refused(worker, "check", graph={"nodes": 1}, dataset=None, recipe=None) == "wrong_document"
    assert refused(worker, "check", graph={}, dataset=str(cells), recipe={"kind": "table"}) == "wrong_document"


def test_what_breaks_inside_is_told_without_internals(
    cells: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(OPERATIONS, "rows", lambda: 1 / 0)
    problem = answer("rows", {})["problem"]
    assert problem["code"] == "internal_error"
    assert "division" not in problem["message"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_many_threads_each_get_their_own_answer(worker: Worker, cells: Path) -> None:
    def ask(offset: int) -> Any:
        return worker.ask("rows", dataset=str(cells), offset=offset, limit=1)["rows"]

    expected = [ask(offset) for offset in range(12)]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(ask, range(12))) == expected


def test_a_killed_child_is_refused_and_replaced(worker: Worker, cells: Path) -> None:
    page(worker, cells)
    assert worker._child is not None
    first, pipe = worker._child.pid, worker._child.stdin
    os.kill(first, signal.SIGSTOP)  # it can take a question in, but never answers
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(page, worker, cells)
        while not any(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4))):  # until the question stands in its pipe
            pass
        os.kill(first, signal.SIGKILL)
        with pytest.raises(Refusal) as refusal:
            asking.result()
    assert refusal.value.problem.code == "worker_stopped"
    assert page(worker, cells)["total"] == 80
    assert worker._child.pid != first


def test_a_child_that_died_between_questions_is_not_noticed(worker: Worker, cells: Path) -> None:
    page(worker, cells)
    assert worker._child is not None
    os.kill(worker._child.pid, signal.SIGKILL)
    os.waitid(os.P_PID, worker._child.pid, os.WEXITED | os.WNOWAIT)
    assert page(worker, cells)["total"] == 80


def test_a_question_that_takes_too_long_is_refused(worker: Worker, cells: Path) -> None:
    page(worker, cells)
    assert worker._child is not None
    first = worker._child.pid
    os.kill(first, signal.SIGSTOP)
    worker.limit_s = 0.2
    assert refused(worker, "rows", dataset=str(cells), offset=0, limit=1) == "took_too_long"
    worker.limit_s = LIMIT
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert page(worker, cells)["total"] == 80


def test_a_large_question_to_a_child_that_does_not_read_is_refused_as_well(worker: Worker, cells: Path) -> None:
    page(worker, cells)
    assert worker._child is not None
    os.kill(worker._child.pid, signal.SIGSTOP)
    worker.limit_s = 0.2
    assert refused(worker, "check", graph={"nodes": ["x" * 10**6]}, dataset=None, recipe=None) == "took_too_long"
    worker.limit_s = LIMIT


def test_pipes_that_are_closed_are_replaced(worker: Worker, cells: Path) -> None:
    page(worker, cells)
    assert worker._child is not None
    assert worker._child.stdin is not None
    worker._child.stdin.close()
    assert refused(worker, "rows", dataset=str(cells), offset=0, limit=1) == "worker_stopped"
    assert page(worker, cells)["total"] == 80


def test_it_can_be_closed_twice_and_used_again(worker: Worker, cells: Path) -> None:
    worker.close()
    worker.close()
    assert worker._child is None
    assert page(worker, cells)["total"] == 80


def test_a_child_ends_with_its_parent() -> None:
    own = Worker(limit_s=LIMIT)
    own.start()
    child = own._child
    assert child is not None
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(timeout=60) == 0
    own.close()
