"""The forms of Keras documents that are easy to get wrong, each on a small model."""

from __future__ import annotations

from typing import Any

import pytest

from engine.graph.check import check
from engine.importing.keras import Imported, import_keras
from engine.problems import Refusal

Document = dict[str, Any]


def layer(kind: str, name: str, /, *feeding: Any, **config: Any) -> Document:
    """A layer of a functional model of Keras 2; `feeding` are the names of what flows in, one call."""
    nodes = [[[source, 0, 0, {}] if isinstance(source, str) else source for source in feeding]] if feeding else []
    return {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": nodes}


def entry(name: str, *shape: int | None) -> Document:
    return layer("InputLayer", name, batch_input_shape=[None, *shape], dtype="float32")


def model(layers: list[Document], inputs: list[str], outputs: list[Any]) -> Document:
    ends = [[name, 0, 0] if isinstance(name, str) else name for name in outputs]
    config = {"layers": layers, "input_layers": [[name, 0, 0] for name in inputs], "output_layers": ends}
    return {"class_name": "Functional", "name": "net", "config": {"name": "net", **config}}


def sequence(*layers: Document, name: str = "steps") -> Document:
    return {"class_name": "Sequential", "name": name, "config": {"name": name, "layers": list(layers)}}


def checked(found: Imported) -> Document:
    return check(found.graph).document()


def told(found: Imported) -> list[tuple[str, str]]:
    return [(problem.code, problem.where["node"]) for problem in found.problems]


def test_a_layer_called_twice_becomes_two_nodes_that_share_weights() -> None:
    dense = layer("Dense", "tower", "left", units=3)
    dense["inbound_nodes"].append([["right", 0, 0, {}]])
    joined = layer("Concatenate", "both", ["tower", 0, 0, {}], ["tower", 1, 0, {}], axis=-1)
    found = import_keras(model([entry("left", 4), entry("right", 4), dense, joined], ["left", "right"], ["both"]))
    assert found.nodes["tower"] == ["tower", "tower_2"]
    assert [node.shares for node in found.graph.nodes] == [None, None, None, "tower", None, None]
    report = checked(found)
    assert report["problems"] == []
    assert report["parameters"]["total"] == 15
    assert report["nodes"]["both"]["shape"] == [6]


def test_a_model_inside_a_model_becomes_a_block_and_a_second_call_shares_it() -> None:
    inner = model([entry("seen", 4), layer("Dense", "hidden", "seen", units=3)], ["seen"], ["hidden"])
    inner["inbound_nodes"] = [[["left", 0, 0, {}]], [["right", 0, 0, {}]]]
    inner["name"] = "tower"
    joined = layer("Subtract", "difference", ["tower", 0, 0, {}], ["tower", 1, 0, {}])
    found = import_keras(model([entry("left", 4), entry("right", 4), inner, joined], ["left", "right"], ["difference"]))
    assert list(found.graph.blocks) == ["tower"]
    assert [(node.id, node.type, node.shares) for node in found.graph.nodes if node.type == "Block"] == [
        ("tower", "Block", None),
        ("tower_2", "Block", "tower"),
    ]


def test_a_sequence_that_begins_with_a_model_takes_in_what_that_takes_in() -> None:
    inner = model([entry("seen", 4), layer("Dense", "hidden", "seen", units=3)], ["seen"], ["hidden"])
    found = import_keras(sequence(inner, layer("Dense", "last", units=2)))
    report = checked(found)
    assert report["problems"] == []
    assert report["nodes"]["last"] == {"shape": [2], "dtype": "float32", "parameters": 8}
    assert report["nodes"]["net/hidden"]["parameters"] == 15


def test_inputs_and_outputs_stand_in_the_order_of_the_model() -> None:
    layers = [entry("b", 2), entry("a", 3), layer("Dense", "x", "a", units=1), layer("Dense", "y", "b", units=1)]
    found = import_keras(model(layers, ["a", "b"], ["y", "x"]))
    ends = [(node.type, node.config["name"]) for node in found.graph.nodes if node.type in ("Input", "Output")]
    assert ends == [("Input", "a"), ("Input", "b"), ("Output", "y"), ("Output", "x")]


def test_states_travel_along_wires_of_their_own() -> None:
    encoder = layer("LSTM", "encoder", "words", units=3, return_state=True, return_sequences=True)
    states = [["encoder", 0, 1, {}], ["encoder", 0, 2, {}]]
    as_inputs = layer("LSTM", "decoder", "words", *states, units=3)
    as_argument = layer("LSTM", "decoder", units=3)
    as_argument["inbound_nodes"] = [[["words", 0, 0, {"initial_state": [state[:3] for state in states]}]]]
    for decoder in (as_inputs, as_argument):
        found = import_keras(model([entry("words", None, 5), encoder, decoder], ["words"], ["decoder"]))
        wires = [(edge.source, edge.port, edge.output) for edge in found.graph.edges if edge.target == "decoder"]
        assert wires == [("words", 0, 0), ("encoder", 1, 1), ("encoder", 2, 2)]
        report = checked(found)
        assert report["problems"] == []
        assert report["nodes"]["encoder"]["shapes"] == [[None, 3], [3], [3]]


def tensor(name: str, call: int = 0, output: int = 0) -> Document:
    config = {"shape": [None, 4], "dtype": "float32", "keras_history": [name, call, output]}
    return {"class_name": "__keras_tensor__", "config": config}


def object3(kind: str, name: str, *arguments: Any, module: str = "keras.layers", **config: Any) -> Document:
    """A layer as Keras 3 writes it."""
    return {
        "module": module,
        "class_name": kind,
        "config": {"name": name, "trainable": True, "dtype": {"class_name": "DTypePolicy", "config": {}}, **config},
        "registered_name": None,
        "build_config": {"input_shape": [None, 4]},
        "name": name,
        "inbound_nodes": [{"args": list(arguments), "kwargs": {}}] if arguments else [],
    }


def test_a_functional_model_of_keras_3_is_read() -> None:
    initial = {"module": "keras.initializers", "class_name": "HeNormal", "config": {"seed": None}}
    regular = {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.5}}
    layers = [
        object3("InputLayer", "rows", batch_shape=[None, 4], sparse=False),
        object3("Dense", "a", tensor("rows"), units=4, activation="hard_sigmoid", kernel_initializer=initial),
        object3("Dense", "b", tensor("a"), units=4, kernel_regularizer=regular),
        object3("Add", "sum", [tensor("a"), tensor("b")]),
    ]
    config = {"layers": layers, "input_layers": ["rows", 0, 0], "output_layers": ["sum", 0, 0]}
    found = import_keras({"module": "keras", "class_name": "Functional", "config": config})
    assert told(found) == []
    nodes = {node.id: node.config for node in found.graph.nodes}
    assert (nodes["a"]["activation"], nodes["a"]["kernel_initializer"]) == ("hard_sigmoid", "he_normal")
    assert nodes["b"]["kernel_regularizer"] == {"l1": 0.0, "l2": 0.5}
    assert checked(found)["problems"] == []


