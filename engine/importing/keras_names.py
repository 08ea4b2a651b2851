"""What Keras has called its layers and their settings over the years, and what they are called today."""

from __future__ import annotations

LAYER_NAMES = {
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "AvgPool3D": "AveragePooling3D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3D": "Conv3D",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "Deconvolution2D": "Conv2DTranspose",
    "DepthwiseConvolution2D": "DepthwiseConv2D",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalAvgPool3D": "GlobalAveragePooling3D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalMaxPool3D": "GlobalMaxPooling3D",
    "GRUV1": "GRU",
    "GRUV2": "GRU",
    "LSTMV1": "LSTM",
    "LSTMV2": "LSTM",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "MaxPool3D": "MaxPooling3D",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
    "ThresholdedReLU": "ReLU",
    "TimeDistributedDense": "Dense",
}
"""Other names of layers that still exist."""

MERGES = {
    "ave": "Average",
    "concat": "Concatenate",
    "cos": "Dot",
    "dot": "Dot",
    "max": "Maximum",
    "min": "Minimum",
    "mul": "Multiply",
    "sub": "Subtract",
    "sum": "Add",
}
"""The modes of the one Merge layer of Keras 1."""

_EVERYWHERE = {
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "U_constraint": "recurrent_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "init": "kernel_initializer",
    "inner_activation": "recurrent_activation",
    "inner_init": "recurrent_initializer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "atrous_rate": "dilation_rate",
}

_RECURRENT = {"output_dim": "units"}
_CONVOLUTION = {
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "subsample": "strides",
    "subsample_length": "strides",
}
_RATE = {"p": "rate"}
_POOLING = {"pool_length": "pool_size", "stride": "strides"}
_SLOPE = {"alpha": "negative_slope"}

_OF_ONE = {
    "BatchNormalization": {"gamma_init": "gamma_initializer", "beta_init": "beta_initializer"},
    "Conv1D": _CONVOLUTION,
    "Conv2D": _CONVOLUTION,
    "Conv2DTranspose": _CONVOLUTION,
    "Conv3D": _CONVOLUTION,
    "Dense": {"output_dim": "units"},
    "Dropout": _RATE,
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
    },
    "GRU": _RECURRENT,
    "GaussianDropout": _RATE,
    "GaussianNoise": {"sigma": "stddev"},
    "LSTM": _RECURRENT,
    "LeakyReLU": _SLOPE,
    "AveragePooling1D": _POOLING,
    "MaxPooling1D": _POOLING,
    "PReLU": {"init": "alpha_initializer"},
    "ReLU": {"theta": "threshold"},
    "SeparableConv2D": {**_CONVOLUTION, "init": "depthwise_initializer"},
    "SimpleRNN": _RECURRENT,
    "SpatialDropout1D": _RATE,
    "SpatialDropout2D": _RATE,
    "SpatialDropout3D": _RATE,
    "UpSampling1D": {"length": "size"},
}

_KERNEL_SIDES = ("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3")
"""The settings that together were the size of a filter."""

DATA_FORMATS = {"tf": "channels_last", "th": "channels_first"}


def modern(layer: str, config: dict[str, object]) -> dict[str, object]:
    """The settings of a layer (under its name of today) under their names of today."""
    names = {**_EVERYWHERE, **_OF_ONE.get(layer, {})}
    found = {names.get(key, key): value for key, value in config.items()}
    for sides in _KERNEL_SIDES:
        if sides[0] in found:
            found["kernel_size"] = [found.pop(side, 1) for side in sides]
    if found.get("forget_bias_init") is not None:
        found["unit_forget_bias"] = found["forget_bias_init"] == "one"
    found.pop("forget_bias_init", None)
    order = found.pop("data_format", None)
    if isinstance(order, str) and order != "default":
        found["data_format"] = DATA_FORMATS.get(order, order)
    return found
