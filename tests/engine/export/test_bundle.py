"""The download: unpacked where nothing of this project is known, it answers as the server does."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from PIL import Image
from safetensors.numpy import load_file

from engine.export.bundle import history_csv
from engine.export.card import model_card, training_lines
from engine.graph.model import Plan
from engine.predicting import predict_pictures, predict_rows
from engine.training.settings import Settings
from tests.engine import samples
from tests.engine.samples import picture

FILES = {"README.md", "graph.json", "history.csv", "metrics.json", "model.py", "predict.py"}
FILES |= {"preparation.json", "requirements.txt", "weights.safetensors"}


def unpacked(run: Path, folder: Path) -> Path:
    with zipfile.ZipFile(run / "bundle.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in a folder, with an environment that knows nothing of this project."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    command = [sys.executable, "-s", *arguments]
    return subprocess.run(command, cwd=folder, env={**kept, "JAX_PLATFORMS": "cpu"}, capture_output=True, text=True)


def predicted(folder: Path, *arguments: str) -> list[dict[str, str]]:
    done = python(folder, "predict.py", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return list(csv.DictReader(io.StringIO(done.stdout)))


def numbers(cells: dict[str, str], stem: str) -> list[float]:
    return [float(value) for name, value in cells.items() if name.startswith(stem)]


@pytest.fixture
def flowers_bundle(flowers_run: Path, tmp_path: Path) -> Path:
    return unpacked(flowers_run, tmp_path)


def test_the_model_card_shows_the_measures_beside_guessing(houses_run: Path) -> None:
    card = (houses_run / "README.md").read_text("utf-8")
    measures = json.loads((houses_run / "metrics.json").read_text("utf-8"))
    assert "| measure | validation | test | guessing on test |" in card
    assert f"| {measures['test']['mae']:.4g} | {measures['baselines'][0]['test']['mae']:.4g} |" in card
    assert "Guessing on test: Always the mean of the training rows." in card


def test_it_holds_what_the_contract_says(flowers_run: Path, flowers_bundle: Path) -> None:
    assert {path.name for path in flowers_bundle.iterdir()} == FILES
    for name in FILES:
        assert (flowers_bundle / name).read_bytes() == (flowers_run / name).read_bytes()
    weights = load_file(flowers_bundle / "weights.safetensors")
    assert set(weights) == {"layer_0.bias", "layer_0.kernel", "layer_1.bias", "layer_1.kernel"}
    wanted = dict(line.split("==") for line in (flowers_bundle / "requirements.txt").read_text().split())
    assert wanted == {name: version(name) for name in ("jax", "jaxlib", "flax", "numpy", "safetensors")}
    history = list(csv.DictReader(io.StringIO((flowers_bundle / "history.csv").read_text())))
    assert [row["epoch"] for row in history] == ["1", "2", "3"]
    assert set(history[0]) == {"epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy"}
    assert json.loads((flowers_bundle / "graph.json").read_text())["nodes"][0]["id"] == "input"
    assert not [path for path in flowers_run.iterdir() if path.name.endswith(".partial")]


def test_weights_are_stored_as_they_are_and_text_is_squeezed(flowers_run: Path) -> None:
    with zipfile.ZipFile(flowers_run / "bundle.zip") as archive:
        kinds = {entry.filename: entry.compress_type for entry in archive.infolist()}
    assert kinds.pop("weights.safetensors") == zipfile.ZIP_STORED
    assert set(kinds.values()) == {zipfile.ZIP_DEFLATED}


def test_nothing_of_this_project_is_within_its_reach(flowers_bundle: Path) -> None:
    done = python(flowers_bundle, "-c", "import engine")
    assert "No module named 'engine'" in done.stderr
    for name in ("model.py", "predict.py"):
        assert "engine" not in (flowers_bundle / name).read_text("utf-8")


def test_it_answers_rows_with_gaps_and_unknown_categories_as_the_server_does(
    flowers_run: Path, flowers_bundle: Path
) -> None:
    rows = [
        {"note": "x,1", "length": "1.5", "width": "-0.5", "colour": "red"},
        {"note": "", "length": "", "width": "0", "colour": ""},
        {"note": "z", "length": "4e0", "width": " -2.0 ", "colour": "green"},
    ]
    with (flowers_bundle / "rows.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    answers, expected = predicted(flowers_bundle, "rows.csv"), predict_rows(flowers_run, rows)
    assert [answer["note"] for answer in answers] == ["x,1", "", "z"]
    for answer, known in zip(answers, expected, strict=True):
        assert answer["species_predicted"] == known["species"]
        chances = known["species_probabilities"]
        assert numbers(answer, "species_probability_") == pytest.approx(list(chances.values()), abs=1e-5)
        assert sum(chances.values()) == pytest.approx(1, abs=1e-5)


def test_whoever_wants_only_the_first_predictions_gets_no_traceback(flowers_bundle: Path) -> None:
    rows = "\n".join(f"{place},2,red" for place in range(20_000))
    (flowers_bundle / "rows.csv").write_text(f"length,width,colour\n{rows}\n")
    piped = f"import subprocess as s; p = s.Popen([{sys.executable!r}, 'predict.py', 'rows.csv'], stdout=s.PIPE)"
    read = python(flowers_bundle, "-c", f"{piped}; print(p.stdout.readline()); p.stdout.close(); p.wait()")
    assert "species_predicted" in read.stdout
    assert read.stderr == ""


def test_its_own_answers_can_be_given_to_it_again(flowers_bundle: Path) -> None:
    (flowers_bundle / "rows.csv").write_text("length,width,colour\n1,2,red\n")
    first = python(flowers_bundle, "predict.py", "rows.csv").stdout
    (flowers_bundle / "again.csv").write_text(first)
    assert python(flowers_bundle, "predict.py", "again.csv").stdout == first


def test_it_answers_numbers_in_their_own_unit(houses_run: Path, houses: Path, tmp_path: Path) -> None:
    folder = unpacked(houses_run, tmp_path)
    answers = predicted(folder, str(houses / "upload"))
    rows = list(csv.DictReader(io.StringIO((houses / "upload").read_text())))
    expected = [one["price"] for one in predict_rows(houses_run, rows)]
    assert numbers({str(place): one["price_predicted"] for place, one in enumerate(answers)}, "") == pytest.approx(
        expected, rel=1e-5
    )
    assert min(expected) > 10_000


def test_it_answers_pictures_of_any_size_and_kind(bars_run: Path, tmp_path: Path) -> None:
    folder = unpacked(bars_run, tmp_path)
    assert "pillow==" in (folder / "requirements.txt").read_text()
    (folder / "own.png").write_bytes(picture(True, 3))
    Image.new("RGB", (40, 31), (200, 30, 10)).save(folder / "red.jpg")
    Image.new("RGBA", (5, 9), (0, 0, 0, 40)).save(folder / "clear.png")
    names = ["own.png", "red.jpg", "clear.png"]
    answers = predicted(folder, *names)
    expected = predict_pictures(bars_run, [(folder / name).read_bytes() for name in names])
    assert [answer["file"] for answer in answers] == names
    for answer, known in zip(answers, expected, strict=True):
        assert answer["label_predicted"] == known["label"]
        chances = list(known["label_probabilities"].values())
        assert numbers(answer, "label_probability_") == pytest.approx(chances, abs=1e-5)


def test_what_is_random_while_training_leaves_its_answers_alone(bars: Path, tmp_path: Path) -> None:
    layers = [
        ("RandomRotation", {"factor": 0.05}),
        ("RandomTranslation", {"fill_mode": "constant"}),
        ("RandomCrop", {"height": 5, "width": 5}),
        ("RandomBrightness", {}),
        ("Conv2D", {"filters": 4}),
        ("GroupNormalization", {"groups": 2}),
        ("SpatialDropout2D", {"rate": 0.2}),
        ("PReLU", {"shared_axes": [1, 2]}),
        ("GaussianNoise", {}),
        ("Flatten", {}),
    ]
    (tmp_path / "run").mkdir()
    run = samples.run(tmp_path / "run", bars, 1, *layers)
    folder = unpacked(run, tmp_path / "bundle")
    (folder / "own.png").write_bytes(picture(True, 3))
    (answer,) = predicted(folder, "own.png")
    first, second = predict_pictures(run, [picture(True, 3)] * 2)
    assert first == second
    chances = list(first["label_probabilities"].values())
    assert numbers(answer, "label_probability_") == pytest.approx(chances, abs=1e-5)


BAD = {
    "text.csv": ("length,width,colour\n1,2,red\nlong,2,red\n", "Row 2, column 'length': 'long' is not a number"),
    "narrow.csv": ("length,colour\n1,red\n", "The column 'width' is missing"),
    "ragged.csv": ("length,width,colour\n1,2\n", "Row 1 has 2 values where 3 are expected"),
    "header.csv": ("length,width,colour\n", "The file holds no rows below its header line"),
    "empty.csv": ("", "The file holds no rows"),
    "bytes.csv": (b"\xff\xd8\x00\x81\x8d", "not text"),
    "gone.csv": (None, "There is no file gone.csv. Check its name"),
    ".": (None, ". is a folder. Name a file in it."),
}

EACH = """
import contextlib, io, json, sys, predict
told = {}
for name in sys.argv[1:]:
    sys.argv = ["predict.py", name]
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        told[name] = [predict.main()]
    told[name] += [out.getvalue(), err.getvalue()]