def test_a_class_of_the_users_own_is_unknown_even_under_a_known_name() -> None:
    mine = object3("Dense", "mine", units=4, module="my_project.layers")
    registered = {**object3("Dense", "other", units=4), "registered_name": "Custom>Dense"}
    first = object3("InputLayer", "rows", batch_shape=[None, 4])
    found = import_keras(sequence(first, mine, registered))
    assert told(found) == [("imported_unknown_layer", "mine"), ("imported_unknown_layer", "other")]
    assert [node.config for node in found.graph.nodes if node.type == "Dense"] == [{}, {}]


def test_settings_that_are_not_kept_are_named() -> None:
    norm = {"class_name": "MaxNorm", "config": {"max_value": 2}}
    dense = layer("Dense", "d", units=2, trainable=False, kernel_constraint=norm, batch_input_shape=[None, 4])
    found = import_keras(sequence(dense))
    (problem,) = found.problems
    assert problem.code == "imported_setting_ignored"
    assert "trainable" in problem.message
    assert "kernel_constraint" in problem.message
    assert checked(found)["problems"] == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("conv1/7x7", "conv1_7x7"), ("0_relu", "activation_0_relu"), ("class", "class_1"), ("", "activation")],
)  # fmt: skip
def test_ids_are_identifiers_near_the_names_in_keras(name: str, wanted: str) -> None:
    first = layer("Activation", name, activation="relu", batch_input_shape=[None, 3])
    found = import_keras(sequence(first))
    assert [node.id for node in found.graph.nodes if node.type == "Activation"] == [wanted]
    assert checked(found)["problems"] == []


