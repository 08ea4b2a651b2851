"""Whole Keras models, imported, filled with their weights and run: the recorded answers, built and printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.importing.running import running
from tests.engine.recorded import FOLDER, array, needs_records, recorded

pytestmark = needs_records

CASES = recorded("numeric_graph_cases.json.gz")
H5 = FOLDER / "h5_with_outputs"


def document(case: dict[str, Any]) -> dict[str, Any]:
    """The case as Keras 2 writes a functional model; each branch that begins has an input of its own."""
    inputs = case.get("inputs", [case.get("input")])
    layers: list[dict[str, Any]] = [
        {
            "class_name": "InputLayer",
            "name": f"input_{place}",
            "config": {"batch_input_shape": [None, *x["shape"]]},
            "inbound_nodes": [],
        }
        for place, x in enumerate(inputs)
    ]
    for one in case["model"]["layers"]:
        begins = [f"input_{one.get('branch', 0) if len(inputs) > 1 else 0}"]
        nodes: list[Any] = [[name, 0, 0, {}] for name in one["inbound"] or begins]
        name = one["attrs"]["name"]
        layers.append({"class_name": one["layerClass"], "name": name, "config": one["attrs"], "inbound_nodes": [nodes]})
    leaving = [[one["attrs"]["name"], 0, 0] for one in case["model"]["layers"] if not one["outbound"]]
    entering = [[f"input_{place}", 0, 0] for place in range(len(inputs))]
    config = {"layers": layers, "input_layers": entering, "output_layers": leaving}
    return {"class_name": "Model", "config": config, "keras_version": "2.0.0"}


def ran(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the built model, the printed one and Keras give for a recorded graph."""
    case = CASES[name]
    found = running(document(case))
    found.fill([array(one) for one in case["weights"]])
    inputs = [array(one)[None] for one in case.get("inputs", [case.get("input")])]
    built, copy = found.answers(*inputs)
    return built[0][0], copy[0][0], array(case["expected"])


def error(name: str) -> float:
    """The largest difference from Keras, as a part of the value where that is above 1."""
    built, _, expected = ran(name)
    return float(np.max(np.abs(built - expected) / np.maximum(np.abs(expected), 1)))


@pytest.mark.parametrize("name", CASES)
def test_a_recorded_graph_gives_what_keras_gave(name: str) -> None:
    built, copy, expected = ran(name)
    np.testing.assert_allclose(built, expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(copy, built)


def stored(path: Path) -> dict[str, np.ndarray]:
    """Every array of an HDF5 file under its path, weights in the order Keras lists them."""
    h5py = pytest.importorskip("h5py")
    found: dict[str, np.ndarray] = {}
    with h5py.File(path) as file:
        names = [
            f"{layer}/{weight}"
            for layer in map(bytes.decode, file.attrs.get("layer_names", []))
            for weight in map(bytes.decode, file[layer].attrs["weight_names"])
        ]
        if not names:
            file.visititems(lambda name, value: names.append(name) if hasattr(value, "shape") else None)
        for name in names:
            found[name] = np.asarray(file[name])
    return found


def test_a_stored_model_gives_what_keras_predicted() -> None:
    found = running((H5 / "simple_flatten_rnn_config.json").read_text())
    found.fill(list(stored(H5 / "simple_flatten_rnn_weights.h5").values()))
    records = stored(H5 / "simple_flatten_rnn_inputs_and_outputs.h5")
    built, copy = found.answers(records["inputs/simple_rnn_1_input"])
    np.testing.assert_allclose(built[0], records["predictions/dense_1"], rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(copy[0], built[0])


def test_a_stored_lstm_gives_what_its_weights_say() -> None:
    """Its file holds what was to be predicted, not what Keras predicted: the one step is worked out here."""
    found = running((H5 / "simple_lstm_config.json").read_text())
    weights = list(stored(H5 / "simple_lstm_weights.h5").values())
    found.fill(weights)
    x = stored(H5 / "simple_lstm_inputs_and_outputs.h5")["inputs/lstm_1_input"]
    kernel, _, bias, dense, offset = weights
    enter, _, value, leave = np.split(x[:, 0] @ kernel + bias, 4, axis=1)

    def hard_sigmoid(x: np.ndarray) -> np.ndarray:
        return np.clip(0.2 * x + 0.5, 0, 1)

    expected = hard_sigmoid(leave) * np.tanh(hard_sigmoid(enter) * np.tanh(value)) @ dense + offset
    built, copy = found.answers(x)
    np.testing.assert_allclose(built[0], expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(copy[0], built[0])