print(json.dumps(told))
"""


def test_a_bad_file_is_told_without_a_traceback(flowers_bundle: Path) -> None:
    for name, (content, _) in BAD.items():
        if content is not None:
            (flowers_bundle / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    told = json.loads(python(flowers_bundle, "-c", EACH, *BAD).stdout)
    for name, (_, words) in BAD.items():
        status, out, err = told[name]
        assert (status, out) == (1, ""), name
        assert words in err
        assert "Errno" not in err
    done = python(flowers_bundle, "predict.py", "text.csv")
    assert (done.returncode, done.stdout, done.stderr) == tuple(told["text.csv"])
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_picture_is_told_by_name(bars_run: Path, tmp_path: Path) -> None:
    folder = unpacked(bars_run, tmp_path)
    (folder / "bad.png").write_text("not a picture")
    done = python(folder, "predict.py", "bad.png")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("bad.png could not be read")
    assert "Traceback" not in done.stderr


def test_asked_for_help_it_shows_the_whole_command(flowers_bundle: Path) -> None:
    for option in ("--help", "-h"):
        done = python(flowers_bundle, "predict.py", option)
        assert (done.returncode, done.stderr) == (0, "")
        assert "python predict.py rows.csv > predictions.csv" in done.stdout


def test_a_part_of_the_download_that_is_missing_is_named(flowers_bundle: Path) -> None:
    part = flowers_bundle / "part"
    part.mkdir()
    for name in ("predict.py", "model.py", "preparation.json"):
        (part / name).write_bytes((flowers_bundle / name).read_bytes())
    done = python(part, "predict.py", "rows.csv")
    assert done.returncode == 1
    assert done.stderr == "weights.safetensors is not beside predict.py. Unpack the whole zip into one folder.\n"


def test_without_a_file_it_says_how_it_is_used(flowers_bundle: Path) -> None:
    done = python(flowers_bundle, "predict.py")
    assert done.returncode == 2
    assert "python predict.py rows.csv" in done.stderr


def test_the_card_tells_what_the_model_is(flowers_bundle: Path, houses_run: Path, bars_run: Path) -> None:
    card = (flowers_bundle / "README.md").read_text("utf-8")
    assert card.startswith("# A test\n")
    assert "one of `iris`, `rose`, `tulip`" in card
    assert "All epochs were trained." in card
    assert "| accuracy |" in card
    assert "- `price`: a number" in (houses_run / "README.md").read_text("utf-8")
    assert "6 × 6 pixels" in (bars_run / "README.md").read_text("utf-8")


def test_hostile_names_stay_on_their_line_in_the_card() -> None:
    preparation = {
        "kind": "table",
        "columns": {"a`b|c\n# d": {}},
        "targets": {"y\n\n- z": {"kind": "category", "classes": [str(one) for one in range(40)]}},
        "rows": {"train": 1, "validation": 1, "test": 1},
    }
    measures = {"reason": "completed", "best_epoch": 1, "validation": {"loss": 1.0, "auc": 0.5}, "test": {"loss": 2.0}}
    card = model_card("My\n# model", Plan((), (), (), ()), preparation, measures)
    assert card.splitlines()[0] == "# My # model"
    assert "`a'b/c # d`" in card
    assert "- `y - z`: one of" in card
    assert "and 10 more" in card
    assert "| auc | 0.5 | – |" in card


def test_the_card_tells_how_the_model_was_trained_and_that_classes_had_weights() -> None:
    settings = Settings.model_validate(
        {"batch_size": 1000, "seed": 7, "class_weights": "balanced", "schedule": {"type": "cosine"}}
    )
    preparation = {"targets": {"fraud": {"kind": "category"}, "amount": {"kind": "number"}}}
    measures = {"changes": [{"number": 1, "step": 40, "learning_rate": 0.01}, {"number": 2, "step": 60, "epochs": 9}]}
    assert training_lines(settings, preparation, measures, "run 3") == [
        "Optimizer Adam, learning rate 0.001, 0.01 from step 41 on, schedule cosine, batches of 1,000, seed 7.",
        "It goes on from run 3.",
        "Classes of `fraud` had weights in training: the probabilities rank rows well, but are not how frequent a "
        "class is.",
    ]


def test_the_card_of_a_model_stopped_within_its_first_epoch_names_no_epoch() -> None:
    preparation = {"kind": "images", "inputs": {"image": {"shape": [8, 8, 1]}}, "targets": {}}
    preparation["rows"] = {"train": 1, "validation": 1, "test": 1}
    measures = {"reason": "stopped_by_user", "best_epoch": 0, "validation": {"loss": 1.0}, "test": {"loss": 2.0}}
    card = model_card("Digits", Plan((), (), (), ()), preparation, measures)
    assert "Training was stopped by hand. The weights are those of that moment" in card
    assert "epoch 0" not in card


def test_the_history_has_a_column_for_every_measure() -> None:
    history = [
        {"epoch": 1, "train": {"loss": 1.0}, "validation": {"loss": 2.0}},
        {"epoch": 2, "train": {"loss": 0.5}, "validation": {"loss": 1.5, "auc": 0.7}},
    ]
    assert history_csv(history).splitlines() == [
        "epoch,train_loss,validation_loss,validation_auc",
        "1,1.0,2.0,",
        "2,0.5,1.5,0.7",
    ]