def test_two_towers_of_keras_1_are_joined_by_merge() -> None:
    towers = [sequence(layer("Dense", name, output_dim=3, input_dim=4), name=name) for name in ("left", "right")]
    merge = {"class_name": "Merge", "config": {"name": "both", "mode": "sum", "layers": towers}}
    document = {"class_name": "Sequential", "config": [merge, layer("Dense", "last", output_dim=1, init="normal")]}
    found = import_keras({**document, "keras_version": "1.2.2"})
    assert [node.type for node in found.graph.nodes] == [
        "Input", "Dense", "Input", "Dense", "Add", "Dense", "Output",
    ]  # fmt: skip
    assert [edge.source for edge in found.graph.edges if edge.target == "both"] == ["left", "right"]


@pytest.mark.parametrize(
    ("document", "part"),
    [
        ("not json", "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ({}, "not a Keras model"),
        (7, "not a Keras model"),
        ({"class_name": "MyModel", "config": {"units": 3}}, "stands in its code"),
        ({"class_name": "Sequential", "config": [{"config": {}}]}, "has no class_name"),
        ([layer("Dense", "d")] * 100_000, "more than 5,000 layers"),
    ],
)
def test_what_is_no_model_is_refused_in_plain_words(document: Any, part: str) -> None:
    with pytest.raises(Refusal) as refused:
        import_keras(document)
    assert part in refused.value.problem.message


def test_models_inside_models_without_end_are_refused() -> None:
    document = sequence(layer("Dense", "d", units=1))
    for _ in range(40):
        document = sequence(document)
    with pytest.raises(Refusal, match="stand inside each other"):
        import_keras(document)


def test_an_open_size_that_another_layer_decides_is_set() -> None:
    joined = layer("Concatenate", "both", "fixed", "open", axis=-1)
    found = import_keras(model([entry("fixed", 10, 2), entry("open", None, 3), joined], ["fixed", "open"], ["both"]))
    assert told(found) == [("imported_size_set", "open")]
    report = checked(found)
    assert report["problems"] == []
    assert report["nodes"]["both"]["shape"] == [10, 5]


def test_calculations_between_two_values_become_layers() -> None:
    """As TensorFlow wrote `a + b`, and as Keras 3 does."""
    sums = layer("TFOpLambda", "sum", function="__operators__.add")
    sums["inbound_nodes"] = [["a", 0, 0, {"y": ["b", 0, 0], "name": None}]]
    found = import_keras(model([entry("a", 4), entry("b", 4), sums], ["a", "b"], ["sum"]))
    assert (told(found), checked(found)["problems"]) == ([], [])
    layers = [object3("InputLayer", "rows", batch_shape=[None, 4])]
    layers.append(object3("Add", "twice", tensor("rows"), tensor("rows"), module="keras.src.ops.numpy"))
    config = {"layers": layers, "input_layers": ["rows", 0, 0], "output_layers": ["twice", 0, 0]}
    found = import_keras({"module": "keras", "class_name": "Functional", "config": config})
    assert (told(found), checked(found)["problems"]) == ([], [])


def test_a_calculation_with_a_fixed_number_is_unknown() -> None:
    half = object3("Multiply", "half", tensor("rows"), 0.5, module="keras.src.ops.numpy")
    mean = object3("Average", "mean", tensor("rows"), module="keras.src.ops.numpy")
    layers = [object3("InputLayer", "rows", batch_shape=[None, 4]), half, mean]
    config = {"layers": layers, "input_layers": ["rows", 0, 0], "output_layers": [["half", 0, 0], ["mean", 0, 0]]}
    found = import_keras({"module": "keras", "class_name": "Functional", "config": config})
    assert [place for code, place in told(found) if code == "imported_unknown_layer"] == ["half", "mean"]


def test_what_attention_is_called_with_is_kept() -> None:
    heads = layer("MultiHeadAttention", "look", num_heads=2, key_dim=3, query_shape=[None, 5, 4], attention_axes=None)
    heads["inbound_nodes"] = [[["a", 0, 0, {"value": ["b", 0, 0], "use_causal_mask": True, "training": None}]]]
    found = import_keras(model([entry("a", 5, 4), entry("b", 5, 4), heads], ["a", "b"], ["look"]))
    assert told(found) == []
    (config,) = [node.config for node in found.graph.nodes if node.id == "look"]
    assert config["use_causal_mask"] is True
    assert checked(found)["problems"] == []


def test_somebodys_own_layer_is_not_taken_for_ours() -> None:
    block = layer("TransformerBlock", "block", embed_dim=8, num_heads=2, batch_input_shape=[None, 5, 8])
    assert told(import_keras(sequence(block))) == [("imported_unknown_layer", "block")]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"module": "keras.layers", "class_name": "LeakyReLU", "config": {"negative_slope": 0.2}}, "leaky_relu"),
        ({"class_name": "ReLU", "config": {"max_value": 6.0}}, "relu6"),
        ({"class_name": "Activation", "config": {"activation": "swish"}}, "silu"),
        ({"module": "builtins", "class_name": "function", "config": "softsign"}, "softsign"),
        ("hard_sigmoid", "hard_sigmoid_v2"),
        (None, "linear"),
    ],
)
def test_activations_are_read_as_words_functions_and_layers(given: Any, wanted: str) -> None:
    found = import_keras(sequence(layer("Dense", "d", units=2, activation=given, batch_input_shape=[None, 4])))
    assert told(found) == []
    assert found.graph.nodes[1].config["activation"] == wanted


