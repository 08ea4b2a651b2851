"""Every recorded case of a Keras layer, run by the layer it is imported as."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.importing.keras_layers import translate
from engine.layers import layer_class
from tests.engine.recorded import array, needs_records, outputs, recorded, run

CASES = recorded("numeric_layer_cases.json.gz")

UNSUPPORTED: dict[str, str] = {}
"""Cases that are not reproduced, each with the reason."""

pytestmark = needs_records


def layer(kind: str, attributes: dict[str, Any] | None) -> Any:
    """The layer a Keras layer becomes."""
    translated = translate(kind, attributes or {}, version=2)
    found = layer_class(translated.type)
    assert translated.known
    assert found is not None
    return found.model_validate(translated.config)


def result(case: dict[str, Any]) -> np.ndarray:
    """What our layers make of the input of a case; for some cases Dense layers come first."""
    x, weights = array(case["input"]), [array(one) for one in case.get("weights", [])]
    if "numBranches" in case:
        dense = layer("Dense", case["attrs"])
        pairs = [weights[i : i + 2] for i in range(0, len(weights), 2)]
        return run(layer(case["layer"], None), [run(dense, [x], pair) for pair in pairs], [])
    if "pre_layers" in case:
        return run(layer(case["layer"], case["attrs"]), [run(layer("Dense", {"units": 2}), [x], weights)], [])
    found = layer(case["layer"], case.get("attrs"))
    if case.get("attrs", {}).get("stateful"):
        return run(found, [x, *last_states(found, x, weights)], weights)
    return run(found, [x], weights)


def last_states(recurrent: Any, x: np.ndarray, weights: list[np.ndarray]) -> list[np.ndarray]:
    """Where a second prediction starts: a stateful layer was recorded when it saw the same values again."""
    return outputs(recurrent.model_copy(update={"return_state": True}), [x], weights)[1:]


@pytest.mark.parametrize("name", [name for name in CASES if name not in UNSUPPORTED])
def test_a_layer_gives_what_keras_recorded(name: str) -> None:
    expected = array(CASES[name]["expected"])
    found = result(CASES[name])
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def reproduced(name: str) -> bool:
    expected = array(CASES[name]["expected"])
    try:
        found = result(CASES[name])
    except (AssertionError, TypeError, ValueError):
        return False
    return found.shape == expected.shape and np.allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_no_case_named_as_unsupported_works() -> None:
    assert set(UNSUPPORTED) <= set(CASES)
    assert [name for name in UNSUPPORTED if reproduced(name)] == []