def test_both_directions_of_a_recurrent_layer_of_keras_3_are_one_layer() -> None:
    halves: dict[str, Any] = {}
    for name, back in (("layer", False), ("backward_layer", True)):
        config = {"name": f"{name}_lstm", "units": 3, "go_backwards": back, "return_sequences": False}
        halves[name] = {"module": "keras.layers", "class_name": "LSTM", "config": config, "registered_name": None}
    first = object3("InputLayer", "rows", batch_shape=[None, 5, 4])
    found = import_keras(sequence(first, object3("Bidirectional", "both", merge_mode="concat", **halves)))
    assert (told(found), checked(found)["problems"]) == ([], [])
    assert found.graph.nodes[1].config["layer"] == {
        "type": "LSTM", "units": 3, "go_backwards": False, "return_sequences": False,
    }  # fmt: skip
    halves["backward_layer"]["config"]["units"] = 5
    found = import_keras(sequence(first, object3("Bidirectional", "both", merge_mode="concat", **halves)))
    assert told(found) == [("imported_setting_ignored", "both")]


def test_calculations_that_only_make_masks_are_left_to_the_layers() -> None:
    """Keras 3 writes the mask of an Embedding down as a comparison of its input with 0."""
    words = {**object3("InputLayer", "words", batch_shape=[None, 4]), "inbound_nodes": []}
    vectors = object3("Embedding", "vectors", tensor("words"), input_dim=9, output_dim=3, mask_zero=True)
    compared = object3("NotEqual", "not_equal", tensor("words"), 0, module="keras.src.ops.numpy")
    steps = object3("LSTM", "steps", tensor("vectors"), units=2)
    steps["inbound_nodes"][0]["kwargs"] = {"mask": tensor("not_equal"), "training": False}
    config = {
        "layers": [words, vectors, compared, steps],
        "input_layers": ["words", 0, 0],
        "output_layers": ["steps", 0, 0],
    }
    found = import_keras({"module": "keras", "class_name": "Functional", "config": config})
    assert [node.type for node in found.graph.nodes] == ["Input", "Embedding", "LSTM", "Output"]
    assert (told(found), checked(found)["problems"]) == ([], [])
